import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault";
import { Construct } from "../../framework";
import type { ResourceGroup } from "./resource-group";

/** The store of the workloads' secrets, and who may read it. */
export interface SecretStoreProps {
  /** Name of the vault: 3 to 24 letters, digits and single dashes, unique in all of Azure. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** The Microsoft Entra tenant whose identities may be given access. */
  readonly directory: string;
  /** Days in which a deleted vault, key or secret can be restored, 7 to 90; its name stays taken so long. Default: 90. */
  readonly recoveryWindowDays?: number;
}

/**
 * The key vault of the data plane: its key, its client secret, and the secrets that users make through the control
 * plane. It is made empty and a person fills in the client secret: a value that Terraform sets would lie in the
 * synthesized files and in the state.
 *
 * Reached at its private endpoint alone, but for those services of Azure that encrypt with the key. Roles decide who
 * may do what, and nobody can make a deleted key or secret unrecoverable before its time. Document: "Cloudflare Tunnel"
 * (secret values: the data plane's secrets backend).
 */
export class SecretStore extends Construct {
  /** Resource id of the vault. */
  readonly keyVaultId: string;
  /** The vault's name: its host is `NAME.vault.azure.net`. */
  readonly keyVaultName: string;

  constructor(scope: Construct, id: string, { name, group, directory, recoveryWindowDays = 90 }: SecretStoreProps) {
    super(scope, id);
    const vault = new KeyVault(this, "vault", {
      name,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      tenantId: directory,
      // Keys lie in hardware modules.
      skuName: "premium",
      rbacAuthorizationEnabled: true,
      purgeProtectionEnabled: true,
      softDeleteRetentionDays: recoveryWindowDays,
      publicNetworkAccessEnabled: false,
      networkAcls: { defaultAction: "Deny", bypass: "AzureServices" },
    });
    this.keyVaultId = vault.id;
    this.keyVaultName = name;
  }
}
