import * as z from "zod";
import { declaration, ipv4Cidr, text } from "../fields";
import { ipv4Address, resourceGroup, zones } from "./fields";

const networkId = text(
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+$/,
  "a virtual network's resource id",
);

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

/** The `network` section of a deployment on Azure. */
export const network = z
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
      .describe("Overlay addresses of pods, known inside the cluster only; must not overlap `cidr` and `serviceCidr`."),
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
  .describe("The network.");
