/** What Prometheus asks of whom, for Union's console. */
import { DEBUG_PORT, KUBE_STATE_METRICS_PORT } from "./components";

/** The series that Union's console and its operators read; no other is kept. */
export const STATE_SERIES = [
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
/** What kube-state-metrics watches, by group of the API: of the whole cluster, or of one namespace. */
export const STATE_OBJECTS = {
  cluster: { core: ["namespaces", "nodes", "pods", "resourcequotas"], apps: ["daemonsets", "deployments"] },
  namespace: { core: ["pods", "resourcequotas"], apps: ["daemonsets", "deployments"] },
};
const CONTAINER_SERIES = ["container_cpu_usage_seconds_total", "container_memory_working_set_bytes"];

/** Where a kubelet tells what its containers use. */
export const CADVISOR_PATH = "/metrics/cadvisor";

/** What Prometheus asks, and how far it sees. */
export interface ScrapeProps {
  /** Namespace of Prometheus and of kube-state-metrics, and the only one that `reach: namespace` shows. */
  readonly namespace: string;
  /** `cluster` shows all tasks and nodes; `namespace` only the pods beside, and not what they use. */
  readonly reach: "cluster" | "namespace";
  /** Labels of the pods that tell how they are. */
  readonly platform: Readonly<Record<string, string>>;
  /** The Service of kube-state-metrics. */
  readonly kubeStateMetrics: string;
}

/** How often, and how long it waits for an answer. */
export const SCRAPE_TIMES = { scrape_interval: "1m", scrape_timeout: "10s", evaluation_interval: "1m" } as const;

/** Prometheus' `scrape_configs`. */
export function scrapeConfigs({ namespace, reach, platform, kubeStateMetrics }: ScrapeProps) {
  const account = "/var/run/secrets/kubernetes.io/serviceaccount";
  return [
    {
      job_name: "kube-state-metrics",
      // A series is of the pod that it tells about, not of the one that tells it.
      honor_labels: true,
      static_configs: [{ targets: [`${kubeStateMetrics}.${namespace}.svc.cluster.local:${KUBE_STATE_METRICS_PORT}`] }],
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
          selectors: [{ role: "pod", label: labelSelector(platform) }],
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
  ];
}

/** Labels as the Kubernetes API takes them in a question. */
const labelSelector = (labels: ScrapeProps["platform"]) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join();
