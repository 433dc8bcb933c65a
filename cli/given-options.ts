/** `--var-file`, `--var` and `--workspace` of the commands that read Terraform: what Terraform's own options give it. */
import { InvalidArgumentError, type Command } from "commander";
import type { Given } from "../verification/readers/hcl/index";
import { repeated } from "./repeated";

export interface GivenFlags {
  readonly varFile?: readonly string[];
  readonly var?: Readonly<Record<string, string>>;
  readonly workspace?: string;
}

export function withGivenOptions(command: Command): Command {
  return command
    .option("--var-file <file>", "values of variables, as for Terraform's -var-file; may be repeated", repeated)
    .option("--var <name=value>", "the value of one variable, as for Terraform's -var; may be repeated", varOption)
    .option("--workspace <name>", "what terraform.workspace names");
}

export const givenBy = ({ varFile, var: values, workspace }: GivenFlags): Given => ({
  files: varFile,
  values,
  workspace,
});

/** @throws InvalidArgumentError if a text is of another shape */
function varOption(text: string, values: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=([^]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Allowed: NAME=VALUE.");
  return { ...values, [name]: value };
}
