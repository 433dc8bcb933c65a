import { CLOUDS } from "../../../config/deployment";
import { invariant } from "../../../verification/invariants/pod-security";
import { standIns } from "../../../verification/promises/implied";
import { judge, one, own, pick, testTable, type Json } from "../../support/judge";
import { kubernetesObjects } from "../../../verification/readers/terraform-kubernetes";
import { resourcesOf } from "../../support/resources";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const VERSION = `${ENFORCE}-version`;
const SECURE = {
  allow_privilege_escalation: false,
  run_as_non_root: true,
  capabilities: { drop: ["ALL"] },
  seccomp_profile: { type: "RuntimeDefault" },
};

/** A pod in a namespace with these labels. */
const podIn = (labels: object | string | undefined, security_context: object = SECURE, spec: object = {}) =>
  one(
    "kubernetes_pod_v1",
    { metadata: { name: "p", namespace: "n" }, spec: { container: { name: "c", security_context }, ...spec } },
    { kubernetes_namespace_v1: { n: { metadata: { name: "n", labels } } } },
  );

/** What is said of our own stacks, with the pods that start at run time. */
function judgedWithTasks(fields: Readonly<Record<string, unknown>>, change?: (resource: Json) => void): string[] {
  const { deployment, resources } = own(fields, change);
  return judge(invariant, [...resources, ...standIns(deployment, { file: "d.yaml", line: 1 }, "d")], deployment);
}

const POD = "kubernetes_pod_v1.a";
const NAMESPACE = "kubernetes_namespace_v1.n";

testTable(invariant, [
  ["a pod that passes", podIn({ [ENFORCE]: "restricted" })],
  ["a namespace that enforces nothing admits any pod", podIn(undefined, { privileged: true })],
  ["so does one that enforces the laxest level", podIn({ [ENFORCE]: "privileged" }, { privileged: true })],
  ["a warning refuses nothing", podIn({ "pod-security.kubernetes.io/warn": "restricted" }, {})],
  [
    "a pod that is refused, with all that it is refused for",
    podIn({ [ENFORCE]: "restricted" }, { ...SECURE, privileged: true, run_as_user: "0" }),
    `violated ${POD}: pod/n/p is refused by 'restricted' of namespace n: container 'c' sets securityContext.privileged to true; container 'c' sets securityContext.runAsUser to 0`,
  ],
  [
    "what the provider sends counts: a container's false is above the pod's true",
    podIn(
      { [ENFORCE]: "restricted" },
      { ...SECURE, run_as_non_root: null },
      { security_context: { run_as_non_root: true } },
    ),
    `violated ${POD}: pod/n/p is refused by 'restricted' of namespace n: container 'c' sets securityContext.runAsNonRoot to false`,
  ],
  [
    "what the provider sends counts: a profile that names no type confines nothing",
    podIn({ [ENFORCE]: "baseline" }, { seccomp_profile: {} }),
    `violated ${POD}: pod/n/p is refused by 'baseline' of namespace n: container 'c' sets securityContext.seccompProfile.type to Unconfined`,
  ],
  [
    "a field that can't be told",
    podIn({ [ENFORCE]: "baseline" }, { privileged: "${var.privileged}" }),
    `unknown ${POD}: whether 'baseline' of namespace n admits pod/n/p can't be told: container 'c': securityContext.privileged can't be told: var.privileged. is not in the input`,
  ],
  [
    "a level that is none",
    podIn({ [ENFORCE]: "strict" }),
    `violated ${NAMESPACE}: namespace n enforces 'strict', which is no level`,
  ],
  [
    "a level that can't be told",
    podIn({ [ENFORCE]: "${var.level}" }),
    `unknown ${NAMESPACE}: what namespace n admits can't be told: var.level. is not in the input`,
  ],
  [
    "a policy of long ago",
    podIn({ [ENFORCE]: "baseline", [VERSION]: "v1.20" }),
    `unknown ${NAMESPACE}: what namespace n admits can't be told: its policy is of version 1.20`,
  ],
  [
    "a policy's own version counts",
    podIn({ [ENFORCE]: "baseline", [VERSION]: "v1.28" }, SECURE, {
      security_context: { sysctl: { name: "net.ipv4.tcp_fin_timeout", value: "1" } },
    }),
    `violated ${POD}: pod/n/p is refused by 'baseline' of namespace n: the pod sets securityContext.sysctls.name to net.ipv4.tcp_fin_timeout`,
  ],
  [
    "a pod elsewhere, of whose namespace nothing is known",
    one("kubernetes_pod_v1", { metadata: { name: "p" }, spec: {} }),
  ],
]);

test("a template for pods to come is judged as they will be", () => {
  const manifest = (kind: string, metadata: object, rest: object) => ({
    manifest: { apiVersion: "v1", kind, metadata, ...rest },
  });
  const resources = kubernetesObjects(
    resourcesOf({
      resource: {
        kubernetes_manifest: {
          n: manifest("Namespace", { name: "n", labels: { [ENFORCE]: "baseline" } }, {}),
          t: manifest(
            "PodTemplate",
            { name: "t", namespace: "n" },
            { template: { spec: { hostPID: true, containers: [] } } },
          ),
        },
      },
    }),
  );
  expect(judge(invariant, resources)).toEqual([
    "violated kubernetes_manifest.t: podtemplate/n/t is refused by 'baseline' of namespace n: the pod sets hostPID to true",
  ]);
});

describe.each(CLOUDS)("our own workloads on %s", (cloud) => {
  const fields = { cloud, taskNamespaces: ["forecasting"], ...(cloud === "azure" && { logCluster: {} }) };
  const judged = (change?: (resource: Json) => void) =>
    judgedWithTasks(fields, change).map((finding) => finding.replace(/ (\w+\.|pod\/)\S+:/, ""));
  const label = (part: string, level: string | undefined) => (resource: Json) => {
    const { metadata } = pick(resource, "kubernetes_namespace_v1", part);
    metadata.labels = level === undefined ? {} : { ...metadata.labels, [ENFORCE]: level };
  };

  test("pass", () => expect(judged()).toEqual([]));

  // What 'acme-us-east-2' and each deployment with task namespaces was: nothing came up, and nothing had said so.
  test("a container that does not say that it runs as no root is refused", () => {
    const deployments = (resource: Json): Json[] => Object.values(resource.kubernetes_deployment_v1);
    const found = judged((resource) => {
      for (const { spec } of deployments(resource)) {
        for (const container of spec.template.spec.container) delete container.security_context.run_as_non_root;
      }
    });
    expect(found.length).toBeGreaterThanOrEqual(2);
    for (const finding of found) {
      expect(finding).toMatch(
        /^violated deployment\/\S+ is refused by 'restricted' of namespace \S+: container '\S+' sets securityContext.runAsNonRoot to false/,
      );
    }
  });

  test.each([
    ["no level", "union_namespace", undefined, "namespace union enforces no Pod Security level: it admits any pod"],
    [
      "a laxer level",
      "union_namespace",
      "baseline",
      "namespace union enforces 'baseline' only: its pods pass 'restricted'",
    ],
    [
      "a laxer level for tasks",
      "tasks-",
      "privileged",
      "namespace forecasting enforces 'privileged' only: its pods pass 'baseline'",
    ],
    [
      "a level that task images fail",
      "tasks-",
      "restricted",
      "pod/forecasting/tasks is refused by 'restricted' of namespace forecasting",
    ],
    [
      "a level that Fluent Bit fails",
      "fluent-bit_namespace",
      "baseline",
      "daemonset/union-fluent-bit/fluent-bit is refused by 'baseline'",
    ],
  ])("%s is found", (_, part, level, message) => {
    const found = judged(label(part, level));
    expect(found).toContainEqual(expect.stringContaining(message));
  });

  test("pods whose namespace is not there can't be judged", () => {
    const found = judged((resource) => {
      resource.kubernetes_namespace_v1 = {};
    });
    expect(found).toContain(
      "unknown whether deployment/union/union-operator is admitted can't be told: namespace union is not in the input",
    );
  });
});

test("the policy is that of the cluster's version", () => {
  const probe = (resource: Json) => {
    const { container } = pick(resource, "kubernetes_deployment_v1", "operator").spec.template.spec;
    container[0].liveness_probe = { tcp_socket: { port: 1 }, http_get: { host: "a", port: 1 } };
  };
  const judged = (kubernetesVersion: string) => judgedWithTasks({ kubernetesVersion }, probe).length;
  expect([judged("1.33"), judged("1.34")]).toEqual([0, 1]);
});
