/**
 * What lets packets in at something that is not in the input, and what changes who reaches something elsewhere by something
 * elsewhere.
 *
 * Microsoft, "Application Gateway components"
 * (https://learn.microsoft.com/azure/application-gateway/application-gateway-components): it hands requests on to the
 * members of its backend pools. "Routing architecture of Azure Front Door"
 * (https://learn.microsoft.com/azure/frontdoor/front-door-routing-architecture): a route takes the requests of an endpoint
 * to its origins. "Static website hosting in Azure Storage"
 * (https://learn.microsoft.com/azure/storage/blobs/storage-blob-static-website): its pages are read by anybody who reaches
 * the account, without a key.
 */
import { isReference, isUnknown, type Resource, type Value } from "../../../model";
import { isMentioned } from "../../terraform-input";
import type { UnjudgedResources } from "../../unjudged-resources";
import { leaveParts, type Whole } from "../../wholes";
import type { AzureInput } from "../input";

const OF_SCALE_SETS = "network_interface.ip_configuration.application_gateway_backend_address_pool_ids";

const WHOLES: readonly Whole[] = [
  {
    what: "application gateway",
    types: ["azurerm_application_gateway"],
    parts: {
      azurerm_linux_virtual_machine_scale_set: OF_SCALE_SETS,
      azurerm_network_interface_application_gateway_backend_address_pool_association: "backend_address_pool_id",
      azurerm_orchestrated_virtual_machine_scale_set: OF_SCALE_SETS,
      azurerm_virtual_machine_scale_set:
        "network_profile.ip_configuration.application_gateway_backend_address_pool_ids",
      azurerm_windows_virtual_machine_scale_set: OF_SCALE_SETS,
    },
  },
  {
    what: "API Management",
    types: ["azurerm_api_management"],
    parts: { azurerm_api_management_api: "api_management_name" },
  },
  {
    what: "endpoint of Front Door",
    types: ["azurerm_cdn_frontdoor_endpoint"],
    parts: { azurerm_cdn_frontdoor_route: "cdn_frontdoor_endpoint_id" },
  },
  {
    what: "storage account",
    types: ["azurerm_storage_account"],
    parts: { azurerm_storage_account_static_website: "storage_account_id" },
  },
];

/** Both ends of what attaches a filter or a way to something. */
const ASSOCIATIONS: Readonly<Record<string, readonly [string, string]>> = {
  azurerm_network_interface_application_security_group_association: [
    "network_interface_id",
    "application_security_group_id",
  ],
  azurerm_network_interface_security_group_association: ["network_interface_id", "network_security_group_id"],
  azurerm_private_endpoint_application_security_group_association: [
    "private_endpoint_id",
    "application_security_group_id",
  ],
  azurerm_subnet_network_security_group_association: ["subnet_id", "network_security_group_id"],
  azurerm_subnet_route_table_association: ["subnet_id", "route_table_id"],
};

/** Leaves unjudged what is a part of something elsewhere, and what joins two things elsewhere. */
export function leaveElsewhere(input: AzureInput, unjudged: UnjudgedResources): void {
  leaveParts(input, WHOLES, (name, part, argument, types) => isHeld(name, part, input, argument, types), unjudged);
  for (const [type, ends] of Object.entries(ASSOCIATIONS)) {
    for (const association of input.managed(type)) {
      if (ends.every((end) => !isHeld(association.values[end], association, input, end)))
        unjudged.leave(association, "neither what it is attached to nor what it attaches is in the input: add them");
    }
  }
}

/** Whether the input declares what an argument names, of one of `types` or of any, or what that is a part of. */
function isHeld(
  value: Value | undefined,
  from: Resource,
  input: AzureInput,
  argument: string,
  types?: readonly string[],
): boolean {
  if (isUnknown(value)) {
    const own = types ? input.managed(...types) : input.resources.filter(({ mode }) => mode === "managed");
    return own.some((one) => isMentioned(one, value));
  }
  const targets =
    types && argument.endsWith("_name")
      ? types.map((type) => input.findNamed(argument, type, from))
      : [input.find(isReference(value) ? { ...value, attribute: "" } : value, from, argument)];
  return targets.some((target) => {
    const found = target.kind === "resource" ? target.resource : wholeOf(value, input);
    return found?.mode === "managed";
  });
}

/** An id of a part goes on after that of its whole: `/subscriptions/S/resourceGroups/G/providers/P/TYPE/NAME/...`. */
function wholeOf(value: Value | undefined, input: AzureInput): Resource | undefined {
  return typeof value === "string" ? input.ofId(value.split("/").slice(0, 9).join("/")) : undefined;
}
