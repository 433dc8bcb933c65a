/**
 * Renders of Union's chart (`helm template`), judged together with the deployment whose values they were made of.
 *
 * A render tells what it is of by its objects alone: the release's label, which most of them have, and the Secret in
 * which the chart keeps the cluster's name. It is judged as Helm installs it:
 * - objects that name no namespace are in the release's, which is the platform's;
 * - the key of the pod webhook's certificate is drawn when the chart is installed, so that the render's is nobody's;
 * - a namespace that stands already, with Helm's own labels, keeps all that the chart does not write.
 */
import { CHART } from "../config/chart";
import { POD_WEBHOOK } from "../config/components";
import { PLATFORM_NAMESPACE } from "../config/names";
import type { Resource, Value } from "./model";
import { inNamespace, manifestAddress } from "./readers/kubernetes-manifests";
import { besideRender } from "./promises/stand-ins";
import { at, isObject, isOpaque, unknown } from "./values";

/** Secret of the chart's that holds the name of the cluster. */
const CLUSTER_NAME = manifestAddress("Secret", "operator-cluster-name", PLATFORM_NAMESPACE);
/** Secret of the chart's that holds the pod webhook's certificate, and the key of it. */
const CERTIFICATE = manifestAddress("Secret", POD_WEBHOOK, PLATFORM_NAMESPACE);

/** What was read together and is a render of the chart. */
export interface ChartRender {
  /** Name of the cluster that it is for; undefined where it does not say so. */
  readonly cluster: string | undefined;
  /** Its objects as Helm installs them. */
  readonly objects: readonly Resource[];
}

/** The render that `unit` is, if an object in it has the release's label. */
export function chartRenderOf(unit: readonly Resource[]): ChartRender | undefined {
  if (!unit.some(({ values }) => label(values, "app.kubernetes.io/instance") === CHART.release)) return undefined;
  const objects = unit.map((object) => withoutKey(inNamespace(object, PLATFORM_NAMESPACE)));
  const encoded = at(objects.find(({ address }) => address === CLUSTER_NAME)?.values, "data", "cluster_name");
  return { cluster: typeof encoded === "string" ? Buffer.from(encoded, "base64").toString() : undefined, objects };
}

/** What a deployment holds once the chart is installed in it: what stood in for the chart's pods has given way to them. */
export function withRender(known: readonly Resource[], { objects }: ChartRender): Resource[] {
  const written = new Map(objects.filter(({ type }) => type === NAMESPACE).map((one) => [nameOf(one), one]));
  const adopted = new Set(known.filter(isAdopted).map(nameOf));
  const isNew = (object: Resource) => object.type !== NAMESPACE || !adopted.has(nameOf(object));
  const kept = known.map((one) => (isAdopted(one) ? overwritten(one, written.get(nameOf(one))) : one));
  return [...besideRender(kept, objects), ...objects.filter(isNew)];
}

const NAMESPACE = "kubernetes:Namespace";

const isAdopted = ({ type, values }: Resource): boolean =>
  type === NAMESPACE && label(values, "app.kubernetes.io/managed-by") === "Helm";

const nameOf = ({ values }: Resource) => at(values, "metadata", "name");

/** A namespace with the labels and annotations that Helm writes over its own; where one is told, the render is. */
function overwritten(namespace: Resource, render: Resource | undefined): Resource {
  if (!render) return namespace;
  const metadata = { ...objectOf(at(namespace.values, "metadata")) };
  const added = ["labels", "annotations"].filter((key) => at(render.values, "metadata", key) !== undefined);
  if (added.length === 0) return namespace;
  for (const key of added) {
    const over = at(render.values, "metadata", key);
    metadata[key] = isOpaque(over) ? over : { ...objectOf(metadata[key]), ...objectOf(over) };
  }
  return { ...namespace, values: { ...namespace.values, metadata }, location: render.location, locate: render.locate };
}

const objectOf = (value: Value | undefined) => (isObject(value) ? value : {});

const label = (values: Resource["values"], key: string) => at(values, "metadata", "labels", key);

function withoutKey(object: Resource): Resource {
  const { address, values } = object;
  const data = values["data"];
  if (address !== CERTIFICATE || !isObject(data)) return object;
  return { ...object, values: { ...values, data: { ...data, "tls.key": unknown("Helm draws it anew") } } };
}
