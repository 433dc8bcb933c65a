import { Construct } from "../../framework";
import type { Namespace } from "./namespaces";
import { PlatformDeployment } from "./platform-deployment";
import { ClusterWideRole, NamespaceRole, type Rule } from "./rbac";
import type { ServiceAccount } from "./service-accounts";

/** The autoscaler's image and identity, and the cluster that it sizes. */
export interface ClusterAutoscalerProps {
  /** Namespace of its pod, apart from Union's: its role trusts this namespace and account alone. */
  readonly namespace: Namespace;
  /** Account with the identity that may size node groups. */
  readonly serviceAccount: ServiceAccount;
  /** Reference by digest, of the cluster's minor version: the autoscaler simulates that scheduler. */
  readonly image: string;
  /** By which it finds the node groups: EKS tags them with it. */
  readonly clusterName: string;
  /** The cluster's region. */
  readonly region: string;
}

const WATCH = ["get", "list", "watch"];

/** Reads what the scheduler reads, marks nodes and evicts pods from those it is about to remove. */
const CLUSTER_RULES: Rule[] = [
  {
    apiGroups: [""],
    resources: [
      "namespaces",
      "persistentvolumeclaims",
      "persistentvolumes",
      "pods",
      "replicationcontrollers",
      "services",
    ],
    verbs: WATCH,
  },
  { apiGroups: [""], resources: ["nodes"], verbs: [...WATCH, "update", "patch", "delete"] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: ["pods/status"], verbs: ["update"] },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: ["apps"], resources: ["daemonsets", "replicasets", "statefulsets"], verbs: WATCH },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: WATCH },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: WATCH },
  {
    apiGroups: ["storage.k8s.io"],
    resources: ["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
    verbs: WATCH,
  },
  {
    apiGroups: ["resource.k8s.io"],
    resources: ["deviceclasses", "resourceclaims", "resourceslices"],
    verbs: WATCH,
  },
];

/** Its lock and its status, in its own namespace. */
const NAMESPACE_RULES: Rule[] = [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: [...WATCH, "create", "update"] },
  { apiGroups: [""], resources: ["configmaps"], verbs: [...WATCH, "create", "update", "delete"] },
];

/**
 * Sizes AWS node pools by the pods that wait for a node; EKS does not do so by itself, so pools could not scale from
 * zero without it. A component of the cluster like its DNS: the deployment's RBAC mode speaks of Union's own roles.
 * Document: none; EKS needs it.
 */
export class ClusterAutoscaler extends Construct {
  constructor(scope: Construct, id: string, props: ClusterAutoscalerProps) {
    super(scope, id);
    const { namespace, serviceAccount, image, clusterName, region } = props;
    const name = "cluster-autoscaler";
    new ClusterWideRole(this, "cluster-role", { name, account: serviceAccount, rules: CLUSTER_RULES });
    new NamespaceRole(this, "role", { name, namespace, account: serviceAccount, rules: NAMESPACE_RULES });
    new PlatformDeployment(this, "deployment", {
      namespace,
      name,
      serviceAccount,
      containers: [
        {
          name,
          image,
          command: [
            "./cluster-autoscaler",
            "--cloud-provider=aws",
            `--namespace=${namespace.name}`,
            `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${clusterName}`,
            // Zones are filled evenly, and the smallest sufficient pool is chosen.
            "--balance-similar-node-groups",
            "--expander=least-waste",
            // Each platform pod has an empty /tmp, which would otherwise pin its node.
            "--skip-nodes-with-local-storage=false",
          ],
          env: [{ name: "AWS_REGION", value: region }],
          port: [{ name: "http", containerPort: 8085 }],
          livenessProbe: { httpGet: { path: "/health-check", port: "http" }, periodSeconds: 10, failureThreshold: 6 },
          // Holds every pod and node of the cluster in memory: enough for a few hundred nodes.
          resources: { requests: { cpu: "100m", memory: "600Mi" }, limits: { cpu: "1", memory: "1Gi" } },
        },
      ],
    });
  }
}
