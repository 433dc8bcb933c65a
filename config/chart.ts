/** Union's Helm chart: what the commands name, and the pods that it brings, as facts of the chart. */
import type { Deployment } from "./deployment";

/** Where the chart is published, and the names that `helm install` gives it here. */
export const CHART = {
  repository: "https://unionai.github.io/helm-charts",
  name: "dataplane",
  /** The version whose facts these are (`npm run chart-facts`). */
  version: "2026.8.3",
  /** Helm's name of the release, which is a label of most pods of the chart. */
  release: "unionai-dataplane",
} as const;

/** What a deployment asks of the chart beside what it always has. */
type ChartPart = "connectors" | "metrics" | "apps";

/** Pods of the chart, which all are in the platform's namespace. */
export interface ChartPod {
  readonly kind: "Deployment" | "Job";
  /** Name of the object that makes the pods. */
  readonly name: string;
  /** Labels by which policies know the pods: no others have all of them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  /** Default: every deployment has them. */
  readonly part?: ChartPart;
}

const INSTANCE = { "app.kubernetes.io/instance": CHART.release };
const KNATIVE = { "app.kubernetes.io/name": "knative-serving" };

/** The account of every pod that Union wrote. */
const PLATFORM = "union-system";

const named = (name: string) => ({ "app.kubernetes.io/name": name, ...INSTANCE });
const knative = (name: string, serviceAccount: string): ChartPod => ({
  kind: "Deployment",
  name,
  labels: { app: name, ...KNATIVE },
  serviceAccount,
  part: "apps",
});

/** Every pod of the chart that `dataplane values` leaves on, by what this package calls it. */
export const CHART_PODS = {
  operator: {
    kind: "Deployment",
    name: "union-operator",
    labels: named("union-operator"),
    serviceAccount: PLATFORM,
  },
  operatorProxy: {
    kind: "Deployment",
    name: "union-operator-proxy",
    labels: named("operator-proxy"),
    serviceAccount: PLATFORM,
  },
  leaseWorker: { kind: "Deployment", name: "leaseworker", labels: named("leaseworker"), serviceAccount: PLATFORM },
  podWebhook: {
    kind: "Deployment",
    name: "union-pod-webhook",
    labels: named("union-pod-webhook"),
    serviceAccount: PLATFORM,
  },
  /** Deletes what an upgrade makes anew, before Helm does so. */
  beforeUpgrade: {
    kind: "Job",
    name: `${CHART.release}-pre-upgrade`,
    labels: { "batch.kubernetes.io/job-name": `${CHART.release}-pre-upgrade` },
    serviceAccount: `${CHART.release}-pre-upgrade`,
  },
  connectors: {
    kind: "Deployment",
    name: "flyteconnector",
    labels: named("flyteconnector"),
    serviceAccount: "flyteconnector",
    part: "connectors",
  },
  prometheus: {
    kind: "Deployment",
    name: "union-operator-prometheus",
    labels: named("prometheus"),
    serviceAccount: "union-operator-prometheus",
    part: "metrics",
  },
  kubeStateMetrics: {
    kind: "Deployment",
    name: `${CHART.release}-kube-state-metrics`,
    labels: named("kube-state-metrics"),
    serviceAccount: `${CHART.release}-kube-state-metrics`,
    part: "metrics",
  },
  /** Answers what the control plane asks by way of the gateway. */
  dataproxy: {
    kind: "Deployment",
    name: "union-operator-dataproxy",
    labels: named("union-dataproxy"),
    serviceAccount: PLATFORM,
    part: "apps",
  },
  /** Envoy, which leads what comes by the tunnel to apps and to the dataproxy. */
  gateway: {
    kind: "Deployment",
    name: "union-operator-gateway",
    labels: { app: "gateway", ...INSTANCE },
    serviceAccount: "default",
    part: "apps",
  },
  gatewayController: {
    kind: "Deployment",
    name: "net-kourier-controller",
    labels: { app: "net-kourier-controller", ...KNATIVE, ...INSTANCE },
    serviceAccount: "net-kourier",
    part: "apps",
  },
  activator: knative("activator", "activator"),
  appAutoscaler: knative("autoscaler", "controller"),
  appResourceAutoscaler: knative("autoscaler-hpa", "controller"),
  appController: knative("controller", "controller"),
  appWebhook: knative("webhook", "controller"),
} as const satisfies Readonly<Record<string, ChartPod>>;

export type ChartPodName = keyof typeof CHART_PODS;

/** Whether a deployment by the chart has a pod. */
export function hasChartPod({ components, appsAndServing }: Deployment, name: ChartPodName): boolean {
  const { part }: ChartPod = CHART_PODS[name];
  return part === undefined || (part === "apps" ? appsAndServing : components[part]);
}

/**
 * Labels that tell the chart's pods from those of tasks: each of the chart's has one of these. The job before an upgrade
 * has neither, and a label that only Kubernetes writes.
 */
export const CHART_MARKS = [INSTANCE, KNATIVE] as const;

/**
 * Namespaces that the chart makes by itself once tasks have namespaces of their own: of its sample projects.
 */
export const CHART_SAMPLE_NAMESPACES = ["flytesnacks", "union-health-monitoring"].flatMap((project) =>
  ["development", "staging", "production"].map((domain) => `${project}-${domain}`),
);
