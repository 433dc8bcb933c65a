/** The parts of the platform, and the service account that each runs as. */
import { CHART_PODS, type ChartPod } from "./chart";
import {
  BUILDKIT,
  CONNECTORS,
  KUBE_STATE_METRICS,
  LEASE_WORKER,
  POD_WEBHOOK,
  PROMETHEUS,
  WEBHOOK_CERTIFICATE,
} from "./components";
import type { Deployment } from "./deployment";
import {
  AUTOSCALER_NAMESPACE,
  AUTOSCALER_SERVICE_ACCOUNT,
  FLUENT_BIT_NAMESPACE,
  FLUENT_BIT_SERVICE_ACCOUNT,
  IMAGE_BUILDER_NAMESPACE,
  IMAGE_BUILDER_SERVICE_ACCOUNT,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
} from "./names";

/** A workload that is a part of the platform. */
export interface PlatformWorkload {
  readonly kind: "Deployment" | "DaemonSet" | "Job";
  readonly namespace: string;
  readonly name: string;
  readonly account: string;
}

const part = (kind: PlatformWorkload["kind"], namespace: string, name: string, account: string): PlatformWorkload => ({
  kind,
  namespace,
  name,
  account,
});

/** In both modes, in namespaces of their own. */
const BESIDE = [
  part("DaemonSet", FLUENT_BIT_NAMESPACE, "fluent-bit", FLUENT_BIT_SERVICE_ACCOUNT),
  part("Deployment", AUTOSCALER_NAMESPACE, "cluster-autoscaler", AUTOSCALER_SERVICE_ACCOUNT),
  part("Deployment", IMAGE_BUILDER_NAMESPACE, BUILDKIT, IMAGE_BUILDER_SERVICE_ACCOUNT),
];

const STACK = [
  ...["union-operator", "union-operator-proxy", LEASE_WORKER, POD_WEBHOOK].map((name) =>
    part("Deployment", PLATFORM_NAMESPACE, name, PLATFORM_SERVICE_ACCOUNT),
  ),
  ...[CONNECTORS, PROMETHEUS, KUBE_STATE_METRICS].map((name) => part("Deployment", PLATFORM_NAMESPACE, name, name)),
  part("Job", PLATFORM_NAMESPACE, WEBHOOK_CERTIFICATE, WEBHOOK_CERTIFICATE),
];

const CHART = Object.values(CHART_PODS).map(({ kind, name, serviceAccount }: ChartPod) =>
  part(kind, PLATFORM_NAMESPACE, name, serviceAccount),
);

/** Every part that a deployment may have. */
export const platformWorkloads = ({ workloads }: Deployment): readonly PlatformWorkload[] => [
  ...BESIDE,
  ...(workloads === "chart" ? CHART : STACK),
];
