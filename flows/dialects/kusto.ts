import type { Dialect } from "./dialect";
import { duckdb } from "./duckdb";

/**
 * Kusto's query language has pipes in the place of SQL (`../kusto/pipes.ts` makes them of DuckDB's words). What it spells
 * with functions of its own stands here (https://learn.microsoft.com/kusto/query/parse-ipv6-function).
 */
export const kusto: Dialect = {
  ...duckdb,
  name: "kusto",
  // Eight groups of four digits, IPv4 as IPv6 maps it.
  addressKey: (address) => `replace_string(parse_ipv6(${address}), ':', '')`,
  notAfter: (text, other) => `strcmp(${text}, ${other}) <= 0`,
};
