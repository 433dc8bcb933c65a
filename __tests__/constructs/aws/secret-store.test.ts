import { SecretStore } from "../../../constructs/aws/secret-store";
import { Synthesized } from "../../support/constructs";

const made = Synthesized.of((scope) => {
  new SecretStore(scope, "secret-store", { name: "union/acme/client-secret", keyArn: "arn:key" });
});

test("makes the secret, encrypted and restorable", () => {
  expect(made.one("aws_secretsmanager_secret")).toMatchObject({
    name: "union/acme/client-secret",
    kms_key_id: "arn:key",
    recovery_window_in_days: 7,
  });
});

test("makes no value for it", () => {
  expect(made.types).toEqual(["aws_secretsmanager_secret"]);
});
