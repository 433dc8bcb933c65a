/** Parts of the network that the customer brings, as the deployment declares them. */
import type { GoogleDeployment } from "../../../config/deployment";
import { networkName, networkPath, networkProject, subnetPath } from "../../../config/google/network";
import type { Given } from "../../promises/given";

export function givenOnGoogle(deployment: GoogleDeployment): Given[] {
  const { project: own, cloudRegion, network } = deployment;
  const { serviceCidr, existing } = network;
  if (!existing) return [];
  const { nodeSubnet, podRange, serviceRange, clusterSubnet, proxySubnet, consumerSubnet, privateZones } = existing;
  const project = networkProject(deployment);
  const networkId = networkPath(deployment, existing.network);
  const given: Given = {
    type: "google_compute_network",
    mode: "data",
    id: networkId,
    values: { name: networkName(existing.network), project, auto_create_subnetworks: false },
  };
  const ranges = [
    { range_name: podRange.name, ip_cidr_range: podRange.cidr },
    { range_name: serviceRange, ip_cidr_range: serviceCidr },
  ];
  const subnets = [
    { ...nodeSubnet, secondary_ip_range: ranges },
    ...[clusterSubnet, proxySubnet, consumerSubnet].flatMap((subnet) =>
      subnet ? [{ ...subnet, secondary_ip_range: [] }] : [],
    ),
  ].map(({ name, cidr: block, secondary_ip_range }): Given => ({
    type: "google_compute_subnetwork",
    mode: "data",
    id: subnetPath(deployment, name),
    values: {
      name,
      project,
      region: cloudRegion,
      network: networkId,
      ip_cidr_range: block,
      secondary_ip_range,
      stack_type: "IPV4_ONLY",
    },
  }));
  return [given, ...subnets, ...privateZones.flatMap((domain) => givenZone(domain, own, networkId))];
}

/** A private zone as `privateZones` declares it: every name of its domain leads to the restricted addresses. */
function givenZone(domain: string, project: string, networkUrl: string): Given[] {
  const name = `given-${domain.replace(".", "-")}`;
  const zone: Given = {
    type: "google_dns_managed_zone",
    mode: "managed",
    id: `private zone ${domain}`,
    values: {
      name,
      project,
      dns_name: `${domain}.`,
      visibility: "private",
      private_visibility_config: { networks: [{ network_url: networkUrl }] },
    },
  };
  const records: Given = {
    type: "google_dns_record_set",
    mode: "managed",
    id: `names of private zone ${domain}`,
    values: { managed_zone: name, project, name: `*.${domain}.`, type: "A", rrdatas: RESTRICTED_APIS },
  };
  return [zone, records];
}

/** restricted.googleapis.com: https://cloud.google.com/vpc/docs/configure-private-google-access */
const RESTRICTED_APIS = [4, 5, 6, 7].map((last) => `199.36.153.${last}`);
