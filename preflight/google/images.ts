/** Whether Artifact Registry holds the images of the platform, fetched or copied. */
import { arrivalOf, copyCommand, imageReference, namedImages, pullCommand } from "../../config/images";
import { fails, holds, unknown, type Check } from "../check";
import type { Looking } from "./ask";

/** `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE`, and a tag or a digest. */
const REFERENCE = /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/;

export const images = ({ deployment, ask }: Looking): readonly Check[] =>
  namedImages(deployment).map(([name, image]) => {
    const reference = imageReference(deployment, name);
    return {
      about: reference,
      look: async () => {
        const [, location, project, repository, path, tag, digest] = REFERENCE.exec(reference) ?? [];
        if (path === undefined) return unknown("is no image of Artifact Registry's", "see 'images.mirror'");
        const of = `/v1/projects/${String(project)}/locations/${String(location)}/repositories/${String(repository)}/packages/${encodeURIComponent(path)}`;
        const told =
          digest === undefined
            ? await ask("artifactregistry.tags.get", "artifactregistry", `${of}/tags/${String(tag)}`)
            : await ask("artifactregistry.versions.get", "artifactregistry", `${of}/versions/${digest}`);
        if (told !== undefined) return holds("is there");
        const arrival = arrivalOf(deployment, image);
        const fill = arrival === "cached" ? pullCommand(deployment, name) : copyCommand(deployment, image);
        return fails("is not there", arrival === "mirrored" ? fill : `deploy the infrastructure, then: ${fill}`);
      },
    };
  });
