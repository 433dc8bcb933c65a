/** The command line `dataplane`; each command is a file of its own. */
import { Command } from "commander";
import { ConfigError } from "../config/loader";
import { InputError } from "../verification/input-error";
import { explainCommand } from "./explain";
import { valuesCommand } from "./values";
import { verifyCommand } from "./verify";

/** Exit code of input that can't be used. */
const UNUSABLE = 2;

const program = new Command("dataplane")
  .description("An outbound-only data plane in the customer's own cloud account: proof, explanations, chart values.")
  .addCommand(verifyCommand())
  .addCommand(explainCommand())
  .addCommand(valuesCommand());

for (const command of [program, ...program.commands]) {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : UNUSABLE));
}

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof ConfigError || error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = UNUSABLE;
});
