/** Verifies each folder that it is sent, in a process of its own: what ends this one ends no other measurement. */
import "../../telemetry-off";
import { verifyPaths, type VerifyOptions } from "../../verification/verify";
import { outcomeOf, outcomeOfFailure, type Outcome } from "./outcome";

/** What a worker is sent. */
export interface Task {
  readonly folder: string;
  readonly only: VerifyOptions["only"];
}

process.on("message", ({ folder, only }: Task) => {
  const began = performance.now();
  const answer = (told: Omit<Outcome, "folder" | "milliseconds">) =>
    process.send?.({ folder, ...told, milliseconds: Math.round(performance.now() - began) } satisfies Outcome);
  void verifyPaths([folder], { only }).then(outcomeOf).catch(outcomeOfFailure).then(answer);
});
process.on("disconnect", () => process.exit());
