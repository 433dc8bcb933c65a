/** Names and ports of the platform's parts, as manifests, network policies and the deployment's promises all name them. */

/** The Deployment that runs tasks. */
export const LEASE_WORKER = "leaseworker";
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

/** PodTemplate in each namespace of tasks, that every task pod begins with. */
export const TASK_TEMPLATE = "task-template";

/** Origin that the tunnel sends app requests to: Kourier's Service inside the cluster, not its public one. */
export const APPS_ORIGIN = "http://kourier-internal.kourier-system.svc.cluster.local";
