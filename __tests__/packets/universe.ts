/**
 * A naive model of the packet sets: every set is drawn together with the list of the points that it holds.
 *
 * Intervals begin and end at few places only. The points are one of each stretch between two such places, so two sets
 * are equal exactly if they hold the same points.
 */
import * as fc from "fast-check";
import { AddressSet, parseCidr } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";

/** A set with the points that it must hold. */
export interface Drawn<S> {
  readonly set: S;
  readonly points: ReadonlySet<string>;
}

interface Operations<S> {
  union(other: S): S;
  intersect(other: S): S;
  subtract(other: S): S;
}

export const unite = (a: ReadonlySet<string>, b: ReadonlySet<string>) => new Set([...a, ...b]);
export const common = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  new Set([...a].filter((point) => b.has(point)));
export const without = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  new Set([...a].filter((point) => !b.has(point)));

/** Sets put together from `leaves` in up to three operations, so that equal ones come about in different ways. */
function combined<S extends Operations<S>>(leaves: fc.Arbitrary<Drawn<S>>): fc.Arbitrary<Drawn<S>> {
  const step = fc.tuple(fc.constantFrom("union", "intersect", "subtract"), leaves);
  return fc.tuple(leaves, fc.array(step, { maxLength: 3 })).map(([first, steps]) =>
    steps.reduce<Drawn<S>>((a, [operation, b]) => {
      if (operation === "union") return { set: a.set.union(b.set), points: unite(a.points, b.points) };
      if (operation === "intersect") return { set: a.set.intersect(b.set), points: common(a.points, b.points) };
      return { set: a.set.subtract(b.set), points: without(a.points, b.points) };
    }, first),
  );
}

// Each address begins a stretch that ends before the next one.
const V4 = ["0.0.0.0", "0.0.0.1", "10.0.0.0", "10.0.0.128", "127.0.0.0", "128.0.0.0", "255.255.255.255"];
const V4_LAST = [
  "0.0.0.0",
  "9.255.255.255",
  "10.0.0.127",
  "126.255.255.255",
  "127.255.255.255",
  "255.255.255.254",
  "255.255.255.255",
];
const V6 = ["::", "::1", "2606:4700::", "2606:4701::"];
const V6_LAST = [
  "::",
  "2606:46ff:ffff:ffff:ffff:ffff:ffff:ffff",
  "2606:4700:ffff:ffff:ffff:ffff:ffff:ffff",
  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];
const NAMES = ["aws:ecr", "aws:s3", "any other name"];

export const ADDRESS_POINTS = [...V4, ...V6, ...NAMES];

const stretches = (firsts: readonly string[], lasts: readonly string[]): fc.Arbitrary<Drawn<AddressSet>> =>
  fc.tuple(fc.nat(firsts.length - 1), fc.nat(firsts.length - 1)).map(([a, b]) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    const set = AddressSet.ofRange(firsts[from] ?? "", lasts[to] ?? "");
    return { set, points: new Set(firsts.slice(from, to + 1)) };
  });

const addressLeaf: fc.Arbitrary<Drawn<AddressSet>> = fc.oneof(
  stretches(V4, V4_LAST),
  stretches(V6, V6_LAST),
  fc.constantFrom(...NAMES.slice(0, 2)).map((name) => ({ set: AddressSet.ofName(name), points: new Set([name]) })),
  fc.constant({ set: AddressSet.all, points: new Set(ADDRESS_POINTS) }),
);

export const addressSets = combined(addressLeaf);

export function holdsAddress(set: AddressSet, point: string): boolean {
  if (NAMES.includes(point)) {
    const { except, names } = set.names();
    return names.includes(point) !== except;
  }
  const { family, first } = parseCidr(point);
  return set.ranges().some((range) => range.family === family && range.first <= first && first <= range.last);
}

// A point is protocol:port, for ICMP protocol:(type * 256 + code); a protocol without ports is the point protocol:0.
const PORTS = [0, 1, 443, 444, 1024, 65535];
const WITH_PORTS = [6, 17];
const WITHOUT_PORTS = [0, 7, 50, 254, 255];
const icmp = (type: number, code: number) => type * 256 + code;
const ICMP_POINTS = [icmp(0, 0), icmp(3, 0), icmp(3, 4), icmp(3, 5), icmp(4, 0), icmp(8, 0), icmp(8, 1), icmp(9, 0)];

const PROTOCOL_POINTS = new Map<number, readonly number[]>([
  ...WITH_PORTS.map((protocol) => [protocol, PORTS] as const),
  ...WITHOUT_PORTS.map((protocol) => [protocol, [0]] as const),
  [1, ICMP_POINTS],
]);

const servicePoints = (protocol: number, points: readonly number[]) => points.map((point) => `${protocol}:${point}`);

export const SERVICE_POINTS = [...PROTOCOL_POINTS].flatMap(([protocol, points]) => servicePoints(protocol, points));

const portRanges: fc.Arbitrary<Drawn<ServiceSet>> = fc
  .tuple(fc.constantFrom(...WITH_PORTS), fc.nat(PORTS.length - 1), fc.nat(PORTS.length - 1))
  .map(([protocol, a, b]) => {
    const starts = PORTS.slice(Math.min(a, b), Math.max(a, b) + 1);
    const last = (PORTS[Math.max(a, b) + 1] ?? 65536) - 1;
    return { set: ServiceSet.of(protocol, starts[0], last), points: new Set(servicePoints(protocol, starts)) };
  });

const protocols: fc.Arbitrary<Drawn<ServiceSet>> = fc.oneof(
  fc.constantFrom(...PROTOCOL_POINTS).map(([protocol, points]) => ({
    set: ServiceSet.of(protocol),
    points: new Set(servicePoints(protocol, points)),
  })),
  // A port restricts nothing of a protocol that has none.
  fc.constantFrom(...WITHOUT_PORTS).map((protocol) => ({
    set: ServiceSet.of(protocol, 443),
    points: new Set(servicePoints(protocol, [0])),
  })),
);

const icmpTypes: fc.Arbitrary<Drawn<ServiceSet>> = fc
  .constantFrom(
    { set: ServiceSet.icmp(1, 3), codes: [icmp(3, 0), icmp(3, 4), icmp(3, 5)] },
    { set: ServiceSet.icmp(1, 3, 4), codes: [icmp(3, 4)] },
    { set: ServiceSet.icmp(1, 8), codes: [icmp(8, 0), icmp(8, 1)] },
    { set: ServiceSet.icmp(1, 8, 0), codes: [icmp(8, 0)] },
  )
  .map(({ set, codes }) => ({ set, points: new Set(servicePoints(1, codes)) }));

const serviceLeaf = fc.oneof(
  portRanges,
  protocols,
  icmpTypes,
  fc.constant({ set: ServiceSet.all, points: new Set(SERVICE_POINTS) }),
);

export const serviceSets = combined(serviceLeaf);

export function holdsService(set: ServiceSet, point: string): boolean {
  const [protocol = NaN, port = NaN] = point.split(":").map(Number);
  const within = ([first, last]: readonly [number, number], value: number) => first <= value && value <= last;
  return set.ranges().some((range) => within(range.protocols, protocol) && within(range.ports, port));
}

export const PACKET_POINTS = ADDRESS_POINTS.flatMap((address) =>
  SERVICE_POINTS.map((service) => `${address} ${service}`),
);

const packetLeaf: fc.Arbitrary<Drawn<PacketSet>> = fc.tuple(addressLeaf, serviceLeaf).map(([addresses, services]) => ({
  set: PacketSet.of(addresses.set, services.set),
  points: new Set(
    [...addresses.points].flatMap((address) => [...services.points].map((service) => `${address} ${service}`)),
  ),
}));

export const packetSets = combined(packetLeaf);

export function holdsPacket(set: PacketSet, point: string): boolean {
  const at = point.lastIndexOf(" ");
  const [address, service] = [point.slice(0, at), point.slice(at + 1)];
  return set
    .slabs()
    .some(({ addresses, services }) => holdsAddress(addresses, address) && holdsService(services, service));
}
