/** Whether the account may use the region at all. */
import { fails, holds, type Check } from "../check";
import { asked, type Looking } from "./ask";

export const services = ({ deployment: { cloudRegion: region }, services: { ec2 } }: Looking): readonly Check[] => [
  {
    about: `region ${region}`,
    look: async () => {
      const { Regions = [] } = await asked(
        "ec2:DescribeRegions",
        ec2.client.send(new ec2.sdk.DescribeRegionsCommand({ AllRegions: true })),
      );
      const told = Regions.find(({ RegionName }) => RegionName === region)?.OptInStatus;
      return told === "opt-in-not-required" || told === "opted-in"
        ? holds("is on")
        : fails(`is ${told ?? "none of AWS's"}`, `aws account enable-region --region-name ${region}`);
    },
  },
];
