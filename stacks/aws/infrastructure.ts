import { addressAllowances, allowanceTag } from "../../config/aws/allowances";
import type { AwsDeployment } from "../../config/deployment";
import { egressOf } from "../../config/egress";
import { cachedUpstreams, copiedImages } from "../../config/images";
import {
  autoscalerRole,
  buildRepository,
  clientSecretName,
  fluentBitRole,
  platformRole,
  pullThroughPrefix,
  roleName,
  secretPrefix,
  taskLogGroup,
  taskRole,
} from "../../config/aws/names";
import { givenEndpoints, madeEndpoints, makesS3Gateway } from "../../config/aws/endpoints";
import { eksVersions } from "../../config/aws/eks-versions";
import { givenRepositories } from "../../config/aws/repositories";
import { namespaceTaskRoles, taskRoles } from "../../config/aws/task-roles";
import { LOG_FOLDER } from "../../config/logs";
import { clusterName, FLUENT_BIT_SERVICE_ACCOUNT, FLUENT_BIT_NAMESPACE, userSecretPrefix } from "../../config/names";
import { registryApi } from "../../config/upstreams";
import { servicesTakeOthers } from "../../config/scheduling";
import { CloudEndpoints } from "../../constructs/aws/cloud-endpoints";
import { Cluster } from "../../constructs/aws/cluster";
import { EgressFirewall } from "../../constructs/aws/egress-firewall";
import { EncryptionKey } from "../../constructs/aws/encryption-key";
import { Identity } from "../../constructs/aws/identity";
import { LogAggregation } from "../../constructs/aws/log-aggregation";
import { type NetworkIds } from "../../constructs/aws/network";
import { NodePools } from "../../constructs/aws/node-pools";
import { PrivateConnectivity } from "../../constructs/aws/private-connectivity";
import { Registry, type PublicRegistry } from "../../constructs/aws/registry";
import { RoleSettings } from "../../constructs/aws/role-settings";
import { SecretStore } from "../../constructs/aws/secret-store";
import { StandingNetwork } from "../../constructs/standing-network";
import type { TerraformStack } from "../../framework";
import { forget } from "../forget";
import { addOutputs } from "../outputs";
import { taskStatementsOf } from "./allowances";
import { keptOf, networkOf } from "./network";
import { addObjectStore, objectStoreOf } from "./object-store";
import { outputsOf } from "./outputs";

/** Everything of a data plane outside Kubernetes, in one AWS account. */
export function addInfrastructure(stack: TerraformStack, deployment: AwsDeployment): void {
  const { name, account: accountId, cloudRegion: region, logRetentionDays: retentionDays } = deployment;

  new RoleSettings(stack, {
    permissionsBoundary: deployment.permissionsBoundary,
    path: deployment.rolePath,
    namePrefix: roleName(deployment, ""),
  });

  const keyArn = deployment.encryption?.keyArn ?? addKey(stack, deployment).arn;
  const network = networkOf(stack, deployment, keyArn);
  const given = deployment.network.existing?.endpoints;
  new StandingNetwork(stack, "standing-network", { fields: keptOf(deployment) });
  const firewall = new EgressFirewall(stack, "egress-firewall", {
    name,
    region,
    vpcId: network.vpcId,
    egress: egressOf(deployment),
    accessFromSecurityGroups: deployment.cluster.accessFromSecurityGroups,
    accessFromCidrs: deployment.cluster.accessFromCidrs,
    allowances: addressAllowances(deployment).map((allowance) => ({ ...allowance, purpose: allowanceTag(allowance) })),
    givenEndpoints: givenEndpoints(deployment),
    ...(given && { endpointsAdmit: { securityGroups: given.admitSecurityGroups, cidrs: given.admitCidrs } }),
  });
  const endpoints = new CloudEndpoints(stack, "cloud-endpoints", {
    vpcId: network.vpcId,
    clusterSubnetIds: network.clusterSubnetIds,
    nodeRouteTableIds: network.nodeRouteTableIds,
    region,
    accountId,
    securityGroupId: firewall.endpointSecurityGroupId,
    services: madeEndpoints(deployment),
    s3Gateway: makesS3Gateway(deployment),
    deployerRoleArn: deployment.assumeRole?.arn,
  });

  const objectStore = objectStoreOf(stack, deployment, keyArn);
  // What is given now may have been made here before.
  forget(
    stack,
    (own) => {
      if (deployment.encryption) addKey(own, deployment);
      if (deployment.objectStore.existing) addObjectStore(own, deployment, keyArn);
    },
    (type) => type !== "aws_kms_alias",
  );
  const logs =
    deployment.logs === "object-store"
      ? { objectArn: `${objectStore.metadataArn}/${LOG_FOLDER}/*` }
      : {
          groupArn: new LogAggregation(stack, "log-aggregation", {
            logGroupName: taskLogGroup(deployment),
            retentionDays,
            keyArn,
          }).arn,
        };
  const registry = new Registry(stack, "registry", {
    buildRepositoryName: buildRepository(deployment),
    keyArn,
    pullThrough:
      deployment.images.mirror && cachedUpstreams(deployment).length === 0
        ? undefined
        : {
            prefix: pullThroughPrefix(deployment),
            upstreams: publicRegistries(deployment),
            copied: copiedImages(deployment).map(([, { upstream, repository }]) => `${upstream}/${repository}`),
            accountId,
            region,
          },
  });
  const clientSecretArn =
    deployment.clientSecretArn ??
    new SecretStore(stack, "secret-store", { name: clientSecretName(deployment), keyArn }).arn;

  const versions = eksVersions(deployment);
  const cluster = new Cluster(stack, "cluster", {
    name: clusterName(deployment),
    version: deployment.kubernetesVersion,
    subnetIds: apiSubnetIds(deployment, network),
    securityGroupId: firewall.clusterSecurityGroupId,
    serviceCidr: deployment.network.serviceCidr,
    podNetwork: network.podSubnetIds && {
      region,
      subnetIds: network.podSubnetIds,
      securityGroupId: firewall.nodeSecurityGroupId,
    },
    prefixDelegation: deployment.network.prefixDelegation,
    keyArn,
    logRetentionDays: retentionDays,
    admins: [...new Set([...(deployment.assumeRole ? [deployment.assumeRole.arn] : []), ...deployment.cluster.admins])],
    addonVersions: versions.addons,
    support: deployment.cluster.support,
    dependsOn: firewall.rules,
  });
  const nodePools = new NodePools(stack, "node-pools", {
    clusterName: cluster.name,
    version: deployment.kubernetesVersion,
    subnetIds: network.nodeSubnetIds,
    subnetIdsByZone: network.nodeSubnetIdsByZone,
    sessionManager: deployment.cluster.sessionManager,
    securityGroupId: firewall.nodeSecurityGroupId,
    keyArn,
    pools: deployment.nodePools,
    bootstrap: {
      endpoint: cluster.endpoint,
      certificateAuthority: cluster.certificateAuthority,
      serviceCidr: deployment.network.serviceCidr,
    },
    releases: versions.nodes,
    othersOnServices: servicesTakeOthers(deployment),
    ...(registry.pullThroughRepositories && { pullThroughRepositories: registry.pullThroughRepositories }),
    repositoryArns: givenRepositories(deployment),
    tags: deployment.tags,
    // Nodes join over the endpoints, by open paths, and their pods get addresses from the add-ons; they drain so, too.
    dependsOn: [...cluster.nodeAddons, ...endpoints.all, ...firewall.rules],
  });
  cluster.addWorkloads(nodePools.groups, deployment.cluster.addons);
  const identity = new Identity(stack, "identity", {
    names: {
      platform: platformRole(deployment),
      task: taskRole(deployment),
      fluentBit: fluentBitRole(deployment),
      autoscaler: autoscalerRole(deployment),
    },
    accountId,
    region,
    oidcProviderArn: cluster.oidcProviderArn,
    issuer: cluster.issuer,
    clusterName: cluster.name,
    taskServiceAccounts: taskRoles(deployment)[0].accounts,
    namespaceTaskRoles: namespaceTaskRoles(deployment),
    fluentBitServiceAccount: { namespace: FLUENT_BIT_NAMESPACE, name: FLUENT_BIT_SERVICE_ACCOUNT },
    bucketArns: objectStore.arns,
    keyArn,
    logs,
    repositoryArn: registry.repositoryArn,
    ...(deployment.components.imageBuilder && {
      baseImageArns: [
        ...(registry.pullThroughRepositories ? [registry.pullThroughRepositories] : []),
        ...givenRepositories(deployment),
      ],
    }),
    taskStatements: taskStatementsOf(deployment),
    secretNamePrefixes: [secretPrefix(deployment), userSecretPrefix(deployment)],
  });
  const management =
    deployment.privateManagement &&
    new PrivateConnectivity(stack, "private-connectivity", {
      name,
      vpcId: network.vpcId,
      subnetIds: network.clusterSubnetIds,
      clusterName: cluster.name,
      clusterSecurityGroupId: firewall.clusterSecurityGroupId,
      principals: deployment.privateManagement.principals,
    });

  addOutputs(
    stack,
    outputsOf(deployment, {
      cluster,
      nodePools,
      clientSecretArn,
      keyArn,
      registry,
      identity,
      endpoints,
      network,
      firewall,
      management,
    }),
  );
}

/** Subnets of the Kubernetes API's addresses: EKS takes none of a zone that the cluster was not made with. */
const apiSubnetIds = ({ network: { addedZones } }: AwsDeployment, { clusterSubnetIds }: NetworkIds) =>
  clusterSubnetIds.slice(0, clusterSubnetIds.length - addedZones.length);

const addKey = (stack: TerraformStack, { name, account: accountId, cloudRegion: region }: AwsDeployment) =>
  new EncryptionKey(stack, "encryption-key", { name, accountId, region });

/** The registries that images are cached from, with their logins. */
const publicRegistries = (deployment: AwsDeployment): Record<string, PublicRegistry> =>
  Object.fromEntries(
    cachedUpstreams(deployment).map((upstream) => {
      const credentialArn = deployment.images.credentials[upstream]?.secretArn;
      return [upstream, { host: registryApi(upstream), credentialArn }];
    }),
  );
