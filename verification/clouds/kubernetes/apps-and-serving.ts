import { PLATFORM_NAMESPACE } from "../../../config/names";
import { objectsOf } from "./objects";
import type { Judged } from "../../judged";
import type { Exposure } from "./exposure";
import { field, knownText } from "../../values";

/** Where Knative's own manifests put the pods that lead requests to an app, and the label that these have anywhere. */
const NAMESPACES = ["kourier-system", "knative-serving"];
const GATEWAY_LABEL = "3scale-kourier-gateway";

/**
 * Whether a service leads to Apps & Serving, the only one that may be of type LoadBalancer; the node ports that such a
 * service takes are of the same service. Document: "Verification". A deployment of this package needs none: its apps are
 * reached through the tunnel.
 */
export function servesApps({ namespace, resource }: Exposure, { system, deployment }: Judged): boolean {
  if (deployment || namespace === undefined || namespace === PLATFORM_NAMESPACE) return false;
  const service = objectsOf(system)
    .ofKind("Service", "")
    .find(({ address }) => address === resource);
  if (!service || knownText(field(service, "spec", "type")) !== "LoadBalancer") return false;
  return NAMESPACES.includes(namespace) || knownText(field(service, "spec", "selector", "app")) === GATEWAY_LABEL;
}
