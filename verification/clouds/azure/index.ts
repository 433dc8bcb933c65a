/** Azure as a whole: its network security groups, routes, load balancers and endpoints put together. */
import type { PartialSystem, Resource } from "../../model";
import { account } from "./account/index";
import { asAzurerm } from "./azapi/index";
import { endpointsOf } from "./endpoints/index";
import { AzureInput } from "./input";
import { ManagedServices } from "./managed-services/index";
import { AzureNetworks } from "./network";
import { NetworkSecurityGroups } from "./nsg";
import { AzureRoutes } from "./routes";
import { SecurityRules } from "./security-rule";
import { AZURE_HOST } from "./service-tags";
import { unjudgedAzureTypes } from "./unjudged";
import type { Cloud } from "../cloud";
import { checks } from "./checks/index";
import { grants } from "./grants";
import { secretArgument } from "../secret-argument";

/**
 * Endpoints of every Azure resource that has an address in a virtual network, with the security groups and routes that
 * decide what reaches it, and of Azure's services at public addresses, with their own rules for who may come in.
 *
 * Also judged: each security group that nothing in the input is a member of, as an endpoint of kind `group`.
 */
export function azurePart(resources: readonly Resource[]): PartialSystem {
  const input = new AzureInput(resources);
  const networks = new AzureNetworks(input);
  const rules = new SecurityRules(input);
  const groups = new NetworkSecurityGroups(input, rules);
  const routes = new AzureRoutes(input, networks);
  const endpoints = endpointsOf(input, networks, rules, groups, routes);
  const services = new ManagedServices(input, networks);
  const all = [...endpoints.endpoints, ...services.endpoints()];
  return {
    endpoints: all,
    unjudged: [
      ...networks.unjudged,
      ...groups.unjudged,
      ...routes.unjudged,
      ...endpoints.unjudged,
      ...unjudgedAzureTypes(input),
    ],
    rules: groups.rules + services.rules,
    platform: AZURE_HOST,
  };
}

export const cloud = {
  translate: asAzurerm,
  part: azurePart,
  grants,
  offers: {
    azurerm_private_link_service: {
      what: "private link service",
      who: "subscriptions open connections over Private Link",
      source: "azure:privatelink",
    },
  },
  secrets: { azurerm_key_vault_secret: secretArgument("value") },
  account,
  checks,
} satisfies Cloud;
