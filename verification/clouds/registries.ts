/** The registries that an input's nodes pull from, whatever the cloud. */
import type { Deployment } from "../../config/deployment";
import { buildRepositoryOf, copiedImages, imageReference } from "../../config/images";
import type { Resource, Value } from "../model";
import { PUBLIC } from "../policy";
import { awsRegistries } from "./aws/registries";
import { azureRegistries, bootstrapImages } from "./azure/registries";
import { googleRegistries } from "./google/registries";
import type { NodePool } from "./node-pool";
import { isWithin, readReference, type ImageReference, type PullObstacle, type RegistryContext } from "./registry";
import { givenPlaces } from "./kubernetes/task-images";
import { TerraformInput } from "./terraform-input";

/** Clouds by how the types of their resources begin: nodes of one know its registries. */
const CLOUDS = { aws: awsRegistries, google: googleRegistries, azurerm: azureRegistries } as const;

/** What is in the way of nodes that pull an image. @param deployment where the input is this package's own */
export function pullObstacles(
  resources: readonly Resource[],
  deployment: Deployment | undefined,
): (image: ImageReference, pool: NodePool) => readonly PullObstacle[] {
  const input = TerraformInput.of(resources);
  const context = contextOf(deployment);
  const clouds = Object.entries(CLOUDS).map(([prefix, read]) => [`${prefix}_`, read(input, context)] as const);
  return (image, pool) => {
    const [, own] = clouds.find(([prefix]) => pool.resource.type.startsWith(prefix)) ?? [];
    return own?.(image, pool) ?? [onTheInternet(image)];
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
  const { cloud, cloudRegion: region, images } = deployment;
  const copied = copiedImages(deployment).map(([name]) => readReference(imageReference(deployment, name)));
  // Elsewhere nobody can push to a repository that is not there.
  const pushed =
    cloud === "azure" ? [buildRepositoryOf(deployment), ...copied.map(({ host, path }) => `${host}/${path}`)] : [];
  const places = [...pushed, ...(images.mirror === undefined ? [] : [images.mirror]), ...givenPlaces(deployment)];
  return {
    account: cloud === "aws" ? deployment.account : cloud === "google" ? deployment.project : undefined,
    region,
    isPutThere: (image) => places.some((place) => isWithin(image, place)),
  };
}

/** Images that the clouds start on nodes by themselves. */
export const imagesOfNodes = (
  resources: readonly Resource[],
): readonly {
  readonly what: string;
  readonly image: Value;
  readonly resource: Resource;
  readonly path: readonly string[];
}[] =>
  bootstrapImages(TerraformInput.of(resources)).map(({ image, of }) => ({
    what: "AKS",
    image,
    resource: of,
    path: [],
  }));
