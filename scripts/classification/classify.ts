/** Every type of a provider by what its reviewer says of it, else by the names of its arguments. */
import type { Classification, Conditions } from "../../verification/clouds/classification";
import type { Review } from "./review";
import { ARGUMENT_RULES, NO_ARGUMENT } from "./rules";
import type { ResourceType } from "./schema";

type Class =
  | { readonly kind: "modelled" }
  | { readonly kind: "harmless"; readonly reason: string }
  | { readonly kind: "unjudged"; readonly reason: string; readonly conditions: Conditions };

/** @throws Error for a row that fits no type or is written twice, and for a condition on what is no argument of its type */
export function classify(provider: string, types: readonly ResourceType[], review: Review): Classification {
  const rows = rowsOf(review);
  const used = new Set<string>();
  const modelled: string[] = [];
  const harmless: Record<string, string[]> = {};
  const unjudged: Record<string, Record<string, Conditions>> = {};
  for (const one of types) {
    const row = longestRow(one.type, rows);
    if (row !== undefined) used.add(row);
    const found = (row === undefined ? undefined : rows.get(row)) ?? byArguments(one);
    if (found.kind === "modelled") modelled.push(one.type);
    else if (found.kind === "harmless") (harmless[found.reason] ??= []).push(one.type);
    else {
      const missing = Object.keys(found.conditions).find((path) => !one.arguments.includes(path));
      if (missing !== undefined) throw new Error(`${one.type} has no argument ${missing}`);
      (unjudged[found.reason] ??= {})[one.type] = found.conditions;
    }
  }
  const stale = [...rows.keys()].filter((row) => !used.has(row));
  if (stale.length > 0) throw new Error(`${provider} has no type of its own for: ${stale.join(", ")}`);
  return { provider, modelled, harmless: sorted(harmless), unjudged: sorted(unjudged) };
}

function rowsOf({ modelled, harmless, unjudged }: Review): Map<string, Class> {
  const listed: (readonly [row: string, found: Class])[] = [
    ...modelled.map((row) => [row, { kind: "modelled" }] as const),
    ...Object.entries(harmless).flatMap(([reason, types]) =>
      types.map((row) => [row, { kind: "harmless", reason }] as const),
    ),
    ...Object.entries(unjudged).flatMap(([reason, types]) =>
      types.map((written) => {
        const [row, conditions] = typeof written === "string" ? [written, {}] : written;
        return [row, { kind: "unjudged", reason, conditions }] as const;
      }),
    ),
  ];
  const twice = listed.find(([row], index) => listed.findIndex(([other]) => other === row) !== index);
  if (twice) throw new Error(`${twice[0]} is classified twice`);
  return new Map(listed);
}

function longestRow(type: string, rows: ReadonlyMap<string, Class>): string | undefined {
  if (rows.has(type)) return type;
  for (let start = 1; start < type.length; start++) {
    const row = `*${type.slice(start)}`;
    if (rows.has(row)) return row;
  }
  for (let length = type.length; length > 0; length--) {
    const row = `${type.slice(0, length)}*`;
    if (rows.has(row)) return row;
  }
  return undefined;
}

function byArguments({ arguments: paths }: ResourceType): Class {
  const telling = paths.flatMap((path) => {
    const rule = ARGUMENT_RULES.find((one) => one.path.test(path));
    return rule ? [{ ...rule, path }] : [];
  });
  const [first] = telling;
  if (first === undefined) return { kind: "harmless", reason: NO_ARGUMENT };
  // What holds something within a block makes the block hold something; what is open unless it is closed does not.
  const outermost = telling.filter(
    ({ path, condition }) => condition !== "holds" || !telling.some((other) => path.startsWith(`${other.path}.`)),
  );
  const conditions = Object.fromEntries(outermost.map(({ path, condition }) => [path, condition]));
  return { kind: "unjudged", reason: first.reason, conditions };
}

const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
