import {
  DeploymentV1,
  type DeploymentV1SpecTemplateSpecContainer,
  type DeploymentV1SpecTemplateSpecContainerEnv,
  type DeploymentV1SpecTemplateSpecContainerLivenessProbe,
  type DeploymentV1SpecTemplateSpecVolume,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { ON_SERVICES } from "../../config/scheduling";
import { Construct } from "../../framework";
import { type Labels, nameLabel, platformLabels } from "./labels";
import type { Namespace } from "./namespaces";
import type { ServiceAccount } from "./service-accounts";

export type Container = DeploymentV1SpecTemplateSpecContainer;
export type EnvironmentVariable = DeploymentV1SpecTemplateSpecContainerEnv;
export type Volume = DeploymentV1SpecTemplateSpecVolume;
export type Probe = DeploymentV1SpecTemplateSpecContainerLivenessProbe;

export interface PlatformPodProps {
  /** Value of the pods' name label. */
  readonly name: string;
  readonly serviceAccount: ServiceAccount;
  /** Whether the pods call the Kubernetes API; default: true. */
  readonly callsApi?: boolean;
  /** Each gets the hardened security context and an empty /tmp. */
  readonly containers: readonly Container[];
  /** Containers that run before these, one after the other, with the same context. */
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly podLabels?: Labels;
  readonly podAnnotations?: Labels;
  /** Seconds that pods have to end their connections; default: 30, Kubernetes' own. */
  readonly terminationGracePeriodSeconds?: number;
  /** Default: none. */
  readonly priorityClass?: string;
}

export interface PlatformDeploymentProps extends PlatformPodProps {
  /** Namespace of the Deployment, whose name is its pods' name label. */
  readonly namespace: Namespace;
  /** Default: 1. */
  readonly replicas?: number;
  /** Whether there is no pod of it, as its channel is severed; default: false. */
  readonly stopped?: boolean;
  /** Whether the pod must go before its successor starts, for what may run once only; default: false. */
  readonly singleton?: boolean;
  /** Whether an apply waits until the pods are ready; default: true. */
  readonly waitForRollout?: boolean;
}

/** An unprivileged user that no image of the platform uses for anything else. */
const USER = "1001";
/** Scratch space of a pod: the only files that a container may write. */
const SCRATCH = "tmp";

/** What every container gives up, whoever it runs as; `restricted` Pod Security asks for all but the read-only root. */
export const HARDENED = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** A Deployment of platform services: hardened, on the nodes for it, spread over zones, its restarts left alone. */
export class PlatformDeployment extends Construct {
  constructor(scope: Construct, id: string, props: PlatformDeploymentProps) {
    super(scope, id);
    const { namespace, name, replicas = 1, stopped = false, singleton = false, waitForRollout = true } = props;
    new DeploymentV1(this, "deployment", {
      ...namespace.object(name, { labels: platformLabels(name) }),
      waitForRollout,
      spec: {
        replicas: String(stopped ? 0 : replicas),
        selector: { matchLabels: { ...nameLabel(name) } },
        // A pod goes only after its successor is ready: a rotation or an update never leaves the platform without one.
        strategy: singleton
          ? { type: "Recreate" }
          : { type: "RollingUpdate", rollingUpdate: { maxSurge: "1", maxUnavailable: "0" } },
        template: platformPod(props),
      },
      // A restart is an annotation on the pod template; without this, each apply would restart the pods back.
      lifecycle: {
        ignoreChanges: ['spec[0].template[0].metadata[0].annotations["kubectl.kubernetes.io/restartedAt"]'],
      },
    });
  }
}

/**
 * Annotations of pods that are not moved to save a node, since that would cut what is under way in them: by the names of
 * the cluster autoscaler, which is the clouds' own too, and of Karpenter.
 */
export const NOT_MOVED: Labels = {
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
  "karpenter.sh/do-not-disrupt": "true",
};

/** Template of a platform pod. */
export function platformPod(props: PlatformPodProps) {
  const { name, serviceAccount, containers, initContainers = [], volumes = [] } = props;
  return {
    metadata: {
      labels: { ...platformLabels(name), ...props.podLabels },
      ...(props.podAnnotations && { annotations: { ...props.podAnnotations } }),
    },
    spec: {
      serviceAccountName: serviceAccount.name,
      automountServiceAccountToken: props.callsApi ?? true,
      enableServiceLinks: false,
      ...(props.priorityClass !== undefined && { priorityClassName: props.priorityClass }),
      nodeSelector: { ...ON_SERVICES.nodeSelector },
      toleration: [...ON_SERVICES.tolerations],
      // Preferred, not required: with a zone lost, the platform runs on in the others.
      topologySpreadConstraint: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        topologyKey,
        maxSkew: 1,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: [{ matchLabels: { ...nameLabel(name) } }],
        matchLabelKeys: ["pod-template-hash"],
      })),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: USER,
        runAsGroup: USER,
        fsGroup: USER,
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...(props.terminationGracePeriodSeconds !== undefined && {
        terminationGracePeriodSeconds: props.terminationGracePeriodSeconds,
      }),
      ...(initContainers.length > 0 && { initContainer: initContainers.map(hardened) }),
      container: containers.map(hardened),
      // Uploads are buffered here; the limit keeps a runaway file from filling the node's disk.
      volume: [...volumes, { name: SCRATCH, emptyDir: { sizeLimit: "1Gi" } }],
    },
  };
}

const hardened = (container: Container): Container => ({
  imagePullPolicy: "IfNotPresent",
  terminationMessagePolicy: "FallbackToLogsOnError",
  ...container,
  // Left out, the provider sends false, which overrides the pod's true.
  securityContext: { ...HARDENED, runAsNonRoot: true },
  volumeMount: [...mounts(container), { name: SCRATCH, mountPath: "/tmp" }],
});

const mounts = ({ volumeMount }: Container) => (Array.isArray(volumeMount) ? volumeMount : []);

/** Answers as long as `port` (a container port's name) accepts connections. */
export const tcpProbe = (port: string): Probe => ({ tcpSocket: [{ port }], periodSeconds: 10, failureThreshold: 6 });
