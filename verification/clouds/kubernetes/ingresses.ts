/**
 * Ways in through controllers: Ingress and Gateway are served by a controller's load balancer; a route counts as exposed
 * where its Gateway is not in the input.
 */
import type { Resource, Value } from "../../model";
import { ServiceSet } from "../../../packets/service-set";
import { at, field, isOpaque, knownText, list, number, text } from "../../values";
import { HOSTS } from "../hosts";
import type { ClusterBalancers } from "../cloud";
import { isPublicClass, openRule } from "./controllers";
import { named, portSet, type Balancer, type Exposure } from "./exposure";
import { annotationOf } from "./markers";
import type { KubernetesObjects } from "./objects";

const TCP = 6;
const UDP = 17;

const GATEWAY_API = "gateway.networking.k8s.io";

/** Routes of the Gateway API and the protocol that they come by. */
const ROUTES: Readonly<Record<string, number>> = {
  HTTPRoute: TCP,
  GRPCRoute: TCP,
  TLSRoute: TCP,
  TCPRoute: TCP,
  UDPRoute: UDP,
};

/** Every Ingress, Gateway, and route to a Gateway elsewhere. */
export function ingressExposures(objects: KubernetesObjects): Exposure[] {
  const gateways = objects.ofKind("Gateway", GATEWAY_API);
  const ownGateways = new Set(gateways.map((gateway) => JSON.stringify(named(gateway, objects))));
  return [
    ...objects.ofKind("Ingress", "networking.k8s.io", "extensions").map((ingress) => ingressExposure(ingress, objects)),
    ...gateways.map((gateway) => gatewayExposure(gateway, objects)),
    ...Object.entries(ROUTES).flatMap(([kind, protocol]) =>
      objects.ofKind(kind, GATEWAY_API).flatMap((route) => routeExposures(route, protocol, ownGateways, objects)),
    ),
  ];
}

function ingressExposure(ingress: Resource, objects: KubernetesObjects): Exposure {
  const otherPorts = HOSTS.some(
    ({ balancers: { ports } }) => ports !== undefined && annotationOf(ingress, ports) !== undefined,
  );
  return {
    kind: "Ingress",
    resource: ingress.address,
    location: ingress.location,
    ...named(ingress, objects),
    // Controllers listen for HTTPS with a certificate of their own where the Ingress names none.
    ports: otherPorts ? ServiceSet.of(TCP) : ServiceSet.of(TCP, 80).union(ServiceSet.of(TCP, 443)),
    ...balancerOfIngress(ingress, objects),
  };
}

function balancerOfIngress(ingress: Resource, objects: KubernetesObjects): Balancer & Pick<Exposure, "without"> {
  const written = field(ingress, "spec", "ingressClassName") ?? annotationOf(ingress, "kubernetes.io/ingress.class");
  const className = knownText(written);
  const ofCloud = className === undefined ? undefined : firstOf(({ ingress: of }) => of(ingress, className, objects));
  return ofCloud ?? { ...UNTOLD, ...openRule(ingress, objects, isPublicClass("Ingress", written, objects)) };
}

const UNTOLD: Balancer = { internal: "unknown", sourceRanges: undefined };

/** What the first cloud says that has something to say. */
function firstOf(balancerIn: (balancers: ClusterBalancers) => Balancer | undefined): Balancer | undefined {
  for (const { balancers } of HOSTS) {
    const found = balancerIn(balancers);
    if (found) return found;
  }
  return undefined;
}

function gatewayExposure(gateway: Resource, objects: KubernetesObjects): Exposure {
  const listeners = list(field(gateway, "spec", "listeners")) ?? [];
  const gatewayClass = knownText(field(gateway, "spec", "gatewayClassName")) ?? "";
  return {
    kind: "Gateway",
    resource: gateway.address,
    location: gateway.location,
    ...named(gateway, objects),
    ports: isOpaque(listeners) ? ServiceSet.all : ServiceSet.unionOf(listeners.map(readListener)),
    ...(firstOf(({ gateway: of }) => of(gateway, gatewayClass, objects)) ?? {
      ...UNTOLD,
      ...openRule(gateway, objects, isPublicGateway(gateway, objects)),
    }),
  };
}

/** Addresses and parameters of its own may be private ones. */
function isPublicGateway(gateway: Resource, objects: KubernetesObjects): boolean {
  const own = ["addresses", "infrastructure"].some((name) => field(gateway, "spec", name) !== undefined);
  return !own && isPublicClass("Gateway", field(gateway, "spec", "gatewayClassName"), objects);
}

function readListener(listener: Value): ServiceSet {
  const protocol = text(at(listener, "protocol"));
  const port = number(at(listener, "port"));
  if (typeof protocol !== "string" || typeof port !== "number") return ServiceSet.all;
  if (protocol === "UDP") return portSet(UDP, [port]);
  return ["HTTP", "HTTPS", "TLS", "TCP"].includes(protocol) ? portSet(TCP, [port]) : ServiceSet.all;
}

/** A route is exposed by its Gateways: those of the input speak for themselves, others are not known. */
function routeExposures(
  route: Resource,
  protocol: number,
  ownGateways: ReadonlySet<string>,
  objects: KubernetesObjects,
): Exposure[] {
  const parents = list(field(route, "spec", "parentRefs")) ?? [];
  const { namespace, name } = named(route, objects);
  return (isOpaque(parents) ? [parents] : parents).flatMap((parent, index) => {
    // Anything but a Gateway (a Service, in a mesh) is reached from inside only.
    if ((knownText(at(parent, "kind")) ?? "Gateway") !== "Gateway") return [];
    const gateway = {
      namespace: knownText(at(parent, "namespace") ?? namespace),
      name: knownText(at(parent, "name")),
    };
    if (ownGateways.has(JSON.stringify(gateway))) return [];
    const port = number(at(parent, "port"));
    return {
      kind: "Gateway",
      resource: route.address,
      location: route.locate(["spec", "parentRefs", index]),
      namespace,
      name,
      ports: typeof port === "number" ? portSet(protocol, [port]) : ServiceSet.of(protocol),
      internal: "unknown",
      sourceRanges: undefined,
    };
  });
}
