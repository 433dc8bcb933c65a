import * as z from "zod";
import {
  cidr,
  cloudRegion,
  common,
  declaration,
  dnsLabel,
  images,
  localState,
  logs,
  poolOf,
  stateKey,
  text,
  word,
} from "../fields";
import { outsidePartition } from "./partition";
import { ADDONS, OPTIONAL_ADDONS } from "./addons";
import { bucketName, keyArn, NAMED, principal, role, securityGroupId } from "./fields";
import { network } from "./network-fields";

const pool = poolOf({
  instanceTypes: z.array(z.string().min(1)).min(1).describe("Instance types, first choice first."),
  gpu: z.boolean().default(false).describe("NVIDIA image, taint `nvidia.com/gpu`, and NVIDIA's device plugin."),
  image: z
    .enum(["al2023", "bottlerocket", "neuron"])
    .default("al2023")
    .describe(
      "EKS's own image: Amazon Linux 2023, Bottlerocket, or Amazon Linux 2023 for Inferentia and Trainium, whose device plugin is yours. With `gpu` the NVIDIA variant of the first two.",
    ),
  imageId: text(/^ami-[0-9a-f]+$/, "an image id (ami-...)")
    .optional()
    .describe(
      "Image of your own, made from EKS's of Amazon Linux 2023 for the pool's processors and Kubernetes version; it is renewed by a new id here.",
    ),
  userData: z
    .string()
    .startsWith("#!", "must be a script that begins with '#!'")
    .max(8192)
    .optional()
    .describe(
      "Script that each node runs at its first start, before it joins; Amazon Linux only. It may hold no secret.",
    ),
  capacityReservationId: text(/^cr-[0-9a-f]+$/, "a capacity reservation (cr-...)")
    .optional()
    .describe("On-demand capacity reservation that the pool's nodes run in, and nowhere else."),
  capacityBlock: z
    .strictObject({
      id: text(/^cr-[0-9a-f]+$/, "a capacity block's reservation (cr-...)").describe("The reservation."),
      zone: z.string().min(1).describe("Its availability zone, one of the network's."),
    })
    .optional()
    .describe(
      "Capacity Block for ML that the pool's nodes run in while it lasts; the pool has one instance type and `min: 0`. AWS ends its machines before its end. Default: none.",
    ),
  releaseVersion: text(/^1\.\d+\.\d+-\d{8}$/, "a release of EKS's node images such as 1.35.7-20260827")
    .optional()
    .describe(
      "Release of the node image; default: that of `config/aws/eks-versions.json`, else EKS's newest at creation.",
    ),
});

const DEFAULT_POOLS = {
  services: { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 6 },
  worker: { role: "worker", instanceTypes: ["m6i.4xlarge"], min: 0, max: 10 },
} as const;

const allowed = {
  name: dnsLabel.describe("Name, in rules and reports."),
  reason: z.string().min(10).describe("Why, for the reviewer (at least 10 characters)."),
};

const allowance = z.discriminatedUnion("to", [
  z.strictObject({
    to: z.literal("addresses").describe("What is reached: private addresses, a bucket, or another service of AWS."),
    ...allowed,
    cidrs: z
      .array(cidr)
      .min(1)
      .describe("Private blocks, e.g. of a database's subnets; its own rules must let nodes in."),
    ports: z.array(z.int().min(1).max(65535)).min(1).describe("TCP ports."),
  }),
  z.strictObject({
    to: z.literal("bucket").describe("What is reached: private addresses, a bucket, or another service of AWS."),
    ...allowed,
    bucket: bucketName.describe("Bucket in `cloudRegion`; one of another account must let the task role in."),
    access: z.enum(["read", "read-write"]).default("read").describe("What tasks may do with its objects."),
    keyArn: keyArn.optional().describe("Key of its objects, where it is not S3's own."),
  }),
  z.strictObject({
    to: z.literal("service").describe("What is reached: private addresses, a bucket, or another service of AWS."),
    ...allowed,
    service: text(/^[a-z0-9][a-z0-9.-]*$/, "the name of a service's endpoint, such as bedrock-runtime").describe(
      "Service by the name of its interface endpoint (`com.amazonaws.REGION.NAME`), which is made.",
    ),
    actions: z
      .array(text(/^[a-z0-9-]+:[A-Za-z]+\*?$/, "an action of IAM, such as bedrock:InvokeModel"))
      .default([])
      .describe("What the task role may do there."),
    resources: z
      .array(text(/^arn:aws:/, "an ARN"))
      .default([])
      .describe("With what: ARNs, for `actions`."),
  }),
]);

const state = z.discriminatedUnion("backend", [
  localState,
  z.strictObject({
    backend: z.literal("s3").describe("Where the state lies: in files, or in a bucket, locked there."),
    bucket: bucketName.describe("Existing bucket of the state."),
    key: stateKey
      .optional()
      .describe("Key prefix; default: the deployment's name. Account, region and the stacks' names follow."),
    region: cloudRegion("aws", outsidePartition).optional().describe("The bucket's region; default: `cloudRegion`."),
    kmsKeyId: text(
      /^(arn:aws:kms:[a-z0-9-]+:\d{12}:)?(key\/)?[a-zA-Z0-9-]{8,}$|^(arn:aws:kms:[a-z0-9-]+:\d{12}:)?alias\/[\w/-]+$/,
      "a KMS key (its id, its ARN, or an alias)",
    )
      .optional()
      .describe("KMS key that encrypts the state; default: the bucket's own."),
  }),
]);

/** One data plane in one AWS account. */
export const aws = z.strictObject({
  ...common,
  cloud: z.literal("aws").describe("The cloud."),
  account: z
    .string({ error: "must be a quoted text of 12 digits (YAML drops leading zeros of a number)" })
    .regex(/^\d{12}$/, { error: (issue) => `'${String(issue.input)}' is not an AWS account id (12 digits, quoted)` })
    .describe("AWS account id; the provider refuses every other account."),
  assumeRole: z
    .strictObject({
      arn: role("an IAM role").describe("Role in the customer's account."),
      externalId: text(/^[\w+=,.@:/-]{2,1224}$/, "an external id (2 to 1224 letters, digits and '_+=,.@:/-')")
        .optional()
        .describe("External id that the role's trust policy asks for."),
      profile: word("the name of a profile")
        .optional()
        .describe("AWS profile that assumes the role with the external id; `aws eks get-token` takes none itself."),
    })
    .optional()
    .describe("Role to assume; default: the caller's own credentials."),
  permissionsBoundary: text(
    /^arn:aws:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
    "the ARN of an IAM policy (arn:aws:iam::ACCOUNT:policy/NAME)",
  )
    .optional()
    .describe(
      "Permissions boundary of every IAM role that is made, for accounts that demand one; it must leave them what they are given. Default: none.",
    ),
  rolePath: text(/^\/([\w+=,.@-]+\/)*$/, "a path of IAM (begins and ends with '/')")
    .default("/")
    .describe("Path of every IAM role that is made."),
  roleNamePrefix: text(/^[\w+=,.@-]{0,20}$/, "a beginning of role names (at most 20 letters, digits and '_+=,.@-')")
    .default("")
    .describe("Beginning of the name of every IAM role that is made, before the deployment's name."),
  taskRoles: z
    .enum(["shared", "per-namespace"])
    .default("shared")
    .describe(
      "Roles of task pods: one, or one for each of `taskNamespaces` (`NAME-task-NAMESPACE`). All have the same rights; roles of their own tell namespaces apart in CloudTrail, and take policies of your own.",
    ),
  cloudRegion: cloudRegion("aws", outsidePartition).describe(
    "AWS region of the data plane: a key of `config/aws/regions.json`.",
  ),
  network,
  cluster: z
    .strictObject({
      admins: z
        .array(principal(`(role|user)${NAMED}`, "an IAM role or user (arn:aws:iam::ACCOUNT:role/NAME)"))
        .default([])
        .describe("Principals with cluster-admin access; `assumeRole` always has it."),
      accessFromSecurityGroups: z
        .array(securityGroupId)
        .default([])
        .describe(
          "Security groups (a bastion's, a runner's) that may reach the private Kubernetes API and the VPC endpoints on TCP 443.",
        ),
      sessionManager: z
        .boolean()
        .optional()
        .describe(
          "Open nodes to AWS Systems Manager: whoever may start a session or send a command in the account is root of a node and of its pods, past the Kubernetes API. Reports list it as an exception to `node-access`. Default: no.",
        ),
      accessFromCidrs: z
        .array(cidr)
        .default([])
        .describe(
          "Private blocks (of a VPN, of an office, of a peered network) that may reach the private Kubernetes API on TCP 443; `network.routes` must lead back to them.",
        ),
      addons: z
        .array(z.enum(OPTIONAL_ADDONS))
        .default([])
        .describe(
          "EKS add-ons beside the VPC CNI, kube-proxy and CoreDNS. The Pod Identity agent serves namespaces of your own: network policies keep the data plane's pods from it, which are their roles by IRSA.",
        ),
      addonVersions: z
        .partialRecord(
          z.enum(ADDONS),
          text(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "an add-on's version such as v1.13.2-eksbuild.21"),
        )
        .default({})
        .describe(
          "Versions of add-ons by their names; default: those of `config/aws/eks-versions.json`, else EKS's own default at creation.",
        ),
      support: z
        .enum(["standard", "extended"])
        .optional()
        .describe(
          "What EKS does once a Kubernetes version's standard support ends: `standard`: it upgrades the cluster to the next by itself, and `kubernetesVersion` is to follow; `extended`: the version stays for another year, at a higher price by the hour. Default: EKS's own, `extended`; a cluster keeps what was named last. In extended support EKS takes no `standard`.",
        ),
    })
    .prefault({})
    .describe("The EKS cluster."),
  nodePools: z
    .record(text(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, "a pool name (2 to 20 lower-case letters, digits and '-')"), pool)
    .prefault(DEFAULT_POOLS as never)
    .describe(
      "Managed node pools by name; default: `services` (3 to 6 m6i.2xlarge) and `worker` (0 to 10 m6i.4xlarge).",
    ),
  encryption: z
    .strictObject({
      keyArn: keyArn.describe(
        "Key for secrets, disks, buckets, logs and registry; its policy must allow their services.",
      ),
    })
    .optional()
    .describe("Bring your own KMS key; default: one is made."),
  objectStore: z
    .strictObject({
      existing: z
        .strictObject({
          metadata: bucketName.describe("Bucket of metadata."),
          fastRegistration: bucketName.describe("Bucket of code bundles."),
        })
        .optional()
        .describe("Bring your own buckets, by name; their policies, encryption and CORS stay yours."),
      noncurrentDays: z.int().min(1).default(30).describe("Days that overwritten and deleted versions are kept."),
      forceDestroy: z
        .boolean()
        .default(false)
        .describe("Let `destroy` delete the buckets with what they hold; without, it is refused."),
    })
    .prefault({})
    .describe("The object store."),
  images: images("aws", {
    mirror: text(
      /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\/[a-z0-9._/-]+)?$/,
      "an ECR registry, with an optional path (ACCOUNT.dkr.ecr.REGION.amazonaws.com/PATH)",
    ),
    login: z.strictObject({
      secretArn: text(
        /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/,
        "the ARN of a Secrets Manager secret whose name begins with 'ecr-pullthroughcache/'",
      ).describe(
        "Secret with the fields `username` and `accessToken`, encrypted with the key `aws/secretsmanager`; ECR's service-linked role reads it.",
      ),
    }),
    repository: text(
      /^arn:aws:ecr:[a-z0-9-]+:\d{12}:repository\/[a-z0-9._/-]+\*?$/,
      "the ARN of ECR repositories (arn:aws:ecr:REGION:ACCOUNT:repository/PATH, with an optional '*' at its end)",
    ),
    describe: {
      mirror: "Registry that already holds the platform's images; default: an ECR pull-through cache is made.",
      upstreams:
        "Further public registries that task images come from: a pull-through cache of each is made at `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME/UPSTREAM`. The first pull of an image needs a way to the internet, which nodes have not: pull it once from a machine that has.",
      credentials:
        "Logins to public registries, by upstream, as secrets of your own; with one, images are fetched from there that a person must copy otherwise.",
      repositories:
        "Further ECR repositories that task images come from, in `cloudRegion`: nodes may pull from them. Those of another account must let them, too.",
    },
  }),
  allowances: z
    .array(allowance)
    .default([])
    .describe(
      "What task pods may reach beside the document's own destinations: databases, other buckets, other services of AWS. Each is named with its reason in policy, rules and reports.",
    ),
  logs: logs(
    "object-store",
    "Where logs of pods are kept: `object-store` (the metadata bucket under `persisted-logs/`, where Union's console finds those of past runs) or `cloud-service` (CloudWatch, which the console can't read).",
  ),
  clientSecretArn: text(
    /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[a-zA-Z0-9/_+=.@-]+$/,
    "the ARN of a Secrets Manager secret (arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME)",
  )
    .optional()
    .describe("Existing secret whose value is the client secret; default: an empty one is made for you to fill."),
  privateManagement: z
    .strictObject({
      principals: z
        .array(principal(`root|(role|user)${NAMED}`, "a principal (arn:aws:iam::ACCOUNT:root, or :role/NAME)"))
        .min(1)
        .describe("Union's principals that may connect."),
      ...declaration,
    })
    .optional()
    .describe("BYOC: PrivateLink from Union to the Kubernetes API, a declared exception; off by default."),
  state: state.prefault({ backend: "local" }).describe("Terraform state: `backend: local` or `backend: s3`."),
});
