/** Invariants that are newly violated, or no longer: findings are the same wherever they are written. */
import type { Direction, Finding, System } from "../model";
import { groupBy } from "./group-by";
import type { FindingChange } from "./model";
import type { Crossing } from "./packets";

interface Judged {
  readonly findings: readonly Finding[];
  readonly system: System;
}

/** @param crossings what changed in packets: a rule that is split or renamed makes no new violation */
export function compareFindings(base: Judged, head: Judged, crossings: readonly Crossing[]): FindingChange[] {
  const opened = (direction: Direction) =>
    crossings.some((one) => one.change === "opened" && one.direction === direction);
  const closed = (direction: Direction) =>
    crossings.some((one) => one.change === "closed" && one.direction === direction);
  return [
    ...surplus(head, base, opened).map((finding) => ({ change: "new" as const, finding: plain(finding) })),
    ...surplus(base, head, closed).map((finding) => ({ change: "fixed" as const, finding: plain(finding) })),
  ];
}

/** Findings of `mine` that `theirs` does not have, or not as often. */
function surplus(mine: Judged, theirs: Judged, hasMoved: (direction: Direction) => boolean): Finding[] {
  const others = groupBy(theirs.findings, keyOf);
  const addresses = new Set(theirs.system.resources.map(({ address }) => address));
  return mine.findings.filter((finding) => {
    if (others.get(keyOf(finding))?.shift()) return false;
    const { counterexample } = finding;
    // The same packets by another rule.
    const isRenamed =
      counterexample !== undefined &&
      !addresses.has(finding.resource) &&
      !hasMoved(counterexample.direction) &&
      theirs.findings.some((other) => isAlike(other, finding));
    return !isRenamed;
  });
}

function isAlike(one: Finding, other: Finding): boolean {
  const end = ({ counterexample: packet }: Finding) =>
    packet?.direction === "inbound" ? packet.destination : packet?.source;
  return one.invariant === other.invariant && one.status === other.status && end(one) === end(other);
}

/** What tells findings apart, without where they are written: `(rule a, b.tf:7)` is `(rule a)`. */
function keyOf({ invariant, status, resource, message }: Finding): string {
  const said = message
    .replaceAll(/, [^\s,()]+(?=\))/g, "")
    .replaceAll(/[^\s,():]+\.(?:json|ya?ml|tf|tfstate)\b(:\d+)?/g, "");
  return [invariant, status, resource, said].join("\n");
}

/** Without what is worked out only when asked for, so that it is its own JSON. */
function plain(finding: Finding): Finding {
  const { file, line } = finding.location;
  return { ...finding, location: { file, line } };
}
