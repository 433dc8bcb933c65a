import { controlPlaneHost } from "../../config/control-plane";
import type { GoogleDeployment } from "../../config/deployment";
import { egressOf } from "../../config/egress";
import { givenKeyOf, isCloudManaged } from "../../config/encryption";
import { planAddresses } from "../../config/google/address-plan";
import { MOST_NAT_ADDRESSES } from "../../config/google/deployment";
import {
  buildRepository,
  fastRegistrationBucket,
  secretName,
  fluentBitAccount,
  givenAccounts,
  podLogs,
  metadataBucket,
  nodeAccount,
  platformAccount,
  remoteRepository,
  secretPrefix,
  taskAccount,
} from "../../config/google/names";
import { networkProject, subnetPath } from "../../config/google/network";
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
import { EgressFirewall } from "../../constructs/google/egress-firewall";
import { EncryptionKey } from "../../constructs/google/encryption-key";
import { Generation } from "../../constructs/google/generation";
import { Identity, NodeIdentity } from "../../constructs/google/identity";
import { LogAggregation } from "../../constructs/google/log-aggregation";
import { NodePools } from "../../constructs/google/node-pools";
import { ObjectStore } from "../../constructs/google/object-store";
import { PrivateConnectivity } from "../../constructs/google/private-connectivity";
import { Registry } from "../../constructs/google/registry";
import { SecretStore } from "../../constructs/google/secret-store";
import { StandingNetwork } from "../../constructs/standing-network";
import type { TerraformStack } from "../../framework";
import { forget } from "../forget";
import { addOutputs } from "../outputs";
import { keptOf, networkOf } from "./network";
import { outputsOf } from "./outputs";
import { addPerimeter } from "./perimeter";

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

  addOutputs(stack, outputsOf(deployment, { cluster, registry, nodes, identity, network, firewall, management }));
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
