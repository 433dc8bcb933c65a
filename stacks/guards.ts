import { CHART, CHART_SAMPLE_NAMESPACES } from "../config/chart";
import { CONNECTORS, PROMETHEUS, taskTemplate } from "../config/components";
import type { Deployment } from "../config/deployment";
import { TASK_NAMESPACE } from "../config/image-builder";
import { buildRepositoryOf, imageReference, registryMirrors } from "../config/images";
import {
  AUTOSCALER_NAMESPACE,
  AUTOSCALER_SERVICE_ACCOUNT,
  DEVICE_PLUGIN_NAMESPACE,
  FLUENT_BIT_NAMESPACE,
  FLUENT_BIT_SERVICE_ACCOUNT,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  TASK_NAMESPACE_SERVICE_ACCOUNT,
  TASK_SERVICE_ACCOUNT,
} from "../config/names";
import { bringsDevicePlugin, onWorkers } from "../config/scheduling";
import type { DataPlane } from "../constructs/data-plane";
import { addAdmissionBound } from "../constructs/kubernetes/admission-bound";
import { AppsGateway } from "../constructs/kubernetes/apps-gateway";
import { ClusterAutoscaler } from "../constructs/kubernetes/cluster-autoscaler";
import { addConnectorsPaths } from "../constructs/kubernetes/connectors";
import { Credentials } from "../constructs/kubernetes/credentials";
import { DevicePlugin } from "../constructs/kubernetes/device-plugin";
import { FluentBit } from "../constructs/kubernetes/fluent-bit";
import { ImageBuilder } from "../constructs/kubernetes/image-builder";
import { CHARTS_PODS, OWN_PODS, type PodSelectors } from "../constructs/kubernetes/labels";
import { addMetricsPaths, boundKubeletPages } from "../constructs/kubernetes/metrics";
import { Namespace, type Quota } from "../constructs/kubernetes/namespaces";
import { NetworkPolicies } from "../constructs/kubernetes/network-policies";
import { ServiceAccount } from "../constructs/kubernetes/service-accounts";
import { TaskTemplate } from "../constructs/kubernetes/task-template";
import { Construct } from "../framework";

/**
 * Union's own bound for the tasks of one project and domain. The platform's namespace has it too when tasks have left it:
 * those that still run there count, and with less room the platform's own pods would be refused until they end.
 */
const TASK_QUOTA: Quota = { cpu: "4096", memory: "2Ti" };
const NO_QUOTA: Quota = { cpu: "0", memory: "0" };

/** Lets Helm count an object as the release's own that was there before. */
const ADOPTED = {
  labels: { "app.kubernetes.io/managed-by": "Helm" },
  annotations: {
    "meta.helm.sh/release-name": CHART.release,
    "meta.helm.sh/release-namespace": PLATFORM_NAMESPACE,
  },
} as const;

/** What stands before the platform, and what it is put into. */
export interface Guarded {
  readonly dataPlane: DataPlane;
  readonly platform: Namespace;
  /** Namespaces where task pods run; may hold the platform's. */
  readonly tasks: readonly Namespace[];
}

/** Repository of the images that the platform builds, and whose identity a task's login there is of. */
export const buildsOf = (deployment: Deployment) => ({
  repository: buildRepositoryOf(deployment),
  authentication: deployment.cloud,
});

/**
 * Namespaces, the paths of all pods, the client secret, and those parts that Pod Security or their rights keep apart from
 * the platform: the same whoever brings that. Document: "Outbound-only model", "Egress configuration".
 */
export function addGuards(scope: Construct, deployment: Deployment, dataPlane: DataPlane): Guarded {
  const { workloads, rbac, taskEgress, components } = deployment;
  const { identities, images, autoscaler, fluentBit } = dataPlane;
  const byChart = workloads === "chart";
  const pods = byChart ? CHARTS_PODS : OWN_PODS;
  const standard = rbac === "standard";
  const platform = addPlatformNamespace(scope, deployment);
  const separateTasks = deployment.taskNamespaces.map((name) => addTaskNamespace(scope, name, byChart));
  const tasks = separateTasks.length === 0 ? [platform] : separateTasks;
  const logging =
    fluentBit &&
    new Namespace(scope, FLUENT_BIT_NAMESPACE, {
      name: FLUENT_BIT_NAMESPACE,
      description:
        "Fluent Bit reads log files of the node, which every level below 'privileged' forbids; nothing else is here.",
      podSecurity: "privileged",
    });
  const autoscalerNamespace =
    autoscaler &&
    new Namespace(scope, AUTOSCALER_NAMESPACE, {
      name: AUTOSCALER_NAMESPACE,
      description: "Sizes the node pools.",
      podSecurity: "restricted",
    });
  if (byChart) addSampleNamespaces(scope, deployment);

  new NetworkPolicies(scope, "network-policies", {
    dataPlane,
    pods,
    platform,
    tasks,
    logging: logging && { namespace: logging, readsApi: standard, toObjectStore: deployment.logs === "object-store" },
    autoscaler: autoscalerNamespace,
    tasksCallControlPlane: taskEgress === "control-plane",
  });
  new Credentials(scope, "credentials", {
    namespace: platform,
    clusterName: byChart ? undefined : dataPlane.clusterName,
    clientSecret: dataPlane.clientSecret,
  });
  const addTaskTemplate = (namespace: Namespace, serviceAccount: string) =>
    new TaskTemplate(scope, `task-template-${namespace.name}`, {
      namespace,
      name: taskTemplate(deployment),
      serviceAccount,
      image: images.busybox,
    });
  for (const namespace of separateTasks) {
    const serviceAccount = new ServiceAccount(scope, `task-account-${namespace.name}`, {
      namespace,
      name: TASK_NAMESPACE_SERVICE_ACCOUNT,
      identity: dataPlane.namespaceIdentities?.[namespace.name] ?? identities.task,
    });
    addTaskTemplate(namespace, serviceAccount.name);
  }
  // The account is the chart's; its own template leaves the account's token to the task.
  if (byChart && separateTasks.length === 0) addTaskTemplate(platform, TASK_SERVICE_ACCOUNT);
  if (byChart) addChartPaths(scope, deployment, { dataPlane, platform, tasks }, pods);

  if (components.imageBuilder) {
    new ImageBuilder(scope, "image-builder", {
      ...buildsOf(deployment),
      dataPlane,
      image: imageReference(deployment, "buildkit"),
      placement: onWorkers(deployment),
      mirrors: registryMirrors(deployment),
      tasks,
      taskPods: pods.tasks,
      platform: separateTasks.length === 0 ? platform : undefined,
      operator: byChart ? platform : undefined,
    });
  }
  if (fluentBit && logging) {
    new FluentBit(scope, "fluent-bit", {
      ...fluentBit,
      namespace: logging,
      serviceAccount: new ServiceAccount(scope, "fluent-bit-account", {
        namespace: logging,
        name: FLUENT_BIT_SERVICE_ACCOUNT,
        identity: fluentBit.identity,
      }),
      podLabels: fluentBit.identity.podLabels,
      readsApi: standard,
    });
  }
  if (autoscaler && autoscalerNamespace) {
    new ClusterAutoscaler(scope, "cluster-autoscaler", {
      namespace: autoscalerNamespace,
      serviceAccount: new ServiceAccount(scope, "autoscaler-account", {
        namespace: autoscalerNamespace,
        name: AUTOSCALER_SERVICE_ACCOUNT,
        identity: autoscaler.identity,
      }),
      image: autoscaler.image,
      clusterName: dataPlane.clusterName,
      region: autoscaler.region,
    });
  }
  if (bringsDevicePlugin(deployment)) {
    new DevicePlugin(scope, "device-plugin", {
      namespace: new Namespace(scope, DEVICE_PLUGIN_NAMESPACE, {
        name: DEVICE_PLUGIN_NAMESPACE,
        description:
          "The plugin that makes GPUs a resource speaks to the kubelet by a socket of the node, which every level below 'privileged' forbids; nothing else is here.",
        podSecurity: "privileged",
      }),
      image: imageReference(deployment, "devicePlugin"),
    });
  }
  return { dataPlane, platform, tasks };
}

function addPlatformNamespace(scope: Construct, { workloads, taskNamespaces }: Deployment): Namespace {
  const holds = () => {
    if (taskNamespaces.length === 0) {
      return {
        description: "Union's operator and task pods. Task images are the users', which 'restricted' could refuse.",
        podSecurity: "baseline",
      } as const;
    }
    return workloads === "chart"
      ? ({
          description: "Union's chart, whose pods say nothing of what 'restricted' asks for.",
          podSecurity: "baseline",
        } as const)
      : ({ description: "Union's operator and tunnel.", podSecurity: "restricted" } as const);
  };
  return new Namespace(scope, PLATFORM_NAMESPACE, { name: PLATFORM_NAMESPACE, quota: TASK_QUOTA, ...holds() });
}

const taskNamespaceId = (name: string) => `tasks-${name}`;

function addTaskNamespace(scope: Construct, name: string, byChart: boolean): Namespace {
  const adopted = byChart && CHART_SAMPLE_NAMESPACES.includes(name);
  return new Namespace(scope, taskNamespaceId(name), {
    name,
    description: "Task pods of one project and domain. Their images are the users', which 'restricted' could refuse.",
    podSecurity: "baseline",
    quota: TASK_QUOTA,
    labels: { ...TASK_NAMESPACE, ...(adopted && ADOPTED.labels) },
    ...(adopted && { annotations: ADOPTED.annotations }),
  });
}

/** Once tasks have namespaces of their own, the chart makes some for its sample projects too; here they are closed first. */
function addSampleNamespaces(scope: Construct, { taskNamespaces }: Deployment): void {
  if (taskNamespaces.length === 0) return;
  for (const name of CHART_SAMPLE_NAMESPACES.filter((sample) => !taskNamespaces.includes(sample))) {
    // The id that it has once `taskNamespaces` names it: by another, it would be destroyed, and made at the same time.
    new Namespace(scope, taskNamespaceId(name), {
      name,
      description: "Of a sample project that the chart makes. It holds no pod until 'taskNamespaces' names it.",
      podSecurity: "restricted",
      quota: NO_QUOTA,
      ...ADOPTED,
    });
  }
}

/** What keeps the platform in its place, beside permissions. */
const GUARDS = ["networkpolicies", "resourcequotas", "limitranges"];

const listed = (texts: Iterable<string>) => `[${[...texts].map((text) => `'${text}'`).join(", ")}]`;

/**
 * In CEL: of objects in these namespaces, and neither of those that give rights nor of those that guard the namespaces. An
 * object of the whole cluster is in none.
 */
const within = (namespaces: ReadonlySet<string>) =>
  [
    `request.namespace in ${listed(namespaces)}`,
    "request.resource.group != 'rbac.authorization.k8s.io'",
    `!(request.resource.resource in ${listed(GUARDS)})`,
  ].join(" && ");

/** Paths of the pods that the chart brings beside what it always has, and bounds of what it gives them. */
function addChartPaths(
  scope: Construct,
  { rbac, components, appsAndServing }: Deployment,
  { dataPlane, platform, tasks }: Guarded,
  pods: PodSelectors,
): void {
  // The chart's gateway runs as the namespace's own account, and needs nothing of the Kubernetes API.
  new ServiceAccount(scope, "default-account", { namespace: platform, name: "default" });
  // The chart's role of the lease worker is one for everything: in the whole cluster, or in the platform's namespace.
  addAdmissionBound(scope, "platform-bound", {
    name: "union-platform",
    account: { namespace: platform.name, name: PLATFORM_SERVICE_ACCOUNT },
    rule: {
      apiGroups: ["*"],
      apiVersions: ["*"],
      operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
      resources: ["*/*"],
    },
    expression: within(new Set([platform, ...tasks].map(({ name }) => name))),
    message:
      "may change nothing but in the data plane's own namespaces, and there no permission, network policy or quota",
  });
  if (components.connectors) {
    new ServiceAccount(scope, "connectors-account", {
      namespace: platform,
      name: CONNECTORS,
      identity: dataPlane.identities.task,
    });
    addConnectorsPaths(new Construct(scope, "connectors"), { dataPlane, namespace: platform, pods });
  }
  if (components.metrics) {
    const metrics = new Construct(scope, "metrics");
    addMetricsPaths(metrics, { dataPlane, namespace: platform, pods });
    if (rbac === "standard") boundKubeletPages(metrics, { namespace: platform.name, name: PROMETHEUS });
  }
  if (appsAndServing) {
    new AppsGateway(scope, "apps-gateway", { dataPlane, platform, apps: tasks, metrics: components.metrics });
  }
}
