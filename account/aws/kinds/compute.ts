/** What runs in networks: machines, what starts them, clusters, functions and databases. */

import type { Instance } from "@aws-sdk/client-ec2";
import { isNotTold, type NotTold } from "../../account";
import { all, listed, type Asking, type Kind } from "../kind";
import type { Services } from "../services";

/** What a launch template says of its machines; its user data may hold anything, so only that it is there is said. */
const TEMPLATE = [
  "SecurityGroupIds",
  "SecurityGroups",
  "NetworkInterfaces.SubnetId",
  "NetworkInterfaces.Groups",
  "NetworkInterfaces.AssociatePublicIpAddress",
  "NetworkInterfaces.NetworkInterfaceId",
  "MetadataOptions",
  "BlockDeviceMappings.DeviceName",
  "BlockDeviceMappings.Ebs.Encrypted",
  "BlockDeviceMappings.Ebs.KmsKeyId",
  "BlockDeviceMappings.Ebs.SnapshotId",
  "IamInstanceProfile",
].map((field) => `LaunchTemplateData.${field}`);

/** Most values of one filter: Amazon EC2 API Reference, "Filter" (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html). */
const LARGEST_FILTER = 200;

/** Tag of what a group of machines starts; only AWS sets it. */
const GROUP_TAG = "aws:autoscaling:groupName";

export const COMPUTE: readonly Kind[] = [
  {
    name: "instances",
    // Its user data may hold anything and is asked for by a call of its own, which is not made.
    fields: [
      ...["InstanceId", "State.Name", "SubnetId", "VpcId", "PrivateIpAddress", "PublicIpAddress"],
      ...["SecurityGroups.GroupId", "MetadataOptions", "IamInstanceProfile.Arn", "RootDeviceName"],
      ...["BlockDeviceMappings.DeviceName", "BlockDeviceMappings.Ebs.VolumeId", "AutoScalingGroup"],
      "BlockDeviceMappings.Ebs.Encrypted",
    ],
    answers: async function* ({ ec2 }, ask) {
      const pages = ask.pages("ec2:DescribeInstances", ec2.sdk.paginateDescribeInstances(ec2, {}));
      for await (const { Reservations = [] } of pages) {
        const machines = Reservations.flatMap(({ Instances = [] }) => Instances);
        for (let first = 0; first < machines.length; first += LARGEST_FILTER) {
          const some = machines.slice(first, first + LARGEST_FILTER);
          const encrypted = await encryptionOf(some, ec2, ask);
          yield some.map((one) => ({
            ...one,
            AutoScalingGroup: one.Tags?.find(({ Key }) => Key === GROUP_TAG)?.Value,
            BlockDeviceMappings: one.BlockDeviceMappings?.map(({ DeviceName, Ebs }) => ({
              DeviceName,
              Ebs: { ...Ebs, Encrypted: encrypted(Ebs?.VolumeId) },
            })),
          }));
        }
      }
    },
  },
  {
    name: "launch-templates",
    fields: ["LaunchTemplateId", "LaunchTemplateName", "VersionNumber", "DefaultVersion", ...TEMPLATE],
    answers: async function* ({ ec2 }, ask) {
      const templates = ask.pages("ec2:DescribeLaunchTemplates", ec2.sdk.paginateDescribeLaunchTemplates(ec2, {}));
      for await (const { LaunchTemplates = [] } of templates) {
        for (const { LaunchTemplateId } of LaunchTemplates) {
          const versions = ec2.sdk.paginateDescribeLaunchTemplateVersions(ec2, { LaunchTemplateId });
          for await (const answer of ask.pages("ec2:DescribeLaunchTemplateVersions", versions)) {
            yield answer.LaunchTemplateVersions ?? [];
          }
        }
      }
    },
  },
  {
    name: "eks-clusters",
    fields: [
      ...["name", "arn", "version", "roleArn", "status", "encryptionConfig", "accessConfig", "computeConfig"],
      ...["resourcesVpcConfig", "remoteNetworkConfig", "identity", "logging", "addons", "notTold"],
    ],
    answers: async function* ({ eks }, ask) {
      for await (const { clusters = [] } of ask.pages("eks:ListClusters", eks.sdk.paginateListClusters(eks, {}))) {
        for (const name of clusters) {
          const call = eks.client.send(new eks.sdk.DescribeClusterCommand({ name }));
          yield [{ name, ...(await ask.part("eks:DescribeCluster", call, ({ cluster }) => cluster)) }];
        }
      }
    },
  },
  {
    name: "eks-node-groups",
    fields: [
      ...["clusterName", "nodegroupName", "nodegroupArn", "status", "subnets", "nodeRole", "labels", "taints"],
      ...["launchTemplate", "amiType", "capacityType", "instanceTypes", "remoteAccess.ec2SshKey"],
      ...["remoteAccess.sourceSecurityGroups", "scalingConfig", "version", "notTold"],
      "resources.autoScalingGroups.name",
    ],
    answers: async function* ({ eks }, ask) {
      for (const clusterName of await clusterNames(eks)) {
        const pages = ask.pages("eks:ListNodegroups", eks.sdk.paginateListNodegroups(eks, { clusterName }));
        for await (const { nodegroups = [] } of pages) {
          for (const nodegroupName of nodegroups) {
            const call = eks.client.send(new eks.sdk.DescribeNodegroupCommand({ clusterName, nodegroupName }));
            const told = await ask.part("eks:DescribeNodegroup", call, ({ nodegroup }) => nodegroup);
            yield [{ clusterName, nodegroupName, ...told }];
          }
        }
      }
    },
  },
  {
    name: "eks-fargate-profiles",
    fields: ["clusterName", "fargateProfileName", "fargateProfileArn", "podExecutionRoleArn", "subnets", "notTold"],
    answers: async function* ({ eks }, ask) {
      for (const clusterName of await clusterNames(eks)) {
        const pages = ask.pages("eks:ListFargateProfiles", eks.sdk.paginateListFargateProfiles(eks, { clusterName }));
        for await (const { fargateProfileNames = [] } of pages) {
          for (const fargateProfileName of fargateProfileNames) {
            const call = eks.client.send(
              new eks.sdk.DescribeFargateProfileCommand({ clusterName, fargateProfileName }),
            );
            const told = await ask.part("eks:DescribeFargateProfile", call, ({ fargateProfile }) => fargateProfile);
            yield [{ clusterName, fargateProfileName, ...told }];
          }
        }
      }
    },
  },
  {
    name: "eks-addons",
    fields: ["clusterName", "addonName", "addonVersion", "addonArn", "configurationValues", "notTold"],
    answers: async function* ({ eks }, ask) {
      for (const clusterName of await clusterNames(eks)) {
        const pages = ask.pages("eks:ListAddons", eks.sdk.paginateListAddons(eks, { clusterName }));
        for await (const { addons = [] } of pages) {
          for (const addonName of addons) {
            const call = eks.client.send(new eks.sdk.DescribeAddonCommand({ clusterName, addonName }));
            const told = await ask.part("eks:DescribeAddon", call, ({ addon }) => addon);
            yield [{ clusterName, addonName, ...told }];
          }
        }
      }
    },
  },
  listed(
    "load-balancers",
    "elasticloadbalancing:DescribeLoadBalancers",
    ({ balancers }) => balancers.sdk.paginateDescribeLoadBalancers(balancers, {}),
    ({ LoadBalancers }) => LoadBalancers,
    [
      ...["LoadBalancerArn", "LoadBalancerName", "Scheme", "Type", "VpcId", "AvailabilityZones.SubnetId"],
      ...["SecurityGroups", "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"],
    ],
  ),
  {
    name: "load-balancer-listeners",
    fields: [
      "ListenerArn",
      "LoadBalancerArn",
      "Port",
      "Protocol",
      "SslPolicy",
      "DefaultActions.Type",
      "DefaultActions.RedirectConfig.Protocol",
    ],
    answers: async function* ({ balancers }, ask) {
      const known = ask.pages(
        "elasticloadbalancing:DescribeLoadBalancers",
        balancers.sdk.paginateDescribeLoadBalancers(balancers, {}),
      );
      for await (const { LoadBalancers = [] } of known) {
        for (const { LoadBalancerArn } of LoadBalancers) {
          const pages = balancers.sdk.paginateDescribeListeners(balancers, { LoadBalancerArn });
          for await (const { Listeners = [] } of ask.pages("elasticloadbalancing:DescribeListeners", pages)) {
            yield Listeners;
          }
        }
      }
    },
  },
  listed(
    "classic-load-balancers",
    "elasticloadbalancing:DescribeLoadBalancers",
    ({ classicBalancers }) => classicBalancers.sdk.paginateDescribeLoadBalancers(classicBalancers, {}),
    ({ LoadBalancerDescriptions }) => LoadBalancerDescriptions,
    ["LoadBalancerName", "Scheme", "VPCId", "Subnets", "SecurityGroups", "ListenerDescriptions.Listener"],
  ),
  {
    name: "lambda-functions",
    // Its variables may hold anything.
    fields: [
      ...["FunctionName", "FunctionArn", "Role", "VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds"],
      ...["Urls.FunctionUrl", "Urls.AuthType", "Urls.notTold", "Policy"],
    ],
    answers: async function* ({ lambda }, ask) {
      const pages = ask.pages("lambda:ListFunctions", lambda.sdk.paginateListFunctions(lambda, {}));
      for await (const { Functions = [] } of pages) {
        for (const one of Functions) {
          const { FunctionName } = one;
          const urls = ask.part(
            "lambda:ListFunctionUrlConfigs",
            all(lambda.sdk.paginateListFunctionUrlConfigs(lambda, { FunctionName })),
            (answers) => answers.flatMap(({ FunctionUrlConfigs = [] }) => FunctionUrlConfigs),
          );
          const policy = ask.part(
            "lambda:GetPolicy",
            lambda.client.send(new lambda.sdk.GetPolicyCommand({ FunctionName })),
            ({ Policy }) => Policy,
            ["ResourceNotFoundException"],
          );
          yield [{ ...one, Urls: await urls, Policy: await policy }];
        }
      }
    },
  },
  listed(
    "db-instances",
    "rds:DescribeDBInstances",
    ({ rds }) => rds.sdk.paginateDescribeDBInstances(rds, {}),
    ({ DBInstances }) => DBInstances,
    [
      ...["DBInstanceIdentifier", "DBInstanceArn", "DBClusterIdentifier", "Engine", "PubliclyAccessible"],
      ...["VpcSecurityGroups.VpcSecurityGroupId", "DBSubnetGroup.DBSubnetGroupName", "DBSubnetGroup.VpcId"],
      ...["DBSubnetGroup.Subnets.SubnetIdentifier", "StorageEncrypted", "KmsKeyId"],
    ],
  ),
  listed(
    "db-clusters",
    "rds:DescribeDBClusters",
    ({ rds }) => rds.sdk.paginateDescribeDBClusters(rds, {}),
    ({ DBClusters }) => DBClusters,
    [
      ...["DBClusterIdentifier", "DBClusterArn", "Engine", "DBSubnetGroup", "PubliclyAccessible"],
      ...["VpcSecurityGroups.VpcSecurityGroupId", "StorageEncrypted", "KmsKeyId", "InternetAccessGatewayEnabled"],
    ],
  ),
  listed(
    "db-subnet-groups",
    "rds:DescribeDBSubnetGroups",
    ({ rds }) => rds.sdk.paginateDescribeDBSubnetGroups(rds, {}),
    ({ DBSubnetGroups }) => DBSubnetGroups,
    ["DBSubnetGroupName", "DBSubnetGroupArn", "VpcId", "Subnets.SubnetIdentifier"],
  ),
  listed(
    "cache-clusters",
    "elasticache:DescribeCacheClusters",
    ({ elastiCache }) => elastiCache.sdk.paginateDescribeCacheClusters(elastiCache, {}),
    ({ CacheClusters }) => CacheClusters,
    [
      ...["CacheClusterId", "ARN", "Engine", "CacheSubnetGroupName", "SecurityGroups.SecurityGroupId"],
      ...["ReplicationGroupId", "TransitEncryptionEnabled", "AtRestEncryptionEnabled"],
    ],
  ),
  listed(
    "cache-subnet-groups",
    "elasticache:DescribeCacheSubnetGroups",
    ({ elastiCache }) => elastiCache.sdk.paginateDescribeCacheSubnetGroups(elastiCache, {}),
    ({ CacheSubnetGroups }) => CacheSubnetGroups,
    ["CacheSubnetGroupName", "ARN", "VpcId", "Subnets.SubnetIdentifier"],
  ),
];

/** Clusters' names, where the kind of clusters itself tells what fails. */
async function clusterNames({ sdk, client }: Services["eks"]): Promise<readonly string[]> {
  const pages = await all(sdk.paginateListClusters({ client }, {})).catch(() => []);
  return pages.flatMap(({ clusters = [] }) => clusters);
}

/** Whether each volume of these machines is encrypted, by its id. */
async function encryptionOf(
  machines: readonly Instance[],
  ec2: Services["ec2"],
  ask: Asking,
): Promise<(volume: string | undefined) => boolean | NotTold | undefined> {
  const Values = machines.flatMap(({ InstanceId }) => InstanceId ?? []);
  const pages = ec2.sdk.paginateDescribeVolumes(ec2, { Filters: [{ Name: "attachment.instance-id", Values }] });
  const told = await ask.part("ec2:DescribeVolumes", all(pages), (answers) =>
    answers.flatMap(({ Volumes = [] }) => Volumes),
  );
  if (told === undefined || isNotTold(told)) return () => told;
  const byId = new Map(told.map(({ VolumeId, Encrypted }) => [VolumeId, Encrypted]));
  return (volume) => byId.get(volume);
}
