import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { run } from "../../cli/index";
import { scratchFolder, writeFiles } from "../support/scratch";
import { synthesize } from "../support/tree";

const at = scratchFolder();

/** `dataplane verify` of files in the scratch folder. */
const verify = (paths: string, ...flags: string[]) => run(["verify", ...flags, ...paths.split(" ").map(at)]);
const report = async (paths: string, ...flags: string[]) => {
  const { exitCode, stdout, stderr } = await verify(paths, "--format", "json", ...flags);
  expect(stderr).toBe("");
  const { verdict, findings, exceptions, judged } = JSON.parse(stdout);
  expect(exitCode).toBe(verdict === "pass" ? 0 : 1);
  expect(verdict).toBe(findings.length === 0 ? "pass" : "fail");
  return { verdict, findings, exceptions, judged };
};

const group = (cidr: string) => ({
  ingress: [{ from_port: 22, to_port: 22, protocol: "tcp", cidr_blocks: [cidr] }],
});
/** A group in each form that Terraform has it in, open to a block. */
const json = (cidr: string) => ({ resource: { aws_security_group: { a: group(cidr) } } });
const values = (cidr: string) => ({
  root_module: {
    resources: [
      { address: "aws_security_group.a", mode: "managed", type: "aws_security_group", name: "a", values: group(cidr) },
    ],
  },
});
const plan = (cidr: string) => ({ format_version: "1.2", planned_values: values(cidr), resource_changes: [] });
const shownState = (cidr: string) => ({ format_version: "1.0", values: values(cidr) });
const storedState = (cidr: string) => ({
  version: 4,
  lineage: "a",
  serial: 1,
  resources: [{ mode: "managed", type: "aws_security_group", name: "a", instances: [{ attributes: group(cidr) }] }],
});
const hcl = (cidr: string) => `
variable "cidr" { default = "${cidr}" }
resource "aws_security_group" "a" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}`;
const service = (type: string) => `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: b}
spec: {type: ${type}, selector: {app: a}, ports: [{port: 80}]}
`;

const OPEN = "0.0.0.0/0";
const CLOSED = "10.0.0.0/8";
const FORMS: Readonly<Record<string, (cidr: string) => unknown>> = {
  "a.tf.json": json,
  "plan.json": plan,
  plan,
  "state.json": shownState,
  "terraform.tfstate": storedState,
  "hcl/main.tf": hcl,
};

beforeAll(() => {
  for (const [path, form] of Object.entries(FORMS)) {
    writeFiles({ [at(`open/${path}`)]: form(OPEN), [at(`closed/${path}`)]: form(CLOSED) });
  }
  writeFiles({
    [at("open/manifests/a.yaml")]: service("LoadBalancer"),
    [at("closed/manifests/a.yaml")]: service("ClusterIP"),
  });
});

describe("each kind of input", () => {
  test.each(["a.tf.json", "plan.json", "plan", "state.json", "terraform.tfstate", "hcl"])("%s", async (path) => {
    const open = await report(`open/${path}`, "--only", "no-inbound");
    expect(open.findings).toMatchObject([
      {
        invariant: "no-inbound",
        status: "violated",
        resource: "aws_security_group.a",
        location: { file: expect.stringContaining(path), line: expect.any(Number) },
        message: expect.stringContaining("TCP 22 from 1.0.0.1"),
        counterexample: {
          direction: "inbound",
          protocol: "tcp",
          source: "1.0.0.1",
          destination: "aws_security_group.a",
          port: 22,
        },
        remedy: expect.stringMatching(/\.$/),
      },
    ]);
    expect(open.findings[0].location.line).toBeGreaterThan(1);
    expect(open.judged).toEqual({ rules: 1, endpoints: 1 });
    expect((await report(`closed/${path}`, "--only", "no-inbound")).verdict).toBe("pass");
  });

  test.each([
    ["documentation", "203.0.113.0/24"],
    ["link-local", "169.254.0.0/16"],
    ["loopback", "127.0.0.0/8"],
    ["multicast and reserved", "224.0.0.0/3"],
  ])("%s: no packet comes from %s", async (_, cidr) => {
    writeFiles({ [at(`senders/${cidr.replace("/", "-")}.tf.json`)]: json(cidr) });
    const { verdict } = await report(`senders/${cidr.replace("/", "-")}.tf.json`, "--only", "no-inbound");
    expect(verdict).toBe("pass");
  });

  test("manifests", async () => {
    const flags = ["--only", "cluster-ip-only"];
    const { findings } = await report("open/manifests", ...flags);
    expect(findings).toMatchObject([{ invariant: "cluster-ip-only", resource: "Service/b/a" }]);
    expect((await report("closed/manifests", ...flags)).verdict).toBe("pass");
  });

  test("several at once, judged together", async () => {
    const { findings } = await report("open/a.tf.json open/manifests", "--only", "no-inbound,cluster-ip-only");
    expect(new Set(findings.map(({ invariant }: { invariant: string }) => invariant))).toEqual(
      new Set(["no-inbound", "cluster-ip-only"]),
    );
  });
});

describe("a cdktf.out folder of this package", () => {
  const { manifest, files } = synthesize();
  const stacks = Object.keys(files);

  beforeAll(() => {
    const write = (folder: string, contents: typeof files) =>
      writeFiles(
        Object.fromEntries(
          Object.entries({ "manifest.json": manifest, ...contents }).map(([path, text]) => [
            at(`${folder}/${path}`),
            text,
          ]),
        ),
      );
    write("own", files);
    const changed = structuredClone(files);
    Object.assign(changed[stacks[0] as string].resource, { aws_security_group: { open: group("81.2.69.0/24") } });
    write("changed", changed);
  });

  test("passes by its deployment's own policy", async () => {
    expect(await verify("own")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^pass: /m), stderr: "" });
  });

  test("fails with a rule that lets someone in", async () => {
    const { exitCode, stdout } = await verify("changed");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("violated no-inbound: TCP 22 from 81.2.69.1 is let in to ");
    expect(stdout).toMatch(/\nfail: \d+ findings? \(\d+ rules at \d+ endpoints judged\)\n$/);
  });

  test("a policy is asked beside its own", async () => {
    writeFiles({ [at("nothing.yaml")]: "outbound: []" });
    const { findings } = await report("own", "--policy", at("nothing.yaml"));
    expect(new Set(findings.map(({ invariant }: { invariant: string }) => invariant))).toEqual(
      new Set(["egress-allowlist"]),
    );
  });
});

describe("options", () => {
  const policy = (content: object) => {
    writeFiles({ [at("policy.yaml")]: stringify(content) });
    return ["--policy", at("policy.yaml")];
  };

  test("--policy: an allowance is an exception with an end, listed in the report", async () => {
    const allowance = { from: "internet", protocol: "tcp", ports: [22], reason: "until the move" };
    const flags = ["--only", "no-inbound"];
    const inForce = await report(
      "open/a.tf.json",
      ...flags,
      ...policy({ inbound: [{ ...allowance, expires: "2999-12-31" }] }),
    );
    expect(inForce).toMatchObject({
      verdict: "pass",
      exceptions: [{ id: "no-inbound", reason: "until the move", expires: "2999-12-31", state: "used" }],
    });
    const ended = await report(
      "open/a.tf.json",
      ...flags,
      ...policy({ inbound: [{ ...allowance, expires: "2020-01-31" }] }),
    );
    expect(ended.verdict).toBe("fail");
    expect(ended.exceptions).toMatchObject([{ state: "expired" }]);
  });

  test.each([
    ["left out, what leaves is not judged", {}, "pass"],
    ["an empty list allows nothing", { outbound: [] }, "fail"],
    ["what is listed may leave", { outbound: [{ to: "internet", protocol: "any" }] }, "pass"],
    ["what is not listed may not", { outbound: [{ to: "cloudflare", ports: 443 }] }, "fail"],
  ])("--policy, outbound: %s", async (_, content, verdict) => {
    const egress = { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: [OPEN] };
    writeFiles({ [at("egress.tf.json")]: { resource: { aws_security_group: { a: { egress: [egress] } } } } });
    expect((await report("egress.tf.json", "--only", "egress-allowlist", ...policy(content))).verdict).toBe(verdict);
  });

  test("--inside: whose addresses are not outside", async () => {
    writeFiles({ [at("partner.tf.json")]: json("81.2.69.0/24") });
    const judge = (inside: string) => report("partner.tf.json", "--only", "no-inbound", "--inside", inside);
    expect((await judge("10.0.0.0/8")).verdict).toBe("fail");
    expect((await judge("10.0.0.0/8, 81.2.69.0/24")).verdict).toBe("pass");
    // Named blocks stand in place of the private ones.
    expect((await report("closed/a.tf.json", "--only", "no-inbound", "--inside", "192.168.0.0/16")).verdict).toBe(
      "fail",
    );
  });

  test("--only: other invariants say nothing", async () => {
    const resource = { aws_instance: { a: {} }, aws_security_group: { a: group(OPEN) } };
    writeFiles({ [at("both.tf.json")]: { resource } });
    const found = async (...flags: string[]) =>
      new Set((await report("both.tf.json", ...flags)).findings.map((one: { invariant: string }) => one.invariant));
    expect(await found("--only", "no-inbound")).toEqual(new Set(["no-inbound"]));
    expect(await found()).toEqual(new Set(["no-inbound", "encryption-at-rest"]));
  });

  test.each([
    ["text", /^violated no-inbound: /],
    ["json", /^\{\n {2}"verdict": "fail"/],
    ["sarif", /^\{\n {2}"\$schema": "[^"]+sarif-2\.1\.0\.json"/],
    ["markdown", /^### Outbound-only: 1 finding\n/],
  ])("--format %s, to a file by --output", async (format, beginning) => {
    const flags = ["--only", "no-inbound", "--format", format];
    const { stdout, ...shown } = await verify("open/a.tf.json", ...flags);
    expect(stdout).toMatch(beginning);
    const file = at(`report.${format}`);
    const written = await verify("open/a.tf.json", ...flags, "--output", file);
    expect({ ...written, stdout: readFileSync(file, "utf8") }).toEqual({ ...shown, stdout });
  });
});

describe("what can't be used is exit code 2, one line on standard error and no report", () => {
  const bad = (name: string, content: string) => {
    writeFiles({ [at(name)]: content });
    return at(name);
  };

  test.each<[what: string, args: () => string[], message: string]>([
    ["no path", () => [], "error: missing required argument 'path'"],
    ["a path that is missing", () => [at("gone")], "/gone: does not exist"],
    ["one of several", () => [at("open/a.tf.json"), at("gone")], "/gone: does not exist"],
    ["JSON cut short", () => [bad("cut.json", '{\n"a":')], "/cut.json:2: is not valid JSON: Value expected"],
    [
      "nothing judged",
      () => [bad("n.tf.json", '{"resource":{"null_resource":{"a":{}}}}')],
      ": holds nothing that is judged",
    ],
    [
      "no such invariant",
      () => ["--only", "no-outbound", at("open/plan")],
      "'no-outbound' is no invariant (allowed: no-inbound, ",
    ],
    ["no invariant", () => ["--only", "", at("open/plan")], "--only: '' is no invariant"],
    [
      "no such block",
      () => ["--inside", "10.0.0.0/33", at("open/plan")],
      "--inside: '10.0.0.0/33' has a prefix longer",
    ],
    ["no such format", () => ["--format", "html", at("open/plan")], "Allowed choices are text, json, sarif, markdown."],
    ["no such option", () => ["--formt", "text", at("open/plan")], "unknown option '--formt' (Did you mean --format?)"],
    ["a policy that is missing", () => ["--policy", at("gone.yaml"), at("open/plan")], "/gone.yaml: does not exist"],
    [
      "a policy with mistakes",
      () => [
        "--policy",
        bad("p.yaml", "inside: [10.0.0.0/8]\noutbound:\n  - to: nobody\n    ports: 99999\n"),
        at("open/plan"),
      ],
      "/p.yaml:3: outbound[0].to: 'nobody' names nobody",
    ],
    [
      "an output in no folder",
      () => ["--output", at("no/report"), at("open/plan")],
      "/no/report: can't be written (ENOENT)",
    ],
  ])("%s", async (_, args, message) => {
    const { exitCode, stdout, stderr } = await run(["verify", ...args()]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^[^\n]+\n$/);
  });

  test("a policy's other mistakes are counted", async () => {
    const { stderr } = await run(["verify", "--policy", bad("q.yaml", "a: 1\nb: 2\nc: 3"), at("open/plan")]);
    expect(stderr).toMatch(/^[^\n]+q\.yaml:1: a: is not a known field [^\n]+ \(and 2 more\)\n$/);
  });

  test("nothing is written where nothing could be judged", async () => {
    await run(["verify", "--output", at("never"), at("gone")]);
    expect(existsSync(at("never"))).toBe(false);
  });
});

test.each([
  ["--help", /^Usage: dataplane \[options\] \[command\]\n/],
  [
    "verify --help",
    /^Usage: dataplane verify [^]*--policy [^]*--only [^]*--inside [^]*--format [^]*--output [^]*Exit code: 0, /,
  ],
  ["help verify", /^Usage: dataplane verify /],
  [
    "explain --help",
    /^Usage: dataplane explain [^]*--from [^]*--to [^]*--protocol [^]*--port [^]*Exit code: 0, allowed; /,
  ],
  ["values --help", /^Usage: dataplane values /],
])("%s prints a page", async (args, page) => {
  const { exitCode, stdout, stderr } = await run(args.split(" "));
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(page);
});

describe("an error of the program itself", () => {
  beforeEach(() => {
    jest.spyOn(JSON, "stringify").mockImplementation(() => {
      throw new TypeError("broken\n  in two lines");
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    delete process.env["DEBUG"];
  });
  const fail = () => run(["verify", "--format", "json", at("open/plan")]);

  test("is one line and exit code 2", async () => {
    const stderr = "dataplane: internal error: broken in two lines; please report\n";
    expect(await fail()).toEqual({ exitCode: 2, stdout: "", stderr });
  });

  test("comes with its stack if DEBUG is set", async () => {
    process.env["DEBUG"] = "1";
    expect((await fail()).stderr).toMatch(/^TypeError: broken\n[^]+\n {4}at /);
  });
});

describe("the program", () => {
  const PROGRAM = join(__dirname, "../../cli/dataplane.js");
  const start = (...args: string[]) => spawnSync(process.execPath, [PROGRAM, ...args], { encoding: "utf8" });

  test.each([
    ["open/plan.json", 1, /^violated no-inbound/, /^$/],
    ["closed/plan.json", 0, /^pass: /, /^$/],
    ["gone", 2, /^$/, /^[^\n]+\/gone: does not exist\n$/],
  ])("verify %s ends with %d", (path, code, out, err) => {
    const { status, stdout, stderr } = start("verify", "--only", "no-inbound", at(path));
    expect(status).toBe(code);
    expect(stdout).toMatch(out);
    expect(stderr).toMatch(err);
  });

  test("without a command prints its help and ends with 2", () => {
    expect(start()).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^Usage: dataplane /) });
  });

  test("a reader that stops early is no error", () => {
    const shell = `'${process.execPath}' '${PROGRAM}' verify '${at("open/plan")}' --format sarif | true`;
    expect(execFileSync("sh", ["-c", `{ ${shell}; } 2>&1`], { encoding: "utf8" })).toBe("");
  });
});

describe("where nothing has an address or a rule", () => {
  beforeAll(() => writeFiles({ [at("empty.tf.json")]: { resource: { aws_iam_group: { a: { name: "a" } } } } }));

  test("that is what the verdict says, and not that anything holds", async () => {
    const { exitCode, stdout, stderr } = await verify("empty.tf.json");
    expect(stderr).toMatch(/holds nothing to judge: nothing in it has an address or a rule/);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });

  test("a resolver that every cluster has, and the input does not, is nothing in it", async () => {
    const [settings, pod] = ["kind: ConfigMap", "kind: Pod"].map(
      (kind) => `apiVersion: v1\n${kind}\nmetadata: {name: a}\n`,
    );
    writeFiles({ [at("settings.yaml")]: settings, [at("pod.yaml")]: pod });
    expect(await verify("settings.yaml", "--only", "no-inbound")).toMatchObject({ exitCode: 2, stdout: "" });
    const { exitCode, stdout } = await verify("pod.yaml", "--only", "no-inbound");
    expect([exitCode, stdout]).toEqual([0, "pass: every invariant holds (0 rules at 1 endpoint judged)\n"]);
  });

  test("--allow-empty lets it pass", async () => {
    const stdout = "pass: nothing to judge (0 rules at 0 endpoints judged)\n";
    expect(await verify("empty.tf.json", "--allow-empty")).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  test("what only looks at resources holds", async () => {
    const { exitCode, stdout } = await verify("empty.tf.json", "--only", "no-secrets");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("every invariant holds")]);
  });
});
