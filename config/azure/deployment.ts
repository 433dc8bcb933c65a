import { z } from "zod";
import {
  cidr,
  cloudRegion,
  common,
  declaration,
  images,
  ipv4Cidr,
  localState,
  logs,
  maintenanceWindow,
  parsed,
  poolOf,
  stateKey,
  text,
} from "../fields";
import { encryption } from "../encryption";
import { parseCidr } from "../../packets/address-set";

const uuid = (what: string) => text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, `${what} (a UUID in lower case)`);
const vaultId = text(
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+$/,
  "a key vault's resource id",
);
const secretName = text(/^[a-zA-Z0-9-]{1,127}$/, "a secret's name");
const networkId = text(
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+$/,
  "a virtual network's resource id",
);
const ipv4Address = parsed((address) => {
  if (!/^\d+(\.\d+){3}$/.test(address)) throw new RangeError(`'${address}' is not an IPv4 address`);
  parseCidr(`${address}/32`);
});
const privateDnsZones = z
  .array(
    text(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/privateDnsZones\/privatelink\.[a-z0-9.-]+$/,
      "a private DNS zone's resource id",
    ),
  )
  .default([])
  .describe(
    "Private DNS zones that are there already and that the network's names are resolved by: private endpoints write their addresses into these, and the others are made.",
  );
const givenKey = {
  keyVaultId: vaultId.describe("Key vault of the key, with purge protection and Azure RBAC."),
  keyId: text(
    /^https:\/\/[a-zA-Z0-9-]+\.vault\.azure\.net\/keys\/[a-zA-Z0-9-]+\/[0-9a-f]{32}$/,
    "a key's identifier with its version (https://VAULT.vault.azure.net/keys/NAME/VERSION)",
  ),
};
/** A key for a service that passes no vault's firewall. */
const openKey = (what: string) =>
  z
    .strictObject({ ...givenKey, keyId: givenKey.keyId.describe("The key; its later versions are followed.") })
    .optional()
    .describe(`${what}, in a vault of yours that answers at its public address; default: Azure's own key.`);
const resourceGroup = text(
  /^[\w().-]{0,89}[\w()-]$/,
  "a resource group's name (at most 90 letters, digits and '_().-', no '.' last)",
);
const containerName = text(
  /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "a container's name (3 to 63 lower-case letters, digits and single '-')",
);
const accountName = text(/^[a-z0-9]{3,24}$/, "a storage account's name (3 to 24 lower-case letters and digits)");

/** Availability zones, by the numbers that the subscription knows them by. */
const zones = z.array(text(/^\d$/, 'a zone ("1", quoted)')).min(1);

const ephemeralDisk = z
  .boolean()
  .default(false)
  .describe(
    "OS disks on the machines' own storage instead of Azure's disks, where the size has room; a pool goes through zero nodes to take a new version of the key.",
  );

const pool = poolOf({
  vmSize: z.string().min(1).describe("Size of the virtual machines."),
  zones: zones
    .optional()
    .describe("Availability zones of the pool's nodes, where its size exists; default: `network.zones`."),
  ephemeralDisk,
  gpu: z.boolean().default(false).describe("NVIDIA driver, taint `nvidia.com/gpu`, and NVIDIA's device plugin."),
});

const DEFAULT_POOLS = {
  services: { role: "services", vmSize: "Standard_D8ds_v5", min: 3, max: 6 },
  worker: { role: "worker", vmSize: "Standard_D16ds_v5", min: 0, max: 10 },
} as const;

const few = (element: z.ZodType<string>, what: string) =>
  z.array(element).min(1).default(["*"]).describe(`${what}; default: all.`);
const prefix = text(
  /^(\*|[\d./]+|[A-Z]\w*(\.\w+)?)$/,
  "an IPv4 block, an address, a service tag or '*', as Azure shows it",
);
const ports = text(/^(\*|\d{1,5}(-\d{1,5})?)$/, "a port, a range such as 8000-8010 or '*', quoted");

const securityRule = z.strictObject({
  priority: z.int().min(100).max(4096).describe("Its priority: the lowest decides."),
  direction: z.enum(["Inbound", "Outbound"]).describe("What it filters."),
  access: z.enum(["Allow", "Deny"]).describe("What it does."),
  protocol: z.enum(["Tcp", "Udp", "Icmp", "Esp", "Ah", "*"]).default("*").describe("Protocol; default: all."),
  sources: few(prefix, "Where packets come from"),
  sourcePorts: few(ports, "Their ports there"),
  destinations: few(prefix, "Where they go"),
  ports: few(ports, "Their ports there"),
});

/** A group that filters a given subnet already. */
const securityGroup = z
  .strictObject({
    id: text(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/networkSecurityGroups\/[^/]+$/,
      "a network security group's resource id",
    ).describe("The group."),
    rules: z
      .array(securityRule)
      .describe("Its own rules as they are, every one: they are judged here, and compared with Azure's at each plan."),
  })
  .optional()
  .describe("Network security group that the subnet has already, which stays yours; default: one is made for it.");

const givenSubnet = (what: string) =>
  z
    .strictObject({
      id: text(
        /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/,
        "a subnet's resource id",
      ).describe("The subnet."),
      cidr: ipv4Cidr.describe("Its block, inside `network.cidr`."),
      securityGroup,
    })
    .describe(what);

const state = z.discriminatedUnion("backend", [
  localState,
  z.strictObject({
    backend: z.literal("azurerm").describe("Where the state lies: in files, or in a bucket, locked there."),
    resourceGroup: resourceGroup.describe("Resource group of the storage account."),
    storageAccount: accountName.describe("Existing storage account of the state."),
    container: containerName.describe("Existing container in it."),
    key: stateKey
      .optional()
      .describe("Key prefix; default: the deployment's name. Subscription, region and the stacks' names follow."),
  }),
]);

/** One data plane in one Azure subscription. */
export const azure = z.strictObject({
  ...common,
  cloud: z.literal("azure").describe("The cloud."),
  subscription: uuid("an Azure subscription's id").describe("Subscription of the data plane."),
  directory: uuid("a Microsoft Entra tenant's id").describe("Microsoft Entra tenant that the subscription trusts."),
  cloudRegion: cloudRegion("azure").describe(
    "Azure region of the data plane: a key of `config/azure/regions.json`. Azure Government and China are clouds of their own and not served.",
  ),
  network: z
    .strictObject({
      cidr: ipv4Cidr
        .default("10.0.0.0/16")
        .describe("The virtual network's block: half of it for nodes, small subnets in the rest. Pods have `podCidr`."),
      zones: zones
        .optional()
        .describe(
          "Availability zones that nodes and Data Explorer are made in, quoted; default: all of `cloudRegion`, which may have none. What stands stays in its own when this changes: a pool moves by `zones` of its own.",
        ),
      podCidr: ipv4Cidr
        .default("172.24.0.0/14")
        .describe(
          "Overlay addresses of pods, known inside the cluster only; must not overlap `cidr` and `serviceCidr`.",
        ),
      serviceCidr: ipv4Cidr
        .default("172.20.0.0/16")
        .describe("Addresses of Kubernetes services; must not overlap `cidr`."),
      natAddresses: z
        .int()
        .min(1)
        .max(16)
        .default(2)
        .describe("Static addresses of the NAT gateway, each for 64,512 connections to one destination."),
      firewallAddress: ipv4Address
        .optional()
        .describe(
          "Central egress: route out through this private address of the hub that `peering` names; then no NAT gateway is made.",
        ),
      withoutFlowLogs: z
        .strictObject(declaration)
        .optional()
        .describe(
          "No flow log of the network that is made, such as where a policy of your organization makes one: Azure takes one only. A declared exception; off by default.",
        ),
      peering: z
        .strictObject({
          hubNetworkId: networkId.describe(
            "The hub's virtual network. Both sides of the peering are made, so the deployer is Network Contributor of it.",
          ),
          hubCidrs: z
            .array(ipv4Cidr)
            .min(1)
            .describe("Its address space: private blocks, which must overlap none of this deployment."),
          forwardedTraffic: z
            .boolean()
            .default(true)
            .describe("Let in what the hub forwards, such as a firewall's answers from outside."),
          remoteGateway: z.boolean().default(false).describe("Use the hub's gateway to networks beyond it."),
          privateDnsZones,
        })
        .optional()
        .describe(
          "Connect the network that is made with a hub. For a Virtual WAN hub, bring a network that it connects (`existing`).",
        ),
      dnsServers: z
        .array(ipv4Address)
        .min(1)
        .max(20)
        .optional()
        .describe(
          "DNS servers of the network instead of Azure's own: nodes may ask them on port 53. Every private DNS zone is then given, since they see none that is made.",
        ),
      isolated: z
        .boolean()
        .default(true)
        .describe(
          "AKS's network isolated mode: nodes bootstrap from the registry alone, and Microsoft's public registry and package servers are closed. Cloudflare stays open, by NAT or firewall. `false` is for clusters that were made so: AKS asks for package servers (packages.aks.azure.com) that no security group can name, so that new nodes may not start.",
        ),
      watcher: z
        .strictObject({
          resourceGroup: resourceGroup.default("NetworkWatcherRG").describe("Its resource group."),
          name: text(/^\w([\w.-]{0,78}\w)?$/, "the name of a network watcher")
            .optional()
            .describe("Its name; default: `NetworkWatcher_REGION`, as Azure names it."),
        })
        .prefault({})
        .describe(
          "The region's network watcher, which keeps the flow log of a network that is made; Azure makes it with the first network, unless the subscription has opted out.",
        ),
      existing: z
        .strictObject({
          nodeSubnet: givenSubnet("Subnet of nodes."),
          clusterSubnet: givenSubnet("Subnet of the Kubernetes API, delegated to AKS: a /28 or larger."),
          endpointSubnet: givenSubnet("Subnet of the private endpoints."),
          privateLinkSubnet: givenSubnet(
            "Subnet of the private link service, for `privateManagement`; network policies for such services are off in it.",
          ).optional(),
          connectedCidrs: z
            .array(ipv4Cidr)
            .default([])
            .describe(
              "Private blocks of networks that it is peered with, where `dnsServers` and given private endpoints may lie.",
            ),
          privateDnsZones,
          exit: z
            .enum(["routes", "natGateway"])
            .default("routes")
            .describe("The node subnet's way out: its route table, or its NAT gateway."),
        })
        .optional()
        .describe("Bring your own network: none is made, its routes, NAT and flow logs stay yours."),
    })
    .prefault({})
    .describe("The network."),
  cluster: z
    .strictObject({
      admins: z
        .array(uuid("a Microsoft Entra group's object id"))
        .default([])
        .describe("Microsoft Entra groups with cluster-admin access."),
      accessFromCidrs: z
        .array(cidr)
        .default([])
        .describe(
          "Private blocks (a bastion's, a runner's) that may reach the private Kubernetes API and the private endpoints on TCP 443; the way there and back is `network.peering`'s or yours.",
        ),
      systemPool: z
        .strictObject({
          vmSize: z.string().min(1).default("Standard_D4ds_v5").describe("Size of the virtual machines."),
          min: z.int().min(1).default(2).describe("Fewest nodes."),
          max: z.int().min(1).default(4).describe("Most nodes."),
          zones: zones.optional().describe("Availability zones of the nodes; default: `network.zones`."),
          ephemeralDisk,
        })
        .prefault({})
        .describe("Nodes of the cluster's own parts, such as its DNS; AKS asks for such a pool."),
      upgradeChannel: z
        .enum(["patch", "stable", "rapid", "node-image", "none"])
        .default("patch")
        .describe(
          "Channel by which Azure upgrades the cluster; `stable` and `rapid` raise its minor version, and are refused while the next one has LocalDNS on.",
        ),
      maintenanceWindow,
    })
    .prefault({})
    .describe("The AKS cluster."),
  nodePools: z
    .record(text(/^[a-z][a-z0-9]{0,11}$/, "a pool name (1 to 12 lower-case letters and digits, a letter first)"), pool)
    .prefault(DEFAULT_POOLS as never)
    .describe(
      "Node pools by name; default: `services` (3 to 6 Standard_D8ds_v5) and `worker` (0 to 10 Standard_D16ds_v5).",
    ),
  encryption: encryption(
    z.strictObject({
      ...givenKey,
      keyId: givenKey.keyId.describe("Key for secrets, disks and storage."),
    }),
    "Bring your own key, or `cloud-managed`: no key is made and none is named, Azure's own encrypt, and every report says so. Default: one is made. For a new deployment: with a later change the cluster is replaced.",
  ),
  registry: z
    .strictObject({ encryption: openKey("Key of the images") })
    .prefault({})
    .describe("The container registry."),
  objectStore: z
    .strictObject({
      existing: z
        .strictObject({
          account: accountName.describe("Storage account, with hierarchical namespace, in the same subscription."),
          resourceGroup: resourceGroup.describe("Its resource group."),
          metadata: containerName.describe("Container of metadata."),
          fastRegistration: containerName.describe("Container of code bundles."),
          endpoints: z
            .strictObject({
              blob: ipv4Address.describe("Address that the account's `blob` name leads to."),
              dfs: ipv4Address.describe("Address that its `dfs` name leads to."),
            })
            .optional()
            .describe(
              "Private endpoints that the account has already, by which the network resolves its names; default: both are made.",
            ),
        })
        .optional()
        .describe("Bring your own storage account; its encryption and CORS stay yours."),
      softDeleteDays: z
        .int()
        .min(1)
        .max(365)
        .default(30)
        .describe("Days in which a deleted object or container can be restored; versions do not exist here."),
    })
    .prefault({})
    .describe("The object store."),
  images: images("azure", {
    mirror: text(
      /^[a-z0-9-]{5,60}\.azurecr\.io(\/[a-z0-9._/-]+)?$/,
      "a container registry, with an optional path (NAME.azurecr.io/PATH)",
    ),
    login: z.strictObject({
      keyVaultId: vaultId.describe("Key vault of both secrets, with Azure RBAC, and open to Azure's trusted services."),
      userNameSecret: secretName.describe("Secret with the user's name; the registry's login may read it."),
      passwordSecret: secretName.describe("Secret with the password or token; the registry's login may read it."),
    }),
    repository: text(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ContainerRegistry\/registries\/[a-zA-Z0-9]{5,50}$/,
      "a container registry's resource id",
    ),
    describe: {
      mirror:
        "Registry that already holds the platform's images, which must be one of `repositories`; default: cache rules are made.",
      upstreams:
        "Further public registries that task images come from: a cache of each is made at `REGISTRY.azurecr.io/UPSTREAM`.",
      credentials:
        "Logins to public registries, by upstream, as secrets of your own; with one, images of Docker Hub are fetched that a person must copy otherwise.",
      repositories:
        "Further container registries that images come from, in the Premium tier: each gets a private endpoint in the network, and nodes may pull from it.",
    },
  }),
  clientSecret: z
    .strictObject({
      keyVaultId: vaultId.describe("Key vault of the secret."),
      name: secretName.describe("The secret."),
    })
    .optional()
    .describe(
      "Existing Key Vault secret that holds the client secret; default: `client-secret` in the vault that is made, for you to fill.",
    ),
  logs: logs(
    "cloud-service",
    "Where logs of pods are kept: `cloud-service` (Log Analytics, where Union's console finds those of past runs). `object-store` is refused: Fluent Bit writes to Azure Storage with a key only.",
  ),
  logWorkspaceId: text(
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/,
    "a Log Analytics workspace's resource id",
  )
    .optional()
    .describe(
      "Existing Log Analytics workspace of what Azure itself records, the Kubernetes API's audit and the network's flows, with its own retention; default: one is made. Logs of pods have one of their own.",
    ),
  logCluster: z
    .strictObject({
      sku: text(/^(Standard|Dev\(No SLA\))_[A-Z]\w*(\+\d+TB_PS)?$/, "a size of Data Explorer such as Standard_E2ads_v5")
        .default("Standard_E2ads_v5")
        .describe("Size of the nodes."),
      capacity: z.int().min(2).max(16).default(2).describe("Nodes."),
      encryption: openKey("Key of the logs: RSA of 2048 bits"),
    })
    .optional()
    .describe(
      "Azure Data Explorer instead of Log Analytics: billed by the hour, and out of the console's reach; off by default.",
    ),
  privateManagement: z
    .strictObject({
      subscriptions: z
        .array(uuid("an Azure subscription's id"))
        .min(1)
        .describe("Union's subscriptions that may connect."),
      ...declaration,
    })
    .optional()
    .describe("BYOC: Private Link from Union to the Kubernetes API, a declared exception; off by default."),
  state: state.prefault({ backend: "local" }).describe("Terraform state: `backend: local` or `backend: azurerm`."),
});
