import { AddressSet, publicAddresses } from "./address-set";
import { firstIndex } from "./intervals";
import { hasPorts } from "./protocols";
import { ServiceSet } from "./service-set";

/** One packet, seen from an endpoint: the far side's address, the IP protocol, and the destination port where it has one. */
export interface Packet {
  /** An IP address or the name of an address set (`aws:s3`). */
  readonly address: string;
  readonly protocol: number;
  readonly port?: number;
}

/** Services whose packets may have the same far addresses. */
export interface Slab {
  readonly services: ServiceSet;
  readonly addresses: AddressSet;
}

/** From `at` on the line of services, packets of `addresses` are in the set, up to the next step. */
interface Step {
  readonly at: number;
  readonly addresses: AddressSet;
}

/** Ports to prefer in examples, the most telling first. */
const TELLING_PORTS = [443, 22, 80, 53, 3389, 5432, 3306, 6443, 8080];
const TCP = 6;
const UDP = 17;

/**
 * An exact, immutable set of packets that one endpoint exchanges in one direction: far address and service.
 *
 * The line of services ({@link ServiceSet}) is cut into steps of constant far addresses. Two steps in a row always
 * differ, so equal sets have equal representations, however they were put together.
 */
export class PacketSet {
  static readonly empty = new PacketSet([]);
  static readonly all = PacketSet.of(AddressSet.all, ServiceSet.all);

  private constructor(private readonly steps: readonly Step[]) {}

  /** Every packet of `services` whose far address is in `addresses`. */
  static of(addresses: AddressSet, services: ServiceSet): PacketSet {
    if (addresses.isEmpty) return PacketSet.empty;
    return new PacketSet(services.line.map((at, i) => ({ at, addresses: i % 2 === 0 ? addresses : AddressSet.empty })));
  }

  /** The set that holds one packet, or all of a protocol where `packet` names no port. @throws RangeError on a bad port */
  static ofPacket({ address, protocol, port }: Packet): PacketSet {
    return PacketSet.of(AddressSet.ofText(address), ServiceSet.of(protocol, port));
  }

  /** The union of any number of sets, in one sweep along the line of services. */
  static unionOf(sets: Iterable<PacketSet>): PacketSet {
    // Rules of one service are many and cost one union here, not one at each step that they span.
    const spans = new Map<number, { first: number; end: number; parts: AddressSet[] }>();
    for (const { steps } of sets) {
      steps.forEach(({ at, addresses }, i) => {
        const end = steps[i + 1]?.at;
        if (end === undefined || addresses.isEmpty) return;
        const key = at * 2 ** 25 + end; // Both are at most 2^24.
        const span = spans.get(key);
        if (span) span.parts.push(addresses);
        else spans.set(key, { first: at, end, parts: [addresses] });
      });
    }
    const edges = [...spans.values()].flatMap(({ first, end, parts }) => {
      const span = { addresses: AddressSet.unionOf(parts) };
      return [
        { at: first, span, opens: true },
        { at: end, span, opens: false },
      ];
    });
    edges.sort((a, b) => a.at - b.at);
    const steps: Step[] = [];
    const open = new Set<{ addresses: AddressSet }>();
    edges.forEach(({ at, span, opens }, i) => {
      if (opens) open.add(span);
      else open.delete(span);
      if (edges[i + 1]?.at !== at) append(steps, at, AddressSet.unionOf([...open].map(({ addresses }) => addresses)));
    });
    return new PacketSet(steps);
  }

  union(other: PacketSet): PacketSet {
    if (this.isEmpty || other.isEmpty) return this.isEmpty ? other : this;
    return this.combine(other, (a, b) => a.union(b));
  }

  intersect(other: PacketSet): PacketSet {
    if (this === PacketSet.all || other === PacketSet.all) return this === PacketSet.all ? other : this;
    const [small, large] = this.steps.length < other.steps.length ? [this, other] : [other, this];
    return small.combine(large.around(small), (a, b) => a.intersect(b));
  }

  subtract(other: PacketSet): PacketSet {
    return other.isEmpty ? this : this.combine(other, (a, b) => a.subtract(b));
  }

  get isEmpty(): boolean {
    return this.steps.length === 0;
  }

  isSubsetOf(other: PacketSet): boolean {
    if (this === other) return true;
    let b = AddressSet.empty;
    let j = 0;
    // What lies between two steps is that of the earlier one, so that each step of either is a place to compare at.
    return this.steps.every(({ at, addresses }, i) => {
      const end = this.steps[i + 1]?.at ?? at;
      while ((other.steps[j]?.at ?? Infinity) <= at) b = other.steps[j++]?.addresses ?? b;
      if (addresses.isEmpty) return true;
      if (!addresses.isSubsetOf(b)) return false;
      while ((other.steps[j]?.at ?? Infinity) < end) {
        b = other.steps[j++]?.addresses ?? b;
        if (!addresses.isSubsetOf(b)) return false;
      }
      return true;
    });
  }

  overlaps(other: PacketSet): boolean {
    let [a, b] = [AddressSet.empty, AddressSet.empty];
    let [i, j] = [0, 0];
    // The last step of a set is an empty one: behind it nothing can overlap.
    while (i < this.steps.length && j < other.steps.length) {
      const at = Math.min(this.steps[i]?.at ?? Infinity, other.steps[j]?.at ?? Infinity);
      if (this.steps[i]?.at === at) a = this.steps[i++]?.addresses ?? a;
      if (other.steps[j]?.at === at) b = other.steps[j++]?.addresses ?? b;
      if (!a.isEmpty && !b.isEmpty && a.overlaps(b)) return true;
    }
    return false;
  }

  equals(other: PacketSet): boolean {
    return (
      this.steps.length === other.steps.length &&
      this.steps.every((step, i) => step.at === other.steps[i]?.at && step.addresses.equals(other.steps[i].addresses))
    );
  }

  /** A text that is equal for equal sets only. */
  key(): string {
    return this.steps.map(({ at, addresses }) => `${at}:${addresses.key()}`).join("\n");
  }

  /** The far addresses of all packets. */
  addresses(): AddressSet {
    return AddressSet.unionOf(this.steps.map(({ addresses }) => addresses));
  }

  /** The services of all packets. */
  services(): ServiceSet {
    return ServiceSet.unionOf(this.slabs().map(({ services }) => services));
  }

  /** The packets whose far address is in `addresses`. */
  onAddresses(addresses: AddressSet): PacketSet {
    if (addresses === AddressSet.all || this.isEmpty) return this;
    const steps: Step[] = [];
    for (const step of this.steps) append(steps, step.at, step.addresses.intersect(addresses));
    return new PacketSet(steps);
  }

  /** The packets of `services`. */
  onServices(services: ServiceSet): PacketSet {
    return this.intersect(PacketSet.of(AddressSet.all, services));
  }

  /** The set cut by far addresses: disjoint services, each with its own set of addresses, no two sets equal. */
  slabs(): Slab[] {
    const slabs = new Map<string, { addresses: AddressSet; line: number[] }>();
    this.steps.forEach(({ at, addresses }, i) => {
      const end = this.steps[i + 1]?.at;
      if (end === undefined || addresses.isEmpty) return;
      const key = addresses.key();
      const slab = slabs.get(key);
      if (slab) slab.line.push(at, end);
      else slabs.set(key, { addresses, line: [at, end] });
    });
    return [...slabs.values()].map(({ addresses, line }) => ({ addresses, services: ServiceSet.ofLine(line) }));
  }

  /**
   * One packet that tells a reader most: with a public address where there is one, TCP before UDP before the rest, a
   * well-known port before the lowest. Undefined for the empty set.
   */
  sample(): Packet | undefined {
    if (this.isEmpty) return undefined;
    const outside = this.onAddresses(publicAddresses());
    const packets = outside.isEmpty ? this : outside;
    for (const telling of tellingPackets()) {
      const [slab] = packets.intersect(telling).slabs();
      const [range] = slab?.services.ranges() ?? [];
      const address = slab?.addresses.sample();
      if (!range || address === undefined) continue;
      const [protocol] = range.protocols;
      return hasPorts(protocol) ? { address, protocol, port: range.ports[0] } : { address, protocol };
    }
    return undefined;
  }

  /** Readable text: `tcp 443 with 10.0.0.0/8; any with 192.0.2.1/32`, `nothing`. */
  toString(): string {
    if (this.isEmpty) return "nothing";
    return this.slabs()
      .map(({ addresses, services }) => `${services} with ${addresses}`)
      .join("; ");
  }

  /** The steps that decide over the packets whose services lie where `other` has any: few of a large set for one rule. */
  private around(other: PacketSet): PacketSet {
    const [first, last] = [other.steps[0], other.steps.at(-1)];
    if (!first || !last) return PacketSet.empty;
    const start = Math.max(0, firstIndex(this.steps.length, (i) => (this.steps[i] as Step).at > first.at) - 1);
    const end = firstIndex(this.steps.length, (i) => (this.steps[i] as Step).at >= last.at);
    return new PacketSet(this.steps.slice(start, end));
  }

  /** One pass over the steps of both; `operation` makes nothing of two empty sets. */
  private combine(other: PacketSet, operation: (a: AddressSet, b: AddressSet) => AddressSet): PacketSet {
    const steps: Step[] = [];
    let [a, b] = [AddressSet.empty, AddressSet.empty];
    let [i, j] = [0, 0];
    while (i < this.steps.length || j < other.steps.length) {
      const at = Math.min(this.steps[i]?.at ?? Infinity, other.steps[j]?.at ?? Infinity);
      if (this.steps[i]?.at === at) a = this.steps[i++]?.addresses ?? a;
      if (other.steps[j]?.at === at) b = other.steps[j++]?.addresses ?? b;
      append(steps, at, operation(a, b));
    }
    return new PacketSet(steps);
  }
}

/** Adds a step unless nothing changes there. */
function append(steps: Step[], at: number, addresses: AddressSet): void {
  if (!addresses.equals(steps.at(-1)?.addresses ?? AddressSet.empty)) steps.push({ at, addresses });
}

let tellingCache: readonly PacketSet[] | undefined;

/** Packets of the services that tell a reader most, most telling first; all are the last. */
function tellingPackets(): readonly PacketSet[] {
  tellingCache ??= [
    ...[TCP, UDP].flatMap((protocol) => [
      ...TELLING_PORTS.map((port) => ServiceSet.of(protocol, port)),
      ServiceSet.of(protocol, 1, 65535),
    ]),
    ServiceSet.all,
  ].map((services) => PacketSet.of(AddressSet.all, services));
  return tellingCache;
}
