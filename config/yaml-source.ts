/** Reads YAML that a schema checks, with an error that names file, line and field for everything that is wrong. */
import { readFileSync } from "node:fs";
import { isScalar, LineCounter, parseDocument, visit, type Document } from "yaml";
import type { z } from "zod";
import type { Problem } from "./problem";
import { nearest } from "./nearest";
import { errorCode } from "./texts";

/** Input that can't be used. The message has one line a problem: `FILE:LINE: FIELD: what is wrong (what is allowed)`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(
    /** One a problem, in the order of the file; at least one. */
    readonly lines: readonly string[],
  ) {
    super(lines.join("\n"));
  }
}

/** Most faults of YAML itself that are told of one file. */
const MOST_FAULTS = 10;

/** A file's value, as its schema makes it. */
export interface YamlSource<T> {
  readonly value: T;
  /** 1-based line of a field, or of the nearest one above it. */
  readonly lineOf: (path: Problem["path"]) => number;
  /** @throws ConfigError with a line for each problem */
  readonly fail: (problems: readonly Problem[]) => never;
}

/** The text of a file that an option names. @throws ConfigError that says what is allowed, if it can't be read */
export function readSource(file: string, allowed: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const missing = errorCode(error) === "ENOENT";
    throw new ConfigError([`${file}: ${missing ? "does not exist" : "can't be read"} (allowed: ${allowed})`]);
  }
}

/**
 * Reads a mapping of fields from `source`, naming `file` in errors.
 *
 * @param example fields as an error shows them where the file is no mapping
 * @throws ConfigError with every problem found
 */
export function parseYaml<Schema extends z.ZodType>(
  source: string,
  file: string,
  schema: Schema,
  example: string,
): YamlSource<z.output<Schema>> {
  try {
    return parse(source, file, schema, example);
  } catch (error) {
    if (!(error instanceof RangeError && OVERFLOW.test(error.message))) throw error;
    throw new ConfigError([`${file}:1: YAML: is nested too deeply`]);
  }
}

/** What Node says of a stack that is full. */
const OVERFLOW = /call stack/;

/** As JSON where that is enough: places, which take YAML's parser, are those of faults. */
function parse<Schema extends z.ZodType>(
  source: string,
  file: string,
  schema: Schema,
  example: string,
): YamlSource<z.output<Schema>> {
  const json = plainJson(source);
  const result = json === undefined ? undefined : schema.safeParse(json, { jitless: true });
  const located = () => parseLocated(source, file, schema, example);
  if (!result?.success) return located();
  return {
    value: result.data,
    lineOf: (path) => located().lineOf(path),
    fail: (problems) => located().fail(problems),
  };
}

/** The value of JSON that says each of its fields once, as programs write it; undefined of any other text. */
function plainJson(source: string): unknown {
  if (!source.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(source);
    return JSON.stringify(value) === source.replaceAll(/\s/g, "") ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseLocated<Schema extends z.ZodType>(
  source: string,
  file: string,
  schema: Schema,
  example: string,
): YamlSource<z.output<Schema>> {
  const counter = new LineCounter();
  // Its own look for keys that are written twice takes minutes of a large file, and names one place of two.
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number) => counter.linePos(offset).line;
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    // One slip has many consequences, of which the parser tells each.
    const lines = new Set(
      faults.map(
        ({ pos, message }) =>
          `${file}:${at(pos[0])}: YAML: ${OVERFLOW.test(message) ? "is nested too deeply" : message}`,
      ),
    );
    throw new ConfigError([...lines].slice(0, MOST_FAULTS));
  }
  const repeated = repeatedKeys(document);
  if (repeated.length > 0) {
    throw new ConfigError(
      repeated.map(
        ({ name, first, again }) =>
          `${file}:${at(again)}: ${name}: is written in line ${at(first)} already (allowed: each field once)`,
      ),
    );
  }
  const lineOf = (path: Problem["path"]) => at(offsetOf(document, path));
  const fail = (problems: readonly Problem[]): never => {
    throw new ConfigError(
      problems.map(({ path, message }) => {
        const field = path.length > 0 ? `${fieldName(path)}: ` : "";
        return `${file}:${lineOf(path)}: ${field}${message}`;
      }),
    );
  };
  const value = valueOf(document, file);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError([`${file}:1: is not a mapping of fields (allowed: ${example})`]);
  }
  const result = schema.safeParse(value, { reportInput: true, jitless: true, error: withoutWords });
  if (!result.success) return fail(result.error.issues.flatMap((issue) => problemsOf(issue, schema, value)));
  return { value: result.data, lineOf, fail };
}

/** Kinds of issues that are told in words of this file's, unless a field has its own. */
const TOLD_HERE: ReadonlySet<string | undefined> = new Set(["invalid_union", "invalid_value", "invalid_type"]);

/** Leaves out zod's own words of these, so that an issue has a field's or none. */
const withoutWords = ({ code }: { readonly code?: string | undefined }) => (TOLD_HERE.has(code) ? "" : undefined);

/** Keys that a mapping has twice, by their offsets. */
function repeatedKeys(document: Document): { readonly name: string; readonly first: number; readonly again: number }[] {
  const found: { name: string; first: number; again: number }[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Map<unknown, number>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const [name, offset] = [String(key.value), key.range?.[0] ?? 0];
        const first = seen.get(name);
        if (first === undefined) seen.set(name, offset);
        else found.push({ name, first, again: offset });
      }
    },
  });
  return found;
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that multiply, or that lead in a circle.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    throw new ConfigError([`${file}:1: YAML: ${error.message}`]);
  }
}

/** `a.b[0].c` */
export function fieldName(path: Problem["path"]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

type Issue = z.core.$ZodIssue;

/** Most unknown fields of one mapping that are told one by one: a file with thousands is another file. */
const MOST_UNKNOWN = 20;

/** One sentence for each thing that a schema issue says, with what is allowed. */
function problemsOf(issue: Issue, schema: z.ZodType, input: unknown): Problem[] {
  const path = issue.path as Problem["path"];
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = allowedKeys(schema, path, input);
      const told = issue.keys.slice(0, MOST_UNKNOWN).map((key) => {
        const meant = nearest(key, known, Math.ceil(key.length / 3));
        return {
          path: [...path, key],
          message: `is not a known field${meant === undefined ? "" : `; the nearest is '${meant}'`} (allowed: ${known.join(", ")})`,
        };
      });
      const others = issue.keys.length - told.length;
      return others > 0 ? [...told, { path, message: `has ${others} more fields that are not known` }] : told;
    }
    case "invalid_union":
      if (issue.message !== "") return [{ path, message: issue.message }];
      if (issue.errors.length > 0) return problemsOfVariants(issue, schema, input);
      return [
        {
          path,
          message: `${chosen(issue) === undefined ? "is required" : `${quote(chosen(issue))} is not allowed`} (allowed: ${allowedVariants(schema, issue, input).join(", ")})`,
        },
      ];
    case "invalid_value":
      if (issue.message !== "") return [{ path, message: issue.message }];
      return [
        {
          path,
          message: `${issue.input === undefined ? "is required" : `${quote(issue.input)} is not allowed`} (allowed: ${issue.values.map(String).join(", ")})`,
        },
      ];
    case "invalid_type": {
      if (issue.input === undefined) return [{ path, message: "is required" }];
      if (issue.message !== "") return [{ path, message: `${quote(issue.input)} ${issue.message}` }];
      return [
        { path, message: `${kindOf(issue.input)} (allowed: ${allowedKind(issue.expected, schema, path, input)})` },
      ];
    }
    case "too_small":
      return [{ path, message: tooFew(issue) }];
    case "too_big":
      return [{ path, message: tooMany(issue) }];
    case "invalid_key":
      return [{ path, message: issue.issues.map(({ message }) => message).join("; ") }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** What is written, by its kind in words. */
function kindOf(value: unknown): string {
  if (value === null) return "is empty";
  if (Array.isArray(value)) return `${quote(value)} is a list`;
  switch (typeof value) {
    case "object":
      return `${quote(value)} is a group of fields`;
    case "number":
      return `${quote(value)} is a number`;
    case "boolean":
      return `${quote(value)} is true or false`;
    default:
      return `${quote(value)} is a text`;
  }
}

/** What may be written, by zod's names of kinds. */
const KINDS: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  record: "a group of names with values",
  string: "a text in quotes",
};

function allowedKind(expected: string, schema: z.ZodType, path: Problem["path"], input: unknown): string {
  const fields = expected === "object" ? allowedKeys(schema, path, input) : [];
  if (expected === "object") return fields.length > 0 ? `fields ${fields.join(", ")}` : "a group of fields";
  return KINDS[expected] ?? expected;
}

function tooFew({ input, origin, minimum }: Issue & { code: "too_small" }): string {
  const least = Number(minimum);
  if (origin === "array") return `has too few entries (allowed: at least ${counted(least, "entry", "entries")})`;
  if (origin === "string")
    return `${quote(input)} is too short (allowed: at least ${counted(least, "character", "characters")})`;
  return `${quote(input)} is too small (allowed: at least ${least})`;
}

function tooMany({ input, origin, maximum }: Issue & { code: "too_big" }): string {
  const most = Number(maximum);
  if (origin === "array") return `has too many entries (allowed: at most ${counted(most, "entry", "entries")})`;
  if (origin === "string")
    return `${quote(input)} is too long (allowed: at most ${counted(most, "character", "characters")})`;
  return `${quote(input)} is too large (allowed: at most ${most})`;
}

const counted = (number: number, one: string, several: string) => `${number} ${number === 1 ? one : several}`;

/** A union that no field tells apart is of values of several kinds: what is written there says which is meant. */
function problemsOfVariants(issue: Issue & { code: "invalid_union" }, schema: z.ZodType, input: unknown): Problem[] {
  const path = issue.path as Problem["path"];
  const isOfItself = ({ path, code }: Issue) =>
    path.length === 0 && (code === "invalid_type" || code === "invalid_value");
  const meant = issue.errors.find((issues) => !issues.some(isOfItself));
  if (meant) {
    return meant.flatMap((inner) => problemsOf({ ...inner, path: [...path, ...inner.path] }, schema, input));
  }
  const allowed = issue.errors.flat().flatMap((inner) => {
    if (inner.code === "invalid_value") return inner.values.map(String);
    return inner.code === "invalid_type" ? [allowedKind(inner.expected, schema, path, input)] : [];
  });
  return [{ path, message: `${quote(issue.input)} is not allowed (allowed: ${allowed.join(", or ")})` }];
}

/** Most characters of a value that an error shows. */
const MOST_SHOWN = 120;

function quote(value: unknown): string {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  return `'${text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text}'`;
}

/** What the input says in the discriminator's field. */
const chosen = (issue: Issue) => (issue.input as Record<string, unknown> | undefined)?.[String(issue.path.at(-1))];

/** The discriminator's values of a union, read from the schema. */
function allowedVariants(root: z.ZodType, issue: Issue, input: unknown): string[] {
  const parent = schemaAt(root, issue.path.slice(0, -1) as Problem["path"], input);
  const field = issue.path.at(-1);
  return parent.flatMap((schema) => {
    const values = schema._zod?.def.shape?.[String(field)]?._zod?.values;
    return values ? [...values].map(String) : [];
  });
}

/** Names of the fields that the schema has at `path`. */
function allowedKeys(schema: z.ZodType, path: Problem["path"], input: unknown): string[] {
  return [...new Set(schemaAt(schema, path, input).flatMap((schema) => Object.keys(schema._zod?.def.shape ?? {})))];
}

/** The little of a zod schema's inside that naming fields needs. */
interface SchemaNode {
  readonly _zod?: {
    readonly values?: ReadonlySet<unknown>;
    readonly def: {
      readonly shape?: Record<string, SchemaNode>;
      readonly innerType?: SchemaNode;
      readonly element?: SchemaNode;
      readonly valueType?: SchemaNode;
      readonly options?: readonly SchemaNode[];
      readonly in?: SchemaNode;
    };
  };
}

/** The schema's nodes at `path`; of a union on the way only the variants that `input` has chosen. */
function schemaAt(schema: z.ZodType, path: Problem["path"], input: unknown): readonly SchemaNode[] {
  let nodes: readonly SchemaNode[] = unwrap(schema as unknown as SchemaNode);
  let value = input;
  for (const part of path) {
    nodes = chosenOf(nodes, value).flatMap((node) => {
      const def = node._zod?.def;
      const next = typeof part === "number" ? def?.element : (def?.shape?.[part] ?? def?.valueType);
      return next ? unwrap(next) : [];
    });
    value = (value as Record<string | number, unknown> | null | undefined)?.[part];
  }
  return chosenOf(nodes, value);
}

/** The variants whose constant fields are as `value` has them; all, where none is so. */
function chosenOf(nodes: readonly SchemaNode[], value: unknown): readonly SchemaNode[] {
  const written = (value ?? {}) as Record<string, unknown>;
  const chosen = nodes.filter((node) =>
    Object.entries(node._zod?.def.shape ?? {}).every(([name, field]) => {
      const values = field._zod?.values;
      return values?.size !== 1 || values.has(written[name]);
    }),
  );
  return chosen.length > 0 ? chosen : nodes;
}

function unwrap(node: SchemaNode): SchemaNode[] {
  const def = node._zod?.def;
  if (def?.innerType) return unwrap(def.innerType);
  if (def?.in) return unwrap(def.in);
  return def?.options ? def.options.flatMap(unwrap) : [node];
}

/** The offset of the field at `path` in the text: its key's where it has one; else of the nearest field above it. */
function offsetOf(document: Document, path: Problem["path"]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true) as { items?: readonly unknown[] } | undefined;
    const part = path[length - 1];
    for (const [index, item] of (parent?.items ?? []).entries()) {
      const pair = item as {
        key?: { value?: unknown; range?: [number, number, number] };
        range?: [number, number, number];
      };
      if (typeof part === "number" ? index === part : String(pair.key?.value) === part)
        return (pair.key?.range ?? pair.range ?? [0])[0];
    }
  }
  return document.contents?.range?.[0] ?? 0;
}
