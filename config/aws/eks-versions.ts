import type { AwsDeployment } from "../deployment";
import versions from "./eks-versions.json";

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
