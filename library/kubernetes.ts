/** Constructs of the workloads in the cluster, the same on each cloud. @module kubernetes */
export type {
  CloudServices,
  ClusterAccess,
  ClusterDns,
  DataPlane,
  LogShipping,
  WorkloadIdentity,
} from "../constructs/data-plane";
export { AppsGateway, type AppsGatewayProps } from "../constructs/kubernetes/apps-gateway";
export { ClusterAutoscaler, type ClusterAutoscalerProps } from "../constructs/kubernetes/cluster-autoscaler";
export { Connectors, type ConnectorsProps } from "../constructs/kubernetes/connectors";
export { Credentials, type CredentialsProps } from "../constructs/kubernetes/credentials";
export { DevicePlugin, type DevicePluginProps } from "../constructs/kubernetes/device-plugin";
export { FluentBit, type FluentBitProps } from "../constructs/kubernetes/fluent-bit";
export { ImageBuilder, type BuildRepository, type ImageBuilderProps } from "../constructs/kubernetes/image-builder";
export { LeaseWorker, type LeaseWorkerProps } from "../constructs/kubernetes/lease-worker";
export { Metrics, type MetricsProps } from "../constructs/kubernetes/metrics";
export { Namespace, type NamespaceProps, type PodSecurity, type Quota } from "../constructs/kubernetes/namespaces";
export {
  NetworkPolicies,
  NetworkPolicy,
  type NetworkPoliciesProps,
  type NetworkPolicyProps,
  type Path,
  type Peer,
  type Port,
} from "../constructs/kubernetes/network-policies";
export { Operator, type OperatorProps } from "../constructs/kubernetes/operator";
export { PodWebhook, type PodWebhookProps } from "../constructs/kubernetes/pod-webhook";
export { Rbac, type RbacProps, type Rule } from "../constructs/kubernetes/rbac";
export { ServiceAccount, type ServiceAccountProps } from "../constructs/kubernetes/service-accounts";
export { TaskTemplate, type TaskTemplateProps } from "../constructs/kubernetes/task-template";
export { Tunnel, type TunnelProps } from "../constructs/kubernetes/tunnel";
export { WebhookCertificate, type WebhookCertificateProps } from "../constructs/kubernetes/webhook-certificate";
