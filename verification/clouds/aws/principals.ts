/**
 * Whose credentials and whose resources the VPC endpoints of a deployment let through, for `no-foreign-principals`.
 *
 * AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html); AWS, "Data perimeters on AWS"
 * (https://aws.amazon.com/identity/data-perimeters-on-aws/); Amazon ECR User Guide, "Minimum Amazon S3 bucket permissions"
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html): layers are read from a bucket of AWS's own.
 */
import { givenEndpoints, makesS3Gateway } from "../../../config/aws/endpoints";
import { fastRegistrationBucket, metadataBucket, bucketArn, layerBucketArn } from "../../../config/aws/names";
import type { AwsDeployment } from "../../../config/deployment";
import { listed } from "../../crossings";
import { extentOf } from "../../extent";
import { problemAt, type Problem } from "../../problem";
import { attachmentsOf, inputOf } from "../lookup";
import { beginningOf, isUnknown, type Resource, type System } from "../../model";
import { allows, permissionsOf } from "./permissions";
import { policyStatements, type Condition, type Statement } from "./policy-document";
import { knownText } from "../../values";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { isGiven } from "../../promises/stand-ins";
import { ownRoles } from "./identity";

export function* judgeAwsPrincipals(system: System, deployment: AwsDeployment): Generator<Problem> {
  const input = inputOf(system);
  for (const endpoint of input.managed("aws_vpc_endpoint")) {
    // What a given network has already is said below.
    if (!isGiven(endpoint)) yield* judgeEndpoint(endpoint, input, deployment);
  }
  yield* judgeGiven(system, deployment);
  yield* judgeRoles(input, deployment);
}

function* judgeEndpoint(endpoint: Resource, input: TerraformInput, deployment: AwsDeployment): Generator<Problem> {
  const { found } = attachmentsOf(endpoint, input.managed("aws_vpc_endpoint_policy"), "vpc_endpoint_id", input);
  for (const from of found.length > 0 ? found : [endpoint]) {
    const path = ["policy"];
    if (isAbsent(from.values["policy"])) {
      yield problemAt(endpoint, path, "violated", "has no policy: credentials of any account pass it");
      continue;
    }
    const statements = policyStatements(from.values["policy"], from, input);
    if (isUnknown(statements)) {
      yield problemAt(from, path, "unknown", `whose credentials pass it can't be told: ${statements.reason}`);
      continue;
    }
    const open = statements.filter((one) => one.effect !== "Deny" && !isBound(one, deployment));
    if (open.length === 0) continue;
    const actions = [...new Set(open.flatMap(({ actions }) => actions))];
    const message = `its policy lets credentials of any account through for ${listed(actions)}, to anybody's resources`;
    yield problemAt(from, path, "violated", message, extentOf(JSON.stringify(open)));
  }
}

/** Whether a statement speaks of this account's principals or resources alone, or of layers of images. */
function isBound(
  { principals, actions, resources, except, conditions }: Statement,
  deployment: AwsDeployment,
): boolean {
  const { account, cloudRegion } = deployment;
  const byCondition = conditions.some((condition) => isOfAccount(condition, account));
  const byPrincipal =
    !except.principals &&
    principals.length > 0 &&
    principals.every(({ type, id }) => type === "AWS" && ofAccount(id, account));
  const own = [metadataBucket(deployment), fastRegistrationBucket(deployment)].map(bucketArn);
  const byResource =
    !except.resources &&
    resources.length > 0 &&
    resources.every(
      (arn) => ofAccount(arn, account) || own.some((bucket) => arn === bucket || arn.startsWith(`${bucket}/`)),
    );
  const layers = `${layerBucketArn(cloudRegion)}/*`;
  const readsLayers =
    !except.actions && !except.resources && isOnly(actions, "s3:GetObject") && isOnly(resources, layers);
  return byCondition || byPrincipal || byResource || readsLayers;
}

const isOnly = (texts: readonly string[], text: string) => texts.length > 0 && texts.every((one) => one === text);

/** Keys by which a condition says whose the caller or the resource is; `IfExists` lets those pass that do not say it. */
function isOfAccount({ operator, key, values }: Condition, account: string): boolean {
  if (values.length === 0) return false;
  if (key === "aws:principalaccount" || key === "aws:resourceaccount") {
    return operator === "stringequals" && values.every((value) => value === account);
  }
  const compares = /^(string(equals|like)|arn(equals|like))$/.test(operator);
  return key === "aws:principalarn" && compares && values.every((value) => ofAccount(value, account));
}

/** Whether an ARN, or an account's id, is of the account. */
const ofAccount = (arn: string, account: string) => arn === account || arn.split(":")[4] === account;

/** Policies of endpoints that a given network has are their owner's. */
function* judgeGiven({ resources }: System, deployment: AwsDeployment): Generator<Problem> {
  const location = beginningOf(resources);
  for (const resource of givenPlaces(deployment)) {
    const message = "whose credentials these endpoints let through is not in the input";
    yield { status: "unknown", resource, location, message };
  }
}

/** Fields of a deployment that name endpoints which are there already. */
export const givenPlaces = (deployment: AwsDeployment): string[] => [
  ...givenEndpoints(deployment).map((_, index) => `network.existing.endpoints.interface[${index}]`),
  ...(makesS3Gateway(deployment) ? [] : ["network.existing.endpoints.s3Gateway"]),
];

/** What another account has, for each way to carry data there with this account's credentials. */
const FOREIGN: readonly (readonly [action: string, arn: string])[] = [
  ["s3:PutObject", "arn:aws:s3:::a-bucket-of-others/any"],
  ["sts:AssumeRole", "arn:aws:iam::000000000000:role/any"],
  ["secretsmanager:PutSecretValue", "arn:aws:secretsmanager:us-east-1:000000000000:secret:any"],
  ["logs:PutLogEvents", "arn:aws:logs:us-east-1:000000000000:log-group:any:log-stream:any"],
  ["ecr:PutImage", "arn:aws:ecr:us-east-1:000000000000:repository/any"],
];

/** Endpoints let this account's principals through to anybody's resources: their own policies keep them from those. */
function* judgeRoles(input: TerraformInput, deployment: AwsDeployment): Generator<Problem> {
  const names = new Set(ownRoles(deployment).map(({ name }) => name));
  for (const role of input.managed("aws_iam_role")) {
    if (!names.has(knownText(input.follow(role.values["name"], role)) ?? "")) continue;
    const { statements } = permissionsOf(role, input);
    const known = { statements, maybeMore: false, maybeLess: false };
    const open = FOREIGN.filter(([action, arn]) => allows(known, action, arn) === true).map(([action]) => action);
    if (open.length === 0) continue;
    yield problemAt(
      role,
      [],
      "violated",
      `pods may call ${listed(open)} on resources of other accounts`,
      extentOf(...open),
    );
  }
}
