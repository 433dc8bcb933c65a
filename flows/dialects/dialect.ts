/** What engines of SQL spell differently. All else in the statements here is spelled the same in each of them. */

export type DialectName = "duckdb" | "athena" | "bigquery" | "kusto";

export type ColumnType = "text" | "integer" | "boolean" | "timestamp";

/** Columns and rows of a table that a statement brings along. */
export interface Table {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

export interface Dialect {
  readonly name: DialectName;
  readonly types: Readonly<Record<ColumnType, string>>;
  /** Of an IPv4 or IPv6 address as text: 32 hexadecimal digits that sort as addresses do; null for any other text. */
  addressKey(address: string): string;
  /** Whether a text sorts before another, or is that. */
  notAfter(text: string, other: string): string;
  /** The value as another type; null where it is none. */
  tryCast(value: string, type: ColumnType): string;
  /** Both of integers. */
  bitAnd(value: string, bits: number): string;
  /** Seconds since 1970 as a point in time. */
  timeOfSeconds(seconds: string): string;
  /** @param time such as `2026-11-30T10:00:00.000Z` */
  timeLiteral(time: string): string;
  /** Whole days from one date to another. */
  daysBetween(from: string, to: string): string;
  /** A table's rows, as what stands behind FROM. */
  rowsOf(name: string, table: Table): string;
}

/** Of two texts, in SQL's own words. */
export const notAfter = (text: string, other: string): string => `${text} <= ${other}`;

/** A value as SQL writes it. */
export function literal(value: string | number | boolean | null): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  return String(value);
}

/** Rows as SQL's own VALUES, which all but BigQuery know. */
export function valuesOf(name: string, { columns, rows }: Table, types: Dialect["types"]): string {
  const names = Object.keys(columns);
  // Without rows there is nothing to take types from.
  const written =
    rows.length > 0
      ? `(VALUES ${rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ")})`
      : `(SELECT ${Object.values(columns)
          .map((type) => `CAST(NULL AS ${types[type]})`)
          .join(", ")} WHERE 1 = 0)`;
  return `${written} AS ${name} (${names.join(", ")})`;
}
