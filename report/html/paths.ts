/** The document's communication table and the paths beside it, each with how it is judged and by which rules. */
import type { Deployment } from "../../config/deployment";
import { tunnelRegionOf } from "../../config/egress";
import { distinctRules, evidenceOf } from "../../verification/evidence";
import type { DecidingRule } from "../../verification/way";
import { invariant as requiredPaths } from "../../verification/invariants/required-paths";
import type { RequiredPath } from "../../verification/policy";
import type { Judgement } from "../../verification/verify";
import { cloudOf } from "../clouds/index";
import type { PathRow, PathState } from "./model";

/** The document's rows, by the names that `required-paths` has for them. */
export const TUNNEL = "Data Plane ↔ Control Plane (Cloudflare Tunnel)";
export const GRPC = "Data Plane → Control Plane (gRPC over TLS)";
export const CLIENT_CONTROL_PLANE = "Client to Control Plane";
export const CLIENT_OBJECT_STORE = "Client to Object Store";
export const LOGS = "Fluent Bit to Log Aggregator";
export const TASKS = "Task Pods to Object Store";
export const MANAGEMENT = "Union.ai to Customer Kubernetes API (BYOC only)";
export const IMAGES = "Image pulls";

/** A row before its rules are told by the files of its system. */
export interface Path extends Omit<PathRow, "rules"> {
  readonly rules: readonly DecidingRule[];
}

interface Row {
  readonly path: string;
  readonly protocol: string;
  readonly encryption: string;
}

/** Document, "Communication paths". */
const TABLE: readonly Row[] = [
  { path: CLIENT_CONTROL_PLANE, protocol: "HTTPS", encryption: "TLS 1.2+" },
  { path: TUNNEL, protocol: "Cloudflare Tunnel", encryption: "mTLS" },
  { path: GRPC, protocol: "gRPC over TLS", encryption: "TLS 1.2+" },
  {
    path: CLIENT_OBJECT_STORE,
    protocol: "HTTPS (presigned URL)",
    encryption: "TLS 1.2+ (cloud provider enforced)",
  },
  { path: LOGS, protocol: "Cloud provider SDK", encryption: "TLS (cloud-native)" },
  { path: TASKS, protocol: "Cloud provider SDK", encryption: "TLS (cloud-native)" },
  { path: MANAGEMENT, protocol: "PrivateLink / PSC", encryption: "TLS (private connectivity)" },
];

/** The names of the table's rows. */
export const TABLE_NAMES: readonly string[] = TABLE.map(({ path }) => path);

/** Every row of the document's table, in its order. */
export function documentPaths(judgement: Judgement, deployment: Deployment): Path[] {
  return TABLE.map((row) => {
    const required = judgement.policy.required.filter(({ name }) => name === row.path);
    if (required.length > 0) return judgedRow(row, required, judgement);
    const rest = { initiators: [], rules: [], ...row };
    switch (row.path) {
      case CLIENT_CONTROL_PLANE: {
        const note = "Between the client and Cloudflare's edge; no part of it is in this network.";
        return { ...rest, protocol: "HTTPS, TCP 443", initiators: ["clients"], state: "elsewhere", notes: [note] };
      }
      case CLIENT_OBJECT_STORE:
        return { ...rest, protocol: "HTTPS (presigned URL), TCP 443", ...presigned(judgement, deployment) };
      case MANAGEMENT:
        return { ...rest, state: "undeclared", notes: ["The deployment declares no private management connection."] };
      default:
        return { ...rest, state: "elsewhere", notes: ["The deployment asks for no such path."] };
    }
  });
}

/** What else the policy requires, in its order. */
export function furtherPaths(judgement: Judgement): Path[] {
  const names = new Set(judgement.policy.required.map(({ name }) => name));
  for (const { path } of judgement.deployment ? TABLE : []) names.delete(path);
  return [...names].map((path) => {
    const required = judgement.policy.required.filter(({ name }) => name === path);
    const isTls = required.every(({ services }) => services.toString() === "tcp 443");
    return judgedRow({ path, protocol: "", encryption: isTls ? "TLS" : "inside the network" }, required, judgement);
  });
}

function judgedRow({ path, protocol, encryption }: Row, required: readonly RequiredPath[], judgement: Judgement): Path {
  const evidence = required.map((one) => evidenceOf(one, judgement));
  const status = (["closed", "unknown"] as const).find((state) => evidence.some((one) => one.status === state));
  const services = [...new Set(required.map((one) => servicesText(one.services.toString())))].join("; ");
  return {
    path,
    initiators: [...new Set(required.map(({ from }) => from.name))],
    protocol: [protocol, services].filter((part) => part !== "").join(", "),
    encryption,
    state: status ?? "open",
    notes: [...new Set(evidence.flatMap(({ messages }) => messages))],
    rules: distinctRules(evidence.flatMap(({ rules }) => rules)),
  };
}

/** The browser reads the object store itself; of this network only the store's CORS rules take part in that. */
function presigned(
  { system, policy }: Judgement,
  deployment: Deployment,
): Pick<Path, "initiators" | "state" | "notes" | "rules"> {
  const initiators = ["clients"];
  const { words, setsCors } = cloudOf(deployment);
  const host = words.objectStoreHost;
  if (deployment.objectStore.existing) {
    const note = `Leads to ${host}, a store that you bring with its own CORS rules.`;
    return { initiators, state: "elsewhere", notes: [note], rules: [] };
  }
  const alone = { system, deployment, policy: { ...policy, required: [] } };
  const problems = [...requiredPaths.check(alone)];
  const state: PathState = problems.length === 0 ? "open" : "closed";
  const rules = system.resources.filter(setsCors).map(({ address, location }): DecidingRule => ({
    resource: address,
    direction: "inbound",
    action: "allow",
    location,
  }));
  return { initiators, state, notes: [`Leads to ${host}.`, ...problems.map(({ message }) => message)], rules };
}

/** `TCP 443`, `TCP 7844, UDP 7844`. */
export function servicesText(services: string): string {
  return services.replaceAll(/\b(tcp|udp|icmp|icmpv6|sctp)\b/g, (name) => name.toUpperCase()).replaceAll("; ", ", ");
}

/** The region of the tunnel's edge, as the drawing names it. */
export const edgeName = (deployment: Deployment) => `region ${tunnelRegionOf(deployment)}`;
