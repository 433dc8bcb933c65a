/** The registries that an input's nodes pull from, whatever the cloud. */
import type { Deployment } from "../../config/deployment";
import { imagePlaces } from "../../config/image-places";
import type { Resource } from "../model";
import { PUBLIC } from "../policy";
import type { NodeImage } from "./cloud";
import { HOSTS } from "./hosts";
import type { NodePool } from "./node-pool";
import { isWithin, readReference, type ImageReference, type PullObstacle, type RegistryContext } from "./registry";
import { TerraformInput } from "./terraform-input";

/** What is in the way of nodes that pull an image. @param deployment where the input is this package's own */
export function pullObstacles(
  resources: readonly Resource[],
  deployment: Deployment | undefined,
): (image: ImageReference, pool: NodePool) => readonly PullObstacle[] {
  const input = TerraformInput.of(resources);
  const context = contextOf(deployment);
  const clouds = HOSTS.map(({ prefix, registries }) => ({ prefix, registries: registries(input, context) }));
  return (image, pool) => {
    const own = clouds.find(({ prefix }) => pool.resource.type.startsWith(prefix));
    return own?.registries(image, pool) ?? [onTheInternet(image)];
  };
}

const onTheInternet = ({ host }: ImageReference): PullObstacle => ({
  certain: true,
  why: `no way of the nodes leads to ${host}`,
  remedy:
    "Take the image from the customer's registry: 'dataplane images NAME' tells where each is (images.upstreams).",
  unless: PUBLIC,
});

function contextOf(deployment: Deployment | undefined): RegistryContext {
  if (!deployment) return { account: undefined, region: undefined, isPutThere: undefined };
  const { account, given, pushed } = imagePlaces(deployment);
  const { mirror } = deployment.images;
  const copied = pushed.map(readReference).map(({ host, path }) => `${host}/${path}`);
  const places = [...copied, ...(mirror === undefined ? [] : [mirror]), ...given];
  return {
    account,
    region: deployment.cloudRegion,
    isPutThere: (image) => places.some((place) => isWithin(image, place)),
  };
}

/** Images that the clouds start on nodes by themselves. */
export function imagesOfNodes(
  resources: readonly Resource[],
): readonly (NodeImage & { readonly path: readonly string[] })[] {
  const input = TerraformInput.of(resources);
  return HOSTS.flatMap(({ nodeImages }) => nodeImages?.(input) ?? []).map((image) => ({ ...image, path: [] }));
}
