/**
 * Union's chart beside the stack that guards it, on a real Kubernetes: by Helm where that and the chart are at hand, else
 * its pods as the table of its facts has them, with the values that `dataplane values` prints.
 */
import { join } from "node:path";
import { type Manifest, manifestsOf, renderManifests } from "../../cli/workload-manifests/index";
import { CHART_PODS, CHART_SAMPLE_NAMESPACES } from "../../config/chart";
import { PROMETHEUS } from "../../config/components";
import type { Deployment } from "../../config/deployment";
import { loadDeployments } from "../../config/loader";
import {
  infrastructureStack,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  namespacesOfTasks,
} from "../../config/names";
import { NODE_ROLE, poolsOf } from "../../config/scheduling";
import { App } from "../../framework";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { type KubernetesObject, serviceAccount } from "../../scripts/stand-in/kubernetes/api";
import { chartObjects, chartUpgrade } from "../../scripts/stand-in/kubernetes/chart-pods";
import { Cluster, isOf, type Pod, STAND_IN_SECRET } from "../../scripts/stand-in/kubernetes/cluster";
import { ControlPlane } from "../../scripts/stand-in/kubernetes/control-plane";
import { HelmRelease, missingChart } from "../../scripts/stand-in/kubernetes/helm";
import { ADDED, PodWebhook } from "../../scripts/stand-in/kubernetes/pod-webhook";
import { buildPrograms } from "../../scripts/stand-in/kubernetes/programs";
import { plainWorkers, taskKinds, taskPod } from "../../scripts/stand-in/kubernetes/task-pod";
import { until } from "../../scripts/stand-in/kubernetes/until";
import { InfrastructureStack } from "../../stacks/infrastructure";
import { withCloudOutputs } from "../../verification/cloud-outputs";
import { loadJudged, verify } from "../../verification/verify";
import { smallestDeployment } from "../support/deployments";
import { scratchFolder, writeFiles } from "../support/scratch";

const EXAMPLES = join(__dirname, "../../deployments/examples");
/** A build of the programs from nothing. */
const BUILD_MS = 20 * 60_000;
/** Helm installs, and waits. */
const HELM_MS = 180_000;

const platform = serviceAccount(PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT);
const missing = missingChart();
const byHelm = missing === undefined;

const WHOLE = {
  workloads: "chart",
  appsAndServing: true,
  components: { connectors: true, imageBuilder: true, metrics: true },
};

const deployments = [
  ...loadDeployments([EXAMPLES])
    .map(({ deployment }) => deployment)
    .filter(({ workloads }) => workloads === "chart"),
  smallestDeployment({ ...WHOLE, name: "whole", rbac: "low-privilege" }),
  smallestDeployment({ ...WHOLE, name: "namespaces", taskNamespaces: ["risk-development", "flytesnacks-staging"] }),
];

const at = scratchFolder();
let plane: ControlPlane;
let started: number;
beforeAll(async () => {
  buildPrograms();
  started = Date.now();
  plane = await ControlPlane.start(at("kubernetes"));
}, BUILD_MS);
afterAll(async () => {
  const [seconds, memory] = [Math.round((Date.now() - started) / 1000), plane.peakMemory()];
  await plane.stop();
  const how = byHelm
    ? "the chart itself, by Helm"
    : `its pods from chart/facts.json; the chart itself needs ${missing}`;
  process.stdout.write(
    `Kubernetes: ${deployments.length} deployments by the chart in ${seconds} s, ${memory} MiB: ${how}\n`,
  );
});

test("each cloud has a deployment by the chart", () => {
  expect(new Set(deployments.map(({ cloud }) => cloud))).toEqual(new Set(["aws", "google", "azure"]));
});

describe.each(deployments.map((deployment) => [deployment.name, deployment] as const))("%s", (name, deployment) => {
  const guards = manifestsOf(deployment, cloudOutputsOf(deployment));
  let cluster: Cluster;
  let worker: string;
  let release: HelmRelease | undefined;
  /** What the chart made. */
  let made: Manifest[];
  beforeAll(async () => {
    cluster = new Cluster(plane.api, deployment);
    await cluster.addFewestNodes();
    // The image builder's; nothing else has a business there.
    worker = await cluster.addNode(plainWorkers(deployment));
    release = byHelm ? new HelmRelease(at(`helm/${name}`), deployment, plane.kubeconfig) : undefined;
  });
  afterAll(async () => {
    await release?.remove();
    await cluster.clear();
  }, HELM_MS);

  test(
    "the guards are admitted, and then the chart's objects",
    async () => {
      await cluster.apply(guards, STAND_IN_SECRET);
      await release?.apply();
      made = release ? await release.manifests() : chartObjects(deployment);
      if (!release) await cluster.apply([...made, ...rightsOf(deployment)], STAND_IN_SECRET);
    },
    HELM_MS,
  );

  test("every pod runs where it is meant to, within quotas", async () => {
    const pods = (await cluster.runningPods()).filter((pod) => !isOf(pod, "DaemonSet"));
    const misplaced = pods.filter((pod) => roleOf(pod, deployment, cluster) !== wantedRole(pod));
    expect(misplaced.map(({ metadata }) => metadata.name)).toEqual([]);
  });

  test("quotas admit the most pods that autoscalers ask for, and the fewest run", async () => {
    const { items } = (await plane.api.get("/apis/autoscaling/v2/horizontalpodautoscalers")) as { items: Autoscaler[] };
    const merge = { contentType: "application/merge-patch+json" };
    const pathOf = ({ metadata: { namespace }, spec: { scaleTargetRef } }: Autoscaler) =>
      `/apis/apps/v1/namespaces/${namespace}/deployments/${scaleTargetRef.name}`;
    const scale = (one: Autoscaler, replicas: number) =>
      plane.api.call("PATCH", `${pathOf(one)}/scale`, { spec: { replicas } }, merge);
    for (const one of items) await scale(one, one.spec.maxReplicas);
    await until(async () => {
      for (const one of items) {
        const { status } = (await plane.api.get(pathOf(one))) as Workload;
        if (status.replicas !== one.spec.maxReplicas)
          throw new Error(`${one.metadata.name}: ${status.replicas} of ${one.spec.maxReplicas} pods are admitted`);
      }
    });
    for (const one of items) await scale(one, one.spec.minReplicas);
    await cluster.runningPods();
  });

  test(
    "an upgrade's first job is admitted and completes",
    async () => {
      if (release) await release.apply();
      else await cluster.apply(chartUpgrade(deployment), STAND_IN_SECRET);
      await cluster.runningPods();
      // Its controller tells it a moment after the job's status.
      await until(async () => {
        const { items } = (await plane.api.get(`/api/v1/namespaces/${PLATFORM_NAMESPACE}/events`)) as {
          items: Event[];
        };
        const ofJob = items.filter(({ involvedObject }) => involvedObject.name === CHART_PODS.beforeUpgrade.name);
        expect(ofJob.map(({ reason }) => reason)).toContain("Completed");
      });
      await cluster.removeNode(worker);
    },
    HELM_MS,
  );

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

  test("namespaces of sample projects are closed, but those that the deployment names", async () => {
    const { items } = (await plane.api.get("/api/v1/namespaces")) as { items: KubernetesObject[] };
    const samples = items.map(({ metadata }) => metadata.name).filter((one) => CHART_SAMPLE_NAMESPACES.includes(one));
    expect(samples).toHaveLength(deployment.taskNamespaces.length > 0 ? CHART_SAMPLE_NAMESPACES.length : 0);
    for (const namespace of samples.filter((one) => !deployment.taskNamespaces.includes(one)))
      await expect(plane.api.create(quietPod(namespace), { dryRun: true })).rejects.toThrow(/exceeded quota/);
  });

  test("whatever its roles give, the platform changes nothing of others, gives no rights and opens nothing", async () => {
    const as = { as: platform, dryRun: true };
    // In its low-privilege mode the chart itself gives nothing outside of the namespace.
    const refused = /may change nothing but in the data plane's own namespaces|cannot create resource/;
    const bound = /and there no permission, network policy or quota/;
    const binding = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
      subjects: [{ kind: "ServiceAccount", name: PLATFORM_SERVICE_ACCOUNT, namespace: PLATFORM_NAMESPACE }],
    };
    const more = { ...binding, kind: "ClusterRoleBinding", metadata: { name: "more" } };
    await expect(plane.api.create(more, as)).rejects.toThrow(refused);
    for (const namespace of ["kube-system", "default"])
      await expect(plane.api.create(quietPod(namespace), as)).rejects.toThrow(refused);

    await expect(plane.api.create(quietPod(PLATFORM_NAMESPACE), as)).resolves.toBeDefined();
    for (const guard of guards.filter(
      ({ kind, metadata }) => GUARDS.has(kind) && metadata.namespace === PLATFORM_NAMESPACE,
    )) {
      const path = `${await plane.api.pathOf(guard)}/${guard.metadata.name}?dryRun=All`;
      await expect(plane.api.call("DELETE", path, undefined, as)).rejects.toThrow(bound);
    }
  });

  if (deployment.components.metrics) {
    test("of each kubelet, Prometheus may read what containers use at most, and nothing else", async () => {
      const node = (await cluster.pods()).find(({ spec }) => spec.nodeName !== undefined)?.spec.nodeName;
      const as = serviceAccount(PLATFORM_NAMESPACE, PROMETHEUS);
      const ask = (page: string) => plane.api.call("GET", `/api/v1/nodes/${node}/proxy/${page}`, undefined, { as });
      const standard = deployment.rbac === "standard";
      const refused = standard
        ? /may read \/metrics\/cadvisor of a kubelet only/
        : /cannot get resource "nodes\/proxy"/;
      for (const page of ["pods", "exec/union/a/b?command=id"]) await expect(ask(page)).rejects.toThrow(refused);
      // No kubelet answers here: what is let through ends elsewhere.
      if (standard) await expect(ask("metrics/cadvisor")).rejects.not.toThrow(/forbidden|may read/);
    });
  }

  describe.each(namespacesOfTasks(deployment))("a task in %s", (namespace) => {
    test.each(taskKinds(deployment))("%s: is admitted, and runs on the pool's first node", async (_, kind, pool) => {
      const pod = taskPod(deployment, [...guards, ...made], namespace, kind);
      expect(await cluster.makePending(pod, platform)).toMatch(/nodes are available/);
      const node = await cluster.addNode(pool);
      expect((await cluster.awaitPod(pod)).spec.nodeName).toBe(node);
      await cluster.endPod(pod, platform);
      await cluster.removeNode(node);
    });
  });

  if (byHelm) {
    test("the chart's webhook gives secrets to the tasks that ask for some, and to no others", async () => {
      const [namespace = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
      const make = (secrets: boolean) =>
        plane.api.create(taskPod(deployment, [...guards, ...made], namespace, { secrets }), {
          as: platform,
          dryRun: true,
        });
      const added = expect.arrayContaining([ADDED]) as unknown;
      const given = { spec: { containers: [expect.objectContaining({ env: added })] } };
      await expect(make(true)).rejects.toThrow(/failed calling webhook "union-pod-webhook/);
      const webhook = await PodWebhook.start(plane, deployment.organization);
      try {
        expect(await until(() => make(true))).toMatchObject(given);
        await expect(make(false)).resolves.not.toMatchObject(given);
      } finally {
        await webhook.stop();
      }
    });

    test("beside infrastructure and guards, verify finds what is the chart's own and nothing else", async () => {
      const infrastructure = new InfrastructureStack(new App(), deployment);
      infrastructure.prepareStack();
      const judged = ["infrastructure.tf.json", "guards.yaml", "chart.yaml"].map((file) =>
        at(`judged/${name}/${file}`),
      );
      const [stackFile = "", guardsFile = "", chartFile = ""] = judged;
      const outputsFile = at(`judged/${name}/outputs.json`);
      writeFiles({
        [stackFile]: infrastructure.toTerraform() as object,
        [guardsFile]: renderManifests(guards),
        [chartFile]: renderManifests(made),
        [outputsFile]: { [infrastructureStack(deployment)]: cloudOutputsOf(deployment) },
      });
      const { findings } = verify(withCloudOutputs(await loadJudged(judged), outputsFile));
      expect(findings.map(({ invariant, message }) => `${invariant}: ${message}`).sort()).toEqual(OF_THE_CHART);
    });
  }
});

/** Kinds of what keeps the platform in its place. */
const GUARDS = new Set(["NetworkPolicy", "ResourceQuota", "LimitRange"]);

/** Findings that are the chart's own, and that no value changes. */
const OF_THE_CHART = [
  "tunnel-region: remote diagnostics are true, not false",
  "tunnel-region: the token is among the arguments, where whoever lists processes sees it",
];

/** At least what the chart's roles give: in the whole cluster, or in its low-privilege mode in the platform's namespace. */
const rightsOf = ({ rbac }: Deployment): Manifest[] =>
  [PLATFORM_SERVICE_ACCOUNT, PROMETHEUS].map((name) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: rbac === "standard" ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name, ...(rbac !== "standard" && { namespace: PLATFORM_NAMESPACE }) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace: PLATFORM_NAMESPACE }],
  }));

interface Named {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

interface Service extends Named {
  readonly spec: { readonly type: string };
}

interface Autoscaler extends Named {
  readonly spec: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly scaleTargetRef: { readonly name: string };
  };
}

interface Workload extends Named {
  readonly status: { readonly replicas?: number };
}

interface Event {
  readonly reason: string;
  readonly involvedObject: { readonly name: string };
}

/** A pod that every level of Pod Security admits. */
const quietPod = (namespace: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "quiet", namespace },
  spec: {
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "quiet",
        image: "registry.example/quiet:1",
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  },
});

/** What a pod asks for; one that asks for nothing is to be among the services: no other pool takes it. */
const wantedRole = ({ spec }: Pod) =>
  (spec["nodeSelector"] as Readonly<Record<string, string>> | undefined)?.[NODE_ROLE] ?? "services";

const roleOf = ({ spec }: Pod, deployment: Deployment, cluster: Cluster) =>
  poolsOf(deployment).find(({ name }) => name === cluster.poolOf(spec.nodeName))?.role;
