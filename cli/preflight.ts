import { Command } from "commander";
import { InputError } from "../verification/input-error";
import type { Deployment } from "../config/deployment";
import { ConfigError } from "../config/loader";
import type { Checks, Concern, Line } from "../preflight/check";
import { CONCERNS, preflight } from "../preflight/check";
import { endsOf, inside } from "../preflight/inside";
import { Stacks } from "../preflight/stacks";
import { visible } from "../report/lines";
import type { Answer } from "./answer";
import { cloudOf } from "./clouds/index";
import { namedDeployment } from "./named-deployment";
import { writtenStacks } from "./written-stacks";

interface PreflightFlags {
  readonly only?: string;
  readonly inside?: boolean;
  readonly script?: boolean;
  readonly format: string;
  readonly output?: string;
}

/** `dataplane preflight NAME` */
export function preflightCommand(answer: Answer): Command {
  return new Command("preflight")
    .description(
      "Look at what must hold before a deploy, in the account and, with --inside, from inside of its network.",
    )
    .argument("<name>", "the deployment's name")
    .option("--only <concerns>", `comma-separated; of ${CONCERNS.join(", ")}`)
    .option(
      "--inside",
      "try from this machine, which must lie inside of the network, what nodes must reach and what not",
    )
    .option("--script", "Google Cloud: print what sees to it, as a script to read and run; nothing is looked at")
    .option("--format <format>", "text or json", "text")
    .option("--output <file>", "write the answer there instead of to standard output")
    .addHelpText(
      "after",
      "\nEvery call reads; nothing is changed.\n" +
        "Exit code: 0, everything holds; 1, something does not, or could not be told; 2, nothing can be looked at.",
    )
    .action(async (name: string, { only, format, output, ...flags }: PreflightFlags) => {
      const deployment = namedDeployment(name);
      if (flags.script === true) return answer(scriptOf(deployment), 0, output);
      const concerns = concernsOf(only);
      if (format !== "text" && format !== "json")
        throw new InputError("--format", 0, `'${format}' is no format (allowed: text, json)`);
      const all: Checks = {
        ...cloudOf(deployment).checks(new Stacks(writtenStacks(deployment))),
        ...(flags.inside === true && { inside: inside(endsOf(deployment)) }),
      };
      const asked = Object.fromEntries(
        Object.entries(all).filter(([concern]) => concern === "identity" || concerns.includes(concern as Concern)),
      );
      const tell = ({ concern, about }: Line) =>
        process.stderr.isTTY ? console.error(visible(`${concern}: ${about}`)) : undefined;
      const lines = await preflight(asked, tell);
      const passes = lines.every(({ status }) => status === "ok");
      answer(format === "json" ? json(name, passes, lines) : text(lines), passes ? 0 : 1, output);
    });
}

/** The concerns that are asked for. @throws InputError for one that is none */
function concernsOf(only: string | undefined): readonly Concern[] {
  if (only === undefined) return CONCERNS;
  return only.split(",").map((name) => {
    const concern = CONCERNS.find((one) => one === name.trim());
    if (concern) return concern;
    throw new InputError("--only", 0, `'${name}' is nothing to look at (allowed: ${CONCERNS.join(", ")})`);
  });
}

const json = (deployment: string, passes: boolean, lines: readonly Line[]) =>
  `${JSON.stringify({ deployment, verdict: passes ? "pass" : "fail", lines }, null, 2)}\n`;

function text(lines: readonly Line[]): string {
  const count = (status: Line["status"]) => lines.filter((line) => line.status === status).length;
  const all = lines.map(({ status, concern, about, found, remedy }) => {
    const advice = remedy === undefined ? "" : `; remedy: ${remedy}`;
    return visible(`${status.padEnd(7)} ${concern}: ${about}: ${found}${advice}`);
  });
  return [...all, `${count("ok")} ok, ${count("fails")} fail, ${count("unknown")} unknown`]
    .map((line) => `${line}\n`)
    .join("");
}

function scriptOf(deployment: Deployment): string {
  const { script } = cloudOf(deployment);
  if (!script)
    throw new ConfigError([
      `'${deployment.name}' has 'cloud: ${deployment.cloud}' (--script: a deployment with 'cloud: google')`,
    ]);
  const steps = script.map(({ why, commands }) => `\n# ${why}.\n${commands.join("\n")}\n`);
  return `#!/bin/sh\n# Before the first deploy of ${deployment.name}.\nset -eu\n${steps.join("")}`;
}
