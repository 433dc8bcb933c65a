import * as z from "zod";
import { parseCidr } from "../../packets/address-set";
import { parsed, text } from "../fields";

/** Kinds of text that fields of a deployment on Azure hold. */

export const uuid = (what: string) =>
  text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, `${what} (a UUID in lower case)`);
export const vaultId = text(
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/,
  "a key vault's resource id",
);
export const secretName = text(/^[a-zA-Z0-9-]{1,127}$/, "a secret's name");
export const ipv4Address = parsed((address) => {
  if (!/^\d+(\.\d+){3}$/.test(address)) throw new RangeError(`'${address}' is not an IPv4 address`);
  parseCidr(`${address}/32`);
});

export const resourceGroup = text(
  /^[\w().-]{0,89}[\w()-]$/,
  "a resource group's name (at most 90 letters, digits and '_().-', no '.' last)",
);
export const containerName = text(
  /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "a container's name (3 to 63 lower-case letters, digits and single '-')",
);
export const accountName = text(/^[a-z0-9]{3,24}$/, "a storage account's name (3 to 24 lower-case letters and digits)");

/** Availability zones, by the numbers that the subscription knows them by. */
export const zones = z.array(text(/^\d$/, 'a zone ("1", quoted)')).min(1);
