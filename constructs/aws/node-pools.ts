import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import type { AwsDeployment, NodePool } from "../../config/deployment";
import { isArmInstance } from "../../config/aws/machine-types";
import { ephemeralStorage } from "../../config/machine-types";
import { EFFECTS, labelsOf, poolOf, taintsOf } from "../../config/scheduling";
import { Construct, Token, type TerraformResource } from "../../framework";
import { policyDocument, PULL, trustOfService } from "./iam-policy";
import { userData, type NodeBootstrap } from "./user-data";

/** The pools of nodes: where they stand and what each is of. Sizes are numbers of nodes, disks GiB. */
export interface NodePoolsProps {
  /** Name of the EKS cluster that the nodes join. */
  readonly clusterName: string;
  /** Kubernetes minor version of the nodes: the cluster's. */
  readonly version: string;
  /** Private subnets of the nodes. */
  readonly subnetIds: readonly string[];
  /** The same by their zones, for pools that are in one. Default: no pool is. */
  readonly subnetIdsByZone?: Readonly<Record<string, string>> | undefined;
  /** The node security group. It is the only one on the nodes. */
  readonly securityGroupId: string;
  /** Key that encrypts the root volumes; its policy must admit EC2 Auto Scaling. */
  readonly keyArn: string;
  /** Releases of node images by their AMI types, for pools that name none; of others, EKS chooses its newest. Default: none. */
  readonly releases?: Readonly<Record<string, string>>;
  /** Pools by name. */
  readonly pools: AwsDeployment["nodePools"];
  /** Whether pods that tolerate no taint may run on the services' nodes. Default: no. */
  readonly othersOnServices?: boolean;
  /** Whether AWS Systems Manager may open sessions on nodes. Default: no. */
  readonly sessionManager?: boolean | undefined;
  /** ARN pattern of the repositories that pulls may make (the pull-through cache). Default: none. */
  readonly pullThroughRepositories?: string;
  /** ARN patterns of further repositories that nodes pull from. Default: none. */
  readonly repositoryArns?: readonly string[];
  /** What nodes with an image of the customer's own must know to join. Default: no pool has one. */
  readonly bootstrap?: Pick<NodeBootstrap, "endpoint" | "certificateAuthority" | "serviceCidr">;
  /** Tags on instances, volumes and network interfaces, which the provider's default tags do not reach. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What nodes need to join, and to drain: the cluster's node add-ons, the VPC endpoints, rules. Default: none. */
  readonly dependsOn?: readonly TerraformResource[];
}

/**
 * Tag by which the cluster autoscaler knows the disk of a pool without nodes. Labels, taints, GPUs and all else it reads
 * from the node group and its instance type themselves.
 */
const EPHEMERAL_STORAGE = "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage";

/**
 * Managed node pools, for platform services and task pods apart.
 *
 * The launch template names the node security group, which keeps EKS from adding the cluster's own, whose egress is
 * open to everywhere. Document: "Outbound-only model", "Egress configuration".
 */
export class NodePools extends Construct {
  /** The role that nodes are. */
  readonly roleArn: string;
  /** The node groups, for what comes after them. */
  readonly groups: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: NodePoolsProps) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name: `${props.clusterName}-node`,
      assumeRolePolicy: trustOfService("ec2.amazonaws.com"),
    });
    const rolePolicies: TerraformResource[] = [
      "AmazonEKSWorkerNodePolicy",
      "AmazonEC2ContainerRegistryPullOnly",
      ...(props.sessionManager ? ["AmazonSSMManagedInstanceCore"] : []),
    ].map(
      (policy) =>
        new IamRolePolicyAttachment(this, policy, { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` }),
    );
    const allow = (name: string, actions: readonly string[], resources: string | readonly string[]) =>
      rolePolicies.push(
        new IamRolePolicy(this, name, {
          name,
          role: role.name,
          policy: policyDocument([{ Effect: "Allow", Action: actions, Resource: resources }]),
        }),
      );
    if (props.pullThroughRepositories) {
      allow("pull-through", ["ecr:CreateRepository", "ecr:BatchImportUpstreamImage"], props.pullThroughRepositories);
    }
    if (props.repositoryArns && props.repositoryArns.length > 0) allow("repositories", PULL, props.repositoryArns);
    this.roleArn = role.arn;
    this.groups = Object.entries(props.pools).map(([name, pool]) =>
      this.addPool(name, pool, role, rolePolicies, props),
    );
  }

  private addPool(
    name: string,
    pool: NodePool<AwsDeployment>,
    role: IamRole,
    rolePolicies: readonly TerraformResource[],
    props: NodePoolsProps,
  ): TerraformResource {
    const poolScope = new Construct(this, name);
    const tags = { ...props.tags, Name: `${props.clusterName}-${name}` };
    const { imageId } = pool;
    const own = imageId !== undefined;
    const { capacityBlock } = pool;
    const capacityType = capacityBlock ? "CAPACITY_BLOCK" : pool.spot ? "SPOT" : "ON_DEMAND";
    const capacityReservationId = capacityBlock?.id ?? pool.capacityReservationId;
    // A capacity block is in one zone.
    const subnetIds = capacityBlock ? [props.subnetIdsByZone?.[capacityBlock.zone] ?? []].flat() : props.subnetIds;
    const labels = labelsOf(poolOf(name, pool));
    const taints = taintsOf(poolOf(name, pool), props.othersOnServices);
    const startsWith = userData(
      poolScope,
      pool.userData,
      own && props.bootstrap
        ? {
            ...props.bootstrap,
            clusterName: props.clusterName,
            labels: { ...labels, "eks.amazonaws.com/capacityType": capacityType },
            taints,
          }
        : undefined,
    );
    const releaseVersion = pool.releaseVersion ?? props.releases?.[amiType(pool)];
    const template = new LaunchTemplate(poolScope, "template", {
      name: `${props.clusterName}-${name}`,
      updateDefaultVersion: true,
      vpcSecurityGroupIds: [props.securityGroupId],
      // One hop: a pod's packet needs two, so that pods can't take the node's credentials.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      ...(own && { imageId }),
      ...(startsWith !== undefined && { userData: startsWith }),
      ...(capacityReservationId !== undefined && {
        capacityReservationSpecification: { capacityReservationTarget: { capacityReservationId } },
      }),
      // EKS takes the type of a capacity block's machines from the template.
      ...(capacityBlock && {
        instanceMarketOptions: { marketType: "capacity-block" },
        instanceType: pool.instanceTypes[0],
      }),
      blockDeviceMappings: volumesOf(pool).map(({ deviceName, size }) => ({
        deviceName,
        ebs: {
          volumeType: "gp3",
          volumeSize: size,
          encrypted: "true",
          kmsKeyId: props.keyArn,
          deleteOnTermination: "true",
        },
      })),
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
      // Every version of a template makes EKS replace the pool's nodes: none does for a tag. A pool keeps those of its
      // nodes that it was made with.
      lifecycle: { ignoreChanges: ["tag_specifications"] },
    });
    return new EksNodeGroup(poolScope, "group", {
      clusterName: props.clusterName,
      // What AWS can't change in place makes a new group first, so names differ.
      nodeGroupNamePrefix: `${name}-`,
      // An image of the customer's own brings both, and its type.
      ...(!own && { version: props.version, amiType: amiType(pool) }),
      ...(!own && releaseVersion !== undefined && { releaseVersion }),
      nodeRoleArn: role.arn,
      subnetIds: [...subnetIds],
      capacityType,
      ...(!capacityBlock && { instanceTypes: [...pool.instanceTypes] }),
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      labels,
      taint: taints.map(({ key, value, effect }) => ({
        key,
        value,
        effect: EFFECTS[effect],
      })),
      tags: { [EPHEMERAL_STORAGE]: `${ephemeralStorage(pool.diskGiB)}Gi` },
      scalingConfig: { minSize: pool.min, maxSize: pool.max, desiredSize: pool.min },
      updateConfig: { maxUnavailablePercentage: 33 },
      nodeRepairConfig: { enabled: true },
      // The autoscaler owns the size once the pool exists.
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ["scaling_config[0].desired_size"] },
      dependsOn: [...rolePolicies, ...(props.dependsOn ?? [])],
    });
  }
}

/** Where Amazon Linux has its root volume. */
const ROOT = "/dev/xvda";
/** Where Bottlerocket keeps what pods write; its root volume is its system alone. */
const BOTTLEROCKET_DATA = "/dev/xvdb";
const BOTTLEROCKET_SYSTEM_GIB = 4;

/** Volumes of a node, the one that pods write to first. */
function volumesOf({ image, imageId, diskGiB }: NodePool<AwsDeployment>): { deviceName: string; size: number }[] {
  return image === "bottlerocket" && imageId === undefined
    ? [
        { deviceName: BOTTLEROCKET_DATA, size: diskGiB },
        { deviceName: ROOT, size: BOTTLEROCKET_SYSTEM_GIB },
      ]
    : [{ deviceName: ROOT, size: diskGiB }];
}

/** The machine image of a pool, whose instance types all have one architecture. */
function amiType({ image, instanceTypes, gpu }: NodePool<AwsDeployment>): string {
  const architecture = instanceTypes.every(isArmInstance) ? "ARM_64" : "x86_64";
  if (image === "bottlerocket") return `BOTTLEROCKET_${architecture}${gpu ? "_NVIDIA" : ""}`;
  return `AL2023_${architecture}_${image === "neuron" ? "NEURON" : gpu ? "NVIDIA" : "STANDARD"}`;
}
