/**
 * NetworkPolicy: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and
 * https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 *
 * - A pod is isolated in a direction once a policy of its namespace selects it and has that direction among its
 *   `policyTypes`. Left out, these are Ingress, and Egress where the policy has egress rules. Pods that are not
 *   isolated are open.
 * - An isolated pod exchanges what any of its policies allows: policies only add up.
 * - A rule allows what matches one of its peers and one of its ports; without peers it speaks of everybody, without
 *   ports of every packet. In a peer, namespaceSelector and podSelector must both match; a podSelector alone stays
 *   within the policy's namespace.
 *
 * Where the API leaves the behaviour to the network plugin, this is how it is judged:
 * - ipBlock is meant for addresses outside the cluster. A pod's address is not known, so an ipBlock may match a pod,
 *   but never certainly.
 * - Policies do not govern pods on the host network: they have no filters here, and the rules of their nodes apply. A
 *   peer's podSelector may match such a pod or not.
 * - A named port is looked up among the ports of the pod that the packet goes to. A pod without such a port has no
 *   packet to match; of an address that is no pod of the input, the port is unknown.
 * - Only TCP, UDP and SCTP are sure to be filtered; an isolated pod counts as closed for other protocols too.
 * - A node always reaches the pods that run on it (health checks), and a pod always reaches itself.
 */
import {
  isReference,
  type Direction,
  type Location,
  type Peer,
  type Resource,
  type Rule,
  type Value,
} from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import {
  at,
  field,
  isOpaque,
  knownText,
  list,
  number,
  text,
  texts,
  unknown,
  whyOpaque,
  type Opaque,
} from "../../values";
import { referredSet, type ToldList } from "../cloud-lists";
import type { KubernetesObjects } from "./objects";
import { NAMESPACE_NAME, readSelector, selectorOf, type Selector } from "./selectors";
import { shown } from "../../../config/texts";
import type { Ternary } from "../../ternary";

/** Pods by their labels and their namespace's. */
export interface PodPeer {
  readonly namespaces: Selector;
  readonly pods: Selector;
}

export interface NamedPort {
  readonly name: string;
  readonly protocol: keyof typeof PROTOCOLS;
}

/** One entry of `ingress` or `egress`. */
export interface PolicyRule {
  /** Peers that are addresses or can't be told. */
  readonly addresses: readonly Peer[];
  readonly pods: readonly PodPeer[];
  readonly named: readonly NamedPort[];
  /** What is the same at every pod: all but the named ports. */
  readonly rules: readonly Rule[];
  /** A rule from the same place in the input. */
  readonly allow: (services: ServiceSet, peers: readonly Peer[], unknown?: string) => Rule;
}

export interface NetworkPolicy {
  readonly resource: Resource;
  /** `undefined` where it can't be told. */
  readonly namespace: string | undefined;
  /** The pods of its namespace that it applies to. */
  readonly selector: Selector | Opaque;
  /** Whether it isolates the pods it selects. */
  readonly isolates: Readonly<Record<Direction, Ternary>>;
  readonly rules: Readonly<Record<Direction, readonly PolicyRule[]>>;
}

const FIELDS = {
  inbound: { type: "Ingress", rules: "ingress", peers: "from" },
  outbound: { type: "Egress", rules: "egress", peers: "to" },
} as const;

export const DIRECTIONS: readonly Direction[] = ["inbound", "outbound"];
export const PROTOCOLS = { TCP: 6, UDP: 17, SCTP: 132 } as const;
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;
export const EVERYBODY: Peer = { kind: "addresses", addresses: AddressSet.all };

/** Every pod of every namespace. */
export const ALL_PODS: PodPeer = { namespaces: selectorOf([]), pods: selectorOf([]) };

export function groupId({ namespaces, pods }: PodPeer): string {
  return `pods:${namespaces.key}/${pods.key}`;
}

/** Group of all pods. */
export const ALL_PODS_GROUP = groupId(ALL_PODS);

// ---------------------------------------------------------------- reading

/** @param told lists of blocks of which the input tells what they are */
export function readNetworkPolicies(objects: KubernetesObjects, told: readonly ToldList[] = []): NetworkPolicy[] {
  // `extensions` is the API group before networking.k8s.io, with the same fields.
  return objects.ofKind("NetworkPolicy", "networking.k8s.io", "extensions").map((resource) => {
    const namespace = objects.namespaceOf(resource);
    const types = texts(field(resource, "spec", "policyTypes"));
    const read = (direction: Direction) => readRules(resource, direction, namespace, objects, told);
    return {
      resource,
      namespace,
      selector: readSelector(field(resource, "spec", "podSelector")),
      isolates: { inbound: isolates(resource, types, "inbound"), outbound: isolates(resource, types, "outbound") },
      rules: { inbound: read("inbound"), outbound: read("outbound") },
    };
  });
}

function isolates(resource: Resource, types: readonly (string | Opaque)[], direction: Direction): Ternary {
  // The API server refuses a policy with any other type.
  if (types.some((type) => type !== "Ingress" && type !== "Egress")) return "unknown";
  if (types.length > 0) return types.includes(FIELDS[direction].type);
  if (direction === "inbound") return true;
  const rules = list(field(resource, "spec", "egress")) ?? [];
  return isOpaque(rules) ? "unknown" : rules.length > 0;
}

function readRules(
  resource: Resource,
  direction: Direction,
  namespace: string | undefined,
  objects: KubernetesObjects,
  told: readonly ToldList[],
): PolicyRule[] {
  const fields = FIELDS[direction];
  const rules = list(field(resource, "spec", fields.rules)) ?? [];
  const written = isOpaque(rules) ? [rules] : rules;
  return written.map((rule, index) => {
    const peers = isOpaque(rule) ? rule : (list(at(rule, fields.peers)) ?? []);
    const location = resource.locate(["spec", fields.rules, ...(isOpaque(rules) ? [] : [index])]);
    const whole = isOpaque(peers) ? new Map<string, AddressSet>() : wholeLists(peers, told);
    return policyRule(
      resource.address,
      location,
      isOpaque(peers) ? [unknownPeer(peers)] : peers.map((peer) => readPeer(peer, namespace, resource, objects, whole)),
      isOpaque(rule) ? [] : readPorts(at(rule, "ports")),
    );
  });
}

/** @param peers - empty: everybody @param ports - empty: every packet */
function policyRule(
  resource: string,
  location: Location,
  peers: readonly (Peer | PodPeer)[],
  ports: readonly (ServiceSet | NamedPort | Opaque)[],
): PolicyRule {
  const addresses = peers.length === 0 ? [EVERYBODY] : peers.filter((peer) => "kind" in peer);
  const pods = peers.filter((peer) => "pods" in peer);
  const all = [...addresses, ...pods.map(groupPeer)];
  const services = ports.length === 0 ? [ServiceSet.all] : ports.filter((port) => port instanceof ServiceSet);
  const opaque = ports.find(isOpaque);
  const allow: PolicyRule["allow"] = (of, from, reason) => ({
    resource,
    location,
    action: "allow",
    services: of,
    peers: from,
    ...(reason === undefined ? {} : { unknown: reason }),
  });
  return {
    addresses,
    pods,
    named: ports.filter((port) => "name" in port),
    rules: [
      ...(services.length > 0 ? [allow(ServiceSet.unionOf(services), all)] : []),
      ...(opaque ? [allow(ServiceSet.all, all, whyOpaque(opaque))] : []),
    ],
    allow,
  };
}

export function groupPeer(peer: PodPeer): Peer {
  return { kind: "group", id: groupId(peer) };
}

function unknownPeer(value: Opaque): Peer {
  return { kind: "unknown", reason: whyOpaque(value) };
}

function readPeer(
  value: Value,
  namespace: string | undefined,
  resource: Resource,
  objects: KubernetesObjects,
  whole: ReadonlyMap<string, AddressSet>,
): Peer | PodPeer {
  if (isOpaque(value)) return unknownPeer(value);
  const ipBlock = at(value, "ipBlock");
  const namespaceSelector = at(value, "namespaceSelector");
  const podSelector = at(value, "podSelector");
  const selects = namespaceSelector !== undefined || podSelector !== undefined;
  if (ipBlock !== undefined) {
    if (selects) return unknownPeer(unknown("a peer with ipBlock may not have selectors"));
    const addresses = whole.get(plainBlock(value) ?? "") ?? readIpBlock(ipBlock, resource, objects);
    return isOpaque(addresses) ? unknownPeer(addresses) : { kind: "addresses", addresses };
  }
  if (!selects) return unknownPeer(unknown("a peer needs an ipBlock or a selector"));
  const pods = readSelector(podSelector);
  const namespaces = namespaceSelector === undefined ? ownNamespace(namespace) : readSelector(namespaceSelector);
  if (isOpaque(pods)) return unknownPeer(pods);
  return isOpaque(namespaces) ? unknownPeer(namespaces) : { namespaces, pods };
}

/** The block of a peer that is one and nothing else. */
function plainBlock(peer: Value): string | undefined {
  const ipBlock = at(peer, "ipBlock");
  return texts(at(ipBlock, "except")).length === 0 ? knownText(at(ipBlock, "cidr")) : undefined;
}

/** Of each told list that is among the peers as a whole, its blocks and the set that they are. */
function wholeLists(peers: readonly Value[], told: readonly ToldList[]): Map<string, AddressSet> {
  if (told.length === 0) return new Map();
  const written = new Set(peers.map(plainBlock));
  const whole = told.filter(({ blocks }) => blocks.every((block) => written.has(block)));
  return new Map(whole.flatMap(({ blocks, set }) => blocks.map((block) => [block, set] as const)));
}

function ownNamespace(namespace: string | undefined): Selector | Opaque {
  if (namespace === undefined) return unknown("the policy's namespace is not known");
  return selectorOf([{ key: NAMESPACE_NAME, operator: "In", values: [namespace] }]);
}

function readIpBlock(ipBlock: Value, resource: Resource, objects: KubernetesObjects): AddressSet | Opaque {
  const cidr = text(at(ipBlock, "cidr"));
  const except = texts(at(ipBlock, "except"));
  if (cidr === undefined) return unknown("ipBlock has no cidr");
  const opaque = except.find(isOpaque);
  if (opaque) return opaque;
  try {
    const subtracted = AddressSet.ofCidrs(except.filter((block) => typeof block === "string"));
    if (isOpaque(cidr)) {
      const named = isReference(cidr) ? referredSet(cidr, objects.target(cidr, resource)) : undefined;
      if (named === undefined) return cidr;
      return subtracted.isEmpty ? named : unknown("which part 'except' takes from a named set is not known");
    }
    const block = AddressSet.ofCidrs([cidr]);
    if (subtracted.isEmpty) return block;
    if (!subtracted.isSubsetOf(block)) return unknown(`'except' names addresses outside ${cidr}`);
    // Read anew: with public addresses taken away, the rest need not cover a named set any more.
    return AddressSet.ofCidrs(block.subtract(subtracted).toCidrs());
  } catch (error) {
    if (error instanceof RangeError) return unknown(error.message);
    throw error;
  }
}

function readPorts(value: Value | undefined): (ServiceSet | NamedPort | Opaque)[] {
  const ports = list(value) ?? [];
  return isOpaque(ports) ? [ports] : ports.map(readPort);
}

function readPort(value: Value): ServiceSet | NamedPort | Opaque {
  const protocol = text(at(value, "protocol")) ?? "TCP";
  const port = at(value, "port");
  const last = number(at(value, "endPort"));
  if (isOpaque(protocol)) return protocol;
  if (isOpaque(port)) return port;
  if (isOpaque(last)) return last;
  if (!isProtocol(protocol)) return unknown(`'${protocol}' is not a protocol that NetworkPolicy knows`);
  const first = number(port);
  if (typeof first === "number") {
    const valid = first > 0 && (last === undefined || last >= first);
    try {
      return valid
        ? ServiceSet.of(PROTOCOLS[protocol], first, last)
        : unknown(`${first} to ${String(last)} is not a range of ports`);
    } catch (error) {
      if (error instanceof RangeError) return unknown(error.message);
      throw error;
    }
  }
  if (last !== undefined) return unknown("endPort needs a port number");
  if (first === undefined) return ServiceSet.of(PROTOCOLS[protocol]);
  return typeof port === "string" && PORT_NAME.test(port)
    ? { name: port, protocol }
    : unknown(`'${shown(port)}' is not a port`);
}

function isProtocol(protocol: string): protocol is keyof typeof PROTOCOLS {
  return Object.hasOwn(PROTOCOLS, protocol);
}

// ---------------------------------------------------------------- evaluation
