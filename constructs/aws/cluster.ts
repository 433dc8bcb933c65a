import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import { EksCluster } from "@cdktf/provider-aws/lib/eks-cluster";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { ADDON_ACCOUNTS, type OptionalAddon } from "../../config/aws/addons";
import { roleToleration } from "../../config/scheduling";
import { Construct, Fn, TerraformLocal, type TerraformResource } from "../../framework";
import { policyDocument, trustOfService, trustOfServiceAccounts, type OidcProvider } from "./iam-policy";
import { clusterLogGroup } from "../../config/aws/names";

/** A cluster's name, version, network and key, and who may reach its API. Blocks are CIDRs; names keep the cloud's own limits. */
export interface ClusterProps {
  /**
   * Letters, digits and dashes, at most 56: roles are named after it, and IAM takes 64 characters with their endings.
   * Unique in account and region.
   */
  readonly name: string;
  /** Kubernetes minor version, e.g. `1.35`. */
  readonly version: string;
  /** Private subnets of the Kubernetes API's addresses, in at least two zones. */
  readonly subnetIds: readonly string[];
  /** The control plane's own security group. */
  readonly securityGroupId: string;
  /** Addresses of Kubernetes services: an IPv4 block. */
  readonly serviceCidr: string;
  /** Where pods have interfaces of their own. Default: in the subnets and groups of their nodes. */
  readonly podNetwork?: PodNetwork | undefined;
  /** Whether nodes take addresses for pods in blocks of 16. Default: one by one. */
  readonly prefixDelegation?: boolean | undefined;
  /** Key that encrypts Kubernetes secrets and the control plane's logs. */
  readonly keyArn: string;
  /** Days that the control plane's logs are kept. */
  readonly logRetentionDays: number;
  /** IAM roles and users with cluster-admin access. Without any, the principal that creates the cluster has it. */
  readonly admins: readonly string[];
  /** Versions of add-ons by their names; of others, EKS chooses its own default. Default: none. */
  readonly addonVersions?: Readonly<Record<string, string>>;
  /**
   * What EKS does when standard support of `version` ends: upgrade the cluster by itself, or keep the version for another
   * year at a higher price. Default: EKS's own, `extended`.
   */
  readonly support?: "standard" | "extended" | undefined;
  /** What the API needs as long as it is there: the rules of its paths to nodes. Default: none. */
  readonly dependsOn?: readonly TerraformResource[];
}

/** Where pods have addresses of their own: their subnets and what filters them. */
export interface PodNetwork {
  /** The AWS region of the subnets. */
  readonly region: string;
  /** One private subnet for each zone that has nodes, by the zones' names. */
  readonly subnetIds: Readonly<Record<string, string>>;
  /** The node security group: what nodes may reach, their pods may. */
  readonly securityGroupId: string;
}

/**
 * The EKS cluster: its API has a private endpoint only, its secrets are encrypted, its identities are IAM's.
 * Document: "Communication paths", row "Union.ai to Customer Kubernetes API (BYOC only)", and "Outbound-only model" (no
 * listening service to reach).
 */
export class Cluster extends Construct implements OidcProvider {
  /** The name, known only once the cluster is there, so that what is looked up by it waits. */
  readonly name: string;
  /** ARN of the cluster, known only once it is there. */
  readonly arn: string;
  /** URL of the private API endpoint. */
  readonly endpoint: string;
  /** PEM text of the API's certificate authority, base64-encoded. */
  readonly certificateAuthority: string;
  readonly oidcProviderArn: string;
  /** The OIDC issuer's host and path, without `https://`. */
  readonly issuer: string;
  /** Add-ons that nodes need to become ready: node pools come after them. */
  readonly nodeAddons: readonly TerraformResource[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ClusterProps,
  ) {
    super(scope, id);
    const { name, keyArn, admins } = props;

    const role = new IamRole(this, "role", {
      name: `${name}-cluster`,
      assumeRolePolicy: trustOfService("eks.amazonaws.com"),
    });
    const rolePolicies = [
      new IamRolePolicyAttachment(this, "role-eks", {
        role: role.name,
        policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
      }),
      new IamRolePolicy(this, "role-key", {
        name: "secrets-encryption",
        role: role.name,
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ListGrants"],
            Resource: keyArn,
          },
        ]),
      }),
    ];
    // EKS makes this group without key and retention unless it is there first, and makes it again for what a deleted
    // cluster still has to say: so it stays, and its records end with their retention.
    const logs = new CloudwatchLogGroup(this, "logs", {
      name: clusterLogGroup({ name }),
      retentionInDays: props.logRetentionDays,
      kmsKeyId: keyArn,
      skipDestroy: true,
    });

    const cluster = new EksCluster(this, "cluster", {
      name,
      version: props.version,
      ...(props.support && { upgradePolicy: { supportType: props.support.toUpperCase() } }),
      roleArn: role.arn,
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      // The add-ons below take the place of the unmanaged ones.
      bootstrapSelfManagedAddons: false,
      vpcConfig: {
        subnetIds: [...props.subnetIds],
        securityGroupIds: [props.securityGroupId],
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
      },
      kubernetesNetworkConfig: { serviceIpv4Cidr: props.serviceCidr },
      encryptionConfig: { resources: ["secrets"], provider: { keyArn } },
      accessConfig: {
        authenticationMode: "API",
        // A cluster that nobody may enter is of no use; one with named admins must not have a silent one beside them.
        bootstrapClusterCreatorAdminPermissions: admins.length === 0,
      },
      lifecycle: {
        ignoreChanges: [
          // The setting counts at creation only, and a change would replace the cluster.
          "access_config[0].bootstrap_cluster_creator_admin_permissions",
          // So does the key: the provider would say that it changed it, and call nothing.
          "encryption_config",
        ],
      },
      dependsOn: [...rolePolicies, logs, ...(props.dependsOn ?? [])],
    });
    for (const admin of admins) {
      const entry = new EksAccessEntry(this, `admin-${admin}`, { clusterName: cluster.name, principalArn: admin });
      new EksAccessPolicyAssociation(this, `admin-policy-${admin}`, {
        clusterName: cluster.name,
        principalArn: entry.principalArn,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        accessScope: { type: "cluster" },
      });
    }

    const issuerUrl = cluster.identity.get(0).oidc.get(0).issuer;
    // No thumbprint: AWS trusts the issuer's certificate through its own library of root authorities.
    const oidcProvider = new IamOpenidConnectProvider(this, "oidc-provider", {
      url: issuerUrl,
      clientIdList: ["sts.amazonaws.com"],
    });

    this.name = cluster.id;
    this.arn = cluster.arn;
    this.endpoint = cluster.endpoint;
    this.certificateAuthority = cluster.certificateAuthority.get(0).data;
    this.oidcProviderArn = oidcProvider.arn;
    // A local, because the quotes of a call inside a policy would make its text no JSON to whoever reads it.
    this.issuer = new TerraformLocal(this, "issuer", Fn.trimprefix(issuerUrl, "https://")).asString;
    this.nodeAddons = [this.addPodNetwork(), this.addon("kube-proxy")];
  }

  /**
   * Adds cluster DNS and the add-ons that were asked for. Their pods need nodes, so they come after `nodePools`; those that
   * are not of each node run on the services pools, since every pool is tainted. Their images are in EKS's own registry,
   * which nodes reach as they do the account's.
   */
  addWorkloads(nodePools: readonly TerraformResource[], addons: readonly OptionalAddon[] = []): void {
    const dependsOn = [...nodePools];
    const onServices = { tolerations: [roleToleration("services")] };
    const settings: Readonly<Record<"coredns" | OptionalAddon, () => AddonSettings>> = {
      coredns: () => ({ configuration: onServices, dependsOn }),
      "aws-ebs-csi-driver": () => {
        const { role, policies } = this.volumesRole();
        return {
          serviceAccountRoleArn: role.arn,
          configuration: { controller: onServices },
          dependsOn: [...dependsOn, ...policies],
        };
      },
      "metrics-server": () => ({ configuration: onServices, dependsOn }),
      // Of each node, and tolerate every taint.
      "eks-node-monitoring-agent": () => ({ dependsOn }),
      "eks-pod-identity-agent": () => ({ dependsOn }),
    };
    for (const name of ["coredns", ...addons] as const) this.addon(name, settings[name]());
  }

  /** The EBS CSI driver's role: volumes, encrypted with the deployment's key. */
  private volumesRole(): { readonly role: IamRole; readonly policies: readonly TerraformResource[] } {
    const role = new IamRole(this, "ebs-csi-role", {
      name: `${this.name}-ebs-csi`,
      assumeRolePolicy: this.trustOf("aws-ebs-csi-driver"),
    });
    return {
      role,
      policies: [
        new IamRolePolicyAttachment(this, "ebs-csi-role-policy", {
          role: role.name,
          policyArn: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
        }),
        new IamRolePolicy(this, "ebs-csi-role-key", {
          name: "volume-encryption",
          role: role.name,
          policy: policyDocument([
            {
              Effect: "Allow",
              Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncrypt*"],
              Resource: this.props.keyArn,
            },
            {
              Effect: "Allow",
              Action: "kms:CreateGrant",
              Resource: this.props.keyArn,
              Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
            },
          ]),
        }),
      ],
    };
  }

  /**
   * Adds the VPC CNI, which gives pods their addresses and enforces NetworkPolicies. It has a role of its own, so that
   * nodes, and pods that reach a node's credentials, can't change network interfaces.
   *
   * Enforcement is `standard`: `strict` denies each pod until a policy selects it, cluster DNS included, whose
   * namespace is EKS's own. Egress beyond the allowed blocks is closed by the security group from the first packet.
   */
  private addPodNetwork(): TerraformResource {
    const { podNetwork, prefixDelegation } = this.props;
    const role = new IamRole(this, "vpc-cni-role", {
      name: `${this.name}-vpc-cni`,
      assumeRolePolicy: this.trustOf("vpc-cni"),
    });
    const policy = new IamRolePolicyAttachment(this, "vpc-cni-role-policy", {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
    });
    return this.addon("vpc-cni", {
      serviceAccountRoleArn: role.arn,
      configuration: {
        enableNetworkPolicy: "true",
        env: {
          NETWORK_POLICY_ENFORCING_MODE: "standard",
          ...(podNetwork && {
            AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true",
            // Nodes find the subnet by their zone, which is its name in the add-on's own resources.
            ENI_CONFIG_LABEL_DEF: "topology.kubernetes.io/zone",
          }),
          ...(prefixDelegation && { ENABLE_PREFIX_DELEGATION: "true" }),
        },
        ...(podNetwork && { eniConfig: eniConfigOf(podNetwork) }),
      },
      dependsOn: [policy],
    });
  }

  private trustOf(addon: keyof typeof ADDON_ACCOUNTS): string {
    return trustOfServiceAccounts(this, [{ namespace: "kube-system", name: ADDON_ACCOUNTS[addon] }]);
  }

  private addon(name: string, { configuration, ...settings }: AddonSettings = {}): TerraformResource {
    const addonVersion = this.props.addonVersions?.[name];
    return new EksAddon(this, name, {
      clusterName: this.name,
      addonName: name,
      ...(addonVersion !== undefined && { addonVersion }),
      ...(configuration && { configurationValues: JSON.stringify(configuration) }),
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      ...settings,
    });
  }
}

const eniConfigOf = ({ region, subnetIds, securityGroupId }: PodNetwork) => ({
  create: true,
  region,
  subnets: Object.fromEntries(
    Object.entries(subnetIds).map(([zone, id]) => [zone, { id, securityGroups: [securityGroupId] }]),
  ),
});

interface AddonSettings {
  /** What the add-on's own schema takes. */
  readonly configuration?: object;
  readonly serviceAccountRoleArn?: string;
  readonly dependsOn?: TerraformResource[];
}
