/** Rights, refusals and ways of AWS that paths take beside rules and routes, and what browsers may read of buckets. */
import { blocks, field } from "../../../values";
import type { Judged } from "../../../judged";
import type { Problem } from "../../../problem";
import { admits, clientOrigin, refusal } from "../../presigned";
import type { Check } from "../../cloud";
import { attachmentsOf, inputOf } from "../../lookup";
import { judgeAwsRefusals } from "../refusals";
import { judgeAwsWays } from "../ways";
import { judgeAwsRights } from "../rights";

export const check: Check = function* (judged) {
  const { system, deployment } = judged;
  if (deployment?.cloud === "aws") {
    yield* judgeAwsRights(system, deployment);
    yield* judgeAwsRefusals(inputOf(system), deployment);
    yield* judgeAwsWays(system, deployment);
  }
  yield* presignedDownloads(judged);
};

function* presignedDownloads(judged: Judged): Generator<Problem> {
  const origin = clientOrigin(judged);
  if (origin === undefined) return;
  const input = inputOf(judged.system);
  const configurations = input.managed("aws_s3_bucket_cors_configuration");
  for (const bucket of input.managed("aws_s3_bucket")) {
    const { found } = attachmentsOf(bucket, configurations, "bucket", input, "bucket");
    const rules = found.flatMap((configuration) => blocks(field(configuration, "cors_rule")));
    if (rules.some((rule) => admits(rule, origin))) continue;
    yield refusal(bucket, found[0] ?? bucket, origin);
  }
}
