import { randomBytes } from "node:crypto";
import { Command, InvalidArgumentError, Option } from "commander";
import { namespacesOfTasks } from "../config/names";
import { visible } from "../report/lines";
import { InputError } from "../verification/input-error";
import type { Answer } from "./answer";
import { namedDeployment } from "./named-deployment";
import { outcomesOf, probeJob, type Outcome } from "./probe-job/job";
import { runJob } from "./probe-job/run";
import { targetsOf } from "./probe-job/targets";

interface ProbeFlags {
  readonly context?: string;
  readonly namespace?: string;
  readonly timeout: number;
  readonly print?: boolean;
  readonly format: keyof typeof RENDERERS;
}

/** `dataplane probe NAME` */
export function probeCommand(answer: Answer): Command {
  return new Command("probe")
    .description("Try from inside of a running data plane, as a task, what must pass and what must not.")
    .argument("<name>", "the deployment's name")
    .option("--context <name>", "the cluster, by kubectl and this context of your kubeconfig")
    .option("--namespace <namespace>", "of tasks; default: the deployment's first")
    .addOption(
      new Option("--timeout <seconds>", "how long to wait, a node's start included").default(600).argParser(seconds),
    )
    .option("--print", "print the Job, for `dataplane verify` or a reviewer, and run nothing")
    .addOption(new Option("--format <format>", "of the verdict").choices(Object.keys(RENDERERS)).default("text"))
    .addHelpText(
      "after",
      "\nExit code: 0, all is as it must; 1, something is not, or is not known; 2, the input can't be used.",
    )
    .action(async (name: string, flags: ProbeFlags) => {
      const { context, timeout, print = false, format } = flags;
      const deployment = namedDeployment(name);
      const namespaces = namespacesOfTasks(deployment);
      const namespace = flags.namespace ?? namespaces[0] ?? "";
      if (!namespaces.includes(namespace))
        throw new InputError("--namespace", 0, `'${namespace}' holds no tasks (allowed: ${namespaces.join(", ")})`);
      const targets = targetsOf(deployment, namespace);
      const own = { name: `dataplane-probe-${randomBytes(4).toString("hex")}`, namespace, targets, seconds: timeout };
      const job = probeJob(deployment, own);
      if (print) {
        answer(`${JSON.stringify(job, null, 2)}\n`, 0);
        return;
      }
      if (context === undefined) throw new InputError("--context", 0, "is missing: name a context of your kubeconfig");
      const left = await runJob(context, job, timeout);
      const outcomes = outcomesOf(targets, "message" in left ? left.message : "");
      const problem = "missing" in left ? left.missing : undefined;
      const isWell = outcomes.every(({ verdict }) => verdict === "as it must");
      answer(RENDERERS[format]({ name, namespace, problem, outcomes }), isWell ? 0 : 1);
    });
}

function seconds(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a number of seconds");
}

interface Probed {
  readonly name: string;
  readonly namespace: string;
  /** Why nothing is known. */
  readonly problem: string | undefined;
  readonly outcomes: readonly Outcome[];
}

const RENDERERS = {
  text: ({ name, namespace, problem, outcomes }: Probed) => {
    const lines = outcomes.map(
      (one) => `${one.verdict}: ${one.name} (TCP ${one.port} at ${one.host}) must ${one.must}: ${one.end}`,
    );
    const told = problem === undefined ? [] : [`nothing is known: ${problem}`];
    return [`${name}, from a pod in ${namespace}`, ...told, ...lines].map((line) => `${visible(line)}\n`).join("");
  },
  json: ({ name, namespace, problem, outcomes }: Probed) =>
    `${JSON.stringify({ deployment: name, namespace, ...(problem !== undefined && { problem }), outcomes })}\n`,
};
