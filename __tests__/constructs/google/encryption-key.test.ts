import { EncryptionKey } from "../../../constructs/google/encryption-key";
import { SecretStore } from "../../../constructs/google/secret-store";
import { Synthesized } from "../../support/constructs";

const made = Synthesized.of((scope) => {
  const { keyId } = new EncryptionKey(scope, "key", {
    name: "acme",
    generation: "0a1b2c3d",
    project: "acme-data-plane",
    region: "us-east5",
  });
  new SecretStore(scope, "user", { name: "client-secret", region: "us-east5", keyId });
});
const binding = made.one("google_kms_crypto_key_iam_binding");

test("lies in the deployment's ring and region, rotates, and can be restored for a month", () => {
  expect(made.one("google_kms_key_ring")).toMatchObject({ name: "union-acme-0a1b2c3d", location: "us-east5" });
  expect(made.one("google_kms_crypto_key")).toMatchObject({
    key_ring: `\${${made.address("google_kms_key_ring")}.id}`,
    purpose: "ENCRYPT_DECRYPT",
    rotation_period: `${90 * 86_400}s`,
    destroy_scheduled_duration: `${30 * 86_400}s`,
  });
});

test("a ring that stands keeps its name, whatever the generation", () => {
  expect(made.one("google_kms_key_ring").lifecycle.ignore_changes).toEqual(["name"]);
});

test("is used by the agents of the services that encrypt with it, and by nobody else", () => {
  expect(binding).toMatchObject({
    role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    crypto_key_id: `\${${made.address("google_kms_crypto_key")}.id}`,
  });
  const agents = (binding.members as string[]).map((member) =>
    member.replace(/\$\{data\.(\w+)\.[\w-]+\.(\w+)\}/, "<$1.$2>"),
  );
  expect(agents.sort()).toEqual([
    "serviceAccount:<google_logging_project_cmek_settings.service_account_id>",
    "serviceAccount:<google_storage_project_service_account.email_address>",
    "serviceAccount:service-<google_project.number>@compute-system.iam.gserviceaccount.com",
    "serviceAccount:service-<google_project.number>@container-engine-robot.iam.gserviceaccount.com",
    "serviceAccount:service-<google_project.number>@gcp-sa-artifactregistry.iam.gserviceaccount.com",
    "serviceAccount:service-<google_project.number>@gcp-sa-secretmanager.iam.gserviceaccount.com",
  ]);
});

test("what is encrypted with it waits until its service may use it", () => {
  const [replica] = made.one("google_secret_manager_secret").replication.user_managed.replicas;
  expect(replica.customer_managed_encryption.kms_key_name).toBe(
    `\${${made.address("google_kms_crypto_key_iam_binding")}.crypto_key_id}`,
  );
});
