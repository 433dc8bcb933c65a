import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { KustoDatabasePrincipalAssignment } from "@cdktf/provider-azurerm/lib/kusto-database-principal-assignment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { GivenRegistry } from "../../config/azure/repositories";
import { PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT, serviceAccountUser } from "../../config/names";
import { Construct, type TerraformResource } from "../../framework";
import type { ResourceGroup } from "./resource-group";
import { assignRole } from "./role-assignments";

/** A service account, as `system:serviceaccount:NAMESPACE:NAME`. */
export interface ServiceAccount {
  /** Namespace of the account and of the pods that run as it. */
  readonly namespace: string;
  /** The account's name, in full: a federated credential takes no pattern. */
  readonly name: string;
}

/** Which of the cluster's service accounts act as the identities, and on what. */
export interface IdentityProps {
  /** Names of the managed identities. */
  readonly names: Readonly<Record<"platform" | "task", string>>;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** URL of the cluster's OIDC issuer. */
  readonly issuer: string;
  /** Service accounts of the task pods, at most 20. */
  readonly taskServiceAccounts: readonly ServiceAccount[];
  /** Resource ids of the metadata and the fast-registration container. */
  readonly containerIds: readonly string[];
  /** Resource id of the storage account that holds them. */
  readonly storageAccountId: string;
  /** Resource id of the vault of the secrets that the platform manages. */
  readonly keyVaultId: string;
  /** Resource id of the registry that the platform pushes images to. */
  readonly registryId: string;
  /** Let task pods build images: push to the registry, and pull what they build on; default: they may not. */
  readonly tasksBuildImages?: boolean;
  /** Further registries that hold what they build on. Default: none. */
  readonly givenRegistries?: readonly GivenRegistry[];
  /** Where pod logs are: a Log Analytics workspace, by its resource id, or an Azure Data Explorer database. */
  readonly logs:
    | {
        /** Resource id of the Log Analytics workspace, which the platform may read. */
        readonly workspaceId: string;
      }
    | LogDatabase;
}

/** An Azure Data Explorer database, and Fluent Bit, which ships to it. */
export interface LogDatabase {
  /** Name of the Azure Data Explorer cluster, in the same resource group. */
  readonly clusterName: string;
  /** Name of the database, the only one that Fluent Bit may write to. */
  readonly databaseName: string;
  /** Name of Fluent Bit's managed identity. */
  readonly identityName: string;
  /** Service account of Fluent Bit. */
  readonly serviceAccount: ServiceAccount;
  /** The Microsoft Entra tenant of the identities. */
  readonly directory: string;
  /** The last operation on the cluster, which takes one after another. */
  readonly dependsOn: readonly TerraformResource[];
}

/** Whom Azure takes a service account's token to be meant for. */
const AUDIENCE = "api://AzureADTokenExchange";

/**
 * The identities, each a managed identity that exactly its own service accounts may be, through the cluster's OIDC
 * issuer: no key exists. Every role is on one resource, none on the resource group or the subscription. Document:
 * "Communication paths" (Task Pods to Object Store, Fluent Bit to Log Aggregator: as whom they call).
 */
export class Identity extends Construct {
  /** Application ids (UUIDs), for the annotation `azure.workload.identity/client-id` of service accounts. */
  readonly clientIds: Readonly<Record<"platform" | "task", string>> & {
    /** Left out where AKS's own agent ships logs. */
    readonly fluentBit?: string;
  };

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    const { names, taskServiceAccounts, logs } = props;
    const platform = this.identity("platform", names.platform, props, [
      { namespace: PLATFORM_NAMESPACE, name: PLATFORM_SERVICE_ACCOUNT },
    ]);
    const task = this.identity("task", names.task, props, taskServiceAccounts);

    this.readAndWriteObjects("platform", platform, props);
    this.readAndWriteObjects("task", task, props);
    // Presigned URLs are signed with a key that the account gives an identity for a while, and only as a whole.
    this.role("platform-presigned-urls", platform, "Storage Blob Delegator", props.storageAccountId);
    this.role("platform-secrets", platform, "Key Vault Secrets Officer", props.keyVaultId);
    this.role("platform-images", platform, "AcrPush", props.registryId);
    if (props.tasksBuildImages) {
      this.role("task-images", task, "AcrPush", props.registryId);
      for (const { name, id } of props.givenRegistries ?? []) this.role(`task-images-${name}`, task, "AcrPull", id);
    }
    this.clientIds = { platform: platform.clientId, task: task.clientId };
    if ("workspaceId" in logs) {
      this.role("platform-logs", platform, "Log Analytics Reader", logs.workspaceId);
    } else {
      const fluentBit = this.identity("fluent-bit", logs.identityName, props, [logs.serviceAccount]);
      this.ingestLogs(fluentBit, props.group, logs);
      this.clientIds = { ...this.clientIds, fluentBit: fluentBit.clientId };
    }
  }

  private identity(
    id: string,
    name: string,
    { group, issuer }: IdentityProps,
    accounts: readonly ServiceAccount[],
  ): UserAssignedIdentity {
    const identity = new UserAssignedIdentity(this, id, {
      name,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
    });
    for (const account of accounts) {
      const accountName = `${account.namespace}-${account.name}`;
      new FederatedIdentityCredential(this, `${id}-${accountName}`, {
        name: accountName,
        resourceGroupName: group.name,
        parentId: identity.id,
        audience: [AUDIENCE],
        issuer,
        subject: serviceAccountUser(account.namespace, account.name),
      });
    }
    return identity;
  }

  private readAndWriteObjects(id: string, identity: UserAssignedIdentity, { containerIds }: IdentityProps): void {
    containerIds.forEach((container, index) =>
      this.role(`${id}-container-${index}`, identity, "Storage Blob Data Contributor", container),
    );
  }

  private role(id: string, { principalId }: UserAssignedIdentity, role: string, scope: string): void {
    assignRole(this, id, { role, scope, principalId });
  }

  private ingestLogs(identity: UserAssignedIdentity, group: ResourceGroup, logs: LogDatabase): void {
    new KustoDatabasePrincipalAssignment(this, "fluent-bit-logs", {
      name: "fluent-bit-logs",
      resourceGroupName: group.name,
      clusterName: logs.clusterName,
      databaseName: logs.databaseName,
      tenantId: logs.directory,
      principalType: "App",
      principalId: identity.clientId,
      role: "Ingestor",
      dependsOn: [...logs.dependsOn],
    });
  }
}
