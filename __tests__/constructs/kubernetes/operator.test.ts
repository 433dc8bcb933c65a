import { container, one, workloads } from "../../support/workloads";

const stack = workloads();
const { spec } = one(stack, "kubernetes_deployment_v1", "union-operator").spec.template;

test("runs as Union documents it", () => {
  const { args, port, resources } = container(stack, "union-operator", "operator");
  expect(args.join(" ")).toBe(
    "operator serve --config /etc/union/config/*.yaml --operator.clusterId.name $(CLUSTER_NAME) " +
      "--operator.tunnel.k8sSecretName union-secret-auth",
  );
  expect(port).toEqual([
    { name: "grpc", container_port: 8080 },
    { name: "http", container_port: 8089 },
    { name: "debug", container_port: 10254 },
  ]);
  expect(resources).toEqual({ requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "3Gi" } });
});

test("knows itself, its limits, its cluster and the proxy by its environment", () => {
  expect(container(stack, "union-operator", "operator").env).toEqual([
    { name: "POD_NAME", value_from: { field_ref: { field_path: "metadata.name" } } },
    { name: "POD_NAMESPACE", value_from: { field_ref: { field_path: "metadata.namespace" } } },
    { name: "GOMEMLIMIT", value_from: { resource_field_ref: { resource: "limits.memory" } } },
    { name: "GOMAXPROCS", value_from: { resource_field_ref: { resource: "limits.cpu" } } },
    { name: "CLUSTER_NAME", value_from: { secret_key_ref: { name: "operator-cluster-name", key: "cluster_name" } } },
    { name: "DEPLOYMENT_NAME", value: "operator" },
    { name: "PROXY_SERVICE_URL", value: "http://union-operator-proxy.union.svc.cluster.local:8080" },
    { name: "PROMETHEUS_SERVICE_URL", value: "http://union-operator-prometheus.union.svc.cluster.local:80" },
    { name: "KNATIVE_PROXY_SERVICE_URL", value: "http://kourier-internal" },
  ]);
});

test("reads configuration and secret read-only, and writes to an empty /tmp only", () => {
  expect(container(stack, "union-operator", "operator").volume_mount).toEqual([
    { name: "config", mount_path: "/etc/union/config", read_only: true },
    { name: "secret", mount_path: "/etc/union/secret", read_only: true },
    { name: "tmp", mount_path: "/tmp" },
  ]);
  expect(spec.volume).toEqual([
    { name: "config", config_map: { name: "union-operator" } },
    { name: "secret", secret: { secret_name: "union-secret-auth", default_mode: "0440" } },
    { name: "tmp", empty_dir: { size_limit: "1Gi" } },
  ]);
});

test("runs on the services pool, spread over zones and nodes", () => {
  expect(spec.node_selector).toEqual({ "union.ai/node-role": "services" });
  expect(spec.toleration).toEqual([
    { key: "union.ai/node-role", operator: "Equal", value: "services", effect: "NoSchedule" },
  ]);
  expect(spec.topology_spread_constraint).toMatchObject([
    { topology_key: "topology.kubernetes.io/zone", max_skew: 1, when_unsatisfiable: "ScheduleAnyway" },
    { topology_key: "kubernetes.io/hostname", max_skew: 1, when_unsatisfiable: "ScheduleAnyway" },
  ]);
});
