import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assumptionsOf } from "../../config/assumptions";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { loadDeployments } from "../../config/loader";
import { companyZones, deploymentOn, EXISTING_NETWORK } from "../support/deployments";
import { EXAMPLES } from "../support/examples";

const ids = (cloud: Cloud, fields: Readonly<Record<string, unknown>> = {}) =>
  assumptionsOf(deploymentOn(cloud, fields)).map(({ id }) => id);

/** Of whatever is deployed: the rest comes from a field. */
const ALWAYS = ["cloudflare-list", "control-plane-addresses", "organization-policies"];
const WAY_OUT = ["way-out", "no-proxy"];
const OF_TASKS = { taskNamespaces: ["acme-production"] };

const VNET =
  "/subscriptions/44444444-5555-6666-7777-888888888888/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/spoke";
const GROUP = VNET.replace("virtualNetworks/spoke", "networkSecurityGroups/nodes");
const HUB = { hubNetworkId: VNET.replace("spoke", "hub"), hubCidrs: ["10.250.0.0/22"] };
const VAULT =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/acme";
const KEY = { keyVaultId: VAULT, keyId: `https://acme.vault.azure.net/keys/data/${"0".repeat(32)}` };
const ON_AZURE = {
  nodeSubnet: { id: `${VNET}/subnets/nodes`, cidr: "10.0.0.0/17", securityGroup: { id: GROUP, rules: [] } },
  clusterSubnet: { id: `${VNET}/subnets/api`, cidr: "10.0.128.0/28", securityGroup: { id: GROUP, rules: [] } },
  endpointSubnet: { id: `${VNET}/subnets/endpoints`, cidr: "10.0.128.64/26", securityGroup: { id: GROUP, rules: [] } },
  privateLinkSubnet: { id: `${VNET}/subnets/link`, cidr: "10.0.128.16/28", securityGroup: { id: GROUP, rules: [] } },
};
const ON_GOOGLE = {
  network: "projects/acme-host/global/networks/shared",
  nodeSubnet: { name: "nodes", cidr: "10.2.0.0/16" },
  podRange: { name: "pods", cidr: "10.0.0.0/15" },
  serviceRange: "services",
  clusterSubnet: { name: "api", cidr: "10.3.0.0/28" },
  privateZones: ["googleapis.com"],
};
const REGISTRY =
  "/subscriptions/44444444-5555-6666-7777-888888888888/resourceGroups/images/providers/Microsoft.ContainerRegistry/registries/acmeimages";

test.each(CLOUDS)("on %s, what is given nothing assumes what always holds", (cloud) => {
  expect(ids(cloud, OF_TASKS).sort()).toEqual([...ALWAYS].sort());
  expect(ids(cloud)).toContain("task-labels");
  expect(ids(cloud, { workloads: "chart" })).toContain("union-chart");
});

/** What a deployment is given, and what it then assumes beside what always holds. */
const GIVEN: readonly (readonly [Cloud, string, Readonly<Record<string, unknown>>, readonly string[]])[] = [
  ["aws", "a transit gateway", { network: { transitGatewayId: "tgw-1" } }, WAY_OUT],
  [
    "aws",
    "a network",
    { network: { existing: EXISTING_NETWORK } },
    [...WAY_OUT, "given-subnets", "network-acls", "vpc-names"],
  ],
  [
    "aws",
    "endpoints",
    {
      network: {
        existing: {
          ...EXISTING_NETWORK,
          endpoints: {
            s3Gateway: true,
            interface: [{ services: ["sts"], cidrs: ["10.99.0.0/24"] }],
            admitCidrs: ["10.98.0.0/24"],
          },
        },
      },
    },
    [
      ...WAY_OUT,
      "given-subnets",
      "network-acls",
      "vpc-names",
      "given-endpoints-0",
      "given-s3-gateway",
      "endpoint-users",
    ],
  ],
  [
    "aws",
    "ways to private networks, and who comes by them",
    {
      network: { routes: [{ cidr: "10.200.0.0/24", via: "pcx-1" }] },
      cluster: { accessFromCidrs: ["10.200.0.0/24"], accessFromSecurityGroups: ["sg-1"] },
    },
    ["private-routes", "client-networks", "client-groups"],
  ],
  [
    "aws",
    "rights",
    {
      permissionsBoundary: "arn:aws:iam::123456789012:policy/boundary",
      cluster: { admins: ["arn:aws:iam::123456789012:role/admin"] },
      clientSecretArn: "arn:aws:secretsmanager:us-east-2:123456789012:secret:union",
    },
    ["permissions-boundary", "cluster-admins", "given-secret"],
  ],
  [
    "aws",
    "who may connect, and the state",
    {
      privateManagement: {
        principals: ["arn:aws:iam::210987654321:role/union"],
        reason: "The BYOC agreement.",
        expires: "2099-01-01",
      },
      state: { backend: "s3", bucket: "acme-state" },
      assumeRole: { arn: "arn:aws:iam::123456789012:role/deployer" },
    },
    ["management-principals", "state-store", "cluster-admins"],
  ],
  [
    "aws",
    "stores",
    {
      encryption: { keyArn: "arn:aws:kms:us-east-2:123456789012:key/1234" },
      objectStore: { existing: { metadata: "acme-metadata", fastRegistration: "acme-code" } },
      network: { flowLogArchive: "arn:aws:s3:::acme-flows/union" },
    },
    ["given-key", "given-buckets", "flow-log-archive"],
  ],
  [
    "aws",
    "destinations of tasks",
    {
      network: { routes: [{ cidr: "10.200.0.0/16", via: "tgw-1" }] },
      allowances: [
        { to: "addresses", name: "db", reason: "The warehouse.", cidrs: ["10.200.1.0/24"], ports: [5432] },
        { to: "bucket", name: "lake", reason: "The data lake.", bucket: "acme-lake" },
      ],
    },
    ["private-routes", "allowed-addresses", "allowed-buckets"],
  ],
  [
    "aws",
    "images",
    {
      images: {
        mirror: "210987654321.dkr.ecr.us-east-2.amazonaws.com/mirror",
        credentials: {
          docker: { secretArn: "arn:aws:secretsmanager:us-east-2:123456789012:secret:ecr-pullthroughcache/d" },
        },
        upstreams: ["docker"],
      },
      nodePools: {
        services: { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 6, userData: "#!/bin/sh\ntrue" },
        worker: { role: "worker", instanceTypes: ["m6i.4xlarge"], imageId: "ami-1" },
        neuron: { role: "worker", instanceTypes: ["trn1.2xlarge"], image: "neuron" },
      },
    },
    ["image-mirror", "given-repositories", "image-logins", "node-image-services", "node-image-worker", "node-plugins"],
  ],
  [
    "google",
    "a Shared VPC",
    { network: { existing: ON_GOOGLE } },
    [
      ...WAY_OUT,
      "network-firewall-rules",
      "restricted-route",
      "given-subnets",
      "network-names",
      "given-private-zones",
      "host-project",
    ],
  ],
  [
    "google",
    "addresses, a perimeter, a project",
    {
      network: {
        natAddresses: ["nat-a"],
        perimeter: { existing: "accessPolicies/123456789012/servicePerimeters/acme" },
      },
      sharedProject: true,
      cluster: { accessFromCidrs: ["10.200.0.0/24"] },
    },
    ["given-nat-addresses", "given-perimeter", "shared-project", "client-networks"],
  ],
  [
    "google",
    "who may connect, who deploys, and the state",
    {
      privateManagement: { projects: ["union-management"], reason: "The BYOC agreement.", expires: "2099-01-01" },
      state: { backend: "gcs", bucket: "acme-state" },
      impersonateServiceAccount: "deployer@acme-data-plane.iam.gserviceaccount.com",
    },
    ["management-principals", "state-store", "deployer"],
  ],
  [
    "google",
    "drivers of GPUs",
    {
      nodePools: {
        services: { role: "services", machineType: "n2-standard-8", min: 3, max: 6 },
        gpu: {
          role: "worker",
          machineType: "g2-standard-8",
          accelerator: { type: "nvidia-l4", driver: "none" },
          zones: ["us-east5-a"],
        },
      },
    },
    ["node-plugins"],
  ],
  [
    "google",
    "rights, stores and images",
    {
      serviceAccounts: { tasks: "acme-tasks@acme-data-plane.iam.gserviceaccount.com" },
      clientSecretId: "projects/acme-data-plane/secrets/union",
      encryption: { keyId: "projects/acme-keys/locations/us-east5/keyRings/ring/cryptoKeys/key" },
      objectStore: { existing: { metadata: "acme-metadata", fastRegistration: "acme-code" } },
      images: {
        mirror: "us-east5-docker.pkg.dev/acme-images/mirror",
        upstreams: ["nvcr"],
        credentials: { nvcr: { userName: "u", passwordVersion: "projects/acme-data-plane/secrets/nvcr/versions/1" } },
      },
    },
    [
      "given-service-accounts",
      "given-secret",
      "given-key",
      "given-buckets",
      "image-mirror",
      "given-repositories",
      "image-logins",
    ],
  ],
  [
    "azure",
    "a firewall of a hub",
    { network: { firewallAddress: "10.250.0.4", peering: { ...HUB, remoteGateway: true } } },
    [...WAY_OUT, "hub", "gateway-routes"],
  ],
  [
    "azure",
    "a network with a group",
    {
      network: {
        existing: { ...ON_AZURE, connectedCidrs: ["10.250.0.0/22"], privateDnsZones: companyZones.slice(0, 1) },
      },
    },
    [
      ...WAY_OUT,
      "given-subnets",
      "given-security-group-nodeSubnet",
      "given-security-group-clusterSubnet",
      "given-security-group-endpointSubnet",
      "given-security-group-privateLinkSubnet",
      "connected-networks",
      "given-private-zones",
    ],
  ],
  [
    "azure",
    "DNS servers and zones",
    { network: { dnsServers: ["10.250.0.5"], peering: { ...HUB, privateDnsZones: companyZones } } },
    ["hub", "dns-servers", "given-private-zones"],
  ],
  [
    "azure",
    "who may connect, and the state",
    {
      privateManagement: {
        subscriptions: ["22222222-3333-4444-5555-666666666666"],
        reason: "The BYOC agreement.",
        expires: "2099-01-01",
      },
      state: { backend: "azurerm", resourceGroup: "state", storageAccount: "acmestate", container: "states" },
    },
    ["management-principals", "state-store"],
  ],
  [
    "azure",
    "rights, stores and images",
    {
      cluster: { admins: ["aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"], accessFromCidrs: ["10.200.0.0/24"] },
      clientSecret: { keyVaultId: VAULT, name: "union" },
      encryption: KEY,
      registry: { encryption: KEY },
      objectStore: {
        existing: { account: "acmedata", resourceGroup: "data", metadata: "metadata", fastRegistration: "code" },
      },
      logWorkspaceId: VAULT.replace("Microsoft.KeyVault/vaults", "Microsoft.OperationalInsights/workspaces"),
      network: { withoutFlowLogs: { reason: "A policy makes it.", expires: "2099-01-01" } },
      images: {
        mirror: "acmeimages.azurecr.io/mirror",
        repositories: [REGISTRY],
        upstreams: ["docker"],
        credentials: { docker: { keyVaultId: VAULT, userNameSecret: "user", passwordSecret: "token" } },
      },
    },
    [
      "client-networks",
      "cluster-admins",
      "given-secret",
      "given-key",
      "given-open-keys",
      "given-storage",
      "given-workspace",
      "flow-logs",
      "image-mirror",
      "given-registries",
      "image-logins",
    ],
  ],
  ["azure", "the key of Data Explorer", { logCluster: { encryption: KEY } }, ["given-open-keys"]],
];

test.each(GIVEN)("on %s, %s", (cloud, _, fields, expected) => {
  expect(ids(cloud, { ...OF_TASKS, ...fields }).sort()).toEqual([...ALWAYS, ...expected].sort());
});

/** Fields of each cloud by docs/options.md, and what it says of them. */
const OPTIONS = readFileSync(join(__dirname, "../../docs/options.md"), "utf8");
const optionsOf = (...tables: readonly string[]) =>
  tables.flatMap((table) => {
    const [, text = ""] = new RegExp(`<!-- generated: ${table} -->([^]*?)<!-- /generated -->`).exec(OPTIONS) ?? [];
    return [...text.matchAll(/^\| `([^`]+)` \| .* \| (.*) \|$/gm)].map(([, name = "", meaning = ""]) => ({
      name: name.replaceAll("[]", ""),
      meaning,
    }));
  });
const FIELDS = new Set(optionsOf("options", ...CLOUDS.map((cloud) => `options-${cloud}`)).map(({ name }) => name));
const plain = (field: string) => field.replace(/\[\d+\]/g, "").replace(/^nodePools\.[^.]+/, "nodePools.NAME");

test.each([
  ...loadDeployments([EXAMPLES]).map(({ deployment }) => ({ what: deployment.name, deployment })),
  ...GIVEN.map(([cloud, what, fields]) => ({ what: `${cloud}, ${what}`, deployment: deploymentOn(cloud, fields) })),
])("$what: each has an id of its own, whole sentences and a field that exists", ({ deployment }) => {
  const assumptions = assumptionsOf(deployment);
  const all = assumptions.map(({ id }) => id);
  expect(new Set(all).size).toBe(all.length);
  for (const { assumed, otherwise, check, field } of assumptions) {
    for (const sentence of [assumed, otherwise]) expect(sentence).toMatch(/^[\w'].*\.$/);
    expect(check).not.toMatch(/undefined|\[object/);
    const named = field.replace(/\[\d+\]/g, "").replace(/^nodePools\.[^.]+/, "nodePools.NAME");
    expect(FIELDS).toContain(named);
  }
});

/** Words by which an option's meaning says that it names what others run. */
const OTHERS = /\byours?\b|\bgiven\b|\bexisting\b|\balready\b|your own|there already|customer's own|central/i;

/** Options that say so and assume nothing, or nothing beside what another field says. */
const NOTHING_MORE: readonly string[] = [
  // Policies that a customer adds to roles are in no list of what is given.
  "taskRoles",
  // Blocks that are given to no other zone.
  "network.leftZones",
  // EKS's own agent.
  "cluster.addons",
  // Said of network.perimeter.existing and of state.storageAccount.
  "network.perimeter.join",
  "state.container",
];

describe.each(CLOUDS)("on %s", (cloud) => {
  const assumed = GIVEN.filter(([of]) => of === cloud).flatMap(([, , fields]) =>
    assumptionsOf(deploymentOn(cloud, fields)).map(({ field }) => plain(field)),
  );
  const covers = (name: string) => (field: string) =>
    field === name || field.startsWith(`${name}.`) || name.startsWith(`${field}.`);
  const named = optionsOf("options", `options-${cloud}`).filter(({ meaning }) =>
    OTHERS.test(meaning.replace(/ \*\*Later: .*/, "")),
  );

  test("each option that names what others run is in some list, or needs none", () => {
    expect(named.length).toBeGreaterThan(10);
    const missing = named
      .map(({ name }) => name)
      .filter((name) => !NOTHING_MORE.includes(name) && !assumed.some(covers(name)));
    expect(missing).toEqual([]);
  });
});
