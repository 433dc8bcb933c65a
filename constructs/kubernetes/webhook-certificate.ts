import { DataKubernetesConfigMapV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-config-map-v1";
import { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import { WEBHOOK_CERTIFICATE } from "../../config/components";
import { Construct } from "../../framework";
import type { Configuration } from "./configuration";
import { fromField } from "./environment";
import { platformLabels } from "./labels";
import type { Namespace } from "./namespaces";
import { platformPod } from "./platform-deployment";
import { NamespaceRole, type Rule } from "./rbac";
import { ServiceAccount } from "./service-accounts";

/** Secret with the webhook's certificate and key. */
export const CERTIFICATE_SECRET = "union-pod-webhook";
/** ConfigMap with the certificate's authority, which is no secret. */
export const AUTHORITY = "union-pod-webhook-ca";
const AUTHORITY_KEY = "ca.crt";

/** Whose certificate it is, and what publishes its authority. */
export interface WebhookCertificateProps {
  /** Namespace of the webhook, where the certificate's Secret lies. */
  readonly namespace: Namespace;
  /** References by digest: `operator` makes the certificate, `kubectl` publishes its authority. */
  readonly images: Readonly<Record<"operator" | "kubectl", string>>;
  /** The webhook's configuration: it names the Secret and the Service that the certificate is for. */
  readonly configuration: Configuration;
  /** Folder where the webhook's binary reads its configuration. */
  readonly configFolder: string;
  /** Folder where it writes a copy of the certificate. */
  readonly certificateFolder: string;
}

/**
 * The webhook's certificate, made once by a Job in the cluster: its key is in a Secret there and nowhere else, in no
 * file of Terraform's and not in its state. What leaves the Job is the authority's certificate, in a ConfigMap, by which
 * the Kubernetes API knows the webhook.
 *
 * So nothing in the cluster may write webhook configurations, which would be the power to see and change every object;
 * pods of the webhook come and go with the same certificate; and they start only once there is one. The Job deletes
 * what an earlier one left: to renew the certificate, replace the Job, and the webhook restarts by the authority's
 * checksum. Document: "Communication paths": none is unencrypted.
 */
export class WebhookCertificate extends Construct {
  private readonly job: JobV1;
  private read: DataKubernetesConfigMapV1 | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: WebhookCertificateProps,
  ) {
    super(scope, id);
    const { namespace, images, configuration, configFolder, certificateFolder } = props;
    const account = new ServiceAccount(this, "account", {
      namespace,
      name: WEBHOOK_CERTIFICATE,
      identity: { serviceAccountAnnotations: {}, podLabels: {} },
    });
    new NamespaceRole(this, "role", { name: WEBHOOK_CERTIFICATE, namespace, account, rules: RULES });

    const certificate = { name: "certificate", mountPath: certificateFolder };
    const kubectl = (name: string, ...args: readonly string[]) => ({
      name,
      image: images.kubectl,
      command: ["kubectl"],
      args: [...args, "--namespace", namespace.name],
      resources: RESOURCES,
    });
    const pod = platformPod({
      name: WEBHOOK_CERTIFICATE,
      serviceAccount: account,
      initContainers: [
        kubectl("forget", "delete", "--ignore-not-found", "--wait=false", ...KEPT),
        {
          name: "make",
          image: images.operator,
          command: ["flytepropeller"],
          args: ["webhook", "init-certs", "--config", `${configFolder}/*.yaml`],
          env: [
            fromField("POD_NAME", "metadata.name"),
            // The certificate is for the Service of this namespace.
            fromField("POD_NAMESPACE", "metadata.namespace"),
          ],
          resources: RESOURCES,
          volumeMount: [{ name: "config", mountPath: configFolder, readOnly: true }, certificate],
        },
      ],
      containers: [
        {
          ...kubectl("publish", "create", "configmap", AUTHORITY, `--from-file=${certificateFolder}/${AUTHORITY_KEY}`),
          volumeMount: [{ ...certificate, readOnly: true }],
        },
      ],
      volumes: [
        { name: "config", configMap: { name: configuration.name } },
        // The key is on no disk.
        { name: certificate.name, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
      ],
    });
    this.job = new JobV1(this, "job", {
      ...namespace.object(WEBHOOK_CERTIFICATE, { labels: platformLabels(WEBHOOK_CERTIFICATE) }),
      spec: { template: { ...pod, spec: { ...pod.spec, restartPolicy: "Never" } } },
      waitForCompletion: true,
      timeouts: { create: "10m" },
      // A new image or configuration is no reason for a new certificate.
      lifecycle: { ignoreChanges: ["spec"] },
    });
  }

  /** The authority's certificate as PEM, read back from the cluster: a Terraform expression. */
  authority(): string {
    const { namespace } = this.props;
    const { metadata } = namespace.object(AUTHORITY);
    this.read ??= new DataKubernetesConfigMapV1(this, "authority", { metadata, dependsOn: [this.job] });
    return this.read.data.lookup(AUTHORITY_KEY);
  }
}

const KEPT = [`secret/${CERTIFICATE_SECRET}`, `configmap/${AUTHORITY}`];

/** Kubernetes can't narrow the making of an object to a name. */
const RULES: readonly Rule[] = [
  { apiGroups: [""], resources: ["secrets", "configmaps"], verbs: ["create"] },
  { apiGroups: [""], resources: ["secrets"], verbs: ["get", "delete"], resourceNames: [CERTIFICATE_SECRET] },
  { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "delete"], resourceNames: [AUTHORITY] },
];

const RESOURCES = { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "256Mi" } };
