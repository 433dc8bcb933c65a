import { AddressSet } from "../../packets/address-set";
import { checkPrivate, twice } from "../common-checks";
import { type Problem } from "../problem";
import { byFamily } from "../control-plane";
import type { AwsDeployment } from "../deployment";
import { HTTPS_PORT, unseveredEgressOf } from "../egress";
import { cachedUpstreams, cachePath } from "../images";
import { addressAllowances, serviceAllowances } from "./allowances";
import { zonesOf } from "./address-plan";
import { BASE_ADDONS } from "./addons";
import { givenEndpoints, usedServices } from "./endpoints";
import { isArmInstance } from "./machine-types";
import { roleName } from "./names";
import { namespaceTaskRoles } from "./task-roles";
import { checkNetwork } from "./network-checks";

type Path = Problem["path"];

/** Rules of the node group besides its Cloudflare and control-plane ones: itself, cluster, endpoints, S3. */
const FIXED_EGRESS_RULES = 4;

/** Days that CloudWatch offers to keep a log group's records. */
const RETENTION = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** What the fields of a deployment on AWS say together. */
export function checkAws(deployment: AwsDeployment): Problem[] {
  return [
    ...checkNetwork(deployment),
    ...checkRules(deployment),
    ...checkPools(deployment),
    ...checkIdentity(deployment),
    ...checkGiven(deployment),
    ...checkTaskRoles(deployment),
    ...checkVersions(deployment),
    ...checkImages(deployment),
    ...checkLogs(deployment),
    ...checkAllowances(deployment),
  ];
}

function checkAllowances(deployment: AwsDeployment): Problem[] {
  const { network, allowances } = deployment;
  const reached = AddressSet.ofCidrs([network.cidr, ...network.routes.map(({ cidr }) => cidr)]);
  const isRouted = (cidr: string) =>
    network.existing ||
    network.transitGatewayId ||
    checkPrivate([], [cidr]).length > 0 ||
    AddressSet.ofCidr(cidr).isSubsetOf(reached);
  const rules = new Set(openEndpoints(deployment).map((cidr) => `TCP ${HTTPS_PORT} at ${cidr}`));
  const opensTwice = (path: Path, allowance: ReturnType<typeof addressAllowances>[number]): Problem[] =>
    allowance.cidrs.flatMap((cidr, position) =>
      allowance.ports.flatMap((port) => {
        const rule = `TCP ${port} at ${cidr}`;
        if (rules.has(rule))
          return [{ path: [...path, "cidrs", position], message: `${rule} is open already: AWS takes no rule twice` }];
        rules.add(rule);
        return [];
      }),
    );
  const services = serviceAllowances(deployment);
  return allowances.flatMap((allowance, index) => {
    const path = ["allowances", index];
    const isNamedBefore = allowances.findIndex(({ name }) => name === allowance.name) !== index;
    return [
      ...(isNamedBefore ? [{ path: [...path, "name"], message: `'${allowance.name}' is listed twice` }] : []),
      ...(allowance.to === "addresses" ? opensTwice(path, allowance) : []),
      ...(allowance.to === "service" && services.find(({ service }) => service === allowance.service) !== allowance
        ? [{ path: [...path, "service"], message: `'${allowance.service}' is named by two allowances` }]
        : []),
      ...(allowance.to === "addresses"
        ? [
            ...checkPrivate([...path, "cidrs"], allowance.cidrs),
            ...allowance.cidrs.flatMap((cidr, position) =>
              isRouted(cidr)
                ? []
                : [
                    {
                      path: [...path, "cidrs", position],
                      message: `no way leads to '${cidr}' (allowed: inside a 'cidr' of 'network.routes', or inside 'network.cidr')`,
                    },
                  ],
            ),
          ]
        : []),
      ...(allowance.to === "service" ? checkServiceAllowance(deployment, path, allowance) : []),
    ];
  });
}

function checkServiceAllowance(
  deployment: AwsDeployment,
  path: Path,
  { service, actions, resources }: ReturnType<typeof serviceAllowances>[number],
): Problem[] {
  return [
    ...(["s3", ...usedServices(deployment)].includes(service)
      ? [{ path: [...path, "service"], message: `'${service}' has an endpoint without an allowance` }]
      : []),
    ...(actions.length > 0 && resources.length === 0
      ? [{ path: [...path, "resources"], message: "is required by 'actions': no right is given on everything" }]
      : []),
  ];
}

/** Blocks of given endpoints that rules of the node group name; of others they name the group. */
const openEndpoints = (deployment: AwsDeployment) => [
  ...new Set(
    givenEndpoints(deployment).flatMap(({ cidrs, securityGroupId }) => (securityGroupId === undefined ? cidrs : [])),
  ),
];

/** Rules of the node group to given endpoints and by allowances, which name IPv4 blocks. */
const furtherRules = (deployment: AwsDeployment) =>
  openEndpoints(deployment).length +
  new Set(givenEndpoints(deployment).flatMap(({ securityGroupId }) => securityGroupId ?? [])).size +
  addressAllowances(deployment).reduce((sum, { cidrs, ports }) => sum + cidrs.length * ports.length, 0);

function checkRules(deployment: AwsDeployment): Problem[] {
  const egress = unseveredEgressOf(deployment);
  const most = deployment.network.rulesPerSecurityGroup;
  return (["ipv4", "ipv6"] as const).flatMap((family) => {
    const rules =
      egress.https[family].length +
      egress.tunnel[family].length * egress.tunnelProtocols.length +
      byFamily(deployment.egress.controlPlaneCidrs)[family].length +
      (family === "ipv4" ? furtherRules(deployment) : 0) +
      FIXED_EGRESS_RULES;
    if (rules <= most) return [];
    return [
      {
        path: ["egress"],
        message: `needs ${rules} ${family} rules in the node security group, above AWS's quota of ${most} (a prefix list counts as its entries): list fewer or larger blocks, or have the quota raised and say so in 'network.rulesPerSecurityGroup'`,
      },
    ];
  });
}

function checkPools(deployment: AwsDeployment): Problem[] {
  const { nodePools, network } = deployment;
  const inZones = [...zonesOf(deployment), ...network.addedZones].filter((zone) => !network.leftZones.includes(zone));
  const problems: Problem[] = [];
  for (const [name, pool] of Object.entries(nodePools)) {
    const { image, imageId, userData, gpu, spot, capacityReservationId, capacityBlock } = pool;
    const refuse = (field: string, message: string) => problems.push({ path: ["nodePools", name, field], message });
    const isAmazonLinux = image !== "bottlerocket";
    if (imageId !== undefined && image !== "al2023")
      refuse("imageId", `does not go with 'image: ${image}' (allowed: an image made from that of Amazon Linux 2023)`);
    if (imageId !== undefined && pool.releaseVersion !== undefined)
      refuse("releaseVersion", "does not go with 'imageId', which is a release of your own");
    if (userData !== undefined && !isAmazonLinux)
      refuse("userData", "does not go with 'image: bottlerocket', which runs no script");
    if (image === "neuron" && (gpu || pool.instanceTypes.some(isArmInstance)))
      refuse("image", "'neuron' is of Inferentia and Trainium (allowed: without 'gpu', on x86 instance types)");
    if (spot && capacityReservationId !== undefined)
      refuse("capacityReservationId", "does not go with 'spot', which is never reserved");
    if (capacityBlock) {
      const other = spot ? "spot" : capacityReservationId !== undefined ? "capacityReservationId" : undefined;
      if (other !== undefined) refuse("capacityBlock", `does not go with '${other}', which is bought otherwise`);
      if (network.existing) refuse("capacityBlock", "does not go with 'network.existing', whose zones are not known");
      else if (!inZones.includes(capacityBlock.zone))
        refuse("capacityBlock", `'${capacityBlock.zone}' is no zone of the network (allowed: ${inZones.join(", ")})`);
      if (pool.instanceTypes.length > 1) refuse("instanceTypes", "of a capacity block are one, that of its machines");
      if (pool.min > 0)
        refuse("min", `'${pool.min}' asks for machines before and after the capacity block (allowed: 0)`);
    }
    const arm = pool.instanceTypes.filter(isArmInstance).length;
    if (arm === 0 || arm === pool.instanceTypes.length) continue;
    problems.push({
      path: ["nodePools", name, "instanceTypes"],
      message: `mixes ARM and x86 (${pool.instanceTypes.join(", ")}): one machine image runs all of a pool's nodes`,
    });
  }
  return problems;
}

function checkIdentity({ account, assumeRole, permissionsBoundary }: AwsDeployment): Problem[] {
  const problems: Problem[] = [];
  if (permissionsBoundary && !["aws", account].includes(permissionsBoundary.split(":")[4] ?? "")) {
    problems.push({
      path: ["permissionsBoundary"],
      message: `'${permissionsBoundary}' is not a policy of account ${account} or of AWS, of which alone a boundary can be`,
    });
  }
  if (assumeRole?.externalId && !assumeRole.profile) {
    problems.push({
      path: ["assumeRole", "externalId"],
      message:
        "needs 'assumeRole.profile': the cluster's token comes from 'aws eks get-token', which takes an external id by an AWS profile only",
    });
  }
  if (assumeRole && assumeRole.arn.split(":")[4] !== account) {
    problems.push({ path: ["assumeRole", "arn"], message: `'${assumeRole.arn}' is not a role of account ${account}` });
  }
  return problems;
}

/** Most characters of an IAM role's name. */
const ROLE_NAME = 64;

function checkTaskRoles(deployment: AwsDeployment): Problem[] {
  if (deployment.taskRoles === "per-namespace" && deployment.taskNamespaces.length === 0)
    return [
      { path: ["taskRoles"], message: "'per-namespace' is of no use without 'taskNamespaces' (allowed: shared)" },
    ];
  return namespaceTaskRoles(deployment).flatMap(({ role }, index) => {
    const name = roleName(deployment, role);
    if (name.length <= ROLE_NAME) return [];
    const message = `makes a role '${name}' of ${name.length} characters (allowed: a namespace with ${name.length - ROLE_NAME} fewer, or 'taskRoles: shared')`;
    return [{ path: ["taskNamespaces", index], message }];
  });
}

/** A key and a secret that are given: of the one account and region that the deployment is of. */
function checkGiven({ account, cloudRegion, encryption, clientSecretArn }: AwsDeployment): Problem[] {
  const given = [
    [["encryption", "keyArn"], encryption?.keyArn, "key"],
    [["clientSecretArn"], clientSecretArn, "secret"],
  ] as const;
  return given.flatMap(([path, arn, what]) => {
    const [, , , region, owner] = arn?.split(":") ?? [];
    if (arn === undefined || (region === cloudRegion && owner === account)) return [];
    return [{ path, message: `'${arn}' is elsewhere (allowed: a ${what} of account ${account} in '${cloudRegion}')` }];
  });
}

/** Versions that are of one minor version of Kubernetes, and of add-ons that the cluster has. */
function checkVersions({ kubernetesVersion, cluster, nodePools }: AwsDeployment): Problem[] {
  const problems: Problem[] = [];
  const isOther = (version: string) => !version.replace(/^v/, "").startsWith(`${kubernetesVersion}.`);
  for (const [name, { releaseVersion }] of Object.entries(nodePools)) {
    if (releaseVersion === undefined || !isOther(releaseVersion)) continue;
    problems.push({
      path: ["nodePools", name, "releaseVersion"],
      message: `'${releaseVersion}' is not of Kubernetes ${kubernetesVersion} (allowed: ${kubernetesVersion}.PATCH-DATE)`,
    });
  }
  const proxy = cluster.addonVersions["kube-proxy"];
  if (proxy !== undefined && isOther(proxy)) {
    problems.push({
      path: ["cluster", "addonVersions", "kube-proxy"],
      message: `'${proxy}' is not of Kubernetes ${kubernetesVersion} (allowed: v${kubernetesVersion}.PATCH-eksbuild.NUMBER)`,
    });
  }
  const present: readonly string[] = [...BASE_ADDONS, ...cluster.addons];
  for (const name of Object.keys(cluster.addonVersions)) {
    if (present.includes(name)) continue;
    problems.push({
      path: ["cluster", "addonVersions", name],
      message: `is of no use: the cluster has no such add-on (allowed: with '${name}' in 'cluster.addons')`,
    });
  }
  return [...problems, ...twice(["cluster", "addons"], cluster.addons)];
}

/** Most characters of a pull-through cache's prefix. */
const CACHE_PREFIX = 30;

function checkImages(deployment: AwsDeployment): Problem[] {
  const { account, cloudRegion, images } = deployment;
  const problems: Problem[] = [];
  const elsewhere = (path: Path, what: string) =>
    problems.push({
      path,
      message: `'${what}' is not in '${cloudRegion}': the registry's VPC endpoint reaches its own region only`,
    });
  if (images.mirror && !images.mirror.includes(`.dkr.ecr.${cloudRegion}.`))
    elsewhere(["images", "mirror"], images.mirror);
  images.repositories.forEach((arn, index) => {
    if (arn.split(":")[3] !== cloudRegion) elsewhere(["images", "repositories", index], arn);
  });
  for (const [upstream, { secretArn }] of Object.entries(images.credentials)) {
    const [, , , region, owner] = secretArn.split(":");
    if (region === cloudRegion && owner === account) continue;
    problems.push({
      path: ["images", "credentials", upstream, "secretArn"],
      message: `'${secretArn}' is not where ECR looks for it (allowed: a secret of account ${account} in '${cloudRegion}')`,
    });
  }
  for (const upstream of cachedUpstreams(deployment)) {
    const path = cachePath(deployment, upstream);
    if (path.length <= CACHE_PREFIX) continue;
    problems.push({
      path: ["name"],
      message: `is too long for a cache of ${upstream}: ECR gives '${path}' at most ${CACHE_PREFIX} characters (allowed: a name of at most ${CACHE_PREFIX - upstream.length - 1}, or no cache of ${upstream})`,
    });
  }
  return problems;
}

function checkLogs({ logRetentionDays: days }: AwsDeployment): Problem[] {
  const problems: Problem[] = [];
  if (!RETENTION.includes(days)) {
    problems.push({
      path: ["logRetentionDays"],
      message: `${days} is not what CloudWatch offers (allowed: ${RETENTION.join(", ")})`,
    });
  }
  return problems;
}
