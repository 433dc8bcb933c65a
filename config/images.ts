import { pullThroughPrefix } from "./aws/names";
import { registry } from "./azure/names";
import type { Cloud, Deployment } from "./deployment";
import { remoteRepository } from "./google/names";

/** Public registries that the platform's images come from, each behind a cache of its own in the customer's registry. */
export const UPSTREAMS = { ecr: "public.ecr.aws", ghcr: "ghcr.io", k8s: "registry.k8s.io" } as const;

export type Upstream = keyof typeof UPSTREAMS;

/** An image in its public registry. */
export interface Image {
  readonly upstream: Upstream;
  readonly repository: string;
  /** Undefined: the deployment's `images.operatorTag`. */
  readonly tag: string | undefined;
}

const OPERATOR: Image = { upstream: "ecr", repository: "p0i0a9q8/unionoperator", tag: undefined };
/** The output for Azure Data Explorer takes workload identity since 4.1. */
const FLUENT_BIT: Image = { upstream: "ghcr", repository: "fluent/fluent-bit", tag: "4.2.2" };

/** The platform's images on each cloud; strict egress closes their public registries. */
const IMAGES = {
  aws: {
    operator: OPERATOR,
    fluentBit: { upstream: "ecr", repository: "aws-observability/aws-for-fluent-bit", tag: "2.34.3" },
    clusterAutoscaler: { upstream: "k8s", repository: "autoscaling/cluster-autoscaler", tag: "v1.35.0" },
  },
  google: { operator: OPERATOR, fluentBit: FLUENT_BIT },
  azure: { operator: OPERATOR, fluentBit: FLUENT_BIT },
} as const satisfies Record<Cloud, Record<string, Image>>;

export type ImageName<C extends Cloud = Cloud> = C extends Cloud ? keyof (typeof IMAGES)[C] : never;

/** Every image of a cloud, by name. */
export const imagesOf = (cloud: Cloud): Readonly<Record<string, Image>> => IMAGES[cloud];

/** The public registries that a cloud's images come from. */
export const upstreamsOf = (cloud: Cloud): readonly Upstream[] => [
  ...new Set(Object.values(imagesOf(cloud)).map(({ upstream }) => upstream)),
];

/** The image's reference in the customer's registry: the mirror where one is given, else the cache. */
export function imageReference<D extends Deployment>(deployment: D, name: ImageName<D["cloud"]> & string): string {
  const image = imagesOf(deployment.cloud)[name];
  if (!image) throw new RangeError(`'${name}' is no image on ${deployment.cloud}`);
  const { upstream, repository, tag } = image;
  const { images } = deployment;
  return `${images.mirror ?? cacheOf(deployment, upstream)}/${repository}:${tag ?? images.operatorTag}`;
}

/** Where the customer's registry keeps the images of a public one. */
export function cacheOf(deployment: Deployment, upstream: Upstream): string {
  switch (deployment.cloud) {
    case "aws":
      return `${deployment.account}.dkr.ecr.${deployment.cloudRegion}.amazonaws.com/${pullThroughPrefix(deployment)}/${upstream}`;
    case "google":
      return `${deployment.cloudRegion}-docker.pkg.dev/${deployment.project}/${remoteRepository(deployment, upstream)}`;
    case "azure":
      return `${registry(deployment)}.azurecr.io/${upstream}`;
  }
}
