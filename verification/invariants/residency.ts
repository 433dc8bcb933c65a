/**
 * `residency`. Document: "Regional endpoints": "Region selection also has data residency implications".
 *
 * In a deployment of this package everything that holds data, or opens it, lies in the deployment's own region: object
 * stores, disks, logs, registries, secrets, keys and their copies. A multi-region place, global replication, a replica
 * elsewhere and a key of another region are violations; a place that can't be told is unknown. On AWS the region of what
 * names none is its provider's: a network's zones show it, and a resource of another provider is unknown.
 *
 * What is not judged here: data that tasks send elsewhere by what they may reach (`egress-allowlist`), stores and
 * registries that are given and not made, and what the control plane keeps: that its region is the one that `region`
 * names, `encryption-in-transit` and `parts-configured` show by the hosts that the platform calls.
 */
import { checkedByClouds } from "../clouds/index";
import type { Invariant } from "./invariant";

export const invariant: Invariant = {
  id: "residency",
  title: "Every store, log, key, registry and secret of a data plane lies in its own region.",
  paragraph: "Regional endpoints: region selection also has data residency implications",
  remedy: "Make it in the deployment's region, without replication to another.",
  *check(judged) {
    if (judged.deployment) yield* checkedByClouds("residency", judged);
  },
};
