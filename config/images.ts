import { buildRepository as awsBuilds, pullThroughPrefix, registryHost as ecrHost } from "./aws/names";
import { buildRepository as azureBuilds, registry, registryHost as acrHost } from "./azure/names";
import type { Cloud, Deployment } from "./deployment";
import { operatorTag } from "./fields";
import {
  buildRepository as googleBuilds,
  remoteRepository,
  registryHost as artifactRegistryHost,
} from "./google/names";
import { IMAGE_LOCK } from "./image-lock";
import { usesFluentBit } from "./logs";
import { bringsDevicePlugin } from "./scheduling";
import { isOpen, UPSTREAMS, type Upstream } from "./upstreams";

/** An image in its public registry. */
export interface Image {
  readonly upstream: Upstream;
  readonly repository: string;
  /** Undefined: the deployment's `images.operatorTag`. */
  readonly tag: string | undefined;
  /** Given: the image is named by it, and a copy only keeps the tag so that nothing tidies it away. */
  readonly digest?: `sha256:${string}`;
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

const BEFORE_UPGRADE: Image = {
  upstream: "docker",
  repository: "alpine/k8s",
  tag: "1.32.3",
  purpose: "before an upgrade of the chart: deletes what it makes anew",
};

const COMMON = { operator: OPERATOR, busybox: BUSYBOX, copilot: COPILOT };

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

/** What whoever deploys the workloads adds. */
const WORKLOADS = {
  stack: { kubectl: KUBECTL },
  chart: { beforeUpgrade: BEFORE_UPGRADE },
} as const satisfies Record<Deployment["workloads"], Record<string, Image>>;

const knative = (name: string, digest: Required<Image>["digest"], purpose: string): Image => ({
  upstream: "gcr",
  repository: `knative-releases/knative.dev/serving/cmd/${name}`,
  tag: "v1.16.0",
  digest,
  purpose,
});

/** Apps & Serving by the chart's own gateway, which names Knative's images by their digests. */
const APPS = {
  envoy: { upstream: "ecr", repository: "p0i0a9q8/envoy", tag: undefined, purpose: "leads requests to apps" },
  knativeActivator: knative(
    "activator",
    "sha256:24c19cbee078925b91cd2e85082b581d53b218b410c083b1005dc06dc549b1d3",
    "holds requests to an app that is scaled to zero",
  ),
  knativeAutoscaler: knative(
    "autoscaler",
    "sha256:5e9236452d89363957d4e7e249d57740a8fcd946aed23f8518d94962bf440250",
    "scales apps by their requests",
  ),
  knativeAutoscalerHpa: knative(
    "autoscaler-hpa",
    "sha256:64166849fc5fd9b03ab2c1ebca72e70b826cf30e731b1fa3cdf725cdd30d6210",
    "scales apps by CPU and memory",
  ),
  knativeController: knative(
    "controller",
    "sha256:5fb22b052e6bc98a1a6bbb68c0282ddb50744702acee6d83110302bc990666e9",
    "makes what an app needs",
  ),
  knativeWebhook: knative(
    "webhook",
    "sha256:0fb5a4245aa4737d443658754464cd0a076de959fe14623fb9e9d31318ccce24",
    "checks what apps ask for",
  ),
  knativeQueue: knative(
    "queue",
    "sha256:c61042001b1f21c5d06bdee9b42b5e4524e4370e09d4f46347226f06db29ba0f",
    "in app pods: counts and limits requests",
  ),
} as const satisfies Record<string, Image>;
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
  | (typeof WORKLOADS)[Deployment["workloads"]]
  | typeof APPS
  | (typeof FLUENT_BIT)[Cloud]
  | (typeof COMPONENTS)[keyof typeof COMPONENTS]
  | (typeof DEVICE_PLUGIN)[Cloud]
>;

/** Every image of a deployment, by name. */
export function imagesOf(deployment: Deployment): Readonly<Partial<Record<ImageName, Image>>> {
  const { cloud, components, workloads, appsAndServing } = deployment;
  return {
    ...ALWAYS[cloud],
    ...WORKLOADS[workloads],
    ...(workloads === "chart" && appsAndServing && APPS),
    ...(usesFluentBit(deployment) && FLUENT_BIT[cloud]),
    ...(components.connectors && COMPONENTS.connectors),
    ...(components.imageBuilder && COMPONENTS.imageBuilder),
    ...(components.metrics && COMPONENTS.metrics),
    ...(bringsDevicePlugin(deployment) && DEVICE_PLUGIN[cloud]),
  };
}

/** References, in their public registries, of the images that any deployment names by a tag. */
export function taggedSources(): string[] {
  const byChoice = [ALWAYS, WORKLOADS, FLUENT_BIT, COMPONENTS, DEVICE_PLUGIN].flatMap((choice) =>
    Object.values(choice),
  );
  const images = [APPS, ...byChoice].flatMap((named: Readonly<Record<string, Image>>) => Object.values(named));
  const byDefault = { images: { operatorTag: operatorTag.parse(undefined) } };
  const tagged = images.filter(({ digest }) => digest === undefined);
  return [...new Set(tagged.map((image) => sourceReference(byDefault, image)))].sort();
}

/** The public registries of the platform's images, and of those that task images are built from. */
const platformUpstreams = (deployment: Deployment): readonly Upstream[] => [
  ...Object.values(imagesOf(deployment)).map(({ upstream }) => upstream),
  ...(deployment.components.imageBuilder ? BASE_IMAGES : []),
];

/** Whether the customer's registry fetches from a public one by itself. */
const isCached = ({ cloud, images }: Deployment, upstream: Upstream) =>
  isOpen(cloud, upstream) || images.credentials[upstream] !== undefined;

/** The public registries that the customer's registry keeps a cache of; a mirror takes the place of the platform's. */
export function cachedUpstreams(deployment: Deployment): readonly Upstream[] {
  const { mirror, upstreams } = deployment.images;
  const needed = [...(mirror === undefined ? platformUpstreams(deployment) : []), ...upstreams];
  return [...new Set(needed)].filter((upstream) => isCached(deployment, upstream));
}

/** How an image gets into the customer's registry: fetched by it, or copied by a person, into a mirror or beside a cache. */
export type Arrival = "cached" | "copied" | "mirrored";

export function arrivalOf(deployment: Deployment, { upstream }: Image): Arrival {
  if (deployment.images.mirror !== undefined) return "mirrored";
  return isCached(deployment, upstream) ? "cached" : "copied";
}

type NamedImage = readonly [name: ImageName, image: Image];

/** Every image of a deployment, with its name. */
export const namedImages = (deployment: Deployment) => Object.entries(imagesOf(deployment)) as NamedImage[];

const arriving = (deployment: Deployment, arrival: Arrival): readonly NamedImage[] =>
  namedImages(deployment).filter(([, image]) => arrivalOf(deployment, image) === arrival);

/** The platform's images that the customer's registry fetches by itself. */
export const cachedImages = (deployment: Deployment) => arriving(deployment, "cached");

/** The platform's images that a person copies into the customer's registry, once, beside what it fetches. */
export const copiedImages = (deployment: Deployment) => arriving(deployment, "copied");

/** The part of a deployment that tags depend on. */
type Tags = { readonly images: Pick<Deployment["images"], "operatorTag"> };

/** Reference of an image in its public registry. */
export const sourceReference = (tags: Tags, image: Image) =>
  `${UPSTREAMS[image.upstream]}/${image.repository}${versionOf(tags, image)}`;

/** Digest of an image where it is known: the image is named by it, or it was locked. */
export const digestOf = (tags: Tags, image: Image): string | undefined =>
  image.digest ?? IMAGE_LOCK[sourceReference(tags, image)];

/**
 * Command that copies an image from its public registry, all architectures of it, on a machine that reaches both and is
 * logged in where it must be: what was locked, wherever the tag is now. The copy has a tag in any case: what has none, a
 * registry deletes after a while.
 */
export function copyCommand(deployment: Deployment, image: Image): string {
  const [source, locked] = [sourceReference(deployment, image), image.digest ? undefined : digestOf(deployment, image)];
  const from = locked ? `${source}@${locked}` : source;
  return `crane copy ${from} ${repositoryOf(deployment, image)}:${tagOf(deployment, image)}`;
}

/** Command that pulls an image through the cache, for one architecture: where a first pull needs a way to the internet. */
export const pullCommand = (deployment: Deployment, name: ImageName) =>
  `crane pull ${imageReference(deployment, name)} /dev/null`;

export const tagOf = ({ images }: Tags, { tag }: Image) => tag ?? images.operatorTag;

/** What follows the repository in an image's reference. */
const versionOf = (tags: Tags, image: Image) => (image.digest ? `@${image.digest}` : `:${tagOf(tags, image)}`);

/**
 * The image's reference in the customer's registry: the mirror where one is given, else the cache.
 *
 * @throws RangeError for an image that the deployment does not have
 */
export function imageReference(deployment: Deployment, name: ImageName): string {
  const image = imagesOf(deployment)[name];
  if (!image) throw new RangeError(`'${name}' is no image of '${deployment.name}'`);
  return `${repositoryOf(deployment, image)}${versionOf(deployment, image)}`;
}

/** Where the customer's registry has the image, whatever its version. */
const repositoryOf = (deployment: Deployment, { upstream, repository }: Image) =>
  `${placeOf(deployment, upstream)}/${repository}`;

/** The references of the images that every deployment has, by name. */
export const platformImages = (deployment: Deployment) => ({
  operator: imageReference(deployment, "operator"),
  busybox: imageReference(deployment, "busybox"),
  copilot: imageReference(deployment, "copilot"),
});

/** Where an image builder finds the images of public registries, by the registry's host. */
export function registryMirrors(deployment: Deployment): Readonly<Record<string, string>> {
  const { upstreams } = deployment.images;
  const places = [
    ...platformUpstreams(deployment).map((upstream) => [upstream, placeOf(deployment, upstream)] as const),
    ...upstreams.map((upstream) => [upstream, cacheOf(deployment, upstream)] as const),
  ];
  return Object.fromEntries(places.map(([upstream, place]) => [UPSTREAMS[upstream], place]));
}

/** Where the customer's registry has the platform's images of a public one. */
const placeOf = (deployment: Deployment, upstream: Upstream) =>
  deployment.images.mirror ?? cacheOf(deployment, upstream);

const cacheOf = (deployment: Deployment, upstream: Upstream) =>
  `${registryHost(deployment)}/${cachePath(deployment, upstream)}`;

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
      return ecrHost(deployment.account, deployment.cloudRegion);
    case "google":
      return artifactRegistryHost(deployment.cloudRegion);
    case "azure":
      return acrHost(registry(deployment));
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
