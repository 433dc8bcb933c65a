import { z } from "zod";
import { parseCidr } from "../verification/packets/address-set";
import { REGIONS, TUNNEL_REGIONS } from "./control-plane";

/** A field checked by `parse`, whose RangeError becomes the message of the one issue. */
const parsed = (parse: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
  });

const cidr = parsed(parseCidr);
const ipv4Cidr = parsed((text) => {
  const { family, prefix } = parseCidr(text);
  if (family !== 4 || prefix > 28) throw new RangeError(`'${text}' is not an IPv4 block of at least 16 addresses`);
});

/** A text that matches `pattern`; `allowed` says in words what does. */
const text = (pattern: RegExp, allowed: string) =>
  z.string().regex(pattern, { error: (issue) => `'${String(issue.input)}' is not ${allowed}` });

const dnsLabel = text(
  /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "a DNS label (lower-case letters, digits and '-', at most 63)",
);
const arn = (service: string, what: string) => text(new RegExp(`^arn:aws[a-z-]*:${service}:`), `the ARN of ${what}`);
const date = text(/^\d{4}-\d{2}-\d{2}$/, "a date (YYYY-MM-DD, quoted)").refine(
  (value) => !Number.isNaN(Date.parse(value)),
  {
    error: (issue) => `'${String(issue.input)}' is not a day of the calendar`,
  },
);

const nodePool = z
  .strictObject({
    role: z
      .enum(["services", "worker"])
      .describe("Label and taint `union.ai/node-role` of the pool's nodes: platform services, or task pods."),
    instanceTypes: z.array(z.string().min(1)).min(1).describe("Instance types, first choice first."),
    min: z.int().min(0).default(0).describe("Fewest nodes; 0 lets the pool scale to zero."),
    max: z.int().min(1).default(10).describe("Most nodes."),
    spot: z.boolean().default(false).describe("Use spot capacity."),
    gpu: z.boolean().default(false).describe("NVIDIA image and taint `nvidia.com/gpu`."),
    diskGiB: z
      .int()
      .min(20)
      .max(16384)
      .default(100)
      .describe("Encrypted root volume, in GiB; image builds need 50 GiB."),
    labels: z.record(z.string(), z.string()).default({}).describe("Further node labels."),
  })
  .refine((pool) => pool.min <= pool.max, { path: ["min"], error: "'min' is above 'max'" });

const DEFAULT_POOLS = {
  services: { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 6 },
  worker: { role: "worker", instanceTypes: ["m6i.4xlarge"], min: 0, max: 10 },
} as const;

const egress = z
  .strictObject({
    mode: z
      .enum(["published", "tunnel-regions", "list"])
      .default("published")
      .describe(
        "What Cloudflare addresses nodes may reach: `published` (all published blocks), `tunnel-regions` (the tunnel only to the edge of `tunnelRegions`, HTTPS to the published blocks), or `list` (only `cidrs`).",
      ),
    tunnelRegions: z
      .array(z.enum(TUNNEL_REGIONS))
      .min(1)
      .optional()
      .describe("Regions of Cloudflare's tunnel edge, for mode `tunnel-regions`."),
    cidrs: z
      .array(cidr)
      .min(1)
      .optional()
      .describe(
        "Blocks for mode `list`; each must lie inside Cloudflare's published ones, and together they must hold the edge of `tunnel.region`.",
      ),
    controlPlaneCidrs: z
      .array(cidr)
      .default([])
      .describe("Further blocks on TCP 443, for tenants whose regional endpoint does not lie in Cloudflare's ranges."),
  })
  .superRefine((value, context) => {
    const needs = { published: undefined, "tunnel-regions": "tunnelRegions", list: "cidrs" } as const;
    for (const field of ["tunnelRegions", "cidrs"] as const) {
      const needed = needs[value.mode] === field;
      if (needed && !value[field])
        context.addIssue({ code: "custom", path: [field], message: `is required by mode '${value.mode}'` });
      if (!needed && value[field])
        context.addIssue({ code: "custom", path: [field], message: `does not go with mode '${value.mode}'` });
    }
  });

const tunnel = z.strictObject({
  protocol: z
    .enum(["auto", "http2", "quic"])
    .default("auto")
    .describe(
      "Transport to the edge on port 7844: `http2` is TCP, `quic` is UDP, `auto` tries quic first. Egress opens what the choice needs.",
    ),
  region: z
    .enum(TUNNEL_REGIONS)
    .optional()
    .describe(
      "Region of Cloudflare's edge that cloudflared connects to; default: the first of `egress.tunnelRegions`, else `global`.",
    ),
  replicas: z
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe("Pods of the operator-proxy, each with its own tunnel connection."),
});

/** A named, reasoned, dated departure from an invariant. */
export const exception = z.strictObject({
  id: z.string().min(1).describe("Invariant that the exception departs from, e.g. `no-inbound`."),
  resource: z.string().min(1).describe("Address of the resource it is about."),
  reason: z.string().min(10).describe("Why, for the reviewer (at least 10 characters)."),
  expires: date.describe("Last day (YYYY-MM-DD); an expired exception fails verification."),
});

/** What every cloud's deployment has. */
const common = {
  name: text(
    /^[a-z][a-z0-9-]{1,22}[a-z0-9]$/,
    "a deployment name (3 to 24 lower-case letters, digits and '-', a letter first)",
  ).describe("Name of the deployment, unique among all; names of cloud resources derive from it."),
  organization: dnsLabel.describe("Union organization."),
  tenant: dnsLabel.describe("Tenant: the first label of the control plane's host name."),
  clientId: z
    .string()
    .min(1)
    .describe("OAuth client id of the data plane, issued by Union. The client secret never goes into this file."),
  region: z
    .enum(REGIONS, {
      error: (issue) =>
        `'${String(issue.input)}' is not a control-plane region; allowed: ${REGIONS.join(", ")} (the cloud's own region goes into 'cloudRegion')`,
    })
    .describe("Control-plane region: a key of `regions.json`."),
  egress: egress.prefault({}).describe("What may leave."),
  tunnel: tunnel.prefault({}).describe("The Cloudflare Tunnel."),
  kubernetesVersion: z
    .string({ error: 'must be a quoted text such as "1.35" (YAML reads 1.30 as the number 1.3)' })
    .regex(/^1\.(2[89]|[3-9]\d)$/, {
      error: (issue) =>
        `'${String(issue.input)}' is not a Kubernetes version; allowed: "1.28" or newer, as MAJOR.MINOR`,
    })
    .default("1.35")
    .describe("Kubernetes minor version, quoted; one of the cloud's newest three is advised."),
  taskNamespaces: z
    .array(dnsLabel)
    .default([])
    .describe("PROJECT-DOMAIN namespaces for task pods. Without any, task pods run in namespace `union`."),
  rbac: z
    .enum(["standard", "low-privilege"])
    .default("standard")
    .describe(
      "`standard` binds cluster roles (many task namespaces); `low-privilege` has roles in namespace `union` only.",
    ),
  workloads: z
    .enum(["stack", "chart"])
    .default("stack")
    .describe(
      "`stack`: this package deploys the workloads; `chart`: Union's Helm chart does, with the file that `dataplane values NAME` prints.",
    ),
  appsAndServing: z
    .boolean()
    .default(false)
    .describe("Open the paths from the tunnel to Knative's Kourier gateway and from there to app pods."),
  logRetentionDays: z
    .literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
    .default(365)
    .describe("Days that flow, cluster and task logs are kept."),
  exceptions: z
    .array(exception)
    .default([])
    .describe("Named, reasoned, dated departures from an invariant; listed in every report."),
  tags: z.record(z.string(), z.string()).default({}).describe("Tags on every cloud resource."),
};

const state = z.discriminatedUnion("backend", [
  z.strictObject({
    backend: z.literal("local").describe("Where the state lies: in files, or in a bucket, locked there."),
    directory: z.string().min(1).default(".").describe("Folder of the state files, from the folder of cdktf.json."),
  }),
  z.strictObject({
    backend: z.literal("s3").describe("Where the state lies: in files, or in a bucket, locked there."),
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket name").describe("Existing bucket of the state."),
    key: z.string().min(1).optional().describe("Key prefix; default: the deployment's name. The stacks' names follow."),
    region: z.string().min(1).optional().describe("The bucket's region; default: `cloudRegion`."),
    kmsKeyId: z.string().min(1).optional().describe("KMS key that encrypts the state; default: the bucket's own."),
  }),
]);

const subnetId = text(/^subnet-[0-9a-f]+$/, "a subnet id (subnet-...)");
const givenSubnet = z.strictObject({
  id: subnetId.describe("The subnet."),
  cidr: ipv4Cidr.describe("Its block, inside `network.cidr`."),
});
const securityGroupId = text(/^sg-[0-9a-f]+$/, "a security group id (sg-...)");

/** One data plane in one AWS account. */
const aws = z.strictObject({
  ...common,
  cloud: z.literal("aws").describe("The cloud."),
  account: z
    .string({ error: "must be a quoted text of 12 digits (YAML drops leading zeros of a number)" })
    .regex(/^\d{12}$/, { error: (issue) => `'${String(issue.input)}' is not an AWS account id (12 digits, quoted)` })
    .describe("AWS account id; the provider refuses every other account."),
  assumeRole: z
    .strictObject({
      arn: arn("iam", "an IAM role").describe("Role in the customer's account."),
      externalId: z.string().min(2).optional().describe("External id that the role's trust policy asks for."),
      profile: z
        .string()
        .min(1)
        .optional()
        .describe("AWS profile that assumes the role with the external id; `aws eks get-token` takes none itself."),
    })
    .optional()
    .describe("Role to assume; default: the caller's own credentials."),
  cloudRegion: text(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-2").describe(
    "AWS region of the data plane.",
  ),
  network: z
    .strictObject({
      cidr: ipv4Cidr
        .default("10.0.0.0/16")
        .describe("The VPC's block; /16 or larger is advised, as each task pod takes an address."),
      zones: z
        .array(z.string().min(1))
        .min(2)
        .max(6)
        .optional()
        .describe("Availability zones; default: `a`, `b` and `c` of `cloudRegion`."),
      nodeSubnetPrefix: z.int().min(17).max(25).default(18).describe("Prefix length of the node subnet in each zone."),
      serviceCidr: ipv4Cidr
        .default("172.20.0.0/16")
        .describe("Addresses of Kubernetes services; must not overlap `cidr`."),
      nat: z
        .enum(["single", "per-zone"])
        .default("single")
        .describe("One NAT gateway, or one a zone (high availability)."),
      transitGatewayId: text(/^tgw-[0-9a-f]+$/, "a transit gateway id (tgw-...)")
        .optional()
        .describe(
          "Central egress: route out through this transit gateway; then no internet or NAT gateway and no public subnet is made.",
        ),
      existing: z
        .strictObject({
          vpcId: text(/^vpc-[0-9a-f]+$/, "a VPC id (vpc-...)").describe("The VPC; `cidr` must be its block."),
          nodeSubnets: z.array(givenSubnet).min(2).describe("Private subnets for nodes, in at least two zones."),
          clusterSubnets: z
            .array(givenSubnet)
            .min(2)
            .describe("Private subnets for the cluster's API addresses and the VPC endpoints."),
          nodeRouteTableIds: z
            .array(text(/^rtb-[0-9a-f]+$/, "a route table id (rtb-...)"))
            .min(1)
            .describe("Route tables of the node subnets, for the S3 gateway endpoint."),
        })
        .optional()
        .describe("Bring your own network: none is made, its routes stay yours."),
    })
    .prefault({})
    .describe("The network."),
  cluster: z
    .strictObject({
      admins: z
        .array(arn("iam", "an IAM role or user"))
        .default([])
        .describe("Principals with cluster-admin access; `assumeRole` always has it."),
      accessFromSecurityGroups: z
        .array(securityGroupId)
        .default([])
        .describe(
          "Security groups (a bastion's, a runner's) that may reach the private Kubernetes API and the VPC endpoints on TCP 443.",
        ),
    })
    .prefault({})
    .describe("The EKS cluster."),
  nodePools: z
    .record(
      text(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, "a pool name (2 to 20 lower-case letters, digits and '-')"),
      nodePool,
    )
    .prefault(DEFAULT_POOLS as never)
    .describe(
      "Managed node pools by name; default: `services` (3 to 6 m6i.2xlarge) and `worker` (0 to 10 m6i.4xlarge).",
    ),
  encryption: z
    .strictObject({
      keyArn: arn("kms", "a KMS key").describe(
        "Key for secrets, disks, buckets, logs and registry; its policy must allow their services.",
      ),
    })
    .optional()
    .describe("Bring your own KMS key; default: one is made."),
  objectStore: z
    .strictObject({
      existing: z
        .strictObject({
          metadata: z.string().min(3).describe("Bucket of metadata."),
          fastRegistration: z.string().min(3).describe("Bucket of code bundles."),
        })
        .optional()
        .describe("Bring your own buckets, by name; their policies, encryption and CORS stay yours."),
      noncurrentDays: z.int().min(1).default(30).describe("Days that overwritten and deleted versions are kept."),
      forceDestroy: z.boolean().default(false).describe("Let `destroy` delete buckets that still hold objects."),
    })
    .prefault({})
    .describe("The object store."),
  images: z
    .strictObject({
      mirror: text(
        /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\/[a-z0-9._/-]+)?$/,
        "an ECR registry, with an optional path (ACCOUNT.dkr.ecr.REGION.amazonaws.com/PATH)",
      )
        .optional()
        .describe("Registry that already holds the platform's images; default: an ECR pull-through cache is made."),
      operatorTag: z.string().min(1).default("2026.8.3").describe("Tag of Union's operator image."),
    })
    .prefault({})
    .describe("Where images come from; public registries are closed."),
  clientSecretArn: arn("secretsmanager", "a Secrets Manager secret")
    .optional()
    .describe("Existing secret whose value is the client secret; default: an empty one is made for you to fill."),
  privateManagement: z
    .strictObject({
      principals: z.array(arn("iam", "a principal")).min(1).describe("Union's principals that may connect."),
      reason: z.string().min(10).describe("Why, for the reviewer (at least 10 characters)."),
      expires: date.describe("Last day (YYYY-MM-DD); an expired exception fails verification."),
    })
    .optional()
    .describe("BYOC: PrivateLink from Union to the Kubernetes API, a declared exception; off by default."),
  state: state.prefault({ backend: "local" }).describe("Terraform state: `backend: local` or `backend: s3`."),
});

/** One customer account's data plane, as a file in `deployments/` describes it; discriminated by `cloud`. */
export const deploymentSchema = z.discriminatedUnion("cloud", [aws]);

export type Deployment = z.output<typeof deploymentSchema>;
export type AwsDeployment = Extract<Deployment, { cloud: "aws" }>;
export type NodePool = z.output<typeof nodePool>;
export type State = z.output<typeof state>;
