/**
 * Rows of Resource Graph and answers of Azure Resource Manager for a stack that stands, in the shapes of these APIs'
 * references: what a subscription shows once the stack is applied.
 */
import { standingPlanOf } from "./standing-plan";
import type { Json } from "./workloads";

/** What Azure answers about one subscription. */
export interface AzureAnswers {
  readonly subscription: string;
  readonly rows: Json[];
  /** Lists of Azure Resource Manager, by path in lower case. */
  readonly lists: Record<string, Json[]>;
}

/** Types of a stack of which a subscription tells nothing, each with the reason. */
const NOT_TOLD: Readonly<Record<string, string>> = {
  azurerm_monitor_diagnostic_setting: "it is no resource of Resource Graph's, and nothing that is judged rests on it",
  azurerm_monitor_data_collection_rule_association: "it ties rules to machines, and nobody reaches more by it",
  azurerm_monitor_private_link_scoped_service: "it is a part of the scope, and nobody reaches more by it",
  azurerm_container_registry_credential_set: "it names a secret, and says nothing of who reaches what",
  azurerm_kusto_script: "it makes tables in a database",
  terraform_data: "Terraform alone knows it",
};

const list = (value: Json): Json[] => (value === undefined || value === null ? [] : [value].flat());
const one = (value: Json): Json => list(value)[0];
const camel = (name: string) => name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const last = (path: Json): string => String(path).split("/").at(-1) ?? "";
const onOff = (value: Json): string => (value === false ? "Disabled" : "Enabled");
const ref = (id: Json): Json => (id === undefined || id === null ? undefined : { id });

/** @param stack an infrastructure stack, as synthesized */
export function azureAnswers(stack: Json): AzureAnswers {
  const provider: Json = Object.assign({}, ...Object.values<Json>(stack.provider).flat());
  const subscription: string = provider.subscription_id;
  const plan: Json[] = standingPlanOf(stack).planned_values.root_module.resources;
  const ofType = (type: string): Json[] =>
    plan.filter((resource) => resource.type === type).map(({ values }) => values);
  const rows: Json[] = [];
  const lists: Record<string, Json[]> = {};
  const groupId = (values: Json) => `/subscriptions/${subscription}/resourceGroups/${values.resource_group_name}`;
  const idOf = (values: Json, kind: string) => values.id ?? `${groupId(values)}/providers/${kind}/${values.name}`;
  const row = (kind: string, values: Json, properties: Json, more: Json = {}) => {
    // Resource Graph writes ids of groups in whatever case.
    const id = String(idOf(values, kind)).replace("/resourceGroups/", "/resourcegroups/");
    const own = one(values.identity);
    rows.push({
      ...{ id, name: values.name, type: kind.toLowerCase(), location: values.location },
      ...(own && {
        identity: {
          type: own.type,
          userAssignedIdentities: Object.fromEntries(list(own.identity_ids).map((one) => [one, {}])),
        },
      }),
      properties: { provisioningState: "Succeeded", ...properties },
      ...more,
    });
    return id;
  };
  const part = (of: Json, path: string, name: string, properties: Json) => {
    const key = `${String(of)}/${path}`.toLowerCase();
    (lists[key] ??= []).push({ id: `${of}/${path}/${name}`, name, properties });
  };
  const NETWORK = "Microsoft.Network";
  const subnetId = (values: Json) =>
    `${groupId(values)}/providers/${NETWORK}/virtualNetworks/${last(values.virtual_network_name)}/subnets/${values.name}`;
  const tied = (type: string, argument: string, subnet: Json) =>
    ref(ofType(type).find(({ subnet_id }) => subnet_id === subnetId(subnet))?.[argument]);
  const roles = new Map<string, string>();

  const convert: Record<string, (values: Json) => void> = {
    azurerm_resource_group: (values) =>
      void row(
        "Microsoft.Resources/subscriptions/resourceGroups",
        { ...values, id: `/subscriptions/${subscription}/resourceGroups/${values.name}` },
        {},
      ),
    azurerm_virtual_network: (values) =>
      void row(`${NETWORK}/virtualNetworks`, values, {
        addressSpace: { addressPrefixes: values.address_space },
        ...(values.dns_servers && { dhcpOptions: { dnsServers: values.dns_servers } }),
        subnets: ofType("azurerm_subnet").map((subnet) => ({
          ...{ id: subnetId(subnet), name: subnet.name },
          properties: {
            addressPrefixes: subnet.address_prefixes,
            defaultOutboundAccess: subnet.default_outbound_access_enabled,
            privateEndpointNetworkPolicies: subnet.private_endpoint_network_policies ?? "Disabled",
            networkSecurityGroup: tied(
              "azurerm_subnet_network_security_group_association",
              "network_security_group_id",
              subnet,
            ),
            routeTable: tied("azurerm_subnet_route_table_association", "route_table_id", subnet),
            natGateway: tied("azurerm_subnet_nat_gateway_association", "nat_gateway_id", subnet),
            delegations: list(subnet.delegation).map(({ name, service_delegation }) => ({
              name,
              properties: { serviceName: one(service_delegation).name },
            })),
          },
        })),
        // Those of a hub are of another subscription.
        virtualNetworkPeerings: ofType("azurerm_virtual_network_peering")
          .filter(({ virtual_network_name }) => last(virtual_network_name) === values.name)
          .map((peering) => ({
            id: `${groupId(peering)}/providers/${NETWORK}/virtualNetworks/${last(peering.virtual_network_name)}/virtualNetworkPeerings/${peering.name}`,
            name: peering.name,
            properties: {
              remoteVirtualNetwork: ref(peering.remote_virtual_network_id),
              remoteAddressSpace: { addressPrefixes: String(one(peering.triggers)?.remote_address_space).split(",") },
              ...{ peeringState: "Connected", allowVirtualNetworkAccess: true },
              allowForwardedTraffic: peering.allow_forwarded_traffic,
              allowGatewayTransit: peering.allow_gateway_transit,
              useRemoteGateways: peering.use_remote_gateways,
            },
          })),
      }),
    azurerm_network_security_group: ({ security_rule, ...values }) =>
      void row(`${NETWORK}/networkSecurityGroups`, values, {
        securityRules: list(security_rule).map(({ name, ...rule }) => ({
          id: `${values.id}/securityRules/${name}`,
          name,
          properties: Object.fromEntries(
            Object.entries<Json>(rule)
              .map(([key, value]) => [camel(key), value === null && key.endsWith("s") ? [] : value])
              .filter(([, value]) => value !== null),
          ),
        })),
      }),
    azurerm_route_table: ({ route, bgp_route_propagation_enabled, ...values }) =>
      void row(`${NETWORK}/routeTables`, values, {
        disableBgpRoutePropagation: bgp_route_propagation_enabled === false,
        routes: list(route).map(({ name, address_prefix, next_hop_type, next_hop_in_ip_address }) => ({
          name,
          properties: {
            addressPrefix: address_prefix,
            nextHopType: next_hop_type,
            nextHopIpAddress: next_hop_in_ip_address,
          },
        })),
      }),
    azurerm_nat_gateway: (values) =>
      void row(`${NETWORK}/natGateways`, values, {
        publicIpAddresses: ofType("azurerm_nat_gateway_public_ip_association")
          .filter(({ nat_gateway_id }) => nat_gateway_id === values.id)
          .map(({ public_ip_address_id }) => ref(public_ip_address_id)),
      }),
    azurerm_public_ip: (values) =>
      void row(
        `${NETWORK}/publicIPAddresses`,
        values,
        { publicIPAllocationMethod: values.allocation_method, ipAddress: values.ip_address },
        { sku: { name: values.sku ?? "Standard" } },
      ),
    azurerm_private_endpoint: (values) => {
      const connection = one(values.private_service_connection);
      const id = row(`${NETWORK}/privateEndpoints`, values, {
        subnet: ref(values.subnet_id),
        [connection.is_manual_connection ? "manualPrivateLinkServiceConnections" : "privateLinkServiceConnections"]: [
          {
            name: connection.name,
            properties: {
              privateLinkServiceId: connection.private_connection_resource_id,
              groupIds: connection.subresource_names,
            },
          },
        ],
        networkInterfaces: [{ id: `${values.id}.nic` }],
      });
      const zones = list(one(values.private_dns_zone_group)?.private_dns_zone_ids);
      part(id, "privateDnsZoneGroups", "default", {
        privateDnsZoneConfigs: zones.map((zone) => ({ name: last(zone), properties: { privateDnsZoneId: zone } })),
      });
      row(
        `${NETWORK}/networkInterfaces`,
        { name: `${values.name}.nic`, resource_group_name: values.resource_group_name, location: values.location },
        {
          privateEndpoint: ref(values.id),
          ipConfigurations: [
            { name: "p", properties: { subnet: ref(values.subnet_id), privateIPAddress: "10.0.0.9" } },
          ],
        },
      );
    },
    azurerm_private_link_service: (values) =>
      void row(`${NETWORK}/privateLinkServices`, values, {
        visibility: { subscriptions: values.visibility_subscription_ids },
        autoApproval: { subscriptions: values.auto_approval_subscription_ids ?? [] },
        loadBalancerFrontendIpConfigurations: list(values.load_balancer_frontend_ip_configuration_ids).map(ref),
        ipConfigurations: list(values.nat_ip_configuration).map(({ name, subnet_id, primary }) => ({
          name,
          properties: { subnet: ref(subnet_id), primary },
        })),
      }),
    azurerm_private_dns_zone: (values) => void row(`${NETWORK}/privateDnsZones`, values, { numberOfRecordSets: 2 }),
    azurerm_private_dns_zone_virtual_network_link: (values) =>
      void row(
        `${NETWORK}/privateDnsZones/virtualNetworkLinks`,
        {
          ...values,
          id: `${groupId(values)}/providers/${NETWORK}/privateDnsZones/${last(values.private_dns_zone_name)}/virtualNetworkLinks/${values.name}`,
        },
        {
          virtualNetwork: ref(values.virtual_network_id),
          registrationEnabled: values.registration_enabled,
        },
      ),
    azurerm_resource_group_template_deployment: ({ template_content, parameters_content }) => {
      const given = JSON.parse(parameters_content);
      for (const made of Object.values<Json>(JSON.parse(template_content).resources)) {
        if (made.type !== "Microsoft.Network/networkWatchers/flowLogs") continue;
        const value = (text: Json) => {
          const [, name = ""] = /^\[parameters\('(\w+)'\)\]$/.exec(String(text)) ?? [];
          return name === "" ? text : given[name].value;
        };
        row(
          "Microsoft.Network/networkWatchers/flowLogs",
          {
            id: `/subscriptions/${subscription}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/w/flowLogs/own`,
            name: "own",
          },
          {
            targetResourceId: value(made.properties.targetResourceId),
            storageId: value(made.properties.storageId),
            enabled: made.properties.enabled,
            retentionPolicy: made.properties.retentionPolicy,
          },
        );
      }
    },
    azurerm_kubernetes_cluster: (values) => cluster(values),
    azurerm_storage_account: (values) => {
      const key = one(values.customer_managed_key);
      const [, vault, name] = /^(.*)\/keys\/([^/]+)/.exec(String(key?.key_vault_key_id)) ?? [];
      const rules = one(values.network_rules);
      const id = row(
        "Microsoft.Storage/storageAccounts",
        values,
        {
          allowBlobPublicAccess: values.allow_nested_items_to_be_public,
          allowSharedKeyAccess: values.shared_access_key_enabled,
          publicNetworkAccess: onOff(values.public_network_access_enabled),
          supportsHttpsTrafficOnly: values.https_traffic_only_enabled,
          minimumTlsVersion: values.min_tls_version,
          isHnsEnabled: values.is_hns_enabled,
          isLocalUserEnabled: values.local_user_enabled,
          networkAcls: {
            bypass: list(rules?.bypass).join(", "),
            defaultAction: rules?.default_action,
            ipRules: [],
            virtualNetworkRules: [],
          },
          encryption: key
            ? {
                keySource: "Microsoft.Keyvault",
                keyvaultproperties: { keyname: name, keyvaulturi: vault },
                identity: { userAssignedIdentity: key.user_assigned_identity_id },
              }
            : { keySource: "Microsoft.Storage" },
        },
        { kind: values.account_kind, sku: { name: "Standard_ZRS", tier: "Standard" } },
      );
      const cors = list(one(values.blob_properties)?.cors_rule).map((rule) =>
        Object.fromEntries(Object.entries<Json>(rule).map(([key, value]) => [camel(key), value])),
      );
      part(id, "blobServices", "default", { cors: { corsRules: cors } });
    },
    azurerm_storage_container: (values) =>
      part(values.storage_account_id, "blobServices/default/containers", values.name, { publicAccess: "None" }),
    azurerm_storage_management_policy: ({ storage_account_id, rule }) =>
      part(storage_account_id, "managementPolicies", "DefaultManagementPolicy", {
        policy: {
          rules: list(rule).map(({ name, enabled, actions }) => ({
            ...{ name, enabled, type: "Lifecycle" },
            definition: {
              actions: {
                baseBlob: {
                  delete: {
                    daysAfterModificationGreaterThan: one(one(actions).base_blob)
                      .delete_after_days_since_modification_greater_than,
                  },
                },
              },
            },
          })),
        },
      }),
    azurerm_key_vault: (values) =>
      void row("Microsoft.KeyVault/vaults", values, {
        enableRbacAuthorization: values.rbac_authorization_enabled,
        publicNetworkAccess: onOff(values.public_network_access_enabled),
        enablePurgeProtection: values.purge_protection_enabled,
        tenantId: values.tenant_id,
        networkAcls: {
          bypass: one(values.network_acls).bypass,
          defaultAction: one(values.network_acls).default_action,
          ipRules: [],
          virtualNetworkRules: [],
        },
      }),
    azurerm_container_registry: (values) =>
      void row(
        "Microsoft.ContainerRegistry/registries",
        values,
        {
          adminUserEnabled: values.admin_enabled,
          anonymousPullEnabled: values.anonymous_pull_enabled,
          publicNetworkAccess: onOff(values.public_network_access_enabled),
          networkRuleBypassOptions: values.network_rule_bypass_option,
          loginServer: `${values.name}.azurecr.io`,
        },
        { sku: { name: values.sku, tier: values.sku } },
      ),
    azurerm_container_registry_cache_rule: (values) =>
      part(values.container_registry_id, "cacheRules", values.name, {
        ...{ sourceRepository: values.source_repo, targetRepository: values.target_repo },
        credentialSetResourceId: values.credential_set_id,
      }),
    azurerm_user_assigned_identity: (values) =>
      void row("Microsoft.ManagedIdentity/userAssignedIdentities", values, {
        principalId: values.principal_id,
        clientId: values.client_id,
      }),
    azurerm_federated_identity_credential: ({ parent_id, name, issuer, subject, audience }) =>
      part(parent_id, "federatedIdentityCredentials", name, { issuer, subject, audiences: audience }),
    azurerm_disk_encryption_set: (values) =>
      void row("Microsoft.Compute/diskEncryptionSets", values, { activeKey: { keyUrl: values.key_vault_key_id } }),
    azurerm_role_assignment: ({ principal_id, principal_type, role_definition_name, scope, condition }) => {
      const role =
        roles.get(role_definition_name) ?? `00000000-0000-0000-0000-${String(roles.size + 1).padStart(12, "0")}`;
      const definition = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      if (!roles.has(role_definition_name))
        row(
          "Microsoft.Authorization/roleDefinitions",
          { id: definition, name: role },
          { roleName: role_definition_name, type: "BuiltInRole" },
        );
      roles.set(role_definition_name, role);
      const name = `0a1b2c3d-0000-0000-0000-${String(rows.length).padStart(12, "0")}`;
      row(
        "Microsoft.Authorization/roleAssignments",
        { id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, name },
        {
          ...{ principalId: principal_id, principalType: principal_type, scope, condition },
          roleDefinitionId: `/subscriptions/${subscription}${definition}`,
        },
      );
    },
    azurerm_log_analytics_workspace: (values) =>
      void row("Microsoft.OperationalInsights/workspaces", values, {
        publicNetworkAccessForIngestion: onOff(values.internet_ingestion_enabled),
        publicNetworkAccessForQuery: onOff(values.internet_query_enabled),
        features: { disableLocalAuth: values.local_authentication_enabled === false },
        customerId: values.workspace_id,
      }),
    azurerm_monitor_data_collection_endpoint: (values) =>
      void row("Microsoft.Insights/dataCollectionEndpoints", values, {
        networkAcls: { publicNetworkAccess: onOff(values.public_network_access_enabled) },
      }),
    azurerm_monitor_data_collection_rule: (values) => void row("Microsoft.Insights/dataCollectionRules", values, {}),
    azurerm_monitor_private_link_scope: (values) =>
      void row("Microsoft.Insights/privateLinkScopes", values, {
        accessModeSettings: {
          ingestionAccessMode: values.ingestion_access_mode,
          queryAccessMode: values.query_access_mode,
        },
      }),
    azurerm_kusto_cluster: (values) =>
      void row("Microsoft.Kusto/clusters", values, {
        publicNetworkAccess: onOff(values.public_network_access_enabled),
        enableDiskEncryption: values.disk_encryption_enabled,
      }),
    azurerm_kusto_database: (values) =>
      void row("Microsoft.Kusto/clusters/databases", { ...values, name: `${values.cluster_name}/${values.name}` }, {}),
    azurerm_kusto_database_principal_assignment: (values) =>
      part(
        `${groupId(values)}/providers/Microsoft.Kusto/clusters/${values.cluster_name}/databases/${values.database_name}`,
        "principalAssignments",
        values.name,
        {
          ...{ principalId: values.principal_id, principalType: values.principal_type, role: values.role },
        },
      ),
  };

  function cluster(values: Json) {
    const api = one(values.api_server_access_profile);
    const network = one(values.network_profile);
    const kms = one(values.key_management_service);
    const kubelet = one(values.kubelet_identity);
    const bootstrap = one(values.bootstrap_profile);
    const pool = (pool: Json, mode: string): Json => ({
      ...{
        name: pool.name,
        mode: pool.mode ?? mode,
        vmSize: pool.vm_size,
        osType: "Linux",
        osDiskSizeGB: pool.os_disk_size_gb,
      },
      ...{
        minCount: pool.min_count,
        maxCount: pool.max_count,
        count: pool.min_count,
        enableAutoScaling: pool.auto_scaling_enabled,
      },
      ...{
        vnetSubnetID: pool.vnet_subnet_id,
        enableNodePublicIP: pool.node_public_ip_enabled,
        enableEncryptionAtHost: pool.host_encryption_enabled,
      },
      ...{ nodeLabels: pool.node_labels, scaleSetPriority: pool.priority },
      nodeTaints: pool.only_critical_addons_enabled ? ["CriticalAddonsOnly=true:NoSchedule"] : pool.node_taints,
      ...(pool.gpu_driver && { gpuProfile: { driver: pool.gpu_driver } }),
    });
    row("Microsoft.ContainerService/managedClusters", values, {
      ...{
        kubernetesVersion: values.kubernetes_version,
        dnsPrefix: values.dns_prefix,
        nodeResourceGroup: values.node_resource_group,
      },
      ...{ disableLocalAccounts: values.local_account_disabled, diskEncryptionSetID: values.disk_encryption_set_id },
      autoUpgradeProfile: { upgradeChannel: values.automatic_upgrade_channel },
      apiServerAccessProfile: {
        enablePrivateCluster: values.private_cluster_enabled,
        disableRunCommand: values.run_command_enabled === false,
        enableVnetIntegration: api?.virtual_network_integration_enabled,
        subnetId: api?.subnet_id,
      },
      networkProfile: {
        ...{
          networkPlugin: network.network_plugin,
          networkPluginMode: network.network_plugin_mode,
          networkPolicy: network.network_policy,
        },
        ...{
          networkDataplane: network.network_data_plane,
          outboundType: network.outbound_type,
          podCidr: network.pod_cidr,
        },
        ...{ serviceCidr: network.service_cidr, dnsServiceIP: network.dns_service_ip },
      },
      oidcIssuerProfile: { enabled: values.oidc_issuer_enabled, issuerURL: values.oidc_issuer_url },
      securityProfile: {
        workloadIdentity: { enabled: values.workload_identity_enabled },
        ...(kms && {
          azureKeyVaultKms: {
            enabled: true,
            keyId: kms.key_vault_key_id,
            keyVaultNetworkAccess: kms.key_vault_network_access,
          },
        }),
      },
      servicePrincipalProfile: { clientId: "msi" },
      ...(kubelet && {
        identityProfile: {
          kubeletidentity: {
            resourceId: kubelet.user_assigned_identity_id,
            clientId: kubelet.client_id,
            objectId: kubelet.object_id,
          },
        },
      }),
      ...(bootstrap && {
        bootstrapProfile: {
          artifactSource: bootstrap.artifact_source,
          containerRegistryId: bootstrap.container_registry_id,
        },
      }),
      agentPoolProfiles: [
        pool(one(values.default_node_pool), "System"),
        ...ofType("azurerm_kubernetes_cluster_node_pool").map((other) => pool(other, "User")),
      ],
    });
  }

  const within = [
    ...[
      "azurerm_subnet",
      "azurerm_subnet_network_security_group_association",
      "azurerm_subnet_route_table_association",
    ],
    ...["azurerm_subnet_nat_gateway_association", "azurerm_nat_gateway_public_ip_association"],
    ...["azurerm_virtual_network_peering", "azurerm_kubernetes_cluster_node_pool"],
  ];
  for (const { type, values } of plan) {
    if (Object.hasOwn(NOT_TOLD, type) || within.includes(type)) continue;
    const how = convert[type];
    if (!how) throw new Error(`no row is known for ${type}`);
    how(values);
  }
  return { subscription, rows, lists };
}
