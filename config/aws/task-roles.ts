import type { AwsDeployment } from "../deployment";
import { taskServiceAccounts } from "../names";
import { taskRole } from "./names";

/** A role without the prefix of `roleName`, and the service accounts that may assume it. */
export interface TaskRole {
  readonly role: string;
  readonly accounts: ReturnType<typeof taskServiceAccounts>;
}

/** Role of the task pods of a namespace that has one of its own. */
const taskRoleOf = ({ name }: AwsDeployment, namespace: string) => `${name}-task-${namespace}`;

/** Roles of task namespaces' own, where `taskRoles` asks for them. */
export function namespaceTaskRoles(deployment: AwsDeployment): readonly (TaskRole & { readonly namespace: string })[] {
  if (deployment.taskRoles === "shared") return [];
  return deployment.taskNamespaces.map((namespace) => ({
    namespace,
    role: taskRoleOf(deployment, namespace),
    accounts: taskServiceAccounts(deployment).filter((account) => account.namespace === namespace),
  }));
}

/** Every role of task pods; the first is that of all who have none of their own. */
export function taskRoles(deployment: AwsDeployment): readonly [shared: TaskRole, ...own: TaskRole[]] {
  const own = namespaceTaskRoles(deployment);
  const namespaces = new Set(own.map(({ namespace }) => namespace));
  const shared = taskServiceAccounts(deployment).filter(({ namespace }) => !namespaces.has(namespace));
  return [{ role: taskRole(deployment), accounts: shared }, ...own];
}
