import * as fc from "fast-check";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";
import * as universe from "./universe";

/** What the three kinds of set have in common. */
interface SetLike<S> {
  readonly isEmpty: boolean;
  union(other: S): S;
  intersect(other: S): S;
  subtract(other: S): S;
  isSubsetOf(other: S): boolean;
  overlaps(other: S): boolean;
  equals(other: S): boolean;
  key(): string;
}

const sameMembers = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && universe.without(a, b).size === 0;

/** Checks every operation of a kind of set against the lists of points that its operands hold. */
function algebra<S extends SetLike<S>>(
  kind: { readonly empty: S; readonly all: S; unionOf(sets: Iterable<S>): S },
  drawn: fc.Arbitrary<universe.Drawn<S>>,
  points: readonly string[],
  holds: (set: S, point: string) => boolean,
) {
  const members = (set: S) => points.filter((point) => holds(set, point));
  const check = (property: (a: universe.Drawn<S>, b: universe.Drawn<S>) => void) =>
    fc.assert(fc.property(drawn, drawn, property), { numRuns: 400 });
  const inOrder = (expected: ReadonlySet<string>) => points.filter((point) => expected.has(point));

  test("operations hold exactly the points of the model", () =>
    check((a, b) => {
      expect(members(a.set.union(b.set))).toEqual(inOrder(universe.unite(a.points, b.points)));
      expect(members(a.set.intersect(b.set))).toEqual(inOrder(universe.common(a.points, b.points)));
      expect(members(a.set.subtract(b.set))).toEqual(inOrder(universe.without(a.points, b.points)));
    }));

  test("comparisons agree with the model", () =>
    check((a, b) => {
      expect(a.set.isEmpty).toBe(a.points.size === 0);
      expect(a.set.isSubsetOf(b.set)).toBe(universe.without(a.points, b.points).size === 0);
      expect(a.set.overlaps(b.set)).toBe(universe.common(a.points, b.points).size > 0);
    }));

  test("sets are equal, and have equal keys, exactly if they hold the same points", () =>
    check((a, b) => {
      const same = sameMembers(a.points, b.points);
      expect(a.set.equals(b.set)).toBe(same);
      expect(a.set.key() === b.set.key()).toBe(same);
      // The same set by another way: its two parts by b, put together again.
      const parts = a.set.intersect(b.set).union(a.set.subtract(b.set));
      expect(parts.equals(a.set)).toBe(true);
      expect(parts.key()).toBe(a.set.key());
    }));

  test("the union of many is the union of one after the other", () =>
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 6 }), (sets) => {
        const oneByOne = sets.reduce((sum, { set }) => sum.union(set), kind.empty);
        expect(kind.unionOf(sets.map(({ set }) => set)).key()).toBe(oneByOne.key());
      }),
      { numRuns: 400 },
    ));

  test("nothing and everything are the bounds", () =>
    check((a) => {
      expect(a.set.union(kind.all).equals(kind.all)).toBe(true);
      expect(a.set.intersect(kind.all).equals(a.set)).toBe(true);
      expect(a.set.union(kind.empty).equals(a.set)).toBe(true);
      expect(a.set.intersect(kind.empty).isEmpty).toBe(true);
      expect(kind.all.subtract(a.set).union(a.set).equals(kind.all)).toBe(true);
    }));
}

describe("AddressSet", () => algebra(AddressSet, universe.addressSets, universe.ADDRESS_POINTS, universe.holdsAddress));
describe("ServiceSet", () => algebra(ServiceSet, universe.serviceSets, universe.SERVICE_POINTS, universe.holdsService));
describe("PacketSet", () => algebra(PacketSet, universe.packetSets, universe.PACKET_POINTS, universe.holdsPacket));
