import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../cli/index";
import { chartValues } from "../../cli/chart-values/index";
import { loadDeployments } from "../../config/loader";
import { CLOUDS } from "../../config/deployment";
import { taskScheduling } from "../../config/scheduling";
import { awsDeployment, smallestDeployment } from "../support/deployments";

const values = (fields: Record<string, unknown> = {}) =>
  parse(chartValues(awsDeployment({ workloads: "chart", ...fields })));

const role = (name: string) => `arn:aws:iam::123456789012:role/acme-prod-${name}`;

test("fills the chart's global keys", () => {
  expect(values().global).toEqual({
    UNION_CONTROL_PLANE_HOST: "acme.hosted.unionai.cloud",
    CLUSTER_NAME: "acme-prod",
    ORG_NAME: "acme",
    CLIENT_ID: "acme-prod",
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
    fluentbit: {
      enabled: true,
      serviceAccount: {
        create: true,
        name: "fluentbit-system",
        annotations: { "eks.amazonaws.com/role-arn": role("fluent-bit") },
      },
    },
  });
});

test("an account id keeps its leading zeros", () => {
  expect(values({ account: "000000000123" }).global.AWS_ACCOUNT_ID).toBe("000000000123");
});

test("holds no secret, and says how to make the one that the chart reads", () => {
  const arn = "arn:aws:secretsmanager:us-east-2:123456789012:secret:union-AbCdEf";
  const text = chartValues(awsDeployment({ workloads: "chart", clientSecretArn: arn }));
  expect(parse(text).secrets).toEqual({ admin: { create: false, clientId: "acme-prod" } });
  expect(text).toContain("#   kubectl create secret generic union-secret-auth -n union");
  expect(text).toContain(`--secret-id ${arn}`);
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
  ["standard", {}, false, undefined],
  ["low-privilege", { rbac: "low-privilege" }, true, undefined],
  [
    "standard with task namespaces",
    { taskNamespaces: ["risk-development"] },
    false,
    { enabled: true, static: ["risk-development"] },
  ],
])("RBAC mode: %s", (_name, fields, lowPrivilege, namespaces) => {
  const { low_privilege, namespaces: actual } = values(fields);
  expect(low_privilege).toBe(lowPrivilege);
  expect(actual).toEqual(namespaces);
});

test("keeps the platform's pods on the services pools, those with keys of their own too", () => {
  const [services, worker] = ["services", "worker"].map((role) => ({
    nodeSelector: { "union.ai/node-role": role },
    tolerations: [{ key: "union.ai/node-role", operator: "Equal", value: role, effect: "NoSchedule" }],
  }));
  expect(values({ components: { connectors: true, imageBuilder: true, metrics: true } })).toMatchObject({
    scheduling: services,
    flyteconnector: services,
    imageBuilder: { buildkit: worker },
    prometheus: { server: services, "kube-state-metrics": services },
  });
});

test("says of each further part whether it is there: the chart has them all by itself", () => {
  const parts = ({ flyteconnector, imageBuilder, prometheus }: ReturnType<typeof values>) => ({
    flyteconnector,
    imageBuilder,
    prometheus,
  });
  const off = { enabled: false };
  expect(parts(values())).toEqual({ flyteconnector: off, imageBuilder: off, prometheus: off });
  expect(parts(values({ components: { connectors: true, imageBuilder: true, metrics: true } }))).toMatchObject({
    flyteconnector: { enabled: true, serviceAccount: { annotations: { "eks.amazonaws.com/role-arn": role("task") } } },
    imageBuilder: {
      enabled: true,
      authenticationType: "aws",
      defaultRepository: "123456789012.dkr.ecr.us-east-2.amazonaws.com/union/acme-prod/builds",
    },
    prometheus: { enabled: true },
  });
});

test("starts no pod that would wait for ever", () => {
  const enabled = (fields?: Record<string, unknown>) => {
    const { "knative-operator": knative, flytepropellerwebhook } = values(fields);
    return [knative.enabled, flytepropellerwebhook.legacyWebhookCleanup.enabled];
  };
  expect(enabled()).toEqual([false, false]);
  expect(enabled({ appsAndServing: true })).toEqual([true, false]);
});

test.each(CLOUDS)("tasks on %s get tolerations beside the cloud's own defaults", (cloud) => {
  const deployment = smallestDeployment({ cloud, workloads: "chart" });
  expect(parse(chartValues(deployment)).config.k8s.plugins.k8s).toEqual({
    ...(cloud === "azure" && { "default-labels": [{ "azure.workload.identity/use": "true" }] }),
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
  const names = loadDeployments([folder]).map(({ deployment }) => deployment.name);

  beforeEach(() => {
    process.env["DATAPLANE_DEPLOYMENTS"] = folder;
  });
  afterEach(() => {
    delete process.env["DATAPLANE_DEPLOYMENTS"];
  });

  test.each(names)("prints the values of %s", async (name) => {
    const { exitCode, stdout } = await run(["values", name]);
    expect(exitCode).toBe(0);
    expect(parse(stdout).global.CLUSTER_NAME).toBe(name);
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

  test("holds no key, and asks for the secret that its first lines make", () => {
    const { secrets, storage, global } = parse(text);
    expect(secrets).toEqual({ admin: { create: false, clientId: "acme-prod" } });
    expect(JSON.stringify([storage, global])).not.toMatch(/accessKey|secretKey|sharedKey|"key"/i);
    expect(text).toContain("kubectl create secret generic union-secret-auth -n union");
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
    // Its output for the object store takes keys only.
    fluentbit: { enabled: false },
  });
});

describe("logs go where Fluent Bit's identity may write, and Union's proxy reads them there", () => {
  const of = (cloud: string) => parse(chartValues(smallestDeployment({ cloud, workloads: "chart" })));

  test("on AWS the chart's own output is the object store's, to which the whole of an hour is added", () => {
    const { fluentbit, config } = of("aws");
    // The chart fills in prefix and path, which it reads as a template of its own.
    expect(config.proxy.persistedLogs).toEqual({ sourceType: "ObjectStore" });
    expect(fluentbit.additionalOutputs).toContain("    bucket union-acme-prod-123456789012-metadata\n");
    expect(fluentbit.additionalOutputs).toContain("    s3_key_format /persisted-logs/$TAG\n");
    expect(fluentbit.additionalOutputs).toContain("    upload_timeout 1h\n");
    expect(fluentbit.additionalOutputs.match(/\[OUTPUT\]/g)).toHaveLength(1);
  });

  test("on Google Cloud it is Cloud Logging, as the same account", () => {
    const { fluentbit, config } = of("google");
    expect(config.proxy.persistedLogs).toEqual({
      sourceType: "GCPStackdriver",
      gcpLogging: { gcp: { project: "acme-data-plane" } },
    });
    expect(fluentbit.serviceAccount).toEqual({
      create: true,
      name: "fluentbit-system",
      annotations: { "iam.gke.io/gcp-service-account": "acme-prod-fluent-bit@acme-data-plane.iam.gserviceaccount.com" },
    });
    expect(fluentbit.additionalOutputs).toMatch(/^\[OUTPUT\]\n {4}Match \*\n {4}Name stackdriver\n/);
    expect(fluentbit.additionalFilters).toMatch(/Remove_regex/);
  });

  test("on Azure it is the workspace of AKS's own agent", () => {
    expect(of("azure").config.proxy.persistedLogs).toEqual({
      sourceType: "AzureLogAnalytics",
      azureLogAnalytics: {
        logAnalyticsWorkspaceResourceIdTemplate: expect.stringMatching(/\/workspaces\/acme-prod-pods$/),
      },
    });
  });
});
