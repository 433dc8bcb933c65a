/** What runs in networks. */
import { below, kind, type Kind } from "../kind";

const INTERFACES = "networkProfile.networkInterfaceConfigurations";

export const COMPUTE: readonly Kind[] = [
  kind("virtual-machines", "microsoft.compute/virtualmachines", "networkProfile.networkInterfaces.id"),
  kind(
    "scale-sets",
    "microsoft.compute/virtualmachinescalesets",
    ...below(`virtualMachineProfile.${INTERFACES}`, "name", "properties.networkSecurityGroup.id"),
    ...below(
      `virtualMachineProfile.${INTERFACES}.properties.ipConfigurations.properties`,
      ...["subnet.id", "publicIPAddressConfiguration.name", "applicationSecurityGroups.id"],
      ...["loadBalancerBackendAddressPools.id", "loadBalancerInboundNatPools.id"],
    ),
  ),
  kind(
    "clusters",
    "microsoft.containerservice/managedclusters",
    ...["kubernetesVersion", "dnsPrefix", "nodeResourceGroup", "disableLocalAccounts", "diskEncryptionSetID"],
    ...["apiServerAccessProfile", "networkProfile", "oidcIssuerProfile", "autoUpgradeProfile", "ingressProfile"],
    ...["securityProfile", "serviceMeshProfile.mode", "servicePrincipalProfile.clientId", "bootstrapProfile"],
    ...["identityProfile", "nodeProvisioningProfile.mode", "aadProfile.managed", "aadProfile.enableAzureRBAC"],
    ...["addonProfiles.omsagent.enabled", "addonProfiles.httpApplicationRouting.enabled"],
    "addonProfiles.ingressApplicationGateway.enabled",
    ...below(
      "agentPoolProfiles",
      ...["name", "mode", "count", "minCount", "maxCount", "enableAutoScaling", "vmSize", "osType", "osDiskSizeGB"],
      ...["vnetSubnetID", "podSubnetID", "enableNodePublicIP", "enableEncryptionAtHost", "nodeLabels", "nodeTaints"],
      ...["scaleSetPriority", "gpuProfile", "networkProfile", "availabilityZones"],
    ),
  ),
  kind("disks", "microsoft.compute/disks", "encryption.diskEncryptionSetId", "encryption.type"),
  kind("disk-encryption-sets", "microsoft.compute/diskencryptionsets", "activeKey.keyUrl", "encryptionType"),
];
