/** Policies of IAM for whoever deploys, and the boundary of the roles that are made. */
import type { AwsDeployment } from "../../config/deployment";
import type { Stacks } from "../../preflight/stacks";
import { rightsOf } from "../rights";
import { typesOf } from "../types";
import { boundaryArn } from "./boundary";
import { policyOf, type Policy, type Statement } from "./policy";
import { RIGHTS } from "./rights";
import { scopeOf } from "./scopes";
import { stateStatements } from "./state";

/** Most characters of a managed policy, white space left out: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MOST_CHARACTERS = 6144;

/** The actions that a deployment's stacks need. */
export function actionsOf(stacks: Stacks): readonly string[] {
  return [...new Set([...rightsOf(RIGHTS, typesOf(stacks)), "sts:GetCallerIdentity"])].sort();
}

/** Policies that together let a deployment be planned, applied and destroyed, each within the limit. */
export function deployerPolicies(deployment: AwsDeployment, stacks: Stacks): readonly Policy[] {
  const scoped = scopeOf(deployment, stacks, boundaryArn(deployment));
  const statements = new Map<string, Statement>();
  const granted = actionsOf(stacks).flatMap((action) => scoped(action).map((scope) => ({ action, ...scope })));
  for (const { action, sid, resources, condition } of granted) {
    const before = statements.get(sid)?.Action ?? [];
    statements.set(sid, {
      Sid: sid,
      Effect: "Allow",
      Action: [...before, action],
      Resource: resources,
      ...(condition && { Condition: condition }),
    });
  }
  return packed([...statements.values(), ...stateStatements(deployment)].filter(({ Resource }) => Resource.length > 0));
}

/** Statements in as few policies as they fit in, in their order. A statement too long for one is divided by its actions. */
function packed(statements: readonly Statement[]): readonly Policy[] {
  const policies: Statement[][] = [];
  for (const statement of statements.flatMap(divided)) {
    const last = policies.at(-1);
    if (last && sizeOf([...last, statement]) <= MOST_CHARACTERS) last.push(statement);
    else policies.push([statement]);
  }
  return policies.map(policyOf);
}

const sizeOf = (statements: readonly Statement[]) => JSON.stringify(policyOf(statements)).length;

function divided(statement: Statement): readonly Statement[] {
  if (sizeOf([statement]) <= MOST_CHARACTERS) return [statement];
  const middle = Math.ceil(statement.Action.length / 2);
  const [first, second] = [statement.Action.slice(0, middle), statement.Action.slice(middle)];
  return [
    ...divided({ ...statement, Action: first }),
    ...divided({ ...statement, Sid: `${statement.Sid}More`, Action: second }),
  ];
}
