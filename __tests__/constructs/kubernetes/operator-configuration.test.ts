import { parse } from "yaml";
import { CLOUDS } from "../../../config/deployment";
import { Testing } from "../../../framework";
import { WorkloadsStack } from "../../../stacks/workloads";
import { smallestDeployment } from "../../support/deployments";
import { type Json, one, podTemplates, workloads } from "../../support/workloads";

const configuration = (stack: Json) =>
  parse(one(stack, "kubernetes_config_map_v1", "union-operator").data["config.yaml"]);

test("tells operator and proxy what they need, and no secret", () => {
  expect(configuration(workloads())).toEqual({
    union: {
      connection: { host: "dns:///acme.hosted.unionai.cloud", insecure: false, insecureSkipVerify: false },
      auth: {
        enable: true,
        type: "ClientSecret",
        clientId: "acme-prod",
        clientSecretLocation: "/etc/union/secret/client_secret",
        authorizationMetadataKey: "flyte-authorization",
        tokenRefreshWindow: "5m",
      },
    },
    authorizer: {
      type: "Authorizer",
      authorizerClient: {
        credentials: "ServiceCredentials",
        grpcConfig: { host: "dns:///acme.hosted.unionai.cloud", insecure: false, insecureSkipVerify: false },
      },
    },
    connection: { rootTenantURLPattern: "dns:///acme.hosted.unionai.cloud" },
    cache: { identity: { enabled: false } },
    sharedService: { port: 8081, features: { gatewayV2: true } },
    operator: {
      enabled: true,
      enableTunnelService: true,
      tunnel: { enableDirectToAppIngress: false, deploymentToRestart: "union-operator-proxy" },
      limitNamespace: "union",
      apps: { enabled: false },
      syncClusterConfig: { enabled: false },
      clusterId: { organization: "acme", name: "acme-prod" },
      clusterData: {
        appId: "acme-prod",
        cloudHostName: "acme.hosted.unionai.cloud",
        bucketName: "union-acme-prod-123456789012-metadata",
        bucketRegion: "us-east-2",
        cloudProvider: "aws",
        metadataBucketPrefix: "s3://union-acme-prod-123456789012-metadata",
        userRoleKey: "eks.amazonaws.com/role-arn",
        userRole: "arn:aws:iam::123456789012:role/acme-prod-task",
      },
      collectUsages: { enabled: true },
      billing: { model: "ResourceUsage" },
      dependenciesHeartbeat: { proxy: { endpoint: "http://union-operator-proxy.union.svc.cluster.local:10254" } },
      org: { namespaceTemplate: "union" },
      secretsWatcher: { enabled: false, dryRun: true },
    },
    proxy: {
      smConfig: {
        enabled: true,
        type: "AWS",
        awsConfig: { account: "123456789012", region: "us-east-2" },
        webhookHostTemplate: "union-pod-webhook-headless.%s.svc",
      },
      persistedLogs: {
        sourceType: "ObjectStore",
        objectStore: {
          prefix: "persisted-logs",
          pathTemplate:
            "namespace-{{.KubernetesNamespace}}.pod-{{.KubernetesPodName}}.cont-{{.KubernetesContainerName}}",
        },
      },
    },
    plugins: {
      k8s: {
        "default-cpus": "100m",
        "default-memory": "100Mi",
        "default-env-vars": [],
        "default-labels": [],
        "default-pod-template-name": "task-template",
        "default-node-selector": [{ "union.ai/node-role": "worker" }],
        "default-tolerations": [
          { key: "union.ai/node-role", operator: "Equal", value: "worker", effect: "NoSchedule" },
        ],
      },
    },
    storage: {
      container: "union-acme-prod-123456789012-metadata",
      "enable-multicontainer": true,
      type: "stow",
      stow: { kind: "s3", config: { auth_type: "iam", region: "us-east-2" } },
      limits: { maxDownloadMBs: 1024 },
      cache: { max_size_mbs: 0, target_gc_percent: 70 },
    },
    fastRegistrationStorage: {
      container: "union-acme-prod-123456789012-fast-registration",
      type: "stow",
      stow: { kind: "s3", config: { auth_type: "iam", region: "us-east-2" } },
    },
    logger: { level: 4, formatter: { type: "json" }, "show-source": true },
  });
});

test("asks for no more than low-privilege roles give", () => {
  const { operator } = configuration(workloads({ rbac: "low-privilege" }));
  expect(operator).toMatchObject({
    limitNamespace: "union",
    disableClusterPermissions: true,
    collectUsages: { enabled: false },
    secretsWatcher: { namespaces: ["union"] },
  });
});

test("looks for tasks in the namespace of their project and domain", () => {
  const { operator } = configuration(workloads({ taskNamespaces: ["risk-development"] }));
  expect(operator.org).toEqual({ namespaceTemplate: "{{ project }}-{{ domain }}" });
  expect(operator.limitNamespace).toBeUndefined();
});

test.each<[string, Json[], Json[], string]>([
  ["google", [], [], "gs://union-acme-prod-2bf88de6-metadata"],
  [
    "azure",
    [{ AZURE_STORAGE_ACCOUNT_NAME: "acmeprod390a7452" }],
    [{ "azure.workload.identity/use": "true" }],
    "abfs://metadata@acmeprod390a7452.dfs.core.windows.net",
  ],
])("gives task pods on %s what their store and identity ask for", (cloud, variables, labels, prefix) => {
  const { plugins, operator } = configuration(workloads({ cloud }));
  expect(plugins.k8s).toMatchObject({ "default-env-vars": variables, "default-labels": labels });
  expect(operator.clusterData.metadataBucketPrefix).toBe(prefix);
});

test("has no apps: they are for who runs Union's chart", () => {
  const { operator } = configuration(workloads());
  expect([operator.apps, operator.tunnel.enableDirectToAppIngress]).toEqual([{ enabled: false }, false]);
});

const checksums = (stack: Json): Json[] =>
  ["union-operator", "union-operator-proxy", "leaseworker"].map(
    (name) =>
      one(stack, "kubernetes_deployment_v1", name).spec.template.metadata.annotations["union.ai/config-checksum"],
  );

describe.each(CLOUDS)("on %s the pods that read it", (cloud) => {
  const before = checksums(workloads({ cloud }));

  test.each([{ clientId: "other" }, { tenant: "other" }, { organization: "other" }, { region: "eu-west-1" }])(
    "restart with %j",
    (fields) => {
      const after = checksums(workloads({ cloud, ...fields }));
      expect(after.filter((checksum, index) => checksum === before[index])).toEqual([]);
    },
  );

  test("restart neither with a tag nor with a deployment beside this one", () => {
    expect(checksums(workloads({ cloud, tags: { owner: "risk" } }))).toEqual(before);
    const app = Testing.app();
    new WorkloadsStack(app, smallestDeployment({ cloud, name: "acme-other" }));
    const beside = new WorkloadsStack(app, smallestDeployment({ cloud }));
    expect(checksums(JSON.parse(Testing.synth(beside)))).toEqual(before);
  });
});

test("what the tunnel is told restarts the proxy's pods, and no other", () => {
  const templates = (fields: Record<string, unknown>) =>
    podTemplates(workloads(fields)).map(({ name, template }) => [name, JSON.stringify(template)] as const);
  const before = new Map(templates({}));
  for (const tunnel of [{ protocol: "http2" }, { region: "us" }, { remoteDiagnostics: true }]) {
    const changed = templates({ tunnel }).filter(([name, template]) => before.get(name) !== template);
    expect(changed.map(([name]) => name)).toEqual(["union-operator-proxy"]);
  }
});
