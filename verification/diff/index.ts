/** What changed between two inputs, in words of connectivity: what a reviewer of a change asks, in one call. */
import type { Deployment } from "../../config/deployment";
import { separate } from "../deployed";
import { policyOfDeployment } from "../deployment-policy/index";
import { exceptionOf } from "../exceptions";
import { loadResources } from "../load";
import type { Finding, Resource, System } from "../model";
import type { Exception } from "../policy";
import { DEPLOYMENT } from "../readers/cdktf-output";
import { buildSystem } from "../system";
import { verify } from "../verify";
import { compareExceptions } from "./exceptions";
import { compareFields, filledIn, unusedAllowances } from "./fields";
import { compareFindings } from "./findings";
import type { DeploymentDiff, Diff, DiffProblem, DiffVerdict } from "./model";
import { comparePackets } from "./packets";
import { comparePermissions } from "./permissions";
import { readPlanActions, type PlanActions } from "./plan-actions";
import { readable } from "./readable";
import { compareResources } from "./resources";
import { canonical } from "./spelled";

export type * from "./model";

export interface DiffOptions {
  /** The day to judge exceptions by, YYYY-MM-DD; default: today (UTC). */
  readonly today?: string | undefined;
  /** What is known already to keep the comparison from being whole. */
  readonly problems?: readonly DiffProblem[] | undefined;
}

/**
 * Compares what stands at the paths `base` with what stands at `head`, deployment by deployment, and everything that is
 * of no deployment as one system. No path on one side stands for nothing: all of the other side is new, or gone.
 *
 * @throws InputError if a path can't be used
 */
export async function diffPaths(
  base: readonly string[],
  head: readonly string[],
  options: DiffOptions = {},
): Promise<Diff> {
  const [was, is] = [await read(base), await read(head)];
  const { today = new Date().toISOString().slice(0, 10), problems = [] } = options;
  const names = new Set([...was.units.keys(), ...is.units.keys()]);
  const deployments = [...names].sort().map((name) => {
    const planned = name === FOREIGN ? notIn(is.planned, was.planned) : [];
    const shown = name === FOREIGN ? (head[0] === undefined ? base : head).join(", ") : name;
    return compare(shown, was.units.get(name), is.units.get(name), planned, today);
  });
  const inCommon = [...names].some((name) => was.units.has(name) && is.units.has(name));
  const isApart = !inCommon && was.units.size > 0 && is.units.size > 0;
  return {
    verdict: worst(deployments.map(({ verdict }) => verdict)),
    deployments,
    problems: [
      ...problems,
      ...(isApart ? [{ side: "both", message: "no deployment is in both: all of HEAD counts as new" } as const] : []),
    ],
  };
}

/** Whether HEAD violates an invariant that BASE did not, or can't be told not to. */
export const hasNewViolation = ({ deployments }: Diff): boolean =>
  deployments.some(({ findings }) => findings.some(({ change }) => change === "new"));

// ---------------------------------------------------------------- both sides

/** What is compared as one: a deployment's stacks, or everything that is of none. */
interface Unit {
  /** As they were read, each stack with the deployment that it carries. */
  readonly read: readonly Resource[];
  readonly resources: readonly Resource[];
  readonly exceptions: readonly Exception[];
  readonly deployment?: Deployment;
}

interface Side {
  readonly units: ReadonlyMap<string, Unit>;
  readonly planned: PlanActions;
}

/** Stands for the name of all that is of no deployment; no deployment has it. */
const FOREIGN = "";

async function read(paths: readonly string[]): Promise<Side> {
  if (paths.length === 0) return { units: new Map(), planned: [] };
  const resources = await loadResources(paths);
  const { deployed, rest } = separate(resources);
  const units = new Map<string, Unit>();
  const taken = new Set<string>();
  for (const one of deployed) {
    const own = new Set(one.resources.map(({ unit }) => unit));
    for (const unit of own) taken.add(unit);
    const { exceptions, inbound } = policyOfDeployment(one.deployment);
    units.set(one.deployment.name, {
      read: resources.filter(({ unit }) => own.has(unit)),
      resources: one.resources,
      exceptions: [...exceptions, ...inbound.map(exceptionOf)],
      deployment: one.deployment,
    });
  }
  if (rest.length > 0) {
    const others = resources.filter(({ unit }) => !taken.has(unit));
    units.set(FOREIGN, { read: others, resources: rest, exceptions: [] });
  }
  return { units, planned: await readPlanActions(paths) };
}

/** What HEAD's plan will do and BASE's would not have done. */
function notIn(planned: PlanActions, others: PlanActions): PlanActions {
  const known = new Set(others.map(({ address, change }) => `${change}\n${address}`));
  return planned.filter(({ address, change }) => !known.has(`${change}\n${address}`));
}

// ---------------------------------------------------------------- one deployment

const NOTHING: Unit = { read: [], resources: [], exceptions: [] };

function compare(
  name: string,
  before: Unit | undefined,
  after: Unit | undefined,
  planned: PlanActions,
  today: string,
): DeploymentDiff {
  const [base, head] = [before ?? NOTHING, after ?? NOTHING];
  const exceptions = compareExceptions(base.exceptions, head.exceptions, today);
  const unchanged = { changes: [], packets: [], permissions: [], findings: [], resources: [] };
  const changes = isSame(base, head) && planned.length === 0 ? unchanged : compareUnits(base, head, planned, today);
  const isWider =
    changes.packets.some(({ change }) => change === "opened") ||
    changes.permissions.some(({ change }) => change === "widened") ||
    changes.findings.some(({ change }) => change === "new") ||
    exceptions.some(({ change }) => change === "added");
  const isChanged =
    Object.values(changes).some((list) => list.length > 0) || exceptions.some(({ change }) => change === "removed");
  const isRefused = changes.changes.some(({ refused }) => refused);
  const isOther = isChanged || !before || !after;
  const verdict = isRefused ? "refused" : isWider ? "widened" : isOther ? "changed" : "same";
  const state = !before ? "added" : !after ? "removed" : verdict === "same" ? "same" : "changed";
  return { name, state, verdict, ...changes, notes: notesOn(base, head, changes, today), exceptions };
}

function compareUnits(base: Unit, head: Unit, planned: PlanActions, today: string) {
  const [was, is] = [judged(base, today), judged(head, today)];
  const systems = { base: was.system, head: is.system };
  const resources = compareResources(was.system, is.system, planned);
  const isStanding = base.deployment !== undefined && head.deployment !== undefined;
  const crossings = comparePackets(was.system, is.system, (base.deployment ?? head.deployment) !== undefined);
  return {
    changes: isStanding ? compareFields(base.deployment, head.deployment, resources, today) : [],
    packets: readable(crossings, systems),
    permissions: comparePermissions(was.system, is.system),
    findings: compareFindings(was.findings, is.findings, crossings),
    resources,
  };
}

/** What a reader of the changed fields has to know beside them. */
function notesOn(
  base: Unit,
  head: Unit,
  { changes, resources }: Pick<DeploymentDiff, "changes" | "resources">,
  today: string,
): string[] {
  if (!base.deployment || !head.deployment) return [];
  const carried = ({ read }: Unit) => read.find(({ type }) => type === DEPLOYMENT)?.values["deployment"];
  const isChanged = (field: string) =>
    changes.some(
      (one) => one.field === field || one.field.startsWith(`${field}.`) || field.startsWith(`${one.field}.`),
    );
  const filled = filledIn(carried(base), carried(head)).filter((field) => !isChanged(field));
  const isByPackage = changes.length === 0 && resources.length > 0;
  return [
    ...(filled.length > 0
      ? [`options that the package of BASE did not know, with their defaults: ${filled.join(", ")}`]
      : []),
    ...(isByPackage ? ["no field changes: this package makes other resources of the same deployment"] : []),
    ...unusedAllowances(head.deployment, changes, today),
  ];
}

function judged({ read, resources }: Unit, today: string): { findings: readonly Finding[]; system: System } {
  if (resources.length === 0) return { findings: [], system: { resources, endpoints: [], unjudged: [], rules: 0 } };
  return { findings: verify(read, { today }).findings, system: buildSystem(resources) };
}

/** Whether both were read to be the same, wherever each is written: most deployments of most changes are. */
function isSame(base: Unit, head: Unit): boolean {
  if (base.read.length !== head.read.length) return false;
  return base.read.every((resource, i) => textOf(resource) === textOf(head.read[i] as Resource));
}

const textOf = ({ address, type, mode, values }: Resource) => `${address}\n${type}\n${mode}\n${canonical(values)}`;

function worst(verdicts: readonly DiffVerdict[]): DiffVerdict {
  if (verdicts.includes("refused")) return "refused";
  if (verdicts.includes("widened")) return "widened";
  return verdicts.includes("changed") ? "changed" : "same";
}
