/**
 * The seam between a cloud's infrastructure and the Kubernetes workloads: whatever fills this in, the workloads and
 * the verification do not change.
 *
 * Every value is known from the deployment, or read by a data source of the workloads stack: that stack needs no state
 * of the infrastructure stack, so that each can be deployed alone.
 */
import type { Cloud } from "../config/deployment";
import type { Egress } from "../config/egress";
import type { Section } from "../config/logs";

/** How the Kubernetes provider reaches the cluster: a command prints a short-lived token, so that none is in state. */
export interface ClusterAccess {
  /** URL of the private API endpoint. */
  readonly host: string;
  /** PEM text of the cluster's certificate authority; empty where a public one vouches for the endpoint. */
  readonly caCertificate: string;
  readonly exec: {
    readonly apiVersion: string;
    readonly command: string;
    readonly args: readonly string[];
  };
}

/** What binds a service account to a cloud identity. No key is ever involved. */
export interface WorkloadIdentity {
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
  /** Labels that the identity's webhook asks of pods (Azure); empty elsewhere. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Where pods reach the cloud's own services, as a NetworkPolicy can say it. */
export interface CloudServices {
  /** Blocks of the services' private addresses, on TCP 443. */
  readonly cidrs: readonly string[];
  /**
   * A list of further blocks on TCP 443 that only the cloud knows, read at plan time (AWS: the S3 prefix list): a
   * Terraform expression of a list of CIDR texts.
   */
  readonly objectStoreCidrs?: readonly string[];
  /**
   * The same of the service that gives credentials for a service account's token, where it has no private address
   * (Azure: Microsoft Entra).
   */
  readonly credentialCidrs?: readonly string[];
  /** The node's own server that gives pods their credentials, over the node's loopback (Google): not a cloud service. */
  readonly metadataServer?: { readonly cidr: string; readonly ports: readonly number[] };
}

/** Where pods resolve names, on port 53: what the cluster's configuration makes of it, all that may answer them. */
export interface ClusterDns {
  /** Labels of the resolvers in `kube-system`. */
  readonly pods: readonly Readonly<Record<string, string>>[];
  /** Blocks of resolvers that each node has for itself, as a NetworkPolicy can say them. */
  readonly cidrs: readonly string[];
}

/** CoreDNS and kube-dns alike: EKS, GKE and AKS label them so. */
export const KUBE_DNS: Readonly<Record<string, string>> = { "k8s-app": "kube-dns" };

/** Fluent Bit, and where it ships logs of pods to. */
export interface LogShipping {
  readonly identity: WorkloadIdentity;
  readonly image: string;
  /** `[FILTER]` sections that give records the form of the place they go to. Default: none. */
  readonly filters?: readonly Section[];
  /** `[OUTPUT]` sections: plugins that speak TLS only. */
  readonly outputs: readonly Section[];
}

/** What a cloud's infrastructure hands to the workloads: the seam between both stacks, the same on each cloud. */
export interface DataPlane {
  readonly cloud: Cloud;
  readonly clusterName: string;
  readonly access: ClusterAccess;
  /** Command that gives kubectl access to the cluster, for whoever stands where its API can be reached. */
  readonly kubeconfigCommand: string;
  /** Addresses of the Kubernetes API as pods see it before and after address translation, on TCP 443. */
  readonly apiServerCidrs: readonly string[];
  /** From where the Kubernetes API calls admission webhooks, as a pod sees it. */
  readonly apiServerCallers: { readonly cidrs: readonly string[]; readonly agents?: Readonly<Record<string, string>> };
  readonly egress: Egress;
  readonly clusterDns: ClusterDns;
  readonly cloudServices: CloudServices;
  /** Further private destinations of task pods: blocks and TCP ports. Default: none. */
  readonly allowances?: readonly { readonly cidrs: readonly string[]; readonly ports: readonly number[] }[];
  readonly identities: Readonly<Record<"platform" | "task", WorkloadIdentity>>;
  /** Identities of task namespaces whose pods are not `identities.task`. Default: none. */
  readonly namespaceIdentities?: Readonly<Record<string, WorkloadIdentity>>;
  /** Set where the cloud does not scale node pools by itself (AWS). */
  readonly autoscaler?: { readonly identity: WorkloadIdentity; readonly image: string; readonly region: string };
  readonly images: Readonly<Record<"operator" | "busybox" | "copilot", string>>;
  readonly objectStore: {
    readonly metadataBucket: string;
    readonly fastRegistrationBucket: string;
    readonly region: string;
    /** How the operator reaches both buckets: the `type` and `stow` fields of its storage sections. */
    readonly driver: Readonly<Record<string, unknown>>;
    /** What task pods need to know of the store beside that. */
    readonly environment: Readonly<Record<string, string>>;
  };
  /** What ships logs of pods; left out where an agent of the cluster's own does (Azure). */
  readonly fluentBit?: LogShipping;
  /** The `proxy.persistedLogs` section of the proxy's configuration. */
  readonly persistedLogs: Readonly<Record<string, unknown>>;
  /** The `proxy.smConfig` section of the proxy's configuration. */
  readonly secretManager: Readonly<Record<string, unknown>>;
  /**
   * Fields of `operator.clusterData` that differ by cloud: metadataBucketPrefix, userRoleKey, userRole, cloudProvider,
   * gcpProjectId.
   */
  readonly clusterData: Readonly<Record<string, string>>;
  /**
   * The client secret as an ephemeral expression, for a write-only argument: its value reaches neither the synthesized
   * files nor the state.
   */
  readonly clientSecret: string;
}
