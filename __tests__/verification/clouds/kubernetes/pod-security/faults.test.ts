import type { Value } from "../../../../../verification/model";
import type { Level } from "../../../../../verification/clouds/kubernetes/pod-security/check";
import { faultsOf } from "../../../../../verification/clouds/kubernetes/pod-security/faults";
import { unknown } from "../../../../../verification/values";

const UNKNOWN = unknown("var.x is not in the input");
const SECURE = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/** A pod that passes `restricted`, with fields of its one container, and of itself, replaced or added. */
function pod(
  container: Record<string, Value> = {},
  spec: Record<string, Value> = {},
  annotations: Record<string, Value> = {},
) {
  return {
    metadata: { annotations },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [{ name: "a", securityContext: SECURE, ...container }],
      ...spec,
    },
  };
}
const context = (fields: Record<string, Value>) => pod({ securityContext: { ...SECURE, ...fields } });
const podContext = (fields: Record<string, Value>) =>
  pod({}, { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" }, ...fields } });
const volume = (kind: Record<string, Value>) => pod({}, { volumes: [{ name: "v", ...kind }] });

const checks = (level: Level, template: ReturnType<typeof pod>, version?: number) =>
  faultsOf(template, level, version).map(({ check, status }) => (status === "unknown" ? `${check}?` : check));

test("a pod that gives up what it can passes", () => expect(checks("restricted", pod())).toEqual([]));

// What each level says: nothing, or the check that finds the fault.
test.each<[what: string, template: ReturnType<typeof pod>, baseline: string, restricted: string]>([
  ["the node's network", pod({}, { hostNetwork: true }), "hostNamespaces", "hostNamespaces"],
  ["the node's processes", pod({}, { hostPID: true }), "hostNamespaces", "hostNamespaces"],
  ["the node's shared memory", pod({}, { hostIPC: true }), "hostNamespaces", "hostNamespaces"],
  ["not the node's network", pod({}, { hostNetwork: false, hostPID: false, hostIPC: false }), "", ""],
  ["a privileged container", context({ privileged: true }), "privileged", "privileged"],
  ["not a privileged container", context({ privileged: false }), "", ""],
  [
    "a process of the host",
    podContext({ windowsOptions: { hostProcess: true } }),
    "windowsHostProcess",
    "windowsHostProcess",
  ],
  ["a port of the node", pod({ ports: [{ containerPort: 80, hostPort: 80 }] }), "hostPorts", "hostPorts"],
  ["no port of the node", pod({ ports: [{ containerPort: 80, hostPort: 0 }] }), "", ""],
  [
    "a capability",
    context({ capabilities: { add: ["NET_RAW"], drop: ["ALL"] } }),
    "capabilities_baseline",
    "capabilities_restricted",
  ],
  ["a usual capability", context({ capabilities: { add: ["CHOWN"], drop: ["ALL"] } }), "", "capabilities_restricted"],
  ["low ports", context({ capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] } }), "", ""],
  ["capabilities kept", context({ capabilities: { drop: ["CHOWN"] } }), "", "capabilities_restricted"],
  ["no seccomp profile", podContext({ seccompProfile: null }), "", "seccompProfile_restricted"],
  [
    "no confinement",
    podContext({ seccompProfile: { type: "Unconfined" } }),
    "seccompProfile_baseline",
    "seccompProfile_restricted",
  ],
  ["a container's own confinement", context({ seccompProfile: { type: "Localhost" } }), "", ""],
  ["AppArmor off", podContext({ appArmorProfile: { type: "Unconfined" } }), "appArmorProfile", "appArmorProfile"],
  ["AppArmor on", podContext({ appArmorProfile: { type: "Localhost" } }), "", ""],
  [
    "AppArmor off by annotation",
    pod({}, {}, { "container.apparmor.security.beta.kubernetes.io/a": "unconfined" }),
    "appArmorProfile",
    "appArmorProfile",
  ],
  [
    "AppArmor on by annotation",
    pod({}, {}, { "container.apparmor.security.beta.kubernetes.io/a": "localhost/x" }),
    "",
    "",
  ],
  ["a type of SELinux", context({ seLinuxOptions: { type: "spc_t" } }), "seLinuxOptions", "seLinuxOptions"],
  ["a container's type of SELinux", context({ seLinuxOptions: { type: "container_engine_t", level: "s0" } }), "", ""],
  ["a user of SELinux", podContext({ seLinuxOptions: { user: "u" } }), "seLinuxOptions", "seLinuxOptions"],
  ["a role of SELinux", podContext({ seLinuxOptions: { role: "r" } }), "seLinuxOptions", "seLinuxOptions"],
  ["an open /proc", context({ procMount: "Unmasked" }), "procMount", "procMount_restricted"],
  ["a sysctl", podContext({ sysctls: [{ name: "kernel.msgmax", value: "1" }] }), "sysctls", "sysctls"],
  ["a safe sysctl", podContext({ sysctls: [{ name: "net.ipv4.tcp_rmem", value: "1" }] }), "", ""],
  [
    "a probe elsewhere",
    pod({ livenessProbe: { httpGet: { host: "a", port: 1 } } }),
    "hostProbesAndHostLifecycle",
    "hostProbesAndHostLifecycle",
  ],
  [
    "a hook elsewhere",
    pod({ lifecycle: { preStop: { tcpSocket: { host: "a", port: 1 } } } }),
    "hostProbesAndHostLifecycle",
    "hostProbesAndHostLifecycle",
  ],
  ["a folder of the node's", volume({ hostPath: { path: "/" } }), "hostPathVolumes", "restrictedVolumes"],
  ["a disk of the cloud's", volume({ azureDisk: { diskName: "a", diskURI: "b" } }), "", "restrictedVolumes"],
  ["a claim", volume({ persistentVolumeClaim: { claimName: "a" } }), "", ""],
  ["an empty folder, not said", volume({}), "", ""],
  ["more rights by setuid", context({ allowPrivilegeEscalation: true }), "", "allowPrivilegeEscalation"],
  ["root, by the container", context({ runAsNonRoot: false }), "", "runAsNonRoot"],
  ["root, by the pod", podContext({ runAsNonRoot: false }), "", "runAsNonRoot"],
  ["root, as nobody says otherwise", podContext({ runAsNonRoot: null }), "", "runAsNonRoot"],
  ["root's number", podContext({ runAsUser: 0 }), "", "runAsUser"],
  ["another number", podContext({ runAsUser: 1001 }), "", ""],
  ["all that silence means", pod({ securityContext: null }), "", "allowPrivilegeEscalation capabilities_restricted"],
  [
    "one before the others",
    pod({}, { initContainers: [{ name: "b", securityContext: { ...SECURE, privileged: true } }] }),
    "privileged",
    "privileged",
  ],
  [
    "one for debugging",
    pod({}, { ephemeralContainers: [{ name: "b", securityContext: { ...SECURE, privileged: true } }] }),
    "privileged",
    "privileged",
  ],
])("%s", (_, template, baseline, restricted) => {
  expect(checks("baseline", template).join(" ")).toBe(baseline);
  expect(checks("restricted", template).join(" ")).toBe(restricted);
  expect(checks("privileged", template)).toEqual([]);
});

describe("what can't be told may be forbidden", () => {
  test.each<[what: string, template: ReturnType<typeof pod>, expected: string]>([
    ["a field", context({ privileged: UNKNOWN }), "privileged?"],
    ["a list", pod({ ports: UNKNOWN }), "hostPorts?"],
    ["a volume", pod({}, { volumes: [UNKNOWN] }), "restrictedVolumes?"],
    ["what the pod says for its containers", podContext({ runAsNonRoot: UNKNOWN }), "runAsNonRoot?"],
    ["capabilities", context({ capabilities: { drop: UNKNOWN } }), "capabilities_restricted?"],
    ["setuid", context({ allowPrivilegeEscalation: UNKNOWN }), "allowPrivilegeEscalation?"],
    [
      "the user namespace that would excuse it",
      pod({}, { hostUsers: UNKNOWN, securityContext: null }),
      "runAsNonRoot? seccompProfile_restricted",
    ],
    [
      "the system that would excuse it",
      pod({ securityContext: null }, { os: UNKNOWN }),
      "allowPrivilegeEscalation? capabilities_restricted?",
    ],
  ])("%s", (_, template, expected) => expect(checks("restricted", template).join(" ")).toBe(expected));

  test("a pod as a whole", () => {
    const found = faultsOf({ metadata: UNKNOWN, spec: UNKNOWN }, "baseline");
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(["unknown"]));
  });
});

describe("by the version of the policy", () => {
  test.each<[what: string, template: ReturnType<typeof pod>, level: Level, version: number, expected: string]>([
    [
      "root in a user namespace",
      pod({}, { hostUsers: false, securityContext: { seccompProfile: { type: "Localhost" }, runAsUser: 0 } }),
      "restricted",
      34,
      "runAsNonRoot runAsUser",
    ],
    [
      "root in a user namespace",
      pod({}, { hostUsers: false, securityContext: { seccompProfile: { type: "Localhost" }, runAsUser: 0 } }),
      "restricted",
      35,
      "",
    ],
    [
      "an open /proc in one",
      pod({ securityContext: { ...SECURE, procMount: "Unmasked" } }, { hostUsers: false }),
      "baseline",
      34,
      "procMount",
    ],
    [
      "an open /proc in one",
      pod({ securityContext: { ...SECURE, procMount: "Unmasked" } }, { hostUsers: false }),
      "baseline",
      35,
      "",
    ],
    [
      "an open /proc in one",
      pod({ securityContext: { ...SECURE, procMount: "Unmasked" } }, { hostUsers: false }),
      "restricted",
      35,
      "procMount_restricted",
    ],
    ["a probe elsewhere", pod({ startupProbe: { tcpSocket: { host: "a", port: 1 } } }), "baseline", 33, ""],
    [
      "a container engine's type",
      context({ seLinuxOptions: { type: "container_engine_t" } }),
      "baseline",
      30,
      "seLinuxOptions",
    ],
    ["a newer sysctl", podContext({ sysctls: [{ name: "net.ipv4.tcp_rmem" }] }), "baseline", 31, "sysctls"],
    ["a sysctl of then", podContext({ sysctls: [{ name: "net.ipv4.tcp_fin_timeout" }] }), "baseline", 29, ""],
    ["the same before", podContext({ sysctls: [{ name: "net.ipv4.tcp_fin_timeout" }] }), "baseline", 28, "sysctls"],
  ])("%s: %s by 1.%s", (_, template, level, version, expected) => {
    expect(checks(level, template, version).join(" ")).toBe(expected);
  });
});

test("a fault is where it is written", () => {
  const [fault] = faultsOf(pod({ ports: [{ containerPort: 1 }, { containerPort: 2, hostPort: 2 }] }), "baseline");
  expect(fault).toEqual({
    status: "violated",
    check: "hostPorts",
    path: ["spec", "containers", 0, "ports", 1, "hostPort"],
    message: "container 'a' sets ports.hostPort to 2",
  });
});

test("Windows has neither capabilities nor setuid", () => {
  expect(checks("restricted", pod({ securityContext: null }, { os: { name: "windows" } }))).toEqual([]);
});
