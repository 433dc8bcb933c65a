import { WEBHOOK_HEADLESS_SERVICE } from "../../config/components";
import { type Client, controlPlane, endpointOf, LOGGING, storage } from "./configuration";
import { taskPods, type TaskPodsProps } from "./task-pods";

/** Folder where the operator and the operator-proxy read their configuration. */
export const OPERATOR_CONFIG_FOLDER = "/etc/union/config";

export interface OperatorConfigurationProps extends Client, TaskPodsProps {
  /** The platform's namespace. */
  readonly namespace: string;
  /** Namespace of a task's pods, where `{{ project }}` and `{{ domain }}` stand for the task's own. */
  readonly namespaceTemplate: string;
  /** Whether tasks run in `namespace` too, so that nothing is to be watched in any other. */
  readonly singleNamespace: boolean;
  /** Whether the account may read over the whole cluster. */
  readonly clusterPermissions: boolean;
  /** The section by which the operator tells tasks of the image builder; undefined: there is none. */
  readonly imageBuilder: Readonly<Record<string, unknown>> | undefined;
  /** Where Prometheus tells that it is well; undefined: there is none. */
  readonly prometheusHealth: string | undefined;
}

/** The configuration that operator and operator-proxy share. */
export function operatorConfiguration(props: OperatorConfigurationProps) {
  const { dataPlane, controlPlaneHost, organization, clientId } = props;
  const { namespace, namespaceTemplate, singleNamespace, clusterPermissions } = props;
  const { objectStore } = dataPlane;
  return {
    ...controlPlane(props),
    connection: { rootTenantURLPattern: endpointOf(props) },
    cache: { identity: { enabled: false } },
    sharedService: { port: 8081, features: { gatewayV2: true } },
    operator: {
      enabled: true,
      enableTunnelService: true,
      tunnel: {
        // Apps & Serving is for who runs Union's chart.
        enableDirectToAppIngress: false,
        deploymentToRestart: "union-operator-proxy",
      },
      ...(singleNamespace && { limitNamespace: namespace }),
      ...(!clusterPermissions && { disableClusterPermissions: true }),
      apps: { enabled: false },
      // Namespaces and what is in them are the workloads' own: see docs/security.md.
      syncClusterConfig: { enabled: false },
      clusterId: { organization, name: dataPlane.clusterName },
      clusterData: {
        appId: clientId,
        cloudHostName: controlPlaneHost,
        bucketName: objectStore.metadataBucket,
        bucketRegion: objectStore.region,
        ...dataPlane.clusterData,
      },
      // Usage is counted over the nodes of the whole cluster.
      collectUsages: { enabled: clusterPermissions },
      billing: { model: "ResourceUsage" },
      dependenciesHeartbeat: {
        proxy: { endpoint: `http://union-operator-proxy.${namespace}.svc.cluster.local:10254` },
        ...(props.prometheusHealth !== undefined && { prometheus: { endpoint: props.prometheusHealth } }),
      },
      ...(props.imageBuilder && { imageBuilder: props.imageBuilder }),
      org: { namespaceTemplate },
      secretsWatcher: { enabled: false, dryRun: true, ...(!clusterPermissions && { namespaces: [namespace] }) },
    },
    proxy: {
      smConfig: {
        ...dataPlane.secretManager,
        // `%s` is the namespace; each pod of the webhook is told to forget a secret that changed.
        webhookHostTemplate: `${WEBHOOK_HEADLESS_SERVICE}.%s.svc`,
      },
      persistedLogs: dataPlane.persistedLogs,
    },
    ...taskPods(props),
    ...storage(dataPlane),
    fastRegistrationStorage: { container: objectStore.fastRegistrationBucket, ...objectStore.driver },
    ...LOGGING,
  };
}
