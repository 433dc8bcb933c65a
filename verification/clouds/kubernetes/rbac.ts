/** Who holds which roles, by the bindings of the input. */
import type { Resource, Unknown, Value } from "../../model";
import { at, blocks, field, isOpaque, unknown, knownText } from "../../values";
import type { KubernetesObjects } from "./objects";
import { KUBERNETES_ROLES } from "./roles";
import { matches, readLabels, readSelector } from "./selectors";
import { serviceAccountUser } from "../../../config/names";
import { oncePer } from "../../once-per";
import type { Ternary } from "../../ternary";

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
  const answers = bindingsIn(objects).map((one) => ({ ...one, answer: binds(one, account) }));
  const those = (wanted: Ternary) => answers.filter(({ answer }) => answer === wanted).map(({ binding }) => binding);
  return { certain: those(true), possible: those("unknown") };
}

/** A binding, and whom it names: undefined where a part can't be told. */
interface Binding {
  readonly binding: Resource;
  readonly subjects: readonly Readonly<Record<"kind" | "name" | "namespace", string | undefined>>[];
  /** Whether it may name others. */
  readonly isOpen: boolean;
}

const bindingsIn = oncePer((objects: KubernetesObjects): readonly Binding[] =>
  [...objects.ofKind("RoleBinding", RBAC), ...objects.ofKind("ClusterRoleBinding", RBAC)].map((binding) => {
    const subjects = blocks(field(binding, "subjects"));
    const parts = subjects.flatMap((subject) => [
      subject,
      at(subject, "kind"),
      at(subject, "name"),
      at(subject, "namespace"),
    ]);
    return {
      binding,
      subjects: subjects.map((subject) => ({
        kind: knownText(at(subject, "kind")),
        name: knownText(at(subject, "name")),
        namespace: knownText(at(subject, "namespace")),
      })),
      isOpen: parts.some((part) => part !== undefined && isOpaque(part)),
    };
  }),
);

/** Whether a subject of a binding is the account, or a group that it is in. */
function binds({ subjects, isOpen }: Binding, { namespace, name }: Account): Ternary {
  const groups = [
    "system:serviceaccounts",
    `system:serviceaccounts:${namespace}`,
    "system:authenticated",
    // A pod may leave its token out.
    "system:unauthenticated",
  ];
  const isIt = ({ kind, name: named = "", namespace: home }: Binding["subjects"][number]) => {
    if (kind === "Group") return groups.includes(named);
    if (kind === "User") return ["system:anonymous", serviceAccountUser(namespace, name)].includes(named);
    return named === name && home === namespace;
  };
  if (subjects.some(isIt)) return true;
  return isOpen ? "unknown" : false;
}

/**
 * The rules of the role that a binding refers to; unknown where the input does not hold the role, and Kubernetes does not
 * bring it.
 */
export function rulesOf(binding: Resource, objects: KubernetesObjects): readonly Value[] | Unknown {
  const [kind = "", name] = ["kind", "name"].map((key) => knownText(at(field(binding, "roleRef"), key)));
  const isOf = (role: Resource) => kind === "ClusterRole" || objects.namespaceOf(role) === objects.namespaceOf(binding);
  const written = objects.ofKind(kind, RBAC).filter((role) => objects.nameOf(role) === name && isOf(role));
  const own = kind === "ClusterRole" ? KUBERNETES_ROLES.get(name) : undefined;
  if (written.length === 0 && own === undefined) return unknown(`${roleOf(binding)} is not in the input`);
  return [
    ...(own ?? []),
    ...written.flatMap((role) => [...blocks(field(role, "rules")), ...aggregated(role, objects)]),
  ];
}

/** The role that a binding refers to, in words. */
export function roleOf(binding: Resource): string {
  const [kind = "role", name = "?"] = ["kind", "name"].map((key) => knownText(at(field(binding, "roleRef"), key)));
  return `${kind} ${name}`;
}

/** Rules that Kubernetes copies into a cluster role from those that its selectors may match. */
function aggregated(role: Resource, objects: KubernetesObjects): readonly Value[] {
  const selectors = blocks(field(role, "aggregationRule", "clusterRoleSelectors")).map(readSelector);
  if (selectors.length === 0) return [];
  return objects
    .ofKind("ClusterRole", RBAC)
    .filter((one) => {
      const labels = readLabels(field(one, "metadata", "labels"));
      return one !== role && selectors.some((selector) => isOpaque(selector) || matches(selector, labels) !== false);
    })
    .flatMap((one) => blocks(field(one, "rules")));
}
