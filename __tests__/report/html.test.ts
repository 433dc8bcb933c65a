import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/index";
import type { Report } from "../../verification/verify";
import { htmlOf } from "../../report/html/index";
import type { Page, SystemPage } from "../../report/html/model";
import { Pack } from "../../report/html/pack";
import { CLOUDFLARE } from "../../config/control-plane";
import { synthesizeExamples } from "../support/examples";
import { HOSTILE, pageFor, writeHostile } from "../support/page";
import { scratchFolder, writeFiles } from "../support/scratch";
import { copyOf, synthesize, type Tree } from "../support/tree";

const at = scratchFolder();

/** A tree on disk. */
function write(name: string, { manifest, files }: Tree): string {
  writeFiles({ [at(`${name}/manifest.json`)]: manifest });
  for (const [path, content] of Object.entries(files)) writeFiles({ [at(`${name}/${path}`)]: content });
  return at(name);
}
const only = ({ systems }: Page): SystemPage => {
  expect(systems).toHaveLength(1);
  return systems[0] as SystemPage;
};
const rowOf = ({ paths, furtherPaths }: SystemPage, name: string) =>
  [...paths, ...furtherPaths].find(({ path }) => path.startsWith(name));

describe("the examples", () => {
  let page: Page;
  beforeAll(async () => {
    const { folder } = synthesizeExamples();
    page = await pageFor(folder);
    rmSync(folder, { recursive: true });
  });

  test("has every deployment on every cloud", () => {
    const clouds = page.systems.map(({ cloud }) => cloud);
    expect(new Set(clouds)).toEqual(new Set(["AWS", "Google Cloud", "Azure"]));
    expect(clouds).toHaveLength(15);
  });

  test("each has the document's table, with rules for what passes its network", () => {
    for (const { paths, name } of page.systems) {
      expect(paths.map(({ path }) => path)).toEqual([
        "Client to Control Plane",
        "Data Plane ↔ Control Plane (Cloudflare Tunnel)",
        "Data Plane → Control Plane (gRPC over TLS)",
        "Client to Object Store",
        "Fluent Bit to Log Aggregator",
        "Task Pods to Object Store",
        "Union.ai to Customer Kubernetes API (BYOC only)",
      ]);
      const unproved = paths.filter(({ state, rules }) => state === "open" && rules.length === 0);
      expect({ name, unproved: unproved.map(({ path }) => path) }).toEqual({ name, unproved: [] });
      expect(paths.filter(({ state }) => !["open", "elsewhere", "undeclared"].includes(state))).toEqual([]);
    }
  });

  test("each lists what it assumes of others", () => {
    for (const { name, assumptions } of page.systems) {
      expect([name, assumptions.map(({ id }) => id)]).toEqual([name, expect.arrayContaining(["cloudflare-list"])]);
    }
    const hub = page.systems.find(({ name }) => name === "acme-azure-eu-west-2");
    expect(hub?.assumptions.map(({ id }) => id)).toEqual(expect.arrayContaining(["way-out", "no-proxy", "hub"]));
  });

  test("draws the management connection only where it is declared", () => {
    const drawn = page.systems.filter(({ topology }) =>
      page.shapes[topology.shape]?.nodes.some(({ title }) => title === "Union.ai management"),
    );
    const declared = page.systems.filter((system) => rowOf(system, "Union.ai to")?.state === "open");
    expect(drawn.length).toBeGreaterThan(0);
    expect(drawn.map(({ name }) => name)).toEqual(declared.map(({ name }) => name));
  });

  test("draws every arrow from its initiator, with protocol, port and encryption", () => {
    for (const { arrows, width, height } of page.shapes) {
      for (const { points, label } of arrows) {
        expect(points.length).toBeGreaterThan(1);
        for (const [x, y] of points) expect(x >= 0 && x <= width && y >= 0 && y <= height).toBe(true);
        expect(label.lines.join(" ")).toMatch(/TCP|UDP/);
      }
    }
    const arrows = page.shapes[0]?.arrows.map(({ from, to }) => `${from} -> ${to}`);
    expect(arrows).toEqual(expect.arrayContaining(["Operator-proxy -> Tunnel edge", "Operator -> Regional endpoint"]));
  });

  test.each(["AWS", "Google Cloud", "Azure"])("fills commands in on %s", (cloud) => {
    for (const { steps, name } of page.systems.filter((system) => system.cloud === cloud)) {
      expect(steps.map(({ title }) => title).slice(0, 3)).toEqual([
        "Outbound-only model",
        "Cloudflare Tunnel and direct gRPC",
        "Egress configuration",
      ]);
      const commands = steps.flatMap(({ steps: all }) => all.flatMap((step) => step.commands));
      const [first] = steps[0]?.steps[0]?.commands ?? [];
      expect(first?.text).toMatch({ AWS: /^aws ec2 /, "Google Cloud": /^gcloud /, Azure: /^az network / }[cloud] ?? "");
      expect(commands.filter(({ text }) => text.includes("${"))).toEqual([]);
      expect(commands.some(({ text }) => text.includes(name))).toBe(true);
      // A part that only the cloud knows comes with the output that has it.
      const unfilled = commands.filter(({ text, output }) => /<\w+\./.test(text) && output === "");
      expect(unfilled).toEqual([]);
    }
  });

  test("tells egress by name: Cloudflare's blocks are one destination", () => {
    const system = page.systems.find(({ name }) => name === "acme-us-east-2");
    const cloudflare = system?.destinations.find(({ name }) => name === "Cloudflare, IPv4");
    expect(cloudflare?.blocks).toHaveLength(CLOUDFLARE.ipv4.length);
    expect(system?.destinations.filter(({ name }) => /^(any|other)/.test(name))).toEqual([]);
    expect(cloudflare?.rules.length).toBeGreaterThan(0);
  });
});

describe("one deployment", () => {
  const tree = synthesize();

  test("says which path is closed, and by what", async () => {
    const changed = copyOf(tree);
    const rules = changed.infrastructure.resource.aws_vpc_security_group_egress_rule;
    changed.infrastructure.resource.aws_vpc_security_group_egress_rule = Object.fromEntries(
      Object.entries(rules).filter(([name]) => !name.includes("tunnel-edge")),
    );
    const system = only(await pageFor(write("closed", changed)));
    expect(rowOf(system, "Data Plane ↔")).toMatchObject({ state: "closed" });
    expect(rowOf(system, "Data Plane ↔")?.notes.join()).toContain("7844");
    expect(rowOf(system, "Data Plane →")).toMatchObject({ state: "open" });
    expect(system).toMatchObject({ verdict: "fail", unheld: expect.arrayContaining(["required-paths"]) });
  });

  test("draws what gets in, and names the rule", async () => {
    const changed = copyOf(tree);
    const rules = changed.infrastructure.resource.aws_vpc_security_group_ingress_rule;
    const [rule] = Object.values<Record<string, unknown>>(rules);
    delete rule?.["referenced_security_group_id"];
    Object.assign(rule ?? {}, { cidr_ipv4: "0.0.0.0/0" });
    const page = await pageFor(write("open", changed));
    const system = only(page);
    expect(system.topology.states).toContain("forbidden");
    expect(system.invariants.find(({ id }) => id === "no-inbound")?.state).toBe("violated");
    const [finding] = system.findings;
    expect(system.files[finding?.file ?? -1]).toMatch(/cdk\.tf\.json$/);
    expect(finding?.line).toBeGreaterThan(0);
  });

  test("is drawn as others of its shape are", async () => {
    const other = synthesize({ name: "other", network: { cidr: "10.64.0.0/16" }, taskNamespaces: ["a-b"] });
    const { systems, shapes } = await pageFor(write("one", tree), write("other", other));
    expect(systems.map(({ name }) => name)).toEqual(["acme-prod", "other"]);
    expect(shapes).toHaveLength(1);
    expect(systems[1]?.topology.subtitles).toEqual(expect.arrayContaining(["10.64.0.0/16", "a-b"]));
  });

  test("judges the pods that Union's chart brings", async () => {
    const system = only(await pageFor(write("chart", synthesize({ workloads: "chart" }))));
    expect(rowOf(system, "Data Plane →")).toMatchObject({ state: "open" });
    expect(rowOf(system, "Task Pods")).toMatchObject({ state: "open" });
    expect(rowOf(system, "Fluent Bit")).toMatchObject({ state: "open" });
  });

  test("a finding that several invariants share is no pass of any of them", async () => {
    const changed = copyOf(tree);
    changed.infrastructure.resource.aws_unheard_of = {};
    changed.infrastructure.module = { unread: { source: "./nowhere" } };
    const { invariants } = only(await pageFor(write("unread", changed)));
    const unknown = invariants.filter(({ state }) => state === "unknown").map(({ id }) => id);
    expect(unknown).toEqual(expect.arrayContaining(["no-inbound", "egress-allowlist", "required-paths"]));
  });
});

describe("what is no deployment", () => {
  test("is one system, without what only a deployment knows", async () => {
    writeHostile(at("foreign"));
    const system = only(await pageFor(at("foreign")));
    expect(system).toMatchObject({ name: "Judged files", cloud: "", verdict: "fail", paths: [], steps: [] });
    expect(system.invariants.find(({ id }) => id === "egress-allowlist")?.state).toBe("not asked");
    expect(system.topology.states).toEqual(["forbidden"]);
  });

  test("is shown as text, and nothing unseen is in it", async () => {
    writeHostile(at("hostile"));
    const html = htmlOf(await pageFor(at("hostile")));
    expect(html).not.toContain(HOSTILE);
    expect(html.match(/<script\b/g)).toHaveLength(2);
    expect(html).not.toContain("<img");
    expect(html).not.toContain("\u202e");
    expect(html).toContain("\\\\u202e");
  });

  test("Kubernetes manifests have a page too", async () => {
    writeFiles({
      [at("manifests/a.yaml")]:
        "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\n" +
        "spec: {type: LoadBalancer, selector: {app: a}, ports: [{port: 80}]}\n",
    });
    expect(only(await pageFor(at("manifests"))).unheld).toContain("cluster-ip-only");
  });
});

describe("the page", () => {
  test("allows no request and no script but its own", async () => {
    const html = htmlOf(await pageFor(write("page", synthesize())));
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; img-src data:;/);
    expect(policy).not.toContain("unsafe");
    expect(html).not.toMatch(/\b(src|href)="(?!#|data:)/);
  });

  test("is the same for the same input", async () => {
    const folder = write("same", synthesize());
    expect(htmlOf(await pageFor(folder))).toBe(htmlOf(await pageFor(folder)));
  });
});

describe("packed data", () => {
  const unpack = (nodes: Pack["nodes"], index: number): unknown => {
    const node = nodes[index];
    if (Array.isArray(node)) return node.map((part: number) => unpack(nodes, part));
    if (typeof node !== "object") return node;
    return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, unpack(nodes, part)]));
  };

  test("is what was packed, with equal parts once", () => {
    const pack = new Pack();
    const value = { a: [1, "1", true], b: { a: [1, "1", true] }, c: "", d: [] };
    expect(unpack(pack.nodes, pack.add(value))).toEqual(value);
    const size = pack.nodes.length;
    pack.add({ a: [1, "1", true] });
    expect(pack.nodes).toHaveLength(size);
  });
});

describe("dataplane report", () => {
  test.each([
    ["a deployment that holds", {}, 0, /^pass: every invariant holds, with \d+ assumptions; written to /],
    ["one that does not", { logRetentionDays: 1, exceptions: expired() }, 1, /^fail: \d+ findings?; written to /],
  ])("%s", async (_, fields, code, said) => {
    const folder = write(`cli-${code}`, synthesize(fields));
    const output = at(`report-${code}.html`);
    const { exitCode, stdout, stderr } = await run(["report", folder, "--output", output]);
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: "" });
    expect(stdout).toMatch(said);
  });

  test("what was not read and can't matter is told, as in every format", async () => {
    const folder = at("beside");
    writeFiles({
      [join(folder, "main.tf")]: 'resource "aws_security_group" "a" {}\n',
      [join(folder, "values/<b>.yaml")]: "replicas: 3\n",
    });
    const output = at("beside.html");
    const { exitCode } = await run(["report", folder, "--output", output]);
    expect(exitCode).toBe(0);
    const { notRead } = JSON.parse((await run(["verify", folder, "--format", "json"])).stdout) as Report;
    expect(notRead).toHaveLength(1);
    const page = readFileSync(output, "utf8");
    expect(page).toMatch(/<p>Not read: [^<]*values\/&lt;b&gt;\.yaml: [^<]+<\/p>/);
    expect(page).not.toContain("<b>.yaml");
  });

  test.each([
    ["a path that is not there", ["nowhere"]],
    ["a file that can't be written", [".", "--output", "nowhere/report.html"]],
  ])("%s is one line and exit code 2", async (_, [path = "", ...flags]) => {
    writeHostile(at("unusable"));
    const { exitCode, stdout, stderr } = await run([
      "report",
      at(path === "." ? "unusable" : path),
      ...flags.map((flag) => (flag.startsWith("--") ? flag : at(flag))),
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

/** An exception that is past its last day, which is a finding. */
function expired() {
  return [{ id: "flow-logs", resource: "aws_vpc.a", reason: "until the move is done", expires: "2020-01-31" }];
}
