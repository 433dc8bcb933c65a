/** Each system that was judged, with what a reviewer asks of it beside its findings. */
import type { Finding } from "../verification/model";
import type { Judgement, Judgements } from "../verification/verify";
import { controlsOf } from "./controls";
import type { SystemPage } from "./html/model";
import { invariantRows } from "./invariant-rows";

export type SystemRow = Pick<SystemPage, "name" | "verdict" | "invariants" | "controls">;

/** A row each, in the order of the judgements. */
export const systemRows = ({ judgements, broken, own }: Judgements): SystemRow[] =>
  judgements.map((judgement) => {
    const { name, verdict, invariants, controls } = systemRow(judgement, broken, own);
    return { name, verdict, invariants, controls };
  });

/** What became of one system's invariants, what that shows of controls of its cloud, and all findings that count in it. */
export function systemRow(
  judgement: Judgement,
  broken: Judgements["broken"],
  own: Judgements["own"],
): SystemRow & { readonly findings: readonly Finding[] } {
  const { deployment } = judgement;
  // A deployment that can't be taken at its word is judged with what belongs to none.
  const findings = deployment ? judgement.findings : [...broken, ...judgement.findings];
  const invariants = invariantRows(judgement, own, findings);
  return {
    name: deployment?.name ?? "Judged files",
    verdict: findings.length === 0 ? "pass" : "fail",
    invariants,
    controls: deployment ? controlsOf(deployment.cloud, invariants) : [],
    findings,
  };
}
