import { literal, notAfter, type ColumnType, type Dialect } from "./dialect";

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "STRING",
  integer: "INT64",
  boolean: "BOOL",
  timestamp: "TIMESTAMP",
};

/** BigQuery's GoogleSQL (https://cloud.google.com/bigquery/docs/reference/standard-sql/net_functions). */
export const bigquery: Dialect = {
  name: "bigquery",
  types: TYPES,
  // 4 bytes for IPv4 and 16 for IPv6: filled up as IPv6 maps IPv4.
  addressKey: (address) => {
    const digits = `TO_HEX(NET.SAFE_IP_FROM_STRING(${address}))`;
    return `IF(LENGTH(${digits}) = 8, CONCAT('00000000000000000000ffff', ${digits}), ${digits})`;
  },
  notAfter,
  tryCast: (value, type) => `SAFE_CAST(${value} AS ${TYPES[type]})`,
  bitAnd: (value, bits) => `(${value} & ${bits})`,
  timeOfSeconds: (seconds) => `TIMESTAMP_SECONDS(${seconds})`,
  timeLiteral: (time) => `TIMESTAMP '${time.replace("T", " ").replace("Z", "")}+00'`,
  daysBetween: (from, to) => `DATE_DIFF(${to}, ${from}, DAY)`,
  rowsOf: (name, { columns, rows }) => {
    const fields = Object.entries(columns).map(([column, type]) => `${column} ${TYPES[type]}`);
    const written = rows.map((row) => `(${row.map(literal).join(", ")})`);
    return `UNNEST(ARRAY<STRUCT<${fields.join(", ")}>>[${written.join(", ")}]) AS ${name}`;
  },
};
