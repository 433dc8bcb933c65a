/** What the written rules let pass, as tables that flows are joined with: the deployment's packet sets are the oracle. */
import { AddressSet } from "../packets/address-set";
import { isIcmp } from "../packets/protocols";
import type { PacketSet } from "../packets/packet-set";
import { ServiceSet } from "../packets/service-set";
import { reach, type RemoteEnd } from "../verification/evaluate";
import type { Judged } from "../verification/judged";
import type { Endpoint, Verdict } from "../verification/model";
import { zonesOf, type PublishedRanges, type Zone } from "./zones";

/** Services that one zone may open to another. */
export interface Permission {
  readonly from: Zone;
  readonly to: Zone;
  readonly services: ServiceSet;
  /** Else whether they pass can't be told from what is written. */
  readonly certain: boolean;
}

/** What is written that allows connections outwards: an allowance of the policy, or a rule. */
export interface Allowance {
  readonly name: string;
  readonly to: readonly Zone[];
  readonly services: ServiceSet;
}

export interface Oracle {
  readonly zones: readonly Zone[];
  readonly permissions: readonly Permission[];
  readonly allowances: readonly Allowance[];
}

const ANYONE = { addresses: AddressSet.all, groups: new Set<string>() };

/**
 * The oracle of a deployment. Flow logs see packets on the wire, which nodes and the cloud's interfaces send: what a
 * NetworkPolicy stops has never been there.
 *
 * @param told sets that only a cloud knows, of which its logs say which address is in them
 * @param published what else is known of such sets: only those that something written speaks of count
 */
export function oracleOf(
  { system, policy }: Judged,
  told: ReadonlySet<string>,
  published: PublishedRanges = new Map(),
): Oracle {
  const endpoints = system.endpoints.filter(
    ({ kind, elsewhere, addresses }) =>
      kind !== "pod" && kind !== "service" && kind !== "group" && !elsewhere && !ANYWHERE.isSubsetOf(addresses),
  );
  const far = endpoints.flatMap((endpoint) =>
    (["outbound", "inbound"] as const).flatMap((direction) =>
      reach(endpoint, direction, ANYONE)
        .possible.slabs()
        .map(({ addresses }) => addresses),
    ),
  );
  const names = new Set(far.flatMap((set) => set.names().names));
  const spokenOf = new Map([...published].filter(([name]) => names.has(name)));
  const zones = zonesOf({ system, policy }, endpoints, far, spokenOf);
  const known = new Set([...told, ...spokenOf.keys()]);
  const permissions = zones.flatMap((from) => zones.flatMap((to) => permissionsBetween(from, to, endpoints, known)));
  return { zones, permissions, allowances: allowancesOf(policy, endpoints, zones, permissions) };
}

const ANYWHERE = AddressSet.ofCidr("0.0.0.0/0");

function permissionsBetween(
  from: Zone,
  to: Zone,
  endpoints: readonly Endpoint[],
  told: ReadonlySet<string>,
): Permission[] {
  const senders = sendersIn(from, to, endpoints);
  const passing = (which: keyof Verdict) => {
    if (to.platform && from.endpoints.length > 0) return ServiceSet.all;
    const leaving = (sender: Endpoint | undefined, remote: RemoteEnd) =>
      sender ? servicesOf(reach(sender, "outbound", remote)[which], to) : ServiceSet.all;
    return ServiceSet.unionOf(
      senders.flatMap((sender) =>
        to.endpoints.length > 0
          ? to.endpoints.map((receiver) =>
              leaving(sender, receiver).intersect(
                servicesOf(reach(receiver, "inbound", sender ?? remoteOf(from))[which], from),
              ),
            )
          : [sender ? leaving(sender, remoteOf(to)) : ServiceSet.empty],
      ),
    );
  };
  const certain = passing("allowed");
  const possible = passing("possible").union(to.inside ? ServiceSet.empty : unnamed(senders, told));
  return [
    { from, to, services: certain, certain: true },
    { from, to, services: possible.subtract(certain), certain: false },
  ].filter(({ services }) => !services.isEmpty);
}

/**
 * Whoever sends from a zone: its endpoints; someone whose rules are not written here, outside or of the cloud's own. What
 * nobody of the own network has, such as a NAT gateway's addresses, passes on what any endpoint sends to the outside.
 */
function sendersIn(from: Zone, to: Zone, endpoints: readonly Endpoint[]): readonly (Endpoint | undefined)[] {
  if (from.endpoints.length > 0) return from.endpoints;
  if (!from.inside || from.platform) return [undefined];
  return to.inside ? [] : endpoints;
}

const remoteOf = ({ alike }: Zone) => ({ addresses: alike, groups: new Set<string>() });

/** Services of packets with any address of a zone: all of its addresses are alike. */
const servicesOf = (packets: PacketSet, { alike }: Zone): ServiceSet => packets.onAddresses(alike).services();

/** Services with sets that only the cloud knows, and of which logs don't tell: any public address may be in them. */
function unnamed(senders: readonly (Endpoint | undefined)[], told: ReadonlySet<string>): ServiceSet {
  return ServiceSet.unionOf(
    senders.flatMap((sender) => {
      const slabs = sender ? reach(sender, "outbound", ANYONE).possible.slabs() : [];
      return slabs
        .filter(({ addresses }) => {
          const { except, names } = addresses.names();
          return !except && names.some((name) => !told.has(name));
        })
        .map(({ services }) => services);
    }),
  );
}

/** Of a rule only what passes by it counts: what another stops before it is never used. */
function allowancesOf(
  policy: Judged["policy"],
  endpoints: readonly Endpoint[],
  zones: readonly Zone[],
  permissions: readonly Permission[],
): Allowance[] {
  const passes = (endpoint: Endpoint, to: Zone, services: ServiceSet) =>
    permissions.some(
      (permission) =>
        permission.to === to && permission.from.endpoints.includes(endpoint) && permission.services.overlaps(services),
    );
  const zonesIn = (set: AddressSet) =>
    zones.filter(({ addresses, alike }) => addresses.isSubsetOf(set) || set.overlaps(alike.subtract(addresses)));
  const promised = (policy.outbound ?? []).flatMap(({ to, services }) =>
    to.kind === "addresses" && !to.addresses.isEmpty
      ? [{ name: `allowance: ${to.name}`, to: zonesIn(to.addresses), services }]
      : [],
  );
  const rules = endpoints.flatMap((endpoint) =>
    endpoint.filters
      .filter(({ direction, keptByCloud }) => direction === "outbound" && !keptByCloud)
      .flatMap(({ levels }) => levels.flat())
      .filter(({ action }) => action === "allow")
      .map(({ resource, peers, services }) => ({
        name: `rule: ${resource}`,
        services,
        to: peers
          .flatMap((peer) => {
            if (peer.kind === "addresses") return zonesIn(peer.addresses);
            if (peer.kind === "unknown") return [];
            return zones.filter((zone) => zone.endpoints.some(({ groups }) => groups.has(peer.id)));
          })
          .filter((zone) => passes(endpoint, zone, services)),
      })),
  );
  const written = [...promised, ...rules].filter(({ to }) => to.length > 0);
  return [...new Map(written.map((one) => [`${one.name} ${one.services}`, one])).values()].map((one) => ({
    ...one,
    name: `${one.name}, ${one.services}`,
  }));
}

/** A set of services as boxes of protocols and ports; of a part of ICMP logs tell no types, so that it may be any. */
export function boxesOf(services: ServiceSet) {
  return services.ranges().map(({ protocols, ports }) => {
    const partly = isIcmp(protocols[0]) && (ports[0] > 0 || ports[1] < 65535);
    return { protocols, ports: partly ? ([0, 65535] as const) : ports, partly };
  });
}
