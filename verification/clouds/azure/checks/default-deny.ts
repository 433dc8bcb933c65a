/** Policies hold only where the network plugin enforces them, which AKS does on request. */
import type { Check } from "../../cloud";
import { judgeSettings, required } from "../../setting";

const ENFORCED = required(
  "azurerm_kubernetes_cluster",
  "network_profile.network_policy",
  ["cilium", "azure", "calico"],
  "nothing enforces NetworkPolicies",
);

export const check: Check = function* ({ system, deployment }) {
  if (deployment) yield* judgeSettings([ENFORCED], system);
};
