import { createHash } from "node:crypto";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { stringify } from "yaml";
import {
  DEBUG_PORT,
  KUBE_STATE_METRICS,
  KUBE_STATE_METRICS_PORT,
  PROMETHEUS,
  PROMETHEUS_PORT,
} from "../../config/components";
import { Construct } from "../../framework";
import type { DataPlane } from "../data-plane";
import { nameLabel, PLATFORM_PODS, type Selector } from "./labels";
import type { Namespace } from "./namespaces";
import { NetworkPolicy, pathsOut, tcp } from "./network-policies";
import { PlatformDeployment } from "./platform-deployment";
import { ClusterWideRole, NamespaceRole, type Rule } from "./rbac";
import { ServiceAccount } from "./service-accounts";

const STATE_SELF_PORT = 8081;
/** What the address of every page and question begins with: the console's requests come with it. */
const PREFIX = "/prometheus";

/** Where the operator asks whether Prometheus is well. */
export const prometheusHealth = (namespace: string) =>
  `http://${PROMETHEUS}.${namespace}.svc.cluster.local:80${PREFIX}/-/healthy`;

const FOLDERS = { configuration: "/etc/prometheus", data: "/prometheus" };
/** Samples are kept so long, and never more of them than the disk takes. */
const KEPT = { days: 3, size: "8GB", disk: "10Gi" };

/** Deployments that ask Prometheus: whether it is well, and for the console. */
const ASKERS = ["union-operator", "union-operator-proxy"];

/** What kube-state-metrics watches: of the whole cluster, or of one namespace. */
const WATCHED = {
  cluster: { core: ["namespaces", "nodes", "pods", "resourcequotas"], apps: ["daemonsets", "deployments"] },
  namespace: { core: ["pods", "resourcequotas"], apps: ["daemonsets", "deployments"] },
};

/** The series that Union's console and its operators read; no other is kept. */
const STATE_SERIES = [
  "kube_pod_container_resource_(limits|requests)",
  "kube_pod_container_status_(waiting|terminated|last_terminated).*_reason",
  "kube_pod_container_status_restarts_total",
  "kube_pod_(info|status_phase)",
  "kube_node_(info|labels|status_allocatable|status_capacity|status_condition)",
  "kube_namespace_labels",
  "kube_daemonset_status_number_unavailable",
  "kube_deployment_status_replicas_unavailable",
  "kube_resourcequota",
];
const CONTAINER_SERIES = ["container_cpu_usage_seconds_total", "container_memory_working_set_bytes"];

/** Where a kubelet tells what its containers use. */
const CADVISOR_PATH = "/metrics/cadvisor";

const WATCH = ["list", "watch"];

export interface MetricsProps {
  readonly dataPlane: DataPlane;
  readonly namespace: Namespace;
  readonly images: Readonly<Record<"prometheus" | "kubeStateMetrics", string>>;
  /** `cluster` shows all tasks and nodes; `namespace` only the pods beside, and not what they use. */
  readonly reach: "cluster" | "namespace";
}

/**
 * Prometheus and kube-state-metrics, from which the console shows what tasks use. Nothing leaves the cluster but the
 * answers, through the tunnel.
 *
 * What containers use is known to the kubelets, which are asked by the Kubernetes API: no policy can lead a pod to nodes
 * on GKE and AKS. The permission for that, on its own, would let its holder run commands in every pod; an admission policy
 * leaves one page of it.
 */
export class Metrics extends Construct {
  constructor(scope: Construct, id: string, props: MetricsProps) {
    super(scope, id);
    this.addPrometheus(props);
    this.addKubeStateMetrics(props);
    this.addPaths(props);
  }

  private addPrometheus({ namespace, images, reach }: MetricsProps): void {
    const name = PROMETHEUS;
    const serviceAccount = new ServiceAccount(this, "prometheus-account", { namespace, name });
    const configuration = stringify(scrapes(namespace.name, reach), { lineWidth: 0 });
    new ConfigMapV1(this, "configuration", { ...namespace.object(name), data: { "prometheus.yml": configuration } });
    const page = (path: string) => ({ path: `${PREFIX}/-/${path}`, port: "http" });
    new PlatformDeployment(this, "prometheus", {
      namespace,
      name,
      serviceAccount,
      podAnnotations: { "union.ai/config-checksum": createHash("sha256").update(configuration).digest("hex") },
      containers: [
        {
          name: "prometheus-server",
          image: images.prometheus,
          args: [
            `--config.file=${FOLDERS.configuration}/prometheus.yml`,
            `--storage.tsdb.path=${FOLDERS.data}`,
            `--storage.tsdb.retention.time=${KEPT.days}d`,
            `--storage.tsdb.retention.size=${KEPT.size}`,
            `--web.route-prefix=${PREFIX}`,
            `--web.external-url=${PREFIX}/`,
          ],
          port: [{ name: "http", containerPort: PROMETHEUS_PORT }],
          readinessProbe: { httpGet: page("ready"), periodSeconds: 5, timeoutSeconds: 4, failureThreshold: 3 },
          livenessProbe: { httpGet: page("healthy"), periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 6 },
          resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "3", memory: "3500Mi" } },
          volumeMount: [
            { name: "configuration", mountPath: FOLDERS.configuration, readOnly: true },
            { name: "data", mountPath: FOLDERS.data },
          ],
        },
      ],
      volumes: [
        { name: "configuration", configMap: { name } },
        // Three days of samples are not worth a disk that outlives the pod.
        { name: "data", emptyDir: { sizeLimit: KEPT.disk } },
      ],
    });
    this.service(namespace, name, { port: 80, targetPort: "http" });
    new NamespaceRole(this, "prometheus-role", {
      name,
      namespace,
      account: serviceAccount,
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", ...WATCH] }],
    });
    if (reach === "cluster") this.addKubelets(serviceAccount);
  }

  /** Lets an account read {@link CADVISOR_PATH} of each kubelet by the Kubernetes API, and no more. */
  private addKubelets(account: ServiceAccount): void {
    const name = PROMETHEUS;
    const policy = new Manifest(this, "kubelet-pages", {
      manifest: {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicy",
        metadata: { name },
        spec: {
          failurePolicy: "Fail",
          matchConstraints: {
            resourceRules: [
              { apiGroups: [""], apiVersions: ["v1"], operations: ["CONNECT"], resources: ["nodes/proxy"] },
            ],
          },
          matchConditions: [
            {
              name: "prometheus",
              expression: `request.userInfo.username == 'system:serviceaccount:${account.namespace.name}:${account.name}'`,
            },
          ],
          validations: [
            { expression: `object.path == '${CADVISOR_PATH}'`, message: `may read ${CADVISOR_PATH} of a kubelet only` },
          ],
        },
      },
    });
    const binding = new Manifest(this, "kubelet-pages-binding", {
      dependsOn: [policy],
      manifest: {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name },
        spec: { policyName: name, validationActions: ["Deny"] },
      },
    });
    new ClusterWideRole(this, "prometheus-cluster-role", {
      name,
      account,
      after: [binding],
      rules: [
        { apiGroups: [""], resources: ["nodes"], verbs: ["get", ...WATCH] },
        { apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get"] },
      ],
    });
  }

  private addKubeStateMetrics({ namespace, images, reach }: MetricsProps): void {
    const name = KUBE_STATE_METRICS;
    const account = new ServiceAccount(this, "state-account", { namespace, name });
    const { core, apps } = WATCHED[reach];
    const rules: Rule[] = [
      { apiGroups: [""], resources: core, verbs: WATCH },
      { apiGroups: ["apps"], resources: apps, verbs: WATCH },
    ];
    if (reach === "cluster") {
      new ClusterWideRole(this, "state-role", { name: `union-${name}`, account, rules });
    } else {
      new NamespaceRole(this, "state-role", { name, namespace, account, rules });
    }
    new PlatformDeployment(this, "kube-state-metrics", {
      namespace,
      name,
      serviceAccount: account,
      containers: [
        {
          name,
          image: images.kubeStateMetrics,
          args: [
            `--port=${KUBE_STATE_METRICS_PORT}`,
            `--telemetry-port=${STATE_SELF_PORT}`,
            `--resources=${[...core, ...apps].join()}`,
            `--metric-allowlist=${STATE_SERIES.join()}`,
            ...(reach === "namespace" ? [`--namespaces=${namespace.name}`] : []),
          ],
          port: [
            { name: "http", containerPort: KUBE_STATE_METRICS_PORT },
            { name: "self", containerPort: STATE_SELF_PORT },
          ],
          readinessProbe: { httpGet: { path: "/readyz", port: "self" }, periodSeconds: 10, timeoutSeconds: 5 },
          livenessProbe: { httpGet: { path: "/livez", port: "http" }, periodSeconds: 10, timeoutSeconds: 5 },
          // Holds every pod of the cluster in memory: enough for some thousands.
          resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
        },
      ],
    });
    this.service(namespace, name, { port: KUBE_STATE_METRICS_PORT, targetPort: "http" });
  }

  private service(namespace: Namespace, name: string, port: { readonly port: number; readonly targetPort: string }) {
    new ServiceV1(this, `${name}-service`, {
      ...namespace.object(name),
      spec: { type: "ClusterIP", selector: { ...nameLabel(name) }, port: [{ name: "http", ...port }] },
    });
  }

  private addPaths({ dataPlane, namespace }: MetricsProps): void {
    const prometheus: Selector = { labels: nameLabel(PROMETHEUS) };
    const state: Selector = { labels: nameLabel(KUBE_STATE_METRICS) };
    const { apiServer } = pathsOut(dataPlane);
    // As the Service names the port and as the container has it: see `network-policies.ts`.
    const ports = tcp(80, PROMETHEUS_PORT);
    new NetworkPolicy(this, "prometheus-paths", {
      namespace,
      name: PROMETHEUS,
      description: "Kubernetes API, kube-state-metrics and the platform's pods; called by operator and operator-proxy.",
      pods: prometheus,
      egress: [
        apiServer,
        { peers: [{ pods: state }], ports: tcp(KUBE_STATE_METRICS_PORT) },
        { peers: [{ pods: PLATFORM_PODS }], ports: tcp(DEBUG_PORT) },
      ],
      ingress: [{ peers: ASKERS.map((name) => ({ pods: { labels: nameLabel(name) } })), ports }],
    });
    new NetworkPolicy(this, "state-paths", {
      namespace,
      name: KUBE_STATE_METRICS,
      description: "Kubernetes API; called by Prometheus only.",
      pods: state,
      egress: [apiServer],
      ingress: [{ peers: [{ pods: prometheus }], ports: tcp(KUBE_STATE_METRICS_PORT) }],
    });
    new NetworkPolicy(this, "platform-paths", {
      namespace,
      name: "prometheus-to-platform",
      description: "Metrics of the platform's own pods.",
      pods: PLATFORM_PODS,
      ingress: [{ peers: [{ pods: prometheus }], ports: tcp(DEBUG_PORT) }],
    });
    for (const name of ASKERS) {
      new NetworkPolicy(this, `${name}-paths`, {
        namespace,
        name: `${name}-to-prometheus`,
        description: "What the console shows of tasks, and whether Prometheus is well.",
        pods: { labels: nameLabel(name) },
        egress: [{ peers: [{ pods: prometheus }], ports }],
      });
    }
  }
}

/** Prometheus' configuration. */
function scrapes(namespace: string, reach: MetricsProps["reach"]) {
  const account = "/var/run/secrets/kubernetes.io/serviceaccount";
  return {
    global: { scrape_interval: "1m", scrape_timeout: "10s", evaluation_interval: "1m" },
    scrape_configs: [
      {
        job_name: "kube-state-metrics",
        // A series is of the pod that it tells about, not of the one that tells it.
        honor_labels: true,
        static_configs: [
          { targets: [`${KUBE_STATE_METRICS}.${namespace}.svc.cluster.local:${KUBE_STATE_METRICS_PORT}`] },
        ],
        metric_relabel_configs: [
          {
            source_labels: ["__name__", "phase"],
            separator: ";",
            regex: "kube_pod_status_phase;(Succeeded|Failed)",
            action: "drop",
          },
          { source_labels: ["node"], target_label: "nodename" },
        ],
      },
      {
        job_name: "union-services",
        honor_labels: true,
        kubernetes_sd_configs: [
          {
            role: "pod",
            namespaces: { own_namespace: true },
            selectors: [{ role: "pod", label: podLabel(PLATFORM_PODS) }],
          },
        ],
        relabel_configs: [
          { source_labels: ["__meta_kubernetes_pod_container_port_number"], regex: String(DEBUG_PORT), action: "keep" },
          { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
          { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
        ],
      },
      ...(reach === "cluster"
        ? [
            {
              job_name: "kubernetes-cadvisor",
              scheme: "https",
              kubernetes_sd_configs: [{ role: "node" }],
              authorization: { credentials_file: `${account}/token` },
              tls_config: { ca_file: `${account}/ca.crt` },
              relabel_configs: [
                { regex: "__meta_kubernetes_node_label_(.+)", action: "labelmap" },
                { target_label: "__address__", replacement: "kubernetes.default.svc:443" },
                {
                  source_labels: ["__meta_kubernetes_node_name"],
                  target_label: "__metrics_path__",
                  replacement: `/api/v1/nodes/$1/proxy${CADVISOR_PATH}`,
                },
              ],
              metric_relabel_configs: [
                { source_labels: ["__name__"], regex: CONTAINER_SERIES.join("|"), action: "keep" },
              ],
            },
          ]
        : []),
    ],
  };
}

/** A selector as the Kubernetes API takes it in a question. */
const podLabel = ({ labels = {} }: Selector) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join();
