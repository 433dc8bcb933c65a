import { MutatingWebhookConfigurationV1 } from "@cdktf/provider-kubernetes/lib/mutating-webhook-configuration-v1";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { POD_WEBHOOK, WEBHOOK_HEADLESS_SERVICE, WEBHOOK_PORT } from "../../config/components";
import { Construct, Fn } from "../../framework";
import type { DataPlane } from "../data-plane";
import { Configuration } from "./configuration";
import { unionEnvironment } from "./environment";
import { type Labels, nameLabel } from "./labels";
import type { Namespace } from "./namespaces";
import { PlatformDeployment, tcpProbe } from "./platform-deployment";
import type { ServiceAccount } from "./service-accounts";
import { CERTIFICATE_SECRET, WebhookCertificate } from "./webhook-certificate";

const CONFIG_FOLDER = "/etc/flyte/config";
const CERTIFICATE_FOLDER = "/etc/webhook/certs";
/** Two, since no pod that asks for a secret is made while none answers. */
const REPLICAS = 2;
/** The Kubernetes API's longest patience with a webhook, in seconds: a secret store may be slow. */
const TIMEOUT = 30;

/** The webhook that gives tasks' pods their secrets: its image, certificate and callers. */
export interface PodWebhookProps {
  /** From where the Kubernetes API calls, which secret store is read, and by which image. */
  readonly dataPlane: DataPlane;
  /** Namespace of the webhook's pods and Service. */
  readonly namespace: Namespace;
  /** Account with the platform's identity, which may read the secrets. */
  readonly serviceAccount: ServiceAccount;
  /** The organization's name at Union: the webhook is asked only about pods whose label `organization` has it. */
  readonly organization: string;
  /** Image by which the certificate's authority is published. */
  readonly kubectlImage: string;
  /** Namespaces where task pods run: the webhook is asked about no other. */
  readonly tasks: readonly Namespace[];
  /** Whether tasks run in `namespace` too. */
  readonly singleNamespace: boolean;
  /**
   * Whether this code reads the certificate's authority back from the cluster, as Terraform can. Otherwise whoever
   * applies the objects writes it into the webhook's configuration.
   */
  readonly readsAuthority: boolean;
}

/**
 * Section of the webhook. Values come from the customer's own store, read as the platform's identity; a secret that is
 * not there is looked up in the pod's namespace, where it may be missing without stopping the task.
 */
export function webhookSection({
  dataPlane: { clusterName, secretManager, images },
}: Pick<PodWebhookProps, "dataPlane">) {
  return {
    webhook: {
      serviceName: POD_WEBHOOK,
      servicePort: 443,
      listenPort: WEBHOOK_PORT,
      secretName: CERTIFICATE_SECRET,
      certDir: CERTIFICATE_FOLDER,
      localCert: true,
      // Whoever may write such a configuration may have the Kubernetes API send it everything.
      disableCreateMutatingWebhookConfig: true,
      secretManagerTypes: ["Embedded", "K8s"],
      embeddedSecretManagerConfig: {
        ...secretManager,
        clusterName,
        // Images come from the customer's registry by the nodes' identity; this would take rights over secrets.
        imagePullSecrets: { enabled: false },
        fileMountInitContainer: { image: images.busybox },
      },
    },
  };
}

/**
 * The webhook that gives a task's pod the secrets that its task asked for. The Kubernetes API asks it about each pod of
 * a task namespace that bears the label for it, and makes no such pod while it does not answer; all other pods are made
 * as ever.
 *
 * Its certificate is made in the cluster, once: see {@link WebhookCertificate}. Document: "Cloudflare Tunnel" (secret
 * values: how a task gets them from the backend).
 */
export class PodWebhook extends Construct {
  constructor(scope: Construct, id: string, props: PodWebhookProps) {
    super(scope, id);
    const { dataPlane, namespace, serviceAccount, kubectlImage, singleNamespace } = props;
    const configuration = new Configuration(this, "configuration", {
      namespace,
      name: `${POD_WEBHOOK}-config`,
      sections: {
        ...(singleNamespace && { propeller: { "limit-namespace": namespace.name } }),
        ...webhookSection(props),
      },
    });
    const config = { name: "config", mountPath: CONFIG_FOLDER, readOnly: true };
    const certificate = new WebhookCertificate(this, "certificate", {
      namespace,
      images: { operator: dataPlane.images.operator, kubectl: kubectlImage },
      configuration,
      configFolder: CONFIG_FOLDER,
      certificateFolder: CERTIFICATE_FOLDER,
    });
    new PlatformDeployment(this, "deployment", {
      namespace,
      name: POD_WEBHOOK,
      serviceAccount,
      replicas: REPLICAS,
      podLabels: dataPlane.identities.platform.podLabels,
      podAnnotations: {
        ...configuration.checksum,
        // A certificate that is made anew restarts the pods, which read it once.
        ...(props.readsAuthority && { "union.ai/authority-checksum": Fn.sha256(certificate.authority()) }),
      },
      containers: [
        {
          name: "webhook",
          image: dataPlane.images.operator,
          command: ["flytepropeller"],
          args: ["webhook", "--config", `${CONFIG_FOLDER}/*.yaml`],
          env: unionEnvironment(namespace),
          port: [
            { name: "https", containerPort: WEBHOOK_PORT },
            { name: "debug", containerPort: 10254 },
          ],
          readinessProbe: tcpProbe("https"),
          livenessProbe: tcpProbe("https"),
          resources: { requests: { cpu: "200m", memory: "500Mi" }, limits: { cpu: "1", memory: "500Mi" } },
          volumeMount: [config, { name: "certificate", mountPath: CERTIFICATE_FOLDER, readOnly: true }],
        },
      ],
      volumes: [
        { name: config.name, configMap: { name: configuration.name } },
        { name: "certificate", secret: { secretName: CERTIFICATE_SECRET, defaultMode: "0440" } },
      ],
    });
    this.services(namespace);
    new PodDisruptionBudgetV1(this, "disruption-budget", {
      ...namespace.object(POD_WEBHOOK),
      spec: { maxUnavailable: "1", selector: { matchLabels: { ...nameLabel(POD_WEBHOOK) } } },
    });
    this.register(props, certificate);
  }

  private services(namespace: Namespace): void {
    const selector: Labels = nameLabel(POD_WEBHOOK);
    new ServiceV1(this, "service", {
      ...namespace.object(POD_WEBHOOK),
      spec: {
        type: "ClusterIP",
        selector: { ...selector },
        port: [
          { name: "https", port: 443, targetPort: "https" },
          { name: "debug", port: 10254, targetPort: "debug" },
        ],
      },
    });
    new ServiceV1(this, "headless", {
      ...namespace.object(WEBHOOK_HEADLESS_SERVICE),
      spec: {
        type: "ClusterIP",
        clusterIp: "None",
        selector: { ...selector },
        port: [{ name: "cache-internal", port: WEBHOOK_PORT, targetPort: "https" }],
      },
    });
  }

  private register(
    { organization, tasks, readsAuthority, namespace }: PodWebhookProps,
    certificate: WebhookCertificate,
  ) {
    new MutatingWebhookConfigurationV1(this, "registration", {
      metadata: { name: `${POD_WEBHOOK}-${organization}` },
      webhook: [
        {
          name: `${POD_WEBHOOK}.flyte.org`,
          admissionReviewVersions: ["v1", "v1beta1"],
          clientConfig: {
            ...(readsAuthority && { caBundle: certificate.authority() }),
            service: { name: POD_WEBHOOK, namespace: namespace.name, path: "/mutate--v1-pod/secrets", port: 443 },
          },
          failurePolicy: "Fail",
          matchPolicy: "Equivalent",
          namespaceSelector: {
            matchExpressions: [
              { key: "kubernetes.io/metadata.name", operator: "In", values: tasks.map(({ name }) => name) },
            ],
          },
          objectSelector: { matchLabels: { "inject-flyte-secrets": "true", organization } },
          reinvocationPolicy: "Never",
          rule: [
            { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"], scope: "Namespaced" },
          ],
          sideEffects: "NoneOnDryRun",
          timeoutSeconds: TIMEOUT,
        },
      ],
    });
  }
}
