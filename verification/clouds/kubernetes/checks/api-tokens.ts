/** Accounts of pods, and the tokens that pods hold. */
import { platformWorkloads, type PlatformWorkload } from "../../../../config/accounts";
import { CHART_PODS } from "../../../../config/chart";
import type { Deployment } from "../../../../config/deployment";
import { PLATFORM_NAMESPACE, TASK_SERVICE_ACCOUNT, taskServiceAccounts } from "../../../../config/names";
import { problemAt, type Problem } from "../../../problem";
import { at, blocks, field } from "../../../values";
import { isUnknown, type Resource, type Value } from "../../../model";
import { holdsPlatform, isStandIn, standsForTasks } from "../../../promises/stand-ins";
import type { Check } from "../../cloud";
import { objectsOf, type KubernetesObjects } from "../objects";
import { bindingsOf, roleOf, rulesOf } from "../rbac";
import { podsOf, type Pods } from "../workloads";
import { taskTemplateOf } from "../task-pods";
import { flag, type Ternary } from "../../../ternary";

const MOUNT = "automountServiceAccountToken";

export const check: Check = function* ({ system, deployment }) {
  if (!deployment) return;
  const objects = objectsOf(system);
  for (const account of objects.ofKind("ServiceAccount", "")) {
    if (deployment.workloads === "stack" || !isOfChart(account, objects)) yield* judgeAccount(account, objects);
  }
  yield* judgeTasks(deployment, objects);
  const parts = platformWorkloads(deployment);
  // The account of tasks is the platform's; what stands in for the platform's own pods asks for nothing.
  const isTold = (pods: Resource) => standsForTasks(pods) && holdsPlatform(system.resources);
  for (const pods of podsOf(objects)) {
    if (isStandIn(pods.resource) && !isTold(pods.resource)) continue;
    const stranger = ownAccount(pods, parts);
    if (stranger) {
      yield stranger;
      continue;
    }
    // A task's pod begins with the template of its namespace.
    const template = standsForTasks(pods.resource)
      ? taskTemplateOf(pods.namespace ?? "", objects, system.resources)
      : undefined;
    yield* judgePods(pods, objects, at(template, MOUNT));
  }
};

function* judgeAccount(account: Resource, objects: KubernetesObjects): Generator<Problem> {
  const mounts = flag(account.values[MOUNT], true);
  if (mounts === false) return;
  const name = `${objects.namespaceOf(account) ?? "?"}/${objects.nameOf(account) ?? "?"}`;
  yield mounts === true
    ? problemAt(account, [MOUNT], "violated", `account ${name} gives its token to each pod that does not refuse it`)
    : problemAt(account, [MOUNT], "unknown", `whether account ${name} gives its token to pods can't be told`);
}

/** Accounts of the chart: no value of it has them keep their token. */
const CHART_ACCOUNTS: ReadonlySet<string | undefined> = new Set([
  ...Object.values(CHART_PODS).map(({ serviceAccount }) => serviceAccount),
  TASK_SERVICE_ACCOUNT,
]);

const isOfChart = (account: Resource, objects: KubernetesObjects): boolean =>
  objects.namespaceOf(account) === PLATFORM_NAMESPACE && CHART_ACCOUNTS.has(objects.nameOf(account));

// ---------------------------------------------------------------- whose accounts

/** The account of a namespace's pods that name none. */
const EVERYBODYS = "default";

/** What is wrong about the account that pods run as: another's, or a part's of the platform that they are not. */
function ownAccount(pods: Pods, parts: readonly PlatformWorkload[]): Problem | undefined {
  const { id, namespace, resource, specPath, serviceAccount } = pods;
  const problem = (status: Problem["status"], message: string): Problem => ({
    ...problemAt(resource, [...specPath, "serviceAccountName"], status, message),
    remedy: "Run each part of the platform as its own account, and nothing else.",
  });
  const itself = parts.find((part) => partId(part) === id);
  if (itself) {
    if (serviceAccount === itself.account) return undefined;
    return serviceAccount === undefined
      ? problem("unknown", `whether ${id} runs as its own account ${itself.account} can't be told`)
      : problem("violated", `${id} runs as account ${serviceAccount}, where its own is ${itself.account}`);
  }
  const owner = parts.find(
    (part) =>
      part.account !== EVERYBODYS &&
      (namespace ?? part.namespace) === part.namespace &&
      (serviceAccount ?? part.account) === part.account,
  );
  if (!owner) return undefined;
  const what = `${id} runs as an account of the platform, ${owner.namespace}/${owner.account}, and is no part of it`;
  return namespace === undefined || serviceAccount === undefined
    ? problem("unknown", `whether ${what} can't be told`)
    : problem("violated", what);
}

const partId = ({ kind, namespace, name }: PlatformWorkload) => `${kind.toLowerCase()}/${namespace}/${name}`;

/** Tasks run whatever code their authors write. */
function* judgeTasks(deployment: Deployment, objects: KubernetesObjects): Generator<Problem> {
  for (const account of taskServiceAccounts(deployment)) {
    const { certain, possible } = bindingsOf(account, objects);
    for (const binding of [...certain, ...possible]) {
      const rules = rulesOf(binding, objects);
      if (!isUnknown(rules) && rules.length === 0) continue;
      const what = `tasks may do what ${roleOf(binding)} allows, by their account ${account.namespace}/${account.name}`;
      const isCertain = !isUnknown(rules) && certain.includes(binding);
      yield {
        ...(isCertain
          ? problemAt(binding, ["subjects"], "violated", what)
          : problemAt(binding, ["subjects"], "unknown", `whether ${what} can't be told`)),
        remedy: "Bind no role to an account that tasks run as, nor to a group that it is in.",
      };
    }
  }
}

// ---------------------------------------------------------------- tokens

function* judgePods(pods: Pods, objects: KubernetesObjects, byTemplate: Value | undefined): Generator<Problem> {
  const { id, namespace, resource, specPath, serviceAccount: name } = pods;
  const spec = field(resource, ...specPath);
  const holds = holdsToken(spec, at(spec, MOUNT) ?? byTemplate, pods, objects);
  if (holds === false) return;
  const path = [...specPath, MOUNT];
  if (namespace === undefined || name === undefined) {
    yield problemAt(
      resource,
      path,
      "unknown",
      `what the token in ${id} allows can't be told: its account is not known`,
    );
    return;
  }
  const { certain, possible } = bindingsOf({ namespace, name }, objects);
  if (certain.length > 0) return;
  const what = `${id} holds a token of the Kubernetes API, where its account ${namespace}/${name} may do nothing`;
  yield holds === true && possible.length === 0
    ? problemAt(resource, path, "violated", what)
    : problemAt(resource, path, "unknown", `whether ${what} can't be told`);
}

/** By the pod's own word, or else its account's; or by a volume that asks for a token for the API itself. */
function holdsToken(
  spec: Value | undefined,
  own: Value | undefined,
  { namespace, serviceAccount }: Pods,
  objects: KubernetesObjects,
): Ternary {
  const projected = blocks(at(spec, "volumes")).flatMap((volume) => blocks(at(volume, "projected", "sources")));
  const tokens = projected.map((source) => at(source, "serviceAccountToken")).filter((token) => token !== undefined);
  if (tokens.some((token) => at(token, "audience") === undefined)) return true;
  const [account] = objects.named("ServiceAccount", "", serviceAccount, namespace);
  const byAccount = flag(account?.values[MOUNT], true);
  return own === undefined ? byAccount : flag(own, true);
}
