import type { Claim } from "../claim";
import type { GoogleDeployment } from "../deployment";
import { planAddresses } from "./address-plan";
import { networkPath } from "./network";
import { PRIVATE_ZONES } from "./private-zones";

/**
 * A network takes one private zone of a name, a project has one pool of workload identities and is in one perimeter, an
 * address serves one NAT, a service account is one identity.
 */
export const claimsOf = (deployment: GoogleDeployment): readonly Claim[] => [
  ...zones(deployment),
  ...workloadIdentities(deployment),
  ...perimeter(deployment),
  ...natAddresses(deployment),
  ...serviceAccounts(deployment),
];

function zones(deployment: GoogleDeployment): readonly Claim[] {
  const { network, cluster } = deployment;
  const { existing } = network;
  if (!existing) return [];
  const made = PRIVATE_ZONES.filter(
    (zone) => !existing.privateZones.includes(zone) && (zone !== "gke.goog" || cluster.dnsEndpoint),
  );
  return [
    {
      path: ["network", "existing", "network"],
      what: "network",
      place: networkPath(deployment, existing.network),
      makes: [...made.map((zone) => `the private zone ${zone}`), ...subnets(deployment)],
      allowed: "with those of the other in 'network.existing' of one of them, such as its 'privateZones'",
    },
  ];
}

/** Subnets of the private management connection, which are cut from the network's block. */
function subnets(deployment: GoogleDeployment): readonly string[] {
  const { existing } = deployment.network;
  if (!deployment.privateManagement || !existing) return [];
  const { proxies, privateConnectivity } = planAddresses(deployment);
  return [
    ...(existing.proxySubnet ? [] : [`a subnet ${proxies}`]),
    ...(existing.consumerSubnet ? [] : [`a subnet ${privateConnectivity}`]),
  ];
}

/** IAM names a service account of Kubernetes by project, namespace and name, and never by its cluster. */
function workloadIdentities({ project, sharedProject }: GoogleDeployment): readonly Claim[] {
  if (sharedProject) return [];
  return [
    {
      path: ["project"],
      what: "project",
      place: project,
      makes: ["the pool of workload identities, in which pods of each cluster are those of the other"],
      allowed: "with 'sharedProject: true' in one of them, which accepts that",
    },
  ];
}

function perimeter({ project, network }: GoogleDeployment): readonly Claim[] {
  if (!network.perimeter?.join) return [];
  return [
    {
      path: ["network", "perimeter"],
      what: "project",
      place: project,
      makes: ["its service perimeter"],
      allowed: "with 'existing' and 'join: false' in one of them",
    },
  ];
}

function natAddresses({ project, cloudRegion, network }: GoogleDeployment): readonly Claim[] {
  if (typeof network.natAddresses === "number") return [];
  return [
    {
      path: ["network", "natAddresses"],
      what: "project",
      place: project,
      makes: network.natAddresses.map((name) => `the NAT of address ${cloudRegion}/${name}`),
      allowed: "with other addresses in one of them",
    },
  ];
}

function serviceAccounts({ project, serviceAccounts }: GoogleDeployment): readonly Claim[] {
  const given = Object.values<string | undefined>(serviceAccounts ?? {}).flatMap((email) => email ?? []);
  if (given.length === 0) return [];
  return [
    {
      path: ["serviceAccounts"],
      what: "project",
      place: project,
      makes: given.map((email) => `an identity of ${email}`),
      allowed: "with other accounts in one of them",
    },
  ];
}
