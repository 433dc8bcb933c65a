import { parse } from "yaml";
import { type Json, one, workloads } from "../../support/workloads";

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
    sharedService: { port: 8081 },
    operator: {
      enabled: true,
      enableTunnelService: true,
      tunnel: { enableDirectToAppIngress: false, deploymentToRestart: "union-operator-proxy" },
      clusterId: { organization: "acme", name: "acme-prod" },
      clusterData: {
        appId: "acme-prod",
        cloudHostName: "acme.hosted.unionai.cloud",
        bucketName: "union-acme-prod-123456789012-metadata",
        bucketRegion: "us-east-2",
        cloudProvider: "aws",
        metadataBucketPrefix: "s3://",
        userRoleKey: "eks.amazonaws.com/role-arn",
        userRole: "arn:aws:iam::123456789012:role/acme-prod-task",
      },
      dependenciesHeartbeat: { proxy: { endpoint: "http://union-operator-proxy.union.svc.cluster.local:10254" } },
    },
    proxy: {
      smConfig: { enabled: true, type: "AWS", awsConfig: { account: "123456789012", region: "us-east-2" } },
      persistedLogs: {
        sourceType: "CloudWatch",
        cloudWatch: { region: "us-east-2", logGroup: "/union/acme-prod/pods" },
      },
    },
    storage: {
      container: "union-acme-prod-123456789012-metadata",
      "enable-multicontainer": true,
      type: "stow",
      stow: { kind: "s3", config: { auth_type: "iam", region: "us-east-2" } },
    },
    fastRegistrationStorage: {
      container: "union-acme-prod-123456789012-fast-registration",
      type: "stow",
      stow: { kind: "s3", config: { auth_type: "iam", region: "us-east-2" } },
    },
  });
});

test("keeps the operator to its namespace with low-privilege roles", () => {
  const { operator } = configuration(workloads({ rbac: "low-privilege" }));
  expect(operator).toMatchObject({ limitNamespace: "union", disableClusterPermissions: true });
});

test("leads the tunnel's app requests to Kourier inside the cluster", () => {
  const { operator } = configuration(workloads({ appsAndServing: true }));
  expect(operator.tunnel).toMatchObject({
    enableDirectToAppIngress: true,
    appIngressOriginURL: "http://kourier-internal.kourier-system.svc.cluster.local",
  });
});

test("restarts the pods that read it when it changes, and only then", () => {
  const checksums = (stack: Json) =>
    ["union-operator", "union-operator-proxy"].map(
      (name) =>
        one(stack, "kubernetes_deployment_v1", name).spec.template.metadata.annotations["union.ai/config-checksum"],
    );
  const before = checksums(workloads());
  expect(new Set(before).size).toBe(1);
  expect(checksums(workloads({ tags: { owner: "risk" } }))).toEqual(before);
  expect(checksums(workloads({ clientId: "other" }))).not.toEqual(before);
});
