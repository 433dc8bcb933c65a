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
    [change(EGRESS, ["update"], gone)],
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
