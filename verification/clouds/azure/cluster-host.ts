/** What Azure gives the clusters of AKS. */
import { tagName } from "../../../config/azure/service-tags";
import type { Resource } from "../../model";
import { field, text } from "../../values";
import type { ClusterHost } from "../cloud";
import { azureBalancers } from "./cluster-balancers";
import { azureNodePools } from "./node-pools";
import { azureRegistries, bootstrapImages } from "./registries";

/** The tag as a rule names it: with a region where only that region's part of it is read. */
function serviceTagName(tags: Resource): string | undefined {
  const [service, region] = [text(field(tags, "service")), text(field(tags, "location_filter")) ?? ""];
  if (typeof service !== "string" || typeof region !== "string") return undefined;
  return tagName(region === "" ? service : `${service}.${region.replaceAll(" ", "")}`);
}

export const host: ClusterHost = {
  prefix: "azurerm_",
  nodePools: azureNodePools,
  otherNodes: /^azurerm_\w+_virtual_machine_scale_set$/,
  nodesByThemselves: { azurerm_kubernetes_cluster: [["node_provisioning_profile", "mode"]] },
  registries: azureRegistries,
  balancers: azureBalancers,
  nodeImages: (input) => bootstrapImages(input).map(({ image, of }) => ({ what: "AKS", image, resource: of })),
  // Service tags: `AzureActiveDirectory` is `azure:AzureActiveDirectory`.
  lists: {
    azurerm_network_service_tags: {
      blocks: ["address_prefixes", "ipv4_cidrs", "ipv6_cidrs"],
      nameOf: serviceTagName,
    },
  },
};
