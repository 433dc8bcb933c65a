/** Where images are that somebody puts into the customer's own registries, by a deployment's word. */
import { givenRepositories as givenOnAws } from "./aws/repositories";
import { givenRegistries } from "./azure/repositories";
import type { Deployment } from "./deployment";
import { givenRepositories as givenOnGoogle } from "./google/repositories";
import { buildRepositoryOf, copiedImages, imageReference } from "./images";
import { registryHost as ecrHost } from "./aws/names";
import { registryHost as artifactRegistryHost } from "./google/names";
import { registryHost as acrHost } from "./azure/names";

export interface ImagePlaces {
  /** Whose registries they are: AWS account or Google project; Azure's have a host each. */
  readonly account: string | undefined;
  /** What references begin with to repositories that somebody of the own account fills. */
  readonly given: readonly string[];
  /** What references begin with to what is pushed where no repository has to be there before. */
  readonly pushed: readonly string[];
}

export function imagePlaces(deployment: Deployment): ImagePlaces {
  switch (deployment.cloud) {
    case "aws": {
      const given = givenOnAws(deployment).flatMap((arn) => {
        const [, , , region = "", account = "", path = ""] = arn.split(":");
        const host = ecrHost(account, region);
        return account === deployment.account ? [path.replace(/^repository/, host)] : [];
      });
      return { account: deployment.account, given, pushed: [] };
    }
    case "google": {
      const given = givenOnGoogle(deployment).flatMap(({ project, location, name }) =>
        project === deployment.project ? [`${artifactRegistryHost(location)}/${project}/${name}`] : [],
      );
      return { account: deployment.project, given, pushed: [] };
    }
    case "azure": {
      const copied = copiedImages(deployment).map(([name]) => imageReference(deployment, name));
      return {
        account: undefined,
        given: givenRegistries(deployment).map(({ name }) => `${acrHost(name)}/any`),
        pushed: [buildRepositoryOf(deployment), ...copied],
      };
    }
  }
}
