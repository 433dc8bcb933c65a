/** One fault at a time in the further components of a deployment, on each cloud, and the invariant that must find it. */
import { CLOUDS } from "../../config/deployment";
import { copyOf, find, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const ALL = { connectors: true, imageBuilder: true, metrics: true };

type Mutation = readonly [fault: string, invariant: string | readonly string[], change: (tree: Tree) => void];

const without = (type: string, id: RegExp) => (tree: Tree) => remove(tree.workloads, type, id);
const noPolicy = (id: RegExp) => without("kubernetes_network_policy_v1", id);
const change = (type: string, id: RegExp, edit: (resource: Json) => void) => (tree: Tree) => {
  for (const resource of find(tree.workloads, type, id)) edit(resource);
};
const builder = (edit: (spec: Json) => void) =>
  change("kubernetes_manifest", /image-builder_deployment/, ({ manifest }) => edit(manifest.spec.template.spec));
const pod = (id: RegExp, edit: (spec: Json) => void) =>
  change("kubernetes_deployment_v1", id, ({ spec }) => edit(spec.template.spec));
const page = (edit: (spec: Json) => void) =>
  change("kubernetes_manifest", /kubelet-pages_/, ({ manifest }) => edit(manifest.spec));

const CONNECTORS = /^connectors_deployment/;
const PROMETHEUS = /^metrics_prometheus/;
const STATE = /^metrics_kube-state-metrics/;

const MUTATIONS: readonly Mutation[] = [
  // ------------------------------------------------ connectors
  ["no connectors", "required-paths", without("kubernetes_deployment_v1", CONNECTORS)],
  ["connectors that nobody may call", "required-paths", noPolicy(/^connectors_paths/)],
  ["a lease worker that may not call them", "required-paths", noPolicy(/^connectors_lease-worker-paths/)],
  ["connectors that tolerate no taint", "schedulable", pod(CONNECTORS, (spec) => delete spec.toleration)],
  [
    "connectors that reach everybody",
    "egress-allowlist",
    change("kubernetes_network_policy_v1", /^connectors_paths/, ({ spec }) => {
      spec.egress.push({ to: [{ ip_block: { cidr: "0.0.0.0/0" } }] });
    }),
  ],

  // ------------------------------------------------ image builder
  // Its namespace then admits any pod and holds none.
  ["no image builder", ["required-paths", "pod-security"], without("kubernetes_manifest", /^image-builder_deployment/)],
  ["a builder that reaches no registry", "required-paths", noPolicy(/^image-builder_paths/)],
  ["tasks that may not call the builder", "required-paths", noPolicy(/^image-builder_tasks-in/)],
  ["a builder that tolerates no taint", "schedulable", builder((spec) => delete spec.tolerations)],
  ["a builder that is root of its node", "node-access", builder((spec) => delete spec.hostUsers)],
  [
    "a builder of which it can't be told",
    "node-access",
    builder((spec) => {
      delete spec.hostUsers;
      spec.containers[0].securityContext.privileged = "${var.privileged}";
    }),
  ],
  ["the builder's namespace open", "default-deny", noPolicy(/^image-builder_namespace_default-deny/)],
  [
    "the builder behind a load balancer",
    ["no-inbound", "cluster-ip-only"],
    change("kubernetes_service_v1", /^image-builder/, ({ spec }) => (spec.type = "LoadBalancer")),
  ],

  // ------------------------------------------------ metrics
  ["no Prometheus", "required-paths", without("kubernetes_deployment_v1", PROMETHEUS)],
  ["no kube-state-metrics", "required-paths", without("kubernetes_deployment_v1", STATE)],
  ["Prometheus without ways", "required-paths", noPolicy(/^metrics_prometheus-paths/)],
  ["kube-state-metrics without ways", "required-paths", noPolicy(/^metrics_state-paths/)],
  ["the platform closed to Prometheus", "required-paths", noPolicy(/^metrics_platform-paths/)],
  ["the proxy without a way to Prometheus", "required-paths", noPolicy(/^metrics_union-operator-proxy-paths/)],
  ["Prometheus without a pool", "schedulable", pod(PROMETHEUS, (spec) => delete spec.toleration)],
  ["kube-state-metrics without a pool", "schedulable", pod(STATE, (spec) => delete spec.toleration)],
  [
    "kubelets that run commands for Prometheus",
    "node-access",
    without("kubernetes_manifest", /^metrics_kubelet-pages_/),
  ],
  [
    "a role over everything",
    "node-access",
    change("kubernetes_cluster_role_v1", /^metrics_state-role/, ({ rule }) => (rule[0].resources = ["*"])),
  ],
  ["an admission policy that binds nobody", "node-access", without("kubernetes_manifest", /kubelet-pages-binding/)],
  ["a page beside the metrics", "node-access", page((spec) => (spec.validations[0].expression = "true"))],
  ["an admission policy that may fail", "node-access", page((spec) => (spec.failurePolicy = "Ignore"))],
  [
    "another whom kubelets run commands for",
    ["node-access", "api-tokens"],
    change("kubernetes_cluster_role_binding_v1", /^metrics_prometheus-cluster-role/, ({ subject }) => {
      subject.push({ kind: "ServiceAccount", name: "union", namespace: "union" });
    }),
  ],
];

describe.each(CLOUDS)("on %s", (cloud) => {
  const original = synthesize({ cloud, components: ALL, taskNamespaces: ["risk-development"] });

  test("all components without a fault: nothing is found", async () => {
    expect((await judge(copyOf(original))).findings).toEqual([]);
  });

  test.each(MUTATIONS)("%s: %s", async (_, expected, apply) => {
    const tree = copyOf(original);
    apply(tree);
    const { verdict, findings } = await judge(tree);
    expect([...new Set(findings.map(({ invariant }) => invariant))]).toEqual([expected].flat());
    expect(verdict).toBe("fail");
  });
});

test.each([
  ["google", "google_artifact_registry_repository_iam_member", /task-builds/],
  ["azure", "azurerm_role_assignment", /task-images/],
] as const)("on %s, only tasks that build images may push", async (cloud, type, id) => {
  const tree = synthesize({ cloud });
  const [right] = find(synthesize({ cloud, components: { imageBuilder: true } }).infrastructure, type, id);
  tree.infrastructure.resource[type] = { ...tree.infrastructure.resource[type], added: right };
  const { findings } = await judge(tree);
  expect(findings.map(({ invariant }) => invariant)).toEqual(["no-static-credentials"]);
});
