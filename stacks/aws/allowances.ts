import { bucketAllowances, serviceAllowances } from "../../config/aws/allowances";
import type { AwsDeployment } from "../../config/deployment";
import type { Statement } from "../../constructs/aws/iam-policy";
import { furtherBucket } from "../../constructs/aws/identity";
import { bucketArn } from "../../config/aws/names";

/** What allowances give the task role: other buckets, and actions of other services. */
export function taskStatementsOf(deployment: AwsDeployment): Statement[] {
  const names = deployment.allowances.map(({ name }) => name);
  // Letters and digits only, and the number keeps `a-b` and `ab` apart.
  const sid = (name: string) => `Allowance${names.indexOf(name)}${name.replaceAll("-", "")}`;
  return [
    ...bucketAllowances(deployment).flatMap(({ name, bucket, access, keyArn }) =>
      furtherBucket({ sid: sid(name), arn: bucketArn(bucket), access, keyArn, region: deployment.cloudRegion }),
    ),
    ...serviceAllowances(deployment)
      .filter(({ actions }) => actions.length > 0)
      .map(({ name, actions, resources }) => ({
        Sid: sid(name),
        Effect: "Allow" as const,
        Action: actions,
        Resource: resources,
      })),
  ];
}
