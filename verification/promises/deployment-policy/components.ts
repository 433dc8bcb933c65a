import { CHART_PODS } from "../../../config/chart";
import { BUILDKIT, CONNECTORS, KUBE_STATE_METRICS, PROMETHEUS } from "../../../config/components";
import type { Deployment } from "../../../config/deployment";
import { IMAGE_BUILDER_NAMESPACE, PLATFORM_NAMESPACE } from "../../../config/names";
import { partyOf, type Party, type RequiredPath } from "../../policy";
import {
  CLUSTER_STATE,
  CONNECTORS_GRPC,
  DEBUG,
  IMAGE_BUILDS,
  METRICS,
  named,
  paths,
  type Destination,
  type Terms,
} from "./terms";

const CONNECTS = partyOf(`deployment/${PLATFORM_NAMESPACE}/${CONNECTORS}`);
const BUILDS_IMAGES = partyOf(`deployment/${IMAGE_BUILDER_NAMESPACE}/${BUILDKIT}`);
const KEEPS_METRICS = partyOf(`deployment/${PLATFORM_NAMESPACE}/${PROMETHEUS}`);
/** The chart has the release's name before it. */
const tellsState = ({ workloads }: Deployment) =>
  partyOf(
    `deployment/${PLATFORM_NAMESPACE}/${workloads === "chart" ? CHART_PODS.kubeStateMetrics.name : KUBE_STATE_METRICS}`,
  );

/** Whom the further components speak with, and what all pods need. */
export interface Neighbours {
  readonly operator: Party;
  readonly operatorProxy: Party;
  readonly leaseWorker: Party;
  /** Task pods. */
  readonly tasks: readonly Party[];
  readonly api: readonly Destination[];
  readonly tokens: readonly Destination[];
  readonly dns: Destination;
}

/** Paths of the further components that a deployment has: the document's table has none of them. */
export function componentPaths(deployment: Deployment, terms: Terms, neighbours: Neighbours): RequiredPath[] {
  const { connectors, imageBuilder, metrics } = deployment.components;
  return [
    ...(connectors ? connectorPaths(terms, neighbours) : []),
    ...(imageBuilder ? imageBuilderPaths(terms, neighbours) : []),
    ...(metrics ? metricsPaths(tellsState(deployment), neighbours) : []),
  ];
}

const connectorPaths = ({ objectStore }: Terms, { leaseWorker, tokens, dns }: Neighbours): RequiredPath[] => [
  ...paths(leaseWorker, { name: "Lease worker to connectors", to: CONNECTS, services: CONNECTORS_GRPC }),
  ...paths(CONNECTS, ...named("Connectors to Object Store", objectStore), ...tokens, dns),
];

const imageBuilderPaths = ({ registry }: Terms, { tasks, dns }: Neighbours): RequiredPath[] => [
  ...tasks.flatMap((pod) =>
    paths(pod, { name: "Task pods to image builder", to: BUILDS_IMAGES, services: IMAGE_BUILDS }),
  ),
  ...paths(BUILDS_IMAGES, ...named("Image builder to registry", registry), dns),
];

function metricsPaths(state: Party, { operator, operatorProxy, leaseWorker, api, dns }: Neighbours): RequiredPath[] {
  const asks: Destination = { name: "Platform to Prometheus", to: KEEPS_METRICS, services: METRICS };
  return [
    ...[operator, operatorProxy].flatMap((from) => paths(from, asks)),
    ...paths(
      KEEPS_METRICS,
      ...api,
      { name: "Prometheus to kube-state-metrics", to: state, services: CLUSTER_STATE },
      ...[operator, operatorProxy, leaseWorker].map((to) => ({ name: "Prometheus to platform", to, services: DEBUG })),
      dns,
    ),
    ...paths(state, ...api, dns),
  ];
}
