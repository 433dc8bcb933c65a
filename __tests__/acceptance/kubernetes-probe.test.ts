/** `dataplane probe` against a real API server: its Job is admitted, runs, and is gone, whatever happens meanwhile. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { run } from "../../cli/index";
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
const deployments = loadDeployments([EXAMPLES])
  .map(({ deployment }) => deployment)
  .filter(({ workloads }) => workloads === "stack");

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

describe.each(deployments.map((deployment) => [deployment.name, deployment] as const))("%s", (name, deployment) => {
  const [namespace = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster(plane.api, deployment);
    await cluster.addFewestNodes();
    await cluster.apply(manifestsOf(deployment, cloudOutputsOf(deployment)), STAND_IN_SECRET);
  });
  afterAll(() => cluster.clear());

  test("its pod would be admitted by the strictest Pod Security too", async () => {
    const { stdout } = await run(["probe", name, "--print"]);
    const { spec } = JSON.parse(stdout) as { spec: { template: { metadata: object; spec: object } } };
    const closed = { name: "restricted", labels: { "pod-security.kubernetes.io/enforce": "restricted" } };
    await plane.api.create({ apiVersion: "v1", kind: "Namespace", metadata: closed });
    await until(() => plane.api.get("/api/v1/namespaces/restricted/serviceaccounts/default"));
    const metadata = { ...spec.template.metadata, name: "probe", namespace: "restricted" };
    const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: spec.template.spec };
    await plane.api.create(pod, { dryRun: true });
    const privileged = { ...pod, spec: { ...spec.template.spec, hostNetwork: true } };
    await expect(plane.api.create(privileged, { dryRun: true })).rejects.toThrow(/violates PodSecurity/);
    await plane.api.call("DELETE", "/api/v1/namespaces/restricted");
    await until(async () => {
      await expect(plane.api.get("/api/v1/namespaces/restricted")).rejects.toThrow(/not found/);
    });
  });

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

  test("a right that lacks is an error in one line", async () => {
    await plane.api.call("DELETE", `/api/v1/namespaces/${namespace}/serviceaccounts/none`).catch(() => undefined);
    const { exitCode, stderr } = await run(["probe", deployment.name, "--context", "nowhere"]);
    expect([exitCode, stderr.split("\n").length]).toEqual([2, 2]);
  });
});
