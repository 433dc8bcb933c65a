/**
 * Resources that change who can reach what and that the other files do not model. Each is named in the report, so that
 * what is not judged is never taken as fine.
 *
 * Security admin rules of a network manager are evaluated before network security groups and may let in what these
 * deny: Microsoft, "Security admin rules in Azure Virtual Network Manager"
 * (https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins). A firewall decides by rules of
 * names, threat intelligence and translation: "Azure Firewall rule processing logic"
 * (https://learn.microsoft.com/azure/firewall/rule-processing).
 *
 * Of no effect on packets by themselves, and so left out: policies and rule collections of a firewall but those that
 * translate inbound connections, the parts of load balancers and gateways, private DNS, web application firewall and
 * DDoS protection, network watchers and flow logs, route filters, IP groups and IP prefixes, templates that make keys or
 * flow logs only.
 */
import type { Resource, Unjudged, Value } from "../../model";
import { isList, isObject } from "../../values";
import { READ_TYPES } from "./endpoints";
import { isAbsent, type AzureInput } from "./input";
import { PLATFORM_TYPES } from "./platform-services";
import { isHarmless, TEMPLATE_DEPLOYMENT } from "./template";

const ADMIN = "security admin rules decide before network security groups";
const CONNECTS = "it connects virtual networks with each other, or with networks that are not in the input";
const LAUNCHES = "the network interfaces that it makes are not modelled";
const MAKES = "it may make network resources that the input does not hold";
const OPENS = "it opens a way into the network that security groups alone do not tell";
const STOPS = "it may stop what rules and routes allow";

/** Types, a trailing `*` for all that begin so, with the reason that the report gives. */
const TYPES: Readonly<Record<string, string>> = {
  "azapi_*": MAKES,
  azurerm_subscription_template_deployment: MAKES,
  azurerm_managed_application: MAKES,
  "azurerm_network_manager_admin_rule*": ADMIN,
  azurerm_network_manager_security_admin_configuration: ADMIN,
  azurerm_network_manager_connectivity_configuration: CONNECTS,
  azurerm_network_manager_deployment: "what it deploys may decide before network security groups",
  azurerm_virtual_network_gateway: CONNECTS,
  azurerm_virtual_network_gateway_connection: CONNECTS,
  azurerm_express_route_connection: CONNECTS,
  azurerm_express_route_gateway: CONNECTS,
  azurerm_vpn_gateway: CONNECTS,
  azurerm_vpn_gateway_connection: CONNECTS,
  azurerm_point_to_site_vpn_gateway: CONNECTS,
  azurerm_virtual_wan: CONNECTS,
  azurerm_virtual_hub: CONNECTS,
  azurerm_virtual_hub_connection: CONNECTS,
  azurerm_virtual_hub_ip: CONNECTS,
  azurerm_route_server: CONNECTS,
  azurerm_palo_alto_next_generation_firewall_virtual_network_local_rulestack: STOPS,
  azurerm_palo_alto_next_generation_firewall_virtual_network_panorama: STOPS,
  azurerm_firewall: STOPS,
  azurerm_firewall_nat_rule_collection: OPENS,
  azurerm_lb_backend_address_pool_address: OPENS,
  azurerm_relay_hybrid_connection: OPENS,
  azurerm_container_group: LAUNCHES,
  azurerm_container_app_environment: LAUNCHES,
  azurerm_databricks_workspace: LAUNCHES,
  azurerm_redhat_openshift_cluster: LAUNCHES,
  azurerm_machine_learning_workspace: LAUNCHES,
};

const EXACT = new Map(Object.entries(TYPES));
const PREFIXES = Object.entries(TYPES)
  .filter(([type]) => type.endsWith("*"))
  .map(([type, reason]) => [type.slice(0, -1), reason] as const);

/** Types that name subnets or groups and are read by the other files, or have no address there. */
const READ = new Set([
  ...READ_TYPES,
  ...PLATFORM_TYPES,
  // Only name what they log.
  "azurerm_network_watcher_flow_log",
]);

/** What the Azure files leave out of `input`. */
export function unjudgedAzureTypes(input: AzureInput): Unjudged[] {
  return input.resources.flatMap((resource) => {
    const reason = resource.mode === "managed" ? reasonOf(resource, input) : undefined;
    return reason === undefined ? [] : [{ resource: resource.address, location: resource.location, reason }];
  });
}

function reasonOf(resource: Resource, input: AzureInput): string | undefined {
  const { type, values } = resource;
  if (type === TEMPLATE_DEPLOYMENT) return isHarmless(resource, input) ? undefined : MAKES;
  const listed = EXACT.get(type) ?? PREFIXES.find(([prefix]) => type.startsWith(prefix))?.[1];
  if (listed !== undefined) return listed;
  if (type === "azurerm_firewall_policy_rule_collection_group") {
    return isHeld(values["nat_rule_collection"]) ? OPENS : undefined;
  }
  if (type === "azurerm_cdn_frontdoor_origin") return isHeld(values["private_link"]) ? OPENS : undefined;
  if (!type.startsWith("azurerm_") || READ.has(type)) return undefined;
  return isInSubnet(values) ? `${type} is in a subnet or carries security groups and is not modelled` : undefined;
}

/** Whether any field of the value speaks of a subnet or a security group and holds something. */
function isInSubnet(value: Value): boolean {
  if (isList(value)) return value.some(isInSubnet);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, held]) =>
    /(^|_)subnet(_resource)?_ids?$|security_group_ids?$/.test(name) ? isHeld(held) : isInSubnet(held),
  );
}

function isHeld(value: Value | undefined): boolean {
  return isList(value) ? value.length > 0 : !isAbsent(value) && value !== false;
}
