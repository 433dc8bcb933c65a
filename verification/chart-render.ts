/**
 * Renders of Union's chart (`helm template`), judged together with the deployment whose values they were made of.
 *
 * A render tells what it is of by its objects alone: the release's label, which most of them have, and the Secret in
 * which the chart keeps the cluster's name. Objects that name no namespace are in the platform's: Helm puts them where
 * the release is.
 */
import { CHART } from "../config/chart";
import { PLATFORM_NAMESPACE } from "../config/names";
import type { Resource } from "./model";
import { inNamespace } from "./readers/kubernetes-manifests";
import { at } from "./values";

/** Secret of the chart's that holds the name of the cluster. */
const CLUSTER_NAME = "Secret/default/operator-cluster-name";

/** What was read together and is a render of the chart. */
export interface ChartRender {
  /** Name of the cluster that it is for; undefined where it does not say so. */
  readonly cluster: string | undefined;
  /** Its objects as Helm installs them. */
  readonly objects: readonly Resource[];
}

/** The render that `unit` is, if an object in it has the release's label. */
export function chartRenderOf(unit: readonly Resource[]): ChartRender | undefined {
  if (!unit.some(isOfRelease)) return undefined;
  const named = unit.find(({ address }) => address === CLUSTER_NAME);
  const encoded = at(named?.values, "data", "cluster_name");
  return {
    cluster: typeof encoded === "string" ? Buffer.from(encoded, "base64").toString() : undefined,
    objects: unit.map((object) => inNamespace(object, PLATFORM_NAMESPACE)),
  };
}

const isOfRelease = ({ values }: Resource): boolean =>
  at(values, "metadata", "labels", "app.kubernetes.io/instance") === CHART.release;
