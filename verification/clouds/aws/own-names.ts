/** Names and ARNs that AWS makes of what a deployment writes. */
import type { AwsDeployment } from "../../../config/deployment";
import { referenceTo, type Reference, type Resource } from "../../model";
import type { TerraformInput } from "../terraform-input";
import { knownText } from "../../values";
import { OWN_KEY } from "./calls";
import type { Spelling } from "./policy-document";

/** How a deployment's own resources are named in policies, by references to them or, once they stand, by what AWS gave. */
export function ownNames(
  input: TerraformInput,
  { account, cloudRegion }: Pick<AwsDeployment, "account" | "cloudRegion">,
): Spelling {
  const given = [
    ...input.managed("aws_kms_key").map((key) => [knownText(key.values["arn"]), OWN_KEY] as const),
    ...input
      .managed("aws_vpc_endpoint")
      .map((endpoint) => [knownText(endpoint.values["id"]), endpoint.address] as const),
  ];
  const written = (text: string) =>
    given.reduce((named, [name, own]) => (name === undefined ? named : named.replaceAll(name, own)), text);
  return { reference, written };

  function reference({ address, attribute }: Reference, from: Resource): string | undefined {
    const target = input.find(referenceTo(address, ""), from, "resource");
    if (target.kind !== "resource") return undefined;
    const { resource } = target;
    const named = (argument: string) => knownText(input.follow(resource.values[argument], resource));
    switch (`${resource.type}.${attribute}`) {
      case "aws_s3_bucket.arn":
        return around("arn:aws:s3:::", named("bucket"));
      case "aws_cloudwatch_log_group.arn":
        return around(`arn:aws:logs:${cloudRegion}:${account}:log-group:`, named("name"));
      case "aws_eks_cluster.id":
        return named("name");
      case "aws_kms_key.arn":
        return OWN_KEY;
      case "aws_vpc_endpoint.id":
        return resource.address;
      default:
        return undefined;
    }
  }
}

const around = (prefix: string, name: string | undefined): string | undefined =>
  name === undefined ? undefined : `${prefix}${name}`;
