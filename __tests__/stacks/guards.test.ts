import { CHART_PODS } from "../../config/chart";
import { CLOUDS } from "../../config/deployment";
import { type Labels, LISTED, paths } from "../support/policies";
import { all, type Json, one, podTemplates, workloads } from "../support/workloads";

const CHART = { workloads: "chart" };
/** As the chart's tunnel is. */
const OPEN = { ...LISTED, tunnel: { protocol: "auto" } };
const TASK: Labels = { team: "risk", "app.kubernetes.io/name": "a-users-own" };
const CONTROL_PLANE = ["198.41.128.0/17", "2606:4700::/32", "3.137.115.239/32"].map((cidr) => `${cidr} TCP/443`);

test.each(CLOUDS)("on %s the guards hold none of the platform's pods", (cloud) => {
  const namespaces = podTemplates(workloads({ cloud, ...CHART })).map(({ namespace }) => namespace);
  expect(namespaces).not.toContain("union");
});

test("who deploys the workloads changes neither a namespace nor the client secret: none is made anew, none forgotten", () => {
  const fields = { taskNamespaces: ["risk-development"] };
  const [own, charts] = [workloads(fields), workloads({ ...fields, ...CHART })];
  const secret = ([, { metadata }]: [string, Json]) => metadata.name === "union-secret-auth";
  const kept = (stack: Json) => [
    ...Object.keys(stack.resource.kubernetes_namespace_v1),
    ...Object.entries<Json>(stack.resource.kubernetes_secret_v1)
      .filter(secret)
      .map(([name]) => name),
  ];
  expect(kept(own)).toHaveLength(5);
  expect(kept(charts)).toEqual(expect.arrayContaining(kept(own)));
  expect(charts.terraform.backend).toEqual(own.terraform.backend);
});

test("the client secret comes from the customer's store, and the cluster's name from the chart", () => {
  const secrets = all(workloads(CHART), "kubernetes_secret_v1");
  expect(secrets.map(({ metadata }) => metadata.name)).toEqual(["union-secret-auth"]);
  expect(Object.keys(secrets[0].data_wo)).toEqual(["app_secret", "client_secret"]);
});

test("each of the chart's pods has the paths that this package's own has", () => {
  const [own, charts] = [workloads(OPEN), workloads({ ...OPEN, ...CHART })];
  const outside = (stack: unknown, labels: Labels) =>
    paths(stack, "egress", "union", labels).filter((path) => /^([\d.]+\/|2606|each of)/.test(path));
  for (const [pod, name] of [
    ["operator", "union-operator"],
    ["operatorProxy", "union-operator-proxy"],
    ["leaseWorker", "leaseworker"],
    ["podWebhook", "union-pod-webhook"],
  ] as const) {
    const ours = { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "union-platform" };
    expect(outside(own, ours).length).toBeGreaterThan(3);
    expect(outside(charts, CHART_PODS[pod].labels)).toEqual(outside(own, ours));
  }
});

test("the job before an upgrade reaches the Kubernetes API and nothing else", () => {
  const stack = workloads({ ...OPEN, ...CHART });
  const open = paths(stack, "egress", "union", CHART_PODS.beforeUpgrade.labels);
  expect(open.length).toBe(4);
  for (const path of CONTROL_PLANE) expect(open).not.toContain(path);
});

test("a task's pod in the platform's namespace has the tasks' paths, whatever its labels", () => {
  const open = paths(workloads({ ...OPEN, ...CHART }), "egress", "union", TASK);
  expect(open).toEqual(expect.arrayContaining(CONTROL_PLANE));
  expect(open.filter((path) => path.includes("/7844"))).toEqual([]);
  // The Kubernetes API's own address.
  expect(open).not.toContain("172.20.0.1/32 TCP/443");
});

test("the builder is found as in a stack of our own: the chart would write its address wrongly", () => {
  const components = { imageBuilder: true };
  const nodePools = {
    services: { role: "services", instanceTypes: ["m6i.2xlarge"], min: 1, max: 2 },
    worker: { role: "worker", instanceTypes: ["m6i.4xlarge"], max: 2, diskGiB: 100 },
  };
  const { data } = one(
    workloads({ ...CHART, components, nodePools }),
    "kubernetes_config_map_v1",
    "union-image-builder",
  );
  expect(data["image-builder.buildkit-uri"]).toBe(
    "tcp://union-operator-buildkit.union-image-builder.svc.cluster.local:1234",
  );
});

test.each(["standard", "low-privilege"])("the platform's account can't undo what guards it, with rbac %s", (rbac) => {
  const bound = all(workloads({ ...CHART, rbac }), "kubernetes_manifest").find(
    ({ manifest }) => manifest.kind === "ValidatingAdmissionPolicy" && manifest.metadata.name === "union-platform",
  );
  expect(bound.manifest.spec.validations[0].expression).toBe(
    "request.namespace in ['union'] && request.resource.group != 'rbac.authorization.k8s.io' && " +
      "!(request.resource.resource in ['networkpolicies', 'resourcequotas', 'limitranges'])",
  );
});

test("what Prometheus may read of kubelets is bounded before the chart gives it the right", () => {
  const stack = workloads({ ...CHART, components: { metrics: true } });
  const [policy] = all(stack, "kubernetes_manifest").filter(
    ({ manifest }) => manifest.kind === "ValidatingAdmissionPolicy",
  );
  expect(policy.manifest.spec.matchConditions[0].expression).toContain(":union:union-operator-prometheus'");
});
