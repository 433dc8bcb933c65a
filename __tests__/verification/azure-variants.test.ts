/** Deployments on Azure in every way that they may be written: none of them is a false alarm. */
import { companyZones } from "../support/deployments";
import { judge, synthesize } from "../support/tree";

const subnet = (name: string, cidr: string) => ({
  id: `/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/${name}`,
  cidr,
});
const EXISTING = {
  nodeSubnet: subnet("nodes", "10.0.0.0/17"),
  clusterSubnet: subnet("api", "10.0.128.0/28"),
  endpointSubnet: subnet("endpoints", "10.0.128.64/26"),
};
const MANAGEMENT = {
  subscriptions: ["22222222-2222-2222-2222-222222222222"],
  reason: "Union operates the cluster.",
  expires: "2099-12-31",
};
const REGISTRY =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/images/providers/Microsoft.ContainerRegistry/registries/acmeimages";
const VAULT =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/acme";

const HUB = {
  hubNetworkId:
    "/subscriptions/44444444-5555-6666-7777-888888888888/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub",
  hubCidrs: ["10.200.0.0/22"],
};
/** Groups as a platform team writes them: what is needed, and denials above Azure's defaults. */
const allow = (
  priority: number,
  direction: string,
  protocol: string,
  far: readonly string[],
  ports: readonly string[],
) => ({
  ...{ priority, direction, access: "Allow", protocol, ports },
  [direction === "Inbound" ? "sources" : "destinations"]: far,
});
const deny = (direction: string) => ({ priority: 4000, direction, access: "Deny" });
const groupOf = (name: string, rules: readonly object[]) => ({
  id: `/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/net/providers/Microsoft.Network/networkSecurityGroups/${name}`,
  rules: [...rules, deny("Inbound"), deny("Outbound")],
});
const PODS = ["10.0.0.0/17", "172.24.0.0/14"];
const GUARDED = {
  nodeSubnet: {
    ...EXISTING.nodeSubnet,
    securityGroup: groupOf("nodes", [
      allow(100, "Inbound", "*", PODS, ["*"]),
      allow(110, "Inbound", "Tcp", ["10.0.128.0/28"], ["443", "4443", "6443", "8443", "9443", "10250"]),
      allow(100, "Outbound", "*", PODS, ["*"]),
      allow(110, "Outbound", "Tcp", ["10.0.128.0/28"], ["443", "4443"]),
      allow(120, "Outbound", "Tcp", ["10.0.128.64/26"], ["443"]),
      allow(130, "Outbound", "Tcp", ["104.16.0.0/13", "172.64.0.0/13", "198.41.192.0/19"], ["443"]),
      ...["Tcp", "Udp"].map((protocol, index) =>
        allow(140 + index, "Outbound", protocol, ["198.41.192.0/19"], ["7844"]),
      ),
      ...[
        "AzureActiveDirectory",
        "AzureResourceManager",
        "MicrosoftContainerRegistry",
        "AzureFrontDoor.FirstParty",
      ].map((tag, index) => allow(200 + index, "Outbound", "Tcp", [tag], ["443"])),
    ]),
  },
  clusterSubnet: {
    ...EXISTING.clusterSubnet,
    securityGroup: groupOf("api", [
      allow(100, "Inbound", "Tcp", PODS, ["443", "4443"]),
      allow(110, "Inbound", "Tcp", ["AzureLoadBalancer"], ["9988"]),
      allow(100, "Outbound", "Tcp", PODS, ["443", "4443", "6443", "8443", "9443", "10250"]),
      allow(110, "Outbound", "Tcp", ["10.0.128.64/26"], ["443"]),
    ]),
  },
  endpointSubnet: {
    ...EXISTING.endpointSubnet,
    securityGroup: groupOf("endpoints", [allow(100, "Inbound", "Tcp", [...PODS, "10.0.128.0/28"], ["443"])]),
  },
};
const OBJECTS = { account: "acmeobjects", resourceGroup: "data", metadata: "m-1", fastRegistration: "f-1" };

test.each<[string, object]>([
  ["the smallest", {}],
  ["in another network", { network: { existing: EXISTING } }],
  ["in another network with a NAT gateway", { network: { existing: { ...EXISTING, exit: "natGateway" } } }],
  [
    "in another network, managed",
    {
      network: { existing: { ...EXISTING, privateLinkSubnet: subnet("link", "10.0.128.16/28") } },
      privateManagement: MANAGEMENT,
    },
  ],
  [
    "with other addresses",
    { network: { cidr: "192.168.0.0/20", podCidr: "10.128.0.0/14", serviceCidr: "10.2.0.0/16" } },
  ],
  ["with few privileges", { rbac: "low-privilege" }],
  ["with namespaces of tasks", { taskNamespaces: ["flytesnacks-development", "flytesnacks-production"] }],
  ["managed", { privateManagement: MANAGEMENT }],
  ["not isolated", { network: { isolated: false } }],
  ["behind a firewall", { network: { firewallAddress: "10.200.0.4", peering: HUB } }],
  ["not isolated, behind a firewall", { network: { isolated: false, firewallAddress: "10.200.0.4", peering: HUB } }],
  ["connected with a hub", { network: { peering: HUB } }],
  ["connected with what is beyond a hub", { network: { peering: { ...HUB, remoteGateway: true } } }],
  [
    "with the DNS of a hub",
    { network: { dnsServers: ["10.200.0.10"], peering: { ...HUB, privateDnsZones: companyZones } } },
  ],
  ["in another network with its zones", { network: { existing: { ...EXISTING, privateDnsZones: companyZones } } }],
  [
    "in another network with DNS of its own",
    {
      network: {
        dnsServers: ["10.9.0.4"],
        existing: { ...EXISTING, connectedCidrs: ["10.9.0.0/24"], privateDnsZones: companyZones },
      },
    },
  ],
  [
    "in another network with groups of its own",
    {
      network: { existing: GUARDED, isolated: false },
      egress: { mode: "list", cidrs: ["104.16.0.0/13", "172.64.0.0/13", "198.41.192.0/19"] },
    },
  ],
  [
    "with logs in a workspace that is there",
    {
      logWorkspaceId:
        "/subscriptions/44444444-5555-6666-7777-888888888888/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/central",
    },
  ],
  ["without flow logs", { network: { withoutFlowLogs: { reason: "A policy makes them.", expires: "2099-12-31" } } }],
  ["in a region without zones", { cloudRegion: "northcentralus" }],
  [
    "with a key",
    { encryption: { keyVaultId: VAULT, keyId: `https://acme.vault.azure.net/keys/k/${"0123456789abcdef".repeat(2)}` } },
  ],
  ["with a mirror", { images: { mirror: "acmeimages.azurecr.io/union", repositories: [REGISTRY] } }],
  [
    "with further registries and repositories of images",
    {
      components: { imageBuilder: true },
      images: {
        upstreams: ["docker", "nvcr"],
        credentials: { docker: { keyVaultId: VAULT, userNameSecret: "docker-user", passwordSecret: "docker-token" } },
        repositories: [REGISTRY],
      },
    },
  ],
  [
    "with a storage account",
    {
      objectStore: {
        existing: OBJECTS,
      },
    },
  ],
  [
    "with a storage account and its private endpoints",
    {
      objectStore: { existing: { ...OBJECTS, endpoints: { blob: "10.0.128.70", dfs: "10.9.0.71" } } },
      network: { existing: { ...EXISTING, connectedCidrs: ["10.9.0.0/24"] } },
    },
  ],
  ["with a client secret", { clientSecret: { keyVaultId: VAULT, name: "union" } }],
  ["over TCP alone", { tunnel: { protocol: "http2" } }],
  ["over UDP alone", { tunnel: { protocol: "quic" } }],
  ["to one region of the edge", { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } }],
  ["to listed blocks", { egress: { mode: "list", cidrs: ["104.16.0.0/13", "172.64.0.0/13", "198.41.192.0/19"] } }],
  ["to a control plane of its own", { egress: { controlPlaneCidrs: ["3.137.115.239/32", "3.129.166.66/32"] } }],
  ["by the chart", { workloads: "chart" }],
  ["with apps", { workloads: "chart", appsAndServing: true }],
  ["for clients from elsewhere", { cluster: { accessFromCidrs: ["10.200.0.0/24", "192.168.7.0/24"] } }],
])("%s", async (_, fields) => {
  const { verdict, findings } = await judge(synthesize({ cloud: "azure", ...fields }));
  expect(findings).toEqual([]);
  expect(verdict).toBe("pass");
});
