/** A running project of Google Cloud in the words of the provider. */
import { shown } from "../../../../config/texts";
import { unread, whole, type AccountReader, type CloudAccount } from "../../account";
import { alike } from "./alike";
import { compute } from "./compute";
import { isHarmlessAsset } from "./harmless";
import { network } from "./network";
import { part } from "./part";
import { services } from "./services";
import { storage } from "./storage";

const others: AccountReader = {
  "other-assets": ({ name, assetType }) => {
    const type = shown(assetType ?? null);
    return isHarmlessAsset(type) ? [] : [unread(shown(name ?? null), `assets of the type ${type} are not read`)];
  },
};

/** What each asset's data have by which packets are stopped or led. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "firewall-policies": ["rules"],
  routes: ["destRange", "network"],
  firewalls: ["network"],
  instances: ["networkInterfaces"],
};

/** What Compute Engine is asked of assets, and policies, which are no data of theirs. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  "instance-group-members": ["of"],
  "network-endpoints": ["of"],
  "effective-firewall-policies": ["of"],
  "region-effective-firewall-policies": ["of"],
  "iam-policies": ["iamPolicy"],
};

const reader: AccountReader = { ...network, ...compute, ...services, ...storage };
const neededOf = (kind: string) =>
  OTHERWISE[kind] ?? ["resource.data", ...(NEEDED[kind] ?? []).map((field) => `resource.data.${field}`)];

export const account: CloudAccount = {
  read: { ...whole(reader, neededOf), ...others },
  part,
  alike,
};
