import { SecretStore } from "../../../constructs/google/secret-store";
import { Synthesized } from "../../support/constructs";

const made = Synthesized.of((scope) => {
  new SecretStore(scope, "secret-store", { name: "union-acme-client-secret", region: "us-east5", keyId: "key" });
});

test("makes the secret, encrypted, in one region, with versions that can be restored", () => {
  expect(made.one("google_secret_manager_secret")).toMatchObject({
    secret_id: "union-acme-client-secret",
    replication: {
      user_managed: { replicas: [{ location: "us-east5", customer_managed_encryption: { kms_key_name: "key" } }] },
    },
    version_destroy_ttl: "604800s",
  });
});

test("makes no value for it", () => {
  expect(made.types).toEqual(["google_secret_manager_secret"]);
});
