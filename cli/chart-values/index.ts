import { stringify } from "yaml";
import { controlPlaneHost } from "../../config/control-plane";
import type { Deployment } from "../../config/deployment";
import { buildRepositoryOf, imageReference } from "../../config/images";
import { sectionsText } from "../../config/logs";
import { clusterName, FLUENT_BIT_SERVICE_ACCOUNT, PLATFORM_NAMESPACE } from "../../config/names";
import { ON_SERVICES, onWorkers, taskScheduling } from "../../config/scheduling";
import { awsValues } from "./aws";
import { azureValues } from "./azure";
import { googleValues } from "./google";
import type { CloudValues } from "./cloud-values";

/**
 * A values file for Union's own dataplane chart, for a deployment with `workloads: chart`. It holds no secret: the
 * chart is told to expect one, and the file's first lines say how to make it from the customer's store.
 */
export function chartValues(deployment: Deployment): string {
  const { rbac, taskNamespaces, tunnel, appsAndServing, clientId, organization } = deployment;
  const cloud = cloudValues(deployment);
  const [repository, tag] = splitTag(imageReference(deployment, "operator"));
  const annotation = (value: string) => ({ [cloud.identityAnnotation]: value });
  const values = {
    global: {
      UNION_CONTROL_PLANE_HOST: controlPlaneHost(deployment.tenant, deployment.region),
      CLUSTER_NAME: clusterName(deployment),
      ORG_NAME: organization,
      CLIENT_ID: clientId,
      ...cloud.global,
    },
    provider: cloud.provider,
    low_privilege: rbac === "low-privilege",
    ...(taskNamespaces.length > 0 && { namespaces: { enabled: true, static: taskNamespaces } }),
    storage: cloud.storage,
    additionalServiceAccountAnnotations: annotation(cloud.identities.platform),
    ...(cloud.podLabels && { additionalPodLabels: cloud.podLabels }),
    userRoleAnnotationKey: cloud.identityAnnotation,
    userRoleAnnotationValue: cloud.identities.task,
    secrets: { admin: { create: false, clientId } },
    image: { union: { repository, tag } },
    ...scheduling(deployment),
    ...components(deployment, annotation(cloud.identities.task)),
    proxy: { replicas: tunnel.replicas, secretManager: { enabled: true, type: cloud.secretManager.type } },
    config: {
      ...cloud.config,
      k8s: { plugins: { k8s: { ...cloud.taskPods, ...taskScheduling(deployment) } } },
      proxy: { smConfig: cloud.secretManager.config, persistedLogs: cloud.persistedLogs },
    },
    fluentbit: cloud.fluentBit
      ? {
          enabled: true,
          serviceAccount: {
            create: true,
            name: FLUENT_BIT_SERVICE_ACCOUNT,
            annotations: annotation(cloud.fluentBit.identity),
          },
          ...(cloud.fluentBit.filters && { additionalFilters: sectionsText("FILTER", cloud.fluentBit.filters) }),
          additionalOutputs: sectionsText("OUTPUT", cloud.fluentBit.outputs),
        }
      : { enabled: false },
    serving: { enabled: appsAndServing },
  };
  return `${header(deployment, cloud)}${stringify(values, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function cloudValues(deployment: Deployment): CloudValues {
  switch (deployment.cloud) {
    case "aws":
      return awsValues(deployment);
    case "google":
      return googleValues(deployment);
    case "azure":
      return azureValues(deployment);
  }
}

/**
 * Where the chart's pods run. What `scheduling` says reaches the parts that Union wrote; the others have keys of their
 * own. Fluent Bit tolerates every taint already.
 */
function scheduling({ appsAndServing }: Deployment): Record<string, unknown> {
  return {
    scheduling: ON_SERVICES,
    // Takes tolerations from nowhere, and serves apps only.
    "knative-operator": { enabled: appsAndServing },
    // Its job before each upgrade takes none either, and tidies up after versions older than any that this file is for.
    flytepropellerwebhook: { legacyWebhookCleanup: { enabled: false } },
  };
}

/** The further parts of the data plane, each of which the chart has unless it is told otherwise. */
function components(
  deployment: Deployment,
  taskIdentity: Readonly<Record<string, string>>,
): Record<"flyteconnector" | "imageBuilder" | "prometheus", unknown> {
  const { connectors, imageBuilder, metrics } = deployment.components;
  return {
    flyteconnector: {
      enabled: connectors,
      ...(connectors && { ...ON_SERVICES, serviceAccount: { annotations: taskIdentity } }),
    },
    imageBuilder: {
      enabled: imageBuilder,
      ...(imageBuilder && {
        authenticationType: deployment.cloud,
        defaultRepository: buildRepositoryOf(deployment),
        // It runs what users write, as tasks do.
        buildkit: onWorkers(deployment),
      }),
    },
    prometheus: { enabled: metrics, ...(metrics && { server: ON_SERVICES, "kube-state-metrics": ON_SERVICES }) },
  };
}

/** What the file can't do by itself. */
function header({ name }: Deployment, { readClientSecret, settings }: CloudValues): string {
  const lines = [
    `Values of Union's dataplane chart for deployment '${name}'. The client secret is not in this file; make it first:`,
    "",
    `  kubectl create secret generic union-secret-auth -n ${PLATFORM_NAMESPACE} \\`,
    `    --from-file=client_secret=<(${readClientSecret.join(" \\\n#       ")})`,
    "",
    `  helm upgrade --install unionai-dataplane unionai/dataplane -n ${PLATFORM_NAMESPACE} --values FILE${settings.map((setting) => ` \\\n#     --set ${setting}`).join("")}`,
  ];
  return `${lines.map((line) => `# ${line}`.trimEnd()).join("\n")}\n`;
}

/** `REGISTRY/REPOSITORY:TAG` as its two parts. */
function splitTag(reference: string): [repository: string, tag: string] {
  const colon = reference.lastIndexOf(":");
  return [reference.slice(0, colon), reference.slice(colon + 1)];
}
