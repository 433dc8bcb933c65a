/** What a cloud adds to the chart's values. */
export interface ChartValues {
  /** The chart's name of the cloud. */
  readonly provider: string;
  /** Keys of the chart's overlay for the cloud. */
  readonly global: Readonly<Record<string, string>>;
  readonly storage: Readonly<Record<string, unknown>>;
  /** Annotation by which a service account has its identity, and the identities. */
  readonly identityAnnotation: string;
  readonly identities: Readonly<Record<"platform" | "task", string>>;
  /** Where Union's proxy reads logs of past runs, beside what the chart says of that. */
  readonly persistedLogs: Readonly<Record<string, unknown>>;
  /** Labels that the identity's webhook asks of pods. */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** Further keys of the chart's connectors, whose pods take no labels. */
  readonly connectors?: Readonly<Record<string, unknown>>;
  /** The cloud's secret store, as the chart's proxy and pod webhook both name it. */
  readonly secretManager: { readonly type: string; readonly config: Readonly<Record<string, unknown>> };
  /** Further defaults of task pods, by Flyte's names: a part of `plugins.k8s`. */
  readonly taskPods?: Readonly<Record<string, unknown>>;
  /** What helm is told beside the file, because only the cloud knows it: `KEY=VALUE`. */
  readonly settings: readonly string[];
}
