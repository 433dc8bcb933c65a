/**
 * Facts of Kubernetes objects: what they are and ask for, said in the same words of a chart's render and of what this
 * package writes, so that the two can be compared.
 */
import { createHash } from "node:crypto";
import { flatten, keysOf } from "./configuration-text";

/** Texts by the fact's name by the object's, as in `Deployment union-operator` and `container operator image`. */
export type Facts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What differs between two sets by their inputs alone: a text for both, such as `{cluster}`, by what each of them has. */
export type Inputs = ReadonlyMap<string, string>;

/** The namespace whose objects are named without it. */
export const NAMESPACE = "union";

/** An object as a YAML file holds it. */
// Facts are read deep in documents of which Kubernetes gives the shape; what is not there is left out.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;
type Fields = Record<string, string>;

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
  return `text of ${text.length} characters, ${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
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
    ...named("port", spec.ports, ({ port, targetPort }) => `${port} to ${portOfPods(targetPort ?? port, spec, all)}`),
    ...labelsOf("selects", { labels: spec.selector }),
  }),
  ConfigMap: ({ metadata, data = {} }, all) =>
    Object.assign(
      {},
      ...Object.entries<string>(data).map(([file, text]) => {
        if (!/\.(ya?ml|json|conf|toml)$/.test(file)) return { [`file ${file}`]: text };
        // Files of one folder that a program reads together are one configuration, however it is cut.
        const together = /\.ya?ml$/.test(file) && all.flatMap(configurationsOf).includes(metadata.name);
        return under(together ? "key" : `file ${file}`, keysOf(file, text));
      }),
    ) as Fields,
  Secret: ({ data, stringData }) => {
    const keys = Object.keys({ ...data, ...stringData }).sort();
    return Object.fromEntries(keys.map((key) => [`holds ${key}`, "yes"]));
  },
  ServiceAccount: ({ metadata, automountServiceAccountToken }) => ({
    ...hookOf({ metadata }),
    ...under("annotation", annotationsOf(metadata)),
    "mounts its token": String(automountServiceAccountToken ?? true),
  }),
  Role: rulesOf,
  ClusterRole: rulesOf,
  RoleBinding: bindingOf,
  ClusterRoleBinding: bindingOf,
  MutatingWebhookConfiguration: ({ webhooks }) => named("webhook", webhooks, undefined, webhookOf),
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

function podOf({ metadata, spec }: Json): Fields {
  return {
    ...labelsOf("pod label", metadata),
    ...under("pod annotation", annotationsOf(metadata)),
    ...defined({
      "service account": spec.serviceAccountName,
      "mounts token": spec.automountServiceAccountToken ?? true,
      "priority class": spec.priorityClassName,
      "seconds to end": spec.terminationGracePeriodSeconds ?? 30,
      "host network": spec.hostNetwork || undefined,
      "host processes": spec.hostPID || undefined,
      "host users": spec.hostUsers,
    }),
    ...under("pod security", flatten(spec.securityContext ?? {})),
    ...under("node selector", spec.nodeSelector ?? {}),
    ...Object.assign(
      {},
      ...(spec.tolerations ?? []).map((toleration: Json) => ({ [`tolerates ${tolerationOf(toleration)}`]: "yes" })),
    ),
    ...(spec.affinity && under("affinity", flatten(spec.affinity))),
    ...named("init container", spec.initContainers, undefined, (container) => containerOf(container, spec)),
    ...named("container", spec.containers, undefined, (container) => containerOf(container, spec)),
  };
}

function containerOf(container: Json, pod: Json): Fields {
  const { image, command, args, env, ports, volumeMounts = [], resources = {}, securityContext = {} } = container;
  return {
    ...defined({ image, command: command?.join(" "), args: args?.join(" ") }),
    ...named("env", env, variableOf),
    ...Object.fromEntries((ports ?? []).map((port: Json) => [`port ${port.containerPort}`, port.protocol ?? "TCP"])),
    ...Object.assign({}, ...volumeMounts.map((mount: Json) => mountOf(mount, pod))),
    ...under("requests", resources.requests ?? {}),
    ...under("limits", resources.limits ?? {}),
    ...under("security", flatten(securityContext)),
    ...defined({
      "ready by": probeOf(container.readinessProbe, container),
      "alive by": probeOf(container.livenessProbe, container),
      "started by": probeOf(container.startupProbe, container),
    }),
  };
}

function variableOf({ value = "", valueFrom }: Json): string {
  if (!valueFrom) return String(value);
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) return `field ${fieldRef.fieldPath}`;
  if (resourceFieldRef) return `resource ${resourceFieldRef.resource}`;
  const [kind, { name, key, optional = false }] = secretKeyRef
    ? ["Secret", secretKeyRef]
    : ["ConfigMap", configMapKeyRef];
  return `${kind} ${name} ${key}${optional ? ", if there" : ""}`;
}

function mountOf({ name, mountPath, readOnly, subPath }: Json, { volumes = [] }: Json): Fields {
  const fact = `mount ${mountPath.replace(/(?<=.)\/$/, "")}`;
  const volume = volumeOf(volumes.find((volume: Json) => volume.name === name) ?? {});
  return {
    [fact]: subPath ? `${subPath} in ${volume}` : volume,
    ...(readOnly && { [`${fact} read only`]: "yes" }),
  };
}

function volumeOf({ configMap, secret, hostPath, emptyDir, projected, ...other }: Json): string {
  if (projected) return projected.sources.map(volumeOf).join(" and ");
  if (configMap) return `ConfigMap ${configMap.name}`;
  if (secret) return `Secret ${secret.secretName ?? secret.name}${secret.optional ? ", if there" : ""}`;
  if (hostPath) return `node's ${hostPath.path}`;
  if (emptyDir) return "scratch space";
  return Object.keys(other)
    .filter((key) => key !== "name")
    .join(" ");
}

function probeOf(probe: Json, container: Json): string | undefined {
  if (!probe) return undefined;
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const port = (named: Json) => portOf(named, container) ?? named;
  if (httpGet) return `${(httpGet.scheme ?? "HTTP").toLowerCase()} ${port(httpGet.port)} ${httpGet.path ?? "/"}`;
  if (tcpSocket) return `tcp ${port(tcpSocket.port)}`;
  return grpc ? `grpc ${grpc.port}` : `command ${exec.command.join(" ")}`;
}

/** Number of the port that has the name or number in the container; undefined where none has. */
const portOf = (named: Json, { ports = [] }: Json): Json =>
  ports.find(({ name, containerPort }: Json) => name === named || containerPort === named)?.containerPort;

/** As {@link portOf}, in the pods that a service selects. */
function portOfPods(named: Json, { selector = {} }: Json, all: readonly Json[]): Json {
  const containers = all
    .map(({ spec }) => spec?.template)
    .filter((pod) => Object.entries(selector).every(([label, value]) => pod?.metadata?.labels?.[label] === value))
    .flatMap((pod) => pod?.spec?.containers ?? []);
  return containers.map((container) => portOf(named, container)).find(Boolean) ?? named;
}

const tolerationOf = ({ key, operator = "Equal", value = "", effect = "*" }: Json): string =>
  `${key ?? "*"}${operator === "Exists" ? "" : `=${value}`}:${effect}`;

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

/** Labels of Helm itself say nothing of the object. */
const HELM = /^(helm\.sh\/chart|app\.kubernetes\.io\/(managed-by|version)|heritage|chart)$/;

const labelsOf = (of: string, { labels }: Json = {}): Fields =>
  under(of, Object.fromEntries(Object.entries<string>(labels ?? {}).filter(([name]) => !HELM.test(name))));

const annotationsOf = ({ annotations }: Json = {}): Fields =>
  Object.fromEntries(
    Object.entries<string>(annotations ?? {}).filter(
      ([name]) => !/checksum|^helm\.sh\/|^union\.ai\/deployment$/i.test(name),
    ),
  );

/** When Helm makes an object that is no part of the release. */
const hookOf = ({ metadata }: Json): Fields => defined({ hook: metadata.annotations?.["helm.sh/hook"] });

/** ConfigMaps whose files a container reads together, by a pattern among its words. */
function configurationsOf({ spec, template }: Json): string[] {
  const pod = template?.spec ?? spec?.template?.spec ?? {};
  return (pod.containers ?? []).flatMap(({ command = [], args = [], volumeMounts = [] }: Json) => {
    const folders = [...command, ...args].flatMap((word: string) => /^(\/.*)\/\*\.yaml$/.exec(word)?.[1] ?? []);
    const mounts: Fields = Object.assign({}, ...volumeMounts.map((mount: Json) => mountOf(mount, pod)));
    return folders.flatMap((folder) => mounts[`mount ${folder}`]?.match(/(?<=ConfigMap )[^\s,]+/g) ?? []);
  });
}

/** Fields of each item of a list behind the kind and name of the item. */
function named(
  kind: string,
  items: readonly Json[] = [],
  value?: (item: Json) => string,
  fields: (item: Json) => Fields = () => ({}),
): Fields {
  return Object.assign(
    {},
    ...items.map((item) => {
      const name = `${kind} ${item.name ?? item.containerPort ?? item.port}`;
      return { ...(value && { [name]: value(item) }), ...under(name, fields(item)) };
    }),
  ) as Fields;
}

const under = (prefix: string, fields: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`${prefix} ${name}`.trim(), String(value)]));

const defined = (fields: Readonly<Record<string, unknown>>): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );
