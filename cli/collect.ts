import { existsSync, readdirSync } from "node:fs";
import { Command } from "commander";
import type { Account } from "../account/account";
import type * as Kubernetes from "../account/kubernetes/index";
import { lineOf, writeFolder } from "../account/folder";
import { visible } from "../report/lines";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import type { Place } from "./clouds/cloud";
import { CLOUDS, cloudOf } from "./clouds/index";
import { namedDeployment } from "./named-deployment";

/** What is to be read. */
export interface Asked extends Place {
  readonly context?: string;
}

interface CollectFlags extends Asked {
  readonly output: string;
}

/** Options of commands that read a running account. */
export const ASKED = {
  region: ["--region <region>", "of the account on AWS; default: the deployment's"],
  project: ["--project <id>", "a project of Google Cloud, whatever runs there"],
  subscription: ["--subscription <id>", "a subscription of Azure, whatever runs there"],
  context: ["--context <name>", "the cluster's objects too, by kubectl and this context of your kubeconfig"],
} as const;

/** `dataplane collect [NAME]` */
export function collectCommand(answer: Answer): Command {
  return new Command("collect")
    .description("Read a running account, with read-only rights, into a folder that `dataplane audit` judges.")
    .argument("[name]", "the deployment's name; left out: the account of the credentials, whatever runs there")
    .requiredOption("--output <folder>", "a folder that is empty, or does not exist")
    .option(...ASKED.region)
    .option(...ASKED.project)
    .option(...ASKED.subscription)
    .option(...ASKED.context)
    .addHelpText(
      "after",
      "\nNo secret is kept: values of secrets, variables and user data are not asked for, or left out.\n" +
        "Exit code: 0, everything was told; 1, a call failed, and what it would have told is unknown; 2, nothing can be read.",
    )
    .action(async (name: string | undefined, { output, ...asked }: CollectFlags) => {
      const { records, failed } = await collectInto(output, name, asked);
      const lines = [`${records} records in ${output}`, ...failed];
      answer(lines.map((line) => `${visible(line)}\n`).join(""), failed.length === 0 ? 0 : 1);
    });
}

/**
 * Reads what is asked into a folder; progress is told on standard error where that is a terminal.
 *
 * @returns how many records there are, and a line for each call that failed
 * @throws InputError if the folder holds something, AccountError if nothing can be read
 */
export async function collectInto(
  folder: string,
  name: string | undefined,
  { context, ...place }: Asked,
): Promise<{ readonly records: number; readonly failed: readonly string[] }> {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new InputError(folder, 0, "holds something (needed: a folder that is empty, or does not exist)");
  }
  const account = await accountFor(name, place);
  const asked = context === undefined ? [account] : [account, await kubernetes().kubernetesCluster(context)];
  const tell = (line: string) => (process.stderr.isTTY ? console.error(visible(line)) : undefined);
  const { accounts } = await writeFolder(folder, asked, tell);
  return {
    records: accounts.flatMap(({ kinds }) => Object.values(kinds)).reduce((sum, count) => sum + count, 0),
    failed: accounts.flatMap((account) => account.failed.map(lineOf)),
  };
}

function accountFor(name: string | undefined, place: Place): Promise<Account> {
  if (name !== undefined) return cloudOf(namedDeployment(name)).account(place.region);
  for (const { place: option, account } of Object.values(CLOUDS)) {
    const at = place[option];
    if (at !== undefined) return account(at);
  }
  throw new InputError("--region", 0, "is missing: name the region to read, or a --project or --subscription");
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- what is not asked for is not loaded
const kubernetes = () => require("../account/kubernetes/index") as typeof Kubernetes;
