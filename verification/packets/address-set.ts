import * as ipaddr from "ipaddr.js";

/** One closed interval of addresses of one family. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

type Interval = readonly [first: bigint, last: bigint];

const LAST: Record<4 | 6, bigint> = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n };

/**
 * A set of named address sets: either exactly `names`, or (`except`) every name but these.
 *
 * A name (`aws:s3`, `azure:Storage.eastus`) stands for public addresses that a cloud publishes and the judged input
 * does not hold. Names are atoms: two different ones are taken as disjoint, and a name is disjoint from every
 * numeric address. {@link AddressSet.ofCidrs} adds all names to a list that covers every public IPv4 address.
 */
interface NameSet {
  readonly except: boolean;
  readonly names: ReadonlySet<string>;
}

const NO_NAMES: NameSet = { except: false, names: new Set() };
const ALL_NAMES: NameSet = { except: true, names: new Set() };

/** IPv4 ranges that are no public unicast addresses (RFC 6890), so that no named set can lie in them. */
const NOT_PUBLIC_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];

/**
 * An exact, immutable set of IPv4 addresses, IPv6 addresses and named address sets.
 *
 * Equal sets have equal representations, however they were put together: intervals are sorted, disjoint and merged.
 */
export class AddressSet {
  static readonly empty = new AddressSet([], [], NO_NAMES);
  /** Every IPv4 address, every IPv6 address, every named set. */
  static readonly all = new AddressSet([[0n, LAST[4]]], [[0n, LAST[6]]], ALL_NAMES);

  private constructor(
    private readonly v4: readonly Interval[],
    private readonly v6: readonly Interval[],
    private readonly named: NameSet,
  ) {}

  /**
   * The addresses of one block (`10.0.0.0/8`, `2606:4700::/32`) or one address (`10.0.0.1`).
   *
   * @throws RangeError if `cidr` is malformed or has bits set behind its prefix (clouds refuse or silently mask these).
   */
  static ofCidr(cidr: string): AddressSet {
    const { family, first, last } = parseCidr(cidr);
    return family === 4 ? new AddressSet([[first, last]], [], NO_NAMES) : new AddressSet([], [[first, last]], NO_NAMES);
  }

  /**
   * The union of `cidrs` as one rule names them. A list that covers every public IPv4 address covers every named set
   * too, since those are made of public addresses.
   *
   * @throws RangeError as {@link AddressSet.ofCidr}
   */
  static ofCidrs(cidrs: Iterable<string>): AddressSet {
    let set = AddressSet.empty;
    for (const cidr of cidrs) set = set.union(AddressSet.ofCidr(cidr));
    return publicV4().isSubsetOf(set) ? new AddressSet(set.v4, set.v6, ALL_NAMES) : set;
  }

  /** The addresses from `first` to `last`, both included. @throws RangeError on a malformed or reversed range. */
  static ofRange(first: string, last: string): AddressSet {
    const a = parseCidr(first);
    const b = parseCidr(last);
    if (a.family !== b.family || a.first > b.last) throw new RangeError(`'${first}-${last}' is not an address range`);
    const interval: Interval = [a.first, b.last];
    return a.family === 4 ? new AddressSet([interval], [], NO_NAMES) : new AddressSet([], [interval], NO_NAMES);
  }

  /** A named set, such as `aws:s3`. */
  static ofName(name: string): AddressSet {
    return new AddressSet([], [], { except: false, names: new Set([name]) });
  }

  static unionOf(sets: Iterable<AddressSet>): AddressSet {
    let result = AddressSet.empty;
    for (const set of sets) result = result.union(set);
    return result;
  }

  union(other: AddressSet): AddressSet {
    return new AddressSet(merge([...this.v4, ...other.v4]), merge([...this.v6, ...other.v6]), unionNames(this.named, other.named));
  }

  complement(): AddressSet {
    return new AddressSet(invert(this.v4, LAST[4]), invert(this.v6, LAST[6]), {
      except: !this.named.except,
      names: this.named.names,
    });
  }

  intersect(other: AddressSet): AddressSet {
    return this.complement().union(other.complement()).complement();
  }

  subtract(other: AddressSet): AddressSet {
    return this.intersect(other.complement());
  }

  get isEmpty(): boolean {
    return this.v4.length === 0 && this.v6.length === 0 && !this.named.except && this.named.names.size === 0;
  }

  isSubsetOf(other: AddressSet): boolean {
    return this.subtract(other).isEmpty;
  }

  overlaps(other: AddressSet): boolean {
    return !this.intersect(other).isEmpty;
  }

  equals(other: AddressSet): boolean {
    return this.key() === other.key();
  }

  /** A text that is equal for equal sets only. */
  key(): string {
    const names = [...this.named.names].sort().join(",");
    return `${this.v4.join(";")}|${this.v6.join(";")}|${this.named.except ? "!" : ""}${names}`;
  }

  /** The set without its names: numeric addresses only. */
  numeric(): AddressSet {
    return new AddressSet(this.v4, this.v6, NO_NAMES);
  }

  /** The number of numeric addresses of one family. */
  size(family: 4 | 6): bigint {
    return (family === 4 ? this.v4 : this.v6).reduce((sum, [first, last]) => sum + last - first + 1n, 0n);
  }

  ranges(): AddressRange[] {
    return [
      ...this.v4.map(([first, last]) => ({ family: 4 as const, first, last })),
      ...this.v6.map(([first, last]) => ({ family: 6 as const, first, last })),
    ];
  }

  /** The names in the set; `except` tells that it holds every name but these. */
  names(): { readonly except: boolean; readonly names: readonly string[] } {
    return { except: this.named.except, names: [...this.named.names].sort() };
  }

  /** The smallest list of blocks with the same numeric addresses. */
  toCidrs(): string[] {
    return this.ranges().flatMap(rangeToCidrs);
  }

  /** One member as text: an address that is public where there is one, else any address, else a name. */
  sample(): string | undefined {
    const numeric = this.numeric();
    const [range] = [...numeric.intersect(publicV4()).ranges(), ...numeric.ranges()];
    // The first address of a block is its network address; the one after it reads more like a host.
    if (range) return formatAddress(range.family, range.first < range.last ? range.first + 1n : range.first);
    if (this.named.except) return "any named address set";
    return [...this.named.names].sort()[0];
  }

  /** Readable text: blocks and names, `any` for everything. */
  toString(): string {
    if (this.isEmpty) return "nothing";
    if (this.equals(AddressSet.all)) return "any";
    const { except, names } = this.names();
    const named = except ? (this.v4.length > 0 ? [] : ["named sets"]) : names;
    return [...this.toCidrs(), ...named].join(", ");
  }
}

let publicV4Cache: AddressSet | undefined;

/** Every public IPv4 unicast address. */
function publicV4(): AddressSet {
  publicV4Cache ??= AddressSet.ofCidr("0.0.0.0/0").subtract(AddressSet.unionOf(NOT_PUBLIC_V4.map((c) => AddressSet.ofCidr(c))));
  return publicV4Cache;
}

/**
 * Reads `ADDRESS` or `ADDRESS/PREFIX`.
 *
 * @throws RangeError that quotes the text and says what is wrong with it
 */
export function parseCidr(cidr: string): AddressRange & { readonly prefix: number } {
  const [address = "", prefixText, ...rest] = cidr.split("/");
  const family = address.includes(":") ? 6 : 4;
  const valid = family === 4 ? ipaddr.IPv4.isValidFourPartDecimal(address) : ipaddr.IPv6.isValid(address) && !address.includes("%");
  if (!valid || rest.length > 0) throw new RangeError(`'${cidr}' is not an IP address or CIDR block`);
  const bits = family === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefixText)) throw new RangeError(`'${cidr}' has no valid prefix length`);
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) throw new RangeError(`'${cidr}' has a prefix longer than ${bits} bits`);
  const value = ipaddr.parse(address).toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const size = 1n << BigInt(bits - prefix);
  if (value % size !== 0n) {
    throw new RangeError(`'${cidr}' has bits set behind its prefix; the block is ${formatAddress(family, value - (value % size))}/${prefix}`);
  }
  return { family, first: value, last: value + size - 1n, prefix };
}

/** The text of an address, IPv6 in its short form (RFC 5952). */
export function formatAddress(family: 4 | 6, value: bigint): string {
  const length = family === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}

function rangeToCidrs({ family, first, last }: AddressRange): string[] {
  const bits = family === 4 ? 32n : 128n;
  const cidrs: string[] = [];
  for (let start = first; start <= last; ) {
    let hostBits = 0n;
    while (hostBits < bits && start % (2n << hostBits) === 0n && start + (2n << hostBits) - 1n <= last) hostBits++;
    cidrs.push(`${formatAddress(family, start)}/${bits - hostBits}`);
    start += 1n << hostBits;
  }
  return cidrs;
}

function merge(intervals: readonly Interval[]): Interval[] {
  const merged: [bigint, bigint][] = [];
  for (const [first, last] of [...intervals].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const previous = merged.at(-1);
    if (previous && first <= previous[1] + 1n) previous[1] = last > previous[1] ? last : previous[1];
    else merged.push([first, last]);
  }
  return merged;
}

function invert(intervals: readonly Interval[], lastOfAll: bigint): Interval[] {
  const inverted: Interval[] = [];
  let next = 0n;
  for (const [first, last] of intervals) {
    if (first > next) inverted.push([next, first - 1n]);
    next = last + 1n;
  }
  if (next <= lastOfAll) inverted.push([next, lastOfAll]);
  return inverted;
}

function unionNames(a: NameSet, b: NameSet): NameSet {
  const only = (from: ReadonlySet<string>, keep: (name: string) => boolean) => new Set([...from].filter(keep));
  if (a.except && b.except) return { except: true, names: only(a.names, (name) => b.names.has(name)) };
  if (a.except) return { except: true, names: only(a.names, (name) => !b.names.has(name)) };
  if (b.except) return { except: true, names: only(b.names, (name) => !a.names.has(name)) };
  return { except: false, names: new Set([...a.names, ...b.names]) };
}
