import * as z from "zod";
import { CHANGES } from "./changes";
import { deploymentSchema, type Cloud } from "./deployment";
import { policyFileSchema } from "./policy-file";

/** Made once: it takes longer than to list all commands, of which one asks it for each cloud. */
let deploymentText: string | undefined;

/** The text of `config/deployment.schema.json`: the schema of deployments as JSON Schema, for editors. */
export function deploymentJsonSchema(): string {
  return (deploymentText ??= jsonSchema(deploymentSchema, "Deployment", "One customer account's data plane."));
}

/** The text of `config/policy.schema.json`: the schema of policy files as JSON Schema, for editors. */
export function policyJsonSchema(): string {
  return jsonSchema(policyFileSchema, "Policy", "What is allowed in a system that is verified.");
}

function jsonSchema(schema: z.ZodType, title: string, description: string): string {
  const json = z.toJSONSchema(schema, { io: "input", target: "draft-7", unrepresentable: "any" });
  markLaterChanges(json as Node);
  return `${JSON.stringify({ title, description, ...json }, null, 2)}\n`;
}

/** The schema of one cloud's deployments. */
export function schemaOf(cloud: Cloud): Node {
  const { oneOf = [] } = JSON.parse(deploymentJsonSchema()) as Node;
  const found = oneOf.find(({ properties }) => properties?.["cloud"]?.const === cloud);
  if (!found) throw new Error(`the schema has no '${cloud}'`);
  return found;
}

/** The part of JSON Schema that deployments use. */
export interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  /** Set where the field can't change on a standing deployment. */
  "x-laterChange"?: string;
}

/** Marks the fields that can't change on a standing deployment, as the rules of their cloud say. */
function markLaterChanges({ oneOf = [] }: Node): void {
  for (const variant of oneOf) {
    const rules = (CHANGES as Partial<typeof CHANGES>)[variant.properties?.["cloud"]?.const as Cloud] ?? [];
    for (const { field, when, effect, does, instead } of rules) {
      if (effect !== "impossible") continue;
      const which = [when ?? []].flat().filter((one) => typeof one === "string");
      const text = [
        `impossible${which.length > 0 ? ` (${which.join(", ")})` : ""}`,
        does,
        instead && `instead: ${instead}`,
      ]
        .filter(Boolean)
        .join("; ");
      for (const node of nodesAt(variant, field.replaceAll("[]", "").split("."))) node["x-laterChange"] ??= text;
    }
  }
}

/** Where the schema has a field; `NAME` stands for each name of a map. */
export function nodesAt(node: Node, [name, ...rest]: readonly string[]): Node[] {
  if (name === undefined) return [node];
  const variants = [...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.items ? [node.items] : [])];
  const { additionalProperties: entry } = node;
  const below = name === "NAME" && typeof entry === "object" ? entry : node.properties?.[name];
  return [...variants.flatMap((variant) => nodesAt(variant, [name, ...rest])), ...(below ? nodesAt(below, rest) : [])];
}
