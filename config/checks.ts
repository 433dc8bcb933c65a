import { planAddresses, zonesOf } from "./address-plan";
import { addressesOf, byFamily, CLOUDFLARE, tunnelEdge } from "./control-plane";
import type { AwsDeployment, Deployment } from "./deployment";
import { egressOf, outsideCloudflare, tunnelRegionOf } from "./egress";
import { isArmInstance } from "./instance-types";
import { AddressSet } from "../verification/packets/address-set";

/** One thing wrong with a deployment: the field's path and a sentence that says what is allowed. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Path = Problem["path"];

/** A group takes 60 rules each way and family, and a prefix list counts as its entries (AWS's default quotas). */
const RULES_PER_GROUP = 60;
/** Rules of the node group besides its Cloudflare and control-plane ones: itself, cluster, endpoints, S3. */
const FIXED_EGRESS_RULES = 4;

/** What one deployment's fields say together, which a field's own type can't. */
export function checkDeployment(deployment: Deployment): Problem[] {
  return [...checkEgress(deployment), ...checkTaskNamespaces(deployment), ...checkAws(deployment)];
}

function checkEgress(deployment: Deployment): Problem[] {
  const { egress } = deployment;
  const region = tunnelRegionOf(deployment);
  const problems: Problem[] = [
    ...overlaps(["egress", "cidrs"], egress.cidrs ?? []),
    ...overlaps(["egress", "controlPlaneCidrs"], egress.controlPlaneCidrs),
  ];
  for (const cidr of outsideCloudflare(egress.cidrs ?? [])) {
    problems.push({
      path: ["egress", "cidrs", (egress.cidrs ?? []).indexOf(cidr)],
      message: `'${cidr}' does not lie inside Cloudflare's published blocks (allowed: ${[...CLOUDFLARE.ipv4, ...CLOUDFLARE.ipv6].join(", ")}; other control-plane addresses go into 'controlPlaneCidrs')`,
    });
  }
  egress.controlPlaneCidrs.forEach((cidr, index) => {
    const path: Path = ["egress", "controlPlaneCidrs", index];
    if (AddressSet.ofCidr(cidr).isSubsetOf(addressesOf(CLOUDFLARE))) {
      problems.push({
        path,
        message: `'${cidr}' lies inside Cloudflare's published blocks, which 'egress.mode' governs`,
      });
    }
    const { size, most } = cidr.includes(":")
      ? { size: AddressSet.ofCidr(cidr).size(6), most: 1n << 80n }
      : { size: AddressSet.ofCidr(cidr).size(4), most: 256n };
    if (size > most)
      problems.push({
        path,
        message: `'${cidr}' is wider than a load balancer's addresses (allowed: an IPv4 /24 or an IPv6 /48, or smaller)`,
      });
  });
  const edge = tunnelEdge(region);
  const open = addressesOf(egressOf(deployment).tunnel);
  // cloudflared connects to region1 and region2, so every IPv4 block of the edge must be open.
  const closed = edge.ipv4.filter((cidr) => !AddressSet.ofCidr(cidr).isSubsetOf(open));
  if (closed.length > 0) {
    const path = egress.mode === "list" ? ["egress", "cidrs"] : ["egress", "tunnelRegions"];
    problems.push({
      path,
      message: `leaves ${closed.join(" and ")} closed, where the tunnel to region '${region}' connects (allowed: a choice that holds ${edge.ipv4.join(" and ")}, or another 'tunnel.region')`,
    });
  }
  return problems;
}

function checkTaskNamespaces({ rbac, taskNamespaces }: Deployment): Problem[] {
  const problems: Problem[] = [];
  if (rbac === "low-privilege" && taskNamespaces.length > 0) {
    problems.push({
      path: ["taskNamespaces"],
      message: "must be empty with 'rbac: low-privilege', whose roles reach namespace 'union' only",
    });
  }
  taskNamespaces.forEach((namespace, index) => {
    const path: Path = ["taskNamespaces", index];
    if (taskNamespaces.indexOf(namespace) !== index) problems.push({ path, message: `'${namespace}' is listed twice` });
    if (/^(union|union-.*|default|kube-.*|kourier-system|knative-serving)$/.test(namespace)) {
      problems.push({
        path,
        message: `'${namespace}' is a system namespace (allowed: PROJECT-DOMAIN names such as 'flytesnacks-development')`,
      });
    }
  });
  return problems;
}

function checkAws(deployment: AwsDeployment): Problem[] {
  return [
    ...checkNetwork(deployment),
    ...checkRules(deployment),
    ...checkPools(deployment),
    ...checkIdentity(deployment),
  ];
}

function checkNetwork(deployment: AwsDeployment): Problem[] {
  const { network, egress, cloudRegion } = deployment;
  const problems: Problem[] = [];
  const zones = zonesOf(deployment);
  zones.forEach((zone, index) => {
    const path: Path = ["network", "zones", index];
    if (!zone.startsWith(cloudRegion))
      problems.push({
        path,
        message: `'${zone}' is not a zone of '${cloudRegion}' (allowed: names such as '${cloudRegion}a')`,
      });
    if (zones.indexOf(zone) !== index) problems.push({ path, message: `'${zone}' is listed twice` });
  });
  const own = AddressSet.ofCidr(network.cidr);
  if (!own.isSubsetOf(AddressSet.ofCidrs(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]))) {
    problems.push({
      path: ["network", "cidr"],
      message: `'${network.cidr}' is no private block (allowed: inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10)`,
    });
  }
  if (AddressSet.ofCidr(network.cidr).size(4) > 65536n) {
    problems.push({
      path: ["network", "cidr"],
      message: `'${network.cidr}' is larger than AWS allows for a VPC (allowed: a /16 or smaller)`,
    });
  }
  if (network.existing) {
    const subnets = [
      ...network.existing.nodeSubnets.map(({ cidr }, index) => ({
        cidr,
        path: ["network", "existing", "nodeSubnets", index, "cidr"],
      })),
      ...network.existing.clusterSubnets.map(({ cidr }, index) => ({
        cidr,
        path: ["network", "existing", "clusterSubnets", index, "cidr"],
      })),
    ];
    for (const { cidr, path } of subnets) {
      if (!AddressSet.ofCidr(cidr).isSubsetOf(own))
        problems.push({ path, message: `'${cidr}' does not lie inside 'network.cidr' ${network.cidr}` });
    }
    for (const field of ["zones", "transitGatewayId"] as const) {
      if (network[field])
        problems.push({
          path: ["network", field],
          message: "does not go with 'network.existing', whose zones and routes are yours",
        });
    }
  } else {
    try {
      planAddresses(deployment);
    } catch (error) {
      problems.push({ path: ["network", "cidr"], message: (error as RangeError).message });
    }
  }
  if (own.overlaps(AddressSet.ofCidr(network.serviceCidr))) {
    problems.push({
      path: ["network", "serviceCidr"],
      message: `'${network.serviceCidr}' overlaps 'network.cidr' ${network.cidr}`,
    });
  }
  egress.controlPlaneCidrs.forEach((cidr, index) => {
    if (own.overlaps(AddressSet.ofCidr(cidr)))
      problems.push({
        path: ["egress", "controlPlaneCidrs", index],
        message: `'${cidr}' overlaps 'network.cidr' ${network.cidr}`,
      });
  });
  return problems;
}

function checkRules(deployment: AwsDeployment): Problem[] {
  const egress = egressOf(deployment);
  return (["ipv4", "ipv6"] as const).flatMap((family) => {
    const rules =
      egress.https[family].length +
      egress.tunnel[family].length * egress.tunnelProtocols.length +
      byFamily(deployment.egress.controlPlaneCidrs)[family].length +
      FIXED_EGRESS_RULES;
    if (rules <= RULES_PER_GROUP) return [];
    return [
      {
        path: ["egress"],
        message: `needs ${rules} ${family} rules in the node security group, above AWS's quota of ${RULES_PER_GROUP} (a prefix list counts as its entries): list fewer or larger blocks`,
      },
    ];
  });
}

function checkPools({ nodePools }: AwsDeployment): Problem[] {
  const problems: Problem[] = [];
  for (const role of ["services", "worker"] as const) {
    if (Object.values(nodePools).some((pool) => pool.role === role)) continue;
    problems.push({
      path: ["nodePools"],
      message: `has no pool with 'role: ${role}'; platform services and task pods run in pools of their own`,
    });
  }
  const services = Object.values(nodePools).filter((pool) => pool.role === "services");
  if (services.length > 0 && services.every((pool) => pool.min === 0)) {
    problems.push({
      path: ["nodePools"],
      message: "has no pool with 'role: services' and 'min' of at least 1: cluster DNS and the platform need a node",
    });
  }
  for (const [name, pool] of Object.entries(nodePools)) {
    const arm = pool.instanceTypes.filter(isArmInstance).length;
    if (arm === 0 || arm === pool.instanceTypes.length) continue;
    problems.push({
      path: ["nodePools", name, "instanceTypes"],
      message: `mixes ARM and x86 (${pool.instanceTypes.join(", ")}): one machine image runs all of a pool's nodes`,
    });
  }
  return problems;
}

function checkIdentity({ account, cloudRegion, assumeRole, images, workloads }: AwsDeployment): Problem[] {
  const problems: Problem[] = [];
  if (assumeRole?.externalId && !assumeRole.profile && workloads === "stack") {
    problems.push({
      path: ["assumeRole", "externalId"],
      message:
        "needs 'assumeRole.profile': the cluster's token comes from 'aws eks get-token', which takes an external id by an AWS profile only",
    });
  }
  if (assumeRole && assumeRole.arn.split(":")[4] !== account) {
    problems.push({ path: ["assumeRole", "arn"], message: `'${assumeRole.arn}' is not a role of account ${account}` });
  }
  if (images.mirror && !images.mirror.includes(`.dkr.ecr.${cloudRegion}.`)) {
    problems.push({
      path: ["images", "mirror"],
      message: `'${images.mirror}' is not in '${cloudRegion}': the registry's VPC endpoint reaches its own region only`,
    });
  }
  return problems;
}

function overlaps(path: Path, cidrs: readonly string[]): Problem[] {
  return cidrs.flatMap((cidr, index) => {
    const other = cidrs.slice(0, index).find((earlier) => AddressSet.ofCidr(earlier).overlaps(AddressSet.ofCidr(cidr)));
    return other
      ? [
          {
            path: [...path, index],
            message: other === cidr ? `'${cidr}' is listed twice` : `'${cidr}' overlaps '${other}'`,
          },
        ]
      : [];
  });
}
