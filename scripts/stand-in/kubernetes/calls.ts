/** What each component asks of the Kubernetes API, and what none may. */
import { POD_WEBHOOK, WEBHOOK_CERTIFICATE } from "../../../config/components";
import type { Deployment } from "../../../config/deployment";
import {
  AUTOSCALER_NAMESPACE,
  AUTOSCALER_SERVICE_ACCOUNT,
  FLUENT_BIT_SERVICE_ACCOUNT,
  fluentBitNamespace,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  taskServiceAccounts,
} from "../../../config/names";
import { AUTH_SECRET } from "../../../constructs/kubernetes/credentials";
import { type Call, type Caller, serviceAccount } from "./api";

/** Calls of one component, as one service account. */
export interface Calls {
  readonly component: string;
  readonly as: Caller;
  readonly calls: readonly Call[];
}

const WATCH = ["get", "list", "watch"];
const MANAGE = [...WATCH, "create", "update", "patch", "delete"];

const calls = (verbs: readonly string[], resources: readonly string[], namespace?: string): Call[] =>
  resources.flatMap((resource) =>
    verbs.map((verb) => ({ verb, resource, ...(namespace !== undefined && { namespace }) })),
  );

const platform = serviceAccount(PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT);
const webhookCertificate = serviceAccount(PLATFORM_NAMESPACE, WEBHOOK_CERTIFICATE);

/** Namespaces where tasks of a deployment run. */
const taskNamespaces = ({ taskNamespaces: given }: Deployment) => (given.length > 0 ? given : [PLATFORM_NAMESPACE]);

/** Calls that components make while they do their work. */
export function allowedCalls(deployment: Deployment): Calls[] {
  const everywhere = deployment.rbac === "standard";
  return [
    {
      component: "operator",
      as: platform,
      calls: [
        // Token rotation.
        ...calls([...WATCH, "create", "update"], ["secrets", "deployments.apps"], PLATFORM_NAMESPACE),
        // Informers: over all namespaces where the role reaches them.
        ...(everywhere
          ? calls(
              ["list", "watch"],
              [
                "nodes",
                "namespaces",
                "pods",
                "configmaps",
                "resourcequotas",
                "podtemplates",
                "flyteworkflows.flyte.lyft.com",
              ],
            )
          : calls(["list", "watch"], ["pods", "configmaps", "resourcequotas", "podtemplates"], PLATFORM_NAMESPACE)),
      ],
    },
    {
      component: "operator-proxy",
      as: platform,
      calls: [
        ...taskNamespaces(deployment).flatMap((namespace) => [
          ...calls(["get", "list", "watch"], ["pods", "events", "resourcequotas"], namespace),
          ...calls(["get"], ["pods/log"], namespace),
        ]),
      ],
    },
    {
      component: "lease worker",
      as: platform,
      calls: taskNamespaces(deployment).flatMap((namespace) => [
        ...calls(MANAGE, ["pods"], namespace),
        ...calls(["create", "patch"], ["events"], namespace),
        ...calls(WATCH, ["events", "events.events.k8s.io", "podtemplates"], namespace),
      ]),
    },
    {
      component: "webhook certificate",
      as: webhookCertificate,
      calls: [
        ...calls(["create"], ["secrets", "configmaps"], PLATFORM_NAMESPACE),
        ...["get", "delete"].flatMap((verb) => [
          { verb, resource: "secrets", namespace: PLATFORM_NAMESPACE, name: POD_WEBHOOK },
          { verb, resource: "configmaps", namespace: PLATFORM_NAMESPACE, name: `${POD_WEBHOOK}-ca` },
        ]),
      ],
    },
    {
      component: "fluent-bit",
      as: serviceAccount(fluentBitNamespace(deployment), FLUENT_BIT_SERVICE_ACCOUNT),
      calls: everywhere ? calls(WATCH, ["pods", "namespaces"]) : [],
    },
    ...(deployment.cloud === "aws"
      ? [
          {
            component: "cluster-autoscaler",
            as: serviceAccount(AUTOSCALER_NAMESPACE, AUTOSCALER_SERVICE_ACCOUNT),
            calls: [
              ...calls(["list", "watch"], ["pods", "nodes", "services", "replicationcontrollers", "persistentvolumes"]),
              ...calls(["list", "watch"], ["replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch"]),
              ...calls(["list", "watch"], ["poddisruptionbudgets.policy", "storageclasses.storage.k8s.io"]),
              ...calls(["create"], ["pods/eviction"]),
              ...calls([...WATCH, "create", "update"], ["leases.coordination.k8s.io"], AUTOSCALER_NAMESPACE),
            ],
          },
        ]
      : []),
  ];
}

/** Calls that must be refused: what would let one part do more than its work. */
export function deniedCalls(deployment: Deployment): Calls[] {
  const namespaces = ["default", "kube-system", PLATFORM_NAMESPACE];
  const beyond: Call[] = [
    ...calls(MANAGE, ["clusterroles.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io"]),
    ...calls(["create", "update", "patch", "delete"], ["networkpolicies.networking.k8s.io"], PLATFORM_NAMESPACE),
    ...calls(["create", "update", "patch", "delete"], ["resourcequotas"], PLATFORM_NAMESPACE),
    ...calls(["update", "patch", "delete"], ["namespaces", "nodes"]),
    ...calls(["impersonate"], ["users", "groups", "serviceaccounts"]),
    ...calls(["get", "list"], ["secrets"]),
    ...calls(["get", "list", "create"], ["secrets", "pods/exec"], "kube-system"),
    // Whoever may write these may have the Kubernetes API send it every object.
    ...calls(
      ["create", "update", "patch"],
      ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"].map(
        (resource) => `${resource}.admissionregistration.k8s.io`,
      ),
    ),
  ];
  return [
    { component: "the platform", as: platform, calls: beyond },
    {
      component: "webhook certificate",
      as: webhookCertificate,
      calls: [
        ...beyond,
        { verb: "get", resource: "secrets", namespace: PLATFORM_NAMESPACE, name: AUTH_SECRET },
        ...calls(["get", "list", "update"], ["secrets", "pods", "deployments.apps"], PLATFORM_NAMESPACE),
      ],
    },
    {
      component: "fluent-bit",
      as: serviceAccount(fluentBitNamespace(deployment), FLUENT_BIT_SERVICE_ACCOUNT),
      calls: [
        ...beyond,
        ...calls(["create", "delete"], ["pods"]),
        ...calls(["get"], ["configmaps"], PLATFORM_NAMESPACE),
      ],
    },
    ...taskServiceAccounts(deployment).map(({ namespace, name }) => ({
      component: `tasks in ${namespace}`,
      as: serviceAccount(namespace, name),
      calls: [
        ...beyond,
        ...[...namespaces, namespace].flatMap((place) =>
          calls(MANAGE, ["pods", "secrets", "configmaps", "services", "deployments.apps"], place),
        ),
      ],
    })),
  ];
}
