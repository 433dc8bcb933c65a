/**
 * Charts that lie elsewhere and are installed by name: what they make is not in the input. Those of
 * `closed-charts.json`, each by where it is published, were rendered as they were in November 2026, without the charts
 * that they depend on: with their own values they open nothing (services are ClusterIPs, no pod is on its node's network,
 * no Ingress, no route), and whatever opens something is a value that says so by its name or by what it holds. A chart
 * whose values are all there is to it stands in no such list. So they open nothing with the values that are given too, where none of these
 * may be such a one.
 *
 * https://fluxcd.io/flux/components/helm/helmreleases/,
 * https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release,
 * https://argo-cd.readthedocs.io/en/stable/user-guide/helm/
 */
import { isReference, isUnknown, type Resource, type Value } from "../../model";
import { at, blocks, field, isList, isObject, isOpaque, knownText, type Opaque } from "../../values";
import CLOSED from "./closed-charts.json";
import type { KubernetesObjects } from "./objects";
import { yamlValue } from "./yaml-text";

const CHARTS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(CLOSED));

/** Whether what deploys an object's chart installs a closed one, with values that open nothing. */
export function installsClosedChart(object: Resource, objects: KubernetesObjects): boolean {
  switch (object.type) {
    case "kubernetes:HelmRelease":
      return isClosedRelease(object, objects);
    case "kubernetes:Application":
      return isClosedApplication(object);
    default:
      return false;
  }
}

// ---------------------------------------------------------------- Flux

const SOURCES = "source.toolkit.fluxcd.io";

function isClosedRelease(release: Resource, objects: KubernetesObjects): boolean {
  const spec = field(release, "spec");
  // Values from other objects, and patches of what was rendered.
  if (isSet(at(spec, "valuesFrom")) || isSet(at(spec, "postRenderers"))) return false;
  return isClosedSource(release, objects) && !mayOpen(at(spec, "values"));
}

function isClosedSource(release: Resource, objects: KubernetesObjects): boolean {
  const charted = field(release, "spec", "chart", "spec");
  const reference = field(release, "spec", "chartRef");
  if ((charted === undefined) === (reference === undefined)) return false;
  const [kind, named] =
    charted === undefined ? ["OCIRepository", reference] : ["HelmRepository", at(charted, "sourceRef")];
  if (knownText(at(named, "kind")) !== kind) return false;
  const [name, chart] = [knownText(at(named, "name")), knownText(at(charted, "chart"))];
  // Files of values that lie in the chart.
  const isPlain = !isSet(at(charted, "valuesFiles")) && !isSet(at(charted, "valuesFile"));
  if (name === undefined || !isPlain || (charted !== undefined && chart === undefined)) return false;
  const namespace = at(named, "namespace");
  const where = namespace === undefined ? objects.namespaceOf(release) : knownText(namespace);
  const found = objects.named(kind, SOURCES, name, where);
  return found.length > 0 && found.every((one) => isClosed(knownText(field(one, "spec", "url")), chart));
}

// ---------------------------------------------------------------- Argo CD

/** Whether each source is such a chart. Files of values lie in a source of their own. */
function isClosedApplication(application: Resource): boolean {
  const spec = field(application, "spec");
  const sources = [...blocks(at(spec, "source")), ...blocks(at(spec, "sources"))];
  return sources.length > 0 && sources.every(isClosedArgoSource);
}

function isClosedArgoSource(source: Value): boolean {
  if (!isObject(source)) return false;
  const helm = at(source, "helm");
  if (["kustomize", "plugin", "directory", "ref"].some((name) => isSet(source[name]))) return false;
  if (["valueFiles", "fileParameters"].some((name) => isSet(at(helm, name)))) return false;
  const chart = knownText(source["chart"]);
  if (chart === undefined || !isClosed(knownText(source["repoURL"]), chart)) return false;
  return !mayOpenByText(at(helm, "values")) && !mayOpen(at(helm, "valuesObject")) && !anyOpens(at(helm, "parameters"));
}

// ---------------------------------------------------------------- Terraform

/** Whether a `helm_release` of Terraform installs a closed chart, with values that open nothing. */
export function isClosedHelmRelease({ type, values }: Resource): boolean {
  if (type !== "helm_release" || !isClosed(knownText(values["repository"]), knownText(values["chart"]))) return false;
  if (isSet(values["postrender"])) return false;
  if (blocks(values["values"]).some(mayOpenByText)) return false;
  return !SETS.some((name) => anyOpens(values[name]));
}

/** Whether a `helm_release` installs a chart of a repository, or one by its address, and none of a folder. */
export const isChartElsewhere = ({ type, values }: Resource): boolean =>
  type === "helm_release" && (isSet(values["repository"]) || /^(oci|https?):/.test(knownText(values["chart"]) ?? ""));

/** Arguments that give single values, each by its path. */
const SETS = ["set", "set_list", "set_sensitive", "set_wo"];

// ---------------------------------------------------------------- charts

/** By a repository and a name in it, or by one address of both, in whichever of the two it is written. */
function isClosed(repository: string | undefined, chart: string | undefined): boolean {
  const written = [repository, chart].filter((part) => part !== undefined).map((part) => part.replace(/\/+$/, ""));
  const path = written.join("/").replace(/^(oci|https):\/\//, "");
  const last = path.lastIndexOf("/");
  return CHARTS.get(path.slice(0, last))?.includes(path.slice(last + 1)) === true;
}

/** Names of values that put pods on a node's network, ask for addresses, or make something that routes to pods. */
const OPENING =
  /^(\w*host_?(network|process)|host_?(ip|ports?)|node_?ports?|external_?ips?|load_?balancer\w*|\w*_?ingress(es)?|ingress_?(class|grpc)\w*|\w*routes?|gateways?|listeners?|expose\w*|extra_?(objects?|manifests?|deploy|resources?)|raw_?resources?)$/i;
/** Types of services that are reached from outside, whatever the value that names them is called. */
const OPENING_TYPE = /^\s*(LoadBalancer|NodePort|ExternalIPs?)\s*$/i;
/** A text that holds an object, or what is made into one. */
const HOLDS_OBJECT = /^[\s-]*["']?kind["']?\s*:/m;
/** A text that holds a part of one by which its pods are reached: some charts take containers as texts. */
const HOLDS_OPENING = /\b(hostNetwork|hostPort|nodePort)["']?\s*:/;
/** What is yet to be filled in, and may be of such a type. */
const TYPE = /type$/i;
const FILLED_IN = /\$\{|\{\{|\$[A-Z_]/;

/** Whether values, or a part of them, may open something. */
function mayOpen(value: Value | undefined, name = ""): boolean {
  if (isOpaque(value)) return TYPE.test(name) || !isName(value);
  if (isList(value)) return value.some((element) => mayOpen(element, name));
  if (isObject(value)) {
    if ("apiVersion" in value && "kind" in value) return true;
    return Object.entries(value).some(([key, held]) => (OPENING.test(key) && isOn(held)) || mayOpen(held, key));
  }
  if (typeof value !== "string") return false;
  return (
    OPENING_TYPE.test(value) ||
    HOLDS_OBJECT.test(value) ||
    HOLDS_OPENING.test(value) ||
    (TYPE.test(name) && FILLED_IN.test(value))
  );
}

/** What holds one name or id, by what it is called: attributes, outputs of another state, variables, such as `vpc_id`. */
const NAMES = /(^|[._])(arn|email|id|name|region)$/;

/** What stands for one: yet to be filled in. */
const NAME = "$X";

/** Whether what is not known is a name or an id, which is no more than one value, or a text made of such. */
function isName(value: Opaque): boolean {
  if (isReference(value)) return NAMES.test(value.attribute);
  const { text, parts, missing } = value;
  if (text !== undefined) return parts?.every(isName) === true && !mayOpen(text.replaceAll("${}", NAME));
  return missing?.kind === "variable" && NAMES.test(missing.name);
}

/** Whether a value is given for something, and does not say that it is off. To a chart the text `false` is as good as any. */
const isOn = (value: Value): boolean => isSet(value) && !(isObject(value) && value["enabled"] === false);

function isSet(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false || value === "") return false;
  if (isList(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}

/** Values that are written as YAML; of a text made of parts, only names and ids may be those that are not known. */
function mayOpenByText(written: Value | undefined): boolean {
  if (written === undefined || written === null) return false;
  if (isUnknown(written)) {
    const areNames = written.parts?.every(isName) === true;
    return written.text === undefined || !areNames || mayOpenByText(written.text.replaceAll("${}", NAME));
  }
  if (typeof written !== "string") return true;
  if (written.trim() === "") return false;
  const value = yamlValue(written);
  return typeof value !== "object" || value === null || mayOpen(value as Value);
}

/** Values that are given one by one, each with the path that it stands at. */
function anyOpens(sets: Value | undefined): boolean {
  if (isOpaque(sets)) return true;
  return blocks(sets).some((one) => {
    const name = knownText(at(one, "name"));
    const written = at(one, "value") ?? null;
    // A comma begins another value.
    const known = isUnknown(written) ? written.text : written;
    if (name === undefined || /[,=]/.test(name) || (typeof known === "string" && /,.*=/.test(known))) return true;
    const isText = isSet(at(one, "type")) || isSet(at(one, "forceString"));
    const value = written === "false" && !isText ? false : written;
    const steps = name.split(/(?<!\\)\./).map((step) => step.replace(/(\[\d+\])+$/, ""));
    const [last = ""] = steps.slice(-1);
    return (steps.some((step) => OPENING.test(step)) && isOn(value)) || mayOpen(value, last);
  });
}
