import { DataAwsPrefixList } from "@cdktf/provider-aws/lib/data-aws-prefix-list";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import type { InterfaceEndpoint } from "../../config/aws/endpoints";
import { Construct, type TerraformResource } from "../../framework";
import { serviceName, layerBucketArn } from "../../config/aws/names";

/** Where AWS's services are to be reached privately: the network, and who may call. */
export interface CloudEndpointsProps {
  /**
   * VPC that gets the endpoints; its DNS support and DNS host names must be on, or their private names lead nowhere.
   */
  readonly vpcId: string;
  /** The cloud's region, e.g. `us-east-2`. */
  readonly region: string;
  /** The only account whose principals may call through the endpoints. */
  readonly accountId: string;
  /** Subnets of the endpoints' addresses, at most one a zone. */
  readonly clusterSubnetIds: readonly string[];
  /** Route tables that lead to S3 through its gateway endpoint. */
  readonly nodeRouteTableIds: readonly string[];
  /** Group that admits the nodes on TCP 443. */
  readonly securityGroupId: string;
  /** Services with an interface endpoint, and why each is needed. */
  readonly services: readonly InterfaceEndpoint[];
  /** Role of the account that whoever deploys assumes, it may be with credentials of another account. Default: none. */
  readonly deployerRoleArn?: string | undefined;
  /** Whether S3's gateway endpoint is made; else the route tables have one already. */
  readonly s3Gateway: boolean;
}

/**
 * VPC endpoints of the AWS services that the data plane uses, so that their traffic stays in AWS's network. Document:
 * "Egress configuration", and of "Communication paths" the rows "Task Pods to Object Store" and "Fluent Bit to Log
 * Aggregator".
 *
 * Each endpoint's policy admits principals of the deployment's account only: with credentials of another account, which
 * is what taking data out through an allowed service needs, nothing passes, but for the way into the one role that
 * deploys.
 *
 * Private DNS gives a service's usual name the endpoint's addresses in the whole VPC; every workload in it that uses
 * the service then needs the endpoint's group to admit it.
 */
export class CloudEndpoints extends Construct {
  /** Every endpoint, for what must not start before it. */
  readonly all: readonly TerraformResource[];
  /** S3's addresses in the region, as a Terraform expression of a list. */
  readonly objectStoreCidrs: readonly string[];

  constructor(scope: Construct, id: string, props: CloudEndpointsProps) {
    super(scope, id);
    const { vpcId, region, accountId, clusterSubnetIds, nodeRouteTableIds, securityGroupId, services } = props;
    const { deployerRoleArn } = props;
    const byOwnPrincipals = {
      Sid: "OwnPrincipals",
      Effect: "Allow",
      Principal: "*",
      Action: "*",
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalAccount": accountId } },
    };

    const s3 = serviceName(region, "s3");
    const objectStore = props.s3Gateway
      ? new VpcEndpoint(this, "s3", {
          vpcId,
          serviceName: s3,
          vpcEndpointType: "Gateway",
          routeTableIds: [...nodeRouteTableIds],
          policy: policyOf(byOwnPrincipals, {
            // ECR hands out image layers as URLs of its own bucket, presigned by an account of its own.
            Sid: "ImageLayers",
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: `${layerBucketArn(region)}/*`,
          }),
          tags: { Name: "s3", reason: "Objects and image layers" },
        })
      : undefined;

    const interfaces = services.map(({ service, reason }) => {
      return new VpcEndpoint(this, service.replace(".", "-"), {
        vpcId,
        serviceName: serviceName(region, service),
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: [...clusterSubnetIds],
        securityGroupIds: [securityGroupId],
        policy: policyOf(
          byOwnPrincipals,
          ...(service === "sts" ? [intoOwnRoles(accountId)] : []),
          ...(service === "sts" && deployerRoleArn !== undefined ? [intoDeployerRole(deployerRoleArn)] : []),
        ),
        tags: { Name: service, reason },
      });
    });
    this.all = [...(objectStore ? [objectStore] : []), ...interfaces];
    this.objectStoreCidrs = (objectStore ?? new DataAwsPrefixList(this, "s3-addresses", { name: s3 })).cidrBlocks;
  }
}

/**
 * IRSA's call carries a service account's token and no signature, so that it has no principal account to compare: it
 * is narrowed by the role's account instead.
 */
const intoOwnRoles = (accountId: string) => ({
  Sid: "TokensIntoOwnRoles",
  Effect: "Allow",
  Principal: "*",
  Action: "sts:AssumeRoleWithWebIdentity",
  Resource: "*",
  Condition: { StringEquals: { "aws:ResourceAccount": accountId } },
});

/** A runner inside the network comes with credentials of its own, of another account where CI has one, to take this role. */
const intoDeployerRole = (roleArn: string) => ({
  Sid: "DeployersIntoTheirRole",
  Effect: "Allow",
  Principal: "*",
  Action: "sts:AssumeRole",
  Resource: roleArn,
});

const policyOf = (...statements: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
