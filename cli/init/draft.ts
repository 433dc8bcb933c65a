/** A new deployment's file: what was answered, as far as it differs from what holds anyway. */
import { join, relative } from "node:path";
import { stringify } from "yaml";
import { deploymentSchema } from "../../config/deployment";
import type { Draft } from "../../config/loader";
import { fieldName } from "../../config/yaml-source";
import type { Question } from "./questions";

/** Values by the names of their fields: `network.cidr`. */
export type Answers = Readonly<Record<string, unknown>>;

const SCHEMA = join(__dirname, "../../config/deployment.schema.json");

/** @param folder of the deployment's file, which has its name */
export function draftOf(answers: Answers, questions: readonly Question[], folder: string): Draft {
  const told = questions.filter(({ field, byDefault }) => {
    if (answers[field] === undefined) return false;
    const answer = JSON.stringify(answers[field]);
    return answer !== JSON.stringify(byDefault) && answer !== "[]";
  });
  // What no question of the cloud is, the loader refuses in its own words.
  const others = Object.keys(answers).filter((field) => questions.every((question) => question.field !== field));
  const written = nested(answers, [...told.map(({ field }) => field), ...others]);
  const schema = relative(folder, SCHEMA);
  return {
    file: join(folder, `${String(answers["name"])}.yaml`),
    source: `# yaml-language-server: $schema=${schema}\n${stringify(written, { lineWidth: 0 })}`,
  };
}

/** What the schema says against the value of one field, beside the answers so far. */
export function refusalOf(field: string, value: unknown, answers: Answers): string | undefined {
  const { error } = deploymentSchema.safeParse(nested({ ...answers, [field]: value }));
  const isOf = (name: string) => name === field || name.startsWith(`${field}.`) || name.startsWith(`${field}[`);
  return error?.issues.find(({ path }) => isOf(fieldName(path as (string | number)[])))?.message;
}

/** Fields as a file has them, one inside of the other. */
function nested(answers: Answers, fields: readonly string[] = Object.keys(answers)): Record<string, unknown> {
  const whole: Record<string, unknown> = {};
  for (const field of fields) {
    const path = field.split(".");
    const last = path.pop() ?? field;
    const place = path.reduce<Record<string, unknown>>(
      (part, name) => (part[name] ??= {}) as Record<string, unknown>,
      whole,
    );
    place[last] = answers[field];
  }
  return whole;
}
