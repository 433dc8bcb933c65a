import { madeEndpoints } from "../../../config/aws/endpoints";
import { CloudEndpoints } from "../../../constructs/aws/cloud-endpoints";
import { Testing } from "../../../framework";
import { awsDeployment } from "../../support/deployments";

interface Endpoint {
  readonly service_name: string;
  readonly vpc_endpoint_type: string;
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface Statement {
  readonly Effect: string;
  readonly Principal: string;
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const synthesize = (
  logs: "object-store" | "cloud-service",
  s3Gateway = true,
  deployerRoleArn?: string,
): readonly Endpoint[] =>
  Object.values(
    (
      JSON.parse(
        Testing.synthScope((scope) => {
          new CloudEndpoints(scope, "cloud-endpoints", {
            vpcId: "vpc-1",
            region: "eu-west-1",
            accountId: "123456789012",
            clusterSubnetIds: ["subnet-1", "subnet-2"],
            nodeRouteTableIds: ["rtb-1", "rtb-2"],
            securityGroupId: "sg-endpoints",
            services: madeEndpoints(awsDeployment({ logs })),
            s3Gateway,
            deployerRoleArn,
          });
        }),
      ) as { resource: { aws_vpc_endpoint: Record<string, Endpoint> } }
    ).resource.aws_vpc_endpoint,
  );
const endpoints = synthesize("cloud-service");

/** Services that strict egress needs; each would fail in its own way without its endpoint. */
const SERVICES = [
  "autoscaling",
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "kms",
  "logs",
  "s3",
  "secretsmanager",
  "sts",
];

const find = (service: string) =>
  endpoints.find((endpoint) => endpoint.service_name === `com.amazonaws.eu-west-1.${service}`);
const statementsOf = (service: string) =>
  (JSON.parse(find(service)?.policy ?? "{}") as { Statement: Statement[] }).Statement;

const ownPrincipals = expect.objectContaining({
  Effect: "Allow",
  Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
}) as Statement;

test.each([
  { logs: "cloud-service", services: SERVICES },
  { logs: "object-store", services: SERVICES.filter((service) => service !== "logs") },
] as const)("there is one endpoint for each service that nodes need, with logs in $logs", (given) => {
  const names = synthesize(given.logs).map(({ service_name }) => service_name);
  expect(names.map((name) => name.replace("com.amazonaws.eu-west-1.", "")).sort()).toEqual(given.services);
});

test("no gateway of S3 is made where the route tables have one", () => {
  const names = synthesize("object-store", false).map(({ service_name }) => service_name);
  expect(names).not.toContain("com.amazonaws.eu-west-1.s3");
});

test("S3 is a gateway on the nodes' route tables", () => {
  expect(find("s3")).toMatchObject({
    vpc_endpoint_type: "Gateway",
    vpc_id: "vpc-1",
    route_table_ids: ["rtb-1", "rtb-2"],
  });
});

test.each(SERVICES.filter((service) => service !== "s3"))(
  "%s has private addresses under its usual name",
  (service) => {
    expect(find(service)).toMatchObject({
      vpc_endpoint_type: "Interface",
      vpc_id: "vpc-1",
      private_dns_enabled: true,
      subnet_ids: ["subnet-1", "subnet-2"],
      security_group_ids: ["sg-endpoints"],
    });
  },
);

describe("policies", () => {
  test.each(SERVICES.filter((service) => service !== "s3" && service !== "sts"))(
    "of %s: own principals only",
    (service) => {
      expect(statementsOf(service)).toEqual([ownPrincipals]);
    },
  );

  test("of STS: a runner of another account takes the role that deploys, and no other", () => {
    const arn = "arn:aws:iam::123456789012:role/deployer";
    const sts = synthesize("object-store", true, arn).find(({ tags }) => tags["Name"] === "sts");
    const { Statement } = JSON.parse(sts?.policy ?? "{}") as { Statement: Statement[] };
    expect(Statement.slice(2)).toEqual([
      { Sid: "DeployersIntoTheirRole", Effect: "Allow", Principal: "*", Action: "sts:AssumeRole", Resource: arn },
    ]);
  });

  test("of S3: image layers beside them, from ECR's own bucket of the region", () => {
    expect(statementsOf("s3")).toEqual([
      ownPrincipals,
      {
        Sid: "ImageLayers",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*",
      },
    ]);
  });

  // An unsigned call has no principal account: under the first statement alone, no service account gets credentials.
  test("of STS: unsigned calls beside them, into roles of the own account", () => {
    expect(statementsOf("sts")).toEqual([
      ownPrincipals,
      {
        Sid: "TokensIntoOwnRoles",
        Effect: "Allow",
        Principal: "*",
        Action: "sts:AssumeRoleWithWebIdentity",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceAccount": "123456789012" } },
      },
    ]);
  });
});

test("tags keep to the characters that every AWS service takes", () => {
  for (const { tags } of endpoints) expect(Object.values(tags).join(" ")).toMatch(/^[\w .:/=+@-]+$/);
});
