import { kubernetesServiceAddress } from "../../config/address-plan";
import { planAddresses, privateSubnets } from "../../config/aws/address-plan";
import { awsDeployment, EXISTING_NETWORK } from "../support/deployments";
import { AddressSet } from "../../verification/packets/address-set";

test("the default network: a /18 for nodes in each of three zones, small subnets behind them", () => {
  expect(planAddresses(awsDeployment())).toEqual([
    { zone: "us-east-2a", node: "10.0.0.0/18", public: "10.0.192.0/24", cluster: "10.0.195.0/24" },
    { zone: "us-east-2b", node: "10.0.64.0/18", public: "10.0.193.0/24", cluster: "10.0.196.0/24" },
    { zone: "us-east-2c", node: "10.0.128.0/18", public: "10.0.194.0/24", cluster: "10.0.197.0/24" },
  ]);
});

test.each([
  ["10.0.0.0/16", 18, 3],
  ["10.0.0.0/20", 22, 2],
  ["10.0.0.0/16", 19, 6],
  ["172.16.0.0/22", 25, 4],
])("%s with /%i node subnets in %i zones: disjoint subnets inside the network", (cidr, nodeSubnetPrefix, count) => {
  const zones = Array.from({ length: count }, (_, i) => `us-east-1${"abcdef"[i] ?? ""}`);
  const plan = planAddresses(awsDeployment({ cloudRegion: "us-east-1", network: { cidr, nodeSubnetPrefix, zones } }));
  const blocks = plan
    .flatMap((zone) => [zone.node, zone.public, zone.cluster])
    .map((block) => AddressSet.ofCidr(block));
  const together = AddressSet.unionOf(blocks);
  expect(together.isSubsetOf(AddressSet.ofCidr(cidr))).toBe(true);
  expect(together.size(4)).toBe(blocks.reduce((sum, block) => sum + block.size(4), 0n));
});

test("a network that is given keeps its own subnets", () => {
  expect(privateSubnets(awsDeployment({ network: { existing: EXISTING_NETWORK } }))).toEqual({
    node: ["10.0.0.0/20", "10.0.16.0/20"],
    cluster: ["10.0.32.0/24", "10.0.33.0/24"],
  });
});

test("the Kubernetes service has the first address of the service range", () => {
  expect(kubernetesServiceAddress(awsDeployment())).toBe("172.20.0.1");
});
