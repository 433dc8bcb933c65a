import { claimsOf } from "../../../config/claims";
import { azureDeployment } from "../../support/deployments";

const PLACE = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network";
const existing = (name: string, more: object = {}) => ({
  nodeSubnet: { id: `${PLACE}/virtualNetworks/V/subnets/${name}-nodes`, cidr: "10.0.0.0/20" },
  clusterSubnet: { id: `${PLACE}/virtualNetworks/V/subnets/${name}-api`, cidr: "10.0.16.0/28" },
  endpointSubnet: { id: `${PLACE}/virtualNetworks/V/subnets/${name}-endpoints`, cidr: "10.0.17.0/26" },
  ...more,
});
const ZONES = [
  ...["vaultcore.azure.net", "azurecr.io", "blob.core.windows.net", "dfs.core.windows.net"],
  ...["monitor.azure.com", "oms.opinsights.azure.com", "ods.opinsights.azure.com", "agentsvc.azure-automation.net"],
].map((zone) => `/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/privatelink.${zone}`);

const shared = (one: object, other: object): readonly string[] => {
  const [a, b] = [one, other].map((network) => claimsOf(azureDeployment({ network }))[0]);
  return a?.place === b?.place ? (a?.makes.filter((made) => b?.makes.includes(made)) ?? []) : [];
};

test("two deployments in one network would both link it to zones of the same names", () => {
  expect(shared({ existing: existing("a") }, { existing: existing("b") })).toEqual(
    expect.arrayContaining(["the zone privatelink.azurecr.io", "the zone privatelink.vaultcore.azure.net"]),
  );
});

test("they share the zones where one names them", () => {
  expect(shared({ existing: existing("a") }, { existing: existing("b", { privateDnsZones: ZONES }) })).toEqual([]);
});

test("and a subnet only with the group that it has", () => {
  const zones = { privateDnsZones: ZONES };
  expect(shared({ existing: existing("a", zones) }, { existing: existing("a", zones) })).toEqual([
    "the security group of subnet a-nodes",
    "the security group of subnet a-api",
    "the security group of subnet a-endpoints",
  ]);
});

test("networks that are made conflict at a hub, where their addresses are the same", () => {
  const peering = { hubNetworkId: `${PLACE}/virtualNetworks/hub`, hubCidrs: ["10.250.0.0/22"] };
  expect(shared({ peering }, { peering })).toEqual(["a peering with 10.0.0.0/16"]);
  expect(shared({ peering }, { peering, cidr: "10.64.0.0/16" })).toEqual([]);
  expect(claimsOf(azureDeployment())).toEqual([]);
});
