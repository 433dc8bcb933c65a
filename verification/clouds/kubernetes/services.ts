/**
 * What a cluster offers to the world outside it: https://kubernetes.io/docs/concepts/services-networking/service/,
 * .../ingress/ and .../gateway/.
 *
 * - ClusterIP (the default type) is a virtual address that only nodes and pods reach; ExternalName is a name in DNS.
 * - NodePort opens a port of every node; without a number one of 30000 to 32767.
 * - LoadBalancer asks the cloud for a load balancer, and opens node ports too unless `allocateLoadBalancerNodePorts`
 *   is false. `loadBalancerSourceRanges` hold at the load balancer, not at the node ports.
 * - `externalIPs` take traffic that arrives at a node for these addresses, whatever the type.
 * - Ingress, Gateway and its routes: `ingresses.ts`.
 * - Routers of other APIs: `routers.ts`.
 * - hostNetwork and hostPort listen at the node's own addresses.
 */
import {
  isUnknown,
  type Endpoint,
  type Filter,
  type Location,
  type Resource,
  type Rule,
  type Unjudged,
  type Value,
} from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { protocolNumber } from "../../../packets/protocols";
import { ServiceSet } from "../../../packets/service-set";
import { at, field, isOpaque, list, number, text, texts, unknown, whyOpaque } from "../../values";
import { named, portSet, type Exposure } from "./exposure";
import { ingressExposures } from "./ingresses";
import { ALL_PODS_GROUP } from "./network-policy";
import { KubernetesObjects } from "./objects";
import { routerExposures } from "./routers";
import { rangesIn, textsOf } from "./source-ranges";
import { podsOf, type Pods } from "./workloads";
import { hostsOf, isInternalService } from "./internal-balancers";
import { annotationOf } from "./markers";
import { oncePer } from "../../once-per";
import { flag } from "../../ternary";

const TCP = 6;
const NODE_PORTS = [30000, 32767] as const;
/** What else could close a port that an object asks every node to open. */
const NODES = "the nodes";

/** Every way in from outside the cluster. */
export const exposures = oncePer((resources: readonly Resource[]): readonly Exposure[] => {
  const objects = KubernetesObjects.of(resources);
  return [
    ...objects.ofKind("Service", "").flatMap((service) => serviceExposures(service, objects)),
    ...ingressExposures(objects),
    ...routerExposures(objects),
    ...podsOf(objects).flatMap(podExposures),
  ];
});

// ---------------------------------------------------------------- services

/**
 * Services as endpoints: pods reach them at their ports, others only through an {@link Exposure}; they open no
 * connections. An ExternalName service has no address and is no endpoint.
 */
export function serviceEndpoints(objects: KubernetesObjects): Endpoint[] {
  return objects
    .ofKind("Service", "")
    .filter((service) => typeOf(service) !== "ExternalName")
    .map((service) => {
      const { namespace, name } = named(service, objects);
      const id = `service/${namespace ?? "?"}/${name}`;
      const rule = (location: Location, addresses: AddressSet | undefined, services: ServiceSet): Rule => ({
        resource: service.address,
        location,
        action: "allow",
        services,
        peers: [addresses ? { kind: "addresses", addresses } : { kind: "group", id: ALL_PODS_GROUP }],
      });
      const rules = serviceExposures(service, objects).map(({ location, sourceRanges, ports }) =>
        rule(location, isUnknown(sourceRanges) ? AddressSet.all : (sourceRanges ?? AddressSet.all), ports),
      );
      const filter = (direction: Filter["direction"], level: readonly Rule[]): Filter => ({
        name: id,
        system: "kubernetes",
        direction,
        stateful: true,
        levels: [level],
        otherwise: "deny",
      });
      return {
        id,
        kind: "service",
        location: service.location,
        addresses: AddressSet.all,
        groups: new Set([id]),
        namespace,
        filters: [
          filter("inbound", [rule(service.location, undefined, servicePorts(service, "port")), ...rules]),
          filter("outbound", []),
        ],
      };
    });
}

/** Services whose type can't be told; {@link exposures} takes them as LoadBalancer. */
export function unjudgedServices(objects: KubernetesObjects): Unjudged[] {
  return objects
    .ofKind("Service", "")
    .filter((service) => typeOf(service) === undefined)
    .map((service) => ({
      resource: service.address,
      location: service.locate(["spec", "type"]),
      reason: "the type of the service is not known",
    }));
}

function typeOf(service: Resource): "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName" | undefined {
  const type = text(field(service, "spec", "type")) ?? "ClusterIP";
  switch (type) {
    case "ClusterIP":
    case "NodePort":
    case "LoadBalancer":
    case "ExternalName":
      return type;
    default:
      return undefined;
  }
}

function serviceExposures(service: Resource, objects: KubernetesObjects): Exposure[] {
  const type = typeOf(service);
  if (type === "ExternalName") return [];
  const base = { resource: service.address, location: service.locate(["spec", "type"]), ...named(service, objects) };
  const result: Exposure[] = [];
  const balanced = type === "LoadBalancer" || type === undefined;
  if (balanced) {
    result.push({
      ...base,
      kind: "LoadBalancer",
      ports: servicePorts(service, "port"),
      internal: type === undefined ? "unknown" : isInternalService(service, objects),
      sourceRanges: readSourceRanges(service),
    });
  }
  const offered = balanced ? offersOf(service, objects) : [];
  for (const annotation of offered) {
    result.push({
      ...base,
      kind: "Private Link Service",
      location: service.locate(["metadata", "annotations", annotation]),
      ports: servicePorts(service, "port"),
      internal: "unknown",
      sourceRanges: unknown("who connects over Private Link is not in the input"),
    });
  }
  const nodePorts = openNodePorts(service, balanced);
  if (type !== "ClusterIP" && !nodePorts.isEmpty) {
    const kind = balanced ? "load balancer's NodePort" : "NodePort";
    const without = balanced ? undefined : NODES;
    result.push({ ...base, kind, ports: nodePorts, internal: "unknown", without, sourceRanges: undefined });
  }
  if (texts(field(service, "spec", "externalIPs")).length > 0) {
    result.push({
      ...base,
      kind: "externalIPs",
      location: service.locate(["spec", "externalIPs"]),
      ports: servicePorts(service, "port"),
      internal: "unknown",
      sourceRanges: undefined,
    });
  }
  return result;
}

/** Annotations by which it offers its load balancer to other networks; those of another cloud have no effect. */
function offersOf(service: Resource, objects: KubernetesObjects): string[] {
  return hostsOf(objects).flatMap(({ balancers: { offers } }) => {
    const written = offers === undefined ? undefined : annotationOf(service, offers);
    return offers === undefined || written === undefined || flag(written, true) === false ? [] : [offers];
  });
}

/** The ports that a service opens on every node, that of its health check among them. */
function openNodePorts(service: Resource, balanced: boolean): ServiceSet {
  const allocates = !balanced || flag(field(service, "spec", "allocateLoadBalancerNodePorts"), true) !== false;
  const policy = text(field(service, "spec", "externalTrafficPolicy"));
  const local = balanced && (isOpaque(policy) || policy === "Local");
  const health = number(field(service, "spec", "healthCheckNodePort"));
  const healthCheck = portSet(TCP, typeof health === "number" && health > 0 ? [health] : NODE_PORTS);
  return ServiceSet.unionOf([
    allocates ? servicePorts(service, "nodePort") : explicitNodePorts(service),
    local ? healthCheck : ServiceSet.empty,
  ]);
}

/** Node ports that are written out are opened even where none would be allocated. */
function explicitNodePorts(service: Resource): ServiceSet {
  const ports = list(field(service, "spec", "ports")) ?? [];
  if (isOpaque(ports)) return ServiceSet.empty;
  const explicit = ports.filter((port) => at(port, "nodePort") !== undefined && at(port, "nodePort") !== 0);
  return ServiceSet.unionOf(explicit.map((port) => readServicePort(port, "nodePort")));
}

function servicePorts(service: Resource, which: "port" | "nodePort"): ServiceSet {
  const ports = list(field(service, "spec", "ports")) ?? [];
  if (isOpaque(ports)) return ServiceSet.all;
  return ServiceSet.unionOf(ports.map((port) => readServicePort(port, which)));
}

/** One port of a service; every packet it might take where that can't be told. */
function readServicePort(value: Value, which: "port" | "nodePort"): ServiceSet {
  const protocol = text(at(value, "protocol")) ?? "TCP";
  const ip = typeof protocol === "string" ? protocolNumber(protocol) : undefined;
  const port = number(at(value, which)) ?? 0;
  if (ip === undefined || isOpaque(value)) return ServiceSet.all;
  if (typeof port === "number" && port > 0) return portSet(ip, [port]);
  return which === "nodePort" ? portSet(ip, NODE_PORTS) : ServiceSet.of(ip);
}

/** `loadBalancerSourceRanges`, or the annotation that stands in for it. */
function readSourceRanges(service: Resource): Exposure["sourceRanges"] {
  const listed = texts(field(service, "spec", "loadBalancerSourceRanges"));
  return rangesIn(
    listed.length > 0
      ? listed
      : textsOf(annotationOf(service, "service.beta.kubernetes.io/load-balancer-source-ranges")),
  );
}

// ---------------------------------------------------------------- nodes

function podExposures(pods: Pods): Exposure[] {
  const base = {
    resource: pods.resource.address,
    namespace: pods.namespace,
    name: pods.name,
    internal: "unknown" as const,
    sourceRanges: undefined,
  };
  const location = pods.resource.locate([...pods.specPath, "hostNetwork"]);
  // Whatever port a process listens at, written out or not.
  const everyPort: Exposure[] =
    pods.hostNetwork === false ? [] : [{ ...base, kind: "hostNetwork", location, ports: ServiceSet.all }];
  return [...everyPort, ...hostPorts(pods).map((port) => ({ ...base, ...port }))];
}

type HostPort = Pick<Exposure, "kind" | "location" | "ports" | "without" | "sourceRanges">;

/** Host ports that are written out; on the host network the API server writes each port of a container as one. */
function hostPorts({ resource, ports }: Pods): HostPort[] {
  if (isOpaque(ports)) return [];
  return ports.flatMap(({ protocol, hostPort, hostIP, path }): HostPort[] => {
    const isWritten = hostPort !== undefined && field(resource, ...path, "hostPort") !== undefined;
    if (!isWritten || hostIP?.startsWith("127.") || hostIP === "::1") return [];
    const ip = protocolNumber(protocol);
    return [
      {
        kind: "hostPort",
        location: resource.locate([...path, "hostPort"]),
        ports: ip === undefined ? ServiceSet.all : portSet(ip, [hostPort]),
        without: NODES,
        sourceRanges:
          hostIP === undefined ? undefined : unknown(`who can reach the node's address ${hostIP} is not known`),
      },
    ];
  });
}

/** Workloads whose container ports, and so their host ports, can't be told. */
export function unjudgedPorts(pods: readonly Pods[]): Unjudged[] {
  return pods.flatMap(({ resource, specPath, ports }) =>
    isOpaque(ports)
      ? {
          resource: resource.address,
          location: resource.locate(specPath),
          reason: `container ports: ${whyOpaque(ports)}`,
        }
      : [],
  );
}
