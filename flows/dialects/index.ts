import { athena } from "./athena";
import { bigquery } from "./bigquery";
import type { Dialect, DialectName } from "./dialect";
import { duckdb } from "./duckdb";
import { kusto } from "./kusto";

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = { duckdb, athena, bigquery, kusto };
