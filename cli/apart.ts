/** The deployments of an output folder, each judged by itself: in several processes where they are many. */
import { join } from "node:path";
import type * as Html from "../report/html/index";
import type { Collected } from "../report/html/index";
import { systemRows, type SystemRow } from "../report/systems";
import { inProcesses, sharesOf } from "../shares";
import { combined } from "../verification/combined-report";
import { deploymentsApart, judgeApart, type Part } from "../verification/judge-apart";
import type { Judgements, Report } from "../verification/verify";

/** So many take less than a second process takes to load. */
const FEW = 25;
/** So many are held in memory before they are handed on. */
const MOST = 25;

/** What a process judges at a time. */
export interface Share {
  readonly path: string;
  readonly parts: readonly Part[];
  /** The day to judge exceptions by, YYYY-MM-DD. */
  readonly today: string;
  /** Whether what a page shows is asked for beside the report. */
  readonly shows?: boolean;
  /** Whether each system is, with its invariants. */
  readonly lists?: boolean;
}

/** What became of a share. */
export interface Apart {
  readonly report: Report;
  readonly shown?: Collected | undefined;
  /** None where they are not asked for. */
  readonly systems: readonly SystemRow[];
}

/**
 * What is to be said of all deployments of a `cdktf.out` folder. `see` gets what became of each share, in their order.
 *
 * @param few so many are judged in this process
 * @returns undefined where `paths` are anything else or hold anything beside, all of which is judged together; what was
 * seen then counts for nothing
 * @throws InputError if a path can't be used
 */
export async function judgedApart(
  paths: readonly string[],
  asked: Pick<Share, "today" | "shows" | "lists">,
  see: (apart: Apart) => void = () => undefined,
  few = FEW,
): Promise<Report | undefined> {
  const [path = ""] = paths;
  const all = await deploymentsApart(paths);
  if (!all) return undefined;
  const shares = sharesOf(all, few, MOST).map((parts): Share => ({ path, parts, ...asked }));
  const reports: Report[] = [];
  const add = (apart: Apart | undefined) => {
    if (!apart) return;
    reports.push(apart.report);
    see(apart);
  };
  if (shares.length > 1) await inProcesses(shares, PROGRAM, add);
  else for (const share of shares) add(await judgeShare(share));
  return reports.length === shares.length ? combined(reports) : undefined;
}

/** The command line itself, by a command that help does not list. */
const PROGRAM = { file: join(__dirname, "dataplane.js"), args: ["share"] };

/** What {@link judgedApart} has a process do. */
export async function judgeShare({
  path,
  parts,
  today,
  shows = false,
  lists = false,
}: Share): Promise<Apart | undefined> {
  const pages = shows ? new (html().Pages)(today) : undefined;
  const systems: SystemRow[] = [];
  const see = (judged: Judgements) => {
    pages?.add(judged);
    if (lists) systems.push(...systemRows(judged));
  };
  const report = await judgeApart(path, parts, see, today);
  return report && { report, shown: pages?.collected(), systems };
}

/** Loaded when a report is asked for: `dataplane verify` is to start fast. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const html = () => require("../report/html/index") as typeof Html;
