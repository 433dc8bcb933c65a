/**
 * What lets packets in at something that is not in the input: a part is judged with the whole that it is of, and of a whole
 * elsewhere it can't be told who comes to it.
 *
 * API Gateway Developer Guide, "Set up private integrations"
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html): an API leads into a VPC and to
 * functions that are not public themselves. AWS Client VPN Administrator Guide, "How AWS Client VPN works"
 * (https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/how-it-works.html): clients come into the subnets that are
 * associated with an endpoint.
 */
import { isUnknown, type Resource } from "../../../model";
import type { TerraformInput } from "../../terraform-input";
import type { UnjudgedResources } from "../../unjudged-resources";
import { isNamed } from "./named";

interface Whole {
  readonly what: string;
  readonly types: readonly string[];
  /** Arguments by which parts name it, by their types. */
  readonly parts: Readonly<Record<string, string>>;
}

const WHOLES: readonly Whole[] = [
  {
    what: "load balancer",
    types: ["aws_lb", "aws_alb"],
    parts: { aws_lb_listener: "load_balancer_arn", aws_alb_listener: "load_balancer_arn" },
  },
  {
    what: "load balancer",
    types: ["aws_lb_listener", "aws_alb_listener"],
    parts: { aws_lb_listener_rule: "listener_arn", aws_alb_listener_rule: "listener_arn" },
  },
  {
    what: "API",
    types: ["aws_apigatewayv2_api"],
    parts: {
      aws_apigatewayv2_integration: "api_id",
      aws_apigatewayv2_route: "api_id",
      aws_apigatewayv2_stage: "api_id",
    },
  },
  {
    what: "API",
    types: ["aws_api_gateway_rest_api"],
    parts: {
      aws_api_gateway_deployment: "rest_api_id",
      aws_api_gateway_integration: "rest_api_id",
      aws_api_gateway_method: "rest_api_id",
      aws_api_gateway_stage: "rest_api_id",
    },
  },
  {
    what: "domain name",
    types: ["aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name"],
    parts: { aws_api_gateway_base_path_mapping: "domain_name", aws_apigatewayv2_api_mapping: "domain_name" },
  },
  {
    what: "API",
    types: ["aws_appsync_graphql_api"],
    parts: { aws_appsync_datasource: "api_id", aws_appsync_resolver: "api_id" },
  },
  {
    what: "VPN endpoint",
    types: ["aws_ec2_client_vpn_endpoint"],
    parts: {
      aws_ec2_client_vpn_authorization_rule: "client_vpn_endpoint_id",
      aws_ec2_client_vpn_network_association: "client_vpn_endpoint_id",
      aws_ec2_client_vpn_route: "client_vpn_endpoint_id",
    },
  },
];

/** Leaves unjudged what is a part of something elsewhere. */
export function leaveElsewhere(input: TerraformInput, unjudged: UnjudgedResources): void {
  for (const { what, types, parts } of WHOLES) {
    const known = input.managed(...types);
    for (const [type, argument] of Object.entries(parts)) {
      for (const part of input.managed(type)) {
        if (!known.some((whole) => isPartOf(whole, part, argument, input)))
          unjudged.leave(part, `the ${what} at which it lets packets in is not in the input`);
      }
    }
  }
}

/** Whether a part names the whole, by a reference to it or by what the cloud or its own argument calls it. */
function isPartOf(whole: Resource, part: Resource, argument: string, input: TerraformInput): boolean {
  const name = part.values[argument];
  if (isNamed(input, name, part, whole)) return true;
  // An expression that chooses among the input's own.
  if (isUnknown(name)) return name.mentions.includes(whole.address.replace(/\[[^\]]*\]$/, ""));
  const own = whole.values[argument];
  return typeof own === "string" && own === input.follow(name, part);
}
