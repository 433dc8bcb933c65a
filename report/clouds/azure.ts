/** What a report says of Azure. */
import type { AzureDeployment } from "../../config/deployment";
import * as azure from "../../config/azure/names";
import { printing } from "../html/commands";
import type { Command } from "../html/model";
import type { Judgement } from "../../verification/verify";
import { ofType, type ReportedCloud } from "./cloud";

export function azureCloud(deployment: AzureDeployment): ReportedCloud {
  const account = azure.storageAccount(deployment);
  return {
    words: {
      cloud: "Azure",
      account: ["Subscription", deployment.subscription],
      cluster: "AKS",
      objectStore: { product: "Storage", name: account },
      objectStoreHost: `${account}.blob.core.windows.net`,
      logs: deployment.logCluster
        ? { product: "Data Explorer", name: azure.logCluster(deployment) }
        : { product: "Log Analytics", name: azure.podLogWorkspace(deployment) },
      registry: { product: "Container Registry", name: azure.registry(deployment) },
      secretStore: { product: "Key Vault", name: azure.keyVault(deployment) },
      privateConnection: "Private Link",
    },
    privateConnections: (output) => output("verify_private_link_services_command", "verify_private_endpoints_command"),
    flowLogs,
    setsCors: ({ type, values }) => type === "azurerm_storage_account" && values["is_hns_enabled"] === true,
    namedById: [],
  };
}

function flowLogs(judgement: Judgement): Command[] {
  if (ofType(judgement, "azurerm_log_analytics_workspace").length === 0) return [];
  const query =
    "NTANetAnalytics | where FlowType == 'ExternalPublic' and FlowDirection startswith 'I' and FlowStatus startswith 'A'";
  const printed = judgement.outputs.find(({ name }) => name === "log_workspace_id");
  return [
    {
      text: `az monitor log-analytics query --workspace <workspace-id> --analytics-query "${query}"`,
      output: printed ? printing(printed) : "",
    },
  ];
}
