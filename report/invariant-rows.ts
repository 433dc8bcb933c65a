/** What became of invariants, a row each. */
import type { Finding } from "../verification/model";
import type { Invariant } from "../verification/invariants/invariant";
import { invariants } from "../verification/invariants";
import type { Judgement, Judgements } from "../verification/verify";
import type { InvariantRow } from "./html/model";

/** What became of each invariant in a system; `findings` are all that are told of it. */
export function invariantRows(
  judgement: Judgement,
  own: Judgements["own"],
  findings: readonly Finding[] = judgement.findings,
): InvariantRow[] {
  return [...invariants, ...own].map((invariant) => invariantRow(invariant, judgement, findings));
}

function invariantRow(
  { id, title, paragraph }: Invariant,
  { asked, unheld, exceptions, known = [] }: Judgement,
  findings: readonly Finding[],
): InvariantRow {
  const own = findings.filter(({ invariant }) => invariant === id);
  const state = (): InvariantRow["state"] => {
    if (own.some(({ status }) => status === "violated")) return "violated";
    if (own.length === 0 && known.some(({ invariant }) => invariant === id)) return "known";
    if (own.length > 0 || unheld.has(id)) return "unknown";
    if (!asked.has(id)) return "not asked";
    return exceptions.some((exception) => exception.id === id && exception.state === "used") ? "excepted" : "holds";
  };
  return { id, title, paragraph, state: state() };
}
