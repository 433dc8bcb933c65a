/**
 * Constructs of a data plane's infrastructure on Google Cloud, each a part that a stack of your own may have alone.
 *
 * @module google
 */
export { CloudEndpoints, type CloudEndpointsProps } from "../constructs/google/cloud-endpoints";
export { Cluster, type ClusterProps } from "../constructs/google/cluster";
export { googleDataPlane } from "../constructs/google/data-plane";
export { EgressFirewall, type EgressFirewallProps } from "../constructs/google/egress-firewall";
export { EncryptionKey, type EncryptionKeyProps } from "../constructs/google/encryption-key";
export {
  Identity,
  NodeIdentity,
  type IdentityProps,
  type KubernetesAccount,
  type NodeIdentityProps,
} from "../constructs/google/identity";
export {
  LogAggregation,
  LogBucket,
  type LogAggregationProps,
  type LogBucketProps,
} from "../constructs/google/log-aggregation";
export { Network, type FlowLogSettings, type NetworkIds, type NetworkProps } from "../constructs/google/network";
export { NodePools, type NodePoolsProps } from "../constructs/google/node-pools";
export { ObjectStore, type ObjectStoreProps } from "../constructs/google/object-store";
export { PrivateConnectivity, type PrivateConnectivityProps } from "../constructs/google/private-connectivity";
export { addGoogleProvider } from "../constructs/google/provider";
export { Registry, type ImageRepository, type PublicRegistry, type RegistryProps } from "../constructs/google/registry";
export { SecretStore, type SecretStoreProps } from "../constructs/google/secret-store";
export {
  PerimeterMembership,
  ServicePerimeter,
  type PerimeterMembershipProps,
  type ServicePerimeterProps,
} from "../constructs/google/service-perimeter";
