/** The command line `dataplane`; each command is a file of its own. */
import { Command } from "commander";
import { ConfigError } from "../config/loader";
import { valuesCommand } from "./values";

/** Exit code of input that can't be used. */
const UNUSABLE = 2;

const program = new Command("dataplane")
  .description("An outbound-only data plane in the customer's own cloud account: values, verification, reports.")
  .showHelpAfterError()
  .addCommand(valuesCommand());

program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : UNUSABLE));
for (const command of program.commands)
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : UNUSABLE));

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = UNUSABLE;
});
