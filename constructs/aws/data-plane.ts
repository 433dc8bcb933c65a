import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { DataAwsPrefixList } from "@cdktf/provider-aws/lib/data-aws-prefix-list";
import { kubernetesServiceAddress } from "../../config/address-plan";
import { addressAllowances } from "../../config/aws/allowances";
import { privateSubnets } from "../../config/aws/address-plan";
import { givenEndpoints } from "../../config/aws/endpoints";
import type { CloudOutputs } from "../../config/cloud-outputs";
import type { AwsDeployment } from "../../config/deployment";
import { egressOf } from "../../config/egress";
import { logOutputs } from "../../config/aws/logs";
import { imageReference, platformImages } from "../../config/images";
import {
  autoscalerRole,
  clientSecretName,
  fastRegistrationBucket,
  fluentBitRole,
  metadataBucket,
  platformRole,
  roleArn,
  taskRole,
  serviceName,
} from "../../config/aws/names";
import { namespaceTaskRoles } from "../../config/aws/task-roles";
import { OBJECT_STORE_LOGS } from "../../config/logs";
import { clusterName } from "../../config/names";
import { Construct, Fn, type TerraformStack } from "../../framework";
import { KUBE_DNS, type DataPlane, type WorkloadIdentity } from "../data-plane";
import { STATE_FOLDER } from "../kubernetes/fluent-bit";

/** Annotation by which EKS gives a service account's pods a role. */
const ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";

/**
 * What a deployment's AWS side hands to the workloads. Names derive from the deployment; the cluster's endpoint and
 * S3's addresses are read by data sources, the client secret by an ephemeral resource, which leaves no trace in state.
 * Document: none; where this package's two stacks meet is its own matter.
 *
 * @throws RangeError if the network's block is too small or no CIDR block, which no deployment's is that was read
 */
export function awsDataPlane(stack: TerraformStack, deployment: AwsDeployment, outputs?: CloudOutputs<"aws">) {
  const scope = new Construct(stack, "data-plane");
  const { account, assumeRole, cloudRegion: region } = deployment;
  const identity = (role: string): WorkloadIdentity => ({
    serviceAccountAnnotations: { [ROLE_ANNOTATION]: roleArn(deployment, role) },
    podLabels: {},
  });
  const name = clusterName(deployment);
  const cluster = new DataAwsEksCluster(scope, "cluster", { name });
  const clusterSubnets = privateSubnets(deployment).cluster;
  // The framework has no ephemeral resources.
  stack.addOverride("ephemeral.aws_secretsmanager_secret_version.client_secret", {
    secret_id: deployment.clientSecretArn ?? clientSecretName(deployment),
  });
  return {
    cloud: "aws",
    clusterName: name,
    access: {
      host: cluster.endpoint,
      caCertificate: Fn.base64decode(cluster.certificateAuthority.get(0).data),
      exec: {
        apiVersion: "client.authentication.k8s.io/v1beta1",
        command: "aws",
        args: [
          ...["eks", "get-token", "--cluster-name", name, "--region", region],
          ...(assumeRole?.profile
            ? ["--profile", assumeRole.profile]
            : assumeRole
              ? ["--role-arn", assumeRole.arn]
              : []),
        ],
      },
    },
    kubeconfigCommand: `aws eks update-kubeconfig --name ${name} --region ${region}${assumeRole ? ` --role-arn ${assumeRole.arn}` : ""}`,
    // The VPC CNI judges a packet before its destination is translated, so pods' own view of the API counts too.
    apiServerCidrs: [...clusterSubnets, `${kubernetesServiceAddress(deployment)}/32`],
    apiServerCallers: { cidrs: clusterSubnets },
    egress: egressOf(deployment),
    clusterDns: { pods: [KUBE_DNS], cidrs: [] },
    cloudServices: {
      // The addresses of VPC endpoints that are made lie in the cluster subnets.
      cidrs: [...new Set([...clusterSubnets, ...givenEndpoints(deployment).flatMap(({ cidrs }) => cidrs)])],
      objectStoreCidrs:
        outputs?.object_store_cidrs ??
        new DataAwsPrefixList(scope, "s3", { name: serviceName(region, "s3") }).cidrBlocks,
    },
    allowances: addressAllowances(deployment),
    identities: {
      platform: identity(platformRole(deployment)),
      task: identity(taskRole(deployment)),
    },
    namespaceIdentities: Object.fromEntries(
      namespaceTaskRoles(deployment).map(({ namespace, role }) => [namespace, identity(role)]),
    ),
    autoscaler: {
      identity: identity(autoscalerRole(deployment)),
      image: imageReference(deployment, "clusterAutoscaler"),
      region,
    },
    images: platformImages(deployment),
    objectStore: {
      metadataBucket: metadataBucket(deployment),
      fastRegistrationBucket: fastRegistrationBucket(deployment),
      region,
      driver: { type: "stow", stow: { kind: "s3", config: { auth_type: "iam", region } } },
      environment: {},
    },
    fluentBit: {
      identity: identity(fluentBitRole(deployment)),
      image: imageReference(deployment, "fluentBit"),
      outputs: logOutputs(deployment, STATE_FOLDER),
    },
    // The one source of past logs that Union's proxy has on AWS: it can't read CloudWatch.
    persistedLogs: OBJECT_STORE_LOGS,
    secretManager: { enabled: true, type: "AWS", awsConfig: { account, region } },
    clusterData: {
      cloudProvider: "aws",
      metadataBucketPrefix: `s3://${metadataBucket(deployment)}`,
      userRoleKey: ROLE_ANNOTATION,
      userRole: roleArn(deployment, taskRole(deployment)),
    },
    clientSecret: "${ephemeral.aws_secretsmanager_secret_version.client_secret.secret_string}",
  } satisfies DataPlane;
}
