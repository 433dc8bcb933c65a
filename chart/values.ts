/** What `dataplane values` has to do with the chart's own values: `values.yaml`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import type { Facts } from "./facts";
import { type ChartFacts, columnOf } from "./table";

const FILE = join(__dirname, "values.yaml");

const why = z.string().min(10);
const keys = z.array(z.strictObject({ keys: z.array(z.string()).min(1), why }));
const image = { image: z.string(), of: z.string().optional() };

const schema = z.strictObject({
  /** Keys that the chart's own values do not name. */
  beyond: keys,
  /** Keys that are not to be written. */
  deprecated: keys,
  images: z.array(
    z.union([
      z.strictObject({ ...image, by: z.string() }),
      z.strictObject({ ...image, off: z.string() }),
      z.strictObject({ ...image, never: why }),
    ]),
  ),
});

export type NamedValues = z.infer<typeof schema>;
export type NamedImage = NamedValues["images"][number];

/** The list. @throws ZodError for an entry that is none */
export const namedValues = (): NamedValues => schema.parse(parse(readFileSync(FILE, "utf8")));

/** Keys that the chart knows from nowhere. */
export function unknownKeys(written: readonly string[], { values }: ChartFacts, { beyond }: NamedValues): string[] {
  const maps = new Set(Object.keys(values).flatMap((key) => ancestorsOf(key)));
  const isFree = (key: string) => Object.values(values[key] ?? {}).some((value) => value === "{}" || value === "[]");
  const isKnown = (key: string) => key in values || maps.has(key) || ancestorsOf(key).some(isFree);
  return written.filter((key) => !isKnown(key) && !matches(key, beyond));
}

/** Keys that the chart is about to forget. */
export const deprecatedKeys = (written: readonly string[], { deprecated }: NamedValues): string[] =>
  written.filter((key) => matches(key, deprecated));

/** Keys that a list names and nobody writes. */
export const unwrittenKeys = (written: readonly string[], { beyond }: NamedValues): string[] =>
  beyond.flatMap((entry) => entry.keys).filter((pattern) => !written.some((key) => patternOf(pattern).test(key)));

const matches = (key: string, entries: NamedValues["beyond"]) =>
  entries.some((entry) => entry.keys.some((pattern) => patternOf(pattern).test(key)));

const patternOf = (pattern: string) =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );

const ancestorsOf = (key: string) => [...key.matchAll(/\./g)].map(({ index }) => key.slice(0, index));

/** An image that the chart names: the object that does, and the reference. */
export interface ChartImage {
  readonly object: string;
  readonly reference: string;
}

/** Every image that the chart names anywhere. */
export function imagesOfChart({ objects, further }: ChartFacts): ChartImage[] {
  const columns = new Set(Object.values(objects).flatMap((row) => Object.values(row).flatMap(columnsOf)));
  const all: Facts[] = [...[...columns].map((column) => columnOf(objects, column)), columnOf(further, "")];
  const images = all.flatMap((facts) =>
    Object.entries(facts).flatMap(([object, fields]) =>
      Object.entries(fields)
        .filter(([fact, value]) => /[ .-]image$/.test(fact) && value.includes("/"))
        .map(([, reference]) => ({ object, reference })),
    ),
  );
  return [...new Map(images.map((one) => [`${one.object} ${one.reference}`, one])).values()];
}

const columnsOf = (cell: unknown) =>
  typeof cell === "string" ? [] : Object.keys(cell as object).flatMap((columns) => columns.split(" "));

/** The entry that says what becomes of an image; undefined where none does. */
export const entryOf = ({ object, reference }: ChartImage, { images }: NamedValues): NamedImage | undefined =>
  images.find(({ image, of }) => reference.startsWith(image) && (of === undefined || of === object));
