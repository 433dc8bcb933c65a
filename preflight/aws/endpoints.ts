/** Services that VPC endpoints are made for: offered, in the zones of their subnets, and not claimed already. */
import type { ListHostedZonesByVPCCommandOutput, VPCRegion } from "@aws-sdk/client-route-53";
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
  const zones = once(() => (vpc === undefined ? Promise.resolve([]) : zonesAround(looking, vpc)));
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
        const names = details.PrivateDnsNames?.flatMap(({ PrivateDnsName: one }) => one ?? []) ?? [];
        const shadow = (await zones()).find((zone) => names.some((one) => answersFor(zone, one)));
        if (shadow !== undefined)
          return fails(
            `the private hosted zone ${shadow} answers in ${String(vpc)} for its name`,
            "name the endpoint that it leads to in 'network.existing.endpoints', or remove the zone there",
          );
        const places = await zonesOf(looking, field(endpoint, "subnet_ids"));
        const lacking = places.filter((zone) => !details.AvailabilityZones?.includes(zone));
        return lacking.length === 0
          ? holds(`is offered in ${places.join(", ")}`)
          : fails(`is not offered in ${lacking.join(", ")}`, "leave the zone out of 'network.zones'");
      },
    };
  });
}

/** Names of the private hosted zones of the network, less those that AWS's services keep for themselves. */
async function zonesAround({ deployment, services: { route53 } }: Looking, vpc: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (let token: string | undefined = ""; token !== undefined;) {
    const place = {
      VPCId: vpc,
      VPCRegion: deployment.cloudRegion as VPCRegion,
      ...(token !== "" && { NextToken: token }),
    };
    const call = route53.client.send(new route53.sdk.ListHostedZonesByVPCCommand(place));
    const page: ListHostedZonesByVPCCommandOutput = await asked("route53:ListHostedZonesByVPC", call);
    const own = page.HostedZoneSummaries?.filter(({ Owner }) => Owner?.OwningService === undefined) ?? [];
    names.push(...own.map(({ Name }) => (Name ?? "").replace(/\.$/, "")));
    token = page.NextToken;
  }
  return names;
}

/** Whether a zone has a name, or a part of those below it. The zone with the longest name answers. */
function answersFor(zone: string, name: string): boolean {
  const bare = name.replace(/^\*\./, "");
  return zone === bare || zone.endsWith(`.${bare}`);
}
