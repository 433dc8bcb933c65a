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
  ...["gatewayclasses", "gateways", "grpcroutes", "httproutes", "tcproutes", "tlsroutes", "udproutes"],
  ...["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
  ...["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"],
  ...["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
  ...["priorityclasses", "storageclasses", "runtimeclasses", "poddisruptionbudgets", "horizontalpodautoscalers"],
];

const SYSTEM = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** In the cluster's own namespaces: what they are, and what runs there. `default` is anybody's but for its account. */
const OF_SYSTEM: Readonly<Record<string, readonly string[]>> = {
  "kube-system": ["ServiceAccount", "Pod", "Deployment", "DaemonSet", "StatefulSet", "ReplicaSet", "Job", "CronJob"],
};

/**
 * Webhooks that EKS, GKE and AKS run outside of the cluster's nodes, and put back as they were: what they make of pods and
 * nodes is the cloud's own. Amazon EKS, "Learn how EKS Pod Identity and IRSA set up pods"
 * (https://github.com/aws/amazon-eks-pod-identity-webhook) and "Windows support"
 * (https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html); GKE Autopilot's and its load balancing's by the
 * end of their names (https://cloud.google.com/kubernetes-engine/docs/release-notes); AKS
 * (https://github.com/kubernetes/autoscaler/issues/7392) and its workload identity
 * (https://azure.github.io/azure-workload-identity/docs/installation/mutating-admission-webhook.html).
 */
const WEBHOOKS =
  /^(pod-identity-webhook|vpc-resource-mutating-webhook|\d+-amazon-eks-[\w-]+\.amazonaws\.com|[\w-]+\.config\.common-webhooks\.networking\.gke\.io|gmp-operator\.gmp-system\.monitoring\.googleapis\.com|aks-(node-mutating-webhook|webhook-admission-controller)|azure-wi-webhook-mutating-webhook-configuration)$/;

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
    case "MutatingWebhookConfiguration":
      return WEBHOOKS.test(name);
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
