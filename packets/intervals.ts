/**
 * A set of points on a line: `[a, b, c, d]` holds every point from `a` to before `b` and from `c` to before `d`.
 *
 * The numbers strictly ascend and come in pairs, so equal sets have equal lists. No operation does arithmetic on the
 * points: one code serves ports and IPv4 addresses (numbers) and IPv6 addresses (bigints).
 */
export type Intervals<T extends number | bigint> = readonly T[];

/** Whether a point belongs to a result, by whether it lies in the first and in the second operand; never if in neither. */
export type Operation = (inA: boolean, inB: boolean) => boolean;

export const union: Operation = (inA, inB) => inA || inB;
export const intersection: Operation = (inA, inB) => inA && inB;
export const difference: Operation = (inA, inB) => inA && !inB;

/** Applies a set operation in one pass over both operands. */
export function combine<T extends number | bigint>(
  a: Intervals<T>,
  b: Intervals<T>,
  operation: Operation,
): Intervals<T> {
  const result: T[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    const at = (y === undefined || (x !== undefined && x < y) ? x : y) as T;
    if (x === at) i++;
    if (y === at) j++;
    // An odd count of passed boundaries means inside.
    const inside = operation(i % 2 === 1, j % 2 === 1);
    if (inside !== (result.length % 2 === 1)) result.push(at);
  }
  return result;
}

/** What two sets have in common. Of a large set only what lies around a small one is gone through. */
export function intersect<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): Intervals<T> {
  const small = a.length < b.length ? a : b;
  const large = small === a ? b : a;
  const first = small[0];
  const last = small[small.length - 1];
  if (first === undefined || last === undefined) return small;
  if (large.length === 2 && (large[0] as T) <= first && last <= (large[1] as T)) return small;
  const start = firstIndex(large.length / 2, (i) => (large[2 * i + 1] as T) > first);
  const end = firstIndex(large.length / 2, (i) => (large[2 * i] as T) >= last);
  return combine(small, large.slice(2 * start, 2 * end), intersection);
}

/** The first index from which on a condition holds, by halving; `count` if it never does. */
export function firstIndex(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The union of any number of sets, by one sort. */
export function unionAll<T extends number | bigint>(sets: readonly Intervals<T>[]): Intervals<T> {
  const [one = [], other, ...further] = sets.filter((set) => set.length > 0);
  if (!other) return one;
  if (further.length === 0) return combine(one, other, union);
  const starts: T[] = [];
  const ends: T[] = [];
  for (const set of [one, other, ...further]) set.forEach((at, i) => (i % 2 === 0 ? starts : ends).push(at));
  const ascending = (a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
  starts.sort(ascending);
  ends.sort(ascending);
  const result: T[] = [];
  let opened = 0;
  ends.forEach((end, closed) => {
    if (opened === closed) result.push(starts[opened] as T);
    while (opened < starts.length && (starts[opened] as T) <= end) opened++;
    if (opened === closed + 1) result.push(end);
  });
  return result;
}

/** Whether all of `inner` lies in `outer`; stops at the first interval that does not. */
export function covers<T extends number | bigint>(outer: Intervals<T>, inner: Intervals<T>): boolean {
  let o = 0;
  for (let i = 0; i < inner.length; i += 2) {
    // Intervals are maximal, so one of the outer ones must hold the inner one whole.
    while (o < outer.length && (outer[o + 1] as T) < (inner[i + 1] as T)) o += 2;
    if (o >= outer.length || (outer[o] as T) > (inner[i] as T)) return false;
  }
  return true;
}

/** Whether two sets have a point in common. */
export function meet<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    const [endOfA, endOfB] = [a[i + 1] as T, b[j + 1] as T];
    if ((a[i] as T) < endOfB && (b[j] as T) < endOfA) return true;
    if (endOfA < endOfB) i += 2;
    else j += 2;
  }
  return false;
}

export function same<T extends number | bigint>(a: Intervals<T>, b: Intervals<T>): boolean {
  return a === b || (a.length === b.length && a.every((at, i) => at === b[i]));
}

/** The intervals as pairs: from `first` to before `end`. */
export function pairs<T extends number | bigint>(set: Intervals<T>): { readonly first: T; readonly end: T }[] {
  return Array.from({ length: set.length / 2 }, (_, i) => ({ first: set[2 * i] as T, end: set[2 * i + 1] as T }));
}
