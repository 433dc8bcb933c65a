/** Private DNS zones that give services their addresses in the network: which are needed, and which are there already. */
import type { AzureDeployment } from "../deployment";

/** The parts of services that private endpoints lead to. */
export type Subresource = "vault" | "registry" | "blob" | "dfs" | "azuremonitor" | "cluster";

const storage = (service: string) => `privatelink.${service}.core.windows.net`;

/** The zones of what an endpoint leads to, of a region. */
export function zonesOfService(subresource: Subresource, region: string): readonly string[] {
  const zones: Readonly<Record<Subresource, readonly string[]>> = {
    vault: ["privatelink.vaultcore.azure.net"],
    registry: ["privatelink.azurecr.io"],
    blob: [storage("blob")],
    dfs: [storage("dfs")],
    // Settings and queries, workspaces, their agents.
    azuremonitor: [
      "privatelink.monitor.azure.com",
      "privatelink.oms.opinsights.azure.com",
      "privatelink.ods.opinsights.azure.com",
      "privatelink.agentsvc.azure-automation.net",
    ],
    // Records come into Data Explorer by way of blobs and queues of its own.
    cluster: [`privatelink.${region}.kusto.windows.net`, ...["blob", "queue", "table"].map(storage)],
  };
  return zones[subresource];
}

/** Names of the zones that a deployment's private endpoints need. */
export function neededZones({ cloudRegion, logCluster, objectStore }: AzureDeployment): readonly string[] {
  const made: Subresource[] = objectStore.existing?.endpoints ? [] : ["blob", "dfs"];
  const services: Subresource[] = ["vault", "registry", logCluster ? "cluster" : "azuremonitor", ...made];
  return [...new Set(services.flatMap((service) => zonesOfService(service, cloudRegion)))];
}

/** Resource ids of the zones that are there already, by name. */
export function givenZones({ network }: AzureDeployment): ReadonlyMap<string, string> {
  const ids = (network.existing ?? network.peering)?.privateDnsZones ?? [];
  return new Map(ids.map((id) => [id.slice(id.lastIndexOf("/") + 1), id]));
}
