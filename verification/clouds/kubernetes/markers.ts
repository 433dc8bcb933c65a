/** Annotations by which a cloud's controllers are told whether a load balancer has private addresses only. */
import type { Resource, Value } from "../../model";
import { field, text } from "../../values";
import type { Ternary } from "../../ternary";

/** An annotation, and what its values say. */
export interface Marker {
  readonly annotation: string;
  readonly internal: string;
  readonly external: string;
}

export function annotationOf(object: Resource, annotation: string): Value | undefined {
  return field(object, "metadata", "annotations", annotation);
}

/** What a marker says of an object, `undefined` where it says nothing. */
export function marked(object: Resource, { annotation, internal, external }: Marker): Ternary | undefined {
  const value = annotationOf(object, annotation);
  if (value === undefined) return undefined;
  const said = text(value);
  return said === internal ? true : said === external ? false : "unknown";
}
