/** Resources of a subscription, in the shapes of Resource Graph, judged as the subscription that they are of. */
import { account } from "../../../../verification/clouds/azure/account/index";
import { inboundOf, type Records } from "../../../support/collected";
import { scratchFolder } from "../../../support/scratch";

const scratch = scratchFolder();
let folders = 0;
const inbound = (records: Records) => inboundOf(scratch(`${++folders}`), "azure", account.read, records);

const IN = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network";
const NETWORK = `${IN}/virtualNetworks/v`;
const BALANCER = `${IN}/loadBalancers/l`;
const FRONTEND = `${BALANCER}/frontendIPConfigurations/f`;
const POOL = `${BALANCER}/backendAddressPools/p`;

const interfaceWith = (more: object) => [
  {
    ...{ id: `${IN}/networkInterfaces/i`, name: "i" },
    properties: { ipConfigurations: [{ name: "c", properties: { subnet: { id: `${NETWORK}/subnets/s` }, ...more } }] },
  },
];

/** A subnet whose group lets the internet in, and an interface in it without a public address. */
const QUIET: Records = {
  "virtual-networks": [
    {
      ...{ id: NETWORK, name: "v", location: "eastus2" },
      properties: {
        addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
        subnets: [
          {
            ...{ id: `${NETWORK}/subnets/s`, name: "s" },
            // Resource Graph writes an id in whatever case.
            properties: {
              addressPrefix: "10.0.0.0/24",
              networkSecurityGroup: { id: `${IN}/networkSecurityGroups/N`.replace("resourceGroups", "resourcegroups") },
            },
          },
        ],
      },
    },
  ],
  "network-security-groups": [
    {
      ...{ id: `${IN}/networkSecurityGroups/n`, name: "n" },
      properties: {
        securityRules: [
          {
            name: "web",
            properties: {
              ...{ access: "Allow", direction: "Inbound", priority: 100, protocol: "Tcp", sourcePortRange: "*" },
              ...{ destinationPortRange: "80", sourceAddressPrefix: "Internet", destinationAddressPrefix: "*" },
              sourceAddressPrefixes: [],
            },
          },
        ],
      },
    },
  ],
  "network-interfaces": interfaceWith({ privateIPAddress: "10.0.0.4" }),
};

test("nobody comes to an interface without a public address, whom a rule would let in", async () => {
  expect(await inbound(QUIET)).toEqual([]);
});

test("everybody comes to one that a load balancer on the internet hands packets on to", async () => {
  const balanced = {
    ...QUIET,
    "network-interfaces": interfaceWith({ loadBalancerBackendAddressPools: [{ id: POOL }] }),
    "public-addresses": [
      {
        id: `${IN}/publicIPAddresses/a`,
        name: "a",
        sku: { name: "Standard" },
        properties: { ipAddress: "203.0.113.5" },
      },
    ],
    "load-balancers": [
      {
        ...{ id: BALANCER, name: "l", sku: { name: "Standard" } },
        properties: {
          frontendIPConfigurations: [
            { id: FRONTEND, name: "f", properties: { publicIPAddress: { id: `${IN}/publicIPAddresses/a` } } },
          ],
          backendAddressPools: [{ id: POOL, name: "p" }],
          loadBalancingRules: [
            {
              ...{ id: `${BALANCER}/loadBalancingRules/r`, name: "r" },
              properties: { protocol: "Tcp", frontendPort: 80, frontendIPConfiguration: { id: FRONTEND } },
            },
          ],
        },
      },
    ],
  };
  expect(await inbound(balanced)).toContainEqual(
    expect.stringMatching(/^violated: azurerm_network_security_group\.n: TCP 80 from .*azurerm_network_interface\.i/),
  );
});

test("a peering that is connected tells the addresses of its other end", async () => {
  const peered = (peeringState: string) => {
    const [network] = QUIET["virtual-networks"] as [{ readonly properties: object }];
    const virtualNetworkPeerings = [
      {
        ...{ id: `${NETWORK}/virtualNetworkPeerings/x`, name: "x" },
        properties: {
          remoteVirtualNetwork: { id: NETWORK.replace("/s/", "/other/") },
          ...{ peeringState, remoteAddressSpace: { addressPrefixes: ["10.9.0.0/16"] } },
        },
      },
    ];
    const properties = { ...network.properties, virtualNetworkPeerings };
    return { ...QUIET, "virtual-networks": [{ ...network, properties }] };
  };
  expect(await inbound(peered("Initiated"))).toContainEqual(
    expect.stringMatching(/^unknown: azurerm_virtual_network_peering\.x: .*address space/),
  );
  expect(await inbound(peered("Connected"))).not.toContainEqual(
    expect.stringMatching(/azurerm_virtual_network_peering\.x: .*address space/),
  );
});

test("what is not of a type that is read is unknown, unless it opens nothing", async () => {
  const other = (type: string) => ({ id: `${IN}/x/y`, name: "y", type });
  const types = ["microsoft.network/networkwatchers", "microsoft.insights/metricalerts"];
  expect(await inbound({ ...QUIET, "other-resources": types.map(other) })).toEqual([]);
  expect(await inbound({ ...QUIET, "other-resources": [other("microsoft.web/sites")] })).toEqual([
    expect.stringMatching(/^unknown: .*resources of the type microsoft\.web\/sites are not read/),
  ]);
});
