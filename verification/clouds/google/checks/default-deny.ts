/** Policies hold only where the network plugin enforces them, which GKE does on request. */
import type { Check } from "../../cloud";
import { judgeSettings, required } from "../../setting";

const ENFORCED = required(
  "google_container_cluster",
  "datapath_provider",
  ["ADVANCED_DATAPATH"],
  "nothing enforces NetworkPolicies",
);

export const check: Check = function* ({ system, deployment }) {
  if (deployment) yield* judgeSettings([ENFORCED], system);
};
