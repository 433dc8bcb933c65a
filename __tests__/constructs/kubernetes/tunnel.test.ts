import { all, container, one, workloads } from "../../support/workloads";

const NAME = "union-operator-proxy";

const START = ["cloudflared", "tunnel", "--no-autoupdate", "--metrics", "0.0.0.0:2000"];

test.each<[string, Record<string, unknown>, string[]]>([
  ["by default", {}, []],
  ["over TCP", { tunnel: { protocol: "http2" } }, ["--protocol", "http2"]],
  ["over UDP", { tunnel: { protocol: "quic" } }, ["--protocol", "quic"]],
  ["to one region", { tunnel: { region: "us" } }, ["--region", "us"]],
  [
    "to the region that egress names",
    { tunnel: { protocol: "http2" }, egress: { mode: "tunnel-regions", tunnelRegions: ["fed"] } },
    ["--protocol", "http2", "--region", "fed"],
  ],
])("cloudflared connects %s", (_name, fields, options) => {
  expect(container(workloads(fields), NAME, "tunnel").args).toEqual([...START, ...options, "run"]);
});

const stack = workloads();
const deployment = one(stack, "kubernetes_deployment_v1", NAME);

test("the token comes from the secret that the operator fills, which may come later, by its environment alone", () => {
  expect(container(stack, NAME, "tunnel").env[0]).toEqual({
    name: "TUNNEL_TOKEN",
    value_from: { secret_key_ref: { name: "union-secret-auth", key: "tunnel_token", optional: true } },
  });
  expect(JSON.stringify(container(stack, NAME, "tunnel").args)).not.toContain("TOKEN");
  expect(deployment.wait_for_rollout).toBe(false);
});

test.each<[string, Record<string, unknown>, string, string]>([
  ["by default", {}, "false", "false"],
  ["with diagnostics from outside", { tunnel: { remoteDiagnostics: true } }, "true", "false"],
  ["over TCP alone, whose UDP is closed", { tunnel: { protocol: "http2" } }, "false", "true"],
  [
    "where Cloudflare's API may be closed",
    { egress: { mode: "list", cidrs: ["198.41.128.0/17", "2606:4700::/32"] } },
    "false",
    "true",
  ],
])(
  "%s, cloudflared shows itself and looks around no further than it may",
  (_name, fields, diagnostics, noPreChecks) => {
    expect(container(workloads(fields), NAME, "tunnel").env.slice(1)).toEqual([
      { name: "TUNNEL_MANAGEMENT_DIAGNOSTICS", value: diagnostics },
      { name: "TUNNEL_NO_PRECHECKS", value: noPreChecks },
    ]);
  },
);

test("a pod is ready with a live connection, and not restarted for the lack of one", () => {
  const { readiness_probe, liveness_probe, port } = container(stack, NAME, "tunnel");
  expect(port).toEqual([{ name: "metrics", container_port: 2000 }]);
  expect(readiness_probe.http_get).toEqual({ path: "/ready", port: "metrics" });
  expect(liveness_probe.http_get).toEqual({ path: "/metrics", port: "metrics" });
});

test("the operator reaches the proxy without a live tunnel", () => {
  expect(one(stack, "kubernetes_service_v1", NAME).spec).toEqual({
    type: "ClusterIP",
    publish_not_ready_addresses: true,
    selector: { "app.kubernetes.io/name": NAME },
    port: [
      { name: "http", port: 8080, target_port: "http" },
      { name: "debug", port: 10254, target_port: "debug" },
    ],
  });
});

test("Terraform leaves the operator's restart alone", () => {
  expect(deployment.lifecycle.ignore_changes).toEqual([
    'spec[0].template[0].metadata[0].annotations["kubectl.kubernetes.io/restartedAt"]',
  ]);
});

test("an update or a drain never takes the last tunnel", () => {
  expect(deployment.spec.strategy.rolling_update).toEqual({ max_surge: "1", max_unavailable: "0" });
  expect(deployment.spec.template.metadata.annotations).toMatchObject({
    "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    "karpenter.sh/do-not-disrupt": "true",
  });
  const budget = one(stack, "kubernetes_pod_disruption_budget_v1", NAME);
  expect(budget.spec).toEqual({
    max_unavailable: "1",
    selector: { match_labels: { "app.kubernetes.io/name": NAME } },
  });
});

test.each([
  [1, 0],
  [3, 1],
])(
  "%i replicas have %i disruption budgets: a budget of the only pod would hold up every drain",
  (replicas, budgets) => {
    const sized = workloads({ tunnel: { replicas } });
    expect(one(sized, "kubernetes_deployment_v1", NAME).spec.replicas).toBe(String(replicas));
    expect(
      all(sized, "kubernetes_pod_disruption_budget_v1").filter(({ metadata }) => metadata.name === NAME),
    ).toHaveLength(budgets);
  },
);

test("the proxy runs as Union documents it", () => {
  expect(container(stack, NAME, "operator-proxy")).toMatchObject({
    image: "123456789012.dkr.ecr.us-east-2.amazonaws.com/acme-prod/ecr/p0i0a9q8/unionoperator:2026.8.3",
    args: ["operator", "proxy", "--config", "/etc/union/config/*.yaml"],
    port: [
      { name: "http", container_port: 8089 },
      { name: "connect", container_port: 8080 },
      { name: "grpc", container_port: 8081 },
      { name: "debug", container_port: 10254 },
    ],
    resources: { requests: { cpu: "500m", memory: "500Mi" }, limits: { cpu: "3", memory: "3Gi" } },
  });
});
