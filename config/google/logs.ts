import type { GoogleDeployment } from "../deployment";
import { LOG_TAG, type Section } from "../logs";
import { clusterName } from "../names";
import { POD_LOG_LABEL } from "./names";

/**
 * Filters of Fluent Bit that make of a record what GKE's own agent makes, which is what Union's proxy looks for: the
 * line alone as its text, and the pod's labels as the entry's.
 */
export const LOG_FILTERS: readonly Section[] = [
  { Name: "nest", Operation: "lift", Nested_under: "kubernetes" },
  { Name: "nest", Operation: "lift", Nested_under: "labels", Add_prefix: "k8s-pod/" },
  { Name: "nest", Operation: "nest", Wildcard: "k8s-pod/*", Nest_under: "logging.googleapis.com/labels" },
  { Name: "modify", Remove_regex: "^(?!(log|stream|logging\\.googleapis\\.com/labels)$)" },
];

/** Output of Fluent Bit: speaks TLS and nothing else, with credentials of the metadata server where it is given no key. */
export function logOutput(deployment: GoogleDeployment): Section {
  return {
    Name: "stackdriver",
    export_to_project_id: deployment.project,
    resource: "k8s_container",
    k8s_cluster_name: clusterName(deployment),
    k8s_cluster_location: deployment.cloudRegion,
    // Namespace, pod and container of the entry's resource.
    tag_prefix: LOG_TAG.prefix,
    custom_k8s_regex: LOG_TAG.names,
    text_payload_key: "log",
    // What leads the entries to their log bucket.
    labels: `${POD_LOG_LABEL}=${deployment.name}`,
    retry_limit: "5",
  };
}

/** The `proxy.persistedLogs` section of Union's configuration. */
export const persistedLogs = ({ project }: GoogleDeployment) => ({
  sourceType: "GCPStackdriver",
  gcpLogging: { gcp: { project } },
});
