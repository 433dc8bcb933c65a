/**
 * How what this package writes differs from Union's chart. Every difference is named, with its reason, in
 * `differences.yaml`; one that is not is a mistake here, or news in a newer chart.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import type { Facts } from "./facts";
import { isOfRights, rightsOf } from "./rights";

/** A fact that is another in the chart than here; one side is missing where the other alone has it. */
export interface Difference {
  /** Column of the chart's facts. */
  readonly column: string;
  /** `OBJECT: FACT`, or `OBJECT` where one side has not got it at all, by this package's names. */
  readonly fact: string;
  readonly chart?: string;
  readonly ours?: string;
}

const FILE = join(__dirname, "differences.yaml");

/** Names of facts; `*` stands for any text. */
const facts = z.array(z.string()).min(1);
const why = z.string().min(10);
const columns = z.array(z.string()).min(1).optional();

const schema = z.strictObject({
  /** What has another name here than in the chart: an object, or `OBJECT: FACT` and all that begins so. */
  renamed: z.array(z.strictObject({ chart: z.string(), ours: z.string(), why })),
  /** What the chart has and this package does not write. */
  absent: z.array(z.strictObject({ facts, in: columns, why })),
  /** What this package writes beyond the chart; where `ours` is given, only with that value. */
  added: z.array(z.strictObject({ facts, in: columns, ours: z.string().optional(), why })),
  /** What both have, with other values. */
  changed: z.array(z.strictObject({ facts, in: columns, chart: z.string(), ours: z.string(), why })),
});

export type NamedDifferences = z.infer<typeof schema>;

/** The list. @throws ZodError for an entry that is none */
export const namedDifferences = (): NamedDifferences => schema.parse(parse(readFileSync(FILE, "utf8")));

/** Facts of one column that are not the same here; an object that one side has not at all is one difference. */
export function differencesIn(
  column: string,
  chart: Facts,
  ours: Facts,
  renamed: NamedDifferences["renamed"],
): Difference[] {
  const theirs = new Map([...flat(chart)].map(([fact, value]) => [ourName(fact, renamed), value]));
  const here = flat(ours);
  const [objects, ownObjects] = [objectsOf(theirs), objectsOf(here)];
  const names = [...theirs.keys(), ...here.keys()].map((fact) => {
    const object = objectOf(fact);
    return objects.has(object) && ownObjects.has(object) ? fact : object;
  });
  const said = (facts: ReadonlyMap<string, string>, objects: ReadonlySet<string>, name: string) =>
    facts.get(name) ?? (objects.has(name) ? OBJECT : undefined);
  return [...new Set(names)].sort().flatMap((fact) => {
    const [one, other] = [said(theirs, objects, fact), said(here, ownObjects, fact)];
    if (one === other) return [];
    return [{ column, fact, ...(one !== undefined && { chart: one }), ...(other !== undefined && { ours: other }) }];
  });
}

/** What stands for the facts of an object that one side has not at all. */
const OBJECT = "an object";

const objectOf = (fact: string) => fact.split(": ")[0] ?? "";
const objectsOf = (facts: ReadonlyMap<string, string>) => new Set([...facts.keys()].map(objectOf));

/** Differences that the list does not name, and patterns of the list that name none. */
export function unnamed(
  differences: readonly Difference[],
  named: NamedDifferences,
): { readonly differences: readonly Difference[]; readonly entries: readonly string[] } {
  const entries = [...entriesOf(named)];
  const used = new Set<Entry>();
  const left = differences.filter((difference) => {
    const naming = entries.filter((entry) => entry.names(difference));
    for (const entry of naming) used.add(entry);
    return naming.length === 0;
  });
  return {
    differences: left,
    entries: entries.filter((entry) => !used.has(entry)).map(({ kind, pattern }) => `${kind}: ${pattern}`),
  };
}

/** A difference in one line. */
export function lineOf({ column, fact, chart, ours }: Difference): string {
  const where = `${fact} (${column})`;
  if (ours === undefined) return `${where}: only the chart has ${chart === OBJECT ? "it" : `'${chart ?? ""}'`}`;
  if (chart === undefined) return `${where}: only here ${ours === OBJECT ? "it is" : `it is '${ours}'`}`;
  return `${where}: the chart has '${chart}', here it is '${ours}'`;
}

/** One pattern of one entry. */
interface Entry {
  readonly kind: "absent" | "added" | "changed";
  readonly pattern: string;
  readonly names: (difference: Difference) => boolean;
}

function* entriesOf({ absent, added, changed }: NamedDifferences): Generator<Entry> {
  for (const [kind, entries] of Object.entries({ absent, added, changed })) {
    for (const { facts, in: columns, ...values } of entries) {
      const { chart = "*", ours = "*" } = values as { readonly chart?: string; readonly ours?: string };
      const [isChart, isOurs] = [matcher(chart), matcher(ours)];
      for (const pattern of facts) {
        const isFact = matcher(pattern);
        yield {
          kind: kind as Entry["kind"],
          pattern,
          names: (difference) =>
            kind === kindOf(difference) &&
            columns?.includes(difference.column) !== false &&
            isFact(difference.fact) &&
            isChart(difference.chart ?? "") &&
            isOurs(difference.ours ?? ""),
        };
      }
    }
  }
}

const kindOf = ({ chart, ours }: Difference): Entry["kind"] =>
  ours === undefined ? "absent" : chart === undefined ? "added" : "changed";

/** Whether a text is as the pattern says, in which `*` stands for any text. */
function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`, "s");
  return (text) => expression.test(text);
}

/** By name, with the rights of accounts in place of the roles that give them. */
function flat(facts: Facts): Map<string, string> {
  const flat = new Map<string, string>();
  for (const part of [
    Object.fromEntries(Object.entries(facts).filter(([object]) => !isOfRights(object))),
    rightsOf(facts),
  ]) {
    for (const [object, fields] of Object.entries(part)) {
      for (const [fact, value] of Object.entries(fields)) flat.set(`${object}: ${fact}`, value);
    }
  }
  return flat;
}

/** What begins as a name of the chart's does, as whole words, begins as this package's instead; the longest name counts. */
function ourName(fact: string, renamed: NamedDifferences["renamed"]): string {
  const [longest] = renamed
    .filter(({ chart }) => fact.startsWith(chart) && /^($|[: ])/.test(fact.slice(chart.length)))
    .sort((one, other) => other.chart.length - one.chart.length);
  return longest ? longest.ours + fact.slice(longest.chart.length) : fact;
}
