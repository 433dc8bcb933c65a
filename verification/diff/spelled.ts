/** Values as text in which what is not known stands by its name, so that two of them differ where their sources do. */
import { isReference, isUnknown, type Resource, type Value } from "../model";
import type { TerraformInput } from "../clouds/terraform-input";
import { canonical } from "../canonical";
import { isList, isObject } from "../values";

/**
 * A value as text: `${aws_s3_bucket.data.arn}` for what another resource knows.
 *
 * @param part how a part that is not known is written within a longer text
 */
export function textOf(
  value: Value | undefined,
  from: Resource,
  input: TerraformInput,
  part: (text: string) => string = (text) => text,
): string {
  if (isReference(value)) {
    const held = input.follow(value, from);
    if (held !== undefined && held !== null && !isUnknown(held)) return textOf(held, from, input, part);
    return `\${${[value.address, value.attribute].filter(Boolean).join(".")}}`;
  }
  if (isUnknown(value)) {
    if (value.text === undefined) return `\${${[...new Set([value.reason, ...value.mentions])].join(", ")}}`;
    let position = 0;
    return value.text.replaceAll("${}", () => {
      const hidden = value.parts?.[position++];
      return part(hidden === undefined ? `\${${value.reason}}` : textOf(hidden, from, input));
    });
  }
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? canonical(value) : String(value);
}

/** A data source of statements, with each text spelled out; other documents that it takes in stay references. */
export function spelled(document: Resource, input: TerraformInput): Resource {
  const spell = (value: Value): Value => {
    if (isReference(value)) {
      return /(^|\.)aws_iam_policy_document\./.test(value.address) ? value : textOf(value, document, input);
    }
    if (isUnknown(value)) return value.text === undefined ? value : textOf(value, document, input);
    if (isList(value)) return value.map(spell);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spell(inner)]));
  };
  return { ...document, values: spell(document.values) as Resource["values"] };
}
