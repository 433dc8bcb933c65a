import { checkAccess, checkInside, checkLogs, checkRetention, twice } from "../common-checks";
import { type Problem } from "../problem";
import { zonesOfRegion } from "../cloud-regions";
import type { GoogleDeployment } from "../deployment";
import { givenKeyOf } from "../encryption";
import { planAddresses } from "./address-plan";
import { diskTypesOf } from "./disk-types";
import { localSsdsOf } from "./local-ssds";
import { gpusOf, hasGpus } from "./machine-types";
import { SYSTEM_POOL, accountEmail } from "./names";
import { isSharedVpc } from "./network";

/** Fewest and most days that Cloud Logging keeps records. */
const RETENTION = [1, 3650] as const;
/** Most nodes whose pods' ranges (/24 each) a block of this prefix length holds. */
const nodesOf = (prefix: number) => 2 ** Math.max(0, 24 - prefix);

/** What the fields of a deployment on Google Cloud say together. */
export function checkGoogle(deployment: GoogleDeployment): Problem[] {
  return [
    ...checkNames(deployment),
    ...checkNetwork(deployment),
    ...checkAccess(deployment.cluster.accessFromCidrs),
    ...checkLogs(deployment.logs, "Cloud Storage"),
    ...checkRetention(deployment.logRetentionDays, "Cloud Logging", RETENTION),
    ...checkCluster(deployment),
    ...checkPools(deployment),
    ...checkIdentity(deployment),
    ...checkServiceAccounts(deployment),
    ...checkPerimeter(deployment),
  ];
}

function checkNames({ name, objectStore }: GoogleDeployment): Problem[] {
  if (objectStore.existing || !name.includes("google")) return [];
  return [{ path: ["name"], message: `'${name}' holds 'google', which no bucket's name may` }];
}

function checkNetwork(deployment: GoogleDeployment): Problem[] {
  const { network, nodePools, cluster } = deployment;
  const problems: Problem[] = [...checkZones(deployment, ["network", "zones"], network.zones)];
  for (const field of ["nodeSubnet", "podRange", "clusterSubnet", "proxySubnet", "consumerSubnet"] as const) {
    const given = network.existing?.[field];
    if (given) problems.push(...checkInside(network.cidr, ["network", "existing", field, "cidr"], given.cidr));
  }
  for (const field of ["proxySubnet", "consumerSubnet"] as const) {
    if (!deployment.privateManagement || !isSharedVpc(deployment) || network.existing?.[field]) continue;
    problems.push({
      path: ["network", "existing", field],
      message: "is required by 'privateManagement' in a Shared VPC, whose subnets are the host project's to make",
    });
  }
  const addresses = typeof network.natAddresses === "number" ? [] : network.natAddresses;
  if (network.existing && addresses.length > 0) {
    const message = "does not go with 'network.existing', whose NAT is yours";
    problems.push({ path: ["network", "natAddresses"], message });
  }
  problems.push(
    ...twice(["network", "natAddresses"], addresses),
    ...twice(["network", "existing", "privateZones"], network.existing?.privateZones ?? []),
  );
  try {
    const { pods } = planAddresses(deployment);
    const room = nodesOf(Number(pods.split("/")[1]));
    const most = Object.values(nodePools).reduce((sum, { max }) => sum + max, cluster.systemPool.max);
    if (most > room) {
      problems.push({
        path: network.existing ? ["network", "existing", "podRange", "cidr"] : ["network", "cidr"],
        message: `has room for the pods of ${room} nodes, and 'nodePools' and 'cluster.systemPool' may have ${most} (each node takes a /24 of ${pods})`,
      });
    }
  } catch (error) {
    problems.push({ path: ["network", "cidr"], message: (error as RangeError).message });
  }
  return problems;
}

function checkZones(deployment: GoogleDeployment, field: readonly string[], zones: readonly string[] = []): Problem[] {
  const known = zonesOfRegion("google", deployment.cloudRegion);
  return zones.flatMap((zone, index) => {
    const path = [...field, index];
    if (!known.includes(zone)) {
      const message = `'${zone}' is not a zone of '${deployment.cloudRegion}' (allowed: ${known.join(", ")}; a new one is added in config/google/regions.json)`;
      return [{ path, message }];
    }
    return zones.indexOf(zone) === index ? [] : [{ path, message: `'${zone}' is listed twice` }];
  });
}

function checkPools(deployment: GoogleDeployment): Problem[] {
  return Object.entries(deployment.nodePools).flatMap(([name, pool]) => {
    const path = ["nodePools", name];
    const { machineType, accelerator, zones, diskType, localSsds, reservation, spot } = pool;
    const disks = diskTypesOf(machineType);
    const ssds = localSsdsOf(machineType);
    return [
      ...checkZones(deployment, [...path, "zones"], zones),
      ...(zones === undefined && accelerator !== undefined
        ? [
            {
              path: [...path, "accelerator"],
              message: `goes with 'zones', since not every zone has such machines (allowed: with those of ${zonesOfRegion("google", deployment.cloudRegion).join(", ")} that 'gcloud compute accelerator-types list --filter=zone:${deployment.cloudRegion}' shows)`,
            },
          ]
        : []),
      ...(accelerator === undefined && hasGpus(machineType)
        ? [
            {
              path: [...path, "accelerator"],
              message: `is required with ${machineType}, whose GPUs no task gets otherwise (allowed: {type, count} of the machine's own, as 'gcloud compute machine-types describe' shows them)`,
            },
          ]
        : []),
      ...checkAccelerator([...path, "accelerator", "type"], pool),
      ...(localSsds === undefined || !ssds || ssds.includes(localSsds)
        ? []
        : [
            {
              path: [...path, "localSsds"],
              message: `${localSsds} is no number of local SSDs that ${machineType} takes (allowed: ${ssds.join(", ") || "none, or other machines"})`,
            },
          ]),
      ...(diskType === undefined || disks.includes(diskType)
        ? []
        : [
            {
              path: [...path, "diskType"],
              message: `'${diskType}' is no boot disk of ${machineType} (allowed: ${disks.join(", ")})`,
            },
          ]),
      ...(spot && reservation !== undefined
        ? [{ path: [...path, "reservation"], message: "does not go with 'spot', whose machines nobody reserves" }]
        : []),
    ];
  });
}

/** An accelerator that the pool's machines take, by the name that Google gives it. */
function checkAccelerator(
  path: Problem["path"],
  { machineType, accelerator }: GoogleDeployment["nodePools"][string],
): Problem[] {
  const taken = gpusOf(machineType);
  if (accelerator === undefined || taken.includes(accelerator.type)) return [];
  const allowed = taken.length > 0 ? taken.join(", ") : "machines of N1, or of a series that has GPUs";
  return [{ path, message: `'${accelerator.type}' does not go with ${machineType} (allowed: ${allowed})` }];
}

/** GKE asks for 48 hours of maintenance in any 32 days, which hold each day of the week four times at least. */
const LEAST_HOURS_A_WEEK = 12;

function checkCluster({ cluster: { systemPool, maintenanceWindow }, nodePools }: GoogleDeployment): Problem[] {
  const problems: Problem[] = [];
  if (systemPool.min > systemPool.max) {
    problems.push({ path: ["cluster", "systemPool", "min"], message: "'min' is above 'max'" });
  }
  if (SYSTEM_POOL in nodePools) {
    problems.push({
      path: ["nodePools", SYSTEM_POOL],
      message: "has the name of the cluster's own pool, which 'cluster.systemPool' describes (allowed: another name)",
    });
  }
  const hours = new Set(maintenanceWindow.days).size * maintenanceWindow.hours;
  if (hours < LEAST_HOURS_A_WEEK) {
    problems.push({
      path: ["cluster", "maintenanceWindow"],
      message: `is open for ${hours} hours a week (allowed: at least ${LEAST_HOURS_A_WEEK}, by more 'days' or more 'hours')`,
    });
  }
  return problems;
}

function checkIdentity(deployment: GoogleDeployment): Problem[] {
  const { cloudRegion, images } = deployment;
  const problems: Problem[] = [];
  const location = givenKeyOf(deployment)?.keyId.split("/")[3];
  if (location !== undefined && location !== cloudRegion) {
    problems.push({
      path: ["encryption", "keyId"],
      message: `lies in '${location}' (allowed: a key in '${cloudRegion}', where what it encrypts lies)`,
    });
  }
  if (images.mirror && images.mirror.includes("//")) {
    problems.push({ path: ["images", "mirror"], message: "has an empty part between two '/'" });
  }
  return problems;
}

/** IAM tells identities apart by their accounts, and those of another project are not the deployment's to judge. */
function checkServiceAccounts({ project, serviceAccounts }: GoogleDeployment): Problem[] {
  const given = Object.entries(serviceAccounts ?? {}).flatMap(([field, email]) =>
    email === undefined ? [] : [[field, email] as const],
  );
  const domain = accountEmail({ project }, "");
  return given.flatMap(([field, email], index) => {
    const path = ["serviceAccounts", field];
    if (!email.endsWith(domain))
      return [{ path, message: `'${email}' is of another project (allowed: NAME${domain})` }];
    const first = given.findIndex(([, other]) => other === email);
    if (first === index) return [];
    return [
      { path, message: `'${email}' is that of '${given[first]?.[0] ?? ""}' too (allowed: an account of its own)` },
    ];
  });
}

/** Who makes a perimeter must be let in again, or the next deploy is refused. */
function checkPerimeter(deployment: GoogleDeployment): Problem[] {
  const { network, impersonateServiceAccount } = deployment;
  const { perimeter } = network;
  if (perimeter?.accessPolicy === undefined) return [];
  const problems: Problem[] = [];
  if (isSharedVpc(deployment)) {
    problems.push({
      path: ["network", "perimeter", "accessPolicy"],
      message:
        "does not go with a Shared VPC, whose host project must be in the same perimeter as all that use it (allowed: 'existing', the host project's perimeter)",
    });
  }
  if (perimeter.deployers.length === 0 && impersonateServiceAccount === undefined) {
    problems.push({
      path: ["network", "perimeter", "deployers"],
      message:
        "is empty, and nobody could deploy from outside of the perimeter (allowed: at least one identity, or with 'impersonateServiceAccount')",
    });
  }
  const own = `accessPolicies/${perimeter.accessPolicy}/`;
  perimeter.accessLevels.forEach((level, index) => {
    if (level.startsWith(own)) return;
    problems.push({
      path: ["network", "perimeter", "accessLevels", index],
      message: `'${level}' is of another policy (allowed: ${own}accessLevels/NAME)`,
    });
  });
  return problems;
}
