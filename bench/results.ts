/** What the measurements say: ratios, growth, and the bounds that must hold. */
import type { Measurement } from "./measure";

/** Both ways of synthesizing the same deployments. */
export interface Comparison {
  readonly deployments: number;
  readonly ours: Measurement;
  readonly vanilla: Measurement;
}

/** Whether a requirement holds. */
export interface Verdict {
  readonly passed: boolean;
  readonly text: string;
}

/** Of the vanilla way's time for one deployment, the most that ours may take. */
export const MOST_OF_VANILLA_TIME = 0.25;
/** Our peak of memory for one deployment stays below, megabytes. */
export const MEMORY_LIMIT = 300;

/** The verification of one plan, beside the least that any can do: parse the plan and go through its rules once. */
export interface Verification {
  readonly rules: number;
  readonly verify: Measurement;
  readonly floor: Measurement;
}

/** Of the floor's time, the most that verification may take, at the largest plan. */
export const MOST_OF_FLOOR_TIME = 6;
/** Verification's peak of memory stays below, at the largest plan, megabytes. */
export const VERIFICATION_MEMORY_LIMIT = 450;
/** The highest power of the number of rules that time may grow by. */
export const HIGHEST_EXPONENT = 1.1;
/** One deployment is verified in less, beyond the start of Node itself, milliseconds. */
export const ONE_DEPLOYMENT_LIMIT = 300;

/** Of Node's own start, the most that an answer of the packed command line takes which needs no command. */
export const MOST_OF_NODE_START = 1.5;

/** Of the time and memory of deployments on AWS alone, the most that as many on three clouds may take. */
export const MOST_OF_ONE_CLOUD = 1.3;

/** All processes for many deployments have less memory together, megabytes. */
export const FLEET_MEMORY_LIMIT = 600;
/** Of the memory for few deployments, the most that three times as many may take. */
export const MOST_OF_FEW = 1.25;
/** Of the time for many deployments, the most that they may take again where nothing has changed: they are verified. */
export const MOST_OF_CHANGED = 0.85;

/** Of the memory for an account, the most that one of ten times as many records may take. */
export const MOST_OF_SMALL_ACCOUNT = 1.5;
/** Memory for an account stays below, however many records it has, megabytes. */
export const ACCOUNT_MEMORY_LIMIT = 250;

/** Several runs of one program as one: the least time, since other work on the machine only adds, and the highest peak. */
export function together(runs: readonly Measurement[]): Measurement {
  return {
    seconds: Math.min(...runs.map(({ seconds }) => seconds)),
    megabytes: Math.max(...runs.map(({ megabytes }) => megabytes)),
  };
}

/** Our time as a part of the vanilla way's. */
export const timeRatio = ({ ours, vanilla }: Comparison) => ours.seconds / vanilla.seconds;

/** Seconds that each further deployment takes, between two sizes. */
export function growth(small: Comparison, large: Comparison): { readonly ours: number; readonly vanilla: number } {
  const added = large.deployments - small.deployments;
  return {
    ours: (large.ours.seconds - small.ours.seconds) / added,
    vanilla: (large.vanilla.seconds - small.vanilla.seconds) / added,
  };
}

/** The two bounds, which are on one deployment. */
export function verdicts(single: Comparison): Verdict[] {
  const ratio = timeRatio(single);
  const { megabytes } = single.ours;
  return [
    {
      passed: ratio <= MOST_OF_VANILLA_TIME,
      text: `time for one deployment is ${ratio.toFixed(3)} of vanilla's (at most ${MOST_OF_VANILLA_TIME})`,
    },
    {
      passed: megabytes < MEMORY_LIMIT,
      text: `memory for one deployment is ${megabytes.toFixed(1)} MB (less than ${MEMORY_LIMIT} MB)`,
    },
  ];
}

/** The power of the number of rules that time grows by from one plan to another; `start` seconds are no part of it. */
export function exponent(small: Verification, large: Verification, start: number): number {
  const times = (large.verify.seconds - start) / (small.verify.seconds - start);
  return Math.log(times) / Math.log(large.rules / small.rules);
}

/** The bounds on plans, which are on the two largest; `start` is the program's own, seconds. */
export function planVerdicts(small: Verification, large: Verification, start: number): Verdict[] {
  const power = exponent(small, large, start);
  const ratio = large.verify.seconds / large.floor.seconds;
  const { megabytes } = large.verify;
  const count = (rules: number) => rules.toLocaleString("en");
  return [
    {
      passed: power <= HIGHEST_EXPONENT,
      text: `verification from ${count(small.rules)} to ${count(large.rules)} rules grows with power ${power.toFixed(2)} (at most ${HIGHEST_EXPONENT})`,
    },
    {
      passed: ratio <= MOST_OF_FLOOR_TIME,
      text: `verification of ${count(large.rules)} rules takes ${ratio.toFixed(1)} times the floor (at most ${MOST_OF_FLOOR_TIME})`,
    },
    {
      passed: megabytes < VERIFICATION_MEMORY_LIMIT,
      text: `memory for ${count(large.rules)} rules is ${megabytes.toFixed(1)} MB (less than ${VERIFICATION_MEMORY_LIMIT} MB)`,
    },
  ];
}

/** The bound on the verification of one deployment; both in seconds. */
export function oneDeploymentVerdict(verify: number, node: number): Verdict {
  const milliseconds = (verify - node) * 1000;
  return {
    passed: milliseconds < ONE_DEPLOYMENT_LIMIT,
    text: `verification of one deployment takes ${milliseconds.toFixed(0)} ms beyond Node's start (less than ${ONE_DEPLOYMENT_LIMIT} ms)`,
  };
}

/** The packed command line's answers beside Node's own start, all in seconds. */
export interface Start {
  readonly node: number;
  readonly version: number;
  readonly help: number;
}

/** The bounds on the packed command line's start. */
export function startVerdicts({ node, version, help }: Start): Verdict[] {
  return Object.entries({ version, help }).map(([what, seconds]) => ({
    passed: seconds / node <= MOST_OF_NODE_START,
    text: `the package's ${what} takes ${(seconds / node).toFixed(2)} of Node's own start (at most ${MOST_OF_NODE_START})`,
  }));
}

/** The bounds on deployments on three clouds, beside as many on AWS alone. */
export function cloudVerdicts(alone: Measurement, clouds: Measurement): Verdict[] {
  return (["seconds", "megabytes"] as const).map((unit) => {
    const ratio = clouds[unit] / alone[unit];
    return {
      passed: ratio <= MOST_OF_ONE_CLOUD,
      text: `${{ seconds: "time", megabytes: "memory" }[unit]} for three clouds is ${ratio.toFixed(2)} of AWS's alone (at most ${MOST_OF_ONE_CLOUD})`,
    };
  });
}

/** Deployments, three times as many, and these again where nothing has changed. */
export interface Fleet {
  readonly few: Measurement;
  readonly many: Measurement;
  readonly unchanged: Measurement;
}

/** The bounds on many deployments. */
export function fleetVerdicts({ few, many, unchanged }: Fleet): Verdict[] {
  const growth = many.megabytes / few.megabytes;
  const again = unchanged.seconds / many.seconds;
  return [
    {
      passed: many.megabytes < FLEET_MEMORY_LIMIT,
      text: `memory for many deployments is ${many.megabytes.toFixed(0)} MB (less than ${FLEET_MEMORY_LIMIT} MB)`,
    },
    {
      passed: growth <= MOST_OF_FEW,
      text: `memory for three times as many deployments is ${growth.toFixed(2)} of that for few (at most ${MOST_OF_FEW})`,
    },
    {
      passed: again <= MOST_OF_CHANGED,
      text: `time for unchanged deployments is ${again.toFixed(2)} of that for new ones (at most ${MOST_OF_CHANGED})`,
    },
  ];
}

/** `dataplane flows` on a log, beside DuckDB's own scan of the columns that it reads. */
export interface FlowLog {
  readonly records: number;
  readonly flows: Measurement;
  readonly floor: Measurement;
}

/** Of the scan's time, the most that all questions may take. */
export const MOST_OF_SCAN_TIME = 2;
/** Memory for flow logs stays below, megabytes. */
export const FLOWS_MEMORY_LIMIT = 1_000;

/** The bounds on flow logs, which are on the largest; beyond the programs' own start, which is all of the first's time. */
export function flowVerdicts([few, small, large]: readonly FlowLog[]): Verdict[] {
  if (!few || !small || !large) throw new Error("three logs are compared");
  const beyond = (which: "flows" | "floor", log: FlowLog) => log[which].seconds - few[which].seconds;
  const ratio = beyond("flows", large) / beyond("floor", large);
  const power = Math.log(beyond("flows", large) / beyond("flows", small)) / Math.log(large.records / small.records);
  const count = (records: number) => records.toLocaleString("en");
  return [
    {
      passed: ratio <= MOST_OF_SCAN_TIME,
      text: `${count(large.records)} flow records take ${ratio.toFixed(2)} times DuckDB's own scan (at most ${MOST_OF_SCAN_TIME})`,
    },
    {
      passed: large.flows.megabytes < FLOWS_MEMORY_LIMIT,
      text: `memory for ${count(large.records)} flow records is ${large.flows.megabytes.toFixed(0)} MB (less than ${FLOWS_MEMORY_LIMIT} MB)`,
    },
    {
      passed: power <= HIGHEST_EXPONENT,
      text: `time from ${count(small.records)} to ${count(large.records)} flow records grows with power ${power.toFixed(2)} (at most ${HIGHEST_EXPONENT})`,
    },
  ];
}

/** An account of a cloud, and what judging it took. */
export interface JudgedAccount {
  readonly cloud: string;
  readonly records: number;
  readonly audit: Measurement;
}

/** The bounds on accounts of one cloud; time counts beyond the first's, of which the program's own start is most. */
export function accountVerdicts([few, small, large]: readonly JudgedAccount[]): Verdict[] {
  if (!few || !small || !large) throw new Error("three accounts are compared");
  const beyond = (one: JudgedAccount) => one.audit.seconds - few.audit.seconds;
  const power = Math.log(beyond(large) / beyond(small)) / Math.log(large.records / small.records);
  const times = large.audit.megabytes / small.audit.megabytes;
  const count = (one: JudgedAccount) => one.records.toLocaleString("en");
  const of = `${count(large)} records of ${large.cloud}`;
  return [
    {
      passed: times <= MOST_OF_SMALL_ACCOUNT,
      text: `memory for ${of} is ${times.toFixed(2)} of that for ${count(small)} (at most ${MOST_OF_SMALL_ACCOUNT})`,
    },
    {
      passed: large.audit.megabytes < ACCOUNT_MEMORY_LIMIT,
      text: `memory for ${of} is ${large.audit.megabytes.toFixed(0)} MB (less than ${ACCOUNT_MEMORY_LIMIT} MB)`,
    },
    {
      passed: power <= HIGHEST_EXPONENT,
      text: `time from ${count(small)} to ${of} grows with power ${power.toFixed(2)} (at most ${HIGHEST_EXPONENT})`,
    },
  ];
}
