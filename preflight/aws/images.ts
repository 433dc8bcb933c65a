/** Whether the customer's registry holds the images of the platform, so that no node waits for one. */
import { arrivalOf, copyCommand, imageReference, namedImages, pullCommand } from "../../config/images";
import { fails, holds, unknown, type Check } from "../check";
import { askedFor, type Looking } from "./ask";

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY`, and a tag or a digest. */
const REFERENCE = /^(\d+)\.dkr\.ecr\.[^/]+\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/;

export const images = ({ deployment, services: { ecr } }: Looking): readonly Check[] =>
  namedImages(deployment).map(([name, image]) => {
    const reference = imageReference(deployment, name);
    return {
      about: reference,
      look: async () => {
        const [, registryId, repositoryName, imageTag, imageDigest] = REFERENCE.exec(reference) ?? [];
        if (repositoryName === undefined) return unknown("is no image of ECR's", "see 'images.mirror'");
        const imageIds = [imageDigest === undefined ? { imageTag } : { imageDigest }];
        const call = ecr.client.send(new ecr.sdk.DescribeImagesCommand({ registryId, repositoryName, imageIds }));
        const told = await askedFor("ecr:DescribeImages", call, [
          "RepositoryNotFoundException",
          "ImageNotFoundException",
        ]);
        if (told) return holds("is there");
        const arrival = arrivalOf(deployment, image);
        const fill = arrival === "cached" ? pullCommand(deployment, name) : copyCommand(deployment, image);
        return fails("is not there", arrival === "mirrored" ? fill : `deploy the infrastructure, then: ${fill}`);
      },
    };
  });
