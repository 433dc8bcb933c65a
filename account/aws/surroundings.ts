/** The account of the environment's credentials, and what stands in a region of it. */
import type * as Ec2 from "@aws-sdk/client-ec2";
import type * as Sts from "@aws-sdk/client-sts";
import { PATIENCE, told, type Surroundings } from "../surroundings";
import { packageOf } from "./services";

/** One try: whoever waits can say it faster. */
const SETTINGS = { maxAttempts: 1, requestHandler: { requestTimeout: PATIENCE, throwOnRequestTimeout: true } };
/** Where an account is asked for that has no region configured; the answer is the same everywhere. */
const ANY_REGION = "us-east-1";

/** @throws AccountError if the packages are not installed */
export async function surroundings(): Promise<Surroundings> {
  const sts = packageOf("sts") as typeof Sts;
  const region = await told(new sts.STSClient(SETTINGS).config.region());
  const client = new sts.STSClient({ ...SETTINGS, region: region ?? ANY_REGION });
  const identity = await told(client.send(new sts.GetCallerIdentityCommand({})));
  const account = identity?.Account;
  return {
    identity: account === undefined ? {} : { account },
    region,
    inRegion: async (asked) => {
      if (account === undefined) return { zones: [], networks: [] };
      const ec2 = packageOf("ec2") as typeof Ec2;
      const there = new ec2.EC2Client({ ...SETTINGS, region: asked });
      const [zones, networks] = await Promise.all([
        told(there.send(new ec2.DescribeAvailabilityZonesCommand({}))),
        told(there.send(new ec2.DescribeVpcsCommand({}))),
      ]);
      return {
        zones: (zones?.AvailabilityZones ?? []).flatMap(({ ZoneName, ZoneType, State }) =>
          ZoneName !== undefined && ZoneType === "availability-zone" && State === "available" ? [ZoneName] : [],
        ),
        networks: (networks?.Vpcs ?? []).map(({ VpcId = "", CidrBlockAssociationSet = [] }) => ({
          name: VpcId,
          cidrs: CidrBlockAssociationSet.flatMap(({ CidrBlock }) => CidrBlock ?? []),
        })),
      };
    },
  };
}
