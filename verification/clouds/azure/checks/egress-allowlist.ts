/** What private endpoints lead to. */
import type { Check } from "../../cloud";
import { judgeSettings, required } from "../../setting";

/** What private endpoints of a deployment lead to is its own alone, which most of them can't help. */
const OWN_SETTINGS = ["ingestion_access_mode", "query_access_mode"].map((mode) =>
  required("azurerm_monitor_private_link_scope", mode, ["PrivateOnly"], "it leads to workspaces of others too"),
);

export const check: Check = function* ({ system, deployment }) {
  if (deployment) yield* judgeSettings(OWN_SETTINGS, system);
};
