/** `dataplane probe` against a real API server: its Job is admitted, runs, and is gone, whatever happens meanwhile. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/index";
import type { Outcome } from "../../cli/probe-job/job";
import { targetsOf, type Target } from "../../cli/probe-job/targets";
import { manifestsOf } from "../../cli/workload-manifests/index";
import { loadDeployments } from "../../config/loader";
import { namespacesOfTasks, PLATFORM_NAMESPACE } from "../../config/names";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import type { KubernetesObject } from "../../scripts/stand-in/kubernetes/api";
import { Cluster, STAND_IN_SECRET } from "../../scripts/stand-in/kubernetes/cluster";
import { ControlPlane } from "../../scripts/stand-in/kubernetes/control-plane";
import { plainWorkers } from "../../scripts/stand-in/kubernetes/task-pod";
import { buildPrograms } from "../../scripts/stand-in/kubernetes/programs";
import { until } from "../../scripts/stand-in/kubernetes/until";
import { testEnvironment } from "../support/environment";
import { EXAMPLES } from "../support/examples";
import { scratchFolder } from "../support/scratch";

const ROOT = join(__dirname, "../..");

const at = scratchFolder();
let plane: ControlPlane;
const all = loadDeployments([EXAMPLES]).map(({ deployment }) => deployment);
/** One on each cloud, with task namespaces and without. */
const deployments = all.filter(({ name }) =>
  ["acme-us-west-2", "acme-gcp-us-east-2", "acme-azure-us-east-2"].includes(name),
);

testEnvironment({ KUBECONFIG: "", DATAPLANE_DEPLOYMENTS: EXAMPLES });
beforeAll(async () => {
  buildPrograms();
  plane = await ControlPlane.start(at("kubernetes"));
});
beforeEach(() => {
  process.env["KUBECONFIG"] = plane.kubeconfig;
});
afterAll(() => plane.stop());

const jobs = async (namespace: string) =>
  ((await plane.api.get(`/apis/batch/v1/namespaces/${namespace}/jobs`)) as { items: KubernetesObject[] }).items
    .filter(
      ({ metadata }) => metadata.name.startsWith("dataplane-probe-") && metadata["deletionTimestamp"] === undefined,
    )
    .map(({ metadata }) => metadata.name);

describe("its pod", () => {
  const metadata = { name: "restricted", labels: { "pod-security.kubernetes.io/enforce": "restricted" } };
  beforeAll(async () => {
    await plane.api.create({ apiVersion: "v1", kind: "Namespace", metadata });
    await until(() => plane.api.get("/api/v1/namespaces/restricted/serviceaccounts/default"));
  });

  test.each(all.map(({ name }) => name))("for %s is admitted by the strictest Pod Security too", async (name) => {
    const { stdout } = await run(["probe", name, "--print"]);
    const { spec } = JSON.parse(stdout) as { spec: { template: { metadata: object; spec: object } } };
    const own = { ...spec.template.metadata, name: "probe", namespace: "restricted" };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: own, spec: spec.template.spec };
    await plane.api.create(pod, { dryRun: true });
    const privileged = { ...pod, spec: { ...spec.template.spec, hostNetwork: true } };
    await expect(plane.api.create(privileged, { dryRun: true })).rejects.toThrow(/violates PodSecurity/);
  });
});

describe.each(deployments.map((deployment) => [deployment.name, deployment] as const))("%s", (name, deployment) => {
  const [namespace = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster(plane.api, deployment);
    await cluster.addFewestNodes();
    await cluster.apply(manifestsOf(deployment, cloudOutputsOf(deployment)), STAND_IN_SECRET);
  });
  afterAll(() => cluster.clear());

  test("runs within the namespace's quota and is gone; what its pod does not tell is unknown", async () => {
    const node = await cluster.addNode(plainWorkers(deployment));
    const { exitCode, stdout, stderr } = await run(["probe", name, "--context", "stand-in", "--timeout", "60"]);
    // No container runs here: kwok says of the pod that it has ended.
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("nothing is known: its pod ended (Succeeded) and left no result");
    expect(stdout).toMatch(/^unknown: object store \(TCP 443 at \S+\) must pass: unknown$/m);
    expect(await jobs(namespace)).toEqual([]);
    await cluster.removeNode(node);
  });
});

describe("with no node to run on", () => {
  const [deployment] = deployments as [(typeof deployments)[0]];
  const [namespace = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster(plane.api, deployment);
    await cluster.addFewestNodes();
    await cluster.apply(manifestsOf(deployment, cloudOutputsOf(deployment)), STAND_IN_SECRET);
  });
  afterAll(() => cluster.clear());

  test("it says what keeps its pod from running, and leaves nothing", async () => {
    const { exitCode, stdout } = await run(["probe", deployment.name, "--context", "stand-in", "--timeout", "3"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/nothing is known: its pod is Pending: .*nodes are available.*, after 3 seconds/);
    expect(await jobs(namespace)).toEqual([]);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s ends it, and its Job with it", async (signal) => {
    const command = ["cli/dataplane.js", "probe", deployment.name, "--context", "stand-in"];
    const child = spawn(process.execPath, command, { cwd: ROOT, env: process.env });
    const ended = once(child, "exit");
    await until(async () => expect(await jobs(namespace)).toHaveLength(1));
    child.kill(signal);
    expect(await ended).toEqual([1, null]);
    expect(await jobs(namespace)).toEqual([]);
  });

  /** Runs the command, and leaves in its pod's place what a container would have left. */
  async function probed(endOf: (target: Target) => string) {
    const running = run(["probe", deployment.name, "--context", "stand-in", "--format", "json"]);
    const message = targetsOf(deployment, namespace).map((one) => `${one.host}:${one.port} ${endOf(one)}\n`);
    const containers = { name: "probe", image: "a", imageID: "a", ready: false, restartCount: 0 };
    const state = { terminated: { exitCode: 0, message: message.join("") } };
    await until(async () => {
      const [job] = await jobs(namespace);
      const pods = `/api/v1/namespaces/${namespace}/pods`;
      const { items } = (await plane.api.get(`${pods}?labelSelector=job-name=${job}`)) as { items: KubernetesObject[] };
      const status = { phase: "Succeeded", containerStatuses: [{ ...containers, state }] };
      const merge = { contentType: "application/merge-patch+json" };
      await plane.api.call("PATCH", `${pods}/${items[0]?.metadata.name}/status`, { status }, merge);
    });
    const { exitCode, stdout } = await running;
    expect(await jobs(namespace)).toEqual([]);
    const { outcomes } = JSON.parse(stdout) as { outcomes: readonly Outcome[] };
    return { exitCode, others: outcomes.filter(({ verdict }) => verdict !== "as it must").map(({ name }) => name) };
  }

  test("what its pod leaves is its verdict", async () => {
    const asItMust = ({ must }: Target) => (must === "pass" ? "open" : "closed");
    expect(await probed(asItMust)).toEqual({ exitCode: 0, others: [] });
    const open = (target: Target) => (target.name === "any other address" ? "open" : asItMust(target));
    expect(await probed(open)).toEqual({ exitCode: 1, others: ["any other address"] });
  });

  test("a right that lacks is one line, and leaves nothing", async () => {
    const denied = at("kubectl");
    const before = process.env["KUBECTL"];
    const who = "--as system:serviceaccount:default:nobody";
    writeFileSync(denied, `#!/bin/sh\nexec ${before ?? "kubectl"} ${who} "$@"\n`, { mode: 0o755 });
    process.env["KUBECTL"] = denied;
    try {
      const { exitCode, stderr } = await run(["probe", deployment.name, "--context", "stand-in"]);
      expect([exitCode, stderr.split("\n").length]).toEqual([2, 2]);
      expect(stderr).toMatch(/cannot create resource "jobs"/);
    } finally {
      if (before === undefined) delete process.env["KUBECTL"];
      else process.env["KUBECTL"] = before;
    }
    expect(await jobs(namespace)).toEqual([]);
  });
});
