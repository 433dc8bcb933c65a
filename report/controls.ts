/** Controls of frameworks that reviewers work by, each with what the invariants show of it, and no more. */
import type { Cloud } from "../config/deployment";
import frameworks from "./controls.json";

/** What became of an invariant in one system. */
export type InvariantState = "holds" | "excepted" | "known" | "violated" | "unknown" | "not asked";

/** A control as a report shows it. */
export interface ControlRow {
  readonly framework: string;
  /** As the framework numbers it. */
  readonly id: string;
  /** What it asks for, in words of our own. */
  readonly title: string;
  /** That of the invariant that holds least. */
  readonly state: InvariantState;
  /** Invariants that are its evidence, by their ids. */
  readonly invariants: readonly string[];
  /** What of it they do not show. */
  readonly notCovered: string;
  /** Where its number and text were read. */
  readonly source: string;
}

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
