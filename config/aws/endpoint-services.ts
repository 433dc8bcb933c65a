/** AWS services that a data plane uses by VPC endpoints. */

/**
 * AWS services with an interface endpoint, and why each is needed: strict egress closes their public addresses. The
 * reason becomes a tag, so it keeps to letters, digits, spaces, `-` and `.`.
 */
export const REASONS = {
  "ecr.api": "Credentials with which kubelets log in to the registry",
  "ecr.dkr": "Image manifests",
  sts: "Credentials of service accounts by IRSA",
  ec2: "Node bootstrap and pod addresses of the VPC CNI",
  eks: "Node bootstrap",
  "eks-auth": "Credentials of service accounts by EKS Pod Identity",
  secretsmanager: "Secrets of the platform",
  kms: "Keys of data that clients encrypt themselves",
  autoscaling: "Sizes of node pools that the cluster autoscaler sets",
  logs: "Logs that Fluent Bit ships",
  ssm: "Nodes that register with Systems Manager",
  ssmmessages: "Sessions on nodes by Systems Manager",
  ec2messages: "Commands to nodes by Systems Manager",
} as const;

/**
 * A service of AWS that the data plane uses, by the last part of its endpoint's name: `com.amazonaws.REGION.SERVICE`.
 */
export type EndpointService = keyof typeof REASONS;

export const ENDPOINT_SERVICES = Object.keys(REASONS) as [EndpointService, ...EndpointService[]];
