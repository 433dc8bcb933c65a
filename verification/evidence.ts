/** What shows a reader that a path is open: how it is judged, and every rule that lets it pass on its way. */
import { decidingRules, type RemoteEnd } from "./evaluate";
import { endsOf, hopsOf, startsOf, type Hop } from "./hops";
import { inTheWay } from "./invariants/required-paths";
import type { Direction, Endpoint, Location, System } from "./model";
import { PacketSet } from "../packets/packet-set";
import type { ServiceSet } from "../packets/service-set";
import type { RequiredPath } from "./policy";
import type { DecidingRule } from "./way";
import { oncePer } from "./once-per";

export interface Evidence {
  readonly status: "open" | "closed" | "unknown";
  /** What closes the path, or what is missing to tell. */
  readonly messages: readonly string[];
  /** Rules that allow it: where it starts, at the nodes, and where it arrives. */
  readonly rules: readonly DecidingRule[];
}

/** How `required-paths` judges one path of a system, and by which rules. */
export function evidenceOf(path: RequiredPath, { system }: { readonly system: System }): Evidence {
  const problems = inTheWay(path, system);
  const status = problems.some((problem) => problem.status === "violated") ? "closed" : "unknown";
  return {
    status: problems.length === 0 ? "open" : status,
    messages: problems.map(({ message }) => message),
    rules: distinctRules([...rulesOfAll(path, system)].flat()),
  };
}

/** Rules of several paths, each once. */
export function distinctRules(rules: readonly DecidingRule[]): DecidingRule[] {
  const keyOf = ({ resource, direction, location }: DecidingRule) =>
    `${direction}\n${resource}\n${location.file}\n${location.line}`;
  return [...new Map(rules.map((rule) => [keyOf(rule), rule])).values()];
}

/** Where rules decide over a path. */
function* hopsOfAll(path: RequiredPath, system: System): Generator<Hop> {
  const nodes = system.endpoints.filter(({ kind }) => kind === "node");
  for (const start of startsOf(path.from, system))
    for (const end of endsOf(path.to, start, system)?.flat() ?? []) yield* hopsOf(path, start, end, nodes);
}

// ---------------------------------------------------------------- rules

/** The rules at all hops of a path, each list of them once: those of one hop are one list. */
function rulesOfAll(path: RequiredPath, system: System): ReadonlySet<readonly DecidingRule[]> {
  const key = path.services.key();
  const found = new Set<readonly DecidingRule[]>();
  for (const hop of hopsOfAll(path, system)) found.add(rulesAt(hop, path.services, key));
  return found;
}

type Rules = Map<string, readonly DecidingRule[]>;

/** Rules that were found at an endpoint for a far end, by direction and the key of services. */
const rulesOf = { inbound: rulesAtEnds(), outbound: rulesAtEnds() };

function rulesAtEnds(): (at: Endpoint) => (remote: RemoteEnd) => Rules {
  return oncePer<Endpoint, (remote: RemoteEnd) => Rules>(() => oncePer<RemoteEnd, Rules>(() => new Map()));
}

/** Every rule that allows some of the packets; paths share most of their hops, so each is looked at once. */
function rulesAt({ at, direction, remote }: Hop, services: ServiceSet, of: string): readonly DecidingRule[] {
  const ofRemote = rulesOf[direction](at)(remote);
  const known = ofRemote.get(of);
  if (known) return known;
  const rules = allowingRules(at, direction, remote, PacketSet.of(remote.addresses, services));
  ofRemote.set(of, rules);
  return rules;
}

/** The rules at an endpoint that allow any of `packets`, in one direction. */
export function allowingRules(
  endpoint: Endpoint,
  direction: Direction,
  remote: RemoteEnd,
  packets: PacketSet,
): readonly DecidingRule[] {
  return decidingRules(endpoint, direction, remote, packets)
    .filter(({ action }) => action !== "deny")
    .map(({ resource, action, location }) => ({ resource, direction, action, location: plain(location) }));
}

/** A location's line may be worked out each time that it is read. */
const plain = ({ file, line }: Location): Location => ({ file, line });
