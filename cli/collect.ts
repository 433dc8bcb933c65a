import { existsSync, readdirSync } from "node:fs";
import { Command } from "commander";
import type { Account } from "../account/account";
import type * as Aws from "../account/aws/index";
import { lineOf, writeFolder } from "../account/folder";
import { accountOf } from "../config/names";
import { visible } from "../report/lines";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { namedDeployment } from "./named-deployment";

interface CollectFlags {
  readonly output: string;
  readonly region?: string;
}

/** `dataplane collect [NAME]` */
export function collectCommand(answer: Answer): Command {
  return new Command("collect")
    .description("Read a running account, with read-only rights, into a folder that `dataplane audit` judges.")
    .argument("[name]", "the deployment's name; left out: the account of the credentials, whatever runs there")
    .requiredOption("--output <folder>", "a folder that is empty, or does not exist")
    .option("--region <region>", "default: the deployment's")
    .addHelpText(
      "after",
      "\nNo secret is kept: values of secrets, variables and user data are not asked for, or left out.\n" +
        "Exit code: 0, everything was told; 1, a call failed, and what it would have told is unknown; 2, nothing can be read.",
    )
    .action(async (name: string | undefined, { output, region }: CollectFlags) => {
      if (existsSync(output) && readdirSync(output).length > 0) {
        throw new InputError(output, 0, "holds something (needed: a folder that is empty, or does not exist)");
      }
      const tell = (line: string) => (process.stderr.isTTY ? console.error(visible(line)) : undefined);
      const { accounts } = await writeFolder(output, [await accountFor(name, region)], tell);
      const failed = accounts.flatMap((account) => account.failed);
      const records = accounts.flatMap(({ kinds }) => Object.values(kinds)).reduce((sum, count) => sum + count, 0);
      const lines = [`${records} records in ${output}`, ...failed.map(lineOf)];
      answer(lines.map((line) => `${visible(line)}\n`).join(""), failed.length === 0 ? 0 : 1);
    });
}

function accountFor(name: string | undefined, region: string | undefined): Promise<Account> {
  const deployment = name === undefined ? undefined : namedDeployment(name);
  if (deployment && deployment.cloud !== "aws") {
    throw new InputError("NAME", 0, `'${deployment.name}' is on ${deployment.cloud} (allowed: a deployment on aws)`);
  }
  const asked = region ?? deployment?.cloudRegion;
  if (asked === undefined) throw new InputError("--region", 0, "is missing: name the region to read");
  return aws().awsAccount(asked, deployment && accountOf(deployment));
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- an account that is not asked for is not loaded
const aws = () => require("../account/aws/index") as typeof Aws;
