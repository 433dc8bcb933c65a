import { CLOUDS } from "../../../config/deployment";
import { invariant } from "../../../verification/invariants/api-tokens";
import { drop, judge, judgeOwn, one, pick, testMutations, type Json, type Mutation } from "../../support/judge";

const podOf = (resource: Json, part: string) => pick(resource, "kubernetes_deployment_v1", part).spec.template.spec;
const JOB = "job/union/union-pod-webhook-certificate";
const ACCOUNT = "account union/union gives its token to each pod that does not refuse it";
const USELESS =
  "holds a token of the Kubernetes API, where its account union/union-pod-webhook-certificate may do nothing";
const TASKS_MAY = "tasks may do what";
const BY_ACCOUNT = "allows, by their account union/union";
const FURTHER = "deployment/union/further runs as an account of the platform, union/union-system, and is no part of it";

const further = (resource: Json, namespace: string, account: string) => {
  const spec = { service_account_name: account, automount_service_account_token: false };
  resource["kubernetes_deployment_v1"].further = {
    metadata: { name: "further", namespace },
    spec: { template: { spec } },
  };
};

const bind = (resource: Json, name: string, subject: object) => {
  const api_group = "rbac.authorization.k8s.io";
  resource["kubernetes_cluster_role_binding_v1"] = {
    ...resource["kubernetes_cluster_role_binding_v1"],
    further: { metadata: { name: "further" }, role_ref: { api_group, kind: "ClusterRole", name }, subject: [subject] },
  };
};

describe.each(CLOUDS)("on %s", (cloud) => {
  testMutations(
    invariant,
    [
      [
        "an account that says nothing",
        (resource) =>
          delete pick(resource, "kubernetes_service_account_v1", "task-account").automount_service_account_token,
        `violated ${ACCOUNT}`,
      ],
      [
        "an account that gives its token away",
        (resource) =>
          (pick(resource, "kubernetes_service_account_v1", "task-account").automount_service_account_token = true),
        `violated ${ACCOUNT}`,
      ],
      [
        "an account of which it can't be told",
        (resource) =>
          (pick(resource, "kubernetes_service_account_v1", "task-account").automount_service_account_token =
            "${var.x}"),
        "unknown whether account union/union gives its token to pods can't be told",
      ],
      [
        "a token that allows nothing",
        (resource) => drop(resource, "kubernetes_role_binding_v1", "certificate"),
        `violated ${JOB} ${USELESS}`,
      ],
      [
        "a token that allows who knows what",
        (resource) => (pick(resource, "kubernetes_role_binding_v1", "certificate").subject = "${var.subjects}"),
        `unknown whether ${TASKS_MAY} Role union-pod-webhook-certificate ${BY_ACCOUNT} can't be told`,
        `unknown whether ${JOB} ${USELESS} can't be told`,
      ],
      [
        "a pod of an account that can't be told",
        (resource) => (podOf(resource, "operator").service_account_name = "${var.x}"),
        "unknown whether deployment/union/union-operator runs as its own account union-system can't be told",
      ],
      [
        "a part that runs as another's account",
        (resource) => (podOf(resource, "operator").service_account_name = "union"),
        "violated deployment/union/union-operator runs as account union, where its own is union-system",
      ],
      [
        "somebody else who runs as the platform's account",
        (resource) => further(resource, "union", "union-system"),
        `violated ${FURTHER}`,
      ],
      [
        "somebody else who may run as the platform's account",
        (resource) => further(resource, "union", "${var.x}"),
        `unknown whether ${FURTHER} can't be told`,
      ],
      ...[
        { kind: "ServiceAccount", name: "union", namespace: "union" },
        { kind: "User", name: "system:serviceaccount:union:union" },
        { kind: "Group", name: "system:serviceaccounts" },
        { kind: "Group", name: "system:serviceaccounts:union" },
        { kind: "Group", name: "system:authenticated" },
        { kind: "Group", name: "system:unauthenticated" },
        { kind: "User", name: "system:anonymous" },
      ].map((subject): Mutation => [
        `tasks that may read, as ${subject.kind} ${subject.name}`,
        (resource) => bind(resource, "view", subject),
        `violated ${TASKS_MAY} ClusterRole view ${BY_ACCOUNT}`,
      ]),
      [
        "tasks that may do who knows what",
        (resource) => bind(resource, "another", { kind: "Group", name: "system:authenticated" }),
        `unknown whether ${TASKS_MAY} ClusterRole another ${BY_ACCOUNT} can't be told`,
      ],
      [
        "a binding of all accounts is one of each, and of tasks'",
        (resource) => {
          const subject = { kind: "Group", name: "system:serviceaccounts:union" };
          pick(resource, "kubernetes_role_binding_v1", "certificate").subject = [subject];
        },
        `violated ${TASKS_MAY} Role union-pod-webhook-certificate ${BY_ACCOUNT}`,
      ],
      [
        "a token by a volume",
        (resource) => {
          drop(resource, "kubernetes_role_binding_v1", "certificate");
          const { spec } = pick(resource, "kubernetes_job_v1").spec.template;
          spec.automount_service_account_token = false;
          spec.volume.push({ name: "t", projected: { sources: { service_account_token: { path: "t" } } } });
        },
        `violated ${JOB} ${USELESS}`,
      ],
    ],
    { cloud },
  );
});

test.each<[what: string, change: (resource: Json) => void]>([
  [
    "a pod that has no right holds no token",
    (resource) => {
      drop(resource, "kubernetes_role_binding_v1", "certificate");
      pick(resource, "kubernetes_job_v1").spec.template.spec.automount_service_account_token = false;
    },
  ],
  [
    "a token for another audience is none of the API's",
    (resource) => {
      drop(resource, "kubernetes_role_binding_v1", "certificate");
      const { spec } = pick(resource, "kubernetes_job_v1").spec.template;
      spec.automount_service_account_token = false;
      const token = { path: "t", audience: "sts.amazonaws.com" };
      spec.volume.push({ name: "t", projected: { sources: { service_account_token: token } } });
    },
  ],
  [
    "what everybody may",
    (resource) => bind(resource, "system:discovery", { kind: "Group", name: "system:authenticated" }),
  ],
  ["what others may", (resource) => bind(resource, "cluster-admin", { kind: "Group", name: "system:masters" })],
  ["somebody else who runs as an account of his own", (resource) => further(resource, "union", "another")],
  ["somebody else by the name of the account elsewhere", (resource) => further(resource, "elsewhere", "union-system")],
])("%s", (_, change) => expect(judgeOwn(invariant, change)).toEqual([]));

test("others' pods are not asked", () => {
  expect(judge(invariant, one("kubernetes_service_account_v1", { metadata: { name: "a" } }))).toEqual([]);
});
