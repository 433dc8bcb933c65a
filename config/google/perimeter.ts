/** What a service perimeter around a deployment's project must let pass, since the deployment names it. */
import type { GoogleDeployment } from "../deployment";
import { givenKeyOf } from "../encryption";
import { givenRepositories } from "./repositories";
import type { GoogleService } from "./services";

/** Projects beside the deployment's own that it takes something from, by the API that it takes it by. */
export function foreignProjects(
  deployment: GoogleDeployment,
): Readonly<Partial<Record<GoogleService, readonly string[]>>> {
  const { project, images, clientSecretId } = deployment;
  const key = givenKeyOf(deployment);
  const named = {
    artifactregistry: givenRepositories(deployment).map((repository) => repository.project),
    cloudkms: key ? [projectOf(key.keyId)] : [],
    secretmanager: [clientSecretId, ...Object.values(images.credentials).map(({ passwordVersion }) => passwordVersion)]
      .filter((secret) => secret !== undefined)
      .map(projectOf),
  };
  return Object.fromEntries(
    Object.entries(named).flatMap(([service, projects]) => {
      const foreign = [...new Set(projects)].filter((other) => other !== project);
      return foreign.length > 0 ? [[service, foreign]] : [];
    }),
  );
}

/** `projects/PROJECT/...` */
const projectOf = (id: string) => id.split("/")[1] ?? "";
