/**
 * Records of what answers at public addresses beside every network as resources of the provider.
 *
 * API references of Amazon API Gateway, its second version, and Amazon CloudFront (https://docs.aws.amazon.com).
 */
import { isUnknown, type Value } from "../../../model";
import { at, blocks, type ObjectValue } from "../../../values";
import { each, nameAt, type AccountReader } from "../../account";

/** A policy as API Gateway tells it: its quotes may be escaped once more than JSON's are. */
function policyOf(told: Value | undefined): Value | undefined {
  if (typeof told !== "string" || !told.startsWith("{\\")) return told;
  return JSON.parse(`"${told}"`) as string;
}

const isGone = (state: Value | undefined) => state === "DELETING" || state === "deleting";

export const edge: AccountReader = {
  "rest-apis": (record) => [
    {
      type: "aws_api_gateway_rest_api",
      name: nameAt(record, "id"),
      values: {
        id: record["id"],
        name: record["name"],
        disable_execute_api_endpoint: record["disableExecuteApiEndpoint"],
        endpoint_configuration: [{ types: each(record["endpointConfiguration"], "types") }],
        policy: policyOf(record["policy"]),
      },
    },
  ],
  "api-domain-names": (record) => [
    {
      type: "aws_api_gateway_domain_name",
      name: nameAt(record, "domainName"),
      values: {
        id: record["domainNameId"] ?? record["domainName"],
        domain_name: record["domainName"],
        security_policy: record["securityPolicy"],
        endpoint_configuration: [{ types: each(record["endpointConfiguration"], "types") }],
      },
    },
  ],
  "rest-vpc-links": (record) =>
    isGone(record["status"])
      ? []
      : [
          {
            type: "aws_api_gateway_vpc_link",
            name: nameAt(record, "id"),
            values: { id: record["id"], name: record["name"], target_arns: record["targetArns"] },
          },
        ],
  apis: (record) => [
    {
      type: "aws_apigatewayv2_api",
      name: nameAt(record, "ApiId"),
      values: {
        id: record["ApiId"],
        name: record["Name"],
        protocol_type: record["ProtocolType"],
        disable_execute_api_endpoint: record["DisableExecuteApiEndpoint"],
      },
    },
  ],
  "vpc-links": (record) =>
    isGone(record["VpcLinkStatus"])
      ? []
      : [
          {
            type: "aws_apigatewayv2_vpc_link",
            name: nameAt(record, "VpcLinkId"),
            values: {
              id: record["VpcLinkId"],
              name: record["Name"],
              subnet_ids: record["SubnetIds"],
              security_group_ids: record["SecurityGroupIds"],
            },
          },
        ],
  distributions: (record) => [
    {
      type: "aws_cloudfront_distribution",
      name: nameAt(record, "Id"),
      values: {
        id: record["Id"],
        arn: record["ARN"],
        domain_name: record["DomainName"],
        enabled: record["Enabled"],
        default_cache_behavior: [behavior(record["DefaultCacheBehavior"] ?? null)],
        ordered_cache_behavior: items(record["CacheBehaviors"]).map(behavior),
        origin: items(record["Origins"]).map(origin),
      },
    },
  ],
  "vpc-origins": (record) => [
    {
      type: "aws_cloudfront_vpc_origin",
      name: nameAt(record, "Id"),
      values: {
        id: record["Id"],
        arn: record["Arn"],
        vpc_origin_endpoint_config: [{ name: record["Name"] ?? null, arn: record["OriginEndpointArn"] ?? null }],
      },
    },
  ],
};

const items = (list: Value | undefined): readonly Value[] => (isUnknown(list) ? [list] : blocks(at(list, "Items")));

const behavior = (told: Value): ObjectValue => ({
  viewer_protocol_policy: at(told, "ViewerProtocolPolicy") ?? null,
});

function origin(told: Value): ObjectValue {
  const protocol = at(told, "CustomOriginConfig", "OriginProtocolPolicy");
  const inVpc = at(told, "VpcOriginConfig", "VpcOriginId");
  return {
    ...(protocol !== undefined && { custom_origin_config: [{ origin_protocol_policy: protocol }] }),
    ...(inVpc !== undefined && { vpc_origin_config: [{ vpc_origin_id: inVpc }] }),
  };
}
