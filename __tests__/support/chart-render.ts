import { CHART, CHART_PODS, hasChartPod, type ChartPod, type ChartPodName } from "../../config/chart";
import { CONNECTORS, taskTemplate } from "../../config/components";
import type { Deployment } from "../../config/deployment";
import { imageReference } from "../../config/images";
import { clusterName, PLATFORM_NAMESPACE } from "../../config/names";
import { smallestDeployment } from "./deployments";
import { type Json, one, workloads } from "./workloads";

/**
 * What `helm template` of Union's chart comes to, as far as it is judged: the pods of `config/chart.ts`, and the
 * configuration that this package gives the same parts by itself. Faultless, which the chart is not in all. As there, some
 * objects name no namespace.
 */
export function chartRender(fields: Readonly<Record<string, unknown>>): Json[] {
  const deployment = smallestDeployment(fields);
  const own = workloads({ ...fields, workloads: "stack", appsAndServing: false });
  const configuration = (name: string): string =>
    one(own, "kubernetes_config_map_v1", name).data["config.yaml"].replaceAll(
      `default-pod-template-name: ${taskTemplate({ workloads: "stack" })}`,
      `default-pod-template-name: ${taskTemplate(deployment)}`,
    );
  const pods = (Object.keys(CHART_PODS) as ChartPodName[]).filter((name) => hasChartPod(deployment, name));
  const { annotations } = one(own, "kubernetes_service_account_v1", "union-system").metadata;
  const accounts = [...new Set(pods.map((name) => CHART_PODS[name].serviceAccount))].filter(
    (name) => name !== "default" && name !== CONNECTORS,
  );
  return [
    object("v1", "Secret", "operator-cluster-name", {
      data: { cluster_name: Buffer.from(clusterName(deployment)).toString("base64") },
    }),
    object("v1", "Secret", "union-pod-webhook", { data: { "tls.key": "ZHJhd24=" } }, PLATFORM_NAMESPACE),
    ...accounts.map((name) => ({
      ...object("v1", "ServiceAccount", name, {}, PLATFORM_NAMESPACE),
      ...(name === "union-system" && { metadata: { name, namespace: PLATFORM_NAMESPACE, annotations } }),
    })),
    ...rights(accounts),
    object("v1", "ConfigMap", "union-operator", { data: { "config.yaml": configuration("union-operator") } }),
    object(
      "v1",
      "ConfigMap",
      "leaseworker",
      {
        data: {
          "config.yaml": configuration("leaseworker"),
          "webhook.yaml": configuration("union-pod-webhook-config"),
        },
      },
      PLATFORM_NAMESPACE,
    ),
    ...pods.filter((name) => name !== "beforeUpgrade").map((name) => workload(name, deployment)),
    ...SERVICES.map(([name, ...ports]) =>
      object("v1", "Service", name, { spec: { type: "ClusterIP", ports: ports.map((port) => ({ port })) } }),
    ),
    registration(deployment),
  ];
}

const object = (apiVersion: string, kind: string, name: string, rest: object, namespace?: string): Json => ({
  apiVersion,
  kind,
  metadata: {
    name,
    ...(namespace !== undefined && { namespace }),
    labels: { "app.kubernetes.io/instance": CHART.release },
  },
  ...rest,
});

const SERVICES: readonly (readonly [name: string, ...ports: number[]])[] = [
  ["union-operator-proxy", 8080, 10254],
  ["union-operator-leaseworker", 15605],
  ["union-operator-prometheus", 80],
  ["union-operator-gateway", 80, 8888],
  ["union-pod-webhook", 443],
  ["union-pod-webhook-headless", 9443],
];

// ---------------------------------------------------------------- rights

const RBAC = "rbac.authorization.k8s.io";
const account = (name: string) => ({ kind: "ServiceAccount", name, namespace: PLATFORM_NAMESPACE });

function rights(accounts: readonly string[]): Json[] {
  const role = (kind: "Role" | "ClusterRole", name: string, rule: object, subjects: readonly string[]) => [
    object(`${RBAC}/v1`, kind, name, { rules: [rule] }),
    object(`${RBAC}/v1`, `${kind}Binding`, name, {
      roleRef: { apiGroup: RBAC, kind, name },
      subjects: subjects.map(account),
    }),
  ];
  const operators = {
    apiGroups: ["*"],
    resources: ["secrets", "deployments"],
    verbs: ["get", "list", "watch", "create", "update"],
  };
  return [
    ...role("ClusterRole", "reads-pods", { apiGroups: [""], resources: ["pods"], verbs: ["get"] }, accounts),
    ...role("Role", "operator-system", operators, ["union-system"]),
    ...role("ClusterRole", "reads-kubelets", { apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get"] }, [
      CHART_PODS.prometheus.serviceAccount,
    ]),
  ];
}

// ---------------------------------------------------------------- pods

/** ConfigMap that a pod's first container reads, its arguments, and whether it has the client secret. */
const TOLD: Partial<Record<ChartPodName, { map: string; args?: string[]; secret?: true }>> = {
  operator: {
    map: "union-operator",
    args: ["operator", "--operator.tunnel.k8sSecretName", "union-secret-auth"],
    secret: true,
  },
  operatorProxy: { map: "union-operator", secret: true },
  leaseWorker: { map: "leaseworker", secret: true },
  podWebhook: { map: "leaseworker" },
};

function workload(name: ChartPodName, deployment: Deployment): Json {
  const pod: ChartPod = CHART_PODS[name];
  const { map, args, secret } = TOLD[name] ?? {};
  const image = imageReference(deployment, "operator");
  const volumes = [
    ...(map === undefined ? [] : [{ name: "config", configMap: { name: map } }]),
    ...(secret ? [{ name: "secret", secret: { secretName: "union-secret-auth" } }] : []),
  ];
  const mountPaths: Readonly<Record<string, string>> = { config: "/etc/union/config", secret: "/etc/union/secret" };
  const main = {
    name: "main",
    image,
    ...(args && { args }),
    volumeMounts: volumes.map((volume) => ({ name: volume.name, mountPath: mountPaths[volume.name] })),
  };
  return object("apps/v1", pod.kind, pod.name, {
    spec: {
      template: {
        metadata: { labels: { ...pod.labels } },
        spec: {
          serviceAccountName: pod.serviceAccount,
          // The gateway and Knative's pods take none.
          ...(pod.part !== "apps" && { nodeSelector: { "union.ai/node-role": "services" } }),
          containers: name === "operatorProxy" ? [main, tunnel(image)] : [main],
          volumes,
        },
      },
    },
  });
}

const tunnel = (image: string) => ({
  name: "tunnel",
  image,
  args: ["cloudflared", "tunnel", "--no-autoupdate", "run"],
  env: [
    {
      name: "TUNNEL_TOKEN",
      valueFrom: { secretKeyRef: { name: "union-secret-auth", key: "tunnel_token", optional: true } },
    },
    { name: "TUNNEL_MANAGEMENT_DIAGNOSTICS", value: "false" },
  ],
});

// ---------------------------------------------------------------- admission

const registration = ({ organization }: Deployment): Json =>
  object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", `union-pod-webhook-${organization}`, {
    webhooks: [
      {
        clientConfig: { service: { name: "union-pod-webhook", namespace: PLATFORM_NAMESPACE } },
        failurePolicy: "Fail",
        objectSelector: { matchLabels: { "inject-flyte-secrets": "true", organization } },
        rules: [{ operations: ["CREATE"], resources: ["pods"] }],
      },
    ],
  });
