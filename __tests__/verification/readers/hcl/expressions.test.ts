import { join } from "node:path";
import fc from "fast-check";
import { isUnknown, type Value } from "../../../../verification/model";
import { evaluateTemplate, evaluateValue } from "../../../../verification/readers/hcl/expressions";
import { NOT_EVALUATED } from "../../../../verification/readers/hcl/functions/index";
import { InputFiles } from "../../../../verification/readers/hcl/input-files";
import type { Scope } from "../../../../verification/readers/hcl/scope";
import terraform from "../../../fixtures/hcl/terraform-values.json";

const locals = terraform.locals as Record<string, Value>;
const reference = (address: string, attribute = "") => ({ kind: "reference", address, attribute });
const unknown = (reason: string, ...mentions: string[]) => ({ kind: "unknown", reason, mentions });

const RESOURCES = [
  "aws_vpc.main",
  "random_string.r",
  "aws_subnet.counted",
  "aws_subnet.keyed",
  "aws_subnet.open",
  "data.aws_prefix_list.s3",
];

const scope: Scope = {
  variable: (name) => ({ missing: unknown("var.missing has no value"), ports: [80, 443] })[name],
  local: (name) => locals[name],
  each: { key: "a", value: { cidr: "10.0.0.0/24" } },
  count: { index: 2 },
  isResource: (address) => RESOURCES.includes(address),
  instances: (address) =>
    address === "aws_subnet.counted"
      ? [0, 1]
      : address === "aws_subnet.keyed"
        ? ["a", "b"]
        : address === "aws_subnet.open"
          ? "unknown"
          : "one",
  files: new InputFiles(join(__dirname, "../../../fixtures/hcl")),
  attribute: (address, attribute) =>
    address === "aws_vpc.main" && attribute === "cidr_block" ? "10.0.0.0/16" : undefined,
};
const evaluate = (expression: string, within: Scope = scope) => evaluateTemplate(`\${${expression}}`, within);

describe("as Terraform itself evaluates", () => {
  test.each(terraform.values)("$expression", ({ expression, value }) => {
    expect(evaluate(expression)).toEqual(value);
  });

  test.each(terraform.errors)("an error in Terraform is unknown: %s", (expression) => {
    expect(isUnknown(evaluate(expression))).toBe(true);
  });
});

describe("references", () => {
  test.each<[string, unknown]>([
    ["aws_vpc.main.id", reference("aws_vpc.main", "id")],
    ["aws_vpc.main", reference("aws_vpc.main")],
    ["aws_vpc.main.cidr_block", "10.0.0.0/16"],
    ["cidrsubnet(aws_vpc.main.cidr_block, 8, 3)", "10.0.3.0/24"],
    ["data.aws_prefix_list.s3.id", reference("data.aws_prefix_list.s3", "id")],
    ['aws_vpc.main.a[0].b["k"].c', reference("aws_vpc.main", 'a[0].b["k"].c')],
    ["aws_vpc.main.list[*].x", reference("aws_vpc.main", "list[*].x")],
    ["aws_subnet.counted[1].id", reference("aws_subnet.counted[1]", "id")],
    ["aws_subnet.counted.1.id", reference("aws_subnet.counted[1]", "id")],
    ["aws_subnet.counted[*].id", [0, 1].map((i) => reference(`aws_subnet.counted[${i}]`, "id"))],
    ["aws_subnet.counted.*.id", [0, 1].map((i) => reference(`aws_subnet.counted[${i}]`, "id"))],
    ['join("", aws_vpc.main[*].id)', reference("aws_vpc.main", "id")],
    ['join("", [], aws_vpc.main[*].id)', reference("aws_vpc.main", "id")],
    ['aws_subnet.keyed["b"].id', reference('aws_subnet.keyed["b"]', "id")],
    [
      "[for key, subnet in aws_subnet.keyed : subnet.id]",
      ["a", "b"].map((key) => reference(`aws_subnet.keyed["${key}"]`, "id")),
    ],
    ["values(aws_subnet.keyed)[*].id", ["a", "b"].map((key) => reference(`aws_subnet.keyed["${key}"]`, "id"))],
    ["length(aws_subnet.counted)", 2],
    ['try(aws_subnet.counted[9].id, "")', ""],
    ["try(aws_vpc.main[0].id, null)", null],
    ["one([aws_vpc.main.id])", reference("aws_vpc.main", "id")],
    ["aws_subnet.open[0].id", reference("aws_subnet.open", "id")],
    ["aws_subnet.open[*].id", unknown("the number of instances of aws_subnet.open is not known", "aws_subnet.open")],
    [
      "aws_vpc.other.id",
      { ...unknown("aws_vpc.other is not in the input", "aws_vpc.other"), undeclared: "aws_vpc.other" },
    ],
    ["true ? aws_vpc.main.id : null", reference("aws_vpc.main", "id")],
    ["tostring(aws_vpc.main.id)", reference("aws_vpc.main", "id")],
  ])("%s", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  test("an index is kept as written where instances are not told", () => {
    const { variable, local, isResource } = scope;
    const plain = { variable, local, isResource };
    expect(evaluate("aws_subnet.counted[0].id", plain)).toEqual(reference("aws_subnet.counted[0]", "id"));
    expect(evaluate('aws_subnet.keyed["x"].id', plain)).toEqual(reference('aws_subnet.keyed["x"]', "id"));
  });

  test("addresses bear the module's prefix", () => {
    expect(evaluate("aws_vpc.main.id", { ...scope, prefix: "module.a" })).toEqual(
      reference("module.a.aws_vpc.main", "id"),
    );
    const inside = { ...scope, isResource: (address: string) => address === "module.b.aws_vpc.main" };
    expect(evaluate("module.b.aws_vpc.main.id", inside)).toEqual(reference("module.b.aws_vpc.main", "id"));
  });
});

describe("names", () => {
  test.each<[string, unknown]>([
    ["each.key", "a"],
    ["each.value.cidr", "10.0.0.0/24"],
    ["count.index + 1", 3],
    ["var.ports[1]", 443],
    ["var.undeclared", unknown("var.undeclared is not declared")],
    ["local.undeclared", unknown("local.undeclared is not declared")],
    ["terraform.workspace", { ...unknown("terraform.workspace is not known"), missing: { kind: "workspace" } }],
    ["path.module", "."],
    ["path.cwd", unknown("path.cwd is not known")],
    ["module.other.id", { ...unknown("module.other is not in the input", "module.other"), undeclared: "module.other" }],
    ["self.id", unknown("self is not known")],
    ["tags", { ...unknown("'tags' is not a known name"), undeclared: "tags" }],
  ])("%s", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
});

describe("what is known in part stays known in part", () => {
  const missing = unknown("var.missing has no value");
  const id = reference("aws_vpc.main", "id");
  test.each<[string, unknown]>([
    ['["10.0.0.0/8", var.missing]', ["10.0.0.0/8", missing]],
    ['concat(["10.0.0.0/8"], [var.missing, aws_vpc.main.id])', ["10.0.0.0/8", missing, id]],
    ["flatten([[aws_vpc.main.id], [1]])", [id, 1]],
    ["merge({ a = 1 }, { b = var.missing })", { a: 1, b: missing }],
    ['lookup({ a = var.missing, b = 2 }, "b", 0)', 2],
    ["length([var.missing, 1])", 2],
    ["contains([var.missing, 1], 1)", true],
    ["aws_vpc.main.id == null", false],
    ["random_string.r.result != null", true],
    ["[var.missing] != null", true],
    ['"a-${var.missing}" == ""', false],
    ["[var.missing, 1] == []", false],
    ['"a-${var.missing}" == "b"', false],
    ['"a-${var.missing}" != "b-${var.missing}"', true],
    ['contains(["b"], "a-${var.missing}")', false],
    ["contains([], var.missing)", false],
    ["lookup({}, var.missing, 2)", 2],
    ['lookup({ b = 1 }, "a-${var.missing}", 2)', 2],
    ["try({}[var.missing], 2)", 2],
    ["null != null && null.a", false],
    ["slice(var.missing, 1, 3)", [1, 2].map((i) => unknown(`element ${i}: var.missing has no value`))],
    ["slice(aws_vpc.main.zones, 1, 3)", ["zones[1]", "zones[2]"].map((zone) => reference("aws_vpc.main", zone))],
    ["length(slice(aws_vpc.main.zones, 0, 3))", 3],
    ["length(toset(slice(var.missing, 0, 3)))", 3],
    ["[var.missing ? 1 : 1, var.missing ? null : null]", [1, null]],
    ["false && var.missing", false],
    ["true || var.missing", true],
    ["alltrue([var.missing, false])", false],
    ['zipmap(["a"], [var.missing])', { a: missing }],
    ['compact([aws_vpc.main.id, ""])', [id]],
    ['[for id in [aws_vpc.main.id, "x"] : { group = id }]', [{ group: id }, { group: "x" }]],
  ])("%s", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  // A data source is read when Terraform plans: what it reads may be a key.
  test.each<[string, unknown]>([
    ["length({ for id in [data.aws_prefix_list.s3.id, 1] : id => 1 })", 2],
    ["[for key, x in { (data.aws_prefix_list.s3.id) = 1 } : key]", [reference("data.aws_prefix_list.s3", "id")]],
    ["keys({ (data.aws_prefix_list.s3.id) = 1 })", [reference("data.aws_prefix_list.s3", "id")]],
    ["{ (data.aws_prefix_list.s3.id) = 1 }[data.aws_prefix_list.s3.id]", 1],
    ["zipmap([data.aws_prefix_list.s3.id], [1])[data.aws_prefix_list.s3.id]", 1],
    ["lookup({ (data.aws_prefix_list.s3.id) = 1 }, data.aws_prefix_list.s3.id, 2)", 1],
    ["values(merge({ (data.aws_prefix_list.s3.id) = 1 }, {}))", [1]],
    // Of texts that are known in part, what is known tells these apart.
    ['values({ "${aws_vpc.main.arn}:sub" = 1, "${aws_vpc.main.id}:aud" = 2, "a" = 3 })', [1, 2, 3]],
  ])("%s", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  test.each([
    '{ (data.aws_prefix_list.s3.id) = 1 }["a"]',
    "{ (data.aws_prefix_list.s3.id) = 1 }.a",
    'try({ (data.aws_prefix_list.s3.id) = 1 }["a"], 2)',
    'lookup({ (data.aws_prefix_list.s3.id) = 1 }, "a", 2)',
    "lookup({ a = 1 }, data.aws_prefix_list.s3.id, 2)",
    'lookup({ a-b = 1 }, "a-${var.missing}", 2)',
    'try({ a-b = 1 }["a-${var.missing}"], 2)',
    'contains(["a-b"], "a-${var.missing}")',
    '"a-${var.missing}" == "a-b"',
    '"${var.missing}" == "a"',
    'jsonencode({ a = var.missing }) == "{\\"a\\":[1]}"',
    'yamlencode({ a = var.missing }) == "\\"a\\":\\n- 1\\n"',
    "merge({ (data.aws_prefix_list.s3.id) = 1 }, { a = 2 })",
    "{ (data.aws_prefix_list.s3.id) = 1 } == { a = 1 }",
    'contains(keys({ (data.aws_prefix_list.s3.id) = 1 }), "a")',
    "jsonencode({ (data.aws_prefix_list.s3.id) = 1 })",
    "zipmap([aws_vpc.main.id], [1])",
    '{ "${aws_vpc.main.arn}:sub" = 1 }["a:sub"]',
    '{ "${aws_vpc.main.arn}:sub" = 1, "${aws_vpc.main.id}:sub" = 2 }',
    '{ "${aws_vpc.main.arn}:sub" = 1, "a:sub" = 2 }',
    '{ "${aws_vpc.main.arn}:sub" = 1, (aws_vpc.main.id) = 2 }',
  ])("%s is unknown, for the key may be any", (expression) => {
    expect(isUnknown(evaluate(expression))).toBe(true);
  });

  // Each of these would pass for something definite if the unknown part were left out.
  test.each<[string, string, ...string[]]>([
    ['concat(["10.0.0.0/8"], var.missing)', "var.missing has no value"],
    ["merge({ a = 1 }, var.missing)", "var.missing has no value"],
    ["flatten([[1], var.missing])", "var.missing has no value"],
    ['compact([var.missing, "a"])', "var.missing has no value"],
    ["length(var.missing)", "var.missing has no value"],
    ["contains([var.missing], 1)", "var.missing has no value"],
    ['setsubtract(["a", "b"], [var.missing])', "var.missing has no value"],
    ["var.missing ? [] : [aws_vpc.main.id]", "var.missing has no value", "aws_vpc.main"],
    ["[for x in [1, 2] : x if x == var.missing]", "var.missing has no value"],
    ["{ for x in [aws_vpc.main.id] : x => 1 }", "aws_vpc.main.id is not known before apply", "aws_vpc.main"],
    ["[for x in var.missing : aws_vpc.main.id]", "var.missing has no value", "aws_vpc.main"],
    ["var.missing ? aws_vpc.main.id : aws_vpc.main.id", "var.missing has no value", "aws_vpc.main"],
    ["try(var.missing, 1)", "var.missing has no value"],
    ["can(var.missing)", "var.missing has no value"],
    ["coalesce(var.missing, 1)", "var.missing has no value"],
    ["aws_vpc.main.ipv6_id == null", "aws_vpc.main.ipv6_id is not known before apply", "aws_vpc.main"],
    ["var.missing == null", "var.missing has no value"],
    ["[var.missing] == [1]", "var.missing has no value"],
    ['pathexpand("~/rules")', "the home folder that ~/rules begins with is not in the input"],
    ["slice(var.missing, 0, var.missing)", "var.missing has no value"],
    ["var.ports[var.missing]", "var.missing has no value"],
    ["md5(aws_vpc.main.id)", "aws_vpc.main.id is not known before apply", "aws_vpc.main"],
    ["uuid()", "function 'uuid' is not evaluated: its result is another each time"],
    ['file("../../package.json")', "../../package.json lies outside of the input"],
    ['file("/etc/hostname")', "/etc/hostname lies outside of the input"],
    ['fileexists("/etc/hostname")', "/etc/hostname lies outside of the input"],
    ['fileset("..", "*")', ".. lies outside of the input"],
    ['fileset(".", "../*")', "the pattern '../*' is not evaluated"],
    ['format("%5s", aws_vpc.main.id)', "aws_vpc.main.id is not known before apply", "aws_vpc.main"],
    ['format("%s%%", aws_vpc.main.id)', "aws_vpc.main.id is not known before apply", "aws_vpc.main"],
    ['format("%s", aws_vpc.main.id, "a")', "aws_vpc.main.id is not known before apply", "aws_vpc.main"],
    ['join(var.missing, ["a"])', "var.missing has no value"],
    ["file(aws_vpc.main.id)", "aws_vpc.main.id is not known before apply", "aws_vpc.main"],
    ['templatefile("files/rules.yaml.tpl", var.missing)', "var.missing has no value"],
    ["provider::aws::arn_parse(1)", "function 'provider::aws::arn_parse' is not evaluated"],
    ['regex("^(a+)+$", "aaaa")', "the regular expression '^(a+)+$' is not evaluated"],
  ])("%s is unknown", (expression, reason, ...mentions) => {
    expect(evaluate(expression)).toMatchObject(unknown(reason, ...mentions));
  });

  test.each<[string, unknown]>([
    ["coalesce(null, aws_vpc.main.name)", reference("aws_vpc.main", "name")],
    ['coalesce("", null, aws_vpc.main.name)', reference("aws_vpc.main", "name")],
    ["coalescelist([], aws_vpc.main.names)", reference("aws_vpc.main", "names")],
    ["coalesce(aws_vpc.main.name, null)", reference("aws_vpc.main", "name")],
  ])("%s is the one that is left", (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  const SET = 'toset(["b", var.missing])';
  const KEYED = '{ "${var.missing}z" = "a", b = "b" }';

  test.each([
    `join("-", ${SET}) == "a-b"`,
    `lookup({ a-b = 1 }, join("-", ${SET}), 2)`,
    `join("-", tolist(${SET})) == "a-b"`,
    `join("-", [for one in ${SET} : one]) == "a-b"`,
    `join("-", concat(["x"], [for one in ${SET} : one])) == "x-a-b"`,
    `"%{ for one in ${SET} }\${one}%{ endfor }" == "ab"`,
    `join("-", setunion(["b"], [var.missing])) == "a-b"`,
    'join("-", distinct(["a", var.missing, "b"])) == "a-b"',
    `values(${KEYED})[0]`,
    `element(values(${KEYED}), 0)`,
    `try(values(${KEYED})[0], "c")`,
    `slice(keys(${KEYED}), 0, 1)`,
    `join("-", values(${KEYED})) == "a-b"`,
    'jsonencode({ "${var.missing}:sub" = 1, b = 2 }) == jsonencode({ b = 2, "z:sub" = 1 })',
    'jsonencode(toset(["b", var.missing])) == jsonencode(["a", "b"])',
    'jsonencode(distinct(["a", var.missing])) == jsonencode(["a"])',
  ])("%s is not known: an element may stand elsewhere, or be another", (expression) => {
    expect(isUnknown(evaluate(expression))).toBe(true);
  });

  const ARN = { kind: "reference", address: "aws_vpc.main", attribute: "arn" };
  const ID = { ...ARN, attribute: "id" };

  test.each<[string, string, ...object[]]>([
    ['"arn:${aws_vpc.main.arn}/*"', "arn:${}/*", ARN],
    ['"a-${"b-${aws_vpc.main.arn}"}"', "a-b-${}", ARN],
    ['"a-%{ for arn in [aws_vpc.main.arn] }${arn}/%{ endfor }"', "a-${}/", ARN],
    ['"${aws_vpc.main.arn}-${"b-${aws_vpc.main.arn}"}"', "${}-b-${}", ARN, ARN],
    ['format("arn:%s/%s", aws_vpc.main.arn, "a")', "arn:${}/a", ARN],
    ['formatlist("arn:%s", [aws_vpc.main.arn])[0]', "arn:${}", ARN],
    ['join("/", ["arn", aws_vpc.main.arn], ["a"])', "arn/${}/a", ARN],
    ['jsonencode({ b = ["x-${aws_vpc.main.arn}"], a = aws_vpc.main.id })', '{"a":"${}","b":["x-${}"]}', ID, ARN],
    ["yamlencode({ b = [aws_vpc.main.arn], a = aws_vpc.main.id })", '"a": "${}"\n"b":\n- "${}"\n', ID, ARN],
    ['jsonencode({ "${aws_vpc.main.arn}:sub" = "a" })', '{"${}:sub":"a"}'],
  ])("the text %s keeps its known parts", (expression, text, ...parts) => {
    expect(evaluate(expression)).toEqual({
      ...unknown("aws_vpc.main.arn is not known before apply", "aws_vpc.main"),
      missing: { kind: "plan" },
      text,
      ...(parts.length > 0 && { parts }),
    });
  });

  test("an object of which two keys would read the same is not known as a whole in a text", () => {
    const keys = "(data.aws_region.a.id) = 1, (data.aws_region.a.name) = 2";
    expect(evaluate(`jsonencode({ b = { ${keys} } })`)).toMatchObject({ text: '{"b":"${}"}' });
  });
});

/** `terraform metadata functions -json` of 1.11.4. */
const TERRAFORM_FUNCTIONS =
  "abs abspath alltrue anytrue base64decode base64encode base64gzip base64sha256 base64sha512 basename bcrypt can ceil " +
  "chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains csvdecode " +
  "dirname distinct element endswith ephemeralasnull file filebase64 filebase64sha256 filebase64sha512 fileexists " +
  "filemd5 fileset filesha1 filesha256 filesha512 flatten floor format formatdate formatlist indent index issensitive " +
  "join jsondecode jsonencode keys length log lookup lower matchkeys max md5 merge min nonsensitive one parseint " +
  "pathexpand plantimestamp pow range regex regexall replace reverse rsadecrypt sensitive setintersection setproduct " +
  "setsubtract setunion sha1 sha256 sha512 signum slice sort split startswith strcontains strrev substr sum " +
  "templatefile templatestring textdecodebase64 textencodebase64 timeadd timecmp timestamp title tobool tolist tomap " +
  "tonumber toset tostring transpose trim trimprefix trimspace trimsuffix try upper urlencode uuid uuidv5 values " +
  "yamldecode yamlencode zipmap";

test.each(TERRAFORM_FUNCTIONS.split(" "))("function %s is evaluated, or named among those that are not", (name) => {
  const value = evaluate(`${name}(var.missing)`);
  const isRefused = isUnknown(value) && value.reason.startsWith(`function '${name}' is not evaluated`);
  expect(isRefused).toBe(Object.hasOwn(NOT_EVALUATED, name));
});

test("a template knows no names but its own, and renders no other", () => {
  expect(evaluate('templatestring("${"$"}{local.name}", {})')).toMatchObject({ kind: "unknown" });
  expect(evaluate('templatestring("${"$"}{a}", { a = "x" })')).toBe("x");
  expect(evaluate('templatestring("${"$"}{templatestring(\"x\", {})}", {})')).toMatchObject({ kind: "unknown" });
});

test("values of JSON: keys are templates, one unknown key hides the object", () => {
  expect(
    evaluateValue({ "${local.name}": [1, null, true], "b-${local.name}": { c: "${var.missing}" } }, scope),
  ).toEqual({
    n: [1, null, true],
    "b-n": { c: unknown("var.missing has no value") },
  });
  expect(evaluateValue({ "${aws_vpc.main.id}": 1, fine: 2 }, scope)).toEqual({
    ...unknown("aws_vpc.main.id is not known before apply", "aws_vpc.main"),
    missing: { kind: "plan" },
  });
});

test("heredocs and comments within an expression", () => {
  const text =
    "${merge({\n  # a comment\n  a = 1 // another\n  b = <<-EOT\n    x ${local.name}\n      y\n  EOT\n}, { c = 2 /* 3 */ })}";
  expect(evaluateTemplate(text, scope)).toEqual({ a: 1, b: "x n\n  y\n", c: 2 });
});

describe("odd input", () => {
  test.each([
    ["${", "expected a name at the end in '${'", []],
    ["${1 +}", "expected a name at '}' in '${1 +}'", []],
    [
      "%{ if true }${aws_vpc.main.id}",
      "a template directive lacks its 'endif' in '%{ if true }${aws_vpc.main.id}'",
      ["aws_vpc.main"],
    ],
  ])("%s", (text, reason, mentions) => {
    expect(evaluateTemplate(text, scope)).toEqual(unknown(reason, ...mentions));
  });

  test("deep nesting, doubling and long loops end in unknown", () => {
    const doubled = Array.from({ length: 40 }).reduce<string>((text) => `[for x in [1, 2] : ${text}]`, "1");
    for (const text of ["(".repeat(100_000), "[".repeat(100_000), doubled, 'format("%999999999d", 1)']) {
      expect(isUnknown(evaluate(text))).toBe(true);
    }
  });

  test("any text gives a value", () => {
    const fragment = fc.constantFrom(
      "${",
      "}",
      "%{",
      "~",
      '"',
      "\\",
      "[",
      "]",
      "(",
      ")",
      "{",
      ":",
      "?",
      ".",
      "*",
      "...",
      "=>",
      "=",
      "for ",
      "in ",
      "if ",
      "a",
      "var.missing",
      "aws_vpc.main",
      "-",
      "!",
      "||",
      "1",
      "1e999",
      ",",
      "\n",
      "<<E\n",
      "null",
      "try(",
      "format(",
      "cidrsubnet(",
      "element(",
      "regex(",
      "range(",
      "'",
      "é",
      "\0",
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 20 }), (fragments) => {
        expect(evaluateTemplate(`\${${fragments.join("")}}`, scope)).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });

  test("any arguments give every function a value", () => {
    const argument = fc.constantFrom(
      "null",
      "-1",
      "0.5",
      "1e999",
      '""',
      '"a"',
      "[]",
      "[null]",
      '["a", var.missing]',
      "{}",
      "{ a = null }",
      "aws_vpc.main.id",
      "var.missing",
      '"10.0.0.0/8"',
    );
    const functions = [...new Set(terraform.values.flatMap(({ expression }) => expression.match(/\w+(?=\()/g) ?? []))];
    fc.assert(
      fc.property(fc.constantFrom(...functions), fc.array(argument, { maxLength: 4 }), (name, args) => {
        expect(evaluate(`${name}(${args.join(", ")})`)).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });
});
