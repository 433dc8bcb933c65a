/** A given key, and the vault that it lies in. */
import { givenKeyOf } from "../../config/encryption";
import { fails, holds, type Check } from "../check";
import type { Looking } from "./ask";

const VERSION = "2023-07-01";

export function keys({ deployment, ask }: Looking): readonly Check[] {
  const key = givenKeyOf(deployment);
  if (key === undefined) return [];
  const { keyVaultId, keyId } = key;
  const name = keyId.split("/").at(-2) ?? "";
  return [
    {
      about: `key vault ${keyVaultId}`,
      look: async () => {
        const told = (await ask("Microsoft.KeyVault/vaults/read", keyVaultId, VERSION))?.["properties"] as
          { readonly enablePurgeProtection?: boolean; readonly enableRbacAuthorization?: boolean } | undefined;
        if (told === undefined) return fails("is not there, or not seen", "see 'encryption.keyVaultId'");
        const update = `az keyvault update --ids ${keyVaultId}`;
        if (told.enablePurgeProtection !== true)
          return fails("has no purge protection", `${update} --enable-purge-protection true`);
        return told.enableRbacAuthorization === true
          ? holds("has purge protection and Azure RBAC")
          : fails("has access policies in the place of Azure RBAC", `${update} --enable-rbac-authorization true`);
      },
    },
    {
      about: `key ${keyId}`,
      look: async () => {
        const told = (await ask("Microsoft.KeyVault/vaults/keys/read", `${keyVaultId}/keys/${name}`, VERSION))?.[
          "properties"
        ] as { readonly attributes?: { readonly enabled?: boolean } } | undefined;
        if (told === undefined) return fails("is not there, or not seen", "see 'encryption.keyId'");
        return told.attributes?.enabled === false
          ? fails("is not enabled", `az keyvault key set-attributes --id ${keyId} --enabled true`)
          : holds("is enabled");
      },
    },
  ];
}
