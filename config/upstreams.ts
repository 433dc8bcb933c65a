/** Public registries, and how each cloud's own registry fetches images from them. */

/** Public registries that images come from, the platform's and tasks'. */
export const UPSTREAMS = {
  ecr: "public.ecr.aws",
  ghcr: "ghcr.io",
  k8s: "registry.k8s.io",
  quay: "quay.io",
  docker: "docker.io",
  nvcr: "nvcr.io",
  mcr: "mcr.microsoft.com",
  gcr: "gcr.io",
  gitlab: "registry.gitlab.com",
} as const;

export type Upstream = keyof typeof UPSTREAMS;

const NAMES = Object.keys(UPSTREAMS) as Upstream[];

/** Host that a registry answers at, for who asks it without the habits of image tools. */
export const registryApi = (upstream: Upstream) =>
  upstream === "docker" ? "registry-1.docker.io" : UPSTREAMS[upstream];

/** How a cloud's registry fetches from a public one: without a login, with one only, either way, or not at all. */
type Fetching = "open" | "login" | "either" | "never";

/**
 * Google's registry fetches from any registry. Azure's documentation does not name nvcr.io; the service itself does,
 * where it refuses another one.
 *
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 * https://docs.cloud.google.com/artifact-registry/docs/repositories/configure-remote-authentication
 * https://learn.microsoft.com/en-us/azure/container-registry/artifact-cache-overview#upstream-support
 * https://github.com/Azure/acr/issues/783
 */
const FETCHING = {
  aws: {
    ecr: "open",
    ghcr: "login",
    k8s: "open",
    quay: "open",
    docker: "login",
    nvcr: "never",
    mcr: "never",
    gcr: "never",
    gitlab: "login",
  },
  google: {
    ecr: "either",
    ghcr: "either",
    k8s: "either",
    quay: "either",
    docker: "either",
    nvcr: "either",
    mcr: "either",
    gcr: "either",
    gitlab: "either",
  },
  azure: {
    ecr: "open",
    ghcr: "either",
    k8s: "either",
    quay: "either",
    docker: "login",
    nvcr: "either",
    mcr: "open",
    gcr: "either",
    gitlab: "never",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Upstream, Fetching>>>>;

/** A cloud: not the one of deployments, whose schema this is a part of. */
export type RegistryCloud = keyof typeof FETCHING;

const fetchedBy = (cloud: RegistryCloud, ...ways: readonly Fetching[]) =>
  NAMES.filter((upstream) => ways.includes(FETCHING[cloud][upstream]));

/** Whether a cloud's registry fetches from a public one without a login. */
export const isOpen = (cloud: RegistryCloud, upstream: Upstream) =>
  fetchedBy(cloud, "open", "either").includes(upstream);

/** Public registries that a cloud's own fetches from at all. */
export const fetchable = (cloud: RegistryCloud) => fetchedBy(cloud, "open", "login", "either");

/** Public registries that a cloud's own logs in to. */
export const withLogin = (cloud: RegistryCloud) => fetchedBy(cloud, "login", "either");
