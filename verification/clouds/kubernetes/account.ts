/**
 * Records of a running cluster: each is an object as its API tells it, less values that may be secret.
 *
 * What every cluster has of itself is left out, since it is in no configuration either: its own namespaces with their
 * pods and accounts, each namespace's account `default`, and the bindings that the API server makes at each start
 * (Kubernetes, "Using RBAC Authorization", https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings).
 * What is exposed in its namespaces counts, and so does a binding with anybody else in it.
 */
import { shown } from "../../../config/texts";
import type { Value } from "../../model";
import { at, blocks, type ObjectValue } from "../../values";
import { manifestAddress } from "../../readers/kubernetes-manifests";
import type { CloudAccount, Convert } from "../account";

/** Kinds that are collected, by the names of their files. */
const KINDS = [
  ...["namespaces", "services", "serviceaccounts", "pods", "podtemplates", "replicationcontrollers"],
  ...["resourcequotas", "limitranges", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs"],
  ...["networkpolicies", "ingresses", "ingressclasses"],
  ...["roles", "rolebindings", "clusterroles", "clusterrolebindings"],
  ...["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
  ...["priorityclasses", "storageclasses", "runtimeclasses", "poddisruptionbudgets", "horizontalpodautoscalers"],
];

const SYSTEM = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** In the cluster's own namespaces: what they are, and what runs there. `default` is anybody's but for its account. */
const OF_SYSTEM: Readonly<Record<string, readonly string[]>> = {
  "kube-system": ["ServiceAccount", "Pod", "Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Job", "CronJob"],
};

const object: Convert = (record) => {
  const kind = shown(record["kind"] ?? null);
  const name = shown(at(record, "metadata", "name") ?? null);
  const namespace = shown(at(record, "metadata", "namespace") ?? "default");
  if (isOfItself(kind, name, namespace, record)) return [];
  return [{ type: `kubernetes:${kind}`, name, address: manifestAddress(kind, name, namespace), values: record }];
};

function isOfItself(kind: string, name: string, namespace: string, record: ObjectValue): boolean {
  switch (kind) {
    case "Namespace":
      return SYSTEM.includes(name);
    case "ServiceAccount":
      return (
        namespace === "kube-system" || (name === "default" && record["automountServiceAccountToken"] === undefined)
      );
    case "ClusterRoleBinding":
    case "RoleBinding":
      return isBootstrap(record) && blocks(record["subjects"]).every((one) => isSystem(one, record));
    default:
      return OF_SYSTEM[namespace]?.includes(kind) ?? false;
  }
}

const isBootstrap = (record: ObjectValue) =>
  at(record, "metadata", "labels", "kubernetes.io/bootstrapping") === "rbac-defaults";

/** Groups of everybody, whom these roles are for. */
const EVERYBODY = ["system:authenticated", "system:unauthenticated", "system:serviceaccounts"];
const FOR_EVERYBODY = /^system:(basic-user|discovery|public-info-viewer|service-account-issuer-discovery)$/;

/** The cluster's own parts: users and groups of its components, accounts of its controllers. */
function isSystem(subject: Value, binding: ObjectValue): boolean {
  const name = shown(at(subject, "name") ?? null);
  if (at(subject, "kind") === "ServiceAccount") return at(subject, "namespace") === "kube-system";
  if (EVERYBODY.includes(name)) return FOR_EVERYBODY.test(shown(at(binding, "roleRef", "name") ?? null));
  return /^system:(kube-|node|monitoring|masters|bootstrappers)/.test(name);
}

export const account: CloudAccount = {
  read: Object.fromEntries(KINDS.map((kind) => [kind, object])),
  // A cluster is no deployment's account: its objects are of the deployment whose cluster it is.
  part: (resources) => resources,
};
