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
 * - VirtualServers are served by NGINX at 80 and 443, TransportServers at listeners
 *   (https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/,
 *   .../configuration/transportserver-resource/).
 * - A listener of a Kafka is reached from outside by its type (https://strimzi.io/docs/operators/latest/configuring:
 *   GenericKafkaListener).
 */
import type { Resource, Value } from "../../model";
import { ServiceSet } from "../../../packets/service-set";
import { at, field, isOpaque, list, number, text, knownText } from "../../values";
import { HOSTS } from "../hosts";
import { openRule } from "./controllers";
import { named, portSet, type Exposure } from "./exposure";
import { annotationOf } from "./markers";
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
      of(object).map(({ path, isPublic = false, ...way }): Exposure => {
        const location = path ? object.locate(path) : object.location;
        const from = { resource: object.address, location, ...named(object, objects), sourceRanges: undefined };
        return { ...from, ...openRule(object, objects, isPublic), ...way };
      }),
    );
  const gateways = new Set(
    objects.ofKind("Gateway", ISTIO).map((gateway) => {
      const { namespace, name } = named(gateway, objects);
      return `${namespace ?? "?"}/${name}`;
    }),
  );
  return [
    ...each("Service", ["serving.knative.dev"], knative),
    ...each("Route", ["route.openshift.io"], route),
    ...each("Gateway", [ISTIO], istioGateway),
    ...each("VirtualService", [ISTIO], (service) => virtualService(service, objects.namespaceOf(service), gateways)),
    ...each("IngressRoute", TRAEFIK, entryPoints(TCP)),
    ...each("IngressRouteTCP", TRAEFIK, entryPoints(TCP)),
    ...each("IngressRouteUDP", TRAEFIK, entryPoints(UDP)),
    ...each("HTTPProxy", ["projectcontour.io"], httpProxy),
    ...each("VirtualServer", [NGINX], virtualServer),
    ...each("TransportServer", [NGINX], transportServer),
    ...each("Kafka", ["kafka.strimzi.io"], kafka),
  ];
}

const ISTIO = "networking.istio.io";
const TRAEFIK = ["traefik.io", "traefik.containo.us"];

const NGINX = "k8s.nginx.org";

type Way = Pick<Exposure, "kind" | "ports" | "internal"> & {
  readonly path?: readonly (string | number)[];
  /** Whether it is served by a controller that is public unless something makes it internal. */
  readonly isPublic?: boolean;
};

/** Whether it names no controller, or that which its kind is named by. */
function isServedBy(controller: string, object: Resource): boolean {
  const written = field(object, "spec", "ingressClassName") ?? annotationOf(object, "kubernetes.io/ingress.class");
  return written === undefined || knownText(written) === controller;
}

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

/** Labels of the gateway that Istio's own installation makes, and of public ones of the clouds. */
const PUBLIC_GATEWAYS = ["ingressgateway", ...HOSTS.flatMap(({ balancers }) => balancers.publicGateways ?? [])];

function istioGateway(gateway: Resource): Way[] {
  const servers = list(field(gateway, "spec", "servers")) ?? [];
  const ports = (isOpaque(servers) ? [servers] : servers).map((server) => {
    const port = number(at(server, "port", "number"));
    return typeof port === "number" ? portSet(TCP, [port]) : ServiceSet.of(TCP);
  });
  const selector = JSON.stringify(field(gateway, "spec", "selector") ?? null);
  const isPublic = PUBLIC_GATEWAYS.some((istio) => selector === JSON.stringify({ istio }));
  return [{ kind: "Gateway", ports: ServiceSet.unionOf(ports), internal: "unknown", isPublic }];
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

/** The entry points of Traefik's own installation, and where they listen. */
const ENTRY_POINTS: Readonly<Record<string, ServiceSet>> = { web: HTTP, websecure: HTTPS };

/** One that names no entry point is served at each. */
const entryPoints =
  (protocol: number) =>
  (route: Resource): Way[] => {
    const names = list(field(route, "spec", "entryPoints")) ?? [];
    const ports = (isOpaque(names) ? [names] : names).map((name) => ENTRY_POINTS[knownText(name) ?? ""]);
    const known = ports.filter((one) => one !== undefined);
    const areKnown = protocol === TCP && known.length === ports.length;
    return [
      {
        kind: "IngressRoute",
        ports: areKnown && ports.length > 0 ? ServiceSet.unionOf(known) : ServiceSet.of(protocol),
        internal: "unknown",
        isPublic: areKnown && isServedBy("traefik", route),
      },
    ];
  };

/** Served at 80 and 443 unless it names listeners, whose ports are the controller's settings. */
function virtualServer(server: Resource): Way[] {
  const own = field(server, "spec", "listener") !== undefined;
  const ports = own ? ServiceSet.of(TCP) : WEB;
  return [{ kind: "VirtualServer", ports, internal: "unknown", isPublic: !own && isServedBy("nginx", server) }];
}

/** Served at a listener, of which one is built in: it tells connections apart by TLS's names. */
function transportServer(server: Resource): Way[] {
  const listener = field(server, "spec", "listener");
  const isTls = knownText(at(listener, "name")) === "tls-passthrough";
  const isUdp = knownText(at(listener, "protocol")) === "UDP";
  const ports = isTls ? HTTPS : ServiceSet.of(isUdp ? UDP : TCP);
  return [{ kind: "TransportServer", ports, internal: "unknown", isPublic: isTls && isServedBy("nginx", server) }];
}

/** One without a virtual host is a part of another. */
function httpProxy(proxy: Resource): Way[] {
  if (field(proxy, "spec", "virtualhost") === undefined) return [];
  return [{ kind: "HTTPProxy", ports: WEB, internal: "unknown", isPublic: isServedBy("contour", proxy) }];
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
