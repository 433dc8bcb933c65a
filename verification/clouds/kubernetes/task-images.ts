/**
 * Where images of tasks come from by a deployment's word: what the platform builds, and what `images` adds for them. Of
 * another account's repositories the stacks tell by their outputs what is to be done there.
 */
import type { Deployment } from "../../../config/deployment";
import { imagePlaces } from "../../../config/image-places";
import { buildRepositoryOf, registryMirrors } from "../../../config/images";
import { UPSTREAMS } from "../../../config/upstreams";

/** References that images of tasks begin with; the image behind them is any. */
export function taskImagePlaces(deployment: Deployment): readonly string[] {
  const mirrors = registryMirrors(deployment);
  return [
    buildRepositoryOf(deployment),
    ...deployment.images.upstreams
      .flatMap((upstream) => mirrors[UPSTREAMS[upstream]] ?? [])
      .map((place) => `${place}/any`),
    ...imagePlaces(deployment).given,
  ];
}
