/** The table of docs/changes.md: every change of the catalogue, what it does, and what real plans said. */
import { EFFECTS } from "../../config/change-rule";
import type { Cloud, Deployment } from "../../config/deployment";
import { stateFolder } from "../../config/names";
import { ConfigError } from "../../config/yaml-source";
import { compareFields } from "../../verification/diff/fields";
import type { DeploymentFieldChange, ResourceChange } from "../../verification/diff/model";
import { kindOf } from "../../verification/diff/plan-actions";
import { describe } from "../../verification/diff/resources";
import { code, table } from "../markdown";
import { CATALOGUES } from "./catalogue";
import { patched, type CatalogueEntry, type Patch } from "./entry";
import { recordingOf, type RecordedAction } from "./record";
import { standingDeployment } from "./standing";

/** Each change of a cloud's catalogue: what `dataplane diff` says of it, by the plan that was recorded of it. */
export function changesTable(cloud: Cloud): string {
  const recording = recordingOf(cloud);
  const rows = CATALOGUES[cloud].map((entry) => {
    const { option, change } = entry;
    const recorded = recording.changes.find((one) => one.option === option && one.change === change);
    const actions = recorded?.actions ?? [];
    const destroyed = actions.filter(({ actions: own }) => own.includes("delete"));
    const types = [...new Set(destroyed.map(({ address }) => code(typeOf(address))))];
    const planned = recorded && (recorded.refused ?? recording.providers.join(", "));
    return [code(option), change, ...effectOf(cloud, entry, actions, types), planned ?? "predicted"];
  });
  return table(["Option", "Change", "Effect", "Destroyed", "Loses, cuts", "Instead", "Seen"], rows);
}

const changeOf = ({ address, actions, because = [] }: RecordedAction): ResourceChange =>
  describe(kindOf(actions) ?? "changed", { type: typeOf(address), address, location: NOWHERE }, because);

/** A plan that was recorded has no file any more. */
const NOWHERE = { file: "", line: 0 };

const typeOf = (address: string): string => address.split(".")[0] ?? "";

/** Effect, what is destroyed, what is lost and cut, and the way round. */
function effectOf(
  cloud: Cloud,
  { standing, to }: CatalogueEntry,
  actions: readonly RecordedAction[],
  destroyed: readonly string[],
): string[] {
  const before = standingDeployment(cloud, standing);
  const after = deploymentOrRefusal(cloud, patched(standing ?? {}, to) as Patch);
  if (typeof after === "string") return ["refused before anything is written", "", "", after];
  const isElsewhere = stateFolder(before) !== stateFolder(after);
  const changes = compareFields(before, after, isElsewhere ? [] : actions.map(changeOf), "");
  const told = (of: (change: DeploymentFieldChange) => string | undefined) =>
    [...new Set(changes.flatMap((change) => of(change) ?? []))].join("; ");
  const harm = [told(({ loses }) => loses && `loses ${loses}`), told(({ cuts }) => cuts && `cuts ${cuts}`)];
  const effects = EFFECTS.filter((effect) => changes.some((change) => change.effect === effect));
  return [
    effects.at(-1) ?? "in-place",
    destroyed.join(", "),
    harm.filter(Boolean).join("; "),
    told(({ instead }) => instead),
  ];
}

/** A deployment, or why it is refused. */
function deploymentOrRefusal(cloud: Cloud, patch: Patch): Deployment | string {
  try {
    return standingDeployment(cloud, patch);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines.map((line) => line.replace(/^[^:]*:\d+: /, "")).join("; ");
    throw error;
  }
}
