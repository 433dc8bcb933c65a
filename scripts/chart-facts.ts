/**
 * `npm run chart-facts CHECKOUT`: writes `chart/facts.json`, the facts of Union's Helm chart, from a checkout of its
 * repository (unionai/helm-charts) with the renders of its own tests. Facts only: names, words, ports, keys, rights; of
 * a longer text its length and digest, of a secret the names of its keys. See docs/chart.md.
 */
import "../telemetry-off";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { flatten } from "../chart/configuration-text";
import { factsOf, type Facts, type Inputs, NAMESPACE } from "../chart/facts";
import { FACTS_FILE, renderChartFacts, tableOf, type ChartFacts, type Column } from "../chart/table";

/**
 * Renders that are read: one namespace on each cloud, and task namespaces with the sync that makes them. Others (low-priv,
 * namespace-single, clusterresourcesync) differ from these by their inputs alone.
 */
const RENDERS = ["aws", "gcp", "azure", "namespace-multi"] as const;

/**
 * Renders of which that alone is read which no other has, and of it what runs: the gateway of Apps & Serving, and what an
 * upgrade begins with.
 */
const FURTHER = ["aws.zero-trust", "hook-kubectl-default"] as const;

/** Values files of the chart, by the column of their keys. */
const VALUES = {
  "values.yaml": "default",
  "values.aws.yaml": "aws",
  "values.gcp.yaml": "gcp",
  "values.azure.yaml": "azure",
} as const;

/** What a render's values file asks of the one who installs the chart, by placeholder; names of older charts too. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  organization: ["global.ORG_NAME", "orgName"],
  cluster: ["global.CLUSTER_NAME", "clusterName"],
  host: ["global.CONTROLPLANE_HOST", "global.UNION_CONTROL_PLANE_HOST", "host"],
  "client-id": ["global.AUTH_CLIENT_ID", "global.CLIENT_ID", "secrets.admin.clientId"],
  "metadata-bucket": ["global.METADATA_BUCKET", "global.METADATA_CONTAINER", "storage.bucketName"],
  "fast-registration-bucket": ["global.FAST_REGISTRATION_BUCKET", "storage.fastRegistrationBucketName"],
  region: ["global.AWS_REGION", "global.GCP_REGION", "storage.region"],
  project: ["global.GOOGLE_PROJECT_ID", "storage.gcp.projectId"],
  "storage-account": ["global.AZURE_STORAGE_ACCOUNT"],
  subscription: ["global.AZURE_SUBSCRIPTION_ID"],
  directory: ["global.AZURE_TENANT_ID"],
  "resource-group": ["global.AZURE_RESOURCE_GROUP"],
  "key-vault": ["global.AZURE_KEY_VAULT_URI"],
  "platform-identity": [
    ...["global.BACKEND_IAM_ROLE_ARN", "global.AZURE_BACKEND_CLIENT_ID"],
    "additionalServiceAccountAnnotations.iam.gke.io/gcp-service-account",
  ],
  "task-identity": ["global.WORKER_IAM_ROLE_ARN", "global.AZURE_WORKER_CLIENT_ID", "userRoleAnnotationValue"],
  "storage-endpoint": ["storage.endpoint"],
  "image-repository": ["imageBuilder.defaultRepository"],
};

/** Helm's name of the release in the renders. */
const RELEASE = "release-name";

/** Parts that this package does not use: of their pods the image and labels are written, of the rest nothing. */
const UNUSED =
  /knative|operator-webhook|dcgm|exporter-metrics|opencost|dashboard|config-(logging|observability)|envoy/i;

/** The facts of the chart in a checkout. @throws Error if a file that is needed is not there */
export function chartFacts(checkout: string): ChartFacts {
  const chart = join(checkout, "charts/dataplane");
  const { name, version, dependencies = [] } = read(join(chart, "Chart.yaml")) as ChartFile;
  const renders = RENDERS.map((render) => [render, factsOfRender(checkout, render)] as const);
  const known = new Set(renders.flatMap(([, facts]) => Object.keys(facts)));
  return {
    chart: name,
    version,
    dependencies: Object.fromEntries(dependencies.map((chart) => [chart.name, chart.version])),
    objects: tableOf(renders.map(([render, facts]) => [render, usedOf(facts)])),
    further: tableOf([
      ["", Object.assign({}, ...FURTHER.map((render) => runningOf(factsOfRender(checkout, render), known))) as Facts],
    ]),
    values: valuesOf(chart),
  };
}

interface Dependency {
  readonly name: string;
  readonly version: string;
}

interface ChartFile extends Dependency {
  readonly dependencies?: readonly Dependency[];
}

/** Of a render, and of the definitions that Helm makes before it. */
function factsOfRender(checkout: string, render: string): Facts {
  const folder = join(checkout, "charts/dataplane/crds");
  const files = [
    join(checkout, `tests/generated/dataplane.${render}.yaml`),
    ...readdirSync(folder).map((file) => join(folder, file)),
  ];
  return factsOf(files.flatMap(objectsIn), inputsOf(checkout, render));
}

const objectsIn = (file: string): unknown[] =>
  parseAllDocuments(readFileSync(file, "utf8"), { uniqueKeys: false })
    .map((document) => document.toJS() as unknown)
    .filter(Boolean);

/** Without what is not used: of its pods, images and labels. */
const usedOf = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([object, fields]) => {
      if (!UNUSED.test(object)) return [[object, fields]];
      return PODS.test(object) ? [[object, thoseNamed(fields, /^pod label | image$/)]] : [];
    }),
  );

/** What runs and is called, of objects that are not known yet; of configuration, the images that it names. */
const runningOf = (facts: Facts, known: ReadonlySet<string>): Facts =>
  Object.fromEntries(
    Object.entries(facts)
      .filter(([object]) => !known.has(object))
      .map(([object, fields]) => [
        object,
        thoseNamed(fields, CALLED.test(object) ? /^(?!affinity )/ : /^file \S*image$/),
      ])
      .filter(([, fields]) => Object.keys(fields as object).length > 0),
  ) as Facts;

const PODS = /^(Deployment|DaemonSet|Job|Pod) /;
const CALLED = /^(Deployment|Job|Service|HorizontalPodAutoscaler) /;

const thoseNamed = (fields: Facts[string], pattern: RegExp) =>
  Object.fromEntries(Object.entries(fields).filter(([fact]) => pattern.test(fact)));

function inputsOf(checkout: string, render: string): Inputs {
  const values = flatten(read(join(checkout, `tests/values/dataplane.${render}.yaml`)));
  const inputs = new Map([[RELEASE, "{release}"]]);
  for (const [placeholder, keys] of Object.entries(INPUTS)) {
    for (const key of keys) {
      const value = values[key] ?? "";
      // An organization that is named as the namespace can't be told from it; a template is no input.
      if (value !== "" && value !== NAMESPACE && !value.includes("{{") && !inputs.has(value))
        inputs.set(value, `{${placeholder}}`);
    }
  }
  return inputs;
}

/** Keys that the chart's values know, with their defaults. */
function valuesOf(chart: string): ChartFacts["values"] {
  const files = Object.entries(VALUES).map(([file, column]): [Column, Facts] => {
    const keys = Object.entries(flatten(read(join(chart, file))));
    return [column, { values: Object.fromEntries(keys.map(([key, value]) => [key, valueOf(value)])) }];
  });
  return tableOf(files)["values"] ?? {};
}

function valueOf(value: string): string {
  if (value.includes("{{")) return "(template)";
  return value.includes("\n") || value.length > 80 ? `text of ${value.length} characters` : value;
}

const read = (file: string): unknown => parse(readFileSync(file, "utf8"), { uniqueKeys: false });

if (require.main === module) {
  const [checkout] = process.argv.slice(2);
  if (checkout === undefined) throw new Error("npm run chart-facts CHECKOUT, a checkout of unionai/helm-charts");
  writeFileSync(FACTS_FILE, renderChartFacts(chartFacts(checkout)));
}
