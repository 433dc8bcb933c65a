/** Records of an account, in the shapes of AWS's API references, judged as the account that they are of. */
import type { Account, FailedCall } from "../../../../account/account";
import { writeFolder } from "../../../../account/folder";
import { account as reader } from "../../../../verification/clouds/aws/account/index";
import { loadResources } from "../../../../verification/load";
import { isUnknown, type Finding, type Resource } from "../../../../verification/model";
import { verify } from "../../../../verification/verify";
import { scratchFolder } from "../../../support/scratch";

const scratch = scratchFolder();
let folders = 0;

type Records = Readonly<Record<string, readonly object[]>>;

/** A folder that holds these records, and nothing of every other kind. */
async function collected(records: Records, failed: readonly FailedCall[] = [], kinds = Object.keys(reader.read)) {
  return loadResources([await written(records, failed, kinds)]);
}

async function written(records: Records, failed: readonly FailedCall[] = [], kinds = Object.keys(reader.read)) {
  const folder = scratch(`account-${++folders}`);
  const account: Account = {
    cloud: "aws",
    scope: {},
    kinds,
    pages: async function* () {
      for (const [kind, of] of Object.entries(records)) yield { kind, records: of as Record<string, unknown>[] };
      await Promise.resolve();
      for (const call of failed) yield { failed: call };
    },
  };
  await writeFolder(folder, [account], () => undefined);
  return folder;
}

const told = ({ status, invariant, resource, message }: Finding) => `${status} ${invariant}: ${resource}: ${message}`;
const inbound = (resources: readonly Resource[]) => verify(resources, { only: ["no-inbound"] }).findings.map(told);

const VPC = "vpc-0123456789abcdef0";
const SUBNET = "subnet-0123456789abcdef0";
const GROUP = "sg-0123456789abcdef0";
const TABLE = "rtb-0123456789abcdef0";
const GATEWAY = "igw-0123456789abcdef0";

const NETWORK: Records = {
  vpcs: [{ VpcId: VPC, CidrBlock: "10.0.0.0/16", IsDefault: false, CidrBlockAssociationSet: [] }],
  subnets: [{ SubnetId: SUBNET, VpcId: VPC, CidrBlock: "10.0.1.0/24", MapPublicIpOnLaunch: false }],
  "security-groups": [{ GroupId: GROUP, GroupName: "own", VpcId: VPC }],
  "internet-gateways": [{ InternetGatewayId: GATEWAY, Attachments: [{ VpcId: VPC, State: "available" }] }],
  "route-tables": [
    {
      RouteTableId: TABLE,
      VpcId: VPC,
      Associations: [{ Main: true, RouteTableAssociationId: "rtbassoc-1" }],
      Routes: [
        { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local", Origin: "CreateRouteTable" },
        { DestinationCidrBlock: "0.0.0.0/0", GatewayId: GATEWAY, Origin: "CreateRoute" },
      ],
    },
  ],
  "flow-logs": [
    { FlowLogId: "fl-1", FlowLogStatus: "ACTIVE", ResourceId: VPC, TrafficType: "ALL", LogGroupName: "flows" },
  ],
};

const ssh = {
  SecurityGroupRuleId: "sgr-1",
  GroupId: GROUP,
  IsEgress: false,
  IpProtocol: "tcp",
  FromPort: 22,
  ToPort: 22,
};
const open = { ...ssh, CidrIpv4: "0.0.0.0/0" };
const interfaceOf = (more: object = {}) => ({
  NetworkInterfaceId: "eni-0123456789abcdef0",
  SubnetId: SUBNET,
  VpcId: VPC,
  InterfaceType: "interface",
  Groups: [{ GroupId: GROUP }],
  PrivateIpAddresses: [{ PrivateIpAddress: "10.0.1.5" }],
  ...more,
});
const PUBLIC = { Association: { PublicIp: "203.0.113.7" } };

test("a quiet network is quiet, whatever it is made of", async () => {
  expect(verify(await collected(NETWORK)).findings.map(told)).toEqual([]);
});

test("of interfaces that are judged alike one is read, and nothing that any of them lets pass is lost", async () => {
  const other = "sg-00000000000000001";
  const peer = "pcx-0123456789abcdef0";
  const many = Array.from({ length: 5000 }, (_, i) =>
    interfaceOf({
      NetworkInterfaceId: `eni-${String(i).padStart(17, "0")}`,
      Groups: [{ GroupId: i % 2 === 0 ? GROUP : other }],
      PrivateIpAddresses: [{ PrivateIpAddress: `10.0.1.${i % 250}` }],
      ...(i === 4321 && PUBLIC),
    }),
  );
  const tables = NETWORK["route-tables"] as readonly { readonly Routes: readonly object[] }[];
  const toPeer = { DestinationCidrBlock: "10.9.0.0/16", VpcPeeringConnectionId: peer, Origin: "CreateRoute" };
  const folder = await written({
    ...NETWORK,
    "security-groups": [...(NETWORK["security-groups"] ?? []), { GroupId: other, GroupName: "other", VpcId: VPC }],
    "security-group-rules": [
      { ...ssh, CidrIpv4: "10.9.0.0/16" },
      { ...open, SecurityGroupRuleId: "sgr-2", GroupId: other, FromPort: 80, ToPort: 80 },
    ],
    "vpc-peerings": [
      { VpcPeeringConnectionId: peer, RequesterVpcInfo: { VpcId: VPC }, AccepterVpcInfo: { VpcId: "vpc-9" } },
    ],
    "route-tables": tables.map((table) => ({ ...table, Routes: [...table.Routes, toPeer] })),
    "network-interfaces": many,
  });
  const [apart, together] = [await loadResources([folder]), await loadResources([folder], { alike: [] })];
  const interfacesIn = (resources: readonly Resource[]) =>
    resources.filter(({ type }) => type === "aws_network_interface").map(({ address }) => address);
  expect(interfacesIn(apart)).toHaveLength(5000);
  expect(interfacesIn(together)).toEqual([
    "aws_network_interface.eni-00000000000000000 and others like it",
    "aws_network_interface.eni-00000000000000001 and others like it",
    "aws_network_interface.eni-00000000000004321",
  ]);
  const rulesFound = (resources: readonly Resource[]) => [
    ...new Set(
      verify(resources, { only: ["no-inbound"] }).findings.map(({ resource, status }) => `${status} ${resource}`),
    ),
  ];
  expect(rulesFound(together)).toEqual(rulesFound(apart));
  expect(rulesFound(together).length).toBeGreaterThan(0);
});

test("an open rule at an interface with a public address is found, at its record", async () => {
  const resources = await collected({
    ...NETWORK,
    "security-group-rules": [open],
    "network-interfaces": [interfaceOf(PUBLIC)],
  });
  const [finding, ...others] = verify(resources, { only: ["no-inbound"] }).findings;
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    status: "violated",
    resource: "aws_vpc_security_group_ingress_rule.sgr-1",
    location: { file: expect.stringMatching(/aws\/security-group-rules\.ndjson$/), line: 1 },
    counterexample: { port: 22 },
  });
});

test("without the public address, or the route, or the rule, nobody comes in", async () => {
  const rules = { "security-group-rules": [open] };
  expect(inbound(await collected({ ...NETWORK, ...rules, "network-interfaces": [interfaceOf()] }))).toEqual([]);
  const unrouted = { ...NETWORK, ...rules, "route-tables": [{ ...NETWORK["route-tables"]?.[0], Routes: [] }] };
  expect(inbound(await collected({ ...unrouted, "network-interfaces": [interfaceOf(PUBLIC)] }))).toEqual([]);
  expect(inbound(await collected({ ...NETWORK, "network-interfaces": [interfaceOf(PUBLIC)] }))).toEqual([]);
});

test("whoever has an address of IPv6 is reached by that too", async () => {
  const block = "2600:1f18::/56";
  const [vpc, subnet, table] = [NETWORK["vpcs"]?.[0], NETWORK["subnets"]?.[0], NETWORK["route-tables"]?.[0]] as [
    object,
    object,
    { readonly Routes: readonly object[] },
  ];
  const dual = (blockOf: string, field: string) => ({
    Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: blockOf, [field]: { State: "associated" } }],
  });
  const network = {
    ...NETWORK,
    vpcs: [{ ...vpc, ...dual(block, "Ipv6CidrBlockState") }],
    subnets: [{ ...subnet, ...dual("2600:1f18::/64", "Ipv6CidrBlockState") }],
    "route-tables": [
      {
        ...table,
        Routes: [
          ...table.Routes,
          { DestinationIpv6CidrBlock: block, GatewayId: "local", Origin: "CreateRouteTable" },
          { DestinationIpv6CidrBlock: "::/0", GatewayId: GATEWAY, Origin: "CreateRoute" },
        ],
      },
    ],
    "security-group-rules": [{ ...ssh, CidrIpv6: "::/0" }],
  };
  const own = { Ipv6Addresses: [{ Ipv6Address: "2600:1f18::5" }] };
  expect(inbound(await collected({ ...network, "network-interfaces": [interfaceOf(own)] }))).toEqual([
    expect.stringMatching(/^violated no-inbound: aws_vpc_security_group_ingress_rule\.sgr-1: TCP 22 from 2/),
  ]);
});

describe("interfaces", () => {
  const endpoint = {
    VpcEndpointId: "vpce-0123456789abcdef0",
    VpcEndpointType: "Interface",
    VpcId: VPC,
    ServiceName: "com.amazonaws.us-east-2.sts",
    SubnetIds: [SUBNET],
    Groups: [{ GroupId: GROUP }],
    PolicyDocument: "{}",
  };
  const addresses = async (records: Records) =>
    (await collected({ ...NETWORK, ...records })).flatMap(({ type, address }) =>
      type === "aws_network_interface" ? [address] : [],
    );

  test("one with the groups and a subnet of something that is judged is accounted for", async () => {
    const known = {
      "vpc-endpoints": [endpoint],
      "network-interfaces": [interfaceOf({ InterfaceType: "vpc_endpoint" })],
    };
    expect(await addresses(known)).toEqual([]);
  });

  test("one with another group, in another subnet, or with a public address is an endpoint of its own", async () => {
    for (const other of [
      { Groups: [{ GroupId: "sg-1111111111111111a" }] },
      { SubnetId: "subnet-1111111111111111a" },
      PUBLIC,
    ]) {
      const found = await addresses({ "vpc-endpoints": [endpoint], "network-interfaces": [interfaceOf(other)] });
      expect(found).toEqual(["aws_network_interface.eni-0123456789abcdef0"]);
    }
  });

  test("of one that tells no group, who may reach it is unknown", async () => {
    const resources = await collected({
      ...NETWORK,
      "network-interfaces": [interfaceOf({ Groups: [], InterfaceType: "quicksight", ...PUBLIC })],
    });
    expect(inbound(resources)).toEqual([expect.stringMatching(/^unknown no-inbound: aws_network_interface\.eni-/)]);
  });
});

describe("what is not told is unknown", () => {
  const failed = { kind: "vpc-peerings", call: "ec2:X", lacks: "ec2:X", message: "no" };

  test("a call that failed", async () => {
    expect(inbound(await collected(NETWORK, [failed]))).toEqual([
      expect.stringMatching(/^unknown no-inbound: .*vpc-peerings\.ndjson is not judged: not collected: .*ec2:X lacks/),
    ]);
  });

  test("a kind that an older version did not ask for, and one that a newer one did", async () => {
    const kinds = Object.keys(reader.read).filter((kind) => kind !== "vpc-endpoints");
    expect(inbound(await collected(NETWORK, [], kinds))).toEqual([
      expect.stringMatching(/vpc-endpoints were not collected: collect again/),
    ]);
    expect(inbound(await collected(NETWORK, [], [...Object.keys(reader.read), "wormholes"]))).toEqual([
      expect.stringMatching(/wormholes were collected by another version/),
    ]);
  });

  test("a bucket's policy and blocks", async () => {
    const refused = { notTold: "s3:GetBucketPolicy: AccessDenied" };
    const bucket = { Name: "data", Policy: refused, PublicAccessBlock: refused, Grants: [] };
    expect(inbound(await collected({ buckets: [bucket] }))).toEqual([
      expect.stringMatching(/^unknown no-inbound: aws_s3_bucket_policy\.data: /),
    ]);
  });

  test("entries of a prefix list", async () => {
    const rule = { ...ssh, PrefixListId: "pl-0123456789abcdef0" };
    const list = { PrefixListId: "pl-0123456789abcdef0", OwnerId: "123456789012", Entries: { notTold: "refused" } };
    const records = {
      "security-group-rules": [rule],
      "prefix-lists": [list],
      "network-interfaces": [interfaceOf(PUBLIC)],
    };
    expect(inbound(await collected({ ...NETWORK, ...records }))).toEqual([
      expect.stringMatching(/^unknown no-inbound: .*was not collected|^unknown no-inbound: .*is not known/),
    ]);
  });
});

test("a bucket without blocks of its own is open to whom its policy names", async () => {
  const statement = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::data/*" };
  const bucket = { Name: "data", Policy: JSON.stringify({ Statement: [statement] }), Grants: [] };
  expect(inbound(await collected({ buckets: [bucket] }))).toEqual([
    expect.stringMatching(/^violated no-inbound: aws_s3_bucket_policy\.data/),
  ]);
});

test("a function's address for everybody is reached by everybody", async () => {
  const door = {
    FunctionName: "door",
    FunctionArn: "arn:aws:lambda:us-east-2:123456789012:function:door",
    Urls: [{ AuthType: "NONE", FunctionUrl: "https://x" }],
  };
  expect(inbound(await collected({ "lambda-functions": [door] }))).toEqual([
    expect.stringMatching(/^violated no-inbound: aws_lambda_function_url\.door/),
  ]);
});

test("what is gone, or was refused, connects nothing", async () => {
  const gone = await collected({
    ...NETWORK,
    "nat-gateways": [{ NatGatewayId: "nat-1", State: "deleted", SubnetId: SUBNET, VpcId: VPC }],
    "vpc-peerings": [{ VpcPeeringConnectionId: "pcx-1", Status: { Code: "rejected" } }],
    "transit-gateway-attachments": [{ TransitGatewayAttachmentId: "tgw-attach-1", VpcId: VPC, State: "deleted" }],
    "vpc-endpoints": [{ VpcEndpointId: "vpce-1", State: "deleted" }],
    "flow-logs": [{ FlowLogId: "fl-1", FlowLogStatus: "ERROR", ResourceId: VPC }],
  });
  const made = gone.map(({ type }) => type);
  for (const type of ["aws_nat_gateway", "aws_vpc_peering_connection", "aws_vpc_endpoint", "aws_flow_log"])
    expect(made).not.toContain(type);
});

test("of a template the newest version counts, the default, and those that nodes are of", async () => {
  const version = (VersionNumber: number, more: object = {}) => ({
    LaunchTemplateId: "lt-0123456789abcdef0",
    VersionNumber,
    DefaultVersion: false,
    LaunchTemplateData: { SecurityGroupIds: [GROUP] },
    ...more,
  });
  const launchTemplate = { id: "lt-0123456789abcdef0", version: "2" };
  const resources = await collected({
    ...NETWORK,
    "launch-templates": [version(1), version(2), version(3, { DefaultVersion: true }), version(4)],
    "eks-clusters": [{ name: "c", resourcesVpcConfig: { subnetIds: [SUBNET] } }],
    "eks-node-groups": [{ clusterName: "c", nodegroupName: "n", subnets: [SUBNET], launchTemplate }],
  });
  const templates = resources.filter(({ type }) => type === "aws_launch_template");
  expect(templates.map(({ values }) => values["id"])).toEqual([
    "lt-0123456789abcdef0:2",
    "lt-0123456789abcdef0:3",
    "lt-0123456789abcdef0",
  ]);
  const nodes = resources.find(({ type }) => type === "aws_eks_node_group");
  expect(isUnknown(nodes?.values["launch_template"])).toBe(false);
  expect(JSON.stringify(nodes?.values["launch_template"])).toContain("lt-0123456789abcdef0:2");
});

describe("the group that EKS makes for a cluster", () => {
  const own = { GroupId: "sg-1111111111111111a", GroupName: "eks-cluster-sg-c-1", VpcId: VPC };
  const config = { subnetIds: [SUBNET], securityGroupIds: [], clusterSecurityGroupId: own.GroupId };
  const rules = [
    {
      ...ssh,
      SecurityGroupRuleId: "sgr-2",
      GroupId: own.GroupId,
      IpProtocol: "-1",
      ReferencedGroupInfo: { GroupId: own.GroupId },
    },
    {
      ...ssh,
      SecurityGroupRuleId: "sgr-3",
      GroupId: own.GroupId,
      IpProtocol: "-1",
      IsEgress: true,
      CidrIpv4: "0.0.0.0/0",
    },
  ];
  const records = (...more: readonly object[]): Records => ({
    ...NETWORK,
    "security-groups": [own],
    "security-group-rules": [...rules, ...more],
    "eks-clusters": [{ name: "c", arn: "arn:aws:eks:us-east-2:1:cluster/c", resourcesVpcConfig: config }],
  });

  test("comes with the cluster, as it is in no configuration either", async () => {
    const made = (await collected(records())).map(({ type }) => type);
    expect(made.filter((type) => /security_group/.test(type))).toEqual([]);
  });

  test("has what somebody adds to it", async () => {
    const added = { ...open, SecurityGroupRuleId: "sgr-4", GroupId: own.GroupId };
    const peering = { VpcPeeringConnectionId: "pcx-1", Status: { Code: "active" }, RequesterVpcInfo: { VpcId: VPC } };
    const resources = await collected({ ...records(added), "vpc-peerings": [peering] });
    expect(inbound(resources)).toEqual([
      expect.stringMatching(
        /^violated no-inbound: aws_vpc_security_group_ingress_rule\.sgr-4: TCP 22 .*aws_eks_cluster\.c/,
      ),
    ]);
  });
});

test("who reaches a database through an internet access gateway is unknown: no group filters that", async () => {
  const cluster = { DBClusterIdentifier: "db", Engine: "aurora-postgresql", InternetAccessGatewayEnabled: true };
  const records = { "db-clusters": [{ ...cluster, VpcSecurityGroups: [{ VpcSecurityGroupId: GROUP }] }] };
  expect(inbound(await collected({ ...NETWORK, ...records }))).toEqual([
    expect.stringMatching(/^unknown no-inbound: aws_rds_cluster\.db: /),
  ]);
});

/** One that leads to something in the account's region. */
const accelerator = (more: object) => ({
  ...{ AcceleratorArn: "arn", Name: "a", ...more },
  Listeners: [
    {
      ...{ ListenerArn: "listener", Protocol: "TCP", PortRanges: [{ FromPort: 443, ToPort: 443 }] },
      Groups: [{ EndpointGroupArn: "group", EndpointDescriptions: [{ EndpointId: "i-1" }] }],
    },
  ],
});

describe("what answers at public addresses beside every network", () => {
  const NARROW = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        ...{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" },
        Condition: { IpAddress: { "aws:SourceIp": "1.1.1.0/24" } },
      },
    ],
  });
  const regional = { endpointConfiguration: { types: ["REGIONAL"] } };
  const distribution = {
    Id: "E1",
    DefaultCacheBehavior: { ViewerProtocolPolicy: "https-only" },
    Origins: { Items: [] },
  };

  test.each<[what: string, kind: string, record: object, found: RegExp | undefined]>([
    [
      "a REST API",
      "rest-apis",
      { id: "r", ...regional },
      /^violated no-inbound: aws_api_gateway_rest_api\.r: TCP 443 from 1\.0\.0\.1/,
    ],
    ["one in a VPC", "rest-apis", { id: "r", endpointConfiguration: { types: ["PRIVATE"] } }, undefined],
    ["one for some", "rest-apis", { id: "r", ...regional, policy: NARROW }, /TCP 443 from 1\.1\.1\.1/],
    [
      "one for some, as the API escapes it",
      "rest-apis",
      { id: "r", ...regional, policy: NARROW.replaceAll('"', '\\"') },
      /TCP 443 from 1\.1\.1\.1/,
    ],
    ["an HTTP API", "apis", { ApiId: "a", DisableExecuteApiEndpoint: false }, /aws_apigatewayv2_api\.a: TCP 443/],
    ["one by its own names alone", "apis", { ApiId: "a", DisableExecuteApiEndpoint: true }, undefined],
    ["a name", "api-domain-names", { domainName: "x.example.com", ...regional }, /aws_api_gateway_domain_name\./],
    ["a distribution", "distributions", { ...distribution, Enabled: true }, /aws_cloudfront_distribution\.E1: TCP \d+/],
    ["one that is off", "distributions", { ...distribution, Enabled: false }, undefined],
    [
      "a way of CloudFront into a network",
      "vpc-origins",
      { Id: "vo", OriginEndpointArn: "arn" },
      /^unknown .*aws_cloudfront_vpc_origin\.vo/,
    ],
    [
      "a VPN",
      "client-vpn-endpoints",
      { ClientVpnEndpointId: "c", VpcId: VPC },
      /^unknown .*aws_ec2_client_vpn_endpoint\.c/,
    ],
    [
      "an accelerator that leads into the network",
      "accelerators",
      accelerator({ Enabled: true }),
      /^unknown .*aws_globalaccelerator_endpoint_group\.group/,
    ],
    [
      "a listener of an accelerator, whatever it leads to",
      "custom-routing-accelerators",
      accelerator({ Enabled: true }),
      /^violated .*aws_globalaccelerator_custom_routing_listener\.listener.*TCP 443/,
    ],
    ["an accelerator that is off", "accelerators", accelerator({ Enabled: false }), undefined],
    [
      "a network of VPC Lattice",
      "lattice-vpc-associations",
      { id: "snva-1", vpcId: VPC, status: "ACTIVE" },
      /^unknown .*aws_vpclattice_service_network_vpc_association\.snva-1/,
    ],
    [
      "a resource gateway",
      "lattice-resource-gateways",
      { id: "rgw-1", vpcIdentifier: VPC, status: "ACTIVE" },
      /^unknown .*aws_vpclattice_resource_gateway\.rgw-1/,
    ],
    [
      "a target of VPC Lattice",
      "lattice-target-groups",
      { id: "tg-1", vpcIdentifier: VPC, Targets: [{ id: "10.0.1.5", port: 80 }] },
      /^unknown .*aws_vpclattice_target_group_attachment\."tg-1:10\.0\.1\.5"/,
    ],
    ["a target group without one", "lattice-target-groups", { id: "tg-1", vpcIdentifier: VPC, Targets: [] }, undefined],
    ["one that is gone", "client-vpn-endpoints", { ClientVpnEndpointId: "c", Status: { Code: "deleted" } }, undefined],
  ])("%s", async (_, kind, record, found) => {
    const findings = inbound(await collected({ ...NETWORK, [kind]: [record] }));
    expect(findings).toEqual(found ? expect.arrayContaining([expect.stringMatching(found)]) : []);
  });
});

describe("a machine", () => {
  const machine = (more: object = {}, encrypted: unknown = true) => ({
    ...{ InstanceId: "i-1", State: { Name: "running" }, SubnetId: SUBNET, VpcId: VPC, PrivateIpAddress: "10.0.1.5" },
    ...{ SecurityGroups: [{ GroupId: GROUP }], RootDeviceName: "/dev/xvda", ...more },
    BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeId: "vol-1", Encrypted: encrypted } }],
  });
  const first = interfaceOf({ ...PUBLIC, Attachment: { InstanceId: "i-1", DeviceIndex: 0 } });
  const records = (instance: object): Records => ({
    ...NETWORK,
    "security-group-rules": [open],
    instances: [instance],
    "network-interfaces": [first],
  });
  const typesIn = (resources: readonly Resource[]) =>
    resources.map(({ type }) => type).filter((type) => /aws_(instance|network_interface)$/.test(type));

  test("is judged by itself, with its first interface and its disks", async () => {
    const resources = await collected(records(machine({ PublicIpAddress: "203.0.113.7" }, false)));
    expect(typesIn(resources)).toEqual(["aws_instance"]);
    expect(verify(resources).findings.map(told)).toEqual([
      expect.stringMatching(
        /^violated no-inbound: aws_vpc_security_group_ingress_rule\.sgr-1: TCP 22 .*aws_instance\.i-1/,
      ),
      expect.stringMatching(/^violated encryption-at-rest: aws_instance\.i-1/),
    ]);
  });

  test("without a public address is reached by nobody outside", async () => {
    expect(verify(await collected(records(machine()))).findings.map(told)).toEqual([]);
  });

  test("that a node group starts is judged by its template, and one that is gone not at all", async () => {
    const group = { clusterName: "c", nodegroupName: "n", resources: { autoScalingGroups: [{ name: "eks-n" }] } };
    const nodes = { ...records(machine({ AutoScalingGroup: "eks-n" })), "eks-node-groups": [group] };
    expect(typesIn(await collected(nodes))).toEqual(["aws_network_interface"]);
    const gone = await collected(records(machine({ State: { Name: "terminated" } })));
    expect(typesIn(gone)).toEqual(["aws_network_interface"]);
    const others = await collected(records(machine({ AutoScalingGroup: "somebody-elses" })));
    expect(typesIn(others)).toEqual(["aws_instance"]);
  });

  test("whose disk was not collected is unknown", async () => {
    const found = async (encrypted: unknown) =>
      verify(await collected(records(machine({}, encrypted)))).findings.map(told);
    const unknown = (why: string) => [
      expect.stringMatching(new RegExp(`^unknown encryption-at-rest: aws_instance\\.i-1: .*${why}`)),
    ];
    expect(await found(null)).toEqual(unknown("whether its volume is encrypted was not collected"));
    expect(await found({ notTold: "ec2:DescribeVolumes: no" })).toEqual(unknown("ec2:DescribeVolumes: no"));
  });
});

test.each([
  ["vpcs", {}, "VpcId"],
  ["route-tables", { RouteTableId: TABLE, VpcId: VPC }, "Routes"],
  ["network-acls", { NetworkAclId: "acl-1", VpcId: VPC, IsDefault: true }, "Entries"],
  ["security-groups", { GroupName: "g" }, "GroupId"],
  ["subnets", { SubnetId: SUBNET }, "VpcId"],
  ["vpc-peerings", { Status: { Code: "active" } }, "VpcPeeringConnectionId"],
])("one of %s that tells less than each does is unknown", async (kind, record, field) => {
  expect(inbound(await collected({ ...NETWORK, [kind]: [record] }))).toContainEqual(
    expect.stringMatching(`unknown no-inbound: a record of ${kind}: .*does not tell its ${field}`),
  );
});
