import { Command, Option } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../config/deployment";
import { stacksOf } from "../config/names";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { cloudOf } from "./clouds/index";
import { commitOf, telling, withTrees, WORKING_TREE, type Revision, type Tree } from "./git-trees";

interface ChangedFlags {
  readonly base?: string;
  readonly all?: true;
  readonly head?: string;
  readonly format: keyof typeof RENDERERS;
  readonly output?: string;
}

/** `dataplane changed --base REF` */
export function changedCommand(answer: Answer): Command {
  return new Command("changed")
    .description("Tell which deployments' stacks differ between two commits: those that are to be deployed.")
    .addOption(
      new Option(
        "--base <ref>",
        "commit that is deployed; zeros, as git writes for none: every deployment is new",
      ).conflicts("all"),
    )
    .option("--all", "every deployment, as if none were deployed")
    .option("--head <ref>", "commit to deploy; default: the working tree")
    .addOption(new Option("--format <format>", "of the answer").choices(Object.keys(RENDERERS)).default("text"))
    .option("--output <file>", "write the answer there instead of to standard output")
    .addHelpText("after", "\nExit code: 0, answered, whatever changed; 2, the input can't be used.")
    .action(async ({ base, all, head, format, output }: ChangedFlags) => {
      if (base === undefined && !all) throw new InputError("--base", 0, "is missing (allowed: a ref; or --all)");
      const target: Revision = head === undefined ? WORKING_TREE : commitOf(head);
      const changes =
        base === undefined || NO_COMMIT.test(base)
          ? await withTrees([target], ([tree]) => changesBetween({ state: "empty" }, tree))
          : await withTrees([commitOf(base), target], ([from, to]) => changesBetween(from, to));
      answer(RENDERERS[format](changes), 0, output);
    });
}

/** What git, and GitHub of a branch's first push, write where there is no commit. */
const NO_COMMIT = /^0{40,}$/;

/** What a job needs to deploy one deployment. */
export interface ChangedDeployment {
  readonly name: string;
  readonly cloud: Deployment["cloud"];
  /** On AWS. */
  readonly account?: string;
  /** On Google Cloud. */
  readonly project?: string;
  /** On Azure, with its Microsoft Entra tenant. */
  readonly subscription?: string;
  readonly directory?: string;
  /** The cloud's own region. */
  readonly region: string;
  /** Stacks to deploy, in this order: those that changed, and those that build on them. */
  readonly stacks: readonly string[];
}

export interface Changes {
  readonly deployments: readonly ChangedDeployment[];
  /** Stacks that are no more; they are destroyed by hand only. */
  readonly removed: readonly string[];
  /** Why every deployment counts as changed, where the base can't be synthesized. */
  readonly problem?: string;
}

/** What is to be deployed to get from one tree to another. @throws InputError if `head` can't be synthesized */
export function changesBetween(base: Tree | undefined, head: Tree | undefined): Changes {
  if (head?.state === "failed")
    throw new InputError("the commit to deploy", 0, `can't be synthesized: ${telling(head.reason)}`);
  const before = stacksIn(base);
  const after = stacksIn(head);
  const differs = (stack: string) => before.get(stack)?.content !== after.get(stack)?.content;
  const deployments = new Map([...after.values()].map(({ deployment }) => [deployment.name, deployment]));
  return {
    deployments: [...deployments.values()].flatMap((deployment) => {
      const own = stacksOf(deployment).filter((stack) => after.has(stack));
      const first = own.findIndex(differs);
      return first < 0 ? [] : [{ ...targetOf(deployment), stacks: own.slice(first) }];
    }),
    removed: [...before.keys()].filter((stack) => !after.has(stack)),
    ...(base?.state === "failed" && {
      problem: `the base can't be synthesized, so that every deployment counts as changed: ${telling(base.reason)}`,
    }),
  };
}

function targetOf(deployment: Deployment): Omit<ChangedDeployment, "stacks"> {
  const { name, cloud, cloudRegion: region } = deployment;
  return { name, cloud, ...cloudOf(deployment).target, region };
}

interface Stack {
  readonly deployment: Deployment;
  /** What Terraform sees of it, in one order. */
  readonly content: string;
}

/** The stacks of a tree by name. */
function stacksIn(tree: Tree | undefined): ReadonlyMap<string, Stack> {
  if (tree?.state !== "synthesized") return new Map();
  const read = (path: string) => JSON.parse(readFileSync(join(tree.folder, path), "utf8")) as unknown;
  const { stacks } = read("manifest.json") as { stacks: Record<string, { synthesizedStackPath: string }> };
  return new Map(
    Object.entries(stacks).map(([name, { synthesizedStackPath }]) => {
      const json = read(synthesizedStackPath) as { "//": { deployment: Deployment } };
      return [name, { deployment: json["//"].deployment, content: JSON.stringify(normalised(json)) }];
    }),
  );
}

/** Without comments, which Terraform passes over: constructs' paths, the framework's version; with members sorted. */
function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([key]) => key !== "//");
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => [key, normalised(of)]));
}

const RENDERERS = {
  text: renderText,
  json: (changes: Changes) => `${JSON.stringify(changes)}\n`,
};

function renderText({ deployments, removed, problem }: Changes): string {
  const lines = [
    ...(problem === undefined ? [] : [problem]),
    ...deployments.map(({ name, stacks }) => `${name}: ${stacks.join(", ")}`),
    ...removed.map((stack) => `removed, to be destroyed by hand: ${stack}`),
  ];
  return lines.length > 0 ? lines.map((line) => `${line}\n`).join("") : "nothing to deploy\n";
}
