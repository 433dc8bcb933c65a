/** A running subscription of Azure in the words of the provider. */
import { shown } from "../../../../config/texts";
import { unread, whole, type AccountReader, type CloudAccount } from "../../account";
import { alike } from "./alike";
import { compute } from "./compute";
import { gateways } from "./gateways";
import { isHarmlessResource } from "./harmless";
import { network } from "./network";
import { part } from "./part";
import { services } from "./services";
import { storage } from "./storage";

const others: AccountReader = {
  "other-resources": ({ id, type }) => {
    const name = shown(type ?? null).toLowerCase();
    return isHarmlessResource(name) ? [] : [unread(shown(id ?? null), `resources of the type ${name} are not read`)];
  },
};

/** What the properties of each resource have by which packets are stopped or led, or somebody may do something. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  "virtual-networks": ["addressSpace", "subnets"],
  "network-security-groups": ["securityRules"],
  "network-interfaces": ["ipConfigurations"],
  "route-tables": ["routes"],
  "load-balancers": ["frontendIPConfigurations"],
  "application-gateways": ["gatewayIPConfigurations"],
  "private-endpoints": ["subnet"],
  "virtual-machines": ["networkProfile"],
  "role-assignments": ["principalId", "roleDefinitionId", "scope"],
};

const reader: AccountReader = { ...network, ...gateways, ...compute, ...services, ...storage };

export const account: CloudAccount = {
  read: {
    ...whole(reader, (kind) => ["properties", ...(NEEDED[kind] ?? []).map((field) => `properties.${field}`)]),
    ...others,
  },
  part,
  alike,
};
