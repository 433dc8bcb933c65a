/** A statement of SQL as DuckDB's own parser reads it (https://duckdb.org/docs/stable/data/json/sql_to_and_from_json). */
import { literal } from "../dialects/dialect";
import type { Engine } from "../engine";

/** What an expression may have; which of it, its class tells. */
export interface Expression {
  readonly class: string;
  readonly type: string;
  readonly alias?: string;
  readonly column_names?: readonly string[];
  readonly relation_name?: string;
  readonly value?: { readonly is_null: boolean; readonly value?: string | number | boolean };
  readonly function_name?: string;
  readonly children?: readonly Expression[];
  readonly child?: Expression;
  readonly cast_type?: { readonly id: string };
  readonly left?: Expression;
  readonly right?: Expression;
  readonly case_checks?: readonly { readonly when_expr: Expression; readonly then_expr: Expression }[];
  readonly else_expr?: Expression;
  readonly subquery?: { readonly node: Query };
  readonly partitions?: readonly Expression[];
  readonly orders?: readonly Order[];
}

export interface Order {
  readonly type: string;
  readonly expression: Expression;
}

/** What stands behind FROM. */
export interface TableRef {
  readonly type: string;
  readonly alias?: string;
  readonly table_name?: string;
  readonly column_name_alias?: readonly string[];
  readonly subquery?: { readonly node: Query };
  readonly values?: readonly (readonly Expression[])[];
  readonly left?: TableRef;
  readonly right?: TableRef;
  readonly condition?: Expression;
  readonly join_type?: string;
  readonly ref_type?: string;
}

/** A SELECT, or the union of two. */
export interface Query {
  readonly type: string;
  readonly cte_map?: {
    readonly map?: readonly { readonly key: string; readonly value: { readonly query: { readonly node: Query } } }[];
  };
  readonly setop_type?: string;
  readonly setop_all?: boolean;
  readonly left?: Query;
  readonly right?: Query;
  readonly select_list?: readonly Expression[];
  readonly from_table?: TableRef;
  readonly where_clause?: Expression;
  readonly group_expressions?: readonly Expression[];
  readonly modifiers?: readonly { readonly type: string; readonly orders?: readonly Order[] }[];
}

/** @throws Error as DuckDB says what is wrong */
export async function treeOf(engine: Engine, statement: string): Promise<Query> {
  const [row] = await engine.rows(
    `SELECT CAST(json_serialize_sql(${literal(statement)}, skip_null := true, skip_empty := true, skip_default := true) AS VARCHAR) AS tree`,
  );
  const { statements, error_message: message } = JSON.parse(String(row?.["tree"]), (key, value: unknown) => {
    if (key === "" || /^\d+$/.test(key) || READ.has(key) || ANSWER.has(key)) return value;
    throw new Error(`${key} has no words in Kusto here`);
  }) as {
    readonly statements?: readonly { readonly node: Query }[];
    readonly error_message?: string;
  };
  const node = statements?.[0]?.node;
  if (!node) throw new Error(`${message ?? "nothing was read"}: ${statement}`);
  return node;
}

/** What is around the statement. */
const ANSWER = new Set(["error", "error_type", "error_subtype", "error_message", "position", "statements"]);
/** Whatever else a part of a statement may have (a HAVING, a frame, a list of what to leave out) changes what it means. */
const READ = new Set([
  ...["type", "class", "alias", "query_location", "node", "map", "key", "value", "query", "id", "is_null"],
  ...["cte_map", "materialized", "select_list", "from_table", "where_clause", "group_expressions", "group_sets"],
  ...["modifiers", "orders", "expression", "null_order", "order_bys", "aggregate_handling", "setop_type", "setop_all"],
  ...["table_name", "column_name_alias", "values", "left", "right", "condition", "join_type", "ref_type", "subquery"],
  ...["subquery_type", "comparison_type", "column_names", "relation_name", "function_name", "schema", "is_operator"],
  ...["children", "child", "cast_type", "try_cast", "case_checks", "when_expr", "then_expr", "else_expr"],
  ...["partitions", "start", "end"],
]);
