import { controlPlaneHost } from "../../config/control-plane";
import type { GoogleDeployment } from "../../config/deployment";
import { egressOf } from "../../config/egress";
import { givenKeyOf, isCloudManaged } from "../../config/encryption";
import { planAddresses } from "../../config/google/address-plan";
import { MOST_NAT_ADDRESSES } from "../../config/google/deployment";
import {
  buildRepository,
  clientSecretId,
  fastRegistrationBucket,
  secretName,
  fluentBitAccount,
  givenAccounts,
  podLogs,
  metadataBucket,
  nodeAccount,
  platformAccount,
  proxySubnet,
  remoteRepository,
  secretPrefix,
  taskAccount,
} from "../../config/google/names";
import { hostProjectCommands, networkName, networkPath, networkProject, subnetPath } from "../../config/google/network";
import { foreignProjects } from "../../config/google/perimeter";
import { givenRepositories } from "../../config/google/repositories";
import { zonesOfRegion } from "../../config/cloud-regions";
import { cachedUpstreams } from "../../config/images";
import {
  clusterName,
  FLUENT_BIT_SERVICE_ACCOUNT,
  FLUENT_BIT_NAMESPACE,
  taskServiceAccounts,
  userSecretPrefix,
} from "../../config/names";
import { registryApi } from "../../config/upstreams";
import { servicesTakeOthers } from "../../config/scheduling";
import { CloudEndpoints } from "../../constructs/google/cloud-endpoints";
import { Cluster } from "../../constructs/google/cluster";
import { kubeconfigCommand } from "../../constructs/google/data-plane";
import { EgressFirewall } from "../../constructs/google/egress-firewall";
import { EncryptionKey } from "../../constructs/google/encryption-key";
import { Generation } from "../../constructs/google/generation";
import { Identity, NodeIdentity } from "../../constructs/google/identity";
import { LogAggregation } from "../../constructs/google/log-aggregation";
import { Network, type FlowLogSettings, type NetworkIds } from "../../constructs/google/network";
import { NodePools } from "../../constructs/google/node-pools";
import { ObjectStore } from "../../constructs/google/object-store";
import { PrivateConnectivity } from "../../constructs/google/private-connectivity";
import { Registry } from "../../constructs/google/registry";
import { SecretStore } from "../../constructs/google/secret-store";
import { PerimeterMembership, ServicePerimeter } from "../../constructs/google/service-perimeter";
import { GIVEN, MADE, StandingNetwork } from "../../constructs/standing-network";
import type { TerraformResource, TerraformStack } from "../../framework";
import { forget } from "../forget";
import { addOutputs, type Outputs } from "../outputs";

/** Zones with a proxy in front of the Kubernetes API, for BYOC. */
const PROXY_ZONES = 2;

/** Everything of a data plane outside Kubernetes, in one Google Cloud project. */
export function addInfrastructure(stack: TerraformStack, deployment: GoogleDeployment): void {
  const { name, project, cloudRegion: region, logRetentionDays: retentionDays, privateManagement } = deployment;
  const { zones, existing } = deployment.network;
  const { dns, dnsEndpoint, releaseChannel, maintenanceWindow, systemPool } = deployment.cluster;
  const addresses = planAddresses(deployment);

  const generation = new Generation(stack, "generation").digits;
  const keyId = isCloudManaged(deployment)
    ? undefined
    : (givenKeyOf(deployment)?.keyId ?? addKey(stack, deployment, generation));
  const network = networkOf(stack, deployment, { keyId, generation });
  const { networkId } = network;
  new StandingNetwork(stack, "standing-network", { fields: keptOf(deployment) });
  const firewall = new EgressFirewall(stack, "egress-firewall", {
    name,
    networkId,
    networkProject: networkProject(deployment),
    addresses,
    egress: egressOf(deployment),
    isShared: existing !== undefined,
    consumers: privateManagement && addresses.privateConnectivity,
    dependsOn: network.subnets,
  });
  const endpoints = new CloudEndpoints(stack, "cloud-endpoints", {
    name,
    networkId,
    dnsEndpoint,
    ...(existing && { given: existing.privateZones }),
  });

  const { existing: buckets = addObjectStore(stack, deployment, keyId) } = deployment.objectStore;
  const logs = new LogAggregation(stack, "log-aggregation", {
    name,
    project,
    region,
    logs: podLogs(deployment),
    generation,
    retentionDays,
    keyId,
  });
  const nodes = new NodeIdentity(stack, "node-identity", {
    name,
    accountId: nodeAccount(deployment),
    project,
    isGiven: deployment.serviceAccounts?.nodes !== undefined,
  });
  const registry = addRegistry(stack, deployment, { keyId, reader: nodes.member });
  if (!deployment.clientSecretId) addSecretStore(stack, deployment, keyId);

  const cluster = new Cluster(stack, "cluster", {
    name: clusterName(deployment),
    generation,
    project,
    region,
    zones,
    version: deployment.kubernetesVersion,
    releaseChannel,
    maintenanceWindow,
    deletionProtection: deployment.deletionProtection,
    dns,
    dnsEndpoint,
    networkId,
    nodeSubnetId: network.nodeSubnetId,
    podRangeName: network.podRangeName,
    serviceRangeName: network.serviceRangeName,
    rangeBlocks: network.rangeBlocks,
    clusterSubnetId: network.clusterSubnetId,
    // Union's private connection comes from the proxies in front of the API.
    authorizedCidrs: [...deployment.cluster.accessFromCidrs, ...(privateManagement ? [addresses.proxies] : [])],
    keyId,
    logRetentionDays: retentionDays,
    nodeAccount: nodes.email,
    nodeTag: firewall.nodeTag,
    dependsOn: [...network.wayOut, ...firewall.all, ...endpoints.all, nodes.rights],
  });
  new NodePools(stack, "node-pools", {
    clusterName: cluster.name,
    region,
    zones,
    nodeAccount: nodes.email,
    nodeTag: firewall.nodeTag,
    keyId,
    pools: deployment.nodePools,
    othersOnServices: servicesTakeOthers(deployment),
    systemPool,
    labels: { "union-deployment": name, ...deployment.tags },
  });
  const identity = new Identity(stack, "identity", {
    name,
    generation,
    accountIds: {
      platform: platformAccount(deployment),
      task: taskAccount(deployment),
      fluentBit: fluentBitAccount(deployment),
    },
    given: givenAccounts(deployment),
    project,
    region,
    taskServiceAccounts: taskServiceAccounts(deployment),
    fluentBitServiceAccount: { namespace: FLUENT_BIT_NAMESPACE, name: FLUENT_BIT_SERVICE_ACCOUNT },
    buckets: [buckets.metadata, buckets.fastRegistration],
    logBucketId: logs.bucketId,
    buildRepositoryId: registry.buildRepositoryId,
    ...(deployment.components.imageBuilder && { baseImageRepositories: registry.sources }),
    secretIdPrefixes: [secretPrefix(deployment), userSecretPrefix(deployment)],
    cluster: cluster.resource,
  });
  const management =
    privateManagement &&
    new PrivateConnectivity(stack, "private-connectivity", {
      name,
      region,
      networkId,
      addresses,
      zones: (zones ?? zonesOfRegion("google", deployment.cloudRegion)).slice(0, PROXY_ZONES),
      given: {
        proxies: existing?.proxySubnet && subnetPath(deployment, existing.proxySubnet.name),
        consumers: existing?.consumerSubnet && subnetPath(deployment, existing.consumerSubnet.name),
      },
      proxyTag: firewall.proxyTag,
      apiAddress: cluster.apiAddress,
      keyId,
      projects: privateManagement.projects,
      dependsOn: firewall.all,
    });

  addPerimeter(stack, deployment, identity.emails.platform, [cluster.resource]);

  // What is given now, or brought by a mirror, may have been made here before.
  forget(stack, (own) => {
    if (deployment.encryption !== undefined) addKey(own, deployment, "");
    if (deployment.objectStore.existing) addObjectStore(own, deployment, keyId);
    if (deployment.clientSecretId) addSecretStore(own, deployment, keyId);
    // How many were made nobody knows here.
    const { natAddresses, existing } = deployment.network;
    if (typeof natAddresses !== "number" && !existing) {
      const most = { ...deployment, network: { ...deployment.network, natAddresses: MOST_NAT_ADDRESSES } };
      networkOf(own, most, { keyId, generation });
    }
    const { mirror, ...images } = deployment.images;
    if (mirror !== undefined) addRegistry(own, { ...deployment, images }, { keyId, reader: nodes.member });
  });

  addOutputs(stack, {
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
  });
}

/** VPC Service Controls around the project, where they are asked for: last, since they close it. */
function addPerimeter(
  stack: TerraformStack,
  deployment: GoogleDeployment,
  signer: string,
  dependsOn: readonly TerraformResource[],
): void {
  const { name, project, impersonateServiceAccount: account, network } = deployment;
  if (!network.perimeter) return;
  const { accessPolicy, existing, join, deployers, accessLevels } = network.perimeter;
  if (existing !== undefined && join) {
    new PerimeterMembership(stack, "service-perimeter", { project, perimeter: existing, dependsOn });
  }
  if (accessPolicy === undefined) return;
  new ServicePerimeter(stack, "service-perimeter", {
    name,
    project,
    accessPolicy,
    deployers: [...new Set([...(account === undefined ? [] : [`serviceAccount:${account}`]), ...deployers])],
    accessLevels,
    signer: `serviceAccount:${signer}`,
    foreignProjects: foreignProjects(deployment),
    dependsOn,
  });
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

/** Fields of the network that a cluster keeps, with their values. */
function keptOf(deployment: GoogleDeployment): Readonly<Record<string, string>> {
  const { cidr, serviceCidr, existing } = deployment.network;
  if (!existing) return { "network.existing": MADE, "network.cidr": cidr, "network.serviceCidr": serviceCidr };
  const { network, nodeSubnet, podRange, serviceRange, clusterSubnet } = existing;
  return {
    "network.existing": GIVEN,
    "network.existing.network": networkPath(deployment, network),
    "network.existing.nodeSubnet.name": nodeSubnet.name,
    "network.existing.podRange.name": podRange.name,
    "network.existing.serviceRange": serviceRange,
    "network.existing.clusterSubnet.name": clusterSubnet.name,
  };
}

function networkOf(
  stack: TerraformStack,
  deployment: GoogleDeployment,
  flowLogs: Pick<FlowLogSettings, "keyId" | "generation">,
): NetworkIds {
  const { name, project, cloudRegion: region, logRetentionDays: retentionDays, network } = deployment;
  if (!network.existing) {
    const { serviceCidr, natAddresses } = network;
    return new Network(stack, "network", {
      name,
      region,
      addresses: planAddresses(deployment),
      serviceCidr,
      natAddresses,
      flowLogs: { ...flowLogs, project, retentionDays },
      furtherSubnetNames: deployment.privateManagement ? [proxySubnet(deployment)] : [],
    });
  }
  const { network: given, nodeSubnet, podRange, serviceRange, clusterSubnet } = network.existing;
  return {
    networkId: networkPath(deployment, given),
    networkName: networkName(given),
    nodeSubnetId: subnetPath(deployment, nodeSubnet.name),
    podRangeName: podRange.name,
    serviceRangeName: serviceRange,
    rangeBlocks: [],
    clusterSubnetId: subnetPath(deployment, clusterSubnet.name),
    natAddresses: [],
    wayOut: [],
    subnets: [],
  };
}

/** A key for the deployment: its full name. */
const addKey = (
  stack: TerraformStack,
  { name, project, cloudRegion: region }: GoogleDeployment,
  generation: string,
): string => new EncryptionKey(stack, "encryption-key", { name, generation, project, region }).keyId;

const addSecretStore = (stack: TerraformStack, deployment: GoogleDeployment, keyId: string | undefined) =>
  new SecretStore(stack, "secret-store", {
    name: secretName(deployment),
    region: deployment.cloudRegion,
    keyId,
  });

function addRegistry(
  stack: TerraformStack,
  deployment: GoogleDeployment,
  settings: { readonly keyId: string | undefined; readonly reader: string },
): Registry {
  const { project, cloudRegion: region } = deployment;
  return new Registry(stack, "registry", {
    buildRepositoryId: buildRepository(deployment),
    upstreams: Object.fromEntries(
      cachedUpstreams(deployment).map((upstream) => [
        remoteRepository(deployment, upstream),
        { host: registryApi(upstream), login: deployment.images.credentials[upstream] },
      ]),
    ),
    given: givenRepositories(deployment).filter((repository) => repository.project === project),
    project,
    region,
    ...settings,
  });
}

function addObjectStore(stack: TerraformStack, deployment: GoogleDeployment, keyId: string | undefined): ObjectStore {
  const { cloudRegion: region, objectStore, tenant } = deployment;
  const { noncurrentDays, softDeleteDays, forceDestroy } = objectStore;
  return new ObjectStore(stack, "object-store", {
    metadataName: metadataBucket(deployment),
    fastRegistrationName: fastRegistrationBucket(deployment),
    region,
    keyId,
    noncurrentDays,
    softDeleteDays,
    forceDestroy,
    tenantOrigin: `https://${controlPlaneHost(tenant, deployment.region)}`,
  });
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
