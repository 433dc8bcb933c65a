import { kubernetesServiceAddress } from "../../config/address-plan";
import { planAddresses, privateSubnets } from "../../config/aws/address-plan";
import { awsDeployment, EXISTING_NETWORK, problemsOn } from "../support/deployments";
import { AddressSet } from "../../packets/address-set";

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

/** What stood before zones could be added: number of zones, node blocks, public and cluster blocks. */
const STANDING: [cidr: string, nodeSubnetPrefix: number, zones: string, node: string[], small: string[]][] = [
  [
    "10.0.0.0/16",
    18,
    "ab",
    ["10.0.0.0/18", "10.0.64.0/18"],
    ["10.0.128.0/24", "10.0.129.0/24", "10.0.130.0/24", "10.0.131.0/24"],
  ],
  [
    "10.0.0.0/16",
    18,
    "abc",
    ["10.0.0.0/18", "10.0.64.0/18", "10.0.128.0/18"],
    ["10.0.192.0/24", "10.0.193.0/24", "10.0.194.0/24", "10.0.195.0/24", "10.0.196.0/24", "10.0.197.0/24"],
  ],
  [
    "10.0.0.0/20",
    22,
    "ab",
    ["10.0.0.0/22", "10.0.4.0/22"],
    ["10.0.8.0/24", "10.0.9.0/24", "10.0.10.0/24", "10.0.11.0/24"],
  ],
  [
    "10.0.0.0/16",
    19,
    "abcd",
    ["10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/19", "10.0.96.0/19"],
    ["10.0.128.0/24", "10.0.129.0/24", "10.0.130.0/24", "10.0.131.0/24", "10.0.132.0/24", "10.0.133.0/24"].concat(
      "10.0.134.0/24",
      "10.0.135.0/24",
    ),
  ],
];

describe.each(STANDING)(
  "%s with /%i node subnets in zones '%s', as it stands",
  (cidr, prefix, letters, node, small) => {
    const zones = [...letters].map((letter) => `us-east-1${letter}`);
    const planOf = (addedZones: readonly string[]) =>
      planAddresses(
        awsDeployment({ cloudRegion: "us-east-1", network: { cidr, nodeSubnetPrefix: prefix, zones, addedZones } }),
      );

    test("is cut as before", () => {
      const plan = planOf([]);
      expect(plan.map((zone) => zone.node)).toEqual(node);
      expect([...plan.map((zone) => zone.public), ...plan.map((zone) => zone.cluster)]).toEqual(small);
    });

    test("takes one zone after the other: no block of an earlier one moves, none overlaps", () => {
      const more = [..."bcdef"].filter((letter) => !letters.includes(letter)).map((letter) => `us-east-1${letter}`);
      for (const count of [1, 2].slice(0, prefix === 22 ? 1 : 2)) {
        const plan = planOf(more.slice(0, count));
        expect(plan).toHaveLength(zones.length + count);
        expect(plan.slice(0, -1)).toEqual(planOf(more.slice(0, count - 1)));
        const blocks = plan.flatMap((zone) => [zone.node, zone.public, zone.cluster]);
        const together = AddressSet.ofCidrs(blocks);
        expect(together.isSubsetOf(AddressSet.ofCidr(cidr))).toBe(true);
        expect(together.size(4)).toBe(blocks.reduce((sum, block) => sum + AddressSet.ofCidr(block).size(4), 0n));
      }
    });
  },
);

test("a fourth zone of the default network: half of a node subnet is what is left", () => {
  const deployment = awsDeployment({ cloudRegion: "us-east-1", network: { addedZones: ["us-east-1d"] } });
  expect(planAddresses(deployment).at(-1)).toEqual({
    zone: "us-east-1d",
    node: "10.0.224.0/19",
    public: "10.0.198.0/24",
    cluster: "10.0.199.0/24",
  });
});

test("a zone that nodes leave keeps its place: no block moves, and none is given to another", () => {
  const planOf = (network: object) => planAddresses(awsDeployment({ cloudRegion: "us-east-1", network }));
  const before = planOf({ addedZones: ["us-east-1d"] });
  const after = planOf({ addedZones: ["us-east-1d"], leftZones: ["us-east-1a"] });
  expect(after).toEqual(before.map((planned, index) => (index === 0 ? { ...planned, isLeft: true } : planned)));
});

test.each([
  [
    ["us-east-2d"],
    /leftZones\[0\]: 'us-east-2d' is no zone of the network \(allowed: us-east-2a, us-east-2b, us-east-2c\)/,
  ],
  [["us-east-2a", "us-east-2a"], /leftZones\[1\]: 'us-east-2a' is listed twice/],
  [["us-east-2a", "us-east-2b"], /leftZones: leaves 1 zone for nodes \(allowed: at least 2/],
])("zones that are left: %j is refused", (leftZones, message) => {
  expect(problemsOn("aws", { network: { leftZones } }).join("\n")).toMatch(message);
});

test("of a fourth zone that finds no room, no block is advised that AWS refuses", () => {
  const zones = [..."abcd"].map((letter) => `us-east-1${letter}`);
  const [problem, ...more] = problemsOn("aws", { cloudRegion: "us-east-1", network: { zones } });
  expect(more).toEqual([]);
  expect(problem).toContain("too small for 4 zones");
  expect(problem).toContain("'addedZones'");
  expect(problem).not.toContain("/15");
});

describe("a block of pods", () => {
  const podsOf = (network: object) =>
    planAddresses(awsDeployment({ cloudRegion: "us-east-1", network: { podCidr: "100.64.0.0/16", ...network } })).map(
      ({ pod }) => pod,
    );

  test("is cut into eighths: a zone that is added moves none, and none is without it", () => {
    const pods = ["100.64.0.0/19", "100.64.32.0/19", "100.64.64.0/19"];
    expect(podsOf({})).toEqual(pods);
    expect(podsOf({ addedZones: ["us-east-1d"] })).toEqual([...pods, "100.64.96.0/19"]);
    expect(podsOf({ podCidr: undefined })).toEqual([undefined, undefined, undefined]);
  });

  test("has no ninth", () => {
    const zones = [..."abcdef"].map((letter) => `us-east-1${letter}`);
    const addedZones = [..."ghi"].map((letter) => `us-east-1${letter}`);
    expect(() => podsOf({ zones, addedZones, nodeSubnetPrefix: 20 })).toThrow("blocks for 8 zones");
  });
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
