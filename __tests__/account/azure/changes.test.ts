/** What somebody changes by hand in a subscription of Azure is found, by the packet that it lets pass. */
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
testEnvironment({
  DATAPLANE_DEPLOYMENTS: EXAMPLES,
  AZURE_TOKEN_CREDENTIALS: "",
  IDENTITY_ENDPOINT: "",
  IDENTITY_HEADER: "",
  AZURE_RESOURCE_MANAGER_URL: "",
});

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
const machine = (answers: AzureAnswers) => {
  const publicIPAddress = {
    id: add(answers, "Microsoft.Network/publicIPAddresses", "door", { ipAddress: "203.0.113.7" }),
  };
  row(answers, "microsoft.network/publicipaddresses", ({ name }) => name === "door").sku = { name: "Standard" };
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
    what: "something of a type that is not read",
    make: (answers) => void add(answers, "Microsoft.Network/azureFirewalls", "wall", {}),
    found: [/^unknown no-inbound: .*resources of the type microsoft\.network\/azurefirewalls are not read/],
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
