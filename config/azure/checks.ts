import { AddressSet } from "../../packets/address-set";
import { checkAccess, checkInside, checkLogs, checkPrivate, checkRetention } from "../common-checks";
import { type Problem } from "../problem";
import { zonesOfRegion } from "../cloud-regions";
import type { AzureDeployment } from "../deployment";
import { givenKeyOf } from "../encryption";
import { taskServiceAccounts } from "../names";
import { connectedBlocks, planAddresses } from "./address-plan";
import { givenZones, neededZones, zonesOfService } from "./private-dns";
import { registryAt } from "./repositories";

/** Fewest and most days that a Log Analytics workspace keeps records. */
const RETENTION = [30, 730] as const;

/** What the fields of a deployment on Azure say together. */
export function checkAzure(deployment: AzureDeployment): Problem[] {
  const { network, cluster } = deployment;
  return [
    ...checkZones(deployment),
    ...checkNetwork(deployment),
    ...checkPeering(deployment),
    ...checkNames(deployment),
    ...checkOverlay(network),
    ...checkDisks(deployment),
    ...checkDiskSizes(deployment),
    ...checkTaskNamespaces(deployment),
    ...checkLocalDns(deployment),
    ...checkAccess(cluster.accessFromCidrs),
    ...checkLogs(deployment.logs, "Azure Storage"),
    ...checkMirror(deployment),
    ...checkVaults(deployment),
    ...checkRetention(deployment.logRetentionDays, "a Log Analytics workspace", RETENTION),
    ...(cluster.systemPool.min > cluster.systemPool.max
      ? [{ path: ["cluster", "systemPool", "min"], message: "'min' is above 'max'" }]
      : []),
  ];
}

/** A zone that the region has not, wherever zones are named. */
function checkZones({ cloudRegion, network, cluster, nodePools }: AzureDeployment): Problem[] {
  const known = zonesOfRegion("azure", cloudRegion);
  const named: readonly (readonly [Problem["path"], readonly string[] | undefined])[] = [
    [["network", "zones"], network.zones],
    [["cluster", "systemPool", "zones"], cluster.systemPool.zones],
    ...Object.entries(nodePools).map(([name, { zones }]) => [["nodePools", name, "zones"], zones] as const),
  ];
  return named.flatMap(([path, zones = []]) =>
    zones.flatMap((zone, index) => {
      const of = [...path, index];
      if (zones.indexOf(zone) !== index) return [{ path: of, message: `'${zone}' is listed twice` }];
      if (known.includes(zone)) return [];
      const allowed = known.length > 0 ? known.map((one) => `"${one}"`).join(", ") : "none: the region has no zones";
      const message = `'${zone}' is not a zone of '${cloudRegion}' (allowed: ${allowed}; zones of regions are in config/azure/regions.json)`;
      return [{ path: of, message }];
    }),
  );
}

/** A mirror's host says its name only; to lead to it, Azure asks for its id. */
function checkMirror(deployment: AzureDeployment): Problem[] {
  const { mirror } = deployment.images;
  const [host = ""] = mirror?.split("/") ?? [];
  if (!mirror || registryAt(deployment, host)) return [];
  const message = `'${host}' is none of 'images.repositories', where its resource id must be: by it, it gets its private endpoint, and nodes their right to pull`;
  return [{ path: ["images", "mirror"], message }];
}

/** The provider looks for the vault of a key among those of its own subscription. */
function checkVaults(deployment: AzureDeployment): Problem[] {
  const { subscription, logCluster } = deployment;
  const given: readonly (readonly [Problem["path"], string | undefined])[] = [
    [["encryption", "keyVaultId"], givenKeyOf(deployment)?.keyVaultId],
    [["logCluster", "encryption", "keyVaultId"], logCluster?.encryption?.keyVaultId],
  ];
  return given.flatMap(([path, id]) => {
    const of = id?.split("/")[2];
    if (of === undefined || of.toLowerCase() === subscription) return [];
    const message = `is in the subscription '${of}'; Terraform's provider finds a key's vault in the deployment's own only (allowed: a vault in '${subscription}')`;
    return [{ path, message }];
  });
}

function checkNetwork(deployment: AzureDeployment): Problem[] {
  const { network } = deployment;
  const problems: Problem[] = [];
  if (network.existing) {
    for (const field of ["nodeSubnet", "clusterSubnet", "endpointSubnet", "privateLinkSubnet"] as const) {
      const subnet = network.existing[field];
      if (!subnet) continue;
      problems.push(...checkInside(network.cidr, ["network", "existing", field, "cidr"], subnet.cidr));
      if (networkOf(subnet.id) !== networkOf(network.existing.nodeSubnet.id)) {
        problems.push({
          path: ["network", "existing", field, "id"],
          message: `'${subnet.id}' is in another network than 'nodeSubnet' (allowed: a subnet of the same)`,
        });
      }
      const rules = subnet.securityGroup?.rules ?? [];
      rules.forEach(({ priority, direction }, index) => {
        const first = rules.findIndex((rule) => rule.priority === priority && rule.direction === direction);
        const path = ["network", "existing", field, "securityGroup", "rules", index, "priority"];
        if (first !== index) problems.push({ path, message: `${priority} ${direction} is listed twice` });
      });
    }
    if (deployment.privateManagement && !network.existing.privateLinkSubnet) {
      problems.push({
        path: ["network", "existing", "privateLinkSubnet"],
        message: "is required by 'privateManagement'",
      });
    }
    problems.push(...checkPrivate(["network", "existing", "connectedCidrs"], network.existing.connectedCidrs));
    for (const field of ["firewallAddress", "peering", "withoutFlowLogs"] as const) {
      if (network[field] !== undefined)
        problems.push({
          path: ["network", field],
          message: "does not go with 'network.existing', whose routes, connections and flow logs are yours",
        });
    }
  } else {
    try {
      planAddresses(deployment);
    } catch (error) {
      problems.push({ path: ["network", "cidr"], message: (error as RangeError).message });
    }
  }
  return problems;
}

/** A subnet's network: Azure tells names of capitals and small letters apart nowhere. */
const networkOf = (subnetId: string) => subnetId.replace(/\/subnets\/[^/]+$/, "").toLowerCase();

/** The way to a hub, and what is beyond it: Azure drops what a route hands to an address of no connected network. */
function checkPeering({ network }: AzureDeployment): Problem[] {
  const { peering, firewallAddress, existing } = network;
  if (existing) return [];
  const path: Problem["path"] = ["network", "firewallAddress"];
  if (!peering) {
    if (firewallAddress === undefined) return [];
    const message = `'${firewallAddress}' is in no network that this one is connected with (allowed: with 'network.peering' to the hub that has it, or with 'network.existing')`;
    return [{ path, message }];
  }
  const hub = AddressSet.ofCidrs(peering.hubCidrs);
  const isInHub = firewallAddress === undefined || AddressSet.ofCidr(`${firewallAddress}/32`).isSubsetOf(hub);
  return [
    ...checkPrivate(["network", "peering", "hubCidrs"], peering.hubCidrs),
    ...(isInHub
      ? []
      : [
          {
            path,
            message: `'${firewallAddress}' does not lie inside 'network.peering.hubCidrs' ${peering.hubCidrs.join(", ")}`,
          },
        ]),
    ...(firewallAddress !== undefined && !peering.forwardedTraffic
      ? [
          {
            path: ["network", "peering", "forwardedTraffic"],
            message: "must be true with 'network.firewallAddress', whose answers from outside are forwarded traffic",
          },
        ]
      : []),
    ...peering.hubCidrs.flatMap((block, index) =>
      (["cidr", "podCidr", "serviceCidr"] as const)
        .filter((field) => AddressSet.ofCidr(network[field]).overlaps(AddressSet.ofCidr(block)))
        .map((field) => ({
          path: ["network", "peering", "hubCidrs", index],
          message: `'${block}' overlaps 'network.${field}' ${network[field]}`,
        })),
    ),
  ];
}

/** What resolves the names of private endpoints: DNS servers of the customer's own see only zones that are given. */
function checkNames(deployment: AzureDeployment): Problem[] {
  const { network, objectStore, logCluster } = deployment;
  const { dnsServers, existing, peering } = network;
  const side = existing ? "existing" : "peering";
  const zones = (existing ?? peering)?.privateDnsZones ?? [];
  const given = givenZones(deployment);
  const problems = zones.flatMap((id, index): Problem[] =>
    given.get(nameOf(id)) === id
      ? []
      : [{ path: ["network", side, "privateDnsZones", index], message: `'${nameOf(id)}' is listed twice` }],
  );
  if (dnsServers && !existing && !peering) {
    const message =
      "is of no use: no such server is in a network that this one is connected with (allowed: with 'network.peering' or 'network.existing')";
    problems.push({ path: ["network", "dnsServers"], message });
  } else if (dnsServers) {
    const missing = neededZones(deployment).filter((zone) => !given.has(zone));
    if (missing.length > 0) {
      const message = `lacks what 'network.dnsServers' can't see elsewhere: ${missing.join(", ")} (allowed: the id of each zone, linked to where these servers ask)`;
      problems.push({ path: ["network", side, "privateDnsZones"], message });
    }
  }
  const inReach = AddressSet.ofCidrs([network.cidr, ...connectedBlocks(deployment)]);
  const allowed = existing ? "'network.existing.connectedCidrs'" : "'network.peering.hubCidrs'";
  const outOfReach = (path: Problem["path"], address: string): Problem[] =>
    AddressSet.ofCidr(`${address}/32`).isSubsetOf(inReach)
      ? []
      : [
          {
            path,
            message: `'${address}' is in no network that this one is connected with (allowed: inside 'network.cidr' or ${allowed})`,
          },
        ];
  if (existing ?? peering)
    problems.push(
      ...(dnsServers ?? []).flatMap((server, index) => outOfReach(["network", "dnsServers", index], server)),
    );
  const path: Problem["path"] = ["objectStore", "existing", "endpoints"];
  const endpoints = objectStore.existing?.endpoints;
  for (const [service, address] of Object.entries(endpoints ?? {}))
    problems.push(...outOfReach([...path, service], address));
  const blob = zonesOfService("blob", deployment.cloudRegion).find((zone) => !given.has(zone));
  if (endpoints && logCluster && blob !== undefined) {
    const message = `are hidden by a zone ${blob} that 'logCluster' needs (allowed: with that zone among 'network.${side}.privateDnsZones')`;
    problems.push({ path, message });
  }
  return problems;
}

const nameOf = (id: string) => id.slice(id.lastIndexOf("/") + 1);

/** Sizes of these generations have storage of their own only where their name says so by a `d`. */
const WITHOUT_STORAGE = /^Standard_[DEF]\d+(?![a-z]*d)[a-z]*_v[56]$/;

function checkDisks({ cluster: { systemPool }, nodePools }: AzureDeployment): Problem[] {
  const pools: readonly (readonly [Problem["path"], typeof systemPool | (typeof nodePools)[string]])[] = [
    [["cluster", "systemPool"], systemPool],
    ...Object.entries(nodePools).map(([name, pool]) => [["nodePools", name], pool] as const),
  ];
  return pools.flatMap(([path, { ephemeralDisk, vmSize }]) =>
    ephemeralDisk && WITHOUT_STORAGE.test(vmSize)
      ? [
          {
            path: [...path, "ephemeralDisk"],
            message: `has no place on '${vmSize}', which has no storage of its own (allowed: with a size such as Standard_D8ds_v5)`,
          },
        ]
      : [],
  );
}

/** The largest disk of an operating system that AKS gives a node, in GiB. */
const MOST_DISK_GIB = 2048;

function checkDiskSizes({ nodePools }: AzureDeployment): Problem[] {
  return Object.entries(nodePools).flatMap(([name, { diskGiB }]) =>
    diskGiB <= MOST_DISK_GIB
      ? []
      : [
          {
            path: ["nodePools", name, "diskGiB"],
            message: `'${diskGiB}' is more than AKS gives a node (allowed: at most ${MOST_DISK_GIB})`,
          },
        ],
  );
}

/** Azure federates a managed identity with at most 20 service accounts; some are in the platform's namespace. */
const MOST_SERVICE_ACCOUNTS = 20;

function checkTaskNamespaces(deployment: AzureDeployment): Problem[] {
  const { length } = deployment.taskNamespaces;
  const most = MOST_SERVICE_ACCOUNTS - taskServiceAccounts({ ...deployment, taskNamespaces: [] }).length;
  if (length <= most) return [];
  return [
    {
      path: ["taskNamespaces"],
      message: `has ${length} entries; Azure federates an identity with ${MOST_SERVICE_ACCOUNTS} service accounts (allowed: ${most})`,
    },
  ];
}

/** The minor version in which AKS turns LocalDNS on by itself. */
const LOCAL_DNS = 37;

/** What LocalDNS does to the policies that this package writes. */
function checkLocalDns({ kubernetesVersion, cluster: { upgradeChannel } }: AzureDeployment): Problem[] {
  const why = `AKS's LocalDNS answers pods at an address of their node, which no NetworkPolicy admits with Cilium, and the provider can't switch it off`;
  const problems: Problem[] = [];
  if (Number(kubernetesVersion.split(".")[1]) >= LOCAL_DNS) {
    problems.push({
      path: ["kubernetesVersion"],
      message: `'${kubernetesVersion}' resolves no names here: from 1.${LOCAL_DNS} on ${why} (allowed: "1.${LOCAL_DNS - 1}" or older)`,
    });
  }
  if (upgradeChannel === "stable" || upgradeChannel === "rapid") {
    problems.push({
      path: ["cluster", "upgradeChannel"],
      message: `'${upgradeChannel}' goes on to Kubernetes 1.${LOCAL_DNS} by itself, where ${why} (allowed: patch, node-image, none)`,
    });
  }
  return problems;
}

function checkOverlay({ cidr, podCidr, serviceCidr }: AzureDeployment["network"]): Problem[] {
  const pods = AddressSet.ofCidr(podCidr);
  const others = { "network.cidr": cidr, "network.serviceCidr": serviceCidr };
  return Object.entries(others).flatMap(([field, other]) =>
    pods.overlaps(AddressSet.ofCidr(other))
      ? [{ path: ["network", "podCidr"], message: `'${podCidr}' overlaps '${field}' ${other}` }]
      : [],
  );
}
