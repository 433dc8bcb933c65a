import { PriorityClassV1 } from "@cdktf/provider-kubernetes/lib/priority-class-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import {
  CONNECTORS,
  CONNECTORS_PORT,
  FAST_TASK_PORT,
  LEASE_WORKER,
  LEASE_WORKER_SERVICE,
} from "../../config/components";
import { Construct } from "../../framework";
import {
  administration,
  type Client,
  Configuration,
  controlPlane,
  endpointOf,
  LOGGING,
  SECRET_FOLDER,
  storage,
} from "./configuration";
import { AUTH_SECRET } from "./credentials";
import { unionEnvironment } from "./environment";
import { nameLabel } from "./labels";
import type { Namespace } from "./namespaces";
import { PlatformDeployment, tcpProbe } from "./platform-deployment";
import { webhookSection } from "./pod-webhook";
import type { ServiceAccount } from "./service-accounts";
import { taskPods, type TaskPodsProps } from "./task-pods";

const CONFIG_FOLDER = "/etc/config";
const PRIORITY_CLASS = "union-leaseworker";

/** Plugins that run tasks in pods of their own, in Union's names. */
const PLUGINS = ["container", "sidecar", "k8s-array", "echo", "fast-task"];

/** What starts the tasks' pods, and in which namespaces. */
export interface LeaseWorkerProps extends Client, TaskPodsProps {
  /** Namespace of the worker's own pod. */
  readonly namespace: Namespace;
  /** Account with the platform's identity, and the rights to make pods in task namespaces. */
  readonly serviceAccount: ServiceAccount;
  /** Namespace of a task's pods, where `{{ project }}` and `{{ domain }}` stand for the task's own. */
  readonly namespaceTemplate: string;
  /** Whether tasks run in `namespace` too. */
  readonly singleNamespace: boolean;
  /** Give each task a key of the control plane, so that tasks can start tasks. */
  readonly tasksCallControlPlane: boolean;
  /** Send tasks that run in another service to the connectors. */
  readonly connectors: boolean;
  /** Whether its channel is severed, so that there is no pod of it. */
  readonly stopped: boolean;
}

/**
 * Runs tasks: leases actions from the control plane over a connection of its own, makes a pod for each, and reports what
 * becomes of it. There is one at most, since two would each hold the other's leases. Document: "Direct gRPC connection"
 * (action lifecycle, event reporting, catalog).
 */
export class LeaseWorker extends Construct {
  constructor(scope: Construct, id: string, props: LeaseWorkerProps) {
    super(scope, id);
    const { dataPlane, namespace, serviceAccount } = props;
    const configuration = new Configuration(this, "configuration", {
      namespace,
      name: LEASE_WORKER,
      sections: sections(props),
    });
    // A new pod of it must not wait behind task pods for a node.
    new PriorityClassV1(this, "priority-class", {
      metadata: { name: PRIORITY_CLASS },
      description: "Union's lease worker, without which no task runs: before task pods.",
      value: 1_000_000,
    });
    new PlatformDeployment(this, "deployment", {
      namespace,
      name: LEASE_WORKER,
      serviceAccount,
      singleton: true,
      stopped: props.stopped,
      priorityClass: PRIORITY_CLASS,
      podLabels: dataPlane.identities.platform.podLabels,
      podAnnotations: configuration.checksum,
      // Leases are given back, so that the next one need not wait until they run out.
      terminationGracePeriodSeconds: 75,
      containers: [
        {
          name: LEASE_WORKER,
          image: dataPlane.images.operator,
          command: ["leaseworker", "run", "--config", `${CONFIG_FOLDER}/*.yaml`],
          env: unionEnvironment(namespace),
          port: [
            { name: "fasttask", containerPort: FAST_TASK_PORT },
            { name: "metrics", containerPort: 10254 },
          ],
          readinessProbe: tcpProbe("metrics"),
          livenessProbe: tcpProbe("metrics"),
          resources: { requests: { cpu: "4", memory: "8Gi" }, limits: { cpu: "8", memory: "16Gi" } },
          volumeMount: [
            { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
            { name: "secret", mountPath: SECRET_FOLDER, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "config", configMap: { name: configuration.name } },
        { name: "secret", secret: { secretName: AUTH_SECRET, defaultMode: "0440" } },
      ],
    });
    new ServiceV1(this, "service", {
      ...namespace.object(LEASE_WORKER_SERVICE),
      spec: {
        type: "ClusterIP",
        selector: { ...nameLabel(LEASE_WORKER) },
        port: [
          { name: "fasttask", port: FAST_TASK_PORT, targetPort: "fasttask" },
          { name: "debug", port: 10254, targetPort: "metrics" },
        ],
      },
    });
  }
}

function sections(props: LeaseWorkerProps) {
  const { dataPlane, namespace, organization, namespaceTemplate, singleNamespace, connectors } = props;
  const cluster = dataPlane.clusterName;
  const limit = singleNamespace && { "limit-namespace": namespace.name };
  const { plugins } = taskPods(props);
  return {
    leaseworker: {
      organization,
      cluster,
      workerName: `${organization}-${cluster}-worker1`,
      ...limit,
      "namespace-template": namespaceTemplate,
      capacity: 100_000,
      dispatcherCount: 512,
      refreshInterval: "10s",
      task_resources: {
        defaults: { cpu: "100m", memory: "500Mi" },
        limits: { cpu: 4096, gpu: 256, memory: "2Ti" },
      },
      unionAuth: { injectSecret: props.tasksCallControlPlane, secretName: "EAGER_API_KEY" },
    },
    ...(limit && { propeller: limit }),
    ...controlPlane(props),
    ...administration(props),
    "catalog-cache": {
      type: "cacheservicev2",
      endpoint: endpointOf(props),
      "cache-endpoint": endpointOf(props),
      insecure: false,
      "insecure-skip-verify": false,
      "use-admin-auth": true,
    },
    // Reached from inside the cluster only, by the pods that the network policies name.
    sharedService: { metrics: { scope: "leaseworker:" }, security: { secure: false, useAuth: false } },
    fasttask: {
      "additional-worker-args": ["--last-ack-grace-period-seconds", "120"],
      "callback-uri": `http://${LEASE_WORKER_SERVICE}.${namespace.name}.svc.cluster.local:${FAST_TASK_PORT}`,
      "grace-period-status-not-found": "2m",
    },
    tasks: {
      "task-plugins": {
        "enabled-plugins": [...PLUGINS, ...(connectors ? ["connector-service"] : [])],
        "default-for-task-types": {
          actor: "fast-task",
          container: "container",
          container_array: "k8s-array",
          sidecar: "sidecar",
        },
      },
    },
    plugins: {
      ...(connectors && {
        "connector-service": {
          defaultConnector: {
            endpoint: `k8s:///${CONNECTORS}.${namespace.name}:${CONNECTORS_PORT}`,
            defaultServiceConfig: '{"loadBalancingConfig": [{"round_robin":{}}]}',
          },
        },
      }),
      ioutils: { remoteFileOutputPaths: { deckFilename: "report.html" } },
      k8s: {
        ...plugins.k8s,
        "co-pilot": { name: "flyte-copilot-", image: dataPlane.images.copilot, "start-timeout": "30s" },
        "inject-finalizer": true,
        "disable-inject-owner-references": true,
      },
      // No links to dashboards of services that tasks can't reach, nor into running tasks.
      logs: { "kubernetes-enabled": false, "cloudwatch-enabled": false },
    },
    ...webhookSection({ dataPlane }),
    ...storage(dataPlane),
    ...LOGGING,
  };
}
