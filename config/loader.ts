import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { LineCounter, parseDocument, type Document } from "yaml";
import { checkDeployment, type Problem } from "./checks";
import { deploymentSchema, type Deployment } from "./deployment";
import { stateKey } from "./names";

/** A deployment and where it is written. */
export interface LoadedDeployment {
  readonly deployment: Deployment;
  readonly file: string;
  /** 1-based line of a field, or of the nearest one above it. */
  readonly lineOf: (path: Problem["path"]) => number;
}

/** Input that can't be used. The message has one line a problem: `FILE:LINE: FIELD: what is wrong (what is allowed)`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"));
  }
}

/**
 * Reads every deployment of `paths` (YAML files, or folders of them, not their subfolders) and checks each alone and
 * all together. Nothing is written.
 *
 * @throws ConfigError with every problem found
 */
export function loadDeployments(paths: readonly string[]): LoadedDeployment[] {
  const files = [...new Set(paths.flatMap(filesAt))];
  if (files.length === 0)
    throw new ConfigError([
      `${paths.join(", ")}: holds no deployment (allowed: .yaml files, such as copies of those in deployments/examples)`,
    ]);
  const problems: string[] = [];
  const loaded: LoadedDeployment[] = [];
  for (const file of files) {
    try {
      loaded.push(parseDeployment(readFileSync(file, "utf8"), file));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.lines);
    }
  }
  const names = repeats(loaded, ["name"], ({ name }) => name, "name");
  // Equal names make equal default state keys: one mistake, one error.
  problems.push(...(names.length > 0 ? names : repeats(loaded, ["state"], stateKey, "state")));
  if (problems.length > 0) throw new ConfigError(problems);
  return loaded;
}

/** Reads one deployment from `source`, naming `file` in errors. @throws ConfigError */
export function parseDeployment(source: string, file: string): LoadedDeployment {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => counter.linePos(offset).line;
  if (document.errors.length > 0) {
    throw new ConfigError(document.errors.map((error) => `${file}:${at(error.pos[0])}: YAML: ${error.message}`));
  }
  const lineOf = (path: Problem["path"]) => at(offsetOf(document, path));
  const fail = (problems: readonly Problem[]): never => {
    throw new ConfigError(
      problems.map(
        ({ path, message }) => `${file}:${lineOf(path)}: ${path.length > 0 ? `${fieldName(path)}: ` : ""}${message}`,
      ),
    );
  };
  const value: unknown = document.toJS();
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError([`${file}:1: is not a mapping of fields (allowed: 'name: ...', 'cloud: aws', ...)`]);
  }
  const result = deploymentSchema.safeParse(value, { reportInput: true });
  if (!result.success) return fail(result.error.issues.flatMap(problemsOf));
  const problems = checkDeployment(result.data);
  if (problems.length > 0) fail(problems);
  return { deployment: result.data, file, lineOf };
}

/** `a.b[0].c` */
export function fieldName(path: Problem["path"]): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

type Issue = Exclude<ReturnType<typeof deploymentSchema.safeParse>["error"], undefined>["issues"][number];

/** One sentence for each thing that a schema issue says, with what is allowed. */
function problemsOf(issue: Issue): Problem[] {
  const path = issue.path as Problem["path"];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `is not a known field (allowed: ${allowedKeys(path).join(", ")})`,
      }));
    case "invalid_union":
      return [
        {
          path,
          message: `${chosen(issue) === undefined ? "is required" : `${quote(chosen(issue))} is not allowed`} (allowed: ${allowedVariants(issue).join(", ")})`,
        },
      ];
    case "invalid_value":
      if (issue.message.includes("allowed:")) return [{ path, message: issue.message }];
      return [
        {
          path,
          message: `${issue.input === undefined ? "is required" : `${quote(issue.input)} is not allowed`} (allowed: ${issue.values.map(String).join(", ")})`,
        },
      ];
    case "invalid_type":
      if (issue.input === undefined) return [{ path, message: "is required" }];
      return [
        {
          path,
          message: issue.message.startsWith("Invalid input")
            ? `${quote(issue.input)} is not a ${issue.expected} (allowed: a ${issue.expected})`
            : `${quote(issue.input)} ${issue.message}`,
        },
      ];
    case "too_small":
      return [
        {
          path,
          message: `${quote(issue.input)} is too small (allowed: at least ${String(issue.minimum)}${unit(issue.origin)})`,
        },
      ];
    case "too_big":
      return [
        {
          path,
          message: `${quote(issue.input)} is too large (allowed: at most ${String(issue.maximum)}${unit(issue.origin)})`,
        },
      ];
    case "invalid_key":
      return [{ path, message: issue.issues.map(({ message }) => message).join("; ") }];
    default:
      return [{ path, message: issue.message }];
  }
}

const unit = (origin: string) => ({ string: " characters", array: " entries" })[origin] ?? "";

const quote = (value: unknown) =>
  typeof value === "object" && value !== null ? `'${JSON.stringify(value)}'` : `'${String(value)}'`;

/** What the input says in the discriminator's field. */
const chosen = (issue: Issue) => (issue.input as Record<string, unknown> | undefined)?.[String(issue.path.at(-1))];

/** The discriminator's values of a union, read from the schema. */
function allowedVariants(issue: Issue): string[] {
  const parent = schemaAt(issue.path.slice(0, -1) as Problem["path"]);
  const field = issue.path.at(-1);
  return parent.flatMap((schema) => {
    const values = schema._zod?.def.shape?.[String(field)]?._zod?.values;
    return values ? [...values].map(String) : [];
  });
}

/** Names of the fields that the schema has at `path`. */
function allowedKeys(path: Problem["path"]): string[] {
  return [...new Set(schemaAt(path).flatMap((schema) => Object.keys(schema._zod?.def.shape ?? {})))];
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

function schemaAt(path: Problem["path"]): SchemaNode[] {
  let nodes = unwrap(deploymentSchema as unknown as SchemaNode);
  for (const part of path) {
    nodes = nodes.flatMap((node) => {
      const def = node._zod?.def;
      const next = typeof part === "number" ? def?.element : (def?.shape?.[part] ?? def?.valueType);
      return next ? unwrap(next) : [];
    });
  }
  return nodes;
}

function unwrap(node: SchemaNode): SchemaNode[] {
  const def = node._zod?.def;
  if (def?.innerType) return unwrap(def.innerType);
  if (def?.in) return unwrap(def.in);
  return def?.options ? def.options.flatMap(unwrap) : [node];
}

function filesAt(path: string): string[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch {
    throw new ConfigError([`${path}: does not exist (allowed: a deployment's YAML file or a folder of them)`]);
  }
  if (!isFolder) return [path];
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function repeats(
  loaded: readonly LoadedDeployment[],
  path: Problem["path"],
  keyOf: (deployment: Deployment) => string,
  what: string,
): string[] {
  const first = new Map<string, LoadedDeployment>();
  const lines: string[] = [];
  for (const entry of loaded) {
    const key = keyOf(entry.deployment);
    const earlier = first.get(key);
    if (earlier)
      lines.push(
        `${entry.file}:${entry.lineOf(path)}: ${fieldName(path)}: ${what} '${key}' is taken by ${basename(earlier.file)}:${earlier.lineOf(path)} (allowed: one that no other deployment has)`,
      );
    else first.set(key, entry);
  }
  return lines;
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
