/**
 * What each component asks of the Kubernetes API, and what none may. Of Union's own, the rules of its chart and, for the
 * lease worker and the webhook, Flyte's sources (executor, flyteplugins), which do the same; of the others, their own
 * manifests and sources.
 */
import {
  BUILDKIT,
  CONNECTORS,
  KUBE_STATE_METRICS,
  LEASE_WORKER,
  POD_WEBHOOK,
  PROMETHEUS,
  WEBHOOK_CERTIFICATE,
} from "../../../config/components";
import type { Deployment } from "../../../config/deployment";
import { usesFluentBit } from "../../../config/logs";
import {
  AUTOSCALER_NAMESPACE,
  AUTOSCALER_SERVICE_ACCOUNT,
  FLUENT_BIT_SERVICE_ACCOUNT,
  FLUENT_BIT_NAMESPACE,
  IMAGE_BUILDER_NAMESPACE,
  IMAGE_BUILDER_SERVICE_ACCOUNT,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  taskServiceAccounts,
  namespacesOfTasks,
} from "../../../config/names";
import { AUTH_SECRET } from "../../../constructs/kubernetes/credentials";
import { type Call, type Caller, serviceAccount } from "./api";

/** Calls of one component, as one service account. */
export interface Calls {
  readonly component: string;
  readonly as: Caller;
  readonly calls: readonly Call[];
}

/** What an informer does. */
const INFORM = ["list", "watch"];
const WATCH = ["get", ...INFORM];
const WRITE = ["create", "update", "patch", "delete"];
const MANAGE = [...WATCH, ...WRITE];

/** Each verb on each resource (`RESOURCE[/SUBRESOURCE][.GROUP]`), in one namespace or in all. */
const calls = (verbs: readonly string[], resources: readonly string[], namespace?: string): Call[] =>
  resources.flatMap((resource) =>
    verbs.map((verb) => ({ verb, resource, ...(namespace !== undefined && { namespace }) })),
  );

const platform = serviceAccount(PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT);
const webhookCertificate = serviceAccount(PLATFORM_NAMESPACE, WEBHOOK_CERTIFICATE);

const prometheus = serviceAccount(PLATFORM_NAMESPACE, PROMETHEUS);
const kubeStateMetrics = serviceAccount(PLATFORM_NAMESPACE, KUBE_STATE_METRICS);
const imageBuilder = serviceAccount(IMAGE_BUILDER_NAMESPACE, IMAGE_BUILDER_SERVICE_ACCOUNT);

/** Calls that components make while they do their work. */
export function allowedCalls(deployment: Deployment): Calls[] {
  const everywhere = deployment.rbac === "standard";
  const { connectors, metrics } = deployment.components;
  /** Where informers look: in all namespaces, where the deployment's roles allow that. */
  const scope = everywhere ? undefined : PLATFORM_NAMESPACE;
  const inTasks = (verbs: readonly string[], resources: readonly string[]) =>
    namespacesOfTasks(deployment).flatMap((namespace) => calls(verbs, resources, namespace));
  return [
    {
      component: "operator",
      as: platform,
      calls: [
        // Renews the tunnel's token: writes it, and restarts what reads it.
        ...calls([...WATCH, "create", "update"], ["secrets", "deployments.apps"], PLATFORM_NAMESPACE),
        ...calls(INFORM, ["pods", "configmaps", "events", "resourcequotas", "podtemplates"], scope),
        ...calls(INFORM, ["flyteworkflows.flyte.lyft.com"], scope),
        ...(everywhere ? calls(WATCH, ["nodes", "namespaces"]) : []),
      ],
    },
    {
      component: "operator-proxy",
      as: platform,
      calls: [
        // Shows a run's pods, what became of them, and their logs while they run.
        ...calls(
          INFORM,
          ["pods", "events", "resourcequotas", "flyteworkflows.flyte.lyft.com", "rayjobs.ray.io"],
          scope,
        ),
        ...inTasks(WATCH, ["pods", "events", "resourcequotas"]),
        ...inTasks(["get"], ["pods/log"]),
      ],
    },
    {
      component: "lease worker",
      as: platform,
      calls: [
        // Makes a task's pod, follows it, takes its finalizer off and deletes it.
        ...calls(INFORM, ["pods", "podtemplates", "events.events.k8s.io"], scope),
        ...inTasks(MANAGE, ["pods"]),
        ...inTasks(["create", "patch"], ["events"]),
      ],
    },
    {
      component: "certificate of the pod webhook",
      as: webhookCertificate,
      calls: [
        ...calls(["create"], ["secrets", "configmaps"], PLATFORM_NAMESPACE),
        ...["get", "delete"].flatMap((verb) => [
          { verb, resource: "secrets", namespace: PLATFORM_NAMESPACE, name: POD_WEBHOOK },
          { verb, resource: "configmaps", namespace: PLATFORM_NAMESPACE, name: `${POD_WEBHOOK}-ca` },
        ]),
      ],
    },
    ...(usesFluentBit(deployment)
      ? [
          {
            component: "fluent-bit",
            as: serviceAccount(FLUENT_BIT_NAMESPACE, FLUENT_BIT_SERVICE_ACCOUNT),
            calls: everywhere ? calls(WATCH, ["pods", "namespaces"]) : [],
          },
        ]
      : []),
    ...(connectors
      ? [
          {
            component: LEASE_WORKER,
            as: platform,
            calls: calls(["watch"], ["endpoints"], PLATFORM_NAMESPACE).map((call) => ({ ...call, name: CONNECTORS })),
          },
        ]
      : []),
    ...(metrics
      ? [
          {
            component: PROMETHEUS,
            as: prometheus,
            calls: [
              ...calls(["list", "watch"], ["pods"], PLATFORM_NAMESPACE),
              ...(everywhere ? [...calls(["list", "watch"], ["nodes"]), ...calls(["get"], ["nodes/proxy"])] : []),
            ],
          },
          {
            component: KUBE_STATE_METRICS,
            as: kubeStateMetrics,
            calls: calls(
              ["list", "watch"],
              ["pods", "resourcequotas", "deployments.apps", "daemonsets.apps", ...(everywhere ? ["nodes"] : [])],
              everywhere ? undefined : PLATFORM_NAMESPACE,
            ),
          },
        ]
      : []),
    ...(deployment.cloud === "aws"
      ? [
          {
            component: "cluster-autoscaler",
            as: serviceAccount(AUTOSCALER_NAMESPACE, AUTOSCALER_SERVICE_ACCOUNT),
            calls: [
              ...calls(INFORM, ["pods", "nodes", "namespaces", "services", "replicationcontrollers"]),
              ...calls(INFORM, ["persistentvolumes", "persistentvolumeclaims"]),
              ...calls(INFORM, ["replicasets.apps", "statefulsets.apps", "daemonsets.apps"]),
              ...calls(INFORM, ["jobs.batch", "poddisruptionbudgets.policy"]),
              ...calls(INFORM, ["storageclasses", "csinodes", "csidrivers"].map(of("storage.k8s.io"))),
              ...calls(INFORM, ["csistoragecapacities", "volumeattachments"].map(of("storage.k8s.io"))),
              ...calls(INFORM, ["resourceclaims", "resourceslices", "deviceclasses"].map(of("resource.k8s.io"))),
              ...calls(["get", "update", "patch"], ["nodes"]),
              ...calls(["delete"], ["nodes"]),
              ...calls(["create"], ["pods/eviction"]),
              ...calls(["update"], ["pods/status"]),
              ...calls(["create", "patch"], ["events"]),
              ...calls(["get", "create", "update"], ["leases.coordination.k8s.io"], AUTOSCALER_NAMESPACE),
              ...calls(["get", "create", "update", "delete"], ["configmaps"], AUTOSCALER_NAMESPACE),
            ],
          },
        ]
      : []),
  ];
}

/** Calls that must be refused: what would let one part do more than its work. */
export function deniedCalls(deployment: Deployment): Calls[] {
  const tasks = namespacesOfTasks(deployment);
  const rbac = "rbac.authorization.k8s.io";
  const ours = [...new Set([PLATFORM_NAMESPACE, ...tasks])];
  const others = ["default", "kube-system"];
  /** What nothing of the data plane may. */
  const beyond: Call[] = [
    // Giving rights, or taking another's.
    ...calls([...MANAGE, "bind", "escalate"], ["clusterroles", "clusterrolebindings"].map(of(rbac))),
    ...ours.flatMap((place) => calls([...WRITE, "bind", "escalate"], ["roles", "rolebindings"].map(of(rbac)), place)),
    ...calls(["impersonate"], ["users", "groups", "serviceaccounts"]),
    ...calls(["create"], ["serviceaccounts/token"], PLATFORM_NAMESPACE),
    ...calls(["create", "approve"], ["certificatesigningrequests.certificates.k8s.io"]),
    // Seeing or changing what others make.
    ...calls(
      WRITE,
      ["mutating", "validating"].map((kind) => `${kind}webhookconfigurations.admissionregistration.k8s.io`),
    ),
    ...calls(WRITE, ["customresourcedefinitions.apiextensions.k8s.io", "priorityclasses.scheduling.k8s.io"]),
    // What keeps it in its place.
    ...ours.flatMap((place) => calls(WRITE, ["networkpolicies.networking.k8s.io"], place)),
    ...ours.flatMap((place) => calls(WRITE, ["resourcequotas", "limitranges"], place)),
    ...calls(WRITE, ["namespaces"]),
    ...calls(["create"], ["nodes/proxy"]),
    // Opening a way in.
    ...[...ours, ...others].flatMap((place) => calls(["create"], ["pods/exec", "pods/attach"], place)),
    ...[...ours, ...others].flatMap((place) => calls(["create"], ["pods/portforward", "services"], place)),
    // Secrets of others.
    ...calls(WATCH, ["secrets"]),
    ...others.flatMap((place) => calls(MANAGE, ["secrets"], place)),
    ...others.flatMap((place) => calls(WRITE, ["pods", "configmaps", "deployments.apps", "daemonsets.apps"], place)),
  ];
  const alone = (component: string, as: Caller): Calls => ({
    component,
    as,
    calls: [
      ...beyond,
      ...calls(WATCH, ["secrets"], PLATFORM_NAMESPACE),
      { verb: "get", resource: "secrets", namespace: PLATFORM_NAMESPACE, name: AUTH_SECRET },
      ...ours.flatMap((place) => calls(WRITE, ["pods", "deployments.apps", "daemonsets.apps"], place)),
    ],
  });
  const { imageBuilder: builds, metrics } = deployment.components;
  return [
    {
      component: "the platform",
      as: platform,
      calls: [
        ...beyond,
        ...calls(WRITE, ["nodes"]),
        // Secrets of tasks are in the cloud's store; where tasks have namespaces of their own, pods are made there only.
        ...tasks.filter((place) => place !== PLATFORM_NAMESPACE).flatMap((place) => calls(MANAGE, ["secrets"], place)),
        ...(tasks.includes(PLATFORM_NAMESPACE) ? [] : calls(WRITE, ["pods"], PLATFORM_NAMESPACE)),
        ...(deployment.rbac === "standard" ? [] : calls(WATCH, ["pods", "nodes", "namespaces", "configmaps"])),
      ],
    },
    alone("certificate of the pod webhook", webhookCertificate),
    ...(builds ? [alone(BUILDKIT, imageBuilder)] : []),
    ...(metrics ? [alone(PROMETHEUS, prometheus), alone(KUBE_STATE_METRICS, kubeStateMetrics)] : []),
    alone("fluent-bit", serviceAccount(FLUENT_BIT_NAMESPACE, FLUENT_BIT_SERVICE_ACCOUNT)),
    ...(deployment.cloud === "aws"
      ? [alone("cluster-autoscaler", serviceAccount(AUTOSCALER_NAMESPACE, AUTOSCALER_SERVICE_ACCOUNT))]
      : []),
    ...taskServiceAccounts(deployment).map(({ namespace, name }) => ({
      component: `tasks in ${namespace}`,
      as: serviceAccount(namespace, name),
      calls: [
        ...beyond,
        ...[...ours, ...others].flatMap((place) =>
          calls(MANAGE, ["pods", "secrets", "configmaps", "services", "deployments.apps"], place),
        ),
        ...calls(WATCH, ["nodes", "namespaces", "pods"]),
      ],
    })),
  ];
}

const of = (group: string) => (resource: string) => `${resource}.${group}`;
