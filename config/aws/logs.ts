import type { AwsDeployment } from "../deployment";
import { LOG_FOLDER, type Section } from "../logs";
import { metadataBucket, taskLogGroup } from "./names";

/**
 * Ages at which a log's records are uploaded to its one object. S3 appends nothing: an upload replaces the one before,
 * which stays as a version of the object. So the first brings a log's end soon, the second all of its last hour later.
 */
export const UPLOAD_AGES = ["1m", "1h"] as const;

/**
 * Outputs of Fluent Bit: plugins that speak TLS and nothing else.
 *
 * @param folder where uploads wait, on the node
 */
export function logOutputs(deployment: AwsDeployment, folder: string): readonly Section[] {
  return deployment.logs === "object-store"
    ? UPLOAD_AGES.map((age) => objectStoreOutput(deployment, age, folder))
    : [cloudWatchOutput(deployment)];
}

export function objectStoreOutput(
  deployment: AwsDeployment,
  age: (typeof UPLOAD_AGES)[number],
  folder: string,
): Section {
  return {
    Name: "s3",
    region: deployment.cloudRegion,
    bucket: metadataBucket(deployment),
    s3_key_format: `/${LOG_FOLDER}/$TAG`,
    // Nothing behind the tag, by which Union's proxy finds the object.
    static_file_path: "true",
    json_date_key: "false",
    upload_timeout: age,
    store_dir: `${folder}/s3-${age}`,
    store_dir_limit_size: "500M",
  };
}

function cloudWatchOutput(deployment: AwsDeployment): Section {
  return {
    Name: "cloudwatch_logs",
    region: deployment.cloudRegion,
    log_group_name: taskLogGroup(deployment),
    // The stream's name is the prefix and the tag: kube.namespace-NAMESPACE.pod-POD.cont-CONTAINER
    log_stream_prefix: "kube.",
    // The group is made with its key and retention, and the role may not make another.
    auto_create_group: "off",
    retry_limit: "5",
  };
}
