import { buildRepository as awsBuilds, pullThroughPrefix } from "./aws/names";
import { buildRepository as azureBuilds, registry } from "./azure/names";
import type { Cloud, Deployment } from "./deployment";
import { buildRepository as googleBuilds, remoteRepository } from "./google/names";
import { usesFluentBit } from "./logs";
import { bringsDevicePlugin } from "./scheduling";

/** Public registries that the platform's images come from. */
export const UPSTREAMS = {
  ecr: "public.ecr.aws",
  ghcr: "ghcr.io",
  k8s: "registry.k8s.io",
  quay: "quay.io",
  docker: "docker.io",
  nvcr: "nvcr.io",
  mcr: "mcr.microsoft.com",
} as const;

export type Upstream = keyof typeof UPSTREAMS;

/** Host that a registry answers at, for who asks it without the habits of image tools. */
export const registryApi = (upstream: Upstream) =>
  upstream === "docker" ? "registry-1.docker.io" : UPSTREAMS[upstream];

/**
 * Registries that a cloud's cache does not fetch from without a login, which nobody should have to keep: a person copies
 * the few images from there, once.
 *
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 * https://learn.microsoft.com/en-us/azure/container-registry/artifact-cache-overview#upstream-support
 */
const NOT_CACHED: Readonly<Record<Cloud, readonly Upstream[]>> = {
  aws: ["ghcr", "docker", "nvcr"],
  google: [],
  azure: ["docker"],
};

/** An image in its public registry. */
export interface Image {
  readonly upstream: Upstream;
  readonly repository: string;
  /** Undefined: the deployment's `images.operatorTag`. */
  readonly tag: string | undefined;
  /** What it is for, in a line. */
  readonly purpose: string;
}

const OPERATOR: Image = {
  upstream: "ecr",
  repository: "p0i0a9q8/unionoperator",
  tag: undefined,
  purpose: "operator, tunnel, lease worker and pod webhook",
};
const BUSYBOX: Image = {
  upstream: "ecr",
  repository: "docker/library/busybox",
  tag: "1.37.0",
  purpose: "in task pods: writes a task's secrets to files before it starts",
};
const KUBECTL: Image = {
  upstream: "k8s",
  repository: "kubectl",
  tag: "v1.35.4",
  purpose: "publishes the authority of the pod webhook's certificate, once",
};
const COPILOT: Image = {
  upstream: "ghcr",
  repository: "flyteorg/flytecopilot",
  tag: "v1.14.1",
  purpose: "in task pods: inputs and outputs of tasks whose image has nothing of Union's",
};

const COMMON = { operator: OPERATOR, busybox: BUSYBOX, kubectl: KUBECTL, copilot: COPILOT };

/** What each deployment has; strict egress closes the public registries. */
const ALWAYS = {
  aws: {
    ...COMMON,
    clusterAutoscaler: {
      upstream: "k8s",
      repository: "autoscaling/cluster-autoscaler",
      tag: "v1.35.0",
      purpose: "starts and ends nodes as pods need them",
    },
  },
  google: COMMON,
  azure: COMMON,
} as const satisfies Record<Cloud, Record<string, Image>>;

const LOGS = { purpose: "ships the logs of pods" } as const;
const OWN_FLUENT_BIT = { upstream: "ghcr", repository: "fluent/fluent-bit", tag: "4.2.2", ...LOGS } as const;

/** AWS builds its own, which its cache fetches without a login; Data Explorer takes workload identity since 4.1. */
const FLUENT_BIT = {
  aws: { fluentBit: { upstream: "ecr", repository: "aws-observability/aws-for-fluent-bit", tag: "3.4.15", ...LOGS } },
  google: { fluentBit: OWN_FLUENT_BIT },
  azure: { fluentBit: OWN_FLUENT_BIT },
} as const satisfies Record<Cloud, Record<string, Image>>;

/** What an option brings: versions of Union's chart, but for BuildKit, whose tag there moves. */
const COMPONENTS = {
  connectors: {
    connectors: {
      upstream: "ghcr",
      repository: "flyteorg/flyte-connectors",
      tag: "py3.13-2.0.0b50.dev3-g695bb1db3.d20260122",
      purpose: "tasks that run in another service",
    },
  },
  imageBuilder: {
    buildkit: { upstream: "docker", repository: "moby/buildkit", tag: "v0.32.2", purpose: "builds task images" },
  },
  metrics: {
    prometheus: {
      upstream: "quay",
      repository: "prometheus/prometheus",
      tag: "v2.55.1",
      purpose: "keeps what tasks use, for the console",
    },
    kubeStateMetrics: {
      upstream: "k8s",
      repository: "kube-state-metrics/kube-state-metrics",
      tag: "v2.14.0",
      purpose: "tells what Kubernetes knows of pods and nodes",
    },
  },
} as const satisfies Record<keyof Deployment["components"], Record<string, Image>>;

const GPUS = { tag: "v0.18.2", purpose: "offers the GPUs of nodes to pods" } as const;

/** What nodes with GPUs need where the cloud's own lack it; Microsoft builds it too, where Azure's cache fetches it. */
const DEVICE_PLUGIN = {
  aws: { devicePlugin: { upstream: "nvcr", repository: "nvidia/k8s-device-plugin", ...GPUS } },
  google: {},
  azure: { devicePlugin: { upstream: "mcr", repository: "oss/v2/nvidia/k8s-device-plugin", ...GPUS } },
} as const satisfies Record<Cloud, Record<string, Image>>;

/** Registries of the images that task images are commonly built from; the default of Flyte's SDK is in the first. */
const BASE_IMAGES: readonly Upstream[] = ["ghcr", "ecr", "quay", "docker"];

type NamesOf<T> = T extends unknown ? keyof T : never;
export type ImageName = NamesOf<
  | (typeof ALWAYS)[Cloud]
  | (typeof FLUENT_BIT)[Cloud]
  | (typeof COMPONENTS)[keyof typeof COMPONENTS]
  | (typeof DEVICE_PLUGIN)[Cloud]
>;

/** Every image of a deployment, by name. */
export function imagesOf(deployment: Deployment): Readonly<Partial<Record<ImageName, Image>>> {
  const { cloud, components } = deployment;
  return {
    ...ALWAYS[cloud],
    ...(usesFluentBit(deployment) && FLUENT_BIT[cloud]),
    ...(components.connectors && COMPONENTS.connectors),
    ...(components.imageBuilder && COMPONENTS.imageBuilder),
    ...(components.metrics && COMPONENTS.metrics),
    ...(bringsDevicePlugin(deployment) && DEVICE_PLUGIN[cloud]),
  };
}

/** The public registries that images are looked up in: the platform's own, and those that task images are built from. */
const upstreamsOf = (deployment: Deployment): readonly Upstream[] => [
  ...new Set([
    ...Object.values(imagesOf(deployment)).map(({ upstream }) => upstream),
    ...(deployment.components.imageBuilder ? BASE_IMAGES : []),
  ]),
];

const isCached = ({ cloud }: Deployment, upstream: Upstream) => !NOT_CACHED[cloud].includes(upstream);

/** The public registries that the customer's registry keeps a cache of; none where a mirror holds the images. */
export const cachedUpstreams = (deployment: Deployment): readonly Upstream[] =>
  deployment.images.mirror === undefined
    ? upstreamsOf(deployment).filter((upstream) => isCached(deployment, upstream))
    : [];

type NamedImage = readonly [name: ImageName, image: Image];

const unmirrored = (deployment: Deployment) =>
  deployment.images.mirror === undefined ? (Object.entries(imagesOf(deployment)) as NamedImage[]) : [];

/** The platform's images that the customer's registry fetches by itself. */
export const cachedImages = (deployment: Deployment): readonly NamedImage[] =>
  unmirrored(deployment).filter(([, { upstream }]) => isCached(deployment, upstream));

/** The platform's images that a person copies into the customer's registry, once. */
export const copiedImages = (deployment: Deployment): readonly NamedImage[] =>
  unmirrored(deployment).filter(([, { upstream }]) => !isCached(deployment, upstream));

/** Reference of an image in its public registry. */
export const sourceReference = ({ images }: Deployment, { upstream, repository, tag = images.operatorTag }: Image) =>
  `${UPSTREAMS[upstream]}/${repository}:${tag}`;

/**
 * Command that copies an image from its public registry, all architectures of it, on a machine that reaches both and is
 * logged in where it must be.
 */
export const copyCommand = (deployment: Deployment, name: ImageName, image: Image) =>
  `crane copy ${sourceReference(deployment, image)} ${imageReference(deployment, name)}`;

/**
 * The image's reference in the customer's registry: the mirror where one is given, else the cache.
 *
 * @throws RangeError for an image that the deployment does not have
 */
export function imageReference(deployment: Deployment, name: ImageName): string {
  const image = imagesOf(deployment)[name];
  if (!image) throw new RangeError(`'${name}' is no image of '${deployment.name}'`);
  const { upstream, repository, tag } = image;
  return `${placeOf(deployment, upstream)}/${repository}:${tag ?? deployment.images.operatorTag}`;
}

/** The references of the images that every deployment has, by name. */
export const platformImages = (deployment: Deployment) => ({
  operator: imageReference(deployment, "operator"),
  busybox: imageReference(deployment, "busybox"),
  kubectl: imageReference(deployment, "kubectl"),
  copilot: imageReference(deployment, "copilot"),
});

/** Where an image builder finds the images of public registries, by the registry's host. */
export const registryMirrors = (deployment: Deployment): Readonly<Record<string, string>> =>
  Object.fromEntries(upstreamsOf(deployment).map((upstream) => [UPSTREAMS[upstream], placeOf(deployment, upstream)]));

/** Where the customer's registry has the images of a public one. */
const placeOf = (deployment: Deployment, upstream: Upstream) =>
  deployment.images.mirror ?? `${registryHost(deployment)}/${cachePath(deployment, upstream)}`;

/** Repository of the images that the platform builds: what their references begin with. */
export function buildRepositoryOf(deployment: Deployment): string {
  const host = registryHost(deployment);
  switch (deployment.cloud) {
    case "aws":
      return `${host}/${awsBuilds(deployment)}`;
    case "google":
      // A repository of Google's holds images by name, and is none itself.
      return `${host}/${deployment.project}/${googleBuilds(deployment)}/images`;
    case "azure":
      return `${host}/${azureBuilds}`;
  }
}

/** Host of the customer's own registry. */
function registryHost(deployment: Deployment): string {
  switch (deployment.cloud) {
    case "aws":
      return `${deployment.account}.dkr.ecr.${deployment.cloudRegion}.amazonaws.com`;
    case "google":
      return `${deployment.cloudRegion}-docker.pkg.dev`;
    case "azure":
      return `${registry(deployment)}.azurecr.io`;
  }
}

/** Path of a public registry's images in the customer's own. */
export function cachePath(deployment: Deployment, upstream: Upstream): string {
  switch (deployment.cloud) {
    case "aws":
      return `${pullThroughPrefix(deployment)}/${upstream}`;
    case "google":
      return `${deployment.project}/${remoteRepository(deployment, upstream)}`;
    case "azure":
      return upstream;
  }
}
