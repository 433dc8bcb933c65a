import type { AwsDeployment } from "./deployment";
import { pullThroughPrefix } from "./names";

/** Public registries that the platform's images come from, each behind a pull-through cache of its own. */
export const UPSTREAMS = { ecr: "public.ecr.aws", k8s: "registry.k8s.io" } as const;

type Upstream = keyof typeof UPSTREAMS;

/** The platform's images; strict egress closes their public registries. */
const IMAGES = {
  operator: { upstream: "ecr", repository: "p0i0a9q8/unionoperator", tag: undefined },
  fluentBit: { upstream: "ecr", repository: "aws-observability/aws-for-fluent-bit", tag: "2.34.3" },
  clusterAutoscaler: { upstream: "k8s", repository: "autoscaling/cluster-autoscaler", tag: "v1.35.0" },
} as const satisfies Record<string, { upstream: Upstream; repository: string; tag: string | undefined }>;

export type ImageName = keyof typeof IMAGES;

export const IMAGE_NAMES = Object.keys(IMAGES) as ImageName[];

/** The image's reference in the customer's registry: the mirror where one is given, else the pull-through cache. */
export function imageReference(deployment: AwsDeployment, name: ImageName): string {
  const { upstream, repository, tag } = IMAGES[name];
  const { account, cloudRegion, images } = deployment;
  const registry =
    images.mirror ?? `${account}.dkr.ecr.${cloudRegion}.amazonaws.com/${pullThroughPrefix(deployment)}/${upstream}`;
  return `${registry}/${repository}:${tag ?? images.operatorTag}`;
}
