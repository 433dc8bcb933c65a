import type { PartialSystem, Resource, System } from "./model";
import { AddressSet } from "../packets/address-set";
import { unjudgedFiles } from "./not-read";
import { awsPart } from "./clouds/aws/index";
import type * as Azure from "./clouds/azure/index";
import type * as Google from "./clouds/google/index";
import { kubernetesPart } from "./clouds/kubernetes/index";
import { otherProvidersPart } from "./clouds/other-providers";
import { withDoubts } from "./existence";

interface RuleSystem {
  /** Types of which it judges nothing if the input has none; left out where it judges what is no cloud's own. */
  readonly types?: RegExp;
  readonly part: (resources: readonly Resource[]) => PartialSystem;
}

/* eslint-disable @typescript-eslint/no-require-imports -- a cloud that the input does not speak of is not loaded */
const google = () => require("./clouds/google/index") as typeof Google;
const azure = () => require("./clouds/azure/index") as typeof Azure;
/* eslint-enable @typescript-eslint/no-require-imports */

/** Every rule system that resources are judged by. */
const RULE_SYSTEMS: readonly RuleSystem[] = [
  { part: awsPart },
  { types: /^google_/, part: (resources) => google().googlePart(resources) },
  { types: /^az(urerm|api)_/, part: (resources) => azure().azurePart(resources) },
  { part: kubernetesPart },
  { part: otherProvidersPart },
];

/** What the rule systems make of `resources`, put together. */
export function buildSystem(resources: readonly Resource[]): System {
  const concerned = RULE_SYSTEMS.filter(({ types }) => !types || resources.some(({ type }) => types.test(type)));
  const parts = concerned.map(({ part }) => part(resources));
  return withDoubts({
    resources,
    own: AddressSet.unionOf(parts.flatMap(({ own }) => own ?? [])),
    platform: AddressSet.unionOf(parts.flatMap(({ platform }) => platform ?? [])),
    endpoints: parts.flatMap(({ endpoints }) => endpoints),
    unjudged: distinct([...parts.flatMap(({ unjudged }) => unjudged), ...unjudgedFiles(resources)]),
    rules: parts.reduce((sum, { rules }) => sum + rules, 0),
  });
}

/** A module that is not in the input is told of by each rule system. */
function distinct(unjudged: PartialSystem["unjudged"]): PartialSystem["unjudged"] {
  return [...new Map(unjudged.map((one) => [`${one.resource}\n${one.location.file}\n${one.reason}`, one])).values()];
}
