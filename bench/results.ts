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
