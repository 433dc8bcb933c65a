import { CLOUD_SET } from "../../config/policy-file";
import { counterexampleOf, listed, serviceText, unjudgedProblems } from "../crossings";
import { reach } from "../evaluate";
import { extentOf } from "../extent";
import { groupBy } from "../group-by";
import { endsOf, hopsOf, isEndpoint, servingOf, startsOf, type End, type Hop } from "../hops";
import type { Judged } from "../judged";
import { beginningOf, type Endpoint, type Filter, type System } from "../model";
import { PacketSet } from "../../packets/packet-set";
import type { RequiredPath } from "../policy";
import type { Invariant } from "./invariant";
import type { Problem } from "../problem";
import { checkedByClouds } from "../clouds/index";
import { oncePer } from "../once-per";

export const invariant: Invariant = {
  id: "required-paths",
  title: "Every path that the data plane needs is open from end to end.",
  paragraph: "Communication paths",
  remedy: "Open the path at the end that closes it: where it starts, at the node, or where it arrives.",
  isAcross: true,
  asksPolicy: true,
  isAnswered: ({ policy, deployment }) => deployment !== undefined || policy.required.length > 0,
  *check(judged) {
    const { system, policy } = judged;
    for (const { path, problem } of merged(policy.required.flatMap(obstaclesIn(system))))
      yield { ...problem, message: `${path}: ${problem.message}` };
    yield* saidByClouds(system)(judged);
    if (policy.required.length > 0) yield* unjudgedProblems(system);
  },
};

/** What clouds say of a deployment's paths, by no policy: who shows how one is judged asks of it again. */
const saidByClouds = oncePer((system: System) => {
  const known = new Map<Judged["deployment"], readonly Problem[]>();
  return (judged: Judged): readonly Problem[] => {
    const problems = known.get(judged.deployment) ?? [...checkedByClouds("required-paths", { ...judged, system })];
    known.set(judged.deployment, problems);
    return problems;
  };
});

/** What is in the way of one path, each thing once. */
export const inTheWay = (path: RequiredPath, system: System): Problem[] =>
  merged(obstaclesIn(system)(path)).map(({ problem }) => problem);

// ---------------------------------------------------------------- paths

/** What closes a path, or may close it. */
interface Obstacle {
  readonly path: string;
  readonly problem: Problem;
  /** Equal for what one change opens. */
  readonly key: string;
}

/** What is in the way of a system's paths: who shows how one is judged asks of it again. */
const obstaclesIn = oncePer((system: System) => oncePer((path: RequiredPath) => obstacles(path, system)));

/**
 * What is in the way of a path: at most one obstacle for each pair of its ends, the first one that packets meet.
 *
 * A cloud's service is reached through an endpoint of the input that stands for it, where there is one: its private
 * name leads there and nowhere else.
 */
function obstacles(path: RequiredPath, system: System): Obstacle[] {
  const starts = startsOf(path.from, system);
  if (starts.length === 0) return [missing(path, path.from.name, system)];
  const nodes = system.endpoints.filter(({ kind }) => kind === "node");
  return starts.flatMap((start) => {
    const ends = endsOf(path.to, start, system);
    if (!ends) return [missing(path, path.to.name, system)];
    // One of the candidates is enough, if all that bear its name are open.
    const blocked = ends.map((end) => end.flatMap((one) => atEnd(path, start, one, nodes)));
    if (blocked.some((found) => found.length === 0)) return [];
    const found = blocked[0] ?? [];
    return CLOUD_SET.test(path.to.name) && !ends.flat().some(isEndpoint)
      ? withoutEndpoint(path, found, servingOf(path.to, start, system)[0])
      : found;
  });
}

/** What is in the way to one end: its name leads elsewhere, or a hop is closed. */
function atEnd(path: RequiredPath, start: Endpoint, end: End, nodes: readonly Endpoint[]): Obstacle[] {
  const unnamed = isEndpoint(end) ? end.unnamed : undefined;
  if (!unnamed || !isEndpoint(end)) return firstObstacle(path, hopsOf(path, start, end, nodes));
  const { lead, why } = unnamed;
  const status = lead === "unknown" ? "unknown" : "violated";
  const where = lead === "unknown" ? "where it leads can't be told" : "nobody tells it";
  const message = `${start.id} asks for the name of ${path.to.name}, and ${where}: ${why}`;
  return [
    {
      path: path.name,
      key: [why, status].join(),
      problem: { status, resource: end.id, location: end.location, message },
    },
  ];
}

/** What reaches, by direction and both ends: paths share most of their hops, since every pod's leads through every node. */
const reached = {
  inbound: oncePer((at: Endpoint) => oncePer((remote: End) => reach(at, "inbound", remote))),
  outbound: oncePer((at: Endpoint) => oncePer((remote: End) => reach(at, "outbound", remote))),
};

function firstObstacle({ name, services }: RequiredPath, hops: Iterable<Hop>): Obstacle[] {
  for (const hop of hops) {
    const { at, direction, remote } = hop;
    const needed = PacketSet.of(remote.addresses, services);
    const verdict = reached[direction](at)(remote);
    if (needed.isSubsetOf(verdict.allowed)) continue;
    const closed = needed.subtract(verdict.possible);
    const status = closed.isEmpty ? "unknown" : "violated";
    const packets = closed.isEmpty ? needed.subtract(verdict.allowed) : closed;
    const packet = packets.sample();
    if (!packet) continue;
    const filters = at.filters.filter((filter) => filter.direction === direction);
    const byRoutes = needed.isSubsetOf(reach({ ...at, routes: undefined }, direction, remote).allowed);
    const remoteName = isEndpoint(remote) ? remote.id : remote.name;
    const names = listed([...new Set(filters.map((filter) => filter.name))]);
    const by = byRoutes ? `by the routes of ${at.id}` : `by the ${direction} rules of ${names}`;
    const reason = [at.routes?.unknown, ...filters.map(({ unknown }) => unknown)].find((one) => one !== undefined);
    const way = direction === "outbound" ? `${at.id} to ${remoteName}` : `${remoteName} to ${at.id}`;
    const text = `${serviceText(packet)} from ${way}`;
    const message = closed.isEmpty
      ? `whether ${text} is open can't be told: ${reason ?? `a rule of ${names} is not known`}`
      : `${text} is closed ${by}`;
    const shown = isEndpoint(remote) ? { ...packet, address: remoteName } : packet;
    const counterexample = counterexampleOf(shown, direction, at.id);
    const closer = byRoutes || filters.length === 0 ? at.id : filters.map(numberOf).join();
    const key = [closer, direction, status].join("\n");
    const extent = extentOf(packets.key());
    const problem = { status, resource: at.id, location: at.location, message, counterexample, extent } as const;
    return [{ path: name, key, problem }];
  }
  return [];
}

let filtersNumbered = 0;

/** Endpoints that share a filter are opened by one change of it. */
const numberOf = oncePer<Filter, number>(() => filtersNumbered++);

/**
 * A cloud's service that no endpoint of the input stands for, or none that its name leads to, is reached at its public
 * addresses, or not at all.
 */
function withoutEndpoint({ to }: RequiredPath, found: readonly Obstacle[], unnamed: Endpoint | undefined): Obstacle[] {
  return found.slice(0, 1).map(({ path, problem }) => {
    if (!unnamed?.unnamed) {
      const message = `no endpoint of the input serves ${to.name}, and ${problem.message}`;
      return { path, key: `${to.name} ${problem.status}`, problem: { ...problem, message } };
    }
    const { id, location } = unnamed;
    const { why } = unnamed.unnamed;
    const message = `the name of ${to.name} leads to public addresses, as ${why}, and ${problem.message}`;
    return { path, key: `${why} ${problem.status}`, problem: { ...problem, resource: id, location, message } };
  });
}

/** A workload that is not in the input can't be judged; a service without an endpoint has no way to it. */
function missing({ name, from, to, services }: RequiredPath, absent: string, { resources }: System): Obstacle {
  const location = beginningOf(resources);
  const message = `${services} from ${from.name} to ${to.name} can't be told: ${absent} is not in the input`;
  return { path: name, key: absent, problem: { status: "unknown", resource: absent, location, message } };
}

/** One problem for all paths that one change opens. */
function merged(found: readonly Obstacle[]): Pick<Obstacle, "path" | "problem">[] {
  return [...groupBy(found, ({ key }) => key).values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const { path, problem } = first;
    const further = [...new Set(others.map((other) => other.path))].filter((other) => other !== path);
    const also = further.length > 0 ? ` (closes also: ${listed(further)})` : "";
    const extent = extentOf(problem.extent ?? "", ...further);
    return [{ path, problem: { ...problem, message: problem.message + also, extent } }];
  });
}
