import { fastRegistrationBucket, metadataBucket, roleArn } from "../../config/aws/names";
import { foreignRepositories } from "../../config/aws/repositories";
import { namespaceTaskRoles } from "../../config/aws/task-roles";
import type { AwsDeployment } from "../../config/deployment";
import { cachedImages, pullCommand } from "../../config/images";
import type { CloudEndpoints } from "../../constructs/aws/cloud-endpoints";
import type { Cluster } from "../../constructs/aws/cluster";
import type { EgressFirewall } from "../../constructs/aws/egress-firewall";
import type { Identity } from "../../constructs/aws/identity";
import type { NetworkIds } from "../../constructs/aws/network";
import type { NodePools } from "../../constructs/aws/node-pools";
import type { PrivateConnectivity } from "../../constructs/aws/private-connectivity";
import type { Registry } from "../../constructs/aws/registry";
import { copyOutputs, type Outputs } from "../outputs";

/** What the outputs tell of. */
interface Told {
  readonly cluster: Cluster;
  readonly nodePools: NodePools;
  readonly clientSecretArn: string;
  readonly keyArn: string;
  readonly registry: Registry;
  readonly identity: Identity;
  readonly endpoints: CloudEndpoints;
  readonly network: NetworkIds;
  readonly firewall: EgressFirewall;
  readonly management: PrivateConnectivity | undefined;
}

/** What a person runs next, and what a reviewer looks at. */
export function outputsOf(deployment: AwsDeployment, told: Told): Outputs {
  const { cluster, nodePools, clientSecretArn, keyArn, registry, identity, endpoints, network, firewall, management } =
    told;
  const { cloudRegion: region } = deployment;
  return {
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
  };
}
