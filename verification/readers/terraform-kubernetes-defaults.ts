/**
 * What Terraform's `kubernetes` provider (hashicorp/kubernetes 2.38.0, by its schema and expanders) sends for an
 * argument that is left out, where that is not what the API server makes of silence itself.
 *
 * By block, named by the end of its path in Terraform: a default is sent wherever its block is written, however empty.
 */
import type { ObjectValue } from "../values";

/** A plain false of a container overrides the pod's true. */
const CONTAINER_SECURITY: ObjectValue = {
  allow_privilege_escalation: true,
  privileged: false,
  read_only_root_filesystem: false,
  run_as_non_root: false,
};

const SECCOMP_PROFILE: ObjectValue = { type: "Unconfined" };

/** The API leaves the token to the service account, and shares no processes without saying so. */
const POD: ObjectValue = { automount_service_account_token: true };

export const PROVIDER_DEFAULTS: Readonly<Record<string, ObjectValue>> = {
  "container.security_context": CONTAINER_SECURITY,
  "init_container.security_context": CONTAINER_SECURITY,
  "Pod.spec": POD,
  "security_context.seccomp_profile": SECCOMP_PROFILE,
  "spec.security_context": { run_as_non_root: false },
  ServiceAccount: { automount_service_account_token: true },
  "template.spec": POD,
};
