import type { Claim } from "../claims";
import type { GoogleDeployment } from "../deployment";
import { networkPath, PRIVATE_ZONES } from "./network";

/** A network takes one private zone of a name, and a project is in one perimeter. */
export const claimsOf = (deployment: GoogleDeployment): readonly Claim[] => [
  ...zones(deployment),
  ...perimeter(deployment),
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
      makes: made.map((zone) => `the private zone ${zone}`),
      allowed: "with those of the other in 'network.existing.privateZones' of one of them",
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
