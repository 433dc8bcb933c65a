/** Assets of a project, in the shapes of Cloud Asset Inventory, judged as the project that they are of. */
import { account } from "../../../../verification/clouds/google/account/index";
import { verify } from "../../../../verification/verify";
import { collectedIn, inboundOf, type Records } from "../../../support/collected";
import { scratchFolder } from "../../../support/scratch";

const scratch = scratchFolder();
let folders = 0;
const inbound = (records: Records) => inboundOf(scratch(`${++folders}`), "google", account.read, records);

const LINK = "https://www.googleapis.com/compute/v1/";
const asset = (kind: string, path: string, data: object) => ({
  name: `//compute.googleapis.com/${path}`,
  assetType: `compute.googleapis.com/${kind}`,
  resource: { data: { name: path.split("/").at(-1), selfLink: LINK + path, ...data } },
});

const NETWORK = "projects/p/global/networks/n";
const SUBNET = "projects/p/regions/r/subnetworks/s";
const MACHINE = "projects/p/zones/r-a/instances/i";
const GROUP = "projects/p/zones/r-a/instanceGroups/g";
const BACKEND = "projects/p/regions/r/backendServices/b";
const network = LINK + NETWORK;

/** A machine without a public address, in a network with a way to the internet. */
const QUIET: Records = {
  networks: [asset("Network", NETWORK, { autoCreateSubnetworks: false })],
  subnetworks: [
    asset("Subnetwork", SUBNET, { network, ipCidrRange: "10.0.0.0/24", region: `${LINK}projects/p/regions/r` }),
  ],
  routes: [
    asset("Route", "projects/p/global/routes/out", {
      ...{ network, destRange: "0.0.0.0/0", priority: 1000 },
      nextHopGateway: `${LINK}projects/p/global/gateways/default-internet-gateway`,
    }),
  ],
  instances: [
    asset("Instance", MACHINE, {
      networkInterfaces: [{ network, subnetwork: LINK + SUBNET, networkIP: "10.0.0.2" }],
    }),
  ],
};
const HTTP = asset("Firewall", "projects/p/global/firewalls/http", {
  ...{ network, direction: "INGRESS", priority: 1, disabled: false, sourceRanges: ["8.8.8.0/24"] },
  allowed: [{ IPProtocol: "tcp", ports: ["80"] }],
});

/** A load balancer on the internet that hands packets on to the machines of a group. */
const BALANCED: Records = {
  ...QUIET,
  firewalls: [HTTP],
  "instance-groups": [asset("InstanceGroup", GROUP, { network })],
  "region-backend-services": [
    asset("RegionBackendService", BACKEND, {
      ...{ backends: [{ group: LINK + GROUP }], loadBalancingScheme: "EXTERNAL", protocol: "TCP" },
    }),
  ],
  "forwarding-rules": [
    asset("ForwardingRule", "projects/p/regions/r/forwardingRules/web", {
      ...{ backendService: LINK + BACKEND, IPProtocol: "TCP", ports: ["80"], loadBalancingScheme: "EXTERNAL" },
    }),
  ],
};

test("nobody comes to a machine without a public address, whom a rule would let in", async () => {
  expect(await inbound({ ...QUIET, firewalls: [HTTP] })).toEqual([]);
});

test("everybody comes to a machine in a group that a load balancer on the internet is before", async () => {
  const members = [{ of: GROUP, instance: LINK + MACHINE, status: "RUNNING" }];
  expect(await inbound({ ...BALANCED, "instance-group-members": members })).toContainEqual(
    expect.stringMatching(
      /^violated: google_compute_firewall\.http: TCP 80 from 8\.8\.8\..*google_compute_instance\.i/,
    ),
  );
});

test("of machines that are judged alike one is read, but for those that something names", async () => {
  const path = (i: number) => `projects/p/zones/r-a/instances/i${i}`;
  const machine = (i: number) => {
    const own = { network, subnetwork: LINK + SUBNET, networkIP: `10.0.0.${i % 250}` };
    const isPublic = i === 1234;
    const accessConfigs = [{ natIP: "203.0.113.7", type: "ONE_TO_ONE_NAT" }];
    return asset("Instance", path(i), { networkInterfaces: [{ ...own, ...(isPublic && { accessConfigs }) }] });
  };
  const many = Array.from({ length: 2000 }, (_, i) => machine(i));
  const ssh = { ...HTTP, name: "//compute.googleapis.com/projects/p/global/firewalls/ssh" };
  const records = {
    ...BALANCED,
    firewalls: [HTTP, ssh],
    instances: many,
    "instance-groups": [...(BALANCED["instance-groups"] ?? []), asset("InstanceGroup", `${GROUP}2`, { network })],
    // Nothing leads to the second group.
    "instance-group-members": many.map((_, i) => ({
      of: i === 77 ? GROUP : `${GROUP}2`,
      instance: LINK + path(i),
      status: "RUNNING",
    })),
    disks: many.map((_, i) => asset("Disk", path(i).replace("instances", "disks"), {})),
    "other-assets": many.map((_, i) => ({
      name: `//x/projects/p/y/${i}`,
      assetType: "notebooks.googleapis.com/Instance",
    })),
    "iam-policies": many.map((_, i) => ({
      ...{ name: `//pubsub.googleapis.com/projects/p/topics/${i}`, assetType: "pubsub.googleapis.com/Topic" },
      iamPolicy: { bindings: [{ role: "r", members: [i === 99 ? "allUsers" : "user:a@example.com"] }] },
    })),
  };
  const of = (alike?: readonly unknown[]) =>
    collectedIn(scratch(`${++folders}`), "google", account.read, records, { alike });
  const addresses = async (alike: readonly unknown[], type: RegExp) =>
    (await of(alike)).filter((one) => type.test(one.type)).map(({ address }) => address);
  expect(await addresses([], /^google_compute_(instance|disk)$/)).toEqual([
    "google_compute_instance.i0 and others like it",
    "google_compute_instance.i77",
    "google_compute_instance.i1234",
    "google_compute_disk.i0 and others like it",
  ]);
  expect(await addresses([{ in: ["a state", `x/${path(500)}`] }], /^google_compute_instance$/)).toContain(
    "google_compute_instance.i500",
  );
  expect(await addresses([], /^google_pubsub_topic_iam_member$/)).toHaveLength(2);
  const found = async (alike?: readonly unknown[]) => {
    const { findings } = verify(await of(alike), { only: ["no-inbound"] });
    return [...new Set(findings.map(({ status, message }) => `${status} ${message.split(" can reach ")[0] ?? ""}`))];
  };
  const opened = (lines: readonly string[]) => lines.filter((line) => line.startsWith("violated")).sort();
  expect(opened(await found([]))).toEqual(opened(await found()));
  expect(await found([])).toContainEqual(expect.stringMatching(/notebooks\.googleapis\.com\/Instance are not read/));
});

test("a firewall policy of the network decides before its rules", async () => {
  const policy = asset("FirewallPolicy", "projects/p/global/firewallPolicies/fp", {
    associations: [{ name: "a", attachmentTarget: network }],
    rules: [
      {
        ...{ action: "allow", direction: "INGRESS", priority: 1 },
        match: { srcIpRanges: ["0.0.0.0/0"], layer4Configs: [{ ipProtocol: "tcp", ports: ["22"] }] },
      },
    ],
  });
  expect(await inbound({ ...QUIET, "firewall-policies": [policy] })).toEqual([
    expect.stringMatching(/^violated: google_compute_network_firewall_policy_rule\."fp:1": TCP 22 from/),
  ]);
  const rules = [{ action: "allow", direction: "INGRESS", priority: 1 }];
  const told = (name: string) => [{ of: NETWORK, name, type: "NETWORK", rules }];
  expect(await inbound({ ...QUIET, "effective-firewall-policies": told("other") })).toEqual([
    expect.stringMatching(/^unknown: firewall policy other: .*which no asset of the project tells/),
  ]);
});

test("what is not of a type that is read is unknown, unless it opens nothing", async () => {
  const other = (assetType: string) => ({ name: "//x/projects/p/y/z", assetType });
  const assets = ["compute.googleapis.com/HealthCheck", "monitoring.googleapis.com/AlertPolicy", "k8s.io/Pod"];
  expect(await inbound({ ...QUIET, "other-assets": assets.map(other) })).toEqual([]);
  expect(await inbound({ ...QUIET, "other-assets": [other("notebooks.googleapis.com/Instance")] })).toEqual([
    expect.stringMatching(/^unknown: .*assets of the type notebooks\.googleapis\.com\/Instance are not read/),
  ]);
});

test.each(Object.keys(account.read).filter((kind) => kind !== "other-assets"))(
  "an asset of %s that tells nothing is unknown",
  async (kind) => {
    expect(await inbound({ ...QUIET, [kind]: [{ name: "//x/projects/p/y/z", assetType: "t" }] })).toContainEqual(
      expect.stringMatching(new RegExp(`^unknown: a record of ${kind}: .* it does not tell its `)),
    );
  },
);

test.each([
  [
    "firewall-policies",
    asset("FirewallPolicy", "projects/p/global/firewallPolicies/fp", { associations: [] }),
    "rules",
  ],
  ["instances", asset("Instance", MACHINE, {}), "networkInterfaces"],
  ["routes", asset("Route", "projects/p/global/routes/r", { network }), "destRange"],
  ["firewalls", asset("Firewall", "projects/p/global/firewalls/f", { direction: "INGRESS" }), "network"],
])("one of %s that tells less than each does is unknown", async (kind, record, field) => {
  expect(await inbound({ ...QUIET, [kind]: [record] })).toContainEqual(
    expect.stringMatching(`unknown: a record of ${kind}: .*does not tell its resource\\.data\\.${field}`),
  );
});

test("an asset that comes twice is judged as it is", async () => {
  const twice = { ...QUIET, instances: [...(QUIET["instances"] ?? []), ...(QUIET["instances"] ?? [])] };
  expect(await inbound({ ...twice, firewalls: [HTTP] })).toEqual([]);
  const open = asset("Instance", MACHINE, {
    networkInterfaces: [
      { network, subnetwork: LINK + SUBNET, networkIP: "10.0.0.2", accessConfigs: [{ natIP: "203.0.113.7" }] },
    ],
  });
  expect(await inbound({ ...QUIET, instances: [open, open], firewalls: [HTTP] })).toContainEqual(
    expect.stringMatching(/^violated: google_compute_firewall\.http/),
  );
});
