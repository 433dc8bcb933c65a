/**
 * `npm run pull-request -- --base REF`: synthesizes the working tree and the commit where it left REF, verifies the
 * former, compares both, and writes what a pull request shows. The same on a laptop and on any CI.
 * Exit code: 0; 1, verification or `--fail-on` says no, or it destroys or cuts what no `allow` names; 2, unusable input, which the comment tells where there is one.
 */
import "../telemetry-off";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import {
  commitOf,
  foldersOf,
  isDirty,
  mergeBase,
  telling,
  titled,
  withTrees,
  WORKING_TREE,
  type Tree,
} from "../cli/git-trees";
import { renderDiffMarkdown } from "../report/diff-markdown";
import { renderMarkdown } from "../report/markdown";
import { renderSarif } from "../report/sarif";
import { visible } from "../report/lines";
import { count } from "../report/text";
import { diffPaths, type Diff, type DiffProblem } from "../verification/diff/index";
import { InputError } from "../verification/input-error";
import { verifyPaths, type Report } from "../verification/verify";
import { exitCodeOf } from "./program";

/** Tells the one comment of this program among a pull request's, so that it is updated in place. */
export const MARKER = "<!-- dataplane:pull-request -->";

/** Most characters of a comment on GitHub, and of a job's summary (a mebibyte, at up to four bytes each). */
const COMMENT_LIMIT = 65_536;
const SUMMARY_LIMIT = 262_144;

interface Flags {
  readonly base: string;
  readonly output: string;
  readonly failOn: "violation" | "widening" | "any";
}

/** What a change does, and what is to be said of the tree that comes of it. */
export interface Judgement {
  readonly diff: Diff;
  readonly report: Report;
}

/** No deployment, so nothing that could be violated. */
const NOTHING: Report = { verdict: "pass", findings: [], exceptions: [], judged: { rules: 0, endpoints: 0 } };

async function pullRequest({ base: ref, output, failOn }: Flags): Promise<number> {
  const base = mergeBase(ref);
  const footer = `${commitOf("HEAD").slice(0, 7)}${isDirty() ? " with uncommitted changes" : ""} against ${base.slice(0, 7)}`;
  return withTrees([base, WORKING_TREE], async (trees) => {
    const [before, after] = trees;
    if (!before || after?.state === "failed" || !after) {
      const body = failure(after?.state === "failed" ? after.reason : "");
      write(output, { "comment.md": commentOf([body], footer), "summary.md": body });
      throw new InputError("the working tree", 0, "can't be synthesized; comment.md says why");
    }
    const judgement = await judge(before, after);
    const { diff, report } = judgement;
    const [whole, short] = bodiesOf(judgement);
    write(output, {
      "comment.md": commentOf([whole, short], footer),
      "summary.md": fitting([whole, short], SUMMARY_LIMIT),
      "diff.json": `${JSON.stringify(diff, null, 2)}\n`,
      "verify.sarif": renderSarif(report),
    });
    const verified = report.verdict === "pass" ? "every invariant holds" : count(report.findings.length, "finding");
    console.log(`${verified}; ${diff.verdict}; written: ${output}`);
    const isRefused =
      report.verdict === "fail" ||
      diff.verdict === "refused" ||
      (failOn === "widening" && diff.verdict === "widened") ||
      (failOn === "any" && diff.verdict !== "same");
    return isRefused ? 1 : 0;
  });
}

/** Compares two trees and verifies the latter. @throws InputError if one can't be read */
export async function judge(before: Tree, after: Tree): Promise<Judgement> {
  const problems: DiffProblem[] =
    before.state === "failed"
      ? [
          {
            side: "base",
            message: `BASE can't be synthesized, so that all of HEAD counts as new: ${telling(before.reason)}`,
          },
        ]
      : [];
  const head = foldersOf(after);
  const diff = await diffPaths(foldersOf(before), head, { problems });
  const report = head.length > 0 ? await verifyPaths(head) : NOTHING;
  return titled({ diff, report }, [before, after]);
}

// ---------------------------------------------------------------- what it says

/** The body of a comment with every finding, and without them. */
export function bodiesOf({ diff, report }: Judgement): readonly [whole: string, short: string] {
  const changed = renderDiffMarkdown(diff).trimEnd();
  const verified = renderMarkdown(report).trimEnd();
  const [title] = verified.split("\n");
  const told = report.verdict === "pass" ? folded("Verification: every invariant holds", verified) : verified;
  return [`${changed}\n\n${told}`, `${changed}\n\n${title ?? ""}\n\nThe list is in the check's \`verify.sarif\`.`];
}

function failure(reason: string): string {
  return `### This change can't be synthesized\n\n${fenced(reason)}`;
}

const folded = (summary: string, text: string) => `<details>\n<summary>${summary}</summary>\n\n${text}\n\n</details>`;

/** A text as it is; the fence is longer than any in it. */
function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [fence, ...text.split("\n").map(visible), fence].join("\n");
}

/** The comment: the first of `bodies` that GitHub takes. */
export function commentOf(bodies: readonly string[], footer: string): string {
  const frame = (body: string) => `${MARKER}\n${body}\n\n<sub>${footer}</sub>\n`;
  return frame(fitting(bodies, COMMENT_LIMIT - frame("").length));
}

/** The first of `texts` within the limit; else the last, cut after a line. */
function fitting(texts: readonly string[], limit: number): string {
  const fits = texts.find((text) => text.length <= limit);
  if (fits !== undefined) return fits;
  const note = "\n\nThe rest is left out: it is longer than GitHub takes.";
  const lines = (texts.at(-1) ?? "").slice(0, limit - note.length).split("\n");
  return `${lines.slice(0, -1).join("\n")}${note}`;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

/** Runs a command line in the working directory, that of the package; the exit code. */
export const run = (args: readonly string[]): Promise<number> =>
  exitCodeOf(args, (ends) =>
    new Command("npm run pull-request --")
      .description("Verify the working tree and tell what it changes in connectivity.")
      .requiredOption("--base <ref>", "where the change is to be merged into")
      .option(
        "--output <folder>",
        "of comment.md, summary.md, diff.json and verify.sarif",
        join(".dataplane", "pull-request"),
      )
      .addOption(
        new Option("--fail-on <what>", "what is refused beside violations")
          .choices(["violation", "widening", "any"])
          .default("violation"),
      )
      .action(async (flags: Flags) => {
        ends(await pullRequest(flags));
      }),
  );

if (require.main === module) {
  process.chdir(join(__dirname, ".."));
  void run(process.argv.slice(2)).then((code) => (process.exitCode = code));
}
