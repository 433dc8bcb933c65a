import { noBulkInTunnel } from "./no-bulk-in-tunnel";
import { noneFromOutside } from "./none-from-outside";
import { openedFromInside } from "./opened-from-inside";
import type { Question, Thresholds } from "./question";
import { rejectedTries } from "./rejected-tries";
import { unusedAllowances } from "./unused-allowances";
import { withinPolicy } from "./within-policy";

/** The questions to ask, in the order of the document. */
export function questionsOf({ unusedDays }: Thresholds): readonly Question[] {
  const always = [openedFromInside, noneFromOutside, noBulkInTunnel, withinPolicy, rejectedTries];
  return unusedDays === undefined ? always : [...always, unusedAllowances];
}
