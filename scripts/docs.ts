/** Writes the parts of the documentation that the code knows best; a test keeps them fresh. */
import "../telemetry-off";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOnlyPolicy } from "../account/aws/rights";
import { readOnlyRole as azureRole } from "../account/azure/rights";
import { readOnlyRole as googleRole } from "../account/google/rights";
import { schemaOf, type Node } from "../config/json-schema";
import type { Invariant } from "../verification/invariants/invariant";
import { CLOUDS, type Cloud } from "../config/deployment";
import { changesTable } from "./changes/table";
import { exampleComment } from "./example-comment";
import { GUARDED_SERVICES, serviceHost } from "../config/google/services";
import { code, table } from "./markdown";
import { parity } from "./parity";
import { runPage } from "./run-page";
import { FORGOTTEN, UNSUPPORTED } from "./stand-in/unsupported";
import { shown } from "../config/texts";

const ROOT = join(__dirname, "..");

/** Every Markdown file of the documentation, from the repository's folder. */
export const DOCUMENTS = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"],
  ...["docs", "docs/decisions"].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(".md") ? [`${folder}/${name}`] : [])),
  ),
];

/** A change that opens: a further block of the control plane's. */
const FURTHER_BLOCK = { egress: { controlPlaneCidrs: ["198.51.100.0/24"] } };

const json = (value: object) => ["```json", JSON.stringify(value, null, 2), "```"].join("\n");

/** What may stand between `<!-- generated: NAME -->` and `<!-- /generated -->`, by name. */
const GENERATORS: Readonly<Record<string, () => string | Promise<string>>> = {
  options: () => optionsTable(commonFields()),
  "options-aws": () => optionsTable(fieldsOfCloud("aws")),
  "options-google": () => optionsTable(fieldsOfCloud("google")),
  "options-azure": () => optionsTable(fieldsOfCloud("azure")),
  "changes-aws": () => changesTable("aws"),
  "changes-google": () => changesTable("google"),
  "changes-azure": () => changesTable("azure"),
  unsupported: unsupportedTable,
  invariants: invariantsTable,
  parity: parityTable,
  "google-services": enableServices,
  "audit-rights": () => json(readOnlyPolicy()),
  "audit-rights-google": () => json(googleRole()),
  "audit-rights-azure": () => json(azureRole()),
  "example-comment": () => exampleComment(["aws-us-east-2"], FURTHER_BLOCK),
  "refused-comment": () =>
    exampleComment(["aws-us-east-2", "aws-us-west-2"], { ...FURTHER_BLOCK, tunnel: { protocol: "http2" } }),
  run: runPage,
};

const GENERATED = /(?<=<!-- generated: (\S+) -->\n)[^]*?(?=<!-- \/generated -->)/g;

/** `text` with its generated parts made anew. @throws Error for a part that nothing generates */
export async function regenerate(text: string): Promise<string> {
  const parts: string[] = [];
  for (const [, name = ""] of text.matchAll(GENERATED)) {
    const generate = GENERATORS[name];
    if (!generate) throw new Error(`nothing generates '${name}' (known: ${Object.keys(GENERATORS).join(", ")})`);
    parts.push(`<!-- prettier-ignore-start -->\n\n${await generate()}\n\n<!-- prettier-ignore-end -->\n`);
  }
  return text.replace(GENERATED, () => parts.shift() ?? "");
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly default: string;
  readonly meaning: string;
}

/** Fields that are the same on every cloud, and `cloud` itself. */
function commonFields(): Row[] {
  const [first, ...others] = CLOUDS.map((cloud) => fieldsOf(schemaOf(cloud), ""));
  const common = (first ?? []).filter((row) => others.every((rows) => rows.some((other) => isSame(other, row))));
  const choice = { name: "cloud", type: oneOf(CLOUDS), default: "required", meaning: "The cloud." };
  return [choice, ...common];
}

/** A cloud's other fields. */
function fieldsOfCloud(cloud: Cloud): Row[] {
  const common = commonFields();
  return fieldsOf(schemaOf(cloud), "").filter((row) => !common.some((other) => other.name === row.name));
}

/** Every option of a cloud's deployments, by the names that the tables have. */
export const optionsOf = (cloud: Cloud): string[] => fieldsOf(schemaOf(cloud), "").map(({ name }) => name);

const isSame = (one: Row, other: Row) => JSON.stringify(one) === JSON.stringify(other);

const optionsTable = (rows: readonly Row[]) =>
  table(
    ["Option", "Type", "Default", "Meaning"],
    rows.map((row) => [code(row.name), row.type, row.default, row.meaning]),
  );

/** Rows of everything below `schema`, each name behind `prefix`. */
function fieldsOf(schema: Node, prefix: string): Row[] {
  if (schema.oneOf) return variantsOf(schema.oneOf, prefix);
  if (schema.anyOf) return schema.anyOf.flatMap((variant) => fieldsOf(variant, prefix));
  if (schema.items) return fieldsOf(schema.items, `${prefix.slice(0, -1)}[].`);
  if (typeof schema.additionalProperties === "object") return fieldsOf(schema.additionalProperties, `${prefix}NAME.`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    rowOf(prefix + name, field, schema.required?.includes(name) ?? false),
    ...fieldsOf(field, `${prefix}${name}.`),
  ]);
}

/** Rows of a choice between objects that one field, a constant in each, tells apart. */
function variantsOf(variants: readonly Node[], prefix: string): Row[] {
  const properties = variants.map((variant) => Object.entries(variant.properties ?? {}));
  const choices = new Map<string, unknown[]>();
  for (const [name, field] of properties.flat()) {
    if (field.const !== undefined) choices.set(name, [...(choices.get(name) ?? []), field.const]);
  }
  const rows = new Map<string, Row>();
  for (const variant of variants) {
    const condition = Object.entries(variant.properties ?? {})
      .filter(([, field]) => field.const !== undefined)
      .map(([name, field]) => code(`${name}: ${String(field.const)}`))
      .join(", ");
    for (const row of fieldsOf(variant, prefix)) {
      const field = row.name.slice(prefix.length);
      const everywhere = properties.every((fields) => fields.some(([name]) => name === field.split(/[.[]/)[0]));
      rows.set(row.name, {
        ...row,
        ...(choices.has(field) && { type: oneOf(choices.get(field) ?? []) }),
        ...(!everywhere && { meaning: `With ${condition}. ${row.meaning}` }),
      });
    }
  }
  return [...rows.values()];
}

function rowOf(name: string, schema: Node, required: boolean): Row {
  const { description = "", "x-laterChange": later } = schema;
  const meaning = later === undefined ? description : `${description} **Later: ${later}.**`;
  return { name, type: typeOf(schema), default: required ? "required" : defaultOf(schema), meaning };
}

function typeOf({ type, const: constant, enum: values, items, additionalProperties, ...schema }: Node): string {
  if (constant !== undefined) return code(shown(constant));
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (values) return values.length <= FEW ? oneOf(values) : (type ?? "string");
  if (items) return `list of ${typeOf(items)}`;
  if (typeof additionalProperties === "object") return `map of ${typeOf(additionalProperties)}`;
  if (type !== "integer") return type ?? "object";
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  return `integer, ${maximum === Number.MAX_SAFE_INTEGER ? `at least ${minimum}` : `${minimum} to ${maximum}`}`;
}

/** Most values that the table lists; the meaning tells where more of them are. */
const FEW = 12;

const oneOf = (values: readonly unknown[]) => values.map((value) => code(String(value))).join(" or ");

/** Most characters of a default that the table shows; the meaning tells of longer ones. */
const SHORT = 30;

function defaultOf({ default: value, properties }: Node): string {
  if (value === undefined || (properties && JSON.stringify(value) === "{}")) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHORT ? "see meaning" : code(text);
}

function unsupportedTable(): string {
  const leftOut = Object.entries(UNSUPPORTED).map(([type, why]) => [code(type), "left out", why]);
  const passedOver = Object.entries(FORGOTTEN).flatMap(([type, fields]) =>
    Object.entries(fields).map(([field, why]) => [code(`${type}.${field}`), "deployed, not compared", why]),
  );
  return table(["Resource or argument", "What the acceptance does", "Why"], [...leftOut, ...passedOver]);
}

function parityTable(): string {
  const rows = Object.entries(parity()).map(([concept, types]) => [
    code(concept),
    ...CLOUDS.map((cloud) => types[cloud].map(code).join(", ")),
  ]);
  return table(["Concept", "AWS", "Google Cloud", "Azure"], rows);
}

/** The command that turns on the APIs that every deployment on Google Cloud needs. */
function enableServices(): string {
  const lines = GUARDED_SERVICES.map((service) => `  ${serviceHost(service)}`);
  return ["```sh", "gcloud services enable --project PROJECT \\", lines.join(" \\\n"), "```"].join("\n");
}

/** Every invariant, each in the file that has its id as its name. */
async function invariantsTable(): Promise<string> {
  const folder = join(ROOT, "verification/invariants");
  const rows: string[][] = [];
  for (const file of readdirSync(folder).sort()) {
    const { invariant } = (await import(join(folder, file))) as { readonly invariant?: Invariant };
    if (invariant)
      rows.push([`[${code(invariant.id)}](../verification/invariants/${file})`, invariant.title, invariant.paragraph]);
  }
  return table(["Invariant", "Holds where", "Paragraph of the document"], rows);
}

async function main(): Promise<void> {
  for (const document of DOCUMENTS) {
    const file = join(ROOT, document);
    writeFileSync(file, await regenerate(readFileSync(file, "utf8")));
  }
}

if (require.main === module) void main();
