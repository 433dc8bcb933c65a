import type { AzureDeployment } from "../deployment";
import { OBJECT_STORE_LOGS, type Section } from "../logs";
import { logCluster, logDatabase, logTable, podLogWorkspaceId } from "./names";

/**
 * Output of Fluent Bit to Azure Data Explorer, where one is chosen: the one output for Azure that takes a service
 * account's identity (`azure_blob` and `azure_logs_ingestion` take keys and secrets only).
 *
 * @param clientId client id of Fluent Bit's managed identity
 */
export function logClusterOutput(deployment: AzureDeployment, clientId: string): Section {
  return {
    Name: "azure_kusto",
    auth_type: "workload_identity",
    tenant_id: deployment.directory,
    client_id: clientId,
    ingestion_endpoint: `https://ingest-${logCluster(deployment)}.${deployment.cloudRegion}.kusto.windows.net`,
    database_name: logDatabase,
    table_name: logTable,
    tls: "on",
    "tls.verify": "on",
    retry_limit: "5",
  };
}

/**
 * The `proxy.persistedLogs` section of Union's configuration. It knows no Data Explorer: with one, the proxy is left to
 * look at an object store without logs.
 */
export const persistedLogs = (deployment: AzureDeployment) =>
  deployment.logCluster
    ? OBJECT_STORE_LOGS
    : {
        sourceType: "AzureLogAnalytics",
        azureLogAnalytics: { logAnalyticsWorkspaceResourceIdTemplate: podLogWorkspaceId(deployment) },
      };
