import { fluentBitIdentity, logCluster, logDatabase, logTable, podLogWorkspace } from "../../config/azure/names";
import { zonesOfService } from "../../config/azure/private-dns";
import { zonesOf } from "../../config/azure/zones";
import type { AzureDeployment } from "../../config/deployment";
import { FLUENT_BIT_NAMESPACE, FLUENT_BIT_SERVICE_ACCOUNT } from "../../config/names";
import type { PrivateService } from "../../constructs/azure/cloud-endpoints";
import type { EncryptionIdentity, KeyIds } from "../../constructs/azure/encryption-key";
import type { IdentityProps } from "../../constructs/azure/identity";
import { LogAggregation, LogCluster } from "../../constructs/azure/log-aggregation";
import type { ResourceGroup } from "../../constructs/azure/resource-group";
import type { TerraformStack } from "../../framework";
import type { Outputs } from "../outputs";

/** What only says that there may have been one. */
export const ANY_LOG_CLUSTER = { sku: "", capacity: 0 } as const;
export const ANY_KEY = { name: "", keyVaultId: "" } as const;

/** Where pod logs go. */
export interface PodLogs {
  /** As identities reach it. */
  readonly place: IdentityProps["logs"];
  /** As the network does. */
  readonly service: PrivateService;
  /** As people query it. */
  readonly query: Outputs[string];
  /** Log Analytics, unless Data Explorer is chosen. */
  readonly aggregation?: LogAggregation;
}

export function podLogsOf(
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
  key: KeyIds | undefined,
  encryptionIdentity: EncryptionIdentity,
): PodLogs {
  const { cloudRegion: region, directory, logCluster: chosen } = deployment;
  if (!chosen) {
    const aggregation = addLogAggregation(stack, deployment, group);
    return {
      aggregation,
      place: aggregation,
      service: {
        name: "logs",
        resourceId: aggregation.scopeId,
        subresource: "azuremonitor",
        zones: zonesOfService("azuremonitor", region),
        reason: "Logs that the agent ships and the platform reads",
        dependsOn: aggregation.links,
      },
      query: [
        "Counts logs of pods by namespace; the workspace answers inside the network only.",
        `az monitor log-analytics query --workspace ${aggregation.customerId} --analytics-query 'ContainerLogV2 | summarize count() by PodNamespace'`,
      ],
    };
  }
  const cluster = addLogCluster(stack, deployment, chosen, group, key, encryptionIdentity);
  return {
    place: {
      clusterName: cluster.clusterName,
      databaseName: cluster.databaseName,
      identityName: fluentBitIdentity(deployment),
      serviceAccount: { namespace: FLUENT_BIT_NAMESPACE, name: FLUENT_BIT_SERVICE_ACCOUNT },
      directory,
      dependsOn: cluster.done,
    },
    service: {
      name: "logs",
      resourceId: cluster.clusterId,
      dependsOn: cluster.done,
      subresource: "cluster",
      zones: zonesOfService("cluster", region),
      reason: "Logs that Fluent Bit ships",
    },
    query: [`Azure Data Explorer, where logs are in '${logDatabase}', table '${logTable}'.`, cluster.uri],
  };
}

export const addLogAggregation = (
  stack: TerraformStack,
  deployment: AzureDeployment,
  group: ResourceGroup,
): LogAggregation =>
  new LogAggregation(stack, "log-aggregation", {
    name: podLogWorkspace(deployment),
    group,
    retentionDays: deployment.logRetentionDays,
  });

export const addLogCluster = (
  stack: TerraformStack,
  deployment: AzureDeployment,
  chosen: Pick<NonNullable<AzureDeployment["logCluster"]>, "sku" | "capacity">,
  group: ResourceGroup,
  key: Pick<KeyIds, "keyVaultId" | "name"> | undefined,
  encryptionIdentity: EncryptionIdentity,
): LogCluster =>
  new LogCluster(stack, "log-aggregation", {
    clusterName: logCluster(deployment),
    databaseName: logDatabase,
    tableName: logTable,
    group,
    ...chosen,
    zones: zonesOf(deployment),
    retentionDays: deployment.logRetentionDays,
    key,
    encryptionIdentity,
  });
