import type { Claim } from "../claim";
import type { AzureDeployment } from "../deployment";
import { givenSubnets } from "./address-plan";
import { givenZones, neededZones } from "./private-dns";
import { lastSegment } from "../texts";

/**
 * Of a given network: it can be linked to one private DNS zone of a name only, and a subnet has one security group. Of a
 * hub: it is peered with no two networks of the same addresses.
 */
export function claimsOf(deployment: AzureDeployment): readonly Claim[] {
  const { existing, peering, cidr } = deployment.network;
  if (existing) {
    const given = givenZones(deployment);
    return [
      {
        path: ["network", "existing", "nodeSubnet", "id"],
        what: "network",
        place: existing.nodeSubnet.id.replace(/\/subnets\/[^/]+$/, "").toLowerCase(),
        makes: [
          ...neededZones(deployment)
            .filter((zone) => !given.has(zone))
            .map((zone) => `the zone ${zone}`),
          ...givenSubnets(deployment)
            .filter(({ securityGroup }) => !securityGroup)
            .map(({ id }) => `the security group of subnet ${lastSegment(id).toLowerCase()}`),
        ],
        allowed:
          "with the zones of one in 'network.existing.privateDnsZones' of the other, and subnets of its own or with their 'securityGroup'",
      },
    ];
  }
  if (!peering) return [];
  return [
    {
      path: ["network", "peering", "hubNetworkId"],
      what: "network",
      place: peering.hubNetworkId.toLowerCase(),
      makes: [`a peering with ${cidr}`],
      allowed: "another 'network.cidr'",
    },
  ];
}
