/** What runs in networks, and what stands before it. */
import { below, kind, type Kind } from "../kind";

const SERVICE = "compute.googleapis.com";
const OWN = ["name", "selfLink", "region", "zone"];

const INTERFACES = below(
  "networkInterfaces",
  ...["network", "subnetwork", "networkIP", "stackType", "aliasIpRanges", "ipv6Address"],
  ...["accessConfigs.natIP", "accessConfigs.type", "ipv6AccessConfigs.externalIpv6", "ipv6AccessConfigs.type"],
);
const MACHINE = [...INTERFACES, "tags.items", "serviceAccounts.email", "canIpForward"];

/** Nodes of a cluster: no metadata, of which some is secret. */
const NODES = [
  ...["machineType", "diskSizeGb", "diskType", "imageType", "bootDiskKmsKey", "serviceAccount", "oauthScopes"],
  ...["labels", "taints", "tags", "spot", "preemptible", "workloadMetadataConfig", "shieldedInstanceConfig"],
  ...["kubeletConfig", "resourceManagerTags"],
  ...below("accelerators", "acceleratorCount", "acceleratorType", "gpuDriverInstallationConfig"),
];
const POOL = [
  ...["name", "selfLink", "locations", "version", "initialNodeCount", "autoscaling", "management"],
  ...below("networkConfig", "enablePrivateNodes", "podRange", "podIpv4CidrBlock", "additionalNodeNetworkConfigs"),
  ...below("config", ...NODES),
];

export const COMPUTE: readonly Kind[] = [
  kind("instances", `${SERVICE}/Instance`, ...OWN, ...MACHINE),
  kind("instance-templates", `${SERVICE}/InstanceTemplate`, ...OWN, ...below("properties", ...MACHINE)),
  kind(
    "instance-group-managers",
    `${SERVICE}/InstanceGroupManager`,
    ...OWN,
    ...["instanceGroup", "instanceTemplate", "targetPools", "autoHealingPolicies", "versions.instanceTemplate"],
  ),
  kind("instance-groups", `${SERVICE}/InstanceGroup`, ...OWN, "network", "subnetwork"),
  kind(
    "network-endpoint-groups",
    `${SERVICE}/NetworkEndpointGroup`,
    ...OWN,
    ...["network", "subnetwork", "networkEndpointType", "pscTargetService", "cloudRun", "cloudFunction", "appEngine"],
  ),
  kind("disks", `${SERVICE}/Disk`, ...OWN, "diskEncryptionKey.kmsKeyName"),
  kind("backend-services", `${SERVICE}/BackendService`, ...OWN, ...backend()),
  kind("region-backend-services", `${SERVICE}/RegionBackendService`, ...OWN, ...backend()),
  kind("target-http-proxies", `${SERVICE}/TargetHttpProxy`, ...OWN, "urlMap"),
  kind("target-https-proxies", `${SERVICE}/TargetHttpsProxy`, ...OWN, "urlMap", "sslPolicy"),
  kind("target-ssl-proxies", `${SERVICE}/TargetSslProxy`, ...OWN, "service", "sslPolicy"),
  kind("target-tcp-proxies", `${SERVICE}/TargetTcpProxy`, ...OWN, "service"),
  kind("target-pools", `${SERVICE}/TargetPool`, ...OWN, "instances"),
  kind("target-instances", `${SERVICE}/TargetInstance`, ...OWN, "instance", "network"),
  kind(
    "url-maps",
    `${SERVICE}/UrlMap`,
    ...OWN,
    ...["defaultService", "defaultUrlRedirect", "pathMatchers.defaultService", "pathMatchers.pathRules.service"],
  ),
  kind(
    "clusters",
    "container.googleapis.com/Cluster",
    ...["name", "selfLink", "location", "network", "subnetwork", "clusterIpv4Cidr", "servicesIpv4Cidr"],
    ...["currentMasterVersion", "ipAllocationPolicy", "databaseEncryption", "legacyAbac", "workloadIdentityConfig"],
    ...["autopilot.enabled", "masterAuth.clientCertificateConfig", "masterAuth.username", "releaseChannel"],
    ...["loggingConfig", "monitoringConfig", "addonsConfig", "binaryAuthorization", "shieldedNodes"],
    ...below(
      "privateClusterConfig",
      ...["enablePrivateNodes", "enablePrivateEndpoint", "masterIpv4CidrBlock", "privateEndpoint"],
      "privateEndpointSubnetwork",
    ),
    ...below(
      "masterAuthorizedNetworksConfig",
      ...["enabled", "cidrBlocks", "gcpPublicCidrsAccessEnabled", "privateEndpointEnforcementEnabled"],
    ),
    ...below(
      "controlPlaneEndpointsConfig",
      ...["dnsEndpointConfig.allowExternalTraffic", "ipEndpointsConfig.enabled"],
      ...below("ipEndpointsConfig", "enablePublicEndpoint", "authorizedNetworksConfig"),
    ),
    ...below(
      "networkConfig",
      ...["network", "subnetwork", "datapathProvider", "enableIntraNodeVisibility", "enableL4ilbSubsetting"],
      ...["dnsConfig", "serviceExternalIpsConfig", "gatewayApiConfig", "enableMultiNetworking"],
    ),
    ...below("autoscaling", "enableNodeAutoprovisioning", "autoprovisioningNodePoolDefaults.serviceAccount"),
    ...below("nodePoolAutoConfig", "networkTags", "resourceManagerTags"),
  ),
  kind("node-pools", "container.googleapis.com/NodePool", ...POOL),
  kind(
    "database-instances",
    "sqladmin.googleapis.com/Instance",
    ...["name", "selfLink", "region", "databaseVersion", "diskEncryptionConfiguration.kmsKeyName"],
    ...below(
      "settings.ipConfiguration",
      ...["ipv4Enabled", "privateNetwork", "authorizedNetworks.value", "sslMode", "requireSsl", "pscConfig"],
      "enablePrivatePathForGoogleCloudServices",
    ),
  ),
];

function backend() {
  return [
    ...["backends.group", "backends.balancingMode", "loadBalancingScheme", "protocol", "network", "port", "portName"],
    ...["healthChecks", "iap.enabled", "securityPolicy"],
  ];
}
