import { join } from "node:path";
import { Command, Option } from "commander";
import type * as Formats from "../report/diff-formats";
import type { Format } from "../report/formats";
import type * as Differences from "../verification/diff/index";
import type { Diff } from "../verification/diff/model";
import { InputError } from "../verification/input-error";
import type { Plans } from "../verification/promises/planned";
import type { Answer } from "./answer";
import { givenToBase, givenToHead, givesValues, withGivenOptions, type SidedFlags } from "./given-options";
import { planOption } from "./plan-option";
import type * as Refs from "./refs";

/* eslint-disable @typescript-eslint/no-require-imports -- no other command has to load what compares */
const formats = () => require("../report/diff-formats") as typeof Formats;
const differences = () => require("../verification/diff/index") as typeof Differences;
const refs = () => require("./refs") as typeof Refs;
/* eslint-enable @typescript-eslint/no-require-imports */

const FORMATS: readonly Format[] = ["text", "markdown", "json", "sarif"];

/** Which changes make the command fail. */
const FAILS = {
  widening: ({ verdict }: Diff) => verdict === "widened" || verdict === "refused",
  any: ({ verdict }: Diff) => verdict !== "same",
  violation: (diff: Diff) => differences().hasNewViolation(diff),
};

interface DiffFlags extends SidedFlags {
  readonly git?: boolean;
  readonly plan?: Plans;
  readonly failOn: keyof typeof FAILS;
  readonly format: Format;
  readonly output?: string;
}

/** `dataplane diff BASE HEAD [PATH...]` */
export function diffCommand(answer: Answer): Command {
  const command = new Command("diff")
    .description(
      "Tell what a change newly allows and what it no longer does: packets, permissions, invariants, resources.",
    )
    .argument("<base>", "before: a cdktf.out folder, a plan, anything that `dataplane verify` reads; with --git a ref")
    .argument("[head]", "after, likewise; with --git a ref, default: `.`, the working tree")
    .argument("[path...]", "compare these below BASE and HEAD only; with --git deployments' files and folders")
    .option("--git", "BASE and HEAD are refs: synthesize both aside and leave nothing behind")
    .option(
      "--plan <stack=file>",
      "compare this plan (`terraform show -json`) in the place of that stack of HEAD; may be repeated. A HEAD that is a plan alone is taken for the stack of BASE that has its resources",
      planOption,
    )
    .addOption(
      new Option("--fail-on <change>", "what ends with exit code 1").choices(Object.keys(FAILS)).default("widening"),
    )
    .addOption(new Option("--format <format>", "of the diff").choices(FORMATS).default("text"))
    .option("--output <file>", "write the diff there instead of to standard output")
    .addHelpText("after", "\nExit code: 0; 1, by --fail-on; 2, the input can't be used.")
    .action(async (base: string, head: string | undefined, paths: string[], flags: DiffFlags) => {
      if (flags.git && flags.plan) throw new InputError("--plan", 0, "is of a folder: leave it out, or --git");
      const given = { base: givenToBase(flags), head: givenToHead(flags) };
      if (flags.git && (givesValues(given.base) || givesValues(given.head))) {
        const message = "are of folders of Terraform: leave them out, or --git, which synthesizes deployments";
        throw new InputError("--var-file, --var, --workspace", 0, message);
      }
      const diff = flags.git
        ? await refs().diffRefs(base, head ?? ".", paths)
        : await diffFolders(base, head, paths, { plans: flags.plan, given });
      answer(formats().DIFF_RENDERERS[flags.format](diff), FAILS[flags.failOn](diff) ? 1 : 0, flags.output);
    });
  return withGivenOptions(withGivenOptions(withGivenOptions(command), "base"), "head");
}

function diffFolders(
  base: string,
  head: string | undefined,
  paths: readonly string[],
  options: Pick<Differences.DiffOptions, "plans" | "given">,
): Promise<Diff> {
  if (head === undefined) throw new InputError("HEAD", 0, "is missing: name what to compare with, or add --git");
  const below = (side: string) => (paths.length > 0 ? paths.map((path) => join(side, path)) : [side]);
  return differences().diffPaths(below(base), below(head), options);
}
