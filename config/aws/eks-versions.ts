import type { AwsDeployment } from "../deployment";
import versions from "./eks-versions.json";

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
export type OptionalAddon = (typeof OPTIONAL_ADDONS)[number];

/** What is known to go with one minor version of Kubernetes. */
export interface EksVersions {
  /** Versions of add-ons by their names. */
  readonly addons: Readonly<Record<string, string>>;
  /** Releases of node images by their AMI types. */
  readonly nodes: Readonly<Record<string, string>>;
}

/** `npm run eks-versions` keeps it. */
const KNOWN: Readonly<Record<string, EksVersions>> = versions;

/** Versions of a deployment's add-ons and node images; of what is not listed, EKS chooses its own at creation. */
export function eksVersions({ kubernetesVersion, cluster }: AwsDeployment): EksVersions {
  const { addons = {}, nodes = {} } = KNOWN[kubernetesVersion] ?? {};
  return { addons: { ...addons, ...cluster.addonVersions }, nodes };
}
