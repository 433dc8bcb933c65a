import { addressesOf, CLOUDFLARE } from "../../config/control-plane";
import type { AwsDeployment } from "../../config/deployment";
import { egressOf } from "../../config/egress";
import { fastRegistrationBucket, metadataBucket } from "../../config/aws/names";
import { clusterName } from "../../config/names";
import { AddressSet } from "../../packets/address-set";
import type { StandIn } from "./stand-in";

/** One of the document's verification steps: the command that a reviewer runs, and whether its answer is as it must be. */
export interface CheckResult {
  readonly title: string;
  /** The command, to run as it stands. */
  readonly command: string;
  readonly passed: boolean;
  /** What the answer said, in a few words. */
  readonly detail: string;
}

interface IpPermission {
  readonly IpProtocol: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly IpRanges?: readonly { readonly CidrIp: string }[];
  readonly Ipv6Ranges?: readonly { readonly CidrIpv6: string }[];
  readonly PrefixListIds?: readonly { readonly PrefixListId: string }[];
  readonly UserIdGroupPairs?: readonly { readonly GroupId: string }[];
}

interface SecurityGroup {
  readonly GroupId: string;
  readonly GroupName: string;
  readonly IpPermissions: readonly IpPermission[];
  readonly IpPermissionsEgress: readonly IpPermission[];
}

interface PolicyDocument {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Condition?: { readonly Bool?: Readonly<Record<string, string>> };
  }[];
}

/** A check: the arguments of one `aws` command, and what its answer must be. */
interface Check {
  readonly title: string;
  readonly args: readonly string[];
  readonly judge: (answer: never) => { readonly passed: boolean; readonly detail: string };
}

const cidrsOf = ({ IpRanges = [], Ipv6Ranges = [] }: IpPermission) => [
  ...IpRanges.map(({ CidrIp }) => CidrIp),
  ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6),
];

/**
 * Runs the document's checks ("Verification") with the AWS command line against what was deployed.
 *
 * @throws Error if a command fails
 */
export async function checkOutboundOnly(standIn: StandIn, deployment: AwsDeployment): Promise<CheckResult[]> {
  const inRegion = (args: readonly string[]) => [...args, "--region", deployment.cloudRegion];
  const ask = async (...args: string[]) => (await standIn.aws(...inRegion(args))) as never;
  const ofName = ["--filters", `Name=tag:Name,Values=${deployment.name}`];
  const vpcs = (await ask("ec2", "describe-vpcs", ...ofName, "--query", "Vpcs[].VpcId")) as string[];
  const vpc = only(vpcs, `VPC named ${deployment.name}`);
  const lists = (await ask(
    "ec2",
    "describe-managed-prefix-lists",
    "--query",
    "PrefixLists[].[PrefixListId,PrefixListName,OwnerId]",
  )) as string[][];
  const blocksOf = new Map<string, AddressSet>();
  for (const [id = "", name = "", owner = ""] of lists) {
    if (owner === "AWS") blocksOf.set(id, AddressSet.ofName(name));
    else {
      const entries = (await ask(
        "ec2",
        "get-managed-prefix-list-entries",
        "--prefix-list-id",
        id,
        "--query",
        "Entries[].Cidr",
      )) as string[];
      blocksOf.set(id, AddressSet.ofCidrs(entries));
    }
  }
  const results: CheckResult[] = [];
  for (const { title, args, judge } of checksOf(deployment, vpc, blocksOf)) {
    const command = ["aws", ...inRegion(args).map((arg) => (/[\s[\]*$]/.test(arg) ? `'${arg}'` : arg))].join(" ");
    results.push({ title, command, ...judge(await ask(...args)) });
  }
  return results;
}

function checksOf(deployment: AwsDeployment, vpc: string, blocksOf: ReadonlyMap<string, AddressSet>): Check[] {
  const inVpc = ["--filters", `Name=vpc-id,Values=${vpc}`];
  const buckets = [metadataBucket(deployment), fastRegistrationBucket(deployment)];
  return [
    {
      title: "No inbound rule names an address: each names a group of the data plane",
      args: ["ec2", "describe-security-groups", ...inVpc, "--query", "SecurityGroups[].IpPermissions"],
      judge: (groups: readonly (readonly IpPermission[])[]) => {
        const rules = groups.flat();
        const open = rules.filter((rule) => cidrsOf(rule).length > 0 || (rule.PrefixListIds ?? []).length > 0);
        const byGroup = rules.filter((rule) => (rule.UserIdGroupPairs ?? []).length > 0);
        return {
          passed: open.length === 0 && byGroup.length > 0,
          detail: `${byGroup.length} rules by group, ${open.length} by address`,
        };
      },
    },
    {
      title: "Egress reaches Cloudflare, S3 and the given control-plane addresses only, on 443 and 7844",
      args: ["ec2", "describe-security-groups", ...inVpc, "--query", "SecurityGroups[]"],
      judge: (groups: readonly SecurityGroup[]) => {
        const allowed = addressesOf(CLOUDFLARE).union(addressesOf(egressOf(deployment).controlPlane));
        const rules = groups.flatMap(({ IpPermissionsEgress }) => IpPermissionsEgress);
        const outward = rules.filter((rule) => cidrsOf(rule).length > 0 || (rule.PrefixListIds ?? []).length > 0);
        const wrong = outward.filter((rule) => {
          const lists = (rule.PrefixListIds ?? []).map(
            ({ PrefixListId }) => blocksOf.get(PrefixListId) ?? AddressSet.all,
          );
          const reached = AddressSet.unionOf([AddressSet.ofCidrs(cidrsOf(rule)), ...lists]);
          const outside = reached.subtract(allowed).names();
          const onlyS3 = !outside.except && outside.names.every((name) => name.endsWith(".s3"));
          const numericOk = reached.numeric().isSubsetOf(allowed);
          const portsOk = rule.FromPort === rule.ToPort && [443, 7844].includes(rule.FromPort ?? -1);
          return !(numericOk && onlyS3 && portsOk);
        });
        return {
          passed: wrong.length === 0 && outward.length > 0,
          detail: `${outward.length} rules to addresses, ${wrong.length} beyond what is allowed`,
        };
      },
    },
    {
      title: "The network's default security group is empty",
      args: [
        "ec2",
        "describe-security-groups",
        ...inVpc,
        "Name=group-name,Values=default",
        "--query",
        "SecurityGroups[].[length(IpPermissions),length(IpPermissionsEgress)]",
      ],
      judge: (counts: readonly (readonly number[])[]) => ({
        passed: counts.length === 1 && counts.flat().every((count) => count === 0),
        detail: `${String(counts.flat().reduce((sum, count) => sum + count, 0))} rules`,
      }),
    },
    {
      title: "No subnet gives out public addresses",
      args: ["ec2", "describe-subnets", ...inVpc, "--query", "Subnets[].MapPublicIpOnLaunch"],
      judge: (flags: readonly boolean[]) => ({
        passed: flags.length > 0 && flags.every((flag) => !flag),
        detail: `${flags.length} subnets`,
      }),
    },
    {
      title: "Flow logs record all traffic, with who opened each connection",
      args: [
        "ec2",
        "describe-flow-logs",
        "--filter",
        `Name=resource-id,Values=${vpc}`,
        "--query",
        "FlowLogs[].[TrafficType,FlowLogStatus,LogFormat]",
      ],
      judge: (logs: readonly (readonly [string, string, string])[]) => ({
        passed:
          logs.length > 0 &&
          logs.every(
            ([traffic, status, format]) =>
              traffic === "ALL" &&
              status === "ACTIVE" &&
              ["flow-direction", "tcp-flags", "pkt-srcaddr", "pkt-dstaddr"].every((field) => format.includes(field)),
          ),
        detail: logs.map(([traffic, status]) => `${traffic}, ${status}`).join("; "),
      }),
    },
    ...buckets.flatMap((bucket): Check[] => [
      {
        title: `Bucket ${bucket} refuses what is not TLS`,
        args: ["s3api", "get-bucket-policy", "--bucket", bucket, "--query", "Policy"],
        judge: (policy: string) => {
          const { Statement } = JSON.parse(policy) as PolicyDocument;
          const denies = Statement.some(
            ({ Effect, Condition }) => Effect === "Deny" && Condition?.Bool?.["aws:SecureTransport"] === "false",
          );
          return { passed: denies, detail: denies ? "denies aws:SecureTransport = false" : "no such statement" };
        },
      },
      {
        title: `Bucket ${bucket} is not public`,
        args: ["s3api", "get-public-access-block", "--bucket", bucket, "--query", "PublicAccessBlockConfiguration"],
        judge: (block: Readonly<Record<string, boolean>>) => {
          const flags = Object.values(block);
          return {
            passed: flags.length === 4 && flags.every(Boolean),
            detail: `${flags.filter(Boolean).length} of 4 blocks on`,
          };
        },
      },
    ]),
    {
      title: "The Kubernetes API has a private endpoint only",
      args: [
        "eks",
        "describe-cluster",
        "--name",
        clusterName(deployment),
        "--query",
        "cluster.resourcesVpcConfig.[endpointPublicAccess,endpointPrivateAccess]",
      ],
      judge: ([isPublic, isPrivate]: readonly boolean[]) => ({
        passed: isPublic === false && isPrivate === true,
        detail: `public ${String(isPublic)}, private ${String(isPrivate)}`,
      }),
    },
    {
      title: "Nodes carry the node group only, and ask for session tokens at instance metadata",
      args: [
        "ec2",
        "describe-launch-template-versions",
        "--versions",
        "$Latest",
        "--query",
        "LaunchTemplateVersions[].LaunchTemplateData.[SecurityGroupIds,MetadataOptions]",
      ],
      judge: (
        templates: readonly (readonly [
          readonly string[],
          { readonly HttpTokens: string; readonly HttpPutResponseHopLimit: number },
        ])[],
      ) => ({
        passed:
          templates.length > 0 &&
          templates.every(
            ([groups, metadata]) =>
              groups.length === 1 && metadata.HttpTokens === "required" && metadata.HttpPutResponseHopLimit === 1,
          ),
        detail: `${templates.length} launch templates`,
      }),
    },
  ];
}

function only<T>(values: readonly T[], what: string): T {
  const [value] = values;
  if (value === undefined || values.length > 1) throw new Error(`${values.length} of: ${what}`);
  return value;
}
