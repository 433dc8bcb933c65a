/**
 * The running account: a deployment on the stand-in for AWS is collected and judged, and whatever somebody changes by
 * hand through the API is found, by the packet that it lets pass, until it is undone.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { servicesIn, type Services } from "../../account/aws/services";
import { run } from "../../cli/index";
import { stateKey } from "../../config/names";
import { packetText } from "../../report/text";
import { STAND_IN_ACCOUNT, StandIn } from "../../scripts/stand-in/stand-in";
import { missingTools } from "../../scripts/stand-in/tools";
import type { Report } from "../../verification/verify";
import { testEnvironment } from "../support/environment";
import { scratchFolder } from "../support/scratch";
import type { Json } from "../support/workloads";

const ROOT = join(__dirname, "../..");
const NAME = "acme-audit";
const REGION = "us-east-2";
const BUCKET = `union-${NAME}-${STAND_IN_ACCOUNT}-metadata`;
const ANYBODY = "0.0.0.0/0";
/** Stands in what somebody makes by hand, and may be in nothing that is collected. */
const SECRET = "hush-hush-hush";

let standIn: StandIn;
let services: Services;
const scratch = scratchFolder();

// What the stand-in can't answer is not asked again and again.
testEnvironment({
  AWS_ENDPOINT_URL: "",
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_MAX_ATTEMPTS: "1",
  DATAPLANE_DEPLOYMENTS: "",
});
beforeAll(async () => {
  standIn = await StandIn.start(join(ROOT, ".dataplane/acceptance-audit"));
  standIn.addDeployment(join(ROOT, "deployments/examples/aws-us-east-2.yaml"), NAME);
  await standIn.cdktf("deploy", NAME);
});
beforeEach(() => {
  for (const name of ["AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "DATAPLANE_DEPLOYMENTS"])
    process.env[name] = standIn.environment[name];
  services = servicesIn(REGION);
});
afterAll(() => standIn.stop());

/** One call of an API, by the name of the action. */
const ask = (service: keyof Services, action: string, input: object = {}): Promise<Json> => {
  const { sdk, client }: Json = services[service];
  return client.send(new sdk[`${action}Command`](input));
};

let collections = 0;

/** What an audit finds now, a line each, how that differs from Terraform's state, and what is in none. */
async function audit() {
  const folder = scratch(`collected-${++collections}`);
  const collected = await run(["collect", NAME, "--output", folder]);
  expect(collected.stderr).toBe("");
  const state = join(stateKey(deployment()), "infrastructure.tfstate");
  const { stdout, stderr } = await run(["audit", NAME, folder, "--state", state, "--format", "json"]);
  expect(stderr).toBe("");
  const { findings, warnings = [] } = JSON.parse(stdout.replaceAll(folder, "COLLECTED")) as Report;
  return {
    findings: findings.map(({ status, invariant, resource, message, counterexample }) => {
      const packet = counterexample ? ` (${packetText(counterexample)})` : "";
      return `${status} ${invariant}: ${resource}: ${message}${packet}`;
    }),
    changed: warnings.flatMap((one) => /^not as Terraform left it: (.*)/.exec(one)?.[1] ?? []),
    unmanaged: warnings.flatMap((one) => /^in no state of Terraform's: (\S+)/.exec(one)?.[1] ?? []),
  };
}

const deployment = () => standIn.addDeployment(join(ROOT, "deployments/examples/aws-us-east-2.yaml"), NAME);

test("its tools are on the machine", () => expect(missingTools()).toEqual([]));

let before: Awaited<ReturnType<typeof audit>>;

test("what runs is judged as what is written, but for what the stand-in does not answer", async () => {
  before = await audit();
  const plan = `${NAME}=${join(stateKey(deployment()), "infrastructure.tfstate")}`;
  const { stdout } = await run(["verify", standIn.output, "--plan", plan, "--format", "json"]);
  const written = (JSON.parse(stdout) as Report).findings
    // It has no add-ons, of which the account then says nothing.
    .filter(({ message }) => !/^no add-on/.test(message))
    .map(({ status, invariant, resource, message }) => `${status} ${invariant}: ${resource}: ${message}`);
  expect(
    before.findings.filter((line) => !/^unknown no-inbound: .* is not judged: not collected/.test(line)).sort(),
  ).toEqual(written.sort());
  expect(before.findings.filter((line) => !written.includes(line))).toEqual([
    expect.stringMatching(/ec2:DescribeClientVpnEndpoints failed/),
    expect.stringMatching(/ec2:DescribeInstanceConnectEndpoints failed/),
    expect.stringMatching(/eks:ListAddons failed/),
    expect.stringMatching(/cloudfront:ListVpcOrigins failed \(Error: status 404\)/),
    expect.stringMatching(/globalaccelerator:ListAccelerators failed/),
    expect.stringMatching(/globalaccelerator:ListCustomRoutingAccelerators failed/),
    expect.stringMatching(/vpc-lattice:ListResourceGateways failed/),
    expect.stringMatching(/ecr:DescribePullThroughCacheRules failed/),
  ]);
  expect([before.unmanaged, before.changed]).toEqual([[], []]);
});

// ---------------------------------------------------------------- what somebody does by hand

interface Change {
  readonly what: string;
  /** Makes it, and gives what undoes it. */
  readonly make: () => Promise<() => Promise<unknown>>;
  /** What is newly found: all of these, and nothing else. */
  readonly found: readonly RegExp[];
  /** What may pass that may not by what Terraform left, or no longer may. */
  readonly changed?: RegExp;
  /** What is in no state of Terraform's. */
  readonly unmanaged?: readonly RegExp[];
}

const first = async (service: keyof Services, action: string, input: object, of: string): Promise<Json> => {
  const [found] = (await ask(service, action, input))[of];
  if (!found) throw new Error(`${action} finds none`);
  return found;
};
const vpc = async () =>
  (await first("ec2", "DescribeVpcs", { Filters: [{ Name: "tag:Name", Values: [NAME] }] }, "Vpcs")).VpcId as string;
const inVpc = async () => ({ Name: "vpc-id", Values: [await vpc()] });
const groupNamed = async (name: string) => {
  const filters = [await inVpc(), { Name: "group-name", Values: [name] }];
  return (await first("ec2", "DescribeSecurityGroups", { Filters: filters }, "SecurityGroups")).GroupId as string;
};
const nodes = () => groupNamed(`${NAME}-nodes`);
const nat = async () => first("ec2", "DescribeNatGateways", { Filter: [await inVpc()] }, "NatGateways");
const nodeTable = async () => {
  const { RouteTables } = await ask("ec2", "DescribeRouteTables", { Filters: [await inVpc()] });
  return RouteTables.find(({ Routes }: Json) => Routes.some(({ NatGatewayId }: Json) => NatGatewayId)).RouteTableId;
};
const aclOfVpc = async () =>
  (await first("ec2", "DescribeNetworkAcls", { Filters: [await inVpc()] }, "NetworkAcls")).NetworkAclId;
const nodeSubnet = async () => {
  const { Subnets } = await ask("ec2", "DescribeSubnets", { Filters: [await inVpc()] });
  return Subnets.find(({ CidrBlock }: Json) => CidrBlock.endsWith("/18")).SubnetId as string;
};

/** A rule of a group, by the API's own spelling. */
const rule = (protocol: string, port: number | undefined, more: object) => ({
  IpProtocol: protocol,
  ...(port !== undefined && { FromPort: port, ToPort: port }),
  ...more,
});
const from = (CidrIp: string) => ({ IpRanges: [{ CidrIp }] });

/** A rule that is added to a group, or taken from it. */
const ruled =
  (direction: "Ingress" | "Egress", group: () => Promise<string>, permission: object, isTaken = false) =>
  async () => {
    const input = { GroupId: await group(), IpPermissions: [permission] };
    const [add, take] = [`AuthorizeSecurityGroup${direction}`, `RevokeSecurityGroup${direction}`];
    await ask("ec2", isTaken ? take : add, input);
    return () => ask("ec2", isTaken ? add : take, input);
  };

/** A policy of a resource with one more statement. */
const admitting = (policy: string, statement: object) => {
  const document = JSON.parse(policy) as { Statement: object[] };
  return JSON.stringify({ ...document, Statement: [...document.Statement, statement] });
};
const policy = (...statements: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const EVERYBODY = { Effect: "Allow", Principal: "*" };

const CHANGES: readonly Change[] = [
  {
    what: "SSH from everywhere",
    make: ruled("Ingress", nodes, rule("tcp", 22, from(ANYBODY))),
    found: [
      /^violated no-inbound: aws_vpc_security_group_ingress_rule\.sgr-.*\(TCP 22 from 1\.0\.0\.1 to aws_eks_node_group\./,
    ],
    changed: /may now reach nodes on TCP 22/,
    unmanaged: [/^aws_vpc_security_group_ingress_rule\.sgr-/],
  },
  {
    what: "egress to everywhere",
    make: ruled("Egress", nodes, rule("-1", undefined, from(ANYBODY))),
    found: [/^violated egress-allowlist: aws_vpc_security_group_egress_rule\.sgr-.*TCP 443 to 1\.0\.0\.1/],
    changed: /^nodes may now open any protocol/,
    unmanaged: [/^aws_vpc_security_group_egress_rule\.sgr-/],
  },
  {
    what: "nodes no longer reach the cluster",
    make: async () => {
      const cluster = await groupNamed(`${NAME}-cluster`);
      const permission = rule("tcp", 443, { UserIdGroupPairs: [{ GroupId: cluster }] });
      return ruled("Egress", nodes, permission, true)();
    },
    found: [/^violated required-paths: .*Node bootstrap: TCP 443 .* is closed by the outbound rules/],
    changed: /^nodes may no longer open TCP 443 to the cluster's API/,
  },
  {
    what: "a peering with its route, and a rule for who is there",
    make: async () => {
      const block = "10.99.0.0/16";
      const { Vpc } = await ask("ec2", "CreateVpc", { CidrBlock: block });
      const asked = { VpcId: await vpc(), PeerVpcId: Vpc.VpcId };
      const { VpcPeeringConnection: peering } = await ask("ec2", "CreateVpcPeeringConnection", asked);
      const { VpcPeeringConnectionId } = peering;
      await ask("ec2", "AcceptVpcPeeringConnection", { VpcPeeringConnectionId });
      const route = { RouteTableId: await nodeTable(), DestinationCidrBlock: block };
      await ask("ec2", "CreateRoute", { ...route, VpcPeeringConnectionId });
      const close = await ruled("Ingress", nodes, rule("tcp", 8080, from(block)))();
      return async () => {
        await close();
        await ask("ec2", "DeleteRoute", route);
        await ask("ec2", "DeleteVpcPeeringConnection", { VpcPeeringConnectionId });
        await ask("ec2", "DeleteVpc", { VpcId: Vpc.VpcId });
      };
    },
    found: [/^violated no-inbound: .*TCP 8080 from 10\.99\.0\.1 /],
    unmanaged: [/^aws_vpc_peering_connection\.pcx-/],
  },
  {
    what: "a route past the NAT gateway",
    make: async () => {
      const { NatGatewayId } = await nat();
      const filters = [{ Name: "attachment.vpc-id", Values: [await vpc()] }];
      const gateway = await first("ec2", "DescribeInternetGateways", { Filters: filters }, "InternetGateways");
      const route = { RouteTableId: await nodeTable(), DestinationCidrBlock: ANYBODY };
      await ask("ec2", "ReplaceRoute", { ...route, GatewayId: gateway.InternetGatewayId });
      return () => ask("ec2", "ReplaceRoute", { ...route, NatGatewayId });
    },
    found: [/^violated required-paths: aws_eks_node_group.*is closed by the routes of/],
  },
  {
    what: "a network ACL that stops what leaves",
    make: async () => {
      const entry = { NetworkAclId: await aclOfVpc(), RuleNumber: 50, Egress: true };
      const denial = { Protocol: "6", PortRange: { From: 443, To: 443 }, RuleAction: "deny", CidrBlock: ANYBODY };
      await ask("ec2", "CreateNetworkAclEntry", { ...entry, ...denial });
      return () => ask("ec2", "DeleteNetworkAclEntry", entry);
    },
    found: [/^violated required-paths: .*is closed by the outbound rules of .*aws_default_network_acl\.acl-/],
    changed: /^nodes may no longer open TCP 443/,
  },
  {
    what: "a machine with a public address",
    make: async () => {
      const group = { GroupName: "jump", Description: "jump", VpcId: await vpc() };
      const { GroupId } = await ask("ec2", "CreateSecurityGroup", group);
      await ruled("Ingress", () => Promise.resolve(GroupId), rule("tcp", 3389, from("1.1.1.0/24")))();
      const { SubnetId } = await nat();
      const { NetworkInterface } = await ask("ec2", "CreateNetworkInterface", { SubnetId, Groups: [GroupId] });
      const { NetworkInterfaceId } = NetworkInterface;
      const { AllocationId } = await ask("ec2", "AllocateAddress", { Domain: "vpc" });
      const { AssociationId } = await ask("ec2", "AssociateAddress", { AllocationId, NetworkInterfaceId });
      return async () => {
        await ask("ec2", "DisassociateAddress", { AssociationId });
        await ask("ec2", "ReleaseAddress", { AllocationId });
        await ask("ec2", "DeleteNetworkInterface", { NetworkInterfaceId });
        await ask("ec2", "DeleteSecurityGroup", { GroupId });
      };
    },
    found: [
      /^violated no-inbound: .*TCP 3389 from 1\.1\.1\.1 .*aws_network_interface\.eni-/,
      /^violated egress-allowlist: .*aws_network_interface\.eni-/,
    ],
    unmanaged: [/^aws_network_interface\.eni-/, /^aws_security_group\.sg-/, /^aws_eip\.eipalloc-/],
  },
  {
    what: "an instance with an elastic address",
    make: async () => {
      const group = { GroupName: "desk", Description: "desk", VpcId: await vpc() };
      const { GroupId } = await ask("ec2", "CreateSecurityGroup", group);
      await ruled("Ingress", () => Promise.resolve(GroupId), rule("tcp", 3389, from("1.1.1.0/24")))();
      const { SubnetId } = await nat();
      const asked = { ImageId: "ami-0123456789abcdef0", InstanceType: "t3.small", MinCount: 1, MaxCount: 1 };
      const user = { UserData: Buffer.from(SECRET).toString("base64") };
      const started = await ask("ec2", "RunInstances", { ...asked, ...user, SubnetId, SecurityGroupIds: [GroupId] });
      const [{ InstanceId, NetworkInterfaces }] = started.Instances;
      const { AllocationId } = await ask("ec2", "AllocateAddress", { Domain: "vpc" });
      const { AssociationId } = await ask("ec2", "AssociateAddress", { AllocationId, InstanceId });
      return async () => {
        await ask("ec2", "DisassociateAddress", { AssociationId });
        await ask("ec2", "ReleaseAddress", { AllocationId });
        await ask("ec2", "TerminateInstances", { InstanceIds: [InstanceId] });
        // The stand-in keeps it.
        for (const { NetworkInterfaceId } of NetworkInterfaces)
          await ask("ec2", "DeleteNetworkInterface", { NetworkInterfaceId });
        await ask("ec2", "DeleteSecurityGroup", { GroupId });
      };
    },
    found: [
      /^violated no-inbound: .*TCP 3389 from 1\.1\.1\.1 .*aws_instance\.i-/,
      /^violated egress-allowlist: .*aws_instance\.i-/,
      /^violated encryption-at-rest: aws_instance\.i-.*the disk is not encrypted/,
    ],
    unmanaged: [/^aws_instance\.i-/],
  },
  {
    what: "a link of API Gateway into the network",
    make: async () => {
      const asked = { Name: "in", SubnetIds: [await nodeSubnet()], SecurityGroupIds: [await nodes()] };
      const { VpcLinkId } = await ask("apis", "CreateVpcLink", asked);
      return () => ask("apis", "DeleteVpcLink", { VpcLinkId });
    },
    found: [],
    unmanaged: [/^aws_apigatewayv2_vpc_link\./],
  },
  {
    what: "a bucket's policy for everybody, and only the account's block before it",
    make: async () => {
      const bucket = { Bucket: BUCKET };
      const account = { AccountId: STAND_IN_ACCOUNT };
      const blocks = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
      const PublicAccessBlockConfiguration = Object.fromEntries(blocks.map((name) => [name, true]));
      await ask("s3Control", "PutPublicAccessBlock", { ...account, PublicAccessBlockConfiguration });
      const { Policy } = await ask("s3", "GetBucketPolicy", bucket);
      const own = await ask("s3", "GetPublicAccessBlock", bucket);
      const reading = { ...EVERYBODY, Action: "s3:GetObject", Resource: `arn:aws:s3:::${BUCKET}/*` };
      await ask("s3", "DeletePublicAccessBlock", bucket);
      await ask("s3", "PutBucketPolicy", { ...bucket, Policy: admitting(Policy, reading) });
      return async () => {
        const before = own.PublicAccessBlockConfiguration;
        await ask("s3", "PutBucketPolicy", { ...bucket, Policy });
        await ask("s3", "PutPublicAccessBlock", { ...bucket, PublicAccessBlockConfiguration: before });
        await ask("s3Control", "DeletePublicAccessBlock", account);
      };
    },
    found: [],
  },
  {
    what: "a bucket's policy for everybody, and nothing that blocks it",
    make: async () => {
      const bucket = { Bucket: BUCKET };
      const { Policy } = await ask("s3", "GetBucketPolicy", bucket);
      const { PublicAccessBlockConfiguration } = await ask("s3", "GetPublicAccessBlock", bucket);
      const reading = { ...EVERYBODY, Action: "s3:GetObject", Resource: `arn:aws:s3:::${BUCKET}/*` };
      await ask("s3", "DeletePublicAccessBlock", bucket);
      await ask("s3", "PutBucketPolicy", { ...bucket, Policy: admitting(Policy, reading) });
      return async () => {
        await ask("s3", "PutBucketPolicy", { ...bucket, Policy });
        await ask("s3", "PutPublicAccessBlock", { ...bucket, PublicAccessBlockConfiguration });
      };
    },
    found: [/^violated no-inbound: aws_s3_bucket_policy\.object-store_metadata/],
  },
  {
    what: "a network load balancer that faces the internet",
    make: async () => {
      const asked = { Name: "open", Type: "network", Scheme: "internet-facing", Subnets: [(await nat()).SubnetId] };
      const { LoadBalancerArn } = await first("balancers", "CreateLoadBalancer", asked, "LoadBalancers");
      return () => ask("balancers", "DeleteLoadBalancer", { LoadBalancerArn });
    },
    found: [/^violated no-inbound: .*is let in to aws_lb\.open/, /^violated egress-allowlist: .*aws_lb\.open/],
    unmanaged: [/^aws_lb\.open/],
  },
  {
    what: "an endpoint service for other accounts",
    make: async () => {
      const asked = { Name: "inner", Type: "network", Scheme: "internal", Subnets: [await nodeSubnet()] };
      const { LoadBalancerArn } = await first("balancers", "CreateLoadBalancer", asked, "LoadBalancers");
      const service = { NetworkLoadBalancerArns: [LoadBalancerArn], AcceptanceRequired: false };
      const { ServiceConfiguration } = await ask("ec2", "CreateVpcEndpointServiceConfiguration", service);
      const { ServiceId } = ServiceConfiguration;
      await ask("ec2", "ModifyVpcEndpointServicePermissions", { ServiceId, AddAllowedPrincipals: ["*"] });
      return async () => {
        await ask("ec2", "DeleteVpcEndpointServiceConfigurations", { ServiceIds: [ServiceId] });
        await ask("balancers", "DeleteLoadBalancer", { LoadBalancerArn });
      };
    },
    found: [
      /^violated no-inbound: .*aws_lb\.inner/,
      /^violated no-inbound: aws_vpc_endpoint_service\.vpce-svc-.*PrivateLink/,
      /^violated egress-allowlist: .*aws_lb\.inner/,
      /^violated private-api-endpoint: aws_vpc_endpoint_service\./,
    ],
    unmanaged: [/^aws_vpc_endpoint_service\./, /^aws_lb\.inner/],
  },
  {
    what: "a public endpoint of the Kubernetes API",
    make: async () => {
      const { cluster } = await ask("eks", "DescribeCluster", { name: NAME });
      // The stand-in takes what is left out for none.
      const { subnetIds, securityGroupIds, endpointPrivateAccess } = cluster.resourcesVpcConfig;
      const set = (endpointPublicAccess: boolean) => {
        const resourcesVpcConfig = { subnetIds, securityGroupIds, endpointPrivateAccess, endpointPublicAccess };
        return ask("eks", "UpdateClusterConfig", { name: NAME, resourcesVpcConfig });
      };
      await set(true);
      return () => set(false);
    },
    found: [/^violated private-api-endpoint: .*endpoint_public_access is true/],
  },
  {
    // The stand-in does not list functions' addresses: what is not told is unknown.
    what: "a function with an address of its own, whose variables hold a secret",
    make: async () => {
      const made = {
        FunctionName: "door",
        Role: `arn:aws:iam::${STAND_IN_ACCOUNT}:role/${NAME}-node`,
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Code: { ZipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64") },
        VpcConfig: { SubnetIds: [await nodeSubnet()], SecurityGroupIds: [await nodes()] },
        Environment: { Variables: { TOKEN: SECRET } },
      };
      await ask("lambda", "CreateFunction", made);
      await ask("lambda", "CreateFunctionUrlConfig", { FunctionName: "door", AuthType: "NONE" });
      return async () => {
        await ask("lambda", "DeleteFunctionUrlConfig", { FunctionName: "door" });
        await ask("lambda", "DeleteFunction", { FunctionName: "door" });
      };
    },
    found: [
      /^unknown no-inbound: aws_lambda_function_url\.door: /,
      /^unknown no-inbound: .*lambda:ListFunctionUrlConfigs failed/,
    ],
    unmanaged: [/^aws_lambda_function\.door/],
  },
  {
    what: "an entry in a prefix list that egress goes by",
    make: async () => {
      const { PrefixLists } = await ask("ec2", "DescribeManagedPrefixLists");
      const own = PrefixLists.find(({ PrefixListName }: Json) => /cloudflare-ipv4/.test(PrefixListName));
      const change = (Version: number, more: object) =>
        ask("ec2", "ModifyManagedPrefixList", { PrefixListId: own.PrefixListId, CurrentVersion: Version, ...more });
      const entries = [{ Cidr: "203.0.113.0/24" }];
      const { PrefixList } = await change(own.Version, { AddEntries: entries });
      return () => change(PrefixList.Version, { RemoveEntries: entries });
    },
    found: [
      /^violated egress-allowlist: .*203\.0\.113\.1/,
      // AWS would not take it.
      /^violated required-paths: .*holds 16 entries where it may have 15/,
    ],
  },
  {
    what: "no flow log",
    make: async () => {
      const log = await first("ec2", "DescribeFlowLogs", {}, "FlowLogs");
      await ask("ec2", "DeleteFlowLogs", { FlowLogIds: [log.FlowLogId] });
      const { TrafficType, LogDestinationType, LogDestination, LogFormat, MaxAggregationInterval } = log;
      const again = { TrafficType, LogDestinationType, LogDestination, LogFormat, MaxAggregationInterval };
      const by = { DeliverLogsPermissionArn: log.DeliverLogsPermissionArn };
      return () =>
        ask("ec2", "CreateFlowLogs", { ResourceIds: [log.ResourceId], ResourceType: "VPC", ...again, ...by });
    },
    found: [/^violated flow-logs: aws_vpc\..*has no flow log/],
  },
  {
    what: "a role that may do more",
    make: async () => {
      const own = { RoleName: `${NAME}-task`, PolicyName: "more" };
      const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
      await ask("iam", "PutRolePolicy", { ...own, PolicyDocument: policy(statement) });
      return () => ask("iam", "DeleteRolePolicy", own);
    },
    found: [
      /^violated no-static-credentials: aws_iam_role_policy\..*allows every action/,
      /^violated no-foreign-principals: .*pods may call s3:PutObject/,
    ],
    unmanaged: [/^aws_iam_role_policy\./],
  },
  {
    what: "a role that everybody may take",
    make: async () => {
      const { Role } = await ask("iam", "GetRole", { RoleName: `${NAME}-flow-logs` });
      const trusting = (PolicyDocument: string) =>
        ask("iam", "UpdateAssumeRolePolicy", { RoleName: Role.RoleName, PolicyDocument });
      await trusting(policy({ ...EVERYBODY, Action: "sts:AssumeRole" }));
      return () => trusting(decodeURIComponent(Role.AssumeRolePolicyDocument));
    },
    found: [
      /^violated no-static-credentials: .*its trust policy admits everybody/,
      /^violated flow-logs: /,
      /^violated no-inbound: aws_iam_role\./,
    ],
  },
  {
    what: "a key that everybody may use",
    make: async () => {
      const { Aliases } = await ask("kms", "ListAliases");
      const alias = Aliases.find(({ AliasName }: Json) => AliasName === `alias/union/${NAME}`);
      const key = { KeyId: alias.TargetKeyId, PolicyName: "default" };
      const { Policy } = await ask("kms", "GetKeyPolicy", key);
      const using = { ...EVERYBODY, Action: "kms:Decrypt", Resource: "*" };
      await ask("kms", "PutKeyPolicy", { ...key, Policy: admitting(Policy, using) });
      return () => ask("kms", "PutKeyPolicy", { ...key, Policy });
    },
    found: [/^violated no-inbound: aws_kms_key\./],
  },
  {
    what: "an endpoint that lets every account's credentials through",
    make: async () => {
      const { VpcEndpoints } = await ask("ec2", "DescribeVpcEndpoints");
      const own = VpcEndpoints.find(({ ServiceName }: Json) => ServiceName.endsWith(".s3"));
      const set = (PolicyDocument: string) =>
        ask("ec2", "ModifyVpcEndpoint", { VpcEndpointId: own.VpcEndpointId, PolicyDocument });
      await set(policy({ ...EVERYBODY, Action: "*", Resource: "*" }));
      return () => set(own.PolicyDocument);
    },
    found: [/^violated no-foreign-principals: aws_vpc_endpoint\./],
  },
  {
    what: "a public database, with a password",
    make: async () => {
      const { GroupId } = await ask("ec2", "CreateSecurityGroup", {
        GroupName: "db",
        Description: "db",
        VpcId: await vpc(),
      });
      await ruled("Ingress", () => Promise.resolve(GroupId), rule("tcp", 5432, from(ANYBODY)))();
      const subnets = { DBSubnetGroupName: "db", DBSubnetGroupDescription: "db", SubnetIds: [(await nat()).SubnetId] };
      await ask("rds", "CreateDBSubnetGroup", subnets);
      await ask("rds", "CreateDBInstance", {
        DBInstanceIdentifier: "db",
        DBInstanceClass: "db.t3.micro",
        Engine: "postgres",
        MasterUsername: "union",
        MasterUserPassword: SECRET,
        AllocatedStorage: 20,
        DBSubnetGroupName: "db",
        PubliclyAccessible: true,
        VpcSecurityGroupIds: [GroupId],
      });
      return async () => {
        await ask("rds", "DeleteDBInstance", { DBInstanceIdentifier: "db", SkipFinalSnapshot: true });
        await ask("rds", "DeleteDBSubnetGroup", { DBSubnetGroupName: "db" });
        await ask("ec2", "DeleteSecurityGroup", { GroupId });
      };
    },
    found: [
      /^violated no-inbound: .*\(TCP 5432 from 1\.0\.0\.1 to aws_db_instance\.db/,
      /^violated egress-allowlist: .*aws_db_instance\.db/,
      /^violated encryption-at-rest: aws_db_instance\.db/,
    ],
    unmanaged: [/^aws_db_instance\.db/],
  },
  {
    what: "a secret that everybody may read",
    make: async () => {
      const secret = { SecretId: `union/${NAME}/client-secret` };
      await ask("secrets", "PutSecretValue", { ...secret, SecretString: SECRET });
      const reading = { ...EVERYBODY, Action: "secretsmanager:GetSecretValue", Resource: "*" };
      await ask("secrets", "PutResourcePolicy", { ...secret, ResourcePolicy: policy(reading) });
      return () => ask("secrets", "DeleteResourcePolicy", secret);
    },
    found: [/^violated no-inbound: aws_secretsmanager_secret_policy\./],
  },
  {
    what: "a template whose user data hold a secret, for machines that nothing guards",
    make: async () => {
      const data = {
        UserData: Buffer.from(SECRET).toString("base64"),
        ImageId: "ami-0123456789abcdef0",
        SecurityGroupIds: [await nodes()],
      };
      await ask("ec2", "CreateLaunchTemplate", { LaunchTemplateName: "spare", LaunchTemplateData: data });
      return () => ask("ec2", "DeleteLaunchTemplate", { LaunchTemplateName: "spare" });
    },
    found: [
      /^violated encryption-at-rest: aws_launch_template\.lt-/,
      /^violated no-static-credentials: aws_launch_template\.lt-.*metadata_options/,
    ],
    unmanaged: [/^aws_launch_template\.lt-/],
  },
];

test.each(CHANGES)("found: $what", async ({ make, found, changed, unmanaged = [] }) => {
  const undo = await make();
  const after = await audit();
  await undo();
  const fresh = after.findings.filter((line) => !before.findings.includes(line));
  for (const pattern of found) expect(fresh).toContainEqual(expect.stringMatching(pattern));
  expect(fresh.filter((line) => !found.some((pattern) => pattern.test(line)))).toEqual([]);
  if (changed) expect(after.changed).toContainEqual(expect.stringMatching(changed));
  for (const pattern of unmanaged) expect(after.unmanaged).toContainEqual(expect.stringMatching(pattern));
});

test("what answers at public addresses beside every network is found in the account", async () => {
  const { RestApi = {}, ...made } = await ask("restApis", "CreateRestApi", { name: "open" });
  const id = RestApi.id ?? made.id;
  const { ApiId } = await ask("apis", "CreateApi", { Name: "open", ProtocolType: "HTTP" });
  const cookies = { QueryString: false, Cookies: { Forward: "none" } };
  const origin = {
    ...{ Id: "own", DomainName: "origin.example.com" },
    CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: "https-only" },
    CustomHeaders: { Quantity: 1, Items: [{ HeaderName: "x-token", HeaderValue: SECRET }] },
  };
  const behavior = { TargetOriginId: "own", ViewerProtocolPolicy: "https-only", ForwardedValues: cookies, MinTTL: 0 };
  const { Distribution } = await ask("cloudFront", "CreateDistribution", {
    DistributionConfig: {
      ...{ CallerReference: "1", Comment: "", Enabled: true, DefaultCacheBehavior: behavior },
      Origins: { Quantity: 1, Items: [origin] },
    },
  });
  const folder = scratch("edge");
  await run(["collect", NAME, "--output", folder]);
  const { stdout } = await run(["audit", "--account-only", folder, "--format", "json"]);
  const found = (JSON.parse(stdout) as Report).findings.filter(({ invariant }) => invariant === "no-inbound");
  for (const resource of [
    `aws_api_gateway_rest_api.${id}`,
    `aws_apigatewayv2_api.${ApiId}`,
    `aws_cloudfront_distribution.${Distribution.Id}`,
  ]) {
    expect(found).toContainEqual(expect.objectContaining({ resource, status: "violated" }));
  }
  await ask("restApis", "DeleteRestApi", { restApiId: id });
  await ask("apis", "DeleteApi", { ApiId });
});

test("nothing is found when all is undone", async () => {
  expect((await audit()).findings).toEqual(before.findings);
});

test("nothing that was collected holds a secret", () => {
  const files = readdirSync(scratch(), { recursive: true, encoding: "utf8" }).filter((path) => /json$/.test(path));
  expect(files.length).toBeGreaterThan(500);
  const encoded = Buffer.from(SECRET).toString("base64");
  const holding = files.filter((path) => {
    const text = readFileSync(scratch(path), "utf8");
    return text.includes(SECRET) || text.includes(encoded);
  });
  expect(holding).toEqual([]);
});
