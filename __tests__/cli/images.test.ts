import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { listImages } from "../../cli/image-list/index";
import { RENDERERS, type Format } from "../../cli/image-list/formats";
import { run } from "../../cli/index";
import { CLOUDS } from "../../config/deployment";
import { imageReference, imagesOf, type ImageName } from "../../config/images";
import { loadDeployments } from "../../config/loader";
import lock from "../../images.lock.json";
import { awsDeployment, azureDeployment, deploymentOn, googleDeployment } from "../support/deployments";
import { EXAMPLES } from "../support/examples";

const LOCKED = `sha256:${"a".repeat(64)}`;
const COPILOT = "ghcr.io/flyteorg/flytecopilot:v1.14.1";
Object.assign(lock, { [COPILOT]: LOCKED });
afterAll(() => void Reflect.deleteProperty(lock, COPILOT));

const MIRROR = "123456789012.dkr.ecr.us-east-2.amazonaws.com/mirror";
const ALL = { connectors: true, imageBuilder: true, metrics: true };

const render = (format: Format, deployment: Parameters<typeof listImages>[0]) =>
  RENDERERS[format](deployment, listImages(deployment));
const listed = (deployment: Parameters<typeof listImages>[0], name: ImageName) =>
  listImages(deployment).find((image) => image.name === name);

describe.each(CLOUDS)("on %s", (cloud) => {
  test.each(["stack", "chart"])("with 'workloads: %s', every image is in the list", (workloads) => {
    const deployment = deploymentOn(cloud, { workloads, components: ALL });
    const names = Object.keys(imagesOf(deployment)) as ImageName[];
    expect(listImages(deployment).map(({ name, reference }) => [name, reference])).toEqual(
      names.map((name) => [name, imageReference(deployment, name)]),
    );
    // Those that task pods pull, which no manifest names.
    expect(names).toEqual(expect.arrayContaining(["copilot", "busybox"]));
  });
});

test("the queue proxy of apps is in the list where there are apps", () => {
  const names = (appsAndServing: boolean) =>
    Object.keys(imagesOf(awsDeployment({ workloads: "chart", appsAndServing })));
  expect(names(true)).toContain("knativeQueue");
  expect(names(false)).not.toContain("knativeQueue");
});

test("a copy is of what was locked, under the tag that nodes pull", () => {
  const to = "123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/ghcr/flyteorg/flytecopilot:v1.14.1";
  expect(listed(awsDeployment(), "copilot")).toEqual({
    name: "copilot",
    purpose: expect.stringMatching(/./),
    source: "ghcr.io/flyteorg/flytecopilot:v1.14.1",
    reference: to,
    tag: "v1.14.1",
    digest: LOCKED,
    arrival: "copied",
    command: `crane copy ghcr.io/flyteorg/flytecopilot:v1.14.1@${LOCKED} ${to}`,
  });
});

test("what a cache fetches takes a first pull on AWS, and nobody elsewhere", () => {
  const ofOperator = [awsDeployment(), googleDeployment(), azureDeployment()].map((deployment) =>
    listed(deployment, "operator"),
  );
  expect(ofOperator.map((image) => [image?.arrival, image?.command])).toEqual([
    ["cached", `crane pull ${ofOperator[0]?.reference} /dev/null`],
    ["cached", null],
    ["cached", null],
  ]);
});

test("what pods name by its digest is copied under a tag as well", () => {
  const queue = listed(awsDeployment({ workloads: "chart", appsAndServing: true }), "knativeQueue");
  expect(queue?.reference).toMatch(/\/gcr\/knative-releases\/.*@sha256:[0-9a-f]{64}$/);
  expect(queue?.command).toBe(`crane copy ${queue?.source} ${queue?.reference.replace(/@.*/, `:${queue.tag}`)}`);
});

test("everything is copied into a mirror", () => {
  const images = listImages(awsDeployment({ images: { mirror: MIRROR } }));
  expect([...new Set(images.map(({ arrival }) => arrival))]).toEqual(["mirrored"]);
  expect(images.every(({ command, reference }) => command?.endsWith(` ${reference}`))).toBe(true);
  expect(images.every(({ reference }) => reference.startsWith(`${MIRROR}/`))).toBe(true);
});

describe("formats", () => {
  test("text: a table, what nodes pull, and the commands", () => {
    expect(render("text", googleDeployment({ images: { mirror: "us-east5-docker.pkg.dev/acme/mirror" } })))
      .toMatchInlineSnapshot(`
     "acme-prod: 5 images, none of which nodes pull from a public registry

     Image      Arrives   Source                                          Digest               For
     operator   mirrored  public.ecr.aws/p0i0a9q8/unionoperator:2026.8.3  not locked           operator, tunnel, lease worker and pod webhook
     busybox    mirrored  public.ecr.aws/docker/library/busybox:1.37.0    not locked           in task pods: writes a task's secrets to files before it starts
     copilot    mirrored  ghcr.io/flyteorg/flytecopilot:v1.14.1           sha256:aaaaaaaaaaaa  in task pods: inputs and outputs of tasks whose image has nothing of Union's
     kubectl    mirrored  registry.k8s.io/kubectl:v1.35.4                 not locked           publishes the authority of the pod webhook's certificate, once
     fluentBit  mirrored  ghcr.io/fluent/fluent-bit:4.2.2                 not locked           ships the logs of pods

     Nodes pull
       operator   us-east5-docker.pkg.dev/acme/mirror/p0i0a9q8/unionoperator:2026.8.3
       busybox    us-east5-docker.pkg.dev/acme/mirror/docker/library/busybox:1.37.0
       copilot    us-east5-docker.pkg.dev/acme/mirror/flyteorg/flytecopilot:v1.14.1
       kubectl    us-east5-docker.pkg.dev/acme/mirror/kubectl:v1.35.4
       fluentBit  us-east5-docker.pkg.dev/acme/mirror/fluent/fluent-bit:4.2.2

     Copy once, into the mirror
       crane copy public.ecr.aws/p0i0a9q8/unionoperator:2026.8.3 us-east5-docker.pkg.dev/acme/mirror/p0i0a9q8/unionoperator:2026.8.3
       crane copy public.ecr.aws/docker/library/busybox:1.37.0 us-east5-docker.pkg.dev/acme/mirror/docker/library/busybox:1.37.0
       crane copy ghcr.io/flyteorg/flytecopilot:v1.14.1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa us-east5-docker.pkg.dev/acme/mirror/flyteorg/flytecopilot:v1.14.1
       crane copy registry.k8s.io/kubectl:v1.35.4 us-east5-docker.pkg.dev/acme/mirror/kubectl:v1.35.4
       crane copy ghcr.io/fluent/fluent-bit:4.2.2 us-east5-docker.pkg.dev/acme/mirror/fluent/fluent-bit:4.2.2
     "
    `);
  });

  test("json has the deployment's name and every image", () => {
    const deployment = azureDeployment();
    expect(JSON.parse(render("json", deployment))).toEqual({ deployment: "acme-prod", images: listImages(deployment) });
  });

  test("copy: the commands, as a script that ends at the first that fails", () => {
    const deployment = awsDeployment();
    expect(render("copy", deployment).split("\n")).toEqual([
      "set -e",
      ...listImages(deployment).map(({ command }) => command),
      "",
    ]);
    expect(render("copy", googleDeployment())).toBe("set -e\n");
  });

  test("hauler: images as pods name them, and the chart where it is used", () => {
    const images = (deployment: Parameters<typeof listImages>[0]) => ({
      apiVersion: "content.hauler.cattle.io/v1",
      kind: "Images",
      metadata: { name: "acme-prod" },
      spec: { images: listImages(deployment).map(({ source }) => ({ name: source })) },
    });
    const [stack, chart] = [
      awsDeployment(),
      awsDeployment({ workloads: "chart", images: { operatorTag: "2026.9.0" } }),
    ];
    expect(parse(render("hauler", stack))).toEqual(images(stack));
    expect(parseAllDocuments(render("hauler", chart)).map((document) => document.toJS() as unknown)).toEqual([
      images(chart),
      expect.objectContaining({
        kind: "Charts",
        spec: {
          charts: [{ name: "dataplane", repoURL: "https://unionai.github.io/helm-charts", version: "2026.8.3" }],
        },
      }),
    ]);
  });

  test("hauler: its first lines carry the images into the mirror, each to where nodes pull it", () => {
    const lines = render("hauler", awsDeployment({ images: { mirror: MIRROR } })).match(/^# .*$/gm);
    expect(lines).toEqual([
      "# hauler store sync --filename THIS_FILE && hauler store save --filename images.tar.zst",
      `# hauler store load --filename images.tar.zst && hauler store copy registry://${MIRROR}`,
      `# crane copy ${MIRROR}/library/kubectl:v1.35.4 ${MIRROR}/kubectl:v1.35.4`,
    ]);
    expect(render("hauler", awsDeployment())).toMatch(/^# MIRROR: a registry inside/);
  });
});

describe("the command", () => {
  const names = loadDeployments([EXAMPLES]).map(({ deployment }) => deployment.name);

  beforeEach(() => {
    process.env["DATAPLANE_DEPLOYMENTS"] = EXAMPLES;
  });
  afterEach(() => {
    delete process.env["DATAPLANE_DEPLOYMENTS"];
  });

  test.each(names)("prints the images of %s", async (name) => {
    const { exitCode, stdout, stderr } = await run(["images", name, "--format", "json"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect((JSON.parse(stdout) as { deployment: string }).deployment).toBe(name);
  });

  test.each([
    [["nobody"], `'nobody' is no deployment (allowed: ${names.join(", ")})\n`],
    [["acme-us-east-2", "--format", "xml"], expect.stringContaining("Allowed choices are text, json, copy, hauler")],
    [
      ["acme-us-east-2", "--output", join(__dirname, "gone", "images")],
      expect.stringContaining("can't be written (ENOENT)"),
    ],
  ])("refuses %j", async (args, stderr) => {
    expect(await run(["images", ...args])).toEqual({ exitCode: 2, stdout: "", stderr });
  });
});
