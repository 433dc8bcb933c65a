/**
 * Resources that change who can reach what and that the other files do not model. Each is named in the report, so that
 * what is not judged is never taken as fine.
 *
 * Of no effect on packets, and so left out: the parts that a listed resource is made of and that do nothing without it
 * (policies, rule groups, listeners, target groups, logging, tags); filters of names and of HTTP requests (Route 53
 * Resolver DNS Firewall, WAF, Shield), which take connections away and give none; `aws_vpc_block_public_access_options`
 * with `off` or `block-ingress`, since nothing here relies on it; `aws_vpc_block_public_access_exclusion` and
 * `aws_ec2_subnet_cidr_reservation`. Transit gateways, VPNs, peerings, Direct Connect and core networks are judged by
 * `routes.ts`, which takes every address to be behind them.
 *
 * The documentation of each is the AWS service's own user guide (https://docs.aws.amazon.com).
 */
import { ATTACHING_TYPES } from "./endpoints";
import type { TerraformInput } from "../terraform-input";
import type { Resource, Unjudged, Value } from "../../model";
import { isList, isObject } from "../../values";

const OPENS = "it opens a way into the VPC that security groups alone do not tell";
const STOPS = "it may stop what rules and routes allow";
const MAKES = "it may make network resources that the input does not hold";
const LAUNCHES = "the network interfaces that it makes are not modelled";
const ROUTES = "it changes routes while running";

/** Types, a trailing `*` for all that begin so, with the reason that the report gives. */
const TYPES: Readonly<Record<string, string>> = {
  "terraform:module": "the module's resources are not in the input",
  "awscc_*": MAKES,
  aws_cloudformation_stack: MAKES,
  aws_cloudformation_stack_set: MAKES,
  aws_cloudcontrolapi_resource: MAKES,
  aws_elastic_beanstalk_environment: MAKES,
  aws_servicecatalog_provisioned_product: MAKES,
  aws_api_gateway_vpc_link: OPENS,
  aws_apigatewayv2_vpc_link: OPENS,
  aws_apprunner_vpc_ingress_connection: OPENS,
  aws_cloudfront_vpc_origin: OPENS,
  aws_ec2_client_vpn_endpoint: OPENS,
  aws_ec2_instance_connect_endpoint: OPENS,
  aws_globalaccelerator_endpoint_group: OPENS,
  aws_globalaccelerator_custom_routing_endpoint_group: OPENS,
  aws_lambda_function_url: "it lets a public address invoke code in the VPC",
  aws_verifiedaccess_endpoint: OPENS,
  aws_vpclattice_resource_gateway: OPENS,
  aws_vpclattice_service_network_vpc_association: OPENS,
  aws_vpclattice_target_group_attachment: OPENS,
  aws_ec2_traffic_mirror_session: "it copies packets out beside every rule",
  aws_networkfirewall_firewall: STOPS,
  aws_networkfirewall_vpc_endpoint_association: STOPS,
  "aws_vpc_route_server*": ROUTES,
  aws_appstream_fleet: LAUNCHES,
  aws_appstream_image_builder: LAUNCHES,
  aws_directory_service_directory: LAUNCHES,
  aws_ec2_fleet: LAUNCHES,
  aws_emr_cluster: LAUNCHES,
  aws_lightsail_container_service: LAUNCHES,
  aws_lightsail_database: LAUNCHES,
  aws_lightsail_instance: LAUNCHES,
  aws_lightsail_lb: LAUNCHES,
  aws_opsworks_instance: LAUNCHES,
  aws_spot_fleet_request: LAUNCHES,
  aws_workspaces_directory: LAUNCHES,
  aws_workspaces_workspace: LAUNCHES,
};

const EXACT = new Map(Object.entries(TYPES));
const PREFIXES = Object.entries(TYPES)
  .filter(([type]) => type.endsWith("*"))
  .map(([type, reason]) => [type.slice(0, -1), reason] as const);

/** Types whose fields that speak of security groups are read by the other files. */
const READ = new Set([
  ...ATTACHING_TYPES,
  "aws_security_group",
  "aws_default_security_group",
  "aws_security_group_rule",
  "aws_vpc_security_group_ingress_rule",
  "aws_vpc_security_group_egress_rule",
  // Only names groups that exist elsewhere.
  "aws_vpc",
  "aws_default_vpc",
]);

/** What the AWS files leave out of `input`. */
export function unjudgedTypes(input: TerraformInput): Unjudged[] {
  return input.resources.flatMap((resource) => {
    const reason = resource.mode === "managed" ? reasonOf(resource) : undefined;
    return reason === undefined ? [] : [{ resource: resource.address, location: resource.location, reason }];
  });
}

function reasonOf(resource: Resource): string | undefined {
  const { type, values } = resource;
  const listed = EXACT.get(type) ?? PREFIXES.find(([prefix]) => type.startsWith(prefix))?.[1];
  if (listed !== undefined) return listed;
  if (type === "aws_vpc_block_public_access_options") {
    const mode = values["internet_gateway_block_mode"];
    return mode === "off" || mode === "block-ingress" ? undefined : STOPS;
  }
  if (!type.startsWith("aws_") || READ.has(type)) return undefined;
  return carriesGroups(values) ? `${type} carries security groups and is not modelled` : undefined;
}

/** Whether any field of the value speaks of security groups and holds something. */
function carriesGroups(value: Value): boolean {
  if (isList(value)) return value.some(carriesGroups);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, held]) =>
    /security_?groups?(_|$)/.test(name) ? isHeld(held) : carriesGroups(held),
  );
}

function isHeld(value: Value): boolean {
  return isList(value) ? value.length > 0 : value !== null && value !== "" && value !== false;
}
