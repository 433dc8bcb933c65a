import { isIPv4 } from "node:net";
import * as ipaddr from "ipaddr.js";
import {
  combine,
  covers,
  difference,
  intersect,
  intersection,
  meet,
  pairs,
  same,
  union,
  unionAll,
  type Intervals,
  type Operation,
} from "./intervals";

/** One closed interval of addresses of one family. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** No address of a family: most sets hold one family only. */
const NONE: Intervals<never> = [];
const EVERY_V4: Intervals<number> = [0, 2 ** 32];
const EVERY_V6: Intervals<bigint> = [0n, 1n << 128n];

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
  static readonly all = new AddressSet(EVERY_V4, EVERY_V6, ALL_NAMES);

  private constructor(
    private readonly v4: Intervals<number>,
    private readonly v6: Intervals<bigint>,
    private readonly named: NameSet,
  ) {}

  /**
   * The addresses of one block (`10.0.0.0/8`, `2606:4700::/32`) or one address (`10.0.0.1`).
   *
   * @throws RangeError if `cidr` is malformed or has bits set behind its prefix (clouds refuse or silently mask these).
   */
  static ofCidr(cidr: string): AddressSet {
    const known = blocksRead.get(cidr);
    if (known) return known;
    const { family, first, size } = readBlock(cidr);
    const block =
      family === 4
        ? new AddressSet([first, first + size], NONE, NO_NAMES)
        : new AddressSet(NONE, [first, first + size], NO_NAMES);
    if (blocksRead.size >= MOST_BLOCKS) blocksRead.clear();
    blocksRead.set(cidr, block);
    return block;
  }

  /**
   * The union of `cidrs` as one rule names them. A list that covers every public IPv4 address covers every named set
   * too, since those are made of public addresses.
   *
   * @throws RangeError as {@link AddressSet.ofCidr}
   */
  static ofCidrs(cidrs: Iterable<string>): AddressSet {
    return AddressSet.ofBlocks(Array.from(cidrs, (cidr) => AddressSet.ofCidr(cidr)));
  }

  /** As {@link AddressSet.ofCidrs}, of blocks that are read already. */
  static ofBlocks(blocks: readonly AddressSet[]): AddressSet {
    const set = AddressSet.unionOf(blocks);
    return publicV4().isSubsetOf(set) ? new AddressSet(set.v4, set.v6, ALL_NAMES) : set;
  }

  /** The addresses from `first` to `last`, both included. @throws RangeError on a malformed or reversed range. */
  static ofRange(first: string, last: string): AddressSet {
    const a = parseCidr(first);
    const b = parseCidr(last);
    if (a.family !== b.family || a.first > b.last) throw new RangeError(`'${first}-${last}' is not an address range`);
    return AddressSet.ofInterval({ family: a.family, first: a.first, last: b.last });
  }

  /** A named set, such as `aws:s3`. */
  static ofName(name: string): AddressSet {
    return new AddressSet([], [], { except: false, names: new Set([name]) });
  }

  /** The set that {@link AddressSet.sample} takes its text from: one address, else the set of that name. */
  static ofText(text: string): AddressSet {
    return ipaddr.isValid(text) ? AddressSet.ofCidr(text) : AddressSet.ofName(text);
  }

  static unionOf(sets: Iterable<AddressSet>): AddressSet {
    const all = [...sets];
    const [first, second] = all;
    if (!first) return AddressSet.empty;
    if (!second) return first;
    const v4 = unionAll(all.map((set) => set.v4));
    const v6 = unionAll(all.map((set) => set.v6));
    return new AddressSet(
      v4,
      v6,
      all.map((set) => set.named).reduce((a, b) => combineNames(a, b, union)),
    );
  }

  union(other: AddressSet): AddressSet {
    if (this.isEmpty || other.isEmpty) return this.isEmpty ? other : this;
    return this.combine(other, union);
  }

  intersect(other: AddressSet): AddressSet {
    if (this === other || other === AddressSet.all) return this;
    if (this === AddressSet.all) return other;
    const names = combineNames(this.named, other.named, intersection);
    return new AddressSet(intersect(this.v4, other.v4), intersect(this.v6, other.v6), names);
  }

  subtract(other: AddressSet): AddressSet {
    return other.isEmpty ? this : this.combine(other, difference);
  }

  complement(): AddressSet {
    return AddressSet.all.subtract(this);
  }

  get isEmpty(): boolean {
    return this.v4.length === 0 && this.v6.length === 0 && !this.named.except && this.named.names.size === 0;
  }

  isSubsetOf(other: AddressSet): boolean {
    if (this === other || other === AddressSet.all) return true;
    return covers(other.v4, this.v4) && covers(other.v6, this.v6) && coversNames(other.named, this.named);
  }

  overlaps(other: AddressSet): boolean {
    return meet(this.v4, other.v4) || meet(this.v6, other.v6) || !coversNames(complementOf(other.named), this.named);
  }

  equals(other: AddressSet): boolean {
    return this === other || (same(this.v4, other.v4) && same(this.v6, other.v6) && sameNames(this.named, other.named));
  }

  /** A text that is equal for equal sets only. */
  key(): string {
    return `${this.v4.join(",")}|${this.v6.join(",")}|${this.named.except ? "!" : ""}${JSON.stringify(sorted(this.named))}`;
  }

  /** The set without its names: numeric addresses only. */
  numeric(): AddressSet {
    return new AddressSet(this.v4, this.v6, NO_NAMES);
  }

  /** The number of numeric addresses of one family. */
  size(family: 4 | 6): bigint {
    return this.ranges().reduce(
      (sum, range) => (range.family === family ? sum + range.last - range.first + 1n : sum),
      0n,
    );
  }

  ranges(): AddressRange[] {
    return [
      ...pairs(this.v4).map(({ first, end }) => ({ family: 4 as const, first: BigInt(first), last: BigInt(end) - 1n })),
      ...pairs(this.v6).map(({ first, end }) => ({ family: 6 as const, first, last: end - 1n })),
    ];
  }

  /** The names in the set; `except` tells that it holds every name but these. */
  names(): { readonly except: boolean; readonly names: readonly string[] } {
    return { except: this.named.except, names: sorted(this.named) };
  }

  /** The smallest list of blocks with the same numeric addresses. */
  toCidrs(): string[] {
    return this.ranges().flatMap(rangeToCidrs);
  }

  /** One member as text: an address that is public where there is one, else any address, else a name. */
  sample(): string | undefined {
    const [range] = [...this.intersect(publicAddresses()).ranges(), ...this.ranges()];
    // The first address of a block is its network address; the one after it reads more like a host.
    if (range) return formatAddress(range.family, range.first < range.last ? range.first + 1n : range.first);
    if (this.named.except) return "any named address set";
    return sorted(this.named)[0];
  }

  /** Readable text: blocks and names, `any` for everything. */
  toString(): string {
    if (this.isEmpty) return "nothing";
    if (this.equals(AddressSet.all)) return "any";
    const { except, names } = this.names();
    const named = except ? (this.v4.length > 0 ? [] : ["named sets"]) : names;
    return [...this.toCidrs(), ...named].join(", ");
  }

  private static ofInterval({ family, first, last }: AddressRange): AddressSet {
    return family === 4
      ? new AddressSet([Number(first), Number(last) + 1], [], NO_NAMES)
      : new AddressSet([], [first, last + 1n], NO_NAMES);
  }

  private combine(other: AddressSet, operation: Operation): AddressSet {
    const v4 = combine(this.v4, other.v4, operation);
    return new AddressSet(v4, combine(this.v6, other.v6, operation), combineNames(this.named, other.named, operation));
  }
}

/** Blocks by their texts: rules of an input name few, many times. */
const blocksRead = new Map<string, AddressSet>();
const MOST_BLOCKS = 1_000;

let publicV4Cache: AddressSet | undefined;
let publicCache: AddressSet | undefined;

/** Every public IPv4 unicast address. */
function publicV4(): AddressSet {
  publicV4Cache ??= AddressSet.ofCidr("0.0.0.0/0").subtract(
    AddressSet.unionOf(NOT_PUBLIC_V4.map((c) => AddressSet.ofCidr(c))),
  );
  return publicV4Cache;
}

/** Every public unicast address, IPv4 and IPv6; no names. */
export function publicAddresses(): AddressSet {
  publicCache ??= publicV4().union(AddressSet.ofCidr("2000::/3"));
  return publicCache;
}

/**
 * Reads `ADDRESS` or `ADDRESS/PREFIX`.
 *
 * @throws RangeError that quotes the text and says what is wrong with it
 */
export function parseCidr(cidr: string): AddressRange & { readonly prefix: number } {
  const { family, first, size, prefix } = readBlock(cidr);
  return { family, first: BigInt(first), last: BigInt(first) + BigInt(size) - 1n, prefix };
}

type Block =
  | { readonly family: 4; readonly first: number; readonly size: number; readonly prefix: number }
  | { readonly family: 6; readonly first: bigint; readonly size: bigint; readonly prefix: number };

/** Large inputs are full of IPv4 blocks: these are read without bigints. */
function readBlock(cidr: string): Block {
  const [address = "", prefixText, ...rest] = cidr.split("/");
  const family = address.includes(":") ? 6 : 4;
  const valid = family === 4 ? isIPv4(address) : ipaddr.IPv6.isValid(address) && !address.includes("%");
  if (!valid || rest.length > 0) throw new RangeError(`'${cidr}' is not an IP address or CIDR block`);
  const bits = family === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefixText))
    throw new RangeError(`'${cidr}' has no valid prefix length`);
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) throw new RangeError(`'${cidr}' has a prefix longer than ${bits} bits`);
  if (family === 4) {
    const [first, size] = [v4Value(address), 2 ** (bits - prefix)];
    if (first % size !== 0) throw notAligned(cidr, 4, BigInt(first), BigInt(size), prefix);
    return { family, first, size, prefix };
  }
  const [first, size] = [v6Value(address), 1n << BigInt(bits - prefix)];
  if (first % size !== 0n) throw notAligned(cidr, 6, first, size, prefix);
  return { family, first, size, prefix };
}

function notAligned(cidr: string, family: 4 | 6, value: bigint, size: bigint, prefix: number): RangeError {
  const block = `${formatAddress(family, value - (value % size))}/${prefix}`;
  return new RangeError(`'${cidr}' has bits set behind its prefix; the block is ${block}`);
}

function v4Value(address: string): number {
  let [value, octet] = [0, 0];
  for (let i = 0; i < address.length; i++) {
    const character = address.charCodeAt(i);
    if (character === DOT) [value, octet] = [value * 256 + octet, 0];
    else octet = octet * 10 + character - ZERO;
  }
  return value * 256 + octet;
}

const DOT = ".".charCodeAt(0);
const ZERO = "0".charCodeAt(0);

function v6Value(address: string): bigint {
  return ipaddr.IPv6.parse(address).parts.reduce((sum, part) => (sum << 16n) | BigInt(part), 0n);
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
  for (let start = first; start <= last;) {
    let hostBits = 0n;
    while (hostBits < bits && start % (2n << hostBits) === 0n && start + (2n << hostBits) - 1n <= last) hostBits++;
    cidrs.push(`${formatAddress(family, start)}/${bits - hostBits}`);
    start += 1n << hostBits;
  }
  return cidrs;
}

function combineNames(a: NameSet, b: NameSet, operation: Operation): NameSet {
  const except = operation(a.except, b.except);
  if (a.names.size === 0 && b.names.size === 0) return except ? ALL_NAMES : NO_NAMES;
  const listed = [...new Set([...a.names, ...b.names])];
  const names = listed.filter((name) => operation(holdsName(a, name), holdsName(b, name)) !== except);
  return { except, names: new Set(names) };
}

/** Whether all names of `inner` are among those of `outer`. */
function coversNames(outer: NameSet, inner: NameSet): boolean {
  if (!inner.except) return inner.names.size === 0 || [...inner.names].every((name) => holdsName(outer, name));
  // All names but some are in no list of them.
  return outer.except && (outer.names.size === 0 || [...outer.names].every((name) => !holdsName(inner, name)));
}

const holdsName = ({ except, names }: NameSet, name: string): boolean => names.has(name) !== except;

const complementOf = ({ except, names }: NameSet): NameSet =>
  names.size === 0 ? (except ? NO_NAMES : ALL_NAMES) : { except: !except, names };

function sameNames(a: NameSet, b: NameSet): boolean {
  if (a === b) return true;
  return a.except === b.except && a.names.size === b.names.size && [...a.names].every((name) => b.names.has(name));
}

function sorted({ names }: NameSet): string[] {
  return [...names].sort();
}
