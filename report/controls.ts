/** Controls of frameworks that reviewers work by, each with what the invariants show of it, and no more. */
import type { Cloud } from "../config/deployment";
import frameworks from "./controls.json";
import type { ControlRow, InvariantState } from "./html/model";

interface Framework {
  /** Whose resources it is about; default: any cloud's. */
  readonly cloud?: string;
  readonly source: string;
  readonly controls: readonly Omit<ControlRow, "framework" | "state" | "source">[];
}

/** Every framework, by its name and version. */
export const FRAMEWORKS: Readonly<Record<string, Framework>> = frameworks;

/** From what is worst for whoever relies on a control. */
const FROM_WORST: readonly InvariantState[] = ["violated", "unknown", "known", "not asked", "excepted", "holds"];

/** The controls that are about a deployment on a cloud, by what became of its invariants. */
export function controlsOf(
  cloud: Cloud,
  invariants: readonly { readonly id: string; readonly state: InvariantState }[],
): ControlRow[] {
  const stateOf = (id: string) => invariants.find((invariant) => invariant.id === id)?.state ?? "not asked";
  return Object.entries(FRAMEWORKS)
    .filter(([, framework]) => framework.cloud === undefined || framework.cloud === cloud)
    .flatMap(([framework, { source, controls }]) =>
      controls.map((control) => {
        const states = control.invariants.map(stateOf);
        return {
          framework,
          ...control,
          state: FROM_WORST.find((state) => states.includes(state)) ?? "not asked",
          source,
        };
      }),
    );
}
