/** The rows of `dataplane status`: each a question, its answer, and whether that is well. */
import { cloudflareIps } from "../../config/cloudflare-ips";
import { CHANNEL_NAMES, isStopped, severedChannels } from "../../config/channels";
import { OPERATOR, OPERATOR_PROXY } from "../../config/components";
import type { Deployment } from "../../config/deployment";
import { imageReference } from "../../config/images";
import { PLATFORM_NAMESPACE } from "../../config/names";
import { compareExceptions } from "../../verification/diff/exceptions";
import { policyOfDeployment } from "../../verification/promises/deployment-policy/index";
import type { Condition, Node, RunningCluster, Told, Workload } from "./cluster";
import { driftRow, type DriftSource } from "./drift";
import { heartbeatRow, heartbeatsOf } from "./heartbeat";
import { aged, daysSince, judged, row, type Row } from "./row";

/** Most days of age with which something is well. */
export interface Limits {
  readonly token: number;
  readonly image: number;
  readonly list: number;
  readonly drift: number;
}

export interface Question {
  readonly deployment: Deployment;
  readonly cluster: RunningCluster;
  /** Where the newest look for drift is told of; undefined: nowhere. */
  readonly drift: DriftSource | undefined;
  readonly limits: Limits;
  /** Seconds for which the operator's heartbeats are counted; undefined: its readiness is all that is asked. */
  readonly heartbeat: number | undefined;
  readonly now: Date;
}

/** All rows, in the order in which they are told. */
export async function rowsOf(question: Question): Promise<Row[]> {
  const { deployment, cluster, limits, heartbeat, now } = question;
  const readiness = await cluster.readiness();
  const reachable = reachableRow(readiness);
  const isReachable = reachable.verdict === "well";
  const asked = <T>(ask: () => Promise<Told<T>>): Promise<Told<T>> =>
    isReachable ? ask() : Promise.resolve({ unknown: "the cluster does not answer" });
  const [drift, nodes, operator, proxy, heartbeats] = await Promise.all([
    driftRow(deployment, question.drift, limits.drift, now),
    asked(cluster.nodes),
    asked(() => cluster.workload(PLATFORM_NAMESPACE, OPERATOR)),
    asked(() => cluster.workload(PLATFORM_NAMESPACE, OPERATOR_PROXY)),
    heartbeat === undefined || isStopped(deployment, OPERATOR)
      ? undefined
      : asked(() => heartbeatsOf(cluster, heartbeat)),
  ]);
  return [
    reachable,
    of("nodes ready", nodes, nodesRow),
    of("tunnel ready", proxy, (workload) => readyRow("tunnel ready", workload, deployment)),
    of("token rotation", proxy, (workload) => tokenRow(workload, limits.token, now)),
    heartbeats
      ? of("operator heartbeat", heartbeats, heartbeatRow)
      : of("operator heartbeat", operator, (workload) => readyRow("operator heartbeat", workload, deployment)),
    of("image age", operator, (workload) => imageRow(workload, deployment, limits.image, now)),
    listRow(limits.list, now),
    exceptionRow(deployment, now),
    drift,
    severedRow(deployment),
  ];
}

function of<T>(subject: string, told: Told<T>, judge: (value: T) => Row): Row {
  return "unknown" in told ? row(subject, "unknown", told.unknown) : judge(told.value);
}

const reachableRow = (readiness: Told<string>): Row =>
  "unknown" in readiness
    ? row("cluster reachable", "not well", readiness.unknown)
    : judged("cluster reachable", readiness.value === "ok", `the Kubernetes API says '${readiness.value}'`);

export function nodesRow(nodes: readonly Node[]): Row {
  const waiting = nodes.filter(({ status }) => !status?.conditions?.some(isReady)).map(({ metadata }) => metadata.name);
  const named = waiting.length > 0 ? `; not ready: ${waiting.join(", ")}` : "";
  const detail = `${nodes.length - waiting.length} of ${nodes.length}${named}`;
  return judged("nodes ready", nodes.length > 0 && waiting.length === 0, detail);
}

const isReady = ({ type, status }: Condition) => type === "Ready" && status === "True";

/** Its pods' own probes say so: cloudflared's with a connection to the edge, the operator's with its port open. */
function readyRow(subject: string, { metadata, spec, status }: Workload, deployment: Deployment): Row {
  const [wanted, ready] = [spec.replicas ?? 1, status?.readyReplicas ?? 0];
  const pods = `${ready} of ${wanted} pods of ${metadata.name} are ready`;
  if (isStopped(deployment, metadata.name))
    return judged(subject, wanted === 0 && ready === 0, `its channel is severed: ${pods}`);
  const available = status?.conditions?.find(({ type }) => type === "Available");
  const since = available?.lastTransitionTime === undefined ? "" : `, so since ${available.lastTransitionTime}`;
  return judged(subject, wanted > 0 && ready >= wanted, pods + since);
}

/** What the operator writes on the proxy once it has put a new token into its Secret, as `kubectl rollout restart` does. */
const RESTARTED = "kubectl.kubernetes.io/restartedAt";

function tokenRow({ spec }: Workload, most: number, now: Date): Row {
  const subject = "token rotation";
  const at = spec.template.metadata?.annotations?.[RESTARTED];
  const age = at === undefined ? NaN : daysSince(new Date(at), now);
  if (at === undefined)
    return row(subject, "unknown", "no restart of the operator-proxy is told: its token is the first one");
  if (Number.isNaN(age)) return row(subject, "unknown", `'${at}' is no time`);
  return aged(subject, `the operator-proxy last restarted for one at ${at}`, age, most);
}

/** Union's tags begin with year and month. */
const TAG = /:(\d{4})\.(\d{1,2})\.[\w.-]+$/;

function imageRow({ spec }: Workload, deployment: Deployment, most: number, now: Date): Row {
  const subject = "image age";
  const image = spec.template.spec.containers[0]?.image ?? "none";
  const said = imageReference(deployment, "operator");
  if (image !== said) return row(subject, "not well", `${image} runs, and the deployment says ${said}`);
  const [, year, month] = TAG.exec(image) ?? [];
  if (year === undefined) return row(subject, "unknown", `the tag of ${image} tells no month`);
  return aged(subject, image, daysSince(new Date(Date.UTC(Number(year), Number(month) - 1)), now), most);
}

function listRow(most: number, now: Date): Row {
  const { date } = cloudflareIps();
  return aged("Cloudflare's list", `cloudflare-ips.json is of ${date}`, daysSince(new Date(date), now), most);
}

function exceptionRow(deployment: Deployment, now: Date): Row {
  const today = now.toISOString().slice(0, 10);
  const { exceptions } = policyOfDeployment(deployment);
  const ending = compareExceptions(exceptions, exceptions, today);
  const detail = ending.length > 0 ? ending.map(({ text }) => text).join("; ") : "none ends within 30 days";
  return judged("exceptions", ending.length === 0, detail);
}

function severedRow(deployment: Deployment): Row {
  const severed = severedChannels(deployment).map((channel) => CHANNEL_NAMES[channel]);
  return judged("severed channels", severed.length === 0, severed.length === 0 ? "none" : severed.join(", "));
}
