/** Parsers of the dialects that statements are printed in. */
import { buildSync } from "esbuild";
import { Parser } from "node-sql-parser";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";

interface Grammar {
  validate(text: string): readonly { readonly message: string; readonly startLine: number }[];
}
type Grammars = Readonly<Record<"TrinoSQL" | "HiveSQL", new () => Grammar>>;

let grammars: Grammars | undefined;

/** The package is made for bundlers alone. */
function loadGrammars(): Grammars {
  const parser = (name: string) => `export * from "dt-sql-parser/dist/parser/${name}/index.js";`;
  const { outputFiles } = buildSync({
    stdin: { contents: ["trino", "hive"].map(parser).join("\n"), resolveDir: join(__dirname, "../..") },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
  });
  const module = { exports: {} as Grammars };
  const [output] = outputFiles;
  new Script(`(module, exports, require) => {${output?.text ?? ""}\n}`).runInThisContext()(
    module,
    module.exports,
    require,
  );
  return module.exports;
}

/** What is wrong with a statement of Athena's: its queries are Trino's, its definitions of tables Hive's. */
export function faultsInAthena(statement: string): string[] {
  grammars ??= loadGrammars();
  const grammar = statement.startsWith("CREATE") ? new grammars.HiveSQL() : new grammars.TrinoSQL();
  return grammar.validate(`${statement};`).map(({ message, startLine }) => `line ${startLine}: ${message}`);
}

/** What is wrong with a query of BigQuery's; its definitions of external tables no parser at hand knows. */
export function faultsInBigQuery(query: string): string[] {
  try {
    new Parser().astify(query, { database: "bigquery" });
    return [];
  } catch (error) {
    return [String(error)];
  }
}

/** What Kusto's own language service is asked, of its many kinds. */
interface KustoService {
  readonly KustoCode: { ParseAndAnalyze(text: string, globals: unknown): KustoCode };
  readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
  readonly Symbols: {
    readonly TableSymbol: { From(columns: string): { WithName(name: string): unknown } };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly unknown[]) => unknown };
  };
}
interface KustoCode {
  GetDiagnostics(): KustoList<{ readonly Message: string; readonly Start: number }>;
  /** Of a statement that can be read. */
  readonly ResultType?: {
    readonly Columns: KustoList<{ readonly Name: string; readonly Type: { readonly Name: string } }>;
  };
}
interface KustoList<Item> {
  readonly Count: number;
  getItem(place: number): Item;
}

let service: KustoService | undefined;

/** The package is .NET's code as a script, which leaves its name in the global object. */
function kustoService(): KustoService {
  const load = createRequire(__filename);
  load(require.resolve("@kusto/language-service-next/bridge.min.js"));
  load(require.resolve("@kusto/language-service-next/Kusto.Language.Bridge.min.js"));
  return (globalThis as unknown as { readonly Kusto: { readonly Language: KustoService } }).Kusto.Language;
}

const itemsOf = <Item>(list?: KustoList<Item>): Item[] =>
  list ? Array.from({ length: list.Count }, (_, i) => list.getItem(i)) : [];

/**
 * What is wrong with a statement of Kusto's, names and types included, and the columns that come out.
 *
 * @param tables columns of each table, such as `SrcIp: string, DestPort: int`
 */
export function analyzedByKusto(statement: string, tables: Readonly<Record<string, string>>) {
  service ??= kustoService();
  const { GlobalState, KustoCode, Symbols } = service;
  const symbols = Object.entries(tables).map(([name, columns]) =>
    Symbols.TableSymbol.From(`(${columns})`).WithName(name),
  );
  const code = KustoCode.ParseAndAnalyze(
    statement,
    GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("workspace", symbols)),
  );
  return {
    faults: itemsOf(code.GetDiagnostics()).map(
      ({ Message, Start }) => `${Message} ${statement.slice(Start, Start + 60)}`,
    ),
    columns: itemsOf(code.ResultType?.Columns).map(({ Name, Type }) => `${Name}: ${Type.Name}`),
  };
}

/** Statements of a file, without the lines that say what each is. */
export const statementsIn = (text: string): string[] =>
  text
    .split(/;\n/)
    .map((statement) => statement.replaceAll(/^--.*$/gm, "").trim())
    .filter((statement) => statement !== "");
