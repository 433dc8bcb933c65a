/**
 * What a plan takes away of a list that the provider fills in. A resource that is one element of such a list is destroyed
 * or changed by itself, and the list as it was stands in the planned values still: the element is none of it any more.
 * What others added to the list stays.
 */
import { isDeepStrictEqual } from "node:util";
import type { Resource, Value } from "../../model";
import { isList, isObject, type ObjectValue } from "../../values";
import type { JsonText } from "../json-locations";
import { arrayIn, isJsonObject, type JsonObject } from "../json-values";
import { withFields } from "./unknowns";

/** How a resource is an element of another one's list. */
interface Part {
  readonly owners: readonly string[];
  /** Fields of the owner, by those of the part that name it. All of them do. */
  readonly owner: Readonly<Record<string, string>>;
  /** Where its owner has it. */
  readonly list: (before: JsonObject) => string;
  /** What is left of an element; all of it where the part is another one. */
  readonly left: (element: ObjectValue, before: JsonObject, owner: ObjectValue) => ObjectValue | undefined;
}

/** A part that is the whole element which has the same in these fields: one alone can. */
const whole = (fields: Readonly<Record<string, string>>): Part["left"] => {
  const pairs = Object.entries(fields);
  return (element, before) => (pairs.every(([own, of]) => isSame(element[own], before[of])) ? undefined : element);
};

/** What is not set is empty in a list. */
function isSame(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b].map((value) => (typeof value === "string" ? value.toLowerCase() : (value ?? "")));
  return one === other;
}

/** A rule of a security group, which has as one element what is of the same protocol and ports. */
const rule = (list: Part["list"], protocol: string, peers: Readonly<Record<string, string>>): Part => ({
  owners: ["aws_security_group", "aws_default_security_group"],
  owner: { security_group_id: "id" },
  list,
  left: (element, before, { id }) => {
    if (!isOfService(element, before[protocol], before)) return element;
    const lists = Object.entries(peers).map(([name, field]) => {
      const gone = [before[field]].flat();
      const written = element[name];
      return [name, isList(written) ? written.filter((peer) => !gone.includes(peer)) : (written ?? [])] as const;
    });
    const isOfItself = before["self"] === true || Object.values(peers).some((field) => before[field] === id);
    const self = isOfItself ? false : (element["self"] ?? false);
    const isLeft = self !== false || lists.some(([, some]) => !isList(some) || some.length > 0);
    return isLeft ? { ...element, ...Object.fromEntries(lists), self } : undefined;
  },
});

/** Whether an element is of the protocol and ports of a rule; of all protocols there are no ports. */
function isOfService(element: ObjectValue, protocol: unknown, before: JsonObject): boolean {
  if (element["protocol"] !== protocol) return false;
  return protocol === "-1" || ["from_port", "to_port"].every((port) => element[port] === (before[port] ?? 0));
}

const ONE_PEER = {
  cidr_blocks: "cidr_ipv4",
  ipv6_cidr_blocks: "cidr_ipv6",
  prefix_list_ids: "prefix_list_id",
  security_groups: "referenced_security_group_id",
};
const PEERS = {
  cidr_blocks: "cidr_blocks",
  ipv6_cidr_blocks: "ipv6_cidr_blocks",
  prefix_list_ids: "prefix_list_ids",
  security_groups: "source_security_group_id",
};

/** A part that Azure knows by its name in that of its owner. */
const named = (owner: string, field: string, list: string): Part => ({
  owners: [owner],
  owner: { [field]: "name", resource_group_name: "resource_group_name" },
  list: () => list,
  left: whole({ name: "name" }),
});

const PARTS: Readonly<Record<string, Part>> = {
  aws_network_acl_rule: {
    owners: ["aws_network_acl", "aws_default_network_acl"],
    owner: { network_acl_id: "id" },
    list: ({ egress }) => (egress === true ? "egress" : "ingress"),
    left: whole({ rule_no: "rule_number" }),
  },
  aws_route: {
    owners: ["aws_route_table", "aws_default_route_table"],
    owner: { route_table_id: "id" },
    list: () => "route",
    left: whole({
      cidr_block: "destination_cidr_block",
      ipv6_cidr_block: "destination_ipv6_cidr_block",
      destination_prefix_list_id: "destination_prefix_list_id",
    }),
  },
  aws_security_group_rule: rule(({ type }) => String(type), "protocol", PEERS),
  aws_vpc_security_group_egress_rule: rule(() => "egress", "ip_protocol", ONE_PEER),
  aws_vpc_security_group_ingress_rule: rule(() => "ingress", "ip_protocol", ONE_PEER),
  azurerm_network_security_rule: named(
    "azurerm_network_security_group",
    "network_security_group_name",
    "security_rule",
  ),
  azurerm_route: named("azurerm_route_table", "route_table_name", "route"),
  azurerm_subnet: named("azurerm_virtual_network", "virtual_network_name", "subnet"),
};
/** Each with its type, by the type of the resource that has it in a list. */
const PARTS_OF = new Map<string, (readonly [type: string, Part])[]>();
for (const [type, part] of Object.entries(PARTS))
  for (const owner of part.owners) PARTS_OF.set(owner, [...(PARTS_OF.get(owner) ?? []), [type, part]]);

/**
 * Resources without what the plan takes away of them, in those lists that the configuration does not set.
 *
 * @param sets whether the configuration of a resource sets an argument
 */
export function withoutTakenAway(
  document: JsonText,
  plan: JsonObject,
  resources: ReadonlyMap<string, Resource>,
  sets: (address: string, argument: string) => boolean,
): Map<string, Resource> {
  const left = new Map(resources);
  const changes = arrayIn(document, [], plan, "resource_changes");
  const gone = goneIn(changes);
  if (gone.size === 0) return left;
  const changed = new Map(changes.map(({ address, change }) => [address, change]));
  for (const [address, resource] of resources) {
    const { type, values } = resource;
    const lists = new Map<string, readonly Value[]>();
    for (const [partType, part] of PARTS_OF.get(type) ?? []) {
      const own = Object.values(part.owner).map((field) => values[field]);
      for (const before of gone.get(keyOf(partType, own)) ?? []) {
        const list = part.list(before);
        const elements = lists.get(list) ?? values[list];
        if (!isList(elements) || sets(address, list) || !standsAsItWas(type, changed.get(address), list)) continue;
        const others = elements.flatMap((one) => (isObject(one) ? (part.left(one, before, values) ?? []) : [one]));
        lists.set(list, others);
      }
    }
    if (lists.size > 0) left.set(address, { ...resource, values: withFields(values, [...lists]) });
  }
  return left;
}

/** Of a part's type and the names of its owner; clouds do not tell names by their case. */
const keyOf = (type: string, owner: readonly unknown[]): string => [type, ...owner].join(" ").toLowerCase();

/**
 * Whether a plan leaves a list alone: what it changes somebody has configured, and of blocks that are made by `dynamic` a
 * plan's configuration does not tell. azurerm sends the list with every other change, after what was one of it is gone.
 */
function standsAsItWas(type: string, change: unknown, list: string): boolean {
  if (!isJsonObject(change) || isDeepStrictEqual(change["actions"], ["no-op"])) return true;
  const { before, after } = change;
  if (type.startsWith("azurerm_") || !isJsonObject(before) || !isJsonObject(after)) return false;
  return isDeepStrictEqual(before[list], after[list]);
}

/** Parts as they were, by their owners. One that is forgotten alone stands; one that changes is its own resource then. */
function goneIn(changes: readonly JsonObject[]): Map<string, JsonObject[]> {
  const gone = new Map<string, JsonObject[]>();
  for (const { type, change } of changes) {
    const part = typeof type === "string" && Object.hasOwn(PARTS, type) ? PARTS[type] : undefined;
    if (!part || !isJsonObject(change) || !isJsonObject(change["before"])) continue;
    const { actions, before } = change;
    if (!Array.isArray(actions) || !(actions.includes("delete") || actions.includes("update"))) continue;
    const owner = Object.keys(part.owner).map((field) => before[field]);
    if (owner.some((name) => typeof name !== "string")) continue;
    const key = keyOf(String(type), owner);
    gone.set(key, [...(gone.get(key) ?? []), before]);
  }
  return gone;
}
