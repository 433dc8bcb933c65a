/**
 * Faults of AWS as the field makes them, one at a time in this package's own output, and the invariant that must find
 * each: this and no other. What names lead to, where routes go, what policies let through, what quotas hold.
 */
import { add, copyOf, expectFound, find, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const original = synthesize();

type Mutation = readonly [fault: string, invariant: string | readonly string[], change: (tree: Tree) => void];

const change = (type: string, id: RegExp, edit: (resource: Json) => void) => (tree: Tree) => {
  for (const resource of find(tree.infrastructure, type, id)) edit(resource);
};
const set = (type: string, id: RegExp, values: Json) => change(type, id, (found) => Object.assign(found, values));
const unset = (type: string, id: RegExp, argument: string) =>
  change(type, id, (found) => Reflect.deleteProperty(found, argument));
const without = (type: string, id: RegExp) => (tree: Tree) => remove(tree.infrastructure, type, id);

/** Changes the statements of a policy. */
const policy = (type: string, id: RegExp, edit: (statements: Json[]) => Json[] | undefined) =>
  change(type, id, (found) => {
    const document = JSON.parse(found.policy);
    document.Statement = edit(document.Statement) ?? document.Statement;
    found.policy = JSON.stringify(document);
  });
const withoutStatement = (sid: RegExp) => (statements: Json[]) => {
  const rest = statements.filter(({ Sid }) => !sid.test(Sid));
  if (rest.length === statements.length) throw new Error(`no statement like ${sid}`);
  return rest;
};
const deny = (values: Json = {}) => ({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*", ...values });

const PATHS = "required-paths";
const FOREIGN = "no-foreign-principals";
const ENDPOINT = "aws_vpc_endpoint";
const LIST = "aws_ec2_managed_prefix_list";
const ASSOCIATION = "aws_route_table_association";
const BUCKET_POLICY = "aws_s3_bucket_policy";
const KEY = "aws_kms_key";
const ROLE = "aws_iam_role";
const ROLE_POLICY = "aws_iam_role_policy";
const ATTACHMENT = "aws_iam_role_policy_attachment";

/** The key of the one resource of a type that matches. */
const keyOf = (tree: Tree, type: string, id: RegExp) =>
  Object.keys(tree.infrastructure.resource[type]).find((key) => id.test(key)) ?? "?";
const reference = (tree: Tree, type: string, id: RegExp) => `\${${type}.${keyOf(tree, type, id)}.id}`;

const dhcp = (values: Json) => (tree: Tree) => {
  add(tree.infrastructure, "aws_vpc_dhcp_options", values);
  add(tree.infrastructure, "aws_vpc_dhcp_options_association", {
    vpc_id: reference(tree, "aws_vpc", /./),
    dhcp_options_id: "${aws_vpc_dhcp_options.added.id}",
  });
};

const NAMES: readonly Mutation[] = [
  [
    "private DNS off on every endpoint",
    PATHS,
    change(ENDPOINT, /./, (found) => {
      if (found.vpc_endpoint_type === "Interface") found.private_dns_enabled = false;
    }),
  ],
  ["private DNS off on one", PATHS, set(ENDPOINT, /sts/, { private_dns_enabled: false })],
  ["private DNS left out", PATHS, unset(ENDPOINT, /secretsmanager/, "private_dns_enabled")],
  ["private DNS that only AWS knows", PATHS, set(ENDPOINT, /ec2/, { private_dns_enabled: "${var.dns}" })],
  ["DNS support off on the VPC", PATHS, set("aws_vpc", /./, { enable_dns_support: false })],
  ["DNS hostnames off on the VPC", PATHS, set("aws_vpc", /./, { enable_dns_hostnames: false })],
  ["DNS hostnames left out", PATHS, unset("aws_vpc", /./, "enable_dns_hostnames")],
  ["DHCP options with servers of names of the company's own", PATHS, dhcp({ domain_name_servers: ["10.1.2.3"] })],
  ["DHCP options that name one server more", PATHS, dhcp({ domain_name_servers: ["AmazonProvidedDNS", "10.1.2.3"] })],
  [
    "an endpoint of another region",
    PATHS,
    change(ENDPOINT, /sts/, (found) => (found.service_name = "com.amazonaws.us-east-1.sts")),
  ],
  [
    "S3's prefix list of another region",
    PATHS,
    (tree) => {
      for (const found of Object.values<Json>(tree.infrastructure.data.aws_prefix_list))
        found.name = "com.amazonaws.us-east-1.s3";
    },
  ],
];

const ROUTES: readonly Mutation[] = [
  ["S3's gateway endpoint in no route table", PATHS, set(ENDPOINT, /_s3_/, { route_table_ids: [] })],
  [
    "S3's gateway endpoint in one route table less",
    PATHS,
    change(ENDPOINT, /_s3_/, ({ route_table_ids: tables }) => tables.pop()),
  ],
  [
    "S3's gateway endpoint in the endpoints' route table only",
    PATHS,
    (tree) => set(ENDPOINT, /_s3_/, { route_table_ids: [reference(tree, "aws_route_table", /routes-cluster/)] })(tree),
  ],
  ["a node subnet without its route table", PATHS, without(ASSOCIATION, /node-us-east-2b/)],
  ["NAT's subnet without its route table", PATHS, without(ASSOCIATION, /public/)],
  [
    "a node subnet with the endpoints' route table",
    PATHS,
    (tree) =>
      set(ASSOCIATION, /node-us-east-2b/, { route_table_id: reference(tree, "aws_route_table", /routes-cluster/) })(
        tree,
      ),
  ],
  ["routes to a NAT gateway that is not there", PATHS, without("aws_nat_gateway", /./)],
  ["routes to an internet gateway that is not there", PATHS, without("aws_internet_gateway", /./)],
  ["a NAT gateway without an address", PATHS, unset("aws_nat_gateway", /./, "allocation_id")],
  [
    "a NAT gateway in a node subnet",
    PATHS,
    (tree) => set("aws_nat_gateway", /./, { subnet_id: reference(tree, "aws_subnet", /node-us-east-2a/) })(tree),
  ],
  ["an endpoint without subnets", PATHS, set(ENDPOINT, /sts/, { subnet_ids: [] })],
  ["an endpoint without a group", PATHS, unset(ENDPOINT, /sts/, "security_group_ids")],
  ["no endpoint for the nodes' own calls", PATHS, without(ENDPOINT, /_ec2_/)],
  ["no endpoint for the sizes of node pools", PATHS, without(ENDPOINT, /autoscaling/)],
  [
    "a rule for S3 that names Cloudflare's list",
    PATHS,
    (tree) =>
      set("aws_vpc_security_group_egress_rule", /nodes-to-s3/, { prefix_list_id: reference(tree, LIST, /ipv4/) })(tree),
  ],
  [
    "a network ACL that lets no answers in",
    PATHS,
    (tree) => {
      const all = { rule_no: 1, action: "allow", protocol: "-1", from_port: 0, to_port: 0, cidr_block: "0.0.0.0/0" };
      add(tree.infrastructure, "aws_network_acl", {
        vpc_id: reference(tree, "aws_vpc", /./),
        subnet_ids: [reference(tree, "aws_subnet", /node-us-east-2b/)],
        egress: [all],
        ingress: [{ ...all, protocol: "tcp", from_port: 443, to_port: 443 }],
      });
    },
  ],
  [
    "an API in one zone",
    PATHS,
    change("aws_eks_cluster", /./, ({ vpc_config: config }) => (config.subnet_ids = config.subnet_ids.slice(0, 1))),
  ],
];

const POLICIES: readonly Mutation[] = [
  ["an endpoint whose policy denies all", PATHS, policy(ENDPOINT, /sts/, () => [deny()])],
  ["an endpoint that denies beside what it allows", PATHS, policy(ENDPOINT, /sts/, (all) => [...all, deny()])],
  ["STS without IRSA's unsigned calls", PATHS, policy(ENDPOINT, /sts/, withoutStatement(/Tokens/))],
  [
    "S3 for another account's principals",
    [FOREIGN, PATHS],
    policy(ENDPOINT, /_s3_/, ([own]) => {
      own.Condition.StringEquals["aws:PrincipalAccount"] = "999999999999";
      return undefined;
    }),
  ],
  [
    "S3 to read only",
    PATHS,
    policy(ENDPOINT, /_s3_/, ([own]) => void (own.Action = ["s3:GetObject", "s3:ListBucket"])),
  ],
  [
    "secrets of another account only",
    PATHS,
    policy(ENDPOINT, /secretsmanager/, ([own]) => {
      own.Resource = "arn:aws:secretsmanager:us-east-2:999999999999:secret:*";
      return undefined;
    }),
  ],
  [
    "a policy apart from its endpoint",
    PATHS,
    (tree) =>
      add(tree.infrastructure, "aws_vpc_endpoint_policy", {
        vpc_endpoint_id: reference(tree, ENDPOINT, /autoscaling/),
        policy: JSON.stringify({ Statement: [deny()] }),
      }),
  ],
  [
    "an endpoint's policy that only AWS knows",
    [FOREIGN, PATHS],
    set(ENDPOINT, /secretsmanager/, { policy: "${var.policy}" }),
  ],
  [
    "a bucket that denies all but another endpoint",
    PATHS,
    policy(BUCKET_POLICY, /metadata/, (all) => {
      const Condition = { StringNotEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } };
      return [...all, deny({ Action: "s3:*", Resource: all[0].Resource, Condition })];
    }),
  ],
  [
    "a bucket that denies writes",
    PATHS,
    policy(BUCKET_POLICY, /metadata/, (all) => [...all, deny({ Action: "s3:PutObject" })]),
  ],
  ["a key without CloudWatch Logs", PATHS, policy(KEY, /./, withoutStatement(/LogGroups/))],
  ["a key without EC2 Auto Scaling", PATHS, policy(KEY, /./, withoutStatement(/NodeVolumes/))],
  ["a key without its account", PATHS, policy(KEY, /./, withoutStatement(/Account/))],
  ["a key without a policy of its own", PATHS, unset(KEY, /./, "policy")],
  ["a key that is disabled", PATHS, set(KEY, /./, { is_enabled: false })],
  [
    "a platform that may read no secrets",
    PATHS,
    policy(ROLE_POLICY, /identity_platform/, withoutStatement(/^Secrets$/)),
  ],
  ["tasks that may not use the key", PATHS, policy(ROLE_POLICY, /identity_task/, withoutStatement(/Key/))],
  ["tasks without rights", PATHS, without(ROLE_POLICY, /identity_task/)],
  ["Fluent Bit without rights", PATHS, without(ROLE_POLICY, /identity_fluent-bit/)],
  ["an autoscaler that may size no group", PATHS, policy(ROLE_POLICY, /identity_autoscaler/, withoutStatement(/Size/))],
  [
    "an autoscaler that may size another cluster's groups",
    PATHS,
    policy(ROLE_POLICY, /identity_autoscaler/, (all) => {
      all[2].Condition.StringEquals["aws:ResourceTag/eks:cluster-name"] = "other";
      return undefined;
    }),
  ],
  ["nodes that may not join", PATHS, without(ATTACHMENT, /AmazonEKSWorkerNodePolicy/)],
  [
    "nodes whose role is another service's",
    PATHS,
    change(ROLE, /node-pools/, (found) => {
      found.assume_role_policy = found.assume_role_policy.replace("ec2.", "lambda.");
    }),
  ],
  [
    "nodes without their metadata service",
    PATHS,
    change("aws_launch_template", /services/, (found) => (found.metadata_options.http_endpoint = "disabled")),
  ],
  ["a cluster without rights", PATHS, without(ATTACHMENT, /cluster_role-eks/)],
  ["a cluster that may not use the key", PATHS, without(ROLE_POLICY, /cluster_role-key/)],
  ["a CNI that may give no addresses", PATHS, without(ATTACHMENT, /vpc-cni/)],
  [
    "a CNI without a role, and nodes that may give no addresses",
    PATHS,
    unset("aws_eks_addon", /vpc-cni/, "service_account_role_arn"),
  ],
  ["no OIDC provider", PATHS, without("aws_iam_openid_connect_provider", /./)],
  [
    "an OIDC provider for another audience",
    PATHS,
    set("aws_iam_openid_connect_provider", /./, { client_id_list: ["other"] }),
  ],
  [
    "a role for another audience",
    PATHS,
    change(ROLE, /identity_platform/, (found) => {
      found.assume_role_policy = found.assume_role_policy.replace("sts.amazonaws.com", "other");
    }),
  ],
  ["flow logs that nobody may write", "flow-logs", without(ROLE_POLICY, /flow-logs/)],
];

const QUOTAS: readonly Mutation[] = [
  ["a prefix list smaller than its entries", PATHS, set(LIST, /ipv4/, { max_entries: 5 })],
  ["a prefix list larger than the group's quota", PATHS, set(LIST, /ipv4/, { max_entries: 60 })],
  [
    "a group with more rules than its quota",
    PATHS,
    (tree) => {
      const group = reference(tree, "aws_security_group", /nodes/);
      const rules = tree.infrastructure.resource.aws_vpc_security_group_egress_rule;
      for (let i = 0; i < 61; i++) {
        const to = { cidr_ipv4: `10.0.0.${i}/32`, ip_protocol: "tcp", from_port: 443, to_port: 443 };
        rules[`added-${i}`] = { security_group_id: group, ...to };
      }
    },
  ],
];

const PRINCIPALS: readonly Mutation[] = [
  [
    "ECR for another account's principals",
    [FOREIGN, "images-reachable"],
    change(ENDPOINT, /ecr-dkr/, (found) => (found.policy = found.policy.replace("123456789012", "999999999999"))),
  ],
  [
    "ECR with a policy that only AWS knows",
    [FOREIGN, "images-reachable"],
    set(ENDPOINT, /ecr-api/, { policy: "${var.policy}" }),
  ],
  ["an endpoint without a policy", FOREIGN, unset(ENDPOINT, /_s3_/, "policy")],
  [
    "an endpoint for everybody's credentials",
    FOREIGN,
    policy(ENDPOINT, /sts/, ([own, ...others]) => [{ ...own, Condition: undefined }, ...others]),
  ],
  [
    "an endpoint for an organization's credentials",
    FOREIGN,
    policy(ENDPOINT, /secretsmanager/, ([own]) => [
      own,
      { ...own, Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a" } } },
    ]),
  ],
  [
    "an endpoint for whoever does not say whose he is",
    FOREIGN,
    policy(ENDPOINT, /secretsmanager/, ([own]) => [
      own,
      { ...own, Condition: { StringEqualsIfExists: { "aws:PrincipalAccount": "123456789012" } } },
    ]),
  ],
  [
    "S3 for one more account's bucket",
    FOREIGN,
    policy(ENDPOINT, /_s3_/, (all) => [
      ...all,
      { Effect: "Allow", Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::others/*" },
    ]),
  ],
  [
    "layers that may be written",
    FOREIGN,
    policy(ENDPOINT, /_s3_/, ([own, layers]) => [own, { ...layers, Action: "s3:*" }]),
  ],
  [
    "tasks that may write to any bucket",
    FOREIGN,
    policy(ROLE_POLICY, /identity_task/, (all) => [
      ...all,
      { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::*" },
    ]),
  ],
  [
    "tasks that may take a role of another account",
    FOREIGN,
    policy(ROLE_POLICY, /identity_task/, (all) => [
      ...all,
      { Effect: "Allow", Action: "sts:AssumeRole", Resource: "arn:aws:iam::*:role/*" },
    ]),
  ],
];

describe.each([
  ["names", NAMES],
  ["routes", ROUTES],
  ["policies", POLICIES],
  ["quotas", QUOTAS],
  ["principals", PRINCIPALS],
] as const)("%s", (_, mutations) => {
  test.each(mutations)("%s: %s", async (_, expected, apply) => {
    await expectFound(original, expected, apply);
  });
});

const RUNNER = {
  assumeRole: { arn: "arn:aws:iam::123456789012:role/deployer" },
  cluster: { accessFromSecurityGroups: ["sg-0123456789abcdef0"] },
};

test("a runner inside that STS does not let take the role that deploys", async () => {
  const tree = synthesize(RUNNER);
  expect((await judge(tree)).findings).toEqual([]);
  policy(ENDPOINT, /sts/, withoutStatement(/Deployers/))(tree);
  const { findings } = await judge(tree);
  expect(findings.map(({ invariant, message }) => [invariant, message])).toEqual([
    [PATHS, expect.stringMatching(/does not let sts:AssumeRole through/)],
  ]);
});

test.each<readonly [what: string, apply: (tree: Tree) => void]>([
  ["DHCP options with the VPC's own resolver", dhcp({ domain_name_servers: ["AmazonProvidedDNS"], domain_name: "a" })],
  [
    "a bucket that denies all but the deployment's own endpoint",
    (tree) =>
      policy(BUCKET_POLICY, /./, (all) => {
        const Condition = { StringNotEquals: { "aws:SourceVpce": reference(tree, ENDPOINT, /_s3_/) } };
        return [...all, deny({ Action: "s3:*", Resource: all[0].Resource, Condition })];
      })(tree),
  ],
  [
    "a key policy apart from its key",
    (tree) => {
      const [key] = find(tree.infrastructure, KEY);
      add(tree.infrastructure, "aws_kms_key_policy", { key_id: reference(tree, KEY, /./), policy: key.policy });
      delete key.policy;
    },
  ],
])("nothing is wrong with %s", async (_, apply) => {
  const tree = copyOf(original);
  apply(tree);
  expect((await judge(tree)).findings).toEqual([]);
});
