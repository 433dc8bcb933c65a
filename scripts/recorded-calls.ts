/**
 * `npm run recorded-calls`: deploys, changes and destroys examples on the stand-in for AWS, and writes down which calls
 * of AWS's API Terraform's provider made for each type of resource, as the provider itself logs them. A test compares
 * what `dataplane deployer` grants with it.
 */
import "../telemetry-off";
import { createReadStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { StandIn } from "./stand-in/stand-in";
import { missingTools } from "./stand-in/tools";

const ROOT = join(__dirname, "..");
const WORK = join(ROOT, ".dataplane/recorded-calls");
const RECORDED = join(ROOT, "deployer/aws/recorded-calls.json");

/** Calls by the type of the resource or data source that they were made for; `provider` where they were for none. */
type Calls = Map<string, Set<string>>;

/** Examples that have a resource of every type between them, each with changes that are made in place. */
const EXAMPLES = [
  {
    file: "aws-us-east-2.yaml",
    name: "acme-first",
    change: { logRetentionDays: 30, egress: { mode: "tunnel-regions", tunnelRegions: ["us"] } },
    // The stand-in takes a change of node groups, and then can't tell how it went.
    last: {
      nodePools: {
        services: { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 7 },
        worker: { role: "worker", instanceTypes: ["m6i.4xlarge"], max: 20, diskGiB: 150 },
      },
    },
  },
  { file: "aws-eu-west-1.yaml", name: "acme-second", change: {}, last: { tags: { "cost-center": "4712" } } },
] as const;

/** IAM's names of services, by those that the provider's log has. */
const SERVICES: Readonly<Record<string, string>> = {
  "CloudWatch Logs": "logs",
  EC2: "ec2",
  ECR: "ecr",
  EKS: "eks",
  "Elastic Load Balancing v2": "elasticloadbalancing",
  IAM: "iam",
  KMS: "kms",
  S3: "s3",
  STS: "sts",
  "Secrets Manager": "secretsmanager",
};

/**
 * IAM's names of actions where they are not those of the calls:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ACTIONS: Readonly<Record<string, string>> = {
  "s3:DeleteBucketCors": "s3:PutBucketCORS",
  "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
  "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
  "s3:DeleteBucketTagging": "s3:PutBucketTagging",
  "s3:DeleteObjects": "s3:DeleteObjectVersion",
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
  "s3:GetBucketCors": "s3:GetBucketCORS",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
  "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:ListObjectVersions": "s3:ListBucketVersions",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:PutBucketCors": "s3:PutBucketCORS",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

/** What IAM calls the right to a call. */
function actionOf(service: string, method: string): string {
  const call = `${SERVICES[service] ?? service}:${method}`;
  return ACTIONS[call] ?? call;
}

const field = (line: string, name: string): string | undefined =>
  new RegExp(`\\b${name}=(?:"([^"]+)"|(\\S+))`).exec(line)?.slice(1).find(Boolean);

/** Reads what the provider logged. */
async function callsOf(log: string): Promise<Calls> {
  const calls: Calls = new Map();
  for await (const line of createInterface({ input: createReadStream(log) })) {
    const [service, method] = [field(line, "rpc.service"), field(line, "rpc.method")];
    if (service === undefined || method === undefined) continue;
    const data = field(line, "tf_data_source_type");
    const type = data === undefined ? (field(line, "tf_resource_type") ?? "provider") : `data.${data}`;
    calls.set(type, (calls.get(type) ?? new Set()).add(actionOf(service, method)));
  }
  return calls;
}

/** What the stand-in refuses in the middle of a change was called all the same. */
const attempt = async (what: string, done: Promise<string>) =>
  done.then(
    () => console.log(`${what}: done`),
    (error: unknown) => console.log(`${what}: ${String(error).slice(-400)}`),
  );

async function main(): Promise<void> {
  const missing = missingTools();
  if (missing.length > 0) throw new Error(`missing ${missing.join(", ")}`);
  const standIn = await StandIn.start(WORK);
  const log = join(WORK, "provider.log");
  Object.assign(standIn.environment, { TF_LOG_PROVIDER: "DEBUG", TF_LOG_PATH: log });
  try {
    for (const { file, name, change, last } of EXAMPLES) {
      const path = join(ROOT, "deployments/examples", file);
      const unprotected = { deletionProtection: false, objectStore: { forceDestroy: true } };
      const { account, cloudRegion } = standIn.addDeployment(path, name, unprotected);
      await attempt(`deploy ${name}`, standIn.cdktf("deploy", name));
      // No plan destroys the key: as a given one it is forgotten.
      const query = `Aliases[?AliasName=='alias/union/${name}'].TargetKeyId`;
      const aliases = await standIn.aws("kms", "list-aliases", "--region", cloudRegion, "--query", query);
      const keyArn = `arn:aws:kms:${cloudRegion}:${account}:key/${(aliases as readonly string[]).join("")}`;
      const changed = { ...unprotected, ...change, encryption: { keyArn } };
      standIn.addDeployment(path, name, changed);
      await attempt(`change ${name}`, standIn.cdktf("deploy", name));
      standIn.addDeployment(path, name, { ...changed, ...last });
      await attempt(`change the last of ${name}`, standIn.cdktf("deploy", name));
      await attempt(`destroy ${name}`, standIn.cdktf("destroy", name));
    }
  } finally {
    await standIn.stop();
  }
  const calls = [...(await callsOf(log))].sort(([a], [b]) => a.localeCompare(b));
  const text = JSON.stringify(Object.fromEntries(calls.map(([type, of]) => [type, [...of].sort()])), null, 2);
  writeFileSync(RECORDED, `${text}\n`);
}

void main();
