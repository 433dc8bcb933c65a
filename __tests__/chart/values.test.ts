import { parse } from "yaml";
import { flatten } from "../../chart/configuration-text";
import { readChartFacts } from "../../chart/table";
import { deprecatedKeys, entryOf, imagesOfChart, namedValues, unknownKeys, unwrittenKeys } from "../../chart/values";
import { chartValues } from "../../cli/chart-values/index";
import { CHART, CHART_PODS, CHART_SAMPLE_NAMESPACES, type ChartPod } from "../../config/chart";
import { CLOUDS } from "../../config/deployment";
import { smallestDeployment } from "../support/deployments";

const facts = readChartFacts();
const named = namedValues();

/** Deployments that between them have every key of a values file. */
const DEPLOYMENTS = CLOUDS.flatMap((cloud) =>
  [
    { appsAndServing: true, components: { connectors: true, metrics: true } },
    { rbac: "low-privilege", components: { metrics: true } },
    { taskNamespaces: ["risk-development"] },
  ].map((fields) => smallestDeployment({ cloud, workloads: "chart", ...fields })),
);
const BUILDER = smallestDeployment({
  workloads: "chart",
  components: { imageBuilder: true },
  nodePools: {
    services: { role: "services", instanceTypes: ["m6i.2xlarge"], min: 1, max: 2 },
    worker: { role: "worker", instanceTypes: ["m6i.4xlarge"], max: 2, diskGiB: 100 },
  },
});
const files = [...DEPLOYMENTS, BUILDER].map((deployment) => flatten(parse(chartValues(deployment))));
const written = [...new Set(files.flatMap(Object.keys))];
const [complete = {}] = files;

describe(`the values file against chart ${facts.version}`, () => {
  test("is for that version", () => {
    expect(CHART.version).toBe(facts.version);
  });

  test("has no key that the chart knows from nowhere", () => {
    expect(unknownKeys(written, facts, named)).toEqual([]);
  });

  test("has every key that chart/values.yaml names beyond the chart's", () => {
    expect(unwrittenKeys(written, named)).toEqual([]);
  });

  test("has no key that the chart is about to forget", () => {
    expect(deprecatedKeys(written, named)).toEqual([]);
  });

  test.each([
    ["a key that no chart has", "proxy.replica"],
    ["a key below one that is none", "image.union.repository.name"],
    ["an unknown global", "global.FAST_REGISTRATION_CONTAINER"],
  ])("tells of %s", (_what, key) => {
    expect(unknownKeys([...written, key], facts, named)).toEqual([key]);
  });

  test("tells of a key of older charts", () => {
    expect(deprecatedKeys(["global.UNION_CONTROL_PLANE_HOST", "executor.task_logs"], named)).toHaveLength(2);
  });
});

describe("every image that the chart names", () => {
  const images = imagesOfChart(facts);

  test.each(images.map((image) => [`${image.object}: ${image.reference}`, image] as const))("%s", (_name, image) => {
    const entry = entryOf(image, named);
    if (!entry) throw new Error("chart/values.yaml says nothing of it");
    if ("by" in entry) expect(complete[entry.by]).toMatch(/^123456789012\.dkr\.ecr\.us-east-2\.amazonaws\.com/);
    if ("off" in entry) expect(complete[entry.off]).toBe("false");
  });

  test("are all that chart/values.yaml speaks of", () => {
    expect(named.images.filter((entry) => !images.some((image) => entryOf(image, named) === entry))).toEqual([]);
  });

  test("a newer chart's new image is told", () => {
    const more = { "Deployment new": { "container new image": "quay.io/new/new:1" } };
    const newer = { ...facts, further: { ...facts.further, ...more } };
    expect(imagesOfChart(newer).filter((image) => !entryOf(image, named))).toEqual([
      { object: "Deployment new", reference: "quay.io/new/new:1" },
    ]);
  });
});

describe("config/chart.ts", () => {
  const rows = { ...facts.objects, ...facts.further };
  const said = (text: string) => text.replaceAll(CHART.release, "{release}");

  test.each(Object.entries<ChartPod>(CHART_PODS))(
    "names %s as the chart does",
    (_name, { kind, name, labels, serviceAccount }) => {
      const row = rows[said(`${kind} ${name}`)] ?? {};
      // The job's label is Kubernetes' own, and an account that is not named is the namespace's.
      const own = Object.entries(labels).filter(([label]) => !label.startsWith("batch.kubernetes.io/"));
      expect(row).toMatchObject(Object.fromEntries(own.map(([label, value]) => [`pod label ${label}`, said(value)])));
      const account = row["service account"] ?? "default";
      expect(typeof account === "string" ? account : Object.values(account)).toContain(said(serviceAccount));
    },
  );

  test("names the namespaces of the chart's sample projects", () => {
    const made = Object.keys(facts.objects).flatMap((object) => /^Namespace (.+)$/.exec(object)?.[1] ?? []);
    expect(made.sort()).toEqual([...CHART_SAMPLE_NAMESPACES].sort());
  });
});
