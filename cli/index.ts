/** The command line `dataplane`; each command is a file of its own. */
import { Command, CommanderError } from "commander";
import { AccountError } from "../account/account";
import { ConfigError } from "../config/loader";
import { oneLine } from "../report/lines";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import type * as Audit from "./audit";
import type * as Changed from "./changed";
import type * as Collect from "./collect";
import type * as Cost from "./cost";
import type * as Deployer from "./deployer";
import type * as Diff from "./diff";
import type * as Explain from "./explain";
import type * as FirewallRequest from "./firewall-request";
import type * as Flows from "./flows";
import type * as Images from "./images";
import type * as Init from "./init";
import type * as Manifests from "./manifests";
import type * as Mcp from "./mcp";
import type * as Preflight from "./preflight";
import type * as Probe from "./probe";
import type * as Report from "./report";
import type * as Restore from "./restore";
import type * as Sever from "./sever";
import type * as Share from "./share";
import type * as Status from "./status";
import type * as Values from "./values";
import type * as Verify from "./verify";
import type * as VerifyBundle from "./verify-bundle";
import { version } from "../package.json";
import { missingConstructs } from "./missing-constructs";
import { writeTo } from "./write-to";

/* eslint-disable @typescript-eslint/no-require-imports -- a command is loaded when it is asked for: all take longer to load than one to run */
/** Each command by its name, in the order in which help lists them. */
const COMMANDS: Readonly<Record<string, () => (answer: Answer) => Command>> = {
  init: () => (require("./init") as typeof Init).initCommand,
  verify: () => (require("./verify") as typeof Verify).verifyCommand,
  explain: () => (require("./explain") as typeof Explain).explainCommand,
  diff: () => (require("./diff") as typeof Diff).diffCommand,
  report: () => (require("./report") as typeof Report).reportCommand,
  "verify-bundle": () => (require("./verify-bundle") as typeof VerifyBundle).verifyBundleCommand,
  values: () => (require("./values") as typeof Values).valuesCommand,
  manifests: () => (require("./manifests") as typeof Manifests).manifestsCommand,
  images: () => (require("./images") as typeof Images).imagesCommand,
  preflight: () => (require("./preflight") as typeof Preflight).preflightCommand,
  cost: () => (require("./cost") as typeof Cost).costCommand,
  deployer: () => (require("./deployer") as typeof Deployer).deployerCommand,
  "firewall-request": () => (require("./firewall-request") as typeof FirewallRequest).firewallRequestCommand,
  collect: () => (require("./collect") as typeof Collect).collectCommand,
  audit: () => (require("./audit") as typeof Audit).auditCommand,
  flows: () => (require("./flows") as typeof Flows).flowsCommand,
  sever: () => (require("./sever") as typeof Sever).severCommand,
  restore: () => (require("./restore") as typeof Restore).restoreCommand,
  status: () => (require("./status") as typeof Status).statusCommand,
  probe: () => (require("./probe") as typeof Probe).probeCommand,
  changed: () => (require("./changed") as typeof Changed).changedCommand,
  mcp: () => (require("./mcp") as typeof Mcp).mcpCommand,
};
/** What commands are called. */
export const COMMAND_NAMES: readonly string[] = Object.keys(COMMANDS);
/** Loaded by what this command line starts for itself; help does not list it. */
const share = () => (require("./share") as typeof Share).shareCommand;
/* eslint-enable @typescript-eslint/no-require-imports */

/** What a run of the command line leaves behind. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Exit code of input that can't be used. */
const UNUSABLE = 2;

/**
 * Runs one command; `args` are those behind the program's name. It never throws: input that can't be used, and an error
 * of the program itself, are one line on standard error and exit code 2.
 */
export async function run(args: readonly string[]): Promise<Outcome> {
  const outcome = { exitCode: 0, stdout: "", stderr: "" };
  const answer: Answer = (text, exitCode, file) => {
    if (file === undefined) outcome.stdout += text;
    else writeTo(file, text);
    outcome.exitCode = exitCode;
  };
  const [name = ""] = args;
  // Help, and what to say of a name that none has, take all of them.
  const asked = name === "share" ? [share] : Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]] : Object.values(COMMANDS);
  const commands = asked.flatMap((load) => load?.()(answer) ?? []);
  const program = new Command("dataplane")
    .version(version)
    .description(
      "An outbound-only data plane in the customer's own cloud account: proof, explanations, chart values, manifests, images, firewall requests.",
    );
  for (const command of [program, ...commands]) {
    // Help is as wide everywhere as in a package, where it was written when that was made.
    command
      .configureHelp({ helpWidth: 80 })
      .exitOverride()
      .configureOutput({
        writeOut: (text) => (outcome.stdout += text),
        writeErr: (text) => (outcome.stderr += text),
        outputError: (text, write) => write(`${oneLine(text)}\n`),
      });
  }
  for (const command of commands) program.addCommand(command);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed the help that was asked for, or what is wrong with the arguments.
      outcome.exitCode = error.exitCode === 0 ? 0 : UNUSABLE;
    } else {
      outcome.exitCode = UNUSABLE;
      outcome.stderr += `${complaint(error)}\n`;
    }
  }
  return outcome;
}

function complaint(error: unknown): string {
  if (error instanceof InputError || error instanceof AccountError) return oneLine(error.message);
  if (error instanceof ConfigError) {
    const [first = "", ...others] = error.lines;
    return oneLine(first) + (others.length > 0 ? ` (and ${others.length} more)` : "");
  }
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const missing = missingConstructs(error);
  if (missing !== undefined) return missing;
  return process.env["DEBUG"] ? stack : `dataplane: internal error: ${oneLine(message)}; please report`;
}
