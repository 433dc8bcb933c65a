/** JSON within resources, such as the policy that an argument holds. */
import type { Value } from "../model";

/** The value of a text; undefined where it is not known, or no JSON. */
export function jsonValue(text: string | undefined): Value | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
