import type { Part, Resource, System } from "./model";
import { awsPart } from "./semantics/aws";
import { azurePart } from "./semantics/azure";
import { googlePart } from "./semantics/google";
import { kubernetesPart } from "./semantics/kubernetes";

/** Every rule system that resources are judged by. */
const PARTS: readonly ((resources: readonly Resource[]) => Part)[] = [awsPart, googlePart, azurePart, kubernetesPart];

/** What the rule systems make of `resources`, put together. */
export function buildSystem(resources: readonly Resource[]): System {
  const parts = PARTS.map((part) => part(resources));
  return {
    resources,
    endpoints: parts.flatMap(({ endpoints }) => endpoints),
    unjudged: distinct(parts.flatMap(({ unjudged }) => unjudged)),
    rules: parts.reduce((sum, { rules }) => sum + rules, 0),
  };
}

/** A module that is not in the input is told of by each rule system. */
function distinct(unjudged: Part["unjudged"]): Part["unjudged"] {
  return [...new Map(unjudged.map((one) => [`${one.resource}\n${one.location.file}\n${one.reason}`, one])).values()];
}
