import { notAfter, valuesOf, type ColumnType, type Dialect } from "./dialect";

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
};

/** DuckDB, whose own type for addresses is in an extension that is not at hand everywhere. */
export const duckdb: Dialect = {
  name: "duckdb",
  types: TYPES,
  addressKey: (address) =>
    `CASE WHEN regexp_full_match(${address}, '${V4}') THEN ${V4_PREFIX} || ${v4(address)} WHEN regexp_full_match(${address}, '${V6}') THEN ${v6(address)} END`,
  notAfter,
  tryCast: (value, type) => `TRY_CAST(${value} AS ${TYPES[type]})`,
  bitAnd: (value, bits) => `(${value} & ${bits})`,
  timeOfSeconds: (seconds) => `make_timestamp(${seconds} * 1000000)`,
  timeLiteral: (time) => `TIMESTAMP '${time.replace("T", " ").replace("Z", "")}'`,
  daysBetween: (from, to) => `date_diff('day', ${from}, ${to})`,
  rowsOf: (name, table) => valuesOf(name, table, TYPES),
};

const OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const V4 = `(${OCTET}\\.){3}${OCTET}`;
/** Digits and colons, with one `::` at most: more of the form is told by the number of groups. */
const V6 =
  "([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|(([0-9a-fA-F]{1,4}:){0,6}[0-9a-fA-F]{1,4})?::(([0-9a-fA-F]{1,4}:){0,6}[0-9a-fA-F]{1,4})?";
/** IPv4 as IPv6 maps it (RFC 4291): both families in one order. */
const V4_PREFIX = "'00000000000000000000ffff'";

const v4 = (address: string) =>
  `array_to_string(list_transform(string_split(${address}, '.'), lambda octet: printf('%02x', CAST(octet AS INTEGER))), '')`;

const groups = (part: string) =>
  `array_to_string(list_transform(string_split(${part}, ':'), lambda digits: CASE WHEN digits = '' THEN '' ELSE lpad(lower(digits), 4, '0') END), '')`;

/** What stands before `::` is filled up with zeros to what stands behind it. */
const v6 = (address: string) => {
  const [before, after] = [groups(`split_part(${address}, '::', 1)`), groups(`split_part(${address}, '::', 2)`)];
  return `rpad(${before}, CAST(32 - length(${after}) AS INTEGER), '0') || ${after}`;
};
