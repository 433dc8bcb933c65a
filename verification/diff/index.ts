/** What changed between two inputs, in words of connectivity: what a reviewer of a change asks, in one call. */
import { assumptionsOf } from "../../config/assumptions";
import { type Assumption } from "../../config/assumption";
import type { Deployment } from "../../config/deployment";
import { separate } from "../promises/deployed";
import { policyOfDeployment } from "../promises/deployment-policy/index";
import { exceptionOf } from "../exceptions";
import { InlineExceptions } from "../inline-exceptions";
import { invariants } from "../invariants";
import type { Finding, Resource, System } from "../model";
import { loadPlanned, type Plans } from "../promises/planned";
import type { Exception } from "../policy";
import { DEPLOYMENT } from "../readers/cdktf-output";
import type { Given } from "../readers/hcl/index";
import { buildSystem } from "../system";
import { verify } from "../verify";
import { compareExceptions } from "./exceptions";
import { compareFields, filledIn, unusedAllowances } from "./fields";
import { compareFindings } from "./findings";
import type { DeploymentDiff, Diff, DiffProblem, DiffVerdict } from "./model";
import { comparePackets } from "./packets";
import { comparePermissions } from "./permissions";
import { isDestroying, readPlanActions, type PlanActions } from "./plan-actions";
import { readable } from "./readable";
import { compareResources } from "./resources";
import { canonical } from "../canonical";

export type * from "./model";

export interface DiffOptions {
  /** The day to judge exceptions by, YYYY-MM-DD; default: today (UTC). */
  readonly today?: string | undefined;
  /** What is known already to keep the comparison from being whole. */
  readonly problems?: readonly DiffProblem[] | undefined;
  /** Plans of HEAD's stacks, which are compared in their places. */
  readonly plans?: Plans | undefined;
  /** Values that root modules of each side are given. Default: none. */
  readonly given?: { readonly base: Given; readonly head: Given } | undefined;
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
  const { today = new Date().toISOString().slice(0, 10) } = options;
  const was = await read(base, undefined, options.given?.base);
  const { paths, plans, problems } = await planned(base, head, was, options.plans);
  const is = await read(paths, plans, options.given?.head);
  const names = new Set([...was.units.keys(), ...is.units.keys()]);
  const deployments = [...names].sort().map((name) => {
    const planned = notIn(is.units.get(name)?.planned ?? [], was.units.get(name)?.planned ?? []);
    const shown = name === FOREIGN ? (head[0] === undefined ? base : head).join(", ") : name;
    return compare(shown, was.units.get(name), is.units.get(name), planned, today);
  });
  const inCommon = [...names].some((name) => was.units.has(name) && is.units.has(name));
  const isApart = !inCommon && was.units.size > 0 && is.units.size > 0;
  return {
    verdict: worst(deployments.map(({ verdict }) => verdict)),
    deployments,
    problems: [
      ...(options.problems ?? []),
      ...problems,
      ...(isApart ? [{ side: "both", message: "no deployment is in both: all of HEAD counts as new" } as const] : []),
    ],
  };
}

/** As {@link diffPaths}, of resources that were read already. */
export async function diffResources(
  base: readonly Resource[],
  head: readonly Resource[],
  today = new Date().toISOString().slice(0, 10),
): Promise<readonly DeploymentDiff[]> {
  const [was, is] = [await sideOf(base), await sideOf(head)];
  const names = new Set([...was.units.keys(), ...is.units.keys()]);
  return [...names].sort().map((name) => compare(name, was.units.get(name), is.units.get(name), [], today));
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
  /** What plans of it will do. */
  readonly planned: PlanActions;
  readonly deployment?: Deployment;
}

interface Side {
  readonly units: ReadonlyMap<string, Unit>;
  /** Stacks with a deployment, each with the addresses of its resources. */
  readonly stacks: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Stands for the name of all that is of no deployment; no deployment has it. */
const FOREIGN = "";

async function read(paths: readonly string[], plans: Plans = {}, given?: Given): Promise<Side> {
  if (paths.length === 0) return { units: new Map(), stacks: new Map() };
  return sideOf(await loadPlanned(paths, plans, given), paths, plans);
}

async function sideOf(resources: readonly Resource[], paths: readonly string[] = [], plans: Plans = {}): Promise<Side> {
  const carriers = resources.filter(({ type }) => type === DEPLOYMENT).map(({ unit }) => unit);
  const stacks = new Map(carriers.map((unit) => [unit, new Set(addressesOf(resources, unit))]));
  const { deployed, rest } = separate(resources);
  const units = new Map<string, Unit>();
  const taken = new Set<string>();
  for (const one of deployed) {
    const own = new Set(one.resources.map(({ unit }) => unit));
    for (const unit of own) taken.add(unit);
    const { exceptions, inbound } = policyOfDeployment(one.deployment);
    const files = Object.entries(plans).flatMap(([stack, file]) => (own.has(stack) ? [file] : []));
    units.set(one.deployment.name, {
      planned: await readPlanActions(files),
      read: resources.filter(({ unit }) => own.has(unit)),
      resources: one.resources,
      exceptions: [...exceptions, ...inbound.map(exceptionOf), ...commented(one.resources)],
      deployment: one.deployment,
    });
  }
  if (rest.length > 0) {
    const others = resources.filter(({ unit }) => !taken.has(unit));
    units.set(FOREIGN, {
      read: others,
      resources: rest,
      exceptions: commented(rest),
      planned: await readPlanActions(paths),
    });
  }
  return { units, stacks };
}

const commented = (resources: readonly Resource[]): readonly Exception[] =>
  new InlineExceptions(
    resources,
    invariants.map(({ id }) => id),
  ).all;

const addressesOf = (resources: readonly Resource[], stack: string): string[] =>
  resources.filter(({ unit, mode }) => unit === stack && mode === "managed").map(({ address }) => address);

/** What is read of HEAD. Where it is plans of BASE's stacks and nothing else, they are read in the places of these. */
async function planned(
  base: readonly string[],
  head: readonly string[],
  { stacks }: Side,
  plans: Plans | undefined,
): Promise<{ paths: readonly string[]; plans?: Plans | undefined; problems: readonly DiffProblem[] }> {
  const asIs = { paths: head, plans, problems: [] };
  if (plans || stacks.size === 0 || head.length === 0) return asIs;
  const found: Record<string, string> = {};
  for (const file of head) {
    const known = (await readPlanActions([file])).map(({ address }) => address);
    const shared = [...stacks].map(([stack, own]) => ({ stack, count: known.filter((one) => own.has(one)).length }));
    const most = Math.max(...shared.map(({ count }) => count));
    const [only, ...others] = shared.filter(({ count }) => count === most).map(({ stack }) => stack);
    // A folder of a synth has plans in it as little as a stack has resources of another's.
    if (only === undefined || most * 2 < known.length || most === 0) return asIs;
    if (others.length > 0) {
      const message = `${file} may be the plan of ${[only, ...others].join(" or ")}: compare BASE with itself, and --plan STACK=${file}`;
      return { ...asIs, problems: [{ side: "head", message }] };
    }
    found[only] = file;
  }
  return { paths: base, plans: found, problems: [] };
}

/** What HEAD's plan will do. Beside a plan of BASE only what it destroys counts, and BASE's would not have destroyed. */
function notIn(planned: PlanActions, others: PlanActions): PlanActions {
  if (others.length === 0) return planned;
  const known = new Set(others.map(({ address, change }) => `${change ?? ""}\n${address}`));
  return planned.filter(({ address, change }) => isDestroying(change) && !known.has(`${change}\n${address}`));
}

// ---------------------------------------------------------------- one deployment

const NOTHING: Unit = { read: [], resources: [], exceptions: [], planned: [] };

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
    findings: compareFindings(was, is, crossings),
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
    ...assumptionNotes(base.deployment, head.deployment),
  ];
}

/** What is newly taken for granted of what others run, and what no longer is. */
function assumptionNotes(before: Deployment, after: Deployment): string[] {
  const [was, is] = [assumptionsOf(before), assumptionsOf(after)];
  const notIn = (others: readonly Assumption[]) => {
    const known = new Set(others.map(({ id }) => id));
    return ({ id }: Assumption) => !known.has(id);
  };
  return [
    ...is
      .filter(notIn(was))
      .map(({ assumed, check }) => `newly assumed, and not proved here: ${assumed} To look: ${check}`),
    ...was.filter(notIn(is)).map(({ assumed }) => `no longer assumed: ${assumed}`),
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
