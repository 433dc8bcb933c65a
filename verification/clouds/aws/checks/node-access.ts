/** Sessions on nodes by AWS Systems Manager. */
import { problemAt } from "../../../problem";
import { field } from "../../../values";
import { isReference } from "../../../model";
import type { Check } from "../../cloud";
import { inputOf } from "../../lookup";
import { allows, permissionsOf } from "../permissions";

export const check: Check = function* ({ system, deployment }) {
  if (!deployment) return;
  const input = inputOf(system);
  for (const pool of input.managed("aws_eks_node_group")) {
    const arn = field(pool, "node_role_arn");
    const target = input.find(isReference(arn) ? { ...arn, attribute: "" } : arn, pool, "role");
    if (target.kind !== "resource" || target.resource.type !== "aws_iam_role") continue;
    const answer = allows(permissionsOf(target.resource, input), "ssmmessages:OpenDataChannel", "*");
    if (answer === false) continue;
    const what = "AWS Systems Manager may open sessions as root of its nodes, by their role";
    const problem =
      answer === true
        ? problemAt(pool, ["node_role_arn"], "violated", what)
        : problemAt(pool, ["node_role_arn"], "unknown", `whether ${what} can't be told: a policy is not known`);
    yield { ...problem, remedy: "Take the right to open channels from the role, or say 'cluster.sessionManager'." };
  }
};
