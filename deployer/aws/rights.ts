/**
 * What Terraform's provider calls on AWS for each type, by IAM's names of actions. `recorded-calls.json` is what it was
 * seen to call; what it was not is in `unrecorded.ts`, each with its reason. Names: AWS's Service Authorization
 * Reference (https://docs.aws.amazon.com/service-authorization/latest/reference/).
 */
import type { RightsTable } from "../rights";

const names = (service: string, ...actions: readonly string[]) => actions.map((action) => `${service}:${action}`);
const ec2 = (...actions: readonly string[]) => names("ec2", ...actions);
const s3 = (...actions: readonly string[]) => names("s3", ...actions);
const iam = (...actions: readonly string[]) => names("iam", ...actions);
const eks = (...actions: readonly string[]) => names("eks", ...actions);
const ecr = (...actions: readonly string[]) => names("ecr", ...actions);
const kms = (...actions: readonly string[]) => names("kms", ...actions);
const logs = (...actions: readonly string[]) => names("logs", ...actions);
const secrets = (...actions: readonly string[]) => names("secretsmanager", ...actions);
const balancers = (...actions: readonly string[]) => names("elasticloadbalancing", ...actions);

const TAGS = ec2("CreateTags", "DeleteTags");
/** Services that a key is used by in the caller's name: https://docs.aws.amazon.com/kms/latest/developerguide/services.html */
const KEY_GRANT = kms("CreateGrant", "DescribeKey");

export const RIGHTS: RightsTable = {
  aws_cloudwatch_log_group: {
    create: logs("CreateLogGroup", "PutRetentionPolicy", "TagResource"),
    read: logs("DescribeLogGroups", "ListTagsForResource"),
    update: logs("PutRetentionPolicy", "DeleteRetentionPolicy", "TagResource", "UntagResource", "AssociateKmsKey"),
    delete: logs("DeleteLogGroup"),
  },
  aws_default_route_table: {
    read: ec2("DescribeRouteTables"),
    update: [...TAGS, ...ec2("DeleteRoute")],
  },
  aws_default_security_group: {
    read: ec2("DescribeSecurityGroups", "DescribeSecurityGroupRules"),
    update: [...TAGS, ...ec2("RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress")],
  },
  aws_ec2_managed_prefix_list: {
    create: ec2("CreateManagedPrefixList", "CreateTags"),
    read: ec2("DescribeManagedPrefixLists", "GetManagedPrefixListEntries"),
    update: [...TAGS, ...ec2("ModifyManagedPrefixList")],
    delete: ec2("DeleteManagedPrefixList"),
  },
  aws_ecr_lifecycle_policy: {
    create: ecr("PutLifecyclePolicy"),
    read: ecr("GetLifecyclePolicy"),
    delete: ecr("DeleteLifecyclePolicy"),
  },
  aws_ecr_pull_through_cache_rule: {
    create: [...ecr("CreatePullThroughCacheRule"), ...iam("CreateServiceLinkedRole")],
    read: ecr("DescribePullThroughCacheRules"),
    update: ecr("UpdatePullThroughCacheRule"),
    delete: ecr("DeletePullThroughCacheRule"),
  },
  aws_ecr_repository: {
    create: [...ecr("CreateRepository", "TagResource"), ...KEY_GRANT],
    read: ecr("DescribeRepositories", "ListTagsForResource"),
    update: ecr("PutImageTagMutability", "PutImageScanningConfiguration", "TagResource", "UntagResource"),
    delete: ecr("DeleteRepository"),
  },
  aws_ecr_repository_creation_template: {
    create: [...ecr("CreateRepositoryCreationTemplate"), ...iam("PassRole")],
    read: ecr("DescribeRepositoryCreationTemplates"),
    update: ecr("UpdateRepositoryCreationTemplate"),
    delete: ecr("DeleteRepositoryCreationTemplate"),
  },
  aws_eip: {
    create: ec2("AllocateAddress", "CreateTags"),
    read: ec2("DescribeAddresses", "DescribeAddressesAttribute"),
    update: TAGS,
    delete: ec2("DisassociateAddress", "ReleaseAddress"),
  },
  aws_eks_access_entry: {
    create: eks("CreateAccessEntry", "TagResource"),
    read: eks("DescribeAccessEntry"),
    update: eks("UpdateAccessEntry", "TagResource", "UntagResource"),
    delete: eks("DeleteAccessEntry"),
  },
  aws_eks_access_policy_association: {
    create: eks("AssociateAccessPolicy"),
    read: eks("ListAssociatedAccessPolicies"),
    delete: eks("DisassociateAccessPolicy"),
  },
  aws_eks_addon: {
    create: [...eks("CreateAddon", "TagResource"), ...iam("PassRole")],
    read: eks("DescribeAddon"),
    update: eks("UpdateAddon", "DescribeUpdate", "TagResource", "UntagResource"),
    delete: eks("DeleteAddon"),
  },
  aws_eks_cluster: {
    create: [...eks("CreateCluster", "TagResource"), ...iam("PassRole", "CreateServiceLinkedRole"), ...KEY_GRANT],
    read: eks("DescribeCluster"),
    update: eks("UpdateClusterConfig", "UpdateClusterVersion", "DescribeUpdate", "TagResource", "UntagResource"),
    delete: eks("DeleteCluster"),
  },
  aws_eks_node_group: {
    create: [
      ...eks("CreateNodegroup", "TagResource"),
      ...iam("PassRole", "CreateServiceLinkedRole", "GetRole"),
      ...ec2("RunInstances", "DescribeSubnets", "DescribeLaunchTemplateVersions"),
    ],
    read: eks("DescribeNodegroup"),
    update: eks("UpdateNodegroupConfig", "UpdateNodegroupVersion", "DescribeUpdate", "TagResource", "UntagResource"),
    delete: eks("DeleteNodegroup"),
  },
  aws_flow_log: {
    create: [...ec2("CreateFlowLogs", "CreateTags"), ...iam("PassRole")],
    read: ec2("DescribeFlowLogs"),
    update: TAGS,
    delete: ec2("DeleteFlowLogs"),
  },
  aws_iam_openid_connect_provider: {
    create: iam("CreateOpenIDConnectProvider", "TagOpenIDConnectProvider"),
    read: iam("GetOpenIDConnectProvider"),
    update: iam("TagOpenIDConnectProvider", "UntagOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint"),
    delete: iam("DeleteOpenIDConnectProvider"),
  },
  aws_iam_role: {
    create: iam("CreateRole", "TagRole"),
    read: iam("GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies"),
    update: iam("UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription", "TagRole", "UntagRole"),
    delete: iam("DeleteRole", "ListInstanceProfilesForRole"),
  },
  aws_iam_role_policy: {
    create: iam("PutRolePolicy"),
    read: iam("GetRolePolicy"),
    delete: iam("DeleteRolePolicy"),
  },
  aws_iam_role_policy_attachment: {
    create: iam("AttachRolePolicy"),
    read: iam("ListAttachedRolePolicies"),
    delete: iam("DetachRolePolicy"),
  },
  aws_internet_gateway: {
    create: ec2("CreateInternetGateway", "AttachInternetGateway", "CreateTags"),
    read: ec2("DescribeInternetGateways"),
    update: TAGS,
    delete: ec2("DetachInternetGateway", "DeleteInternetGateway"),
  },
  aws_kms_alias: {
    create: kms("CreateAlias"),
    read: kms("ListAliases"),
    update: kms("UpdateAlias"),
    delete: kms("DeleteAlias"),
  },
  // Its deletion is a person's own step: no plan may do it, and no right to it is given.
  aws_kms_key: {
    create: kms("CreateKey", "EnableKeyRotation", "TagResource"),
    read: kms("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"),
    update: kms("PutKeyPolicy", "UpdateKeyDescription", "TagResource", "UntagResource"),
  },
  aws_launch_template: {
    create: ec2("CreateLaunchTemplate", "CreateTags"),
    read: ec2("DescribeLaunchTemplates", "DescribeLaunchTemplateVersions"),
    update: [...TAGS, ...ec2("CreateLaunchTemplateVersion", "ModifyLaunchTemplate")],
    delete: ec2("DeleteLaunchTemplate"),
  },
  aws_lb: {
    create: [
      ...balancers("CreateLoadBalancer", "AddTags", "ModifyLoadBalancerAttributes", "SetSecurityGroups"),
      ...iam("CreateServiceLinkedRole"),
      ...ec2("DescribeSubnets", "DescribeSecurityGroups", "DescribeVpcs", "DescribeInternetGateways"),
    ],
    read: balancers(
      "DescribeCapacityReservation",
      "DescribeLoadBalancerAttributes",
      "DescribeLoadBalancers",
      "DescribeTags",
    ),
    update: balancers("AddTags", "RemoveTags", "ModifyLoadBalancerAttributes", "SetSecurityGroups", "SetSubnets"),
    delete: [...balancers("DeleteLoadBalancer"), ...ec2("DescribeNetworkInterfaces")],
  },
  aws_lb_listener: {
    create: balancers("CreateListener", "AddTags"),
    read: balancers("DescribeListenerAttributes", "DescribeListeners", "DescribeTags"),
    update: balancers("ModifyListener", "AddTags", "RemoveTags"),
    delete: balancers("DeleteListener"),
  },
  aws_lb_target_group: {
    create: balancers("CreateTargetGroup", "AddTags", "ModifyTargetGroupAttributes"),
    read: balancers("DescribeTargetGroupAttributes", "DescribeTargetGroups", "DescribeTags"),
    update: balancers("ModifyTargetGroup", "ModifyTargetGroupAttributes", "AddTags", "RemoveTags"),
    delete: balancers("DeleteTargetGroup"),
  },
  aws_lb_target_group_attachment: {
    create: balancers("RegisterTargets"),
    read: balancers("DescribeTargetHealth"),
    delete: balancers("DeregisterTargets"),
  },
  aws_nat_gateway: {
    create: ec2("CreateNatGateway", "CreateTags"),
    read: ec2("DescribeNatGateways"),
    update: TAGS,
    delete: ec2("DeleteNatGateway"),
  },
  aws_route: {
    create: ec2("CreateRoute"),
    read: ec2("DescribeRouteTables"),
    update: ec2("ReplaceRoute"),
    delete: ec2("DeleteRoute"),
  },
  aws_route_table: {
    create: ec2("CreateRouteTable", "CreateTags"),
    read: ec2("DescribeRouteTables"),
    update: TAGS,
    delete: ec2("DisassociateRouteTable", "DeleteRouteTable"),
  },
  aws_route_table_association: {
    create: ec2("AssociateRouteTable"),
    read: ec2("DescribeRouteTables"),
    update: ec2("ReplaceRouteTableAssociation"),
    delete: ec2("DisassociateRouteTable"),
  },
  aws_s3_bucket: {
    create: s3("CreateBucket", "PutBucketTagging"),
    read: s3(
      ...["GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLogging", "GetBucketPolicy"],
      ...["GetBucketObjectLockConfiguration", "GetBucketRequestPayment", "GetBucketTagging", "GetBucketVersioning"],
      ...["GetBucketWebsite", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "GetReplicationConfiguration"],
      "ListBucket",
    ),
    update: s3("PutBucketTagging"),
    delete: s3("DeleteBucket"),
  },
  aws_s3_bucket_cors_configuration: {
    create: s3("PutBucketCORS"),
    read: s3("GetBucketCORS"),
    delete: s3("PutBucketCORS"),
  },
  aws_s3_bucket_lifecycle_configuration: {
    create: s3("PutLifecycleConfiguration"),
    read: s3("GetLifecycleConfiguration"),
    delete: s3("PutLifecycleConfiguration"),
  },
  aws_s3_bucket_ownership_controls: {
    create: s3("PutBucketOwnershipControls"),
    read: s3("GetBucketOwnershipControls"),
    delete: s3("PutBucketOwnershipControls"),
  },
  aws_s3_bucket_policy: {
    create: s3("PutBucketPolicy"),
    read: s3("GetBucketPolicy"),
    delete: s3("DeleteBucketPolicy"),
  },
  aws_s3_bucket_public_access_block: {
    create: s3("PutBucketPublicAccessBlock"),
    read: s3("GetBucketPublicAccessBlock"),
    delete: s3("PutBucketPublicAccessBlock"),
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    create: s3("PutEncryptionConfiguration"),
    read: s3("GetEncryptionConfiguration"),
    delete: s3("PutEncryptionConfiguration"),
  },
  aws_s3_bucket_versioning: {
    create: s3("PutBucketVersioning"),
    read: s3("GetBucketVersioning"),
    delete: s3("PutBucketVersioning"),
  },
  aws_secretsmanager_secret: {
    create: secrets("CreateSecret", "TagResource"),
    read: secrets("DescribeSecret", "GetResourcePolicy"),
    update: secrets("UpdateSecret", "TagResource", "UntagResource"),
    delete: secrets("DeleteSecret"),
  },
  aws_security_group: {
    create: ec2("CreateSecurityGroup", "CreateTags", "RevokeSecurityGroupEgress"),
    read: ec2("DescribeSecurityGroups"),
    update: TAGS,
    delete: ec2("DeleteSecurityGroup", "DescribeNetworkInterfaces"),
  },
  aws_subnet: {
    create: ec2("CreateSubnet", "CreateTags"),
    read: ec2("DescribeSubnets"),
    update: [...TAGS, ...ec2("ModifySubnetAttribute")],
    delete: ec2("DeleteSubnet", "DescribeNetworkInterfaces"),
  },
  aws_vpc: {
    create: ec2("CreateVpc", "CreateTags", "ModifyVpcAttribute"),
    read: ec2(
      "DescribeVpcs",
      "DescribeVpcAttribute",
      "DescribeNetworkAcls",
      "DescribeRouteTables",
      "DescribeSecurityGroups",
    ),
    update: [...TAGS, ...ec2("ModifyVpcAttribute")],
    delete: ec2("DeleteVpc"),
  },
  aws_vpc_endpoint: {
    create: ec2("CreateVpcEndpoint", "CreateTags"),
    read: ec2("DescribeVpcEndpoints", "DescribeNetworkInterfaces", "DescribePrefixLists"),
    update: [...TAGS, ...ec2("ModifyVpcEndpoint")],
    delete: ec2("DeleteVpcEndpoints"),
  },
  aws_vpc_endpoint_service: {
    create: ec2("CreateVpcEndpointServiceConfiguration", "ModifyVpcEndpointServicePermissions", "CreateTags"),
    read: ec2("DescribeVpcEndpointServiceConfigurations", "DescribeVpcEndpointServicePermissions"),
    update: [...TAGS, ...ec2("ModifyVpcEndpointServiceConfiguration", "ModifyVpcEndpointServicePermissions")],
    delete: ec2("DeleteVpcEndpointServiceConfigurations"),
  },
  aws_vpc_security_group_egress_rule: {
    create: ec2("AuthorizeSecurityGroupEgress", "CreateTags"),
    read: ec2("DescribeSecurityGroupRules"),
    update: [...TAGS, ...ec2("ModifySecurityGroupRules")],
    delete: ec2("RevokeSecurityGroupEgress"),
  },
  aws_vpc_security_group_ingress_rule: {
    create: ec2("AuthorizeSecurityGroupIngress", "CreateTags"),
    read: ec2("DescribeSecurityGroupRules"),
    update: [...TAGS, ...ec2("ModifySecurityGroupRules")],
    delete: ec2("RevokeSecurityGroupIngress"),
  },
  aws_vpc_ipv4_cidr_block_association: {
    create: ec2("AssociateVpcCidrBlock"),
    read: ec2("DescribeVpcs"),
    delete: ec2("DisassociateVpcCidrBlock"),
  },
  aws_ec2_transit_gateway_vpc_attachment: {
    create: ec2("CreateTransitGatewayVpcAttachment", "CreateTags"),
    read: ec2("DescribeTransitGatewayVpcAttachments", "DescribeTransitGateways"),
    update: [...TAGS, ...ec2("ModifyTransitGatewayVpcAttachment")],
    delete: ec2("DeleteTransitGatewayVpcAttachment"),
  },
  aws_vpn_gateway_attachment: {
    create: ec2("AttachVpnGateway"),
    read: ec2("DescribeVpnGateways"),
    delete: ec2("DetachVpnGateway"),
  },
  "data.aws_eks_cluster": { read: eks("DescribeCluster") },
  "data.aws_network_interface": { read: ec2("DescribeNetworkInterfaces") },
  "data.aws_network_interfaces": { read: ec2("DescribeNetworkInterfaces") },
  "data.aws_prefix_list": { read: ec2("DescribePrefixLists") },
};
