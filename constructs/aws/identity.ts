import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import {
  AUTOSCALER_NAMESPACE,
  AUTOSCALER_SERVICE_ACCOUNT,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
} from "../../config/names";
import { Construct } from "../../framework";
import {
  policyDocument,
  PULL,
  trustOfServiceAccounts,
  type OidcProvider,
  type ServiceAccount,
  type Statement,
} from "./iam-policy";

/**
 * `platform`: Union's services; `task`: task pods; `fluentBit`: what ships logs; `autoscaler`: what sizes node pools.
 */
type IdentityName = "platform" | "task" | "fluentBit" | "autoscaler";

/** Which of the cluster's service accounts act as the identities, and on what. */
export interface IdentityProps extends OidcProvider {
  /** Names of the roles. */
  readonly names: Readonly<Record<IdentityName, string>>;
  /** The account, of 12 digits. */
  readonly accountId: string;
  /** The AWS region. */
  readonly region: string;
  /** Name of the EKS cluster whose node pools the autoscaler may size: a condition of its rights. */
  readonly clusterName: string;
  /** Service accounts of the task pods. */
  readonly taskServiceAccounts: readonly ServiceAccount[];
  /** Further roles of task pods, with the rights of the first, and the service accounts that may be each. Default: none. */
  readonly namespaceTaskRoles?: readonly {
    /** Task namespace that has a role of its own. */
    readonly namespace: string;
    /** Name of the role, at most 64 characters. */
    readonly role: string;
    /** Service accounts that may assume it. */
    readonly accounts: readonly ServiceAccount[];
  }[];
  /** Service account of Fluent Bit, which may write logs and read none. */
  readonly fluentBitServiceAccount: ServiceAccount;
  /** The metadata and the fast-registration bucket. */
  readonly bucketArns: readonly string[];
  /** Key of buckets and secrets. */
  readonly keyArn: string;
  /** Where logs of pods are: objects below a prefix, or a log group. */
  readonly logs:
    | {
        /** ARN pattern of the objects, `arn:aws:s3:::BUCKET/PREFIX/*`; tasks are denied them. */
        readonly objectArn: string;
      }
    | {
        /** ARN of the CloudWatch log group, without `:*`. */
        readonly groupArn: string;
      };
  /** Repository of the images that the platform builds. */
  readonly repositoryArn: string;
  /** Let task pods build images, from those in repositories of these ARN patterns; default: they may not. */
  readonly baseImageArns?: readonly string[] | undefined;
  /** Further rights of task pods. Default: none. */
  readonly taskStatements?: readonly Statement[];
  /** Beginnings of the names of the secrets that the platform may manage. */
  readonly secretNamePrefixes: readonly string[];
}

/**
 * The identities, each a role that exactly its own service accounts may assume through the cluster's OIDC provider: no
 * key exists. No statement names `*` as its resource, except for calls that AWS can't narrow. Document: "Communication
 * paths" (Task Pods to Object Store, Fluent Bit to Log Aggregator: as whom they call).
 */
export class Identity extends Construct {
  /** ARNs of the roles, for the annotation `eks.amazonaws.com/role-arn` of service accounts. */
  readonly roleArns: Readonly<Record<IdentityName, string>>;

  constructor(scope: Construct, id: string, props: IdentityProps) {
    super(scope, id);
    const { names, region } = props;
    const role = (id: string, name: string, accounts: readonly ServiceAccount[], statements: readonly Statement[]) => {
      const role = new IamRole(this, id, { name, assumeRolePolicy: trustOfServiceAccounts(props, accounts) });
      new IamRolePolicy(this, `${id}-policy`, { name: id, role: role.name, policy: policyDocument(statements) });
      return role.arn;
    };
    const ofTasks = [
      ...buckets(props),
      useOfKey(props, [`s3.${region}.amazonaws.com`]),
      ...(props.baseImageArns === undefined ? [] : [...imagePush(props), ...imagePull(props.baseImageArns)]),
      ...(props.taskStatements ?? []),
      ...logsDenied(props),
    ];
    for (const { namespace, role: name, accounts } of props.namespaceTaskRoles ?? [])
      role(`task-${namespace}`, name, accounts, ofTasks);
    this.roleArns = {
      platform: role(
        "platform",
        names.platform,
        [{ namespace: PLATFORM_NAMESPACE, name: PLATFORM_SERVICE_ACCOUNT }],
        [
          ...buckets(props),
          useOfKey(props, [`s3.${region}.amazonaws.com`, `secretsmanager.${region}.amazonaws.com`]),
          ...secrets(props),
          ...logsRead(props),
          ...imagePush(props),
        ],
      ),
      task: role("task", names.task, props.taskServiceAccounts, ofTasks),
      fluentBit: role("fluent-bit", names.fluentBit, [props.fluentBitServiceAccount], logsWrite(props)),
      autoscaler: role(
        "autoscaler",
        names.autoscaler,
        [{ namespace: AUTOSCALER_NAMESPACE, name: AUTOSCALER_SERVICE_ACCOUNT }],
        [...scaling(props)],
      ),
    };
  }
}

/** A bucket beside the deployment's own. */
export interface FurtherBucket {
  /** Letters and digits. */
  readonly sid: string;
  /** ARN of the bucket, `arn:aws:s3:::NAME`. */
  readonly arn: string;
  /** `read` lists and reads; `read-write` puts and deletes objects too. */
  readonly access: "read" | "read-write";
  /** Key of its objects; undefined for S3's own. */
  readonly keyArn?: string | undefined;
  /** The bucket's region. */
  readonly region: string;
}

/** Use of a bucket that is not the deployment's own. */
export function furtherBucket({ sid, arn, access, keyArn, region }: FurtherBucket): Statement[] {
  const writes = access === "read-write";
  return [
    { Sid: `${sid}Bucket`, Effect: "Allow", Action: "s3:ListBucket", Resource: arn },
    {
      Sid: `${sid}Objects`,
      Effect: "Allow",
      Action: ["s3:GetObject*", ...(writes ? ["s3:PutObject*", "s3:DeleteObject"] : [])],
      Resource: `${arn}/*`,
    },
    ...(keyArn === undefined
      ? []
      : [
          {
            Sid: `${sid}Key`,
            Effect: "Allow" as const,
            Action: ["kms:Decrypt", ...(writes ? ["kms:GenerateDataKey"] : [])],
            Resource: keyArn,
            Condition: { StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` } },
          },
        ]),
  ];
}

function buckets({ bucketArns }: IdentityProps): Statement[] {
  return [
    { Sid: "Buckets", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArns },
    {
      Sid: "Objects",
      Effect: "Allow",
      // Not s3:DeleteObjectVersion: what is deleted can be brought back until its version expires.
      Action: ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject"],
      Resource: bucketArns.map((arn) => `${arn}/*`),
    },
  ];
}

/** Use of the key through other services only: nothing can be decrypted with KMS alone. */
function useOfKey({ keyArn }: IdentityProps, services: readonly string[]): Statement {
  return {
    Sid: "KeyThroughServices",
    Effect: "Allow",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Resource: keyArn,
    Condition: { StringEquals: { "kms:ViaService": services } },
  };
}

function secrets({ region, accountId, secretNamePrefixes }: IdentityProps): Statement[] {
  return [
    {
      Sid: "Secrets",
      Effect: "Allow",
      Action: [
        "GetSecretValue",
        "DescribeSecret",
        "CreateSecret",
        "PutSecretValue",
        "UpdateSecret",
        "DeleteSecret",
      ].map((action) => `secretsmanager:${action}`),
      Resource: secretNamePrefixes.map((prefix) => `arn:aws:secretsmanager:${region}:${accountId}:secret:${prefix}*`),
    },
    // AWS can't narrow this call: it shows names, never values.
    { Sid: "SecretNames", Effect: "Allow", Action: "secretsmanager:ListSecrets", Resource: "*" },
  ];
}

/** Objects are read as all others of the bucket. */
function logsRead({ logs }: IdentityProps): Statement[] {
  if ("objectArn" in logs) return [];
  return [
    {
      Sid: "LogsRead",
      Effect: "Allow",
      Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
      Resource: `${logs.groupArn}:*`,
    },
  ];
}

/** Logs of tasks are not the tasks' own to read, change or delete. */
function logsDenied({ logs }: IdentityProps): Statement[] {
  if ("groupArn" in logs) return [];
  return [{ Sid: "NoLogs", Effect: "Deny", Action: "s3:*", Resource: logs.objectArn }];
}

function logsWrite(props: IdentityProps): Statement[] {
  const { logs, region } = props;
  if ("objectArn" in logs) {
    return [
      // Parts of large uploads too: S3 has no action of their own.
      { Sid: "LogsWrite", Effect: "Allow", Action: "s3:PutObject", Resource: logs.objectArn },
      useOfKey(props, [`s3.${region}.amazonaws.com`]),
    ];
  }
  return [
    {
      Sid: "LogsWrite",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: `${logs.groupArn}:*`,
    },
  ];
}

function imagePush({ repositoryArn }: IdentityProps): Statement[] {
  return [
    // AWS can't narrow this call: its token opens what the other statements allow.
    { Sid: "RegistryLogin", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "ImageBuilds",
      Effect: "Allow",
      Action: [
        "BatchCheckLayerAvailability",
        "BatchGetImage",
        "GetDownloadUrlForLayer",
        "DescribeImages",
        "PutImage",
        "InitiateLayerUpload",
        "UploadLayerPart",
        "CompleteLayerUpload",
      ].map((action) => `ecr:${action}`),
      Resource: repositoryArn,
    },
  ];
}

const imagePull = (repositories: readonly string[]): Statement[] =>
  repositories.length > 0 ? [{ Sid: "BaseImages", Effect: "Allow", Action: PULL, Resource: repositories }] : [];

function scaling({ region, accountId, clusterName }: IdentityProps): Statement[] {
  return [
    {
      // AWS can't narrow these calls, which read only.
      Sid: "ReadGroups",
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      Sid: "ReadPools",
      Effect: "Allow",
      Action: "eks:DescribeNodegroup",
      Resource: `arn:aws:eks:${region}:${accountId}:nodegroup/${clusterName}/*`,
    },
    {
      Sid: "SizeThisClustersGroups",
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/eks-*`,
      Condition: { StringEquals: { "aws:ResourceTag/eks:cluster-name": clusterName } },
    },
  ];
}
