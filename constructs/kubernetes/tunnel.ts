import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { Channel } from "../../config/channels";
import { OPERATOR_PROXY } from "../../config/components";
import type { TunnelRegion } from "../../config/control-plane";
import { Construct } from "../../framework";
import type { Configuration } from "./configuration";
import { AUTH_SECRET } from "./credentials";
import { type Labels, nameLabel } from "./labels";
import type { Namespace } from "./namespaces";
import { platformVolumes, unionContainer } from "./operator";
import { type Container, NOT_MOVED, PlatformDeployment } from "./platform-deployment";
import type { ServiceAccount } from "./service-accounts";

/** The tunnel's image, transport and replicas. */
export interface TunnelProps {
  /** The platform's namespace, whose secret holds the tunnel's token. */
  readonly namespace: Namespace;
  /** Account with the platform's identity, for object store, secrets and logs. */
  readonly serviceAccount: ServiceAccount;
  /** ConfigMap that both containers read once, when they start: a change restarts them. */
  readonly configuration: Configuration;
  /** Reference of Union's operator image, which holds cloudflared too. */
  readonly image: string;
  /** Labels that the identity's webhook asks of pods. */
  readonly podLabels: Labels;
  /** Number of pods, each with its own connections to the edge. */
  readonly replicas: number;
  /** `auto` lets cloudflared try quic (UDP) first and fall back to http2 (TCP). */
  readonly protocol: "auto" | "http2" | "quic";
  /** Region of Cloudflare's edge. */
  readonly region: TunnelRegion;
  /** Serve cloudflared's own metrics and profiles to Cloudflare's dashboard, through the tunnel. */
  readonly remoteDiagnostics: boolean;
  /** Have cloudflared say at its start what of Cloudflare it reaches: the edge by both transports, and its API. */
  readonly preChecks: boolean;
  /** Whether the tunnel is severed, so that there is no pod of it. */
  readonly stopped: boolean;
  /** The channels that are severed: with a change of them the pods restart, and what is open by another one ends. */
  readonly severed: readonly Channel[];
}

/** cloudflared answers probes here; nothing outside the pod's node may ask (see the network policies). */
const METRICS_PORT = 2000;

/** Annotation of pods: the channels that they start without. */
const SEVERED_ANNOTATION = "union.ai/severed";

/**
 * The operator-proxy and, beside it in each pod, cloudflared, which opens the tunnel from inside. Document:
 * "Cloudflare Tunnel".
 *
 * On a first deployment the token is not there yet: cloudflared exits and is retried with growing pauses, the proxy
 * beside it runs on, and once the operator has registered and been given a token, it restarts the pods with it.
 */
export class Tunnel extends Construct {
  constructor(scope: Construct, id: string, props: TunnelProps) {
    super(scope, id);
    const { namespace, serviceAccount, configuration, image, podLabels, replicas, stopped, severed } = props;
    const name = OPERATOR_PROXY;
    new PlatformDeployment(this, "deployment", {
      namespace,
      name,
      serviceAccount,
      replicas,
      stopped,
      podLabels,
      podAnnotations: {
        ...configuration.checksum,
        ...NOT_MOVED,
        ...(severed.length > 0 && { [SEVERED_ANNOTATION]: severed.join("-") }),
      },
      // cloudflared gives requests in flight 30 seconds, counted from the same moment as this.
      terminationGracePeriodSeconds: 45,
      // The pods become ready with a token, which a first apply can't wait for: the operator fetches it afterwards.
      waitForRollout: false,
      containers: [
        unionContainer(namespace, {
          name: "operator-proxy",
          image,
          command: "proxy",
          ports: { http: 8089, connect: 8080, grpc: 8081, debug: 10254 },
          resources: { requests: { cpu: "500m", memory: "500Mi" }, limits: { cpu: "3", memory: "3Gi" } },
        }),
        cloudflared(props),
      ],
      volumes: platformVolumes(configuration),
    });
    new ServiceV1(this, "service", {
      ...namespace.object(name),
      spec: {
        type: "ClusterIP",
        selector: { ...nameLabel(name) },
        // A pod is ready with a live tunnel. The operator inside the cluster needs the proxy without one as well.
        publishNotReadyAddresses: true,
        port: [
          { name: "http", port: 8080, targetPort: "http" },
          { name: "debug", port: 10254, targetPort: "debug" },
        ],
      },
    });
    // A budget of one pod, of which none may go, would hold up every upgrade of its node.
    if (replicas > 1) {
      new PodDisruptionBudgetV1(this, "disruption-budget", {
        ...namespace.object(name),
        spec: { maxUnavailable: "1", selector: { matchLabels: { ...nameLabel(name) } } },
      });
    }
  }
}

function cloudflared({ image, protocol, region, remoteDiagnostics, preChecks }: TunnelProps): Container {
  return {
    name: "tunnel",
    image,
    args: [
      "cloudflared",
      "tunnel",
      "--no-autoupdate",
      "--metrics",
      `0.0.0.0:${METRICS_PORT}`,
      ...(protocol === "auto" ? [] : ["--protocol", protocol]),
      ...(region === "global" ? [] : ["--region", region]),
      "run",
    ],
    env: [
      // Not among the arguments, where whoever lists processes sees it.
      {
        name: "TUNNEL_TOKEN",
        valueFrom: { secretKeyRef: { name: AUTH_SECRET, key: "tunnel_token", optional: true } },
      },
      { name: "TUNNEL_MANAGEMENT_DIAGNOSTICS", value: String(remoteDiagnostics) },
      { name: "TUNNEL_NO_PRECHECKS", value: String(!preChecks) },
    ],
    port: [{ name: "metrics", containerPort: METRICS_PORT }],
    // Ready with at least one live connection to the edge: an update waits for the new pod's tunnel.
    readinessProbe: { httpGet: { path: "/ready", port: "metrics" }, periodSeconds: 10, failureThreshold: 3 },
    // Alive while it answers at all. Restarting on a lost connection would only interrupt cloudflared's own
    // reconnecting, and it exits by itself when its retries are used up.
    livenessProbe: { httpGet: { path: "/metrics", port: "metrics" }, periodSeconds: 30, failureThreshold: 4 },
    // A few long-lived connections; log streams and task inputs pass through without being kept.
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
  };
}
