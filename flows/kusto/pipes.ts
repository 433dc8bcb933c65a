/**
 * Statements of SQL as Kusto's pipes: what stands in WITH becomes a `let`, each SELECT a pipe. Only what the statements
 * here are made of is known, and anything else is an error.
 */
import type { Engine } from "../engine";
import { aggregate, expression, isAggregate, needed, untold, type Context } from "./expressions";
import { treeOf, type Expression, type Query, type TableRef } from "./tree";

/** Operators, and the names of the columns that come out. */
interface Pipe {
  readonly lines: readonly string[];
  readonly columns: readonly string[];
}

/** A table behind FROM: its columns by the names in SQL, as they are called in the pipe. */
interface Source {
  readonly alias: string;
  readonly columns: ReadonlyMap<string, string>;
}

interface From {
  readonly lines: readonly string[];
  readonly sources: readonly Source[];
}

/** A column that comes out. */
interface Item {
  readonly name: string;
  readonly value: Expression;
}

/** Columns of the tables that are there, by the tables' names. */
export type Tables = Readonly<Record<string, readonly string[]>>;

/** @throws Error where the statement has what Kusto has no words for here */
export async function kustoOf(engine: Engine, statement: string, tables: Tables): Promise<string> {
  return new Translation(tables).statement(await treeOf(engine, statement));
}

class Translation {
  constructor(private readonly tables: Tables) {}

  /** In the order in which they build on one another. */
  private readonly lets = new Map<string, Pipe>();
  private readonly uses = new Map<string, number>();

  statement(query: Query): string {
    const { lines } = this.query(query);
    const lets = [...this.lets].map(([name, pipe]) => {
      const [from = ""] = pipe.lines;
      // What is used more than once is computed once, but for the records, of which there may be more than it can keep.
      const isKept = (this.uses.get(name) ?? 0) > 1 && !from.startsWith("datatable") && !(from in this.tables);
      const text = isKept ? `materialize(\n${indented(pipe.lines)})` : pipe.lines.join("\n");
      return `let ${name} = ${text};`;
    });
    return [...lets, lines.join("\n")].join("\n");
  }

  private query(query: Query): Pipe {
    for (const { key, value } of query.cte_map?.map ?? []) this.lets.set(key, this.query(value.query.node));
    const pipe = query.type === "SET_OPERATION_NODE" ? this.union(query) : this.select(query);
    const { lines, columns } = pipe;
    return { columns, lines: [...lines, ...(query.modifiers ?? []).map((one) => modified(one, columns))] };
  }

  /** Kusto's union goes by the names of columns, SQL's by their places. */
  private union({ setop_type: kind, setop_all: all = true, left, right }: Query): Pipe {
    if (kind !== "UNION") return untold(kind);
    const first = this.query(needed(left, kind));
    const { lines, columns } = this.query(needed(right, kind));
    const isSame = columns.join() === first.columns.join();
    const renamed = first.columns.map((name, i) => assigned(name, columns[i] ?? ""));
    const second = isSame ? lines : [...lines, `| project ${renamed.join(", ")}`];
    return {
      columns: first.columns,
      lines: [`union (\n${indented(first.lines)}), (\n${indented(second)})`, ...(all ? [] : [distinct(first.columns)])],
    };
  }

  private select(query: Query): Pipe {
    const { lines, sources } = this.from(needed(query.from_table, query));
    const context = this.context(sources);
    const items = (query.select_list ?? []).flatMap((item, i) => itemsOf(item, i, sources));
    const where = query.where_clause ? [`| where ${expression(query.where_clause, context)}`] : [];
    const expanded = items.filter(({ value }) => value.function_name === "unnest");
    const before = [...lines, ...where, ...expanded.map((item) => this.expand(item, context))];
    if (items.some(({ value }) => value.class === "WINDOW")) return this.ranked(before, items, context);
    if (query.group_expressions || items.some(({ value }) => holdsAggregate(value))) {
      return this.summarized(before, items, query.group_expressions ?? [], context);
    }
    return { lines: [...before, ...this.projected(query, items, sources, context)], columns: items.map(nameOf) };
  }

  private expand({ name, value }: Item, context: Context): string {
    return `| mv-expand ${name} = ${expression(needed(value.children?.[0], value), context)} to typeof(string)`;
  }

  private projected(query: Query, items: readonly Item[], sources: readonly Source[], context: Context): string[] {
    const assign = ({ name, value }: Item) =>
      assigned(name, value.function_name === "unnest" ? name : expression(value, context));
    const [first] = query.select_list ?? [];
    const [only, ...others] = sources;
    const whole = first?.class === "STAR" && others.length === 0 ? [...(only?.columns.keys() ?? [])] : [];
    if (whole.length === 0) return [`| project ${items.map(assign).join(", ")}`];
    const added = items.slice(whole.length).filter(({ value }) => value.function_name !== "unnest");
    return added.length === 0 ? [] : [`| extend ${added.map(assign).join(", ")}`];
  }

  private summarized(
    before: readonly string[],
    items: readonly Item[],
    groups: readonly Expression[],
    context: Context,
  ): Pipe {
    const keys = groups.map((group) => {
      const item = group.class === "CONSTANT" ? needed(items[Number(group.value?.value) - 1], group) : undefined;
      const value = item?.value ?? group;
      return { item, name: item?.name ?? nameIn(value), text: expression(value, context) };
    });
    const sums = new Map<string, string>();
    // What is left of a row is what it was grouped by.
    const column = (names: readonly string[]) =>
      needed(
        keys.find(({ text }) => text === context.column(names)),
        names,
      ).name;
    const outputs = items.map((item) => {
      const { name, value } = item;
      const key = keys.find((one) => one.item === item);
      const named = (call: Expression) => {
        const sum = call === value ? name : `${name}_${sums.size + 1}`;
        sums.set(sum, aggregate(call, context));
        return sum;
      };
      return assigned(name, key ? key.name : expression(value, { ...context, column, aggregate: named }));
    });
    const totals = [...sums].map(([name, call]) => assigned(name, call)).join(", ");
    const by = keys.map(({ name, text }) => assigned(name, text)).join(", ");
    const columns = items.map(nameOf);
    const grouped = by === "" ? `| summarize ${totals}` : `| summarize ${totals} by ${by}`;
    return { lines: [...before, grouped, `| project ${outputs.join(", ")}`], columns };
  }

  /** A row's place among those of its group, and what these come to. */
  private ranked(before: readonly string[], items: readonly Item[], context: Context): Pipe {
    const windows = items.filter(({ value }) => value.class === "WINDOW");
    const groups = windows.flatMap(({ value }) => (value.partitions ?? []).map((part) => expression(part, context)));
    const [group = "", ...others] = new Set(groups);
    const [place, ...more] = windows.filter(({ value }) => value.type === "WINDOW_ROW_NUMBER");
    if (!place || more.length > 0 || others.length > 0 || groups.length < windows.length) return untold(windows);
    const name = `rows_${this.lets.size}`;
    this.lets.set(name, { lines: before, columns: [] });
    this.uses.set(name, 2);
    const order = (place.value.orders ?? []).map(({ expression: by, type }) => sorted(expression(by, context), type));
    const totals = windows
      .filter((item) => item !== place)
      .map((item) => assigned(item.name, aggregate(item.value, context)));
    return {
      lines: [
        name,
        `| sort by ${[sorted(group), ...order].join(", ")}`,
        `| extend ${place.name} = row_number(1, ${group} != prev(${group}))`,
        `| join kind=inner (${name} | summarize ${totals.join(", ")} by ${group}) on ${group}`,
        `| project-away ${group}1`,
      ],
      columns: items.map(nameOf),
    };
  }

  private from(table: TableRef): From {
    switch (table.type) {
      case "BASE_TABLE": {
        const name = needed(table.table_name, table);
        this.uses.set(name, (this.uses.get(name) ?? 0) + 1);
        const columns = this.lets.get(name)?.columns ?? needed(this.tables[name], table);
        return { lines: [name], sources: [sourceOf(table.alias ?? name, columns)] };
      }
      case "SUBQUERY": {
        const { node } = needed(table.subquery, table);
        // DuckDB reads VALUES as a SELECT of all of them.
        if (node.from_table?.values) return this.rows(table, node.from_table.values);
        const { lines, columns } = this.query(node);
        return { lines, sources: [sourceOf(table.alias ?? "", columns)] };
      }
      case "JOIN":
        return this.join(table);
      case "EMPTY":
        return { lines: ["print"], sources: [] };
      default:
        return untold(table);
    }
  }

  /** Rows that the statement brings along. */
  private rows({ alias = "", column_name_alias: columns = [] }: TableRef, rows: NonNullable<TableRef["values"]>): From {
    const types = columns.map((name, i) => `${name}: ${typeOf(rows.map((row) => row[i]))}`);
    const context = this.context([]);
    const written = rows.map((row) => `  ${row.map((value) => expression(value, context)).join(", ")},`);
    return { lines: [`datatable (${types.join(", ")}) [`, ...written, "]"], sources: [sourceOf(alias, columns)] };
  }

  private join({ left, right, condition, join_type: type = "INNER", ref_type: by = "REGULAR" }: TableRef): From {
    const one = this.from(needed(left, type));
    const other = this.from(needed(right, type));
    const taken = new Set(one.sources.flatMap(({ columns }) => [...columns.values()]));
    const free = (alias: string, column: string) => (taken.has(column) ? `${alias}_${column}` : column);
    const sources = other.sources.map(({ alias, columns }) => ({
      alias,
      columns: new Map([...columns].map(([name, column]) => [name, free(alias, column)])),
    }));
    const renamed = other.sources.flatMap(({ alias, columns }) =>
      [...columns.values()].filter((column) => taken.has(column)).map((column) => `${free(alias, column)} = ${column}`),
    );
    const lines = renamed.length > 0 ? [...other.lines, `| project-rename ${renamed.join(", ")}`] : other.lines;
    const parts = condition ? partsOf(condition) : [];
    const equal = parts.map((part) => ({ part, key: keyOf(part, one.sources, sources) }));
    const keys = equal.flatMap(({ key }) => key ?? []);
    const joined = [...one.sources, ...sources];
    const rest = equal.flatMap(({ part, key }) => (key ? [] : [expression(part, this.context(joined))]));
    if (
      !["REGULAR", "CROSS"].includes(by) ||
      !["INNER", "LEFT"].includes(type) ||
      (type === "LEFT" && (rest.length > 0 || keys.length === 0))
    ) {
      return untold(condition);
    }
    const where = rest.length > 0 ? [`| where ${rest.join(" and ")}`] : [];
    const kind = type === "LEFT" ? "leftouter" : "inner";
    if (keys.length > 0) {
      return {
        sources: joined,
        lines: [...one.lines, `| join kind=${kind} (\n${indented(lines)}) on ${keys.join(", ")}`, ...where],
      };
    }
    // Kusto joins by equality alone: each row with each.
    return {
      sources: joined,
      lines: [
        ...one.lines,
        "| extend each = 1",
        `| join kind=inner (\n${indented([...lines, "| extend each = 1"])}) on each`,
        ...where,
        "| project-away each, each1",
      ],
    };
  }

  private context(sources: readonly Source[]): Context {
    return { column: (names) => columnIn(sources, names), scalar: (query) => this.query(query).lines.join(" ") };
  }
}

function sourceOf(alias: string, columns: readonly string[]): Source {
  return { alias, columns: new Map(columns.map((name) => [name, name])) };
}

/** @throws Error if no table, or more than one, has it */
function columnIn(sources: readonly Source[], names: readonly string[]): string {
  const [name = "", alias] = [...names].reverse();
  const found = sources
    .filter((source) => alias === undefined || source.alias === alias)
    .flatMap(({ columns }) => columns.get(name) ?? []);
  const [column, ...others] = found;
  return column === undefined || others.length > 0 ? untold(names) : column;
}

const nameOf = ({ name }: Item): string => name;

/** The name that SQL gives an expression without one. */
const nameIn = ({ alias, column_names: names }: Expression, place = 0): string =>
  alias ?? names?.[names.length - 1] ?? `column_${place + 1}`;

function itemsOf(written: Expression, place: number, sources: readonly Source[]): Item[] {
  if (written.class !== "STAR") return [{ name: nameIn(written, place), value: written }];
  return sources
    .filter(({ alias }) => written.relation_name === undefined || alias === written.relation_name)
    .flatMap(({ alias, columns }) =>
      [...columns.keys()].map((name) => ({
        name,
        value: { class: "COLUMN_REF", type: "COLUMN_REF", column_names: [alias, name] },
      })),
    );
}

const holdsAggregate = (written: Expression): boolean =>
  isAggregate(written) ||
  [...(written.children ?? []), written.child, written.left, written.right, written.else_expr]
    .concat((written.case_checks ?? []).flatMap(({ when_expr: when, then_expr: then }) => [when, then]))
    .some((part) => part !== undefined && holdsAggregate(part));

const partsOf = (condition: Expression): readonly Expression[] =>
  condition.type === "CONJUNCTION_AND" ? (condition.children ?? []).flatMap(partsOf) : [condition];

/** Of an equality of a column on either side, how a join goes by it. */
function keyOf(
  { type, left, right }: Expression,
  one: readonly Source[],
  other: readonly Source[],
): string | undefined {
  if (type !== "COMPARE_EQUAL" || !left?.column_names || !right?.column_names) return undefined;
  const has = (sources: readonly Source[], [name = "", alias]: readonly string[]) =>
    sources.some((source) => (alias === undefined || source.alias === alias) && source.columns.has(name));
  const isTurned = !has(one, [...left.column_names].reverse());
  const [from, to] = isTurned ? [right.column_names, left.column_names] : [left.column_names, right.column_names];
  const [a, b] = [columnIn(one, from), columnIn(other, to)];
  return a === b ? a : `$left.${a} == $right.${b}`;
}

function typeOf(values: readonly (Expression | undefined)[]): string {
  const value = values.find((one) => one?.value?.is_null !== true);
  if (value?.cast_type?.id === "BOOLEAN") return "bool";
  return typeof value?.value?.value === "number" ? "long" : "string";
}

const assigned = (name: string, value: string): string => (name === value ? name : `${name} = ${value}`);

const sorted = (column: string, type?: string): string => `${column} ${type === "DESCENDING" ? "desc" : "asc"}`;

const distinct = (columns: readonly string[]): string => `| distinct ${columns.join(", ")}`;

function modified({ type, orders = [] }: NonNullable<Query["modifiers"]>[number], columns: readonly string[]): string {
  if (type === "DISTINCT_MODIFIER") return distinct(columns);
  if (type !== "ORDER_MODIFIER") return untold(type);
  return `| sort by ${orders.map(({ expression: by, type: order }) => sorted(nameIn(by), order)).join(", ")}`;
}

const indented = (lines: readonly string[]): string =>
  lines
    .join("\n")
    .split("\n")
    .map((line) => `  ${line}\n`)
    .join("");
