/** Judges resources by every invariant: what a reviewer asks of the package, in one call. */
import { assumptionsOf } from "../config/assumptions";
import { type Assumption } from "../config/assumption";
import type { Compared } from "./baseline";
import { policyOfDeployment } from "./promises/deployment-policy/index";
import { separate, type BrokenDeployment, type Deployed, type Output } from "./promises/deployed";
import {
  applyExceptions,
  exceptionOf,
  expiry,
  isExpired,
  misnomer,
  outcomeOf,
  uncovered,
  type Covered,
  type ReportedException,
} from "./exceptions";
import { findingsInDoubt } from "./existence";
import { InlineExceptions } from "./inline-exceptions";
import { InputError, NothingToJudge } from "./input-error";
import { invariants } from "./invariants";
import type { Invariant } from "./invariants/invariant";
import type { Judged } from "./judged";
import { loadResources, type LoadOptions } from "./load";
import { beginningOf, type Finding, type Location, type Resource, type System } from "./model";
import type { NotRead } from "./not-read";
import { ownInvariants } from "./own-invariants";
import { defaultPolicy, type Allowance, type Policy } from "./policy";
import { AddressSet } from "../packets/address-set";
import { MissingInput } from "./missing";
import { remedyOfUnknown } from "./remedies";
import { buildSystem } from "./system";
import { systemsOf, type SeparateSystem } from "./systems";
import { withWarnings } from "./warnings";

/** What to judge by. */
export interface VerifyOptions {
  /** Default: nothing may come in from outside the private addresses, and what leaves is not judged. */
  readonly policy?: Policy | undefined;
  /** A module of invariants of the user's own, which are asked beside this package's. Default: none. */
  readonly invariants?: string | undefined;
  /** Ids of the invariants to judge by; default: all. */
  readonly only?: readonly string[] | undefined;
  /** The day to judge exceptions by, YYYY-MM-DD; default: today (UTC). */
  readonly today?: string | undefined;
}

/** What the verification says of an input. It passes where no invariant is violated and none is unknown. */
export interface Report {
  /** `pass` only where `findings` is empty. */
  readonly verdict: "pass" | "fail";
  /** Violated and unknown, but for what an exception in force or the baseline takes out. */
  readonly findings: readonly Finding[];
  /** Every declared exception, in force or not. */
  readonly exceptions: readonly ReportedException[];
  /** Every destination that a deployment adds to the document's own; left out where there is none. */
  readonly allowances?: readonly Allowance[];
  /** What each deployment takes for granted of what others run; left out where there is none. */
  readonly assumptions?: readonly ReportedAssumption[];
  /** Rules and endpoints of the input; what only stands in for what it does not hold is not counted. */
  readonly judged: {
    /** Number of rules that were read, those that deny among them. */
    readonly rules: number;
    /** Number of endpoints that the input makes. */
    readonly endpoints: number;
  };
  /** Set where it was asked who can reach whom, and nothing in the input has an address or a rule. */
  readonly empty?: true;
  /** What a reader should know beside the verdict; left out where there is nothing. */
  readonly warnings?: readonly string[];
  /** Invariants of the user's own that were known; left out where there is none. */
  readonly invariants?: readonly Pick<Invariant, "id" | "title" | "paragraph" | "remedy">[];
  /**
   * Where findings were compared with known ones: these, and what is gone. Then `findings` are the new ones alone. Left
   * out where they were not compared.
   */
  readonly baseline?: Compared;
  /** What lies in the input and was not read; left out where there is nothing. What may matter is a finding too. */
  readonly notRead?: readonly NotRead[];
}

/** An assumption, with the name of the deployment that makes it. */
export interface ReportedAssumption extends Assumption {
  /** The deployment's `name`. */
  readonly deployment: string;
}

/** Types of resources that some invariant speaks of. */
const JUDGED_TYPES = /^(aws|awscc|google|azurerm|azapi|kubernetes|kubectl|helm|terraform|dataplane)[_:]/;

/**
 * Judges everything at `paths` together: folders and files of any kind that is read. Document: "Verification".
 *
 * @throws InputError if a path can't be used, nothing in them is judged, or `only` names no invariant
 */
export async function verifyPaths(paths: readonly string[], options: VerifyOptions = {}): Promise<Report> {
  const resources = await loadJudged(paths);
  return withWarnings(verify(resources, options), resources, options.today);
}

/**
 * What is judged at `paths`: root modules with each file of values that lies beside them, unless some are given.
 *
 * @throws InputError if a path can't be used, or nothing in them is judged
 */
export async function loadJudged(paths: readonly string[], options: LoadOptions = {}): Promise<readonly Resource[]> {
  const resources = await loadResources(paths, { ...options, givesValues: true });
  if (!resources.some(({ type }) => JUDGED_TYPES.test(type))) {
    throw new NothingToJudge(paths.join(", "), "holds nothing that is judged (judged: AWS, Google, Azure, Kubernetes)");
  }
  return resources;
}

/**
 * Judges resources: the stacks of each deployment of this package as a system of its own, by the policy that its
 * deployment stands for, and all others as one system, or as several where a folder holds them, by `options.policy`. A
 * policy that is given is asked of each deployment's system too, beside its own. Document: "Verification".
 *
 * @throws InputError if `only` names no invariant
 */
export function verify(resources: readonly Resource[], options: VerifyOptions = {}): Report {
  return reportOf(judgeEach(resources, options));
}

/** What became of each system, as one report. */
export function reportOf({ judgements, broken, own, baseline }: Judgements): Report {
  const findings = [...broken, ...judgements.flatMap((judgement) => judgement.findings)];
  const sum = (count: (judgement: Judgement) => number) => judgements.reduce((total, one) => total + count(one), 0);
  const allowances = judgements.flatMap(({ policy }) => policy.allowances ?? []);
  const assumptions = judgements.flatMap(assumedBy);
  const judged = {
    rules: sum(({ system }) => system.rules),
    endpoints: sum(({ system }) => system.endpoints.filter(({ isStandIn }) => !isStandIn).length),
  };
  const asking = invariants.filter(({ asksPolicy }) => asksPolicy);
  const asked = judgements.some((judgement) => asking.some(({ id }) => judgement.asked.has(id)));
  return {
    verdict: findings.length === 0 ? "pass" : "fail",
    findings,
    exceptions: judgements.flatMap(({ exceptions }) => exceptions),
    ...(allowances.length > 0 && { allowances }),
    ...(assumptions.length > 0 && { assumptions }),
    judged,
    ...(own.length > 0 && {
      invariants: own.map(({ id, title, paragraph, remedy }) => ({ id, title, paragraph, remedy })),
    }),
    ...(baseline && { baseline }),
    ...(asked &&
      findings.length === 0 &&
      !baseline?.known.length &&
      judged.rules === 0 &&
      judged.endpoints === 0 && { empty: true }),
  };
}

/** Of what is no deployment of this package nothing is assumed: what is not in the input is unknown. */
const assumedBy = ({ deployment }: Judgement): ReportedAssumption[] =>
  deployment ? assumptionsOf(deployment).map((one) => ({ deployment: deployment.name, ...one })) : [];

/** One system, what is allowed in it, and what became of that. */
export interface Judgement extends Judged, Pick<Report, "findings" | "exceptions"> {
  /** Where its deployment is written, or its first resource. */
  readonly location: Location;
  /** The texts that its stacks print once they are deployed. */
  readonly outputs: readonly Output[];
  /** Ids of the invariants by which it was judged. */
  readonly asked: ReadonlySet<string>;
  /**
   * Ids of the invariants that do not hold, exceptions aside. A finding that is unknown to several for one reason is
   * listed once, and so under one of them only.
   */
  readonly unheld: ReadonlySet<string>;
  /** Those that a baseline knows; `findings` holds the others. */
  readonly known?: readonly Finding[];
}

/** What became of each system. */
export interface Judgements {
  readonly judgements: readonly Judgement[];
  /** Deployments that can't be taken at their word: no baseline knows them. */
  readonly broken: readonly Finding[];
  /** Invariants of the user's own. */
  readonly own: readonly Invariant[];
  readonly baseline?: Compared | undefined;
}

/** As {@link verify}, system by system; `broken` tells of deployments that can't be taken at their word. */
export function judgeEach(resources: readonly Resource[], options: VerifyOptions = {}): Judgements {
  const { policy, today = new Date().toISOString().slice(0, 10) } = options;
  const own = ownInvariants(
    options.invariants,
    policy,
    invariants.map(({ id }) => id),
  );
  const known = [...invariants, ...own];
  const asked: Asked = { known, chosen: chosenInvariants(options.only, known), today };
  const { deployed, broken, rest } = separate(resources);
  const judgements = deployed.map((one) => judgeDeployed(one, policy, asked));
  if (rest.length > 0 || broken.length > 0 || deployed.length === 0) {
    const separated = systemsOf(rest).map(({ of, resources }) => {
      const system = buildSystem(resources);
      return { of, system, policy: policy ?? defaultPolicy(system) };
    });
    const system = together(rest, separated);
    const judged = { system, policy: policy ?? defaultPolicy(system) };
    judgements.push(judge(judged, asked, beginningOf(rest), separated));
  }
  return { judgements, broken: broken.map(unreadable), own };
}

/** What is asked of each system. */
interface Asked {
  /** Every invariant that an exception may name. */
  readonly known: readonly Invariant[];
  /** Those to judge by. */
  readonly chosen: readonly Invariant[];
  readonly today: string;
}

function chosenInvariants(only: readonly string[] | undefined, known: readonly Invariant[]): readonly Invariant[] {
  const ids = known.map(({ id }) => id);
  const wrong = only?.find((id) => !ids.includes(id));
  if (wrong !== undefined) throw new InputError("--only", 0, `'${wrong}' is no invariant (allowed: ${ids.join(", ")})`);
  return only ? known.filter(({ id }) => only.includes(id)) : known;
}

// ---------------------------------------------------------------- one system

function judgeDeployed(
  { deployment, resources, location, outputs }: Deployed,
  given: Policy | undefined,
  asked: Asked,
): Judgement {
  const system = buildSystem(resources);
  const judged = { system, policy: policyOfDeployment(deployment), deployment };
  const own = { ...judge(judged, asked, location), outputs };
  if (!given) return own;
  const chosen = asked.chosen.filter(({ asksPolicy }) => asksPolicy);
  const policy = { ...given, exceptions: [...given.exceptions, ...deployment.exceptions] };
  const further = judge({ system, policy }, { ...asked, chosen }, location);
  return {
    ...own,
    findings: distinct([...own.findings, ...further.findings]),
    unheld: new Set([...own.unheld, ...further.unheld]),
  };
}

/** A system apart from others of the input, and what is allowed in it. */
type Separated = Pick<SeparateSystem, "of"> & Pick<Judged, "system" | "policy">;

/** Systems as one, for what is said of the input as a whole. */
function together(resources: readonly Resource[], separated: readonly Separated[]): System {
  const [first, ...others] = separated.map(({ system }) => system);
  if (first && others.length === 0) return first;
  return {
    ...(first ?? buildSystem([])),
    resources,
    own: AddressSet.unionOf(separated.flatMap(({ system }) => system.own ?? [])),
    endpoints: separated.flatMap(({ system }) => system.endpoints),
    unjudged: separated.flatMap(({ system }) => system.unjudged),
    rules: separated.reduce((sum, { system }) => sum + system.rules, 0),
  };
}

/**
 * What the chosen invariants say of a system, less what exceptions in force cover.
 *
 * @param separated the systems to judge one by one, where `judged` is of several
 */
function judge(
  judged: Judged,
  { known, chosen, today }: Asked,
  location: Location,
  separated: readonly Separated[] = [judged],
): Judgement {
  const { policy } = judged;
  const inForce = policy.inbound.filter((allowance) => !isExpired(allowance, today));
  const ended = policy.inbound.filter((allowance) => isExpired(allowance, today)).map(exceptionOf);
  const inline = new InlineExceptions(
    judged.system.resources,
    known.map(({ id }) => id),
  );
  const coveredInline: Covered = new Map();
  const findIn = (one: Separated, invariants: readonly Invariant[]) => {
    const missing = new MissingInput(one.system.resources);
    const found = findingsInDoubt(one.system.resources, (resources) => {
      const system = resources === one.system.resources ? one.system : buildSystem(resources);
      const asked = { ...judged, system, policy: { ...one.policy, inbound: inForce } };
      return invariants.flatMap((invariant) => findingsOf(invariant, asked, missing));
    });
    return uncovered(found, inline.in(one.system.resources), today, coveredInline);
  };
  const [across, apart] =
    separated.length > 1
      ? [chosen.filter(({ isAcross }) => isAcross), chosen.filter(({ isAcross }) => !isAcross)]
      : [[], chosen];
  const found = [
    ...withValues(separated.map((one) => ({ of: one.of, findings: findIn(one, apart) }))),
    ...(across.length > 0 ? findIn(judged, across) : []),
  ];
  const ids = chosen.map(({ id }) => id);
  const isKnown = ({ id }: { readonly id: string }) => known.some((one) => one.id === id);
  const isAsked = (one: { readonly id: string }) => ids.includes(one.id) || !isKnown(one);
  const misnamed = policy.exceptions.filter((exception) => !isKnown(exception));
  const applied = applyExceptions(found, policy.exceptions.filter(isAsked), today, location);
  const commented = outcomeOf(inline.all.filter(isAsked), coveredInline, today, ({ location }) => location);
  const findings = [
    ...applied.findings,
    ...commented.findings,
    ...ended.filter(isAsked).map((exception) => expiry(exception, location)),
    ...misnamed.map((exception) => misnomer(exception, location)),
  ];
  const noted = (state: ReportedException["state"]) => (exception: Omit<ReportedException, "state" | "findings">) => ({
    ...exception,
    state,
    findings: [],
  });
  return {
    ...judged,
    location,
    outputs: [],
    asked: new Set(chosen.flatMap(({ id, isAnswered }) => (isAnswered?.(judged) === false ? [] : [id]))),
    findings: distinct(findings),
    unheld: new Set(findings.map(({ invariant }) => invariant)),
    exceptions: [
      ...applied.exceptions,
      ...commented.exceptions.map((one) => ({ ...one, findings: distinct(one.findings) })),
      ...inForce.map(exceptionOf).map(noted("used")),
      ...ended.map(noted("expired")),
    ],
  };
}

function findingsOf(invariant: Invariant, judged: Judged, input: MissingInput): Finding[] {
  return [...invariant.check(judged)].map(({ remedy: own, ...problem }) => {
    if (problem.status === "violated") return { invariant: invariant.id, ...problem, remedy: own ?? invariant.remedy };
    const missing = problem.missing ?? input.of(problem);
    return { invariant: invariant.id, ...problem, ...(missing && { missing }), remedy: remedyOfUnknown(missing, own) };
  });
}

/** What is found with a file of values only, and not without, says so. */
function withValues(found: readonly (Pick<Separated, "of"> & { readonly findings: readonly Finding[] })[]): Finding[] {
  const known = new Set<string>();
  return found.flatMap(({ of, findings }) =>
    findings.flatMap((finding): Finding[] => {
      const key = [finding.resource, finding.location.file, finding.location.line, finding.message].join("\n");
      if (of?.values !== undefined && known.has(key)) return [];
      known.add(key);
      return of?.values === undefined
        ? [finding]
        : [{ ...finding, message: `${finding.message} (with the values of ${of.values})` }];
    }),
  );
}

/** What is unknown to several invariants for one reason is said once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ invariant, status, resource, location, message }) => {
    const about = status === "unknown" ? "" : invariant;
    const key = [about, resource, location.file, location.line, message].join("\n");
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function unreadable({ location, message, remedy }: BrokenDeployment): Finding {
  return { invariant: "required-paths", status: "unknown", resource: "deployment", location, message, remedy };
}
