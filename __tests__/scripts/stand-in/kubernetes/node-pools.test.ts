import { nodeOf, writtenPools } from "../../../../scripts/stand-in/kubernetes/node-pools";
import type { NodePool } from "../../../../verification/clouds/node-pool";
import { deploymentOn } from "../../../support/deployments";

const nodeIn = (pools: ReadonlyMap<string, NodePool>, pool: string) =>
  nodeOf(pools.get(pool) as NodePool, "a", "zone-1");

test.each(["aws", "google", "azure"] as const)(
  "on %s, nodes of a pool are as its infrastructure stack says",
  (cloud) => {
    const node = nodeIn(writtenPools(deploymentOn(cloud)), "worker");
    expect(node).toMatchObject({
      metadata: { name: "a", labels: { "union.ai/node-role": "worker", "topology.kubernetes.io/zone": "zone-1" } },
      spec: { taints: [{ key: "union.ai/node-role", value: "worker", effect: "NoSchedule" }] },
      status: { allocatable: { cpu: expect.stringMatching(/^1[0-9]\./) as string, pods: "30" } },
    });
  },
);

test("a machine whose size is not known makes no node", () => {
  const pool = { role: "worker", instanceTypes: ["m9i.large"], min: 0, max: 1 };
  const services = { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 6 };
  const pools = writtenPools(deploymentOn("aws", { nodePools: { services, pool } }));
  expect(() => nodeIn(pools, "pool")).toThrow("how much cpu a node of pool 'pool' has is not known");
});
