/** What somebody changes by hand in a subscription of Azure is found, by the packet that it lets pass. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../cli/index";
import { packetText } from "../../../report/text";
import type { Report } from "../../../verification/verify";
import { azureAnswers, type AzureAnswers } from "../../support/azure-resources";
import { testEnvironment } from "../../support/environment";
import { EXAMPLES, readStack, synthesizeExamples } from "../../support/examples";
import { ResourceGraph } from "../../support/resource-graph";
import { scratchFolder } from "../../support/scratch";
import type { Json } from "../../support/workloads";

const scratch = scratchFolder();
testEnvironment({ DATAPLANE_DEPLOYMENTS: EXAMPLES, ...ResourceGraph.ELSEWHERE });

const NAME = "acme-azure-us-east-2";
const { folder } = synthesizeExamples(`${EXAMPLES}/azure-us-east-2.yaml`);
const stack = readStack(folder, NAME);

let graph: ResourceGraph;
beforeAll(async () => {
  graph = await ResourceGraph.start(1000);
});
beforeEach(() => Object.assign(process.env, graph.environment()));
afterAll(() => graph.stop());

let collections = 0;
async function audit(change: (answers: AzureAnswers) => void): Promise<string[]> {
  const answers = azureAnswers(stack);
  change(answers);
  graph.tells(answers);
  const collected = scratch(`collected-${++collections}`);
  expect(await run(["collect", NAME, "--output", collected])).toMatchObject({ exitCode: 0, stderr: "" });
  const { stdout, stderr } = await run(["audit", NAME, collected, "--format", "json"]);
  expect(stderr).toBe("");
  return (JSON.parse(stdout) as Report).findings.map(({ status, invariant, resource, message, counterexample }) => {
    const packet = counterexample ? ` (${packetText(counterexample)})` : "";
    return `${status} ${invariant}: ${resource}: ${message}${packet}`;
  });
}

const row = ({ rows }: AzureAnswers, type: string, is: (row: Json) => boolean = () => true): Json => {
  const found = rows.find((one) => one.type === type && is(one));
  if (!found) throw new Error(`no ${type}`);
  return found;
};
const network = (answers: AzureAnswers): Json => row(answers, "microsoft.network/virtualnetworks");
const nodes = (answers: AzureAnswers): Json =>
  network(answers).properties.subnets.find(({ name }: Json) => name === "nodes");
const groupOfNodes = (answers: AzureAnswers): Json => {
  const { id } = nodes(answers).properties.networkSecurityGroup;
  return row(answers, "microsoft.network/networksecuritygroups", (one) => one.id.toLowerCase() === id.toLowerCase());
};
const add = (answers: AzureAnswers, kind: string, name: string, properties: Json) => {
  const id = `${network(answers).id.replace(/\/providers\/.*/, "")}/providers/${kind}/${name}`;
  answers.rows.push({ id, name, type: kind.toLowerCase(), location: "eastus2", properties });
  return id;
};
const rule = (answers: AzureAnswers, name: string, more: Json) =>
  groupOfNodes(answers).properties.securityRules.push({
    name,
    properties: {
      ...{ access: "Allow", direction: "Inbound", priority: 101, protocol: "Tcp", sourcePortRange: "*" },
      ...{ destinationAddressPrefix: "*", sourceAddressPrefix: "*", sourcePortRanges: [], destinationPortRange: "22" },
      ...more,
    },
  });
/** A subnet that no group guards. */
const bareSubnet = (answers: AzureAnswers): string => {
  const { id, properties } = network(answers);
  const subnet = { id: `${id}/subnets/bare`, name: "bare", properties: { addressPrefix: "10.0.250.0/24" } };
  properties.subnets.push(subnet);
  return subnet.id;
};
const publicAddress = (answers: AzureAnswers): string => {
  const id = add(answers, "Microsoft.Network/publicIPAddresses", "door", { ipAddress: "203.0.113.7" });
  row(answers, "microsoft.network/publicipaddresses", ({ name }) => name === "door").sku = { name: "Standard" };
  return id;
};
const machine = (answers: AzureAnswers) => {
  const publicIPAddress = { id: publicAddress(answers) };
  add(answers, "Microsoft.Network/networkInterfaces", "bastion", {
    ipConfigurations: [
      {
        name: "own",
        properties: { subnet: { id: nodes(answers).id }, privateIPAddress: "10.0.0.99", publicIPAddress },
      },
    ],
  });
};
const task = (answers: AzureAnswers): Json =>
  row(answers, "microsoft.managedidentity/userassignedidentities", ({ name }) => /task/.test(name));

interface Change {
  readonly what: string;
  readonly make: (answers: AzureAnswers) => void;
  readonly found: readonly RegExp[];
}

const CHANGES: readonly Change[] = [
  {
    what: "a machine with a public address, and SSH from everywhere",
    make: (answers) => {
      rule(answers, "ssh", {});
      machine(answers);
    },
    found: [
      /^violated no-inbound: azurerm_network_security_group\..*\(TCP 22 from 1\.0\.0\.1 to azurerm_network_interface\.bastion\)/,
      /^violated no-inbound: azurerm_network_security_group\..*\(TCP 22 from 1\.0\.0\.1 to pods of azurerm_kubernetes_cluster\./,
    ],
  },
  {
    what: "SSH from everywhere to nodes",
    make: (answers) => rule(answers, "ssh", { sourceAddressPrefix: "Internet" }),
    found: [
      /^violated no-inbound: azurerm_network_security_group\..*\(TCP 22 from 1\.0\.0\.1 to pods of azurerm_kubernetes_cluster\./,
    ],
  },
  {
    what: "a way out to everybody",
    make: (answers) =>
      rule(answers, "out", { direction: "Outbound", destinationAddressPrefix: "Internet", destinationPortRange: "*" }),
    found: [
      /^violated egress-allowlist: azurerm_network_security_group\..*\(TCP 443 from pods of \S+ to 1\.0\.0\.1\)/,
      /^violated no-foreign-principals: .*pods may reach every service/,
    ],
  },
  {
    what: "a subnet without its group",
    make: (answers) => {
      nodes(answers).properties.networkSecurityGroup = undefined;
    },
    found: [
      /^violated egress-allowlist: .*\(TCP 443 from pods of \S+ to 1\.0\.0\.1\)/,
      /^violated no-foreign-principals: .*pods may reach every service/,
    ],
  },
  {
    what: "a peering",
    make: (answers) => {
      const remoteVirtualNetwork = {
        id: "/subscriptions/other/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/theirs",
      };
      const { id, properties } = network(answers);
      properties.virtualNetworkPeerings = [
        {
          ...{ id: `${id}/virtualNetworkPeerings/theirs`, name: "theirs" },
          properties: { remoteVirtualNetwork, allowVirtualNetworkAccess: true, peeringState: "Connected" },
        },
      ];
    },
    found: [
      /^unknown no-inbound: azurerm_virtual_network_peering\.theirs: .*the address space of the network that it leads to/,
    ],
  },
  {
    what: "a storage account that everybody reads",
    make: (answers) => {
      const { properties } = row(
        answers,
        "microsoft.storage/storageaccounts",
        ({ properties: { isHnsEnabled } }) => !isHnsEnabled,
      );
      properties.publicNetworkAccess = "Enabled";
      properties.allowBlobPublicAccess = true;
      properties.networkAcls.defaultAction = "Allow";
    },
    found: [
      /^violated no-inbound: azurerm_storage_account\..*\(TCP 443 from 1\.0\.0\.1 to azurerm_storage_account\./,
      /^violated no-static-credentials: .*allow_nested_items_to_be_public is true/,
    ],
  },
  {
    what: "a vault that everybody may ask",
    make: (answers) => {
      const { properties } = row(answers, "microsoft.keyvault/vaults");
      properties.publicNetworkAccess = "Enabled";
      properties.networkAcls.defaultAction = "Allow";
    },
    found: [
      /^violated no-inbound: azurerm_key_vault\..*\(TCP 443 from 1\.0\.0\.1 to azurerm_key_vault\./,
      /^violated no-inbound: azurerm_key_vault\..*it answers at a public address/,
    ],
  },
  {
    what: "the cluster's API at a public address",
    make: (answers) => {
      row(
        answers,
        "microsoft.containerservice/managedclusters",
      ).properties.apiServerAccessProfile.enablePrivateCluster = false;
    },
    found: [
      /^violated private-api-endpoint: .*the Kubernetes API has a public endpoint/,
      // The address inside is gone, and what leads to it with it.
      /^violated required-paths: .*azurerm_kubernetes_cluster\./,
    ],
  },
  {
    what: "an open private link service",
    make: (answers) =>
      void add(answers, "Microsoft.Network/privateLinkServices", "offer", {
        ...{ visibility: { subscriptions: ["*"] }, autoApproval: { subscriptions: ["*"] } },
        ipConfigurations: [{ name: "nat", properties: { subnet: { id: nodes(answers).id } } }],
        loadBalancerFrontendIpConfigurations: [],
      }),
    found: [
      /^violated no-inbound: .*\(TCP from azure:privatelink to azurerm_private_link_service\.offer\)/,
      /^violated private-api-endpoint: azurerm_private_link_service\.offer: /,
    ],
  },
  {
    what: "a VPN gateway",
    make: (answers) =>
      void add(answers, "Microsoft.Network/virtualNetworkGateways", "vpn", {
        ipConfigurations: [{ name: "own", properties: { subnet: { id: nodes(answers).id } } }],
      }),
    found: [
      /^unknown no-inbound: azurerm_virtual_network_gateway\.vpn: /,
      // What a gateway learns may close what must be open.
      /^unknown required-paths: .*the routes that a gateway learns are not in the input/,
    ],
  },
  {
    what: "no flow logs",
    make: (answers) => {
      row(answers, "microsoft.network/networkwatchers/flowlogs").properties.enabled = false;
    },
    found: [/^violated flow-logs: azurerm_network_watcher_flow_log\..*is not enabled/],
  },
  {
    what: "an identity that others may be, and that owns the group",
    make: (answers) => {
      const { id, properties } = task(answers);
      answers.lists[`${id}/federatedIdentityCredentials`.toLowerCase()]?.push({
        id: `${id}/federatedIdentityCredentials/other`,
        name: "other",
        properties: { issuer: "https://issuer", subject: "repo:x", audiences: ["api://AzureADTokenExchange"] },
      });
      const scope = id.replace(/\/providers\/.*/, "");
      answers.rows.push(
        {
          ...{ id: "/providers/Microsoft.Authorization/roleDefinitions/8e3af657", name: "8e3af657" },
          ...{
            type: "microsoft.authorization/roledefinitions",
            properties: { roleName: "Owner", type: "BuiltInRole" },
          },
        },
        {
          ...{ id: `${scope}/providers/Microsoft.Authorization/roleAssignments/1`, name: "1" },
          type: "microsoft.authorization/roleassignments",
          properties: {
            ...{ principalId: properties.principalId, principalType: "ServicePrincipal", scope },
            roleDefinitionId: "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/8e3af657",
          },
        },
      );
    },
    found: [
      /^violated no-static-credentials: azurerm_federated_identity_credential\..*(lets repo:x be|issuer is not)/,
      /^violated no-static-credentials: azurerm_role_assignment\.1: (its role is on a resource group|gives .* the role Owner)/,
    ],
  },
  {
    what: "an application gateway on the internet, in plain text",
    make: (answers) => {
      const subnet = { id: bareSubnet(answers) };
      const publicIPAddress = { id: publicAddress(answers) };
      const id = (part: string) => ({ id: `${network(answers).id}/applicationGateways/door/${part}` });
      add(answers, "Microsoft.Network/applicationGateways", "door", {
        gatewayIPConfigurations: [{ name: "own", properties: { subnet } }],
        frontendIPConfigurations: [{ name: "front", properties: { publicIPAddress } }],
        frontendPorts: [{ ...id("frontendPorts/p"), name: "p", properties: { port: 8080 } }],
        httpListeners: [
          {
            ...{ ...id("httpListeners/Plain"), name: "Plain" },
            properties: { protocol: "Http", frontendPort: id("frontendPorts/p") },
          },
        ],
        requestRoutingRules: [{ name: "r", properties: { httpListener: id("httpListeners/plain") } }],
        sslCertificates: [{ name: "c", properties: { data: "hush-hush-hush" } }],
      });
    },
    found: [
      /^violated no-inbound: .*\(TCP 8080 from 1\.0\.0\.1 to azurerm_application_gateway\.door\)/,
      /^violated encryption-in-transit: azurerm_application_gateway\.door/,
      /^violated egress-allowlist: .*azurerm_application_gateway\.door/,
    ],
  },
  {
    what: "a pool of NAT ports before a subnet",
    make: (answers) => {
      const publicIPAddress = { id: publicAddress(answers) };
      const id = add(answers, "Microsoft.Network/loadBalancers", "pool", {});
      const front = { id: `${id}/frontendIPConfigurations/front`, name: "front" };
      Object.assign(
        row(answers, "microsoft.network/loadbalancers", ({ name }) => name === "pool"),
        {
          sku: { name: "Standard" },
          properties: {
            frontendIPConfigurations: [{ ...front, properties: { publicIPAddress } }],
            inboundNatPools: [
              {
                ...{ id: `${id}/inboundNatPools/ssh`, name: "ssh" },
                properties: {
                  ...{ protocol: "Tcp", frontendPortRangeStart: 50000, frontendPortRangeEnd: 50010, backendPort: 22 },
                  frontendIPConfiguration: { id: front.id },
                },
              },
            ],
          },
        },
      );
      const properties = {
        subnet: { id: bareSubnet(answers) },
        loadBalancerInboundNatPools: [{ id: `${id}/inboundNatPools/ssh` }],
      };
      const own = { name: "own", properties: { ipConfigurations: [{ name: "own", properties }] } };
      add(answers, "Microsoft.Compute/virtualMachineScaleSets", "behind", {
        virtualMachineProfile: { networkProfile: { networkInterfaceConfigurations: [own] } },
      });
    },
    found: [
      /^violated no-inbound: .*\(TCP 50000 from 1\.0\.0\.1 to azurerm_lb\.pool\)/,
      /^violated egress-allowlist: azurerm_(lb\.pool|linux_virtual_machine_scale_set\.behind): /,
    ],
  },
  {
    what: "a firewall in the network",
    make: (answers) =>
      void add(answers, "Microsoft.Network/azureFirewalls", "wall", {
        ipConfigurations: [{ name: "own", properties: { subnet: { id: nodes(answers).id } } }],
      }),
    found: [/^unknown \S+: azurerm_firewall\.wall.* it may stop what rules and routes allow/],
  },
  {
    what: "something of a type that is not read",
    make: (answers) => void add(answers, "Microsoft.ApiManagement/service", "apis", {}),
    found: [/^unknown no-inbound: .*resources of the type microsoft\.apimanagement\/service are not read/],
  },
];

test("nothing is found of what nobody changed", async () => {
  expect(await audit(() => undefined)).toEqual([]);
});

test.each(CHANGES)("found: $what", async ({ make, found }) => {
  const findings = await audit(make);
  for (const pattern of found) expect(findings).toContainEqual(expect.stringMatching(pattern));
  expect(findings.filter((line) => !found.some((pattern) => pattern.test(line)))).toEqual([]);
});

const OF = "/subscriptions/s/resourceGroups/g/providers";
const ANYBODY = /1\.0\.0\.1/;
const NARROW = [{ ipAddress: "1.1.1.0/24", action: "Allow", priority: 100, tag: "Default" }];

/** What Azure runs for a subscription and answers at public addresses, in the shapes of Resource Graph and of its APIs. */
interface Running {
  readonly what: string;
  readonly type: string;
  readonly properties: Json;
  /** What its own API tells of it, by the path below its id. */
  readonly lists?: Readonly<Record<string, readonly Json[]>>;
  readonly found: RegExp | undefined;
}

const SERVICES: readonly Running[] = [
  {
    what: "a site for everybody",
    type: "Microsoft.Web/sites",
    properties: {},
    lists: { config: [{ properties: { ipSecurityRestrictions: [], appSettings: [{ value: "hush-hush-hush" }] } }] },
    found: ANYBODY,
  },
  {
    what: "a site for some, whose deployment site is for everybody",
    type: "Microsoft.Web/sites",
    properties: { publicNetworkAccess: "Enabled" },
    lists: { config: [{ properties: { ipSecurityRestrictions: NARROW } }] },
    found: ANYBODY,
  },
  {
    what: "a site for some",
    type: "Microsoft.Web/sites",
    properties: {},
    lists: { config: [{ properties: { ipSecurityRestrictions: NARROW, scmIpSecurityRestrictionsUseMain: true } }] },
    found: /1\.1\.1\.1/,
  },
  {
    what: "a site that is closed",
    type: "Microsoft.Web/sites",
    properties: { publicNetworkAccess: "Disabled" },
    found: undefined,
  },
  {
    what: "a site of which nobody told",
    type: "Microsoft.Web/sites",
    properties: {},
    found: /can't be told|not known|not collected/,
  },
  {
    what: "a server of databases for everybody",
    type: "Microsoft.Sql/servers",
    properties: { publicNetworkAccess: "Enabled", administratorLogin: "hush-hush-hush" },
    lists: {
      firewallRules: [{ name: "all", properties: { startIpAddress: "0.0.0.0", endIpAddress: "255.255.255.255" } }],
    },
    found: /TCP 1433 from 1\.0\.0\.1/,
  },
  {
    what: "a server of databases without a rule",
    type: "Microsoft.Sql/servers",
    properties: { publicNetworkAccess: "Enabled" },
    lists: { firewallRules: [], virtualNetworkRules: [] },
    found: undefined,
  },
  { what: "documents for everybody", type: "Microsoft.DocumentDB/databaseAccounts", properties: {}, found: ANYBODY },
  {
    what: "documents for some",
    type: "Microsoft.DocumentDB/databaseAccounts",
    properties: { ipRules: [{ ipAddressOrRange: "1.1.1.0/24" }] },
    found: /1\.1\.1\.1/,
  },
  {
    what: "documents for nobody",
    type: "Microsoft.DocumentDB/databaseAccounts",
    properties: { publicNetworkAccess: "Disabled" },
    found: undefined,
  },
];

test.each(SERVICES)("$what", async ({ type, properties, lists = {}, found }) => {
  const id = `${OF}/${type}/door`;
  const below = Object.entries(lists).map(([path, list]) => [
    `${id}/${path}`.toLowerCase(),
    list.map((one, i) => ({ id: `${id}/${path}/${i}`, name: `${i}`, ...one })),
  ]);
  const rows = [{ id, name: "door", type: type.toLowerCase(), location: "eastus2", kind: "app,linux", properties }];
  graph.tells({ subscription: "s", rows, lists: Object.fromEntries(below) });
  const collected = scratch(`collected-${++collections}`);
  expect(await run(["collect", "--subscription", "s", "--output", collected])).toMatchObject({
    exitCode: 0,
    stderr: "",
  });
  expect(textIn(collected)).not.toContain("hush-hush-hush");
  const { stdout } = await run(["audit", "--account-only", collected, "--format", "json"]);
  const inbound = (JSON.parse(stdout) as Report).findings.filter(({ invariant }) => invariant === "no-inbound");
  const packets = inbound.map(
    ({ counterexample, message }) => `${message} ${counterexample ? packetText(counterexample) : ""}`,
  );
  expect(packets).toEqual(found ? expect.arrayContaining([expect.stringMatching(found)]) : []);
});

const textIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("json"))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("");
