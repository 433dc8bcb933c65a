import { ContainerRegistryCacheRule } from "@cdktf/provider-azurerm/lib/container-registry-cache-rule";
import { ContainerRegistryCredentialSet } from "@cdktf/provider-azurerm/lib/container-registry-credential-set";
import { ContainerRegistry } from "@cdktf/provider-azurerm/lib/container-registry";
import { zonesOfRegion } from "../../config/cloud-regions";
import { Construct, type TerraformResource } from "../../framework";
import type { EncryptionIdentity, KeyIds } from "./encryption-key";
import type { ResourceGroup } from "./resource-group";
import { assignRole } from "./role-assignments";
import { lastSegment } from "../../config/texts";
import { vaultUrl } from "../../config/azure/names";

/** A public repository that the registry fetches from when a node first pulls. */
export interface CachedRepository {
  /** The public repository, e.g. `ghcr.io/fluent/fluent-bit`. */
  readonly source: string;
  /** Its place in the registry. */
  readonly target: string;
  /** Name of the login to fetch it with. Default: none. */
  readonly login?: string | undefined;
}

/** A login to a public registry, whose secrets are in a vault of the customer's. */
export interface UpstreamLogin {
  /** Host of the public registry. */
  readonly host: string;
  /** Resource id of the vault. */
  readonly keyVaultId: string;
  /** Name of the vault's secret with the user's name. */
  readonly userNameSecret: string;
  /** Name of the vault's secret with the password or token. */
  readonly passwordSecret: string;
}

/** Repositories of images, and the public registries that they are fetched from. */
export interface RegistryProps {
  /** Name of the registry: 5 to 50 letters and digits, unique in all of Azure. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Key that encrypts images, in a vault that answers at its public address. Default: Azure's own. */
  readonly key?: Pick<KeyIds, "versionlessKeyId"> | undefined;
  /**
   * Identity that uses `key`: its resource id, its application id, and its roles, which must be there before the
   * registry.
   */
  readonly encryptionIdentity: Pick<EncryptionIdentity, "id" | "clientId" | "roles">;
  /** Caches of public repositories, by name (5 to 50 letters, digits and dashes). */
  readonly caches: Readonly<Record<string, CachedRepository>>;
  /** Logins to public registries, by name (5 to 50 letters, digits and dashes). Default: none. */
  readonly logins?: Readonly<Record<string, UpstreamLogin>>;
  /** Also cache the images of AKS itself, which nodes bootstrap from in its network isolated mode. */
  readonly bootstrap: boolean;
}

/** Days after which images that lost their tag are deleted. */
const UNTAGGED_DAYS = 30;

/** The cache rule that AKS asks for in a registry that it bootstraps from: its name, and its repositories. */
const AKS_RULE = "aks-managed-mcr";
const AKS_IMAGES: CachedRepository = { source: "mcr.microsoft.com/*", target: "aks-managed-repository/*" };

/**
 * The customer's container registry: built images, and caches of the public repositories, which strict egress closes.
 * Document: "Cloudflare Tunnel" (container images bypass it and come from the customer's registry).
 *
 * A registry's key is chosen when it is made, and only an identity that it has afterwards passes a vault's firewall: the
 * vault of the data plane is closed to it.
 *
 * Reached at its private endpoint alone. It fetches what it caches by itself, so that a first pull needs no other way.
 */
export class Registry extends Construct {
  /** Resource id. */
  readonly id: string;
  /** Host of image references: `NAME.azurecr.io` */
  readonly loginServer: string;
  /** Cache rules, for what must not pull before them. */
  readonly caches: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: RegistryProps) {
    super(scope, id);
    const { group, key, encryptionIdentity, bootstrap } = props;
    const registry = new ContainerRegistry(this, "registry", {
      name: props.name,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      sku: "Premium",
      adminEnabled: false,
      anonymousPullEnabled: false,
      publicNetworkAccessEnabled: false,
      networkRuleBypassOption: "None",
      // No copies to registries that others own.
      exportPolicyEnabled: false,
      zoneRedundancyEnabled: zonesOfRegion("azure", group.location).length > 0,
      retentionPolicyInDays: UNTAGGED_DAYS,
      identity: { type: "UserAssigned", identityIds: [encryptionIdentity.id] },
      ...(key
        ? { encryption: [{ keyVaultKeyId: key.versionlessKeyId, identityClientId: encryptionIdentity.clientId }] }
        : // Azure takes no key away again from a registry that was made with one.
          { lifecycle: { ignoreChanges: ["encryption"] } }),
      dependsOn: [...encryptionIdentity.roles],
    });
    this.id = registry.id;
    this.loginServer = registry.loginServer;
    const logins = new Map(
      Object.entries(props.logins ?? {}).map(([name, login]) => [name, this.login(name, registry.id, login)]),
    );
    const caches = { ...props.caches, ...(bootstrap && { [AKS_RULE]: AKS_IMAGES }) };
    this.caches = Object.entries<CachedRepository>(caches).map(([name, { source, target, login }]) => {
      const found = login === undefined ? undefined : logins.get(login);
      return new ContainerRegistryCacheRule(this, name, {
        name,
        containerRegistryId: registry.id,
        sourceRepo: source,
        targetRepo: target,
        // Nodes take their images from here until the cluster is told otherwise.
        ...(name === AKS_RULE && { lifecycle: { createBeforeDestroy: true } }),
        ...(found && { credentialSetId: found.id, dependsOn: found.rights }),
      });
    });
  }

  /** A login, whose own identity may read its two secrets and no other of the vault. */
  private login(
    name: string,
    containerRegistryId: string,
    { host, keyVaultId, userNameSecret, passwordSecret }: UpstreamLogin,
  ): { readonly id: string; readonly rights: TerraformResource[] } {
    const uri = (secret: string) => `${vaultUrl(lastSegment(keyVaultId))}/secrets/${secret}`;
    const set = new ContainerRegistryCredentialSet(this, name, {
      name,
      containerRegistryId,
      loginServer: host,
      identity: { type: "SystemAssigned" },
      authenticationCredentials: { usernameSecretId: uri(userNameSecret), passwordSecretId: uri(passwordSecret) },
    });
    const rights = [...new Set([userNameSecret, passwordSecret])].map((secret) =>
      assignRole(this, `${name}-reads-${secret}`, {
        role: "Key Vault Secrets User",
        scope: `${keyVaultId}/secrets/${secret}`,
        principalId: set.identity.principalId,
      }),
    );
    return { id: set.id, rights };
  }
}
