/**
 * Ways in that routers of other APIs than Kubernetes' own open: they listen at load balancers of their own, mostly made
 * beside what the input holds, so that of most it is not known whether these are private.
 *
 * - A Knative Service is reached through Knative's gateway unless its label says `cluster-local`
 *   (https://knative.dev/docs/serving/services/private-services/).
 * - A Route of OpenShift is served by its router, which the default IngressController publishes to the internet
 *   (https://docs.openshift.com/container-platform/latest/networking/configuring_ingress_cluster_traffic/overview-traffic.html).
 * - A VirtualService of Istio is served by its Gateways; without one by the mesh alone
 *   (https://istio.io/latest/docs/reference/config/networking/virtual-service/).
 * - IngressRoutes are served at Traefik's entry points, HTTPProxies with a virtual host by Envoy at 80 and 443
 *   (https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/,
 *   https://projectcontour.io/docs/main/config/fundamentals/).
 * - A listener of a Kafka is reached from outside by its type (https://strimzi.io/docs/operators/latest/configuring:
 *   GenericKafkaListener).
 */
import type { Resource, Value } from "../../model";
import { ServiceSet } from "../../../packets/service-set";
import { at, field, isOpaque, list, number, text, knownText } from "../../values";
import { named, portSet, type Exposure } from "./exposure";
import { type KubernetesObjects } from "./objects";

const TCP = 6;
const UDP = 17;
const HTTP = ServiceSet.of(TCP, 80);
const HTTPS = ServiceSet.of(TCP, 443);
const WEB = HTTP.union(HTTPS);

/** Every way in that a router of another API opens. */
export function routerExposures(objects: KubernetesObjects): Exposure[] {
  const each = (kind: string, groups: readonly string[], of: (object: Resource) => Way[]) =>
    objects.ofKind(kind, ...groups).flatMap((object) =>
      of(object).map(({ path, ...way }): Exposure => {
        const location = path ? object.locate(path) : object.location;
        return { resource: object.address, location, ...named(object, objects), sourceRanges: undefined, ...way };
      }),
    );
  const gateways = new Set(
    objects.ofKind("Gateway", ISTIO).map((gateway) => {
      const { namespace, name } = named(gateway, objects);
      return `${namespace ?? "?"}/${name}`;
    }),
  );
  const entryPoint = (protocol: number) => () => [
    { kind: "IngressRoute" as const, ports: ServiceSet.of(protocol), internal: "unknown" as const },
  ];
  return [
    ...each("Service", ["serving.knative.dev"], knative),
    ...each("Route", ["route.openshift.io"], route),
    ...each("Gateway", [ISTIO], istioGateway),
    ...each("VirtualService", [ISTIO], (service) => virtualService(service, objects.namespaceOf(service), gateways)),
    ...each("IngressRoute", TRAEFIK, entryPoint(TCP)),
    ...each("IngressRouteTCP", TRAEFIK, entryPoint(TCP)),
    ...each("IngressRouteUDP", TRAEFIK, entryPoint(UDP)),
    ...each("HTTPProxy", ["projectcontour.io"], httpProxy),
    ...each("Kafka", ["kafka.strimzi.io"], kafka),
  ];
}

const ISTIO = "networking.istio.io";
const TRAEFIK = ["traefik.io", "traefik.containo.us"];

type Way = Pick<Exposure, "kind" | "ports" | "internal"> & { readonly path?: readonly (string | number)[] };

/** The second label is that of Knative before 0.24. */
const VISIBILITY = ["networking.knative.dev/visibility", "serving.knative.dev/visibility"];

function knative(service: Resource): Way[] {
  const labels = VISIBILITY.map((label) => text(field(service, "metadata", "labels", label)));
  if (labels.includes("cluster-local")) return [];
  return [{ kind: "Knative gateway", ports: WEB, internal: labels.some(isOpaque) ? "unknown" : false }];
}

function route(one: Resource): Way[] {
  const tls = field(one, "spec", "tls");
  const insecure = text(at(tls, "insecureEdgeTerminationPolicy")) ?? "None";
  const ports = tls === undefined ? HTTP : insecure === "None" ? HTTPS : WEB;
  return [{ kind: "Route", ports, internal: false }];
}

function istioGateway(gateway: Resource): Way[] {
  const servers = list(field(gateway, "spec", "servers")) ?? [];
  const ports = (isOpaque(servers) ? [servers] : servers).map((server) => {
    const port = number(at(server, "port", "number"));
    return typeof port === "number" ? portSet(TCP, [port]) : ServiceSet.of(TCP);
  });
  return [{ kind: "Gateway", ports: ServiceSet.unionOf(ports), internal: "unknown" }];
}

/** One that names Gateways of the input only is told of by these. */
function virtualService(service: Resource, namespace: string | undefined, own: ReadonlySet<string>): Way[] {
  const gateways = list(field(service, "spec", "gateways")) ?? ["mesh"];
  return (isOpaque(gateways) ? [gateways] : gateways).flatMap((gateway, index): Way[] => {
    const name = knownText(gateway);
    if (name === "mesh") return [];
    if (name !== undefined && own.has(name.includes("/") ? name : `${namespace ?? "?"}/${name}`)) return [];
    const path = ["spec", "gateways", index];
    return [{ kind: "VirtualService", ports: ServiceSet.of(TCP), internal: "unknown", path }];
  });
}

/** One without a virtual host is a part of another. */
function httpProxy(proxy: Resource): Way[] {
  if (field(proxy, "spec", "virtualhost") === undefined) return [];
  return [{ kind: "HTTPProxy", ports: WEB, internal: "unknown" }];
}

/** Types of listeners that are reached within the cluster only. */
const INSIDE = ["internal", "cluster-ip"];

function kafka(cluster: Resource): Way[] {
  const listeners = list(field(cluster, "spec", "kafka", "listeners")) ?? [];
  // The first API had a map with one listener a type.
  return (isOpaque(listeners) ? [listeners] : listeners).flatMap((listener, index): Way[] => {
    const type = text(at(listener, "type"));
    if (typeof type === "string" && INSIDE.includes(type)) return [];
    const path = ["spec", "kafka", "listeners", index];
    return [{ kind: "Kafka listener", ports: kafkaPorts(listener, type), internal: "unknown", path }];
  });
}

function kafkaPorts(listener: Value, type: ReturnType<typeof text>): ServiceSet {
  const port = number(at(listener, "port"));
  if (type === "route" || type === "ingress") return HTTPS;
  return type === "loadbalancer" && typeof port === "number" ? portSet(TCP, [port]) : ServiceSet.of(TCP);
}
