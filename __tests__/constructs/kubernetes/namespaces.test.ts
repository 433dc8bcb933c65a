import { all, one, workloads } from "../../support/workloads";

const level = (fields: Record<string, unknown>, name: string) => {
  const { labels } = one(workloads(fields), "kubernetes_namespace_v1", name).metadata;
  return ["enforce", "audit", "warn"].map((mode) => labels[`pod-security.kubernetes.io/${mode}`]);
};

const APART = { taskNamespaces: ["risk-development"] };
const SERVING = { ...APART, workloads: "chart", appsAndServing: true };

test.each([
  ["union, tasks apart", APART, "union", "restricted", "restricted"],
  ["union with tasks in it", {}, "union", "baseline", "restricted"],
  ["a task namespace", APART, "risk-development", "baseline", "restricted"],
  ["Fluent Bit's, which reads files of the node", {}, "union-fluent-bit", "privileged", "privileged"],
  ["the autoscaler's", {}, "union-autoscaler", "restricted", "restricted"],
  ["union with Union's chart", { ...APART, workloads: "chart" }, "union", "baseline", "restricted"],
  [
    "a sample project's, which the chart makes",
    { ...APART, workloads: "chart" },
    "flytesnacks-staging",
    "restricted",
    "restricted",
  ],
])("Pod Security of %s", (_name, fields, namespace, enforce, warn) => {
  expect(level(fields, namespace)).toEqual([enforce, warn, warn]);
});

test("every namespace says what it is for", () => {
  const namespaces = all(workloads(APART), "kubernetes_namespace_v1");
  expect(namespaces).toHaveLength(4);
  for (const { metadata } of namespaces) {
    expect(metadata.annotations["kubernetes.io/description"]).toMatch(/^[A-Z].+\.$/);
  }
});

test.each([
  // Tasks that still run there when the first namespace of their own comes leave room for the platform's next pods.
  ["union, tasks apart", APART, "union", { "requests.cpu": "4096", "requests.memory": "2Ti" }],
  ["union with tasks in it", {}, "union", { "requests.cpu": "4096", "requests.memory": "2Ti" }],
  ["a task namespace", APART, "risk-development", { "requests.cpu": "4096", "requests.memory": "2Ti" }],
  ["union with the chart's gateway", SERVING, "union", { "requests.cpu": "4096", "requests.memory": "2Ti" }],
  ["a sample project's", SERVING, "flytesnacks-staging", { "requests.cpu": "0", "requests.memory": "0" }],
])("requests in %s are bounded", (_name, fields, namespace, hard) => {
  expect(one(workloads(fields), "kubernetes_resource_quota_v1", "quota", namespace).spec.hard).toMatchObject(hard);
});

test("a container that states no requests is counted all the same", () => {
  for (const { spec } of all(workloads(APART), "kubernetes_limit_range_v1")) {
    expect(spec.limit).toEqual([{ type: "Container", default_request: { cpu: "100m", memory: "500Mi" } }]);
  }
});

test("Helm takes over the namespaces that its chart makes too, and no other", () => {
  const namespaces = all(workloads({ ...SERVING, taskNamespaces: ["flytesnacks-staging"] }), "kubernetes_namespace_v1");
  const adopted = namespaces
    .map(({ metadata }) => metadata)
    .filter(({ labels }) => labels["app.kubernetes.io/managed-by"] === "Helm");
  expect(adopted.map(({ name }) => name).sort()).toEqual([
    ...["flytesnacks-development", "flytesnacks-production", "flytesnacks-staging"],
    ...["union-health-monitoring-development", "union-health-monitoring-production", "union-health-monitoring-staging"],
  ]);
  for (const { annotations } of adopted) {
    expect(annotations).toMatchObject({
      "meta.helm.sh/release-name": "unionai-dataplane",
      "meta.helm.sh/release-namespace": "union",
    });
  }
});
