/** How the operator tells tasks of the image builder. */

/** Labels of a namespace that holds tasks, by which the operator knows it. */
export const TASK_NAMESPACE: Readonly<Record<string, string>> = { "union.ai/namespace-type": "flyte" };

/** ConfigMap that the task which builds an image reads in its own namespace. */
export const TASK_CONFIGURATION = "build-image-config";

/** ConfigMap that the operator of Union's chart reads that from: the chart's own would have a wrong address of the builder. */
export const CHARTS_REFERENCE = "union-image-builder";

/** The operator's part: it writes {@link TASK_CONFIGURATION} into each namespace of tasks, from keys of a ConfigMap. */
export const operatorsImageBuilder = (configMap: string) => ({
  enabled: true,
  executionNamespaceLabels: TASK_NAMESPACE,
  referenceConfigmapName: configMap,
  targetConfigMapName: TASK_CONFIGURATION,
});
