/** Who opens what to whom in a system, as a text that a person reads in review. */
import { outsideOf } from "../../verification/crossings";
import { groupBy } from "../../verification/group-by";
import { destinationsOf, type Destination } from "../../verification/destinations";
import { reach, type RemoteEnd } from "../../verification/evaluate";
import type { Judged } from "../../verification/judged";
import type { Direction, Endpoint } from "../../verification/model";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";

/** What passes: for certain, and at most. */
interface Services {
  readonly certain: ServiceSet;
  readonly possible: ServiceSet;
}

/** Who opens what to one party: a line each. */
type Opened = readonly [party: string, lines: readonly string[]];

/** Every flow that rules and routes let pass, by who is reached: a section for all parties that the same may reach. */
export function connectivityOf(judged: Judged): string {
  const sections = new Map<string, string[]>();
  for (const [party, lines] of [...openedInside(judged), ...openedOutside(judged)]) {
    const text = [...new Set(lines)].sort().join("\n") || "  nobody";
    sections.set(text, [...(sections.get(text) ?? []), party]);
  }
  const texts = [...sections].map(([text, parties]) => `${parties.sort().join("\n")}\n${text}\n`);
  return texts.sort().join("\n");
}

function openedInside({ system, policy }: Judged): Opened[] {
  const nodes = system.endpoints.filter(({ kind }) => kind === "node");
  const parties = grouped(system.endpoints);
  const outside = { addresses: outsideOf(policy, system, "inbound"), groups: new Set<string>() };
  return parties.map(([party, receivers]) => [
    party,
    [
      ...parties.flatMap(([name, senders]) => {
        const own = senders.filter(({ kind }) => kind !== "service");
        return linesFrom(
          name,
          own.flatMap((from) => receivers.map((to) => between(from, to, nodes))),
        );
      }),
      ...linesFrom(
        "outside",
        receivers.map((to) => fromOutside(outside, to, nodes)),
      ),
    ],
  ]);
}

/** What leaves the network, by the destinations' names. */
function openedOutside(judged: Judged): Opened[] {
  return [...groupBy(destinationsOf(judged), placeOf)].map(([place, destinations]) => [
    place,
    destinations.flatMap(({ services, from, status }) =>
      grouped(judged.system.endpoints.filter(({ id }) => from.includes(id))).map(
        ([name]) => `  ${services}${status === "unknown" ? " perhaps" : ""} from ${name}`,
      ),
    ),
  ]);
}

/** Sets of which a list of the repository has the blocks are named, others spelled out. */
function placeOf({ name, blocks }: Destination): string {
  return `outside: ${name}${/^(other|part of)/.test(name) ? ` ${blocks.join(" ")}` : ""}`;
}

/** Endpoints by name, without what CDKTF adds to tell names apart. */
function grouped(endpoints: readonly Endpoint[]): [name: string, endpoints: readonly Endpoint[]][] {
  return [...groupBy(endpoints, ({ id }) => id.replace(/_[0-9A-F]{8}$/, ""))];
}

function linesFrom(party: string, flows: readonly Services[]): string[] {
  const { certain, possible } = either(flows);
  const doubtful = possible.subtract(certain);
  return [
    ...(certain.isEmpty ? [] : [`  ${certain.toString()} from ${party}`]),
    ...(doubtful.isEmpty ? [] : [`  ${doubtful.toString()} perhaps from ${party}`]),
  ];
}

/** What comes from outside to an endpoint, for pods to the nodes that they run on. */
function fromOutside(outside: RemoteEnd, to: Endpoint, nodes: readonly Endpoint[]): Services {
  const hosts = to.kind === "pod" ? nodes.map((node) => atHop(node, "inbound", outside)) : [];
  return both([atHop(to, "inbound", outside), ...(hosts.length > 0 ? [either(hosts)] : [])]);
}

/** What passes from one endpoint to another; pods send and receive at nodes, whichever the scheduler chooses. */
function between(from: Endpoint, to: Endpoint, nodes: readonly Endpoint[]): Services {
  const isPod = ({ kind }: Endpoint) => kind === "pod" && nodes.length > 0;
  const inPods = isPod(from) && isPod(to);
  const wire = (end: Endpoint) => (isPod(end) ? nodes.map((node) => (inPods && node.overlay) || node) : [end]);
  const ways = wire(from).flatMap((sender) =>
    wire(to).map((receiver) => both([atHop(sender, "outbound", receiver), atHop(receiver, "inbound", sender)])),
  );
  return both([
    ...(isPod(from) ? [atHop(from, "outbound", to)] : []),
    ...(isPod(to) ? [atHop(to, "inbound", from)] : []),
    { certain: both(ways).certain, possible: either(ways).possible },
  ]);
}

/** What an endpoint sends to the far side, or gets from it: for certain where that is so of each address there. */
function atHop(at: Endpoint, direction: Direction, remote: RemoteEnd): Services {
  const { allowed, possible } = reach(at, direction, remote);
  const missing = PacketSet.of(remote.addresses, ServiceSet.all).subtract(allowed);
  return { certain: allowed.services().subtract(missing.services()), possible: possible.services() };
}

const both = (all: readonly Services[]): Services =>
  all.reduce((one, other) => ({
    certain: one.certain.intersect(other.certain),
    possible: one.possible.intersect(other.possible),
  }));

const either = (all: readonly Services[]): Services => ({
  certain: ServiceSet.unionOf(all.map(({ certain }) => certain)),
  possible: ServiceSet.unionOf(all.map(({ possible }) => possible)),
});
