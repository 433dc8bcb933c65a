import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { AwsDeployment } from "../../config/deployment";
import type { TerraformStack } from "../../framework";

/**
 * Gives a stack its AWS provider: credentials of any other account are refused, and every resource has the tags.
 * Document: none; it keeps a stack in its own account.
 */
export function addAwsProvider(stack: TerraformStack, deployment: AwsDeployment): void {
  const { name, account, cloudRegion, assumeRole, tags } = deployment;
  new AwsProvider(stack, "aws", {
    region: cloudRegion,
    allowedAccountIds: [account],
    ...(assumeRole && {
      assumeRole: [
        { roleArn: assumeRole.arn, ...(assumeRole.externalId !== undefined && { externalId: assumeRole.externalId }) },
      ],
    }),
    defaultTags: [{ tags: { "union:deployment": name, ...tags } }],
  });
}
