/** Facts of pods and their containers. */
import { flatten, scalarOf } from "./configuration-text";
import { annotationsOf, defined, type Fields, type Json, labelsOf, ofEach, oneOfEach, together, under } from "./fields";

/** Facts of a pod, or of a template of pods. */
export function podOf({ metadata, spec }: Json): Fields {
  return {
    ...labelsOf("pod label", metadata),
    ...annotationsOf("pod annotation", metadata),
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
    ...together(
      (spec.tolerations ?? []).map((toleration: Json) => ({ [`tolerates ${tolerationOf(toleration)}`]: "yes" })),
    ),
    ...under("affinity", flatten(spec.affinity ?? {})),
    ...ofEach("init container", spec.initContainers, (container) => containerOf(container, spec)),
    ...ofEach("container", spec.containers, (container) => containerOf(container, spec)),
  };
}

function containerOf(container: Json, pod: Json): Fields {
  const { image, command, args, env, ports, volumeMounts = [], resources = {}, securityContext = {} } = container;
  return {
    ...defined({ image, command: command?.join(" "), args: args?.join(" ") }),
    ...oneOfEach("env", env, variableOf),
    ...Object.fromEntries((ports ?? []).map((port: Json) => [`port ${port.containerPort}`, port.protocol ?? "TCP"])),
    ...together(volumeMounts.map((mount: Json) => mountOf(mount, pod))),
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

function variableOf({ name, value = "", valueFrom }: Json): string {
  if (!valueFrom) return scalarOf(name, value);
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) return `field ${fieldRef.fieldPath}`;
  if (resourceFieldRef) return `resource ${resourceFieldRef.resource}`;
  const [kind, { name: of, key, optional = false }] = secretKeyRef
    ? ["Secret", secretKeyRef]
    : ["ConfigMap", configMapKeyRef];
  return `${kind} ${of} ${key}${optional ? ", if there" : ""}`;
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
export function portOfPods(named: Json, { selector = {} }: Json, all: readonly Json[]): Json {
  const containers = all
    .map(({ spec }) => spec?.template)
    .filter((pod) => Object.entries(selector).every(([label, value]) => pod?.metadata?.labels?.[label] === value))
    .flatMap((pod) => pod?.spec?.containers ?? []);
  return containers.map((container) => portOf(named, container)).find(Boolean) ?? named;
}

const tolerationOf = ({ key, operator = "Equal", value = "", effect = "*" }: Json): string =>
  `${key ?? "*"}${operator === "Exists" ? "" : `=${value}`}:${effect}`;

/** ConfigMaps whose files a container reads together, by a pattern among its words. */
export function configurationsOf({ spec, template }: Json): string[] {
  const pod = template?.spec ?? spec?.template?.spec ?? {};
  return (pod.containers ?? []).flatMap(({ command = [], args = [], volumeMounts = [] }: Json) => {
    const folders = [...command, ...args].flatMap((word: string) => /^(\/.*)\/\*\.yaml$/.exec(word)?.[1] ?? []);
    const mounts = together(volumeMounts.map((mount: Json) => mountOf(mount, pod)));
    return folders.flatMap((folder) => mounts[`mount ${folder}`]?.match(/(?<=ConfigMap )[^\s,]+/g) ?? []);
  });
}
