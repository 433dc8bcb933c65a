import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../cli/index";
import { chartValues } from "../../cli/chart-values/index";
import { loadDeployments } from "../../config/loader";
import { CLOUDS } from "../../config/deployment";
import { taskScheduling } from "../../config/scheduling";
import { awsDeployment, azureDeployment, smallestDeployment } from "../support/deployments";

const values = (fields: Record<string, unknown> = {}) =>
  parse(chartValues(awsDeployment({ workloads: "chart", ...fields })));

const role = (name: string) => `arn:aws:iam::123456789012:role/acme-prod-${name}`;

test("fills the chart's global keys", () => {
  expect(values().global).toEqual({
    CONTROLPLANE_HOST: "acme.hosted.unionai.cloud",
    CLUSTER_NAME: "acme-prod",
    ORG_NAME: "acme",
    AUTH_CLIENT_ID: "acme-prod",
    METADATA_BUCKET: "union-acme-prod-123456789012-metadata",
    FAST_REGISTRATION_BUCKET: "union-acme-prod-123456789012-fast-registration",
    AWS_ACCOUNT_ID: "123456789012",
    AWS_REGION: "us-east-2",
    BACKEND_IAM_ROLE_ARN: role("platform"),
    WORKER_IAM_ROLE_ARN: role("task"),
  });
});

test("binds every account to a role", () => {
  expect(values()).toMatchObject({
    additionalServiceAccountAnnotations: { "eks.amazonaws.com/role-arn": role("platform") },
    userRoleAnnotationKey: "eks.amazonaws.com/role-arn",
    userRoleAnnotationValue: role("task"),
    storage: { provider: "aws", authType: "iam", region: "us-east-2" },
  });
});

test("an account id keeps its leading zeros", () => {
  expect(values({ account: "000000000123" }).global.AWS_ACCOUNT_ID).toBe("000000000123");
});

test("holds no secret, and expects the one that Terraform writes", () => {
  const text = chartValues(awsDeployment({ workloads: "chart" }));
  expect(parse(text).secrets).toEqual({ admin: { create: false, clientId: "acme-prod" } });
  expect(text).not.toContain("create secret");
});

test.each([
  ["the pull-through cache", {}, "123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/ecr", "2026.8.3"],
  [
    "the mirror",
    { images: { mirror: "123456789012.dkr.ecr.us-east-2.amazonaws.com/mirror", operatorTag: "2026.9.0" } },
    "123456789012.dkr.ecr.us-east-2.amazonaws.com/mirror",
    "2026.9.0",
  ],
])("takes the image from %s", (_name, fields, registry, tag) => {
  expect(values(fields).image.union).toEqual({ repository: `${registry}/p0i0a9q8/unionoperator`, tag });
});

test.each([
  ["standard", {}, false, false],
  ["low-privilege", { rbac: "low-privilege" }, true, false],
  ["standard with task namespaces", { taskNamespaces: ["risk-development"] }, false, true],
])("RBAC mode: %s", (_name, fields, lowPrivilege, enabled) => {
  const { low_privilege, namespaces } = values(fields);
  expect(low_privilege).toBe(lowPrivilege);
  expect(namespaces).toEqual({ enabled });
});

test("keeps the platform's pods on the services pools, those with keys of their own too", () => {
  const services = {
    nodeSelector: { "union.ai/node-role": "services" },
    tolerations: [{ key: "union.ai/node-role", operator: "Equal", value: "services", effect: "NoSchedule" }],
  };
  expect(values({ components: { connectors: true, metrics: true } })).toMatchObject({
    scheduling: services,
    flyteconnector: services,
    prometheus: { server: services, "kube-state-metrics": services },
  });
});

test("says of each further part whether it is there: the chart has them all by itself", () => {
  const parts = ({ flyteconnector, prometheus, apps }: ReturnType<typeof values>) => ({
    flyteconnector,
    prometheus,
    apps,
  });
  const off = { enabled: false };
  expect(parts(values())).toEqual({ flyteconnector: off, prometheus: off, apps: off });
  expect(parts(values({ components: { connectors: true, metrics: true } }))).toMatchObject({
    flyteconnector: { enabled: true },
    prometheus: { enabled: true },
  });
});

test.each([
  ["standard", "of the cluster", undefined, ["namespaces", "nodes", "pods"]],
  ["low-privilege", "of the platform's namespace", "union", ["pods"]],
])("%s: kube-state-metrics may see what it tells of, %s, and no secret", (rbac, _, namespaces, seen) => {
  const { prometheus } = values({ rbac, components: { metrics: true } });
  const { collectors, ...state } = prometheus["kube-state-metrics"];
  expect(prometheus.rbac).toEqual({ create: rbac === "standard" });
  expect(state).toMatchObject({ rbac: { create: true, useClusterRole: rbac === "standard" }, releaseNamespace: false });
  expect(state.namespaces).toBe(namespaces);
  expect(collectors).toEqual([...seen, "resourcequotas", "daemonsets", "deployments"]);
});

test("on Azure, connectors get the token of their identity without the label, which the chart does not give them", () => {
  const { flyteconnector } = parse(
    chartValues(azureDeployment({ workloads: "chart", components: { connectors: true } })),
  );
  expect(flyteconnector.additionalEnvs).toContainEqual({
    name: "AZURE_CLIENT_ID",
    value: "{{ .Values.global.AZURE_WORKER_CLIENT_ID }}",
  });
  const [{ name, projected }] = flyteconnector.additionalVolumes.volumes;
  expect(projected.sources[0].serviceAccountToken.audience).toBe("api://AzureADTokenExchange");
  expect(flyteconnector.additionalVolumeMounts.volumeMounts[0].name).toBe(name);
});

test("connectors have the account that the guards make, without a token of the Kubernetes API", () => {
  expect(values({ components: { connectors: true } })).toMatchObject({
    flyteconnector: { serviceAccount: { create: false } },
  });
});

test("leaves to the guards what stands apart, and off what no value leads to the customer's registry", () => {
  expect(values({ appsAndServing: true })).toMatchObject({
    fluentbit: { enabled: false },
    imageBuilder: { enabled: false },
    "knative-operator": { enabled: false },
    "dcgm-exporter": { enabled: false },
    flytepropellerwebhook: { legacyWebhookCleanup: { enabled: false } },
  });
});

test("apps come by the chart's own gateway, each of its images from the customer's registry", () => {
  const { apps, zero_trust, gateway } = values({ appsAndServing: true });
  expect([apps, zero_trust]).toEqual([{ enabled: true }, { enabled: true }]);
  const images = Object.values<Record<string, { image: { repository: string } }>>(
    Object.fromEntries(
      Object.entries<{ containers: Record<string, { image: { repository: string } }> }>(gateway.components).map(
        ([component, { containers }]) => [component, containers],
      ),
    ),
  ).flatMap((containers) => Object.values(containers).map(({ image }) => image.repository));
  expect(images).toHaveLength(5);
  for (const image of [...images, gateway.config.deployment["queue-sidecar-image"]]) {
    expect(image).toMatch(
      /^123456789012\.dkr\.ecr\.us-east-2\.amazonaws\.com\/acme-prod\/gcr\/.+@sha256:[0-9a-f]{64}$/,
    );
  }
});

test("Prometheus verifies whom it asks: the chart's own scrapes do not", () => {
  const { prometheus } = values({ components: { metrics: true } });
  expect(prometheus.extraScrapeConfigs).toBe("");
  expect(prometheus.serverFiles["prometheus.yml"].scrape_configs).toHaveLength(3);
  expect(JSON.stringify(prometheus)).not.toContain("insecure");
});

test.each(CLOUDS)("tasks on %s get tolerations beside the cloud's own defaults", (cloud) => {
  const deployment = smallestDeployment({ cloud, workloads: "chart" });
  expect(parse(chartValues(deployment)).config.k8s.plugins.k8s).toEqual({
    // The guards', which refuses the token that the account of the chart's gives.
    "default-pod-template-name": "guarded-task-template",
    ...(cloud === "azure" && {
      "default-labels": [{ "azure.workload.identity/use": "true" }],
      "default-env-vars": [{ AZURE_STORAGE_ACCOUNT_NAME: expect.stringMatching(/^acmeprod/) }],
    }),
    ...taskScheduling(deployment),
  });
});

test("scales the tunnel", () => {
  expect(values({ tunnel: { replicas: 3 } })).toMatchObject({
    proxy: { replicas: 3, secretManager: { enabled: true, type: "AWS" } },
  });
});

describe("the command", () => {
  const folder = join(__dirname, "..", "..", "deployments", "examples");
  const deployments = loadDeployments([folder]).map(({ deployment }) => deployment);
  const names = deployments.map(({ name }) => name);
  const byChart = deployments.filter(({ workloads }) => workloads === "chart").map(({ name }) => name);

  beforeEach(() => {
    process.env["DATAPLANE_DEPLOYMENTS"] = folder;
  });
  afterEach(() => {
    delete process.env["DATAPLANE_DEPLOYMENTS"];
  });

  test.each(byChart)("prints the values of %s", async (name) => {
    const { exitCode, stdout } = await run(["values", name]);
    expect(exitCode).toBe(0);
    expect(parse(stdout).global.CLUSTER_NAME).toBe(name);
  });

  test("says that a stack of our own needs none", async () => {
    const stderr = "acme-us-east-2: has 'workloads: stack', which needs no chart (allowed: with 'workloads: chart')\n";
    expect(await run(["values", "acme-us-east-2"])).toEqual({ exitCode: 2, stdout: "", stderr });
  });

  test("names the deployments that there are when asked for another", async () => {
    const stderr = `'nobody' is no deployment (allowed: ${names.join(", ")})\n`;
    expect(await run(["values", "nobody"])).toEqual({ exitCode: 2, stdout: "", stderr });
  });
});

describe.each(CLOUDS)("on %s", (cloud) => {
  const text = chartValues(smallestDeployment({ cloud, workloads: "chart", taskNamespaces: ["acme-production"] }));

  test("the file is as reviewed against Union's chart", () => {
    expect(text).toMatchSnapshot();
  });

  test("holds no key", () => {
    const { secrets, storage, global } = parse(text);
    expect(secrets).toEqual({ admin: { create: false, clientId: "acme-prod" } });
    expect(JSON.stringify([storage, global])).not.toMatch(/accessKey|secretKey|sharedKey|"key"/i);
  });
});

test("each cloud is named as the chart names it", () => {
  const of = (cloud: string) => parse(chartValues(smallestDeployment({ cloud, workloads: "chart" })));
  expect(CLOUDS.map((cloud) => [of(cloud).provider, of(cloud).storage.provider])).toEqual([
    ["aws", "aws"],
    ["gcp", "gcs"],
    ["azure", "custom"],
  ]);
});

test("on Azure, helm is told the client ids that Azure chose, and annotations name them", () => {
  const text = chartValues(smallestDeployment({ cloud: "azure", workloads: "chart" }));
  expect(text).toContain("--set global.AZURE_BACKEND_CLIENT_ID=$(terraform -chdir=cdktf.out/stacks/acme-prod output");
  expect(parse(text)).toMatchObject({
    additionalServiceAccountAnnotations: {
      "azure.workload.identity/client-id": "{{ .Values.global.AZURE_BACKEND_CLIENT_ID }}",
    },
    additionalPodLabels: { "azure.workload.identity/use": "true" },
  });
});

test.each([
  // The chart fills in prefix and path, which it reads as a template of its own.
  ["aws", { sourceType: "ObjectStore" }],
  ["google", { sourceType: "GCPStackdriver", gcpLogging: { gcp: { project: "acme-data-plane" } } }],
  [
    "azure",
    {
      sourceType: "AzureLogAnalytics",
      azureLogAnalytics: {
        logAnalyticsWorkspaceResourceIdTemplate: expect.stringMatching(/\/workspaces\/acme-prod-pods$/),
      },
    },
  ],
])(
  "on %s, Union's proxy reads logs of past runs where the guards' Fluent Bit or the cluster's agent ships them",
  (cloud, expected) => {
    const { config } = parse(chartValues(smallestDeployment({ cloud, workloads: "chart" })));
    expect(config.proxy.persistedLogs).toEqual(expected);
  },
);
