/** The newest look for drift: as a file has it, or as the workflow of a repository on GitHub left it. */
import { readFileSync, statSync } from "node:fs";
import { Rest, RestError } from "../../account/rest";
import type { Deployment } from "../../config/deployment";
import { errorCode } from "../../config/texts";
import { aged, daysSince, row, type Row } from "./row";

/** Where a look is told of. */
export type DriftSource =
  /** What `npm run deploy -- NAME --drift --summary FILE` wrote. */
  | { readonly kind: "file"; readonly path: string }
  /** `owner/name`, whose workflow deploy.yml looks every morning; and a token that reads its runs and issues. */
  | { readonly kind: "repository"; readonly repository: string; readonly token: string };

const SUBJECT = "drift";
/** How lines of drift begin. */
const DRIFT = /^- `[^`]*`: drift: /;
const NO_DRIFT = /^- `[^`]*`: no drift$/m;

/** @param most days of age with which a look counts */
export function driftRow({ name }: Deployment, source: DriftSource | undefined, most: number, now: Date): Promise<Row> {
  switch (source?.kind) {
    case undefined: {
      const remedy = `npm run deploy -- ${name} --drift --summary FILE`;
      return Promise.resolve(
        row(SUBJECT, "unknown", `--drift names no file of '${remedy}', --repository no repository`),
      );
    }
    case "file":
      return Promise.resolve(ofFile(name, source.path, most, now));
    case "repository":
      return ofRepository(name, source, most, now);
  }
}

function ofFile(name: string, file: string, most: number, now: Date): Row {
  let text: string;
  let age: number;
  try {
    text = readFileSync(file, "utf8");
    age = daysSince(statSync(file).mtime, now);
  } catch (error) {
    return row(SUBJECT, "unknown", `${file} can't be read (${errorCode(error)})`);
  }
  const part = partOf(text, name);
  if (part === undefined) return row(SUBJECT, "unknown", `${file} tells nothing of ${name}`);
  const found = driftIn(part);
  if (found.length > 0) return row(SUBJECT, "not well", found.join("; "));
  if (!NO_DRIFT.test(part)) return row(SUBJECT, "unknown", `${file} tells of no look that ended`);
  return aged(SUBJECT, "no drift", age, most);
}

/** What is told of a deployment: what is written to again and again has the newest last. */
const partOf = (text: string, name: string): string | undefined =>
  text
    .replaceAll("\r\n", "\n")
    .split(/^### /m)
    .findLast((one) => one.startsWith(`${name}\n`));

const driftIn = (part: string): string[] =>
  part
    .split("\n")
    .filter((line) => DRIFT.test(line))
    .map((line) => line.slice("- ".length));

/** Answers of GitHub: https://docs.github.com/rest/actions/workflow-runs, .../workflow-jobs and .../issues/issues */
interface Run {
  readonly id: number;
  readonly html_url: string;
}
interface Job {
  readonly name: string;
  readonly conclusion: string | null;
  readonly completed_at: string | null;
  readonly html_url: string;
}
interface Issue {
  readonly html_url: string;
  readonly body: string | null;
}

/** Jobs on one page, and the most that are asked for: GitHub has no more. */
const A_PAGE = 100;

/**
 * The deployment's job of the newest morning says whether it found drift; what it found, the open issue labelled `drift`
 * says, which that morning wrote anew.
 */
async function ofRepository(
  name: string,
  { repository, token }: Extract<DriftSource, { kind: "repository" }>,
  most: number,
  now: Date,
): Promise<Row> {
  const rest = new Rest(() => Promise.resolve(token));
  const place = (process.env["GITHUB_API_URL"] ?? "https://api.github.com").replace(/\/$/, "");
  const ask = async <Told>(path: string) => (await rest.ask({ url: `${place}/repos/${repository}${path}` })) as Told;
  try {
    const newest = "/actions/workflows/deploy.yml/runs?event=schedule&status=completed&per_page=1";
    const [run] = (await ask<{ readonly workflow_runs: readonly Run[] }>(newest)).workflow_runs;
    if (run === undefined) return row(SUBJECT, "unknown", `no morning's run of deploy.yml in ${repository} has ended`);
    const job = await jobNamed(name, (page) => ask(`/actions/runs/${run.id}/jobs?per_page=${A_PAGE}&page=${page}`));
    if (job === undefined) return row(SUBJECT, "unknown", `${run.html_url} has no job of ${name}`);
    if (job.conclusion === "success") {
      return aged(SUBJECT, "no drift", daysSince(new Date(job.completed_at ?? NaN), now), most);
    }
    const issues = await ask<readonly Issue[]>("/issues?labels=drift&state=open");
    for (const { body, html_url: url } of issues) {
      const found = driftIn(partOf(body ?? "", name) ?? "");
      if (found.length > 0) return row(SUBJECT, "not well", `${found.join("; ")} (${url})`);
    }
    const ended = `its job ended with '${String(job.conclusion)}'`;
    return row(SUBJECT, "unknown", `${ended}, and no open issue labelled drift tells of ${name}: ${job.html_url}`);
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    const rights = error.isRefusal || error.status === 404 ? " (the token needs actions: read and issues: read)" : "";
    return row(SUBJECT, "unknown", `${repository} can't be read: ${error.message}${rights}`);
  }
}

async function jobNamed(
  name: string,
  jobsOn: (page: number) => Promise<{ readonly jobs: readonly Job[] }>,
): Promise<Job | undefined> {
  for (let page = 1; ; page++) {
    const { jobs } = await jobsOn(page);
    const found = jobs.find((job) => job.name === name);
    if (found !== undefined || jobs.length < A_PAGE) return found;
  }
}
