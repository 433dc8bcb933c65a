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
  /** The command, as Kubernetes' client-go runs credential plugins. */
  readonly exec: {
    /** Version of `client.authentication.k8s.io` that its answer is in. */
    readonly apiVersion: string;
    /** Program of the machine that runs Terraform, e.g. `aws`; it must be in `PATH`. */
    readonly command: string;
    /** What it is called with; no secret is among it. */
    readonly args: readonly string[];
  };
}

/** What binds a service account to a cloud identity. No key is ever involved. */
export interface WorkloadIdentity {
  /** What names the identity on a service account, e.g. `eks.amazonaws.com/role-arn`. */
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
   * Terraform expression of a list of CIDR texts. Default: none.
   */
  readonly objectStoreCidrs?: readonly string[];
  /**
   * The same of the service that gives credentials for a service account's token, where it has no private address
   * (Azure: Microsoft Entra). Default: none.
   */
  readonly credentialCidrs?: readonly string[];
  /**
   * The node's own server that gives pods their credentials, over the node's loopback (Google): not a cloud service.
   * Default: there is none.
   */
  readonly metadataServer?: {
    /** Its one address, as a block. */
    readonly cidr: string;
    /** TCP ports. */
    readonly ports: readonly number[];
  };
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
  /** Identity that may write logs to where `outputs` lead. */
  readonly identity: WorkloadIdentity;
  /** Reference of Fluent Bit's image, by digest. */
  readonly image: string;
  /** `[FILTER]` sections that give records the form of the place they go to. Default: none. */
  readonly filters?: readonly Section[];
  /** `[OUTPUT]` sections: plugins that speak TLS only. */
  readonly outputs: readonly Section[];
}

/** What a cloud's infrastructure hands to the workloads: the seam between both stacks, the same on each cloud. */
export interface DataPlane {
  /** What decides on parts that only one cloud needs; the addresses and names below already fit it. */
  readonly cloud: Cloud;
  /** The cluster's name in the cloud, as the autoscaler and the kubeconfig command take it. */
  readonly clusterName: string;
  /** How Terraform reaches the Kubernetes API. */
  readonly access: ClusterAccess;
  /** Command that gives kubectl access to the cluster, for whoever stands where its API can be reached. */
  readonly kubeconfigCommand: string;
  /** Addresses of the Kubernetes API as pods see it before and after address translation, on TCP 443. */
  readonly apiServerCidrs: readonly string[];
  /** From where the Kubernetes API calls admission webhooks, as a pod sees it. */
  readonly apiServerCallers: {
    /** Blocks that calls come from. */
    readonly cidrs: readonly string[];
    /** Labels of pods in `kube-system` that the calls pass through, where they do (GKE, AKS). Default: none. */
    readonly agents?: Readonly<Record<string, string>>;
  };
  /** Cloudflare's blocks and the control plane's further ones. Document: "Egress configuration". */
  readonly egress: Egress;
  /** Who answers pods' questions for names. */
  readonly clusterDns: ClusterDns;
  /** Where the object store, logs, secrets, images and credentials are. */
  readonly cloudServices: CloudServices;
  /** Further private destinations of task pods: blocks and TCP ports. Default: none. */
  readonly allowances?: readonly {
    /** IPv4 blocks (CIDRs). */
    readonly cidrs: readonly string[];
    /** TCP ports. */
    readonly ports: readonly number[];
  }[];
  /** `platform` is Union's services, `task` is task pods of every namespace without an identity of its own. */
  readonly identities: Readonly<Record<"platform" | "task", WorkloadIdentity>>;
  /** Identities of task namespaces whose pods are not `identities.task`. Default: none. */
  readonly namespaceIdentities?: Readonly<Record<string, WorkloadIdentity>>;
  /** Set where the cloud does not scale node pools by itself (AWS). */
  readonly autoscaler?: {
    /** Identity that may size this cluster's node groups. */
    readonly identity: WorkloadIdentity;
    /** Reference of the autoscaler's image, by digest; its minor version is the cluster's. */
    readonly image: string;
    /** The cloud's region, whose API it calls. */
    readonly region: string;
  };
  /**
   * References by digest: Union's operator, busybox of init containers, and the sidecar that moves a task's inputs and
   * outputs.
   */
  readonly images: Readonly<Record<"operator" | "busybox" | "copilot", string>>;
  /** The customer's object store. Document: "Communication paths", Task Pods to Object Store. */
  readonly objectStore: {
    /** Name of the bucket or container of run metadata, inputs and outputs. */
    readonly metadataBucket: string;
    /** Name of the bucket or container of code bundles. */
    readonly fastRegistrationBucket: string;
    /** The cloud's region that both lie in. */
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
