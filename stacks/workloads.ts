import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { CloudOutputs } from "../config/cloud-outputs";
import { CONNECTORS } from "../config/components";
import { controlPlaneHost } from "../config/control-plane";
import type { Deployment } from "../config/deployment";
import { reachesPreChecks, tunnelRegionOf } from "../config/egress";
import { buildRepositoryOf, imageReference, registryMirrors } from "../config/images";
import {
  AUTOSCALER_NAMESPACE,
  AUTOSCALER_SERVICE_ACCOUNT,
  DEVICE_PLUGIN_NAMESPACE,
  fluentBitNamespace,
  FLUENT_BIT_SERVICE_ACCOUNT,
  namespaceTemplate,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  TASK_NAMESPACE_SERVICE_ACCOUNT,
  TASK_SERVICE_ACCOUNT,
  workloadsStack,
} from "../config/names";
import { bringsDevicePlugin, onWorkers, taskScheduling } from "../config/scheduling";
import type { DataPlane } from "../constructs/data-plane";
import { AppsGateway } from "../constructs/kubernetes/apps-gateway";
import { ClusterAutoscaler } from "../constructs/kubernetes/cluster-autoscaler";
import { Configuration } from "../constructs/kubernetes/configuration";
import { Connectors } from "../constructs/kubernetes/connectors";
import { Credentials } from "../constructs/kubernetes/credentials";
import { DevicePlugin } from "../constructs/kubernetes/device-plugin";
import { FluentBit } from "../constructs/kubernetes/fluent-bit";
import { ImageBuilder, operatorsImageBuilder, operatorsSettings } from "../constructs/kubernetes/image-builder";
import { TASK_NAMESPACE } from "../constructs/kubernetes/labels";
import { LeaseWorker } from "../constructs/kubernetes/lease-worker";
import { Metrics, prometheusHealth } from "../constructs/kubernetes/metrics";
import { Namespace, type Quota } from "../constructs/kubernetes/namespaces";
import { NetworkPolicies } from "../constructs/kubernetes/network-policies";
import { Operator } from "../constructs/kubernetes/operator";
import { operatorConfiguration } from "../constructs/kubernetes/operator-configuration";
import { PodWebhook } from "../constructs/kubernetes/pod-webhook";
import { Rbac } from "../constructs/kubernetes/rbac";
import { ServiceAccount } from "../constructs/kubernetes/service-accounts";
import { TaskTemplate } from "../constructs/kubernetes/task-template";
import { Tunnel } from "../constructs/kubernetes/tunnel";
import { WorkflowDefinition } from "../constructs/kubernetes/workflow-definition";
import { type Construct, TerraformStack } from "../framework";
import { addBackend } from "./backend";
import { addDataPlane, addProvider } from "./clouds";
import { addOutputs, type Outputs } from "./outputs";

/** Union's platform services request 14 vCPU and 27.1 GiB in all; the rest is room for an update's second pods. */
const PLATFORM_QUOTA: Quota = { cpu: "16", memory: "32Gi" };
/** Union's own bound for the tasks of one project and domain. */
const TASK_QUOTA: Quota = { cpu: "4096", memory: "2Ti" };

/**
 * Everything of a deployment that lives in Kubernetes. Reads the cluster by its name and no other stack's state, so
 * that it can be deployed, changed and destroyed alone; reaches the cluster with a short-lived token that a command
 * prints.
 */
export class WorkloadsStack extends TerraformStack {
  /**
   * @param outputs what only the cloud knows; default: it is read by data sources
   * @param readsAuthority whether the pod webhook's certificate authority is read back from the cluster; default: where
   *   data sources are read at all
   */
  constructor(
    scope: Construct,
    deployment: Deployment,
    outputs?: CloudOutputs,
    readsAuthority: boolean = outputs === undefined,
  ) {
    super(scope, workloadsStack(deployment));
    addBackend(this, deployment, "workloads");
    addProvider(this, deployment);
    const dataPlane = addDataPlane(this, deployment, outputs);
    const { host, caCertificate, exec } = dataPlane.access;
    new KubernetesProvider(this, "kubernetes", {
      host,
      clusterCaCertificate: caCertificate,
      exec: [{ ...exec, args: [...exec.args] }],
    });
    addWorkloads(this, deployment, dataPlane, readsAuthority);
    addOutputs(this, outputsOf(dataPlane));
  }
}

/** The same on every cloud: what differs is in `dataPlane`. */
function addWorkloads(scope: Construct, deployment: Deployment, dataPlane: DataPlane, readsAuthority: boolean): void {
  const { rbac, taskNamespaces, taskEgress, appsAndServing, components, tunnel } = deployment;
  const { identities, images, autoscaler, fluentBit } = dataPlane;
  const tasksInPlatform = taskNamespaces.length === 0;
  const standard = rbac === "standard";

  const platform = new Namespace(scope, PLATFORM_NAMESPACE, {
    name: PLATFORM_NAMESPACE,
    ...(tasksInPlatform
      ? {
          description: "Union's operator and task pods. Task images are the users', which 'restricted' could refuse.",
          podSecurity: "baseline",
          quota: TASK_QUOTA,
        }
      : { description: "Union's operator and tunnel.", podSecurity: "restricted", quota: PLATFORM_QUOTA }),
  });
  const separateTasks = taskNamespaces.map(
    (name) =>
      new Namespace(scope, `tasks-${name}`, {
        name,
        description:
          "Task pods of one project and domain. Their images are the users', which 'restricted' could refuse.",
        podSecurity: "baseline",
        quota: TASK_QUOTA,
        labels: TASK_NAMESPACE,
      }),
  );
  const tasks = tasksInPlatform ? [platform] : separateTasks;
  const logging =
    fluentBit &&
    new Namespace(scope, fluentBitNamespace(deployment), {
      name: fluentBitNamespace(deployment),
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

  new NetworkPolicies(scope, "network-policies", {
    dataPlane,
    platform,
    tasks,
    logging: logging && { namespace: logging, readsApi: standard, toObjectStore: deployment.logs === "object-store" },
    autoscaler: autoscalerNamespace,
    tasksCallControlPlane: taskEgress === "control-plane",
  });
  if (appsAndServing) new AppsGateway(scope, "apps-gateway", { platform, apps: tasks });

  const platformAccount = new ServiceAccount(scope, "platform-account", {
    namespace: platform,
    name: PLATFORM_SERVICE_ACCOUNT,
    identity: identities.platform,
  });
  const taskAccount = new ServiceAccount(scope, "task-account", {
    namespace: platform,
    name: TASK_SERVICE_ACCOUNT,
    identity: identities.task,
  });
  const taskAccounts = separateTasks.map(
    (namespace) =>
      new ServiceAccount(scope, `task-account-${namespace.name}`, {
        namespace,
        name: TASK_NAMESPACE_SERVICE_ACCOUNT,
        identity: identities.task,
      }),
  );
  for (const serviceAccount of tasksInPlatform ? [taskAccount] : taskAccounts) {
    const { namespace } = serviceAccount;
    new TaskTemplate(scope, `task-template-${namespace.name}`, { namespace, serviceAccount, image: images.busybox });
  }
  new WorkflowDefinition(scope, "workflow-definition");
  new Rbac(scope, "rbac", {
    mode: rbac,
    platform: platformAccount,
    tasks,
    appsAndServing,
    secretsInKubernetes: dataPlane.secretManager["type"] === "K8s",
  });

  new Credentials(scope, "credentials", {
    namespace: platform,
    clusterName: dataPlane.clusterName,
    clientSecret: dataPlane.clientSecret,
  });
  const client = {
    controlPlaneHost: controlPlaneHost(deployment.tenant, deployment.region),
    organization: deployment.organization,
    clientId: deployment.clientId,
  };
  const scheduling = taskScheduling(deployment);
  const builds = { repository: buildRepositoryOf(deployment), authentication: deployment.cloud };
  const configuration = new Configuration(scope, "configuration", {
    namespace: platform,
    name: "union-operator",
    sections: operatorConfiguration({
      ...client,
      dataPlane,
      scheduling,
      namespace: PLATFORM_NAMESPACE,
      namespaceTemplate: namespaceTemplate(deployment),
      singleNamespace: tasksInPlatform,
      clusterPermissions: standard,
      appsAndServing,
      imageBuilder: components.imageBuilder ? operatorsImageBuilder("union-operator") : undefined,
      prometheusHealth: components.metrics ? prometheusHealth(PLATFORM_NAMESPACE) : undefined,
    }),
    settings: components.imageBuilder ? operatorsSettings(dataPlane, builds) : undefined,
  });
  const pods = {
    namespace: platform,
    serviceAccount: platformAccount,
    configuration,
    image: images.operator,
    podLabels: identities.platform.podLabels,
  };
  new Operator(scope, "operator", pods);
  new Tunnel(scope, "tunnel", {
    ...pods,
    replicas: tunnel.replicas,
    protocol: tunnel.protocol,
    region: tunnelRegionOf(deployment),
    remoteDiagnostics: tunnel.remoteDiagnostics,
    preChecks: reachesPreChecks(deployment),
  });
  new LeaseWorker(scope, "lease-worker", {
    ...client,
    dataPlane,
    scheduling,
    namespace: platform,
    serviceAccount: platformAccount,
    namespaceTemplate: namespaceTemplate(deployment),
    singleNamespace: tasksInPlatform,
    tasksCallControlPlane: taskEgress === "control-plane",
    connectors: components.connectors,
  });
  new PodWebhook(scope, "pod-webhook", {
    dataPlane,
    namespace: platform,
    serviceAccount: platformAccount,
    organization: deployment.organization,
    kubectlImage: imageReference(deployment, "kubectl"),
    tasks,
    singleNamespace: tasksInPlatform,
    readsAuthority,
  });

  if (components.connectors) {
    new Connectors(scope, "connectors", {
      dataPlane,
      namespace: platform,
      serviceAccount: new ServiceAccount(scope, "connectors-account", {
        namespace: platform,
        name: CONNECTORS,
        identity: identities.task,
      }),
      image: imageReference(deployment, "connectors"),
      callerAccount: platformAccount,
    });
  }
  if (components.imageBuilder) {
    new ImageBuilder(scope, "image-builder", {
      ...builds,
      dataPlane,
      image: imageReference(deployment, "buildkit"),
      placement: onWorkers(deployment),
      mirrors: registryMirrors(deployment),
      tasks,
      platform: tasksInPlatform ? platform : undefined,
    });
  }
  if (components.metrics) {
    new Metrics(scope, "metrics", {
      dataPlane,
      namespace: platform,
      images: {
        prometheus: imageReference(deployment, "prometheus"),
        kubeStateMetrics: imageReference(deployment, "kubeStateMetrics"),
      },
      reach: standard ? "cluster" : "namespace",
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
}

/** What a person runs next: the document's own checks. */
const outputsOf = ({ kubeconfigCommand }: DataPlane): Outputs => ({
  kubeconfig: ["Gives kubectl access to the cluster.", kubeconfigCommand],
  check_services: ["Every service is of type ClusterIP.", `kubectl get svc -n ${PLATFORM_NAMESPACE}`],
  check_tunnel: [
    "Logs show the tunnel's connections to Cloudflare's edge, opened from here.",
    `kubectl logs deployment/union-operator-proxy -c tunnel -n ${PLATFORM_NAMESPACE}`,
  ],
  check_network_policies: [
    "Each namespace of the data plane has 'default-deny' and named paths.",
    "kubectl get networkpolicies -A",
  ],
  check_quotas: [
    "No namespace of the data plane may hold a LoadBalancer or NodePort service.",
    "kubectl get resourcequotas -A",
  ],
  check_identities: [
    "Service accounts carry the name of a cloud identity; no secret holds a cloud key.",
    `kubectl get serviceaccounts -n ${PLATFORM_NAMESPACE} -o yaml`,
  ],
});
