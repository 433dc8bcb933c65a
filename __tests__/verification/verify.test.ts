import { judge, synthesize } from "../support/tree";

const EXISTING = {
  cidr: "10.20.0.0/16",
  existing: {
    vpcId: "vpc-0a1b2c3d",
    nodeSubnets: [
      { id: "subnet-0a", cidr: "10.20.0.0/18" },
      { id: "subnet-0b", cidr: "10.20.64.0/18" },
    ],
    clusterSubnets: [
      { id: "subnet-0c", cidr: "10.20.128.0/24" },
      { id: "subnet-0d", cidr: "10.20.129.0/24" },
    ],
    nodeRouteTableIds: ["rtb-0a1b"],
  },
};

test.each<[string, Record<string, unknown>]>([
  ["the smallest deployment", {}],
  ["a NAT gateway a zone", { network: { nat: "per-zone", zones: ["us-east-2a", "us-east-2b"] } }],
  ["central egress", { network: { transitGatewayId: "tgw-0a1b" } }],
  ["an existing network", { network: EXISTING }],
  ["groups that may reach the API", { cluster: { accessFromSecurityGroups: ["sg-0a1b2c"] } }],
  ["tunnel regions", { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } }],
  ["a list of blocks", { egress: { mode: "list", cidrs: ["198.41.128.0/17", "104.16.0.0/13"] } }],
  ["control-plane blocks", { egress: { controlPlaneCidrs: ["3.137.115.239/32", "2600:1f16::/48"] } }],
  ["http2", { tunnel: { protocol: "http2" } }],
  ["quic at the federal edge", { tunnel: { protocol: "quic", region: "fed" } }],
  ["task namespaces", { taskNamespaces: ["flytesnacks-development", "flytesnacks-production"] }],
  ["low privilege", { rbac: "low-privilege" }],
  ["apps and serving", { appsAndServing: true }],
  ["Union's chart", { workloads: "chart" }],
  [
    "existing buckets, key and mirror",
    {
      objectStore: { existing: { metadata: "acme-metadata", fastRegistration: "acme-fast" } },
      encryption: { keyArn: "arn:aws:kms:us-east-2:123456789012:key/a" },
      images: { mirror: "123456789012.dkr.ecr.us-east-2.amazonaws.com/mirror" },
    },
  ],
  [
    "spot and GPU pools",
    {
      nodePools: {
        services: { role: "services", instanceTypes: ["m7g.2xlarge"], min: 3, max: 6 },
        gpu: { role: "worker", instanceTypes: ["g6.xlarge"], gpu: true, spot: true },
      },
    },
  ],
])("%s: every invariant holds", async (_, fields) => {
  const { findings, judged } = await judge(synthesize(fields));
  expect(findings).toEqual([]);
  expect(judged.rules).toBeGreaterThan(20);
});
