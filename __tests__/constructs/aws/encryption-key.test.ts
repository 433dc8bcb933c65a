import { EncryptionKey } from "../../../constructs/aws/encryption-key";
import { statement, statements, Synthesized } from "../../support/constructs";

const made = Synthesized.of((scope) => {
  new EncryptionKey(scope, "key", { name: "acme", accountId: "123456789012", region: "us-east-2" });
});
const key = made.one("aws_kms_key");
const AUTO_SCALING =
  "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";

test("rotates, and has the deployment's alias", () => {
  expect(key).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
  expect(made.one("aws_kms_alias").name).toBe("alias/union/acme");
});

test("no plan destroys it", () => {
  expect(key.lifecycle).toEqual({ prevent_destroy: true });
});

test("admits nobody without a condition but the account", () => {
  const open = statements(key.policy).filter(({ Condition }) => !Condition);
  expect(open.map(({ Principal }) => Principal)).toEqual([{ AWS: "arn:aws:iam::123456789012:root" }]);
});

test("admits the region's CloudWatch Logs for this deployment's log groups only", () => {
  const { Principal, Condition } = statement(key.policy, "LogGroupsOfThisDeployment");
  expect(Principal).toEqual({ Service: "logs.us-east-2.amazonaws.com" });
  expect(Condition).toEqual({
    ArnLike: {
      "kms:EncryptionContext:aws:logs:arn": [
        "arn:aws:logs:us-east-2:123456789012:log-group:/union/acme/*",
        "arn:aws:logs:us-east-2:123456789012:log-group:/aws/eks/acme/*",
      ],
    },
  });
});

test("admits one role for node volumes, with grants for AWS resources only", () => {
  const byAutoScaling = { ArnEquals: { "aws:PrincipalArn": AUTO_SCALING } };
  const anyPrincipal = statements(key.policy).filter(({ Principal }) => Principal.AWS === "*");
  expect(anyPrincipal.map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
    ["NodeVolumes", byAutoScaling],
    ["NodeVolumeGrants", { ...byAutoScaling, Bool: { "kms:GrantIsForAWSResource": "true" } }],
  ]);
  expect(statement(key.policy, "NodeVolumes").Action).not.toContain("kms:CreateGrant");
});
