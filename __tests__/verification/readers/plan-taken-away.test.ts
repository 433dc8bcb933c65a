/** Rules that a plan destroys are none of their group's any more, whose list the provider keeps as it was. */
import { JsonText } from "../../../verification/readers/json-locations";
import { readPlan } from "../../../verification/readers/plan/index";
import type { Json } from "../../support/workloads";

const element = (fields: Json) => ({
  ...{ cidr_blocks: [], ipv6_cidr_blocks: [], prefix_list_ids: [], security_groups: [], self: false },
  ...{ description: "", protocol: "tcp", from_port: 443, to_port: 443 },
  ...fields,
});
const change = (type: string, actions: readonly string[], before: Json) => ({
  ...{ address: `${type}.gone`, mode: "managed", type, name: "gone" },
  change: { actions, before: { security_group_id: "sg-1", ...before }, after: null, after_unknown: {} },
});

/** What is left of the group's egress. */
function egressAfter(elements: readonly Json[], changes: readonly Json[], expressions: Json = {}): Json {
  const group = { address: "aws_security_group.a", mode: "managed", type: "aws_security_group", name: "a" };
  const document = {
    format_version: "1.2",
    planned_values: { root_module: { resources: [{ ...group, values: { id: "sg-1", egress: elements } }] } },
    resource_changes: changes,
    configuration: { root_module: { resources: [{ ...group, expressions }] } },
  };
  const [found] = readPlan(new JsonText("plan.json", JSON.stringify(document)));
  return found?.values["egress"];
}

const EGRESS = "aws_vpc_security_group_egress_rule";
const tcp = (fields: Json) => ({ ip_protocol: "tcp", from_port: 443, to_port: 443, ...fields });

test("a rule of a prefix list, of a block, of a group and of all protocols", () => {
  const elements = [
    element({ prefix_list_ids: ["pl-1"], from_port: 7844, to_port: 7844 }),
    element({ cidr_blocks: ["10.0.0.0/8", "198.51.100.0/24"], security_groups: ["sg-2"] }),
    element({ protocol: "-1", from_port: 0, to_port: 0, ipv6_cidr_blocks: ["::/0"], self: true }),
  ];
  expect(
    egressAfter(elements, [
      change(EGRESS, ["delete"], tcp({ prefix_list_id: "pl-1", from_port: 7844, to_port: 7844 })),
      change(EGRESS, ["delete"], tcp({ cidr_ipv4: "198.51.100.0/24" })),
      change(EGRESS, ["delete"], tcp({ referenced_security_group_id: "sg-2" })),
      change(EGRESS, ["delete", "create"], { ip_protocol: "-1", cidr_ipv6: "::/0" }),
    ]),
  ).toEqual([
    element({ cidr_blocks: ["10.0.0.0/8"] }),
    element({ protocol: "-1", from_port: 0, to_port: 0, self: true }),
  ]);
  const itself = change(EGRESS, ["delete"], { ip_protocol: "-1", referenced_security_group_id: "sg-1" });
  expect(egressAfter([element({ protocol: "-1", from_port: 0, to_port: 0, self: true })], [itself])).toEqual([]);
});

test("a rule of the older kind", () => {
  const before = { type: "egress", protocol: "tcp", from_port: 443, to_port: 443, cidr_blocks: ["198.51.100.0/24"] };
  const elements = [element({ cidr_blocks: ["198.51.100.0/24"] })];
  expect(egressAfter(elements, [change("aws_security_group_rule", ["delete"], before)])).toEqual([]);
  expect(
    egressAfter(elements, [change("aws_security_group_rule", ["delete"], { ...before, type: "ingress" })]),
  ).toEqual(elements);
});

test("what others added, other ports, other groups and what stays are left", () => {
  const elements = [element({ cidr_blocks: ["198.51.100.0/24"] })];
  const gone = tcp({ cidr_ipv4: "198.51.100.0/24" });
  for (const changes of [
    [],
    [change(EGRESS, ["no-op"], gone)],
    [change(EGRESS, ["forget"], gone)],
    [change(EGRESS, ["delete"], { ...gone, security_group_id: "sg-2" })],
    [change(EGRESS, ["delete"], { ...gone, to_port: 444 })],
    [change(EGRESS, ["delete"], { ...gone, ip_protocol: "udp" })],
    [change(EGRESS, ["delete"], tcp({ cidr_ipv4: "198.51.100.0/25" }))],
  ]) {
    // What is only forgotten stands, as a resource of its own too.
    expect([changes, egressAfter(elements, changes)]).toEqual([changes, elements]);
  }
});

test("a list that the configuration sets is what will be there", () => {
  const elements = [element({ cidr_blocks: ["198.51.100.0/24"] })];
  const gone = change(EGRESS, ["delete"], tcp({ cidr_ipv4: "198.51.100.0/24" }));
  expect(egressAfter(elements, [gone], { egress: {} })).toEqual(elements);
});

/** What is left of a list of a resource that no configuration sets, by what becomes of its parts and of itself. */
function listAfter(
  type: string,
  values: Json,
  list: string,
  parts: readonly Json[],
  own: Json = { actions: ["no-op"] },
): unknown {
  const resource = { address: `${type}.a`, mode: "managed", type, name: "a" };
  const document = {
    format_version: "1.2",
    planned_values: { root_module: { resources: [{ ...resource, values }] } },
    resource_changes: [{ ...resource, change: { before: values, after: values, ...own } }, ...parts],
    configuration: { root_module: { resources: [{ ...resource, expressions: {} }] } },
  };
  return readPlan(new JsonText("plan.json", JSON.stringify(document)))[0]?.values[list];
}

/** Each list with two elements, and the part that is the first of them. */
const LISTS: readonly [
  type: string,
  values: Json,
  list: string,
  elements: readonly Json[],
  part: string,
  before: Json,
][] = [
  ...["aws_route_table", "aws_default_route_table"].flatMap((type) =>
    (
      [
        ["cidr_block", "destination_cidr_block", "198.51.100.0/24", "0.0.0.0/0"],
        ["ipv6_cidr_block", "destination_ipv6_cidr_block", "2001:db8::/32", "::/0"],
        ["destination_prefix_list_id", "destination_prefix_list_id", "pl-1", "pl-2"],
      ] as const
    ).map(([field, own, gone, other]): (typeof LISTS)[number] => {
      const none = { cidr_block: "", ipv6_cidr_block: "", destination_prefix_list_id: "" };
      const route = (to: string) => ({ ...none, [field]: to, nat_gateway_id: "nat-1" });
      const before = { route_table_id: "rtb-1", [own]: gone, nat_gateway_id: "nat-1" };
      return [type, { id: "rtb-1" }, "route", [route(gone), route(other)], "aws_route", before];
    }),
  ),
  ...["aws_network_acl", "aws_default_network_acl"].flatMap((type) =>
    ["ingress", "egress"].map((list): (typeof LISTS)[number] => {
      const rules = [100, 200].map((rule_no) => ({ rule_no, action: "allow", cidr_block: "0.0.0.0/0" }));
      const before = { network_acl_id: "acl-1", egress: list === "egress", rule_number: 100 };
      return [type, { id: "acl-1" }, list, rules, "aws_network_acl_rule", before];
    }),
  ),
  ...(
    [
      [
        "azurerm_network_security_group",
        "security_rule",
        "azurerm_network_security_rule",
        "network_security_group_name",
      ],
      ["azurerm_route_table", "route", "azurerm_route", "route_table_name"],
      ["azurerm_virtual_network", "subnet", "azurerm_subnet", "virtual_network_name"],
    ] as const
  ).map(([type, list, part, owner]): (typeof LISTS)[number] => {
    const before = { name: "gone", [owner]: "Own", resource_group_name: "rg" };
    return [type, { name: "own", resource_group_name: "RG" }, list, [{ name: "gone" }, { name: "left" }], part, before];
  }),
];

test.each(LISTS)("%s %j: a part of %s", (type, values, list, elements, part, before) => {
  const after = (actions: readonly string[], fields: Json = {}, own?: Json) =>
    listAfter(type, { ...values, [list]: elements }, list, [change(part, actions, { ...before, ...fields })], own);
  for (const actions of [["delete"], ["delete", "create"], ["update"]]) expect(after(actions)).toEqual([elements[1]]);
  for (const actions of [["no-op"], ["forget"], ["create"]]) expect(after(actions)).toEqual(elements);
  // Of another owner, each name by itself.
  for (const field of Object.keys(before).filter((name) => /_(id|name)$/.test(name) && !name.startsWith("nat")))
    expect(after(["delete"], { [field]: "another" })).toEqual(elements);
  // What the plan changes is configured, whatever the plan tells of it.
  const changed = { actions: ["update"], before: { ...values, [list]: [elements[0]] } };
  expect(after(["delete"], {}, changed)).toEqual(elements);
  const tagged = after(["delete"], {}, { actions: ["update"] });
  expect(tagged).toEqual(type.startsWith("azurerm_") ? elements : [elements[1]]);
});
