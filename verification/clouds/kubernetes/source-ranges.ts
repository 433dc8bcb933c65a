/** Whom texts of an object name that may open connections. */
import { AddressSet } from "../../../packets/address-set";
import type { Value } from "../../model";
import { isOpaque, text, unknown, whyOpaque, type Opaque } from "../../values";
import type { Exposure } from "./exposure";

/** The texts between the commas of an annotation. */
export function textsOf(annotation: Value | undefined): readonly (string | Opaque)[] {
  const written = text(annotation) ?? "";
  if (isOpaque(written)) return [written];
  return written.split(",").flatMap((one) => one.trim() || []);
}

/** Everybody where none is named. */
export function rangesIn(ranges: readonly (string | Opaque)[]): Exposure["sourceRanges"] {
  if (ranges.length === 0) return undefined;
  const opaque = ranges.find(isOpaque);
  if (opaque) return unknown(`whom its source ranges admit is not known: ${whyOpaque(opaque)}`);
  try {
    return AddressSet.ofCidrs(ranges.flatMap((range) => (isOpaque(range) ? [] : range.trim())));
  } catch (error) {
    if (error instanceof RangeError) return unknown(`whom its source ranges admit can't be told: ${error.message}`);
    throw error;
  }
}
