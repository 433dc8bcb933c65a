import { stringify } from "yaml";
import { CHART, CHART_PODS } from "../../config/chart";
import { isStopped } from "../../config/channels";
import { OPERATOR_PROXY, taskTemplate } from "../../config/components";
import { controlPlaneHost } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import { CHARTS_REFERENCE, operatorsImageBuilder } from "../../config/image-builder";
import { type ImageName, imageReference } from "../../config/images";
import { scrapeConfigs, STATE_OBJECTS, STATE_SERIES } from "../../config/metrics";
import {
  clusterName,
  infrastructureStack,
  PLATFORM_NAMESPACE,
  namespacesOfTasks,
  workloadsStack,
} from "../../config/names";
import { ON_SERVICES, taskScheduling } from "../../config/scheduling";
import type { ChartValues } from "../clouds/chart-values";
import { cloudOf } from "../clouds/index";
import { gatewayValues } from "./gateway";

/**
 * A values file for Union's own dataplane chart, for a deployment with `workloads: chart`: with it alone, `helm install`
 * comes up beside the stack that guards it, and pulls no image from a public registry. It holds no secret.
 */
export function chartValues(deployment: Deployment): string {
  const { rbac, taskEgress, tunnel, appsAndServing, clientId, organization } = deployment;
  const cloud = cloudOf(deployment).chartValues();
  const { type: secretStore, config: secretConfig } = cloud.secretManager;
  const values = {
    global: {
      CONTROLPLANE_HOST: controlPlaneHost(deployment.tenant, deployment.region),
      CLUSTER_NAME: clusterName(deployment),
      ORG_NAME: organization,
      AUTH_CLIENT_ID: clientId,
      ...cloud.global,
    },
    provider: cloud.provider,
    low_privilege: rbac === "low-privilege",
    namespaces: { enabled: deployment.taskNamespaces.length > 0 },
    storage: cloud.storage,
    additionalServiceAccountAnnotations: { [cloud.identityAnnotation]: cloud.identities.platform },
    ...(cloud.podLabels && { additionalPodLabels: cloud.podLabels }),
    userRoleAnnotationKey: cloud.identityAnnotation,
    userRoleAnnotationValue: cloud.identities.task,
    // Terraform writes it from the customer's store.
    secrets: { admin: { create: false, clientId } },
    image: {
      union: imageKeys(deployment, "operator"),
      kubectl: imageKeys(deployment, "beforeUpgrade"),
      flytecopilot: imageKeys(deployment, "copilot"),
      ...(appsAndServing && { envoy: imageKeys(deployment, "envoy") }),
    },
    scheduling: ON_SERVICES,
    proxy: {
      replicas: isStopped(deployment, OPERATOR_PROXY) ? 0 : tunnel.replicas,
      secretManager: { enabled: true, type: secretStore },
    },
    leaseworker: { config: { unionAuth: { injectSecret: taskEgress === "control-plane" } } },
    flytepropellerwebhook: podWebhook(deployment),
    config: {
      core: {
        webhook: {
          embeddedSecretManagerConfig: {
            ...secretConfig,
            // Images come from the customer's registry by the nodes' identity; this would take rights over secrets.
            imagePullSecrets: { enabled: false },
            fileMountInitContainer: { image: imageReference(deployment, "busybox") },
          },
        },
      },
      k8s: {
        plugins: {
          k8s: {
            "default-pod-template-name": taskTemplate(deployment),
            ...cloud.taskPods,
            ...taskScheduling(deployment),
          },
        },
      },
      proxy: { smConfig: secretConfig, persistedLogs: cloud.persistedLogs },
      ...(deployment.components.imageBuilder && {
        configOverrides: { operator: { imageBuilder: operatorsImageBuilder(CHARTS_REFERENCE) } },
      }),
    },
    flyteconnector: connectors(deployment, cloud),
    prometheus: metrics(deployment),
    ...gatewayValues(deployment),
    ...NOT_OF_THE_CHART,
  };
  return `${header(deployment, cloud)}${stringify(values, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/**
 * What the guarding stack brings in namespaces of its own, since Pod Security forbids it beside the platform; and
 * Knative's operator, whose images no value moves to the customer's registry: see {@link gatewayValues}.
 */
const NOT_OF_THE_CHART = {
  fluentbit: { enabled: false },
  imageBuilder: { enabled: false },
  "knative-operator": { enabled: false },
  "dcgm-exporter": { enabled: false },
} as const;

function podWebhook(deployment: Deployment): Record<string, unknown> {
  const values = namespacesOfTasks(deployment);
  return {
    // No pod that asks for a secret is made while none answers.
    replicaCount: 2,
    // The API asks it about no pod but tasks'.
    webhook: {
      webhooks: {
        secrets: {
          namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values }] },
        },
      },
    },
    // Tidies up before an upgrade from versions that are older than any that this file is for.
    legacyWebhookCleanup: { enabled: false },
  };
}

function connectors(deployment: Deployment, cloud: ChartValues): Record<string, unknown> {
  if (!deployment.components.connectors) return { enabled: false };
  return {
    enabled: true,
    image: imageKeys(deployment, "connectors"),
    ...ON_SERVICES,
    // The chart's would hand out a token of the Kubernetes API, of which connectors have no use.
    serviceAccount: { create: false },
    ...cloud.connectors,
  };
}

/** The chart's own scrapes skip the verification of certificates: these are what this package's own Prometheus has. */
function metrics(deployment: Deployment): Record<string, unknown> {
  if (!deployment.components.metrics) return { enabled: false };
  const standard = deployment.rbac === "standard";
  const reach = standard ? "cluster" : "namespace";
  const state = imageKeys(deployment, "kubeStateMetrics");
  const [registry = "", ...path] = state.repository.split("/");
  return {
    enabled: true,
    // By itself the chart gives these rights in its low-privilege mode only, and then within the namespace.
    rbac: { create: standard },
    server: { ...ON_SERVICES, image: imageKeys(deployment, "prometheus") },
    // An upgrade makes Prometheus anew, which then reads its configuration.
    configmapReload: { prometheus: { enabled: false } },
    serverFiles: {
      "prometheus.yml": {
        scrape_configs: scrapeConfigs({
          namespace: PLATFORM_NAMESPACE,
          reach,
          platform: { "app.kubernetes.io/instance": CHART.release },
          kubeStateMetrics: CHART_PODS.kubeStateMetrics.name,
        }),
      },
    },
    extraScrapeConfigs: "",
    "kube-state-metrics": {
      ...ON_SERVICES,
      // The chart's own role in its low-privilege mode is bound to an account that is not there.
      rbac: { create: true, useClusterRole: standard },
      releaseNamespace: false,
      ...(!standard && { namespaces: PLATFORM_NAMESPACE }),
      collectors: Object.values(STATE_OBJECTS[reach]).flat(),
      image: { registry, repository: path.join("/"), tag: state.tag },
      metricAllowlist: STATE_SERIES,
    },
  };
}

/** An image's reference as the chart's `repository` and `tag`. */
function imageKeys(deployment: Deployment, name: ImageName): { readonly repository: string; readonly tag: string } {
  const reference = imageReference(deployment, name);
  const colon = reference.lastIndexOf(":");
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

/** What the file can't do by itself, in the order in which it works. */
function header(deployment: Deployment, { settings }: ChartValues): string {
  const { name } = deployment;
  const further = settings.map((setting) => ` \\\n#     --set ${setting}`).join("");
  const lines = [
    `Values of Union's dataplane chart for deployment '${name}': VALUES below is this file.`,
    "",
    "1. Infrastructure.",
    "",
    `  npm run deploy -- ${name} --stacks ${infrastructureStack(deployment)}`,
    "",
    "2. From a machine that reaches the internet, once: the images that the registry does not fetch by itself.",
    "",
    `  npx dataplane images ${name}`,
    "",
    "3. The client secret into your own store: output 'client_secret_command' of the infrastructure.",
    "",
    `4. From inside of the network, as the next: stack ${workloadsStack(deployment)}, with namespaces, network policies and quotas.`,
    "",
    `  npm run deploy -- ${name} --stacks ${workloadsStack(deployment)}`,
    "",
    "5. The chart, into the namespace that is there now. To judge it first, see docs/helm.md.",
    "",
    `  helm repo add unionai ${CHART.repository}`,
    "  helm repo update unionai",
    `  helm upgrade --install ${CHART.release} unionai/${CHART.name} --version ${CHART.version} \\`,
    `    --namespace ${PLATFORM_NAMESPACE} --values VALUES --wait --timeout 15m${further}`,
  ];
  return `${lines.map((line) => `# ${line}`.trimEnd()).join("\n")}\n`;
}
