/** Which resources of an account of AWS are a deployment's. */
import { shown } from "../../../../config/texts";
import { clusterName } from "../../../../config/names";
import type { Resource } from "../../../model";
import type { AccountPart } from "../../account";
import { partAround, type Places } from "../../account-part";
import { TerraformInput } from "../../terraform-input";

const PLACES: Places = {
  prefix: "aws_",
  networks: ["aws_vpc", "aws_default_vpc"],
  arguments: [
    ...["vpc_id", "peer_vpc_id", "subnet_id", "subnet_ids", "subnets", "vpc_config.subnet_ids", "eni_id"],
    ...["security_group_id", "vpc_security_group_ids", "security_groups", "network_interfaces.security_groups"],
    ...["route_table_id", "network_acl_id", "network_interface_id", "network_interface"],
    ...["load_balancer_arn", "network_load_balancer_arns", "gateway_load_balancer_arns"],
    ...["cluster_name", "function_name", "db_subnet_group_name", "subnet_group_name"],
    ...["target_arns", "vpc_origin_endpoint_config.arn", "endpoint_configuration.endpoint_id"],
    ...["vpc_identifier", "config.vpc_identifier", "target_group_identifier", "target.id"],
  ],
  shared: ["aws_kms_key", "aws_iam_policy", "aws_iam_openid_connect_provider", "aws_cloudwatch_log_group"],
};

/** @param isWritten whether the deployment's stacks write a resource of this type and name */
export const part: AccountPart = (account, deployment, isWritten) => {
  const input = TerraformInput.of(account);
  const cluster = input.managed("aws_eks_cluster").find(({ values }) => values["name"] === clusterName(deployment));
  if (cluster === undefined) return undefined;
  const issuers = input.collect(cluster, "identity.oidc.issuer");
  const isIssuer = ({ type, values }: Resource) =>
    type === "aws_iam_openid_connect_provider" && issuers.includes(`https://${shown(values["url"])}`);
  const isOfAll = ({ type }: Resource) => type === "aws_s3_account_public_access_block";
  return partAround(cluster, input, PLACES, (one) => isWritten(one) || isIssuer(one) || isOfAll(one));
};
