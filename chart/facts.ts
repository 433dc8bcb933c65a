/**
 * Facts of Kubernetes objects: what they are and ask for, said in the same words of a chart's render and of what this
 * package writes, so that the two can be compared.
 */
import { digestOf, flatten, keysOf } from "./configuration-text";
import { annotationsOf, defined, type Fields, type Json, labelsOf, ofEach, oneOfEach, together, under } from "./fields";
import { configurationsOf, podOf, portOfPods } from "./pod-facts";

/** Texts by the fact's name by the object's, as in `Deployment union-operator` and `container operator image`. */
export type Facts = Readonly<Record<string, Fields>>;

/** What differs between two sets by their inputs alone: a text for both, such as `{cluster}`, by what each of them has. */
export type Inputs = ReadonlyMap<string, string>;

/** The namespace whose objects are named without it. */
export const NAMESPACE = "union";

/** The facts of objects. Values of secrets, certificates and texts longer than a line are never among them. */
export function factsOf(objects: readonly Json[], inputs: Inputs): Facts {
  const facts: Record<string, Fields> = {};
  for (const object of objects) {
    const fields = { apiVersion: object.apiVersion, ...FIELDS[object.kind]?.(object, objects) };
    const said = Object.entries(fields).map(([name, value]) => [name, saidOf(String(value), inputs)]);
    facts[substitute(nameOf(object), inputs)] = Object.fromEntries(said) as Fields;
  }
  return facts;
}

/** `Kind name`, with the namespace where it is another than the platform's. */
export function nameOf({ kind, metadata: { name, namespace = NAMESPACE } }: Json): string {
  return `${kind} ${CLUSTER_WIDE.has(kind) || namespace === NAMESPACE ? "" : `${namespace}/`}${name}`;
}

const CLUSTER_WIDE = new Set([
  ...["ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "MutatingWebhookConfiguration"],
  ...["Namespace", "PriorityClass"],
]);

/** Longest text that is written as it is, and longest one without a blank: an address, a pattern. */
const LONGEST = { line: 120, word: 800 };

/** The text with placeholders for inputs; of a longer one its length and a digest tell whether it is the same. */
function saidOf(value: string, inputs: Inputs): string {
  const text = substitute(value, inputs).trim();
  if (!text.includes("\n") && text.split(" ").every((word) => word.length <= LONGEST.word)) {
    if (text.length <= LONGEST.line || text.startsWith("--") || !text.includes(" ")) return text;
  }
  return digestOf(text);
}

/** Longest inputs first: one may be a part of another. */
function substitute(text: string, inputs: Inputs): string {
  const values = [...inputs.keys()].sort((one, other) => other.length - one.length).map(escape);
  if (values.length === 0) return text;
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${values.join("|")})(?![A-Za-z0-9])`, "g");
  return text.replace(pattern, (value) => inputs.get(value) ?? "");
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Facts by kind; of other kinds it is a fact that they are there. */
const FIELDS: Readonly<Record<string, (object: Json, all: readonly Json[]) => Fields>> = {
  Deployment: workload,
  DaemonSet: workload,
  StatefulSet: workload,
  Job: ({ metadata, spec }) => ({ ...hookOf({ metadata }), ...podOf(spec.template) }),
  Pod: (pod) => ({ ...hookOf(pod), ...podOf(pod) }),
  PodTemplate: ({ template }) => podOf(template),
  Service: ({ metadata, spec }, all) => ({
    ...labelsOf("label", metadata),
    type: spec.clusterIP === "None" ? "headless" : (spec.type ?? "ClusterIP"),
    ...oneOfEach(
      "port",
      spec.ports,
      ({ port, targetPort }) => `${port} to ${portOfPods(targetPort ?? port, spec, all)}`,
    ),
    ...labelsOf("selects", { labels: spec.selector }),
  }),
  ConfigMap: ({ metadata, data = {} }, all) =>
    together(
      Object.entries<string>(data).map(([file, text]) => {
        if (!/\.(ya?ml|json|conf|toml)$/.test(file)) return { [`file ${file}`]: text };
        // Files of one folder that a program reads together are one configuration, however it is cut.
        const isPart = /\.ya?ml$/.test(file) && all.flatMap(configurationsOf).includes(metadata.name);
        return under(isPart ? "key" : `file ${file}`, keysOf(file, text));
      }),
    ),
  Secret: ({ data, stringData }) => {
    const keys = Object.keys({ ...data, ...stringData }).sort();
    return Object.fromEntries(keys.map((key) => [`holds ${key}`, "yes"]));
  },
  ServiceAccount: ({ metadata, automountServiceAccountToken }) => ({
    ...hookOf({ metadata }),
    ...annotationsOf("annotation", metadata),
    "mounts its token": String(automountServiceAccountToken ?? true),
  }),
  Role: rulesOf,
  ClusterRole: rulesOf,
  RoleBinding: bindingOf,
  ClusterRoleBinding: bindingOf,
  MutatingWebhookConfiguration: ({ webhooks }) => ofEach("webhook", webhooks, webhookOf),
  PriorityClass: ({ value, globalDefault = false }) => defined({ value, "is default": globalDefault }),
  HorizontalPodAutoscaler: ({ spec }) => flatten(spec),
  Namespace: ({ metadata }) => labelsOf("label", metadata),
  CustomResourceDefinition: ({ spec: { group, scope, names, versions } }) => ({
    ...{ group, scope, kind: names.kind, plural: names.plural },
    versions: versions.map(({ name }: Json) => name).join(" "),
  }),
};

function workload({ kind, metadata, spec }: Json): Fields {
  return {
    ...hookOf({ metadata }),
    ...(kind !== "DaemonSet" && { replicas: String(spec.replicas ?? 1) }),
    strategy: (spec.strategy ?? spec.updateStrategy)?.type ?? "RollingUpdate",
    ...labelsOf("selects", spec.selector && { labels: spec.selector.matchLabels }),
    ...podOf(spec.template),
  };
}

/** `may RESOURCE` of each API group, `*` for all: what may be done to it. */
function rulesOf({ metadata, rules }: Json): Fields {
  const verbs = new Map<string, Set<string>>();
  for (const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs: granted } of rules ??
    []) {
    const of = resourceNames.length === 0 ? "" : ` ${[...resourceNames].sort().join(" ")}`;
    const targets = apiGroups.flatMap((group: string) =>
      resources.map((resource: string) => `${group === "" ? "core" : group}/${resource}${of}`),
    );
    for (const target of [...targets, ...nonResourceURLs]) {
      verbs.set(target, new Set([...(verbs.get(target) ?? []), ...granted]));
    }
  }
  const may = [...verbs].map(([target, granted]) => [`may ${target}`, [...granted].sort().join(" ")]);
  return { ...hookOf({ metadata }), ...(Object.fromEntries(may) as Fields) };
}

function bindingOf({ metadata, roleRef, subjects = [] }: Json): Fields {
  const to = subjects.map(({ kind, name, namespace }: Json) => nameOf({ kind, metadata: { name, namespace } }));
  return { ...hookOf({ metadata }), gives: `${roleRef.kind} ${roleRef.name} to ${to.join(" and ")}` };
}

/** Without the certificate. */
function webhookOf({ clientConfig, ...webhook }: Json): Fields {
  return flatten({ ...webhook, clientConfig: { ...clientConfig, caBundle: undefined } });
}

/** When Helm makes an object that is no part of the release. */
const hookOf = ({ metadata }: Json): Fields => defined({ hook: metadata.annotations?.["helm.sh/hook"] });
