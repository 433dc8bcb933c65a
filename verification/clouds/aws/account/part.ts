/** Which resources of an account are a deployment's: what is in its network, and beside that what it names or uses. */
import { shown } from "../../../../config/texts";
import { clusterName } from "../../../../config/names";
import { isReference, type Resource, type Value } from "../../../model";
import type { AccountPart } from "../../account";
import { isList, isObject } from "../../../values";
import { TerraformInput } from "../../terraform-input";

const VPCS = ["aws_vpc", "aws_default_vpc"];

/** Arguments that name what a resource is in or of, up to its VPC. */
const PLACES = [
  ...["vpc_id", "peer_vpc_id", "subnet_id", "subnet_ids", "subnets", "vpc_config.subnet_ids", "eni_id"],
  ...["security_group_id", "vpc_security_group_ids", "security_groups", "network_interfaces.security_groups"],
  ...["route_table_id", "network_acl_id", "network_interface_id", "network_interface"],
  ...["load_balancer_arn", "network_load_balancer_arns", "gateway_load_balancer_arns"],
  ...["cluster_name", "function_name", "db_subnet_group_name", "subnet_group_name"],
];

/** What many may use: whoever does is not of the deployment by that. */
const SHARED = ["aws_kms_key", "aws_iam_policy", "aws_iam_openid_connect_provider", "aws_cloudwatch_log_group"];

/** @param isWritten whether the deployment's stacks write a resource of this type and name */
export const part: AccountPart = (account, deployment, isWritten) => {
  const input = TerraformInput.of(account);
  const cluster = input.managed("aws_eks_cluster").find(({ values }) => values["name"] === clusterName(deployment));
  if (cluster === undefined) return undefined;
  const networks = new Set(placesOf(cluster, input));
  const issuers = input.collect(cluster, "identity.oidc.issuer");
  const isIssuer = ({ type, values }: Resource) =>
    type === "aws_iam_openid_connect_provider" && issuers.includes(`https://${shown(values["url"])}`);
  const kept = new Set<Resource>();
  const loose: Resource[] = [];
  for (const resource of account) {
    const places = placesOf(resource, input);
    if (places.some((vpc) => networks.has(vpc))) kept.add(resource);
    else if (places.length === 0) {
      // What stands for calls that failed may be of the deployment.
      if (isWritten(resource) || isIssuer(resource) || !resource.type.startsWith("aws_")) kept.add(resource);
      else loose.push(resource);
    }
  }
  // What it uses, and what more is said of that.
  for (let size = -1; size !== kept.size;) {
    size = kept.size;
    const used = new Set([...kept].flatMap((resource) => namedBy(resource, input)));
    for (const resource of loose) {
      const saysMoreOf = namedBy(resource, input).some((one) => kept.has(one) && !SHARED.includes(one.type));
      if (used.has(resource) || saysMoreOf) kept.add(resource);
    }
  }
  return account.filter((resource) => kept.has(resource));
};

/** The VPCs that a resource is in; none for what is in no network. */
function placesOf(resource: Resource, input: TerraformInput, above: readonly Resource[] = []): Resource[] {
  if (VPCS.includes(resource.type)) return [resource];
  const named = PLACES.flatMap((path) => targets(resource, path, input));
  const further = named.filter((one) => one !== resource && !above.includes(one));
  return [...new Set(further.flatMap((one) => placesOf(one, input, [...above, resource])))];
}

function targets(resource: Resource, path: string, input: TerraformInput): Resource[] {
  return input.collect(resource, path).flatMap((value) => {
    const target = input.find(value, resource, path);
    return target.kind === "resource" ? [target.resource] : [];
  });
}

/** Everything that a resource refers to. */
function namedBy(resource: Resource, input: TerraformInput): Resource[] {
  return referencesIn(resource.values).flatMap((reference) => {
    const target = input.find(reference, resource, "resource");
    return target.kind === "resource" ? [target.resource] : [];
  });
}

function referencesIn(value: Value): Value[] {
  if (isReference(value)) return [{ ...value, attribute: "" }];
  if (isList(value)) return value.flatMap(referencesIn);
  return isObject(value) ? Object.values(value).flatMap(referencesIn) : [];
}
