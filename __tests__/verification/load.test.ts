import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import * as fc from "fast-check";

import { InputError } from "../../verification/input-error";
import { loadResources } from "../../verification/load";
import { DEPLOYMENT } from "../../verification/readers/cdktf-output";

const FIXTURES = join(__dirname, "../fixtures");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "load-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes files below the folder and returns the path of `name` there. */
const written = async (files: Readonly<Record<string, string | Buffer>>, name = ""): Promise<string> => {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
  return join(folder, name);
};

const addresses = async (...paths: string[]) => (await loadResources(paths)).map(({ address }) => address);

const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n";
const GROUP = 'resource "aws_security_group" "a" {}\n';
const GROUP_JSON = JSON.stringify({ resource: { aws_security_group: { b: {} } } });
const STATE = JSON.stringify({
  format_version: "1.0",
  values: {
    root_module: {
      resources: [
        {
          address: "aws_instance.web",
          mode: "managed",
          type: "aws_instance",
          name: "web",
          values: { subnet_id: "subnet-0123456789abcdef0" },
        },
      ],
    },
  },
});

describe("what a path is", () => {
  test.each([
    ["a cdktf.out folder", "synthesized", "aws_security_group.nodes"],
    ["the manifest of one", "synthesized/manifest.json", "aws_security_group.nodes"],
    ["a stack's file", "synthesized/stacks/network/cdk.tf.json", "aws_vpc.main"],
    ["a plan", "plan/plan.json", "module.inner[0].aws_security_group.own"],
    ["a state that Terraform shows", "state/shown.json", "aws_security_group.gone"],
    ["a state that Terraform stores", "state/terraform.tfstate", "aws_security_group.gone"],
    ["YAML manifests", "manifests/policies.yaml", "NetworkPolicy/union/default-deny"],
    ["a JSON list of manifests", "manifests/nested/list.json", "Pod/union/b"],
    ["a folder of manifests", "manifests", "Pod/union/b"],
  ])("%s", async (_, path, address) => {
    expect(await addresses(join(FIXTURES, path))).toContain(address);
  });

  test("a folder of Terraform files, both syntaxes being one module", async () => {
    const path = await written({ "main.tf": GROUP, "more.tf.json": GROUP_JSON });
    expect((await addresses(path)).sort()).toEqual(["aws_security_group.a", "aws_security_group.b"]);
  });

  test("a folder of Terraform files and manifests", async () => {
    const path = await written({ "main.tf": GROUP, "deploy/pod.yml": POD });
    expect(await addresses(path)).toEqual(["aws_security_group.a", "Pod/default/a"]);
  });

  test("a folder of folders of Terraform files; those that one calls are its modules", async () => {
    const main = `${GROUP}module "m" { source = "./modules/m" }`;
    const path = await written({ "one/main.tf": main, "one/modules/m/main.tf": "", "two/main.tf": GROUP });
    const resources = await loadResources([path]);
    expect(resources.map(({ unit }) => unit)).toEqual([join(path, "one"), join(path, "two")]);
  });

  test("the folder of a stack, which carries its deployment", async () => {
    const json = JSON.stringify({ "//": { deployment: { name: "acme" } }, ...JSON.parse(GROUP_JSON) });
    const path = await written({ "stacks/acme/cdk.tf.json": json }, "stacks/acme");
    const resources = await loadResources([path]);
    expect(resources.map(({ type, unit }) => [type, unit])).toEqual([
      ["aws_security_group", path],
      [DEPLOYMENT, path],
    ]);
  });

  test("a plan by any name, in PowerShell's encoding", async () => {
    const path = await written({ plan: Buffer.from(`\ufeff${STATE}`, "utf16le") }, "plan");
    expect(await addresses(path)).toEqual(["aws_instance.web"]);
  });
});

test("manifests of a folder are one unit, and know their files", async () => {
  const resources = await loadResources([join(FIXTURES, "manifests")]);
  expect(new Set(resources.map(({ unit }) => unit))).toEqual(new Set([join(FIXTURES, "manifests")]));
  const pod = resources.find(({ address }) => address === "Pod/union/b");
  expect(pod?.locate(["spec", "hostNetwork"])).toEqual({
    file: join(FIXTURES, "manifests/nested/list.json"),
    line: 10,
  });
});

test("all paths are one system: ids lead from one input into another", async () => {
  const subnet = {
    ...JSON.parse(STATE),
    values: {
      root_module: {
        resources: [
          {
            address: "aws_subnet.a",
            mode: "managed",
            type: "aws_subnet",
            name: "a",
            values: { id: "subnet-0123456789abcdef0" },
          },
        ],
      },
    },
  } as object;
  await written({ "a.json": STATE, "b.json": JSON.stringify(subnet) });
  const [instance] = await loadResources([join(folder, "a.json"), join(folder, "b.json")]);
  expect(instance?.values["subnet_id"]).toEqual({ kind: "reference", address: "aws_subnet.a", attribute: "id" });
});

test("Kubernetes objects of Terraform are manifests", async () => {
  const namespace = { resource: { kubernetes_namespace_v1: { n: { metadata: { name: "union" } } } } };
  const path = await written({ "main.tf.json": JSON.stringify(namespace) }, "main.tf.json");
  expect(await loadResources([path])).toMatchObject([
    {
      type: "kubernetes:Namespace",
      address: "kubernetes_namespace_v1.n",
      values: { kind: "Namespace", metadata: { name: "union" } },
    },
  ]);
});

test("a path that is named twice counts once", async () => {
  const path = await written({ "pod.yaml": POD }, "pod.yaml");
  expect(await addresses(path, join(folder, ".", "pod.yaml"))).toEqual(["Pod/default/a"]);
});

test("other tools' files in a folder are no objects, and links in a circle are followed once", async () => {
  const path = await written({
    "pod.yaml": POD,
    "values.yaml": "replicas: 1",
    "package.json": "{}",
    "README.md": "{",
    ".git/config.yaml": "a: [",
    "node_modules/m/a.json": "{",
  });
  await symlink(path, join(path, "again"));
  expect(await addresses(path)).toEqual(["Pod/default/a", join(path, "values.yaml")]);
});

describe("what can't be used is refused in one line", () => {
  const DEEP = "[".repeat(200_000);
  test.each<[why: string, files: Record<string, string | Buffer>, name: string, message: string]>([
    ["missing", {}, "none", "none: does not exist"],
    ["an empty folder", {}, "", ": holds nothing to judge"],
    ["a folder of other files", { "package.json": "{}", "a.txt": POD }, "", ": holds nothing to judge"],
    ["an empty file", { "a.yaml": "" }, "a.yaml", "a.yaml: is of no kind that is read (readable: "],
    ["YAML of another tool", { "a.yaml": "a: 1" }, "a.yaml", "a.yaml: is of no kind that is read (readable: "],
    ["JSON of another tool", { "a.json": "{}" }, "a.json", "a.json: is of no kind that is read (readable: "],
    ["JSON that is no object", { "a.json": "[1]" }, "a.json", "a.json: is of no kind that is read (readable: "],
    ["a text", { notes: "words" }, "notes", "notes: is of no kind that is read (readable: "],
    ["JSON cut short", { "a.json": '{\n"a":' }, "a.json", "a.json:2: is not valid JSON: Value expected"],
    [
      "a manifest without a kind",
      { "b.yaml": "apiVersion: v1" },
      "b.yaml",
      "b.yaml:1: is not a Kubernetes object: it has",
    ],
    ["a text in a YAML file", { "b.yaml": "words" }, "b.yaml", "b.yaml:1: is not a Kubernetes object"],
    [
      "a kind without a name",
      { "a.yaml": "apiVersion: v1\nkind: Pod" },
      "a.yaml",
      "a.yaml:1: Pod has no metadata.name",
    ],
    ["YAML cut short", { "a.yaml": "a: [" }, "a.yaml", "a.yaml:1: is not valid YAML"],
    ["a Bicep file", { "a.bicep": "param a string" }, "a.bicep", "a.bicep: is of no kind that is read: a Bicep file"],
    ["HCL cut short", { "main.tf": 'resource "a" {' }, "", "main.tf:1: "],
    ["one file of a module", { "main.tf": GROUP }, "main.tf", "main.tf: is one file of a module: name its folder, "],
    [
      "a saved plan",
      { "plan.bin": Buffer.from([0x50, 0x4b, 3, 4, 0xff]) },
      "plan.bin",
      "plan.bin: is not a text file; `terraform show -json FILE` makes a saved plan readable",
    ],
    ["binary JSON", { "a.json": Buffer.from([0x7b, 0xff, 0xfe]) }, "a.json", "a.json: is not a text file"],
    ["a state without resources", { "a.json": '{"format_version":"1.0"}' }, "a.json", "a.json: holds nothing to judge"],
    [
      "a list without items",
      { "a.yaml": "apiVersion: v1\nkind: List\nitems: []" },
      "a.yaml",
      "a.yaml: holds nothing to judge",
    ],
    ["JSON without end", { "a.json": DEEP }, "a.json", "a.json: is not valid JSON"],
    [
      "a manifest nested without end",
      { "a.json": `{"kind":"A","apiVersion":"v1","metadata":{"name":"a"},"b":${DEEP}${DEEP.replaceAll("[", "]")}}` },
      "a.json",
      "a.json: is nested too deeply",
    ],
    [
      "a state nested without end",
      { "a.json": STATE.replace('"subnet-0123456789abcdef0"', `${DEEP}${DEEP.replaceAll("[", "]")}`) },
      "a.json",
      "a.json: is nested too deeply",
    ],
    ["the module's own folder cut short", { "main.tf": GROUP, "more.tf": "resource {" }, "", "more.tf:1: "],
    ["a local module cut short", { "main.tf": 'module "m" { source = "./m" }', "m/a.tf": "a {" }, "", "m/a.tf:1: "],
  ])("%s", async (_, files, name, message) => {
    const path = await written(files, name);
    const error: unknown = await loadResources([path]).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain(message);
    expect((error as InputError).message).not.toMatch(/\n/);
  });

  test("no path at all", async () => {
    await expect(loadResources([])).rejects.toThrow("input: names no path (readable: ");
  });

  test("whatever a file holds, it is read or refused", async () => {
    const shapes = fc.constantFrom("a.json", "a.yaml", "a.tf.json", "a.tfstate", "a", "manifest.json");
    const keys = fc.constantFrom(
      "kind",
      "apiVersion",
      "metadata",
      "items",
      "name",
      "values",
      "root_module",
      "resources",
      "version",
      "lineage",
      "serial",
      "format_version",
      "planned_values",
      "resource_changes",
      "configuration",
      "resource",
      "stacks",
      "change",
      "after_unknown",
      "address",
      "type",
      "__proto__",
      "",
    );
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(null, true, 4, -1, "v1", "List", "Pod", "a.b", "${", "${a.b.c}", "managed"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.array(fc.tuple(keys, tie("value")), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
      ),
    })).value;
    const content = fc.oneof(
      json.map((value) => JSON.stringify(value)),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(shapes, content, async (name, text) => {
        const path = await written({ [name]: text }, name);
        const result: unknown = await loadResources([path]).catch((cause: unknown) => cause);
        if (Array.isArray(result)) expect(result).not.toHaveLength(0);
        else expect(result).toBeInstanceOf(InputError);
      }),
      { numRuns: 400 },
    );
  });
});
