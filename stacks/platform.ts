import { isStopped, severedChannels } from "../config/channels";
import { CONNECTORS, LEASE_WORKER, OPERATOR, OPERATOR_PROXY, taskTemplate } from "../config/components";
import { controlPlaneHost } from "../config/control-plane";
import type { Deployment } from "../config/deployment";
import { reachesPreChecks, tunnelRegionOf } from "../config/egress";
import { operatorsImageBuilder } from "../config/image-builder";
import { imageReference } from "../config/images";
import { namespaceTemplate, PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT, TASK_SERVICE_ACCOUNT } from "../config/names";
import { taskScheduling } from "../config/scheduling";
import { Configuration } from "../constructs/kubernetes/configuration";
import { Connectors } from "../constructs/kubernetes/connectors";
import { operatorsSettings } from "../constructs/kubernetes/image-builder";
import { LeaseWorker } from "../constructs/kubernetes/lease-worker";
import { Metrics, prometheusHealth } from "../constructs/kubernetes/metrics";
import { Operator } from "../constructs/kubernetes/operator";
import { operatorConfiguration } from "../constructs/kubernetes/operator-configuration";
import { PodWebhook } from "../constructs/kubernetes/pod-webhook";
import { Rbac } from "../constructs/kubernetes/rbac";
import { ServiceAccount } from "../constructs/kubernetes/service-accounts";
import { TaskTemplate } from "../constructs/kubernetes/task-template";
import { Tunnel } from "../constructs/kubernetes/tunnel";
import { WorkflowDefinition } from "../constructs/kubernetes/workflow-definition";
import type { Construct } from "../framework";
import { buildsOf, type Guarded } from "./guards";

/**
 * Union's platform, by this package's own constructs: where the workloads are by Union's chart, that brings it instead.
 *
 * @param readsAuthority whether the pod webhook's certificate authority is read back from the cluster
 */
export function addPlatform(
  scope: Construct,
  deployment: Deployment,
  { dataPlane, platform, tasks }: Guarded,
  readsAuthority: boolean,
): void {
  const { rbac, taskEgress, components, tunnel } = deployment;
  const { identities, images } = dataPlane;
  const singleNamespace = deployment.taskNamespaces.length === 0;
  const standard = rbac === "standard";

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
  if (singleNamespace) {
    new TaskTemplate(scope, `task-template-${platform.name}`, {
      namespace: platform,
      name: taskTemplate(deployment),
      serviceAccount: taskAccount.name,
      image: images.busybox,
    });
  }
  new WorkflowDefinition(scope, "workflow-definition");
  new Rbac(scope, "rbac", {
    mode: rbac,
    platform: platformAccount,
    tasks,
    secretsInKubernetes: dataPlane.secretManager["type"] === "K8s",
  });

  const client = {
    controlPlaneHost: controlPlaneHost(deployment.tenant, deployment.region),
    organization: deployment.organization,
    clientId: deployment.clientId,
  };
  const scheduling = taskScheduling(deployment);
  const configuration = new Configuration(scope, "configuration", {
    namespace: platform,
    name: "union-operator",
    sections: operatorConfiguration({
      ...client,
      dataPlane,
      scheduling,
      namespace: PLATFORM_NAMESPACE,
      namespaceTemplate: namespaceTemplate(deployment),
      singleNamespace,
      clusterPermissions: standard,
      imageBuilder: components.imageBuilder ? operatorsImageBuilder("union-operator") : undefined,
      prometheusHealth: components.metrics ? prometheusHealth(PLATFORM_NAMESPACE) : undefined,
    }),
    settings: components.imageBuilder ? operatorsSettings(dataPlane, buildsOf(deployment)) : undefined,
  });
  const pods = {
    namespace: platform,
    serviceAccount: platformAccount,
    configuration,
    image: images.operator,
    podLabels: identities.platform.podLabels,
  };
  new Operator(scope, "operator", { ...pods, stopped: isStopped(deployment, OPERATOR) });
  new Tunnel(scope, "tunnel", {
    ...pods,
    replicas: tunnel.replicas,
    protocol: tunnel.protocol,
    region: tunnelRegionOf(deployment),
    remoteDiagnostics: tunnel.remoteDiagnostics,
    preChecks: reachesPreChecks(deployment),
    stopped: isStopped(deployment, OPERATOR_PROXY),
    severed: severedChannels(deployment),
  });
  new LeaseWorker(scope, "lease-worker", {
    ...client,
    dataPlane,
    scheduling,
    namespace: platform,
    serviceAccount: platformAccount,
    namespaceTemplate: namespaceTemplate(deployment),
    singleNamespace,
    tasksCallControlPlane: taskEgress === "control-plane",
    connectors: components.connectors,
    stopped: isStopped(deployment, LEASE_WORKER),
  });
  new PodWebhook(scope, "pod-webhook", {
    dataPlane,
    namespace: platform,
    serviceAccount: platformAccount,
    organization: deployment.organization,
    kubectlImage: imageReference(deployment, "kubectl"),
    tasks,
    singleNamespace,
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
}
