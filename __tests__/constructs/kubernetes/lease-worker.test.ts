import { parse } from "yaml";
import { container, type Json, one, workloads } from "../../support/workloads";

const stack = workloads();
const deployment = one(stack, "kubernetes_deployment_v1", "leaseworker");
const { spec } = deployment.spec.template;

const configuration = (fields: Record<string, unknown> = {}): Json =>
  parse(one(workloads(fields), "kubernetes_config_map_v1", "leaseworker").data["config.yaml"]);

test("runs as Union's chart has it", () => {
  expect(container(stack, "leaseworker", "leaseworker")).toMatchObject({
    image: "123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/ecr/p0i0a9q8/unionoperator:2026.8.3",
    command: ["leaseworker", "run", "--config", "/etc/config/*.yaml"],
    port: [
      { name: "fasttask", container_port: 15605 },
      { name: "metrics", container_port: 10254 },
    ],
    resources: { requests: { cpu: "4", memory: "8Gi" }, limits: { cpu: "8", memory: "16Gi" } },
    volume_mount: [
      { name: "config", mount_path: "/etc/config", read_only: true },
      { name: "secret", mount_path: "/etc/union/secret", read_only: true },
      { name: "tmp", mount_path: "/tmp" },
    ],
  });
  expect(spec).toMatchObject({ service_account_name: "union-system", termination_grace_period_seconds: 75 });
});

test("is one at any time, before task pods, and gives its leases back", () => {
  expect(deployment.spec).toMatchObject({ replicas: "1", strategy: { type: "Recreate" } });
  expect(spec.priority_class_name).toBe("union-leaseworker");
  expect(one(stack, "kubernetes_priority_class_v1", "union-leaseworker").value).toBe(1_000_000);
});

test("reusable workers find it by its service", () => {
  const { fasttask } = configuration();
  expect(fasttask["callback-uri"]).toBe("http://union-operator-leaseworker.union.svc.cluster.local:15605");
  expect(one(stack, "kubernetes_service_v1", "union-operator-leaseworker").spec).toEqual({
    type: "ClusterIP",
    selector: { "app.kubernetes.io/name": "leaseworker" },
    port: [
      { name: "fasttask", port: 15605, target_port: "fasttask" },
      { name: "debug", port: 10254, target_port: "metrics" },
    ],
  });
});

test("is told of the control plane, its secret's file, and the buckets", () => {
  expect(configuration()).toMatchObject({
    leaseworker: {
      organization: "acme",
      cluster: "acme-prod",
      workerName: "acme-acme-prod-worker1",
      "namespace-template": "union",
      "limit-namespace": "union",
      capacity: 100_000,
      dispatcherCount: 512,
      refreshInterval: "10s",
      task_resources: {
        defaults: { cpu: "100m", memory: "500Mi" },
        limits: { cpu: 4096, gpu: 256, memory: "2Ti" },
      },
      unionAuth: { injectSecret: true, secretName: "EAGER_API_KEY" },
    },
    union: { connection: { host: "dns:///acme.hosted.unionai.cloud", insecure: false, insecureSkipVerify: false } },
    admin: {
      endpoint: "dns:///acme.hosted.unionai.cloud",
      clientId: "acme-prod",
      clientSecretLocation: "/etc/union/secret/client_secret",
    },
    "catalog-cache": { type: "cacheservicev2", endpoint: "dns:///acme.hosted.unionai.cloud", insecure: false },
    storage: { container: "union-acme-prod-123456789012-metadata" },
    webhook: { serviceName: "union-pod-webhook" },
  });
});

test("makes a task's pod in the namespace of its project and domain, where tasks have their own", () => {
  const { leaseworker, propeller } = configuration({ taskNamespaces: ["risk-development"] });
  expect(leaseworker["namespace-template"]).toBe("{{ project }}-{{ domain }}");
  expect(leaseworker["limit-namespace"]).toBeUndefined();
  expect(propeller).toBeUndefined();
});

test("tasks get no key of a control plane that they can't reach", () => {
  const { leaseworker } = configuration({ taskEgress: "none" });
  expect(leaseworker.unionAuth).toEqual({ injectSecret: false, secretName: "EAGER_API_KEY" });
});

test.each([
  [false, undefined],
  [true, "k8s:///flyteconnector.union:8000"],
])("sends tasks to connectors where there are some (%s)", (connectors, endpoint) => {
  const { tasks, plugins } = configuration({ components: { connectors } });
  expect(tasks["task-plugins"]["enabled-plugins"].includes("connector-service")).toBe(connectors);
  expect(plugins["connector-service"]?.defaultConnector.endpoint).toBe(endpoint);
});

test("task pods begin with the template, on worker nodes, and every further image is from the cache", () => {
  const { plugins, webhook } = configuration();
  expect(plugins.k8s).toMatchObject({
    "default-pod-template-name": "task-template",
    "default-node-selector": [{ "union.ai/node-role": "worker" }],
    "inject-finalizer": true,
    "disable-inject-owner-references": true,
  });
  const images = [plugins.k8s["co-pilot"].image, webhook.embeddedSecretManagerConfig.fileMountInitContainer.image];
  for (const image of images) expect(image).toContain(".amazonaws.com/acme-prod/");
});
