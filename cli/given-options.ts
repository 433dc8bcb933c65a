/** `--var-file`, `--var` and `--workspace` of the commands that read Terraform: what Terraform's own options give it. */
import { InvalidArgumentError, type Command } from "commander";
import type { Given } from "../verification/readers/hcl/index";
import { repeated } from "./repeated";

export interface GivenFlags {
  readonly varFile?: readonly string[];
  readonly var?: Readonly<Record<string, string>>;
  readonly workspace?: string;
}

/** One side of a comparison. */
type Side = "base" | "head";
type OfSide<S extends Side> = { readonly [K in keyof GivenFlags as `${S}${Capitalize<K>}`]: GivenFlags[K] };
export type SidedFlags = GivenFlags & OfSide<"base"> & OfSide<"head">;

/** @param side of which alone these are; default: of the input as a whole */
export function withGivenOptions(command: Command, side?: Side): Command {
  const option = side === undefined ? "--" : `--${side}-`;
  const alone = side === undefined ? "" : `, of ${side.toUpperCase()} alone`;
  return command
    .option(
      `${option}var-file <file>`,
      `values of variables, as for Terraform's -var-file${alone}; may be repeated`,
      repeated,
    )
    .option(
      `${option}var <name=value>`,
      `the value of one variable, as for Terraform's -var${alone}; may be repeated`,
      varOption,
    )
    .option(`${option}workspace <name>`, `what terraform.workspace names${alone}`);
}

export const givenBy = ({ varFile, var: values, workspace }: GivenFlags): Given => ({
  files: varFile,
  values,
  workspace,
});

/** What is given to both sides, and to BASE alone: that wins. */
export const givenToBase = (flags: SidedFlags): Given =>
  both(givenBy(flags), { files: flags.baseVarFile, values: flags.baseVar, workspace: flags.baseWorkspace });

/** What is given to both sides, and to HEAD alone: that wins. */
export const givenToHead = (flags: SidedFlags): Given =>
  both(givenBy(flags), { files: flags.headVarFile, values: flags.headVar, workspace: flags.headWorkspace });

const both = (shared: Given, own: Given): Given => ({
  files: [...(shared.files ?? []), ...(own.files ?? [])],
  values: { ...shared.values, ...own.values },
  workspace: own.workspace ?? shared.workspace,
});

/** Whether any value is given. */
export const givesValues = ({ files = [], values = {}, workspace }: Given): boolean =>
  files.length > 0 || Object.keys(values).length > 0 || workspace !== undefined;

/** @throws InvalidArgumentError if a text is of another shape */
function varOption(text: string, values: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=([^]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Allowed: NAME=VALUE.");
  return { ...values, [name]: value };
}
