/** What the roles of a deployment's pods call of AWS, as `constructs/aws/identity.ts` is to let them. */
import {
  fastRegistrationBucket,
  metadataBucket,
  secretPrefix,
  taskLogGroup,
  bucketArn,
} from "../../../config/aws/names";
import type { AwsDeployment } from "../../../config/deployment";
import { LOG_FOLDER } from "../../../config/logs";
import { clusterName, userSecretPrefix } from "../../../config/names";
import type { RequestContext } from "./conditions";

/** Calls of one kind. */
export interface Calls {
  /** The VPC endpoint that they pass, e.g. `aws:s3`; undefined: a service makes them on the caller's behalf. */
  readonly endpoint?: string;
  readonly actions: readonly string[];
  /** ARNs of what they are on, one each of what differs; `*` where the action takes none. */
  readonly on: readonly string[];
  /** What is known of the requests beside who calls. */
  readonly context?: RequestContext;
}

/** Names that stand for any of their kind. */
const ANY = "any";

const bucketsOf = (deployment: AwsDeployment) =>
  [metadataBucket(deployment), fastRegistrationBucket(deployment)].map(bucketArn);

/** The symbol of the deployment's own key, unless one is given: only AWS knows its ARN. */
export const OWN_KEY = "own-key";
const keyOf = ({ encryption }: AwsDeployment) => encryption?.keyArn ?? OWN_KEY;

const arn = ({ cloudRegion, account }: AwsDeployment, service: string, name: string) =>
  `arn:aws:${service}:${cloudRegion}:${account}:${name}`;

/** What S3 is asked for, and what S3 then asks of KMS: objects that it writes and reads are encrypted with the key. */
function objects(deployment: AwsDeployment, actions: readonly string[], on: readonly string[]): Calls[] {
  // Neither writes nor reads name an algorithm or a key: the bucket's own are taken.
  const context = {
    "aws:securetransport": "true",
    "s3:tlsversion": "1.3",
    "s3:x-amz-server-side-encryption": undefined,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": undefined,
  };
  return [
    { endpoint: "aws:s3", actions, on, context },
    // The key and the policy of buckets that are given are the customer's.
    ...(deployment.objectStore.existing ? [] : [throughService(deployment, "s3")]),
  ];
}

const throughService = (deployment: AwsDeployment, service: string): Calls => ({
  actions: ["kms:Decrypt", "kms:GenerateDataKey"],
  on: [keyOf(deployment)],
  context: { "kms:viaservice": `${service}.${deployment.cloudRegion}.amazonaws.com` },
});

function bucketCalls(deployment: AwsDeployment): Calls[] {
  const buckets = bucketsOf(deployment);
  return [
    {
      endpoint: "aws:s3",
      actions: ["s3:ListBucket"],
      on: buckets,
      context: { "aws:securetransport": "true", "s3:tlsversion": "1.3" },
    },
    ...objects(
      deployment,
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      buckets.map((one) => `${one}/${ANY}`),
    ),
  ];
}

export function platformCalls(deployment: AwsDeployment): Calls[] {
  const prefixes = [secretPrefix(deployment), userSecretPrefix(deployment)];
  return [
    ...bucketCalls(deployment),
    {
      endpoint: "aws:secretsmanager",
      actions: ["GetSecretValue", "CreateSecret", "UpdateSecret", "DeleteSecret"].map((one) => `secretsmanager:${one}`),
      on: prefixes.map((prefix) => arn(deployment, "secretsmanager", `secret:${prefix}${ANY}`)),
    },
    throughService(deployment, "secretsmanager"),
  ];
}

export const taskCalls = (deployment: AwsDeployment): Calls[] => bucketCalls(deployment);

export function fluentBitCalls(deployment: AwsDeployment): Calls[] {
  if (deployment.logs === "object-store") {
    return objects(deployment, ["s3:PutObject"], [`${bucketArn(metadataBucket(deployment))}/${LOG_FOLDER}/${ANY}`]);
  }
  const stream = arn(deployment, "logs", `log-group:${taskLogGroup(deployment)}:log-stream:${ANY}`);
  return [{ endpoint: "aws:logs", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], on: [stream] }];
}

export function autoscalerCalls(deployment: AwsDeployment): Calls[] {
  const cluster = clusterName(deployment);
  return [
    { endpoint: "aws:autoscaling", actions: ["autoscaling:DescribeAutoScalingGroups"], on: ["*"] },
    { endpoint: "aws:ec2", actions: ["ec2:DescribeLaunchTemplateVersions", "ec2:DescribeInstanceTypes"], on: ["*"] },
    {
      endpoint: "aws:eks",
      actions: ["eks:DescribeNodegroup"],
      on: [arn(deployment, "eks", `nodegroup/${cluster}/${ANY}/${ANY}`)],
    },
    {
      endpoint: "aws:autoscaling",
      actions: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      on: [arn(deployment, "autoscaling", `autoScalingGroup:${ANY}:autoScalingGroupName/eks-${ANY}`)],
      // EKS tags the groups of its node groups so.
      context: { "aws:resourcetag/eks:cluster-name": cluster },
    },
  ];
}
