/** What AWS bills: https://aws.amazon.com/pricing/ */
import { isReference } from "../../verification/model";
import { at, field, texts } from "../../verification/values";
import { always, between, each, times, wordOf, type Bill, type Counting } from "../part";

/** Nodes of a pool, of its first instance type, and their disks as the launch template has them. */
const nodeGroup: Counting = (group, all) => {
  const { address: resource } = group;
  const size = (name: string) => field(group, "scaling_config", name);
  const count = between(size("min_size"), size("desired_size"), size("max_size"));
  const [type = "unknown"] = texts(field(group, "instance_types")).map((one) =>
    typeof one === "string" ? one : "unknown",
  );
  const isSpot = wordOf(group, "capacity_type") === "SPOT";
  const templateId = field(group, "launch_template", "id");
  const template = isReference(templateId) ? all.find(({ address }) => address === templateId.address) : undefined;
  const disk = template && at(field(template, "block_device_mappings"), 0, "ebs");
  return [
    { what: `${type}${isSpot ? " spot" : ""} node`, price: `${isSpot ? "spot" : "instance"}:${type}`, resource, count },
    { what: "GiB of gp3 disk", price: "disk:gp3", resource, count: times(count, at(disk, "volume_size")) },
  ];
};

/** An interface endpoint is billed in each zone; gateway endpoints are free. */
const endpoint: Counting = (resource) => {
  if (wordOf(resource, "vpc_endpoint_type") !== "Interface") return [];
  const count = always(texts(field(resource, "subnet_ids")).length);
  return [{ what: "interface endpoint in a zone", price: "interface-endpoint", resource: resource.address, count }];
};

export const bill: Bill = {
  byTime: {
    aws_eip: each("public IPv4 address", "public-address"),
    aws_eks_cluster: each("EKS cluster", "cluster"),
    aws_eks_node_group: nodeGroup,
    aws_kms_key: each("KMS key", "key"),
    aws_lb: each("network load balancer", "load-balancer"),
    aws_nat_gateway: each("NAT gateway", "nat-gateway"),
    aws_secretsmanager_secret: each("secret", "secret"),
    aws_vpc_endpoint: endpoint,
  },
  byUse: {
    aws_cloudwatch_log_group: "GB of logs taken in and kept",
    aws_ecr_repository: "GB of images kept",
    aws_eip: "GB that leave for the internet",
    aws_flow_log: "GB of flow logs delivered",
    aws_kms_key: "requests to keys",
    aws_lb: "capacity units of the load balancer",
    aws_nat_gateway: "GB through NAT gateways",
    aws_s3_bucket: "GB of objects kept, old versions included, and requests",
    aws_secretsmanager_secret: "requests for secrets",
    aws_vpc_endpoint: "GB through interface endpoints",
  },
  free: [
    "aws_default_route_table",
    "aws_default_security_group",
    "aws_ec2_managed_prefix_list",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_pull_through_cache_rule",
    "aws_ecr_repository_creation_template",
    "aws_eks_access_entry",
    "aws_eks_access_policy_association",
    "aws_eks_addon",
    "aws_iam_openid_connect_provider",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_internet_gateway",
    "aws_kms_alias",
    "aws_launch_template",
    "aws_lb_listener",
    "aws_lb_target_group",
    "aws_lb_target_group_attachment",
    "aws_route",
    "aws_route_table",
    "aws_route_table_association",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint_service",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
  ],
};
