/**
 * What lets packets in at something that is not in the input.
 *
 * API Gateway Developer Guide, "Set up private integrations"
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html): an API leads into a VPC and to
 * functions that are not public themselves. AWS Client VPN Administrator Guide, "How AWS Client VPN works"
 * (https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/how-it-works.html): clients come into the subnets that are
 * associated with an endpoint. Elastic Load Balancing, "Register targets with your target group"
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html): whoever comes
 * to the load balancer comes to what is registered. Amazon EC2 User Guide, "Elastic network interfaces"
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html): an interface brings its own addresses and groups.
 * Amazon VPC User Guide, "Configure route tables"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html): a subnet is public by the table that it has.
 */
import { isUnknown, type Resource, type Value } from "../../../model";
import { isAbsent, isMentioned, type TerraformInput } from "../../terraform-input";
import type { UnjudgedResources } from "../../unjudged-resources";
import type { Routes } from "../routes";
import { leaveParts, type Whole } from "../../wholes";
import { isNamed } from "./named";

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
    what: "target group",
    types: ["aws_lb_target_group", "aws_alb_target_group"],
    parts: {
      aws_alb_target_group_attachment: "target_group_arn",
      aws_autoscaling_attachment: "lb_target_group_arn",
      aws_autoscaling_group: "target_group_arns",
      aws_ecs_service: "load_balancer.target_group_arn",
      aws_ecs_task_set: "load_balancer.target_group_arn",
      aws_lb_target_group_attachment: "target_group_arn",
    },
  },
  {
    what: "target group",
    types: ["aws_lb_target_group", "aws_alb_target_group"],
    parts: { aws_ecs_service: "load_balancer.advanced_configuration.alternate_target_group_arn" },
  },
  {
    what: "load balancer",
    types: ["aws_elb"],
    parts: {
      aws_autoscaling_attachment: "elb",
      aws_autoscaling_group: "load_balancers",
      aws_ecs_service: "load_balancer.elb_name",
      aws_ecs_task_set: "load_balancer.load_balancer_name",
      aws_elb_attachment: "elb",
    },
  },
  {
    what: "target group or load balancer",
    types: ["aws_lb_target_group", "aws_alb_target_group", "aws_elb"],
    parts: {
      aws_autoscaling_group: "traffic_source.identifier",
      aws_autoscaling_traffic_source_attachment: "traffic_source.identifier",
    },
  },
  {
    what: "network interface",
    types: ["aws_network_interface"],
    parts: { aws_network_interface_attachment: "network_interface_id" },
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

/** What gives a subnet or a VPC a route table: the argument that names it, and the types that it may be of. */
const TABLED: Readonly<Record<string, readonly [argument: string, ...types: string[]]>> = {
  aws_main_route_table_association: ["vpc_id", "aws_vpc", "aws_default_vpc"],
  aws_route_table_association: ["subnet_id", "aws_subnet", "aws_default_subnet"],
};

/** Leaves unjudged what is a part of something elsewhere, and what leads the internet to it. */
export function leaveElsewhere(input: TerraformInput, routes: Routes, unjudged: UnjudgedResources): void {
  leaveLed(input, routes, unjudged);
  const isHeld = (name: Value, part: Resource, argument: string, types: readonly string[]) =>
    input.managed(...types).some((whole) => isPartOf(whole, name, part, input, argument));
  leaveParts(input, WHOLES, isHeld, unjudged);
}

/** Leaves unjudged what leads the internet to a subnet or a VPC elsewhere. */
function leaveLed(input: TerraformInput, routes: Routes, unjudged: UnjudgedResources): void {
  const isElsewhere = (part: Resource): boolean => {
    const [argument, ...types] = TABLED[part.type] ?? [];
    if (argument === undefined) return routes.vpcOf(part)?.resource?.mode !== "managed";
    const name = part.values[argument];
    return !isAbsent(name) && !input.managed(...types).some((one) => isPartOf(one, name, part, input, argument));
  };
  for (const part of input.managed("aws_default_route_table", ...Object.keys(TABLED))) {
    if (routes.leadToInternet(part) && isElsewhere(part))
      unjudged.leave(part, "it leads the internet to what is not in the input");
  }
}

/** Whether a part names the whole: by a reference, by the cloud's name for it or its own, or by the argument of both. */
export function isPartOf(
  whole: Resource,
  name: Value | undefined,
  part: Resource,
  input: TerraformInput,
  argument: string,
): boolean {
  if (isNamed(input, name, part, whole)) return true;
  if (isUnknown(name)) return isMentioned(whole, name);
  const written = input.follow(name, part);
  return typeof written === "string" && [whole.values[argument], whole.values["name"]].includes(written);
}
