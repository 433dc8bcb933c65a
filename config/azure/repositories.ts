/** Registries of the customer's own that images come from. */
import type { AzureDeployment } from "../deployment";

/** A container registry that is there already. */
export interface GivenRegistry {
  /** Resource id, `/subscriptions/.../registries/NAME`. */
  readonly id: string;
  /** Last part of the id, in lower case: the first label of its host, `NAME.azurecr.io`. */
  readonly name: string;
}

/** Every one, the mirror's among them. */
export const givenRegistries = ({ images }: AzureDeployment): readonly GivenRegistry[] =>
  [...new Set(images.repositories)].map((id) => ({ id, name: id.slice(id.lastIndexOf("/") + 1).toLowerCase() }));

/** The one that a host of image references is: `NAME.azurecr.io`, or `NAME-LABEL.azurecr.io`. */
export const registryAt = (deployment: AzureDeployment, host: string): GivenRegistry | undefined =>
  givenRegistries(deployment).find(({ name }) => host.split(".")[0]?.split("-")[0] === name);
