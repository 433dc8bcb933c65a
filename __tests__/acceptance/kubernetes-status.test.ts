/** `dataplane status` against a real API server: what runs is well, and what is broken by hand is told until it is undone. */
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { utimesSync, writeFileSync } from "node:fs";
import { run } from "../../cli/index";
import { manifestsOf } from "../../cli/workload-manifests/index";
import { loadDeployments } from "../../config/loader";
import { PLATFORM_NAMESPACE } from "../../config/names";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { Cluster, STAND_IN_SECRET } from "../../scripts/stand-in/kubernetes/cluster";
import { ControlPlane } from "../../scripts/stand-in/kubernetes/control-plane";
import { buildPrograms } from "../../scripts/stand-in/kubernetes/programs";
import { until } from "../../scripts/stand-in/kubernetes/until";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { scratchFolder } from "../support/scratch";

const NAME = "acme-us-east-2";
const PROXY = `/apis/apps/v1/namespaces/${PLATFORM_NAMESPACE}/deployments/union-operator-proxy`;
const OPERATOR = `/apis/apps/v1/namespaces/${PLATFORM_NAMESPACE}/deployments/union-operator`;
/** As old as it takes, whatever day it is. */
const YEARS = ["--image-days", "9999", "--list-days", "9999"];

const at = scratchFolder();
let plane: ControlPlane;
const [{ deployment }] = loadDeployments([join(EXAMPLES, "aws-us-east-2.yaml")]) as [
  ReturnType<typeof loadDeployments>[0],
];

testEnvironment({ KUBECONFIG: "", DATAPLANE_DEPLOYMENTS: EXAMPLES });
beforeAll(async () => {
  buildPrograms();
  plane = await ControlPlane.start(at("kubernetes"));
  const cluster = new Cluster(plane.api, deployment);
  await cluster.addFewestNodes();
  await cluster.apply(manifestsOf(deployment, cloudOutputsOf(deployment)), STAND_IN_SECRET);
  await cluster.runningPods();
});
beforeEach(() => {
  process.env["KUBECONFIG"] = plane.kubeconfig;
  writeFileSync(at("drift.md"), `### ${NAME}\n\n- \`${NAME}\`: no drift\n- \`${NAME}-workloads\`: no drift\n`);
});
afterAll(() => plane.stop());

interface Row {
  readonly subject: string;
  readonly verdict: string;
  readonly detail: string;
}

/** The rows, and the exit code. */
async function status(...further: readonly string[]) {
  const args = ["status", NAME, "--context", "stand-in", "--format", "json", ...YEARS, ...further];
  const { exitCode, stdout, stderr } = await run(args);
  expect(stderr).toBe("");
  const { rows } = JSON.parse(stdout) as { readonly rows: readonly Row[] };
  return { exitCode, rows };
}

const row = async (subject: string, ...further: readonly string[]) =>
  (await status("--drift", at("drift.md"), ...further)).rows.find((one) => one.subject === subject);

/** Changes an object, as often as somebody else does meanwhile. */
const patch = (path: string, change: object) =>
  plane.api.call("PATCH", path, change, { contentType: "application/merge-patch+json" });

const restarted = (when: string) => ({
  spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": when } } } },
});

test("a data plane whose tunnel was never restarted is well in all but that", async () => {
  const { exitCode, rows } = await status("--drift", at("drift.md"));
  expect(rows.filter(({ verdict }) => verdict !== "well")).toEqual([
    { subject: "token rotation", verdict: "unknown", detail: expect.stringContaining("first one") as string },
  ]);
  expect(exitCode).toBe(1);
});

describe("the operator's heartbeats, by a port-forward", () => {
  let answers: string[] = [];
  const operator = createServer((request, response) => {
    const answer = request.url === "/metrics" ? answers.shift() : undefined;
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  beforeAll(async () => {
    operator.listen(plane.forwardPort, "127.0.0.1");
    await once(operator, "listening");
  });
  afterAll(() => operator.close());

  const heartbeat = () => row("operator heartbeat", "--heartbeat-seconds", "1");
  const counted = (runs: number, errors: number) =>
    [
      "# TYPE union_operator:heartbeat_updater:runs counter",
      `union_operator:heartbeat_updater:runs ${runs}`,
      `union_operator:heartbeat_updater:run_errors{reason="a b"} ${errors} 1764547200000`,
      "union_operator:heartbeat_updater:runs_ms 7",
    ].join("\n");

  test.each([
    [
      "some that did not fail",
      [counted(10, 1), counted(12, 1)],
      "well",
      "2 in 1 s, of which 0 failed; 12 since the operator started",
    ],
    ["none", [counted(10, 0), counted(10, 0)], "not well", "0 in 1 s"],
    ["some that failed", [counted(10, 1), counted(12, 2)], "not well", "2 in 1 s, of which 1 failed"],
    [
      "those of an operator that restarted",
      [counted(10, 1), counted(2, 0)],
      "well",
      "2 in 1 s, of which 0 failed; 2 since",
    ],
    ["no such count", ["up 1", "up 1"], "unknown", "the operator counts no union_operator:heartbeat_updater:runs"],
    ["no metrics", [], "unknown", "port 10254 of union-operator answers with 404"],
  ])("%s", async (_, told, verdict, detail) => {
    answers = [...told];
    expect(await heartbeat()).toMatchObject({ verdict, detail: expect.stringContaining(detail) as string });
  });

  test("of one that does not listen are unknown", async () => {
    operator.close();
    operator.closeAllConnections();
    expect(await heartbeat()).toMatchObject({
      verdict: "unknown",
      detail: expect.stringMatching(/^port 10254 of union-operator does not answer/) as string,
    });
  });
});

test("all is well once the token was rotated, and the table says so", async () => {
  await patch(PROXY, restarted(new Date().toISOString()));
  await until(async () => expect((await row("tunnel ready"))?.verdict).toBe("well"));
  const { exitCode, rows } = await status("--drift", at("drift.md"));
  expect([exitCode, rows.filter(({ verdict }) => verdict !== "well")]).toEqual([0, []]);
  expect(rows.length).toBeGreaterThan(8);
  const { stdout } = await run(["status", NAME, "--context", "stand-in"]);
  expect(stdout).toMatch(/^acme-us-east-2\ncluster reachable +well +the Kubernetes API says 'ok'\n/);
});

test("a token that was not rotated for long is told", async () => {
  await patch(PROXY, restarted("2020-01-01T00:00:00Z"));
  expect((await row("token rotation"))?.verdict).toBe("not well");
  await patch(PROXY, restarted("yesterday"));
  expect(await row("token rotation")).toMatchObject({ verdict: "unknown", detail: "'yesterday' is no time" });
});

test("a tunnel without a ready pod is told", async () => {
  const { spec } = (await plane.api.get(PROXY)) as { spec: { replicas: number } };
  await patch(PROXY, { spec: { replicas: 0 } });
  await until(async () => expect((await row("tunnel ready"))?.verdict).toBe("not well"));
  await patch(PROXY, { spec: { replicas: spec.replicas } });
  await until(async () => expect((await row("tunnel ready"))?.verdict).toBe("well"));
});

test("an operator of another image, and one whose pod does not start, is told", async () => {
  const { spec } = (await plane.api.get(OPERATOR)) as {
    spec: { template: { spec: { containers: readonly { name: string; image: string }[] } } };
  };
  const before = spec.template.spec.containers;
  const containers = before.map((one) => ({ ...one, image: "example.com/operator:2026.8.3" }));
  await patch(OPERATOR, { spec: { template: { spec: { containers } } } });
  expect(await row("image age")).toMatchObject({
    verdict: "not well",
    detail: expect.stringMatching(/^example.com\/operator:2026.8.3 runs, and the deployment says /) as string,
  });
  await patch(OPERATOR, { spec: { template: { spec: { containers: before } } } });
  expect((await row("image age", "--image-days", "0"))?.verdict).toBe("not well");
});

describe("the look for drift", () => {
  const write = (text: string) => writeFileSync(at("drift.md"), text);

  test("that found something is told", async () => {
    write(`### ${NAME}\n\n- \`${NAME}\`: drift: aws_vpc.a would change\n- \`${NAME}-workloads\`: no drift\n`);
    expect(await row("drift")).toMatchObject({
      verdict: "not well",
      detail: `\`${NAME}\`: drift: aws_vpc.a would change`,
    });
  });

  test("that ended early, is of another deployment or is not there is unknown", async () => {
    write(`### ${NAME}\n\n- \`${NAME}\`: \`terraform plan\` failed\n`);
    expect((await row("drift"))?.verdict).toBe("unknown");
    write("### another\n\n- `another`: no drift\n");
    expect((await row("drift"))?.verdict).toBe("unknown");
    expect((await row("drift", "--drift", at("nothing.md")))?.detail).toMatch(/can't be read \(ENOENT\)$/);
  });

  test("of which the newest counts, and that is old", async () => {
    const found = `### ${NAME}\n\n- \`${NAME}\`: drift: x\n`;
    write(`${found}### ${NAME}\n\n- \`${NAME}\`: no drift\n`);
    expect((await row("drift"))?.verdict).toBe("well");
    utimesSync(at("drift.md"), new Date(0), new Date(0));
    expect((await row("drift"))?.verdict).toBe("not well");
  });
});

test("what the identity may not read is unknown, with the right that lacks", async () => {
  const denied = at("kubectl");
  const real = process.env["KUBECTL"] ?? "kubectl";
  // Whoever signs in as somebody without rights.
  writeFileSync(denied, `#!/bin/sh\nexec ${real} --as system:serviceaccount:default:nobody "$@"\n`, { mode: 0o755 });
  process.env["KUBECTL"] = denied;
  try {
    const { exitCode, rows } = await status("--heartbeat-seconds", "1");
    expect(exitCode).toBe(1);
    expect(rows.find(({ subject }) => subject === "operator heartbeat")?.detail).toMatch(
      /^the right to create pods\/portforward and get pods in union lacks: /,
    );
    expect(rows.find(({ subject }) => subject === "nodes ready")).toMatchObject({
      verdict: "unknown",
      detail: expect.stringMatching(/^the right to list nodes lacks: /) as string,
    });
    expect(rows.find(({ subject }) => subject === "tunnel ready")?.detail).toMatch(/get deployments in union lacks/);
  } finally {
    if (real === "kubectl") delete process.env["KUBECTL"];
    else process.env["KUBECTL"] = real;
  }
});

test("a context that is not there is no answer at all", async () => {
  const { exitCode, stdout, stderr } = await run(["status", NAME, "--context", "nowhere"]);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/nowhere/);
});

test("a cluster that does not answer is not well, and the rest of it unknown", async () => {
  const kubeconfig = at("unreachable.yaml");
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "stand-in" },
      clusters: [{ name: "a", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "a", user: { token: "none" } }],
      contexts: [{ name: "stand-in", context: { cluster: "a", user: "a" } }],
    }),
  );
  process.env["KUBECONFIG"] = kubeconfig;
  const { exitCode, rows } = await status();
  expect([exitCode, rows[0]?.verdict]).toEqual([1, "not well"]);
  expect(rows[1]).toEqual({ subject: "nodes ready", verdict: "unknown", detail: "the cluster does not answer" });
});

describe("a severed channel", () => {
  test("is told, and that its workloads still run", async () => {
    const folder = at("severed.yaml");
    writeFileSync(folder, JSON.stringify({ ...deployment, severed: "tunnel" }));
    process.env["DATAPLANE_DEPLOYMENTS"] = folder;
    expect(await row("severed channels")).toMatchObject({ verdict: "not well", detail: "Cloudflare Tunnel" });
    expect(await row("tunnel ready")).toMatchObject({
      verdict: "not well",
      detail: expect.stringMatching(/^its channel is severed: 2 of 2 /) as string,
    });
    await patch(PROXY, { spec: { replicas: 0 } });
    await until(async () => expect((await row("tunnel ready"))?.verdict).toBe("well"));
  });
});
