/** Parsers of the dialects that statements are printed in. */
import { buildSync } from "esbuild";
import { Parser } from "node-sql-parser";
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

/** Statements of a file, without the lines that say what each is. */
export const statementsIn = (text: string): string[] =>
  text
    .split(/;\n/)
    .map((statement) => statement.replaceAll(/^--.*$/gm, "").trim())
    .filter((statement) => statement !== "");
