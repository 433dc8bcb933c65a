import { KustoClusterCustomerManagedKey } from "@cdktf/provider-azurerm/lib/kusto-cluster-customer-managed-key";
import { KustoCluster } from "@cdktf/provider-azurerm/lib/kusto-cluster";
import { KustoDatabase } from "@cdktf/provider-azurerm/lib/kusto-database";
import { KustoScript } from "@cdktf/provider-azurerm/lib/kusto-script";
import { LogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/log-analytics-workspace";
import { Construct } from "../../framework";
import type { EncryptionIdentity, KeyIds } from "./encryption-key";
import type { ResourceGroup } from "./resource-group";

export interface LogAggregationProps {
  /** Name of the Azure Data Explorer cluster: 4 to 22 lower-case letters and digits, a letter first. */
  readonly clusterName: string;
  readonly databaseName: string;
  readonly tableName: string;
  readonly group: ResourceGroup;
  /** Size of the cluster's nodes, e.g. `Standard_E2ads_v5`. */
  readonly sku: string;
  /** Number of nodes, at least 2. */
  readonly capacity: number;
  /** Availability zones of the nodes. */
  readonly zones: readonly string[];
  /** Days that logs are kept. */
  readonly retentionDays: number;
  /** Key that encrypts the logs, and its name in the vault. */
  readonly key: Pick<KeyIds, "keyVaultId">;
  readonly keyName: string;
  readonly encryptionIdentity: Pick<EncryptionIdentity, "id" | "roles">;
}

/** Most days that records lie on the nodes' own disks, where queries are quick; the rest lie in storage. */
const HOT_DAYS = 31;

/**
 * Where Fluent Bit ships pod logs. Document: "Communication paths", Fluent Bit to Log Aggregator.
 *
 * Azure Data Explorer, because Fluent Bit's outputs for Azure Monitor and Blob Storage take a key only: its output for
 * Data Explorer is the one that takes a service account's identity. Reached at its private endpoint alone.
 */
export class LogAggregation extends Construct {
  /** Resource id of the cluster. */
  readonly clusterId: string;
  readonly clusterName: string;
  readonly databaseName: string;
  /** Where queries go: `https://NAME.REGION.kusto.windows.net` */
  readonly uri: string;

  constructor(scope: Construct, id: string, props: LogAggregationProps) {
    super(scope, id);
    const { group, sku, capacity, retentionDays, encryptionIdentity } = props;
    const cluster = new KustoCluster(this, "cluster", {
      name: props.clusterName,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      sku: { name: sku, capacity },
      zones: [...props.zones],
      publicNetworkAccessEnabled: false,
      // Identities of this directory only.
      trustedExternalTenants: [],
      // A stopped cluster takes no logs.
      autoStopEnabled: false,
      diskEncryptionEnabled: true,
      doubleEncryptionEnabled: true,
      identity: { type: "UserAssigned", identityIds: [encryptionIdentity.id] },
    });
    // Without the key's version, so that the cluster follows the key's rotation.
    const encryption = new KustoClusterCustomerManagedKey(this, "encryption", {
      clusterId: cluster.id,
      keyVaultId: props.key.keyVaultId,
      keyName: props.keyName,
      userIdentity: encryptionIdentity.id,
      dependsOn: [...encryptionIdentity.roles],
    });
    const database = new KustoDatabase(this, "database", {
      name: props.databaseName,
      resourceGroupName: group.name,
      location: group.location,
      clusterName: cluster.name,
      softDeletePeriod: `P${retentionDays}D`,
      hotCachePeriod: `P${Math.min(retentionDays, HOT_DAYS)}D`,
      dependsOn: [encryption],
    });
    new KustoScript(this, "table", {
      name: "table",
      databaseId: database.id,
      // The columns that Fluent Bit's output writes.
      scriptContent: `.create-merge table ${props.tableName} (log:dynamic, tag:string, timestamp:datetime)`,
    });
    this.clusterId = cluster.id;
    this.clusterName = cluster.name;
    this.databaseName = database.name;
    this.uri = cluster.uri;
  }
}

export interface LogWorkspaceProps {
  readonly name: string;
  readonly group: ResourceGroup;
  /** Days that records are kept, 30 to 730. */
  readonly retentionDays: number;
}

/**
 * The Log Analytics workspace of what Azure itself records: the Kubernetes API's audit and the networks' flows. No pod
 * sends to it.
 */
export class LogWorkspace extends Construct {
  /** Resource id. */
  readonly id: string;
  /** The workspace's own id, a UUID. */
  readonly workspaceId: string;

  constructor(scope: Construct, id: string, { name, group, retentionDays }: LogWorkspaceProps) {
    super(scope, id);
    const workspace = new LogAnalyticsWorkspace(this, "workspace", {
      name,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      sku: "PerGB2018",
      retentionInDays: retentionDays,
      // No key of the workspace's own: identities only.
      localAuthenticationEnabled: false,
    });
    this.id = workspace.id;
    this.workspaceId = workspace.workspaceId;
  }
}
