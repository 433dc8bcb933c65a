/** One fault at a time in this package's own output on Azure, and the invariant that must find it: this and no other. */
import { add, copyOf, expectFound, find, idOf, judge, remove, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const original = synthesize({ cloud: "azure" });
const MANAGED = {
  cloud: "azure",
  privateManagement: {
    subscriptions: ["22222222-2222-2222-2222-222222222222"],
    reason: "Union operates the cluster.",
    expires: "2099-12-31",
  },
};
const managed = synthesize(MANAGED);
const notIsolated = synthesize({ cloud: "azure", network: { isolated: false } });
const OPEN_KEY = {
  keyVaultId:
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/open",
  keyId: "https://open.vault.azure.net/keys/own/0123456789abcdef0123456789abcdef",
};
const withLogCluster = synthesize({
  cloud: "azure",
  logCluster: { encryption: OPEN_KEY },
  registry: { encryption: OPEN_KEY },
});

const HUB = {
  hubNetworkId:
    "/subscriptions/44444444-5555-6666-7777-888888888888/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub",
  hubCidrs: ["10.200.0.0/22"],
};
const behindHub = synthesize({ cloud: "azure", network: { firewallAddress: "10.200.0.4", peering: HUB } });
const SUBNETS = Object.fromEntries(
  Object.entries({ nodeSubnet: "10.0.0.0/17", clusterSubnet: "10.0.128.0/28", endpointSubnet: "10.0.128.64/26" }).map(
    ([name, cidr]) => [
      name,
      {
        id: `/subscriptions/s/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/${name}`,
        cidr,
      },
    ],
  ),
);
const ZONE = "/subscriptions/s/resourceGroups/dns/providers/Microsoft.Network/privateDnsZones/privatelink";
const brought = synthesize({
  cloud: "azure",
  network: { existing: { ...SUBNETS, privateDnsZones: [`${ZONE}.azurecr.io`] } },
  objectStore: { existing: { account: "acme", resourceGroup: "data", metadata: "meta", fastRegistration: "fast" } },
});
const mirrored = synthesize({
  cloud: "azure",
  images: {
    mirror: "acmeimages.azurecr.io/union",
    repositories: [
      "/subscriptions/s/resourceGroups/images/providers/Microsoft.ContainerRegistry/registries/acmeimages",
    ],
  },
});
const withEndpoints = synthesize({
  cloud: "azure",
  network: { existing: { ...SUBNETS, connectedCidrs: ["10.9.0.0/24"] } },
  objectStore: {
    existing: {
      account: "acme",
      resourceGroup: "data",
      metadata: "meta",
      fastRegistration: "fast",
      endpoints: { blob: "10.9.0.70", dfs: "10.9.0.71" },
    },
  },
});

/** What opens a service of Azure's opens that of every tenant. */
const ANYBODYS = ["egress-allowlist", "no-foreign-principals"];

type Mutation = readonly [fault: string, invariant: string | readonly string[], change: (tree: Tree) => void];

const change =
  (stack: "infrastructure" | "workloads", type: string, id: RegExp, edit: (resource: Json) => void) => (tree: Tree) => {
    for (const resource of find(tree[stack], type, id)) edit(resource);
  };
const without = (stack: "infrastructure" | "workloads", type: string, id: RegExp) => (tree: Tree) =>
  remove(tree[stack], type, id);
const set = (type: string, id: RegExp, values: Json) =>
  change("infrastructure", type, id, (found) => Object.assign(found, values));

const GROUP = "azurerm_network_security_group";
const CLUSTER = "azurerm_kubernetes_cluster";
const ROLE = "azurerm_role_assignment";
const WORKSPACE = "azurerm_log_analytics_workspace";

/** Adds a rule above the others of a subnet's group, TCP 443 from or to everybody where nothing else is said. */
const rule = (group: RegExp, direction: "Inbound" | "Outbound", values: Json = {}) =>
  change("infrastructure", GROUP, group, ({ security_rule: rules }) => {
    rules.push({
      name: "added",
      priority: 3000,
      direction,
      access: "Allow",
      protocol: "Tcp",
      source_address_prefix: "*",
      source_port_range: "*",
      destination_address_prefix: "*",
      destination_port_range: "443",
      ...values,
    });
  });
/** Takes rules out of a subnet's group. */
const withoutRule = (group: RegExp, name: RegExp) =>
  change("infrastructure", GROUP, group, (found) => {
    const rest = found.security_rule.filter((one: Json) => !name.test(one.name));
    if (rest.length === found.security_rule.length) throw new Error(`no rule like ${name}`);
    found.security_rule = rest;
  });
const changeRule = (group: RegExp, name: RegExp, edit: (rule: Json) => void) =>
  change("infrastructure", GROUP, group, ({ security_rule: rules }) => {
    const found = rules.filter((one: Json) => name.test(one.name));
    if (found.length === 0) throw new Error(`no rule like ${name}`);
    found.forEach(edit);
  });

const policy = (id: RegExp, edit: (spec: Json) => void) =>
  change("workloads", "kubernetes_network_policy_v1", id, ({ spec }) => edit(spec));

const template = (id: RegExp, edit: (content: Json) => void) =>
  change("infrastructure", "azurerm_resource_group_template_deployment", id, (found) => {
    const content = JSON.parse(found.template_content);
    edit(content);
    found.template_content = JSON.stringify(content);
  });

const MUTATIONS: readonly Mutation[] = [
  // ------------------------------------------------ no-inbound
  ["nodes open to the internet", "no-inbound", rule(/nodes/, "Inbound", { source_address_prefix: "Internet" })],
  ["nodes open to a block", "no-inbound", rule(/nodes/, "Inbound", { source_address_prefix: "81.2.70.0/24" })],
  [
    "nodes open in two halves",
    "no-inbound",
    rule(/nodes/, "Inbound", {
      source_address_prefix: undefined,
      source_address_prefixes: ["0.0.0.0/1", "128.0.0.0/1"],
    }),
  ],
  ["the API open to everybody", "no-inbound", rule(/cluster/, "Inbound")],
  [
    "private endpoints open to a tag",
    "no-inbound",
    rule(/endpoints/, "Inbound", { source_address_prefix: "AzureCloud" }),
  ],
  [
    "a rule apart from its group",
    "no-inbound",
    (tree) =>
      add(tree.infrastructure, "azurerm_network_security_rule", {
        network_security_group_name: idOf(tree.infrastructure, GROUP, /nodes/).replace(".id}", ".name}"),
        resource_group_name: "union-acme-prod",
        name: "added",
        priority: 200,
        direction: "Inbound",
        access: "Allow",
        protocol: "*",
        source_address_prefix: "81.2.69.0/24",
        source_port_range: "*",
        destination_address_prefix: "*",
        destination_port_range: "22",
      }),
  ],
  [
    "a vault with a public address",
    "no-inbound",
    set("azurerm_key_vault", /./, { public_network_access_enabled: true }),
  ],
  [
    "a registry with a public address",
    "no-inbound",
    change("infrastructure", "azurerm_container_registry", /./, (found) => delete found.public_network_access_enabled),
  ],
  [
    "an agent that takes its settings from a public address",
    "no-inbound",
    set("azurerm_monitor_data_collection_endpoint", /./, { public_network_access_enabled: true }),
  ],
  [
    "a template that makes more than a key",
    "no-inbound",
    (tree) =>
      add(tree.infrastructure, "azurerm_resource_group_template_deployment", {
        deployment_mode: "Incremental",
        template_content: JSON.stringify({
          resources: [{ type: "Microsoft.KeyVault/vaults/keys" }, { type: "Microsoft.Network/publicIPAddresses" }],
        }),
      }),
  ],
  [
    "a template that deletes what it does not make",
    ["no-inbound", "encryption-at-rest"],
    set("azurerm_resource_group_template_deployment", /encryption-key/, { deployment_mode: "Complete" }),
  ],
  [
    "what is not modelled",
    "no-inbound",
    (tree) =>
      add(tree.infrastructure, "azurerm_thing", { subnet_id: idOf(tree.infrastructure, "azurerm_subnet", /nodes/) }),
  ],
  [
    "a gateway to other networks",
    ["no-inbound", "required-paths"],
    (tree) =>
      add(tree.infrastructure, "azurerm_virtual_network_gateway", {
        ip_configuration: [{ subnet_id: idOf(tree.infrastructure, "azurerm_subnet", /nodes/) }],
      }),
  ],

  // ------------------------------------------------ egress-allowlist
  ["nodes out to everywhere", ANYBODYS, rule(/nodes/, "Outbound")],
  ["no denial below what nodes may do", ANYBODYS, withoutRule(/nodes/, /deny-to/)],
  [
    "more of Cloudflare than it has",
    "egress-allowlist",
    changeRule(/nodes/, /to-cloudflare$/, (found) => {
      found.destination_address_prefixes = found.destination_address_prefixes.map((cidr: string) =>
        cidr === "104.16.0.0/13" ? "104.16.0.0/12" : cidr,
      );
    }),
  ],
  [
    "more ports to Cloudflare",
    "egress-allowlist",
    changeRule(/nodes/, /to-cloudflare$/, (found) => {
      delete found.destination_port_range;
      found.destination_port_ranges = ["80", "443"];
    }),
  ],
  [
    "every protocol to Cloudflare",
    "egress-allowlist",
    changeRule(/nodes/, /to-cloudflare$/, (found) => {
      found.protocol = "*";
    }),
  ],
  ["a wider tag", ANYBODYS, rule(/nodes/, "Outbound", { destination_address_prefix: "AzureCloud.eastus2" })],
  [
    "storage accounts of other customers",
    ANYBODYS,
    rule(/nodes/, "Outbound", { destination_address_prefix: "Storage.eastus2" }),
  ],
  ["the API out to everywhere", "egress-allowlist", rule(/cluster/, "Outbound")],
  [
    "the overlay out to everywhere",
    "egress-allowlist",
    rule(/nodes/, "Outbound", { source_address_prefix: "172.24.0.0/14" }),
  ],
  [
    "a policy without peers",
    "egress-allowlist",
    policy(/union-tasks/, (spec) => {
      spec.egress[0].to = [];
      delete spec.egress[0].dynamic;
    }),
  ],

  [
    "logs to workspaces of others",
    "egress-allowlist",
    set("azurerm_monitor_private_link_scope", /./, { ingestion_access_mode: "Open" }),
  ],

  // ------------------------------------------------ required-paths
  ["no lease worker", "required-paths", without("workloads", "kubernetes_deployment_v1", /lease-worker/)],
  ["no pod webhook", "required-paths", without("workloads", "kubernetes_deployment_v1", /pod-webhook/)],
  ["nothing that makes the webhook's certificate", "required-paths", without("workloads", "kubernetes_job_v1", /./)],
  [
    "the lease worker without its policy",
    "required-paths",
    without("workloads", "kubernetes_network_policy_v1", /union-leaseworker/),
  ],
  ["the lease worker closed to tasks", "required-paths", policy(/union-leaseworker/, (spec) => delete spec.ingress)],
  [
    "the webhook closed to the agents of the Kubernetes API",
    "required-paths",
    policy(/union-pod-webhook_/, ({ ingress }) => {
      ingress[0].from = ingress[0].from.filter(({ ip_block }: Json) => ip_block);
    }),
  ],
  [
    "the webhook's certificate without its policy",
    "required-paths",
    without("workloads", "kubernetes_network_policy_v1", /webhook-certificate/),
  ],
  [
    "no private endpoint for file systems",
    "required-paths",
    without("infrastructure", "azurerm_private_endpoint", /dfs/),
  ],
  ["no private endpoint for blobs", "required-paths", without("infrastructure", "azurerm_private_endpoint", /blob/)],
  ["no private endpoint for secrets", "required-paths", without("infrastructure", "azurerm_private_endpoint", /vault/)],
  [
    "no private endpoint for images",
    ["required-paths", "images-reachable"],
    without("infrastructure", "azurerm_private_endpoint", /registry/),
  ],
  ["no private endpoint for logs", "required-paths", without("infrastructure", "azurerm_private_endpoint", /logs/)],
  [
    "names of logs that lead to public addresses",
    "required-paths",
    without("infrastructure", "azurerm_private_dns_zone_virtual_network_link", /ods-opinsights/),
  ],
  ["endpoints closed to nodes", "required-paths", withoutRule(/endpoints/, /from-nodes/)],
  ["nodes that may not call endpoints", "required-paths", withoutRule(/nodes/, /to-private-endpoints/)],
  ["nodes that may not call the API", "required-paths", withoutRule(/nodes/, /to-kubernetes-api/)],
  ["the API closed to nodes", "required-paths", withoutRule(/cluster/, /from-nodes/)],
  [
    "kubelets closed to the API",
    "required-paths",
    changeRule(/nodes/, /from-kubernetes-api/, (found) => {
      found.destination_port_ranges = ["443"];
    }),
  ],
  ["the API that may not call nodes", "required-paths", withoutRule(/cluster/, /to-nodes/)],
  ["the API that may not reach its key", "required-paths", withoutRule(/cluster/, /to-private-endpoints/)],
  [
    "nodes open to each other but not their pods",
    "required-paths",
    changeRule(/nodes/, /-nodes-and-pods/, (found) => {
      for (const side of ["source_address_prefixes", "destination_address_prefixes"])
        if (found[side]) found[side] = found[side].filter((cidr: string) => cidr !== "172.24.0.0/14");
    }),
  ],
  ["the control plane closed", "required-paths", withoutRule(/nodes/, /to-cloudflare$/)],
  ["the edge's TCP closed", "required-paths", withoutRule(/nodes/, /tunnel-tcp/)],
  ["the edge's UDP closed", "required-paths", withoutRule(/nodes/, /tunnel-udp/)],
  [
    "one region of the edge only",
    "required-paths",
    changeRule(/nodes/, /tunnel/, (found) => {
      found.destination_address_prefixes = found.destination_address_prefixes.map((cidr: string) =>
        cidr === "198.41.128.0/17" ? "198.41.192.0/24" : cidr,
      );
    }),
  ],
  ["tokens closed", "required-paths", withoutRule(/nodes/, /to-entra/)],
  ["Azure's management closed", "required-paths", withoutRule(/nodes/, /to-resource-manager/)],
  ["a denial above the allowances", "required-paths", rule(/nodes/, "Outbound", { access: "Deny", priority: 105 })],
  ["no way out", "required-paths", without("infrastructure", "azurerm_subnet_nat_gateway_association", /./)],
  [
    "a route that drops",
    "required-paths",
    (tree) => {
      const subnet_id = idOf(tree.infrastructure, "azurerm_subnet", /nodes/);
      add(tree.infrastructure, "azurerm_route_table", {
        name: "added",
        route: [{ name: "drop", address_prefix: "198.41.192.0/24", next_hop_type: "None" }],
      });
      add(tree.infrastructure, "azurerm_subnet_route_table_association", {
        subnet_id,
        route_table_id: "${azurerm_route_table.added.id}",
      });
    },
  ],
  ["DNS closed", "required-paths", without("workloads", "kubernetes_network_policy_v1", /union-dns/)],
  [
    "a version that turns LocalDNS on",
    "required-paths",
    change("infrastructure", CLUSTER, /./, (found) => (found.kubernetes_version = "1.37")),
  ],
  [
    "a channel that goes on to such a version",
    "required-paths",
    change("infrastructure", CLUSTER, /./, (found) => (found.automatic_upgrade_channel = "rapid")),
  ],
  [
    "tokens closed to pods",
    "required-paths",
    policy(/union-operator_/, (spec) => {
      for (const path of spec.egress) delete path.dynamic;
    }),
  ],
  [
    "tokens by another tag's list",
    ["egress-allowlist", "required-paths"],
    (tree) => {
      for (const tags of Object.values<Json>(tree.workloads.data.azurerm_network_service_tags))
        tags.service = "Storage";
    },
  ],
  [
    "a private DNS zone that the network does not see",
    "required-paths",
    without("infrastructure", "azurerm_private_dns_zone_virtual_network_link", /blob/),
  ],
  [
    "an endpoint without names",
    "required-paths",
    change("infrastructure", "azurerm_private_endpoint", /vault/, (found) => delete found.private_dns_zone_group),
  ],
  [
    "an endpoint with another's names",
    "required-paths",
    (tree) => {
      const [vault, registry] = ["vault", "registry"].map(
        (name) => find(tree.infrastructure, "azurerm_private_endpoint", new RegExp(name))[0],
      );
      vault.private_dns_zone_group = registry.private_dns_zone_group;
    },
  ],
  [
    "browsers refused by the object store",
    "required-paths",
    change(
      "infrastructure",
      "azurerm_storage_account",
      /object-store/,
      (found) => delete found.blob_properties.cors_rule,
    ),
  ],
  [
    "another origin than the tenant's",
    "required-paths",
    change("infrastructure", "azurerm_storage_account", /object-store/, ({ blob_properties }) => {
      blob_properties.cors_rule[0].allowed_origins = ["https://*.example.com"];
    }),
  ],

  // ------------------------------------------------ cluster-ip-only
  [
    "a NodePort",
    "cluster-ip-only",
    change("workloads", "kubernetes_service_v1", /tunnel/, ({ spec }) => (spec.type = "NodePort")),
  ],
  [
    "a load balancer",
    ["no-inbound", "cluster-ip-only"],
    change("workloads", "kubernetes_service_v1", /tunnel/, ({ spec }) => (spec.type = "LoadBalancer")),
  ],

  // ------------------------------------------------ default-deny
  ["no default-deny", "default-deny", without("workloads", "kubernetes_network_policy_v1", /union_default-deny/)],
  [
    "policies that nothing enforces",
    "default-deny",
    change("infrastructure", CLUSTER, /./, ({ network_profile }) => delete network_profile.network_policy),
  ],

  // ------------------------------------------------ pod-security
  [
    "a container with a capability",
    "pod-security",
    change("workloads", "kubernetes_deployment_v1", /operator/, ({ spec }) => {
      spec.template.spec.container[0].security_context.capabilities.add = ["SYS_ADMIN"];
    }),
  ],
  [
    "a seccomp profile without a type",
    "pod-security",
    change("workloads", "kubernetes_deployment_v1", /tunnel/, ({ spec }) => {
      spec.template.spec.container[0].security_context.seccomp_profile = {};
    }),
  ],
  [
    "a namespace that enforces no level",
    "pod-security",
    change("workloads", "kubernetes_namespace_v1", /union_namespace/, ({ metadata }) => delete metadata.labels),
  ],
  [
    "a laxer level than needed",
    "pod-security",
    change("workloads", "kubernetes_namespace_v1", /union_namespace/, ({ metadata }) => {
      metadata.labels["pod-security.kubernetes.io/enforce"] = "privileged";
    }),
  ],

  // ------------------------------------------------ api-tokens
  [
    "an account that says nothing of its token",
    "api-tokens",
    change("workloads", "kubernetes_service_account_v1", /task-account/, (found) => {
      delete found.automount_service_account_token;
    }),
  ],
  [
    "a token that allows nothing",
    "api-tokens",
    without("workloads", "kubernetes_role_binding_v1", /pod-webhook_certificate/),
  ],

  // ------------------------------------------------ encryption-in-transit
  [
    "an object store that takes plain requests",
    "encryption-in-transit",
    set("azurerm_storage_account", /object-store/, { https_traffic_only_enabled: false }),
  ],
  [
    "an object store that takes old TLS",
    "encryption-in-transit",
    set("azurerm_storage_account", /object-store/, { min_tls_version: "TLS1_0" }),
  ],

  // ------------------------------------------------ images-reachable
  [
    "AKS's own images under a rule of another name",
    "images-reachable",
    set("azurerm_container_registry_cache_rule", /mcr/, { name: "aks-images" }),
  ],

  // ------------------------------------------------ encryption-at-rest
  [
    "Kubernetes secrets without a key",
    "encryption-at-rest",
    change("infrastructure", CLUSTER, /./, (found) => delete found.key_management_service),
  ],
  [
    "disks without a key",
    "encryption-at-rest",
    change("infrastructure", CLUSTER, /./, (found) => delete found.disk_encryption_set_id),
  ],
  [
    "nodes without encryption on their host",
    "encryption-at-rest",
    set("azurerm_kubernetes_cluster_node_pool", /worker/, { host_encryption_enabled: false }),
  ],
  [
    "objects without a key",
    "encryption-at-rest",
    change("infrastructure", "azurerm_storage_account", /object-store/, (found) => delete found.customer_managed_key),
  ],

  // ------------------------------------------------ private-api-endpoint
  ["a public API", ["required-paths", "private-api-endpoint"], set(CLUSTER, /./, { private_cluster_enabled: false })],
  ["commands by Azure's own API", "private-api-endpoint", set(CLUSTER, /./, { run_command_enabled: true })],
  [
    "a private link service that is not declared",
    ["no-inbound", "private-api-endpoint"],
    (tree) =>
      add(tree.infrastructure, "azurerm_private_link_service", {
        name: "added",
        nat_ip_configuration: [
          { name: "a", primary: true, subnet_id: idOf(tree.infrastructure, "azurerm_subnet", /cluster/) },
        ],
      }),
  ],

  // ------------------------------------------------ flow-logs
  ["no flow log", "flow-logs", without("infrastructure", "azurerm_resource_group_template_deployment", /flow-log/)],
  [
    "a flow log that is off",
    "flow-logs",
    template(/flow-log/, ({ resources }) => (resources[0].properties.enabled = false)),
  ],
  [
    "a flow log of something else",
    "flow-logs",
    template(/flow-log/, ({ resources }) => (resources[0].properties.targetResourceId = "[parameters('identityId')]")),
  ],
  [
    "records that are deleted too early",
    "flow-logs",
    change("infrastructure", "azurerm_storage_management_policy", /./, ({ rule: rules }) => {
      rules[0].actions.base_blob.delete_after_days_since_modification_greater_than = 1;
    }),
  ],

  // ------------------------------------------------ no-static-credentials
  [
    "keys of the object store",
    "no-static-credentials",
    set("azurerm_storage_account", /object-store/, { shared_access_key_enabled: true }),
  ],
  [
    "an object store whose containers may be opened to everybody",
    "no-static-credentials",
    set("azurerm_storage_account", /object-store/, { allow_nested_items_to_be_public: true }),
  ],
  [
    "an admin of the registry",
    "no-static-credentials",
    set("azurerm_container_registry", /./, { admin_enabled: true }),
  ],
  ["accounts of the cluster's own", "no-static-credentials", set(CLUSTER, /./, { local_account_disabled: false })],
  [
    "an identity that every namespace may be",
    "no-static-credentials",
    change("infrastructure", "azurerm_federated_identity_credential", /task/, (found) => {
      found.subject = "system:serviceaccount:default:default";
    }),
  ],
  [
    "an issuer of somebody else's",
    "no-static-credentials",
    change("infrastructure", "azurerm_federated_identity_credential", /platform/, (found) => {
      found.issuer = "https://token.actions.githubusercontent.com";
    }),
  ],
  [
    "a role on everything",
    "no-static-credentials",
    change("infrastructure", ROLE, /task-container-0/, (found) => {
      found.scope = "/subscriptions/11111111-2222-3333-4444-555555555555";
    }),
  ],
  [
    "an owner",
    "no-static-credentials",
    change("infrastructure", ROLE, /platform-secrets/, (found) => (found.role_definition_name = "Owner")),
  ],
  [
    "logs read by task pods",
    "no-static-credentials",
    (tree) => {
      const task = idOf(tree.infrastructure, "azurerm_user_assigned_identity", /identity_task/);
      for (const found of find(tree.infrastructure, ROLE, /platform-logs/))
        found.principal_id = task.replace(".id}", ".principal_id}");
    },
  ],
  [
    "a log workspace with keys",
    "no-static-credentials",
    set(WORKSPACE, /aggregation/, { local_authentication_enabled: true }),
  ],
  [
    "task pods with the platform's identity",
    "no-static-credentials",
    (tree) => {
      const [platform, task] = ["platform", "task"].map(
        (name) => find(tree.workloads, "kubernetes_service_account_v1", new RegExp(`^${name}`))[0],
      );
      task.metadata.annotations = platform.metadata.annotations;
    },
  ],

  // ------------------------------------------------ no-secrets
  [
    "a client secret in the manifest",
    "no-secrets",
    change("workloads", "kubernetes_secret_v1", /auth/, (found) => {
      found.data_wo.client_secret = "hunter2-hunter2-hunter2";
    }),
  ],

  // ------------------------------------------------ tunnel-region
  [
    "another region than the deployment's",
    "tunnel-region",
    change("workloads", "kubernetes_deployment_v1", /tunnel/, ({ spec }) => {
      spec.template.spec.container.at(-1).args.splice(3, 0, "--region", "us");
    }),
  ],

  // ------------------------------------------------ token-rotation-survives
  [
    "each apply undoes a rotation",
    "token-rotation-survives",
    change("workloads", "kubernetes_secret_v1", /auth/, (found) => delete found.lifecycle),
  ],
];

test.each(MUTATIONS)("%s: %s", async (_, expected, apply) => {
  await expectFound(original, expected, apply);
});

describe("of a cluster that is not isolated", () => {
  test.each<Mutation>([
    ["AKS's own images closed", "required-paths", withoutRule(/nodes/, /to-microsoft-registry$/)],
    ["their layers closed", "required-paths", withoutRule(/nodes/, /registry-layers/)],
  ])("%s: %s", async (_, expected, apply) => {
    await expectFound(notIsolated, expected, apply);
  });
});

describe("with a log cluster", () => {
  test.each<Mutation>([
    ["at a public address", "no-inbound", set("azurerm_kusto_cluster", /./, { public_network_access_enabled: true })],
    ["out of reach", "required-paths", without("infrastructure", "azurerm_private_endpoint", /logs/)],
    [
      "and a token that allows nothing",
      "api-tokens",
      without("workloads", "kubernetes_cluster_role_binding_v1", /fluent-bit/),
    ],
    [
      "closed to Fluent Bit",
      "required-paths",
      without("workloads", "kubernetes_network_policy_v1", /fluent-bit-fluent-bit/),
    ],
    [
      "that nobody verifies",
      "encryption-in-transit",
      change("workloads", "kubernetes_config_map_v1", /fluent-bit/, ({ data }) => {
        for (const key of Object.keys(data)) data[key] = data[key].replace(/(tls\.verify\s+)on/, "$1off");
      }),
    ],
    [
      "without its key",
      "encryption-at-rest",
      without("infrastructure", "azurerm_kusto_cluster_customer_managed_key", /./),
    ],
    [
      "and images without theirs",
      "encryption-at-rest",
      change("infrastructure", "azurerm_container_registry", /./, (found) => delete found.encryption),
    ],
    [
      "written by task pods",
      "no-static-credentials",
      (tree) =>
        add(tree.infrastructure, "azurerm_kusto_database_principal_assignment", {
          principal_id: idOf(tree.infrastructure, "azurerm_user_assigned_identity", /identity_task/).replace(
            ".id}",
            ".client_id}",
          ),
          role: "Ingestor",
        }),
    ],
  ])("%s: %s", async (_, expected, apply) => {
    await expectFound(withLogCluster, expected, apply);
  });
});

const LINK = "azurerm_private_link_service";

describe("with a declared connection", () => {
  test.each<Mutation>([
    ["seen by everybody", "private-api-endpoint", set(LINK, /./, { visibility_subscription_ids: ["*"] })],
    [
      "accepted by itself",
      "private-api-endpoint",
      set(LINK, /./, { auto_approval_subscription_ids: MANAGED.privateManagement.subscriptions }),
    ],
    ["closed at the API", "required-paths", withoutRule(/cluster/, /from-private-link/)],
  ])("%s: %s", async (_, expected, apply) => {
    await expectFound(managed, expected, apply);
  });
});

const PEERING = "azurerm_virtual_network_peering";

describe("behind a hub's firewall", () => {
  test.each<Mutation>([
    ["without our side of the peering", "required-paths", without("infrastructure", PEERING, /peering_/)],
    ["without the hub's side of it", "required-paths", without("infrastructure", PEERING, /of-hub/)],
    [
      "whose answers are not let in",
      "required-paths",
      change("infrastructure", PEERING, /peering_/, (found) => delete found.allow_forwarded_traffic),
    ],
    [
      "whose answers are not let in, with the hub's gateway beside it",
      "required-paths",
      change("infrastructure", PEERING, /peering_/, (found) => {
        delete found.allow_forwarded_traffic;
        found.use_remote_gateways = true;
      }),
    ],
    [
      "with a private endpoint that waits for approval",
      "required-paths",
      change("infrastructure", "azurerm_private_endpoint", /blob/, ({ private_service_connection: connection }) => {
        connection.is_manual_connection = true;
      }),
    ],
    [
      "that is elsewhere",
      "required-paths",
      change("infrastructure", "azurerm_route_table", /./, ({ route }) => {
        route[0].next_hop_in_ip_address = "10.201.0.4";
      }),
    ],
    [
      "with DNS servers that see no zone of ours",
      "required-paths",
      set("azurerm_virtual_network", /./, { dns_servers: ["10.200.0.10"] }),
    ],
  ])("%s: %s", async (_, expected, apply) => {
    await expectFound(behindHub, expected, apply);
  });
});

describe("a network that asks a hub's DNS servers", () => {
  const zones = [
    ["vaultcore.azure.net", "azurecr.io", "blob.core.windows.net", "dfs.core.windows.net", "monitor.azure.com"],
    ["oms.opinsights.azure.com", "ods.opinsights.azure.com", "agentsvc.azure-automation.net"],
  ].flat();
  const privateDnsZones = zones.map((name) => ZONE.replace(/\/[^/]+$/, `/privatelink.${name}`));
  const asking = synthesize({
    cloud: "azure",
    network: { dnsServers: ["10.200.0.10"], peering: { ...HUB, privateDnsZones } },
  });

  test.each<[string, (found: Json) => void, string]>([
    ["asks others", (found) => (found.dns_servers = ["10.200.0.11"]), "violated"],
    ["asks one more", (found) => found.dns_servers.push("10.200.0.11"), "violated"],
    ["asks Azure's own", (found) => delete found.dns_servers, "violated"],
    ["asks who knows whom", (found) => (found.dns_servers = "${var.servers}"), "unknown"],
  ])("%s", async (_, apply, status) => {
    const tree = copyOf(asking);
    for (const found of find(tree.infrastructure, "azurerm_virtual_network")) apply(found);
    const { findings } = await judge(tree);
    expect(findings.map((finding) => [finding.invariant, finding.status])).toContainEqual(["required-paths", status]);
  });
});

test("a network without flow logs is an exception that the report lists, and ends", async () => {
  const tree = (expires: string) =>
    synthesize({ cloud: "azure", network: { withoutFlowLogs: { reason: "A policy makes them.", expires } } });
  const { exceptions } = await judge(tree("2099-12-31"));
  expect(exceptions.map(({ id, state }) => [id, state])).toContainEqual(["flow-logs", "used"]);
  const { findings } = await judge(tree("2020-01-01"));
  expect(findings.map(({ invariant }) => invariant)).toEqual(["flow-logs"]);
});

describe("with what is there already", () => {
  test.each<Mutation>([
    [
      "no private endpoint of the account",
      "required-paths",
      without("infrastructure", "azurerm_private_endpoint", /blob/),
    ],
    [
      "a private endpoint of another account",
      ["no-foreign-principals", "required-paths"],
      change("infrastructure", "azurerm_private_endpoint", /dfs/, ({ private_service_connection: connection }) => {
        connection.private_connection_resource_id = connection.private_connection_resource_id.replace("acme", "other");
      }),
    ],
    [
      "names in a zone that nobody declared",
      "required-paths",
      change("infrastructure", "azurerm_private_endpoint", /registry/, ({ private_dns_zone_group: group }) => {
        group.private_dns_zone_ids = [`${ZONE.replace("dns", "other")}.azurecr.io`];
      }),
    ],
  ])("%s: %s", async (_, expected, apply) => {
    await expectFound(brought, expected, apply);
  });

  test.each<Mutation>([
    [
      "no private endpoint",
      ["required-paths", "images-reachable"],
      without("infrastructure", "azurerm_private_endpoint", /acmeimages/),
    ],
    [
      "another's private endpoint",
      ["no-foreign-principals", "required-paths", "images-reachable"],
      change(
        "infrastructure",
        "azurerm_private_endpoint",
        /acmeimages/,
        ({ private_service_connection: connection }) => {
          connection.private_connection_resource_id = connection.private_connection_resource_id.replace(
            "acme",
            "other",
          );
        },
      ),
    ],
  ])("a mirror with %s: %s", async (_, expected, apply) => {
    await expectFound(mirrored, expected, apply);
  });

  test.each<Mutation>([
    ["given endpoints closed to nodes", "required-paths", withoutRule(/nodes/, /to-given-endpoints/)],
    [
      "given endpoints on further ports",
      "egress-allowlist",
      changeRule(/nodes/, /to-given-endpoints/, (found) => (found.destination_port_range = "*")),
    ],
  ])("%s: %s", async (_, expected, apply) => {
    await expectFound(withEndpoints, expected, apply);
  });
});
