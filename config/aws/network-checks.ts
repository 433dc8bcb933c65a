import { AddressSet, parseCidr } from "../../packets/address-set";
import { zonesOfRegion } from "../cloud-regions";
import type { AwsDeployment } from "../deployment";
import { checkAccess, checkInside, checkPrivate, twice } from "../common-checks";
import { LARGEST_NETWORK, planAddresses, zonesOf } from "./address-plan";
import { givenEndpoints } from "./endpoints";
import type { Problem } from "../problem";

/** As many as EKS takes for its own addresses, and `zones` for nodes. */
const FEWEST_ZONES = 2;

/** What is wrong with the network, made or given. */
export function checkNetwork(deployment: AwsDeployment): Problem[] {
  const { network, cloudRegion } = deployment;
  const problems: Problem[] = [];
  const known = zonesOfRegion("aws", cloudRegion);
  const zones = [
    ...zonesOf(deployment).map((zone, index) => ({ zone, path: ["network", "zones", index] })),
    ...network.addedZones.map((zone, index) => ({ zone, path: ["network", "addedZones", index] })),
  ];
  zones.forEach(({ zone, path }, index) => {
    if (!known.includes(zone))
      problems.push({
        path,
        message: `'${zone}' is not a zone of '${cloudRegion}' (allowed: ${known.join(", ")}; one that your account has besides is added in config/aws/regions.json)`,
      });
    if (zones.findIndex((other) => other.zone === zone) !== index)
      problems.push({ path, message: `'${zone}' is listed twice` });
  });
  const stay = zones.filter(({ zone }) => !network.leftZones.includes(zone)).length;
  network.leftZones.forEach((zone, index) => {
    const path = ["network", "leftZones", index];
    if (!zones.some((other) => other.zone === zone))
      problems.push({
        path,
        message: `'${zone}' is no zone of the network (allowed: ${zones.map((other) => other.zone).join(", ")})`,
      });
    if (network.leftZones.indexOf(zone) !== index) problems.push({ path, message: `'${zone}' is listed twice` });
  });
  if (network.leftZones.length > 0 && stay < FEWEST_ZONES)
    problems.push({
      path: ["network", "leftZones"],
      message: `leaves ${stay} zone${stay === 1 ? "" : "s"} for nodes (allowed: at least ${FEWEST_ZONES}, as of 'zones')`,
    });
  if (AddressSet.ofCidr(network.cidr).size(4) > 1n << BigInt(32 - LARGEST_NETWORK)) {
    problems.push({
      path: ["network", "cidr"],
      message: `'${network.cidr}' is larger than AWS allows for a VPC (allowed: a /${LARGEST_NETWORK} or smaller)`,
    });
  }
  problems.push(
    ...checkPodBlock(deployment),
    ...checkAccess(deployment.cluster.accessFromCidrs),
    ...twice(["cluster", "accessFromCidrs"], deployment.cluster.accessFromCidrs),
    ...twice(["cluster", "accessFromSecurityGroups"], deployment.cluster.accessFromSecurityGroups),
    ...twice(
      ["network", "routes"],
      network.routes.map(({ cidr }) => cidr),
      "cidr",
    ),
    ...network.routes.flatMap(({ cidr }, index) => {
      const path = ["network", "routes", index, "cidr"];
      const [block, own] = [AddressSet.ofCidr(cidr), AddressSet.ofCidr(network.cidr)];
      // Of a wider block, such as all of 10.0.0.0/8, the network's own addresses stay inside all the same.
      if (!block.isSubsetOf(own)) return checkPrivate(path, [cidr]).map(({ message }) => ({ path, message }));
      return [{ path, message: `'${cidr}' lies in 'network.cidr' ${network.cidr}, whose traffic stays inside` }];
    }),
  );
  if (!network.existing) {
    const back = AddressSet.ofCidrs([network.cidr, ...network.routes.map(({ cidr }) => cidr)]);
    deployment.cluster.accessFromCidrs.forEach((cidr, index) => {
      if (AddressSet.ofCidr(cidr).isSubsetOf(back)) return;
      problems.push({
        path: ["cluster", "accessFromCidrs", index],
        message: `'${cidr}' gets no answer: no route leads to it (allowed: inside a 'cidr' of 'network.routes', or inside 'network.cidr')`,
      });
    });
  }
  if (network.existing) {
    for (const field of ["nodeSubnets", "clusterSubnets"] as const) {
      network.existing[field].forEach(({ cidr }, index) => {
        problems.push(...checkInside(network.cidr, ["network", "existing", field, index, "cidr"], cidr));
      });
    }
    for (const field of ["zones", "addedZones", "leftZones", "podCidr", "transitGatewayId", "routes"] as const) {
      if (network[field]?.length)
        problems.push({
          path: ["network", field],
          message: "does not go with 'network.existing', whose zones, blocks and routes are yours",
        });
    }
    problems.push(...checkEndpoints(deployment));
  } else {
    try {
      planAddresses(deployment);
    } catch (error) {
      problems.push({ path: ["network", "cidr"], message: (error as RangeError).message });
    }
  }
  return problems;
}

/** Shared addresses, which AWS adds to a VPC whatever its own block is. */
const SHARED = "100.64.0.0/10";

/** A block of pods: one that AWS adds to the VPC, and that nothing else has. */
function checkPodBlock({ network, nodePools }: AwsDeployment): Problem[] {
  const { podCidr, cidr, serviceCidr, routes, prefixDelegation } = network;
  if (podCidr === undefined) return [];
  const path = ["network", "podCidr"];
  const block = AddressSet.ofCidr(podCidr);
  const size = parseCidr(podCidr).prefix;
  const problems: Problem[] = [];
  if (!block.isSubsetOf(AddressSet.ofCidr(SHARED)) || size < 16 || size > 24)
    problems.push({ path, message: `'${podCidr}' is no block for pods (allowed: a /16 to /24 inside ${SHARED})` });
  for (const [field, other] of Object.entries({ cidr, serviceCidr })) {
    if (!block.overlaps(AddressSet.ofCidr(other))) continue;
    problems.push({ path, message: `'${podCidr}' overlaps 'network.${field}' ${other}` });
  }
  routes.forEach((route, index) => {
    if (!AddressSet.ofCidr(route.cidr).isSubsetOf(block)) return;
    const message = `'${route.cidr}' lies in 'network.podCidr' ${podCidr}, whose traffic stays inside`;
    problems.push({ path: ["network", "routes", index, "cidr"], message });
  });
  for (const [name, { imageId }] of Object.entries(nodePools)) {
    if (imageId === undefined || prefixDelegation) continue;
    // A node of EKS's own image is told how many pods have addresses; others count those of their first interface, too.
    const message =
      "takes more pods than have addresses with 'network.podCidr' (allowed: with 'network.prefixDelegation')";
    problems.push({ path: ["nodePools", name, "imageId"], message });
  }
  return problems;
}

function checkEndpoints(deployment: AwsDeployment): Problem[] {
  const { cidr: network, existing } = deployment.network;
  if (!existing) return [];
  const path = ["network", "existing", "endpoints"];
  const given = givenEndpoints(deployment);
  return [
    ...checkPrivate([...path, "admitCidrs"], existing.endpoints.admitCidrs),
    ...twice([...path, "admitCidrs"], existing.endpoints.admitCidrs),
    ...given.flatMap(({ services, cidrs, securityGroupId }, index) => {
      const at = [...path, "interface", index];
      const before = given.slice(0, index).flatMap((earlier) => earlier.services);
      return [
        ...services
          .filter((service) => before.includes(service))
          .map((service) => ({ path: [...at, "services"], message: `'${service}' is answered for by two entries` })),
        ...checkPrivate([...at, "cidrs"], cidrs),
        ...(securityGroupId === undefined
          ? []
          : cidrs.flatMap((cidr, position) => checkInside(network, [...at, "cidrs", position], cidr))),
      ];
    }),
  ];
}
