/**
 * Cluster roles that every Kubernetes has, so that no input holds them
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings): of each what it
 * allows, in the main. What others add to `admin`, `edit` and `view` by aggregation is not among it.
 */
type Rule = Readonly<Record<"apiGroups" | "resources" | "verbs", readonly string[]>>;

const READ = ["get", "list", "watch"];
const WRITE = ["create", "update", "patch", "delete", "deletecollection"];

const rule = (verbs: readonly string[], group: string, ...resources: readonly string[]): Rule => ({
  apiGroups: [group],
  resources,
  verbs,
});

const workloads = (verbs: readonly string[]): readonly Rule[] => [
  rule(
    verbs,
    "",
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "serviceaccounts",
    "services",
  ),
  rule(verbs, "apps", "daemonsets", "deployments", "deployments/scale", "replicasets", "statefulsets"),
  rule(verbs, "autoscaling", "horizontalpodautoscalers"),
  rule(verbs, "batch", "cronjobs", "jobs"),
  rule(verbs, "networking.k8s.io", "ingresses", "networkpolicies"),
  rule(verbs, "policy", "poddisruptionbudgets"),
];

const VIEW = [...workloads(READ), rule(READ, "", "endpoints", "events", "namespaces", "pods/log", "resourcequotas")];
const EDIT = [
  ...VIEW,
  ...workloads(WRITE),
  rule([...READ, ...WRITE], "", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets"),
  rule(["create"], "", "serviceaccounts/token"),
  rule(["impersonate"], "", "serviceaccounts"),
];

export const KUBERNETES_ROLES: ReadonlyMap<string | undefined, readonly Rule[]> = new Map([
  ["cluster-admin", [rule(["*"], "*", "*")]],
  ["admin", [...EDIT, rule([...READ, ...WRITE], "rbac.authorization.k8s.io", "roles", "rolebindings")]],
  ["edit", EDIT],
  ["view", VIEW],
  ["system:kubelet-api-admin", [rule(["*"], "", "nodes", "nodes/proxy", "nodes/log", "nodes/metrics", "nodes/stats")]],
  [
    "system:auth-delegator",
    [
      rule(["create"], "authentication.k8s.io", "tokenreviews"),
      rule(["create"], "authorization.k8s.io", "subjectaccessreviews"),
    ],
  ],
  // What everybody may, by bindings that every Kubernetes has too: ask what there is, and about oneself.
  ...[
    "system:basic-user",
    "system:discovery",
    "system:public-info-viewer",
    "system:service-account-issuer-discovery",
  ].map((name): [string, readonly Rule[]] => [name, []]),
]);
