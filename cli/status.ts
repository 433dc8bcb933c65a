import { Command, InvalidArgumentError, Option } from "commander";
import { visible } from "../report/lines";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { namedDeployment } from "./named-deployment";
import { RunningCluster } from "./status-report/cluster";
import type { DriftSource } from "./status-report/drift";
import type { Row } from "./status-report/row";
import { rowsOf } from "./status-report/rows";

interface StatusFlags {
  readonly context: string;
  readonly drift?: string;
  readonly repository?: string;
  readonly tokenDays: number;
  readonly imageDays: number;
  readonly listDays: number;
  readonly driftDays: number;
  readonly heartbeatSeconds?: number;
  readonly format: keyof typeof RENDERERS;
}

/** `dataplane status NAME` */
export function statusCommand(answer: Answer): Command {
  return new Command("status")
    .description("Tell how a running data plane is, in one table: what runs, what ages, what is about to end.")
    .argument("<name>", "the deployment's name")
    .requiredOption("--context <name>", "the cluster, by kubectl and this context of your kubeconfig")
    .option("--drift <file>", "what `npm run deploy -- NAME --drift --summary FILE` wrote last")
    .addOption(
      new Option("--repository <owner/name>", "on GitHub, whose workflow looks for drift; the token is in GITHUB_TOKEN")
        .conflicts("drift")
        .argParser(repository),
    )
    .addOption(days("--token-days", "of the tunnel's token", 90))
    .addOption(days("--image-days", "of the operator's image, from the month that its tag names", 180))
    .addOption(days("--list-days", "of Cloudflare's list", 90))
    .addOption(days("--drift-days", "of the look for drift", 2))
    .addOption(
      new Option(
        "--heartbeat-seconds <seconds>",
        "count the operator's heartbeats for so long, by a port-forward (default: only whether its pod is ready)",
      ).argParser(seconds),
    )
    .addOption(new Option("--format <format>", "of the table").choices(Object.keys(RENDERERS)).default("text"))
    .addHelpText(
      "after",
      "\nExit code: 0, all is well; 1, something is not, or is not known; 2, the input can't be used.",
    )
    .action(async (name: string, flags: StatusFlags) => {
      const deployment = namedDeployment(name);
      const drift = driftSource(flags);
      const rows = await rowsOf({
        deployment,
        cluster: await RunningCluster.of(flags.context),
        drift,
        limits: { token: flags.tokenDays, image: flags.imageDays, list: flags.listDays, drift: flags.driftDays },
        heartbeat: flags.heartbeatSeconds,
        now: new Date(),
      });
      answer(RENDERERS[flags.format](name, rows), rows.every(({ verdict }) => verdict === "well") ? 0 : 1);
    });
}

/** @throws InputError without a token */
function driftSource({ drift, repository: of }: StatusFlags): DriftSource | undefined {
  if (drift !== undefined) return { kind: "file", path: drift };
  if (of === undefined) return undefined;
  const token = process.env["GITHUB_TOKEN"];
  if (token) return { kind: "repository", repository: of, token };
  throw new InputError("GITHUB_TOKEN", 0, `is not set (allowed: a token that reads runs and issues of ${of})`);
}

/** @throws InvalidArgumentError if a text names no repository */
function repository(text: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  throw new InvalidArgumentError("Allowed: OWNER/NAME.");
}

const days = (flag: string, what: string, most: number): Option =>
  new Option(`${flag} <days>`, `most days of age ${what}`).default(most).argParser((text) => {
    if (/^\d{1,5}$/.test(text)) return Number(text);
    throw new InvalidArgumentError("must be a number of days");
  });

/** @throws InvalidArgumentError if a text is no number of seconds within an hour */
function seconds(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) > 0 && Number(text) <= 3600) return Number(text);
  throw new InvalidArgumentError("must be a number of seconds (allowed: 1 to 3600)");
}

const RENDERERS = {
  text: (name: string, rows: readonly Row[]) => {
    const width = (of: (row: Row) => string) => Math.max(...rows.map((row) => of(row).length));
    const [subjects, verdicts] = [width(({ subject }) => subject), width(({ verdict }) => verdict)];
    const lines = rows.map(
      ({ subject, verdict, detail }) => `${subject.padEnd(subjects)}  ${verdict.padEnd(verdicts)}  ${detail}`,
    );
    return [name, ...lines].map((line) => `${visible(line)}\n`).join("");
  },
  json: (name: string, rows: readonly Row[]) => `${JSON.stringify({ deployment: name, rows })}\n`,
};
