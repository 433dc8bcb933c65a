/** `chart/facts.json`: the facts of Union's chart, as a table whose columns are renders of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Facts } from "./facts";

export const FACTS_FILE = join(__dirname, "facts.json");

/** A render of the chart, or a values file of it. */
export type Column = string;

/** A text where every column has the same, else texts by the columns (names with blanks between) that have them. */
export type Cell = string | Readonly<Record<string, string>>;

/** Cells by fact. */
export type Row = Readonly<Record<string, Cell>>;

export interface ChartFacts {
  readonly chart: string;
  readonly version: string;
  /** Versions of the charts that it brings along. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Facts of the objects that the chart makes. */
  readonly objects: Readonly<Record<string, Row>>;
  /** Facts of what else it runs, with values that the others have not: the gateway of Apps & Serving, an upgrade's job. */
  readonly further: Readonly<Record<string, Row>>;
  /** Keys of the chart's values, with their defaults; columns are `default` and the clouds. */
  readonly values: Row;
}

export const readChartFacts = (): ChartFacts => JSON.parse(readFileSync(FACTS_FILE, "utf8")) as ChartFacts;

/** As JSON, a fact a line: a newer chart is a change of lines. */
export function renderChartFacts({ chart, version, dependencies, objects, further, values }: ChartFacts): string {
  const rows = (table: ChartFacts["objects"]) =>
    Object.entries(table).map(([object, row]) => [object, rowText(row, "    ")] as const);
  const fields = [
    ["chart", cellText(chart)],
    ["version", cellText(version)],
    ["dependencies", rowText(dependencies, "  ")],
    ["objects", objectText(rows(objects), "  ")],
    ["further", objectText(rows(further), "  ")],
    ["values", rowText(values, "  ")],
  ] as const;
  return `${objectText(fields, "")}\n`;
}

const rowText = (row: Row, indent: string) =>
  objectText(
    Object.entries(row).map(([fact, cell]) => [fact, cellText(cell)]),
    indent,
  );

const cellText = (cell: Cell) =>
  typeof cell === "string" ? JSON.stringify(cell) : JSON.stringify(cell, null, 1).replace(/\n\s*/g, " ");

const objectText = (fields: readonly (readonly [string, string])[], indent: string) =>
  `{\n${fields.map(([name, text]) => `${indent}  ${JSON.stringify(name)}: ${text}`).join(",\n")}\n${indent}}`;

/** One table of the facts of several columns; rows and facts are sorted, so that a change is a line. */
export function tableOf(columns: readonly (readonly [Column, Facts])[]): Record<string, Row> {
  const objects = sortedKeys(columns.map(([, facts]) => facts));
  const rows = objects.map((object) => {
    const facts = sortedKeys(columns.map(([, facts]) => facts[object] ?? {}));
    const cells = facts.map((fact) => {
      const cell = cellOf(columns.map(([column, facts]) => [column, facts[object]?.[fact]]));
      return [fact, cell] as const;
    });
    return [object, Object.fromEntries(cells)] as const;
  });
  return Object.fromEntries(rows);
}

/** The facts of one column. */
export function columnOf(table: Readonly<Record<string, Row>>, column: Column): Facts {
  const rows = Object.entries(table).map(([object, row]) => {
    const facts = Object.entries(row).flatMap(([fact, cell]) => {
      const value = valueIn(cell, column);
      return value === undefined ? [] : [[fact, value] as const];
    });
    return [object, Object.fromEntries(facts)] as const;
  });
  return Object.fromEntries(rows.filter(([, facts]) => Object.keys(facts).length > 0));
}

function cellOf(values: readonly (readonly [Column, string | undefined])[]): Cell {
  const columns = new Map<string, Column[]>();
  for (const [column, value] of values) {
    if (value !== undefined) columns.set(value, [...(columns.get(value) ?? []), column]);
  }
  const [[value, having] = ["", []]] = columns;
  if (having.length === values.length) return value;
  return Object.fromEntries([...columns].map(([value, columns]) => [columns.join(" "), value]));
}

function valueIn(cell: Cell, column: Column): string | undefined {
  if (typeof cell === "string") return cell;
  return Object.entries(cell).find(([columns]) => columns.split(" ").includes(column))?.[1];
}

const sortedKeys = (objects: readonly object[]): string[] => [...new Set(objects.flatMap(Object.keys))].sort();
