/** Which service accounts of a deployment are which IAM role, for `no-static-credentials`. */
import { autoscalerRole, fluentBitRole, platformRole, roleArn, roleName, taskRole } from "../../config/aws/names";
import type { AwsDeployment } from "../../config/deployment";
import {
  AUTOSCALER_NAMESPACE,
  AUTOSCALER_SERVICE_ACCOUNT,
  FLUENT_BIT_SERVICE_ACCOUNT,
  FLUENT_BIT_NAMESPACE,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  taskServiceAccounts,
} from "../../config/names";
import { autoscalerCalls, fluentBitCalls, platformCalls, taskCalls, type Calls } from "./aws-calls";
import { problemAt, type Problem } from "../invariants/invariant";
import { inputOf, objectsOf } from "../invariants/lookup";
import type { Resource, System } from "../model";
import { isAbsent, type TerraformInput } from "../semantics/terraform-input";
import { whyOpaque } from "../semantics/kubernetes-objects";
import { at, isOpaque, text } from "../values";

/** How a trust policy names a service account. */
export const subjectOf = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`;

interface Identity {
  readonly role: (deployment: AwsDeployment) => string;
  readonly accounts: (deployment: AwsDeployment) => readonly { readonly namespace: string; readonly name: string }[];
  readonly calls: (deployment: AwsDeployment) => readonly Calls[];
}

/** Which service accounts are which role. */
const IDENTITIES: readonly Identity[] = [
  {
    role: platformRole,
    accounts: () => [{ namespace: PLATFORM_NAMESPACE, name: PLATFORM_SERVICE_ACCOUNT }],
    calls: platformCalls,
  },
  { role: taskRole, accounts: taskServiceAccounts, calls: taskCalls },
  {
    role: fluentBitRole,
    accounts: () => [{ namespace: FLUENT_BIT_NAMESPACE, name: FLUENT_BIT_SERVICE_ACCOUNT }],
    calls: fluentBitCalls,
  },
  {
    role: autoscalerRole,
    accounts: () => [{ namespace: AUTOSCALER_NAMESPACE, name: AUTOSCALER_SERVICE_ACCOUNT }],
    calls: autoscalerCalls,
  },
];

/** The roles of a deployment that service accounts may be, and what they call. */
export const ownRoles = (deployment: AwsDeployment) =>
  IDENTITIES.map(({ role, accounts, calls }) => ({
    name: roleName(deployment, role(deployment)),
    arn: roleArn(deployment, role(deployment)),
    subjects: accounts(deployment).map(({ namespace, name }) => subjectOf(namespace, name)),
    calls: calls(deployment),
  }));

/** Roles that the account's own boundary does not bound. */
export function* judgeBoundary(
  role: Resource,
  input: TerraformInput,
  { permissionsBoundary }: AwsDeployment,
): Generator<Problem> {
  if (permissionsBoundary === undefined) return;
  const path = ["permissions_boundary"];
  const boundary = text(input.follow(role.values["permissions_boundary"], role));
  if (isOpaque(boundary))
    yield problemAt(role, path, "unknown", `its permissions boundary can't be told: ${whyOpaque(boundary)}`);
  else if (boundary !== permissionsBoundary)
    yield problemAt(
      role,
      path,
      "violated",
      `is not bounded by ${permissionsBoundary}, as the deployment says of every role`,
    );
}

const ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";

/** Service accounts without exactly the role that is theirs. */
export function* judgeAwsAccounts(system: System, deployment: AwsDeployment): Generator<Problem> {
  const objects = objectsOf(system);
  for (const account of objects.ofKind("ServiceAccount", "")) {
    const [namespace, name] = [objects.namespaceOf(account), objects.nameOf(account)];
    const identity = IDENTITIES.find(({ accounts }) =>
      accounts(deployment).some((own) => own.namespace === namespace && own.name === name),
    );
    const expected = identity && roleArn(deployment, identity.role(deployment));
    const path = ["metadata", "annotations", ROLE_ANNOTATION];
    const role = text(inputOf(system).follow(at(account.values, ...path), account));
    if (isOpaque(role)) yield problemAt(account, path, "unknown", `its role can't be told: ${whyOpaque(role)}`);
    else if (expected !== undefined && isAbsent(role))
      yield problemAt(account, path, "violated", "has no role of its own");
    else if (!isAbsent(role) && role !== expected)
      yield problemAt(account, path, "violated", `has the role ${role}, which is not its own`);
  }
}
