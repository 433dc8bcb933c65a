import {
  buildRepositoryOf,
  cachedUpstreams,
  copiedImages,
  copyCommand,
  imageReference,
  imagesOf,
  registryMirrors,
} from "../../config/images";
import { awsDeployment, azureDeployment, deploymentOn, googleDeployment } from "../support/deployments";

const MIRROR = "123456789012.dkr.ecr.us-east-2.amazonaws.com/mirror";
const ALL = { connectors: true, imageBuilder: true, metrics: true };

test.each([
  { cloud: "aws", cached: ["ecr", "k8s"], copied: ["copilot"] },
  { cloud: "google", cached: ["ecr", "ghcr", "k8s"], copied: [] },
  { cloud: "azure", cached: ["ecr", "ghcr", "k8s"], copied: [] },
] as const)("without further components, $cloud caches what the platform needs", ({ cloud, cached, copied }) => {
  expect(cachedUpstreams(deploymentOn(cloud))).toEqual(cached);
  expect(copiedImages(deploymentOn(cloud)).map(([name]) => name)).toEqual(copied);
});

test.each([
  { component: "metrics", aws: ["quay"], google: ["quay"], azure: ["quay"] },
  { component: "connectors", aws: [], google: [], azure: [] },
  {
    component: "imageBuilder",
    aws: ["quay"],
    google: ["docker", "quay"],
    azure: ["quay"],
  },
] as const)("$component adds the registries that it needs", ({ component, ...added }) => {
  for (const cloud of ["aws", "google", "azure"] as const) {
    const before = cachedUpstreams(deploymentOn(cloud));
    const after = cachedUpstreams(deploymentOn(cloud, { components: { [component]: true } }));
    expect(after.filter((upstream) => !before.includes(upstream))).toEqual(added[cloud]);
  }
});

test.each([
  { cloud: "aws", copied: ["copilot", "connectors", "buildkit"] },
  { cloud: "google", copied: [] },
  { cloud: "azure", copied: ["buildkit"] },
] as const)("what $cloud fetches with a login only, a person copies", ({ cloud, copied }) => {
  expect(copiedImages(deploymentOn(cloud, { components: ALL })).map(([name]) => name)).toEqual(copied);
});

test.each([
  { cloud: "aws", image: "nvidia/k8s-device-plugin", copied: true },
  { cloud: "azure", image: "oss/v2/nvidia/k8s-device-plugin", copied: false },
] as const)("nodes with GPUs need a device plugin on $cloud, copied: $copied", ({ cloud, image, copied }) => {
  const machines = { aws: { instanceTypes: ["g5.2xlarge"] }, azure: { vmSize: "Standard_NC24ads_A100_v4" } }[cloud];
  const plain = { aws: { instanceTypes: ["m6i.2xlarge"] }, azure: { vmSize: "Standard_D8ds_v5" } }[cloud];
  const nodePools = {
    services: { role: "services", min: 1, ...plain },
    worker: { role: "worker", ...plain },
    gpu: { role: "worker", gpu: true, ...machines },
  };
  expect(imagesOf(deploymentOn(cloud, { nodePools })).devicePlugin?.repository).toBe(image);
  expect(copiedImages(deploymentOn(cloud, { nodePools })).some(([name]) => name === "devicePlugin")).toBe(copied);
  expect(imagesOf(deploymentOn(cloud, { nodePools, workloads: "chart" })).devicePlugin?.repository).toBe(image);
  expect(imagesOf(deploymentOn(cloud)).devicePlugin).toBeUndefined();
});

const CHART = { workloads: "chart" };
const APPS = { ...CHART, appsAndServing: true };

test("Union's chart makes its certificate without an image, and tidies up with one before an upgrade", () => {
  const added = (fields: Readonly<Record<string, unknown>>) =>
    Object.keys(imagesOf(awsDeployment(fields))).filter((name) => !(name in imagesOf(awsDeployment())));
  expect(added(CHART)).toEqual(["beforeUpgrade"]);
  expect(imagesOf(awsDeployment(CHART)).kubectl).toBeUndefined();
  expect(imagesOf(awsDeployment()).kubectl).toBeDefined();
  expect(added(APPS)).toEqual([
    "beforeUpgrade",
    "envoy",
    "knativeActivator",
    "knativeAutoscaler",
    "knativeAutoscalerHpa",
    "knativeController",
    "knativeWebhook",
    "knativeQueue",
  ]);
});

test.each([
  {
    cloud: "aws",
    copied: [
      "beforeUpgrade",
      ...Object.keys(imagesOf(awsDeployment(APPS))).filter((name) => name.startsWith("knative")),
    ],
  },
  { cloud: "google", copied: [] },
  { cloud: "azure", copied: ["beforeUpgrade"] },
] as const)("what Union's chart adds with apps, $cloud's cache fetches but for $copied", ({ cloud, copied }) => {
  const before = copiedImages(deploymentOn(cloud)).map(([name]) => name);
  const names = copiedImages(deploymentOn(cloud, APPS)).map(([name]) => name);
  expect(names.filter((name) => !before.includes(name))).toEqual(copied);
});

test("an image that the chart pins by its digest is named by it; its copy has a tag, lest it be tidied away", () => {
  const deployment = awsDeployment(APPS);
  const { knativeQueue } = imagesOf(deployment);
  const queue = "knative-releases/knative.dev/serving/cmd/queue";
  const registry = "123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/gcr";
  expect(knativeQueue?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(imageReference(deployment, "knativeQueue")).toBe(`${registry}/${queue}@${knativeQueue?.digest}`);
  expect(knativeQueue && copyCommand(deployment, knativeQueue)).toBe(
    `crane copy gcr.io/${queue}@${knativeQueue?.digest} ${registry}/${queue}:v1.16.0`,
  );
});

test("a mirror holds everything: nothing is cached, nothing copied, and images are built from it", () => {
  const deployment = awsDeployment({ components: ALL, images: { mirror: MIRROR } });
  expect(cachedUpstreams(deployment)).toEqual([]);
  expect(copiedImages(deployment)).toEqual([]);
  expect(imageReference(deployment, "buildkit")).toBe(`${MIRROR}/moby/buildkit:v0.32.2`);
  expect([...new Set(Object.values(registryMirrors(deployment)))]).toEqual([MIRROR]);
});

const LOGIN = { secretArn: "arn:aws:secretsmanager:us-east-2:123456789012:secret:ecr-pullthroughcache/x-AbCdEf" };

test("with a login, a registry's images are fetched that a person copies otherwise", () => {
  const images = { credentials: { ghcr: LOGIN, docker: LOGIN } };
  const deployment = awsDeployment({ components: ALL, images });
  expect(cachedUpstreams(deployment)).toEqual(expect.arrayContaining(["ghcr", "docker"]));
  expect(copiedImages(deployment)).toEqual([]);
});

test("further registries are cached, beside a mirror too, and images are built from their caches", () => {
  const images = { mirror: MIRROR, upstreams: ["quay"] };
  const deployment = awsDeployment({ components: { imageBuilder: true }, images });
  expect(cachedUpstreams(deployment)).toEqual(["quay"]);
  const { "quay.io": quay, ...others } = registryMirrors(deployment);
  expect(quay).toBe("123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/quay");
  expect([...new Set(Object.values(others))]).toEqual([MIRROR]);
  expect(cachedUpstreams(awsDeployment({ images: { upstreams: ["quay"] } }))).toEqual(["ecr", "k8s", "quay"]);
});

test("an image is copied to where its reference says", () => {
  const deployment = awsDeployment({ components: { imageBuilder: true } });
  const to = "123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/docker/moby/buildkit:v0.32.2";
  expect(copiedImages(deployment).map(([, image]) => copyCommand(deployment, image))).toContain(
    `crane copy docker.io/moby/buildkit:v0.32.2 ${to}`,
  );
  expect(imageReference(deployment, "buildkit")).toBe(to);
});

test("images are built from public registries' images by the customer's registry", () => {
  const deployment = googleDeployment({ components: { imageBuilder: true } });
  expect(registryMirrors(deployment)).toEqual({
    "registry.k8s.io": "us-east5-docker.pkg.dev/acme-data-plane/acme-prod-k8s",
    "public.ecr.aws": "us-east5-docker.pkg.dev/acme-data-plane/acme-prod-ecr",
    "ghcr.io": "us-east5-docker.pkg.dev/acme-data-plane/acme-prod-ghcr",
    "docker.io": "us-east5-docker.pkg.dev/acme-data-plane/acme-prod-docker",
    "quay.io": "us-east5-docker.pkg.dev/acme-data-plane/acme-prod-quay",
  });
});

test.each([
  { cloud: "aws", repository: "123456789012.dkr.ecr.us-east-2.amazonaws.com/union/acme-prod/builds" },
  { cloud: "google", repository: "us-east5-docker.pkg.dev/acme-data-plane/acme-prod-builds/images" },
  { cloud: "azure", repository: expect.stringMatching(/^acmeprod[0-9a-f]{8}\.azurecr\.io\/builds$/) as string },
] as const)("built images lie in $cloud's own registry", ({ cloud, repository }) => {
  expect(buildRepositoryOf(deploymentOn(cloud))).toEqual(repository);
});

test("an image that the deployment does not have has no reference", () => {
  expect(Object.keys(imagesOf(azureDeployment()))).not.toContain("prometheus");
  expect(() => imageReference(azureDeployment(), "prometheus")).toThrow("'prometheus' is no image of 'acme-prod'");
});
