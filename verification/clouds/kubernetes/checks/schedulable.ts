/** Whether nodes take what pods ask for. */
import { namespacesOfTasks } from "../../../../config/names";
import type { Deployment } from "../../../../config/deployment";
import { NODE_ROLE, poolsOf } from "../../../../config/scheduling";
import type { Judged } from "../../../judged";
import { problemAt, type Problem } from "../../../problem";
import { at, blocks, field, text } from "../../../values";
import { beginningOf, type Resource } from "../../../model";
import { holdsPlatform, isStandIn } from "../../../promises/stand-ins";
import type { Check } from "../../cloud";
import type { NodePool } from "../../node-pool";
import { hasOtherNodes, nodePools } from "../../node-pools";
import { objectsOf } from "../objects";
import { obstacles, type Obstacle, type PlacedPods } from "../scheduling";
import { podsOf } from "../workloads";
import { systemPods } from "../system-pods";
import { taskPods } from "../task-pods";

export const check: Check = function* (judged) {
  const { system, deployment } = judged;
  const { resources } = system;
  const pools = nodePools(resources);
  if (pools.length === 0 || (!deployment && hasOtherNodes(resources))) {
    if (deployment) yield untold(resources, "nodes", "pods find nodes", "a pool of them");
    return;
  }
  for (const pods of [...workloads(judged), ...systemPods(resources)]) yield* judge(pods, pools);
  if (!deployment) return;
  if (holdsPlatform(resources)) yield* judgeTasks(judged, deployment, pools);
  yield* judgeGpus(judged, pools);
};

/** What a deployment has by its word, and its input has not. */
function untold(resources: readonly Resource[], resource: string, what: string, missing: string): Problem {
  const location = beginningOf(resources);
  return {
    status: "unknown",
    resource,
    location,
    message: `whether ${what} can't be told: ${missing} is not in the input`,
  };
}

/** Every workload, but for those that stand in for pods which the input does not hold. */
function workloads({ system }: Judged): PlacedPods[] {
  return podsOf(objectsOf(system))
    .filter(({ resource }) => !isStandIn(resource))
    .map(({ id, resource, specPath }) => ({
      what: id,
      resource,
      path: specPath,
      spec: field(resource, ...specPath),
      onEachNode: resource.type === "kubernetes:DaemonSet",
    }));
}

// ---------------------------------------------------------------- pods and pools

interface Place {
  readonly pool: NodePool;
  readonly obstacles: readonly Obstacle[];
}

const placesOf = ({ spec }: PlacedPods, pools: readonly NodePool[]): Place[] =>
  pools.map((pool) => ({ pool, obstacles: obstacles(spec, pool) }));

function* judge(pods: PlacedPods, pools: readonly NodePool[]): Generator<Problem> {
  const places = placesOf(pods, pools);
  const selected = places.filter(({ obstacles: found }) => !found.some(({ kind }) => kind === "label"));
  if (pods.onEachNode && selected.length > 0) {
    for (const place of selected.filter(({ obstacles: found }) => found.length > 0)) {
      const message = `${pods.what} does not run on every node that it selects: ${why(place)}`;
      yield problemAt(pods.resource, pods.path, status([place]), message);
    }
  } else if (!places.some(({ obstacles: found }) => found.length === 0)) {
    const message = `${pods.what} finds no nodes: ${places.map(why).join("; ")}`;
    yield problemAt(pods.resource, pods.path, status(places), message);
  }
}

/** Violated where each pool certainly does not do. */
const status = (places: readonly Place[]): Problem["status"] =>
  places.every(({ obstacles: found }) => found.some(({ certain }) => certain)) ? "violated" : "unknown";

function why({ pool, obstacles: found }: Place): string {
  const first = found.find(({ certain }) => certain) ?? found[0];
  return `${pool.name}: ${first?.why ?? "may run there"}`;
}

// ---------------------------------------------------------------- tasks

function* judgeTasks({ system }: Judged, deployment: Deployment, pools: readonly NodePool[]): Generator<Problem> {
  const { resources } = system;
  const withGpus = poolsOf(deployment).some(({ gpu }) => gpu) ? [false, true] : [false];
  const kinds = withGpus.flatMap((gpu) => [false, true].map((interruptible) => ({ gpu, interruptible })));
  for (const namespace of namespacesOfTasks(deployment)) {
    for (const kind of kinds) {
      const pods = taskPods(kind, namespace, objectsOf(system), resources);
      if (!pods) {
        yield untold(resources, "leaseworker", "tasks find nodes", "the lease worker's configuration");
        return;
      }
      yield* judge(pods, pools);
      yield* judgeSeparation(pods, pools);
    }
  }
}

/** What users run is not beside what runs the data plane. */
function* judgeSeparation(pods: PlacedPods, pools: readonly NodePool[]): Generator<Problem> {
  for (const place of placesOf(pods, pools)) {
    const { pool, obstacles: found } = place;
    if (pool.label(NODE_ROLE) === "worker" || found.some(({ certain }) => certain)) continue;
    const message = `${pods.what} may run on ${pool.name}, whose nodes are not for tasks`;
    yield problemAt(pods.resource, pods.path, found.length === 0 ? "violated" : "unknown", message);
  }
}

// ---------------------------------------------------------------- GPUs

/** Where the kubelet learns of devices. */
const DEVICE_PLUGINS = "/var/lib/kubelet/device-plugins";

/** Without a device plugin a node has no GPU that a pod could request, whatever its machine has. */
function* judgeGpus(judged: Judged, pools: readonly NodePool[]): Generator<Problem> {
  const plugins = workloads(judged).filter(
    ({ spec, onEachNode }) =>
      onEachNode &&
      blocks(at(spec, "volumes")).some((volume) => text(at(volume, "hostPath", "path")) === DEVICE_PLUGINS),
  );
  for (const pool of pools.filter(({ lacksDevicePlugin }) => lacksDevicePlugin)) {
    const places = plugins.map(({ spec }) => ({ pool, obstacles: obstacles(spec, pool) }));
    if (places.some(({ obstacles: found }) => found.length === 0)) continue;
    const message = `no pod gets the GPUs of ${pool.name}: no device plugin runs on its nodes`;
    yield { ...problemAt(pool.resource, [], status(places), message), remedy: "Run a device plugin on these nodes." };
  }
}
