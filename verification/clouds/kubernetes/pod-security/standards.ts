/**
 * The Pod Security Standards as Kubernetes 1.35 enforces them (https://kubernetes.io/docs/concepts/security/pod-security-standards/;
 * checks and their names are those of k8s.io/pod-security-admission/policy v0.35).
 *
 * A check finds what a level forbids in a pod template; what can't be told may be forbidden.
 */
import { at, blocks, isObject, isOpaque, object, text, knownText, whyOpaque } from "../../../values";
import { type Check, type Fine, oneOf, allowing, unclear, demanding, inUserNamespace, onWindows } from "./check";
import { thePod, containers, podAndContainers } from "./places";
import { flag } from "../../../ternary";

/** Minor version of Kubernetes 1 whose policy `latest` is here, and the oldest whose differences are known. */
export const LATEST = 35;
export const OLDEST = 25;

const SECURITY = "securityContext";

/** A profile that is written names its type. */
const isProfile = oneOf("RuntimeDefault", "Localhost");
const isOff = oneOf("", "false");

const DEFAULT_CAPABILITIES = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

/** Names of safe sysctls, each with the version from which it counts as one. */
const SYSCTLS: readonly (readonly [since: number, ...names: readonly string[]])[] = [
  [0, "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"],
  [0, "net.ipv4.ping_group_range", "net.ipv4.tcp_syncookies"],
  [27, "net.ipv4.ip_local_reserved_ports"],
  [29, "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_time"],
  [29, "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"],
  [32, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
];

const sysctls = [0, 27, 29, 32].map((since, i, steps) =>
  allowing(
    {
      id: "sysctls",
      level: "baseline",
      since,
      until: (steps[i + 1] ?? LATEST + 1) - 1,
      where: thePod,
      fields: [`${SECURITY}.sysctls.*.name`],
    },
    oneOf(...SYSCTLS.flatMap(([from, ...names]) => (from <= since ? names : []))),
  ),
);

const seLinux = (fields: readonly string[], versions: Pick<Check, "since" | "until">, ...values: readonly string[]) =>
  allowing(
    {
      id: "seLinuxOptions",
      level: "baseline",
      ...versions,
      where: podAndContainers,
      fields: fields.map((field) => `${SECURITY}.seLinuxOptions.${field}`),
    },
    oneOf("", ...values),
  );
const SELINUX_TYPES = ["container_t", "container_init_t", "container_kvm_t"];

/** Whoever runs in a user namespace may do more, from version 1.35 on. */
const relaxed = (check: (bounds: Pick<Check, "since" | "until" | "exempt">) => Check): Check[] => [
  check({ until: 34 }),
  check({ since: 35, exempt: inUserNamespace }),
];

const HANDLERS = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle.postStart", "lifecycle.preStop"];

/** Volumes that hold nothing of the node's. A volume that names no source is an empty folder. */
const VOLUMES = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral"],
  ...["image", "persistentVolumeClaim", "projected", "secret"],
];

/** Volumes that hold what is forbidden by their kind. */
const volumes = (isFine: (kinds: readonly string[]) => boolean): Check["find"] =>
  function* ({ spec }) {
    for (const [i, volume] of blocks(at(spec, "volumes")).entries()) {
      const who = `volume '${knownText(at(volume, "name")) ?? "?"}'`;
      const path = ["spec", "volumes", i];
      if (isOpaque(volume)) yield unclear(path, `${who} can't be told: ${whyOpaque(volume)}`);
      if (!isObject(volume)) continue;
      const kinds = Object.keys(volume).filter((key) => key !== "name" && volume[key] !== null);
      if (!isFine(kinds)) yield { status: "violated", path, message: `${who} is of the kind ${kinds.join(", ")}` };
    }
  };

const APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";
const isAppArmor: Fine = (profile) => /^$|^runtime\/default$|^localhost\//.test(profile);

export const CHECKS: readonly Check[] = [
  // -------------------------------- baseline
  allowing(
    { id: "hostNamespaces", level: "baseline", where: thePod, fields: ["hostNetwork", "hostPID", "hostIPC"] },
    isOff,
  ),
  allowing({ id: "privileged", level: "baseline", where: containers, fields: [`${SECURITY}.privileged`] }, isOff),
  allowing(
    {
      id: "windowsHostProcess",
      level: "baseline",
      where: podAndContainers,
      fields: [`${SECURITY}.windowsOptions.hostProcess`],
    },
    isOff,
  ),
  allowing({ id: "hostPorts", level: "baseline", where: containers, fields: ["ports.*.hostPort"] }, oneOf("", "0")),
  allowing(
    { id: "capabilities_baseline", level: "baseline", where: containers, fields: [`${SECURITY}.capabilities.add.*`] },
    oneOf(...DEFAULT_CAPABILITIES),
  ),
  allowing(
    {
      id: "seccompProfile_baseline",
      level: "baseline",
      where: podAndContainers,
      fields: [`${SECURITY}.seccompProfile.type`],
    },
    isProfile,
  ),
  allowing(
    { id: "appArmorProfile", level: "baseline", where: podAndContainers, fields: [`${SECURITY}.appArmorProfile.type`] },
    isProfile,
  ),
  {
    id: "appArmorProfile",
    level: "baseline",
    *find({ metadata }) {
      const annotations = object(at(metadata, "annotations")) ?? {};
      const path = ["metadata", "annotations"];
      if (isOpaque(annotations)) yield unclear(path, `annotations can't be told: ${whyOpaque(annotations)}`);
      for (const [key, value] of isOpaque(annotations) ? [] : Object.entries(annotations)) {
        const profile = text(value) ?? "";
        if (!key.startsWith(APPARMOR_ANNOTATION)) continue;
        if (isOpaque(profile)) yield unclear([...path, key], `annotation ${key} can't be told: ${whyOpaque(profile)}`);
        else if (!isAppArmor(profile)) {
          yield { status: "violated", path: [...path, key], message: `annotation ${key} is ${profile}` };
        }
      }
    },
  },
  seLinux(["type"], { until: 30 }, ...SELINUX_TYPES),
  seLinux(["type"], { since: 31 }, ...SELINUX_TYPES, "container_engine_t"),
  seLinux(["user", "role"], {}),
  ...relaxed((bounds) =>
    allowing(
      { id: "procMount", level: "baseline", ...bounds, where: containers, fields: [`${SECURITY}.procMount`] },
      oneOf("", "Default"),
    ),
  ),
  ...sysctls,
  allowing(
    {
      id: "hostProbesAndHostLifecycle",
      level: "baseline",
      since: 34,
      where: containers,
      fields: HANDLERS.flatMap((handler) => [`${handler}.httpGet.host`, `${handler}.tcpSocket.host`]),
    },
    oneOf(""),
  ),
  { id: "hostPathVolumes", level: "baseline", find: volumes((kinds) => !kinds.includes("hostPath")) },
  // -------------------------------- restricted
  {
    id: "restrictedVolumes",
    level: "restricted",
    replaces: ["hostPathVolumes"],
    find: volumes((kinds) => kinds.length === 0 || kinds.some((kind) => VOLUMES.includes(kind))),
  },
  {
    id: "allowPrivilegeEscalation",
    level: "restricted",
    exempt: onWindows,
    *find(pod) {
      for (const { who, path: above, value } of containers(pod)) {
        const path = [...above, SECURITY, "allowPrivilegeEscalation"];
        const allowed = flag(at(value, SECURITY, "allowPrivilegeEscalation"), true);
        const what = `${who}: ${SECURITY}.allowPrivilegeEscalation`;
        if (allowed === "unknown") yield unclear(path, `${what} can't be told`);
        else if (allowed) yield { status: "violated", path, message: `${what} is not false` };
      }
    },
  },
  allowing(
    {
      id: "capabilities_restricted",
      level: "restricted",
      replaces: ["capabilities_baseline"],
      exempt: onWindows,
      where: containers,
      fields: [`${SECURITY}.capabilities.add.*`],
    },
    oneOf("NET_BIND_SERVICE"),
  ),
  {
    id: "capabilities_restricted",
    level: "restricted",
    exempt: onWindows,
    *find(pod) {
      for (const { who, path: above, value } of containers(pod)) {
        const path = [...above, SECURITY, "capabilities", "drop"];
        const dropped = blocks(at(value, SECURITY, "capabilities", "drop"));
        if (dropped.includes("ALL")) continue;
        const opaque = dropped.find(isOpaque);
        const what = `${who}: ${SECURITY}.capabilities.drop`;
        if (opaque) yield unclear(path, `${what} can't be told: ${whyOpaque(opaque)}`);
        else yield { status: "violated", path, message: `${what} does not hold ALL` };
      }
    },
  },
  ...relaxed((bounds) =>
    demanding({ id: "runAsNonRoot", level: "restricted", ...bounds, field: `${SECURITY}.runAsNonRoot` }, oneOf("true")),
  ),
  ...relaxed((bounds) =>
    allowing(
      { id: "runAsUser", level: "restricted", ...bounds, where: podAndContainers, fields: [`${SECURITY}.runAsUser`] },
      (user) => user !== "0",
    ),
  ),
  demanding(
    {
      id: "seccompProfile_restricted",
      level: "restricted",
      replaces: ["seccompProfile_baseline"],
      exempt: onWindows,
      field: `${SECURITY}.seccompProfile.type`,
    },
    isProfile,
  ),
  allowing(
    {
      id: "procMount_restricted",
      level: "restricted",
      since: 35,
      replaces: ["procMount"],
      where: containers,
      fields: [`${SECURITY}.procMount`],
    },
    oneOf("", "Default"),
  ),
];
