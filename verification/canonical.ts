import { isUnknown, type Unknown, type Value } from "./model";

/** What would mend it is no part of what it is: its reason tells it from others. */
const REMEDIED: keyof Unknown = "missing";

/**
 * JSON with keys in order; equal values have equal texts.
 *
 * @param isSet whether the order of lists means nothing, as in most arguments of Terraform
 */
export function canonical(value: Value | undefined, isSet = false): string {
  if (Array.isArray(value)) {
    const parts = value.map((element) => canonical(element as Value, isSet));
    return `[${(isSet ? parts.sort() : parts).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return value === undefined ? "null" : JSON.stringify(value);
  const isPart = isUnknown(value) ? (key: string) => key !== REMEDIED : () => true;
  const fields = Object.entries<Value | undefined>(value as Readonly<Record<string, Value>>).filter(
    ([key, inner]) => inner !== undefined && isPart(key),
  );
  fields.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner, isSet)}`).join(",")}}`;
}
