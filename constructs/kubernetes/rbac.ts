import { ClusterRoleBindingV1 } from "@cdktf/provider-kubernetes/lib/cluster-role-binding-v1";
import { ClusterRoleV1 } from "@cdktf/provider-kubernetes/lib/cluster-role-v1";
import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { Construct, type TerraformResource } from "../../framework";
import type { Namespace } from "./namespaces";
import type { ServiceAccount } from "./service-accounts";

/** One permission: what may be done to which resources of an API group (`""` is the core group). */
export interface Rule {
  /** Groups without their version, e.g. `apps`. */
  readonly apiGroups: string[];
  /** Plural names in lower case, a subresource behind a slash: `pods/log`. */
  readonly resources: string[];
  /** e.g. `get`, `list`, `watch`, `create`; `*` would be every one there is and will be. */
  readonly verbs: string[];
  /** Default: every object. */
  readonly resourceNames?: string[];
}

const READ = ["get", "list", "watch"];
const MANAGE = [...READ, "create", "update", "patch", "delete"];

/** What the operator must do to renew the tunnel's token: write the secret, restart the deployment that reads it. */
const TOKEN_ROTATION: Rule[] = [
  { apiGroups: [""], resources: ["secrets"], verbs: [...READ, "create", "update"] },
  { apiGroups: ["apps"], resources: ["deployments"], verbs: [...READ, "create", "update"] },
];

/** What running tasks takes in each of their namespaces, and what the proxy shows of them. */
const TASKS: Rule[] = [
  { apiGroups: [""], resources: ["pods", "configmaps"], verbs: MANAGE },
  { apiGroups: ["flyte.lyft.com"], resources: ["flyteworkflows", "flyteworkflows/finalizers"], verbs: MANAGE },
  { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  // The lease worker tells in an event what became of a pod.
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: [...READ, "create", "update", "patch"] },
  { apiGroups: [""], resources: ["resourcequotas", "podtemplates"], verbs: READ },
  { apiGroups: ["ray.io"], resources: ["rayjobs"], verbs: READ },
];

/** With secrets kept in Kubernetes, the proxy manages them where tasks run. */
const SECRETS: Rule[] = [{ apiGroups: [""], resources: ["secrets"], verbs: MANAGE }];

/** Lists that the platform keeps of every namespace at once; reading only, and no secret. */
const WATCH_ALL: Rule[] = [
  { apiGroups: [""], resources: ["nodes", "namespaces"], verbs: READ },
  { apiGroups: [""], resources: ["pods", "configmaps", "resourcequotas", "podtemplates"], verbs: ["list", "watch"] },
  { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["list", "watch"] },
  { apiGroups: ["flyte.lyft.com"], resources: ["flyteworkflows"], verbs: ["list", "watch"] },
  { apiGroups: ["ray.io"], resources: ["rayjobs"], verbs: ["list", "watch"] },
  { apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["list"] },
];

/** The rights of the platform's service accounts, in the mode that the deployment names. */
export interface RbacProps {
  /** `standard`: cluster roles, bound in each task namespace; `low-privilege`: roles in the platform's namespace only. */
  readonly mode: "standard" | "low-privilege";
  /** Account of operator and operator-proxy. */
  readonly platform: ServiceAccount;
  /** Namespaces where task pods run; the platform's own with `low-privilege`. */
  readonly tasks: readonly Namespace[];
  /** Whether the secret manager keeps secrets in Kubernetes, instead of in the cloud's store. */
  readonly secretsInKubernetes: boolean;
}

/**
 * Permissions of the platform. Writing is bound to single namespaces in both modes. Document: "Direct gRPC connection"
 * (action lifecycle: what it takes in the cluster).
 */
export class Rbac extends Construct {
  constructor(scope: Construct, id: string, props: RbacProps) {
    super(scope, id);
    const { mode, platform, tasks, secretsInKubernetes } = props;
    const taskRules = [...TASKS, ...(secretsInKubernetes ? SECRETS : [])];

    new NamespaceRole(this, "token-rotation", {
      name: "union-token-rotation",
      namespace: platform.namespace,
      account: platform,
      rules: TOKEN_ROTATION,
    });
    // The binding has one address in both modes: with two, another mode would make the second before the first is gone.
    const bindTasks = (namespace: Namespace, kind: "ClusterRole" | "Role") =>
      new RoleBindingV1(this, `tasks-in-${namespace.name}`, {
        ...namespace.object("union-tasks"),
        roleRef: { apiGroup: RBAC_GROUP, kind, name: "union-tasks" },
        subject: [subject(platform)],
      });
    if (mode === "low-privilege") {
      new RoleV1(this, "tasks-here", { ...platform.namespace.object("union-tasks"), rule: taskRules });
      bindTasks(platform.namespace, "Role");
      return;
    }
    // One cluster role for many namespaces: it grants nothing until a namespace binds it.
    new ClusterRoleV1(this, "tasks", { metadata: { name: "union-tasks" }, rule: taskRules });
    for (const namespace of tasks) bindTasks(namespace, "ClusterRole");
    new ClusterWideRole(this, "watch", {
      name: "union-watch",
      account: platform,
      rules: WATCH_ALL,
    });
  }
}

export interface RoleProps {
  readonly name: string;
  /** Account that the role is bound to. */
  readonly account: ServiceAccount;
  readonly rules: readonly Rule[];
  /** What must stand before the account has the role; default: nothing. */
  readonly after?: readonly TerraformResource[];
}

/** A role in one namespace, and its binding. */
export class NamespaceRole extends Construct {
  constructor(scope: Construct, id: string, props: RoleProps & { readonly namespace: Namespace }) {
    super(scope, id);
    const { name, namespace, account, rules } = props;
    new RoleV1(this, "role", { ...namespace.object(name), rule: [...rules] });
    new RoleBindingV1(this, "binding", {
      ...namespace.object(name),
      roleRef: { apiGroup: RBAC_GROUP, kind: "Role", name },
      subject: [subject(account)],
    });
  }
}

/** A role over the whole cluster, and its binding. */
export class ClusterWideRole extends Construct {
  constructor(scope: Construct, id: string, { name, account, rules, after }: RoleProps) {
    super(scope, id);
    new ClusterRoleV1(this, "role", { metadata: { name }, rule: [...rules] });
    new ClusterRoleBindingV1(this, "binding", {
      metadata: { name },
      ...(after && { dependsOn: [...after] }),
      roleRef: { apiGroup: RBAC_GROUP, kind: "ClusterRole", name },
      subject: [subject(account)],
    });
  }
}

const RBAC_GROUP = "rbac.authorization.k8s.io";

const subject = ({ name, namespace }: ServiceAccount) => ({ kind: "ServiceAccount", name, namespace: namespace.name });
