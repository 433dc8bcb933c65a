import { CLOUDS } from "../../../config/deployment";
import { invariant } from "../../../verification/invariants/api-tokens";
import { drop, judge, judgeOwn, one, pick, testMutations, type Json } from "../../support/judge";

const podOf = (resource: Json, part: string) => pick(resource, "kubernetes_deployment_v1", part).spec.template.spec;
const JOB = "job/union/union-pod-webhook-certificate";
const ACCOUNT = "account union/union gives its token to each pod that does not refuse it";
const USELESS =
  "holds a token of the Kubernetes API, where its account union/union-pod-webhook-certificate may do nothing";

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
        `unknown whether ${JOB} ${USELESS} can't be told`,
      ],
      [
        "a pod of an account that can't be told",
        (resource) => (podOf(resource, "operator").service_account_name = "${var.x}"),
        "unknown what the token in deployment/union/union-operator allows can't be told: its account is not known",
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
    "a binding of all accounts is one of each",
    (resource) => {
      const subject = {
        kind: "Group",
        name: "system:serviceaccounts:union",
        api_group: "rbac.authorization.k8s.io",
      };
      pick(resource, "kubernetes_role_binding_v1", "certificate").subject = [subject];
    },
  ],
])("%s", (_, change) => expect(judgeOwn(invariant, change)).toEqual([]));

test("others' pods are not asked", () => {
  expect(judge(invariant, one("kubernetes_service_account_v1", { metadata: { name: "a" } }))).toEqual([]);
});
