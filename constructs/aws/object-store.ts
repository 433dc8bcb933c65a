import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { Construct } from "../../framework";
import { policyDocument } from "./iam-policy";

/** Both buckets' names, key and retention. Times are days. */
export interface ObjectStoreProps {
  /** Name of the bucket of run metadata, inputs and outputs. */
  readonly metadataName: string;
  /** Name of the bucket of code bundles. */
  readonly fastRegistrationName: string;
  /** Key that encrypts every object. */
  readonly keyArn: string;
  /** Days that overwritten and deleted versions are kept. */
  readonly noncurrentDays: number;
  /** Let `destroy` delete the buckets with what they hold; without, Terraform refuses every plan that would. */
  readonly forceDestroy: boolean;
  /** Objects of the metadata bucket that are deleted at an age, in days, by the beginning of their keys. Default: none. */
  readonly expiring?:
    | {
        /** Beginning of the objects' keys. */
        readonly prefix: string;
        /** Age in days, at least 1; what is deleted stays as an earlier version for `noncurrentDays` more. */
        readonly days: number;
      }
    | undefined;
  /** Web origins that may read through presigned URLs. Default: Union's tenants. */
  readonly tenantOrigins?: readonly string[];
}

/** Days after which the parts of an upload that never ended are deleted. */
const ABORT_UPLOAD_DAYS = 7;

/**
 * The customer's object store. Document: "Communication paths", Client to Object Store (presigned URLs, TLS 1.2+) and
 * Task Pods to Object Store.
 */
export class ObjectStore extends Construct {
  /** Run metadata, inputs and outputs. */
  readonly metadata: Bucket;
  /** Code bundles: what clients upload to run code that is in no image. */
  readonly fastRegistration: Bucket;

  constructor(scope: Construct, id: string, props: ObjectStoreProps) {
    super(scope, id);
    const { metadataName, fastRegistrationName, expiring, ...settings } = props;
    this.metadata = new Bucket(this, "metadata", { name: metadataName, expiring, ...settings });
    this.fastRegistration = new Bucket(this, "fast-registration", { name: fastRegistrationName, ...settings });
  }
}

type BucketProps = Omit<ObjectStoreProps, "metadataName" | "fastRegistrationName"> & { readonly name: string };

/**
 * One private, encrypted, versioned bucket that speaks TLS 1.2 or newer only. Document: "Communication paths" (Client
 * to Object Store, Task Pods to Object Store).
 */
export class Bucket extends Construct {
  /** As given, but known only once the bucket is there: what names it so waits for it. */
  readonly name: string;
  /** ARN, `arn:aws:s3:::NAME`. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    const {
      keyArn,
      noncurrentDays,
      expiring,
      tenantOrigins = ["https://*.unionai.cloud", "https://*.union.ai"],
    } = props;
    const bucket = new S3Bucket(this, "bucket", {
      bucket: props.name,
      forceDestroy: props.forceDestroy,
      // Settings go before their bucket, so one that S3 keeps for its objects would be left without them.
      lifecycle: { preventDestroy: !props.forceDestroy },
    });
    this.name = bucket.bucket;
    this.arn = bucket.arn;

    const privacy = new S3BucketPublicAccessBlock(this, "public-access-block", {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
        },
      ],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.bucket,
      rule: [
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: [{}],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: ABORT_UPLOAD_DAYS }],
        },
        {
          id: "noncurrent-versions",
          status: "Enabled",
          filter: [{}],
          noncurrentVersionExpiration: [{ noncurrentDays }],
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
        ...(expiring
          ? [
              {
                id: "expiring",
                status: "Enabled",
                filter: [{ prefix: expiring.prefix }],
                expiration: [{ days: expiring.days }],
              },
            ]
          : []),
      ],
      // Rules on noncurrent versions are refused while versioning is off.
      dependsOn: [versioning],
    });
    new S3BucketCorsConfiguration(this, "cors", {
      bucket: bucket.bucket,
      corsRule: [
        {
          allowedOrigins: [...tenantOrigins],
          allowedMethods: ["GET", "HEAD"],
          allowedHeaders: ["*"],
          exposeHeaders: ["ETag"],
          maxAgeSeconds: 3600,
        },
      ],
    });
    new S3BucketPolicy(this, "policy", {
      bucket: bucket.bucket,
      policy: denials(bucket.arn, keyArn),
      // S3 refuses two such changes of one bucket at the same time.
      dependsOn: [privacy],
    });
  }
}

/** What nobody may do, whatever IAM allows. */
function denials(bucketArn: string, keyArn: string): string {
  const everything = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
  } as const;
  const upload = { Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `${bucketArn}/*` } as const;
  const algorithm = "s3:x-amz-server-side-encryption";
  const key = "s3:x-amz-server-side-encryption-aws-kms-key-id";
  return policyDocument([
    { Sid: "TlsOnly", ...everything, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "Tls12OrNewer", ...everything, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
    // Uploads that say nothing of encryption, as presigned ones do, get the bucket's key and pass.
    {
      Sid: "NoOtherAlgorithm",
      ...upload,
      Condition: { Null: { [algorithm]: "false" }, StringNotEquals: { [algorithm]: "aws:kms" } },
    },
    { Sid: "NoOtherKey", ...upload, Condition: { Null: { [key]: "false" }, StringNotEquals: { [key]: keyArn } } },
  ]);
}
