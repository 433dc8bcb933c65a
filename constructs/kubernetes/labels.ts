/** Labels by which services, policies, budgets and spread constraints find pods. */
import { CHART_MARKS, CHART_PODS } from "../../config/chart";
import {
  CONNECTORS,
  KUBE_STATE_METRICS,
  LEASE_WORKER,
  POD_WEBHOOK,
  PROMETHEUS,
  WEBHOOK_CERTIFICATE,
} from "../../config/components";

const NAME = "app.kubernetes.io/name";
const PART_OF = "app.kubernetes.io/part-of";
const PLATFORM = "union-platform";

/** Labels or annotations: values by key, with Kubernetes' rules for both. */
export type Labels = Readonly<Record<string, string>>;

/** Pods, by labels that they have and labels that they must not have. */
export interface Selector {
  /** A pod has all of these. Default: any pod. */
  readonly labels?: Labels;
  /** A pod has none of these. Default: none is asked. */
  readonly except?: Labels;
}

/** The one label that a workload's pods share and no other pod has. */
export const nameLabel = (name: string): Labels => ({ [NAME]: name });

/** Labels of a platform pod. */
export const platformLabels = (name: string): Labels => ({ [NAME]: name, [PART_OF]: PLATFORM });

/** Every pod of a namespace. */
export const ALL_PODS: Selector = {};

const PLATFORM_POD: Labels = { [PART_OF]: PLATFORM };

/** How policies know the platform's pods, and tell them from the tasks'. */
export interface PodSelectors {
  /** Each of Union's own, and what belongs to it. */
  readonly platform: Selector;
  /**
   * Every pod that is not the platform's. Task pods carry whatever labels their tasks ask for, so they are known by what
   * they are not.
   */
  readonly tasks: Selector;
  /** Union's operator, which calls the control plane and asks for the tunnel's token. */
  readonly operator: Selector;
  /** The operator-proxy with cloudflared, the only pods that reach the tunnel's edge. */
  readonly operatorProxy: Selector;
  /** The lease worker, which starts tasks' pods. */
  readonly leaseWorker: Selector;
  /** The webhook that the Kubernetes API calls for each task pod with secrets. */
  readonly podWebhook: Selector;
  /** Connectors, which speak with services outside for tasks. */
  readonly connectors: Selector;
  /** Prometheus, which asks the others what they use. */
  readonly prometheus: Selector;
  /** kube-state-metrics, which reads objects' states from the Kubernetes API. */
  readonly kubeStateMetrics: Selector;
  /** What does its work once, by the Kubernetes API: the policy's name, and the pods. */
  readonly once: {
    /** Name of the policy. */
    readonly name: string;
    /** Whom it is for. */
    readonly pods: Selector;
  };
}

const called = (name: string): Selector => ({ labels: nameLabel(name) });

/** The pods that this package writes, by the labels that it gives them. */
export const OWN_PODS: PodSelectors = {
  platform: { labels: PLATFORM_POD },
  tasks: { except: PLATFORM_POD },
  operator: called("union-operator"),
  operatorProxy: called("union-operator-proxy"),
  leaseWorker: called(LEASE_WORKER),
  podWebhook: called(POD_WEBHOOK),
  connectors: called(CONNECTORS),
  prometheus: called(PROMETHEUS),
  kubeStateMetrics: called(KUBE_STATE_METRICS),
  once: { name: WEBHOOK_CERTIFICATE, pods: called(WEBHOOK_CERTIFICATE) },
};

const { operator, operatorProxy, leaseWorker, podWebhook, connectors, prometheus, kubeStateMetrics, beforeUpgrade } =
  CHART_PODS;
const [instance, knative] = CHART_MARKS;

/** The same of Union's chart. */
export const CHARTS_PODS: PodSelectors = {
  platform: { labels: instance },
  tasks: { except: { ...instance, ...knative, ...beforeUpgrade.labels } },
  operator: { labels: operator.labels },
  operatorProxy: { labels: operatorProxy.labels },
  leaseWorker: { labels: leaseWorker.labels },
  podWebhook: { labels: podWebhook.labels },
  connectors: { labels: connectors.labels },
  prometheus: { labels: prometheus.labels },
  kubeStateMetrics: { labels: kubeStateMetrics.labels },
  once: { name: "before-upgrade", pods: { labels: beforeUpgrade.labels } },
};

/** A selector as the Kubernetes provider writes it. */
export function podSelector({ labels, except }: Selector) {
  return {
    ...(labels && { matchLabels: { ...labels } }),
    ...(except && {
      matchExpressions: Object.entries(except).map(([key, value]) => ({ key, operator: "NotIn", values: [value] })),
    }),
  };
}
