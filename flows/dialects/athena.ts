import { notAfter, valuesOf, type ColumnType, type Dialect } from "./dialect";

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
};

/** Athena's engine version 3, which is Trino (https://trino.io/docs/current/language/types.html#ipaddress). */
export const athena: Dialect = {
  name: "athena",
  types: TYPES,
  // An IPADDRESS is 16 bytes, IPv4 as IPv6 maps it.
  addressKey: (address) => `LOWER(TO_HEX(CAST(TRY_CAST(${address} AS IPADDRESS) AS VARBINARY)))`,
  notAfter,
  tryCast: (value, type) => `TRY_CAST(${value} AS ${TYPES[type]})`,
  bitAnd: (value, bits) => `BITWISE_AND(${value}, ${bits})`,
  timeOfSeconds: (seconds) => `CAST(FROM_UNIXTIME(${seconds}) AS TIMESTAMP)`,
  timeLiteral: (time) => `TIMESTAMP '${time.replace("T", " ").replace("Z", "")}'`,
  daysBetween: (from, to) => `DATE_DIFF('day', ${from}, ${to})`,
  rowsOf: (name, table) => valuesOf(name, table, TYPES),
};
