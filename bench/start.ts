/** Measures how soon the packed command line answers what needs no command, beside Node's own start. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { packCommand } from "../scripts/pack/command";
import { measure } from "./measure";
import { startVerdicts, together, type Verdict } from "./results";

const ROUNDS = 30;

/** Packs and unpacks the command line in the new folder `scratch`, and tells whether the bounds hold. */
export async function benchStart(scratch: string): Promise<Verdict[]> {
  mkdirSync(scratch);
  execFileSync("tar", ["-xzf", await packCommand(scratch), "-C", scratch]);
  const command = join(scratch, "package/cli/dataplane.js");
  const programs = { node: ["--eval", "0"], version: [command, "--version"], help: [command, "--help"] };
  const rounds = Array.from({ length: ROUNDS }, () => ({
    node: measure(programs.node, scratch, {}),
    version: measure(programs.version, scratch, {}),
    help: measure(programs.help, scratch, {}),
  }));
  const least = (program: keyof typeof programs) => together(rounds.map((round) => round[program])).seconds;
  const start = { node: least("node"), version: least("version"), help: least("help") };
  const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
  console.log(
    `\nPackage: version in ${milliseconds(start.version)}, help in ${milliseconds(start.help)}; Node's start: ${milliseconds(start.node)}`,
  );
  return startVerdicts(start);
}
