/**
 * What a plan takes away of a list that the provider fills in. A resource that is one element of such a list is destroyed
 * by itself, and the list as it was stands in the planned values still: what is destroyed is none of it any more. What
 * others added to the list stays.
 */
import type { Resource, Value } from "../../model";
import { isList, isObject } from "../../values";
import type { JsonText } from "../json-locations";
import { arrayIn, isJsonObject, type JsonObject } from "../json-values";
import { withFields } from "./unknowns";

/** How a resource is an element of a list of a security group's. */
interface Part {
  /** Where its group has it. */
  readonly list: (before: JsonObject) => string;
  readonly protocol: string;
  /** Its fields, by those of the element that has them as a list. */
  readonly peers: Readonly<Record<string, string>>;
}

const OWNER = "aws_security_group";
const ONE_PEER = {
  protocol: "ip_protocol",
  peers: {
    cidr_blocks: "cidr_ipv4",
    ipv6_cidr_blocks: "cidr_ipv6",
    prefix_list_ids: "prefix_list_id",
    security_groups: "referenced_security_group_id",
  },
};
const PARTS: Readonly<Record<string, Part>> = {
  aws_vpc_security_group_egress_rule: { ...ONE_PEER, list: () => "egress" },
  aws_vpc_security_group_ingress_rule: { ...ONE_PEER, list: () => "ingress" },
  aws_security_group_rule: {
    list: ({ type }) => String(type),
    protocol: "protocol",
    peers: {
      cidr_blocks: "cidr_blocks",
      ipv6_cidr_blocks: "ipv6_cidr_blocks",
      prefix_list_ids: "prefix_list_ids",
      security_groups: "source_security_group_id",
    },
  },
};

/** A rule that a plan destroys, as it was. */
interface Destroyed {
  readonly part: Part;
  readonly before: JsonObject;
}

const LISTS = ["egress", "ingress"];

/**
 * Security groups without the rules that the plan destroys, in those lists that the configuration does not set.
 *
 * @param sets whether the configuration of a resource sets an argument
 */
export function withoutDestroyed(
  document: JsonText,
  plan: JsonObject,
  resources: ReadonlyMap<string, Resource>,
  sets: (address: string, argument: string) => boolean,
): Map<string, Resource> {
  const destroyed = new Map<string, Destroyed[]>();
  for (const one of destroyedIn(document, plan)) {
    const key = keyOf(one.before["security_group_id"], one.part.list(one.before));
    destroyed.set(key, [...(destroyed.get(key) ?? []), one]);
  }
  const left = new Map(resources);
  if (destroyed.size === 0) return left;
  for (const [address, resource] of resources) {
    if (resource.type !== OWNER) continue;
    const { id } = resource.values;
    const lists = LISTS.flatMap((list): [string, Value][] => {
      const [gone, value] = [destroyed.get(keyOf(id, list)), resource.values[list]];
      if (gone === undefined || !isList(value) || sets(address, list)) return [];
      return [[list, gone.reduce((elements, one) => without(elements, one, id), value)]];
    });
    if (lists.length > 0) left.set(address, { ...resource, values: withFields(resource.values, lists) });
  }
  return left;
}

const keyOf = (group: unknown, list: string): string => `${String(group)} ${list}`;

function destroyedIn(document: JsonText, plan: JsonObject): Destroyed[] {
  return arrayIn(document, [], plan, "resource_changes").flatMap(({ type, change }) => {
    const part = typeof type === "string" && Object.hasOwn(PARTS, type) ? PARTS[type] : undefined;
    if (!part || !isJsonObject(change) || !isJsonObject(change["before"])) return [];
    return Array.isArray(change["actions"]) && change["actions"].includes("delete")
      ? [{ part, before: change["before"] }]
      : [];
  });
}

function without(elements: readonly Value[], { part, before }: Destroyed, id: Value | undefined): readonly Value[] {
  return elements.flatMap((element) => {
    if (!isObject(element) || !isOfService(element, part, before)) return [element];
    const lists = Object.entries(part.peers).map(([list, field]) => {
      const gone = [before[field]].flat();
      const written = element[list];
      return [list, isList(written) ? written.filter((peer) => !gone.includes(peer)) : (written ?? [])] as const;
    });
    const isOfItself = before["self"] === true || Object.values(part.peers).some((field) => before[field] === id);
    const self = isOfItself ? false : (element["self"] ?? false);
    const isLeft = self !== false || lists.some(([, peers]) => !isList(peers) || peers.length > 0);
    return isLeft ? [{ ...element, ...Object.fromEntries(lists), self }] : [];
  });
}

/** Whether an element is of the protocol and ports of a rule; of all protocols there are no ports. */
function isOfService(element: { readonly [field: string]: Value }, { protocol }: Part, before: JsonObject): boolean {
  if (element["protocol"] !== before[protocol]) return false;
  return before[protocol] === "-1" || ["from_port", "to_port"].every((port) => element[port] === (before[port] ?? 0));
}
