import { clusterDnsAddress, planAddresses } from "../../../config/azure/address-plan";
import { azureDeployment, companyZones, problemsOn } from "../../support/deployments";

const NETWORK = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub";
const EXISTING = {
  nodeSubnet: { id: `${NETWORK}/subnets/nodes`, cidr: "10.0.0.0/20" },
  clusterSubnet: { id: `${NETWORK}/subnets/api`, cidr: "10.0.16.0/28" },
  endpointSubnet: { id: `${NETWORK}/subnets/endpoints`, cidr: "10.0.17.0/26" },
};
const HUB = { hubNetworkId: NETWORK, hubCidrs: ["10.9.0.0/22"] };
const ZONE = "/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/privatelink";
const OBJECTS = { account: "acme", resourceGroup: "data", metadata: "meta", fastRegistration: "fast" };
const PRIVATE_LINK = { id: `${NETWORK}/subnets/pls`, cidr: "10.0.18.0/28" };
const PRIVATE_MANAGEMENT = {
  subscriptions: ["22222222-3333-4444-5555-666666666666"],
  reason: "BYOC agreement",
  expires: "2027-01-01",
};

const problemsOf = (fields: Readonly<Record<string, unknown>>) => problemsOn("azure", fields);

const namespaces = (count: number) => Array.from({ length: count }, (_, index) => `tasks-${index}`);

test.each([
  { what: "as many task namespaces as Azure federates", fields: { taskNamespaces: namespaces(19) } },
  { what: "a network of the customer's own", fields: { network: { existing: EXISTING } } },
  {
    what: "a network of the customer's own with private management",
    fields: {
      network: { existing: { ...EXISTING, privateLinkSubnet: PRIVATE_LINK } },
      privateManagement: PRIVATE_MANAGEMENT,
    },
  },
  { what: "a log cluster", fields: { logCluster: {} } },
  { what: "a region without zones", fields: { cloudRegion: "northcentralus" } },
  {
    what: "pools in zones of their own",
    fields: {
      network: { zones: ["1", "2"] },
      cluster: { systemPool: { zones: ["1"] } },
      nodePools: {
        services: { role: "services", vmSize: "Standard_D8ds_v5", min: 3 },
        gpu: { role: "worker", vmSize: "Standard_NC24ads_A100_v4", gpu: true, zones: ["3"] },
      },
    },
  },
  { what: "the newest version without LocalDNS", fields: { kubernetesVersion: "1.36" } },
  { what: "a log cluster with Union's chart", fields: { logCluster: {}, workloads: "chart" } },
])("$what is valid", ({ fields }) => {
  expect(problemsOf(fields)).toEqual([]);
});

const KEY_ELSEWHERE = {
  keyVaultId:
    "/subscriptions/77777777-8888-9999-aaaa-bbbbbbbbbbbb/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/own",
  keyId: "https://own.vault.azure.net/keys/bank/0123456789abcdef0123456789abcdef",
};

test.each([
  {
    what: "a key in a vault of another subscription",
    fields: { encryption: KEY_ELSEWHERE },
    problem:
      /^encryption\.keyVaultId: is in the subscription '77777777-8888-9999-aaaa-bbbbbbbbbbbb'; .* \(allowed: a vault in '/,
  },
  {
    what: "a log cluster's key in a vault of another subscription",
    fields: { logCluster: { encryption: KEY_ELSEWHERE } },
    problem: /^logCluster\.encryption\.keyVaultId: is in the subscription '77777777/,
  },
  {
    what: "a firewall in no network that is connected",
    fields: { network: { firewallAddress: "10.9.0.4" } },
    problem:
      /^network\.firewallAddress: '10\.9\.0\.4' is in no network .* \(allowed: with 'network\.peering' to the hub/,
  },
  {
    what: "a firewall elsewhere than in the hub",
    fields: { network: { firewallAddress: "10.8.0.4", peering: HUB } },
    problem:
      /^network\.firewallAddress: '10\.8\.0\.4' does not lie inside 'network\.peering\.hubCidrs' 10\.9\.0\.0\/22$/,
  },
  {
    what: "a firewall whose answers are not let in",
    fields: { network: { firewallAddress: "10.9.0.4", peering: { ...HUB, forwardedTraffic: false } } },
    problem: /^network\.peering\.forwardedTraffic: must be true with 'network\.firewallAddress'/,
  },
  {
    what: "an address of a firewall that is none",
    fields: { network: { firewallAddress: "10.9.0.400", peering: HUB } },
    problem: /^network\.firewallAddress: '10\.9\.0\.400\/32'/,
  },
  {
    what: "a hub with blocks of this network",
    fields: { network: { peering: { ...HUB, hubCidrs: ["10.0.64.0/22"] } } },
    problem: /^network\.peering\.hubCidrs\[0\]: '10\.0\.64\.0\/22' overlaps 'network\.cidr' 10\.0\.0\.0\/16$/,
  },
  {
    what: "a peering of a network that is given",
    fields: { network: { existing: EXISTING, peering: HUB } },
    problem:
      /^network\.peering: does not go with 'network\.existing', whose routes, connections and flow logs are yours$/,
  },
  {
    what: "DNS servers that see no zone",
    fields: { network: { dnsServers: ["10.9.0.10"], peering: { ...HUB, privateDnsZones: [`${ZONE}.azurecr.io`] } } },
    problem:
      /^network\.peering\.privateDnsZones: lacks what 'network\.dnsServers' can't see elsewhere: privatelink\.vaultcore\.azure\.net, privatelink\.monitor/,
  },
  {
    what: "DNS servers without a way to them",
    fields: { network: { dnsServers: ["10.9.0.10"] } },
    problem: /^network\.dnsServers: is of no use: .* \(allowed: with 'network\.peering' or 'network\.existing'\)$/,
  },
  {
    what: "a DNS server that is not in the hub",
    fields: {
      network: {
        dnsServers: ["10.9.9.9"],
        peering: { ...HUB, privateDnsZones: companyZones },
      },
    },
    problem: /^network\.dnsServers\[0\]: '10\.9\.9\.9' is in no network .* or 'network\.peering\.hubCidrs'\)$/,
  },
  {
    what: "subnets of two networks",
    fields: {
      network: {
        existing: { ...EXISTING, clusterSubnet: { id: `${NETWORK}-2/subnets/api`, cidr: "10.0.16.0/28" } },
      },
    },
    problem: /^network\.existing\.clusterSubnet\.id: '.*hub-2\/subnets\/api' is in another network than 'nodeSubnet'/,
  },
  {
    what: "a connected network that may be the internet",
    fields: { network: { existing: { ...EXISTING, connectedCidrs: ["0.0.0.0/0"] } } },
    problem: /^network\.existing\.connectedCidrs\[0\]: '0\.0\.0\.0\/0' is no private block/,
  },
  {
    what: "two rules of a given group with one priority",
    fields: {
      network: {
        existing: {
          ...EXISTING,
          nodeSubnet: {
            ...EXISTING.nodeSubnet,
            securityGroup: {
              id: "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/networkSecurityGroups/nodes",
              rules: ["Allow", "Deny"].map((access) => ({ priority: 100, direction: "Inbound", access })),
            },
          },
        },
      },
    },
    problem: /^network\.existing\.nodeSubnet\.securityGroup\.rules\[1\]\.priority: 100 Inbound is listed twice$/,
  },
  {
    what: "a zone that is given twice",
    fields: {
      network: {
        existing: { ...EXISTING, privateDnsZones: [`${ZONE}.azurecr.io`, `${ZONE.replace("dns", "b")}.azurecr.io`] },
      },
    },
    problem: /^network\.existing\.privateDnsZones\[0\]: 'privatelink\.azurecr\.io' is listed twice$/,
  },
  {
    what: "a private endpoint out of reach",
    fields: { objectStore: { existing: { ...OBJECTS, endpoints: { blob: "10.0.128.70", dfs: "8.8.8.8" } } } },
    problem:
      /^objectStore\.existing\.endpoints\.dfs: '8\.8\.8\.8' is in no network that this one is connected with \(allowed:/,
  },
  {
    what: "private endpoints whose names Data Explorer's zone would hide",
    fields: {
      objectStore: { existing: { ...OBJECTS, endpoints: { blob: "10.0.128.70", dfs: "10.0.128.71" } } },
      logCluster: {},
    },
    problem:
      /^objectStore\.existing\.endpoints: are hidden by a zone privatelink\.blob\.core\.windows\.net that 'logCluster'/,
  },
  {
    what: "a region of Azure Government",
    fields: { cloudRegion: "usgovvirginia" },
    problem:
      /^cloudRegion: 'usgovvirginia' is not a region known here; .* \(allowed: a region of config\/azure\/regions\.json,/,
  },
  {
    what: "a region of Azure in China",
    fields: { cloudRegion: "chinanorth3" },
    problem: /^cloudRegion: 'chinanorth3' is not a region known here/,
  },
  {
    what: "a zone that the region has not",
    fields: { network: { zones: ["1", "4"] } },
    problem: /^network\.zones\[1\]: '4' is not a zone of 'eastus2' \(allowed: "1", "2", "3"; .*regions\.json\)$/,
  },
  {
    what: "a zone in a region without any",
    fields: { cloudRegion: "northcentralus", cluster: { systemPool: { zones: ["1"] } } },
    problem: /^cluster\.systemPool\.zones\[0\]: '1' .* \(allowed: none: the region has no zones;/,
  },
  {
    what: "an ephemeral disk on a size without storage of its own",
    fields: { cluster: { systemPool: { vmSize: "Standard_D4s_v5", ephemeralDisk: true } } },
    problem:
      /^cluster\.systemPool\.ephemeralDisk: has no place on 'Standard_D4s_v5', .* \(allowed: with a size such as/,
  },
  {
    what: "a zone of a pool that is listed twice",
    fields: {
      nodePools: {
        services: { role: "services", vmSize: "Standard_D8ds_v5", min: 3 },
        worker: { role: "worker", vmSize: "Standard_D16ds_v5", zones: ["2", "2"] },
      },
    },
    problem: /^nodePools\.worker\.zones\[1\]: '2' is listed twice$/,
  },
  {
    what: "more task namespaces than Azure federates",
    fields: { taskNamespaces: namespaces(20) },
    problem: /^taskNamespaces: has 20 entries; .* \(allowed: 19\)$/,
  },
  {
    what: "more task namespaces than Azure federates, with the connectors' account",
    fields: { taskNamespaces: namespaces(19), components: { connectors: true } },
    problem: /^taskNamespaces: has 19 entries; .* \(allowed: 18\)$/,
  },
  {
    what: "an image builder on Ubuntu 22.04",
    fields: { kubernetesVersion: "1.34", components: { imageBuilder: true } },
    problem: /^components\.imageBuilder: needs user namespaces, .* "1\.35" or newer/,
  },
  {
    what: "logs in the object store",
    fields: { logs: "object-store" },
    problem:
      /^logs: 'object-store' is refused: Fluent Bit writes to Azure Storage with a key only, .* \(allowed: cloud-service\)$/,
  },
  {
    what: "a mirror whose resource id is not told",
    fields: {
      images: {
        mirror: "acmeimages.azurecr.io/union",
        repositories: ["/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/other"],
      },
    },
    problem: /^images\.mirror: 'acmeimages\.azurecr\.io' is none of 'images\.repositories', .* resource id/,
  },
  {
    what: "private management in a given network without a subnet for it",
    fields: { network: { existing: EXISTING }, privateManagement: PRIVATE_MANAGEMENT },
    problem: /^network\.existing\.privateLinkSubnet: is required by 'privateManagement'$/,
  },
  {
    what: "a given subnet outside of the network",
    fields: {
      network: { existing: { ...EXISTING, privateLinkSubnet: { ...PRIVATE_LINK, cidr: "10.1.0.0/28" } } },
    },
    problem: /^network\.existing\.privateLinkSubnet\.cidr: '10\.1\.0\.0\/28' does not lie inside/,
  },
  ...(
    [
      ["vmSize: a type that is none", { vmSize: "banana" }, "vmSize: 'banana' is no type of machine (allowed: such as"],
      [
        "GPUs of a size without",
        { vmSize: "Standard_D8ds_v5", gpu: true },
        "gpu: goes with machines that have NVIDIA's",
      ],
      ["GPUs of AMD", { vmSize: "Standard_NV8as_v4", gpu: true }, "gpu: goes with machines that have NVIDIA's"],
      [
        "a size with GPUs that nobody says",
        { vmSize: "Standard_NC24ads_A100_v4" },
        "gpu: is required with Standard_NC24",
      ],
      [
        "a disk that AKS has not",
        { vmSize: "Standard_D8ds_v5", diskGiB: 4096 },
        "diskGiB: '4096' is more than AKS gives",
      ],
      [
        "a label of AKS",
        { vmSize: "Standard_D8ds_v5", labels: { "kubernetes.azure.com/x": "y" } },
        "labels.kubernetes.azure.com/x: ",
      ],
    ] as const
  ).map(([what, fields, problem]) => ({
    what,
    fields: {
      nodePools: {
        services: { role: "services", vmSize: "Standard_D8ds_v5", min: 1 },
        worker: { role: "worker", ...fields },
      },
    },
    problem: expect.stringContaining(`nodePools.worker.${problem}`),
  })),
  {
    what: "a tag of Azure's own",
    fields: { tags: { "microsoft-x": "y" } },
    problem: /^tags\.microsoft-x: .* is kept for/,
  },
  { what: "a tag with a slash", fields: { tags: { "a/b": "y" } }, problem: /^tags\.a\/b: 'a\/b' is no tag's name/ },
  {
    what: "two tags that are one to Azure",
    fields: { tags: { Team: "a", team: "b" } },
    problem: /^tags\.team: 'team' is 'Team'/,
  },
  {
    what: "one container for both",
    fields: { objectStore: { existing: { ...OBJECTS, fastRegistration: "meta" } } },
    problem: /^objectStore\.existing\.fastRegistration: 'meta' is that of metadata too/,
  },
  {
    what: "a container's name that is none",
    fields: { objectStore: { existing: { ...OBJECTS, metadata: "a--b" } } },
    problem: /^objectStore\.existing\.metadata: 'a--b' is not a container's name/,
  },
  {
    what: "a resource group's name that is none",
    fields: { objectStore: { existing: { ...OBJECTS, resourceGroup: "data." } } },
    problem: /^objectStore\.existing\.resourceGroup: 'data\.' is not a resource group's name/,
  },
  {
    what: "an administrator twice",
    fields: { cluster: { admins: Array(2).fill("22222222-3333-4444-5555-666666666666") } },
    problem: /^cluster\.admins\[1\]: '2{8}-.*' is listed twice$/,
  },
  {
    what: "a version that turns LocalDNS on",
    fields: { kubernetesVersion: "1.37" },
    problem: /^kubernetesVersion: '1\.37' resolves no names here: .* \(allowed: "1\.36" or older\)$/,
  },
  {
    what: "a channel that goes on to such a version",
    fields: { cluster: { upgradeChannel: "stable" } },
    problem: /^cluster\.upgradeChannel: 'stable' goes on to Kubernetes 1\.37 by itself, .* \(allowed: patch,/,
  },
])("$what is refused", ({ fields, problem }) => {
  const problems = problemsOf(fields);
  expect(problems).toEqual([problem instanceof RegExp ? expect.stringMatching(problem) : problem]);
});

test("a private link service has the given subnet's block, else one of the plan", () => {
  const given = azureDeployment({ network: { existing: { ...EXISTING, privateLinkSubnet: PRIVATE_LINK } } });
  expect(planAddresses(given).privateConnectivity).toBe("10.0.18.0/28");
  expect(planAddresses(azureDeployment()).privateConnectivity).toBe("10.0.128.16/28");
});

test("cluster DNS has the tenth address of the services", () => {
  expect(clusterDnsAddress(azureDeployment({ network: { serviceCidr: "10.200.0.0/16" } }))).toBe("10.200.0.10");
});
