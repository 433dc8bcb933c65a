/**
 * A preflight of AWS against the stand-in: by its package for each service, with calls that are really made. What is
 * free, there and right is told so; each thing that somebody did is told as a failure; what the stand-in does not answer
 * is unknown.
 */
import { join } from "node:path";
import { servicesIn, type Services } from "../../account/aws/services";
import { run } from "../../cli/index";
import type { Line } from "../../preflight/check";
import { STAND_IN_ACCOUNT, StandIn } from "../../scripts/stand-in/stand-in";
import { missingTools } from "../../scripts/stand-in/tools";
import { UNTOLD } from "../../scripts/stand-in/unsupported";
import { testEnvironment } from "../support/environment";
import type { Json } from "../support/workloads";

const ROOT = join(__dirname, "../..");
const EXAMPLE = join(ROOT, "deployments/examples/aws-us-east-2.yaml");
const NAME = "acme-preflight";
const REGION = "us-east-2";

let standIn: StandIn;
let services: Services;

testEnvironment({
  AWS_ENDPOINT_URL: "",
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_MAX_ATTEMPTS: "1",
  DATAPLANE_DEPLOYMENTS: "",
});
beforeAll(async () => {
  standIn = await StandIn.start(join(ROOT, ".dataplane/acceptance-preflight"));
  standIn.addDeployment(EXAMPLE, NAME);
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

/** Lines of a preflight, `STATUS CONCERN: ABOUT: FOUND; REMEDY`. */
async function look(...args: string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await run(["preflight", NAME, "--format", "json", ...args]);
  expect(stderr).toBe("");
  const { lines, verdict } = JSON.parse(stdout) as { readonly lines: readonly Line[]; readonly verdict: string };
  expect([verdict, exitCode]).toEqual(lines.every(({ status }) => status === "ok") ? ["pass", 0] : ["fail", 1]);
  return lines.map(
    ({ status, concern, about, found, remedy = "" }) => `${status} ${concern}: ${about}: ${found}; ${remedy}`,
  );
}
const notOk = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("ok "));

test("its tools are on the machine", () => expect(missingTools()).toEqual([]));

test("an empty account: nothing fails but what comes with the first deploy", async () => {
  const lines = await look();
  for (const unknown of lines.filter((line) => line.startsWith("unknown "))) {
    const call = Object.keys(UNTOLD).find((right) => unknown.includes(`${right} failed`));
    expect([unknown, call]).toEqual([unknown, expect.any(String)]);
  }
  const failing = lines.filter((line) => line.startsWith("fails "));
  expect(failing.length).toBeGreaterThan(3);
  for (const line of failing) expect(line).toMatch(/^fails (images|client-secret): .*is not there; deploy the infra/);
  for (const line of [
    `ok identity: account ${STAND_IN_ACCOUNT}: `,
    "ok services: region us-east-2: is on",
    "ok quotas: VPCs: 1 needed, others have 1, of 5",
    "ok quotas: interface endpoints of the VPC: 9 needed",
    "ok machines: machines of pool worker: m6i.4xlarge in us-east-2a, us-east-2b, us-east-2c",
    `ok names: bucket union-${NAME}-${STAND_IN_ACCOUNT}-metadata: is free`,
    `ok names: role ${NAME}-node: is free`,
    "ok endpoints: com.amazonaws.us-east-2.sts: is offered in us-east-2a, us-east-2b, us-east-2c",
  ])
    expect(lines.filter((one) => one.startsWith(line))).toHaveLength(1);
});

test("what is looked at can be chosen, and passes by itself", async () => {
  const lines = await look("--only", "names,machines");
  expect(notOk(lines)).toEqual([expect.stringMatching(/pull-through/), expect.stringMatching(/pull-through/)]);
  expect(await look("--only", "machines")).toHaveLength(6);
  const { exitCode, stderr } = await run(["preflight", NAME, "--only", "weather"]);
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(/^--only: 'weather' is nothing to look at \(allowed: /),
  ]);
});

test("quotas count what others have", async () => {
  const vpcs = await Promise.all([1, 2, 3, 4].map((at) => ask("ec2", "CreateVpc", { CidrBlock: `10.${at}.0.0/16` })));
  expect(notOk(await look("--only", "quotas"))).toContainEqual(
    expect.stringMatching(
      /^fails quotas: VPCs: 1 needed, others have 5, of 5; aws service-quotas request-service-quota-increase --region us-east-2 --service-code vpc --quota-code L-F678F1CE --desired-value 6$/,
    ),
  );
  for (const { Vpc } of vpcs) await ask("ec2", "DeleteVpc", { VpcId: Vpc.VpcId });
});

test("a name that somebody has is a failure, and the deployment's own is none", async () => {
  const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  const taken = `union-${NAME}-${STAND_IN_ACCOUNT}-metadata`;
  await ask("s3", "CreateBucket", { Bucket: taken, CreateBucketConfiguration: { LocationConstraint: REGION } });
  await ask("iam", "CreateRole", { RoleName: `${NAME}-task`, AssumeRolePolicyDocument: trust });
  await ask("iam", "CreateRole", {
    RoleName: `${NAME}-node`,
    AssumeRolePolicyDocument: trust,
    Tags: [{ Key: "union:deployment", Value: NAME }],
  });
  const { SecretString } = { SecretString: "shh-never-printed" };
  await ask("secrets", "CreateSecret", { Name: `union/${NAME}/client-secret`, SecretString });
  await ask("secrets", "DeleteSecret", { SecretId: `union/${NAME}/client-secret`, RecoveryWindowInDays: 7 });
  const lines = (await look("--only", "names")).filter((line) => !line.includes("pull-through cache"));
  expect(notOk(lines)).toEqual([
    expect.stringMatching(`^fails names: bucket ${taken}: is taken; `),
    expect.stringMatching(`^fails names: role ${NAME}-task: is taken; `),
    expect.stringMatching(`^fails names: secret union/${NAME}/client-secret: is taken until 20.*, when it is deleted`),
  ]);
  expect(lines).toContainEqual(expect.stringMatching(`^ok names: role ${NAME}-node: is the deployment's own already`));
  await ask("secrets", "RestoreSecret", { SecretId: `union/${NAME}/client-secret` });
  expect((await look("--only", "client-secret"))[1]).toMatch(/^ok client-secret: .*: has a value/);
});

test("a secret without a value is not set", async () => {
  const { ARN } = await ask("secrets", "CreateSecret", { Name: "given" });
  standIn.addDeployment(EXAMPLE, NAME, { clientSecretArn: ARN });
  expect((await look("--only", "client-secret"))[1]).toMatch(
    /^fails client-secret: .*: has no value; aws secretsmanager put-secret-value /,
  );
});

test("an image is there when the registry has it", async () => {
  standIn.addDeployment(EXAMPLE, NAME, { images: { mirror: `${STAND_IN_ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/m` } });
  const repositoryName = "m/p0i0a9q8/unionoperator";
  await ask("ecr", "CreateRepository", { repositoryName });
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {},
    layers: [],
  };
  await ask("ecr", "PutImage", { repositoryName, imageManifest: JSON.stringify(manifest), imageTag: "2026.8.3" });
  const lines = await look("--only", "images");
  expect(lines.filter((line) => line.startsWith("ok images: "))).toEqual([
    expect.stringContaining(`${repositoryName}:2026.8.3: is there`),
  ]);
  expect(lines).toContainEqual(expect.stringMatching(/^fails images: .*busybox.*: is not there; crane copy /));
});

test("a network of one's own: block, DNS, subnets, peers, endpoints, groups, key", async () => {
  const { Vpc } = await ask("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" });
  const { VpcId } = Vpc;
  const subnet = async (CidrBlock: string, zone: string) => {
    const { Subnet } = await ask("ec2", "CreateSubnet", { VpcId, CidrBlock, AvailabilityZone: `${REGION}${zone}` });
    return { id: Subnet.SubnetId as string, cidr: CidrBlock };
  };
  const { KeyMetadata } = await ask("kms", "CreateKey", {});
  const { RouteTables } = await ask("ec2", "DescribeRouteTables", { Filters: [{ Name: "vpc-id", Values: [VpcId] }] });
  const network = {
    existing: {
      vpcId: VpcId,
      nodeSubnets: [await subnet("10.0.0.0/20", "a"), await subnet("10.0.16.0/20", "b")],
      clusterSubnets: [await subnet("10.0.32.0/24", "a"), await subnet("10.0.33.0/24", "b")],
      nodeRouteTableIds: [RouteTables[0].RouteTableId],
    },
  };
  standIn.addDeployment(EXAMPLE, NAME, { network, encryption: { keyArn: KeyMetadata.Arn } });
  const [from, ...concerns] = ["--only", "network,keys,endpoints,machines"];
  expect(notOk(await look(from, ...concerns))).toEqual([
    expect.stringMatching(/^fails network: enableDnsHostnames of vpc-.*: is off/),
    expect.stringMatching(/^fails keys: policy for CloudWatch Logs: does not let logs\.us-east-2\.amazonaws\.com /),
    expect.stringMatching(/^fails keys: policy for node volumes: does not let .*AWSServiceRoleForAutoScaling /),
  ]);

  await ask("ec2", "ModifyVpcAttribute", { VpcId, EnableDnsHostnames: { Value: true } });
  const { Vpc: peer } = await ask("ec2", "CreateVpc", { CidrBlock: "172.20.0.0/16" });
  const { VpcPeeringConnection } = await ask("ec2", "CreateVpcPeeringConnection", { VpcId, PeerVpcId: peer.VpcId });
  const { VpcPeeringConnectionId } = VpcPeeringConnection;
  await ask("ec2", "AcceptVpcPeeringConnection", { VpcPeeringConnectionId });
  const SubnetId = network.existing.clusterSubnets[0]?.id;
  const service = { VpcId, ServiceName: `com.amazonaws.${REGION}.sts`, VpcEndpointType: "Interface" };
  await ask("ec2", "CreateVpcEndpoint", { ...service, SubnetIds: [SubnetId], PrivateDnsEnabled: true });
  const aclFilter = { Filters: [{ Name: "vpc-id", Values: [VpcId] }] };
  const { NetworkAcls } = await ask("ec2", "DescribeNetworkAcls", aclFilter);
  const denial = { NetworkAclId: NetworkAcls[0].NetworkAclId, RuleNumber: 50, Egress: true, RuleAction: "deny" };
  await ask("ec2", "CreateNetworkAclEntry", { ...denial, Protocol: "-1", CidrBlock: "0.0.0.0/0" });
  standIn.addDeployment(EXAMPLE, NAME, { network: { ...network, cidr: "10.0.0.0/18" } });
  expect(notOk(await look(from, ...concerns))).toEqual([
    expect.stringMatching(/^fails network: network vpc-.*: has 10\.0\.0\.0\/16; 'network\.cidr' says 10\.0\.0\.0\/18/),
    expect.stringMatching(/^unknown network: network ACLs of .* may stop what must pass; dataplane audit/),
    expect.stringMatching(/^fails network: networks peered with .*: overlap: 172\.20\.0\.0\/16 of vpc-/),
    expect.stringMatching(/^fails endpoints: com\.amazonaws\.us-east-2\.sts: vpce-.* has its private name in vpc-/),
  ]);
});

test("a private zone of somebody's that answers for an endpoint", async () => {
  const { Vpc } = await ask("ec2", "CreateVpc", { CidrBlock: "10.0.0.0/16" });
  const { VpcId } = Vpc;
  await ask("ec2", "ModifyVpcAttribute", { VpcId, EnableDnsHostnames: { Value: true } });
  const subnet = async (CidrBlock: string, zone: string) => {
    const { Subnet } = await ask("ec2", "CreateSubnet", { VpcId, CidrBlock, AvailabilityZone: `${REGION}${zone}` });
    return { id: Subnet.SubnetId as string, cidr: CidrBlock };
  };
  const { RouteTables } = await ask("ec2", "DescribeRouteTables", { Filters: [{ Name: "vpc-id", Values: [VpcId] }] });
  const existing = {
    vpcId: VpcId,
    nodeSubnets: [await subnet("10.0.0.0/20", "a"), await subnet("10.0.16.0/20", "b")],
    clusterSubnets: [await subnet("10.0.32.0/24", "a"), await subnet("10.0.33.0/24", "b")],
    nodeRouteTableIds: [RouteTables[0].RouteTableId],
  };
  const zone = (Name: string) =>
    ask("route53", "CreateHostedZone", {
      Name,
      CallerReference: Name,
      VPC: { VPCId: VpcId, VPCRegion: REGION },
      HostedZoneConfig: { PrivateZone: true },
    });
  const zones = async () => notOk(await look("--only", "endpoints"));
  standIn.addDeployment(EXAMPLE, NAME, { network: { existing } });
  await zone("acme.internal");
  expect(await zones()).toEqual([]);
  await zone(`sts.${REGION}.amazonaws.com`);
  expect(await zones()).toEqual([
    expect.stringMatching(
      /^fails endpoints: com\.amazonaws\.us-east-2\.sts: the private hosted zone sts\.us-east-2\.amazonaws\.com answers in vpc-/,
    ),
  ]);
});

test("a transit gateway's route to a part of the network's block", async () => {
  const { TransitGateway } = await ask("ec2", "CreateTransitGateway");
  const { TransitGatewayId } = TransitGateway;
  const { TransitGatewayRouteTable } = await ask("ec2", "CreateTransitGatewayRouteTable", { TransitGatewayId });
  const TransitGatewayRouteTableId = TransitGatewayRouteTable.TransitGatewayRouteTableId as string;
  const route = (DestinationCidrBlock: string) =>
    ask("ec2", "CreateTransitGatewayRoute", { TransitGatewayRouteTableId, DestinationCidrBlock, Blackhole: true });
  const routes = async () =>
    notOk(await look("--only", "network")).filter((line) => line.includes(`routes of ${TransitGatewayId}`));
  standIn.addDeployment(EXAMPLE, NAME, { network: { routes: [{ cidr: "10.128.0.0/9", via: TransitGatewayId }] } });
  // Wider than the block: no conflict.
  await route("10.0.0.0/8");
  expect(await routes()).toEqual([]);
  await route("10.0.16.0/20");
  expect(await routes()).toEqual([
    `fails network: routes of ${TransitGatewayId}: lead parts of its blocks elsewhere: 10.0.16.0/20 in ${TransitGatewayRouteTableId}; take other blocks in 'network'`,
  ]);
});

test("credentials of another account: nothing else is looked at", async () => {
  standIn.addDeployment(EXAMPLE, NAME, { account: "999999999999" });
  const [identity, ...others] = await look();
  expect(identity).toMatch(/^fails identity: account 999999999999: the credentials are of arn:.*, of the account 1234/);
  expect(others.filter((line) => !/^unknown .*: not looked at/.test(line))).toEqual([]);
});
