/** Rights that the deployer has and that the recorded calls do not show: by the action, each for its reason. */

/** Each action of a service, for one reason. */
const all = (reason: string, service: string, ...actions: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(actions.map((action) => [`${service}:${action}`, reason]));

const LACKS = "the stand-in has no such resources";
const OTHER = "only another network than the examples' has such a resource";
const TAGS = "only a tag that is taken away calls it";
const UPDATE = "only a change in place calls it, and no recorded one does";
const STAYS = "the stand-in does not come to what is made after its addresses, so that nothing is taken away";
const BEHALF = "AWS asks for it itself, of whoever calls the service";

export const UNRECORDED: Readonly<Record<string, string>> = {
  ...all(LACKS, "eks", "CreateAddon", "DescribeAddon", "UpdateAddon", "DeleteAddon"),
  ...all(LACKS, "eks", "CreateAccessEntry", "DescribeAccessEntry", "UpdateAccessEntry", "DeleteAccessEntry"),
  ...all(LACKS, "eks", "AssociateAccessPolicy", "ListAssociatedAccessPolicies", "DisassociateAccessPolicy"),
  ...all(LACKS, "ecr", "CreatePullThroughCacheRule", "DescribePullThroughCacheRules"),
  ...all(LACKS, "ecr", "UpdatePullThroughCacheRule", "DeletePullThroughCacheRule"),
  ...all(LACKS, "ecr", "CreateRepositoryCreationTemplate", "DescribeRepositoryCreationTemplates"),
  ...all(LACKS, "ecr", "UpdateRepositoryCreationTemplate", "DeleteRepositoryCreationTemplate"),
  ...all(OTHER, "ec2", "AssociateVpcCidrBlock", "DisassociateVpcCidrBlock"),
  ...all(OTHER, "ec2", "CreateTransitGatewayVpcAttachment", "ModifyTransitGatewayVpcAttachment"),
  ...all(OTHER, "ec2", "DeleteTransitGatewayVpcAttachment", "DescribeTransitGatewayVpcAttachments"),
  ...all(OTHER, "ec2", "DescribeTransitGateways", "AttachVpnGateway", "DescribeVpnGateways", "DetachVpnGateway"),
  ...all(STAYS, "elasticloadbalancing", "RegisterTargets", "DescribeTargetHealth", "DeregisterTargets"),
  ...all(STAYS, "elasticloadbalancing", "DeleteListener", "DeleteLoadBalancer", "DeleteTargetGroup"),
  ...all(STAYS, "ec2", "DeleteVpcEndpointServiceConfigurations"),
  ...all(TAGS, "ec2", "DeleteTags"),
  ...all(TAGS, "ecr", "UntagResource"),
  ...all(TAGS, "eks", "UntagResource"),
  ...all(TAGS, "elasticloadbalancing", "RemoveTags"),
  ...all(TAGS, "iam", "UntagOpenIDConnectProvider", "UntagRole"),
  ...all(TAGS, "kms", "UntagResource"),
  ...all(TAGS, "logs", "UntagResource"),
  ...all(TAGS, "secretsmanager", "UntagResource"),
  ...all(UPDATE, "ec2", "ModifyManagedPrefixList", "ModifySubnetAttribute", "ModifyVpcEndpoint", "ReplaceRoute"),
  ...all(UPDATE, "ec2", "ModifyVpcEndpointServiceConfiguration", "ReplaceRouteTableAssociation"),
  ...all(UPDATE, "ecr", "PutImageScanningConfiguration", "PutImageTagMutability"),
  ...all(UPDATE, "eks", "UpdateClusterConfig", "UpdateClusterVersion", "UpdateNodegroupVersion"),
  ...all(UPDATE, "elasticloadbalancing", "ModifyListener", "ModifyTargetGroup", "SetSubnets"),
  ...all(UPDATE, "iam", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"),
  ...all(UPDATE, "iam", "UpdateOpenIDConnectProviderThumbprint"),
  ...all(UPDATE, "kms", "PutKeyPolicy", "UpdateAlias", "UpdateKeyDescription"),
  ...all(UPDATE, "logs", "AssociateKmsKey", "DeleteRetentionPolicy"),
  ...all(UPDATE, "secretsmanager", "UpdateSecret"),
  ...all(BEHALF, "ec2", "RunInstances"),
  ...all(BEHALF, "iam", "CreateServiceLinkedRole", "PassRole"),
  ...all(BEHALF, "kms", "CreateGrant", "TagResource"),
};
