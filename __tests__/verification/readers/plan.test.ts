import { readFileSync } from "node:fs";
import { join } from "node:path";

import { InputError } from "../../../verification/input-error";
import type { Resource, Value } from "../../../verification/model";
import { JsonText, type Path } from "../../../verification/readers/json-locations";
import { readPlan } from "../../../verification/readers/plan/index";
import { at } from "../../../verification/values";

// A plan of Terraform 1.11 and hashicorp/aws 5.100 over a state, less what no test looks at.
const FILE = join(__dirname, "../../fixtures/plan/plan.json");
const TEXT = readFileSync(FILE, "utf8");

const plan = (text: string) => readPlan(new JsonText("plan.json", text));
const resources = plan(TEXT);
const find = (address: string): Resource => {
  const [found, ...more] = resources.filter((resource) => resource.address === address);
  if (!found || more.length > 0) throw new Error(`${more.length + (found ? 1 : 0)} resources at ${address}`);
  return found;
};

const reference = (address: string, attribute = "id"): Value => ({ kind: "reference", address, attribute });
const unknown = (...mentions: string[]): Value => ({ kind: "unknown", reason: "known only after apply", mentions });

test.each<[why: string, address: string, path: Path, value: Value | undefined]>([
  ["a known value", "aws_subnet.public[1]", ["cidr_block"], "10.0.1.0/24"],
  [
    "an attribute of a resource",
    'aws_vpc_security_group_egress_rule.https["173.245.48.0/20"]',
    ["security_group_id"],
    reference("aws_security_group.nodes"),
  ],
  [
    "an instance by its index",
    "aws_launch_template.nodes",
    ["network_interfaces", 0, "subnet_id"],
    reference("aws_subnet.public[1]"),
  ],
  ["the instance of one's own index", "aws_nat_gateway.zone[1]", ["subnet_id"], reference("aws_subnet.public[1]")],
  [
    "every instance",
    "aws_vpc_endpoint.s3",
    ["subnet_ids"],
    [reference("aws_subnet.public[0]"), reference("aws_subnet.public[1]")],
  ],
  [
    "a set, known members included",
    "aws_vpc_endpoint.s3",
    ["security_group_ids"],
    [reference("aws_security_group.old"), reference("aws_security_group.nodes")],
  ],
  [
    "a set in a block",
    "aws_security_group.nodes",
    ["ingress", 0, "security_groups"],
    [reference("aws_security_group.api")],
  ],
  [
    "blocks that share one expression",
    "aws_security_group.shared",
    ["ingress", 0, "security_groups"],
    unknown("aws_security_group.api", "aws_security_group.nodes"),
  ],
  [
    "one of two",
    "aws_security_group_rule.from_module",
    ["source_security_group_id"],
    unknown("aws_security_group.api", "aws_security_group.nodes"),
  ],
  [
    "an output of a module",
    "aws_security_group_rule.from_module",
    ["security_group_id"],
    reference("module.inner[0].aws_security_group.own"),
  ],
  [
    "a variable of a module",
    "module.inner[0].aws_security_group_rule.in",
    ["source_security_group_id"],
    reference("aws_security_group.nodes"),
  ],
  [
    "within a module",
    "module.inner[0].aws_security_group_rule.in",
    ["security_group_id"],
    reference("module.inner[0].aws_security_group.own"),
  ],
  ["rules left to the provider", "aws_security_group.api", ["ingress"], undefined],
  ["a scalar left to the provider", "aws_security_group.api", ["arn"], undefined],
  ["a block that may be a dynamic one", "aws_launch_template.dynamic", ["network_interfaces"], unknown()],
])("%s: %s %j", (_, address, path, value) => {
  expect(at(find(address).values, ...path)).toEqual(value);
});

test("what the plan destroys is gone, what it forgets stays with its values", () => {
  expect(resources.map(({ address }) => address)).not.toContain("aws_security_group.gone");
  expect(at(find("aws_security_group.forgotten").values, "ingress", "cidr_blocks", 0)).toBe("0.0.0.0/0");
});

test.each<[why: string, change: object, is: boolean]>([
  ["creates", { actions: ["create"], after: { open: true }, after_unknown: { id: true } }, true],
  ["leaves", { actions: ["no-op"], before: { open: true }, after: { open: true } }, true],
  ["destroys", { actions: ["delete"], before: { open: true }, after: null }, false],
])("a resource that the plan %s and that its planned values lack", (_, change, is) => {
  const made = { address: "a_group.z", mode: "managed", type: "a_group", provider_name: "someone/a", change };
  const json = { format_version: "1.2", planned_values: { root_module: {} }, resource_changes: [made] };
  const found = plan(JSON.stringify(json)).map(({ address, provider, values }) => [address, provider, values["open"]]);
  expect(found).toEqual(is ? [["a_group.z", "someone/a", true]] : []);
});

test("data sources read while planning are there, managed resources of the state before are not", () => {
  expect(find("data.aws_availability_zones.all")).toMatchObject({
    mode: "data",
    unit: "plan.json",
    values: { names: ["us-east-1a", "us-east-1b"] },
  });
  expect(resources.filter(({ mode }) => mode === "data")).toHaveLength(1);
});

test.each<[address: string, path: Path, line: RegExp]>([
  ["aws_subnet.public[1]", ["cidr_block"], /"cidr_block": "10\.0\.1\.0\/24"/],
  ["aws_security_group.nodes", ["ingress", 0, "to_port"], /"to_port": 443/],
  ["aws_security_group.forgotten", ["ingress", 0, "cidr_blocks", 0], /"0\.0\.0\.0\/0"/],
])("%s %j is located in the plan", (address, path, line) => {
  expect(TEXT.split("\n")[find(address).locate(path).line - 1]).toMatch(line);
});

/** A plan of one rule whose group is known only after apply. */
const planOf = (expressions: unknown, more: object = {}) =>
  JSON.stringify({
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: [
          { address: "a_rule.x", mode: "managed", type: "a_rule", name: "x", values: {} },
          { address: "a_group.y", mode: "managed", type: "a_group", name: "y", values: {} },
        ],
      },
    },
    resource_changes: [
      {
        address: "a_rule.x",
        type: "a_rule",
        change: { actions: ["create"], after_unknown: { group_id: true }, after_sensitive: {} },
      },
      {
        address: "a_group.y",
        type: "a_group",
        change: { actions: ["create"], after_unknown: { id: true }, after_sensitive: {} },
      },
    ],
    configuration: { root_module: { resources: [{ address: "a_rule.x", expressions }] } },
    ...more,
  });

test.each<[why: string, expressions: unknown, value: Value | undefined]>([
  ["of a resource", { group_id: { references: ["a_group.y.id", "a_group.y"] } }, reference("a_group.y")],
  [
    "of a resource that is not in the plan",
    { group_id: { references: ["a_group.z.id", "a_group.z"] } },
    unknown("a_group.z"),
  ],
  ["of a local value, which the plan does not have", { group_id: { references: ["local.group"] } }, unknown()],
  [
    "of a local value and a resource",
    { group_id: { references: ["local.group", "a_group.y.id", "a_group.y"] } },
    unknown("a_group.y"),
  ],
  ["of each.value", { group_id: { references: ["each.value.group", "each.value"] } }, unknown()],
  ["of a resource as a whole", { group_id: { references: ["a_group.y"] } }, unknown("a_group.y")],
  ["of no configuration", undefined, unknown()],
  ["that is not configured", {}, undefined],
])("a value %s", (_, expressions, value) => {
  const more = expressions === undefined ? { configuration: undefined } : {};
  expect(plan(planOf(expressions, more))[0]?.values["group_id"]).toEqual(value);
});

test.each([
  ["failed", { errored: true }, "plan.json: is a plan that failed, and so not complete"],
  [
    "defers",
    { deferred_changes: [{}] },
    "plan.json:1: is a plan that defers changes: apply it, and judge the plan that follows",
  ],
  [
    "defers an action",
    { deferred_action_invocations: [{}] },
    "plan.json:1: is a plan that defers changes: apply it, and judge the plan that follows",
  ],
  [
    "is of a part",
    { complete: false },
    "plan.json:1: is a plan of a part of the configuration (of -target, say): make it of all",
  ],
  ["is of a later format", { format_version: "2.0" }, 'is a plan of format_version "2.0" (readable: 0.x, 1.x)'],
  ["is of no format", { format_version: 1 }, "is a plan of format_version 1 (readable: 0.x, 1.x)"],
  [
    "has a shape of its own",
    { planned_values: { root_module: { resources: 1 } } },
    "plan.json:1: planned_values.root_module.resources is not a list of objects",
  ],
])("a plan that %s is refused", (_, more, message) => {
  expect(() => plan(planOf({}, more))).toThrow(InputError);
  expect(() => plan(planOf({}, more))).toThrow(message);
});

test.each([
  ["is whole", { complete: true, errored: false, deferred_changes: [] }],
  ["is of the format before the first", { format_version: "0.2" }],
])("a plan that %s is read", (_, more) => {
  expect(plan(planOf({}, more))).toHaveLength(2);
});

describe("a plan that does not say whether it is complete", () => {
  const configured = (...addresses: readonly string[]) =>
    addresses.map((address) => ({ address, mode: "managed", type: "a_group", name: "y" }));
  const root = (resources: readonly object[], calls: object = {}) => ({
    configuration: { root_module: { resources, module_calls: calls } },
  });
  const inner = (more: object = {}) => ({ inner: { module: { resources: configured("a_group.z") }, ...more } });
  const below = (address: string) => ({
    planned_values: {
      root_module: { child_modules: [{ resources: [{ address, mode: "managed", type: "t", name: "z", values: {} }] }] },
    },
    resource_changes: [],
  });
  const counted = { ...configured("a_group.z")[0], count_expression: { constant_value: 0 } };
  const data = { ...configured("data.a_group.z")[0], mode: "data" };
  test.each<[why: string, more: object, missing: string | undefined]>([
    ["is of all", root(configured("a_rule.x", "a_group.y")), undefined],
    ["lacks a resource", root(configured("a_rule.x", "a_group.z")), "a_group.z"],
    ["lacks several", root(configured("a_group.z", "a_group.w")), "a_group.z and 1 more"],
    ["lacks what there may be none of", root([counted, data]), undefined],
    [
      "destroys a resource",
      {
        ...root(configured("a_group.z")),
        resource_changes: [{ address: "a_group.z", change: { actions: ["delete"] } }],
      },
      undefined,
    ],
    ["lacks a resource of a module", root([], inner()), "module.inner.a_group.z"],
    ["lacks a module that there may be none of", root([], inner({ for_each_expression: {} })), undefined],
    [
      "lacks a resource of one instance",
      { ...root([], inner({ for_each_expression: {} })), ...below('module.inner["a.b"].a_group.w') },
      'module.inner["a.b"].a_group.z',
    ],
    [
      "has it in each instance",
      { ...root([], inner({ for_each_expression: {} })), ...below('module.inner["a.b"].a_group.z') },
      undefined,
    ],
    ["says that it is complete", { ...root(configured("a_group.z")), complete: true }, undefined],
  ])("and %s", (_, more, missing) => {
    const unread = plan(planOf({}, more)).filter(({ type }) => type === "dataplane:not-read");
    const what =
      missing && `a plan without ${missing}, which its configuration has (a plan of -target, say): make it of all`;
    expect(unread.map(({ values }) => values["what"])).toEqual(what === undefined ? [] : [what]);
  });
});

test("the provisioners of its configuration are those of each instance", () => {
  const command = { references: ["a_group.y.id", "a_group.y"] };
  const provisioners = [
    { type: "local-exec", expressions: { command, environment: { constant_value: { A: "b" } } } },
    { type: "remote-exec", expressions: { inline: { constant_value: ["sleep 1"] } } },
    { type: "file" },
  ];
  const configuration = { root_module: { resources: [{ address: "null_resource.n", provisioners }] } };
  const resource = (index: number) => ({
    address: `null_resource.n[${index}]`,
    type: "null_resource",
    mode: "managed",
  });
  const resources = [0, 1].map((index) => ({ ...resource(index), name: "n", index, values: {} }));
  const shown = { format_version: "1.2", configuration, planned_values: { root_module: { resources } } };
  const provisioner = [
    { "local-exec": { command: unknown("a_group.y.id", "a_group.y"), environment: { A: "b" } } },
    { "remote-exec": { inline: ["sleep 1"] } },
    { file: {} },
  ];
  expect(plan(JSON.stringify(shown)).map(({ values }) => values)).toEqual([{ provisioner }, { provisioner }]);
});

test("the actions that it invokes, each once, with what only apply tells", () => {
  const action = {
    address: "action.local_command.x",
    type: "local_command",
    name: "x",
    provider_name: "registry.terraform.io/hashicorp/local",
    config_values: { command: "echo" },
    config_unknown: { arguments: true },
  };
  const invoked = plan(planOf({}, { action_invocations: [action, action] })).filter(
    ({ type }) => type === "terraform:action",
  );
  const config = { command: "echo", arguments: { kind: "unknown", reason: "known only after apply", mentions: [] } };
  expect(invoked).toMatchObject([{ address: action.address, values: { type: "local_command", config } }]);
});
