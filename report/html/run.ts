/**
 * The life of a run, from its submission to its logs: which paths each of its stages takes. A test holds that every
 * path which the policy requires is taken in some stage.
 */
import type { PathRow, RunStage } from "./model";
import { CLIENT_CONTROL_PLANE, CLIENT_OBJECT_STORE, GRPC, IMAGES, LOGS, MANAGEMENT, TASKS, TUNNEL } from "./paths";

interface Stage {
  readonly title: string;
  /** What happens, in one or two sentences. */
  readonly what: string;
  /** Names of the paths that it takes, as `required-paths` and the document's table have them. */
  readonly paths: readonly string[];
  /** Names of the workloads that open a connection in this stage; default: whoever the path is of. */
  readonly by?: readonly string[];
}

/** In the order in which a run meets them; the first is what must stand before any run. */
export const STAGES: readonly Stage[] = [
  {
    title: "The data plane stands",
    what: "Nodes join, the operator registers and keeps the tunnel's token current, cloudflared opens the tunnel.",
    paths: [
      "Node bootstrap",
      "Kubernetes API",
      "Kubernetes API by its service's address",
      "Kubernetes API to kubelets",
      "Kubernetes API to pods, by Konnectivity",
      "Encryption of Kubernetes secrets",
      "Cluster DNS",
      "Credentials of service accounts",
      GRPC,
      TUNNEL,
      "Operator to operator-proxy",
      "Kubernetes API to apps' webhook",
      "Apps' gateway to its controller",
      "Controller to apps' gateway",
      MANAGEMENT,
    ],
  },
  {
    title: "Submitted",
    what: "A client sends code to the object store and the run to the control plane; inputs and secrets reach the proxy through the tunnel.",
    paths: [
      CLIENT_CONTROL_PLANE,
      CLIENT_OBJECT_STORE,
      TUNNEL,
      "Platform to Object Store",
      "Platform to secret store",
      "Operator-proxy to pod webhook",
    ],
  },
  {
    title: "Built",
    what: "Where an image is to be built, a task has the image builder do so, from images that the customer's registry has, and push it there.",
    paths: ["Task pods to image builder", "Image builder to registry"],
  },
  {
    title: "Leased",
    what: "The lease worker asks the control plane for actions to run, over a connection that it opened, and makes a pod for each.",
    paths: [GRPC, "Kubernetes API"],
    by: ["leaseworker"],
  },
  {
    title: "Admitted",
    what: "The Kubernetes API asks the pod webhook, which adds the secrets that a task asked for.",
    paths: ["Kubernetes API to admission webhooks", "Kubernetes API to pod webhook", "Platform to secret store"],
    by: ["union-pod-webhook"],
  },
  {
    title: "Scheduled",
    what: "The pod finds a node of a worker pool; where none is free, the pool gets one more, from zero too.",
    paths: ["Sizes of node pools", "Node bootstrap"],
  },
  {
    title: "Started",
    what: "The node pulls the task's image from the customer's registry.",
    paths: [IMAGES],
  },
  {
    title: "Running",
    what: "The task resolves names, gets credentials of its own, reads inputs and writes outputs, and speaks with the other pods of its namespace. What runs in another service is watched by a connector.",
    paths: [
      "Cluster DNS",
      "Credentials of service accounts",
      TASKS,
      "Lease worker to connectors",
      "Connectors to Object Store",
    ],
    by: ["tasks"],
  },
  {
    title: "Calling back",
    what: "Reusable workers report to the lease worker, and tasks that start tasks call the control plane.",
    paths: ["Task pods to lease worker", "Task pods → Control Plane (this package's own)"],
  },
  {
    title: "Finished",
    what: "The lease worker sees the pod end, reads its outputs and reports them.",
    paths: ["Kubernetes API", "Platform to Object Store", GRPC],
    by: ["leaseworker"],
  },
  {
    title: "Read",
    what: "Live logs come from the kubelet by the Kubernetes API, past ones from where Fluent Bit wrote them; both leave through the tunnel, as do metrics. Clients read results by presigned URL.",
    paths: [
      LOGS,
      "Kubernetes API to kubelets",
      "Logs of past runs",
      "Prometheus to kube-state-metrics",
      "Prometheus to platform",
      "Platform to Prometheus",
      "Prometheus → Control Plane",
      TUNNEL,
      CLIENT_OBJECT_STORE,
    ],
  },
  {
    title: "Served",
    what: "Requests to an app come through the tunnel to the gateway, which asks the control plane who it is; Knative wakes an app that is asleep, and lets it sleep again. What the control plane asks of the data plane's own pages takes the same way.",
    paths: [
      "Tunnel to apps' gateway",
      "Apps' gateway → Control Plane",
      "Apps' gateway to apps",
      "Apps' gateway to activator",
      "Activator to apps",
      "Activator to apps' autoscaler",
      "Apps' autoscaler to apps",
      "Apps' autoscaler to activator",
      "Apps' gateway to dataproxy",
      "Dataproxy to operator-proxy",
    ],
  },
];

/** The stages, each with those of its paths that a deployment has. */
export const runOf = (rows: readonly Pick<PathRow, "path" | "initiators">[]): RunStage[] =>
  STAGES.map(({ title, what, paths, by }) => ({
    title,
    what,
    hops: paths.flatMap((name) => {
      const row = rows.find(({ path }) => path === name);
      return row ? [{ path: name, from: openers(row.initiators, by) }] : [];
    }),
  })).filter(({ hops }) => hops.length > 0);

/** Those of a path's initiators that a stage is about; all where it is about none of them. */
function openers(initiators: readonly string[], by: readonly string[] | undefined): readonly string[] {
  const own = initiators.filter((one) => by?.some((name) => one.endsWith(`/${name}`)));
  return own.length > 0 ? own : initiators;
}
