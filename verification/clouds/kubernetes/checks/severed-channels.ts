/** Workloads of a severed channel have no pod. */
import { CHANNEL_NAMES, CHANNEL_WORKLOADS, severedChannels } from "../../../../config/channels";
import { PLATFORM_NAMESPACE } from "../../../../config/names";
import { shown } from "../../../../config/texts";
import { problemAt } from "../../../problem";
import { field, isOpaque, whyOpaque } from "../../../values";
import type { Check } from "../../cloud";
import { objectsOf } from "../objects";

const REPLICAS = ["spec", "replicas"];
/** Kubernetes' own default. */
const LEFT_OUT = 1;

export const check: Check = function* ({ system, deployment }) {
  if (deployment?.workloads !== "stack") return;
  const objects = objectsOf(system);
  for (const channel of severedChannels(deployment)) {
    for (const name of CHANNEL_WORKLOADS[channel]) {
      for (const workload of objects.named("Deployment", "apps", name, PLATFORM_NAMESPACE)) {
        const replicas = field(workload, ...REPLICAS) ?? LEFT_OUT;
        const severed = `${CHANNEL_NAMES[channel]} is severed`;
        if (isOpaque(replicas)) {
          const message = `${severed}, and whether pods of it run can't be told: ${whyOpaque(replicas)}`;
          yield problemAt(workload, REPLICAS, "unknown", message);
        } else if (shown(replicas) !== "0") {
          yield problemAt(workload, REPLICAS, "violated", `${severed}, and pods of it run: ${shown(replicas)}`);
        }
      }
    }
  }
};
