import { dirname, isAbsolute, join } from "node:path";
import type { Channel } from "../config/channels";
import { addressesOf, CLOUDFLARE, tunnelEdge } from "../config/control-plane";
import {
  CLOUD_SET,
  cloudSet,
  loadPolicyFile,
  readPorts,
  type NAMED_PARTIES,
  type PolicyFile,
} from "../config/policy-file";
import type { Endpoint, System } from "./model";
import { AddressSet } from "../packets/address-set";
import { protocolNumber } from "../packets/protocols";
import { PRIVATE } from "../packets/special-purpose";
import { ServiceSet } from "../packets/service-set";

/** One end of a path that a policy names: addresses and named sets, or members of the input by their address. */
export type Party =
  | {
      readonly kind: "addresses";
      /** As the policy's file has it: for messages. */
      readonly name: string;
      /** Blocks, IPv4 and IPv6. */
      readonly addresses: AddressSet;
    }
  /** The id of endpoints or of a group that they are in; a trailing `*` stands for any rest; `of`: of this kind only. */
  | {
      readonly kind: "resource";
      /** As the policy's file has it: for messages. */
      readonly name: string;
      /** Default: endpoints of every kind. */
      readonly of?: Endpoint["kind"];
    };

/** An allowance to open connections from outside: an exception by its nature, so it has a reason and an end. */
export interface InboundAllowance {
  /** Who may open connections. */
  readonly from: Party;
  /** Protocols and ports of the own side. */
  readonly services: ServiceSet;
  /** Why, in words: every report lists it. */
  readonly reason: string;
  /** Last day, YYYY-MM-DD. */
  readonly expires: string;
}

/** Whom connections may be opened to, and by which protocols and ports. */
export interface OutboundAllowance {
  /** Whom connections may be opened to. */
  readonly to: Party;
  /** Protocols and ports of the far side. */
  readonly services: ServiceSet;
  /** Whom the allowance is not for. Default: it is for all. */
  readonly closedTo?: readonly (Party & { readonly kind: "resource" })[];
}

/** Whoever may call from outside: in a network of the owner's own beside this one, such as a bastion's, or anywhere. */
export interface Client {
  /** Who calls. */
  readonly from: Party;
  /** Protocols and ports of the own side. */
  readonly services: ServiceSet;
  /** These resources only. Default: whatever answers. */
  readonly to?: Party & { readonly kind: "resource" };
}

/** Connections that the cloud itself opens, and where they may arrive. */
export interface Probe {
  /** The cloud's addresses that the probes come from, as it publishes them. */
  readonly from: Party;
  /** Protocols and ports of the own side. */
  readonly services: ServiceSet;
  /** These resources and no other. */
  readonly to: Party & { readonly kind: "resource" };
}

/** A path that must be open from end to end. */
export interface RequiredPath {
  /** What the path is for, e.g. the document's row. */
  readonly name: string;
  /** Who opens the connection. */
  readonly from: Party;
  /** Whom it must get to: every address or member. */
  readonly to: Party;
  /** Protocols and ports, each of which must be open. */
  readonly services: ServiceSet;
  /** Set where the node itself translates or answers `to`, so that no packet to it leaves its node. */
  readonly withinCluster?: boolean;
  /** Host names by which `to` is found where it lies outside of the network. Default: by its address. */
  readonly hosts?: readonly string[];
  /** The document's paragraph that it comes from; default: "Communication paths". */
  readonly paragraph?: string;
  /** The channel that it is of: a deployment that has severed it does not ask for the path. Default: of neither. */
  readonly channel?: Channel;
}

/** A path that must be closed, as an invariant of its own. */
export interface ForbiddenPath {
  /** What findings and exceptions name it by. */
  readonly id: string;
  /** Why, in words, for the finding's message. */
  readonly reason: string;
  /** Who must not open a connection. */
  readonly from: Party;
  /** Whom it must not get to. */
  readonly to: Party;
  /** Protocols and ports, none of which may be open. */
  readonly services: ServiceSet;
}

/** A named, reasoned, dated departure from an invariant. */
export interface Exception {
  /** Id of the invariant that it departs from. */
  readonly id: string;
  /** Address of the resource; a trailing `*` stands for any rest. */
  readonly resource: string;
  /** Why, in words: every report lists it. */
  readonly reason: string;
  /** Last day, YYYY-MM-DD. */
  readonly expires: string;
}

/** The end of an exception that a deployment implies: none but the deployment's own change. */
export const STANDING = "9999-12-31";

/** What is allowed in a system: derived from a deployment, or read from YAML. */
export interface Policy {
  /** The own network's addresses; every other is outside. */
  readonly inside: AddressSet;
  /** What may come in for a time; empty: nothing. */
  readonly inbound: readonly InboundAllowance[];
  /** Connections of the owner's own clients: no departure. Default: none. */
  readonly clients?: readonly Client[] | undefined;
  /**
   * Connections of the cloud's own, such as health checks, to these resources and no other: no departure. Default:
   * none.
   */
  readonly probes?: readonly Probe[] | undefined;
  /** Undefined: what leaves is not judged. */
  readonly outbound: readonly OutboundAllowance[] | undefined;
  /** What must be open; empty: nothing is asked. */
  readonly required: readonly RequiredPath[];
  /** Paths that no one may open, whatever else allows them. Default: none. */
  readonly forbidden?: readonly ForbiddenPath[] | undefined;
  /** A module of further invariants, as a path from the working directory. Default: none. */
  readonly invariants?: string | undefined;
  /** Departures from invariants; one whose last day is past excuses nothing. */
  readonly exceptions: readonly Exception[];
  /** What may be reached beside the document's own destinations. Default: nothing. */
  readonly allowances?: readonly Allowance[] | undefined;
}

/** A named, reasoned destination that a deployment adds to the document's own. */
export interface Allowance {
  /** The deployment's own name of it. */
  readonly name: string;
  /** Why, in the deployment's words. */
  readonly reason: string;
  /** What is reached, e.g. `TCP 5432 at 10.8.0.0/24`. */
  readonly to: string;
}

/** Every public address of IPv4: what lies there is nobody's promise. */
export const PUBLIC = AddressSet.ofCidr("0.0.0.0/0").subtract(PRIVATE);

/**
 * What holds for a system of which nothing else is said: nothing comes in from outside the private addresses, and those
 * that the system's own networks have.
 */
export function defaultPolicy({ own }: Pick<System, "own"> = {}): Policy {
  const inside = own ? PRIVATE.union(own) : PRIVATE;
  return { inside, inbound: [], outbound: undefined, required: [], forbidden: [], exceptions: [] };
}

/**
 * The policy in a YAML file (`config/policy.schema.json`). Document: none; a policy says of other systems what a
 * deployment says of its own.
 *
 * @throws ConfigError with every problem found
 */
export function readPolicy(file: string): Policy {
  const { invariants, ...content } = loadPolicyFile(file);
  return policyOf({ ...content, invariants: invariants === undefined ? undefined : besides(file, invariants) });
}

/** A path that a file names from where it lies itself. */
const besides = (file: string, path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));

/** The policy that a file's checked content says. */
export function policyOf({
  inside,
  inbound,
  outbound,
  required,
  forbidden,
  invariants,
  exceptions,
}: PolicyFile): Policy {
  return {
    inside: inside ? AddressSet.ofCidrs(inside) : PRIVATE,
    inbound: inbound.map(({ from, reason, expires, ...service }) => ({
      from: partyOf(from),
      services: servicesOf(service),
      reason,
      expires,
    })),
    outbound: outbound?.map(({ to, ...service }) => ({ to: partyOf(to), services: servicesOf(service) })),
    required: required.map(({ name, from, to, ...service }) => ({
      name: name ?? `${from} to ${to}`,
      from: partyOf(from),
      to: requiredParty(partyOf(to)),
      services: servicesOf(service),
    })),
    forbidden: forbidden.map(({ id, reason, from, to, ...service }) => ({
      id,
      reason,
      from: partyOf(from),
      to: partyOf(to),
      services: servicesOf(service),
    })),
    invariants,
    exceptions,
  };
}

const NAMED: Readonly<Record<(typeof NAMED_PARTIES)[number], () => AddressSet>> = {
  internet: () => AddressSet.all,
  cloudflare: () => addressesOf(CLOUDFLARE),
  "cloudflare-tunnel": () => addressesOf(tunnelEdge("global")),
  "cloudflare-tunnel-us": () => addressesOf(tunnelEdge("us")),
  "cloudflare-tunnel-fed": () => addressesOf(tunnelEdge("fed")),
};

/** Whom a name stands for: a block, `internet`, `cloudflare`, a cloud's set such as `aws:s3`, else a resource. */
export function partyOf(name: string): Party {
  if (Object.hasOwn(NAMED, name)) {
    return { kind: "addresses", name, addresses: NAMED[name as keyof typeof NAMED]() };
  }
  if (CLOUD_SET.test(name)) {
    const set = cloudSet(name);
    return { kind: "addresses", name: set, addresses: AddressSet.ofName(set) };
  }
  // No resource's address consists of hexadecimal digits, dots and colons with a digit at an end.
  if (/^[\da-f.:]*[\d:](\/\d+)?$/i.test(name)) {
    return { kind: "addresses", name, addresses: AddressSet.ofCidrs([name]) };
  }
  return { kind: "resource", name };
}

/** Of a named set, a path needs the public IPv4 addresses: most networks have no others, and each set has some. */
function requiredParty(party: Party): Party {
  if (party.kind === "resource" || !Object.hasOwn(NAMED, party.name)) return party;
  return { ...party, addresses: party.addresses.intersect(PUBLIC) };
}

/** Whether an address is the one that `pattern` names, or begins as it does before its trailing `*`. */
export function isNamed(address: string, pattern: string): boolean {
  return pattern.endsWith("*") ? address.startsWith(pattern.slice(0, -1)) : address === pattern;
}

function servicesOf({ protocol, ports }: Pick<PolicyFile["required"][number], "protocol" | "ports">): ServiceSet {
  const number = protocol === "any" ? "any" : (protocolNumber(protocol) ?? "any");
  const ranges = [ports ?? []].flat().flatMap((range) => {
    const read = readPorts(range);
    return read ? [read] : [];
  });
  if (ranges.length === 0) return ServiceSet.of(number);
  return ServiceSet.unionOf(ranges.map(([first, last]) => ServiceSet.of(number, first, last)));
}
