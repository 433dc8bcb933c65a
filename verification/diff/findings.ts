/** Invariants that are newly violated, or no longer: findings are the same wherever they are written. */
import type { Direction, Finding } from "../model";
import { groupBy } from "../group-by";
import { withoutPlaces } from "../not-read";
import type { FoundIn } from "../baseline";
import type { FindingChange } from "./model";
import type { Crossing } from "./packets";

/** @param crossings what changed in packets: a rule that is split or renamed makes no new violation */
export function compareFindings(base: FoundIn, head: FoundIn, crossings: readonly Crossing[]): FindingChange[] {
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
function surplus(mine: FoundIn, theirs: FoundIn, hasMoved: (direction: Direction) => boolean): Finding[] {
  const others = groupBy(theirs.findings, keyIn(theirs));
  const key = keyIn(mine);
  return mine.findings.filter((finding) => {
    if (others.get(key(finding))?.shift()) return false;
    const { counterexample } = finding;
    if (counterexample === undefined || hasMoved(counterexample.direction)) return true;
    // The same packets by other rules, or under another name.
    return !theirs.findings.some((other) => isAlike(other, finding));
  });
}

function isAlike(one: Finding, other: Finding): boolean {
  const end = ({ resource, counterexample: packet }: Finding) => {
    const name = packet?.direction === "inbound" ? packet.destination : packet?.source;
    return name === resource ? "itself" : name;
  };
  return one.invariant === other.invariant && one.status === other.status && end(one) === end(other);
}

/** What tells findings apart, wherever they are written. */
function keyIn({ system }: FoundIn): (finding: Finding) => string {
  const identified = withoutPlaces(system.resources);
  return (finding) => {
    const { invariant, status, resource, message } = identified(finding);
    return [invariant, status, resource, message].join("\n");
  };
}

/** Without what is worked out only when asked for, so that it is its own JSON. */
function plain(finding: Finding): Finding {
  const { file, line } = finding.location;
  return { ...finding, location: { file, line } };
}
