/** Kubernetes clusters and their node pools as Azure's API has them, in azurerm's words. */
import type { Resource, Value } from "../../../model";
import { at, blocks, bool, isList, isObject, isOpaque, text, type ObjectValue } from "../../../values";
import { argumentsOf, renamed, type Names } from "./arguments";

const CLUSTER: Names = {
  read: {
    addonProfiles: "addons",
    agentPoolProfiles: "pools",
    apiServerAccessProfile: "api",
    autoUpgradeProfile: "upgrades",
    disableLocalAccounts: "is_without_local",
    diskEncryptionSetID: "disk_encryption_set_id",
    dnsPrefix: "dns_prefix",
    ingressProfile: "ingress",
    kubernetesVersion: "kubernetes_version",
    networkProfile: "network",
    nodeProvisioningProfile: "provisioning",
    oidcIssuerProfile: "issuer",
    securityProfile: "security",
    serviceMeshProfile: "mesh",
    servicePrincipalProfile: "principal",
  },
  // A cluster that Azure's API calls closed to the public and that is not private is taken as open.
  ignored:
    "aadProfile autoScalerProfile azureMonitorProfile enableRBAC fqdnSubdomain httpProxyConfig identityProfile " +
    "linuxProfile metricsProfile nodeResourceGroup nodeResourceGroupProfile podIdentityProfile publicNetworkAccess " +
    "storageProfile supportPlan upgradeSettings windowsProfile workloadAutoScalerProfile",
};

const API: Names = {
  read: {
    authorizedIPRanges: "authorized_ip_ranges",
    disableRunCommand: "is_without_run",
    enablePrivateCluster: "is_private",
    enableVnetIntegration: "virtual_network_integration_enabled",
    subnetId: "subnet_id",
  },
  ignored: "enablePrivateClusterPublicFQDN privateDNSZone",
};

const NETWORK: Names = {
  read: {
    networkDataplane: "network_data_plane",
    networkPlugin: "network_plugin",
    networkPluginMode: "network_plugin_mode",
    networkPolicy: "network_policy",
    outboundType: "outbound_type",
    podCidr: "pod_cidr",
  },
  ignored:
    "advancedNetworking dnsServiceIP ipFamilies kubeProxyConfig loadBalancerProfile loadBalancerSku natGatewayProfile " +
    "networkMode serviceCidr serviceCidrs",
};

const SECURITY: Names = {
  read: { azureKeyVaultKms: "kms", workloadIdentity: "workloads" },
  ignored: "customCATrustCertificates defender imageCleaner imageIntegrity",
};

/** Add-ons that watch, check or hand out secrets. */
const QUIET_ADDONS = /^(omsagent|azurepolicy|azurekeyvaultsecretsprovider|accsgxdeviceplugin)$/i;

const POOL: Names = {
  read: {
    count: "node_count",
    enableAutoScaling: "auto_scaling_enabled",
    enableEncryptionAtHost: "host_encryption_enabled",
    enableNodePublicIP: "node_public_ip_enabled",
    name: "name",
    networkProfile: "network",
    nodeLabels: "node_labels",
    nodeTaints: "node_taints",
    osDiskSizeGB: "os_disk_size_gb",
    osType: "os_type",
    podSubnetID: "pod_subnet_id",
    scaleSetPriority: "priority",
    vmSize: "vm_size",
    vnetSubnetID: "vnet_subnet_id",
  },
  ignored:
    "artifactStreamingProfile availabilityZones capacityReservationGroupID enableFIPS enableOSDiskFullCaching " +
    "enableUltraSSD gpuInstanceProfile gpuProfile hostGroupID kubeletConfig kubeletDiskType linuxOSConfig " +
    "localDNSProfile maxCount maxPods messageOfTheDay minCount mode nodeImageVersion nodeInitializationTaints " +
    "orchestratorVersion osDiskType osSKU podIPAllocationMode powerState proximityPlacementGroupID scaleDownMode " +
    "scaleSetEvictionPolicy securityProfile spotMaxPrice tags type upgradeSettings upgradeSettingsBlueGreen " +
    "upgradeStrategy windowsProfile workloadRuntime",
};

export function asCluster(body: ObjectValue, resource: Resource): Resource[] | undefined {
  // What an automatic cluster brings with it is not modelled.
  const level = text(at(body["sku"], "name"));
  if (level === "Automatic" || isOpaque(level)) return undefined;
  const read = argumentsOf(body["properties"], CLUSTER);
  const api = read && argumentsOf(read["api"], API);
  const network = read && argumentsOf(read["network"], NETWORK);
  const security = read && argumentsOf(read["security"], SECURITY);
  const [pool, ...others] = read ? poolsOf(read["pools"]) : [];
  if (!read || !api || !network || !security || !pool || !isQuiet(read)) return undefined;
  const { disk_encryption_set_id, dns_prefix, kubernetes_version } = read;
  const { is_without_run, is_private, ...access } = api;
  const values = {
    disk_encryption_set_id,
    dns_prefix,
    kubernetes_version,
    automatic_upgrade_channel: at(read["upgrades"], "upgradeChannel"),
    api_server_access_profile: blockOf(access),
    default_node_pool: [pool],
    key_management_service: blockOf({ key_vault_key_id: at(security["kms"], "keyId") }),
    local_account_disabled: read["is_without_local"],
    network_profile: blockOf(network),
    node_provisioning_profile: blockOf({ mode: at(read["provisioning"], "mode") }),
    oidc_issuer_enabled: at(read["issuer"], "enabled"),
    private_cluster_enabled: is_private ?? false,
    run_command_enabled: not(is_without_run),
    service_principal: blockOf({ client_secret: at(read["principal"], "secret") }),
    workload_identity_enabled: at(security["workloads"], "enabled"),
  };
  const cluster = renamed(resource, "azurerm_kubernetes_cluster", present(values));
  const { address } = resource;
  const pools = others.map((values, index): Resource => {
    const kubernetes_cluster_id = { kind: "reference" as const, address, attribute: "id" };
    const type = "azurerm_kubernetes_cluster_node_pool";
    return { ...resource, type, address: `${address}#pool${index + 1}`, values: { ...values, kubernetes_cluster_id } };
  });
  return [cluster, ...pools];
}

export function asNodePool(body: ObjectValue, resource: Resource): Resource[] | undefined {
  const pool = poolOf(body["properties"]);
  const cluster = resource.values["parent_id"];
  if (!pool || cluster === undefined) return undefined;
  return [renamed(resource, "azurerm_kubernetes_cluster_node_pool", { ...pool, kubernetes_cluster_id: cluster })];
}

/**
 * Whether an update of a cluster or a pool leaves who reaches it as it is. A pool keeps its subnet and whether its nodes
 * have public addresses for good.
 */
export function changesNothing(type: string, body: ObjectValue): boolean {
  const properties = body["properties"];
  switch (type) {
    case "microsoft.containerservice/managedclusters":
      return argumentsOf(properties, { read: {}, ignored: "httpProxyConfig kubernetesVersion" }) !== undefined;
    case "microsoft.containerservice/managedclusters/agentpools": {
      const read = argumentsOf(properties, POOL);
      return read !== undefined && read["network"] === undefined;
    }
    default:
      return false;
  }
}

/** None where one can't be read. */
function poolsOf(profiles: Value | undefined): ObjectValue[] {
  if (!isList(profiles)) return [];
  const pools = profiles.map(poolOf);
  return pools.every((pool) => pool !== undefined) ? pools : [];
}

function poolOf(profile: Value | undefined): ObjectValue | undefined {
  const read = isObject(profile) ? argumentsOf(profile, POOL) : undefined;
  if (!read) return undefined;
  const { network, ...pool } = read;
  if (network === undefined) return pool;
  const names = {
    read: { allowedHostPorts: "ports", applicationSecurityGroups: "application_security_group_ids" },
    ignored: "nodePublicIPTags",
  };
  const profileRead = argumentsOf(network, names);
  if (!profileRead) return undefined;
  const { ports, ...groups } = profileRead;
  const allowed_host_ports = blocks(ports).map((port) => ({
    port_start: at(port, "portStart") ?? null,
    port_end: at(port, "portEnd") ?? null,
    protocol: at(port, "protocol") ?? null,
  }));
  return { ...pool, node_network_profile: [{ ...groups, allowed_host_ports }] };
}

/** Whether nothing puts a load balancer in front of the cluster. */
function isQuiet(read: ObjectValue): boolean {
  const addons = read["addons"] ?? {};
  const mesh = read["mesh"];
  const ingress = argumentsOf(read["ingress"], { read: { webAppRouting: "web" }, ignored: "" });
  return (
    isObject(addons) &&
    Object.entries(addons).every(([name, addon]) => QUIET_ADDONS.test(name) || isOff(at(addon, "enabled"))) &&
    (mesh === undefined || text(at(mesh, "mode")) === "Disabled") &&
    ingress !== undefined &&
    (ingress["web"] === undefined || isOff(at(ingress["web"], "enabled")))
  );
}

const isOff = (value: Value | undefined): boolean => bool(value) === false;

const not = (value: Value | undefined): Value | undefined => {
  const read = bool(value);
  return typeof read === "boolean" ? !read : read;
};

const blockOf = (values: Readonly<Record<string, Value | undefined>>): Value | undefined => {
  const held = present(values);
  return Object.keys(held).length > 0 ? [held] : undefined;
};

const present = (values: Readonly<Record<string, Value | undefined>>): ObjectValue =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined));
