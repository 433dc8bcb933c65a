import { Namespace } from "../../../constructs/kubernetes/namespaces";
import { NetworkPolicy } from "../../../constructs/kubernetes/network-policies";
import { Testing, TerraformStack } from "../../../framework";
import { type Labels, LISTED, paths } from "../../support/policies";
import { all, type Json, workloads } from "../../support/workloads";

const OPERATOR = { "app.kubernetes.io/name": "union-operator", "app.kubernetes.io/part-of": "union-platform" };
const PROXY = { "app.kubernetes.io/name": "union-operator-proxy", "app.kubernetes.io/part-of": "union-platform" };
const LEASE_WORKER = { "app.kubernetes.io/name": "leaseworker", "app.kubernetes.io/part-of": "union-platform" };
const WEBHOOK = { "app.kubernetes.io/name": "union-pod-webhook", "app.kubernetes.io/part-of": "union-platform" };
const CERTIFICATE = {
  "app.kubernetes.io/name": "union-pod-webhook-certificate",
  "app.kubernetes.io/part-of": "union-platform",
};
const TASK = { team: "risk", "app.kubernetes.io/part-of": "a-users-own-application" };

/** The two cluster subnets, where the VPC endpoints and the Kubernetes API have their addresses. */
const CLUSTER_SUBNETS = ["10.0.130.0/24", "10.0.131.0/24"];

const DNS = ["kube-system/kube-dns UDP/53 TCP/53"];
const API_SERVER = [...CLUSTER_SUBNETS, "172.20.0.1/32"].map((cidr) => `${cidr} TCP/443`);
const CLOUD_SERVICES = CLUSTER_SUBNETS.map((cidr) => `${cidr} TCP/443`);
const OBJECT_STORE = [...CLOUD_SERVICES, "each of ${data.aws_prefix_list.data-plane_s3_EB463CAD.cidr_blocks} TCP/443"];
const CONTROL_PLANE = ["198.41.128.0/17", "2606:4700::/32", "3.137.115.239/32"].map((cidr) => `${cidr} TCP/443`);
const TUNNEL_EDGE = ["198.41.128.0/17", "2606:4700::/32"].map((cidr) => `${cidr} TCP/7844`);
const TO_PROXY = ["union-operator-proxy TCP/8080 TCP/8089 TCP/10254"];
const TO_WEBHOOK = ["union-pod-webhook TCP/9443"];
const FROM_API_SERVER = CLUSTER_SUBNETS.map((cidr) => `${cidr} TCP/9443`);
const TO_LEASE_WORKER = ["union/leaseworker TCP/15605"];
const FROM_PLATFORM = ["union-platform TCP/8080 TCP/8089 TCP/10254"];
const TASKS = JSON.stringify({
  match_expressions: [{ key: "app.kubernetes.io/part-of", operator: "NotIn", values: ["union-platform"] }],
});
const AMONG_TASKS = [`${TASKS} all ports`];

describe("each pod has exactly the paths it needs", () => {
  const shared = workloads(LISTED);
  const apart = workloads({ ...LISTED, taskNamespaces: ["risk-development"] });
  const closed = workloads({ ...LISTED, taskEgress: "none" });
  const google = workloads({ ...LISTED, network: { cidr: "10.0.0.0/16" }, cloud: "google" });
  const lowPrivilege = workloads({ ...LISTED, rbac: "low-privilege" });
  const complete = workloads({
    ...LISTED,
    taskNamespaces: ["risk-development"],
    components: { connectors: true, imageBuilder: true, metrics: true },
  });
  const platformPod = (name: string): Labels => ({
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/part-of": "union-platform",
  });
  const [connectors, prometheus, state] = ["flyteconnector", "union-operator-prometheus", "kube-state-metrics"].map(
    platformPod,
  ) as [Labels, Labels, Labels];
  const builder = platformPod("union-operator-buildkit");
  const fromPrometheus = ["union-operator-prometheus TCP/10254"];
  const taskWithin = [...DNS, ...OBJECT_STORE, ...AMONG_TASKS, ...TO_LEASE_WORKER];
  const task = [...taskWithin, ...CONTROL_PLANE];
  const toService = workloads({ ...LISTED, logs: "cloud-service" });
  const platform = [...API_SERVER, ...CONTROL_PLANE, ...OBJECT_STORE, ...DNS, ...TO_PROXY];

  test.each<[string, Json, "egress" | "ingress", string, Labels, string[]]>([
    ["operator", shared, "egress", "union", OPERATOR, platform],
    ["operator", shared, "ingress", "union", OPERATOR, []],
    ["operator-proxy", shared, "egress", "union", PROXY, [...platform, ...TUNNEL_EDGE, ...TO_WEBHOOK]],
    ["operator-proxy", shared, "ingress", "union", PROXY, FROM_PLATFORM],
    ["task in union", shared, "egress", "union", TASK, task],
    ["task in union", shared, "ingress", "union", TASK, AMONG_TASKS],
    ["task with no way out", closed, "egress", "union", TASK, taskWithin],
    [
      "lease worker",
      apart,
      "egress",
      "union",
      LEASE_WORKER,
      [...API_SERVER, ...CONTROL_PLANE, ...OBJECT_STORE, ...DNS],
    ],
    ["lease worker", apart, "ingress", "union", LEASE_WORKER, [`risk-development/${TASKS} TCP/15605`]],
    ["pod webhook", apart, "egress", "union", WEBHOOK, [...API_SERVER, ...CLOUD_SERVICES, ...DNS]],
    ["pod webhook", apart, "ingress", "union", WEBHOOK, [...FROM_API_SERVER, "union-operator-proxy TCP/9443"]],
    [
      "pod webhook on Google Cloud",
      google,
      "ingress",
      "union",
      WEBHOOK,
      ["10.0.192.0/28 TCP/9443", "kube-system/konnectivity-agent TCP/9443", "union-operator-proxy TCP/9443"],
    ],
    ["webhook certificate", apart, "egress", "union", CERTIFICATE, [...API_SERVER, ...DNS]],
    ["webhook certificate", apart, "ingress", "union", CERTIFICATE, []],
    ["stray pod in union, tasks apart", apart, "egress", "union", TASK, DNS],
    ["stray pod in union, tasks apart", apart, "ingress", "union", TASK, []],
    ["task apart", apart, "egress", "risk-development", TASK, task],
    ["task apart", apart, "ingress", "risk-development", TASK, AMONG_TASKS],
    ["fluent-bit", shared, "egress", "union-fluent-bit", {}, [...DNS, ...OBJECT_STORE, ...API_SERVER]],
    ["fluent-bit, low privilege", lowPrivilege, "egress", "union-fluent-bit", {}, [...DNS, ...OBJECT_STORE]],
    [
      "fluent-bit to CloudWatch",
      toService,
      "egress",
      "union-fluent-bit",
      {},
      [...DNS, ...CLOUD_SERVICES, ...API_SERVER],
    ],
    ["fluent-bit", shared, "ingress", "union-fluent-bit", {}, []],
    ["autoscaler", shared, "egress", "union-autoscaler", {}, [...DNS, ...CLOUD_SERVICES, ...API_SERVER]],
    ["autoscaler", shared, "ingress", "union-autoscaler", {}, []],
    ["connectors", complete, "egress", "union", connectors, [...OBJECT_STORE, ...DNS]],
    ["connectors", complete, "ingress", "union", connectors, ["leaseworker TCP/8000", ...fromPrometheus]],
    [
      "lease worker with connectors",
      complete,
      "egress",
      "union",
      LEASE_WORKER,
      [...API_SERVER, ...CONTROL_PLANE, ...OBJECT_STORE, ...DNS, "flyteconnector TCP/8000"],
    ],
    ["image builder", complete, "egress", "union-image-builder", builder, [...OBJECT_STORE, ...DNS]],
    ["image builder", complete, "ingress", "union-image-builder", builder, [`risk-development/${TASKS} TCP/1234`]],
    [
      "task that builds an image",
      complete,
      "egress",
      "risk-development",
      TASK,
      [...task, "union-image-builder/union-operator-buildkit TCP/1234"],
    ],
    [
      "Prometheus",
      complete,
      "egress",
      "union",
      prometheus,
      [...API_SERVER, ...DNS, "kube-state-metrics TCP/8080", "union-platform TCP/10254"],
    ],
    [
      "Prometheus",
      complete,
      "ingress",
      "union",
      prometheus,
      ["union-operator TCP/80 TCP/9090", "union-operator-proxy TCP/80 TCP/9090", ...fromPrometheus],
    ],
    ["kube-state-metrics", complete, "egress", "union", state, [...API_SERVER, ...DNS]],
    [
      "kube-state-metrics",
      complete,
      "ingress",
      "union",
      state,
      ["union-operator-prometheus TCP/8080", ...fromPrometheus],
    ],
  ])("%s", (_name, stack, direction, namespace, labels, expected) => {
    expect(paths(stack, direction, namespace, labels)).toEqual([...expected].sort());
  });
});

test.each([
  ["node-local", ["kube-system/kube-dns", "kube-system/node-local-dns"]],
  ["kube-dns", ["kube-system/kube-dns"]],
  ["cloud-dns", ["169.254.169.254/32"]],
])("on GKE names by %s come from %j only", (dns, resolvers) => {
  const stack = workloads({ cloud: "google", cluster: { dns } });
  const open = paths(stack, "egress", "union-fluent-bit", {}).filter((path) => path.includes("/53"));
  expect(open).toEqual(resolvers.map((peer) => `${peer} UDP/53 TCP/53`));
});

test.each([
  ["auto", ["TCP", "UDP"]],
  ["http2", ["TCP"]],
  ["quic", ["UDP"]],
])("the tunnel's edge is open for %s over %j only", (protocol, protocols) => {
  const stack = workloads({ tunnel: { protocol } });
  const open = paths(stack, "egress", "union", PROXY).filter((path) => path.includes("/7844"));
  expect(open).toHaveLength(22);
  for (const path of open) expect(path.split(" ").slice(1)).toEqual(protocols.map((name) => `${name}/7844`));
});

test("a rule always names a peer: one without would open everything", () => {
  const rules = all(workloads(), "kubernetes_network_policy_v1").flatMap(({ spec }) => [
    ...(spec.egress ?? []).map(({ to }: Json) => to),
    ...(spec.ingress ?? []).map(({ from }: Json) => from),
  ]);
  expect(rules.length).toBeGreaterThan(10);
  for (const peers of rules) expect(peers.length).toBeGreaterThan(0);
});

test("refuses a peer without blocks", () => {
  const stack = new TerraformStack(Testing.app(), "stack");
  const namespace = new Namespace(stack, "namespace", { name: "a", description: "A.", podSecurity: "restricted" });
  const policy = () =>
    new NetworkPolicy(stack, "policy", {
      namespace,
      name: "a",
      description: "A.",
      pods: {},
      egress: [{ peers: [{ cidrs: [] }] }],
    });
  expect(policy).toThrow(new RangeError("a network policy's peer needs at least one block"));
});

test("tells a reviewer what each policy is for", () => {
  const policies = all(workloads(), "kubernetes_network_policy_v1");
  for (const { metadata } of policies.filter((policy) => policy.metadata.name !== "default-deny")) {
    expect(metadata.annotations["kubernetes.io/description"]).toMatch(/^[A-Z].+\.$/);
  }
});
