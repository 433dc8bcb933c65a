/** The operator's heartbeats, as it counts them itself. */
import { setTimeout as sleep } from "node:timers/promises";
import { DEBUG_PORT, OPERATOR } from "../../config/components";
import { PLATFORM_NAMESPACE } from "../../config/names";
import type { RunningCluster, Told } from "./cluster";
import { judged, row, type Row } from "./row";

/** Counters of the operator; Union's chart shows them in its dashboard of the data plane. */
const COUNTERS = {
  runs: "union_operator:heartbeat_updater:runs",
  errors: "union_operator:heartbeat_updater:run_errors",
};

/** How often the operator has called the control plane, and in vain, since it started. */
type Counts = Readonly<Record<keyof typeof COUNTERS, number | undefined>>;

/** What was counted before and after some seconds. */
export interface Heartbeats {
  readonly before: Counts;
  readonly after: Counts;
  readonly seconds: number;
}

/** Counts, waits, and counts again. */
export const heartbeatsOf = (cluster: RunningCluster, seconds: number): Promise<Told<Heartbeats>> =>
  cluster.metrics(PLATFORM_NAMESPACE, OPERATOR, DEBUG_PORT, async (ask) => {
    const before = countsIn(await ask());
    await sleep(seconds * 1000);
    return { before, after: countsIn(await ask()), seconds };
  });

export function heartbeatRow({ before, after, seconds }: Heartbeats): Row {
  const subject = "operator heartbeat";
  const { runs, errors = 0 } = after;
  if (runs === undefined) return row(subject, "unknown", `the operator counts no ${COUNTERS.runs}`);
  // One that has just started counts from nothing: as many are new as there are.
  const since = (count: number, earlier = 0) => (count < earlier ? count : count - earlier);
  const [beats, failed] = [since(runs, before.runs), since(errors, before.errors)];
  const detail = `${beats} in ${seconds} s, of which ${failed} failed; ${runs} since the operator started`;
  return judged(subject, beats > 0 && failed === 0, detail);
}

/** Of what Prometheus reads: a line for each set of labels, its number behind the last space. */
function countsIn(metrics: string): Counts {
  const count = (name: string) => {
    const lines = metrics.split("\n").filter((line) => line.startsWith(name) && /^[ {]/.test(line.slice(name.length)));
    return lines.length === 0 ? undefined : lines.reduce((sum, line) => sum + Number(numberOf(line)), 0);
  };
  return { runs: count(COUNTERS.runs), errors: count(COUNTERS.errors) };
}

/** A line may end with the time of its number. */
const numberOf = (line: string): string | undefined => /^\S+?(?:\{.*\})?\s+(\S+)/.exec(line)?.[1];
