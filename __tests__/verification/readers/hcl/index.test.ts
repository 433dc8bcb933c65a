import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Missing, Resource, Value } from "../../../../verification/model";
import { readHcl } from "../../../../verification/readers/hcl/index";
import { PLAN } from "../../../../verification/values";

const fixture = (name: string) => relative(process.cwd(), join(__dirname, "../../../fixtures/hcl", name));
const reference = (address: string, attribute: string) => ({ kind: "reference", address, attribute });
const unknown = (reason: string, ...mentions: string[]) => ({ kind: "unknown", reason, mentions });
const lacking = (missing: Missing, reason: string, ...mentions: string[]) => ({
  ...unknown(reason, ...mentions),
  missing,
});
const variable = (name: string): Missing => ({ kind: "variable", name });
const unreadable = (path: string): Missing => ({ kind: "file", path, isThere: true });

/** Resources of a configuration of one file, with others and links beside it. */
async function read(
  text: string,
  others: Readonly<Record<string, string>> = {},
  links: Readonly<Record<string, string>> = {},
): Promise<Resource[]> {
  const folder = await mkdtemp(join(tmpdir(), "hcl-"));
  try {
    for (const [name, content] of Object.entries({ "main.tf": text, ...others })) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    for (const [name, target] of Object.entries(links)) await symlink(target, join(folder, name));
    return await readHcl(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("a network", () => {
  let resources: Resource[];
  const at = (address: string): Resource => {
    const found = resources.find((resource) => resource.address === address);
    if (!found) throw new Error(`no ${address}`);
    return found;
  };
  beforeAll(async () => {
    resources = await readHcl(fixture("network"));
  });

  test("has every resource under its address", () => {
    expect(resources.map(({ address }) => address)).toEqual([
      "aws_instance.bastion",
      "aws_security_group.nodes",
      "aws_security_group_rule.s3",
      "aws_subnet.private[0]",
      "aws_subnet.private[1]",
      "aws_subnet.private[2]",
      "aws_vpc.main",
      'aws_vpc_security_group_ingress_rule.by_port["https"]',
      "data.aws_prefix_list.s3",
      "module.registry",
      'module.rules["one"].aws_security_group.this',
      'module.rules["two"].aws_security_group.this',
    ]);
    expect(at("data.aws_prefix_list.s3")).toMatchObject({
      type: "aws_prefix_list",
      mode: "data",
      unit: fixture("network"),
    });
    expect(at("aws_vpc.main")).toMatchObject({ type: "aws_vpc", mode: "managed" });
  });

  test("count and locals with cidrsubnet", () => {
    expect(at("aws_subnet.private[2]").values).toEqual({
      vpc_id: reference("aws_vpc.main", "id"),
      cidr_block: "10.0.2.0/24",
      availability_zone: "eu-west-1c",
    });
    expect(at("aws_vpc.main").values["tags"]).toEqual({ Project: "x", Cidr: "10.0.0.0/16" });
  });

  test("for_each, and optional attributes of a variable's type", () => {
    expect(at('aws_vpc_security_group_ingress_rule.by_port["https"]').values).toEqual({
      security_group_id: reference("aws_security_group.nodes", "id"),
      from_port: 443,
      to_port: 443,
      ip_protocol: "tcp",
      cidr_ipv4: "10.0.0.0/24",
      description: "https",
    });
  });

  test("blocks, then dynamic blocks in the order of their keys", () => {
    const subnets = ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"];
    expect(at("aws_security_group.nodes").values["ingress"]).toEqual([
      {
        description: 'Braces { and quotes " in a heredoc\n',
        from_port: 10250,
        to_port: 10250,
        protocol: "tcp",
        cidr_blocks: ["10.1.0.0/16", "10.0.0.0/16"],
      },
      { description: "dns", from_port: 53, to_port: 53, protocol: "udp", cidr_blocks: subnets },
      { description: "https", from_port: 443, to_port: 443, protocol: "tcp", cidr_blocks: subnets },
    ]);
  });

  test("a dynamic block over an unknown list is one block in which even constants are unknown", () => {
    const missing = { ...lacking(variable("admin_cidrs"), "var.admin_cidrs has no value"), inDoubt: true };
    expect(at("aws_security_group.nodes").values["egress"]).toEqual([
      { from_port: missing, to_port: missing, protocol: missing, cidr_blocks: missing },
    ]);
  });

  test("lifecycle keeps names as names", () => {
    expect(at("aws_security_group.nodes").values["lifecycle"]).toEqual([{ ignore_changes: ["tags", "description"] }]);
  });

  test("an unknown count is one resource that may not be there, beside a file that is not", () => {
    expect(at("aws_instance.bastion").existence).toEqual(
      lacking(variable("create_bastion"), "var.create_bastion has no value"),
    );
    expect(at("aws_vpc.main").existence).toBeUndefined();
    expect(at("aws_instance.bastion").values).toEqual({
      subnet_id: reference("aws_subnet.private[0]", "id"),
      vpc_security_group_ids: [reference("aws_security_group.nodes", "id")],
      user_data: lacking(
        { kind: "file", path: "./user-data.sh", isThere: false },
        "./user-data.sh is not in the input in '${filebase64(\"${path.module}/user-data.sh\")}'",
      ),
    });
  });

  test("a local module gets its variables, hands back its outputs, and knows the resources that it is given", () => {
    expect(at('module.rules["two"].aws_security_group.this').values).toEqual({
      name: "rules-two",
      vpc_id: reference("aws_vpc.main", "id"),
      egress: [{ from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["10.0.0.0/16"] }],
    });
    expect(at("aws_security_group_rule.s3").values).toMatchObject({
      security_group_id: reference('module.rules["one"].aws_security_group.this', "id"),
      prefix_list_ids: [reference("data.aws_prefix_list.s3", "id")],
    });
  });

  test("a module from elsewhere is one resource, and what it gives is unknown", () => {
    expect(at("module.registry")).toMatchObject({
      type: "terraform:module",
      values: { source: "terraform-aws-modules/vpc/aws" },
    });
    expect(at("aws_security_group_rule.s3").values["source_security_group_id"]).toEqual(
      lacking({ kind: "module", address: "module.registry" }, "module.registry is not read", "module.registry"),
    );
  });

  test.each<[string, (string | number)[], string, string]>([
    ["aws_security_group.nodes", [], "main.tf", 'resource "aws_security_group" "nodes" {'],
    ["aws_security_group.nodes", ["vpc_id"], "main.tf", "  vpc_id = aws_vpc.main.id"],
    ["aws_security_group.nodes", ["ingress", 0, "to_port"], "main.tf", "    to_port     = 10250"],
    ["aws_security_group.nodes", ["ingress", 0, "cidr_blocks", 1], "main.tf", "      var.cidr,"],
    ["aws_security_group.nodes", ["ingress", 0, "absent"], "main.tf", "  ingress {"],
    ["aws_security_group.nodes", ["ingress", 2, "protocol"], "main.tf", "      protocol    = ingress.value.protocol"],
    ["aws_security_group.nodes", ["egress", 0, "cidr_blocks", 0], "main.tf", "      cidr_blocks = [admin.value]"],
    ["aws_subnet.private[1]", ["cidr_block"], "main.tf", "  cidr_block        = local.subnets[count.index]"],
    ["module.registry", ["source"], "main.tf", '  source  = "terraform-aws-modules/vpc/aws"'],
    [
      'module.rules["one"].aws_security_group.this',
      ["egress", 0, "protocol"],
      "rules/main.tf",
      '    protocol    = "-1"',
    ],
  ])("%s %j is located", async (address, path, file, text) => {
    const location = at(address).locate(path);
    expect(location.file).toBe(join(fixture("network"), file));
    const lines = (await readFile(location.file, "utf8")).split("\n");
    expect(lines[location.line - 1]).toBe(text);
    if (path.length === 0) expect(at(address).location).toEqual(location);
  });
});

test("variables: the last of terraform.tfvars and *.auto.tfvars wins, types convert", async () => {
  const [resource] = await readHcl(fixture("variables"));
  expect(resource?.values["values"]).toEqual([
    "terraform.tfvars",
    "a.auto.tfvars",
    "b.auto.tfvars.json",
    "default",
    ["a", "b"],
    unknown("var.wrong does not fit its type: expected a number"),
  ]);
});

test("override files change arguments, and are where those are located", async () => {
  const [resource, ...others] = await readHcl(fixture("override"));
  expect(others).toEqual([]);
  expect(resource?.values).toEqual({ name: "override", kept: true, block: [{ a: 1 }] });
  expect(resource?.locate(["name"])).toEqual({ file: join(fixture("override"), "override.tf"), line: 3 });
  expect(resource?.locate(["block", 0, "a"])).toEqual({ file: join(fixture("override"), "main.tf"), line: 5 });
});

test("JSON syntax beside HCL is one module, a single block as good as a list of one", async () => {
  const [resource] = await readHcl(fixture("mixed"));
  expect(resource?.values).toEqual({
    ingress: [{ from_port: 443 }, { from_port: 80, protocol: "tcp" }, { from_port: 81, protocol: "tcp" }],
  });
  const lineOf = (...path: (string | number)[]) => resource?.locate(path).line;
  expect([lineOf(), lineOf("ingress", 0, "from_port"), lineOf("ingress", 2, "protocol")]).toEqual([5, 8, 16]);
});

describe("repetition that can't be told", () => {
  test.each([
    ["count = var.n", unknown("var.n is not declared")],
    ["count = -1", lacking(PLAN, "'count' can't be evaluated")],
    ["count = null", lacking(PLAN, "'count' can't be evaluated")],
    ["for_each = toset([aws_vpc.a.id])", lacking(PLAN, "aws_vpc.a.id is not known before apply", "aws_vpc.a")],
    ['for_each = "text"', lacking(PLAN, "'for_each' can't be evaluated")],
    ["for_each = null", lacking(PLAN, "'for_each' can't be evaluated")],
    [
      "count = length(x_y.a)",
      unknown("the number of instances of x_y.a is not known: x_y.a depends on itself", "x_y.a"),
    ],
    ["lifecycle {\n enabled = var.n\n}", unknown("var.n is not declared")],
  ])("%s", async (argument, existence) => {
    const resources = await read(`resource "aws_vpc" "a" {}\nresource "x_y" "a" {\n ${argument}\n}`);
    expect(resources[1]).toMatchObject({ address: "x_y.a", existence });
  });

  test("a map whose values are unknown has its instances", async () => {
    const resources = await read('resource "x_y" "a" {\n for_each = { a = var.n, b = 1 }\n value = each.value\n}');
    expect(resources.map(({ address, values }) => [address, values["value"]])).toEqual([
      ['x_y.a["a"]', unknown("var.n is not declared")],
      ['x_y.a["b"]', 1],
    ]);
  });

  test("none is none", async () => {
    expect(await read('resource "x_y" "a" {\n count = 0\n}')).toEqual([]);
  });
});

describe("null is a value", () => {
  const VARIABLES = 'variable "none" {\n default = null\n}\nlocals {\n none = null\n}\n';

  test.each<[string, Value | undefined]>([
    ["var.none", null],
    ["local.none", null],
    ["var.none == null ? 1 : 2", 1],
    ["local.none != null ? 1 : 2", 2],
    ['coalesce(var.none, "a")', "a"],
    ["try(var.none.a, 1)", 1],
    ["var.none[*]", []],
    ["[for x in [var.none, 1] : x if x != null]", [1]],
  ])("%s", async (expression, value) => {
    const [resource] = await read(`${VARIABLES}resource "x_y" "a" {\n value = ${expression}\n}`);
    expect(resource?.values["value"]).toEqual(value);
  });

  test.each([
    ["count = var.none == null ? 0 : 1", []],
    ["count = local.none == null ? 1 : 0", ["x_y.a[0]"]],
    ["for_each = var.none != null ? var.none : {}", []],
    ['for_each = var.none == null ? toset(["k"]) : var.none', ['x_y.a["k"]']],
    ["for_each = { for k, v in { k = var.none, l = 1 } : k => v if v != null }", ['x_y.a["l"]']],
    ["lifecycle {\n enabled = var.none != null\n}", []],
    ["lifecycle {\n enabled = var.none == null\n}", ["x_y.a"]],
  ])("%s", async (argument, addresses) => {
    const resources = await read(`${VARIABLES}resource "x_y" "a" {\n ${argument}\n}`);
    expect(resources.map(({ address }) => address)).toEqual(addresses);
    expect(resources.every(({ existence }) => existence === undefined)).toBe(true);
  });

  test("what is not enabled is null to whoever names it", async () => {
    const [resource] = await read(
      'resource "x_y" "a" {\n lifecycle {\n  enabled = false\n }\n}\n' +
        'resource "x_y" "b" {\n value = x_y.a == null ? "none" : x_y.a.id\n}',
    );
    expect(resource).toMatchObject({ address: "x_y.b", values: { value: "none" } });
  });

  test("a dynamic block over none is none", async () => {
    const [resource] = await read(
      `${VARIABLES}resource "x_y" "a" {\n dynamic "b" {\n  for_each = var.none == null ? [] : [1]\n  content {}\n }\n}`,
    );
    expect(resource?.values["b"]).toEqual([]);
  });

  test.each<[string, Value]>([
    ["optional(string)", null],
    ['optional(string, "d")', "d"],
    ["string", null],
  ])("an attribute of type %s that is given null", async (type, value) => {
    const [resource] = await read(
      `variable "o" {\n type = object({ a = ${type} })\n default = { a = null }\n}\n` +
        'resource "x_y" "a" {\n value = var.o.a\n}',
    );
    expect(resource?.values["value"]).toEqual(value);
  });

  test.each([
    ["", null],
    ["nullable = false", "d"],
  ])("a module's argument of null to a variable with %s", async (nullable, value) => {
    const module = `variable "v" {\n default = "d"\n ${nullable}\n}\nresource "x_y" "a" {\n value = var.v\n}`;
    const [resource] = await read('module "m" {\n source = "./m"\n v = null\n}', { "m/main.tf": module });
    expect(resource).toMatchObject({ address: "module.m.x_y.a", values: { value } });
  });
});

test("a slice of a list that the cloud knows has as many elements as its bounds say", async () => {
  const resources = await read(
    'data "x_zones" "z" {}\nlocals {\n zones = slice(data.x_zones.z.names, 0, 2)\n}\n' +
      'resource "x_y" "a" {\n count = length(local.zones)\n zone = local.zones[count.index]\n' +
      ' block = cidrsubnet("10.0.0.0/16", 8, count.index)\n}',
  );
  expect(resources.map(({ address, values }) => [address, values])).toEqual([
    ["x_y.a[0]", { zone: reference("data.x_zones.z", "names[0]"), block: "10.0.0.0/24" }],
    ["x_y.a[1]", { zone: reference("data.x_zones.z", "names[1]"), block: "10.0.1.0/24" }],
    ["data.x_zones.z", {}],
  ]);
});

test("what a data source reads may be a key: each has an instance, which others name by it", async () => {
  const resources = await read(
    'data "x_zones" "z" {}\nlocals {\n zones = slice(data.x_zones.z.names, 0, 2)\n}\n' +
      'resource "x_y" "a" {\n for_each = { for i, zone in local.zones : zone => i }\n zone = each.key\n}\n' +
      'resource "x_y" "b" {\n for_each = toset(local.zones)\n a = x_y.a[each.key].id\n other = try(x_y.a["x"].id, 1)\n}',
  );
  const key = (i: number) => `["\${data.x_zones.z.names.${i}}"]`;
  const other = unknown("whether a key is 'x' is not known");
  expect(resources.slice(0, 4).map(({ address, values }) => [address, values])).toEqual([
    [`x_y.a${key(0)}`, { zone: reference("data.x_zones.z", "names[0]") }],
    [`x_y.a${key(1)}`, { zone: reference("data.x_zones.z", "names[1]") }],
    [`x_y.b${key(0)}`, { a: reference(`x_y.a${key(0)}`, "id"), other }],
    [`x_y.b${key(1)}`, { a: reference(`x_y.a${key(1)}`, "id"), other }],
  ]);
});

test("files of the input are read: those of the root module, and a module's own", async () => {
  const folder = fixture("files");
  const resources = await readHcl(folder);
  expect(resources.map(({ address }) => address)).toEqual(['x_y.root["a"]', 'x_y.root["b"]']);
  expect(resources[0]?.values).toEqual({
    cidrs: ["10.0.0.0/8"],
    own: {
      path: "module",
      own: "own",
      of_root: ["10.0.0.0/8"],
      elsewhere: lacking(
        unreadable("./../terraform-values.json"),
        "./../terraform-values.json lies outside of the input",
      ),
    },
  });
});

test("a link that leads out of the input is not followed", async () => {
  const [resource] = await read(
    'resource "x_y" "a" {\n value = file("link.txt")\n exists = fileexists("link.txt")\n}',
    {},
    { "link.txt": __filename },
  );
  const outside = lacking(unreadable("link.txt"), "link.txt lies outside of the input");
  expect(resource?.values).toEqual({ value: outside, exists: outside });
});

test("a file that is too large is not read", async () => {
  const [resource] = await read('resource "x_y" "a" {\n value = file("a.txt")\n}', { "a.txt": "x".repeat(2_000_001) });
  expect(resource?.values["value"]).toEqual(lacking(unreadable("a.txt"), "a.txt is too large to read"));
});

test("nested dynamic blocks, with the outer iterator seen from the inner one", async () => {
  const [resource] = await read(`
    resource "x_y" "a" {
      dynamic "outer" {
        for_each = { k = [1, 2] }
        content {
          dynamic "inner" {
            for_each = outer.value
            content { text = "\${outer.key}\${inner.key}\${inner.value}" }
          }
        }
      }
    }`);
  expect(resource?.values).toEqual({ outer: [{ inner: [{ text: "k01" }, { text: "k12" }] }] });
});

test("locals that depend on themselves are unknown", async () => {
  const [resource] = await read('locals {\n a = local.b\n b = [local.a]\n}\nresource "x_y" "a" {\n v = local.a\n}');
  expect(resource?.values["v"]).toEqual([unknown("local.a depends on itself")]);
});

test("locals that double without end are unknown, and quickly so", async () => {
  const locals = Array.from({ length: 60 }, (_, i) => `l${i + 1} = [local.l${i}, local.l${i}]`).join("\n");
  const [resource] = await read(`locals {\n l0 = "x"\n ${locals}\n}\nresource "x_y" "a" {\n v = local.l60\n}`);
  expect(JSON.stringify(resource?.values["v"]).length).toBeLessThan(10_000_000);
  expect(JSON.stringify(resource?.values["v"])).toContain("too large to evaluate");
});

test("resources may point at each other", async () => {
  const group = (name: string, peer: string) =>
    `resource "aws_security_group" "${name}" {\n ingress {\n security_groups = [aws_security_group.${peer}.id]\n }\n}\n`;
  const [a, b] = await read(group("a", "b") + group("b", "a"));
  expect([a, b].map((one) => one?.values["ingress"])).toEqual(
    ["b", "a"].map((peer) => [{ security_groups: [reference(`aws_security_group.${peer}`, "id")] }]),
  );
});

describe("errors are one line that names the place", () => {
  test.each([
    [
      "broken",
      `${fixture("broken")}/main.tf:3: Attribute redefined; The argument "count" was already set at ${fixture("broken")}/main.tf:2,3-8. Each argument may be set only once.`,
    ],
    ["duplicate", `${fixture("duplicate")}/main.tf:3: x_y.a is declared twice`],
    ["cycle", `${fixture("cycle")}/main.tf:3: module 'self' calls itself`],
    ["network/absent", `${fixture("network/absent")}: is no folder that can be read`],
    [".", `${fixture(".")}: holds no .tf files`],
  ])("%s", async (name, message) => {
    await expect(readHcl(fixture(name))).rejects.toMatchObject({ name: "InputError", message });
  });
});
