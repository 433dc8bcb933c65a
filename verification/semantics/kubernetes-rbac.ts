/** Who holds which roles, by the bindings of the input. */
import type { Resource } from "../model";
import { at, blocks, field, isOpaque } from "../values";
import { knownText, type KubernetesObjects, type Ternary } from "./kubernetes-objects";

const RBAC = "rbac.authorization.k8s.io";

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Every binding that names an account, of a namespace's own roles or of the cluster's; `undefined`: those that may. */
export function bindingsOf(
  account: Account,
  objects: KubernetesObjects,
): { readonly certain: Resource[]; readonly possible: Resource[] } {
  const bindings = [...objects.ofKind("RoleBinding", RBAC), ...objects.ofKind("ClusterRoleBinding", RBAC)];
  const answers = bindings.map((binding) => ({ binding, answer: binds(binding, account) }));
  const those = (wanted: Ternary) => answers.filter(({ answer }) => answer === wanted).map(({ binding }) => binding);
  return { certain: those(true), possible: those("unknown") };
}

/** Whether a subject of a binding is the account, or a group that it is in. */
function binds(binding: Resource, { namespace, name }: Account): Ternary {
  const subjects = blocks(field(binding, "subjects"));
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
  const isIt = (subject: (typeof subjects)[number]) => {
    const [kind, named] = ["kind", "name"].map((key) => knownText(at(subject, key)));
    if (kind === "Group") return groups.includes(named ?? "");
    if (kind === "User") return named === `system:serviceaccount:${namespace}:${name}`;
    return named === name && knownText(at(subject, "namespace")) === namespace;
  };
  if (subjects.some(isIt)) return true;
  const parts = subjects.flatMap((subject) => [
    subject,
    at(subject, "kind"),
    at(subject, "name"),
    at(subject, "namespace"),
  ]);
  return parts.some((part) => part !== undefined && isOpaque(part)) ? "unknown" : false;
}

/** The rules of the role that a binding refers to. */
export function rulesOf(binding: Resource, objects: KubernetesObjects): ReturnType<typeof blocks> {
  const [kind = "", name] = ["kind", "name"].map((key) => knownText(at(field(binding, "roleRef"), key)));
  const isOf = (role: Resource) => kind === "ClusterRole" || objects.namespaceOf(role) === objects.namespaceOf(binding);
  return objects
    .ofKind(kind, RBAC)
    .filter((role) => objects.nameOf(role) === name && isOf(role))
    .flatMap((role) => blocks(field(role, "rules")));
}
