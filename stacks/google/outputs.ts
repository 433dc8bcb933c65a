import type { GoogleDeployment } from "../../config/deployment";
import { clientSecretId, fastRegistrationBucket, metadataBucket } from "../../config/google/names";
import { hostProjectCommands, networkProject } from "../../config/google/network";
import { givenRepositories } from "../../config/google/repositories";
import { cachedUpstreams } from "../../config/images";
import type { Cluster } from "../../constructs/google/cluster";
import { kubeconfigCommand } from "../../constructs/google/data-plane";
import type { EgressFirewall } from "../../constructs/google/egress-firewall";
import type { Identity, NodeIdentity } from "../../constructs/google/identity";
import type { NetworkIds } from "../../constructs/google/network";
import type { PrivateConnectivity } from "../../constructs/google/private-connectivity";
import type { Registry } from "../../constructs/google/registry";
import type { Outputs } from "../outputs";

/** What the outputs tell of. */
interface Told {
  readonly cluster: Cluster;
  readonly registry: Registry;
  readonly nodes: NodeIdentity;
  readonly identity: Identity;
  readonly network: NetworkIds;
  readonly firewall: EgressFirewall;
  readonly management: PrivateConnectivity | undefined;
}

/** What a person runs next, and what a reviewer looks at. */
export function outputsOf(
  deployment: GoogleDeployment,
  { cluster, registry, nodes, identity, network, firewall, management }: Told,
): Outputs {
  const { project, cloudRegion: region } = deployment;
  const { dnsEndpoint } = deployment.cluster;
  return {
    cluster_name: ["The cluster; also its name in the control plane.", cluster.name],
    kubeconfig_command: [
      dnsEndpoint
        ? "Writes a kubeconfig; the API answers whom IAM lets in."
        : "Writes a kubeconfig; the API answers inside the network only.",
      kubeconfigCommand(deployment),
    ],
    client_secret_command: [
      "Stores the client secret that Union issued, before the workloads are deployed.",
      `gcloud secrets versions add ${clientSecretId(deployment)} --data-file=-`,
    ],
    metadata_bucket: ["Bucket of metadata.", metadataBucket(deployment)],
    fast_registration_bucket: ["Bucket of code bundles.", fastRegistrationBucket(deployment)],
    build_repository: ["Repository of images that the platform builds.", registry.buildRepositoryUrl],
    ...readerOutputs(deployment, [nodes.email, ...(deployment.components.imageBuilder ? [identity.emails.task] : [])]),
    ...perimeterOutputs(deployment),
    ...hostProjectOutputs(deployment),
    platform_identity: ["Service account of the platform's pods.", identity.emails.platform],
    task_identity: ["Service account of the task pods.", identity.emails.task],
    node_identity: ["Service account of the nodes, which pull images by it.", nodes.email],
    nat_addresses: ["Addresses that the control plane sees; empty with a network of your own.", network.natAddresses],
    node_tag: ["Network tag of the nodes, for the reviewer's checks.", firewall.nodeTag],
    verify_firewall_command: [
      'Document, "Verification": prints every rule that lets something in; each names blocks of this network.',
      `gcloud compute firewall-rules list --project ${networkProject(deployment)} --filter='network~/${network.networkName}$ AND direction=INGRESS AND allowed:*' --format='yaml(name,sourceRanges,allowed,targetTags)'`,
    ],
    ...(management && {
      private_management_service: [
        "Service attachment for Union's private management connection.",
        management.serviceAttachment,
      ],
      verify_private_management_commands: [
        'Document, "Private connectivity (BYOC)": print who may connect to the Kubernetes API, and by which address.',
        ["service-attachments", "forwarding-rules"].map(
          (what) => `gcloud compute ${what} list --project ${project} --regions ${region}`,
        ),
      ],
    }),
  };
}

/** What a perimeter asks for beside itself: Artifact Registry fetches from outside only where it is told to. */
function perimeterOutputs(deployment: GoogleDeployment): Outputs {
  const { project, cloudRegion } = deployment;
  if (!deployment.network.perimeter || cachedUpstreams(deployment).length === 0) return {};
  return {
    perimeter_command: [
      "Lets Artifact Registry fetch from public registries across the service perimeter, once.",
      `gcloud artifacts vpcsc-config allow --project ${project} --location ${cloudRegion}`,
    ],
  };
}

/** What a Shared VPC's host project must allow. */
function hostProjectOutputs(deployment: GoogleDeployment): Outputs {
  const commands = hostProjectCommands(deployment);
  if (commands.length === 0) return {};
  return {
    host_project_commands: [
      "Let the cluster and its deployer use the Shared VPC, once and before the first deploy, by whoever runs the host project.",
      commands,
    ],
  };
}

/** How those may read images whose repositories are another project's to give. */
function readerOutputs(deployment: GoogleDeployment, readers: readonly string[]): Outputs {
  const commands = givenRepositories(deployment)
    .filter(({ project }) => project !== deployment.project)
    .flatMap(({ project, location, name }) =>
      readers.map(
        (email) =>
          `gcloud artifacts repositories add-iam-policy-binding ${name} --project ${project} --location ${location} --member serviceAccount:${email} --role roles/artifactregistry.reader`,
      ),
    );
  if (commands.length === 0) return {};
  return {
    image_reader_commands: [
      "Lets the nodes read images of another project, once, by whoever may give that right there.",
      commands,
    ],
  };
}
