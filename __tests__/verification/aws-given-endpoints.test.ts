/** Endpoints that a given network has already: what is made beside them, and that both ends of their paths count. */
import { EXISTING_NETWORK } from "../support/deployments";
import { copyOf, find, judge, remove, synthesize, type Tree } from "../support/tree";

const ALL_OF_VPC = { s3Gateway: true, interface: [{ cidrs: ["10.0.48.0/24"], securityGroupId: "sg-0a1b" }] };
const SOME_CENTRAL = { interface: [{ services: ["sts", "kms"], cidrs: ["10.200.0.0/24", "10.200.1.0/24"] }] };
const OTHERS_ADMITTED = { admitSecurityGroups: ["sg-0c2d"], admitCidrs: ["10.0.64.0/20", "10.77.0.0/16"] };

const withEndpoints = (endpoints: object) => synthesize({ network: { existing: { ...EXISTING_NETWORK, endpoints } } });
const made = ({ infrastructure }: Tree) =>
  Object.values(infrastructure.resource.aws_vpc_endpoint ?? {}).map((endpoint) =>
    (endpoint as { service_name: string }).service_name.replace("com.amazonaws.us-east-2.", ""),
  );

test.each<[string, object, string[]]>([
  ["all of this VPC's: none is made", ALL_OF_VPC, []],
  [
    "central ones of some services: the others are made",
    SOME_CENTRAL,
    ["s3", "ecr.api", "ecr.dkr", "ec2", "eks", "eks-auth", "secretsmanager", "autoscaling"],
  ],
  [
    "some by service that share their block or group: each is opened once",
    {
      interface: [
        { services: ["sts"], cidrs: ["10.200.0.0/24"] },
        { services: ["kms"], cidrs: ["10.200.0.0/24"] },
        { services: ["ec2"], cidrs: ["10.0.48.0/24"], securityGroupId: "sg-0a1b" },
        { services: ["eks"], cidrs: ["10.0.49.0/24"], securityGroupId: "sg-0a1b" },
      ],
    },
    ["s3", "ecr.api", "ecr.dkr", "eks-auth", "secretsmanager", "autoscaling"],
  ],
  [
    "none, and others use those that are made",
    OTHERS_ADMITTED,
    ["s3", "ecr.api", "ecr.dkr", "sts", "ec2", "eks", "eks-auth", "secretsmanager", "kms", "autoscaling"],
  ],
])("%s, and every invariant holds", async (_, endpoints, services) => {
  const tree = withEndpoints(endpoints);
  expect(made(tree).sort()).toEqual(services.sort());
  expect((await judge(tree)).findings).toEqual([]);
});

test.each<[string, object, string, (tree: Tree) => void]>([
  [
    "their group no longer admits the nodes",
    ALL_OF_VPC,
    "required-paths",
    ({ infrastructure }) => remove(infrastructure, "aws_vpc_security_group_ingress_rule", /sg-0a1b/),
  ],
  [
    "nodes no longer reach their group",
    ALL_OF_VPC,
    "required-paths",
    ({ infrastructure }) => remove(infrastructure, "aws_vpc_security_group_egress_rule", /sg-0a1b/),
  ],
  [
    "one block of central endpoints is closed to nodes",
    SOME_CENTRAL,
    "required-paths",
    ({ infrastructure }) => remove(infrastructure, "aws_vpc_security_group_egress_rule", /10\.200\.1|10-200-1|1020010/),
  ],
  [
    "nodes reach more than the block of central endpoints",
    SOME_CENTRAL,
    "egress-allowlist",
    ({ infrastructure }) => {
      const rules = find(infrastructure, "aws_vpc_security_group_egress_rule", /./);
      for (const rule of rules) if (rule.cidr_ipv4 === "10.200.1.0/24") rule.cidr_ipv4 = "10.200.0.0/16";
    },
  ],
  [
    "the endpoints admit more than the block that the deployment names",
    OTHERS_ADMITTED,
    "no-inbound",
    ({ infrastructure }) => {
      const rules = find(infrastructure, "aws_vpc_security_group_ingress_rule", /./);
      for (const rule of rules) if (rule.cidr_ipv4 === "10.77.0.0/16") rule.cidr_ipv4 = "10.76.0.0/15";
    },
  ],
])("%s: found", async (_, endpoints, invariant, change) => {
  const tree = copyOf(withEndpoints(endpoints));
  change(tree);
  const { findings } = await judge(tree);
  expect([...new Set(findings.map((finding) => `${finding.invariant} ${finding.status}`))]).toEqual([
    `${invariant} violated`,
  ]);
});
