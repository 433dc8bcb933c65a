import { Command } from "commander";
import { stringify } from "yaml";
import { controlPlaneHost } from "../config/control-plane";
import type { Deployment } from "../config/deployment";
import { imageReference } from "../config/images";
import { ConfigError, loadDeployments } from "../config/loader";
import {
  clientSecretName,
  clusterName,
  fastRegistrationBucket,
  FLUENT_BIT_SERVICE_ACCOUNT,
  fluentBitRole,
  metadataBucket,
  PLATFORM_NAMESPACE,
  platformRole,
  roleArn,
  taskRole,
} from "../config/names";
import { deploymentPaths } from "../config/paths";
import type { Answer } from "./answer";

const ROLE_ANNOTATION = "eks.amazonaws.com/role-arn";

/** `dataplane values NAME` */
export function valuesCommand(answer: Answer): Command {
  return new Command("values")
    .description("Print a values file for Union's own Helm chart, for a deployment with 'workloads: chart'.")
    .argument("<name>", "the deployment's name")
    .action((name: string) => {
      const deployments = loadDeployments(deploymentPaths()).map(({ deployment }) => deployment);
      const found = deployments.find((deployment) => deployment.name === name);
      if (!found) {
        const names = deployments.map((deployment) => deployment.name).join(", ");
        throw new ConfigError([`'${name}' is no deployment (allowed: ${names})`]);
      }
      answer(chartValues(found), 0);
    });
}

/**
 * A values file for Union's own dataplane chart, for a deployment with `workloads: chart`. It holds no secret: the
 * chart is told to expect one, and the file's first lines say how to make it from the customer's store.
 */
export function chartValues(deployment: Deployment): string {
  const { account, cloudRegion, rbac, taskNamespaces, tunnel, appsAndServing } = deployment;
  const platformArn = roleArn(deployment, platformRole(deployment));
  const taskArn = roleArn(deployment, taskRole(deployment));
  const [repository, tag] = splitTag(imageReference(deployment, "operator"));
  const values = {
    global: {
      UNION_CONTROL_PLANE_HOST: controlPlaneHost(deployment.tenant, deployment.region),
      CLUSTER_NAME: clusterName(deployment),
      ORG_NAME: deployment.organization,
      CLIENT_ID: deployment.clientId,
      METADATA_BUCKET: metadataBucket(deployment),
      FAST_REGISTRATION_BUCKET: fastRegistrationBucket(deployment),
      AWS_ACCOUNT_ID: account,
      AWS_REGION: cloudRegion,
      BACKEND_IAM_ROLE_ARN: platformArn,
      WORKER_IAM_ROLE_ARN: taskArn,
    },
    provider: "aws",
    low_privilege: rbac === "low-privilege",
    ...(taskNamespaces.length > 0 && { namespaces: { enabled: true, static: taskNamespaces } }),
    storage: {
      provider: "aws",
      authType: "iam",
      bucketName: metadataBucket(deployment),
      fastRegistrationBucketName: fastRegistrationBucket(deployment),
      region: cloudRegion,
      enableMultiContainer: true,
    },
    additionalServiceAccountAnnotations: { [ROLE_ANNOTATION]: platformArn },
    userRoleAnnotationKey: ROLE_ANNOTATION,
    userRoleAnnotationValue: taskArn,
    secrets: { admin: { create: false, clientId: deployment.clientId } },
    image: { union: { repository, tag } },
    scheduling: {
      nodeSelector: { "union.ai/node-role": "services" },
      tolerations: [{ key: "union.ai/node-role", operator: "Equal", value: "services", effect: "NoSchedule" }],
    },
    proxy: { replicas: tunnel.replicas, secretManager: { enabled: true, type: "AWS" } },
    config: { proxy: { smConfig: { awsConfig: { account, region: cloudRegion } } } },
    fluentbit: {
      serviceAccount: {
        name: FLUENT_BIT_SERVICE_ACCOUNT,
        annotations: { [ROLE_ANNOTATION]: roleArn(deployment, fluentBitRole(deployment)) },
      },
    },
    serving: { enabled: appsAndServing },
  };
  return `${header(deployment)}${stringify(values, { lineWidth: 0 })}`;
}

/** What the file can't do by itself. */
function header(deployment: Deployment): string {
  const { name, cloudRegion, clientSecretArn = clientSecretName(deployment) } = deployment;
  const lines = [
    `Values of Union's dataplane chart for deployment '${name}'. The client secret is not in this file; make it first:`,
    "",
    `  kubectl create secret generic union-secret-auth -n ${PLATFORM_NAMESPACE} \\`,
    `    --from-file=client_secret=<(aws secretsmanager get-secret-value --region ${cloudRegion} \\`,
    `      --secret-id ${clientSecretArn} --query SecretString --output text | tr -d '\\n')`,
    "",
    `  helm upgrade --install unionai-dataplane unionai/dataplane -n ${PLATFORM_NAMESPACE} --values FILE`,
  ];
  return `${lines.map((line) => `# ${line}`.trimEnd()).join("\n")}\n`;
}

/** `REGISTRY/REPOSITORY:TAG` as its two parts. */
function splitTag(reference: string): [repository: string, tag: string] {
  const colon = reference.lastIndexOf(":");
  return [reference.slice(0, colon), reference.slice(colon + 1)];
}
