import type { Dialect } from "../dialects/dialect";
import { azureFlow } from "./azure";
import type { StoredTable } from "./reader";

/** `NTANetAnalytics`, which traffic analytics keeps in a workspace of Log Analytics, or a table of the same columns. */
export function azureTable(dialect: Dialect, name: string): StoredTable {
  return { flow: (scope) => azureFlow(dialect, name, scope), told: new Set() };
}
