import { one, workloads } from "../../support/workloads";

const secret = one(workloads(), "kubernetes_secret_v1", "union-secret-auth");

test("the tunnel's token is none of Terraform's keys", () => {
  expect(Object.keys(secret.data_wo).sort()).toEqual(["app_secret", "client_secret"]);
  expect(secret.data).toBeUndefined();
});

test("the secret is written once: a later write would replace the operator's key with all others", () => {
  expect(secret.data_wo_revision).toBe(1);
  expect(secret.lifecycle.ignore_changes).toEqual(["data", "data_wo", "data_wo_revision"]);
});

test.each([
  ["the deployment's own", {}, "union/acme-prod/client-secret"],
  [
    "a given",
    { clientSecretArn: "arn:aws:secretsmanager:us-east-2:123456789012:secret:union-AbCdEf" },
    "arn:aws:secretsmanager:us-east-2:123456789012:secret:union-AbCdEf",
  ],
])("the value comes from %s secret of the customer's store", (_name, fields, id) => {
  const { ephemeral } = workloads(fields);
  expect(ephemeral).toEqual({ aws_secretsmanager_secret_version: { client_secret: { secret_id: id } } });
});
