/**
 * Pods of Union's chart beside the stack that guards it, on a real Kubernetes. Neither Helm nor the chart is needed: pods
 * are made of the table of the chart's facts and of what `dataplane values` prints.
 */
import { join } from "node:path";
import { manifestsOf } from "../../cli/workload-manifests/index";
import type { Deployment } from "../../config/deployment";
import { loadDeployments } from "../../config/loader";
import { PLATFORM_NAMESPACE } from "../../config/names";
import { NODE_ROLE, poolsOf } from "../../config/scheduling";
import { chartObjects, chartUpgrade } from "../../scripts/stand-in/kubernetes/chart-pods";
import { Cluster, isOf, type Pod, STAND_IN_SECRET } from "../../scripts/stand-in/kubernetes/cluster";
import { ControlPlane } from "../../scripts/stand-in/kubernetes/control-plane";
import { buildPrograms } from "../../scripts/stand-in/kubernetes/programs";
import { until } from "../../scripts/stand-in/kubernetes/until";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { smallestDeployment } from "../support/deployments";
import { scratchFolder } from "../support/scratch";

const EXAMPLES = join(__dirname, "../../deployments/examples");
/** A build of the programs from nothing. */
const BUILD_MS = 20 * 60_000;

const WHOLE = {
  workloads: "chart",
  appsAndServing: true,
  components: { connectors: true, metrics: true },
};

const deployments = [
  ...loadDeployments([EXAMPLES])
    .map(({ deployment }) => deployment)
    .filter(({ workloads }) => workloads === "chart"),
  smallestDeployment({ ...WHOLE, name: "whole" }),
  smallestDeployment({ ...WHOLE, name: "namespaces", taskNamespaces: ["risk-development", "risk-production"] }),
];

const at = scratchFolder();
let plane: ControlPlane;
beforeAll(async () => {
  buildPrograms();
  plane = await ControlPlane.start(at("kubernetes"));
}, BUILD_MS);
afterAll(() => plane.stop());

test("each cloud has a deployment by the chart", () => {
  expect(new Set(deployments.map(({ cloud }) => cloud))).toEqual(new Set(["aws", "google", "azure"]));
});

describe.each(deployments.map((deployment) => [deployment.name, deployment] as const))("%s", (_, deployment) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster(plane.api, deployment);
    await cluster.addFewestNodes();
  });
  afterAll(() => cluster.clear());

  test("the guards are admitted, and then the chart's objects", async () => {
    await cluster.apply(manifestsOf(deployment, cloudOutputsOf(deployment)), STAND_IN_SECRET);
    await cluster.apply(chartObjects(deployment), STAND_IN_SECRET);
  });

  test("every pod runs where it is meant to, within quotas", async () => {
    // What an autoscaler does for the image builder: the first worker comes when a pod waits for it.
    const worker = deployment.components.imageBuilder ? await cluster.addNode(plainWorkers(deployment)) : undefined;
    const pods = (await cluster.runningPods()).filter((pod) => !isOf(pod, "DaemonSet"));
    const misplaced = pods.filter((pod) => roleOf(pod, deployment, cluster) !== wantedRole(pod));
    expect(misplaced.map(({ metadata }) => metadata.name)).toEqual([]);
    if (worker !== undefined) await cluster.removeNode(worker);
  });

  test("and as many of them as autoscalers want at least", async () => {
    await until(async () => {
      const [autoscalers, { items }] = (await Promise.all([
        plane.api.get("/apis/autoscaling/v2/horizontalpodautoscalers"),
        plane.api.get("/apis/apps/v1/deployments"),
      ])) as [{ items: Autoscaler[] }, { items: Workload[] }];
      for (const { metadata, spec } of autoscalers.items) {
        const running = items.find((one) => one.metadata.name === spec.scaleTargetRef.name)?.status.readyReplicas ?? 0;
        if (running < spec.minReplicas) throw new Error(`${metadata.name}: ${running} of ${spec.minReplicas} pods run`);
      }
    });
  });

  test("the job before an upgrade runs too", async () => {
    await cluster.apply(chartUpgrade(deployment), STAND_IN_SECRET);
    await cluster.runningPods();
  });

  test("no service listens outside, and none may", async () => {
    const { items } = (await plane.api.get("/api/v1/services")) as { items: Service[] };
    expect(items.filter(({ spec }) => spec.type !== "ClusterIP").map(({ metadata }) => metadata.name)).toEqual([]);
    const outside = (type: string) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "outside", namespace: PLATFORM_NAMESPACE },
      spec: { type, ports: [{ port: 80 }] },
    });
    for (const type of ["LoadBalancer", "NodePort"]) {
      await expect(plane.api.create(outside(type), { dryRun: true })).rejects.toThrow(/exceeded quota/);
    }
  });
});

interface Named {
  readonly metadata: { readonly name: string };
}

interface Service extends Named {
  readonly spec: { readonly type: string };
}

interface Autoscaler extends Named {
  readonly spec: { readonly minReplicas: number; readonly scaleTargetRef: { readonly name: string } };
}

interface Workload extends Named {
  readonly status: { readonly readyReplicas?: number };
}

/** What a pod asks for; one that asks for nothing is to be among the services: no other pool takes it. */
const wantedRole = ({ spec }: Pod) =>
  (spec["nodeSelector"] as Readonly<Record<string, string>> | undefined)?.[NODE_ROLE] ?? "services";

const roleOf = ({ spec }: Pod, deployment: Deployment, cluster: Cluster) =>
  poolsOf(deployment).find(({ name }) => name === cluster.poolOf(spec.nodeName))?.role;

/** A pool for what asks for nothing particular among workers. */
const plainWorkers = (deployment: Deployment) =>
  poolsOf(deployment).find(({ role, spot, gpu }) => role === "worker" && !spot && !gpu)?.name ?? "";
