import { readdirSync } from "node:fs";
import { join } from "node:path";
import { manifestsOf, type Manifest } from "../../cli/workload-manifests/index";
import { PROMETHEUS } from "../../config/components";
import type { Deployment } from "../../config/deployment";
import { loadDeployments } from "../../config/loader";
import {
  DEVICE_PLUGIN_NAMESPACE,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  namespacesOfTasks,
} from "../../config/names";
import { bringsDevicePlugin, NODE_ROLE, poolsOf } from "../../config/scheduling";
import { serviceAccount, type KubernetesObject } from "../../scripts/stand-in/kubernetes/api";
import { allowedCalls, deniedCalls } from "../../scripts/stand-in/kubernetes/calls";
import { Cluster, isOf, type Pod, STAND_IN_SECRET } from "../../scripts/stand-in/kubernetes/cluster";
import { ControlPlane } from "../../scripts/stand-in/kubernetes/control-plane";
import { buildPrograms } from "../../scripts/stand-in/kubernetes/programs";
import { hasKubernetesProvider, TerraformWorkloads } from "../../scripts/stand-in/kubernetes/terraform";
import { ADDED, makeCertificate, PodWebhook } from "../../scripts/stand-in/kubernetes/pod-webhook";
import { plainWorkers, taskKinds, taskPod } from "../../scripts/stand-in/kubernetes/task-pod";
import { until } from "../../scripts/stand-in/kubernetes/until";
import { cloudOutputsOf } from "../../scripts/stand-in/cloud-outputs";
import { scratchFolder } from "../support/scratch";

const EXAMPLES = join(__dirname, "../../deployments/examples");
const platform = serviceAccount(PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT);
/** What kubectl, and the operator, write on the pods of a Deployment to restart it. */
const RESTARTED = "kubectl.kubernetes.io/restartedAt";
/** A build of the programs from nothing. */
const BUILD_MS = 20 * 60_000;

const deployments = loadDeployments([EXAMPLES])
  .map(({ deployment }) => deployment)
  .filter(({ workloads }) => workloads === "stack");

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
  process.stdout.write(`Kubernetes: ${deployments.length} deployments in ${seconds} s, ${memory} MiB\n`);
});

test("every example with a workloads stack is here", () => {
  expect(deployments.length).toBeGreaterThan(0);
  expect(readdirSync(EXAMPLES).length).toBeGreaterThanOrEqual(deployments.length);
});

describe.each(deployments.map((deployment) => [deployment.name, deployment] as const))("%s", (_, deployment) => {
  const manifests = manifestsOf(deployment, cloudOutputsOf(deployment));
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = new Cluster(plane.api, deployment);
    await cluster.addFewestNodes();
  });
  afterAll(() => cluster.clear());

  test("is admitted, object by object, under strict validation", async () => {
    await cluster.apply(manifests, STAND_IN_SECRET);
  });

  test("every pod is placed as meant and runs, within quotas", async () => {
    // What an autoscaler does for the image builder: the first worker comes when a pod waits for it.
    const worker = deployment.components.imageBuilder ? await cluster.addNode(plainWorkers(deployment)) : undefined;
    const pods = await cluster.runningPods();
    expect(pods.length).toBeGreaterThanOrEqual(3);
    const misplaced = pods.filter(
      (pod) => !isOf(pod, "DaemonSet") && roleOf(pod, deployment, cluster) !== wantedRole(pod),
    );
    expect(misplaced.map(({ metadata }) => metadata.name)).toEqual([]);
    if (worker !== undefined) await cluster.removeNode(worker);
  });

  test("what its components ask of the Kubernetes API is allowed", async () => {
    const refused = [];
    for (const { component, as, calls } of allowedCalls(deployment)) {
      expect(manifestsHold(manifests, as.user)).toBe(true);
      const answers = await Promise.all(calls.map((call) => plane.api.allows(as, call)));
      refused.push(...calls.filter((_, i) => !answers[i]).map((call) => ({ component, ...call })));
    }
    expect(refused).toEqual([]);
  });

  test("what would let one do more than its work is denied", async () => {
    const open = [];
    for (const { component, as, calls } of deniedCalls(deployment)) {
      const answers = await Promise.all(calls.map((call) => plane.api.allows(as, call)));
      open.push(...calls.filter((_, i) => answers[i]).map((call) => ({ component, ...call })));
    }
    expect(open).toEqual([]);
  });

  const [withGpus] = poolsOf(deployment).filter(({ gpu }) => gpu);
  if (withGpus && bringsDevicePlugin(deployment)) {
    test("a node with GPUs gets its device plugin, and no other node does", async () => {
      const node = await cluster.addNode(withGpus.name);
      await cluster.awaitPodOn(node, DEVICE_PLUGIN_NAMESPACE);
      const plugins = (await cluster.pods()).filter(({ metadata }) => metadata.namespace === DEVICE_PLUGIN_NAMESPACE);
      expect(plugins.map(({ spec }) => spec.nodeName)).toEqual([node]);
      await cluster.removeNode(node);
    });
  }

  test("of each kubelet, Prometheus may read what containers use, and nothing else", async () => {
    if (!deployment.components.metrics) return;
    const node = (await cluster.pods()).find(({ spec }) => spec.nodeName !== undefined)?.spec.nodeName;
    const as = serviceAccount(PLATFORM_NAMESPACE, PROMETHEUS);
    const ask = (page: string) => plane.api.call("GET", `/api/v1/nodes/${node}/proxy/${page}`, undefined, { as });
    const refused = /may read \/metrics\/cadvisor of a kubelet only/;
    for (const page of ["pods", "metrics", "exec/union/a/b?command=id", "metrics/cadvisor/../../pods"])
      await expect(ask(page)).rejects.toThrow(refused);
    // No kubelet answers here: what is let through ends elsewhere.
    await expect(ask("metrics/cadvisor")).rejects.not.toThrow(refused);
  });

  describe.each(namespacesOfTasks(deployment))("a task in %s", (namespace) => {
    test.each(taskKinds(deployment))(
      "%s: is admitted, waits for a node, runs on the pool's first, and is ended",
      async (_, kind, pool) => {
        const pod = taskPod(deployment, manifests, namespace, kind);
        expect(await cluster.makePending(pod, platform)).toMatch(/nodes are available/);
        const node = await cluster.addNode(pool);
        const running = await cluster.awaitPod(pod);
        expect(running.spec.nodeName).toBe(node);
        await cluster.endPod(pod, platform);
        await cluster.removeNode(node);
      },
    );
  });

  test("the webhook gives secrets to the tasks that ask for some, and none of these is made while it does not answer", async () => {
    const [namespace = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
    const make = (secrets: boolean) =>
      plane.api.create(taskPod(deployment, manifests, namespace, { secrets }), { as: platform, dryRun: true });
    const added = expect.arrayContaining([ADDED]) as unknown;
    const given = { spec: { containers: [expect.objectContaining({ env: added })] } };
    await expect(make(true)).rejects.toThrow(/failed calling webhook "union-pod-webhook/);

    await makeCertificate(plane.api);
    const webhook = await PodWebhook.start(plane, deployment.organization);
    try {
      // The API server takes a moment to read what was registered anew.
      expect(await until(() => make(true))).toMatchObject(given);
      await expect(make(false)).resolves.not.toMatchObject(given);
    } finally {
      await webhook.stop();
    }
    await expect(make(true)).rejects.toThrow(/failed calling webhook "union-pod-webhook/);
    await expect(make(false)).resolves.not.toMatchObject(given);
  });

  test("a task that wants more than a container's own is refused by Pod Security", async () => {
    const [namespace = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
    const pod = taskPod(deployment, manifests, namespace) as Pod;
    const [container] = pod.spec["containers"] as readonly object[];
    const escapes = [
      { hostNetwork: true },
      { volumes: [{ name: "node", hostPath: { path: "/" } }] },
      { containers: [{ ...container, securityContext: { privileged: true } }] },
    ];
    for (const escape of escapes) {
      const escaped = { ...pod, spec: { ...pod.spec, ...escape } };
      await expect(plane.api.create(escaped, { as: platform, dryRun: true })).rejects.toThrow(/violates PodSecurity/);
    }
  });
});

// By hand: the provider is in no package registry, so the tests are not there where it is not at hand.
if (hasKubernetesProvider()) {
  describe.each(deployments.map((deployment) => [deployment.name, deployment] as const))(
    "%s by Terraform",
    (name, deployment) => {
      let cluster: Cluster;
      let workloads: TerraformWorkloads;
      beforeAll(async () => {
        cluster = new Cluster(plane.api, deployment);
        await cluster.addFewestNodes();
        workloads = new TerraformWorkloads(at(`terraform/${name}`), deployment, plane.api);
      });
      afterAll(() => cluster.clear());

      test("applies, and every pod runs", async () => {
        await workloads.apply();
        if (deployment.components.imageBuilder) await cluster.addNode(plainWorkers(deployment));
        await cluster.runningPods();
      }, 900_000);

      const askWebhook = async () => {
        const webhook = await PodWebhook.start(plane, deployment.organization);
        const manifests = manifestsOf(deployment, cloudOutputsOf(deployment));
        const [namespace = PLATFORM_NAMESPACE] = namespacesOfTasks(deployment);
        const pod = taskPod(deployment, manifests, namespace, { secrets: true });
        await until(() => plane.api.create(pod, { as: platform, dryRun: true })).finally(() => webhook.stop());
      };

      test("the Kubernetes API knows the webhook by what was read back of its certificate", askWebhook);

      test("a second plan changes nothing", async () => {
        expect(await workloads.changes()).toBe("");
      }, 300_000);

      test("nor does one after the operator has rotated the tunnel's token", async () => {
        await rotateToken();
        expect(await workloads.changes()).toBe("");
      }, 300_000);

      test("a replaced Job renews the webhook's certificate, and the Kubernetes API knows it", async () => {
        await workloads.renewCertificate();
        await askWebhook();
        expect(await workloads.changes()).toBe("");
      }, 300_000);

      test("destroys all that it made", async () => {
        await workloads.destroy();
        const { items } = (await plane.api.get("/api/v1/namespaces")) as { items: KubernetesObject[] };
        expect(items.map(({ metadata }) => metadata.name).filter((namespace) => namespace.startsWith("union"))).toEqual(
          [],
        );
      }, 900_000);
    },
  );
}

/** What the operator does when the control plane issues a token: it writes it into the secret, and restarts the proxy. */
async function rotateToken(): Promise<void> {
  const as = { as: platform };
  const update = async (path: string, change: (object: KubernetesObject) => object) => {
    const object = (await plane.api.call("GET", path, undefined, as)) as KubernetesObject;
    await plane.api.call("PUT", path, change(object), as);
  };
  const place = `/namespaces/${PLATFORM_NAMESPACE}`;
  await update(`/api/v1${place}/secrets/union-secret-auth`, (secret) => ({
    ...secret,
    stringData: { tunnel_token: "one" },
  }));
  await update(`/apis/apps/v1${place}/deployments/union-operator-proxy`, (proxy) => {
    const { template, ...spec } = proxy["spec"] as { template: Pod };
    const annotations = { ...(template.metadata["annotations"] as object), [RESTARTED]: new Date().toISOString() };
    return { ...proxy, spec: { ...spec, template: { ...template, metadata: { ...template.metadata, annotations } } } };
  });
}

const roleOf = ({ spec }: Pod, { nodePools }: Deployment, cluster: Cluster) =>
  (nodePools as Readonly<Record<string, { readonly role: string }>>)[cluster.poolOf(spec.nodeName) ?? ""]?.role;

const wantedRole = ({ spec }: Pod) => (spec["nodeSelector"] as Readonly<Record<string, string>>)[NODE_ROLE];

const manifestsHold = (manifests: readonly Manifest[], user: string) =>
  manifests.some(
    ({ kind, metadata }) =>
      kind === "ServiceAccount" && user === `system:serviceaccount:${metadata.namespace}:${metadata.name}`,
  );
