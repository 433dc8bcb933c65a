/** Which service accounts of a deployment are which IAM role, for `no-static-credentials`. */
import { ADDON_ACCOUNTS, BASE_ADDONS } from "../../../config/aws/addons";
import { autoscalerRole, fluentBitRole, platformRole, roleArn, roleName } from "../../../config/aws/names";
import { taskRoles, type TaskRole } from "../../../config/aws/task-roles";
import type { AwsDeployment } from "../../../config/deployment";
import {
  AUTOSCALER_NAMESPACE,
  AUTOSCALER_SERVICE_ACCOUNT,
  FLUENT_BIT_SERVICE_ACCOUNT,
  FLUENT_BIT_NAMESPACE,
  PLATFORM_NAMESPACE,
  PLATFORM_SERVICE_ACCOUNT,
  serviceAccountUser,
} from "../../../config/names";
import { autoscalerCalls, fluentBitCalls, platformCalls, taskCalls, type Calls } from "./calls";
import { problemAt, type Problem } from "../../problem";
import { inputOf } from "../lookup";
import { objectsOf } from "../kubernetes/objects";
import type { Resource, System } from "../../model";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { at, isOpaque, text, whyOpaque } from "../../values";

interface Identity {
  readonly roles: (deployment: AwsDeployment) => readonly TaskRole[];
  readonly calls: (deployment: AwsDeployment) => readonly Calls[];
}

const only = (role: (deployment: AwsDeployment) => string, namespace: string, name: string): Identity["roles"] => {
  return (deployment) => [{ role: role(deployment), accounts: [{ namespace, name }] }];
};

/** Which service accounts are which role. */
const IDENTITIES: readonly Identity[] = [
  { roles: only(platformRole, PLATFORM_NAMESPACE, PLATFORM_SERVICE_ACCOUNT), calls: platformCalls },
  { roles: taskRoles, calls: taskCalls },
  { roles: only(fluentBitRole, FLUENT_BIT_NAMESPACE, FLUENT_BIT_SERVICE_ACCOUNT), calls: fluentBitCalls },
  { roles: only(autoscalerRole, AUTOSCALER_NAMESPACE, AUTOSCALER_SERVICE_ACCOUNT), calls: autoscalerCalls },
];

/** Who may be a role that is none of those below: service accounts of EKS's add-ons. */
export const addonSubjects = ({ cluster }: AwsDeployment): string[] =>
  Object.entries(ADDON_ACCOUNTS)
    .filter(([addon]) => [...BASE_ADDONS, ...cluster.addons].some((present) => present === addon))
    .map(([, account]) => serviceAccountUser("kube-system", account));

/** The roles of a deployment that service accounts may be, and what they call. */
export const ownRoles = (deployment: AwsDeployment) =>
  IDENTITIES.flatMap(({ roles, calls }) =>
    roles(deployment).map(({ role, accounts }) => ({
      name: roleName(deployment, role),
      arn: roleArn(deployment, role),
      subjects: accounts.map(({ namespace, name }) => serviceAccountUser(namespace, name)),
      calls: calls(deployment),
    })),
  );

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
    const own = IDENTITIES.flatMap(({ roles }) => roles(deployment)).find(({ accounts }) =>
      accounts.some((one) => one.namespace === namespace && one.name === name),
    );
    const expected = own && roleArn(deployment, own.role);
    const path = ["metadata", "annotations", ROLE_ANNOTATION];
    const role = text(inputOf(system).follow(at(account.values, ...path), account));
    if (isOpaque(role)) yield problemAt(account, path, "unknown", `its role can't be told: ${whyOpaque(role)}`);
    else if (expected !== undefined && isAbsent(role))
      yield problemAt(account, path, "violated", "has no role of its own");
    else if (!isAbsent(role) && role !== expected)
      yield problemAt(account, path, "violated", `has the role ${role}, which is not its own`);
  }
}
