/** Add-ons of EKS. */

/** Add-ons that every cluster has. */
export const BASE_ADDONS = ["vpc-cni", "kube-proxy", "coredns"] as const;

/** Add-ons by option, by EKS's own names. */
export const OPTIONAL_ADDONS = [
  "aws-ebs-csi-driver",
  "metrics-server",
  "eks-node-monitoring-agent",
  "eks-pod-identity-agent",
] as const;

export const ADDONS = [...BASE_ADDONS, ...OPTIONAL_ADDONS] as const;

/** Service accounts in `kube-system` of those add-ons that have a role. */
export const ADDON_ACCOUNTS = { "vpc-cni": "aws-node", "aws-ebs-csi-driver": "ebs-csi-controller-sa" } as const;

/** An add-on of EKS that a deployment may ask for, by the name that EKS gives it. */
export type OptionalAddon = (typeof OPTIONAL_ADDONS)[number];
