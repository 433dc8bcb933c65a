/** AWS as a whole: its security groups, network ACLs, routes and endpoints put together. */
import type { Part, Resource } from "../model";
import { Endpoints } from "./aws-endpoints";
import { TerraformInput } from "./terraform-input";
import { Networks } from "./aws-network";
import { NetworkAcls } from "./aws-network-acl";
import { PrefixLists } from "./aws-prefix-list";
import { Routes } from "./aws-routes";
import { SecurityGroups } from "./aws-security-group";
import { unjudgedTypes } from "./aws-unjudged";

/**
 * Endpoints of every AWS resource that has an address in a VPC, with the filters and routes that decide over it.
 *
 * Also judged: each security group that nothing in the input is a member of, as an endpoint of kind `group`.
 */
export function awsPart(resources: readonly Resource[]): Part {
  const input = TerraformInput.of(resources);
  const networks = Networks.of(input);
  const prefixLists = new PrefixLists(input);
  const groups = new SecurityGroups(input, networks, prefixLists);
  const acls = new NetworkAcls(input, networks);
  const routes = new Routes(input, networks, prefixLists);
  const endpoints = new Endpoints(input, networks, groups, acls, routes);
  const all = endpoints.all();
  return {
    endpoints: all,
    unjudged: [...groups.unjudged, ...acls.unjudged, ...endpoints.unjudged, ...unjudgedTypes(input)],
    rules: groups.rules + acls.rules,
  };
}
