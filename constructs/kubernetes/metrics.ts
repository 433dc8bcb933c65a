import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { stringify } from "yaml";
import {
  DEBUG_PORT,
  KUBE_STATE_METRICS,
  KUBE_STATE_METRICS_PORT,
  PROMETHEUS,
  PROMETHEUS_PORT,
} from "../../config/components";
import {
  CADVISOR_PATH,
  SCRAPE_TIMES,
  scrapeConfigs,
  type ScrapeProps,
  STATE_OBJECTS,
  STATE_SERIES,
} from "../../config/metrics";
import { Construct } from "../../framework";
import type { DataPlane } from "../data-plane";
import { addAdmissionBound } from "./admission-bound";
import { checksumOf } from "./configuration";
import { nameLabel, OWN_PODS, type PodSelectors } from "./labels";
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

const WATCH = ["list", "watch"];

/** What reads the platform's metrics, by which images, and how far it reaches. */
export interface MetricsProps {
  /** Where the Kubernetes API is, which kube-state-metrics and Prometheus ask. */
  readonly dataPlane: DataPlane;
  /** Namespace of both, beside the operator-proxy that answers the console from them. */
  readonly namespace: Namespace;
  /** References by digest. */
  readonly images: Readonly<Record<"prometheus" | "kubeStateMetrics", string>>;
  /** `cluster` needs cluster-wide roles that read, and no secrets; `namespace` needs none. */
  readonly reach: ScrapeProps["reach"];
}

/**
 * Prometheus and kube-state-metrics, from which the console shows what tasks use. Nothing leaves the cluster but the
 * answers, through the tunnel.
 *
 * What containers use is known to the kubelets, which are asked by the Kubernetes API: no policy can lead a pod to
 * nodes on GKE and AKS. The permission for that, on its own, would let its holder run commands in every pod; an
 * admission policy leaves one page of it. Document: none; a component that a deployment asks for.
 */
export class Metrics extends Construct {
  /** @throws RangeError if `dataPlane` has no block of a part that a path leads to */
  constructor(scope: Construct, id: string, props: MetricsProps) {
    super(scope, id);
    this.addPrometheus(props);
    this.addKubeStateMetrics(props);
    addMetricsPaths(this, { ...props, pods: OWN_PODS });
  }

  private addPrometheus({ namespace, images, reach }: MetricsProps): void {
    const name = PROMETHEUS;
    const serviceAccount = new ServiceAccount(this, "prometheus-account", { namespace, name });
    const configuration = stringify(
      {
        global: SCRAPE_TIMES,
        scrape_configs: scrapeConfigs({
          namespace: namespace.name,
          reach,
          platform: OWN_PODS.platform.labels ?? {},
          kubeStateMetrics: KUBE_STATE_METRICS,
        }),
      },
      { lineWidth: 0 },
    );
    new ConfigMapV1(this, "configuration", { ...namespace.object(name), data: { "prometheus.yml": configuration } });
    const page = (path: string) => ({ path: `${PREFIX}/-/${path}`, port: "http" });
    new PlatformDeployment(this, "prometheus", {
      namespace,
      name,
      serviceAccount,
      podAnnotations: checksumOf(this, configuration),
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
    new ClusterWideRole(this, "prometheus-cluster-role", {
      name: PROMETHEUS,
      account,
      after: [boundKubeletPages(this, { name: account.name, namespace: account.namespace.name })],
      rules: [
        { apiGroups: [""], resources: ["nodes"], verbs: ["get", ...WATCH] },
        { apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get"] },
      ],
    });
  }

  private addKubeStateMetrics({ namespace, images, reach }: MetricsProps): void {
    const name = KUBE_STATE_METRICS;
    const account = new ServiceAccount(this, "state-account", { namespace, name });
    const { core, apps } = STATE_OBJECTS[reach];
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
}

export interface MetricsPathsProps extends Pick<MetricsProps, "dataPlane" | "namespace"> {
  /** The pods that there are. */
  readonly pods: PodSelectors;
}

/** The paths of Prometheus and kube-state-metrics, whoever brings the pods. */
export function addMetricsPaths(scope: Construct, { dataPlane, namespace, pods }: MetricsPathsProps): void {
  const { apiServer } = pathsOut(dataPlane);
  const { prometheus, kubeStateMetrics, platform } = pods;
  // Those who ask Prometheus whether it is well, and for the console.
  const askers = { "union-operator": pods.operator, "union-operator-proxy": pods.operatorProxy };
  // As the Service names the port and as the container has it: see `network-policies.ts`.
  const ports = tcp(80, PROMETHEUS_PORT);
  new NetworkPolicy(scope, "prometheus-paths", {
    namespace,
    name: PROMETHEUS,
    description: "Kubernetes API, kube-state-metrics and the platform's pods; called by operator and operator-proxy.",
    pods: prometheus,
    egress: [
      apiServer,
      { peers: [{ pods: kubeStateMetrics }], ports: tcp(KUBE_STATE_METRICS_PORT) },
      { peers: [{ pods: platform }], ports: tcp(DEBUG_PORT) },
    ],
    ingress: [{ peers: Object.values(askers).map((asker) => ({ pods: asker })), ports }],
  });
  new NetworkPolicy(scope, "state-paths", {
    namespace,
    name: KUBE_STATE_METRICS,
    description: "Kubernetes API; called by Prometheus only.",
    pods: kubeStateMetrics,
    egress: [apiServer],
    ingress: [{ peers: [{ pods: prometheus }], ports: tcp(KUBE_STATE_METRICS_PORT) }],
  });
  new NetworkPolicy(scope, "platform-paths", {
    namespace,
    name: "prometheus-to-platform",
    description: "Metrics of the platform's own pods.",
    pods: platform,
    ingress: [{ peers: [{ pods: prometheus }], ports: tcp(DEBUG_PORT) }],
  });
  for (const [name, asker] of Object.entries(askers)) {
    new NetworkPolicy(scope, `${name}-paths`, {
      namespace,
      name: `${name}-to-prometheus`,
      description: "What the console shows of tasks, and whether Prometheus is well.",
      pods: asker,
      egress: [{ peers: [{ pods: prometheus }], ports }],
    });
  }
}

/** Bounds what Prometheus may read of kubelets by the Kubernetes API to {@link CADVISOR_PATH}, whoever gives it the right. */
export const boundKubeletPages = (scope: Construct, account: { readonly name: string; readonly namespace: string }) =>
  addAdmissionBound(scope, "kubelet-pages", {
    name: PROMETHEUS,
    account,
    rule: { apiGroups: [""], apiVersions: ["v1"], operations: ["CONNECT"], resources: ["nodes/proxy"] },
    expression: `object.path == '${CADVISOR_PATH}'`,
    message: `may read ${CADVISOR_PATH} of a kubelet only`,
  });
