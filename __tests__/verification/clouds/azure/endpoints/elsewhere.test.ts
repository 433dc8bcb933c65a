import { azurePart } from "../../../../../verification/clouds/azure/index";
import { resourcesOf, type TerraformJson } from "../../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

/** Why parts of what stands elsewhere are not judged, by their addresses. */
function told(resource: Types, data?: Types): Record<string, string> {
  const { unjudged } = azurePart(resourcesOf({ resource, ...(data && { data }) }));
  return Object.fromEntries(
    unjudged
      .filter(({ reason }) => /in is not in the input|neither/.test(reason))
      .map((one) => [one.resource, one.reason]),
  );
}

const POOL = "azurerm_network_interface_application_gateway_backend_address_pool_association";
const GATEWAY_ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/applicationGateways/a";
const scaleSet = (pool: string) => ({
  network_interface: [{ ip_configuration: [{ application_gateway_backend_address_pool_ids: [pool] }] }],
});

/** A part by its type, what it says of a whole elsewhere, and of one in the input. */
const PARTS: [type: string, outside: object, inside: object, whole: Types][] = [
  [
    POOL,
    { backend_address_pool_id: `${GATEWAY_ID}/backendAddressPools/p` },
    { backend_address_pool_id: "${azurerm_application_gateway.a.backend_address_pool[0].id}" },
    { azurerm_application_gateway: { a: { backend_address_pool: [{ id: `${GATEWAY_ID}/backendAddressPools/p` }] } } },
  ],
  [
    POOL,
    { backend_address_pool_id: "${var.pool}" },
    { backend_address_pool_id: "${azurerm_application_gateway.a.backend_address_pool[*].id}" },
    { azurerm_application_gateway: { a: {} } },
  ],
  [
    "azurerm_linux_virtual_machine_scale_set",
    scaleSet("/subscriptions/x/pool"),
    scaleSet(`${GATEWAY_ID}/backendAddressPools/p`),
    { azurerm_application_gateway: { a: { id: GATEWAY_ID } } },
  ],
  [
    "azurerm_api_management_api",
    { api_management_name: "elsewhere", resource_group_name: "g" },
    { api_management_name: "own", resource_group_name: "g" },
    { azurerm_api_management: { a: { name: "own", resource_group_name: "g" } } },
  ],
  [
    "azurerm_cdn_frontdoor_route",
    { cdn_frontdoor_endpoint_id: "/subscriptions/e" },
    { cdn_frontdoor_endpoint_id: "${azurerm_cdn_frontdoor_endpoint.a.id}" },
    { azurerm_cdn_frontdoor_endpoint: { a: {} } },
  ],
  [
    "azurerm_storage_account_static_website",
    { storage_account_id: "${data.azurerm_storage_account.d.id}" },
    { storage_account_id: "${azurerm_storage_account.a.id}" },
    { azurerm_storage_account: { a: {} } },
  ],
];

test.each(PARTS)("%s lets packets in at what is elsewhere", (type, outside, inside, whole) => {
  const data = { azurerm_storage_account: { d: {} } };
  expect(told({ [type]: { x: outside }, ...whole }, data)).toEqual({
    [`${type}.x`]: expect.stringContaining("at which it lets packets in"),
  });
  expect(told({ [type]: { x: inside }, ...whole }, data)).toEqual({});
});

test("a scale set without a pool of a gateway is part of none", () => {
  expect(
    told({ azurerm_linux_virtual_machine_scale_set: { s: { network_interface: [{ ip_configuration: [{}] }] } } }),
  ).toEqual({});
});

test.each([
  ["azurerm_subnet_network_security_group_association", "subnet_id", "network_security_group_id"],
  ["azurerm_subnet_route_table_association", "subnet_id", "route_table_id"],
  ["azurerm_network_interface_security_group_association", "network_interface_id", "network_security_group_id"],
  [
    "azurerm_network_interface_application_security_group_association",
    "network_interface_id",
    "application_security_group_id",
  ],
  [
    "azurerm_private_endpoint_application_security_group_association",
    "private_endpoint_id",
    "application_security_group_id",
  ],
])("%s of two things elsewhere", (type, of, to) => {
  const own = (argument: string) => ({ [`azurerm_${argument.replace(/_id$/, "")}`]: { own: {} } });
  const ref = (argument: string) => `\${azurerm_${argument.replace(/_id$/, "")}.own.id}`;
  const neither = { [`${type}.x`]: expect.stringContaining("neither") };
  expect(told({ [type]: { x: { [of]: "/of", [to]: "/to" } } })).toEqual(neither);
  expect(told({ [type]: { x: { [of]: "${var.of}", [to]: "${var.to}" } } })).toEqual(neither);
  expect(told({ [type]: { x: { [of]: ref(of), [to]: "/to" } }, ...own(of) })).toEqual({});
  expect(told({ [type]: { x: { [of]: "/of", [to]: ref(to) } }, ...own(to) })).toEqual({});
});
