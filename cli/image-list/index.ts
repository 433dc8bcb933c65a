import type { Deployment } from "../../config/deployment";
import {
  type Arrival,
  arrivalOf,
  copyCommand,
  digestOf,
  type Image,
  type ImageName,
  imageReference,
  namedImages,
  sourceReference,
  tagOf,
} from "../../config/images";
import { cloudOf } from "../clouds/index";

/** What is told of an image; documented in docs/images.md. */
export interface ListedImage {
  readonly name: string;
  readonly purpose: string;
  /** Reference in the public registry. */
  readonly source: string;
  /** Reference that nodes pull. */
  readonly reference: string;
  readonly tag: string;
  /** Null where no lock has it. */
  readonly digest: string | null;
  readonly arrival: Arrival;
  /** What a person runs once; null where the registry needs nobody. */
  readonly command: string | null;
}

/** Every image that a deployment runs, those that only task pods pull included. */
export const listImages = (deployment: Deployment): ListedImage[] =>
  namedImages(deployment).map(([name, image]) => ({
    name,
    purpose: image.purpose,
    source: sourceReference(deployment, image),
    reference: imageReference(deployment, name),
    tag: tagOf(deployment, image),
    digest: digestOf(deployment, image) ?? null,
    arrival: arrivalOf(deployment, image),
    command: commandOf(deployment, name, image),
  }));

function commandOf(deployment: Deployment, name: ImageName, image: Image): string | null {
  if (arrivalOf(deployment, image) !== "cached") return copyCommand(deployment, image);
  return cloudOf(deployment).fetchCommand?.(name) ?? null;
}
