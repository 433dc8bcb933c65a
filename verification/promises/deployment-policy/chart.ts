/**
 * Paths that Union's chart alone has: the Job before an upgrade, and Apps & Serving by the chart's own gateway. Ports are
 * those of containers.
 *
 * Who speaks with whom in Apps & Serving is as the chart's gateway, dataproxy and their configuration have it, and as
 * Knative Serving and net-kourier do by themselves: the autoscaler asks apps for their load and, before it takes an app's
 * last pod, the activator whether it is in the way; net-kourier asks Envoy whether a route is there.
 */
import { CHART_PODS, type ChartPodName } from "../../../config/chart";
import type { Deployment } from "../../../config/deployment";
import { PLATFORM_NAMESPACE } from "../../../config/names";
import { ServiceSet } from "../../../packets/service-set";
import { partyOf, type Party, type RequiredPath } from "../../policy";
import type { Neighbours } from "./components";
import { METRICS, paths, PROXY, type Destination, type Terms } from "./terms";

const TCP = 6;
const tcp = (...ports: readonly number[]) => ServiceSet.unionOf(ports.map((port) => ServiceSet.of(TCP, port)));

/** The pods of one of the chart's workloads. */
export function chartParty(name: ChartPodName): Party {
  const { kind, name: workload } = CHART_PODS[name];
  return partyOf(`${kind.toLowerCase()}/${PLATFORM_NAMESPACE}/${workload}`);
}

/** Envoy's listeners: of apps, and of what the control plane asks of the data plane. */
const GATEWAY = tcp(8081, 8888);
/** Where Envoy answers whether a route is there: for apps that have a public name, and for others. */
const PROBES = tcp(8090, 8081);
/** Where Envoy gets its routes from. */
const ROUTES = tcp(18000);
/** The dataproxy's RPCs and its pages. */
const DATAPROXY = tcp(8080, 8089);
/** Requests to an app, by HTTP/1 and HTTP/2: of the activator, and of Knative's proxy in each pod of an app. */
const REQUESTS = tcp(8012, 8013);
/** The load of an app's pod, and where the autoscaler is told of requests that wait. */
const LOAD = tcp(9090);
const WAITING = tcp(8080);
/** Knative's own admission webhook. */
const APP_WEBHOOK = tcp(8443);

/** Whom the chart's own pods speak with. */
export interface ChartNeighbours extends Neighbours {
  readonly controlPlane: Destination;
  readonly objects: readonly Destination[];
  readonly secrets: readonly Destination[];
}

export function chartPaths(deployment: Deployment, terms: Terms, neighbours: ChartNeighbours): RequiredPath[] {
  const { api, dns } = neighbours;
  return [
    ...paths(chartParty("beforeUpgrade"), ...api, dns),
    ...(deployment.appsAndServing ? appPaths(deployment, terms, neighbours) : []),
  ];
}

function appPaths({ components }: Deployment, { webhookCallers }: Terms, neighbours: ChartNeighbours): RequiredPath[] {
  const { operatorProxy, tasks, api, dns, tokens, controlPlane, objects, secrets } = neighbours;
  const [gateway, dataproxy, activator] = [
    chartParty("gateway"),
    chartParty("dataproxy"),
    chartParty("activator"),
  ] as const;
  // Apps are pods in the namespaces of tasks.
  const toApps = (name: string, services: ServiceSet) => tasks.map((to): Destination => ({ name, to, services }));
  const metrics: Destination = { name: "Platform to Prometheus", to: chartParty("prometheus"), services: METRICS };
  return [
    ...paths(operatorProxy, { name: "Tunnel to apps' gateway", to: gateway, services: GATEWAY }),
    ...paths(
      gateway,
      { name: "Apps' gateway to its controller", to: chartParty("gatewayController"), services: ROUTES },
      { name: "Apps' gateway to dataproxy", to: dataproxy, services: DATAPROXY },
      { name: "Apps' gateway to activator", to: activator, services: REQUESTS },
      ...toApps("Apps' gateway to apps", REQUESTS),
      // Who it is that asks is the control plane's to say.
      { ...controlPlane, name: "Apps' gateway → Control Plane" },
      dns,
    ),
    ...paths(
      chartParty("gatewayController"),
      { name: "Controller to apps' gateway", to: gateway, services: PROBES },
      ...api,
      dns,
    ),
    ...paths(
      dataproxy,
      controlPlane,
      ...api,
      { name: "Dataproxy to operator-proxy", to: operatorProxy, services: PROXY },
      ...objects,
      ...secrets,
      ...(components.metrics ? [metrics] : []),
      ...tokens,
      dns,
    ),
    ...paths(
      activator,
      { name: "Activator to apps' autoscaler", to: chartParty("appAutoscaler"), services: WAITING },
      ...toApps("Activator to apps", REQUESTS),
      ...api,
      dns,
    ),
    ...paths(
      chartParty("appAutoscaler"),
      { name: "Apps' autoscaler to activator", to: activator, services: REQUESTS },
      ...toApps("Apps' autoscaler to apps", LOAD),
      ...api,
      dns,
    ),
    ...(["appResourceAutoscaler", "appController", "appWebhook"] as const).flatMap((name) =>
      paths(chartParty(name), ...api, dns),
    ),
    ...webhookCallers.flatMap((caller) =>
      paths(caller, { name: "Kubernetes API to apps' webhook", to: chartParty("appWebhook"), services: APP_WEBHOOK }),
    ),
    // The gateway has Prometheus write what it keeps to the control plane.
    ...(components.metrics
      ? paths(chartParty("prometheus"), { ...controlPlane, name: "Prometheus → Control Plane" })
      : []),
  ];
}
