/** Zones of the deployment, and the machines of its node groups in them. */
import { field } from "../../verification/values";
import { fails, holds, once, type Check } from "../check";
import { asked, listedOnce, type Looking } from "./ask";
import { nodeGroups } from "./node-groups";
import { zonesOf } from "./subnets";

export function machines(looking: Looking): readonly Check[] {
  const { stacks, services } = looking;
  const { client, sdk } = services.ec2;
  const zones = [
    ...new Set(stacks.ofType("aws_subnet").flatMap((one) => stacks.text(field(one, "availability_zone")) ?? [])),
  ];
  const told = once(async () => {
    const call = client.send(new sdk.DescribeAvailabilityZonesCommand({}));
    return (await asked("ec2:DescribeAvailabilityZones", call)).AvailabilityZones ?? [];
  });
  return [
    ...zones.map((zone) => ({
      about: `zone ${zone}`,
      look: async () => {
        const all = await told();
        if (all.some(({ ZoneName, State }) => ZoneName === zone && State === "available")) return holds("is there");
        const names = all.map(({ ZoneName = "" }) => ZoneName).join(", ");
        return fails("the account has no such zone", `name others in 'network.zones' (there are ${names})`);
      },
    })),
    ...nodeGroups(stacks).map((group) => ({
      about: `machines of pool ${group.name}`,
      look: async () => {
        const places = await zonesOf(looking, group.subnets);
        const offered = await offers(looking, group.types)();
        const lacking = places.filter((zone) => !offered.some(({ Location }) => Location === zone));
        const types = group.types.join(", ");
        return lacking.length === 0
          ? holds(`${types} in ${places.join(", ")}`)
          : fails(
              `${lacking.join(", ")} has no ${types}`,
              `name other 'instanceTypes' of nodePools.${group.name}, or leave the zone out of 'network.zones'`,
            );
      },
    })),
  ];
}

const offers = ({ services: { ec2 } }: Looking, types: readonly string[]) =>
  listedOnce(
    "ec2:DescribeInstanceTypeOfferings",
    () =>
      ec2.sdk.paginateDescribeInstanceTypeOfferings(ec2, {
        LocationType: "availability-zone",
        Filters: [{ Name: "instance-type", Values: [...types] }],
      }),
    ({ InstanceTypeOfferings }) => InstanceTypeOfferings,
  );
