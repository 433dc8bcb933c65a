import type { Resource, Value } from "../../../verification/model";
import { JsonText, type Path } from "../../../verification/readers/json-locations";
import { readTerraformJson } from "../../../verification/readers/cdktf-output";
import { kubernetesObjects } from "../../../verification/readers/terraform-kubernetes";
import { DEFAULTS, DEFAULTS_BESIDE_OTHERS } from "../../../verification/readers/terraform-kubernetes-defaults";
import { at } from "../../../verification/values";
import { validateManifest } from "../../support/kubernetes-schema";

const read = (type: string, body: object): Resource => {
  const text = JSON.stringify({ resource: { [type]: { x: body } } }, null, 1);
  const [object, ...more] = kubernetesObjects(readTerraformJson(new JsonText("f.tf.json", text)));
  if (!object || more.length > 0) throw new Error("one resource was written");
  return object;
};

const NAME = { name: "a", namespace: "union" };
const LABELS = { "app.kubernetes.io/name": "a_b", match_labels: "kept" };

// Single blocks as objects (what CDKTF writes) and as lists (what HCL and states have) mean the same.
const CONTAINER = {
  name: "main",
  image: "image:1",
  args: ["--a_b"],
  env: [
    { name: "A_B", value: "c_d" },
    { name: "PORT", value: 8080 },
    { name: "TOKEN", value_from: [{ secret_key_ref: { name: "s", key: "tunnel_token", optional: "true" } }] },
    { name: "IP", value_from: { field_ref: { field_path: "status.hostIP" } } },
  ],
  env_from: [{ config_map_ref: { name: "c", optional: false } }, { prefix: "P_", secret_ref: [{ name: "s" }] }],
  port: [{ container_port: 8080, host_port: 0, host_ip: "", name: "http", protocol: "TCP" }],
  liveness_probe: {
    http_get: { path: "/ready", port: "8080", scheme: "HTTP", http_header: [{ name: "A", value: "b" }] },
    period_seconds: 10,
  },
  readiness_probe: [{ tcp_socket: [{ port: "http" }] }],
  startup_probe: { grpc: [{ port: "8081" }], exec: [] },
  lifecycle: { pre_stop: [{ exec: [{ command: ["sleep", "1"] }] }] },
  resources: { limits: { cpu: 2, memory: "3Gi", "nvidia.com/gpu": "1" }, requests: [{ cpu: "500m" }] },
  security_context: [
    {
      allow_privilege_escalation: "false",
      read_only_root_filesystem: true,
      run_as_user: "1001",
      capabilities: { drop: ["ALL"] },
      seccomp_profile: [{ type: "RuntimeDefault" }],
    },
  ],
  volume_mount: [{ name: "tmp", mount_path: "/tmp", read_only: false, sub_path: "" }],
  working_dir: "",
};

const POD = {
  container: [CONTAINER],
  init_container: { name: "first", image: "image:1" },
  service_account_name: "a",
  automount_service_account_token: false,
  host_network: "false",
  host_pid: false,
  host_aliases: { ip: "10.0.0.1", hostnames: ["a.b"] },
  dns_config: { nameservers: ["10.0.0.2"], option: [{ name: "ndots", value: "2" }] },
  image_pull_secrets: { name: "pull" },
  node_selector: { "union.ai/node_role": "services" },
  priority_class_name: "",
  readiness_gate: { condition_type: "a/b" },
  security_context: {
    fs_group: "1001",
    run_as_non_root: true,
    supplemental_groups: [1],
    sysctl: [{ name: "a.b", value: "1" }],
  },
  toleration: [
    { key: "union.ai/node-role", operator: "Equal", value: "services", effect: "NoSchedule", toleration_seconds: "30" },
  ],
  topology_spread_constraint: [
    {
      max_skew: 1,
      topology_key: "zone",
      when_unsatisfiable: "DoNotSchedule",
      label_selector: [{ match_labels: LABELS }],
    },
  ],
  affinity: {
    node_affinity: {
      required_during_scheduling_ignored_during_execution: [
        {
          node_selector_term: [
            { match_expressions: [{ key: "a_b", operator: "In", values: ["c"] }], match_fields: [] },
          ],
        },
      ],
      preferred_during_scheduling_ignored_during_execution: {
        weight: 1,
        preference: { match_expressions: { key: "a", operator: "Exists" } },
      },
    },
    pod_anti_affinity: [
      {
        required_during_scheduling_ignored_during_execution: {
          topology_key: "zone",
          label_selector: { match_labels: LABELS },
        },
      },
    ],
  },
  volume: [
    { name: "tmp", empty_dir: {} },
    { name: "shm", empty_dir: [{ medium: "Memory", size_limit: "1Gi" }] },
    { name: "config", config_map: { name: "c", default_mode: "0640", items: { key: "a_b", path: "p", mode: "0400" } } },
    { name: "secret", secret: [{ secret_name: "s", optional: true }] },
    { name: "host", host_path: { path: "/var/log", type: "" } },
    { name: "claim", persistent_volume_claim: { claim_name: "p" } },
    {
      name: "token",
      projected: [
        {
          sources: [
            { service_account_token: { path: "t", expiration_seconds: 3600 } },
            { downward_api: { items: [{ path: "l", field_ref: { field_path: "metadata.labels" } }] } },
          ],
        },
      ],
    },
  ],
};
const TEMPLATE = { metadata: { labels: LABELS, annotations: { a_b: true } }, spec: POD };
const SELECTOR = { match_labels: LABELS, match_expressions: { key: "a_b", operator: "NotIn", values: ["c_d"] } };

const OBJECTS: readonly [type: string, apiVersion: string, kind: string, body: object][] = [
  [
    "kubernetes_deployment_v1",
    "apps/v1",
    "Deployment",
    {
      metadata: { ...NAME, labels: LABELS },
      wait_for_rollout: false,
      timeouts: { create: "1m" },
      spec: {
        replicas: "2",
        selector: SELECTOR,
        strategy: { type: "RollingUpdate", rolling_update: { max_surge: "25%", max_unavailable: "0" } },
        template: TEMPLATE,
      },
    },
  ],
  [
    "kubernetes_daemon_set_v1",
    "apps/v1",
    "DaemonSet",
    {
      metadata: NAME,
      spec: {
        selector: SELECTOR,
        strategy: { type: "RollingUpdate", rolling_update: { max_unavailable: "1" } },
        template: TEMPLATE,
      },
    },
  ],
  [
    "kubernetes_stateful_set_v1",
    "apps/v1",
    "StatefulSet",
    {
      metadata: NAME,
      spec: {
        service_name: "a",
        replicas: "1",
        selector: SELECTOR,
        template: TEMPLATE,
        update_strategy: [{ type: "RollingUpdate", rolling_update: [{ partition: 0 }] }],
        volume_claim_template: {
          metadata: { name: "data" },
          spec: { access_modes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      },
    },
  ],
  [
    "kubernetes_job_v1",
    "batch/v1",
    "Job",
    {
      metadata: NAME,
      wait_for_completion: true,
      spec: {
        backoff_limit: "3",
        ttl_seconds_after_finished: "60",
        template: TEMPLATE,
        pod_failure_policy: {
          rule: [{ action: "Ignore", on_pod_condition: [{ type: "DisruptionTarget", status: "True" }] }],
        },
      },
    },
  ],
  [
    "kubernetes_cron_job_v1",
    "batch/v1",
    "CronJob",
    {
      metadata: NAME,
      spec: {
        schedule: "0 * * * *",
        timezone: "Etc/UTC",
        job_template: { metadata: {}, spec: { template: TEMPLATE } },
      },
    },
  ],
  ["kubernetes_pod_v1", "v1", "Pod", { metadata: NAME, target_state: ["Running"], spec: POD }],
  [
    "kubernetes_replication_controller_v1",
    "v1",
    "ReplicationController",
    { metadata: NAME, spec: { selector: LABELS, template: TEMPLATE } },
  ],
  [
    "kubernetes_service_v1",
    "v1",
    "Service",
    {
      metadata: NAME,
      status: [],
      wait_for_load_balancer: true,
      spec: {
        type: "ClusterIP",
        cluster_ip: "None",
        cluster_ips: ["None"],
        external_ips: ["192.0.2.1"],
        external_name: "",
        ip_families: ["IPv4"],
        load_balancer_source_ranges: [],
        health_check_node_port: 0,
        publish_not_ready_addresses: true,
        selector: LABELS,
        session_affinity_config: { client_ip: { timeout_seconds: 10 } },
        port: [
          { name: "http", port: "80", target_port: "8080", node_port: 0 },
          { name: "grpc", port: 81, target_port: "grpc", app_protocol: "" },
        ],
      },
    },
  ],
  [
    "kubernetes_network_policy_v1",
    "networking.k8s.io/v1",
    "NetworkPolicy",
    {
      metadata: NAME,
      spec: {
        pod_selector: {},
        policy_types: ["Ingress", "Egress"],
        ingress: {
          from: { namespace_selector: [{}], pod_selector: { match_labels: LABELS } },
          ports: { port: "http", protocol: "TCP" },
        },
        egress: [
          {
            to: [
              { ip_block: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
              { namespace_selector: { match_expressions: [{ key: "a", operator: "DoesNotExist" }] } },
            ],
            ports: [{ port: "8000", end_port: "8010", protocol: "UDP" }, { port: 53 }],
          },
          {},
        ],
      },
    },
  ],
  [
    "kubernetes_namespace_v1",
    "v1",
    "Namespace",
    { metadata: { name: "union", labels: LABELS }, wait_for_default_service_account: true },
  ],
  [
    "kubernetes_service_account_v1",
    "v1",
    "ServiceAccount",
    {
      metadata: NAME,
      automount_service_account_token: "false",
      secret: { name: "s" },
      image_pull_secret: [{ name: "p" }],
    },
  ],
  [
    "kubernetes_default_service_account_v1",
    "v1",
    "ServiceAccount",
    { metadata: { namespace: "union" }, automount_service_account_token: false },
  ],
  [
    "kubernetes_role_v1",
    "rbac.authorization.k8s.io/v1",
    "Role",
    {
      metadata: NAME,
      rule: [{ api_groups: ["", "apps"], resources: ["pods/log"], resource_names: ["a_b"], verbs: ["get"] }],
    },
  ],
  [
    "kubernetes_cluster_role_v1",
    "rbac.authorization.k8s.io/v1",
    "ClusterRole",
    {
      metadata: { name: "a" },
      rule: { non_resource_urls: ["/metrics"], verbs: ["get"] },
      aggregation_rule: { cluster_role_selectors: { match_labels: LABELS } },
    },
  ],
  [
    "kubernetes_role_binding_v1",
    "rbac.authorization.k8s.io/v1",
    "RoleBinding",
    {
      metadata: NAME,
      role_ref: { api_group: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
      subject: { kind: "ServiceAccount", name: "a", namespace: "union", api_group: "" },
    },
  ],
  [
    "kubernetes_cluster_role_binding_v1",
    "rbac.authorization.k8s.io/v1",
    "ClusterRoleBinding",
    {
      metadata: { name: "a" },
      role_ref: [{ api_group: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "a" }],
      subject: [{ kind: "Group", name: "g", api_group: "rbac.authorization.k8s.io" }],
    },
  ],
  [
    "kubernetes_config_map_v1",
    "v1",
    "ConfigMap",
    { metadata: NAME, immutable: true, data: { "a_b.yaml": "c", port: 1 }, binary_data: { b_c: "aGk=" } },
  ],
  [
    "kubernetes_secret_v1",
    "v1",
    "Secret",
    {
      metadata: NAME,
      type: "Opaque",
      data: { app_secret: "a" },
      data_wo: { tunnel_token: "t" },
      data_wo_revision: 1,
      binary_data: { b_c: "aGk=" },
      wait_for_service_account_token: true,
    },
  ],
  [
    "kubernetes_ingress_v1",
    "networking.k8s.io/v1",
    "Ingress",
    {
      metadata: NAME,
      spec: {
        ingress_class_name: "i",
        default_backend: { service: { name: "a", port: { number: 80 } } },
        rule: [
          {
            host: "a.b",
            http: {
              path: [
                { path: "/", path_type: "Prefix", backend: { service: [{ name: "a", port: [{ name: "http" }] }] } },
              ],
            },
          },
        ],
        tls: { hosts: ["a.b"], secret_name: "s" },
      },
    },
  ],
  [
    "kubernetes_ingress_class_v1",
    "networking.k8s.io/v1",
    "IngressClass",
    { metadata: { name: "a" }, spec: { controller: "a/b", parameters: { api_group: "a", kind: "B", name: "c" } } },
  ],
  [
    "kubernetes_resource_quota_v1",
    "v1",
    "ResourceQuota",
    {
      metadata: NAME,
      spec: {
        hard: { pods: 10, "requests.cpu": "4" },
        scopes: ["NotTerminating"],
        scope_selector: { match_expression: { scope_name: "PriorityClass", operator: "Exists" } },
      },
    },
  ],
  [
    "kubernetes_limit_range_v1",
    "v1",
    "LimitRange",
    {
      metadata: NAME,
      spec: {
        limit: {
          type: "Container",
          default: { cpu: 1 },
          default_request: { cpu: "100m" },
          max: { memory: "1Gi" },
          max_limit_request_ratio: { cpu: 2 },
        },
      },
    },
  ],
  [
    "kubernetes_pod_disruption_budget_v1",
    "policy/v1",
    "PodDisruptionBudget",
    { metadata: NAME, spec: { min_available: "1", max_unavailable: "", selector: SELECTOR } },
  ],
  [
    "kubernetes_horizontal_pod_autoscaler_v2",
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    {
      metadata: NAME,
      spec: {
        max_replicas: "3",
        min_replicas: 1,
        scale_target_ref: { api_version: "apps/v1", kind: "Deployment", name: "a" },
        metric: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", average_utilization: "80" } } },
          {
            type: "Pods",
            pods: {
              metric: { name: "m", selector: { match_labels: LABELS } },
              target: { type: "AverageValue", average_value: 10 },
            },
          },
        ],
        behavior: {
          scale_down: {
            select_policy: "Min",
            stabilization_window_seconds: 300,
            policy: { type: "Pods", value: "1", period_seconds: 60 },
          },
        },
      },
    },
  ],
  [
    "kubernetes_horizontal_pod_autoscaler",
    "autoscaling/v1",
    "HorizontalPodAutoscaler",
    {
      metadata: NAME,
      spec: {
        max_replicas: 3,
        target_cpu_utilization_percentage: 80,
        scale_target_ref: { kind: "Deployment", name: "a" },
      },
    },
  ],
  [
    "kubernetes_priority_class_v1",
    "scheduling.k8s.io/v1",
    "PriorityClass",
    { metadata: { name: "a" }, value: "1000", global_default: false, preemption_policy: "Never", description: "d" },
  ],
  [
    "kubernetes_storage_class_v1",
    "storage.k8s.io/v1",
    "StorageClass",
    {
      metadata: { name: "a" },
      storage_provisioner: "ebs.csi.aws.com",
      parameters: { kms_key_id: "k", encrypted: true },
      mount_options: ["debug"],
      allowed_topologies: { match_label_expressions: { key: "zone", values: ["a"] } },
    },
  ],
  [
    "kubernetes_persistent_volume_claim_v1",
    "v1",
    "PersistentVolumeClaim",
    {
      metadata: NAME,
      wait_until_bound: true,
      spec: {
        access_modes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
        selector: { match_labels: LABELS },
      },
    },
  ],
  ...["mutating", "validating"].map((kind): (typeof OBJECTS)[number] => [
    `kubernetes_${kind}_webhook_configuration_v1`,
    "admissionregistration.k8s.io/v1",
    `${kind[0]?.toUpperCase()}${kind.slice(1)}WebhookConfiguration`,
    {
      metadata: { name: "a" },
      webhook: {
        name: "a.b.c",
        admission_review_versions: ["v1"],
        client_config: { ca_bundle: "PEM", service: [{ name: "a", namespace: "union", path: "/a_b", port: "443" }] },
        object_selector: { match_labels: LABELS },
        rule: {
          api_groups: [""],
          api_versions: ["v1"],
          operations: ["CREATE"],
          resources: ["pods"],
          scope: "Namespaced",
        },
        side_effects: "None",
        timeout_seconds: "10",
      },
    },
  ]),
  ["kubernetes_runtime_class_v1", "node.k8s.io/v1", "RuntimeClass", { metadata: { name: "a" }, handler: "runsc" }],
  [
    "kubernetes_csi_driver_v1",
    "storage.k8s.io/v1",
    "CSIDriver",
    { metadata: { name: "a" }, spec: { attach_required: true, volume_lifecycle_modes: ["Ephemeral"] } },
  ],
];

test.each(OBJECTS)("%s is a valid %s %s", (type, apiVersion, kind, body) => {
  const object = read(type, body);
  expect(object).toMatchObject({ type: `kubernetes:${kind}`, address: `${type}.x`, values: { apiVersion, kind } });
  expect(validateManifest(object.values)).toEqual([]);
});

const bodyOf = (name: string) => OBJECTS.find(([type]) => type === name)?.[3] ?? {};

test.each([
  "kubernetes_deployment",
  "kubernetes_daemonset",
  "kubernetes_stateful_set",
  "kubernetes_job",
  "kubernetes_pod",
  "kubernetes_service",
  "kubernetes_network_policy",
  "kubernetes_namespace",
  "kubernetes_service_account",
  "kubernetes_role",
  "kubernetes_role_binding",
  "kubernetes_cluster_role",
  "kubernetes_cluster_role_binding",
  "kubernetes_config_map",
  "kubernetes_secret",
  "kubernetes_resource_quota",
  "kubernetes_limit_range",
  "kubernetes_priority_class",
  "kubernetes_storage_class",
])("%s is what its versioned type is", (type) => {
  const versioned = type === "kubernetes_daemonset" ? "kubernetes_daemon_set_v1" : `${type}_v1`;
  expect(read(type, bodyOf(versioned)).values).toEqual(read(versioned, bodyOf(versioned)).values);
});

describe("values", () => {
  const pod = read("kubernetes_pod_v1", bodyOf("kubernetes_pod_v1"));
  const main = (...path: Path): Path => ["spec", "containers", 0, ...path];

  test.each<[Path, Value | undefined]>([
    [main("env", 1, "value"), "8080"],
    [main("env", 2, "valueFrom"), { secretKeyRef: { name: "s", key: "tunnel_token", optional: true } }],
    [main("ports"), [{ containerPort: 8080, name: "http", protocol: "TCP" }]],
    [main("livenessProbe", "httpGet", "port"), 8080],
    [main("readinessProbe"), { tcpSocket: { port: "http" } }],
    [main("startupProbe"), { grpc: { port: 8081 } }],
    [main("resources"), { limits: { cpu: "2", memory: "3Gi", "nvidia.com/gpu": "1" }, requests: { cpu: "500m" } }],
    [main("securityContext", "allowPrivilegeEscalation"), false],
    [main("securityContext", "runAsUser"), 1001],
    [main("workingDir"), undefined],
    [["spec", "initContainers"], [{ name: "first", image: "image:1" }]],
    [["spec", "hostNetwork"], false],
    [["spec", "hostPID"], false],
    [["spec", "nodeSelector"], { "union.ai/node_role": "services" }],
    [["spec", "tolerations", 0, "tolerationSeconds"], 30],
    [["spec", "volumes", 0, "emptyDir"], {}],
    [
      ["spec", "volumes", 2, "configMap"],
      { name: "c", defaultMode: 0o640, items: [{ key: "a_b", path: "p", mode: 0o400 }], optional: false },
    ],
    [
      [
        "spec",
        "affinity",
        "podAntiAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        0,
        "labelSelector",
        "matchLabels",
      ],
      LABELS,
    ],
  ])("%j is %j", (path, value) => {
    expect(at(pod.values, ...path)).toEqual(value);
  });

  test("of a network policy", () => {
    expect(read("kubernetes_network_policy_v1", bodyOf("kubernetes_network_policy_v1")).values["spec"]).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ namespaceSelector: {}, podSelector: { matchLabels: LABELS } }],
          ports: [{ port: "http", protocol: "TCP" }],
        },
      ],
      egress: [
        {
          to: [
            { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
            { namespaceSelector: { matchExpressions: [{ key: "a", operator: "DoesNotExist" }] } },
          ],
          ports: [{ port: 8000, endPort: 8010, protocol: "UDP" }, { port: 53 }],
        },
        {},
      ],
    });
  });

  test("of a secret, written as text and not yet encoded", () => {
    expect(read("kubernetes_secret_v1", bodyOf("kubernetes_secret_v1")).values).toMatchObject({
      stringData: { app_secret: "a", tunnel_token: "t" },
      data: { b_c: "aGk=" },
    });
  });

  test("of a webhook", () => {
    const { values } = read(
      "kubernetes_mutating_webhook_configuration_v1",
      bodyOf("kubernetes_mutating_webhook_configuration_v1"),
    );
    expect(at(values, "webhooks", 0, "clientConfig")).toEqual({
      caBundle: Buffer.from("PEM").toString("base64"),
      service: { name: "a", namespace: "union", path: "/a_b", port: 443 },
    });
  });

  test("that the input does not tell stay so", () => {
    const { values } = read("kubernetes_network_policy_v1", {
      metadata: { name: "${kubernetes_namespace_v1.n.metadata[0].name}" },
      spec: {
        pod_selector: {},
        egress: [{ to: [{ ip_block: { cidr: "10.0.0.0/8" } }], ports: { port: "${var.port}" } }],
        dynamic: { egress: { for_each: "${var.cidrs}", content: { to: { ip_block: { cidr: "${egress.value}" } } } } },
      },
    });
    const unknown = expect.objectContaining({ kind: "unknown" }) as unknown;
    expect(at(values, "metadata", "name")).toEqual(unknown);
    expect(at(values, "spec", "egress", 0, "ports", 0, "port")).toEqual(unknown);
    expect(at(values, "spec", "egress", 1, "to", 0)).toEqual(unknown);
  });
});

test("a state's empty texts, lists and blocks are unset fields", () => {
  const body = {
    id: "union/a",
    metadata: [{ annotations: null, generate_name: "", generation: 1, labels: {}, name: "a", namespace: "union" }],
    spec: [
      {
        egress: [],
        ingress: [{ from: [], ports: [] }],
        pod_selector: [{ match_expressions: [], match_labels: null }],
        policy_types: ["Ingress"],
      },
    ],
  };
  expect(read("kubernetes_network_policy_v1", body).values).toEqual({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { generation: 1, labels: {}, name: "a", namespace: "union" },
    spec: { ingress: [{}], podSelector: {}, policyTypes: ["Ingress"] },
  });
});

/** What hashicorp/kubernetes 2.38.0 was seen to send: by block, a resource that leaves all out, and where it is sent. */
const SENT: Readonly<Record<string, readonly [type: string, body: object, path: Path, sent: object]>> = {
  "behavior.scale_down": [
    "kubernetes_horizontal_pod_autoscaler_v2",
    { spec: { behavior: { scale_down: { policy: {} } } } },
    ["spec", "behavior", "scaleDown"],
    { selectPolicy: "", stabilizationWindowSeconds: 0 },
  ],
  "behavior.scale_up": [
    "kubernetes_horizontal_pod_autoscaler_v2",
    { spec: { behavior: { scale_up: { policy: {} } } } },
    ["spec", "behavior", "scaleUp"],
    { selectPolicy: "", stabilizationWindowSeconds: 0 },
  ],
  ConfigMap: ["kubernetes_config_map_v1", {}, [], { immutable: false }],
  "container.security_context": inPod({ container: { security_context: {} } }, ["containers", 0, "securityContext"], {
    allowPrivilegeEscalation: true,
    privileged: false,
    readOnlyRootFilesystem: false,
    runAsNonRoot: false,
  }),
  "dns_config.option": inPod({ dns_config: { option: { name: "a" } } }, ["dnsConfig", "options", 0], { value: "" }),
  "env.value_from.resource_field_ref": inPod(
    { container: { env: { value_from: { resource_field_ref: { resource: "limits.cpu" } } } } },
    ["containers", 0, "env", 0, "valueFrom", "resourceFieldRef"],
    { divisor: "1" },
  ),
  "env_from.config_map_ref": inPod(
    { container: { env_from: { config_map_ref: { name: "a" } } } },
    ["containers", 0, "envFrom", 0, "configMapRef"],
    { optional: false },
  ),
  "env_from.secret_ref": inPod(
    { init_container: { env_from: { secret_ref: { name: "a" } } } },
    ["initContainers", 0, "envFrom", 0, "secretRef"],
    { optional: false },
  ),
  "http.path": [
    "kubernetes_ingress_v1",
    { spec: { rule: { http: { path: { path: "/" } } } } },
    ["spec", "rules", 0, "http", "paths", 0],
    { pathType: "ImplementationSpecific" },
  ],
  "init_container.security_context": inPod(
    { init_container: { security_context: { capabilities: { drop: ["ALL"] } } } },
    ["initContainers", 0, "securityContext"],
    { allowPrivilegeEscalation: true, privileged: false, readOnlyRootFilesystem: false, runAsNonRoot: false },
  ),
  "items.resource_field_ref": inPod(
    { volume: { downward_api: { items: { path: "a", resource_field_ref: { resource: "limits.cpu" } } } } },
    ["volumes", 0, "downwardAPI", "items", 0, "resourceFieldRef"],
    { divisor: "1" },
  ),
  "Job.spec": [
    "kubernetes_job_v1",
    { spec: { template: {} } },
    ["spec"],
    { backoffLimit: 6, completions: 1, manualSelector: false, parallelism: 1 },
  ],
  "Job.spec.template.spec": [
    "kubernetes_job_v1",
    { spec: { template: { spec: {} } } },
    ["spec", "template", "spec"],
    {
      automountServiceAccountToken: true,
      enableServiceLinks: true,
      restartPolicy: "Never",
      shareProcessNamespace: false,
    },
  ],
  "job_template.spec": [
    "kubernetes_cron_job_v1",
    { spec: { job_template: { spec: { template: {} } } } },
    ["spec", "jobTemplate", "spec"],
    { backoffLimit: 6, completions: 1, manualSelector: false, parallelism: 1 },
  ],
  "job_template.spec.template.spec": [
    "kubernetes_cron_job_v1",
    { spec: { job_template: { spec: { template: { spec: {} } } } } },
    ["spec", "jobTemplate", "spec", "template", "spec"],
    {
      automountServiceAccountToken: true,
      enableServiceLinks: true,
      restartPolicy: "Never",
      shareProcessNamespace: false,
    },
  ],
  "Pod.spec": inPod({}, [], {
    automountServiceAccountToken: true,
    enableServiceLinks: true,
    shareProcessNamespace: false,
  }),
  "ReplicationController.spec.template.spec": [
    "kubernetes_replication_controller_v1",
    { spec: { template: { spec: {} } } },
    ["spec", "template", "spec"],
    {
      automountServiceAccountToken: true,
      enableServiceLinks: true,
      shareProcessNamespace: false,
      terminationGracePeriodSeconds: 0,
    },
  ],
  "security_context.seccomp_profile": inPod(
    { security_context: { seccomp_profile: {} } },
    ["securityContext", "seccompProfile"],
    { type: "Unconfined" },
  ),
  "security_context.windows_options": inPod(
    { security_context: { windows_options: {} } },
    ["securityContext", "windowsOptions"],
    { gmsaCredentialSpec: "", gmsaCredentialSpecName: "", hostProcess: false, runAsUserName: "" },
  ),
  ServiceAccount: [
    "kubernetes_service_account_v1",
    { automount_service_account_token: null },
    [],
    { automountServiceAccountToken: true },
  ],
  "sources.config_map": inPod(
    { volume: { projected: { sources: { config_map: { name: "a" } } } } },
    ["volumes", 0, "projected", "sources", 0, "configMap"],
    { optional: false },
  ),
  "sources.secret": inPod(
    { volume: { projected: { sources: { secret: { name: "a" } } } } },
    ["volumes", 0, "projected", "sources", 0, "secret"],
    { optional: false },
  ),
  "spec.security_context": inPod({ security_context: { run_as_user: "1" } }, ["securityContext"], {
    runAsNonRoot: false,
  }),
  "StatefulSet.spec": ["kubernetes_stateful_set_v1", { spec: {} }, ["spec"], { revisionHistoryLimit: 0 }],
  StorageClass: ["kubernetes_storage_class_v1", {}, [], { allowVolumeExpansion: true }],
  subject: [
    "kubernetes_role_binding_v1",
    { subject: { kind: "ServiceAccount", name: "a" } },
    ["subjects", 0],
    { namespace: "default" },
  ],
  "template.spec": [
    "kubernetes_deployment_v1",
    { spec: { template: { spec: {} } } },
    ["spec", "template", "spec"],
    { automountServiceAccountToken: true, enableServiceLinks: true, shareProcessNamespace: false },
  ],
  toleration: inPod({ toleration: { key: "a" } }, ["tolerations", 0], { operator: "Equal" }),
  topology_spread_constraint: inPod(
    { topology_spread_constraint: { topology_key: "a" } },
    ["topologySpreadConstraints", 0],
    { maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" },
  ),
  "value_from.config_map_key_ref": inPod(
    { container: { env: { value_from: { config_map_key_ref: { key: "a" } } } } },
    ["containers", 0, "env", 0, "valueFrom", "configMapKeyRef"],
    { optional: false },
  ),
  "value_from.secret_key_ref": inPod(
    { container: { env: { value_from: { secret_key_ref: { key: "a" } } } } },
    ["containers", 0, "env", 0, "valueFrom", "secretKeyRef"],
    { optional: false },
  ),
  "volume.azure_disk": inPod({ volume: { azure_disk: {} } }, ["volumes", 0, "azureDisk"], { fsType: "" }),
  "volume.config_map": inPod({ volume: { config_map: {} } }, ["volumes", 0, "configMap"], { optional: false }),
  "volume.csi": inPod({ volume: { csi: { driver: "a" } } }, ["volumes", 0, "csi"], { fsType: "", readOnly: false }),
  "volume.secret": inPod({ volume: { secret: {} } }, ["volumes", 0, "secret"], { optional: false }),
  volume_mount: inPod({ container: { volume_mount: { name: "a" } } }, ["containers", 0, "volumeMounts", 0], {
    mountPropagation: "None",
  }),
};

function inPod(spec: object, path: Path, sent: object): (typeof SENT)[string] {
  return ["kubernetes_pod_v1", { spec }, ["spec", ...path], sent];
}

describe("what the provider sends for arguments that are left out", () => {
  test.each(Object.entries(SENT))("of %s", (_, [type, body, path, sent]) => {
    const { values } = read(type, { metadata: NAME, ...body });
    const block = path.length === 0 ? values : at(values, ...path);
    expect(block).toMatchObject(sent);
  });

  test("has a row above for each block, and for each of its arguments", () => {
    const inTables = Object.entries({ ...DEFAULTS, ...DEFAULTS_BESIDE_OTHERS });
    const counted = inTables.map(([block, sent]) => [block, Object.keys(sent).length]);
    const tested = Object.entries(SENT).map(([block, [, , , sent]]) => [block, Object.keys(sent).length]);
    expect(counted.sort()).toEqual(tested.sort());
  });

  test("is not sent without its block", () => {
    const { values } = read("kubernetes_pod_v1", { metadata: NAME, spec: { container: { name: "a" } } });
    expect(at(values, "spec", "containers")).toEqual([{ name: "a" }]);
  });

  test.each([[{}], [[{}]], [[null]], [{ run_as_user: null }]])("is not sent beside nothing: %j", (security_context) => {
    const { values } = read("kubernetes_pod_v1", { metadata: NAME, spec: { security_context } });
    expect(at(values, "spec", "securityContext")).toEqual({});
  });

  test("is not sent in the place of what is written, nor of what is not known", () => {
    const written = read("kubernetes_pod_v1", { metadata: NAME, spec: POD });
    expect(at(written.values, "spec", "automountServiceAccountToken")).toBe(false);
    const spec = { automount_service_account_token: "${var.mount}" };
    const unknown = read("kubernetes_pod_v1", { metadata: NAME, spec });
    expect(at(unknown.values, "spec", "automountServiceAccountToken")).toMatchObject({ kind: "unknown" });
  });

  test("is where its block is", () => {
    const pod = read("kubernetes_pod_v1", { metadata: NAME, spec: { container: { security_context: {} } } });
    const block = ["spec", "containers", 0, "securityContext"];
    expect(pod.locate([...block, "runAsNonRoot"])).toEqual(pod.locate(block));
  });

  test("is sent for the account that Kubernetes makes too", () => {
    const account = read("kubernetes_default_service_account_v1", { metadata: { namespace: "union" } });
    expect(account.values["automountServiceAccountToken"]).toBe(true);
  });
});

test("a kubernetes_manifest is the manifest in it", () => {
  const manifest = { apiVersion: "serving.knative.dev/v1", kind: "Service", metadata: NAME, spec: { a_b: [] } };
  const object = read("kubernetes_manifest", { manifest });
  expect(object).toMatchObject({ type: "kubernetes:Service", address: "kubernetes_manifest.x" });
  expect(object.values).toEqual(manifest);
  expect(object.locate(["metadata", "namespace"]).line).toBe(10);
});

test.each<[why: string, type: string, body: object]>([
  ["of a type that the tables do not have", "kubernetes_secret_v1_data", { metadata: NAME, data: {} }],
  ["of another provider", "aws_vpc", {}],
  ["that may not be there", "kubernetes_network_policy_v1", { count: "${var.count}", metadata: NAME, spec: {} }],
  ["whose manifest is not in the input", "kubernetes_manifest", { manifest: "${var.manifest}" }],
])("a resource %s stays as it is", (_, type, body) => {
  expect(read(type, body).type).toBe(type);
});

test("what Terraform keeps with a resource is with the object's Terraform resource", () => {
  const object = read("kubernetes_secret_v1", { metadata: NAME, lifecycle: { ignore_changes: ["data"] } });
  expect(object.values).not.toHaveProperty("lifecycle");
  expect(object.terraform?.values["lifecycle"]).toEqual({ ignore_changes: ["data"] });
});

test.each<[Path, text: string]>([
  [["metadata", "name"], '"name": "a"'],
  [["metadata", "labels", "match_labels"], '"match_labels": "kept"'],
  [["spec", "template", "spec", "containers", 0, "ports", 0, "containerPort"], '"container_port": 8080'],
  [["spec", "template", "spec", "initContainers", 0, "image"], '"image": "image:1"'],
  [["spec", "template", "spec", "volumes", 3, "secret", "secretName"], '"secret_name": "s"'],
  [["spec", "template", "spec", "containers", 0, "resources", "limits", "nvidia.com/gpu"], '"nvidia.com/gpu": "1"'],
  [["spec", "selector", "matchExpressions", 0, "operator"], '"operator": "NotIn"'],
  [["spec", "template", "spec", "containers", 0, "nothing", "here"], "{"],
  [["kind"], "{"],
])("%j is where Terraform has it: %s", (path, text) => {
  const body = bodyOf("kubernetes_deployment_v1");
  const lines = JSON.stringify({ resource: { kubernetes_deployment_v1: { x: body } } }, null, 1).split("\n");
  const { file, line } = read("kubernetes_deployment_v1", body).locate(path);
  expect(file).toBe("f.tf.json");
  expect(lines[line - 1]).toContain(text);
});
