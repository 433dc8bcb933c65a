/** `--account`, `--state` and `--flows` of `dataplane report`: what runs and what passed, beside what is written. */
import type { Command } from "commander";
import type { Deployment } from "../config/deployment";
import { judgeFlows } from "../flows/judge";
import { flowsSection, runningSection, type Beside } from "../report/beside";
import { auditOf } from "../verification/audit";
import { InputError } from "../verification/input-error";
import type { Resource } from "../verification/model";
import { DEPLOYMENT } from "../verification/readers/cdktf-output";
import { judgeEach, type Judgement, type Judgements, type VerifyOptions } from "../verification/verify";
import { flowsOptions, withFlowQuestions, type FlowQuestionFlags } from "./flow-options";

export interface BesideFlags extends FlowQuestionFlags {
  readonly account?: readonly Given[];
  readonly state?: readonly Given[];
  readonly flows?: readonly Given[];
}

/** A path, and whose it is; of the only deployment where that is not said. */
interface Given {
  readonly name?: string | undefined;
  readonly path: string;
}

/** Most flows that a report shows of each question and standing. */
const MOST_FLOWS = 10;

export function withBesideOptions(command: Command): Command {
  return withFlowQuestions(
    command
      .option(
        "--account <name=folder>",
        "show what runs too: what `dataplane collect` wrote of that deployment's account; NAME= is for inputs of several",
        given,
      )
      .option("--state <name=file>", "with --account: compare it with a state of Terraform's; may be repeated", given)
      .option(
        "--flows <name=path>",
        "show what passed too: flow logs, as for `dataplane flows`; may be repeated",
        given,
      ),
  );
}

/** `NAME=PATH`, or a path alone: one that begins so itself is written `./NAME=PATH`. */
function given(text: string, before: readonly Given[] = []): readonly Given[] {
  const [, name, path = text] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(text) ?? [];
  return [...before, { name, path }];
}

const OF_FLOWS = ["since", "until", "ranges"] as const;

/** Whether anything is asked beside what is written. */
export const asksBeside = (flags: BesideFlags): boolean =>
  besidePaths(flags).length > 0 || OF_FLOWS.some((name) => flags[name] !== undefined);

/** The files and folders that they name. */
export const besidePaths = ({ account = [], state = [], flows = [] }: BesideFlags): readonly string[] =>
  [...account, ...state, ...flows].map(({ path }) => path);

/**
 * What runs and what passed of deployments that were judged, by their names.
 *
 * @param resources everything that was judged
 * @throws InputError if options do not go together or name no deployment of the input, or a file can't be used
 */
export async function besideOf(
  { judgements }: Judgements,
  resources: readonly Resource[],
  flags: BesideFlags,
  options: VerifyOptions,
): Promise<ReadonlyMap<string, Beside>> {
  const deployed = judgements.filter(isDeployed);
  const byName = new Map(deployed.map((judgement) => [judgement.deployment.name, judgement]));
  const [account, state, flows] = (["account", "state", "flows"] as const).map((option) =>
    pathsByName(`--${option}`, flags[option], [...byName.keys()]),
  ) as [Paths, Paths, Paths];
  const ofFlows = OF_FLOWS.find((name) => flags[name] !== undefined);
  if (ofFlows && flows.size === 0) throw new InputError(`--${ofFlows}`, 0, "asks of --flows PATH");
  for (const name of state.keys())
    if (!account.has(name)) throw new InputError("--state", 0, "is compared with --account FOLDER");
  const beside = new Map<string, Beside>();
  for (const [name, judgement] of byName) {
    const [folder, ...others] = account.get(name) ?? [];
    if (others.length > 0)
      throw new InputError("--account", 0, `is one folder of '${name}' (given: ${others.length + 1})`);
    const logs = flows.get(name);
    beside.set(name, {
      ...(folder !== undefined && {
        running: await runningOf(judgement, writtenOf(judgement, resources), folder, state.get(name), options),
      }),
      ...(logs && {
        flows: flowsSection(await judgeFlows(judgement, logs, flowsOptions(flags, judgement.deployment, MOST_FLOWS))),
      }),
    });
  }
  return beside;
}

type Deployed = Judgement & { readonly deployment: Deployment };

const isDeployed = (judgement: Judgement): judgement is Deployed => judgement.deployment !== undefined;

type Paths = ReadonlyMap<string, readonly string[]>;

/** @throws InputError if a path is of no deployment of the input */
function pathsByName(option: string, all: readonly Given[] | undefined, names: readonly string[]): Paths {
  const paths = new Map<string, readonly string[]>();
  for (const { name = names.length === 1 ? names[0] : undefined, path } of all ?? []) {
    if (name === undefined || !names.includes(name)) {
      const of = name === undefined ? "is of one deployment: NAME=PATH" : `'${name}' is no deployment of the input`;
      throw new InputError(option, 0, `${of} (allowed: ${names.join(", ") || "none is there"})`);
    }
    paths.set(name, [...(paths.get(name) ?? []), path]);
  }
  return paths;
}

/** What was read, without stacks of other deployments. */
function writtenOf({ deployment }: Deployed, resources: readonly Resource[]): Resource[] {
  const isOther = ({ type, values }: Resource) =>
    type === DEPLOYMENT && (values["deployment"] as { readonly name?: unknown }).name !== deployment.name;
  const others = new Set(resources.filter(isOther).map(({ unit }) => unit));
  return resources.filter(({ unit }) => !others.has(unit));
}

async function runningOf(
  { deployment }: Deployed,
  written: readonly Resource[],
  account: string,
  states: readonly string[] | undefined,
  options: VerifyOptions,
) {
  const audited = await auditOf(deployment, written, account, states);
  const judged = judgeEach(audited.resources, options);
  const running = judged.judgements.find(isDeployed);
  if (!running) throw new InputError(account, 0, `holds nothing of the deployment '${deployment.name}'`);
  return runningSection(audited, running, judged);
}
