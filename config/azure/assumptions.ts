/** What a deployment on Azure takes for granted of what others run. */
import { type Assumption, clientNetworks, guardRails, imageLogins, imageMirror, wayOut } from "../assumption";
import type { AzureDeployment } from "../deployment";
import { givenKeyOf } from "../encryption";
import { givenSubnets } from "./address-plan";
import { givenZones } from "./private-dns";
import { lastSegment } from "../texts";

type Existing = NonNullable<AzureDeployment["network"]["existing"]>;
type Peering = NonNullable<AzureDeployment["network"]["peering"]>;

export const assumptionsOf = (deployment: AzureDeployment): readonly Assumption[] => [
  guardRails("azure", {
    field: "subscription",
    named: "Azure Policy and security admin rules of Virtual Network Manager",
    check: `az policy assignment list --subscription ${deployment.subscription} --disable-scope-strict-match, and az network manager list-effective-security-admin-rule --resource-group GROUP --virtual-network-name NETWORK`,
  }),
  ...network(deployment),
  ...names(deployment),
  ...clientNetworks(
    deployment.cluster.accessFromCidrs,
    deployment.network.peering ? "the peered hub leads there and back" : "a way there and back is there",
  ),
  ...rights(deployment),
  ...stores(deployment),
  ...images(deployment),
];

function network(deployment: AzureDeployment): Assumption[] {
  const { firewallAddress, peering, existing, withoutFlowLogs } = deployment.network;
  return [
    ...(existing ? given(deployment, existing) : []),
    ...(firewallAddress === undefined || existing
      ? []
      : wayOut(deployment.name, {
          field: "network.firewallAddress",
          through: `The appliance at ${firewallAddress}`,
          check:
            "az network nic show-effective-route-table --resource-group GROUP --name NIC of a node, and the firewall's own rules",
        })),
    ...(peering && !existing ? hub(peering) : []),
    ...(withoutFlowLogs
      ? [
          {
            id: "flow-logs",
            assumed: "A flow log of the network is made by another hand, and kept.",
            otherwise: "Nobody sees afterwards who opened which connection.",
            check: `az network watcher flow-log list --location ${deployment.cloudRegion}`,
            field: "network.withoutFlowLogs",
            paragraph: "Outbound-only model",
          } as const,
        ]
      : []),
  ];
}

const hub = ({ hubNetworkId, hubCidrs, forwardedTraffic, remoteGateway }: Peering): Assumption[] => [
  {
    id: "hub",
    assumed: `${lastSegment(hubNetworkId)} has ${hubCidrs.join(", ")}, and ${forwardedTraffic ? "forwards into this network only answers and the customer's own clients" : "forwards nothing into this network"}.`,
    otherwise:
      "Security groups decide over what else comes in; with other blocks, they let in or close what is not meant.",
    check: `az network vnet show --ids ${hubNetworkId} --query '[addressSpace,virtualNetworkPeerings]'`,
    field: "network.peering.hubCidrs",
    paragraph: "Outbound-only model",
  },
  ...(remoteGateway
    ? [
        {
          id: "gateway-routes",
          assumed: "What the hub's gateway announces takes none of this network's ways elsewhere.",
          otherwise: "A longer route that it learns goes before the way out: no tunnel, or packets by another way.",
          check: "az network nic show-effective-route-table --resource-group GROUP --name NIC, of a node",
          field: "network.peering.remoteGateway",
          paragraph: "Egress configuration",
        } as const,
      ]
    : []),
];

function given(deployment: AzureDeployment, existing: Existing): Assumption[] {
  const { name } = deployment;
  const subnets = givenSubnets(deployment);
  const grouped = subnets.flatMap(({ id, securityGroup }) => (securityGroup ? [{ id, group: securityGroup.id }] : []));
  const nodes = existing.nodeSubnet.id;
  return [
    ...wayOut(name, {
      field: "network.existing.exit",
      through:
        existing.exit === "natGateway"
          ? `The NAT gateway of ${lastSegment(nodes)}`
          : `Where the route table of ${lastSegment(nodes)} leads (a firewall, a Virtual WAN hub)`,
      check: `az network vnet subnet show --ids ${nodes} --query '[routeTable.id,natGateway.id]'`,
    }),
    {
      id: "given-subnets",
      assumed: `Subnets ${subnets.map(({ id }) => lastSegment(id)).join(", ")} have the blocks that are written, and network policies for private endpoints are on where these are.`,
      otherwise:
        "Rules name other addresses than nodes have; without these policies no security group filters the private endpoints.",
      check: `az network vnet subnet show --ids ${subnets.map(({ id }) => id).join(" ")}`,
      field: "network.existing.nodeSubnet",
      paragraph: "Outbound-only model",
    },
    ...grouped.map(({ id, group }): Assumption => ({
      id: `given-security-group-${fieldOf(id, existing)}`,
      assumed: `${lastSegment(group)} keeps the rules that are written for it between plans, each of which compares them.`,
      otherwise: "A rule that is added opens or closes what is judged otherwise, until the next plan says so.",
      check: `az network nsg show --ids ${group} --query securityRules`,
      field: `network.existing.${fieldOf(id, existing)}.securityGroup`,
      paragraph: "Outbound-only model",
    })),
    ...(existing.connectedCidrs.length === 0
      ? []
      : [
          {
            id: "connected-networks",
            assumed: `The networks with ${existing.connectedCidrs.join(", ")} are peered with this one, and are all that are.`,
            otherwise:
              "DNS servers or private endpoints there can't be reached; others that are peered reach what rules open to them.",
            check: `az network vnet peering list --ids ${existing.nodeSubnet.id.replace(/\/subnets\/.*/, "")}`,
            field: "network.existing.connectedCidrs",
            paragraph: "Outbound-only model",
          } as const,
        ]),
  ];
}

/** The field that names a subnet. */
function fieldOf(id: string, { nodeSubnet, clusterSubnet, endpointSubnet }: Existing): string {
  if (id === nodeSubnet.id) return "nodeSubnet";
  if (id === clusterSubnet.id) return "clusterSubnet";
  return id === endpointSubnet.id ? "endpointSubnet" : "privateLinkSubnet";
}

function names(deployment: AzureDeployment): Assumption[] {
  const { dnsServers, existing } = deployment.network;
  const zones = [...givenZones(deployment).values()];
  return [
    ...(dnsServers === undefined
      ? []
      : [
          {
            id: "dns-servers",
            assumed: `${dnsServers.join(", ")} answer from the private zones that are given, and for all else from the internet's names.`,
            otherwise:
              "Names of Azure's services lead to public addresses, or Cloudflare's nowhere: nodes do not join, the tunnel does not start.",
            check: `from a node: nslookup region1.v2.argotunnel.com ${dnsServers[0] ?? ""}`,
            field: "network.dnsServers",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(zones.length === 0
      ? []
      : [
          {
            id: "given-private-zones",
            assumed: `${zones.map(lastSegment).join(", ")} are linked to this network, or to that of its DNS servers, and hold no record of others for the names used here.`,
            otherwise:
              "Names lead to public addresses, which egress closes, or to another's endpoint: nodes do not join.",
            check: "az network private-dns link vnet list --resource-group GROUP --zone-name ZONE, for each",
            field: `network.${existing ? "existing" : "peering"}.privateDnsZones`,
            paragraph: "Communication paths",
          } as const,
        ]),
  ];
}

function rights({ cluster, clientSecret }: AzureDeployment): Assumption[] {
  return [
    ...(cluster.admins.length === 0
      ? []
      : [
          {
            id: "cluster-admins",
            assumed: `The groups ${cluster.admins.join(", ")} hold only whom the customer means.`,
            otherwise: "Whoever is in them is an administrator of the cluster, once at the private API.",
            check: "az ad group member list --group ID, for each",
            field: "cluster.admins",
            paragraph: "Private connectivity (BYOC)",
          } as const,
        ]),
    ...(clientSecret
      ? [
          {
            id: "given-secret",
            assumed: `${clientSecret.name} in ${lastSegment(clientSecret.keyVaultId)} holds the client secret; who else may read it is as the customer means.`,
            otherwise: "The operator can't sign in; or somebody else signs in as this data plane.",
            check: `az role assignment list --scope ${clientSecret.keyVaultId}`,
            field: "clientSecret.keyVaultId",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
  ];
}

function stores(deployment: AzureDeployment): Assumption[] {
  const { objectStore, registry, logCluster, logWorkspaceId } = deployment;
  const key = givenKeyOf(deployment);
  const open = [registry.encryption, logCluster?.encryption].filter((one) => one !== undefined);
  const account = objectStore.existing;
  return [
    ...(key
      ? [
          {
            id: "given-key",
            assumed: `${key.keyId} stays enabled in a vault with purge protection and Azure RBAC, which admits the identities made here.`,
            otherwise: "Nodes, disks or storage are refused; a key that is gone makes all that it encrypts unreadable.",
            check: `az keyvault show --id ${key.keyVaultId} --query '[properties.enablePurgeProtection,properties.enableRbacAuthorization]'`,
            field: "encryption.keyId",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
    ...(open.length === 0
      ? []
      : [
          {
            id: "given-open-keys",
            assumed: `The vaults of ${open.map(({ keyId }) => keyId).join(", ")} answer at their public address, to whom Azure RBAC lets in.`,
            otherwise: "Registry or Data Explorer loses its key: images can't be pulled, logs can't be read.",
            check: open.map(({ keyVaultId }) => `az keyvault show --id ${keyVaultId}`).join("; "),
            field: registry.encryption ? "registry.encryption" : "logCluster.encryption",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(account
      ? [
          {
            id: "given-storage",
            assumed: `Storage account ${account.account} is encrypted and closed to the public, has hierarchical namespace${account.endpoints ? `, answers at ${account.endpoints.blob} and ${account.endpoints.dfs},` : ""} and lets the tenant's host GET and HEAD by its CORS.`,
            otherwise: "Runs can't read or write, the console shows no data; or what it holds is open to others.",
            check: `az storage account show --resource-group ${account.resourceGroup} --name ${account.account} --query '[allowBlobPublicAccess,publicNetworkAccess,isHnsEnabled,privateEndpointConnections]'`,
            field: "objectStore.existing",
            paragraph: "Communication paths",
          } as const,
        ]
      : []),
    ...(logWorkspaceId === undefined
      ? []
      : [
          {
            id: "given-workspace",
            assumed: `${lastSegment(logWorkspaceId)} keeps what it gets as long as is demanded, and only reviewers read it.`,
            otherwise: "Records of the Kubernetes API and of flows end early, or are read by others.",
            check: `az monitor log-analytics workspace show --ids ${logWorkspaceId}`,
            field: "logWorkspaceId",
            paragraph: "Outbound-only model",
          } as const,
        ]),
  ];
}

function images(deployment: AzureDeployment): Assumption[] {
  const { mirror, repositories, credentials } = deployment.images;
  const logins = Object.values(credentials).map(({ keyVaultId }) => lastSegment(keyVaultId));
  return [
    ...(mirror === undefined
      ? []
      : [
          imageMirror(
            deployment.name,
            mirror,
            `az acr repository list --name ${(mirror.split(".")[0] ?? "").replace(/-.*/, "")}`,
          ),
        ]),
    ...(repositories.length === 0
      ? []
      : [
          {
            id: "given-registries",
            assumed: `${[...new Set(repositories.map(lastSegment))].join(", ")} are in the Premium tier and approve the private endpoints made here.`,
            otherwise: "Pods whose image is there do not start.",
            check: "az acr show --ids ID --query '[sku.name,privateEndpointConnections]', for each",
            field: "images.repositories",
            paragraph: "Communication paths",
          } as const,
        ]),
    ...(logins.length === 0
      ? []
      : [
          imageLogins(
            `The logins in ${[...new Set(logins)].join(", ")} are valid, and the vault lets Azure's trusted services in.`,
            "az keyvault show --name VAULT --query properties.networkAcls.bypass, for each",
          ),
        ]),
  ];
}
