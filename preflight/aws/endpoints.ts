/** Services that VPC endpoints are made for: offered, in the zones of their subnets, and not claimed already. */
import { field } from "../../verification/values";
import { fails, holds, once, type Check } from "../check";
import { asked, isOwn, listedOnce, type Looking } from "./ask";
import { zonesOf } from "./subnets";

export function endpoints(looking: Looking): readonly Check[] {
  const { deployment, stacks, services } = looking;
  const { ec2 } = services;
  const made = stacks.ofType("aws_vpc_endpoint");
  const names = made.flatMap((one) => stacks.text(field(one, "service_name")) ?? []);
  const offered = once(async () => {
    const call = ec2.client.send(new ec2.sdk.DescribeVpcEndpointServicesCommand({ ServiceNames: names }));
    return (await asked("ec2:DescribeVpcEndpointServices", call)).ServiceDetails ?? [];
  });
  const vpc = deployment.network.existing?.vpcId;
  const standing = listedOnce(
    "ec2:DescribeVpcEndpoints",
    () => ec2.sdk.paginateDescribeVpcEndpoints(ec2, { Filters: [{ Name: "vpc-id", Values: [vpc ?? ""] }] }),
    ({ VpcEndpoints }) => VpcEndpoints,
  );
  return made.map((endpoint) => {
    const name = stacks.text(field(endpoint, "service_name")) ?? "";
    return {
      about: name,
      look: async () => {
        const details = (await offered()).find(({ ServiceName }) => ServiceName === name);
        if (details === undefined) return fails("is not offered in the region", "see 'cloudRegion'");
        const conflict =
          vpc === undefined
            ? undefined
            : (await standing()).find(
                ({ ServiceName, PrivateDnsEnabled, VpcEndpointType, Tags }) =>
                  ServiceName === name &&
                  !isOwn(deployment, Tags) &&
                  (PrivateDnsEnabled === true || VpcEndpointType === "Gateway"),
              );
        if (conflict)
          return fails(
            `${String(conflict.VpcEndpointId)} has its private name in ${String(vpc)} already`,
            "name it in 'network.existing.endpoints', or remove it",
          );
        if (field(endpoint, "vpc_endpoint_type") === "Gateway") return holds("is offered");
        const zones = await zonesOf(looking, field(endpoint, "subnet_ids"));
        const lacking = zones.filter((zone) => !details.AvailabilityZones?.includes(zone));
        return lacking.length === 0
          ? holds(`is offered in ${zones.join(", ")}`)
          : fails(`is not offered in ${lacking.join(", ")}`, "leave the zone out of 'network.zones'");
      },
    };
  });
}
