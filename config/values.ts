/** Kinds of values that fields of several files are of. */
import * as z from "zod";
import { AddressSet, parseCidr } from "../packets/address-set";
import type { Problem } from "./problem";

/** A field checked by `parse`, whose RangeError becomes the message of the one issue. */
export const parsed = (parse: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
  });

export const cidr = parsed(parseCidr);
export const ipv4Cidr = parsed((text) => {
  const { family, prefix } = parseCidr(text);
  if (family !== 4 || prefix > 28) throw new RangeError(`'${text}' is not an IPv4 block of at least 16 addresses`);
});

/** A text that matches `pattern`; `allowed` says in words what does. */
export const text = (pattern: RegExp, allowed: string) =>
  z.string().regex(pattern, { error: (issue) => `'${String(issue.input)}' is not ${allowed}` });

/** A part of a path or of a name that some file or service has: printable, without spaces. */
export const word = (what: string) => text(/^[!-~]+$/, `${what} (without spaces)`);

export const dnsLabel = text(
  /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "a DNS label (lower-case letters, digits and '-', at most 63)",
);
export const date = text(/^\d{4}-\d{2}-\d{2}$/, "a date (YYYY-MM-DD, quoted)").refine(isDay, {
  error: (issue) => `'${String(issue.input)}' is not a day of the calendar`,
});

/** Date takes the 30th of February for the 2nd of March. */
function isDay(value: string): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/** Blocks of a list that have addresses of an earlier one. */
export function overlaps(path: Problem["path"], cidrs: readonly string[]): Problem[] {
  return cidrs.flatMap((cidr, index) => {
    const other = cidrs.slice(0, index).find((earlier) => AddressSet.ofCidr(earlier).overlaps(AddressSet.ofCidr(cidr)));
    return other
      ? [
          {
            path: [...path, index],
            message: other === cidr ? `'${cidr}' is listed twice` : `'${cidr}' overlaps '${other}'`,
          },
        ]
      : [];
  });
}
