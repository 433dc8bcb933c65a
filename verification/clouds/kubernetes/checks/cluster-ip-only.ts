/** Services and pods that listen outside of their cluster. */
import { problemAt, type Problem } from "../../../problem";
import { field, isOpaque, text } from "../../../values";
import type { Resource } from "../../../model";
import type { Check } from "../../cloud";
import { objectsOf, type KubernetesObjects } from "../objects";
import { servesApps } from "../apps-and-serving";
import { exposures } from "../services";
import { type Exposure } from "../exposure";

/** Ways in by which a service, or a pod that does without one, listens outside of the cluster. */
const LISTENING: ReadonlySet<Exposure["kind"]> = new Set(["NodePort", "LoadBalancer", "externalIPs", "hostPort"]);

export const check: Check = function* (judged) {
  const { system, deployment } = judged;
  const objects = objectsOf(system);
  const services = objects.ofKind("Service", "");
  const found = exposures(system.resources);
  const balanced = new Set(found.flatMap(({ kind, resource }) => (kind === "LoadBalancer" ? [resource] : [])));
  for (const exposure of found) {
    const { kind, resource, location, namespace, name, ports } = exposure;
    // A load balancer takes node ports of its own.
    if (!LISTENING.has(kind) || (kind === "NodePort" && balanced.has(resource))) continue;
    if (servesApps(exposure, judged)) continue;
    const service = services.find(({ address }) => address === resource);
    const unknown = service !== undefined && isOpaque(field(service, "spec", "type"));
    const what = `${namespace ?? "?"}/${name} listens outside of the cluster at ${ports} (${kind})`;
    yield {
      status: unknown ? "unknown" : "violated",
      resource,
      location,
      message: unknown ? `whether ${what} can't be told: its type is not known` : what,
    };
  }
  if (!deployment) return;
  for (const namespace of objects.ofKind("Namespace", "")) yield* judgeQuota(namespace, objects);
};

/** What a quota counts of services that listen outside. */
const COUNTED = ["services.loadbalancers", "services.nodeports"];

function* judgeQuota(namespace: Resource, objects: KubernetesObjects): Generator<Problem> {
  const name = objects.nameOf(namespace);
  const quotas = objects.ofKind("ResourceQuota", "").filter((quota) => objects.namespaceOf(quota) === name);
  const refused = (what: string) => quotas.some((quota) => text(field(quota, "spec", "hard", what)) === "0");
  const admitted = COUNTED.filter((what) => !refused(what));
  if (admitted.length === 0) return;
  const message = `namespace ${name ?? "?"} admits services that listen outside: no quota has none of ${admitted.join(" and ")}`;
  yield { ...problemAt(namespace, [], "violated", message), remedy: "Give the namespace a quota that admits none." };
}
