import { CloudEndpoints, type PrivateService } from "../../../constructs/azure/cloud-endpoints";
import { Synthesized } from "../../support/constructs";

const BLOB = "privatelink.blob.core.windows.net";
const KUSTO = "privatelink.eastus2.kusto.windows.net";
const SERVICES: readonly PrivateService[] = [
  { name: "blob", resourceId: "account/acme", subresource: "blob", zones: [BLOB], reason: "Objects" },
  { name: "logs", resourceId: "kusto/acme", subresource: "cluster", zones: [KUSTO, BLOB], reason: "Logs" },
];

let endpoints: CloudEndpoints | undefined;
const made = Synthesized.of((scope) => {
  endpoints = new CloudEndpoints(scope, "cloud-endpoints", {
    name: "acme",
    group: { name: "union-acme", location: "eastus2", tags: { "union:deployment": "acme" } },
    networkId: "network/acme",
    subnetId: "subnet/endpoints",
    services: SERVICES,
  });
});
const zone = (name: string) => made.address("azurerm_private_dns_zone", { name });

test.each(SERVICES)("$name is reached at a private address under its usual names", (service) => {
  expect(made.one("azurerm_private_endpoint", { name: `acme-${service.name}` })).toMatchObject({
    subnet_id: "subnet/endpoints",
    private_service_connection: {
      private_connection_resource_id: service.resourceId,
      subresource_names: [service.subresource],
      is_manual_connection: false,
    },
    private_dns_zone_group: { private_dns_zone_ids: service.zones.map((name) => `\${${zone(name)}.id}`) },
    tags: { "union:deployment": "acme", reason: service.reason },
  });
});

test("a zone is made once, whoever shares it, and the network sees each", () => {
  expect(
    made
      .all("azurerm_private_dns_zone")
      .map(({ name }) => name)
      .sort(),
  ).toEqual([BLOB, KUSTO].sort());
  const links = made.all("azurerm_private_dns_zone_virtual_network_link");
  expect(links.map((link) => link.private_dns_zone_name).sort()).toEqual(
    [BLOB, KUSTO].map((name) => `\${${zone(name)}.name}`).sort(),
  );
  // Machines must not write their own names into a service's zone.
  for (const link of links) {
    expect(link).toMatchObject({ virtual_network_id: "network/acme", registration_enabled: false });
  }
});

test("what needs the endpoints can wait for them and for their names", () => {
  expect(endpoints?.all).toHaveLength(4);
});

test("a zone that is given takes the addresses, and is neither made nor linked", () => {
  const id = `/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/${BLOB}`;
  const given = Synthesized.of((scope) => {
    new CloudEndpoints(scope, "cloud-endpoints", {
      name: "acme",
      group: { name: "union-acme", location: "eastus2", tags: {} },
      networkId: "network/acme",
      subnetId: "subnet/endpoints",
      services: SERVICES,
      givenZones: new Map([[BLOB, id]]),
    });
  });
  expect(given.all("azurerm_private_dns_zone").map(({ name }) => name)).toEqual([KUSTO]);
  expect(given.all("azurerm_private_dns_zone_virtual_network_link")).toHaveLength(1);
  const { private_dns_zone_group: group } = given.one("azurerm_private_endpoint", { name: "acme-logs" });
  expect(group.private_dns_zone_ids).toEqual([`\${${given.address("azurerm_private_dns_zone")}.id}`, id]);
});
