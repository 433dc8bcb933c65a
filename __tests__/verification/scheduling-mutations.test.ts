/** One fault at a time in where our own pods may run, on each cloud, and `schedulable` must find it: no other. */
import { parse, stringify } from "yaml";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { copyOf, find, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

/** How a cloud's pools are written. */
interface Pools {
  readonly type: string;
  readonly plain: object;
  /** Too small for the platform's pods. */
  readonly small: (pool: Json) => void;
  readonly gpu: object;
  readonly labels: (pool: Json) => Json;
  readonly taint: (pool: Json, key: string, value: string) => void;
}

const POOLS: Readonly<Record<Cloud, Pools>> = {
  aws: {
    type: "aws_eks_node_group",
    plain: { instanceTypes: ["m6i.4xlarge"] },
    small: (pool) => (pool.instance_types = ["c7g.medium"]),
    gpu: { instanceTypes: ["g5.2xlarge"], gpu: true },
    labels: ({ labels }) => labels,
    taint: ({ taint }, key, value) => taint.push({ key, value, effect: "NO_SCHEDULE" }),
  },
  google: {
    type: "google_container_node_pool",
    plain: { machineType: "n2-standard-16" },
    small: ({ node_config }) => (node_config.machine_type = "n1-standard-1"),
    gpu: { machineType: "g2-standard-8", zones: ["us-east5-a"], accelerator: { type: "nvidia-l4" } },
    labels: ({ node_config }) => node_config.labels,
    taint: ({ node_config: { taint } }, key, value) => taint.push({ key, value, effect: "NO_SCHEDULE" }),
  },
  azure: {
    type: "azurerm_kubernetes_cluster_node_pool",
    plain: { vmSize: "Standard_D16ds_v5" },
    small: (pool) => (pool.vm_size = "Standard_D1s_v5"),
    gpu: { vmSize: "Standard_NC24ads_A100_v4", gpu: true },
    labels: ({ node_labels }) => node_labels,
    taint: ({ node_taints }, key, value) => node_taints.push(`${key}=${value}:NoSchedule`),
  },
};

type Mutation = readonly [fault: string, change: (tree: Tree) => void];

const TEMPLATES = ["kubernetes_deployment_v1", "kubernetes_daemon_set_v1"];

describe.each(CLOUDS)("on %s", (cloud) => {
  const { type, plain, small, gpu, labels, taint } = POOLS[cloud];
  const original = synthesize({
    cloud,
    nodePools: {
      services: { role: "services", min: 3, ...plain },
      worker: { role: "worker", ...plain },
      spot: { role: "worker", spot: true, ...plain },
      gpu: { role: "worker", ...gpu },
      gpuspot: { role: "worker", spot: true, ...gpu },
    },
  });
  const pool = (id: RegExp, edit: (pool: Json) => void) => (tree: Tree) => {
    for (const found of find(tree.infrastructure, type, id)) edit(found);
  };
  const pods = (id: RegExp, edit: (spec: Json) => void) => (tree: Tree) => {
    for (const found of find(tree.workloads, "kubernetes_deployment_v1", id)) edit(found.spec.template.spec);
  };

  const tasks = (edit: (settings: Json) => void) => (tree: Tree) => {
    const [{ data }] = find(tree.workloads, "kubernetes_config_map_v1", /lease-worker/);
    const configuration = parse(data["config.yaml"]);
    edit(configuration.plugins.k8s);
    data["config.yaml"] = stringify(configuration);
  };
  const taskTemplate = (spec: object) => (tree: Tree) => {
    const [{ manifest }] = find(tree.workloads, "kubernetes_manifest", /task-template/);
    Object.assign(manifest.template.spec, spec);
  };

  /** Each pod template without its tolerations. */
  const untolerant = TEMPLATES.flatMap((kind) =>
    Object.keys(original.workloads.resource[kind]).map((id): Mutation => [
      `no toleration: ${id}`,
      ({ workloads }) => delete workloads.resource[kind][id].spec.template.spec.toleration,
    ]),
  );

  test.each<Mutation>([
    ...untolerant,
    ["a toleration of another value", pods(/tunnel/, ({ toleration }) => (toleration[0].value = "worker"))],
    ["a toleration of another effect", pods(/tunnel/, ({ toleration }) => (toleration[0].effect = "NoExecute"))],
    ["a selector of other nodes", pods(/tunnel/, (spec) => (spec.node_selector = { "union.ai/node-role": "worker" }))],
    ["a request beyond every machine", pods(/tunnel/, (spec) => (spec.container[0].resources.requests.cpu = "400"))],
    [
      "pods of each node that tolerate some only",
      ({ workloads }) => {
        // AKS ships logs itself; there, the device plugin is on nodes of one kind that have more than one taint.
        const [found] = find(workloads, "kubernetes_daemon_set_v1", cloud === "azure" ? /device-plugin/ : /fluent-bit/);
        found.spec.template.spec.toleration = [{ key: "union.ai/node-role", operator: "Exists" }];
      },
    ],
    ["a taint more on services nodes", pool(/services/, (found) => taint(found, "maintenance", "soon"))],
    [
      "another label on services nodes",
      pool(/services/, (found) => (labels(found)["union.ai/node-role"] = "platform")),
    ],
    ["no services nodes", ({ infrastructure }) => remove(infrastructure, type, /services/)],
    ["services nodes too small", pool(/services/, small)],
    ...["default-tolerations", "interruptible-tolerations", "resource-tolerations"].map((key): Mutation => [
      `tasks without ${key}`,
      tasks((settings) => (settings[key] = [])),
    ]),
    ["tasks for other nodes", tasks((settings) => (settings["default-node-selector"] = [{ "union.ai/pool": "x" }]))],
    [
      "interruptible tasks for other nodes",
      tasks((settings) => (settings["interruptible-node-selector-requirement"].values = ["cheap"])),
    ],
    [
      "tasks for spot machines only",
      tasks((settings) => (settings["non-interruptible-node-selector-requirement"].operator = "In")),
    ],
    ["a template for other nodes", taskTemplate({ nodeSelector: { "union.ai/pool": "x" } })],
    [
      "tasks beside the platform",
      (tree) => {
        tasks((settings) => delete settings["default-node-selector"])(tree);
        taskTemplate({ tolerations: [{ key: "union.ai/node-role", operator: "Exists" }] })(tree);
      },
    ],
    ["no nodes for tasks", ({ infrastructure }) => remove(infrastructure, type, /worker|spot/)],
    ["nodes with GPUs under another label", pool(/gpu/, (found) => (labels(found)["union.ai/node-role"] = "gpus"))],
    ["a taint that only the cloud will tell", pool(/services/, (found) => taint(found, "k", "${var.value}"))],
  ])("%s", async (_, apply) => {
    await expectFound(original, apply);
  });

  test("tasks that nothing configures", async () => {
    const unconfigured = ({ workloads }: Tree) => {
      const [{ data }] = find(workloads, "kubernetes_config_map_v1", /lease-worker/);
      data["config.yaml"] = data["config.yaml"].replace(/^plugins:/m, "further:");
    };
    await expectFound(original, unconfigured, ["schedulable", "images-reachable", "parts-configured"]);
  });

  test("without a fault nothing is found", async () => {
    expect((await judge(copyOf(original))).findings).toEqual([]);
  });
});

test.each<readonly [cloud: Cloud, ...Mutation]>([
  [
    "aws",
    "cluster DNS without a toleration",
    ({ infrastructure }) => {
      const addons = find(infrastructure, "aws_eks_addon").filter(({ addon_name }) => addon_name === "coredns");
      for (const addon of addons) delete addon.configuration_values;
    },
  ],
  [
    "google",
    "no nodes of the cluster's own",
    ({ infrastructure }) => remove(infrastructure, "google_container_node_pool", /system/),
  ],
])("on %s: %s", async (cloud, _, apply) => {
  await expectFound(synthesize({ cloud }), apply);
});

describe.each(["aws", "azure"] as const)("nodes with GPUs on %s", (cloud) => {
  const { type, plain, gpu } = POOLS[cloud];
  const original = synthesize({
    cloud,
    nodePools: {
      services: { role: "services", min: 3, ...plain },
      worker: { role: "worker", ...plain },
      gpu: { role: "worker", ...gpu },
    },
  });
  /** With the namespace, which would admit any pod and hold none. */
  const noPlugin = ({ workloads }: Tree) => {
    remove(workloads, "kubernetes_daemon_set_v1", /device-plugin/);
    remove(workloads, "kubernetes_namespace_v1", /device-plugin/);
  };
  const plugin = (edit: (spec: Json) => void) => (tree: Tree) => {
    for (const found of find(tree.workloads, "kubernetes_daemon_set_v1", /device-plugin/))
      edit(found.spec.template.spec);
  };

  test.each<Mutation>([
    ["no device plugin", noPlugin],
    ["a device plugin on other nodes", plugin((spec) => (spec.node_selector = { "union.ai/node-role": "services" }))],
    ["a device plugin that the kubelet does not hear", plugin(({ volume }) => (volume[0].host_path.path = "/run"))],
  ])("%s", async (_, apply) => {
    await expectFound(original, apply);
  });

  test("which bring the plugin themselves need none", async () => {
    const tree = copyOf(original);
    for (const pool of find(tree.infrastructure, type, /gpu/)) {
      Object.assign(pool, { aws: { ami_type: "BOTTLEROCKET_x86_64_NVIDIA" }, azure: { gpu_driver: "None" } }[cloud]);
    }
    noPlugin(tree);
    expect((await judge(tree)).findings).toEqual([]);
  });
});

async function expectFound(
  original: Tree,
  apply: (tree: Tree) => void,
  invariants: readonly string[] = ["schedulable"],
): Promise<void> {
  const tree = copyOf(original);
  apply(tree);
  const { verdict, findings } = await judge(tree);
  expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual(invariants);
  expect(verdict).toBe("fail");
  for (const { location, message } of findings) {
    expect(location.file).toMatch(/cdk\.tf\.json$/);
    expect(location.line).toBeGreaterThan(0);
    expect(message).not.toContain("undefined");
  }
}
