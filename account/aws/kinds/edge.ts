/** What answers at public addresses beside every network, and what leads from there into one. */
import { turned } from "../../turned";
import { listed, type Kind } from "../kind";

export const EDGE: readonly Kind[] = [
  listed(
    "rest-apis",
    "apigateway:GET",
    ({ restApis }) => restApis.sdk.paginateGetRestApis(restApis, {}),
    ({ items }) => items,
    ["id", "name", "disableExecuteApiEndpoint", "endpointConfiguration.types", "policy"],
  ),
  listed(
    // Those of every API: the service's second version lists a part of them.
    "api-domain-names",
    "apigateway:GET",
    ({ restApis }) => restApis.sdk.paginateGetDomainNames(restApis, {}),
    ({ items }) => items,
    ["domainName", "domainNameId", "endpointConfiguration.types", "securityPolicy"],
  ),
  listed(
    "rest-vpc-links",
    "apigateway:GET",
    ({ restApis }) => restApis.sdk.paginateGetVpcLinks(restApis, {}),
    ({ items }) => items,
    ["id", "name", "targetArns", "status"],
  ),
  listed(
    "apis",
    "apigateway:GET",
    ({ apis: { client, sdk } }) =>
      turned(
        (NextToken) => client.send(new sdk.GetApisCommand({ NextToken })),
        ({ NextToken }) => NextToken,
      ),
    ({ Items }) => Items,
    ["ApiId", "Name", "ProtocolType", "DisableExecuteApiEndpoint"],
  ),
  listed(
    "vpc-links",
    "apigateway:GET",
    ({ apis: { client, sdk } }) =>
      turned(
        (NextToken) => client.send(new sdk.GetVpcLinksCommand({ NextToken })),
        ({ NextToken }) => NextToken,
      ),
    ({ Items }) => Items,
    ["VpcLinkId", "Name", "SubnetIds", "SecurityGroupIds", "VpcLinkStatus"],
  ),
  listed(
    "distributions",
    "cloudfront:ListDistributions",
    ({ cloudFront }) => cloudFront.sdk.paginateListDistributions(cloudFront, {}),
    ({ DistributionList }) => DistributionList?.Items,
    [
      // Headers that it adds for its origins are often secrets.
      ...["Id", "ARN", "DomainName", "Enabled", "DefaultCacheBehavior.ViewerProtocolPolicy"],
      "CacheBehaviors.Items.ViewerProtocolPolicy",
      "Origins.Items.CustomOriginConfig.OriginProtocolPolicy",
      "Origins.Items.VpcOriginConfig.VpcOriginId",
    ],
  ),
  listed(
    "vpc-origins",
    "cloudfront:ListVpcOrigins",
    ({ cloudFront: { client, sdk } }) =>
      turned(
        (Marker) => client.send(new sdk.ListVpcOriginsCommand({ Marker })),
        ({ VpcOriginList }) => VpcOriginList?.NextMarker,
      ),
    ({ VpcOriginList }) => VpcOriginList?.Items,
    ["Id", "Name", "Arn", "Status", "OriginEndpointArn"],
  ),
];
