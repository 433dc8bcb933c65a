import { LoggingProjectBucketConfig } from "@cdktf/provider-google/lib/logging-project-bucket-config";
import { LoggingProjectExclusion } from "@cdktf/provider-google/lib/logging-project-exclusion";
import { LoggingProjectSink } from "@cdktf/provider-google/lib/logging-project-sink";
import { POD_LOG_LABEL } from "../../config/google/names";
import { Construct } from "../../framework";

interface LogSettings {
  /** What is kept: with the generation the id of the log bucket. */
  readonly logs: string;
  /** The deployment's generation. */
  readonly generation: string;
  /** Id of the project. */
  readonly project: string;
  /** The cloud's region: records lie nowhere else. */
  readonly region: string;
  /** Days that records are kept, 1 to 3650. */
  readonly retentionDays: number;
  /** Key that encrypts the records. Default: Google's own. */
  readonly keyId?: string | undefined;
}

/** Where tasks' logs go and how they are kept. Times are days. */
export interface LogAggregationProps extends LogSettings {
  /** The deployment's name: the value of the label that Fluent Bit gives its records. */
  readonly name: string;
}

/** Where Fluent Bit ships pod logs. Document: "Communication paths", Fluent Bit to Log Aggregator. */
export class LogAggregation extends Construct {
  /** Id of the log bucket. */
  readonly bucketId: string;

  constructor(scope: Construct, id: string, { name, ...settings }: LogAggregationProps) {
    super(scope, id);
    const { bucketId } = new LogBucket(this, "pods", {
      ...settings,
      description: `Pods of data plane ${name}`,
      filter: `resource.type="k8s_container" AND labels."${POD_LOG_LABEL}"="${name}"`,
    });
    this.bucketId = bucketId;
  }
}

/** A log bucket, and what goes there. */
export interface LogBucketProps extends LogSettings {
  /** What the bucket's page in the console says of it. */
  readonly description: string;
  /** What goes there, in Cloud Logging's query language. */
  readonly filter: string;
}

/**
 * A log bucket with the customer's key and retention. What goes there stays out of the project's default bucket, which
 * has neither. Google keeps the id of a bucket that is deleted for seven days, so the generation is part of it.
 * Document: "Communication paths" (Fluent Bit to Log Aggregator).
 */
export class LogBucket extends Construct {
  /** Id of the log bucket, known once it is there. */
  readonly bucketId: string;

  constructor(scope: Construct, id: string, props: LogBucketProps) {
    super(scope, id);
    const { logs: name, generation, description, filter, project, region, retentionDays, keyId } = props;
    const bucket = new LoggingProjectBucketConfig(this, "bucket", {
      project,
      location: region,
      bucketId: `${name}-${generation}`,
      description,
      retentionDays,
      ...(keyId !== undefined && { cmekSettings: { kmsKeyName: keyId } }),
      lifecycle: { ignoreChanges: ["bucket_id"] },
    });
    const sink = new LoggingProjectSink(this, "sink", {
      name,
      project,
      description,
      destination: `logging.googleapis.com/${bucket.id}`,
      filter,
      uniqueWriterIdentity: true,
    });
    new LoggingProjectExclusion(this, "exclusion", {
      name,
      project,
      description: `Kept in log bucket ${bucket.bucketId}`,
      filter,
      // No record is in neither place.
      dependsOn: [sink],
    });
    this.bucketId = bucket.bucketId;
  }
}
