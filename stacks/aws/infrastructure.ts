import { addressAllowances, allowanceTag, bucketAllowances, serviceAllowances } from "../../config/aws/allowances";
import { planAddresses } from "../../config/aws/address-plan";
import type { AwsDeployment } from "../../config/deployment";
import { egressOf } from "../../config/egress";
import { cachedImages, cachedUpstreams, copiedImages, pullCommand } from "../../config/images";
import {
  autoscalerRole,
  buildRepository,
  clientSecretName,
  fastRegistrationBucket,
  fluentBitRole,
  metadataBucket,
  platformRole,
  pullThroughPrefix,
  roleArn,
  roleName,
  secretPrefix,
  taskLogGroup,
  taskRole,
} from "../../config/aws/names";
import { givenEndpoints, madeEndpoints, makesS3Gateway } from "../../config/aws/endpoints";
import { eksVersions } from "../../config/aws/eks-versions";
import { foreignRepositories, givenRepositories } from "../../config/aws/repositories";
import { namespaceTaskRoles, taskRoles } from "../../config/aws/task-roles";
import { LOG_FOLDER } from "../../config/logs";
import { clusterName, FLUENT_BIT_SERVICE_ACCOUNT, FLUENT_BIT_NAMESPACE, userSecretPrefix } from "../../config/names";
import { registryApi } from "../../config/upstreams";
import { servicesTakeOthers } from "../../config/scheduling";
import { CloudEndpoints } from "../../constructs/aws/cloud-endpoints";
import { Cluster } from "../../constructs/aws/cluster";
import { EgressFirewall } from "../../constructs/aws/egress-firewall";
import { EncryptionKey } from "../../constructs/aws/encryption-key";
import type { Statement } from "../../constructs/aws/iam-policy";
import { furtherBucket, Identity } from "../../constructs/aws/identity";
import { LogAggregation } from "../../constructs/aws/log-aggregation";
import { FlowLogs, Network, type NetworkIds } from "../../constructs/aws/network";
import { NodePools } from "../../constructs/aws/node-pools";
import { ObjectStore } from "../../constructs/aws/object-store";
import { PrivateConnectivity } from "../../constructs/aws/private-connectivity";
import { Registry, type PublicRegistry } from "../../constructs/aws/registry";
import { RoleSettings } from "../../constructs/aws/role-settings";
import { SecretStore } from "../../constructs/aws/secret-store";
import { GIVEN, MADE, StandingNetwork } from "../../constructs/standing-network";
import type { TerraformStack } from "../../framework";
import { forget } from "../forget";
import { addOutputs, copyOutputs } from "../outputs";

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

  addOutputs(stack, {
    cluster_name: ["The cluster; also its name in the control plane.", cluster.name],
    kubeconfig_command: [
      "Writes a kubeconfig; the API answers inside the network only.",
      `aws eks update-kubeconfig --region ${region} --name ${cluster.name}`,
    ],
    client_secret_command: [
      "Stores the client secret that Union issued, before the workloads are deployed.",
      `aws secretsmanager put-secret-value --region ${region} --secret-id ${clientSecretArn} --secret-string file:///dev/stdin`,
    ],
    ...(cachedImages(deployment).length > 0 && {
      image_cache_commands: [
        "Fills the image cache, once, from a machine that reaches the internet: a first pull needs a way there.",
        cachedImages(deployment).map(([name]) => pullCommand(deployment, name)),
      ],
    }),
    ...copyOutputs(deployment),
    ...(foreignRepositories(deployment).length > 0 && {
      node_role: [
        `Role as which nodes pull images, for the policies of ${foreignRepositories(deployment).join(", ")}: of another account, which must let it in.`,
        nodePools.roleArn,
      ],
    }),
    encryption_key: ["Key of everything at rest; name it in 'encryption.keyArn' before a destroy.", keyArn],
    metadata_bucket: ["Bucket of metadata.", metadataBucket(deployment)],
    fast_registration_bucket: ["Bucket of code bundles.", fastRegistrationBucket(deployment)],
    build_repository: ["Repository of images that the platform builds.", registry.repositoryUrl],
    platform_role: ["Role of the platform's service accounts.", identity.roleArns.platform],
    task_role: ["Role of the task pods.", identity.roleArns.task],
    ...(namespaceTaskRoles(deployment).length > 0 && {
      namespace_task_roles: [
        "Roles of the task pods of namespaces, by these.",
        Object.fromEntries(
          namespaceTaskRoles(deployment).map(({ namespace, role }) => [namespace, roleArn(deployment, role)]),
        ),
      ],
    }),
    object_store_cidrs: ["S3's addresses, for `dataplane manifests`.", endpoints.objectStoreCidrs],
    nat_addresses: ["Addresses that the control plane sees; empty with central egress.", network.natAddresses],
    node_security_group: ["Group of the nodes, for the reviewer's checks.", firewall.nodeSecurityGroupId],
    endpoint_security_group: [
      "Group of the VPC endpoints, for another data plane that uses them.",
      firewall.endpointSecurityGroupId,
    ],
    verify_security_groups_command: [
      'Document, "Verification": prints every inbound rule; each names a group, none a CIDR block.',
      `aws ec2 describe-security-groups --region ${region} --filters Name=vpc-id,Values=${network.vpcId} --query 'SecurityGroups[].IpPermissions'`,
    ],
    ...(management && {
      private_management_service: [
        "Endpoint service for Union's private management connection.",
        management.serviceName,
      ],
    }),
  });
}

/** Fields of the network that a cluster keeps, with their values. */
function keptOf({ network: { existing } }: AwsDeployment): Readonly<Record<string, string>> {
  if (!existing) return { "network.existing": MADE };
  return { "network.existing": GIVEN, "network.existing.vpcId": existing.vpcId };
}

function networkOf(stack: TerraformStack, deployment: AwsDeployment, keyArn: string): NetworkIds {
  const { name, account: accountId, logRetentionDays: retentionDays, network } = deployment;
  const flowLogs = { retentionDays, keyArn, accountId, archiveArn: network.flowLogArchive };
  if (!network.existing) {
    const { cidr, podCidr, nat, transitGatewayId, routes } = network;
    return new Network(stack, "network", {
      name,
      cidr,
      podCidr,
      nat,
      transitGatewayId,
      routes,
      zones: planAddresses(deployment),
      flowLogs,
    });
  }
  const { vpcId, nodeSubnets, clusterSubnets, nodeRouteTableIds } = network.existing;
  new FlowLogs(stack, "flow-logs", { name, vpcId, ...flowLogs });
  return {
    vpcId,
    nodeSubnetIds: nodeSubnets.map(({ id }) => id),
    clusterSubnetIds: clusterSubnets.map(({ id }) => id),
    nodeRouteTableIds,
    natAddresses: [],
  };
}

/** Subnets of the Kubernetes API's addresses: EKS takes none of a zone that the cluster was not made with. */
const apiSubnetIds = ({ network: { addedZones } }: AwsDeployment, { clusterSubnetIds }: NetworkIds) =>
  clusterSubnetIds.slice(0, clusterSubnetIds.length - addedZones.length);

/** The buckets' ARNs, of buckets that are made or given. */
function objectStoreOf(
  stack: TerraformStack,
  deployment: AwsDeployment,
  keyArn: string,
): { readonly metadataArn: string; readonly arns: readonly string[] } {
  if (deployment.objectStore.existing) {
    const [metadataArn, fastRegistrationArn] = [metadataBucket(deployment), fastRegistrationBucket(deployment)].map(
      (bucket) => `arn:aws:s3:::${bucket}`,
    ) as [string, string];
    return { metadataArn, arns: [metadataArn, fastRegistrationArn] };
  }
  const { metadata, fastRegistration } = addObjectStore(stack, deployment, keyArn);
  return { metadataArn: metadata.arn, arns: [metadata.arn, fastRegistration.arn] };
}

const addKey = (stack: TerraformStack, { name, account: accountId, cloudRegion: region }: AwsDeployment) =>
  new EncryptionKey(stack, "encryption-key", { name, accountId, region });

function addObjectStore(stack: TerraformStack, deployment: AwsDeployment, keyArn: string): ObjectStore {
  const { noncurrentDays, forceDestroy } = deployment.objectStore;
  return new ObjectStore(stack, "object-store", {
    metadataName: metadataBucket(deployment),
    fastRegistrationName: fastRegistrationBucket(deployment),
    keyArn,
    noncurrentDays,
    forceDestroy,
    ...(deployment.logs === "object-store" && {
      expiring: { prefix: `${LOG_FOLDER}/`, days: deployment.logRetentionDays },
    }),
  });
}

/** What allowances give the task role: other buckets, and actions of other services. */
function taskStatementsOf(deployment: AwsDeployment): Statement[] {
  const names = deployment.allowances.map(({ name }) => name);
  // Letters and digits only, and the number keeps `a-b` and `ab` apart.
  const sid = (name: string) => `Allowance${names.indexOf(name)}${name.replaceAll("-", "")}`;
  return [
    ...bucketAllowances(deployment).flatMap(({ name, bucket, access, keyArn }) =>
      furtherBucket({ sid: sid(name), arn: `arn:aws:s3:::${bucket}`, access, keyArn, region: deployment.cloudRegion }),
    ),
    ...serviceAllowances(deployment)
      .filter(({ actions }) => actions.length > 0)
      .map(({ name, actions, resources }) => ({
        Sid: sid(name),
        Effect: "Allow" as const,
        Action: actions,
        Resource: resources,
      })),
  ];
}

/** The registries that images are cached from, with their logins. */
const publicRegistries = (deployment: AwsDeployment): Record<string, PublicRegistry> =>
  Object.fromEntries(
    cachedUpstreams(deployment).map((upstream) => {
      const credentialArn = deployment.images.credentials[upstream]?.secretArn;
      return [upstream, { host: registryApi(upstream), credentialArn }];
    }),
  );
