import { problemsOn } from "../../support/deployments";

const problemsOf = (fields: Readonly<Record<string, unknown>>) => problemsOn("google", fields);

const services = { role: "services", machineType: "n2-standard-8", min: 1 };
const worker = { role: "worker", machineType: "n2-standard-8" };
const DEPLOYER = "serviceAccount:union-deployer@acme.iam.gserviceaccount.com";
const GIVEN_PERIMETER = "accessPolicies/123/servicePerimeters/acme";
const around = (perimeter: object) => ({ network: { perimeter } });
const given = (existing: object, network: object = {}) => ({
  network: {
    ...network,
    existing: {
      network: "projects/acme-host/global/networks/shared",
      nodeSubnet: { name: "nodes", cidr: "10.2.0.0/16" },
      podRange: { name: "pods", cidr: "10.0.0.0/15" },
      serviceRange: "services",
      clusterSubnet: { name: "api", cidr: "10.3.0.0/28" },
      ...existing,
    },
  },
});
const BYOC = { privateManagement: { projects: ["union-management"], reason: "BYOC agreement", expires: "2099-12-31" } };
const window = (days: string[], hours: number) => ({ cluster: { maintenanceWindow: { days, hours } } });

test.each([
  { what: "two days of six hours", fields: window(["saturday", "sunday"], 6) },
  { what: "one day of twelve hours", fields: window(["sunday"], 12) },
  { what: "labels", fields: { tags: { team: "ml-1", "cost-center": "" } } },
  { what: "a Shared VPC", fields: given({}) },
  {
    what: "the private management connection in a VPC of the project",
    fields: { ...given({ network: "own" }), ...BYOC },
  },
  {
    what: "service accounts of the customer's own",
    fields: { serviceAccounts: { nodes: "given-nodes@acme-data-plane.iam.gserviceaccount.com" } },
  },
  { what: "addresses of the customer's own", fields: { network: { natAddresses: ["egress-a", "egress-b"] } } },
  { what: "private zones of the customer's own", fields: given({ privateZones: ["googleapis.com", "pkg.dev"] }) },
  { what: "a Shared VPC in its host's perimeter", fields: given({}, { perimeter: { existing: GIVEN_PERIMETER } }) },
  { what: "a perimeter that is made", fields: around({ accessPolicy: "123", deployers: [DEPLOYER] }) },
  {
    what: "a perimeter that is made by whom it is made as",
    fields: {
      ...around({ accessPolicy: "123" }),
      impersonateServiceAccount: "union-deployer@acme.iam.gserviceaccount.com",
    },
  },
  { what: "a perimeter that is joined", fields: around({ existing: GIVEN_PERIMETER }) },
  { what: "a perimeter that the project is in", fields: around({ existing: GIVEN_PERIMETER, join: false }) },
  { what: "pools that fill the pods' block", fields: { network: { cidr: "10.0.0.0/19" }, nodePools: pools(10) } },
])("$what: valid", ({ fields }) => {
  expect(problemsOf(fields)).toEqual([]);
});

test.each([
  {
    fields: window(["saturday", "sunday"], 5),
    problem:
      "cluster.maintenanceWindow: is open for 10 hours a week (allowed: at least 12, by more 'days' or more 'hours')",
  },
  {
    fields: window(["sunday", "sunday"], 6),
    problem:
      "cluster.maintenanceWindow: is open for 6 hours a week (allowed: at least 12, by more 'days' or more 'hours')",
  },
  {
    fields: { logs: "object-store" },
    problem:
      "logs: 'object-store' is refused: Fluent Bit writes to Cloud Storage with a key only, and none may exist (allowed: cloud-service)",
  },
  {
    fields: { cluster: { systemPool: { min: 7 } } },
    problem: "cluster.systemPool.min: 'min' is above 'max'",
  },
  {
    fields: { nodePools: { services, worker, system: worker } },
    problem:
      "nodePools.system: has the name of the cluster's own pool, which 'cluster.systemPool' describes (allowed: another name)",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, zones: ["us-east5-a", "us-east4-a"] } } },
    problem:
      "nodePools.worker.zones[1]: 'us-east4-a' is not a zone of 'us-east5' (allowed: us-east5-a, us-east5-b, us-east5-c;",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, zones: ["us-east5-a", "us-east5-a"] } } },
    problem: "nodePools.worker.zones[1]: 'us-east5-a' is listed twice",
  },
  {
    fields: {
      nodePools: { services, worker: { ...worker, machineType: "g2-standard-8", accelerator: { type: "nvidia-l4" } } },
    },
    problem:
      "nodePools.worker.accelerator: goes with 'zones', since not every zone has such machines (allowed: with those of us-east5-a, us-east5-b, us-east5-c that",
  },
  {
    fields: {
      network: { zones: ["us-east5-a"] },
      nodePools: { services, worker: { ...worker, machineType: "a3-highgpu-8g" } },
    },
    problem: "nodePools.worker.accelerator: is required with a3-highgpu-8g, whose GPUs no task gets otherwise",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, machineType: "n4-standard-8", diskType: "pd-balanced" } } },
    problem: "nodePools.worker.diskType: 'pd-balanced' is no boot disk of n4-standard-8 (allowed: hyperdisk-balanced)",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, machineType: "c3-standard-8", diskType: "pd-standard" } } },
    problem:
      "nodePools.worker.diskType: 'pd-standard' is no boot disk of c3-standard-8 (allowed: pd-balanced, pd-ssd, hyperdisk-balanced)",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, diskType: "hyperdisk-balanced" } } },
    problem:
      "nodePools.worker.diskType: 'hyperdisk-balanced' is no boot disk of n2-standard-8 (allowed: pd-standard, pd-balanced, pd-ssd)",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, machineType: "e2-standard-8", localSsds: 1 } } },
    problem:
      "nodePools.worker.localSsds: 1 is no number of local SSDs that e2-standard-8 takes (allowed: none, or other machines)",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, machineType: "c3-standard-8", localSsds: 2 } } },
    problem:
      "nodePools.worker.localSsds: 2 is no number of local SSDs that c3-standard-8 takes (allowed: none, or other machines)",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, machineType: "n2-standard-16", localSsds: 1 } } },
    problem:
      "nodePools.worker.localSsds: 1 is no number of local SSDs that n2-standard-16 takes (allowed: 2, 4, 8, 16, 24)",
  },
  {
    fields: { nodePools: { services, worker: { ...worker, spot: true, reservation: "h100" } } },
    problem: "nodePools.worker.reservation: does not go with 'spot', whose machines nobody reserves",
  },
  {
    fields: { network: { cidr: "10.0.0.0/19" }, nodePools: pools(11) },
    problem:
      "network.cidr: has room for the pods of 16 nodes, and 'nodePools' and 'cluster.systemPool' may have 17 (each node takes a /24 of 10.0.0.0/20)",
  },
  {
    fields: { cloudRegion: "us-esat5" },
    problem:
      "cloudRegion: 'us-esat5' is not a region known here; the nearest is 'us-east5' (allowed: a region of config/google/regions.json, where a new one can be added)",
  },
  {
    fields: { cloudRegion: "us-east1", network: { zones: ["us-east1-b", "us-east1-a"] } },
    problem:
      "network.zones[1]: 'us-east1-a' is not a zone of 'us-east1' (allowed: us-east1-b, us-east1-c, us-east1-d; a new one is added in config/google/regions.json)",
  },
  {
    fields: given({ network: "projects/acme-host/regions/us-east5/subnetworks/shared" }),
    problem:
      "network.existing.network: 'projects/acme-host/regions/us-east5/subnetworks/shared' is not a VPC (its name, or of a Shared VPC projects/HOST/global/networks/NAME)",
  },
  {
    fields: { ...given({ proxySubnet: { name: "proxies", cidr: "10.3.0.64/26" } }), ...BYOC },
    problem:
      "network.existing.consumerSubnet: is required by 'privateManagement' in a Shared VPC, whose subnets are the host project's to make",
  },
  {
    fields: given({ proxySubnet: { name: "proxies", cidr: "10.4.0.0/26" } }),
    problem: "network.existing.proxySubnet.cidr: '10.4.0.0/26' does not lie inside 'network.cidr' 10.0.0.0/14",
  },
  {
    fields: given({ privateZones: ["pkg.dev", "pkg.dev"] }),
    problem: "network.existing.privateZones[1]: 'pkg.dev' is listed twice",
  },
  {
    what: "a service account of another project",
    fields: { serviceAccounts: { nodes: "given-nodes@acme-other.iam.gserviceaccount.com" } },
    problem:
      "serviceAccounts.nodes: 'given-nodes@acme-other.iam.gserviceaccount.com' is of another project (allowed: NAME@acme-data-plane.iam.gserviceaccount.com)",
  },
  {
    what: "one service account for two identities",
    fields: {
      serviceAccounts: {
        tasks: "given-pods@acme-data-plane.iam.gserviceaccount.com",
        platform: "given-pods@acme-data-plane.iam.gserviceaccount.com",
      },
    },
    problem:
      "serviceAccounts.tasks: 'given-pods@acme-data-plane.iam.gserviceaccount.com' is that of 'platform' too (allowed: an account of its own)",
  },
  {
    what: "addresses of a NAT that is given",
    fields: given({}, { natAddresses: ["egress-a"] }),
    problem: "network.natAddresses: does not go with 'network.existing', whose NAT is yours",
  },
  {
    fields: given({}, { perimeter: { accessPolicy: "123", deployers: [DEPLOYER] } }),
    problem:
      "network.perimeter.accessPolicy: does not go with a Shared VPC, whose host project must be in the same perimeter as all that use it (allowed: 'existing', the host project's perimeter)",
  },
  {
    fields: around({}),
    problem:
      "network.perimeter: takes one of 'accessPolicy', in which a perimeter is made, and 'existing', which is joined",
  },
  {
    fields: around({ accessPolicy: "123", existing: GIVEN_PERIMETER }),
    problem:
      "network.perimeter: takes one of 'accessPolicy', in which a perimeter is made, and 'existing', which is joined",
  },
  {
    fields: around({ accessPolicy: "policies/123", deployers: [DEPLOYER] }),
    problem: "network.perimeter.accessPolicy: 'policies/123' is not the number of an access policy, quoted",
  },
  {
    fields: around({ accessPolicy: "123" }),
    problem:
      "network.perimeter.deployers: is empty, and nobody could deploy from outside of the perimeter (allowed: at least one identity, or with 'impersonateServiceAccount')",
  },
  {
    fields: around({ accessPolicy: "123", deployers: ["ada@acme.example"] }),
    problem: "network.perimeter.deployers[0]: 'ada@acme.example' is not an identity such as serviceAccount:",
  },
  {
    fields: around({
      accessPolicy: "123",
      deployers: [DEPLOYER],
      accessLevels: ["accessPolicies/456/accessLevels/office"],
    }),
    problem:
      "network.perimeter.accessLevels[0]: 'accessPolicies/456/accessLevels/office' is of another policy (allowed: accessPolicies/123/accessLevels/NAME)",
  },
  {
    fields: around({ existing: GIVEN_PERIMETER, deployers: [DEPLOYER] }),
    problem: "network.perimeter.deployers: goes with 'accessPolicy' only: the rules of a given perimeter are yours",
  },
  {
    fields: around({ accessPolicy: "123", deployers: [DEPLOYER], join: false }),
    problem: "network.perimeter.join: goes with 'existing' only",
  },
])("$problem", ({ fields, problem }) => {
  expect(problemsOf(fields)).toEqual([expect.stringContaining(problem)]);
});

test.each([
  ["n2-standard-16", 2],
  ["n1-standard-4", 3],
  ["n2-custom-8-32768", 1],
  ["g2-standard-96", 8],
  ["c3-standard-8-lssd", 2],
  ["z9-standard-8", 5],
])("%s takes %d local SSDs, as far as is known here", (machineType, localSsds) => {
  const zones = ["us-east5-a"];
  const gpus = machineType.startsWith("g2") ? { zones, accelerator: { type: "nvidia-l4" } } : {};
  expect(problemsOf({ nodePools: { services, worker: { ...worker, machineType, localSsds, ...gpus } } })).toEqual([]);
});

/** Pools that may have so many nodes in all. */
function pools(most: number) {
  return { services: { ...services, max: most - 1 }, worker: { ...worker, max: 1 } };
}

test.each([
  [{ machineType: "banana" }, "machineType: 'banana' is no type of machine (allowed: such as n2-standard-8)"],
  [
    { machineType: "n2-standard-8", zones: ["us-east5-a"], accelerator: { type: "nvidia-l4" } },
    "accelerator.type: 'nvidia-l4' does not go with n2-standard-8 (allowed: machines of N1, or of a series that has GPUs)",
  ],
  [
    { machineType: "g2-standard-8", zones: ["us-east5-a"], accelerator: { type: "nvidia-tesla-t4" } },
    "accelerator.type: 'nvidia-tesla-t4' does not go with g2-standard-8 (allowed: nvidia-l4)",
  ],
  [
    { machineType: "n2-standard-8", labels: { "cloud.google.com/gke-x": "y" } },
    "labels.cloud.google.com/gke-x: 'cloud.google.com/gke-x' is one of GKE's own (allowed: a domain of yours, or none)",
  ],
])("a pool that GKE would refuse: %j", (fields, problem) => {
  const nodePools = { services, worker: { role: "worker", ...fields } };
  expect(problemsOf({ nodePools })).toEqual([`nodePools.worker.${problem}`]);
});

test.each([
  [{ tags: { "goog-x": "y" } }, "tags.goog-x: 'goog-x' is kept for the cloud's own tags and those that are set here"],
  [{ tags: { "1a": "y" } }, "tags.1a: '1a' is no tag's name (allowed: a label of Google Cloud: "],
  [
    { objectStore: { existing: { metadata: "goog-a", fastRegistration: "acme-b" } } },
    "objectStore.existing.metadata: 'goog-a' is not the name of a bucket",
  ],
  [
    { objectStore: { existing: { metadata: "acme-b", fastRegistration: "acme-b" } } },
    "objectStore.existing.fastRegistration: 'acme-b' is that of metadata too",
  ],
  [{ network: { serviceCidr: "172.16.0.0/12" } }, "network.serviceCidr: '172.16.0.0/12' is no block of services"],
  [{ state: { backend: "gcs", bucket: "acme", prefix: "/a" } }, "state.prefix: '/a' is not a path in a bucket"],
  [{ clientSecretId: "projects/p/secrets/a b" }, "clientSecretId: 'projects/p/secrets/a b' is not a secret"],
])("what Google Cloud would refuse: %j", (fields, problem) => {
  expect(problemsOf(fields)).toEqual([expect.stringContaining(problem)]);
});
