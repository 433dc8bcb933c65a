/**
 * What Terraform's `kubernetes` provider (hashicorp/kubernetes 2.38.0, by its schemas and expanders) sends for an
 * argument that is left out, where the API server would not make the same of silence.
 *
 * By block, named by the end of its path in Terraform, or from the object's kind on. Values are those of Kubernetes.
 */
import type { ObjectValue } from "../values";

type Defaults = Readonly<Record<string, ObjectValue>>;

/** A container's plain false overrides the pod's true. */
const CONTAINER_SECURITY: ObjectValue = {
  allow_privilege_escalation: true,
  privileged: false,
  read_only_root_filesystem: false,
  run_as_non_root: false,
};

/** The API leaves the token to the service account. */
const POD: ObjectValue = {
  automount_service_account_token: true,
  enable_service_links: true,
  share_process_namespace: false,
};

const JOB: ObjectValue = { backoff_limit: 6, completions: 1, manual_selector: false, parallelism: 1 };
/** The API asks for one of Never and OnFailure. */
const POD_OF_JOB: ObjectValue = { ...POD, restart_policy: "Never" };

const SCALING: ObjectValue = { select_policy: "", stabilization_window_seconds: 0 };

/** Sent wherever the block is written, however empty. */
export const DEFAULTS: Defaults = {
  "behavior.scale_down": SCALING,
  "behavior.scale_up": SCALING,
  ConfigMap: { immutable: false },
  "container.security_context": CONTAINER_SECURITY,
  "dns_config.option": { value: "" },
  "env.value_from.resource_field_ref": { divisor: "1" },
  "env_from.config_map_ref": { optional: false },
  "env_from.secret_ref": { optional: false },
  "http.path": { path_type: "ImplementationSpecific" },
  "init_container.security_context": CONTAINER_SECURITY,
  "items.resource_field_ref": { divisor: "1" },
  "Job.spec": JOB,
  "Job.spec.template.spec": POD_OF_JOB,
  "job_template.spec": JOB,
  "job_template.spec.template.spec": POD_OF_JOB,
  "Pod.spec": POD,
  "ReplicationController.spec.template.spec": { ...POD, termination_grace_period_seconds: 0 },
  "security_context.seccomp_profile": { type: "Unconfined" },
  "security_context.windows_options": {
    gmsa_credential_spec: "",
    gmsa_credential_spec_name: "",
    host_process: false,
    run_as_username: "",
  },
  ServiceAccount: { automount_service_account_token: true },
  "StatefulSet.spec": { revision_history_limit: 0 },
  StorageClass: { allow_volume_expansion: true },
  subject: { namespace: "default" },
  "template.spec": POD,
  toleration: { operator: "Equal" },
  topology_spread_constraint: { max_skew: 1, when_unsatisfiable: "DoNotSchedule" },
  "volume.azure_disk": { fs_type: "" },
  "volume.config_map": { optional: false },
  "volume.csi": { fs_type: "", read_only: false },
  "volume.secret": { optional: false },
  volume_mount: { mount_propagation: "None" },
};

/** Sent where the block holds any argument: the provider does not tell an empty one from none. */
export const DEFAULTS_BESIDE_OTHERS: Defaults = {
  "sources.config_map": { optional: false },
  "sources.secret": { optional: false },
  "spec.security_context": { run_as_non_root: false },
  "value_from.config_map_key_ref": { optional: false },
  "value_from.secret_key_ref": { optional: false },
};
