/** Quotas of the account against what the synthesized stacks count, and what is in use besides. */
import { servicesIn } from "../../account/aws/services";
import { field } from "../../verification/values";
import { fails, holds, unknown, type Answer, type Check } from "../check";
import { asked, listedOnce, ofOthers, type Looking, type Tagged } from "./ask";
import { rulesOfGroups } from "./group-rules";
import { nodeGroups } from "./node-groups";
import { vcpus, type Quota } from "./vcpus";

/** What counts against a quota. */
interface Counted {
  readonly about: string;
  readonly quota: Quota;
  /** How many the stacks make; or, of a quota of each VPC, cluster or group, hold there. */
  readonly needed: number;
  /** How many others have; left out where others' do not count against it. */
  readonly others?: (() => Promise<number>) | undefined;
}

export function quotas(looking: Looking): readonly Check[] {
  const counted = [...inRegion(looking), ...inOnePlace(looking)].filter(({ needed }) => needed > 0);
  return [
    ...vcpus(looking).map(({ about, needed }) => ({
      about,
      look: async () => {
        const found = await needed();
        return "status" in found ? found : lookAt(looking, { about, ...found });
      },
    })),
    ...counted.map((one) => ({ about: one.about, look: () => lookAt(looking, one) })),
    prefixLists(looking),
    roles(looking),
  ];
}

async function lookAt({ services, deployment }: Looking, { quota, needed, others }: Counted): Promise<Answer> {
  const [ServiceCode, QuotaCode] = quota;
  // Quotas of buckets are the account's, and told in one region.
  const { client, sdk } = ServiceCode === "s3" ? servicesIn("us-east-1").quotas : services.quotas;
  const { Quota } = await asked(
    "servicequotas:GetServiceQuota",
    client.send(new sdk.GetServiceQuotaCommand({ ServiceCode, QuotaCode })),
  );
  const used = (await others?.()) ?? 0;
  if (Quota?.Value === undefined) return unknown(`${ServiceCode} tells no value of ${QuotaCode}`, "look by hand");
  return room(Quota.Value, needed, used, (most) => {
    const which = `--region ${deployment.cloudRegion} --service-code ${ServiceCode} --quota-code ${QuotaCode}`;
    return `aws service-quotas request-service-quota-increase ${which} --desired-value ${most}`;
  });
}

/** Whether there is room for what is needed beside what others have. `raise` says how to get more. */
function room(limit: number, needed: number, others: number, raise: (most: number) => string): Answer {
  const found = `${needed} needed, others have ${others}, of ${limit}`;
  return needed + others <= limit ? holds(found) : fails(found, raise(needed + others));
}

/** What counts in the whole region, or the whole account. */
function inRegion({ deployment, stacks, services }: Looking): readonly Counted[] {
  const { ec2, eks, s3, balancers } = services;
  const { sdk } = ec2;
  const made = (type: string) => stacks.ofType(type).length;
  const others = (list: () => Promise<readonly Tagged[]>) => async () => ofOthers(deployment, await list()).length;
  const buckets = new Set(stacks.ofType("aws_s3_bucket").map((one) => stacks.text(field(one, "bucket"))));
  return [
    {
      about: "VPCs",
      quota: ["vpc", "L-F678F1CE"],
      needed: made("aws_vpc"),
      others: others(
        listedOnce(
          "ec2:DescribeVpcs",
          () => sdk.paginateDescribeVpcs(ec2, {}),
          ({ Vpcs }) => Vpcs,
        ),
      ),
    },
    {
      about: "internet gateways",
      quota: ["vpc", "L-A4707A72"],
      needed: made("aws_internet_gateway"),
      others: others(
        listedOnce(
          "ec2:DescribeInternetGateways",
          () => sdk.paginateDescribeInternetGateways(ec2, {}),
          ({ InternetGateways }) => InternetGateways,
        ),
      ),
    },
    {
      about: "Elastic IPs",
      quota: ["ec2", "L-0263D0A3"],
      needed: made("aws_eip"),
      others: async () =>
        ofOthers(
          deployment,
          (await asked("ec2:DescribeAddresses", ec2.client.send(new sdk.DescribeAddressesCommand({})))).Addresses ?? [],
        ).length,
    },
    {
      about: "gateway endpoints",
      quota: ["vpc", "L-1B52E74A"],
      needed: stacks.ofType("aws_vpc_endpoint").filter((one) => field(one, "vpc_endpoint_type") === "Gateway").length,
      others: others(
        listedOnce(
          "ec2:DescribeVpcEndpoints",
          () =>
            sdk.paginateDescribeVpcEndpoints(ec2, { Filters: [{ Name: "vpc-endpoint-type", Values: ["Gateway"] }] }),
          ({ VpcEndpoints }) => VpcEndpoints,
        ),
      ),
    },
    {
      about: "security groups",
      quota: ["vpc", "L-E79EC296"],
      needed: made("aws_security_group"),
      others: others(
        listedOnce(
          "ec2:DescribeSecurityGroups",
          () => sdk.paginateDescribeSecurityGroups(ec2, {}),
          ({ SecurityGroups }) => SecurityGroups,
        ),
      ),
    },
    {
      about: "buckets",
      quota: ["s3", "L-DC2B2D3D"],
      needed: buckets.size,
      others: async () => {
        const list = listedOnce(
          "s3:ListAllMyBuckets",
          () => s3.sdk.paginateListBuckets(s3, {}),
          (page) => page.Buckets,
        );
        return (await list()).filter(({ Name }) => !buckets.has(Name)).length;
      },
    },
    {
      about: "EKS clusters",
      quota: ["eks", "L-1194D53C"],
      needed: made("aws_eks_cluster"),
      others: async () => {
        const list = listedOnce(
          "eks:ListClusters",
          () => eks.sdk.paginateListClusters(eks, {}),
          (page) => page.clusters,
        );
        return (await list()).filter((name) => name !== deployment.name).length;
      },
    },
    {
      about: "network load balancers",
      quota: ["elasticloadbalancing", "L-69A177A2"],
      needed: made("aws_lb"),
      others: async () => {
        const list = listedOnce(
          "elasticloadbalancing:DescribeLoadBalancers",
          () => balancers.sdk.paginateDescribeLoadBalancers(balancers, {}),
          (page) => page.LoadBalancers,
        );
        const own = new Set(stacks.ofType("aws_lb").map((one) => stacks.text(field(one, "name"))));
        return (await list()).filter(({ Type, LoadBalancerName }) => Type === "network" && !own.has(LoadBalancerName))
          .length;
      },
    },
  ];
}

/** What counts in one zone, one VPC, one cluster or one group, where a new deployment has it to itself. */
function inOnePlace({ deployment, stacks, services: { ec2 } }: Looking): readonly Counted[] {
  const groups = nodeGroups(stacks);
  const vpc = deployment.network.existing?.vpcId;
  const zones = stacks.ofType("aws_nat_gateway").map((gateway) => {
    const subnet = stacks.target(field(gateway, "subnet_id"));
    return subnet && stacks.text(field(subnet, "availability_zone"));
  });
  const interfaces = stacks.ofType("aws_vpc_endpoint").filter((one) => field(one, "vpc_endpoint_type") === "Interface");
  const given = listedOnce(
    "ec2:DescribeVpcEndpoints",
    () =>
      ec2.sdk.paginateDescribeVpcEndpoints(ec2, {
        Filters: [
          { Name: "vpc-id", Values: vpc === undefined ? [] : [vpc] },
          { Name: "vpc-endpoint-type", Values: ["Interface"] },
        ],
      }),
    ({ VpcEndpoints }) => VpcEndpoints,
  );
  return [
    ...[...new Set(zones)].map((zone): Counted => ({
      about: `NAT gateways in ${String(zone)}`,
      quota: ["vpc", "L-FE5A380F"],
      needed: zones.filter((other) => other === zone).length,
      others: async () => {
        const list = async (what: "subnets" | "gateways") => {
          const { sdk, client } = ec2;
          if (what === "subnets") {
            const Filters = [{ Name: "availability-zone", Values: [String(zone)] }];
            const call = client.send(new sdk.DescribeSubnetsCommand({ Filters }));
            return (await asked("ec2:DescribeSubnets", call)).Subnets?.map(({ SubnetId }) => SubnetId) ?? [];
          }
          const Filter = [{ Name: "state", Values: ["pending", "available"] }];
          const call = client.send(new sdk.DescribeNatGatewaysCommand({ Filter }));
          const { NatGateways = [] } = await asked("ec2:DescribeNatGateways", call);
          return ofOthers(deployment, NatGateways).map(({ SubnetId }) => SubnetId);
        };
        const inZone = new Set(await list("subnets"));
        return (await list("gateways")).filter((subnet) => inZone.has(subnet)).length;
      },
    })),
    {
      about: "interface endpoints of the VPC",
      quota: ["vpc", "L-29B6F2EB"],
      needed: interfaces.length,
      others: vpc === undefined ? undefined : async () => ofOthers(deployment, await given()).length,
    },
    { about: "subnets of the VPC", quota: ["vpc", "L-407747CB"], needed: stacks.ofType("aws_subnet").length },
    { about: "route tables of the VPC", quota: ["vpc", "L-589F43AA"], needed: stacks.ofType("aws_route_table").length },
    ...rulesOfGroups(stacks).map(({ group, rules }): Counted => ({
      about: `rules of group ${group}`,
      quota: ["vpc", "L-0EA8095F"],
      needed: rules,
    })),
    { about: "node groups of the cluster", quota: ["eks", "L-6D54EA21"], needed: groups.length },
    {
      about: "nodes of a node group",
      quota: ["eks", "L-BD136A63"],
      needed: Math.max(0, ...groups.map(({ most }) => most)),
    },
  ];
}

/** AWS tells the number of no account: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const PREFIX_LISTS = 100;

const prefixLists = ({ deployment, stacks, services: { ec2 } }: Looking): Check => ({
  about: "prefix lists",
  look: async () => {
    const list = listedOnce(
      "ec2:DescribeManagedPrefixLists",
      () =>
        ec2.sdk.paginateDescribeManagedPrefixLists(ec2, {
          Filters: [{ Name: "owner-id", Values: [deployment.account] }],
        }),
      ({ PrefixLists }) => PrefixLists,
    );
    const others = ofOthers(deployment, await list()).length;
    const needed = stacks.ofType("aws_ec2_managed_prefix_list").length;
    return room(PREFIX_LISTS, needed, others, (most) => `ask AWS Support for ${most} prefix lists`);
  },
});

/** IAM tells its own quota, with what counts against it. */
const roles = ({ stacks, services: { iam } }: Looking): Check => ({
  about: "IAM roles",
  look: async () => {
    const call = iam.client.send(new iam.sdk.GetAccountSummaryCommand({}));
    const { Roles, RolesQuota } = (await asked("iam:GetAccountSummary", call)).SummaryMap ?? {};
    if (Roles === undefined || RolesQuota === undefined) return unknown("IAM tells no number", "look by hand");
    const raise = (most: number) =>
      `aws service-quotas request-service-quota-increase --region us-east-1 --service-code iam --quota-code L-FE177D64 --desired-value ${most}`;
    return room(RolesQuota, stacks.ofType("aws_iam_role").length, Roles, raise);
  },
});
