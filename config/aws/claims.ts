import type { Claim } from "../claim";
import type { AwsDeployment } from "../deployment";
import { madeEndpoints, makesS3Gateway } from "./endpoints";

/** Endpoints of a given VPC: a service's private name can lead to one of them only, and S3's route to one gateway. */
export function claimsOf(deployment: AwsDeployment): readonly Claim[] {
  const { existing } = deployment.network;
  if (!existing) return [];
  return [
    {
      path: ["network", "existing", "vpcId"],
      what: "network",
      place: existing.vpcId,
      makes: [
        ...(makesS3Gateway(deployment) ? existing.nodeRouteTableIds.map((id) => `S3's gateway endpoint of ${id}`) : []),
        ...madeEndpoints(deployment).map(({ service }) => `the endpoint of ${service}`),
      ],
      allowed: "with those of the other in 'network.existing.endpoints' of one of them",
    },
  ];
}
