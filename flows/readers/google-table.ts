import { literal, type Dialect } from "../dialects/dialect";
import { googleFlow, LOG_ENTRY, type Shape } from "./google";
import type { StoredTable } from "./reader";

/** In a dataset of this name. */
const TABLE = "flow_logs.log_entry";

/** What a sink of Cloud Logging wrote to Cloud Storage, JSON lines; `location` may have one `*`. */
export function googleTable(dialect: Dialect, location: string): StoredTable {
  const typeOf = (shape: Shape): string =>
    typeof shape === "string"
      ? dialect.types[shape]
      : `STRUCT<${Object.entries(shape)
          .map(([name, of]) => `${name} ${typeOf(of)}`)
          .join(", ")}>`;
  const columns = Object.entries(LOG_ENTRY).map(([name, shape]) => `\`${name}\` ${typeOf(shape)}`);
  const options = `format = 'NEWLINE_DELIMITED_JSON', uris = [${literal(location)}], ignore_unknown_values = TRUE`;
  return {
    statement: `CREATE EXTERNAL TABLE IF NOT EXISTS ${TABLE} (${columns.join(", ")})\nOPTIONS (${options})`,
    flow: (scope) => googleFlow(dialect, TABLE, scope),
    told: new Set(),
  };
}
