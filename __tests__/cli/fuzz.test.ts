/**
 * Whatever the command line is given, it ends with exit code 0, 1 or 2: with a report, or with one line that says what
 * can't be used. It shows no stack trace, takes its time neither, and what can't be read never passes.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { run, type Outcome } from "../../cli/index";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();

/** Every kind of input, and in each every kind of resource that affects a verdict. */
const FOLDER = join(__dirname, "../fixtures/every-kind");
const { "policy.json": policyText = "", ...TEXTS } = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]),
);

/** Most of the processor's own time that a hostile input may take, in seconds: other work on the machine is no part. */
const LONGEST = 15;

async function timed(args: readonly string[]): Promise<Outcome> {
  const before = process.cpuUsage();
  const outcome = await run(args);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(LONGEST);
  return outcome;
}

/** Runs a command that may end in any of the three ways, as long as it is one of them. */
async function orderly(args: readonly string[]): Promise<Outcome> {
  const outcome = await timed(args);
  const { exitCode, stdout, stderr } = outcome;
  const isRefusal = stdout === "" && /^[^\n]+\n$/.test(stderr) && !stderr.includes("internal error");
  const isUnknown = stderr === "" && stdout.startsWith("unknown: ");
  const isReport = stderr === "" && stdout.endsWith("\n");
  const isOrderly = exitCode === 2 ? isRefusal || isUnknown : [0, 1].includes(exitCode) && isReport;
  expect(isOrderly || outcome).toBe(true);
  return outcome;
}

/** Runs a command that must refuse its input. */
async function refused(args: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await orderly(args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(/./) });
  return stderr;
}

const explanation = ["explain", "--from", "internet", "--to", "*", "--protocol", "tcp", "--port", "22"];
const COMMANDS = [
  ...["text", "json", "sarif", "markdown"].map((format) => ["verify", "--format", format]),
  ["verify", "--inside", "10.0.0.0/8", "--policy", join(FOLDER, "policy.json")],
  explanation,
];
const command = fc.constantFrom(...COMMANDS);
const fixture = fc.constantFrom(...Object.keys(TEXTS));

const write = (name: string, content: string | Buffer) => {
  writeFileSync(at(name), content);
  return at(name);
};

// ---------------------------------------------------------------- values in the wrong place

type Path = readonly (string | number)[];
type Container = Record<string | number, unknown>;

function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    yield* pathsIn((value as Container)[key], [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

/** The text of a document with a change to what holds the value at a path. */
function changed(text: string, path: Path, change: (holder: Container, key: string | number) => void): string {
  const document: Container = { "": JSON.parse(text) as unknown };
  const whole: Path = ["", ...path];
  const holder = whole.slice(0, -1).reduce<unknown>((value, key) => (value as Container)[key], document);
  change(holder as Container, whole.at(-1) as string | number);
  return "" in document ? JSON.stringify(document[""]) : "";
}

const WRONG: readonly unknown[] = [
  ...[null, true, -1, 0.5, 1e308, "", "x", "constructor", "${", "${a.b.c}", "%{ if }", [], {}, [[]], [null], [{}]],
  { kind: "unknown", reason: 1, mentions: 2 },
  { kind: "reference", address: "a.b", attribute: 1 },
];

const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...WRONG).map((wrong) => (holder: Container, key: string | number) => {
      holder[key] = wrong;
    }),
  },
  fc
    .constantFrom("", "__proto__", "constructor", "kind", "x")
    .map((name) => (holder: Container, key: string | number) => {
      const { [key]: value } = holder;
      if (Array.isArray(holder)) holder.push(value);
      else {
        Reflect.deleteProperty(holder, key);
        Object.defineProperty(holder, name, { value, enumerable: true });
      }
    }),
);

test.each(Object.keys(TEXTS))("a value that is none at each place of %s", async (name) => {
  const text = TEXTS[name] as string;
  for (const path of pathsIn(JSON.parse(text))) {
    // A name that every JavaScript object has, and a number that is no port, no priority and no count.
    for (const wrong of ["constructor", -1]) {
      const content = changed(text, path, (holder, key) => {
        holder[key] = wrong;
      });
      await orderly(["verify", write(name, content)]);
    }
  }
});

test("a value of a wrong type at any place", async () => {
  const mutation = fixture.chain((name) => {
    const text = TEXTS[name] as string;
    const place = fc.constantFrom(...pathsIn(JSON.parse(text)));
    return fc.tuple(place, change).map(([path, how]) => ({ name, text: changed(text, path, how) }));
  });
  await fc.assert(
    fc.asyncProperty(mutation, command, async ({ name, text }, args) => {
      await orderly([...args, write(name, text)]);
    }),
    { seed: 1, numRuns: 400 },
  );
});

test("a value of a wrong type at any place of a policy", async () => {
  const place = fc.constantFrom(...pathsIn(JSON.parse(policyText)));
  const mutation = fc.tuple(place, change).map(([path, how]) => changed(policyText, path, how));
  await fc.assert(
    fc.asyncProperty(mutation, async (text) => {
      await orderly(["verify", "--policy", write("policy.yaml", text), join(FOLDER, "aws.tf.json")]);
    }),
    { seed: 2, numRuns: 200 },
  );
});

describe("what is open, and of a wrong type at any place, does not pass", () => {
  const ingress = [{ from_port: 22, to_port: 22, protocol: "tcp", cidr_blocks: ["0.0.0.0/0"] }];
  const group = { mode: "managed", type: "aws_security_group", name: "a" };
  const values = { root_module: { resources: [{ ...group, address: "aws_security_group.a", values: { ingress } }] } };
  const firewall = { network: "n", source_ranges: ["0.0.0.0/0"], allow: [{ protocol: "tcp", ports: ["22"] }] };

  test.each([
    ["a.tf.json", { resource: { aws_security_group: { a: { ingress } } } }],
    ["plan.json", { format_version: "1.2", planned_values: values, resource_changes: [] }],
    ["state.json", { format_version: "1.0", values }],
    [
      "a.tfstate",
      { version: 4, lineage: "a", serial: 1, resources: [{ ...group, instances: [{ attributes: { ingress } }] }] },
    ],
    ["google.tf.json", { resource: { google_compute_firewall: { a: firewall } } }],
  ])("%s", async (name, document) => {
    const text = JSON.stringify(document);
    const verdict = async (content: string) =>
      (await orderly(["verify", "--only", "no-inbound", write(name, content)])).exitCode;
    expect(await verdict(text)).toBe(1);
    const passes: string[] = [];
    for (const path of pathsIn(document)) {
      for (const wrong of [true, -1, 1e308, "x", [1], [[]]]) {
        const content = changed(text, path, (holder, key) => {
          holder[key] = wrong;
        });
        if ((await verdict(content)) === 0) passes.push(`${path.join(".")} = ${JSON.stringify(wrong)}`);
      }
    }
    expect(passes).toEqual([]);
  });
});

// ---------------------------------------------------------------- broken texts

test("a document that is cut short is refused", async () => {
  const cut = fixture.chain((name) => {
    const text = (TEXTS[name] as string).trimEnd();
    return fc.nat(text.length - 1).map((length) => ({ name, text: text.slice(0, length) }));
  });
  await fc.assert(
    fc.asyncProperty(cut, command, async ({ name, text }, args) => {
      await refused([...args, write(name, text)]);
    }),
    { seed: 3, numRuns: 150 },
  );
});

test("bytes that are not as they were", async () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fixture, damage, command, async (name, places, args) => {
      const bytes = Buffer.from(TEXTS[name] as string);
      for (const [place, byte] of places) bytes[place % bytes.length] = byte;
      await orderly([...args, write(name, bytes)]);
    }),
    { seed: 4, numRuns: 300 },
  );
});

test("random bytes and random texts are refused, whatever their name", async () => {
  const names = fc.constantFrom("a.json", "a.tf.json", "a.yaml", "a.yml", "a.tfstate", "a", "manifest.json");
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  const content = fc.oneof(bytes, fc.string({ unit: "binary" }), fc.json());
  await fc.assert(
    fc.asyncProperty(names, content, command, async (name, text, args) => {
      await refused([...args, write(name, text)]);
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("texts made of what YAML and HCL are made of", async () => {
  const lines = (...parts: string[]) =>
    fc.array(fc.constantFrom(...parts), { maxLength: 30 }).map((all) => all.join(""));
  const yaml = lines(
    ...[
      "kind: Pod\n",
      "apiVersion: v1\n",
      "metadata:\n",
      "  name: a\n",
      "- ",
      "? ",
      ": ",
      "&a ",
      "*a",
      "<<: ",
      "!!set ",
    ],
    ...["{", "}", "[", "]", "|\n", ">-\n", "---\n", "...\n", "'", '"', "\t", "%YAML 9.9\n", "!<x> ", "#", "\n"],
  );
  const hcl = lines(
    ...[
      'resource "aws_security_group" "a" {\n',
      "ingress {\n",
      "}\n",
      "locals {\n",
      "a = ",
      "local.a",
      "[",
      "]",
      "(",
      ")",
    ],
    ...[
      "for x in ",
      ": ",
      "if ",
      "? ",
      "...",
      "<<EOT\n",
      "EOT\n",
      '"',
      "${",
      "%{",
      "{",
      "}",
      "!",
      "-",
      "0x",
      "\n",
      "#",
    ],
    ...["count = ", "for_each = ", 'dynamic "ingress" {\n', "content {\n", "each.value", "[*]", ".0", "range(9)", ","],
  );
  mkdirSync(at("hcl"));
  await fc.assert(
    fc.asyncProperty(yaml, hcl, async (first, second) => {
      await orderly(["verify", write("a.yaml", first)]);
      write("hcl/main.tf", second);
      await orderly(["verify", at("hcl")]);
    }),
    { seed: 6, numRuns: 300 },
  );
});

test("arguments", async () => {
  const word = fc.oneof(
    fc.constantFrom("verify", "explain", "values", "help", "--", "-", "", "--format", "json", "--only", "no-inbound"),
    fc.constantFrom("--inside", "10.0.0.0/8", "--from", "--to", "--port", "--protocol", "tcp", "internet", "--policy"),
    fc.constantFrom(...Object.keys(TEXTS).map((name) => join(FOLDER, name))),
    fc.string({ maxLength: 8 }).filter((text) => !text.startsWith("--o")),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 12 }), async (args) => {
      const { exitCode, stdout, stderr } = await timed(args);
      const asksForHelp = stderr.startsWith("Usage: ") || stdout.startsWith("Usage: ");
      if (asksForHelp) expect([0, 2]).toContain(exitCode);
      else await orderly(args);
    }),
    { seed: 7, numRuns: 300 },
  );
});

// ---------------------------------------------------------------- hostile inputs

const OPEN = '{ "from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"] }';
const POD = "kind: Pod\napiVersion: v1\nmetadata: {name: a}\n";
const GROUP = 'resource "aws_security_group" "a" {}\n';
const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");
const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);
const bomb = ["a0: &a0 [x]", lines(30, (i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`)].join("\n");

describe("hostile inputs are refused", () => {
  test.each<[what: string, files: Record<string, string | Buffer>, message: string]>([
    ["an empty file", { "a.json": "" }, "a.json:1: is not valid JSON"],
    ["an empty YAML file", { "a.yaml": "" }, "is of no kind that is read"],
    ["an empty text", { a: "" }, "is of no kind that is read"],
    ["a byte order mark alone", { "a.json": Buffer.from([0xff, 0xfe]) }, "a.json:1: is not valid JSON"],
    ["half a character", { "a.yaml": Buffer.from([0x61, 0xc3]) }, "a.yaml: is not a text file"],
    ["a compressed file", { "a.tfstate": Buffer.from([0x1f, 0x8b, 8, 0]) }, "a.tfstate: is not a text file"],
    ["JSON nested without end", { "a.json": nested("[", "]", 200_000) }, "a.json: is nested too deeply"],
    [
      "modules nested without end",
      {
        "a.json": `{"format_version":"1.0","values":{"root_module":${nested('{"child_modules":[', "]}", 20_000)}}}`,
      },
      "a.json: is nested too deeply",
    ],
    ["YAML nested without end", { "a.yaml": `${POD}a: ${nested("[", "]", 100_000)}` }, "a.yaml:4: is nested more than"],
    [
      "YAML nested by indentation",
      { "a.yaml": `${POD}${lines(2000, (i) => `${" ".repeat(i)}a:`)}` },
      "is nested more than",
    ],
    ["aliases that multiply", { "a.yaml": `${POD}${bomb}` }, "a.yaml:1: is not usable YAML: Excessive alias count"],
    [
      "an alias in itself",
      { "a.yaml": "kind: Pod\napiVersion: v1\nmetadata: &m {name: a, labels: *m}" },
      "is nested too deeply",
    ],
    ["an alias of nothing", { "a.yaml": `${POD}a: *b` }, "a.yaml:1: is not usable YAML: Unresolved alias"],
    [
      // JSON.parse would keep the second, and lose the open group.
      "a key twice in JSON",
      {
        "a.tf.json": `{"resource": {\n"aws_security_group": { "a": { "ingress": [${OPEN}] } },\n"aws_security_group": { "b": {} } } }`,
      },
      "a.tf.json:3: 'aws_security_group' is written twice",
    ],
    [
      "a key twice in a manifest",
      { "a.json": '{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a", "name": "b"}}' },
      "a.json:1: 'name' is written twice",
    ],
    [
      "a state without attributes",
      {
        "a.tfstate": `{"version":4,"lineage":"a","serial":1,"resources":[{"mode":"managed","type":"aws_security_group","name":"a","instances":[{"attributes_flat":{}}]}]}`,
      },
      "a.tfstate:1: resources.0.instances.0.attributes is not the values of a resource",
    ],
    [
      "HCL nested without end",
      { "d/main.tf": `locals { a = ${nested("[", "]", 100_000)} }` },
      "is nested more than 1000 levels deep",
    ],
    [
      "blocks nested without end",
      { "d/main.tf": nested("a {\n", "}\n", 20_000) },
      "is nested more than 1000 levels deep",
    ],
    [
      "templates nested without end",
      { "d/main.tf": `locals { a = "${nested('${"', '"}', 3000)}" }` },
      "is nested more than 1000",
    ],
    ["HCL that is none", { "d/main.tf": "\u0000\u0001}{" }, "d/main.tf:1: Invalid character"],
    [
      "a module that calls itself",
      { "d/main.tf": `${GROUP}module "a" {\n  source = "./"\n}` },
      "d/main.tf:3: module 'a' calls itself",
    ],
    [
      "modules that multiply",
      Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [
          `d/${i === 0 ? "" : `m${i}/`}main.tf`,
          GROUP +
            (i < 39 ? lines(2, (j) => `module "m${j}" {\n  source = "${i === 0 ? "./" : "../"}m${i + 1}"\n}`) : ""),
        ]),
      ),
      "the configuration stands for too many resources and modules",
    ],
  ])("%s", async (_, files, message) => {
    const root = at(`hostile-${hostile++}`);
    writeFiles(Object.fromEntries(Object.entries(files).map(([path, content]) => [join(root, path), content])));
    const [first = ""] = Object.keys(files);
    const path = join(root, first.startsWith("d/") ? "d" : first);
    for (const args of [["verify"], explanation]) expect(await refused([...args, path])).toContain(message);
  });
  let hostile = 0;

  test.each([
    ["aliases that multiply", bomb, "policy.yaml:1: YAML: Excessive alias count"],
    ["nested without end", `inside: ${nested("[", "]", 100_000)}`, "policy.yaml:1: YAML: "],
    ["a key twice", "inside: [10.0.0.0/8]\ninside: [0.0.0.0/0]", "policy.yaml:2: inside: is written in line 1 already"],
    ["no mapping", "- a", "policy.yaml:1: is not a mapping of fields"],
    ["empty", "", "policy.yaml:1: is not a mapping of fields"],
    ["every address inside", "inside: [0.0.0.0/0, 0.0.0.0/33]", "policy.yaml:1: inside[1]: '0.0.0.0/33' has a prefix"],
  ])("a policy: %s", async (_, text, message) => {
    const policy = write("policy.yaml", text);
    expect(await refused(["verify", "--policy", policy, join(FOLDER, "aws.tf.json")])).toContain(message);
  });
});

describe("hostile inputs that can be read do not pass", () => {
  const hcl = (text: string) => {
    writeFiles({ [at("read/main.tf")]: text });
    return at("read");
  };
  const group = (body: string) => `resource "aws_security_group" "a" {\n  ingress {\n${body}\n  }\n}\n`;
  const ports = 'from_port = 22\nto_port = 22\nprotocol = "tcp"\n';

  test.each([
    ["locals in a circle", `locals {\n  a = local.b\n  b = local.a\n}\n${group(`${ports}cidr_blocks = [local.a]`)}`],
    [
      "a local that doubles",
      `locals {\n  a0 = "x"\n${lines(60, (i) => `  a${i + 1} = "\${local.a${i}}\${local.a${i}}"`)}\n}\n${group(`${ports}cidr_blocks = [local.a60]`)}`,
    ],
    [
      "lists within lists",
      `locals {\n  a = [for x in range(1000): [for y in range(1000): [for z in range(1000): x]]]\n}\n${group(`${ports}cidr_blocks = flatten(local.a)`)}`,
    ],
    ["a regular expression that runs away", group(`${ports}cidr_blocks = [regex("(a+)+$", "${"a".repeat(40)}!")]`)],
    ["a count beyond all bounds", group(`${ports}cidr_blocks = ["0.0.0.0/0"]`).replace("{\n", "{\n  count = 1e30\n")],
    [
      "numbers beyond all bounds",
      group('from_port = -1e308\nto_port = 1e308\nprotocol = "99999999999"\ncidr_blocks = ["0.0.0.0/0"]'),
    ],
  ])("%s", async (_, text) => {
    expect((await orderly(["verify", "--only", "no-inbound", hcl(text)])).exitCode).toBe(1);
  });

  test.each(["__proto__", "constructor", "toString"])("a group by the name of %s", async (name) => {
    const text = `{"resource": {"aws_security_group": {"${name}": {"ingress": [${OPEN}]}}}}`;
    expect((await orderly(["verify", "--only", "no-inbound", write("named.tf.json", text)])).exitCode).toBe(1);
  });
});

describe("paths that lead to nothing", () => {
  const link = (name: string, target: string) => {
    mkdirSync(join(at(name), ".."), { recursive: true });
    symlinkSync(target, at(name));
    return at(name);
  };
  const folder = (name: string) => {
    mkdirSync(at(name), { recursive: true });
    return at(name);
  };

  test.each<[what: string, path: () => string, message: string]>([
    ["an empty folder", () => folder("empty"), "holds nothing to judge"],
    ["a folder of empty folders", () => folder("hollow/a/b") && at("hollow"), "holds nothing to judge"],
    [
      "a folder of other files",
      () => (folder("other"), write("other/a.txt", POD), at("other")),
      "holds nothing to judge",
    ],
    ["a broken link", () => link("broken", "nowhere"), "does not exist"],
    ["a link to itself", () => link("loop", "loop"), "can't be read (ELOOP)"],
    ["a folder in a circle", () => (link("circle/a", "."), at("circle")), "holds nothing to judge"],
    ["a device", () => "/dev/null", "is neither a file nor a folder"],
    ["no name", () => "", "does not exist"],
  ])("%s", async (_, path, message) => {
    expect(await refused(["verify", path()])).toContain(message);
  });

  test("a link in a folder that leads nowhere is named, and what it would hold is unknown", async () => {
    link("holed/a.yaml", "nowhere");
    const { exitCode, stdout } = await orderly(["verify", at("holed")]);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^unknown [\s\S]*a\.yaml is not judged/)]);
  });

  test("a file and folders that may not be read", async () => {
    const paths = [write("secret.json", "{}"), folder("secret"), folder("secrets/inner") && at("secrets")];
    for (const path of [...paths.slice(0, 2), at("secrets/inner")]) chmodSync(path, 0);
    await asNobody(async () => {
      for (const path of paths) expect(await refused(["verify", path])).toContain("can't be read (EACCES)");
    });
    for (const path of [...paths.slice(0, 2), at("secrets/inner")]) chmodSync(path, 0o700);
  });
});

/** Permissions bind everyone but root. */
async function asNobody(act: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return act();
  chmodSync(at(), 0o755);
  process.seteuid?.(65534);
  try {
    await act();
  } finally {
    process.seteuid?.(0);
  }
}
