/** Regions of what holds data on AWS: where a resource names one, and where copies of it go. */
import type { Deployment } from "../../../../config/deployment";
import type { Resource, Value } from "../../../model";
import { problemAt, type Problem } from "../../../problem";
import { blocks, bool, field, isOpaque, knownText, text, whyOpaque } from "../../../values";
import type { Check } from "../../cloud";
import { inputOf } from "../../lookup";
import { isAbsent, type TerraformInput } from "../../terraform-input";

/** What holds data, or opens it. */
const STORES = [
  ...["aws_s3_bucket", "aws_s3_bucket_server_side_encryption_configuration", "aws_ebs_volume", "aws_launch_template"],
  ...["aws_efs_file_system", "aws_db_instance", "aws_rds_cluster", "aws_dynamodb_table"],
  ...["aws_cloudwatch_log_group", "aws_flow_log", "aws_ecr_repository", "aws_ecr_repository_creation_template"],
  ...[
    "aws_secretsmanager_secret",
    "aws_ssm_parameter",
    "aws_kms_key",
    "aws_eks_cluster",
    "aws_sns_topic",
    "aws_sqs_queue",
  ],
];

/** Copies of what is kept, whose places are theirs to say. */
const COPIES: Readonly<Record<string, string>> = {
  aws_backup_plan: "where its copies go is not read",
  aws_dynamodb_table_replica: "is a copy in another region",
  aws_ecr_replication_configuration: "copies images to other registries",
  aws_kms_replica_external_key: "is a key's copy in another region",
  aws_kms_replica_key: "is a key's copy in another region",
  aws_s3_bucket_replication_configuration: "copies objects to another bucket",
  aws_s3control_multi_region_access_point: "joins buckets of several regions",
};

/** The region of an ARN: arn:PARTITION:SERVICE:REGION:ACCOUNT:... */
const ARN = /^arn:[\w-]+:[\w-]+:([a-z]{2}(?:-[a-z]+)+-\d):/;

export const check: Check = function* ({ system, deployment }) {
  if (deployment?.cloud !== "aws") return;
  const input = inputOf(system);
  const { cloudRegion } = deployment;
  for (const subnet of input.managed("aws_subnet")) yield* judgeZone(subnet, input, cloudRegion);
  for (const store of input.managed(...STORES)) yield* judgeStore(store, input, deployment);
  for (const key of input.managed("aws_kms_key")) {
    const isMulti = bool(input.follow(field(key, "multi_region"), key)) ?? false;
    if (isOpaque(isMulti)) yield cantTell(key, "multi_region", isMulti);
    else if (isMulti) yield problemAt(key, ["multi_region"], "violated", "may be copied to every region");
  }
  for (const [argument, type] of [
    ["replica", "aws_secretsmanager_secret"],
    ["replica", "aws_dynamodb_table"],
  ] as const) {
    for (const store of input.managed(type)) {
      const copies = store.values[argument];
      if (isOpaque(copies)) yield cantTell(store, argument, copies);
      else if (blocks(copies).length > 0) yield problemAt(store, [argument], "violated", "is copied to another region");
    }
  }
  for (const [type, what] of Object.entries(COPIES)) {
    for (const copy of input.managed(type)) yield problemAt(copy, [], "violated", what);
  }
};

/** All that names no region lies where its provider's zones are. */
function* judgeZone(subnet: Resource, input: TerraformInput, region: string): Generator<Problem> {
  const zone = text(input.follow(field(subnet, "availability_zone"), subnet));
  if (zone === undefined) return;
  if (isOpaque(zone)) yield cantTell(subnet, "availability_zone", zone);
  else if (!zone.startsWith(region)) {
    yield problemAt(subnet, ["availability_zone"], "violated", `is in ${zone}, and the data plane in ${region}`);
  }
}

function* judgeStore(store: Resource, input: TerraformInput, { cloudRegion }: Deployment): Generator<Problem> {
  if (!isAbsent(store.values["provider"])) {
    yield problemAt(store, ["provider"], "unknown", "has a provider of its own, whose region can't be told");
  }
  const region = text(input.follow(field(store, "region"), store));
  if (isOpaque(region)) yield cantTell(store, "region", region);
  else if (region !== undefined && region !== cloudRegion) {
    yield problemAt(store, ["region"], "violated", `is in ${region}, and the data plane in ${cloudRegion}`);
  }
  for (const { path, text: named } of keysOf(store.values, [])) {
    const [, other] = ARN.exec(named) ?? [];
    if (other !== undefined && other !== cloudRegion) {
      yield problemAt(store, path, "violated", `names a key of ${other}, and the data plane is in ${cloudRegion}`);
    }
  }
}

/** Arguments that name a key, wherever they stand. */
const KEY_ARGUMENT = /kms_(master_)?key|^key_arn$/;

function* keysOf(
  value: Value,
  path: readonly (string | number)[],
): Generator<{ readonly path: readonly (string | number)[]; readonly text: string }> {
  const known = knownText(value);
  if (known !== undefined && KEY_ARGUMENT.test(path.findLast((step) => typeof step === "string") ?? "")) {
    yield { path, text: known };
  }
  if (typeof value !== "object" || value === null || isOpaque(value)) return;
  const entries: [string | number, Value][] = Array.isArray(value)
    ? [...(value as readonly Value[]).entries()]
    : Object.entries(value as Readonly<Record<string, Value>>);
  for (const [step, part] of entries) yield* keysOf(part, [...path, step]);
}

const cantTell = (resource: Resource, argument: string, value: Parameters<typeof whyOpaque>[0]): Problem =>
  problemAt(resource, [argument], "unknown", `${argument} can't be told: ${whyOpaque(value)}`);
