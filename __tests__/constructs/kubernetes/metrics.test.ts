import { parse } from "yaml";
import { all, container, one, type Json, workloads } from "../../support/workloads";

const components = { metrics: true };
const cluster = workloads({ components, taskNamespaces: ["risk-development"] });
const namespace = workloads({ components, rbac: "low-privilege" });

const rules = (stack: Json, type: string, name: string): string[] =>
  one(stack, type, name).rule.flatMap(({ resources, verbs }: Json) =>
    resources.map((resource: string) => `${resource}: ${verbs.join(" ")}`),
  );
const manifests = (stack: Json): Json[] => all(stack, "kubernetes_manifest").map(({ manifest }) => manifest);
const jobs = (stack: Json): Json[] =>
  parse(one(stack, "kubernetes_config_map_v1", "union-operator-prometheus").data["prometheus.yml"]).scrape_configs;
const job = (stack: Json, name: string) => jobs(stack).find(({ job_name }) => job_name === name);

test("Prometheus answers below the path that the console's requests have, and keeps no more than its disk takes", () => {
  const { args, liveness_probe, readiness_probe } = container(
    cluster,
    "union-operator-prometheus",
    "prometheus-server",
  );
  expect(args).toEqual(expect.arrayContaining(["--web.route-prefix=/prometheus", "--storage.tsdb.retention.time=3d"]));
  expect(args).toContain("--storage.tsdb.retention.size=8GB");
  expect([liveness_probe, readiness_probe].map(({ http_get }) => http_get.path)).toEqual([
    "/prometheus/-/healthy",
    "/prometheus/-/ready",
  ]);
  const { volume } = one(cluster, "kubernetes_deployment_v1", "union-operator-prometheus").spec.template.spec;
  expect(volume).toContainEqual({ name: "data", empty_dir: { size_limit: "10Gi" } });
});

test("is where the operator and the operator-proxy look for it", () => {
  expect(one(cluster, "kubernetes_service_v1", "union-operator-prometheus").spec.port).toEqual([
    { name: "http", port: 80, target_port: "http" },
  ]);
  const { env } = container(cluster, "union-operator-proxy", "operator-proxy");
  const url = env.find(({ name }: Json) => name === "PROMETHEUS_SERVICE_URL").value;
  const { data } = one(cluster, "kubernetes_config_map_v1", "union-operator");
  const { prometheus } = parse(data["config.yaml"]).operator.dependenciesHeartbeat;
  expect(prometheus.endpoint).toBe(`${url}/prometheus/-/healthy`);
});

test("what it and kube-state-metrics may read holds no secret", () => {
  expect(rules(cluster, "kubernetes_cluster_role_v1", "union-operator-prometheus")).toEqual([
    "nodes: get list watch",
    "nodes/proxy: get",
  ]);
  expect(rules(cluster, "kubernetes_role_v1", "union-operator-prometheus")).toEqual(["pods: get list watch"]);
  expect(rules(cluster, "kubernetes_cluster_role_v1", "union-kube-state-metrics")).toEqual([
    "namespaces: list watch",
    "nodes: list watch",
    "pods: list watch",
    "resourcequotas: list watch",
    "daemonsets: list watch",
    "deployments: list watch",
  ]);
});

test("kube-state-metrics watches what it may, and tells what is read of it", () => {
  const { args } = container(cluster, "kube-state-metrics", "kube-state-metrics");
  expect(args).toContain("--resources=namespaces,nodes,pods,resourcequotas,daemonsets,deployments");
  const [, list = ""] = args.find((arg: string) => arg.startsWith("--metric-allowlist=")).split("=");
  expect(list.split(",")).toContain("kube_pod_container_resource_(limits|requests)");
});

test("of kubelets one page may be read, in whose way an admission policy stands before the right is given", () => {
  const [policy, binding] = ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"].map((kind) =>
    manifests(cluster).find((manifest) => manifest.kind === kind),
  );
  expect(policy.spec.matchConditions[0].expression).toBe(
    "request.userInfo.username == 'system:serviceaccount:union:union-operator-prometheus'",
  );
  expect(policy.spec.validations[0].expression).toBe("object.path == '/metrics/cadvisor'");
  expect(binding.spec).toEqual({ policyName: policy.metadata.name, validationActions: ["Deny"] });
  expect(one(cluster, "kubernetes_cluster_role_binding_v1", "union-operator-prometheus").depends_on).toEqual([
    expect.stringMatching(/^kubernetes_manifest\..*binding/),
  ]);
  const { tls_config, relabel_configs } = job(cluster, "kubernetes-cadvisor");
  expect(tls_config).toEqual({ ca_file: "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt" });
  expect(relabel_configs).toContainEqual(
    expect.objectContaining({ replacement: "/api/v1/nodes/$1/proxy/metrics/cadvisor" }),
  );
});

test("with roles in one namespace only, nothing is asked of others", () => {
  expect(jobs(namespace).map(({ job_name }) => job_name)).toEqual(["kube-state-metrics", "union-services"]);
  const { args } = container(namespace, "kube-state-metrics", "kube-state-metrics");
  expect(args).toEqual(expect.arrayContaining(["--namespaces=union"]));
  expect(args.join()).not.toMatch(/nodes|namespaces,/);
  const roles = all(namespace, "kubernetes_cluster_role_v1").map(({ metadata }) => metadata.name);
  expect(roles.filter((name) => /prometheus|kube-state/.test(name))).toEqual([]);
  expect(manifests(namespace).map(({ kind }) => kind)).not.toContain("ValidatingAdmissionPolicy");
});
