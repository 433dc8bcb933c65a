import type { CatalogueEntry, Patch } from "./entry";
import { COMMON } from "./common";

/** The pools that a deployment has which names none, by name: a patch of one needs all of them. */
const SERVICES = { role: "services", machineType: "n2-standard-8", min: 3, max: 6 } as const;
const WORKER = { role: "worker", machineType: "n2-standard-16", min: 0, max: 10 } as const;
const POOLS: Patch = { nodePools: { services: SERVICES, worker: WORKER } };
const GPU = {
  role: "worker",
  machineType: "g2-standard-24",
  accelerator: { type: "nvidia-l4", count: 2 },
  zones: ["us-east5-a"],
  max: 4,
} as const;
const WITH_GPU: Patch = { nodePools: { services: SERVICES, worker: WORKER, gpu: GPU } };

const services = (patch: Patch): Patch => ({ nodePools: { services: patch } });
const gpu = (patch: Patch): Patch => ({ nodePools: { gpu: patch } });

const KEY = { keyId: "projects/acme-keys/locations/us-east5/keyRings/ring/cryptoKeys/data" } as const;
const OTHER_KEY = { keyId: "projects/acme-keys/locations/us-east5/keyRings/ring/cryptoKeys/other" } as const;
const BUCKETS = { metadata: "acme-metadata", fastRegistration: "acme-fast-registration" } as const;
const OBJECTS: Patch = { objectStore: { existing: BUCKETS } };
const MIRROR = "us-east5-docker.pkg.dev/acme-data-plane/mirror";
const LOGIN = { userName: "acme", passwordVersion: "projects/acme-keys/secrets/docker/versions/1" } as const;
const LOGINS: Patch = { images: { upstreams: ["docker"], credentials: { docker: LOGIN } } };
const REPOSITORY = "projects/acme-images/locations/us-east5/repositories/tasks";

const NETWORK = {
  network: "acme-network",
  nodeSubnet: { name: "acme-nodes", cidr: "10.2.0.0/16" },
  podRange: { name: "acme-pods", cidr: "10.0.0.0/15" },
  serviceRange: "acme-services",
  clusterSubnet: { name: "acme-cluster", cidr: "10.3.0.0/28" },
} as const;
const existing = (patch: Patch = {}): Patch => ({ network: { existing: { ...NETWORK, ...patch } } });
const PERIMETER = { accessPolicy: "123456789012", deployers: ["user:deployer@acme.example"] } as const;
const JOINED = { existing: "accessPolicies/123456789012/servicePerimeters/acme" } as const;
const LEVEL = "accessPolicies/123456789012/accessLevels/office";

const account = (id: string) => `${id}@acme-data-plane.iam.gserviceaccount.com`;
const BYOC = { projects: ["union-management"], reason: "The contract asks for it.", expires: "2027-06-30" } as const;
const LIST: Patch = { egress: { mode: "list", cidrs: ["104.16.0.0/13", "198.41.192.0/24", "198.41.200.0/24"] } };
const REGIONS: Patch = { egress: { mode: "tunnel-regions", tunnelRegions: ["global", "us"] } };
const CHART: Patch = { workloads: "chart" };
const REACHABLE: Patch = {
  exceptions: ["no-inbound", "private-api-endpoint"].map((id) => ({
    id,
    resource: "google_container_cluster.*",
    reason: "Reached by IAM alone.",
    expires: "2027-06-30",
  })),
};

/** Changes of one option each, of a deployment that stands: every option of this cloud has one at least. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...COMMON,
  { option: "organization", change: "changed", to: { organization: "other" } },
  { option: "tenant", change: "changed", to: { tenant: "other" } },
  { option: "clientId", change: "changed", to: { clientId: "other" } },
  { option: "egress.mode", change: "published to list", to: LIST },
  { option: "egress.mode", change: "published to tunnel-regions", to: REGIONS },
  { option: "egress.mode", change: "tunnel-regions to published", standing: REGIONS, to: { egress: null } },
  {
    option: "egress.tunnelRegions",
    change: "a region removed",
    standing: REGIONS,
    to: { egress: { tunnelRegions: ["global"] } },
  },
  {
    option: "egress.cidrs",
    change: "a block added",
    standing: LIST,
    to: { egress: { cidrs: ["104.16.0.0/13", "104.24.0.0/14", "198.41.192.0/24", "198.41.200.0/24"] } },
  },
  { option: "egress.controlPlaneCidrs", change: "added", to: { egress: { controlPlaneCidrs: ["203.0.114.0/24"] } } },
  {
    option: "egress.controlPlaneCidrs",
    change: "removed",
    standing: { egress: { controlPlaneCidrs: ["203.0.114.0/24"] } },
    to: { egress: null },
  },
  { option: "tunnel.protocol", change: "auto to quic", to: { tunnel: { protocol: "quic" } } },
  {
    option: "taskNamespaces",
    change: "the last removed",
    standing: { taskNamespaces: ["flytesnacks-development"] },
    to: { taskNamespaces: [] },
  },
  { option: "appsAndServing", change: "turned on", standing: CHART, to: { appsAndServing: true } },
  { option: "components.connectors", change: "turned on", standing: CHART, to: { components: { connectors: true } } },
  {
    option: "components.imageBuilder",
    change: "turned off",
    standing: { components: { imageBuilder: true } },
    to: { components: null },
  },
  { option: "components.metrics", change: "turned on", standing: CHART, to: { components: { metrics: true } } },
  { option: "logRetentionDays", change: "raised", to: { logRetentionDays: 400 } },
  { option: "tags", change: "added", to: { tags: { team: "data" } } },
  { option: "tags", change: "changed", standing: { tags: { team: "data" } }, to: { tags: { team: "other" } } },
  { option: "project", change: "changed", to: { project: "acme-other-plane" } },
  { option: "sharedProject", change: "turned on", to: { sharedProject: true } },
  {
    option: "impersonateServiceAccount",
    change: "added",
    to: { impersonateServiceAccount: account("deployer") },
  },
  { option: "serviceAccounts.platform", change: "added", to: { serviceAccounts: { platform: account("platform") } } },
  {
    option: "serviceAccounts.platform",
    change: "removed",
    standing: { serviceAccounts: { platform: account("platform") } },
    to: { serviceAccounts: null },
  },
  { option: "serviceAccounts.tasks", change: "added", to: { serviceAccounts: { tasks: account("task-pods") } } },
  {
    option: "serviceAccounts.fluentBit",
    change: "added",
    to: { serviceAccounts: { fluentBit: account("fluent-bit") } },
  },
  { option: "serviceAccounts.nodes", change: "added", to: { serviceAccounts: { nodes: account("own-nodes") } } },
  {
    option: "serviceAccounts.nodes",
    change: "removed",
    standing: { serviceAccounts: { nodes: account("own-nodes") } },
    to: { serviceAccounts: null },
  },
  { option: "cloudRegion", change: "changed", to: { cloudRegion: "us-east4" } },
  { option: "network.cidr", change: "moved", to: { network: { cidr: "10.4.0.0/14" } } },
  { option: "network.cidr", change: "grown", to: { network: { cidr: "10.0.0.0/13" } } },
  { option: "network.serviceCidr", change: "changed", to: { network: { serviceCidr: "172.24.0.0/16" } } },
  { option: "network.zones", change: "added", to: { network: { zones: ["us-east5-a", "us-east5-b"] } } },
  {
    option: "network.zones",
    change: "a zone added",
    standing: { network: { zones: ["us-east5-a", "us-east5-b"] } },
    to: { network: { zones: ["us-east5-a", "us-east5-b", "us-east5-c"] } },
  },
  {
    option: "network.zones",
    change: "a zone removed",
    standing: { network: { zones: ["us-east5-a", "us-east5-b", "us-east5-c"] } },
    to: { network: { zones: ["us-east5-a", "us-east5-c"] } },
  },
  { option: "network.natAddresses", change: "raised", to: { network: { natAddresses: 3 } } },
  { option: "network.natAddresses", change: "lowered", to: { network: { natAddresses: 1 } } },
  { option: "network.natAddresses", change: "given", to: { network: { natAddresses: ["acme-nat"] } } },
  { option: "network.perimeter", change: "added", to: { network: { perimeter: PERIMETER } } },
  {
    option: "network.perimeter",
    change: "removed",
    standing: { network: { perimeter: PERIMETER } },
    to: { network: { perimeter: null } },
  },
  {
    option: "network.perimeter.accessPolicy",
    change: "changed",
    standing: { network: { perimeter: PERIMETER } },
    to: { network: { perimeter: { accessPolicy: "210987654321" } } },
  },
  {
    option: "network.perimeter.deployers",
    change: "one added",
    standing: { network: { perimeter: PERIMETER } },
    to: {
      network: { perimeter: { deployers: ["user:deployer@acme.example", "user:other@acme.example"] } },
    },
  },
  {
    option: "network.perimeter.accessLevels",
    change: "added",
    standing: { network: { perimeter: PERIMETER } },
    to: { network: { perimeter: { accessLevels: [LEVEL] } } },
  },
  { option: "network.perimeter.existing", change: "added", to: { network: { perimeter: JOINED } } },
  {
    option: "network.perimeter.join",
    change: "turned off",
    standing: { network: { perimeter: JOINED } },
    to: { network: { perimeter: { join: false } } },
  },
  { option: "network.existing", change: "added", to: existing() },
  { option: "network.existing", change: "removed", standing: existing(), to: { network: { existing: null } } },
  {
    option: "network.existing.network",
    change: "changed",
    standing: existing(),
    to: existing({ network: "acme-other" }),
  },
  {
    option: "network.existing.nodeSubnet",
    change: "changed",
    standing: existing(),
    to: existing({ nodeSubnet: { name: "acme-other", cidr: "10.2.0.0/17" } }),
  },
  {
    option: "network.existing.podRange",
    change: "changed",
    standing: existing(),
    to: existing({ podRange: { name: "acme-others", cidr: "10.0.0.0/16" } }),
  },
  {
    option: "network.existing.serviceRange",
    change: "changed",
    standing: existing(),
    to: existing({ serviceRange: "acme-others" }),
  },
  {
    option: "network.existing.clusterSubnet",
    change: "changed",
    standing: existing(),
    to: existing({ clusterSubnet: { name: "acme-other", cidr: "10.3.0.16/28" } }),
  },
  {
    option: "network.existing.privateZones",
    change: "one added",
    standing: existing(),
    to: existing({ privateZones: ["gcr.io"] }),
  },
  { option: "cluster.accessFromCidrs", change: "added", to: { cluster: { accessFromCidrs: ["10.200.0.0/24"] } } },
  {
    option: "cluster.accessFromCidrs",
    change: "removed",
    standing: { cluster: { accessFromCidrs: ["10.200.0.0/24"] } },
    to: { cluster: null },
  },
  { option: "cluster.dnsEndpoint", change: "turned on", standing: REACHABLE, to: { cluster: { dnsEndpoint: true } } },
  { option: "cluster.dns", change: "node-local to cloud-dns", to: { cluster: { dns: "cloud-dns" } } },
  { option: "cluster.dns", change: "node-local to kube-dns", to: { cluster: { dns: "kube-dns" } } },
  {
    option: "cluster.systemPool.machineType",
    change: "changed",
    to: { cluster: { systemPool: { machineType: "e2-standard-4" } } },
  },
  { option: "cluster.systemPool.min", change: "raised", to: { cluster: { systemPool: { min: 4 } } } },
  { option: "cluster.systemPool.max", change: "lowered", to: { cluster: { systemPool: { max: 3 } } } },
  { option: "cluster.releaseChannel", change: "changed", to: { cluster: { releaseChannel: "STABLE" } } },
  {
    option: "cluster.maintenanceWindow.days",
    change: "changed",
    to: { cluster: { maintenanceWindow: { days: ["monday", "tuesday"] } } },
  },
  {
    option: "cluster.maintenanceWindow.start",
    change: "changed",
    to: { cluster: { maintenanceWindow: { start: "04:00" } } },
  },
  { option: "cluster.maintenanceWindow.hours", change: "raised", to: { cluster: { maintenanceWindow: { hours: 8 } } } },
  {
    option: "nodePools",
    change: "a pool added",
    standing: POOLS,
    to: { nodePools: { other: WORKER } },
  },
  {
    option: "nodePools",
    change: "a pool removed",
    standing: { nodePools: { services: SERVICES, worker: WORKER, other: WORKER } },
    to: { nodePools: { other: null } },
  },
  {
    option: "nodePools.NAME.role",
    change: "changed",
    standing: { nodePools: { services: SERVICES, worker: WORKER, other: WORKER } },
    to: { nodePools: { other: { role: "services" } } },
  },
  { option: "nodePools.NAME.min", change: "raised", standing: POOLS, to: services({ min: 4 }) },
  { option: "nodePools.NAME.min", change: "lowered", standing: POOLS, to: services({ min: 2 }) },
  { option: "nodePools.NAME.max", change: "raised", standing: POOLS, to: services({ max: 9 }) },
  { option: "nodePools.NAME.max", change: "lowered", standing: POOLS, to: services({ max: 3 }) },
  {
    option: "nodePools.NAME.spot",
    change: "turned on",
    standing: POOLS,
    to: { nodePools: { worker: { spot: true } } },
  },
  {
    option: "nodePools.NAME.spot",
    change: "turned off",
    standing: { nodePools: { services: SERVICES, worker: { ...WORKER, spot: true } } },
    to: { nodePools: { worker: { spot: false } } },
  },
  { option: "nodePools.NAME.diskGiB", change: "raised", standing: POOLS, to: services({ diskGiB: 200 }) },
  { option: "nodePools.NAME.labels", change: "added", standing: POOLS, to: services({ labels: { team: "data" } }) },
  {
    option: "nodePools.NAME.machineType",
    change: "changed",
    standing: POOLS,
    to: services({ machineType: "n2-standard-16" }),
  },
  {
    option: "nodePools.NAME.accelerator",
    change: "added",
    standing: POOLS,
    to: {
      nodePools: {
        worker: { machineType: "n1-standard-8", accelerator: { type: "nvidia-tesla-t4" }, zones: ["us-east5-a"] },
      },
    },
  },
  {
    option: "nodePools.NAME.accelerator.type",
    change: "changed",
    standing: WITH_GPU,
    to: gpu({ machineType: "a2-highgpu-2g", accelerator: { type: "nvidia-tesla-a100" } }),
  },
  {
    option: "nodePools.NAME.accelerator.count",
    change: "raised",
    standing: WITH_GPU,
    to: gpu({ machineType: "g2-standard-48", accelerator: { count: 4 } }),
  },
  {
    option: "nodePools.NAME.accelerator.driver",
    change: "default to latest",
    standing: WITH_GPU,
    to: gpu({ accelerator: { driver: "latest" } }),
  },
  {
    option: "nodePools.NAME.zones",
    change: "a zone added",
    standing: WITH_GPU,
    to: gpu({ zones: ["us-east5-a", "us-east5-b"] }),
  },
  { option: "nodePools.NAME.diskType", change: "changed", standing: POOLS, to: services({ diskType: "pd-ssd" }) },
  { option: "nodePools.NAME.localSsds", change: "added", standing: POOLS, to: services({ localSsds: 2 }) },
  { option: "nodePools.NAME.reservation", change: "added", standing: POOLS, to: services({ reservation: "acme" }) },
  { option: "encryption", change: "made to cloud-managed", to: { encryption: "cloud-managed" } },
  {
    option: "encryption",
    change: "cloud-managed to made",
    standing: { encryption: "cloud-managed" },
    to: { encryption: null },
  },
  { option: "encryption.keyId", change: "added", to: { encryption: KEY } },
  { option: "encryption.keyId", change: "removed", standing: { encryption: KEY }, to: { encryption: null } },
  { option: "encryption.keyId", change: "changed", standing: { encryption: KEY }, to: { encryption: OTHER_KEY } },
  { option: "objectStore.existing", change: "added", to: OBJECTS },
  { option: "objectStore.existing", change: "removed", standing: OBJECTS, to: { objectStore: { existing: null } } },
  {
    option: "objectStore.existing.metadata",
    change: "changed",
    standing: OBJECTS,
    to: { objectStore: { existing: { metadata: "acme-others" } } },
  },
  {
    option: "objectStore.existing.fastRegistration",
    change: "changed",
    standing: OBJECTS,
    to: { objectStore: { existing: { fastRegistration: "acme-others" } } },
  },
  { option: "objectStore.noncurrentDays", change: "lowered", to: { objectStore: { noncurrentDays: 7 } } },
  { option: "objectStore.softDeleteDays", change: "raised", to: { objectStore: { softDeleteDays: 30 } } },
  { option: "objectStore.forceDestroy", change: "turned on", to: { objectStore: { forceDestroy: true } } },
  { option: "images.operatorTag", change: "changed", to: { images: { operatorTag: "2026.8.4" } } },
  { option: "images.mirror", change: "added", to: { images: { mirror: MIRROR } } },
  { option: "images.mirror", change: "removed", standing: { images: { mirror: MIRROR } }, to: { images: null } },
  { option: "images.upstreams", change: "one added", to: { images: { upstreams: ["docker"] } } },
  {
    option: "images.upstreams",
    change: "one removed",
    standing: { images: { upstreams: ["docker"] } },
    to: { images: null },
  },
  {
    option: "images.credentials",
    change: "one added",
    standing: { images: { upstreams: ["docker"] } },
    to: { images: { credentials: { docker: LOGIN } } },
  },
  {
    option: "images.credentials.NAME.userName",
    change: "changed",
    standing: LOGINS,
    to: { images: { credentials: { docker: { userName: "other" } } } },
  },
  {
    option: "images.credentials.NAME.passwordVersion",
    change: "changed",
    standing: LOGINS,
    to: {
      images: { credentials: { docker: { passwordVersion: "projects/acme-keys/secrets/docker/versions/2" } } },
    },
  },
  { option: "images.repositories", change: "one added", to: { images: { repositories: [REPOSITORY] } } },
  {
    option: "clientSecretId",
    change: "added",
    to: { clientSecretId: "projects/acme-data-plane/secrets/acme-client-secret" },
  },
  {
    option: "clientSecretId",
    change: "removed",
    standing: { clientSecretId: "projects/acme-data-plane/secrets/acme-client-secret" },
    to: { clientSecretId: null },
  },
  { option: "logs", change: "cloud-service to object-store", to: { logs: "object-store" } },
  { option: "privateManagement", change: "added", to: { privateManagement: BYOC } },
  {
    option: "privateManagement",
    change: "removed",
    standing: { privateManagement: BYOC },
    to: { privateManagement: null },
  },
  {
    option: "privateManagement.projects",
    change: "one added",
    standing: { privateManagement: BYOC },
    to: { privateManagement: { projects: ["union-management", "union-others"] } },
  },
];

/** Options without an entry, and why. An option that is named stands for those below it. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  cloud: "another cloud is another deployment",
  severed: "a state for a while, which `dataplane sever` writes once a diff shows what closes",
  name: "another name is another stack with a state of its own: nothing of the old one is planned",
  exceptions: "judged by the verification, part of no resource",
  allow: "judged by `dataplane diff`, part of no resource",
  "network.existing.nodeSubnet.name": "changes with its block: 'network.existing.nodeSubnet'",
  "network.existing.nodeSubnet.cidr": "says what Google Cloud has: it changes with the name",
  "network.existing.podRange.name": "changes with its block: 'network.existing.podRange'",
  "network.existing.podRange.cidr": "says what Google Cloud has: it changes with the name",
  "network.existing.clusterSubnet.name": "changes with its block: 'network.existing.clusterSubnet'",
  "network.existing.clusterSubnet.cidr": "says what Google Cloud has: it changes with the name",
  "network.existing.proxySubnet":
    "goes with `privateManagement` in a given network, and changes what is made for it alone",
  "network.existing.consumerSubnet":
    "goes with `privateManagement` in a given network, and changes what is made for it alone",
  "privateManagement.reason": "words for the reviewer, part of no resource",
  "privateManagement.expires": "judged by the verification, part of no resource",
  state: "moves the state with `terraform init -migrate-state`, part of no resource",
};
