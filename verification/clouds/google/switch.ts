/** Fields that keep the outside away from what Google runs: what they say, and what holds where they say nothing. */
import { isUnknown, type Resource } from "../../model";
import { at, isOpaque, text } from "../../values";
import { reasonOf, type GoogleInput } from "./input";

/** One field that decides whether the outside comes to a resource. */
export interface Switch {
  /** Path of the field: `a.b` is the field `b` of the block `a`. Its steps, where one has a dot in it. */
  readonly field: string | readonly string[];
  /** Values that keep the outside away; undefined: any, as long as one is written. */
  readonly closes?: readonly string[];
  /** What it means where it is not written. Default: open. */
  readonly unwritten?: "closed" | "unknown";
  /** Path of a block: where that is written and the field is not, it is open all the same. */
  readonly openIn?: string;
}

export type Openness = "open" | "closed" | { readonly unknown: string };

/** What switches say together: one that closes is enough, and one that is not known may. */
export function opennessOf(resource: Resource, switches: readonly Switch[], input: GoogleInput): Openness {
  const answers = switches.map((each) => readSwitch(resource, each, input));
  if (answers.includes("closed")) return "closed";
  return answers.find((answer) => typeof answer === "object") ?? "open";
}

function readSwitch(resource: Resource, { field, closes, unwritten, openIn }: Switch, input: GoogleInput): Openness {
  const isPath = typeof field === "string";
  const written = isPath ? input.collect(resource, field)[0] : text(at(resource.values, ...field));
  const name = isPath ? field : field.at(-1);
  const unknown = (reason: string) => ({
    unknown: `whether ${name ?? "it"} keeps the outside away is not known: ${reason}`,
  });
  if (written === undefined) {
    if (openIn !== undefined && input.collect(resource, openIn).length > 0) return "open";
    return unwritten === "unknown" ? unknown("it is not written") : (unwritten ?? "open");
  }
  if (!closes) return isUnknown(written) ? unknown(written.reason) : "closed";
  const value = isOpaque(written) ? text(input.follow(written, resource)) : written;
  if (typeof value !== "string") return unknown(reasonOf(value, "it is no text"));
  return closes.some((close) => close.toLowerCase() === value.toLowerCase()) ? "closed" : "open";
}
