/** The deployer's policies on AWS. */
import type { AwsDeployment } from "../../config/deployment";
import type { Stacks } from "../../preflight/stacks";
import { json, type Files } from "../files";
import { boundary, boundaryArn } from "./boundary";
import { deployerPolicies } from "./policies";

export function awsDeployer(deployment: AwsDeployment, stacks: Stacks): Files {
  const { name, permissionsBoundary } = deployment;
  const policies = deployerPolicies(deployment, stacks).map(
    (policy, at) => [`${name}-deployer-${at + 1}`, policy] as const,
  );
  const own = permissionsBoundary === undefined ? [[`${name}-boundary`, boundary(stacks)] as const] : [];
  const all = [...policies, ...own];
  return {
    files: Object.fromEntries(all.map(([title, policy]) => [`${title}.json`, json(policy)])),
    steps: [
      ...all.map(([title]) => `aws iam create-policy --policy-name ${title} --policy-document file://${title}.json`),
      ...policies.map(
        ([title]) =>
          `aws iam attach-role-policy --role-name DEPLOYER --policy-arn arn:aws:iam::${deployment.account}:policy/${title}`,
      ),
      ...(permissionsBoundary === undefined
        ? [
            `Roles are made with the boundary only: write 'permissionsBoundary: ${boundaryArn(deployment)}' into the deployment.`,
          ]
        : []),
    ],
  };
}
