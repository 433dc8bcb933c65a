/**
 * Firewalls and application gateways in the words of the provider.
 *
 * Microsoft, "Microsoft.Network azureFirewalls" (https://learn.microsoft.com/azure/templates/microsoft.network/azurefirewalls)
 * and "applicationGateways" (https://learn.microsoft.com/azure/templates/microsoft.network/applicationgateways).
 */
import { lastSegment, shown } from "../../../../config/texts";
import type { Value } from "../../../model";
import type { ObjectValue } from "../../../values";
import type { AccountReader } from "../../account";
import { block, idIn, idOf, made, parts, propertiesOf } from "./resource";

/** Each part of a list as a block with its name. */
const blocksOf = (
  list: Value | undefined,
  fields: (properties: ObjectValue) => Readonly<Record<string, Value | undefined>>,
): ObjectValue[] => parts(list).map((part) => block({ name: part["name"], ...fields(propertiesOf(part)) }));

/** The name of another part of the same resource, by its id. */
const nameIn = (value: Value | undefined): Value | undefined => {
  const id = idIn(value);
  return typeof id === "string" ? lastSegment(id) : id;
};

/** Names as their ids have them, whose case means nothing. */
const named = (list: Value | undefined, fields: Parameters<typeof blocksOf>[1]): ObjectValue[] =>
  blocksOf(list, fields).map((one) => ({ ...one, name: shown(one["name"] ?? null).toLowerCase() }));

export const gateways: AccountReader = {
  firewalls: (record) => {
    const properties = propertiesOf(record);
    const hub = idIn(properties["virtualHub"]);
    return [
      made(record, "azurerm_firewall", {
        firewall_policy_id: idIn(properties["firewallPolicy"]),
        virtual_hub: hub && [{ virtual_hub_id: hub }],
        ip_configuration: blocksOf(properties["ipConfigurations"], (own) => ({
          subnet_id: idIn(own["subnet"]),
          public_ip_address_id: idIn(own["publicIPAddress"]),
          private_ip_address: own["privateIPAddress"],
        })),
      }),
      ...parts(properties["natRuleCollections"]).map((part) =>
        made(part, "azurerm_firewall_nat_rule_collection", { azure_firewall_name: lastSegment(idOf(record)) }),
      ),
    ];
  },
  "application-gateways": (record) => {
    const properties = propertiesOf(record);
    return [
      made(record, "azurerm_application_gateway", {
        gateway_ip_configuration: blocksOf(properties["gatewayIPConfigurations"], ({ subnet }) => ({
          subnet_id: idIn(subnet),
        })),
        frontend_ip_configuration: blocksOf(properties["frontendIPConfigurations"], (own) => ({
          public_ip_address_id: idIn(own["publicIPAddress"]),
          subnet_id: idIn(own["subnet"]),
          private_ip_address: own["privateIPAddress"],
        })),
        frontend_port: blocksOf(properties["frontendPorts"], ({ port }) => ({ port })),
        http_listener: named(properties["httpListeners"], ({ protocol, frontendPort }) => ({
          protocol,
          frontend_port_name: nameIn(frontendPort),
        })),
        request_routing_rule: named(properties["requestRoutingRules"], (own) => ({
          http_listener_name: nameIn(own["httpListener"]),
          redirect_configuration_name: nameIn(own["redirectConfiguration"]),
        })),
        redirect_configuration: named(properties["redirectConfigurations"], (own) => ({
          target_url: own["targetUrl"],
          target_listener_name: nameIn(own["targetListener"]),
        })),
      }),
    ];
  },
};
