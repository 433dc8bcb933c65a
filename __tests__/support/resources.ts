import { findNodeAtLocation, parseTree } from "jsonc-parser";
import type { Location, Reference, Resource, Unknown, Value } from "../../verification/model";

/** Terraform JSON: `resource` and `data` by type and name. */
export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** A text that is one reference and nothing else: `${aws_vpc.main.id}`, `${data.aws_prefix_list.s3.id}`. */
const REFERENCE = /^\$\{((?:data\.)?\w+\.\w+)(?:\.([^{}]+))?\}$/;

/**
 * The resources of Terraform JSON, read as plainly as tests need: a text that is one reference becomes it, any other
 * text with an expression in it is unknown. Locations are lines of the JSON, indented by two.
 */
export function resourcesOf(json: TerraformJson, unit = "test"): Resource[] {
  const file = `${unit}.tf.json`;
  const source = JSON.stringify(json, null, 2);
  const tree = parseTree(source);
  const lineAt = (path: readonly (string | number)[]): number => {
    const node = tree && findNodeAtLocation(tree, [...path]);
    return node || path.length === 0
      ? source.slice(0, node?.offset ?? 0).split("\n").length
      : lineAt(path.slice(0, -1));
  };
  return (["resource", "data"] as const).flatMap((section) =>
    Object.entries(json[section] ?? {}).flatMap(([type, named]) =>
      Object.entries(named).map(([name, values]): Resource => {
        const locate = (path: readonly (string | number)[]): Location => ({
          file,
          line: lineAt([section, type, name, ...path]),
        });
        return {
          type,
          address: `${section === "data" ? "data." : ""}${type}.${name}`,
          mode: section === "data" ? "data" : "managed",
          unit,
          values: read(values as Value) as Resource["values"],
          location: locate([]),
          locate,
        };
      }),
    ),
  );
}

const EXPRESSION = /\$\{[^}]*\}/g;

function read(value: Value): Value {
  if (typeof value === "string") return readText(value);
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, read(held)]));
}

function readText(text: string): Value {
  const [, address, attribute = ""] = REFERENCE.exec(text) ?? [];
  if (address !== undefined) return { kind: "reference", address, attribute };
  if (!text.includes("${")) return text;
  return {
    kind: "unknown",
    reason: `${text} is not known`,
    mentions: [],
    text: text.replaceAll(EXPRESSION, "${}"),
    parts: text.match(EXPRESSION)?.map(partOf),
  };
}

function partOf(expression: string): Reference | Unknown {
  const [, address, attribute = ""] = REFERENCE.exec(expression) ?? [];
  if (address !== undefined) return { kind: "reference", address, attribute };
  return { kind: "unknown", reason: `${expression} is not known`, mentions: [] };
}
