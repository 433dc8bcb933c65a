import { AddressSet } from "../../verification/packets/address-set";
import { checkAccess, checkInside, checkLogs, checkRetention, type Problem } from "../checks";
import type { AzureDeployment } from "../deployment";
import { taskServiceAccounts } from "../names";
import { planAddresses } from "./address-plan";
import { registryAt } from "./repositories";
import { zonesOfRegion } from "./zones";

/** Fewest and most days that a Log Analytics workspace keeps records. */
const RETENTION = [30, 730] as const;

/** What the fields of a deployment on Azure say together. */
export function checkAzure(deployment: AzureDeployment): Problem[] {
  const { network, cluster } = deployment;
  return [
    ...checkZones(deployment),
    ...checkNetwork(deployment),
    ...checkOverlay(network),
    ...checkTaskNamespaces(deployment),
    ...checkLocalDns(deployment),
    ...checkAccess(cluster.accessFromCidrs),
    ...checkLogs(deployment.logs, "Azure Storage"),
    ...checkMirror(deployment),
    ...checkRetention(deployment.logRetentionDays, "a Log Analytics workspace", RETENTION),
    ...(cluster.systemPool.min > cluster.systemPool.max
      ? [{ path: ["cluster", "systemPool", "min"], message: "'min' is above 'max'" }]
      : []),
  ];
}

/** A zone that the region has not, wherever zones are named. */
function checkZones({ cloudRegion, network, cluster, nodePools }: AzureDeployment): Problem[] {
  const known = zonesOfRegion(cloudRegion);
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

function checkNetwork(deployment: AzureDeployment): Problem[] {
  const { network } = deployment;
  const problems: Problem[] = [];
  if (network.existing) {
    for (const field of ["nodeSubnet", "clusterSubnet", "endpointSubnet", "privateLinkSubnet"] as const) {
      const subnet = network.existing[field];
      if (subnet) problems.push(...checkInside(network.cidr, ["network", "existing", field, "cidr"], subnet.cidr));
    }
    if (deployment.privateManagement && !network.existing.privateLinkSubnet) {
      problems.push({
        path: ["network", "existing", "privateLinkSubnet"],
        message: "is required by 'privateManagement'",
      });
    }
    if (network.firewallAddress !== undefined) {
      problems.push({
        path: ["network", "firewallAddress"],
        message: "does not go with 'network.existing', whose routes are yours",
      });
    }
  } else {
    try {
      planAddresses(deployment);
    } catch (error) {
      problems.push({ path: ["network", "cidr"], message: (error as RangeError).message });
    }
  }
  if (network.firewallAddress !== undefined && network.firewallAddress.split(".").some((part) => Number(part) > 255)) {
    problems.push({ path: ["network", "firewallAddress"], message: `'${network.firewallAddress}' is no IPv4 address` });
  }
  return problems;
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
