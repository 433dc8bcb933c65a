import { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import { GPU_SELECTOR } from "../../config/scheduling";
import { Construct } from "../../framework";
import { nameLabel, platformLabels } from "./labels";
import type { Namespace } from "./namespaces";
import { HARDENED } from "./platform-deployment";

/** The image of the plugin that offers nodes' GPUs, and the nodes that it runs on. */
export interface DevicePluginProps {
  /** Namespace of its DaemonSet, of the level `privileged`: it mounts the kubelet's folder. */
  readonly namespace: Namespace;
  /** Reference of NVIDIA's image, by digest. */
  readonly image: string;
}

/** Where the kubelet listens for device plugins, and they for it. */
const SOCKETS = "/var/lib/kubelet/device-plugins";

/**
 * NVIDIA's device plugin, without which a node's GPUs are no resource that a pod could request: the machine images of
 * EKS and AKS bring the driver and the container runtime's part, and leave this to the cluster. Google brings it too.
 *
 * Reaches the kubelet by its socket and nothing by network. Documentation: https://github.com/NVIDIA/k8s-device-plugin
 * Document: none; nodes with GPUs need it.
 */
export class DevicePlugin extends Construct {
  constructor(scope: Construct, id: string, { namespace, image }: DevicePluginProps) {
    super(scope, id);
    const name = "nvidia-device-plugin";
    new DaemonSetV1(this, "daemon-set", {
      ...namespace.object(name, { labels: platformLabels(name) }),
      // Pools of GPUs start at zero nodes, and a first one needs minutes for its driver.
      waitForRollout: false,
      spec: {
        selector: { matchLabels: { ...nameLabel(name) } },
        template: {
          metadata: { labels: platformLabels(name) },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            // Tasks wait for it on a full node, and it for none.
            priorityClassName: "system-node-critical",
            nodeSelector: { ...GPU_SELECTOR },
            // Every node with GPUs, whatever its taints.
            toleration: [{ operator: "Exists" }],
            // The socket's folder is root's.
            securityContext: { runAsUser: "0", runAsGroup: "0", seccompProfile: { type: "RuntimeDefault" } },
            container: [
              {
                name,
                image,
                imagePullPolicy: "IfNotPresent",
                // The container runtime gives it every GPU, to look at.
                env: [
                  { name: "NVIDIA_VISIBLE_DEVICES", value: "all" },
                  { name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,utility" },
                ],
                resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
                // Said, since the provider sends it where it is left out.
                securityContext: { ...HARDENED, runAsNonRoot: false },
                volumeMount: [{ name: "sockets", mountPath: SOCKETS }],
              },
            ],
            volume: [{ name: "sockets", hostPath: { path: SOCKETS, type: "Directory" } }],
          },
        },
      },
    });
  }
}
