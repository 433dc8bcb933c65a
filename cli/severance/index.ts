/** Severs channels of a deployment, and restores them: a field of its file, once a diff shows what that does. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import {
  CHANNEL_NAMES,
  CHANNEL_WORKLOADS,
  isStopped,
  severedChannels,
  severedField,
  type Channel,
} from "../../config/channels";
import type { Deployment } from "../../config/deployment";
import { parseDeployment } from "../../config/loader";
import { OPERATOR_PROXY } from "../../config/components";
import { infrastructureStack, PLATFORM_NAMESPACE, workloadsStack } from "../../config/names";
import { renderDiffText } from "../../report/diff-text";
import { diffResources } from "../../verification/diff/index";
import { beyondSeverance } from "../../verification/diff/severance";
import { InputError } from "../../verification/input-error";
import type { Answer } from "../answer";
import { loadedDeployment } from "../named-deployment";
import { writtenStacks } from "../written-stacks";
import { withField } from "./field";

/** What is done to which channels, as the deployment has them. */
export interface Wish {
  readonly change: "closed" | "opened";
  /** The channels that change. @throws InputError where there is nothing to do */
  readonly channels: (deployment: Deployment) => readonly Channel[];
}

/**
 * Changes the field `severed` of a deployment's file, where that opens or closes what is asked and nothing else; and
 * says, or runs, what deploys it.
 */
export async function changeSeverance(
  name: string,
  { change, channels: asked }: Wish,
  { deploys, answer }: { readonly deploys: boolean; readonly answer: Answer },
): Promise<void> {
  const { deployment: before, file } = loadedDeployment(name);
  const channels = asked(before);
  const others = severedChannels(before).filter((channel) => !channels.includes(channel));
  const field = severedField(change === "closed" ? [...others, ...channels] : others);
  const text = withField(readFileSync(file, "utf8"), "severed", field);
  const { deployment: after } = parseDeployment(text, file);
  const [base, head] = [writtenStacks(before), writtenStacks(after)];
  const deployments = await diffResources(base, head);
  const [diff] = deployments;
  if (!diff) throw new InputError(file, 0, "holds no stack that could be compared");
  const shown = renderDiffText({ verdict: diff.verdict, deployments, problems: [] });
  const beyond = beyondSeverance(base, head, diff, { channels, change, deployment: after });
  if (beyond.length > 0) {
    const names = channels.join(" and ");
    answer(`${shown}\nnothing is written: more or less than ${names} would be ${change}\n${lines(beyond)}`, 1);
    return;
  }
  writeFileSync(file, text);
  const commands = change === "closed" ? severing(after) : [["npm", "run", "deploy", "--", name]];
  const said = `${shown}\n${file}: ${change === "closed" ? "severed" : "restored"}: ${channels.map((channel) => CHANNEL_NAMES[channel]).join(", ")}\n`;
  const further = byHand(after, channels, change);
  if (!deploys) {
    answer(`${said}\n${lines(["to be deployed by:", ...commands.map(spelled), ...further])}`, 0);
    return;
  }
  const failed = commands.find(
    ([program = "", ...args]) => spawnSync(program, args, { stdio: "inherit" }).status !== 0,
  );
  const outcome = failed
    ? [`not deployed: ${spelled(failed)} failed; the file stays as it is`]
    : ["deployed", ...further];
  answer(`${said}\n${lines(outcome)}`, failed ? 1 : 0);
}

const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join("");
const spelled = (command: readonly string[]) => `  ${command.join(" ")}`;

/** The infrastructure first: what ends then can't come back. By itself a deploy takes away last, so that nothing is cut. */
const severing = (deployment: Deployment) =>
  [infrastructureStack(deployment), workloadsStack(deployment)].map((stack) => [
    ...["npm", "run", "deploy", "--", deployment.name],
    ...["--stacks", stack],
  ]);

/** What no stack does: pods of Union's chart, and pods of tasks. */
function byHand(deployment: Deployment, channels: readonly Channel[], change: Wish["change"]): string[] {
  const workloads = channels.flatMap((channel) => CHANNEL_WORKLOADS[channel]);
  const replicas = (name: string) =>
    isStopped(deployment, name) ? 0 : name === OPERATOR_PROXY ? deployment.tunnel.replicas : 1;
  const chart = workloads.map(
    (name) => `  kubectl scale --namespace ${PLATFORM_NAMESPACE} --replicas=${replicas(name)} deployment/${name}`,
  );
  const isOfTasks = change === "closed" && channels.includes("grpc") && deployment.taskEgress === "control-plane";
  return [
    ...(deployment.workloads === "chart" ? ["and, of Union's chart:", ...chart] : []),
    ...(isOfTasks ? ["what tasks have open with the control plane ends with their pods"] : []),
  ];
}
