import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Resource, Value } from "../../../verification/model";
import { resolveIdentifiers } from "../../../verification/readers/identifiers";
import { JsonText } from "../../../verification/readers/json-locations";
import { readShownState, readStateFile } from "../../../verification/readers/state";
import { at } from "../../../verification/values";

// One state of Terraform 1.11 in both forms, less what no test looks at.
const read = (name: string) => new JsonText(name, readFileSync(join(__dirname, "../../fixtures/state", name), "utf8"));
const shown = readShownState(read("shown.json"));
const stored = readStateFile(read("terraform.tfstate"));

test("a state is the same as Terraform shows it and as it stores it", () => {
  const plain = (resources: readonly Resource[]) =>
    resources
      .map(({ type, address, mode, values }) => ({ type, address, mode, values }))
      .sort((a, b) => a.address.localeCompare(b.address));
  expect(shown).toHaveLength(8);
  expect(plain(stored)).toEqual(plain(shown));
});

test.each([
  ["shown.json", shown],
  ["terraform.tfstate", stored],
])("%s: resources know their place", (name, resources) => {
  const group = resources.find(({ address }) => address === "aws_security_group.forgotten") as Resource;
  const { file, line } = group.locate(["ingress", 0, "cidr_blocks", 0]);
  expect([group.unit, file]).toEqual([name, name]);
  const lines = readFileSync(join(__dirname, "../../fixtures/state", name), "utf8").split("\n");
  expect(lines[line - 1]).toContain("0.0.0.0/0");
});

describe("addresses", () => {
  const stateFile = (resource: object) =>
    readStateFile(
      new JsonText(
        "f",
        JSON.stringify({
          version: 4,
          serial: 1,
          lineage: "a",
          resources: [{ mode: "managed", type: "a_b", name: "c", ...resource }],
        }),
      ),
    ).map(({ address }) => address);

  test.each<[why: string, resource: object, addresses: string[]]>([
    ["one instance", { instances: [{ attributes: {} }] }, ["a_b.c"]],
    [
      "counted",
      {
        instances: [
          { index_key: 0, attributes: {} },
          { index_key: 1, attributes: {} },
        ],
      },
      ["a_b.c[0]", "a_b.c[1]"],
    ],
    ["keyed", { instances: [{ index_key: 'x"y', attributes: {} }] }, ['a_b.c["x\\"y"]']],
    ["in a module", { module: 'module.m["k"]', instances: [{ attributes: {} }] }, ['module.m["k"].a_b.c']],
    ["a data source", { mode: "data", instances: [{ attributes: {} }] }, ["data.a_b.c"]],
    [
      "replaced, and not yet destroyed",
      { instances: [{ attributes: {} }, { deposed: "00c0ffee", attributes: {} }] },
      ["a_b.c", "a_b.c (deposed 00c0ffee)"],
    ],
  ])("%s", (_, resource, addresses) => {
    expect(stateFile(resource)).toEqual(addresses);
  });

  test("of modules and deposed objects as Terraform shows them", () => {
    const resource = { mode: "managed", type: "a_b", name: "c", values: {} };
    const child = { resources: [{ ...resource, address: "module.m.a_b.c", deposed_key: "00c0ffee" }] };
    const values = { root_module: { resources: [{ ...resource, address: "a_b.c" }], child_modules: [child] } };
    const state = readShownState(new JsonText("f", JSON.stringify({ format_version: "1.0", values })));
    expect(state.map(({ address }) => address)).toEqual(["a_b.c", "module.m.a_b.c (deposed 00c0ffee)"]);
  });
});

test.each<[why: string, read: (document: JsonText) => Resource[], state: object, message: string]>([
  [
    "another version",
    readStateFile,
    { version: 3, lineage: "a", serial: 1 },
    "f:1: is a state of version 3 (readable: 4)",
  ],
  ["resources that are none", readStateFile, { version: 4, resources: [1] }, "f:1: resources is not a list of objects"],
  [
    "a resource without a type",
    readStateFile,
    { version: 4, resources: [{ name: "a" }] },
    "f:1: resources.0.type is not a text",
  ],
  [
    "a module that is none",
    readShownState,
    { format_version: "1.0", values: { root_module: [] } },
    "f:1: values.root_module is not a module",
  ],
  [
    "a later format",
    readShownState,
    { format_version: "2.0", terraform_version: "2.0.0" },
    'f:1: is a state of format_version "2.0" (readable: 0.x, 1.x)',
  ],
  [
    "values that are none",
    readShownState,
    {
      format_version: "1.0",
      values: { root_module: { resources: [{ address: "a", type: "a", name: "a", values: 1 }] } },
    },
    "f:1: values.root_module.resources.0.values is not the values of a resource",
  ],
])("a state with %s is refused", (_, reader, state, message) => {
  expect(() => reader(new JsonText("f", JSON.stringify(state)))).toThrow(message);
});

describe("ids of the cloud", () => {
  const resource = (unit: string, address: string, values: Resource["values"]): Resource => {
    const parts = address.split(".");
    const [mode, type = ""] = parts[0] === "data" ? (["data", parts[1]] as const) : (["managed", parts[0]] as const);
    const location = { file: unit, line: 1 };
    return { type, address, mode, unit, values, location, locate: () => location };
  };
  const reference = (address: string, attribute = "id"): Value => ({ kind: "reference", address, attribute });

  test("become references in a state", () => {
    const resolved = new Map(resolveIdentifiers(shown).map(({ address, values }) => [address, values]));
    expect(resolved.get("aws_vpc_security_group_ingress_rule.from_old")).toMatchObject({
      security_group_id: reference("aws_security_group.old"),
      referenced_security_group_id: reference("aws_security_group.old"),
    });
    expect(resolved.get("aws_s3_bucket_versioning.logs")).toMatchObject({ bucket: reference("aws_s3_bucket.logs") });
    expect(resolved.get("aws_s3_bucket.logs")).toMatchObject({ bucket: "logs", id: "logs" });
  });

  const GROUP = resource("a", "aws_security_group.nodes", { id: "sg-0123456789abcdef0", name: "nodes" });
  test.each<[why: string, others: Resource[], values: Resource["values"], path: (string | number)[], value: Value]>([
    [
      "in a list in a block",
      [GROUP],
      { interface: [{ groups: ["sg-0123456789abcdef0"] }] },
      ["interface", 0, "groups", 0],
      reference("aws_security_group.nodes"),
    ],
    ["of nothing in the input", [GROUP], { group_id: "sg-0fedcba9876543210" }, ["group_id"], "sg-0fedcba9876543210"],
    [
      "of another unit",
      [resource("b", "aws_subnet.b", { id: "subnet-0123456789abcdef0" })],
      { subnet_id: "subnet-0123456789abcdef0" },
      ["subnet_id"],
      reference("aws_subnet.b"),
    ],
    [
      "of another unit's namesake of a resource here",
      [GROUP, resource("b", "aws_security_group.nodes", { id: "sg-0fedcba9876543210" })],
      { group_id: "sg-0fedcba9876543210" },
      ["group_id"],
      "sg-0fedcba9876543210",
    ],
    [
      "of a resource and its data source",
      [resource("a", "data.aws_security_group.nodes", GROUP.values), GROUP],
      { group_id: "sg-0123456789abcdef0" },
      ["group_id"],
      reference("aws_security_group.nodes"),
    ],
    [
      "an ARN",
      [resource("a", "aws_kms_key.k", { id: "k", arn: "arn:aws:kms:eu-west-1:1:key/k" })],
      { kms_key_arn: "arn:aws:kms:eu-west-1:1:key/k" },
      ["kms_key_arn"],
      reference("aws_kms_key.k", "arn"),
    ],
    [
      "a self link",
      [resource("a", "google_compute_network.n", { id: "n", self_link: "https://compute/n" })],
      { network: "https://compute/n" },
      ["network"],
      reference("google_compute_network.n", "self_link"),
    ],
    [
      "a name, asked by its type",
      [resource("a", "aws_eks_cluster.main", { id: "prod", name: "prod" })],
      { cluster_name: "prod" },
      ["cluster_name"],
      reference("aws_eks_cluster.main"),
    ],
    [
      "a name of another cloud's",
      [resource("a", "google_cluster.main", { id: "prod", name: "prod" })],
      { cluster_name: "prod" },
      ["cluster_name"],
      "prod",
    ],
    [
      "a name that only looks like one",
      [resource("a", "aws_eks_cluster.main", { id: "prod", name: "prod" })],
      { tags: { stage: "prod" } },
      ["tags", "stage"],
      "prod",
    ],
    [
      "a group that EKS made",
      [
        resource("a", "aws_eks_cluster.main", {
          id: "prod",
          vpc_config: [{ cluster_security_group_id: "sg-0aaaaaaaaaaaaaaaa" }],
        }),
      ],
      { group_ids: ["sg-0aaaaaaaaaaaaaaaa"] },
      ["group_ids", 0],
      reference("aws_eks_cluster.main", "vpc_config[0].cluster_security_group_id"),
    ],
    [
      "a group that a VPC has by default",
      [
        resource("a", "aws_vpc.main", {
          id: "vpc-0123456789abcdef0",
          default_security_group_id: "sg-0aaaaaaaaaaaaaaaa",
        }),
      ],
      { group_ids: ["sg-0aaaaaaaaaaaaaaaa"] },
      ["group_ids", 0],
      reference("aws_vpc.main", "default_security_group_id"),
    ],
  ])("%s", (_, others, values, path, value) => {
    const asking = resource("a", "aws_thing.x", values);
    expect(at(resolveIdentifiers([...others, asking]).at(-1)?.values, ...path)).toEqual(value);
  });
});
