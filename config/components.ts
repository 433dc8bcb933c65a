/** Names and ports of the platform's parts, as manifests, network policies and the deployment's promises all name them. */
import type { Deployment } from "./deployment";

/** The Deployment that speaks for the data plane, and that of the proxy, beside which the tunnel is. */
export const OPERATOR = "union-operator";
export const OPERATOR_PROXY = "union-operator-proxy";

/** The Deployment that runs tasks. */
export const LEASE_WORKER = "leaseworker";
/** Its Service, under the name that the chart gives it. */
export const LEASE_WORKER_SERVICE = "union-operator-leaseworker";
/** Where reusable workers report to it. */
export const FAST_TASK_PORT = 15605;

/** The Deployment that gives tasks their secrets, and the Service that the Kubernetes API calls. */
export const POD_WEBHOOK = "union-pod-webhook";
/** Leads to each of its pods by itself: a secret that changed is to be forgotten by all of them. */
export const WEBHOOK_HEADLESS_SERVICE = `${POD_WEBHOOK}-headless`;
/** Port of its pods. */
export const WEBHOOK_PORT = 9443;
/** The Job that makes its certificate. */
export const WEBHOOK_CERTIFICATE = `${POD_WEBHOOK}-certificate`;

/** The Deployment of Flyte's connectors, its Service and its account; the port where the lease worker calls them. */
export const CONNECTORS = "flyteconnector";
export const CONNECTORS_PORT = 8000;

/** The Deployment that builds images, and its Service and port. */
export const BUILDKIT = "union-operator-buildkit";
export const BUILDKIT_PORT = 1234;

/** The Deployment that keeps metrics, and its Service; the port of its pods, and where it tells that it is well. */
export const PROMETHEUS = "union-operator-prometheus";
export const PROMETHEUS_PORT = 9090;
/** The Deployment that tells it what the Kubernetes API knows. */
export const KUBE_STATE_METRICS = "kube-state-metrics";
export const KUBE_STATE_METRICS_PORT = 8080;
/** Where each of Union's own containers tells how it is. */
export const DEBUG_PORT = 10254;

/** PodTemplate in each namespace of tasks, that every task pod begins with. The chart has one too, by the first name. */
export const taskTemplate = ({ workloads }: Pick<Deployment, "workloads">) =>
  workloads === "chart" ? "guarded-task-template" : "task-template";
