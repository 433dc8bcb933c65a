import type { PartialSystem, Resource, System } from "./model";
import { AddressSet } from "../packets/address-set";
import { unjudgedFiles } from "./not-read";
import { cloudsOf } from "./clouds/index";
import { otherProvidersPart } from "./clouds/other-providers";
import { withDoubts } from "./existence";

/** What the clouds make of the resources of an input, put together. */
export function buildSystem(written: readonly Resource[]): System {
  const clouds = cloudsOf(written);
  const resources = clouds.reduce((all, { translate }) => translate?.(all) ?? all, written);
  const parts = [...clouds.map(({ part }) => part(resources)), otherProvidersPart(resources)];
  return withDoubts({
    resources,
    own: AddressSet.unionOf(parts.flatMap(({ own }) => own ?? [])),
    platform: AddressSet.unionOf(parts.flatMap(({ platform }) => platform ?? [])),
    endpoints: parts.flatMap(({ endpoints }) => endpoints),
    unjudged: distinct([...parts.flatMap(({ unjudged }) => unjudged), ...unjudgedFiles(resources)]),
    rules: parts.reduce((sum, { rules }) => sum + rules, 0),
  });
}

/** A module that is not in the input is told of by each cloud. */
function distinct(unjudged: PartialSystem["unjudged"]): PartialSystem["unjudged"] {
  return [...new Map(unjudged.map((one) => [`${one.resource}\n${one.location.file}\n${one.reason}`, one])).values()];
}
