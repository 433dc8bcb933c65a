/** Labels by which services, policies, budgets and spread constraints find pods. */

const NAME = "app.kubernetes.io/name";
const PART_OF = "app.kubernetes.io/part-of";
const PLATFORM = "union-platform";

export type Labels = Readonly<Record<string, string>>;

/** Pods, by labels that they have and labels that they must not have. */
export interface Selector {
  readonly labels?: Labels;
  readonly except?: Labels;
}

/** The one label that a workload's pods share and no other pod has. */
export const nameLabel = (name: string): Labels => ({ [NAME]: name });

/** Labels of a platform pod. */
export const platformLabels = (name: string): Labels => ({ [NAME]: name, [PART_OF]: PLATFORM });

/** Labels of a namespace that holds tasks, by which the operator knows it. */
export const TASK_NAMESPACE: Labels = { "union.ai/namespace-type": "flyte" };

/** Every pod of a namespace. */
export const ALL_PODS: Selector = {};
/** Pods of the platform itself. */
export const PLATFORM_PODS: Selector = { labels: { [PART_OF]: PLATFORM } };
/** Every other pod. Task pods carry whatever labels their tasks ask for, so they are known by what they are not. */
export const TASK_PODS: Selector = { except: { [PART_OF]: PLATFORM } };

/** A selector as the Kubernetes provider writes it. */
export function podSelector({ labels, except }: Selector) {
  return {
    ...(labels && { matchLabels: { ...labels } }),
    ...(except && {
      matchExpressions: Object.entries(except).map(([key, value]) => ({ key, operator: "NotIn", values: [value] })),
    }),
  };
}
