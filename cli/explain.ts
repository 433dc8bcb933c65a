import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { visible } from "../report/lines";
import { place } from "../verification/crossings";
import { explain, type Decision, type Explanation } from "../verification/explain";
import { loadResources } from "../verification/load";
import type { Answer } from "./answer";

interface ExplainFlags {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port?: number;
  readonly format: keyof typeof RENDERERS;
  readonly output?: string;
}

const EXIT_CODES: Readonly<Record<Decision, number>> = { allowed: 0, denied: 1, unknown: 2 };

/** `dataplane explain --from X --to Y --protocol P [--port N] PATH...` */
export function explainCommand(answer: Answer): Command {
  const ends =
    "an IP address, internet, a set (cloudflare, aws:s3), a resource's address, pod/NAMESPACE/NAME or another workload";
  return new Command("explain")
    .description("Tell whether one packet is allowed, and which rules decide.")
    .addArgument(new Argument("<path...>", "judged together, as by `dataplane verify`"))
    .requiredOption("--from <party>", `where it starts: ${ends}`)
    .requiredOption("--to <party>", "where it goes, likewise")
    .requiredOption("--protocol <protocol>", "tcp, udp, icmp or a number")
    .option("--port <number>", "destination port", portNumber)
    .addOption(new Option("--format <format>", "of the answer").choices(Object.keys(RENDERERS)).default("text"))
    .option("--output <file>", "write the answer there instead of to standard output")
    .addHelpText("after", "\nExit code: 0, allowed; 1, denied; 2, unknown, or the input can't be used.")
    .action(async (paths: string[], flags: ExplainFlags) => {
      const explanation = explain(await loadResources(paths), flags);
      answer(RENDERERS[flags.format](explanation, flags), EXIT_CODES[explanation.decision], flags.output);
    });
}

const RENDERERS = {
  text: renderText,
  json: (explanation: Explanation) => `${JSON.stringify(explanation, null, 2)}\n`,
};

function renderText({ decision, rules, reason }: Explanation, { protocol, port, from, to }: ExplainFlags): string {
  const service = `${protocol.toUpperCase()}${port === undefined ? "" : ` ${port}`}`;
  const lines = [
    `${decision}: ${service} from ${from} to ${to}`,
    `  ${reason}`,
    ...rules.map(
      ({ resource, direction, action, location }) => `  ${action} ${direction}: ${resource} (${place(location)})`,
    ),
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}

function portNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65535) throw new InvalidArgumentError("Allowed: a number from 0 to 65535.");
  return number;
}
