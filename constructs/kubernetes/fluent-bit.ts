import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import { PriorityClassV1 } from "@cdktf/provider-kubernetes/lib/priority-class-v1";
import { LOG_TAG, sectionsText, sectionText, type Section } from "../../config/logs";
import { Construct } from "../../framework";
import { checksumOf } from "./configuration";
import { type Labels, nameLabel, platformLabels } from "./labels";
import type { Namespace } from "./namespaces";
import { HARDENED } from "./platform-deployment";
import { ClusterWideRole } from "./rbac";
import type { ServiceAccount } from "./service-accounts";

/** What ships pods' logs, and where they go. */
export interface FluentBitProps {
  /** Namespace of its DaemonSet, of the level `privileged`: it mounts the folder of pods' logs. */
  readonly namespace: Namespace;
  /** Account with the identity that may write logs. */
  readonly serviceAccount: ServiceAccount;
  /** Reference by digest, of an image with the plugins of `outputs`. */
  readonly image: string;
  /** Labels that the identity's webhook asks of pods. */
  readonly podLabels: Labels;
  /** `[FILTER]` sections that give records the form of the place they go to. Default: none. */
  readonly filters?: readonly Section[];
  /** `[OUTPUT]` sections: plugins that speak TLS only. */
  readonly outputs: readonly Section[];
  /**
   * Ask the Kubernetes API for the labels of the pods that logs come from, which takes a cluster role. Without, a
   * record still carries namespace, pod and container, which the file's name tells.
   */
  readonly readsApi: boolean;
}

const HTTP_PORT = 2020;
const CONFIG_FOLDER = "/etc/fluent-bit";
/**
 * What outlives the pod: where each file was read up to, so that a restart neither repeats nor skips a record, and what
 * waits to be uploaded.
 */
export const STATE_FOLDER = "/var/lib/union-fluent-bit";
/** The kubelet's links to log files, and the files: no other log of the node. */
const LOG_FOLDERS = { links: "/var/log/containers", files: "/var/log/pods" };

/**
 * Ships every container's log to the object store or the cloud's log service. Document: "Communication paths" (Fluent Bit to Log
 * Aggregator).
 *
 * The only pods with host paths: log files belong to root, and so Fluent Bit runs as root, without any capability.
 */
export class FluentBit extends Construct {
  constructor(scope: Construct, id: string, props: FluentBitProps) {
    super(scope, id);
    const { namespace, serviceAccount, image, podLabels, readsApi } = props;
    const name = "fluent-bit";
    const files = configuration(props);
    new ConfigMapV1(this, "config-map", { ...namespace.object(name), data: files });
    if (readsApi) {
      new ClusterWideRole(this, "cluster-role", {
        name: "union-fluent-bit",
        account: serviceAccount,
        rules: [{ apiGroups: [""], resources: ["namespaces", "pods"], verbs: ["get", "list", "watch"] }],
      });
    }
    // Task pods must not take the place that the logs' way out needs on a full node.
    const priority = new PriorityClassV1(this, "priority", {
      metadata: { name: "union-fluent-bit" },
      description: "Log shipping goes before tasks.",
      value: 1_000_000,
    });
    new DaemonSetV1(this, "daemon-set", {
      ...namespace.object(name, { labels: platformLabels(name) }),
      spec: {
        selector: { matchLabels: { ...nameLabel(name) } },
        // A tenth of the nodes at a time: quick on many, and files wait while a pod restarts.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
        template: {
          metadata: {
            labels: { ...platformLabels(name), ...podLabels },
            annotations: checksumOf(this, JSON.stringify(files)),
          },
          spec: {
            serviceAccountName: serviceAccount.name,
            automountServiceAccountToken: readsApi,
            enableServiceLinks: false,
            priorityClassName: priority.metadata.name,
            // Every node, whatever its taints: logs of any pod matter.
            toleration: [{ operator: "Exists" }],
            securityContext: { runAsUser: "0", runAsGroup: "0", seccompProfile: { type: "RuntimeDefault" } },
            container: [
              {
                name,
                image,
                imagePullPolicy: "IfNotPresent",
                command: ["/fluent-bit/bin/fluent-bit", `--config=${CONFIG_FOLDER}/fluent-bit.conf`],
                port: [{ name: "http", containerPort: HTTP_PORT }],
                // Healthy while records leave: refused or failing outputs show as a pod that is not ready.
                readinessProbe: { httpGet: { path: "/api/v1/health", port: "http" }, periodSeconds: 30 },
                livenessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 30, failureThreshold: 4 },
                // The input's buffer of 50 MB, twice while it is sent, and the program.
                resources: { requests: { cpu: "100m", memory: "100Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
                // Said, since the provider sends it where it is left out: log files belong to root.
                securityContext: { ...HARDENED, runAsNonRoot: false },
                volumeMount: [
                  { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
                  { name: "log-links", mountPath: LOG_FOLDERS.links, readOnly: true },
                  { name: "log-files", mountPath: LOG_FOLDERS.files, readOnly: true },
                  { name: "state", mountPath: STATE_FOLDER },
                ],
              },
            ],
            volume: [
              { name: "config", configMap: { name } },
              { name: "log-links", hostPath: { path: LOG_FOLDERS.links, type: "Directory" } },
              { name: "log-files", hostPath: { path: LOG_FOLDERS.files, type: "Directory" } },
              { name: "state", hostPath: { path: STATE_FOLDER, type: "DirectoryOrCreate" } },
            ],
          },
        },
      },
      lifecycle: {
        ignoreChanges: ['spec[0].template[0].metadata[0].annotations["kubectl.kubernetes.io/restartedAt"]'],
      },
    });
  }
}

/** Files of the ConfigMap. */
function configuration({ namespace, filters = [], outputs, readsApi }: FluentBitProps): Record<string, string> {
  return {
    "fluent-bit.conf": [
      sectionText("SERVICE", {
        Flush: "5",
        Log_Level: "info",
        Parsers_File: `${CONFIG_FOLDER}/parsers.conf`,
        HTTP_Server: "On",
        HTTP_Listen: "0.0.0.0",
        HTTP_Port: String(HTTP_PORT),
        Health_Check: "On",
        // Unhealthy after 5 errors or 5 failed retries in a minute.
        HC_Errors_Count: "5",
        HC_Retry_Failure_Count: "5",
        HC_Period: "60",
      }),
      sectionText("INPUT", {
        Name: "tail",
        Path: `${LOG_FOLDERS.links}/*.log`,
        // Its own records would each make one more.
        Exclude_Path: `${LOG_FOLDERS.links}/*_${namespace.name}_*.log`,
        "multiline.parser": "docker, cri",
        Tag: LOG_TAG.format,
        Tag_Regex: LOG_TAG.fileName,
        DB: `${STATE_FOLDER}/tail.db`,
        Mem_Buf_Limit: "50MB",
        Skip_Long_Lines: "On",
        // A task may end before its file is first seen.
        Read_from_Head: "On",
        Refresh_Interval: "10",
      }),
      ...(readsApi
        ? [
            sectionText("FILTER", {
              Name: "kubernetes",
              Match: "*",
              Kube_URL: "https://kubernetes.default.svc:443",
              Kube_Tag_Prefix: LOG_TAG.prefix,
              Regex_Parser: "tag",
              "tls.verify": "On",
              Merge_Log: "Off",
              Labels: "On",
              Annotations: "Off",
              Buffer_Size: "0",
            }),
          ]
        : []),
      sectionsText("FILTER", filters),
      sectionsText("OUTPUT", outputs),
    ].join("\n"),
    "parsers.conf": sectionText("PARSER", { Name: "tag", Format: "regex", Regex: LOG_TAG.names }),
  };
}
