import {
  disallowedFlows,
  isFiltered,
  packetsWith,
  partyMembers,
  permittedInbound,
  unjudgedProblems,
} from "../crossings";
import type { Endpoint, System, Unjudged } from "../model";
import { PacketSet } from "../../packets/packet-set";
import type { Policy } from "../policy";
import type { Invariant } from "./invariant";
import type { Judged } from "../judged";
import type { Problem } from "../problem";
import { checkedByClouds, connectionOffers } from "../clouds/index";

export const invariant: Invariant = {
  id: "no-inbound",
  title: "Nothing outside can open a connection to anything inside.",
  paragraph: "Outbound-only model",
  remedy: "Remove the rule, or narrow its source to a group or block of the own network.",
  asksPolicy: true,
  *check(judged) {
    const { system, policy } = judged;
    const permitted = permittedInbound(judged);
    const reachable = system.endpoints.filter((endpoint) => isReachable(endpoint, policy));
    const problems = [...byProbes(reachable, judged)].flatMap(([endpoints, probed]) => [
      ...disallowedFlows(judged, "inbound", endpoints, permitted.union(probed)),
    ]);
    const blamed = new Set(problems.map(({ resource }) => resource));
    const found = [
      ...problems,
      ...privateLinks(system).filter(({ resource }) => !blamed.has(resource)),
      ...checkedByClouds("no-inbound", judged),
    ];
    yield* found;
    // Where nothing comes in, it does not matter what would stop it; where filters let nothing in, what would lead there.
    const isLed = found.length > 0 || !isKeptOut(reachable, judged, permitted);
    const matters = ({ onlyStops, onlyLeads }: Unjudged) => (onlyLeads ? isLed : !onlyStops || found.length > 0);
    yield* unjudgedProblems({ unjudged: system.unjudged.filter(matters) });
  },
};

/** What is filtered by rules that somebody wrote; others let in whoever is led to them. */
const FILTERED: ReadonlySet<Endpoint["kind"]> = new Set(["node", "instance", "interface", "pod", "group"]);

/**
 * Whether filters alone keep out whatever is not permitted, though it were led there. A deployment of this package has
 * nothing that leads to it but what it says.
 */
function isKeptOut(endpoints: readonly Endpoint[], judged: Judged, permitted: PacketSet): boolean {
  if (judged.deployment || !judged.system.unjudged.some(({ onlyLeads }) => onlyLeads)) return false;
  if (!endpoints.every(({ kind }) => FILTERED.has(kind))) return false;
  const led = endpoints.map((endpoint) => ({ ...endpoint, routes: undefined }));
  return disallowedFlows(judged, "inbound", led, permitted).next().done === true;
}

/** Endpoints apart by the probes of the cloud's own and the clients that may come to them and to no other. */
function* byProbes(
  endpoints: readonly Endpoint[],
  { system, policy }: Judged,
): Generator<[endpoints: readonly Endpoint[], probed: PacketSet]> {
  let left = endpoints;
  for (const { from, services, to } of [...(policy.probes ?? []), ...(policy.clients ?? [])]) {
    if (!to) continue;
    const members = new Set(partyMembers(to, system));
    yield [left.filter((endpoint) => members.has(endpoint)), packetsWith(from, services, system)];
    left = left.filter((endpoint) => !members.has(endpoint));
  }
  yield [left, PacketSet.empty];
}

/**
 * What has no numeric address (a gateway endpoint) only answers its route tables. A cloud's own service that a private
 * name leads to is not inside. Pods without a policy are reached
 * through nodes and services alone; that they lack one is what `default-deny` says. What services open is in their
 * exposures.
 */
function isReachable(endpoint: Endpoint, { inside }: Policy): boolean {
  const { kind, addresses, filters } = endpoint;
  if (kind === "cloud-service" && !addresses.overlaps(inside)) return false;
  // A service of the cloud answers at addresses that the cloud knows.
  if (addresses.numeric().isEmpty && kind !== "service") return false;
  if (kind === "pod") return isFiltered(endpoint, "inbound");
  return !(kind === "service" && filters.some(({ system }) => system === "kubernetes"));
}

/** Whoever connects to what is offered comes from another customer's network. */
function privateLinks({ resources }: System): Problem[] {
  const offers = connectionOffers(resources);
  return resources.flatMap(({ type, mode, address, location }) => {
    const offer = mode === "managed" ? offers.get(type) : undefined;
    if (!offer) return [];
    const { what, who, source } = offer;
    return {
      status: "violated" as const,
      resource: address,
      location,
      message: `${address} lets other ${who}`,
      counterexample: { direction: "inbound" as const, protocol: "tcp", source, destination: address },
      remedy: `Remove the ${what}, or declare it as an exception with a reason and an end.`,
    };
  });
}
