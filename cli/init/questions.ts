/** What is asked of a new deployment: fields of the schema, with what it says of each. */
import { parse } from "yaml";
import { InputError } from "../../verification/input-error";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { nodesAt, schemaOf, type Node } from "../../config/json-schema";

/** One field that a deployment's file may have. */
export interface Question {
  /** As files and flags name it: `network.cidr`. */
  readonly field: string;
  readonly description: string;
  readonly type: "text" | "list" | "other";
  /** Every value that is allowed, where they are few enough to be listed in the schema. */
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  /** What holds where nothing is said. */
  readonly byDefault?: unknown;
  /** Forms of the value, where it has several. */
  readonly forms: readonly Form[];
}

/** One form of a value: the field that tells it apart, and those that it must have besides. */
interface Form {
  readonly told: { readonly name: string; readonly value: string };
  readonly required: readonly Question[];
}

/**
 * Fields that are asked beside those that every deployment must have: what differs most, and can't change later. Those
 * that a cloud's deployments do not have are not asked of them.
 */
const FURTHER = ["network.cidr", "network.zones", "network.nat", "network.existing"];
const FURTHER_EVERYWHERE = ["taskNamespaces", "workloads", "taskEgress", "state"];

/** The choice that all other fields follow from. */
export const CLOUD_FIELD = "cloud";

/** Every question of a cloud's deployments, in the order in which they are asked. */
export function questionsOf(cloud: Cloud): readonly Question[] {
  const schema = schemaOf(cloud);
  const { required = [] } = schema;
  // What is likely of the one follows from the other.
  const inOrder = [...required.filter((field) => field !== "region"), "region"];
  const further = FURTHER.filter((field) => nodesAt(schema, field.split(".")).length > 0);
  return [...inOrder, ...further, ...FURTHER_EVERYWHERE].map((field) =>
    questionOf(field, schema, required.includes(field)),
  );
}

/** The question of the cloud itself, and those that are the same whichever it is. */
export const commonQuestions = (): readonly Question[] => {
  const [first = [], ...others] = CLOUDS.map(questionsOf);
  const common = first.filter(({ field }) => others.every((all) => all.some((other) => other.field === field)));
  return common.map((question) => (question.field === CLOUD_FIELD ? { ...question, choices: CLOUDS } : question));
};

/**
 * A value as its flag says it: a text as it is, everything else in YAML; a list of texts also with commas alone.
 *
 * @throws InputError if it is no YAML
 */
export function valueOf({ field, type }: Question, text: string): unknown {
  if (type === "text") return text;
  if (type === "list" && !text.trimStart().startsWith("[")) {
    return text.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
  }
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new InputError(`--${field}`, 0, `is no YAML: ${(error as Error).message}`);
  }
}

function questionOf(field: string, schema: Node, isRequired: boolean): Question {
  const [node] = nodesAt(schema, field.split("."));
  if (!node) throw new Error(`the schema has no '${field}'`);
  const values = node.enum ?? (node.const === undefined ? [] : [node.const]);
  return {
    field,
    description: node.description ?? "",
    type: node.type === "string" ? "text" : node.type === "array" && node.items?.type === "string" ? "list" : "other",
    choices: values.map(String),
    isRequired,
    byDefault: node.default,
    forms: (node.oneOf ?? []).flatMap((form) => formOf(field, form, schema)),
  };
}

function formOf(field: string, { properties = {}, required = [] }: Node, schema: Node): Form[] {
  const [name, node] = Object.entries(properties).find(([, { const: value }]) => typeof value === "string") ?? [];
  if (name === undefined || node === undefined) return [];
  const others = required.filter((other) => other !== name);
  return [
    {
      told: { name, value: String(node.const) },
      required: others.map((other) => questionOf(`${field}.${other}`, schema, true)),
    },
  ];
}
