/**
 * Where images of tasks come from by a deployment's word: what the platform builds, and what `images` adds for them. Of
 * another account's repositories the stacks tell by their outputs what is to be done there.
 */
import { givenRepositories as givenOnAws } from "../../../config/aws/repositories";
import { givenRegistries } from "../../../config/azure/repositories";
import type { Deployment } from "../../../config/deployment";
import { givenRepositories as givenOnGoogle } from "../../../config/google/repositories";
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
    ...givenPlaces(deployment),
  ];
}

/** The repositories that somebody of the own account fills. */
export function givenPlaces(deployment: Deployment): readonly string[] {
  switch (deployment.cloud) {
    case "aws":
      return givenOnAws(deployment).flatMap((arn) => {
        const [, , , region = "", account = "", path = ""] = arn.split(":");
        const host = `${account}.dkr.ecr.${region}.amazonaws.com`;
        return account === deployment.account ? [path.replace(/^repository/, host)] : [];
      });
    case "google":
      return givenOnGoogle(deployment).flatMap(({ project, location, name }) =>
        project === deployment.project ? [`${location}-docker.pkg.dev/${project}/${name}`] : [],
      );
    case "azure":
      return givenRegistries(deployment).map(({ name }) => `${name}.azurecr.io/any`);
  }
}
