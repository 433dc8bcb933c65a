/** Privileged containers, and the right to speak to kubelets. */
import { PLATFORM_NAMESPACE, serviceAccountUser } from "../../../../config/names";
import { problemAt, type Problem } from "../../../problem";
import { at, blocks, field, knownText, texts } from "../../../values";
import { isUnknown, type Resource, type Value } from "../../../model";
import type { Check } from "../../cloud";
import { objectsOf, type KubernetesObjects } from "../objects";
import { rulesOf } from "../rbac";
import { podsOf } from "../workloads";
import { flag } from "../../../ternary";

export const check: Check = function* ({ system, deployment }) {
  if (!deployment) return;
  const objects = objectsOf(system);
  yield* judgePods(objects);
  yield* judgeRoles(objects);
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

/** Undefined where it is not known. */
const subjectName = (subject: Value): string | undefined => {
  const [kind, name, namespace = PLATFORM_NAMESPACE] = ["kind", "name", "namespace"].map((key) =>
    knownText(at(subject, key)),
  );
  return name !== undefined && kind === "ServiceAccount" ? serviceAccountUser(namespace, name) : name;
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
