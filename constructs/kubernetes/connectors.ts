import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { CONNECTORS, CONNECTORS_PORT } from "../../config/components";
import { Construct } from "../../framework";
import type { DataPlane } from "../data-plane";
import { nameLabel, OWN_PODS, type PodSelectors } from "./labels";
import type { Namespace } from "./namespaces";
import { NetworkPolicy, pathsOut, tcp } from "./network-policies";
import { PlatformDeployment, tcpProbe } from "./platform-deployment";
import { NamespaceRole } from "./rbac";
import type { ServiceAccount } from "./service-accounts";

const METRICS_PORT = 9090;

/** One more than what must run: the chart's fewest. Its autoscaling needs a metrics server, which EKS has none of. */
const REPLICAS = 2;

/** The connectors' image and where they stand. */
export interface ConnectorsProps {
  /** What connectors may reach, and the label that a task's identity asks of their pods. */
  readonly dataPlane: DataPlane;
  /** Namespace of the connectors' pods and their Service. */
  readonly namespace: Namespace;
  /** Account of the connectors: a task's identity, for what a connector does is a task. */
  readonly serviceAccount: ServiceAccount;
  /** Reference of the image with the connectors, by digest. */
  readonly image: string;
  /** Account of the lease worker, which finds the connectors' pods by the Kubernetes API and calls them in turn. */
  readonly callerAccount: ServiceAccount;
}

/**
 * Flyte's connectors: tasks that run in another service, which the lease worker starts and watches through them.
 *
 * They reach the cloud's own services and nothing else: every other service lies outside of the data plane, where
 * strict egress leads nobody. Document: "Egress configuration".
 */
export class Connectors extends Construct {
  /** @throws RangeError if `dataPlane` has no block of a part that a path leads to */
  constructor(scope: Construct, id: string, props: ConnectorsProps) {
    super(scope, id);
    const { dataPlane, namespace, serviceAccount, image, callerAccount } = props;
    new PlatformDeployment(this, "deployment", {
      namespace,
      name: CONNECTORS,
      serviceAccount,
      callsApi: false,
      replicas: REPLICAS,
      podLabels: dataPlane.identities.task.podLabels,
      containers: [
        {
          name: CONNECTORS,
          image,
          command: ["c0"],
          env: [
            { name: "LOG_LEVEL", value: "20" },
            // Google's credentials are those of the pod's identity.
            { name: "AIRFLOW_CONN_GOOGLE_CLOUD_DEFAULT", value: "google-cloud-platform://" },
            // The one folder that may be written.
            { name: "HOME", value: "/tmp" },
          ],
          port: [
            { name: "grpc", containerPort: CONNECTORS_PORT },
            { name: "metric", containerPort: METRICS_PORT },
          ],
          readinessProbe: {
            httpGet: { path: "/", port: "metric" },
            initialDelaySeconds: 5,
            periodSeconds: 10,
            timeoutSeconds: 5,
          },
          livenessProbe: tcpProbe("grpc"),
          resources: {
            requests: { cpu: "1", memory: "1000Mi", "ephemeral-storage": "100Mi" },
            limits: { cpu: "1.5", memory: "1500Mi", "ephemeral-storage": "100Mi" },
          },
        },
      ],
    });
    new ServiceV1(this, "service", {
      ...namespace.object(CONNECTORS),
      spec: {
        type: "ClusterIP",
        clusterIp: "None",
        selector: { ...nameLabel(CONNECTORS) },
        port: [
          { name: "grpc", port: CONNECTORS_PORT, targetPort: "grpc" },
          { name: "metric", port: METRICS_PORT, targetPort: "metric" },
        ],
      },
    });
    new PodDisruptionBudgetV1(this, "disruption-budget", {
      ...namespace.object(CONNECTORS),
      spec: { maxUnavailable: "1", selector: { matchLabels: { ...nameLabel(CONNECTORS) } } },
    });
    new NamespaceRole(this, "found-by-lease-worker", {
      name: `${CONNECTORS}-endpoints`,
      namespace,
      account: callerAccount,
      rules: [
        { apiGroups: [""], resources: ["endpoints"], resourceNames: [CONNECTORS], verbs: ["get", "list", "watch"] },
      ],
    });
    addConnectorsPaths(this, { dataPlane, namespace, pods: OWN_PODS });
  }
}

export interface ConnectorsPathsProps extends Pick<ConnectorsProps, "dataPlane" | "namespace"> {
  /** The pods that there are. */
  readonly pods: PodSelectors;
}

/** The connectors' paths, whoever brings the pods. */
export function addConnectorsPaths(scope: Construct, { dataPlane, namespace, pods }: ConnectorsPathsProps): void {
  const ports = tcp(CONNECTORS_PORT);
  new NetworkPolicy(scope, "paths", {
    namespace,
    name: CONNECTORS,
    description: "Object store and cloud services; called by the lease worker only.",
    pods: pods.connectors,
    egress: pathsOut(dataPlane).cloudServicesAndObjectStore,
    ingress: [{ peers: [{ pods: pods.leaseWorker }], ports }],
  });
  new NetworkPolicy(scope, "lease-worker-paths", {
    namespace,
    name: `lease-worker-to-${CONNECTORS}`,
    description: "Tasks that run in another service.",
    pods: pods.leaseWorker,
    egress: [{ peers: [{ pods: pods.connectors }], ports }],
  });
}
