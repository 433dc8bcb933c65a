/**
 * Constructs of a data plane's infrastructure on AWS, each a part that a stack of your own may have alone.
 *
 * @module aws
 */
export { CloudEndpoints, type CloudEndpointsProps } from "../constructs/aws/cloud-endpoints";
export { Cluster, type ClusterProps, type PodNetwork } from "../constructs/aws/cluster";
export { awsDataPlane } from "../constructs/aws/data-plane";
export { EgressFirewall, type EgressAllowance, type EgressFirewallProps } from "../constructs/aws/egress-firewall";
export { EncryptionKey, type EncryptionKeyProps } from "../constructs/aws/encryption-key";
export { Identity, type FurtherBucket, type IdentityProps } from "../constructs/aws/identity";
export { LogAggregation, type LogAggregationProps } from "../constructs/aws/log-aggregation";
export {
  FlowLogs,
  Network,
  type FlowLogSettings,
  type FlowLogsProps,
  type NetworkIds,
  type NetworkProps,
  type PrivateRoute,
} from "../constructs/aws/network";
export { NodePools, type NodePoolsProps } from "../constructs/aws/node-pools";
export { Bucket, ObjectStore, type ObjectStoreProps } from "../constructs/aws/object-store";
export { PrivateConnectivity, type PrivateConnectivityProps } from "../constructs/aws/private-connectivity";
export { addAwsProvider } from "../constructs/aws/provider";
export { Registry, type PublicRegistry, type PullThroughCache, type RegistryProps } from "../constructs/aws/registry";
export { SecretStore, type SecretStoreProps } from "../constructs/aws/secret-store";
