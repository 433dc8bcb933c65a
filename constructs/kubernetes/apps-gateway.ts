import { CHART_PODS } from "../../config/chart";
import { PROMETHEUS_PORT } from "../../config/components";
import { Construct } from "../../framework";
import type { DataPlane } from "../data-plane";
import { CHARTS_PODS, type Selector } from "./labels";
import type { Namespace } from "./namespaces";
import { apiServerCallers, NetworkPolicy, type NetworkPolicyProps, type Peer, pathsOut, tcp } from "./network-policies";

/** The gateway's listeners for apps and for the data plane's own pages: as its Service names the first, and as the pod has both. */
const GATEWAY_PORTS = tcp(80, 8081, 8888);
/** Where the gateway's controller asks whether what it configured is in force: of apps without a public name, at their listener. */
const GATEWAY_PROBES = tcp(8081, 8090, 9443);
/** Where the gateway asks its controller what to lead where. */
const GATEWAY_CONFIGURATION = tcp(18000);
const DATAPROXY_PORTS = tcp(8080, 8089);
/** As the Services name the ports and as the containers have them: see `network-policies.ts`. */
const PROXY_PORTS = tcp(8080, 8089);
const PROMETHEUS_PORTS = tcp(80, PROMETHEUS_PORT);
/** Knative's proxy in an app's pod, and the activator before it: HTTP/1 and HTTP/2. */
const APP_PORTS = tcp(8012, 8013);
const APP_METRICS_PORTS = tcp(9090);
/** Where the autoscaler is told how many requests wait. */
const LOAD_PORTS = tcp(8080);
const WEBHOOK_PORTS = tcp(8443);

/** The gateway of Apps & Serving: where it stands, and who may call it. */
export interface AppsGatewayProps {
  /** From where the Kubernetes API calls, and where it, the control plane and the cloud's services are. */
  readonly dataPlane: DataPlane;
  /** Namespace of the operator-proxy, whose tunnel carries the requests, and of the gateway. */
  readonly platform: Namespace;
  /** Namespaces where app pods run. */
  readonly apps: readonly Namespace[];
  /** Whether Prometheus is there, which then tells the control plane what apps use. */
  readonly metrics: boolean;
}

/** The pods of the chart's gateway and of Knative Serving. */
const POD = {
  gateway: { labels: CHART_PODS.gateway.labels },
  gatewayController: { labels: CHART_PODS.gatewayController.labels },
  dataproxy: { labels: CHART_PODS.dataproxy.labels },
  activator: { labels: CHART_PODS.activator.labels },
  appAutoscaler: { labels: CHART_PODS.appAutoscaler.labels },
  appResourceAutoscaler: { labels: CHART_PODS.appResourceAutoscaler.labels },
  appController: { labels: CHART_PODS.appController.labels },
  appWebhook: { labels: CHART_PODS.appWebhook.labels },
} as const satisfies Readonly<Record<string, Selector>>;

/**
 * The paths of Apps & Serving, whose pods Union's chart brings: from the tunnel to its gateway, and from there to apps.
 * Document: "Cloudflare Tunnel". No service of it has an address outside of the cluster.
 */
export class AppsGateway extends Construct {
  /** @throws RangeError if `dataPlane` has no block of a part that a path leads to */
  constructor(scope: Construct, id: string, { dataPlane, platform, apps, metrics }: AppsGatewayProps) {
    super(scope, id);
    const { operatorProxy, tasks, prometheus } = CHARTS_PODS;
    const { apiServer, controlPlane, cloudServicesAndObjectStore } = pathsOut(dataPlane);
    const here = (pods: Selector): Peer => ({ pods });
    const there = (pods: Selector): Peer => ({ pods, namespace: platform.name });
    const appPods = apps.map(({ name }): Peer => ({ pods: tasks, namespace: name }));
    const policies: Omit<NetworkPolicyProps, "namespace">[] = [
      {
        name: "tunnel-to-apps-gateway",
        description: "End users' requests that arrive through the tunnel.",
        pods: operatorProxy,
        egress: [{ peers: [here(POD.gateway)], ports: GATEWAY_PORTS }],
      },
      {
        name: "apps-gateway",
        description:
          "Apps, by Knative's activator where they are asleep; the dataproxy; who the user is, of the control plane.",
        pods: POD.gateway,
        egress: [
          { peers: [here(POD.gatewayController)], ports: GATEWAY_CONFIGURATION },
          { peers: [here(POD.dataproxy)], ports: DATAPROXY_PORTS },
          { peers: [here(POD.activator), ...appPods], ports: APP_PORTS },
          ...controlPlane,
        ],
        ingress: [
          { peers: [here(operatorProxy)], ports: GATEWAY_PORTS },
          { peers: [here(POD.gatewayController)], ports: GATEWAY_PROBES },
        ],
      },
      {
        name: "apps-gateway-controller",
        description: "Kubernetes API, and whether the gateway does as it was told; asked by the gateway.",
        pods: POD.gatewayController,
        egress: [apiServer, { peers: [here(POD.gateway)], ports: GATEWAY_PROBES }],
        ingress: [{ peers: [here(POD.gateway)], ports: GATEWAY_CONFIGURATION }],
      },
      {
        name: "dataproxy",
        description:
          "Kubernetes API, control plane, cloud services, and the operator-proxy; called by the gateway only.",
        pods: POD.dataproxy,
        egress: [
          ...[apiServer, ...controlPlane, ...cloudServicesAndObjectStore],
          { peers: [here(operatorProxy)], ports: PROXY_PORTS },
          ...(metrics ? [{ peers: [here(prometheus)], ports: PROMETHEUS_PORTS }] : []),
        ],
        ingress: [{ peers: [here(POD.gateway)], ports: DATAPROXY_PORTS }],
      },
      {
        name: "apps-activator",
        description:
          "Kubernetes API, the autoscaler, and apps that have woken up; called by the gateway, and by the autoscaler before it lets an app sleep.",
        pods: POD.activator,
        egress: [
          apiServer,
          { peers: [here(POD.appAutoscaler)], ports: LOAD_PORTS },
          { peers: appPods, ports: APP_PORTS },
        ],
        ingress: [{ peers: [here(POD.gateway), here(POD.appAutoscaler)], ports: APP_PORTS }],
      },
      {
        name: "apps-autoscaler",
        description:
          "Kubernetes API, the load of apps, and whether the activator stands in for them; one of its pods passes on to another.",
        pods: POD.appAutoscaler,
        egress: [
          apiServer,
          { peers: appPods, ports: APP_METRICS_PORTS },
          { peers: [here(POD.activator)], ports: APP_PORTS },
          { peers: [here(POD.appAutoscaler)], ports: LOAD_PORTS },
        ],
        ingress: [{ peers: [here(POD.activator), here(POD.appAutoscaler)], ports: LOAD_PORTS }],
      },
      {
        name: "apps-resource-autoscaler",
        description: "Kubernetes API.",
        pods: POD.appResourceAutoscaler,
        egress: [apiServer],
      },
      {
        name: "apps-controller",
        description: "Kubernetes API.",
        pods: POD.appController,
        egress: [apiServer],
      },
      {
        name: "apps-webhook",
        description: "Kubernetes API, which calls it when an app is made or changed.",
        pods: POD.appWebhook,
        egress: [apiServer],
        ingress: [{ peers: apiServerCallers(dataPlane), ports: WEBHOOK_PORTS }],
      },
      ...(metrics
        ? [
            {
              name: "prometheus-and-gateway",
              description:
                "What apps and tasks use, which beside the chart's gateway Prometheus tells the control plane; asked by the dataproxy.",
              pods: prometheus,
              egress: controlPlane,
              ingress: [{ peers: [here(POD.dataproxy)], ports: PROMETHEUS_PORTS }],
            },
          ]
        : []),
    ];
    for (const policy of policies) new NetworkPolicy(this, policy.name, { namespace: platform, ...policy });
    for (const namespace of apps) {
      new NetworkPolicy(this, `gateway-to-${namespace.name}`, {
        namespace,
        name: "apps-gateway-to-apps",
        description: "Requests from the gateway, and the load that Knative's autoscaler reads.",
        pods: tasks,
        ingress: [
          { peers: [there(POD.gateway), there(POD.activator)], ports: APP_PORTS },
          { peers: [there(POD.appAutoscaler)], ports: APP_METRICS_PORTS },
        ],
      });
    }
  }
}
