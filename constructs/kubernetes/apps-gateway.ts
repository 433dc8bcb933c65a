import { Construct } from "../../framework";
import { nameLabel, TASK_PODS } from "./labels";
import type { Namespace } from "./namespaces";
import { NetworkPolicy, tcp } from "./network-policies";

/** Where Knative's own manifests put the pods that lead requests to an app. */
const GATEWAY = { pods: { labels: { app: "3scale-kourier-gateway" } }, namespace: "kourier-system" };
/** Holds requests to an app that is scaled to zero. */
const ACTIVATOR = { pods: { labels: { app: "activator" } }, namespace: "knative-serving" };
/** Reads an app's load. */
const AUTOSCALER = { pods: { labels: { app: "autoscaler" } }, namespace: "knative-serving" };

/** Kourier's cluster-internal listener: the Service's port, and the gateway pod's. */
const GATEWAY_PORTS = tcp(80, 8081);
/** Knative's proxy in an app's pod: HTTP/1 and HTTP/2. */
const APP_PORTS = tcp(8012, 8013);
const APP_METRICS_PORTS = tcp(9090);

export interface AppsGatewayProps {
  /** Namespace of the operator-proxy, whose tunnel carries the requests. */
  readonly platform: Namespace;
  /** Namespaces where app pods run. */
  readonly apps: readonly Namespace[];
}

/**
 * The paths of Apps & Serving: tunnel to Kourier, Kourier to app pods. Document: "Cloudflare Tunnel".
 *
 * Knative and Kourier themselves are installed by whoever runs the cluster; `kourier-system` is the only namespace
 * that may hold a LoadBalancer service.
 */
export class AppsGateway extends Construct {
  constructor(scope: Construct, id: string, { platform, apps }: AppsGatewayProps) {
    super(scope, id);
    new NetworkPolicy(this, "tunnel-to-gateway", {
      namespace: platform,
      name: "tunnel-to-apps-gateway",
      description: "End users' requests that arrive through the tunnel.",
      pods: { labels: nameLabel("union-operator-proxy") },
      egress: [{ peers: [GATEWAY], ports: GATEWAY_PORTS }],
    });
    for (const namespace of apps) {
      new NetworkPolicy(this, `gateway-to-${namespace.name}`, {
        namespace,
        name: "apps-gateway-to-apps",
        description: "Requests from Knative's gateway, and the load that its autoscaler reads.",
        pods: TASK_PODS,
        ingress: [
          { peers: [GATEWAY, ACTIVATOR], ports: APP_PORTS },
          { peers: [AUTOSCALER], ports: APP_METRICS_PORTS },
        ],
      });
    }
  }
}
