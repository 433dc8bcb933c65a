/** Keys of service accounts and clusters, and who may be a service account. */
import { text, texts } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import type { Resource } from "../../../model";
import { judgeCredentials } from "../../credentials";
import type { Check } from "../../cloud";
import { ON, judgeSettings, optional, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import { judgeGoogleIdentity } from "../identity";

/** Types that are a credential, and what they are. */
const CREDENTIALS = {
  google_service_account_key: "a service account's key",
  google_storage_hmac_key: "a service account's HMAC key",
  google_apikeys_key: "an API key",
};

const OFF = ["false"];

const SETTINGS: readonly Setting[] = [
  optional(
    "google_container_cluster",
    "master_auth.client_certificate_config.issue_client_certificate",
    OFF,
    "the cluster issues a certificate that does not expire",
  ),
  optional("google_container_cluster", "master_auth.username", /^$/, "the cluster has a user with a password"),
  required(
    "google_iam_workload_identity_pool_provider",
    "attribute_condition",
    /./,
    "every identity of the provider is trusted",
  ),
];

/** What else holds in a deployment of this package. */
const OWN_SETTINGS: readonly Setting[] = [
  required(
    "google_container_node_pool",
    "node_config.workload_metadata_config.mode",
    ["GKE_METADATA"],
    "pods can have the credentials of their node",
  ),
  required(
    "google_container_cluster",
    "workload_identity_config.workload_pool",
    /^[^.]+\.svc\.id\.goog$/,
    "service accounts have no identity of their own",
  ),
  optional("google_container_cluster", "enable_legacy_abac", OFF, "whoever has a certificate may do everything"),
  required("google_storage_bucket", "uniform_bucket_level_access", ON, "objects may have readers of their own"),
  required("google_storage_bucket", "public_access_prevention", ["enforced"], "it may be opened to everybody"),
];

export const check: Check = function* ({ system, deployment }) {
  const input = inputOf(system);
  yield* judgeCredentials(CREDENTIALS, input);
  yield* judgeSettings(SETTINGS, system);
  for (const member of input.managed("google_service_account_iam_member", "google_service_account_iam_binding")) {
    yield* judgeMembers(member);
  }
  if (!deployment) return;
  yield* judgeSettings(OWN_SETTINGS, system);
  if (deployment.cloud === "google") yield* judgeGoogleIdentity(system, deployment);
};

function* judgeMembers(binding: Resource): Generator<Problem> {
  for (const member of [text(binding.values["member"]), ...texts(binding.values["members"])]) {
    if (
      typeof member === "string" &&
      (/^(allUsers|allAuthenticatedUsers)$/.test(member) || /^principalSet:.*\/\*$/.test(member))
    ) {
      yield problemAt(binding, ["member"], "violated", `lets ${member} be the service account`);
    }
  }
}
