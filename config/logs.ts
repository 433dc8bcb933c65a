/** How logs of pods are named, from the file on the node to where Union's console finds them, and what ships them. */
import type { Deployment } from "./deployment";

/** Whether Fluent Bit ships logs of pods; else an agent of the cluster's own does. */
export const usesFluentBit = (deployment: Deployment): boolean =>
  deployment.cloud !== "azure" || deployment.logCluster !== undefined;

/** One section of a Fluent Bit configuration, without its kind. */
export type Section = Readonly<Record<string, string>>;

const TAG_PREFIX = "namespace-";

/**
 * The tag that Fluent Bit gives each record of a container's log. By it the log is found again: it becomes the key of an
 * object, the name of a stream, a column.
 */
export const LOG_TAG = {
  prefix: TAG_PREFIX,
  /** With names of `fileName`. */
  format: `${TAG_PREFIX}<namespace_name>.pod-<pod_name>.cont-<container_name>`,
  /** The same as Union's operator-proxy writes it, when it looks for a pod's log. */
  template: `${TAG_PREFIX}{{.KubernetesNamespace}}.pod-{{.KubernetesPodName}}.cont-{{.KubernetesContainerName}}`,
  /**
   * The names that a log file's own name tells, as the kubelet writes it: POD_NAMESPACE_CONTAINER-ID.log. Fluent Bit
   * looks for this in the whole path, folders too, and reads no file without it. The kubelet cuts a name at 255
   * characters, and so the id's end.
   */
  fileName:
    "(?<pod_name>[^_/]+)_(?<namespace_name>[^_/]+)_(?<container_name>[^_/]+?)(-(?<container_id>[a-z0-9]*))?\\.log$",
  /** The tag read back behind its prefix; of the three names, only a pod's may have dots. */
  names: "^(?<namespace_name>[^.]+)\\.pod-(?<pod_name>.+)\\.cont-(?<container_name>[^.]+)$",
} as const;

/** Where Union's operator-proxy looks for logs in the metadata bucket. */
export const LOG_FOLDER = "persisted-logs";

/** The `proxy.persistedLogs` section of Union's configuration that reads them there. */
export const OBJECT_STORE_LOGS = {
  sourceType: "ObjectStore",
  objectStore: { prefix: LOG_FOLDER, pathTemplate: LOG_TAG.template },
};

/** Sections of a kind as text, each of every record. */
export const sectionsText = (kind: "FILTER" | "OUTPUT", sections: readonly Section[]) =>
  sections.map((fields) => sectionText(kind, { Match: "*", ...fields })).join("\n");

export const sectionText = (kind: string, fields: Section) =>
  [`[${kind}]`, ...Object.entries(fields).map(([key, value]) => `    ${key} ${value}`), ""].join("\n");
