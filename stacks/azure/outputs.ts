import {
  buildRepository,
  clientSecret,
  fastRegistrationContainer,
  metadataContainer,
  storageAccount,
} from "../../config/azure/names";
import type { AzureDeployment } from "../../config/deployment";
import type { Cluster } from "../../constructs/azure/cluster";
import type { EgressFirewall } from "../../constructs/azure/egress-firewall";
import type { Identity } from "../../constructs/azure/identity";
import type { NetworkIds } from "../../constructs/azure/network";
import type { PrivateConnectivity } from "../../constructs/azure/private-connectivity";
import type { Registry } from "../../constructs/azure/registry";
import { copyOutputs, type Outputs } from "../outputs";
import type { PodLogs } from "./pod-logs";
import { lastSegment } from "../../config/texts";

/** What the outputs tell of. */
interface Told {
  readonly resourceGroupName: string;
  readonly cluster: Cluster;
  readonly registry: Registry;
  readonly identity: Identity;
  readonly logs: PodLogs;
  readonly network: NetworkIds;
  readonly firewall: EgressFirewall;
  readonly management: PrivateConnectivity | undefined;
  /** Addresses of Microsoft Entra. */
  readonly credentialCidrs: readonly string[];
}

/** What a person runs next, and what a reviewer looks at. */
export function outputsOf(
  deployment: AzureDeployment,
  { resourceGroupName, cluster, registry, identity, logs, network, firewall, management, credentialCidrs }: Told,
): Outputs {
  const secret = clientSecret(deployment);
  const { subscription } = deployment;
  const inGroup = `--subscription ${subscription} --resource-group ${resourceGroupName}`;
  return {
    cluster_name: ["The cluster; also its name in the control plane.", cluster.name],
    kubeconfig_command: [
      "Writes a kubeconfig; the API answers inside the network only.",
      `az aks get-credentials ${inGroup} --name ${cluster.name} && kubelogin convert-kubeconfig -l azurecli`,
    ],
    client_secret_command: [
      "Stores the client secret that Union issued, before the workloads are deployed; the vault answers inside the network only.",
      `az keyvault secret set --subscription ${subscription} --vault-name ${lastSegment(secret.keyVaultId)} --name ${secret.name} --file /dev/stdin --output none`,
    ],
    storage_account: ["Storage account of both containers.", storageAccount(deployment)],
    metadata_container: ["Container of metadata.", metadataContainer(deployment)],
    fast_registration_container: ["Container of code bundles.", fastRegistrationContainer(deployment)],
    build_repository: ["Repository of images that the platform builds.", `${registry.loginServer}/${buildRepository}`],
    ...copyOutputs(deployment),
    platform_client_id: ["Identity of the platform's service accounts.", identity.clientIds.platform],
    task_client_id: ["Identity of the task pods.", identity.clientIds.task],
    ...(identity.clientIds.fluentBit !== undefined && {
      fluent_bit_client_id: ["Identity of Fluent Bit.", identity.clientIds.fluentBit],
    }),
    credential_cidrs: ["Addresses of Microsoft Entra, for `dataplane manifests`.", credentialCidrs],
    node_principal_id: ["Identity as which nodes pull images.", cluster.nodePrincipalId],
    log_query: logs.query,
    nat_addresses: ["Addresses that the control plane sees; empty with central egress.", network.natAddresses],
    node_security_group: ["Group of the nodes, for the reviewer's checks.", firewall.nodeSecurityGroupId],
    verify_security_groups_command: [
      'Document, "Verification": prints every inbound rule; none admits an address outside of your own networks.',
      `az network nsg list ${inGroup} --query "[].securityRules[?direction=='Inbound']"`,
    ],
    verify_node_security_group_command: [
      "Document, \"Verification\": the nodes' group with Azure's default rules, which the denials stand above.",
      `az network nsg show --ids ${firewall.nodeSecurityGroupId} --query "[securityRules,defaultSecurityRules]"`,
    ],
    verify_private_endpoints_command: [
      'Document, "Private connectivity (BYOC)": private endpoints lead from this network to your own services.',
      `az network private-endpoint list ${inGroup}`,
    ],
    verify_private_link_services_command: [
      'Document, "Private connectivity (BYOC)": without `privateManagement`, nothing is listed.',
      `az network private-link-service list ${inGroup}`,
    ],
    ...(management && {
      private_management_service: [
        "Alias of the private link service for Union's private management connection.",
        management.serviceAlias,
      ],
    }),
  };
}
