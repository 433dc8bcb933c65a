/** What is billed while it stands, as a deployment's stacks have it: whichever the cloud is. */
import type { Resource, Value } from "../verification/model";
import { field, number } from "../verification/values";

/** How many there are: at fewest, when they are made, and at most. */
export interface Count {
  readonly fewest: number;
  readonly first: number;
  readonly most: number;
}

/** One thing that is billed by time. */
export interface Part {
  /** In the cloud's own words. */
  readonly what: string;
  /** What its price is found by in a price file. */
  readonly price: string;
  /** Address of the resource that makes it. */
  readonly resource: string;
  /** Undefined where the stacks don't tell. */
  readonly count: Count | undefined;
}

/** What resources of a type cost, by what else stands beside them. */
export type Counting = (resource: Resource, all: readonly Resource[]) => readonly Part[];

/** What a cloud bills, by the types of its resources. A type that stands in none of them is not known here. */
export interface Bill {
  readonly byTime: Readonly<Record<string, Counting>>;
  /** What is billed by what it does, in words. */
  readonly byUse: Readonly<Record<string, string>>;
  /** Types that nothing is billed for. */
  readonly free: readonly string[];
}

/** So many at all times. */
export const always = (count: number): Count => ({ fewest: count, first: count, most: count });

/** One thing a resource. */
export const each =
  (what: string, price: string): Counting =>
  ({ address }) => [{ what, price, resource: address, count: always(1) }];

/** A count of the nodes of a pool; undefined where one of its bounds can't be told. */
export function between(
  fewest: Value | undefined,
  first: Value | undefined,
  most: Value | undefined,
): Count | undefined {
  const [least, start, greatest] = [fewest, first, most].map(number);
  if (typeof least !== "number" || typeof start !== "number" || typeof greatest !== "number") return undefined;
  return { fewest: least, first: Math.min(Math.max(start, least), greatest), most: greatest };
}

/** So many of each of a count, such as GiB of a node's disk. */
export const times = (count: Count | undefined, factor: Value | undefined): Count | undefined => {
  const by = number(factor);
  if (!count || typeof by !== "number") return undefined;
  return { fewest: count.fewest * by, first: count.first * by, most: count.most * by };
};

/** The text of a field, or a word that no price is found by. */
export function wordOf(resource: Resource, ...path: readonly string[]): string {
  const value = field(resource, ...path);
  return typeof value === "string" ? value : "unknown";
}
