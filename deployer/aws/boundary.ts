/**
 * A permissions boundary: what roles that the deployer makes may have at most. It holds what the stacks give them, so
 * that it takes nothing from them, and none of IAM, so that no role that is made can make or widen another.
 */
import type { AwsDeployment } from "../../config/deployment";
import type { Stacks } from "../../preflight/stacks";
import { isUnknown, type Value } from "../../verification/model";
import { field } from "../../verification/values";
import { policyOf, type Policy } from "./policy";

/** Its ARN: the one that the deployment names, or that of the file that is written. */
export const boundaryArn = ({ permissionsBoundary, account, name }: AwsDeployment): string =>
  permissionsBoundary ?? `arn:aws:iam::${account}:policy/${name}-boundary`;

/**
 * What AWS's own policies let, where a boundary must not stand in their way: whole services but IAM, since AWS adds to
 * its policies (https://docs.aws.amazon.com/eks/latest/userguide/security-iam-awsmanpol.html).
 */
const OF_MANAGED: Readonly<Record<string, readonly string[]>> = {
  AmazonEKSClusterPolicy: ["autoscaling:*", "ec2:*", "elasticloadbalancing:*", "kms:DescribeKey"],
  AmazonEKSWorkerNodePolicy: ["ec2:Describe*", "eks:DescribeCluster", "eks-auth:AssumeRoleForPodIdentity"],
  AmazonEKS_CNI_Policy: ["ec2:*"],
  AmazonEC2ContainerRegistryPullOnly: ["ecr:*"],
  AmazonSSMManagedInstanceCore: ["ssm:*", "ssmmessages:*", "ec2messages:*"],
  "service-role/AmazonEBSCSIDriverPolicy": ["ec2:*"],
};

const MANAGED = "arn:aws:iam::aws:policy/";

interface Granting {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

/** @throws RangeError for a policy of AWS's that is not listed here */
export function boundary(stacks: Stacks): Policy {
  const attached = stacks.ofType("aws_iam_role_policy_attachment").flatMap((one) => {
    const name = stacks.text(field(one, "policy_arn"))?.replace(MANAGED, "") ?? "";
    const actions = OF_MANAGED[name];
    if (actions === undefined) throw new RangeError(`${name} is no policy of AWS's that a boundary is known for`);
    return actions;
  });
  const inline = stacks.ofType("aws_iam_role_policy").flatMap((one) => actionsIn(field(one, "policy")));
  return policyOf([
    {
      Sid: "WhatTheStacksGive",
      Effect: "Allow",
      Action: [...new Set([...inline, ...attached])].sort(),
      Resource: ["*"],
    },
    { Sid: "NoIdentities", Effect: "Deny", Action: ["iam:*", "organizations:*", "account:*"], Resource: ["*"] },
  ]);
}

/** Actions of a policy, whichever its resources are. */
function actionsIn(policy: Value | undefined): readonly string[] {
  const text = typeof policy === "string" ? policy : isUnknown(policy) ? (policy.text ?? "") : "";
  const { Statement } = JSON.parse(text) as { readonly Statement: readonly Granting[] };
  return Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action);
}
