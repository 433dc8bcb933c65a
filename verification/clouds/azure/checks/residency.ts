/** Locations of what holds data on Azure, and what copies it: https://learn.microsoft.com/azure/storage/common/storage-redundancy */
import { problemAt } from "../../../problem";
import { blocks, isOpaque, whyOpaque } from "../../../values";
import type { Check } from "../../cloud";
import { inputOf } from "../../lookup";
import { judgeSettings, required } from "../../setting";

const STORES = [
  ...["azurerm_storage_account", "azurerm_managed_disk", "azurerm_disk_encryption_set", "azurerm_key_vault"],
  ...["azurerm_container_registry", "azurerm_log_analytics_workspace", "azurerm_kusto_cluster"],
  ...["azurerm_kubernetes_cluster", "azurerm_monitor_data_collection_endpoint", "azurerm_monitor_data_collection_rule"],
];

/** Redundancy within a region: the others copy to its pair. */
const WITHIN_REGION = ["LRS", "ZRS"];

export const check: Check = function* ({ system, deployment }) {
  if (deployment?.cloud !== "azure") return;
  const { cloudRegion } = deployment;
  const risk = `the data plane is in ${cloudRegion}`;
  // Azure takes `North Europe` for northeurope.
  const isOwn = (location: string) => location.replaceAll(" ", "").toLowerCase() === cloudRegion;
  yield* judgeSettings(
    [
      { ...required(STORES.join(" "), "location", [], risk), holds: isOwn },
      required(
        "azurerm_storage_account",
        "account_replication_type",
        WITHIN_REGION,
        "data is copied to another region",
      ),
    ],
    system,
  );
  for (const registry of inputOf(system).managed("azurerm_container_registry")) {
    const copies = registry.values["georeplications"];
    const path = ["georeplications"];
    if (isOpaque(copies))
      yield problemAt(registry, path, "unknown", `georeplications can't be told: ${whyOpaque(copies)}`);
    else if (blocks(copies).length > 0)
      yield problemAt(registry, path, "violated", "images are copied to another region");
  }
};
