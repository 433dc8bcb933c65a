import { KustoClusterCustomerManagedKey } from "@cdktf/provider-azurerm/lib/kusto-cluster-customer-managed-key";
import { KustoCluster } from "@cdktf/provider-azurerm/lib/kusto-cluster";
import { KustoDatabase } from "@cdktf/provider-azurerm/lib/kusto-database";
import { KustoScript } from "@cdktf/provider-azurerm/lib/kusto-script";
import { LogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/log-analytics-workspace";
import { MonitorDataCollectionEndpoint } from "@cdktf/provider-azurerm/lib/monitor-data-collection-endpoint";
import { MonitorDataCollectionRuleAssociation } from "@cdktf/provider-azurerm/lib/monitor-data-collection-rule-association";
import { MonitorDataCollectionRule } from "@cdktf/provider-azurerm/lib/monitor-data-collection-rule";
import { MonitorPrivateLinkScope } from "@cdktf/provider-azurerm/lib/monitor-private-link-scope";
import { MonitorPrivateLinkScopedService } from "@cdktf/provider-azurerm/lib/monitor-private-link-scoped-service";
import { Construct, type TerraformResource } from "../../framework";
import type { EncryptionIdentity, KeyIds } from "./encryption-key";
import type { ResourceGroup } from "./resource-group";

/** Where tasks' logs go and how they are kept. Times are days. */
export interface LogAggregationProps {
  /** Name of the workspace, and of what leads logs to it: 4 to 44 letters, digits and dashes. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Days that logs are kept, 30 to 730. */
  readonly retentionDays: number;
}

/** Name by which the agent finds its rule. */
const EXTENSION = "ContainerInsightsExtension";
/** Lines of containers, and nothing else that the agent could send: their table is what Union's proxy reads. */
const STREAMS = ["Microsoft-ContainerLogV2"];

/**
 * Where AKS's own agent ships pod logs: a Log Analytics workspace. Document: "Communication paths", Fluent Bit to Log
 * Aggregator.
 *
 * The agent, because Fluent Bit's outputs for Azure Monitor and Blob Storage take a key only; it is a Fluent Bit of
 * Azure's, with an identity that AKS gives it. Workspace and agent's settings are reached through a private link scope
 * alone, which leads to no other workspace.
 */
export class LogAggregation extends Construct {
  /** Resource id of the workspace. */
  readonly workspaceId: string;
  /** The workspace's own id, a UUID. */
  readonly customerId: string;
  /** Resource id of the private link scope, for a private endpoint. */
  readonly scopeId: string;
  /** What the scope leads to; the endpoint has its names only after it. */
  readonly links: readonly TerraformResource[];

  private readonly endpointId: string;
  private readonly ruleId: string;

  constructor(scope: Construct, id: string, { name, group, retentionDays }: LogAggregationProps) {
    super(scope, id);
    const common = { name, resourceGroupName: group.name, tags: group.tags };
    const workspace = new LogAnalyticsWorkspace(this, "workspace", {
      ...common,
      location: group.location,
      sku: "PerGB2018",
      retentionInDays: retentionDays,
      localAuthenticationEnabled: false,
      internetIngestionEnabled: false,
      internetQueryEnabled: false,
    });
    // Where the agent asks what to collect.
    const endpoint = new MonitorDataCollectionEndpoint(this, "endpoint", {
      ...common,
      location: group.location,
      kind: "Linux",
      publicNetworkAccessEnabled: false,
    });
    const rule = new MonitorDataCollectionRule(this, "rule", {
      ...common,
      location: group.location,
      dataSources: {
        extension: [
          {
            name: EXTENSION,
            extensionName: "ContainerInsights",
            streams: STREAMS,
            extensionJson: JSON.stringify({
              dataCollectionSettings: { interval: "1m", namespaceFilteringMode: "Off", enableContainerLogV2: true },
            }),
          },
        ],
      },
      destinations: { logAnalytics: [{ name: "pods", workspaceResourceId: workspace.id }] },
      dataFlow: [{ streams: STREAMS, destinations: ["pods"] }],
    });
    const privateLink = new MonitorPrivateLinkScope(this, "private-link", {
      ...common,
      ingestionAccessMode: "PrivateOnly",
      queryAccessMode: "PrivateOnly",
    });
    this.links = Object.entries({ workspace, endpoint }).map(
      ([what, { id: linkedResourceId }]) =>
        new MonitorPrivateLinkScopedService(this, `${what}-link`, {
          name: what,
          resourceGroupName: group.name,
          scopeName: privateLink.name,
          linkedResourceId,
        }),
    );
    this.workspaceId = workspace.id;
    this.customerId = workspace.workspaceId;
    this.scopeId = privateLink.id;
    this.endpointId = endpoint.id;
    this.ruleId = rule.id;
  }

  /** Has the agent of a cluster collect logs. */
  collectFrom(clusterId: string): void {
    new MonitorDataCollectionRuleAssociation(this, "association", {
      name: EXTENSION,
      targetResourceId: clusterId,
      dataCollectionRuleId: this.ruleId,
    });
    new MonitorDataCollectionRuleAssociation(this, "endpoint-association", {
      // Azure knows it by this name.
      name: "configurationAccessEndpoint",
      targetResourceId: clusterId,
      dataCollectionEndpointId: this.endpointId,
    });
  }
}

/** An Azure Data Explorer cluster of tasks' logs. Times are days. */
export interface LogClusterProps {
  /** Name of the Azure Data Explorer cluster: 4 to 22 lower-case letters and digits, a letter first. */
  readonly clusterName: string;
  /** Name of the database of the logs. */
  readonly databaseName: string;
  /** Name of the table, which is made with the three columns that Fluent Bit's output writes. */
  readonly tableName: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Size of the cluster's nodes, e.g. `Standard_E2ads_v5`. */
  readonly sku: string;
  /** Number of nodes, at least 2. */
  readonly capacity: number;
  /** Availability zones of the nodes; a cluster that stands keeps those that it was made in. */
  readonly zones: readonly string[];
  /** Days that logs are kept. */
  readonly retentionDays: number;
  /** Key that encrypts the logs, RSA of 2048 bits, in a vault that answers at its public address. Default: Azure's own. */
  readonly key?: Pick<KeyIds, "keyVaultId" | "name"> | undefined;
  /**
   * Identity of the cluster, with which it uses `key`: its resource id, and its roles, which must be there before the
   * key is taken.
   */
  readonly encryptionIdentity: Pick<EncryptionIdentity, "id" | "roles">;
}

/** Most days that records lie on the nodes' own disks, where queries are quick; the rest lie in storage. */
const HOT_DAYS = 31;

/**
 * Where Fluent Bit ships pod logs, if it is chosen: Azure Data Explorer. Document: "Communication paths", Fluent Bit to
 * Log Aggregator. Reached at its private endpoint alone.
 *
 * Azure lets Data Explorer through no vault's firewall, so that the data plane's own key is none for it. It takes one
 * operation after another: each resource here waits for the one before.
 */
export class LogCluster extends Construct {
  /** Resource id of the cluster. */
  readonly clusterId: string;
  /** The cluster's name, known only once it is there. */
  readonly clusterName: string;
  /** The database's name, known only once it is there. */
  readonly databaseName: string;
  /** Where queries go: `https://NAME.REGION.kusto.windows.net` */
  readonly uri: string;
  /** The last operation on the cluster, for the next. */
  readonly done: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: LogClusterProps) {
    super(scope, id);
    const { group, sku, capacity, retentionDays, key, encryptionIdentity } = props;
    const cluster = new KustoCluster(this, "cluster", {
      name: props.clusterName,
      resourceGroupName: group.name,
      location: group.location,
      tags: group.tags,
      sku: { name: sku, capacity },
      ...(props.zones.length > 0 && { zones: [...props.zones] }),
      publicNetworkAccessEnabled: false,
      // Identities of this directory only.
      trustedExternalTenants: [],
      // A stopped cluster takes no logs.
      autoStopEnabled: false,
      diskEncryptionEnabled: true,
      doubleEncryptionEnabled: true,
      // With or without a key: an identity that left with the key could leave before it.
      identity: { type: "UserAssigned", identityIds: [encryptionIdentity.id] },
      // Azure chooses them once: others would be another cluster, without the logs.
      lifecycle: { ignoreChanges: ["zones"] },
    });
    // Without the key's version, so that the cluster follows the key's rotation.
    const encryption =
      key &&
      new KustoClusterCustomerManagedKey(this, "encryption", {
        clusterId: cluster.id,
        keyVaultId: key.keyVaultId,
        keyName: key.name,
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
      ...(encryption && { dependsOn: [encryption] }),
    });
    const table = new KustoScript(this, "table", {
      name: "table",
      databaseId: database.id,
      // The columns that Fluent Bit's output writes.
      scriptContent: `.create-merge table ${props.tableName} (log:dynamic, tag:string, timestamp:datetime)`,
    });
    this.done = [table];
    this.clusterId = cluster.id;
    this.clusterName = cluster.name;
    this.databaseName = database.name;
    this.uri = cluster.uri;
  }
}

/** A workspace of what Azure itself records. */
export interface LogWorkspaceProps {
  /** 4 to 63 letters, digits and dashes: Azure's rule. */
  readonly name: string;
  /** Resource group, region and tags of what is made. */
  readonly group: ResourceGroup;
  /** Days that records are kept, 30 to 730. */
  readonly retentionDays: number;
}

/**
 * The Log Analytics workspace of what Azure itself records: the Kubernetes API's audit and the networks' flows. No pod
 * sends to it. Document: "Verification", where a reviewer looks at flow logs.
 */
export class LogWorkspace extends Construct {
  /** Resource id. */
  readonly id: string;
  /** The workspace's own id, a UUID. */
  readonly workspaceId: string;
  /** Its region. */
  readonly region: string;

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
    this.region = group.location;
  }
}
