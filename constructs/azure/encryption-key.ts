import { ResourceGroupTemplateDeployment } from "@cdktf/provider-azurerm/lib/resource-group-template-deployment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Construct, Fn, Token, type TerraformResource } from "../../framework";
import { armParameters, armTemplate } from "./arm-template";
import type { ResourceGroup } from "./resource-group";
import { assignRole } from "./role-assignments";
import { vaultUrl } from "../../config/azure/names";

/** A key in a vault, made here or given by the customer. */
export interface KeyIds {
  /** The key's name in its vault. */
  readonly name: string;
  /** Resource id of the vault. */
  readonly keyVaultId: string;
  /** The key's identifier with its version: `https://VAULT.vault.azure.net/keys/NAME/VERSION`. */
  readonly keyId: string;
  /** The same without the version, for services that follow the key's rotation. */
  readonly versionlessKeyId: string;
  /** The key's resource id, which roles are assigned on. */
  readonly resourceId: string;
  /** What makes the key, for what must not start before it is there. Default: it is there. */
  readonly dependsOn?: readonly TerraformResource[];
}

/** The key that a deployment is given. */
export function givenKey({ keyVaultId, keyId }: Pick<KeyIds, "keyVaultId" | "keyId">): KeyIds {
  const [, versionlessKeyId = keyId, name = ""] = /^(.*\/keys\/([^/]+))\/[^/]+$/.exec(keyId) ?? [];
  return { name, keyVaultId, keyId, versionlessKeyId, resourceId: `${keyVaultId}/keys/${name}` };
}

/** Whose key it is, and where. */
export interface EncryptionKeyProps {
  /** Name of the key: 1 to 127 letters, digits and dashes. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Resource id of the vault that holds it, of the SKU `premium`. */
  readonly keyVaultId: string;
  /** The vault's name. */
  readonly keyVaultName: string;
}

const KEY_TYPE = "Microsoft.KeyVault/vaults/keys";
const API_VERSION = "2023-07-01";

/**
 * The deployment's key: cluster secrets, node disks and storage.
 *
 * It comes from a template, since the provider's own resource speaks to the vault itself, which answers at its private
 * endpoint only: a template goes through Azure's management API, which needs no way into the network. The key renews
 * itself each year; earlier versions stay, and whoever names none follows. Document: none; it speaks of encryption in
 * transit, this is at rest.
 */
export class EncryptionKey extends Construct implements KeyIds {
  readonly name: string;
  readonly keyVaultId: string;
  readonly keyId: string;
  readonly versionlessKeyId: string;
  readonly resourceId: string;
  readonly dependsOn: readonly TerraformResource[];

  constructor(scope: Construct, id: string, { name, group, keyVaultId, keyVaultName }: EncryptionKeyProps) {
    super(scope, id);
    const vault = "last(split(parameters('keyVaultId'), '/'))";
    const resource = `resourceId('${KEY_TYPE}', ${vault}, '${name}')`;
    const deployment = new ResourceGroupTemplateDeployment(this, "key", {
      name: `key-${name}`,
      resourceGroupName: group.name,
      tags: group.tags,
      // The other mode would delete whatever else is in the group.
      deploymentMode: "Incremental",
      parametersContent: armParameters({ keyVaultId }),
      templateContent: armTemplate(
        ["keyVaultId"],
        [
          {
            type: KEY_TYPE,
            apiVersion: API_VERSION,
            // Without tags: what is read from a template is unknown in a plan that changes it.
            name: `[concat(${vault}, '/${name}')]`,
            properties: {
              // In a hardware module.
              kty: "RSA-HSM",
              keySize: 3072,
              // The Kubernetes API encrypts with the key itself, Azure's services wrap keys of their own with it.
              keyOps: ["encrypt", "decrypt", "wrapKey", "unwrapKey"],
              attributes: { enabled: true, exportable: false },
              rotationPolicy: {
                lifetimeActions: [{ trigger: { timeAfterCreate: "P365D" }, action: { type: "rotate" } }],
              },
            },
          },
        ],
        {
          keyId: `[reference(${resource}, '${API_VERSION}').keyUriWithVersion]`,
        },
      ),
    });
    this.name = name;
    this.keyVaultId = keyVaultId;
    this.keyId = Token.asString(Fn.lookupNested(Fn.jsondecode(deployment.outputContent), ["keyId", "value"]));
    // Known whatever changes in the template, since a role on another scope is another role.
    this.resourceId = `${keyVaultId}/keys/${name}`;
    this.dependsOn = [deployment];
    this.versionlessKeyId = `${vaultUrl(keyVaultName)}/keys/${name}`;
  }
}

/** The managed identity by which Azure's services use the customer's keys. */
export interface EncryptionIdentityProps {
  /** Name of the managed identity. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Key of all that has none of its own. Default: none. */
  readonly key?: Pick<KeyIds, "resourceId" | "dependsOn"> | undefined;
  /** Keys of single services, by name. Default: none. */
  readonly others?: Readonly<Record<string, Pick<KeyIds, "resourceId"> | undefined>>;
}

/**
 * The identity as which storage, disks, and where they have a key registry and log service, use it. It may wrap and
 * unwrap with these keys and nothing else; nothing at all where every key is Azure's own. Document: none; it speaks of
 * encryption in transit, this is at rest.
 */
export class EncryptionIdentity extends Construct {
  /** Resource id, as the services' `identity` blocks name it. */
  readonly id: string;
  /** Object id in Microsoft Entra (a UUID), as role assignments name it. */
  readonly principalId: string;
  /** Application id in Microsoft Entra (a UUID), as a container registry's `encryption` block names it. */
  readonly clientId: string;
  /** What lets it use the key: a service must wait for it. */
  readonly roles: readonly TerraformResource[];

  constructor(scope: Construct, id: string, { name, group, key, others = {} }: EncryptionIdentityProps) {
    super(scope, id);
    const identity = new UserAssignedIdentity(this, "identity", {
      name,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
    });
    this.id = identity.id;
    this.principalId = identity.principalId;
    this.clientId = identity.clientId;
    const keys = Object.entries<EncryptionIdentityProps["key"]>({ keys: key, ...others });
    this.roles = keys.flatMap(([name, one]) =>
      one === undefined
        ? []
        : assignRole(this, `wraps-${name}`, {
            role: "Key Vault Crypto Service Encryption User",
            scope: one.resourceId,
            principalId: identity.principalId,
            dependsOn: one.dependsOn,
            // A service that moves to another key may use it before it loses the old one.
            leavesLast: true,
          }),
    );
  }
}

/** How a storage account is told its key, whose rotation it follows; nothing with Azure's own. */
export const customerManaged = (
  key: Pick<KeyIds, "versionlessKeyId"> | undefined,
  { id }: Pick<EncryptionIdentity, "id">,
) =>
  key && {
    identity: { type: "UserAssigned", identityIds: [id] },
    customerManagedKey: { keyVaultKeyId: key.versionlessKeyId, userAssignedIdentityId: id },
  };
