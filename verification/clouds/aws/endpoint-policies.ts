/**
 * What the policies of VPC endpoints let through of a pull from ECR
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html): the node's own calls, and layers, which lie
 * in a bucket of AWS's and are fetched by URLs that AWS's account signed, not the node's.
 */
import { isUnknown, type Resource, type Unknown } from "../../model";
import { isEverybody, policyStatements, type Condition, type Statement } from "./policy-document";
import { allows } from "./permissions";
import { serviceOf } from "./prefix-list";
import type { PullObstacle } from "../registry";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { layerBucketArn } from "../../../config/aws/names";

const TOKEN = "ecr:GetAuthorizationToken";
const LAYERS = "aws:s3";

/** Calls by the service whose endpoint they pass. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  "aws:ecr.api": [TOKEN],
  "aws:ecr.dkr": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  [LAYERS]: ["s3:GetObject"],
};

export interface Pull {
  /** ARN of the repository. */
  readonly repository: string;
  readonly region: string;
  /** The nodes' account; undefined where it can't be told. */
  readonly account: string | undefined;
}

/** The policy of an endpoint that pulls pass. */
interface EndpointPolicy {
  readonly endpoint: Resource;
  /** Where it is written. */
  readonly from: Resource;
  readonly service: string;
  readonly calls: readonly string[];
  readonly statements: readonly Statement[] | Unknown;
}

/** What is in the way of pulls at the endpoints that they pass. */
export function endpointObstacles(input: TerraformInput): (pull: Pull) => readonly PullObstacle[] {
  const policies = [...policiesOf(input)];
  return (pull) => policies.flatMap((policy) => obstacle(policy, pull) ?? []);
}

function* policiesOf(input: TerraformInput): Generator<EndpointPolicy> {
  const further = input.managed("aws_vpc_endpoint_policy");
  for (const endpoint of input.managed("aws_vpc_endpoint")) {
    const service = serviceOf(input, endpoint.values["service_name"], endpoint) ?? "";
    if (!Object.hasOwn(CALLS, service)) continue;
    for (const from of [endpoint, ...further.filter((one) => isOf(one, endpoint, input))]) {
      const policy = from.values["policy"];
      // Without a policy an endpoint lets all through.
      if (isAbsent(policy)) continue;
      const statements = policyStatements(policy, from, input);
      yield { endpoint, from, service, calls: CALLS[service] ?? [], statements };
    }
  }
}

function isOf(policy: Resource, endpoint: Resource, input: TerraformInput): boolean {
  const target = input.find(policy.values["vpc_endpoint_id"], policy, "endpoint");
  return target.kind === "resource" && target.resource === endpoint;
}

function obstacle(
  { endpoint, from, service, calls, statements }: EndpointPolicy,
  pull: Pull,
): PullObstacle | undefined {
  const isLayers = service === LAYERS;
  const read = isUnknown(statements) ? [] : statements;
  const permissions = {
    statements: read.flatMap((one) => (isLayers ? ofAws(one) : ofNodes(one, pull.account))),
    maybeMore: isUnknown(statements),
    maybeLess: false,
  };
  const resource = isLayers ? `${layerBucketArn(pull.region)}/any` : pull.repository;
  const answers = calls.map((call) => allows(permissions, call, call === TOKEN ? "*" : resource));
  if (answers.every((answer) => answer === true)) return undefined;
  const certain = answers.includes(false);
  return {
    certain,
    why: certain
      ? `the policy of ${endpoint.address} does not let ${calls.join(", ")} through`
      : `whether the policy of ${endpoint.address} lets ${calls.join(", ")} through can't be told`,
    remedy: "Let the endpoint's policy admit the nodes' pulls, and layers from ECR's own bucket.",
    at: from,
  };
}

// ---------------------------------------------------------------- whose calls

const isAccount = ({ operator, key }: Condition) => operator === "stringequals" && key === "aws:principalaccount";

/** What a statement says of callers of an account; nothing where it is of others. */
function ofNodes(statement: Statement, account: string | undefined): Statement[] {
  if (account === undefined) return [forAll(statement, statement.conditions)];
  const [own, others] = [statement.conditions.filter(isAccount), statement.conditions.filter((one) => !isAccount(one))];
  return own.every(({ values }) => values.includes(account)) ? [forAll(statement, others)] : [];
}

/** What it says of AWS's own account, which is none that a customer names. */
const ofAws = (statement: Statement) =>
  statement.conditions.some(isAccount) ? [] : [forAll(statement, statement.conditions)];

/** Whether a named principal is the caller can't be told. */
function forAll(statement: Statement, conditions: readonly Condition[]): Statement {
  const isForAll = statement.principals.some(isEverybody) && !statement.except.principals;
  const named = { operator: "", key: "principal", values: [] };
  return { ...statement, conditions: isForAll ? conditions : [...conditions, named] };
}
