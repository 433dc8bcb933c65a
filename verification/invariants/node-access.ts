/**
 * `node-access`. Document: "Outbound-only model": there are no listening services on the customer's network.
 *
 * Who rules a node rules every pod on it, whatever NetworkPolicies and roles say. Two things come near: a privileged
 * container, which is root of its node unless its pod has a user namespace (Kubernetes, "User Namespaces":
 * `hostUsers: false`), and the right to speak to kubelets through the Kubernetes API, `nodes/proxy`, by which commands
 * run in any container. That right may be had for pages that tell metrics, or be taken with all that lies in no namespace, as
 * an admission policy says it in exactly this package's words: no other words are understood.
 *
 * AWS Systems Manager is a third: its agent on a node, which EKS's images have, opens sessions as root to whoever the
 * account lets start them, once the node's role may open channels
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-getting-started-instance-profile.html).
 */
import { PLATFORM_NAMESPACE } from "../../config/names";
import { isReference, isUnknown, type Resource, type Value } from "../model";
import { allows, permissionsOf } from "../clouds/aws/permissions";
import { flag, type KubernetesObjects, objectsOf } from "../clouds/kubernetes/objects";
import { rulesOf } from "../clouds/kubernetes/rbac";
import { podsOf } from "../clouds/kubernetes/workloads";
import type { TerraformInput } from "../clouds/terraform-input";
import { at, blocks, field, texts, knownText } from "../values";
import { problemAt, type Invariant, type Problem } from "./invariant";
import { inputOf } from "../clouds/lookup";

export const invariant: Invariant = {
  id: "node-access",
  title: "No pod rules its node, and nobody speaks to kubelets but for their metrics.",
  paragraph: "Outbound-only model",
  remedy: "Give a privileged pod a user namespace; bind the right to 'nodes/proxy' to metrics by an admission policy.",
  *check({ system, deployment }) {
    if (!deployment) return;
    const objects = objectsOf(system);
    yield* judgePods(objects);
    yield* judgeRoles(objects);
    yield* judgeSessions(inputOf(system));
  },
};

function* judgePods(objects: KubernetesObjects): Generator<Problem> {
  for (const { id, resource, specPath } of podsOf(objects)) {
    const spec = field(resource, ...specPath);
    const isOwnUser = flag(at(spec, "hostUsers"), true) === false;
    for (const list of ["initContainers", "containers"]) {
      for (const [index, container] of blocks(at(spec, list)).entries()) {
        const isPrivileged = flag(at(container, "securityContext", "privileged"), false);
        if (isPrivileged === false || isOwnUser) continue;
        const path = [...specPath, list, index, "securityContext", "privileged"];
        yield isPrivileged === "unknown"
          ? problemAt(resource, path, "unknown", `whether ${id} is privileged can't be told`)
          : problemAt(resource, path, "violated", `${id} is root of its node: privileged, without 'hostUsers: false'`);
      }
    }
  }
}

// ---------------------------------------------------------------- sessions

function* judgeSessions(input: TerraformInput): Generator<Problem> {
  for (const pool of input.managed("aws_eks_node_group")) {
    const arn = field(pool, "node_role_arn");
    const target = input.find(isReference(arn) ? { ...arn, attribute: "" } : arn, pool, "role");
    if (target.kind !== "resource" || target.resource.type !== "aws_iam_role") continue;
    const answer = allows(permissionsOf(target.resource, input), "ssmmessages:OpenDataChannel", "*");
    if (answer === false) continue;
    const what = "AWS Systems Manager may open sessions as root of its nodes, by their role";
    const problem =
      answer === true
        ? problemAt(pool, ["node_role_arn"], "violated", what)
        : problemAt(pool, ["node_role_arn"], "unknown", `whether ${what} can't be told: a policy is not known`);
    yield { ...problem, remedy: "Take the right to open channels from the role, or say 'cluster.sessionManager'." };
  }
}

// ---------------------------------------------------------------- kubelets

const RBAC = "rbac.authorization.k8s.io";
const PROXY = ["nodes/proxy", "nodes/*", "*/proxy", "*/*", "*"];

function* judgeRoles(objects: KubernetesObjects): Generator<Problem> {
  const guarded = guardedAccounts(objects);
  for (const binding of objects.ofKind("ClusterRoleBinding", RBAC)) {
    const rules = rulesOf(binding, objects);
    if (!isUnknown(rules) && !rules.some(reachesKubelets)) continue;
    for (const subject of blocks(field(binding, "subjects"))) {
      const name = subjectName(subject);
      // Of those no binding asks: they may do everything, in every Kubernetes.
      if (name !== undefined && (guarded.has(name) || name === "system:masters")) continue;
      const what = `${name ?? "somebody"} may have a kubelet run commands in any container`;
      yield isUnknown(rules)
        ? problemAt(binding, ["roleRef"], "unknown", `whether ${what} can't be told: ${rules.reason}`)
        : problemAt(binding, ["subjects"], "violated", what);
    }
  }
}

const reachesKubelets = (rule: Value) => {
  const says = (key: string, wanted: readonly string[]) =>
    texts(at(rule, key)).some((value) => typeof value !== "string" || wanted.includes(value));
  return says("apiGroups", ["", "*"]) && says("resources", PROXY);
};

const subjectName = (subject: Value) => {
  const [kind, name, namespace = PLATFORM_NAMESPACE] = ["kind", "name", "namespace"].map((key) =>
    knownText(at(subject, key)),
  );
  return kind === "ServiceAccount" ? `system:serviceaccount:${namespace}:${name}` : name;
};

const ADMISSION = "admissionregistration.k8s.io";
const ACCOUNT = /^request\.userInfo\.username == '([^']+)'$/;
const METRICS_PAGE = /^object\.path == '\/metrics(\/\w+)?'$/;
/** A node is in no namespace. */
const IN_NAMESPACES = /^request\.namespace in \['[^']+'(, '[^']+')*\]( && [^|]*)?$/;

/** Accounts that an admission policy keeps to one page of metrics of each kubelet, or away from kubelets. */
function guardedAccounts(objects: KubernetesObjects): ReadonlySet<string> {
  const enforced = new Set(
    objects
      .ofKind("ValidatingAdmissionPolicyBinding", ADMISSION)
      .filter(
        (binding) =>
          texts(field(binding, "spec", "validationActions")).includes("Deny") &&
          field(binding, "spec", "matchResources") === undefined,
      )
      .map((binding) => knownText(field(binding, "spec", "policyName"))),
  );
  return new Set(
    objects
      .ofKind("ValidatingAdmissionPolicy", ADMISSION)
      .filter((policy) => enforced.has(objects.nameOf(policy)) && keepsFromKubelets(policy))
      .flatMap((policy) => {
        const [condition, ...others] = blocks(field(policy, "spec", "matchConditions"));
        const [, account] = ACCOUNT.exec(knownText(at(condition, "expression")) ?? "") ?? [];
        return account === undefined || others.length > 0 ? [] : [account];
      }),
  );
}

function keepsFromKubelets(policy: Resource): boolean {
  const [rule, ...rules] = blocks(field(policy, "spec", "matchConstraints", "resourceRules"));
  const [validation, ...validations] = blocks(field(policy, "spec", "validations"));
  const expression = knownText(at(validation, "expression")) ?? "";
  const has = (key: string, ...wanted: string[]) => {
    const given = texts(at(rule, key));
    return wanted.some((value) => given.includes(value));
  };
  return (
    (knownText(field(policy, "spec", "failurePolicy")) ?? "Fail") === "Fail" &&
    rules.length + validations.length === 0 &&
    field(policy, "spec", "matchConstraints", "excludeResourceRules") === undefined &&
    has("apiGroups", "", "*") &&
    has("operations", "CONNECT", "*") &&
    has("resources", "nodes/proxy", "*/*") &&
    (METRICS_PAGE.test(expression) || IN_NAMESPACES.test(expression))
  );
}
