/** Nodes as a deployment's cloud would make them of the node pools that its infrastructure stack writes. */
import type { Deployment, NodePool as GivenPool } from "../../../config/deployment";
import { POOL } from "../../../config/scheduling";
import { App } from "../../../framework";
import { InfrastructureStack } from "../../../stacks/infrastructure";
import { readTerraformJson } from "../../../verification/readers/cdktf-output";
import { JsonText } from "../../../verification/readers/json-locations";
import type { NodePool } from "../../../verification/clouds/node-pool";
import { nodePools } from "../../../verification/clouds/node-pools";
import { isOpaque } from "../../../verification/values";
import type { KubernetesObject } from "./api";

/** What a kubelet allows on a node, on each cloud at least. */
const PODS_A_NODE = 30;

/** Every pool that the deployment's infrastructure stack writes, by the deployment's name for it or the cloud's. */
export function writtenPools(deployment: Deployment): ReadonlyMap<string, NodePool> {
  const stack = new InfrastructureStack(new App(), deployment);
  stack.prepareStack();
  const text = JSON.stringify(stack.toTerraform());
  const pools = nodePools(readTerraformJson(new JsonText(`${deployment.name}.tf.json`, text)));
  return new Map(pools.map((pool) => [pool.labels[POOL] ?? pool.name, pool]));
}

/** How few nodes a pool may have: as the deployment says, or one where a cloud wants a pool of its own for its parts. */
export function fewestNodes({ nodePools: given }: Deployment, pool: string): number {
  return (given as Readonly<Record<string, GivenPool<Deployment>>>)[pool]?.min ?? 1;
}

/** @throws Error where the size of the pool's machines or one of their taints is not known */
export function nodeOf({ name: pool, taints, labels, room }: NodePool, name: string, zone: string): KubernetesObject {
  for (const needed of ["cpu", "memory"])
    if (!room.has(needed)) throw new Error(`how much ${needed} a node of pool '${pool}' has is not known`);
  const amounts = [...room]
    .filter(([, amount]) => amount > 0)
    .map(([resource, amount]) => [resource, String(amount)] as const);
  const resources = { ...Object.fromEntries(amounts), pods: String(PODS_A_NODE) };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { ...labels, "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone },
    },
    spec: {
      taints: taints.map((taint) => {
        if (isOpaque(taint)) throw new Error(`a taint of pool '${pool}' is not known`);
        return taint;
      }),
    },
    status: { capacity: resources, allocatable: resources },
  };
}
