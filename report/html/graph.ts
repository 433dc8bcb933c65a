/** What a system's topology shows: the document's parts of a deployment, or the endpoints of anything else. */
import { controlPlaneHost } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import { usesFluentBit } from "../../config/logs";
import { outsideOf } from "../../verification/crossings";
import { reach } from "../../verification/evaluate";
import type { Endpoint, Verdict } from "../../verification/model";
import type { Judgement } from "../../verification/verify";
import { cloudOf } from "../clouds/index";
import type { PathState } from "./model";
import {
  CLIENT_CONTROL_PLANE,
  CLIENT_OBJECT_STORE,
  edgeName,
  GRPC,
  IMAGES,
  LOGS,
  MANAGEMENT,
  servicesText,
  TASKS,
  TUNNEL,
  type Path,
} from "./paths";
import type { Arrow, Graph, Part } from "./topology";

/** The deployment as the document draws it, each arrow with the state of its row. */
export function deploymentGraph(judgement: Judgement, deployment: Deployment, paths: readonly Path[]): Graph {
  const words = cloudOf(deployment).words;
  const [accountWord, account] = words.account;
  const service = ({ product, name }: { readonly product: string; readonly name: string }) => `${product}\n${name}`;
  const namespaces = deployment.taskNamespaces;
  const tasks = namespaces.length > 0 ? namespaces.join(", ") : "union";
  const isManaged = deployment.privateManagement !== undefined;
  const parts: Part[] = [
    { id: "clients", title: "Clients", subtitle: "browser, CLI, SDK" },
    ...(isManaged ? [{ id: "union", title: "Union.ai management", subtitle: "BYOC, declared" }] : []),
    { id: "network", title: `Customer network · ${words.cloud}`, subtitle: `${accountWord} ${account}` },
    { id: "cluster", title: words.cluster, subtitle: deployment.name, within: "network" },
    { id: "operator", title: "Operator", subtitle: "union-operator", within: "cluster" },
    { id: "proxy", title: "Operator-proxy", subtitle: "with cloudflared", within: "cluster" },
    { id: "tasks", title: "Task pods", subtitle: tasks, within: "cluster" },
    {
      id: "fluent-bit",
      title: "Fluent Bit",
      subtitle: usesFluentBit(deployment) ? "one on each node" : `in ${words.cluster}'s own agent`,
      within: "cluster",
    },
    { id: "nodes", title: "Nodes", subtitle: deployment.network.cidr, within: "cluster" },
    { id: "api", title: "Kubernetes API", subtitle: "private endpoint", within: "network" },
    { id: "object-store", title: "Object store", subtitle: service(words.objectStore), within: "network" },
    { id: "logs", title: "Logs", subtitle: service(words.logs), within: "network" },
    { id: "secrets", title: "Secret store", subtitle: service(words.secretStore), within: "network" },
    { id: "registry", title: "Registry", subtitle: service(words.registry), within: "network" },
    { id: "cloudflare", title: "Cloudflare edge", subtitle: "published blocks" },
    { id: "edge", title: "Tunnel edge", subtitle: edgeName(deployment), within: "cloudflare" },
    {
      id: "endpoint",
      title: "Regional endpoint",
      subtitle: controlPlaneHost(deployment.tenant, deployment.region),
      within: "cloudflare",
    },
  ];
  const rowOf = (name: string) => paths.find(({ path }) => path === name);
  const arrow = (from: string, to: string, name: string, ...label: string[]): Arrow[] => {
    const row = rowOf(name);
    return row && row.state !== "undeclared" ? [{ from, to, label, state: row.state }] : [];
  };
  const tunnel = (rowOf(TUNNEL)?.protocol ?? "")
    .replace(/^Cloudflare Tunnel, /, "")
    .replace(/, (\w+) 7844$/, " and $1");
  const transport = tunnel.replace(/^(\w+) 7844 and (\w+)$/, "$1 and $2 7844");
  const arrows: Arrow[] = [
    ...arrow("proxy", "edge", TUNNEL, "Cloudflare Tunnel", `${transport}, mTLS`),
    ...arrow("operator", "endpoint", GRPC, "gRPC", "TCP 443, TLS 1.2+"),
    ...arrow("tasks", "object-store", TASKS, "TCP 443, TLS"),
    ...arrow("fluent-bit", "logs", LOGS, "TCP 443, TLS"),
    ...arrow("proxy", "secrets", "Platform to secret store", "TCP 443, TLS"),
    ...arrow("nodes", "registry", IMAGES, "image pulls", "TCP 443, TLS"),
    ...arrow("operator", "api", "Kubernetes API", "TCP 443, TLS"),
    ...arrow("clients", "object-store", CLIENT_OBJECT_STORE, "presigned URL", "TCP 443, TLS 1.2+"),
    ...arrow("clients", "endpoint", CLIENT_CONTROL_PLANE, "HTTPS", "TCP 443, TLS 1.2+"),
    ...arrow("union", "api", MANAGEMENT, words.privateConnection, "TCP 443, TLS"),
  ];
  const disallowed = disallowedFlowsOf(judgement);
  const outside = { id: "outside", title: "Outside", subtitle: "beyond what is allowed" };
  return { parts: disallowed.length > 0 ? [...parts, outside] : parts, arrows: [...arrows, ...disallowed] };
}

/** Arrows for what passes and must not: one for each invariant that tells of it, with its first packet. */
function disallowedFlowsOf({ findings, system }: Judgement): Arrow[] {
  return ["no-inbound", "egress-allowlist"].flatMap((id): Arrow[] => {
    const finding = findings.find(({ invariant, counterexample }) => invariant === id && counterexample);
    if (!finding?.counterexample) return [];
    const { direction, protocol, port, source, destination } = finding.counterexample;
    const own = system.endpoints.find((one) => one.id === (direction === "inbound" ? destination : source));
    const part = PARTS[own?.kind ?? "group"] ?? "network";
    const [from, to] = direction === "inbound" ? ["outside", part] : [part, "outside"];
    const service = servicesText(`${protocol}${port === undefined ? "" : ` ${port}`}`);
    const state = finding.status === "violated" ? "forbidden" : "unknown";
    return [{ from, to, label: [service, `not held: ${id}`], state }];
  });
}

/** Where the drawing of a deployment has endpoints; others are somewhere in the network. */
const PARTS: Readonly<Partial<Record<Endpoint["kind"], string>>> = {
  node: "nodes",
  pod: "nodes",
  "cluster-api": "api",
};

const KINDS: Readonly<Record<Endpoint["kind"], string>> = {
  node: "Nodes",
  instance: "Instances",
  interface: "Interfaces",
  pod: "Pods",
  "cloud-service": "Cloud services",
  "cluster-api": "Kubernetes API",
  "load-balancer": "Load balancers",
  group: "Groups without members",
  service: "Services",
};

/** Services in a label; more than these are told by their number. */
const MOST_SERVICES = 3;

/** What is there, by kind, and what passes between each kind and the outside. */
export function foreignGraph({ system, policy, unheld }: Judgement): Graph {
  const kinds = [...new Set(system.endpoints.map(({ kind }) => kind))];
  const parts: Part[] = [
    { id: "network", title: "Judged system", subtitle: "" },
    ...kinds.map((kind) => {
      const ids = [...new Set(system.endpoints.filter((one) => one.kind === kind).map(({ id }) => id))];
      const subtitle = ids.length === 1 ? (ids[0] ?? "") : `${ids.length}: ${ids.join(", ")}`;
      return { id: kind, title: KINDS[kind], subtitle, within: "network" };
    }),
    { id: "outside", title: "Outside", subtitle: "beyond the own network" },
  ];
  const arrows = kinds.flatMap((kind) =>
    (["inbound", "outbound"] as const).flatMap((direction): Arrow[] => {
      const far = { addresses: outsideOf(policy, system, direction), groups: new Set<string>() };
      const verdicts = system.endpoints
        .filter((one) => one.kind === kind && !one.addresses.isEmpty)
        .map((endpoint) => reach(endpoint, direction, far));
      const label = labelOf(verdicts);
      if (!label) return [];
      const [from, to] = direction === "inbound" ? ["outside", kind] : [kind, "outside"];
      const isHeld = !unheld.has(direction === "inbound" ? "no-inbound" : "egress-allowlist");
      return [{ from, to, label: label.label, state: isHeld || label.state === "unknown" ? label.state : "forbidden" }];
    }),
  );
  return { parts, arrows };
}

/** What passes, as a few words; undefined where nothing does. */
function labelOf(verdicts: readonly Verdict[]): { readonly label: string[]; readonly state: PathState } | undefined {
  const possible = new Set(verdicts.flatMap((one) => servicesOf(one.possible.services().toString())));
  if (possible.size === 0) return undefined;
  const certain = new Set(verdicts.flatMap((one) => servicesOf(one.allowed.services().toString())));
  const shown = [...possible].slice(0, MOST_SERVICES);
  const more = possible.size - shown.length;
  return {
    label: [...shown, ...(more > 0 ? [`and ${more} more`] : [])],
    state: [...possible].every((one) => certain.has(one)) ? "open" : "unknown",
  };
}

function servicesOf(text: string): string[] {
  if (text === "nothing") return [];
  return text === "any" ? ["any protocol and port"] : servicesText(text).split(", ");
}
