/** One fault at a time in a deployment by Union's chart, and the invariant that must find it: this one and no other. */
import { parse, stringify } from "yaml";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { chartRender } from "../support/chart-render";
import { copyOf, find, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const POOLS: Readonly<Record<Cloud, { readonly plain: object; readonly gpu: object }>> = {
  aws: { plain: { instanceTypes: ["m6i.4xlarge"] }, gpu: { instanceTypes: ["g5.2xlarge"], gpu: true } },
  google: {
    plain: { machineType: "n2-standard-16" },
    gpu: { machineType: "g2-standard-8", zones: ["us-east5-a"], accelerator: { type: "nvidia-l4" } },
  },
  azure: { plain: { vmSize: "Standard_D16ds_v5" }, gpu: { vmSize: "Standard_NC24ads_A100_v4", gpu: true } },
};

/** Everything that the chart may bring, tasks in a namespace of their own, and nodes with GPUs. */
const everything = (cloud: Cloud) => ({
  cloud,
  workloads: "chart",
  appsAndServing: true,
  components: { connectors: true, imageBuilder: true, metrics: true },
  taskNamespaces: ["risk-development"],
  nodePools: {
    services: { role: "services", min: 3, ...POOLS[cloud].plain },
    worker: { role: "worker", ...POOLS[cloud].plain },
    gpu: { role: "worker", ...POOLS[cloud].gpu },
  },
});

type Mutation = readonly [fault: string, invariant: string | readonly string[], change: (tree: Tree) => void];

async function expectFound(original: Tree, expected: Mutation[1], apply: Mutation[2]): Promise<void> {
  const tree = copyOf(original);
  apply(tree);
  const { verdict, findings } = await judge(tree);
  expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual([expected].flat());
  expect(verdict).toBe("fail");
  for (const { message } of findings) expect(message).not.toContain("undefined");
}

const without = (type: string, id: string) => (tree: Tree) => remove(tree.workloads, type, new RegExp(`^${id}$`));

const POLICY = "kubernetes_network_policy_v1";
const NAMESPACE = "kubernetes_namespace_v1";
const QUOTA = "kubernetes_resource_quota_v1";

/** Of the chart's sample namespaces, which are alike, one; and the deployment's own. */
const isJudgedHere = (id: string) => !id.startsWith("tasks-") || /^tasks-(flytesnacks|risk)-development_/.test(id);

describe.each(CLOUDS)("the guards on %s", (cloud) => {
  const original = synthesize(everything(cloud));
  const ids = (type: string) => Object.keys(original.workloads.resource[type]).filter(isJudgedHere);

  test("without a fault nothing is found", async () => {
    expect((await judge(copyOf(original))).findings).toEqual([]);
  });

  test.each<Mutation>([
    ...ids(POLICY).map((id): Mutation => [
      `no policy ${id}`,
      id.includes("default-deny") ? "default-deny" : "required-paths",
      without(POLICY, id),
    ]),
    ...ids(NAMESPACE).map((id): Mutation => [
      `no level of Pod Security: ${id}`,
      "pod-security",
      ({ workloads }) => delete workloads.resource[NAMESPACE][id].metadata.labels["pod-security.kubernetes.io/enforce"],
    ]),
    ...ids(QUOTA).map((id): Mutation => [`no quota: ${id}`, "cluster-ip-only", without(QUOTA, id)]),
    ["no client secret", "token-rotation-survives", ({ workloads }) => remove(workloads, "kubernetes_secret_v1", /./)],
    [
      "a client secret that takes the tunnel's token back",
      "token-rotation-survives",
      ({ workloads }) => delete find(workloads, "kubernetes_secret_v1")[0].lifecycle,
    ],
    [
      "an image builder that tolerates no taint",
      "schedulable",
      ({ workloads }) => {
        const [{ manifest }] = find(workloads, "kubernetes_manifest", /^image-builder_deployment/);
        delete manifest.spec.template.spec.tolerations;
      },
    ],
    ...Object.keys(original.workloads.resource["kubernetes_daemon_set_v1"] ?? {}).map((id): Mutation => [
      `no toleration: ${id}`,
      "schedulable",
      ({ workloads }) => delete workloads.resource["kubernetes_daemon_set_v1"][id].spec.template.spec.toleration,
    ]),
  ])("%s: %s", async (_, expected, apply) => {
    await expectFound(original, expected, apply);
  });
});

// ---------------------------------------------------------------- with a render

const objectOf = ({ objects = [] }: Tree, kind: string, name: string): Json => {
  const found = objects.filter((one) => one.kind === kind && one.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${name}`);
  return found[0];
};

const edit =
  (kind: string, name: string, change: (object: Json) => void): Mutation[2] =>
  (tree) =>
    change(objectOf(tree, kind, name));

const absent =
  (kind: string, name: string): Mutation[2] =>
  ({ objects }) => {
    const index = (objects ?? []).findIndex((one) => one.kind === kind && one.metadata.name === name);
    if (index < 0) throw new Error(`no ${kind} ${name}`);
    objects?.splice(index, 1);
  };

const pod = (name: string, change: (spec: Json, template: Json) => void) =>
  edit("Deployment", name, ({ spec }) => change(spec.template.spec, spec.template));

const settings = (map: string, file: string, change: (settings: Json) => void) =>
  edit("ConfigMap", map, ({ data }) => {
    const sections = parse(data[file]);
    change(sections);
    data[file] = stringify(sections);
  });

const operator = (change: (settings: Json) => void) => settings("union-operator", "config.yaml", change);

const TUNNEL = 1;
const tunnel = (change: (container: Json) => void) =>
  pod("union-operator-proxy", ({ containers }) => change(containers[TUNNEL]));

const MUTATIONS: readonly Mutation[] = [
  // ------------------------------------------------ pods
  ["no operator", "required-paths", absent("Deployment", "union-operator")],
  ["no gateway", "required-paths", absent("Deployment", "union-operator-gateway")],
  ["no Prometheus", "required-paths", absent("Deployment", "union-operator-prometheus")],
  [
    "a pod that no policy knows",
    "required-paths",
    pod("union-operator", (_, { metadata }) => (metadata.labels["app.kubernetes.io/name"] = "operator")),
  ],
  [
    "an operator in another namespace",
    ["required-paths", "default-deny", "pod-security", "api-tokens"],
    edit("Deployment", "union-operator", ({ metadata }) => (metadata.namespace = "default")),
  ],
  [
    "a pod in its node's network",
    ["required-paths", "default-deny", "pod-security"],
    pod("activator", (spec) => (spec.hostNetwork = true)),
  ],
  [
    "a pod that is root of its node",
    ["pod-security", "node-access"],
    pod("union-operator-gateway", ({ containers }) => (containers[0].securityContext = { privileged: true })),
  ],
  [
    "a pod for nodes that are not there",
    "schedulable",
    pod("leaseworker", (spec) => (spec.nodeSelector = { "union.ai/node-role": "platform" })),
  ],
  [
    "a request beyond every machine",
    "schedulable",
    pod("union-operator-dataproxy", ({ containers }) => (containers[0].resources = { requests: { cpu: "400" } })),
  ],

  // ------------------------------------------------ settings
  ["another cluster", "parts-configured", operator((told) => (told.operator.clusterId.name = "acme-other"))],
  ["no bucket", "parts-configured", operator((told) => delete told.storage.container)],
  ["a proxy that is not there", "parts-configured", absent("Service", "union-operator-proxy")],
  [
    "another port of the pod webhook, by its own file",
    "parts-configured",
    settings("leaseworker", "webhook.yaml", (told) => (told.webhook.listenPort = 8443)),
  ],
  [
    "a part without the client secret",
    "parts-configured",
    pod("leaseworker", (spec) => (spec.volumes = spec.volumes.filter(({ secret }: Json) => secret === undefined))),
  ],
  [
    "tasks that start without their secrets",
    "parts-configured",
    edit("MutatingWebhookConfiguration", "union-pod-webhook-acme", ({ webhooks }) => {
      webhooks[0].failurePolicy = "Ignore";
    }),
  ],
  [
    "tasks that are not asked about",
    "parts-configured",
    edit("MutatingWebhookConfiguration", "union-pod-webhook-acme", ({ webhooks }) => {
      webhooks[0].namespaceSelector = {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["union"] }],
      };
    }),
  ],
  [
    "a control plane that nobody verifies",
    "encryption-in-transit",
    operator((told) => (told.union.connection.insecureSkipVerify = true)),
  ],
  ["a key in the configuration", "no-secrets", operator((told) => (told.union.auth.clientSecret = "gA7d-literal"))],

  // ------------------------------------------------ tunnel
  ["the tunnel's token among the arguments", "tunnel-region", tunnel(({ args }) => args.push("--token", "$(T)"))],
  ["a tunnel that shows its insides", "tunnel-region", tunnel(({ env }) => env.pop())],
  [
    "no tunnel",
    ["tunnel-region", "token-rotation-survives"],
    pod("union-operator-proxy", (spec) => spec.containers.pop()),
  ],
  [
    "a tunnel that waits for its first token",
    "token-rotation-survives",
    tunnel(({ env }) => (env[0].valueFrom.secretKeyRef.optional = false)),
  ],
  ["an operator that may not write tokens", "token-rotation-survives", absent("RoleBinding", "operator-system")],

  // ------------------------------------------------ what guards and render come to together
  [
    "a gateway behind a load balancer",
    ["no-inbound", "cluster-ip-only"],
    edit("Service", "union-operator-gateway", ({ spec }) => (spec.type = "LoadBalancer")),
  ],
  [
    "kubelets that run commands for Prometheus",
    "node-access",
    ({ workloads }) => remove(workloads, "kubernetes_manifest", /^metrics_kubelet-pages/),
  ],
  [
    "a gateway that holds a token",
    "api-tokens",
    ({ workloads }) => remove(workloads, "kubernetes_default_service_account_v1", /^default-account/),
  ],
  [
    "connectors that hold a token",
    "api-tokens",
    ({ workloads }) => remove(workloads, "kubernetes_service_account_v1", /^connectors-account/),
  ],
  [
    "an account that hands out a token good for nothing",
    "api-tokens",
    ({ objects }) =>
      objects?.push({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "further", namespace: "union", labels: {} },
      }),
  ],
];

/** One pod more, by the labels and the image of one of the chart's. */
const further =
  (account: string, change: (workload: Json) => void = () => undefined): Mutation[2] =>
  (tree) => {
    const workload = JSON.parse(JSON.stringify(objectOf(tree, "Deployment", "leaseworker")));
    workload.metadata.name = "further";
    workload.spec.template.spec.serviceAccountName = account;
    change(workload);
    tree.objects?.push(workload);
  };

const bindTasks =
  (role: string, subject: object): Mutation[2] =>
  ({ objects }) =>
    objects?.push({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "further" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
      subjects: [subject],
    });

const ACCOUNTS: readonly Mutation[] = [
  ...["flyteconnector", "union-operator-gateway"].map((name): Mutation => [
    `the platform's account for ${name}`,
    "api-tokens",
    pod(name, (spec) => (spec.serviceAccountName = "union-system")),
  ]),
  [
    "a pod webhook that runs as nobody",
    "api-tokens",
    pod("union-pod-webhook", (spec) => (spec.serviceAccountName = "default")),
  ],
  ["somebody else as the platform", "api-tokens", further("union-system")],
  [
    "somebody else by the platform's name",
    "api-tokens",
    further("union-system", (workload) => {
      workload.kind = "StatefulSet";
      workload.metadata.name = "union-operator";
    }),
  ],
  [
    "tasks that may read",
    "api-tokens",
    bindTasks("view", { kind: "ServiceAccount", name: "default", namespace: "risk-development" }),
  ],
  [
    "tasks that rule the cluster",
    ["node-access", "api-tokens"],
    bindTasks("cluster-admin", { kind: "Group", name: "system:serviceaccounts:risk-development" }),
  ],
  [
    "a sample namespace without Pod Security",
    "pod-security",
    ({ objects }) =>
      objects?.push({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
          name: "flytesnacks-development",
          labels: { "pod-security.kubernetes.io/enforce": "privileged" },
        },
      }),
  ],
];

// On Azure accounts have ids in a render that only the cloud knows, so that whose they are can't be told.
describe.each(["aws", "google"] as const)("the guards and a render of the chart on %s", (cloud) => {
  const fields = everything(cloud);
  const original = { ...synthesize(fields), objects: chartRender(fields) };

  test("without a fault nothing is found", async () => {
    expect((await judge(copyOf(original))).findings).toEqual([]);
  });

  test.each([...MUTATIONS, ...ACCOUNTS])("%s: %s", async (_, expected, apply) => {
    await expectFound(original, expected, apply);
  });

  test("nodes of services that take nobody else", async () => {
    await expectFound(original, "schedulable", ({ infrastructure }) => {
      const type = { aws: "aws_eks_node_group", google: "google_container_node_pool" }[cloud];
      for (const pool of find(infrastructure, type, /services/)) {
        for (const taint of (pool.node_config ?? pool).taint) taint.effect = "NO_SCHEDULE";
      }
    });
  });

  test("a sample namespace that the guards do not close before", async () => {
    const render = copyOf(original);
    render.objects?.push({ apiVersion: "v1", kind: "Namespace", metadata: { name: "flytesnacks-development" } });
    expect((await judge(render)).findings).toEqual([]);
    await expectFound(render, ["cluster-ip-only", "default-deny", "pod-security"], ({ workloads }) => {
      for (const type of [POLICY, NAMESPACE, QUOTA]) remove(workloads, type, /^tasks-flytesnacks-development/);
    });
  });

  test("a render of another cluster is of no deployment", async () => {
    const tree = copyOf(original);
    const named = objectOf(tree, "Secret", "operator-cluster-name");
    named.data.cluster_name = Buffer.from("acme-other").toString("base64");
    const { findings } = await judge(tree);
    expect(findings[0]).toMatchObject({ invariant: "required-paths", status: "unknown" });
    expect(findings[0]?.message).toContain("is of the cluster 'acme-other', and not of a deployment");
  });
});
