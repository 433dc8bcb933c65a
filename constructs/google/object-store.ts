import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { Construct } from "../../framework";

/** Both buckets' names, key and retention. Times are days. */
export interface ObjectStoreProps {
  /** Name of the bucket of run metadata, inputs and outputs. */
  readonly metadataName: string;
  /** Name of the bucket of code bundles. */
  readonly fastRegistrationName: string;
  /** The cloud's region: objects lie nowhere else. */
  readonly region: string;
  /** Key that encrypts every object. Default: Google's own. */
  readonly keyId?: string | undefined;
  /** Days that overwritten and deleted versions are kept. */
  readonly noncurrentDays: number;
  /** Days in which a deleted object or bucket can be restored, 7 to 90. */
  readonly softDeleteDays: number;
  /** Let `destroy` delete buckets that still hold objects. */
  readonly forceDestroy: boolean;
  /** Web origin that may read through presigned URLs: Cloud Storage takes no pattern of several. */
  readonly tenantOrigin: string;
}

/** Days after which the parts of an upload that never ended are deleted. */
const ABORT_UPLOAD_DAYS = 7;
const SECONDS_A_DAY = 86_400;

/**
 * The customer's object store: two private, encrypted, versioned buckets. Document: "Communication paths", Client to
 * Object Store (presigned URLs, TLS 1.2+) and Task Pods to Object Store. Cloud Storage answers to IAM alone, and its
 * API speaks TLS only.
 */
export class ObjectStore extends Construct {
  /** Name of the bucket of run metadata, inputs and outputs. */
  readonly metadata: string;
  /** Name of the bucket of code bundles: what clients upload to run code that is in no image. */
  readonly fastRegistration: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ObjectStoreProps,
  ) {
    super(scope, id);
    this.metadata = this.bucket("metadata", props.metadataName);
    this.fastRegistration = this.bucket("fast-registration", props.fastRegistrationName);
  }

  private bucket(id: string, name: string): string {
    const { region, keyId, noncurrentDays, softDeleteDays, forceDestroy, tenantOrigin } = this.props;
    return new StorageBucket(this, id, {
      name,
      location: region,
      storageClass: "STANDARD",
      forceDestroy,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      ...(keyId !== undefined && { encryption: { defaultKmsKeyName: keyId } }),
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: softDeleteDays * SECONDS_A_DAY },
      lifecycleRule: [
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: ABORT_UPLOAD_DAYS } },
        {
          action: { type: "Delete" },
          condition: { daysSinceNoncurrentTime: noncurrentDays, withState: "ARCHIVED" },
        },
      ],
      cors: [{ origin: [tenantOrigin], method: ["GET", "HEAD"], responseHeader: ["ETag"], maxAgeSeconds: 3600 }],
    }).name;
  }
}
