/**
 * What runs in networks in the words of the provider.
 *
 * Microsoft, "Microsoft.ContainerService managedClusters"
 * (https://learn.microsoft.com/azure/templates/microsoft.containerservice/managedclusters) and "Microsoft.Compute
 * resource types" (https://learn.microsoft.com/azure/templates/microsoft.compute/allversions).
 */
import { lastSegment, shown } from "../../../../config/texts";
import type { Value } from "../../../model";
import { at, blocks, unknown, type ObjectValue } from "../../../values";
import type { AccountReader } from "../../account";
import { block, idIn, idOf, idsIn, made, not, one, parts, propertiesOf } from "./resource";

export const compute: AccountReader = {
  "virtual-machines": one("azurerm_linux_virtual_machine", ({ networkProfile }) => ({
    network_interface_ids: idsIn(at(networkProfile, "networkInterfaces")),
  })),
  "scale-sets": one("azurerm_linux_virtual_machine_scale_set", ({ virtualMachineProfile }) => ({
    network_interface: parts(at(virtualMachineProfile, "networkProfile", "networkInterfaceConfigurations")).map(
      (part) => {
        const own = propertiesOf(part);
        return block({
          name: part["name"],
          network_security_group_id: idIn(own["networkSecurityGroup"]),
          ip_configuration: parts(own["ipConfigurations"]).map((configuration) => {
            const { publicIPAddressConfiguration: address, ...held } = propertiesOf(configuration);
            return block({
              subnet_id: idIn(held["subnet"]),
              public_ip_address: address && [address],
              load_balancer_backend_address_pool_ids: idsIn(held["loadBalancerBackendAddressPools"]),
              load_balancer_inbound_nat_rules_ids: idsIn(held["loadBalancerInboundNatPools"]),
              application_security_group_ids: idsIn(held["applicationSecurityGroups"]),
            });
          }),
        });
      },
    ),
  })),
  clusters: (record) => {
    const properties = propertiesOf(record);
    const [first, ...others] = parts(properties["agentPoolProfiles"]).map(pool);
    return [
      made(record, "azurerm_kubernetes_cluster", { ...cluster(properties), default_node_pool: first && [first] }),
      ...others.map((values) => {
        const name = shown(values["name"] ?? null);
        return {
          type: "azurerm_kubernetes_cluster_node_pool",
          name: `${lastSegment(idOf(record))}:${name}`,
          values: { ...values, id: `${idOf(record)}/agentpools/${name}`, kubernetes_cluster_id: idOf(record) },
        };
      }),
    ];
  },
  disks: one("azurerm_managed_disk", ({ encryption }) => ({
    disk_encryption_set_id: at(encryption, "diskEncryptionSetId"),
  })),
  "disk-encryption-sets": one("azurerm_disk_encryption_set", ({ activeKey }) => ({
    key_vault_key_id: at(activeKey, "keyUrl"),
  })),
};

function cluster(properties: ObjectValue) {
  const api = properties["apiServerAccessProfile"];
  const network = properties["networkProfile"];
  const security = properties["securityProfile"];
  const addons = properties["addonProfiles"];
  const bootstrap = properties["bootstrapProfile"];
  const kubelet = at(properties["identityProfile"], "kubeletidentity");
  const kms = at(security, "azureKeyVaultKms");
  const secret = at(properties["servicePrincipalProfile"], "clientId");
  return {
    kubernetes_version: properties["kubernetesVersion"],
    dns_prefix: properties["dnsPrefix"],
    node_resource_group: properties["nodeResourceGroup"],
    disk_encryption_set_id: properties["diskEncryptionSetID"],
    local_account_disabled: properties["disableLocalAccounts"] ?? false,
    automatic_upgrade_channel: at(properties["autoUpgradeProfile"], "upgradeChannel"),
    private_cluster_enabled: at(api, "enablePrivateCluster") ?? false,
    run_command_enabled: not(at(api, "disableRunCommand")) ?? true,
    api_server_access_profile: [
      block({
        virtual_network_integration_enabled: at(api, "enableVnetIntegration"),
        subnet_id: at(api, "subnetId"),
        authorized_ip_ranges: at(api, "authorizedIPRanges"),
      }),
    ],
    network_profile: [
      block({
        network_plugin: at(network, "networkPlugin"),
        network_plugin_mode: at(network, "networkPluginMode"),
        network_policy: at(network, "networkPolicy"),
        network_data_plane: at(network, "networkDataplane"),
        outbound_type: at(network, "outboundType"),
        pod_cidr: at(network, "podCidr"),
        service_cidr: at(network, "serviceCidr"),
        dns_service_ip: at(network, "dnsServiceIP"),
      }),
    ],
    oidc_issuer_enabled: at(properties["oidcIssuerProfile"], "enabled"),
    oidc_issuer_url: at(properties["oidcIssuerProfile"], "issuerURL"),
    workload_identity_enabled: at(security, "workloadIdentity", "enabled"),
    key_management_service: at(kms, "enabled") === true ? [block({ key_vault_key_id: at(kms, "keyId") })] : undefined,
    bootstrap_profile: bootstrap && [
      block({
        artifact_source: at(bootstrap, "artifactSource"),
        container_registry_id: at(bootstrap, "containerRegistryId"),
      }),
    ],
    kubelet_identity: kubelet && [
      block({
        client_id: at(kubelet, "clientId"),
        object_id: at(kubelet, "objectId"),
        user_assigned_identity_id: at(kubelet, "resourceId"),
      }),
    ],
    // A cluster with an identity of its own says so in this place.
    service_principal:
      secret === undefined || secret === "msi"
        ? undefined
        : [{ client_id: secret, client_secret: unknown("its secret is not asked for") }],
    service_mesh_profile: at(properties["serviceMeshProfile"], "mode") === "Istio" ? [{ mode: "Istio" }] : undefined,
    node_provisioning_profile: block({ mode: at(properties["nodeProvisioningProfile"], "mode") }),
    http_application_routing_enabled: at(addons, "httpApplicationRouting", "enabled") ?? false,
    ingress_application_gateway: on(at(addons, "ingressApplicationGateway", "enabled")),
    web_app_routing: on(at(properties["ingressProfile"], "webAppRouting", "enabled")),
  };
}

const on = (value: Value | undefined): Value | undefined => (value === true ? [{}] : undefined);

function pool(profile: ObjectValue): ObjectValue {
  const network = profile["networkProfile"];
  const priority = profile["scaleSetPriority"];
  return block({
    name: profile["name"],
    mode: profile["mode"],
    vm_size: profile["vmSize"],
    os_type: profile["osType"],
    os_disk_size_gb: profile["osDiskSizeGB"],
    node_count: profile["count"],
    min_count: profile["minCount"],
    max_count: profile["maxCount"],
    auto_scaling_enabled: profile["enableAutoScaling"],
    vnet_subnet_id: profile["vnetSubnetID"],
    pod_subnet_id: profile["podSubnetID"],
    node_public_ip_enabled: profile["enableNodePublicIP"] ?? false,
    host_encryption_enabled: profile["enableEncryptionAtHost"] ?? false,
    node_labels: profile["nodeLabels"],
    node_taints: profile["nodeTaints"],
    only_critical_addons_enabled: blocks(profile["nodeTaints"]).includes("CriticalAddonsOnly=true:NoSchedule"),
    priority,
    gpu_driver: at(profile["gpuProfile"], "driver"),
    node_network_profile: network && [
      block({
        application_security_group_ids: at(network, "applicationSecurityGroups"),
        allowed_host_ports: blocks(at(network, "allowedHostPorts")).map((port) =>
          block({ port_start: at(port, "portStart"), port_end: at(port, "portEnd"), protocol: at(port, "protocol") }),
        ),
      }),
    ],
  });
}
