/** Repositories of the customer's own that images come from. */
import type { GoogleDeployment } from "../deployment";

/** An Artifact Registry repository that is there already. */
export interface GivenRepository {
  /** Id of the project that it lies in, which may be another than the deployment's. */
  readonly project: string;
  /** Region or multi-region, e.g. `us`: the beginning of its host, `LOCATION-docker.pkg.dev`. */
  readonly location: string;
  /** Id of the repository: what follows the project in an image's reference. */
  readonly name: string;
}

/** The mirror and all further repositories. */
export function givenRepositories({ images: { mirror, repositories } }: GoogleDeployment): readonly GivenRepository[] {
  const [host = "", project = "", name = ""] = mirror?.split("/") ?? [];
  const ofMirror =
    mirror && `projects/${project}/locations/${host.replace("-docker.pkg.dev", "")}/repositories/${name}`;
  return [...new Set([...(ofMirror ? [ofMirror] : []), ...repositories])].map((id) => {
    const [, project = "", , location = "", , name = ""] = id.split("/");
    return { project, location, name };
  });
}
