/**
 * Constructs of a data plane's infrastructure on Azure, each a part that a stack of your own may have alone.
 *
 * @module azure
 */
export { CloudEndpoints, type CloudEndpointsProps, type PrivateService } from "../constructs/azure/cloud-endpoints";
export { Cluster, type ClusterProps } from "../constructs/azure/cluster";
export { azureDataPlane } from "../constructs/azure/data-plane";
export { EgressFirewall, type EgressFirewallProps } from "../constructs/azure/egress-firewall";
export {
  EncryptionIdentity,
  EncryptionKey,
  type EncryptionIdentityProps,
  type EncryptionKeyProps,
  type KeyIds,
} from "../constructs/azure/encryption-key";
export { FlowLogs, type FlowLogSettings, type NetworkWatcher } from "../constructs/azure/flow-logs";
export { Identity, type IdentityProps, type LogDatabase, type ServiceAccount } from "../constructs/azure/identity";
export {
  LogAggregation,
  LogCluster,
  LogWorkspace,
  type LogAggregationProps,
  type LogClusterProps,
  type LogWorkspaceProps,
} from "../constructs/azure/log-aggregation";
export { Network, type NetworkIds, type NetworkProps, type Peering } from "../constructs/azure/network";
export { NodePools, type NodePoolsProps } from "../constructs/azure/node-pools";
export { ObjectStore, type ObjectStoreProps } from "../constructs/azure/object-store";
export { PrivateConnectivity, type PrivateConnectivityProps } from "../constructs/azure/private-connectivity";
export { addAzureProvider } from "../constructs/azure/provider";
export { Registry, type CachedRepository, type RegistryProps, type UpstreamLogin } from "../constructs/azure/registry";
export type { ResourceGroup } from "../constructs/azure/resource-group";
export { SecretStore, type SecretStoreProps } from "../constructs/azure/secret-store";
