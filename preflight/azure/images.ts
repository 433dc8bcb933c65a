/** Images in the registry: Azure tells of them at the registry's own address, which is closed from outside. */
import { arrivalOf, copyCommand, imageReference, namedImages, pullCommand } from "../../config/images";
import { unknown, type Check } from "../check";
import type { Looking } from "./ask";

export const images = ({ deployment }: Looking): readonly Check[] =>
  namedImages(deployment).map(([name, image]) => {
    const reference = imageReference(deployment, name);
    const fill =
      arrivalOf(deployment, image) === "cached" ? pullCommand(deployment, name) : copyCommand(deployment, image);
    return {
      about: reference,
      look: () =>
        Promise.resolve(
          unknown(
            "only the registry itself tells, inside of the network",
            `from a machine there: crane manifest ${reference} || ${fill}`,
          ),
        ),
    };
  });
