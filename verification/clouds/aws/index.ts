/** AWS as a whole: its security groups, network ACLs, routes and endpoints put together. */
import type { PartialSystem, Resource } from "../../model";
import { endpointsOf } from "./endpoints/index";
import { ManagedServices } from "./managed-services";
import { TerraformInput } from "../terraform-input";
import { Networks } from "./network";
import { NetworkAcls } from "./network-acl";
import { PrefixLists } from "./prefix-list";
import { Routes } from "./routes";
import { SecurityGroups } from "./security-group";
import { SharedApis } from "./shared-apis";
import { unjudgedTypes } from "./unjudged";
import type { Cloud } from "../cloud";
import { account } from "./account/index";
import { checks } from "./checks/index";
import { grants } from "./grants";
import { secretArgument } from "../secret-argument";

/**
 * Endpoints of every AWS resource that has an address in a VPC, with the filters and routes that decide over it, and of
 * services that answer at public addresses beside.
 *
 * Also judged: each security group that nothing in the input is a member of, as an endpoint of kind `group`.
 */
export function awsPart(resources: readonly Resource[]): PartialSystem {
  const input = TerraformInput.of(resources);
  const networks = Networks.of(input);
  const prefixLists = new PrefixLists(input);
  const groups = new SecurityGroups(input, networks, prefixLists);
  const acls = new NetworkAcls(input, networks);
  const routes = new Routes(input, networks, prefixLists);
  const endpoints = endpointsOf(input, networks, groups, acls, routes);
  const all = [
    ...endpoints.endpoints,
    ...new ManagedServices(input, prefixLists).all(),
    ...new SharedApis(input).all(),
  ];
  return {
    endpoints: all,
    unjudged: [...groups.unjudged, ...acls.unjudged, ...endpoints.unjudged, ...unjudgedTypes(input)],
    rules: groups.rules + acls.rules,
  };
}

export const cloud = {
  part: awsPart,
  grants,
  offers: {
    aws_vpc_endpoint_service: {
      what: "endpoint service",
      who: "accounts open connections over PrivateLink",
      source: "aws:privatelink",
    },
    // Of a service that is in the input or not.
    aws_vpc_endpoint_service_allowed_principal: {
      what: "principal",
      who: "accounts open connections over PrivateLink",
      source: "aws:privatelink",
    },
  },
  secrets: {
    aws_ssm_parameter: (parameter) =>
      parameter.values["type"] === "SecureString" ? secretArgument("value")(parameter) : [],
  },
  account,
  checks,
} satisfies Cloud;
