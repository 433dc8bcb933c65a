import { parse } from "yaml";
import { all, container, one, workloads } from "../../support/workloads";

const stack = workloads({ components: { connectors: true } });
const off = workloads();

const configuration = (from: typeof stack) =>
  parse(one(from, "kubernetes_config_map_v1", "leaseworker").data["config.yaml"]);

test("run the chart's command, as two pods of which one may go", () => {
  const { command, port, readiness_probe } = container(stack, "flyteconnector", "flyteconnector");
  expect(command).toEqual(["c0"]);
  expect(port).toEqual([
    { name: "grpc", container_port: 8000 },
    { name: "metric", container_port: 9090 },
  ]);
  expect(readiness_probe.http_get).toEqual({ path: "/", port: "metric" });
  expect(one(stack, "kubernetes_deployment_v1", "flyteconnector").spec.replicas).toBe("2");
  expect(one(stack, "kubernetes_pod_disruption_budget_v1", "flyteconnector").spec.max_unavailable).toBe("1");
});

test("are what tasks are to the cloud, and nothing to the Kubernetes API", () => {
  expect(one(stack, "kubernetes_service_account_v1", "flyteconnector").metadata.annotations).toEqual({
    "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/acme-prod-task",
  });
  const { spec } = one(stack, "kubernetes_deployment_v1", "flyteconnector").spec.template;
  expect([spec.service_account_name, spec.automount_service_account_token]).toEqual(["flyteconnector", false]);
});

test("are found by the lease worker, pod by pod, by the one name that it may watch", () => {
  const { plugins, tasks } = configuration(stack);
  expect(plugins["connector-service"].defaultConnector.endpoint).toBe("k8s:///flyteconnector.union:8000");
  expect(tasks["task-plugins"]["enabled-plugins"]).toContain("connector-service");
  expect(one(stack, "kubernetes_service_v1", "flyteconnector").spec).toMatchObject({ cluster_ip: "None" });
  expect(one(stack, "kubernetes_role_v1", "flyteconnector-endpoints").rule).toEqual([
    {
      api_groups: [""],
      resources: ["endpoints"],
      resource_names: ["flyteconnector"],
      verbs: ["get", "list", "watch"],
    },
  ]);
});

test("are not there, nor looked for, unless they are chosen", () => {
  const { plugins, tasks } = configuration(off);
  expect(plugins).not.toHaveProperty("connector-service");
  expect(tasks["task-plugins"]["enabled-plugins"]).not.toContain("connector-service");
  const names = all(off, "kubernetes_deployment_v1").map(({ metadata }) => metadata.name);
  expect(names).not.toContain("flyteconnector");
});
