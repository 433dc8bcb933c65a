import type { CatalogueEntry } from "./entry";
import { COMMON } from "./common";

const ACCOUNT = "123456789012";
const ROLE = `arn:aws:iam::${ACCOUNT}:role`;
const KEY = `arn:aws:kms:us-east-2:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
const SERVICES = { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 6 };
const WORKER = { role: "worker", instanceTypes: ["m6i.4xlarge"], min: 0, max: 10 };
/** A third pool, of one's own. */
const GPU = { role: "worker", instanceTypes: ["g6.xlarge"], gpu: true, min: 0, max: 4 };
const pools = (fields: Readonly<Record<string, unknown>>) => ({
  nodePools: { services: SERVICES, worker: { ...WORKER, ...fields } },
});
const THREE_POOLS = { nodePools: { services: SERVICES, worker: WORKER, gpu: GPU } };
const TUNNEL_REGIONS = { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } };
const BYOC = {
  privateManagement: {
    principals: ["arn:aws:iam::999999999999:root"],
    reason: "Union manages the cluster for us",
    expires: "2030-12-31",
  },
};
const EXISTING_NETWORK = {
  vpcId: "vpc-1",
  nodeSubnets: [
    { id: "subnet-1", cidr: "10.0.0.0/20" },
    { id: "subnet-2", cidr: "10.0.16.0/20" },
  ],
  clusterSubnets: [
    { id: "subnet-3", cidr: "10.0.32.0/24" },
    { id: "subnet-4", cidr: "10.0.33.0/24" },
  ],
  nodeRouteTableIds: ["rtb-1"],
};
const ZONES = ["us-east-2a", "us-east-2b", "us-east-2c"];
const DATABASE = {
  to: "addresses",
  name: "database",
  reason: "The tasks' own database",
  cidrs: ["10.0.255.0/28"],
  ports: [5432],
};
const BUCKET = { to: "bucket", name: "raw", reason: "Raw data of the tasks", bucket: "acme-raw" };
const SERVICE = {
  to: "service",
  name: "bedrock",
  reason: "Models that tasks call",
  service: "bedrock-runtime",
  actions: ["bedrock:InvokeModel"],
  resources: [`arn:aws:bedrock:us-east-2:${ACCOUNT}:inference-profile/one`],
};

/** Changes of one option each, of a deployment that stands: every option of this cloud has one at least. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...COMMON,
  // What nothing can move.
  { option: "name", change: "it is changed", to: { name: "acme-other" } },
  { option: "account", change: "it is changed", to: { account: "210987654321" } },
  { option: "cloudRegion", change: "it is changed", to: { cloudRegion: "us-west-2" } },
  { option: "network.cidr", change: "it is changed", to: { network: { cidr: "10.1.0.0/16" } } },
  { option: "network.serviceCidr", change: "it is changed", to: { network: { serviceCidr: "172.21.0.0/16" } } },
  { option: "network.nodeSubnetPrefix", change: "it is raised", to: { network: { nodeSubnetPrefix: 19 } } },
  { option: "network.existing", change: "it is added", to: { network: { existing: EXISTING_NETWORK } } },
  // Zones.
  { option: "network.zones", change: "the default is written out", to: { network: { zones: ZONES } } },
  { option: "network.zones", change: "one is removed", to: { network: { zones: ZONES.slice(0, 2) } } },
  {
    option: "network.zones",
    change: "the first is removed",
    standing: { network: { nat: "per-zone" } },
    to: { network: { zones: ZONES.slice(1) } },
  },
  {
    option: "network.zones",
    change: "one is added in its place",
    standing: { network: { zones: ZONES.slice(0, 2) } },
    to: { network: { zones: ZONES } },
  },
  {
    option: "network.addedZones",
    change: "one is added",
    standing: { network: { zones: ZONES.slice(0, 2) } },
    to: { network: { addedZones: ["us-east-2c"] } },
  },
  {
    option: "network.addedZones",
    change: "one is removed",
    standing: { network: { zones: ZONES.slice(0, 2), addedZones: ["us-east-2c"] } },
    to: { network: { addedZones: [] } },
  },
  {
    option: "network.leftZones",
    change: "the first zone is left",
    standing: { network: { nat: "per-zone" } },
    to: { network: { leftZones: ["us-east-2a"] } },
  },
  // The way out.
  { option: "network.nat", change: "to per-zone", to: { network: { nat: "per-zone" } } },
  {
    option: "network.nat",
    change: "to single",
    standing: { network: { nat: "per-zone" } },
    to: { network: { nat: "single" } },
  },
  { option: "network.transitGatewayId", change: "it is added", to: { network: { transitGatewayId: "tgw-0a1b" } } },
  {
    option: "network.transitGatewayId",
    change: "it is removed",
    standing: { network: { transitGatewayId: "tgw-0a1b" } },
    to: { network: { transitGatewayId: null } },
  },
  { option: "network.podCidr", change: "it is added", to: { network: { podCidr: "100.64.0.0/16" } } },
  {
    option: "network.podCidr",
    change: "it is removed",
    standing: { network: { podCidr: "100.64.0.0/16" } },
    to: { network: { podCidr: null } },
  },
  { option: "network.prefixDelegation", change: "it is switched on", to: { network: { prefixDelegation: true } } },
  { option: "network.rulesPerSecurityGroup", change: "it is raised", to: { network: { rulesPerSecurityGroup: 100 } } },
  {
    option: "network.flowLogArchive",
    change: "it is added",
    to: { network: { flowLogArchive: "arn:aws:s3:::acme-flow-logs" } },
  },
  {
    option: "network.flowLogArchive",
    change: "it is removed",
    standing: { network: { flowLogArchive: "arn:aws:s3:::acme-flow-logs" } },
    to: { network: { flowLogArchive: null } },
  },
  {
    option: "network.routes",
    change: "one is added",
    to: { network: { routes: [{ cidr: "192.168.0.0/16", via: "pcx-0a1b" }] } },
  },
  {
    option: "network.routes",
    change: "one is removed",
    standing: { network: { routes: [{ cidr: "192.168.0.0/16", via: "pcx-0a1b" }] } },
    to: { network: { routes: [] } },
  },
  {
    option: "network.routes[].cidr",
    change: "it is changed",
    standing: { network: { routes: [{ cidr: "192.168.0.0/16", via: "pcx-0a1b" }] } },
    to: { network: { routes: [{ cidr: "192.168.0.0/17", via: "pcx-0a1b" }] } },
  },
  {
    option: "network.routes[].via",
    change: "it is changed",
    standing: { network: { routes: [{ cidr: "192.168.0.0/16", via: "pcx-0a1b" }] } },
    to: { network: { routes: [{ cidr: "192.168.0.0/16", via: "tgw-0a1b" }] } },
  },
  // Egress.
  { option: "egress.mode", change: "to tunnel-regions", to: TUNNEL_REGIONS },
  {
    option: "egress.mode",
    change: "from tunnel-regions to published",
    standing: TUNNEL_REGIONS,
    to: { egress: { mode: "published", tunnelRegions: null } },
  },
  {
    option: "egress.tunnelRegions",
    change: "one is added",
    standing: TUNNEL_REGIONS,
    to: { egress: { tunnelRegions: ["us", "global"] } },
  },
  {
    option: "egress.cidrs",
    change: "from published to a list",
    to: { egress: { mode: "list", cidrs: ["198.41.128.0/17", "104.16.0.0/13", "172.64.0.0/13", "2606:4700::/32"] } },
  },
  {
    option: "egress.controlPlaneCidrs",
    change: "one is added",
    to: { egress: { controlPlaneCidrs: ["203.0.113.0/24"] } },
  },
  {
    option: "egress.controlPlaneCidrs",
    change: "one is removed",
    standing: { egress: { controlPlaneCidrs: ["203.0.113.0/24"] } },
    to: { egress: { controlPlaneCidrs: [] } },
  },
  {
    option: "tunnel.protocol",
    change: "from http2 to auto",
    standing: { tunnel: { protocol: "http2" } },
    to: { tunnel: { protocol: "auto" } },
  },
  // The cluster.
  { option: "cluster.admins", change: "the first is added", to: { cluster: { admins: [`${ROLE}/platform`] } } },
  {
    option: "cluster.admins",
    change: "one of two is removed",
    standing: { cluster: { admins: [`${ROLE}/platform`, `${ROLE}/other`] } },
    to: { cluster: { admins: [`${ROLE}/platform`] } },
  },
  {
    option: "cluster.admins",
    change: "the last is removed",
    standing: { cluster: { admins: [`${ROLE}/platform`] } },
    to: { cluster: { admins: [] } },
  },
  {
    option: "cluster.accessFromSecurityGroups",
    change: "one is added",
    to: { cluster: { accessFromSecurityGroups: ["sg-0a1b"] } },
  },
  {
    option: "cluster.accessFromCidrs",
    change: "one is added",
    to: { cluster: { accessFromCidrs: ["10.0.255.0/28"] } },
  },
  { option: "cluster.sessionManager", change: "it is switched on", to: { cluster: { sessionManager: true } } },
  { option: "cluster.addons", change: "one is added", to: { cluster: { addons: ["metrics-server"] } } },
  {
    option: "cluster.addons",
    change: "one is removed",
    standing: { cluster: { addons: ["aws-ebs-csi-driver"] } },
    to: { cluster: { addons: [] } },
  },
  {
    option: "cluster.addonVersions",
    change: "one is set",
    to: { cluster: { addonVersions: { coredns: "v1.14.2-eksbuild.1" } } },
  },
  { option: "cluster.support", change: "standard is chosen", to: { cluster: { support: "standard" } } },
  // Pools.
  { option: "nodePools", change: "one is added", standing: pools({}), to: THREE_POOLS },
  { option: "nodePools", change: "one is removed", standing: THREE_POOLS, to: { nodePools: { gpu: null } } },
  {
    option: "nodePools",
    change: "one is renamed",
    standing: pools({}),
    to: { nodePools: { worker: null, tasks: WORKER } },
  },
  {
    option: "nodePools.NAME.instanceTypes",
    change: "it is changed",
    standing: pools({}),
    to: pools({ instanceTypes: ["m7i.4xlarge"] }),
  },
  {
    option: "nodePools.NAME.instanceTypes",
    change: "one is appended",
    standing: pools({}),
    to: pools({ instanceTypes: ["m6i.4xlarge", "m7i.4xlarge"] }),
  },
  { option: "nodePools.NAME.spot", change: "it is switched on", standing: pools({}), to: pools({ spot: true }) },
  {
    option: "nodePools.NAME.gpu",
    change: "it is switched on, with other machines",
    standing: pools({}),
    to: pools({ instanceTypes: ["g6.xlarge"], gpu: true }),
  },
  {
    option: "nodePools.NAME.image",
    change: "to bottlerocket",
    standing: pools({}),
    to: pools({ image: "bottlerocket" }),
  },
  { option: "nodePools.NAME.imageId", change: "it is added", standing: pools({}), to: pools({ imageId: "ami-0a1b" }) },
  {
    option: "nodePools.NAME.imageId",
    change: "it is changed",
    standing: pools({ imageId: "ami-0a1b" }),
    to: pools({ imageId: "ami-0a2c" }),
  },
  {
    option: "nodePools.NAME.userData",
    change: "it is added",
    standing: pools({}),
    to: pools({ userData: "#!/bin/sh\ntrue\n" }),
  },
  {
    option: "nodePools.NAME.capacityReservationId",
    change: "it is added",
    standing: pools({}),
    to: pools({ capacityReservationId: "cr-0a1b" }),
  },
  {
    option: "nodePools.NAME.capacityBlock",
    change: "it is added",
    standing: pools({ instanceTypes: ["p5.48xlarge"], gpu: true }),
    to: pools({ instanceTypes: ["p5.48xlarge"], gpu: true, capacityBlock: { id: "cr-0a1b", zone: "us-east-2b" } }),
  },
  {
    option: "nodePools.NAME.releaseVersion",
    change: "it is set",
    standing: pools({}),
    to: pools({ releaseVersion: "1.35.7-20260827" }),
  },
  {
    option: "nodePools.NAME.role",
    change: "it is changed",
    standing: { nodePools: { services: SERVICES, worker: WORKER, more: { ...SERVICES, role: "worker" } } },
    to: { nodePools: { more: { role: "services" } } },
  },
  { option: "nodePools.NAME.min", change: "it is raised", standing: pools({}), to: pools({ min: 2 }) },
  { option: "nodePools.NAME.min", change: "it is lowered", standing: pools({ min: 2 }), to: pools({}) },
  { option: "nodePools.NAME.max", change: "it is raised", standing: pools({}), to: pools({ max: 20 }) },
  { option: "nodePools.NAME.max", change: "it is lowered", standing: pools({}), to: pools({ max: 4 }) },
  { option: "nodePools.NAME.diskGiB", change: "it is raised", standing: pools({}), to: pools({ diskGiB: 200 }) },
  {
    option: "nodePools.NAME.labels",
    change: "one is added",
    standing: pools({}),
    to: pools({ labels: { team: "ml" } }),
  },
  // Data.
  { option: "encryption.keyArn", change: "it is added", to: { encryption: { keyArn: KEY } } },
  {
    option: "encryption.keyArn",
    change: "it is changed",
    standing: { encryption: { keyArn: KEY } },
    to: { encryption: { keyArn: KEY.replace("1111", "2222") } },
  },
  {
    option: "encryption.keyArn",
    change: "it is removed",
    standing: { encryption: { keyArn: KEY } },
    to: { encryption: null },
  },
  {
    option: "objectStore.existing",
    change: "it is added, other buckets",
    to: { objectStore: { existing: { metadata: "acme-metadata", fastRegistration: "acme-code" } } },
  },
  {
    option: "objectStore.existing",
    change: "it is added, the same buckets",
    to: {
      objectStore: {
        existing: {
          metadata: `union-acme-us-east-2-${ACCOUNT}-metadata`,
          fastRegistration: `union-acme-us-east-2-${ACCOUNT}-fast-registration`,
        },
      },
    },
  },
  { option: "objectStore.noncurrentDays", change: "it is lowered", to: { objectStore: { noncurrentDays: 7 } } },
  { option: "objectStore.forceDestroy", change: "it is switched on", to: { objectStore: { forceDestroy: true } } },
  { option: "logs", change: "to cloud-service", to: { logs: "cloud-service" } },
  {
    option: "logs",
    change: "to object-store",
    standing: { logs: "cloud-service" },
    to: { logs: "object-store" },
  },
  {
    option: "clientSecretArn",
    change: "it is added",
    to: { clientSecretArn: `arn:aws:secretsmanager:us-east-2:${ACCOUNT}:secret:union-a1b2c3` },
  },
  // Images.
  {
    option: "images.mirror",
    change: "it is added",
    to: { images: { mirror: `${ACCOUNT}.dkr.ecr.us-east-2.amazonaws.com/mirror` } },
  },
  {
    option: "images.mirror",
    change: "it is removed",
    standing: { images: { mirror: `${ACCOUNT}.dkr.ecr.us-east-2.amazonaws.com/mirror` } },
    to: { images: { mirror: null } },
  },
  { option: "images.upstreams", change: "one is added", to: { images: { upstreams: ["quay"] } } },
  {
    option: "images.upstreams",
    change: "one is removed",
    standing: { images: { upstreams: ["quay"] } },
    to: { images: { upstreams: [] } },
  },
  {
    option: "images.credentials",
    change: "one is added",
    to: {
      images: {
        credentials: {
          ghcr: { secretArn: `arn:aws:secretsmanager:us-east-2:${ACCOUNT}:secret:ecr-pullthroughcache/ghcr-a1b2c3` },
        },
      },
    },
  },
  {
    option: "images.repositories",
    change: "one is added",
    to: { images: { repositories: [`arn:aws:ecr:us-east-2:${ACCOUNT}:repository/ml/*`] } },
  },
  { option: "images.operatorTag", change: "it is changed", to: { images: { operatorTag: "2026.9.1" } } },
  // Tasks.
  {
    option: "taskRoles",
    change: "to per-namespace",
    standing: { taskNamespaces: ["flytesnacks-development"] },
    to: { taskRoles: "per-namespace" },
  },
  {
    option: "appsAndServing",
    change: "it is switched on",
    standing: { workloads: "chart" },
    to: { appsAndServing: true },
  },
  { option: "components.connectors", change: "it is switched on", to: { components: { connectors: true } } },
  { option: "components.metrics", change: "it is switched on", to: { components: { metrics: true } } },
  { option: "allowances", change: "addresses are added", to: { allowances: [DATABASE] } },
  {
    option: "allowances",
    change: "addresses are removed",
    standing: { allowances: [DATABASE] },
    to: { allowances: [] },
  },
  { option: "allowances", change: "a bucket is added", to: { allowances: [BUCKET] } },
  { option: "allowances", change: "a service is added", to: { allowances: [SERVICE] } },
  { option: "allowances", change: "a service is removed", standing: { allowances: [SERVICE] }, to: { allowances: [] } },
  {
    option: "allowances[].cidrs",
    change: "one is added",
    standing: { allowances: [DATABASE] },
    to: { allowances: [{ ...DATABASE, cidrs: [...DATABASE.cidrs, "10.0.255.16/28"] }] },
  },
  {
    option: "allowances[].ports",
    change: "one is replaced",
    standing: { allowances: [DATABASE] },
    to: { allowances: [{ ...DATABASE, ports: [5433] }] },
  },
  {
    option: "allowances[].bucket",
    change: "it is changed",
    standing: { allowances: [BUCKET] },
    to: { allowances: [{ ...BUCKET, bucket: "acme-others" }] },
  },
  {
    option: "allowances[].access",
    change: "to read-write",
    standing: { allowances: [BUCKET] },
    to: { allowances: [{ ...BUCKET, access: "read-write" }] },
  },
  {
    option: "allowances[].keyArn",
    change: "it is added",
    standing: { allowances: [BUCKET] },
    to: { allowances: [{ ...BUCKET, keyArn: KEY }] },
  },
  {
    option: "allowances[].service",
    change: "it is changed",
    standing: { allowances: [SERVICE] },
    to: { allowances: [{ ...SERVICE, service: "bedrock-agent-runtime" }] },
  },
  {
    option: "allowances[].actions",
    change: "one is added",
    standing: { allowances: [SERVICE] },
    to: { allowances: [{ ...SERVICE, actions: [...SERVICE.actions, "bedrock:InvokeModelWithResponseStream"] }] },
  },
  {
    option: "allowances[].resources",
    change: "one is replaced",
    standing: { allowances: [SERVICE] },
    to: {
      allowances: [{ ...SERVICE, resources: [`arn:aws:bedrock:us-east-2:${ACCOUNT}:inference-profile/two`] }],
    },
  },
  // Identities and names.
  {
    option: "permissionsBoundary",
    change: "it is added",
    to: { permissionsBoundary: "arn:aws:iam::aws:policy/PowerUserAccess" },
  },
  { option: "rolePath", change: "it is changed", to: { rolePath: "/union/" } },
  { option: "roleNamePrefix", change: "it is changed", to: { roleNamePrefix: "dp-" } },
  { option: "assumeRole", change: "it is added", to: { assumeRole: { arn: `${ROLE}/deployer` } } },
  { option: "tags", change: "one is added", to: { tags: { "cost-center": "1234" } } },
  { option: "clientId", change: "it is changed", to: { clientId: "acme-other" } },
  { option: "organization", change: "it is changed", to: { organization: "acme-labs" } },
  { option: "tenant", change: "it is changed", to: { tenant: "acme-labs" } },
  {
    option: "exceptions",
    change: "one is added",
    to: {
      exceptions: [{ id: "no-inbound", resource: "aws_lb.x", reason: "An example of a reason", expires: "2030-12-31" }],
    },
  },
  { option: "privateManagement", change: "it is added", to: BYOC },
  { option: "privateManagement", change: "it is removed", standing: BYOC, to: { privateManagement: null } },
  { option: "state.directory", change: "it is changed", to: { state: { backend: "local", directory: "state" } } },
  {
    option: "state.backend",
    change: "to s3",
    to: { state: { backend: "s3", bucket: "acme-state" } },
  },
];

/** Options without an entry, and why. An option that is named stands for those below it. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  cloud: "another cloud is another deployment",
  severed: "a state for a while, which `dataplane sever` writes once a diff shows what closes",
  "assumeRole.arn": "names who deploys: nothing that is made changes",
  "assumeRole.externalId": "names who deploys: nothing that is made changes",
  "assumeRole.profile": "names who deploys: nothing that is made changes",
  "exceptions[].id": "judged by the verification, part of no resource",
  "exceptions[].resource": "judged by the verification, part of no resource",
  "exceptions[].reason": "words for the reviewer",
  "exceptions[].expires": "judged by the verification, part of no resource",
  "allowances[].to": "another kind is another allowance: one is removed, one is added",
  "allowances[].name": "another name is another allowance: one is removed, one is added",
  "allowances[].reason": "words for the reviewer, in a tag",
  allow: "says what a pull request may do, and changes nothing by itself",
  "state.bucket": "as 'state.backend': Terraform moves the state with 'terraform init -migrate-state'",
  "state.key": "as 'state.backend'",
  "state.region": "as 'state.backend'",
  "state.kmsKeyId": "as 'state.backend'",
  "network.existing.vpcId": "a part of 'network.existing'",
  "network.existing.nodeSubnets": "a part of 'network.existing'",
  "network.existing.clusterSubnets": "a part of 'network.existing'",
  "network.existing.nodeRouteTableIds": "a part of 'network.existing'",
  "network.existing.endpoints": "a part of 'network.existing'",
  "nodePools.NAME.capacityBlock.id": "a part of 'nodePools.NAME.capacityBlock'",
  "nodePools.NAME.capacityBlock.zone": "a part of 'nodePools.NAME.capacityBlock'",
  "images.credentials.NAME.secretArn": "a part of 'images.credentials'",
  "objectStore.existing.metadata": "a part of 'objectStore.existing'",
  "objectStore.existing.fastRegistration": "a part of 'objectStore.existing'",
  "privateManagement.principals":
    "changes in place: of a load balancer that only stands on paper the provider plans nothing else",
  "privateManagement.reason": "words for the reviewer",
  "privateManagement.expires": "words for the reviewer",
};
