/**
 * Records of an account that are alike to all that is judged, read as one: an account has machines, their interfaces and
 * disks by the hundred thousand, and few ways in which they differ.
 */
import type { Fields } from "../../account/kept";
import { isJsonObject, type JsonObject } from "./json-values";

/** What of a kind's records is each one's own. Those that agree in all else are judged alike. */
export interface Likeness {
  /** What others call it by. Whoever is named somewhere stands for itself alone. */
  readonly names: Fields;
  /** What more is each one's own: one that stands for others has none of it. Default: nothing. */
  readonly own?: Fields;
  /** What counts by being there, whatever it says, such as a public address. Default: nothing. */
  readonly presence?: Fields;
  /** Whether a record that nothing names tells nothing of what is judged. Default: each tells something. */
  readonly tellsNothing?: (record: JsonObject) => boolean;
}

/** Where records of a kind name one of another. */
export interface Naming {
  readonly kind: string;
  readonly field: string;
}

/** How a cloud's records are alike. */
export interface Likenesses {
  /** By kind, in the order in which they are read, after all others. */
  readonly kinds: Readonly<Record<string, Likeness>>;
  /** Kinds that are read last: who is named by these alone may still be alike to others. Default: none. */
  readonly last?: readonly string[];
  /**
   * Two kinds whose records name each other, and where: who stands for others names nobody of its own any more, so that
   * only their number tells whether all were told. Default: none.
   */
  readonly mutual?: readonly (readonly [Naming, Naming])[];
  /** A text in the spelling by which names are compared. */
  readonly spelled: (text: string) => string;
}

/** By what records are told that are read as one. */
export interface Alike {
  readonly of: (cloud: string) => Likenesses | undefined;
  /** Values from beside the account: whoever one of their texts names stands for itself. */
  readonly named: readonly unknown[];
}

/** Field of a record that stands for others too: how many. */
export const OTHERS_ALIKE = "othersAlike";

/** Every text of what was read, by which somebody may be named. */
export class Names {
  private readonly texts = new Set<string>();

  constructor(private readonly spelled: (text: string) => string) {}

  add(value: unknown): void {
    if (typeof value === "string") this.texts.add(this.spelled(value));
    else if (Array.isArray(value)) for (const one of value) this.add(one);
    else if (isJsonObject(value)) for (const one of Object.values(value)) this.add(one);
  }

  has(text: string): boolean {
    return this.texts.has(this.spelled(text));
  }
}

/** How much of a field counts, and of the fields below it. */
interface Counting extends Map<string, Counting | "not" | "presence"> {
  readonly whole?: never;
}

/** How often records that were read name others. */
export class Mentions {
  private readonly counts = new Map<Naming, number>();

  constructor(private readonly mutual: readonly (readonly [Naming, Naming])[] = []) {}

  add(kind: string, record: JsonObject): void {
    for (const naming of this.mutual.flat()) {
      if (naming.kind !== kind) continue;
      this.counts.set(naming, this.of(naming) + textsAt(record, naming.field.split(".")).length);
    }
  }

  /** Of which kind some were not told, and why that can't be otherwise. */
  *gaps(): Generator<{ readonly kind: string; readonly why: string }> {
    for (const pair of this.mutual) {
      const [fewer, more] = pair.toSorted((one, other) => this.of(one) - this.of(other)) as [Naming, Naming];
      if (this.of(fewer) === this.of(more)) continue;
      const said = [more, fewer].map((naming) => `${naming.kind} name ${this.of(naming)} by ${naming.field}`);
      yield { kind: fewer.kind, why: said.join(", ") };
    }
  }

  private of(naming: Naming): number {
    return this.counts.get(naming) ?? 0;
  }
}

/** What is to be made of the records of one kind. */
export class Sameness {
  private readonly counting: Counting = new Map();
  private readonly left: Counting = new Map();

  constructor(private readonly likeness: Likeness) {
    const { names, own = [], presence = [] } = likeness;
    for (const field of [...names, ...own]) mark(this.counting, field, "not");
    for (const field of presence) mark(this.counting, field, "presence");
    for (const field of own) mark(this.left, field, "not");
  }

  /** Whether something that was read names it. */
  isNamed(record: JsonObject, names: Names): boolean {
    return this.likeness.names.some((field) => textsAt(record, field.split(".")).some((text) => names.has(text)));
  }

  tellsNothing(record: JsonObject): boolean {
    return this.likeness.tellsNothing?.(record) === true;
  }

  /** What it has in common with those that are alike. */
  keyOf(record: JsonObject): string {
    return textOf(record, this.counting);
  }

  /** What holds of all of them. */
  common(record: JsonObject, others: number): JsonObject {
    return { ...(without(record, this.left) as JsonObject), [OTHERS_ALIKE]: others };
  }
}

function mark(counting: Counting, field: string, how: "not" | "presence"): void {
  const steps = field.split(".");
  const last = steps.pop() ?? "";
  let branch = counting;
  for (const step of steps) {
    const known = branch.get(step);
    const below: Counting = known instanceof Map ? known : new Map();
    branch.set(step, below);
    branch = below;
  }
  branch.set(last, how);
}

function textsAt(value: unknown, [step, ...further]: readonly string[]): readonly string[] {
  if (step === undefined) return typeof value === "string" ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one) => textsAt(one, [step, ...further]));
  return isJsonObject(value) ? textsAt(value[step], further) : [];
}

/** As JSON; of a list neither order nor number counts, for those of these records are sets. */
function textOf(value: unknown, counting: Counting | undefined): string {
  if (Array.isArray(value)) {
    return `[${[...new Set(value.map((one) => textOf(one, counting)))].sort().join(",")}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  let text = "{";
  for (const name in value) {
    const how = counting?.get(name);
    if (how === "not") continue;
    text += `${JSON.stringify(name)}:${how === "presence" ? String(value[name] !== null) : textOf(value[name], how)},`;
  }
  return text;
}

function without(value: unknown, left: Counting): unknown {
  if (Array.isArray(value)) return value.map((one) => without(one, left));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, below]) => {
      const how = left.get(name);
      if (how === "not") return [];
      return [[name, how instanceof Map ? without(below, how) : below]];
    }),
  );
}
