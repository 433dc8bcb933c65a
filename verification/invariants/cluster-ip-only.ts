import { servesApps } from "../apps-and-serving";
import { exposures, type Exposure } from "../semantics/kubernetes";
import { field, isOpaque } from "../values";
import type { Invariant } from "./invariant";
import { objectsOf } from "./lookup";

/** Ways in by which a service, or a pod that does without one, listens outside of the cluster. */
const LISTENING: ReadonlySet<Exposure["kind"]> = new Set(["NodePort", "LoadBalancer", "externalIPs", "hostPort"]);

export const invariant: Invariant = {
  id: "cluster-ip-only",
  title: "Every service is of type ClusterIP; only Apps & Serving may have a load balancer.",
  paragraph: "Verification: Outbound-only model",
  remedy: "Make the service ClusterIP; what must be reached from outside comes through the tunnel.",
  *check({ system, deployment }) {
    const services = objectsOf(system).ofKind("Service", "");
    const found = exposures(system.resources);
    const balanced = new Set(found.flatMap(({ kind, resource }) => (kind === "LoadBalancer" ? [resource] : [])));
    for (const exposure of found) {
      const { kind, resource, location, namespace, name, ports } = exposure;
      // A load balancer takes node ports of its own.
      if (!LISTENING.has(kind) || (kind === "NodePort" && balanced.has(resource))) continue;
      if (deployment?.appsAndServing !== false && servesApps(exposure, system)) continue;
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
  },
};
