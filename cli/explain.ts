import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { visible } from "../report/lines";
import { place } from "../verification/crossings";
import { explain, type Answer as Explained, type Decision } from "../verification/explain";
import { loadResources } from "../verification/load";
import type { Answer } from "./answer";
import { givenBy, withGivenOptions, type GivenFlags } from "./given-options";

interface ExplainFlags extends GivenFlags {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port?: number;
  readonly deployment?: string;
  readonly format: keyof typeof RENDERERS;
  readonly output?: string;
}

/** The better ones first: of several answers the worst one counts. */
const DECISIONS: readonly Decision[] = ["allowed", "denied", "unknown"];

/** `dataplane explain --from X --to Y --protocol P [--port N] PATH...` */
export function explainCommand(answer: Answer): Command {
  const ends =
    "an IP address, internet, a set (cloudflare, aws:s3), a resource's address, pod/NAMESPACE/NAME or another workload";
  const command = new Command("explain")
    .description("Tell whether one packet is allowed, and which rules decide.")
    .addArgument(new Argument("<path...>", "judged together, as by `dataplane verify`"))
    .requiredOption("--from <party>", `where it starts: ${ends}`)
    .requiredOption("--to <party>", "where it goes, likewise")
    .requiredOption("--protocol <protocol>", "tcp, udp, icmp or a number")
    .option("--port <number>", "destination port", portNumber)
    .option("--deployment <name>", "ask of this deployment alone; default: of each, with an answer of its own")
    .addOption(new Option("--format <format>", "of the answer").choices(Object.keys(RENDERERS)).default("text"))
    .option("--output <file>", "write the answer there instead of to standard output")
    .addHelpText(
      "after",
      "\nExit code: 0, allowed; 1, denied; 2, unknown, or the input can't be used. Of several answers the worst.",
    )
    .action(async (paths: string[], flags: ExplainFlags) => {
      const answers = explain(
        await loadResources(paths, { ...givenBy(flags), givesValues: true }),
        flags,
        flags.deployment,
      );
      const worst = Math.max(...answers.map(({ decision }) => DECISIONS.indexOf(decision)));
      answer(RENDERERS[flags.format](answers, flags), worst, flags.output);
    });
  return withGivenOptions(command);
}

const RENDERERS = {
  text: renderText,
  json: (answers: readonly Explained[]) => `${JSON.stringify({ answers }, null, 2)}\n`,
};

function renderText(answers: readonly Explained[], { protocol, port, from, to }: ExplainFlags): string {
  const service = `${protocol.toUpperCase()}${port === undefined ? "" : ` ${port}`}`;
  const lines = answers.flatMap(
    ({ root, values, deployment = root ?? "of no deployment", decision, rules, reason }) => [
      `${answers.length > 1 ? `${deployment}${values === undefined ? "" : ` with the values of ${values}`}: ` : ""}${decision}: ${service} from ${from} to ${to}`,
      `  ${reason}`,
      ...rules.map(
        ({ resource, direction, action, location }) => `  ${action} ${direction}: ${resource} (${place(location)})`,
      ),
    ],
  );
  return lines.map((line) => `${visible(line)}\n`).join("");
}

function portNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535) throw new InvalidArgumentError("Allowed: a number from 0 to 65535.");
  return number;
}
