import { combine, difference, intersection, pairs, same, union, unionAll, type Intervals } from "./intervals";
import { hasPorts, isIcmp, protocolName } from "./protocols";

/** Points of one protocol: a port each, or for ICMP a type and code each. */
const POINTS = 65536;
const PROTOCOLS = 256;

/** A box of services: every protocol of the first range with every port of the second, bounds included. */
export interface ServiceRange {
  readonly protocols: readonly [first: number, last: number];
  /** For ICMP type * 256 + code; 0 to 65535 for protocols without ports. */
  readonly ports: readonly [first: number, last: number];
}

/**
 * An exact, immutable set of services: IP protocol (0 to 255) with destination port, or with type and code for ICMP.
 *
 * All services lie on one line, protocol * 65536 + port. A protocol without ports is one service that takes up the
 * protocol's whole stretch, so equal sets have equal representations.
 */
export class ServiceSet {
  static readonly empty = new ServiceSet([]);
  static readonly all = new ServiceSet([0, PROTOCOLS * POINTS]);

  private constructor(
    /** The set as intervals on the line of services. */
    readonly line: Intervals<number>,
  ) {}

  /**
   * The ports `first` to `last` (default: `first` alone) of one protocol; without ports, the whole protocol.
   *
   * Protocols without ports have nothing that `first` and `last` could restrict: the set is the whole protocol.
   * `"any"` with ports means the protocols that have ports, at these; `"any"` alone means every packet.
   *
   * @throws RangeError if the protocol is not 0 to 255, the ports not 0 to 65535 in order, or an ICMP protocol comes
   *   with ports (use {@link ServiceSet.icmp})
   */
  static of(protocol: number | "any", first?: number, last: number | undefined = first): ServiceSet {
    if (protocol === "any" && first === undefined) return ServiceSet.all;
    checkRange("port", 65535, first ?? 0, last ?? 65535);
    if (protocol === "any") {
      const protocols = Array.from({ length: PROTOCOLS }, (_, number) => number).filter(hasPorts);
      return ServiceSet.unionOf(protocols.map((number) => ServiceSet.of(number, first, last)));
    }
    checkRange("protocol", 255, protocol, protocol);
    const whole = first === undefined || (first === 0 && last === 65535);
    if (isIcmp(protocol) && !whole) throw new RangeError(`${protocolName(protocol)} has types and codes, not ports`);
    return whole || !hasPorts(protocol) ? stretch(protocol, 0, POINTS - 1) : stretch(protocol, first, last ?? first);
  }

  /**
   * ICMP (1) or ICMPv6 (58): one type and code, all codes of a type, or everything.
   *
   * @throws RangeError if type or code is not 0 to 255, or a code comes without a type
   */
  static icmp(protocol: 1 | 58, type?: number, code?: number): ServiceSet {
    if (type === undefined) {
      if (code !== undefined) throw new RangeError(`${protocolName(protocol)} code ${code} has no type`);
      return ServiceSet.of(protocol);
    }
    checkRange("ICMP type", 255, type, type);
    checkRange("ICMP code", 255, code ?? 0, code ?? 255);
    return stretch(protocol, type * 256 + (code ?? 0), type * 256 + (code ?? 255));
  }

  /** The set at these intervals of the line, which must hold protocols without ports whole or not at all. */
  static ofLine(line: Intervals<number>): ServiceSet {
    return new ServiceSet(line);
  }

  static unionOf(sets: Iterable<ServiceSet>): ServiceSet {
    return new ServiceSet(unionAll([...sets].map((set) => set.line)));
  }

  union(other: ServiceSet): ServiceSet {
    return new ServiceSet(combine(this.line, other.line, union));
  }

  intersect(other: ServiceSet): ServiceSet {
    return new ServiceSet(combine(this.line, other.line, intersection));
  }

  subtract(other: ServiceSet): ServiceSet {
    return new ServiceSet(combine(this.line, other.line, difference));
  }

  complement(): ServiceSet {
    return ServiceSet.all.subtract(this);
  }

  get isEmpty(): boolean {
    return this.line.length === 0;
  }

  isSubsetOf(other: ServiceSet): boolean {
    return this.subtract(other).isEmpty;
  }

  overlaps(other: ServiceSet): boolean {
    return !this.intersect(other).isEmpty;
  }

  equals(other: ServiceSet): boolean {
    return same(this.line, other.line);
  }

  /** A text that is equal for equal sets only. */
  key(): string {
    return this.line.join(",");
  }

  /** The set as disjoint boxes in ascending order; protocols without ports, or with all of them, in one box. */
  ranges(): ServiceRange[] {
    return pairs(this.line).flatMap(({ first, end }) => boxes(first, end - 1));
  }

  /** Readable text: `tcp 443, 7844; udp 7844`, `icmp type 8`, `any`, `nothing`. */
  toString(): string {
    if (this.isEmpty) return "nothing";
    if (this.equals(ServiceSet.all)) return "any";
    const texts = new Map<string, string[]>();
    for (const { protocols, ports } of this.ranges()) {
      const [protocol, last] = protocols;
      const name = protocol === last ? named(protocol) : `protocols ${protocol}-${last}`;
      const whole = ports[0] === 0 && ports[1] === POINTS - 1;
      const text = whole ? [] : isIcmp(protocol) ? icmpTexts(...ports) : [interval(...ports)];
      texts.set(name, [...(texts.get(name) ?? []), ...text]);
    }
    return [...texts].map(([name, ports]) => [name, ports.join(", ")].join(" ").trimEnd()).join("; ");
  }
}

function stretch(protocol: number, first: number, last: number): ServiceSet {
  return ServiceSet.ofLine([protocol * POINTS + first, protocol * POINTS + last + 1]);
}

function checkRange(what: string, limit: number, first: number, last: number): void {
  const valid = Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last && last <= limit;
  if (!valid) throw new RangeError(`'${interval(first, last)}' is not a ${what} from 0 to ${limit}`);
}

/** Cuts a stretch of the line where a protocol ends, and keeps whole protocols together. */
function boxes(first: number, last: number): ServiceRange[] {
  const result: ServiceRange[] = [];
  for (let at = first; at <= last;) {
    const protocol = Math.floor(at / POINTS);
    const port = at % POINTS;
    const whole = port === 0 ? Math.floor((last + 1 - at) / POINTS) : 0;
    const end = whole > 0 ? at + whole * POINTS - 1 : Math.min(last, (protocol + 1) * POINTS - 1);
    result.push(
      whole > 0
        ? { protocols: [protocol, protocol + whole - 1], ports: [0, POINTS - 1] }
        : { protocols: [protocol, protocol], ports: [port, end % POINTS] },
    );
    at = end + 1;
  }
  return result;
}

function named(protocol: number): string {
  const name = protocolName(protocol);
  return name === String(protocol) ? `protocol ${name}` : name;
}

function interval(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** `type 8`, `type 3 code 4`: whole types together, parts of a type with their codes. */
function icmpTexts(first: number, last: number): string[] {
  const texts: string[] = [];
  for (let at = first; at <= last;) {
    const type = Math.floor(at / 256);
    const code = at % 256;
    const whole = code === 0 ? Math.floor((last + 1 - at) / 256) : 0;
    const end = whole > 0 ? at + whole * 256 - 1 : Math.min(last, type * 256 + 255);
    texts.push(
      whole > 0 ? `type ${interval(type, type + whole - 1)}` : `type ${type} code ${interval(code, end % 256)}`,
    );
    at = end + 1;
  }
  return texts;
}
