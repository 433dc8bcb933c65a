/** Resources of a subscription, in the shapes of Resource Graph, judged as the subscription that they are of. */
import { account } from "../../../../verification/clouds/azure/account/index";
import { verify } from "../../../../verification/verify";
import { collectedIn, inboundOf, type Records } from "../../../support/collected";
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

test("of interfaces and machines that are judged alike one is read, but for those that something names", async () => {
  const machine = (i: number) => `${IN}/virtualMachines/m${i}`;
  const interfaceOf = (i: number) => ({
    ...{ id: `${IN}/networkInterfaces/i${i}`, name: `i${i}` },
    properties: {
      virtualMachine: { id: machine(i) },
      ipConfigurations: [
        {
          ...{ id: `${IN}/networkInterfaces/i${i}/ipConfigurations/c`, name: "c" },
          properties: {
            ...{ subnet: { id: `${NETWORK}/subnets/s` }, privateIPAddress: `10.0.0.${i % 250}` },
            ...(i === 1234 && { publicIPAddress: { id: `${IN}/publicIPAddresses/a` } }),
          },
        },
      ],
    },
  });
  const many = Array.from({ length: 2000 }, (_, i) => i);
  const records = {
    ...QUIET,
    "public-addresses": [
      { ...{ id: `${IN}/publicIPAddresses/a`, name: "a", sku: { name: "Standard" } }, properties: {} },
    ],
    "network-interfaces": many.map(interfaceOf),
    "virtual-machines": many.map((i) => ({
      ...{ id: machine(i), name: `m${i}` },
      properties: { networkProfile: { networkInterfaces: [{ id: interfaceOf(i).id.toUpperCase() }] } },
    })),
    "other-resources": many.map((i) => ({ id: `${IN}/news/${i}`, name: `${i}`, type: "microsoft.network/news" })),
  };
  const of = (alike?: readonly unknown[]) =>
    collectedIn(scratch(`${++folders}`), "azure", account.read, records, { alike });
  const addresses = async (alike: readonly unknown[]) =>
    (await of(alike))
      .filter(({ type }) => /_network_interface$|_virtual_machine$/.test(type))
      .map(({ address }) => address);
  const together = [
    "azurerm_linux_virtual_machine.m0 and others like it",
    "azurerm_network_interface.i0 and others like it",
    "azurerm_network_interface.i1234",
  ];
  expect((await addresses([])).sort()).toEqual(together);
  expect(await addresses([interfaceOf(500).id])).toContain("azurerm_network_interface.i500");
  const found = async (alike?: readonly unknown[]) => {
    const { findings } = verify(await of(alike), { only: ["no-inbound"] });
    return findings.map(
      ({ status, resource, message }) => `${status} ${resource} ${message.split(" can reach ")[0] ?? ""}`,
    );
  };
  expect(await found([])).not.toContainEqual(expect.stringContaining("not told as a whole"));
  const opened = (lines: readonly string[]) => lines.filter((line) => line.startsWith("violated")).sort();
  expect(opened(await found([]))).toEqual(opened(await found()));
  expect(opened(await found([]))).toHaveLength(1);
  expect((await found([])).filter((line) => /microsoft\.network\/news are not read/.test(line))).toHaveLength(1);
});

test.each([
  [
    "an interface that a machine has",
    2,
    1,
    "virtual-machines name 2 by properties.networkProfile.networkInterfaces.id, network-interfaces name 1",
  ],
  [
    "a machine that an interface is of",
    1,
    2,
    "network-interfaces name 2 by properties.virtualMachine.id, virtual-machines name 1",
  ],
])("%s and nobody tells is unknown, where they are read as one", async (_, machines, interfaces, why) => {
  const [machine, nic] = [`${IN}/virtualMachines/m`, `${IN}/networkInterfaces/i`];
  const records = {
    ...QUIET,
    "virtual-machines": Array.from({ length: machines }, (_, i) => ({
      ...{ id: `${machine}${i}`, name: `m${i}` },
      properties: { networkProfile: { networkInterfaces: [{ id: `${nic}${i}` }] } },
    })),
    "network-interfaces": Array.from({ length: interfaces }, (_, i) => ({
      ...{ id: `${nic}${i}`, name: `i${i}` },
      properties: { virtualMachine: { id: `${machine}${i}` }, ipConfigurations: [] },
    })),
  };
  const read = await collectedIn(scratch(`${++folders}`), "azure", account.read, records, { alike: [] });
  const { findings } = verify(read, { only: ["no-inbound"] });
  expect(findings.map(({ status, message }) => `${status} ${message}`)).toContainEqual(
    expect.stringMatching(new RegExp(`^unknown .*not told as a whole: ${why}`)),
  );
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

test.each(Object.keys(account.read).filter((kind) => kind !== "other-resources"))(
  "one of %s without its properties is unknown",
  async (kind) => {
    const record = { ...{ id: `${IN}/x/y`, name: "y", type: "t" }, properties: null };
    expect(await inbound({ ...QUIET, [kind]: [record] })).toContainEqual(
      expect.stringMatching(new RegExp(`^unknown: a record of ${kind}: .* it does not tell its properties`)),
    );
  },
);

test.each([
  ["virtual-networks", { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } }, "subnets"],
  ["network-security-groups", { defaultSecurityRules: [] }, "securityRules"],
  ["network-interfaces", { virtualMachine: { id: "m" } }, "ipConfigurations"],
  ["route-tables", {}, "routes"],
  ["load-balancers", { loadBalancingRules: [] }, "frontendIPConfigurations"],
  ["virtual-machines", {}, "networkProfile"],
  ["role-assignments", { principalId: "p", roleDefinitionId: "r" }, "scope"],
])("one of %s that tells less than each does is unknown", async (kind, properties, field) => {
  expect(await inbound({ ...QUIET, [kind]: [{ id: `${IN}/x/y`, name: "y", properties }] })).toContainEqual(
    expect.stringMatching(`unknown: a record of ${kind}: .*does not tell its properties\\.${field}`),
  );
});
