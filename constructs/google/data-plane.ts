import { DataGoogleContainerCluster } from "@cdktf/provider-google/lib/data-google-container-cluster";
import { kubernetesServiceAddress } from "../../config/address-plan";
import type { GoogleDeployment } from "../../config/deployment";
import { egressOf } from "../../config/egress";
import { planAddresses } from "../../config/google/address-plan";
import { LOG_FILTERS, logOutput, persistedLogs } from "../../config/google/logs";
import {
  accountEmail,
  clientSecretId,
  fastRegistrationBucket,
  fluentBitAccount,
  metadataBucket,
  platformAccount,
  taskAccount,
} from "../../config/google/names";
import { imageReference, platformImages } from "../../config/images";
import { clusterName } from "../../config/names";
import { Construct, Fn, type TerraformStack } from "../../framework";
import { KUBE_DNS, type ClusterAccess, type ClusterDns, type DataPlane, type WorkloadIdentity } from "../data-plane";
import { RESTRICTED_APIS } from "./cloud-endpoints";

/** Annotation by which GKE gives a service account's pods a service account of Google's. */
const ACCOUNT_ANNOTATION = "iam.gke.io/gcp-service-account";
/**
 * Ephemeral secrets are in this provider and none before it. The stack's only other part of the provider, the cluster
 * as a data source, is the same in both.
 */
const PROVIDER_VERSION = "~> 7.10";
/** Prints a short-lived token of whoever is logged in to gcloud. */
const AUTH_PLUGIN = "gke-gcloud-auth-plugin";
/** Where GKE's metadata server answers pods of a cluster with Dataplane V2: on their own node. */
const METADATA_SERVER = { cidr: "169.254.169.254/32", ports: [80] };
/**
 * Who answers pods by each way of `cluster.dns`. Dataplane V2 leads a question for kube-dns to the cache on the node, a
 * pod with an address of its own, and judges it by that pod's labels; until the cache runs, kube-dns answers. Cloud DNS
 * answers at the metadata server's address, which is in each pod's resolv.conf.
 */
const CLUSTER_DNS: Readonly<Record<GoogleDeployment["cluster"]["dns"], ClusterDns>> = {
  "node-local": { pods: [KUBE_DNS, { "k8s-app": "node-local-dns" }], cidrs: [] },
  "kube-dns": { pods: [KUBE_DNS], cidrs: [] },
  "cloud-dns": { pods: [], cidrs: [METADATA_SERVER.cidr] },
};

/** Command that gives kubectl access to the cluster. */
export function kubeconfigCommand(deployment: GoogleDeployment): string {
  const { project, cloudRegion, cluster, impersonateServiceAccount } = deployment;
  return [
    `gcloud container clusters get-credentials ${clusterName(deployment)} --region ${cloudRegion} --project ${project}`,
    cluster.dnsEndpoint ? "--dns-endpoint" : "--internal-ip",
    ...(impersonateServiceAccount === undefined ? [] : [`--impersonate-service-account ${impersonateServiceAccount}`]),
  ].join(" ");
}

/**
 * What a deployment's Google side hands to the workloads. Names derive from the deployment; the cluster's endpoint is
 * read by a data source, the client secret by an ephemeral resource, which leaves no trace in state. Document: none;
 * where this package's two stacks meet is its own matter.
 *
 * @throws RangeError if the network's block is too small or no CIDR block, which no deployment's is that was read
 */
export function googleDataPlane(stack: TerraformStack, deployment: GoogleDeployment) {
  const { project, cloudRegion: region } = deployment;
  const identity = (account: string): WorkloadIdentity => ({
    serviceAccountAnnotations: { [ACCOUNT_ANNOTATION]: accountEmail(deployment, account) },
    podLabels: {},
  });
  return {
    cloud: "google",
    clusterName: clusterName(deployment),
    access: accessTo(new Construct(stack, "data-plane"), deployment),
    kubeconfigCommand: kubeconfigCommand(deployment),
    // Where the API is, and where pods see it; Dataplane V2 judges a packet after its destination is translated.
    apiServerCidrs: [planAddresses(deployment).cluster, `${kubernetesServiceAddress(deployment)}/32`],
    // GKE's API calls pods through agents of its own, which run as pods.
    apiServerCallers: { cidrs: [planAddresses(deployment).cluster], agents: { "k8s-app": "konnectivity-agent" } },
    egress: egressOf(deployment),
    clusterDns: CLUSTER_DNS[deployment.cluster.dns],
    cloudServices: { cidrs: [RESTRICTED_APIS], metadataServer: METADATA_SERVER },
    identities: {
      platform: identity(platformAccount(deployment)),
      task: identity(taskAccount(deployment)),
    },
    images: platformImages(deployment),
    objectStore: {
      metadataBucket: metadataBucket(deployment),
      fastRegistrationBucket: fastRegistrationBucket(deployment),
      region,
      driver: {
        type: "stow",
        stow: {
          kind: "google",
          config: {
            // No key: the metadata server gives credentials.
            json: "",
            project_id: project,
            scopes: "https://www.googleapis.com/auth/cloud-platform",
          },
        },
      },
      environment: {},
    },
    fluentBit: {
      identity: identity(fluentBitAccount(deployment)),
      image: imageReference(deployment, "fluentBit"),
      filters: LOG_FILTERS,
      outputs: [logOutput(deployment)],
    },
    persistedLogs: persistedLogs(deployment),
    secretManager: { enabled: true, type: "GCP", gcpConfig: { project } },
    clusterData: {
      cloudProvider: "gcp",
      metadataBucketPrefix: `gs://${metadataBucket(deployment)}`,
      userRoleKey: ACCOUNT_ANNOTATION,
      userRole: accountEmail(deployment, taskAccount(deployment)),
      gcpProjectId: project,
    },
    clientSecret: ephemeralSecret(stack, clientSecretId(deployment)),
  } satisfies DataPlane;
}

function accessTo(scope: Construct, deployment: GoogleDeployment): ClusterAccess {
  const { project, cloudRegion: location, cluster: settings, impersonateServiceAccount } = deployment;
  const cluster = new DataGoogleContainerCluster(scope, "cluster", {
    name: clusterName(deployment),
    location,
    project,
  });
  const host = settings.dnsEndpoint
    ? cluster.controlPlaneEndpointsConfig.get(0).dnsEndpointConfig.get(0).endpoint
    : cluster.privateClusterConfig.get(0).privateEndpoint;
  return {
    host: `https://${host}`,
    // A public authority vouches for the DNS endpoint.
    caCertificate: settings.dnsEndpoint ? "" : Fn.base64decode(cluster.masterAuth.get(0).clusterCaCertificate),
    exec: {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      ...(impersonateServiceAccount === undefined
        ? { command: AUTH_PLUGIN, args: [] }
        : // The plugin asks gcloud, which has a variable for it where the plugin has no argument.
          {
            command: "env",
            args: [`CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT=${impersonateServiceAccount}`, AUTH_PLUGIN],
          }),
    },
  };
}

/** The newest version of a secret. The framework has no ephemeral resources. */
function ephemeralSecret(stack: TerraformStack, secret: string): string {
  stack.addOverride("terraform.required_providers.google.version", PROVIDER_VERSION);
  stack.addOverride("ephemeral.google_secret_manager_secret_version.client_secret", { secret, version: "latest" });
  return "${ephemeral.google_secret_manager_secret_version.client_secret.secret_data}";
}
