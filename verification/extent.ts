/** How far findings go beyond what their messages show: one packet of many, three ends of a hundred. */
import { createHash } from "node:crypto";

/** A digest that is equal for equal parts only, such as sets' keys. */
export const extentOf = (...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
