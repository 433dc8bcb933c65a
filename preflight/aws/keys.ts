/** A given key: whether it is there, and lets in whoever uses it by itself. */
import { logGroups } from "../../config/aws/names";
import { fails, holds, unknown, type Check } from "../check";
import { asked, askedFor, type Looking } from "./ask";

type Texts = string | readonly string[] | undefined;

/** As IAM writes them: one text, or a list. */
interface Statement {
  readonly Effect: string;
  readonly Principal?: "*" | Readonly<Record<string, Texts>>;
  readonly Action?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

const listOf = (texts: Texts): readonly string[] => (typeof texts === "string" ? [texts] : (texts ?? []));

export function keys({ deployment, services: { kms } }: Looking): readonly Check[] {
  const { account, cloudRegion: region, encryption } = deployment;
  if (encryption === undefined) return [];
  const KeyId = encryption.keyArn;
  const { client, sdk } = kms;
  const admits = (about: string, principal: string, actions: readonly string[], reason: string): Check => ({
    about,
    look: async () => {
      const call = client.send(new sdk.GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
      const { Policy } = await asked("kms:GetKeyPolicy", call);
      if (Policy === undefined) return unknown("the key tells no policy", "look by hand");
      const { Statement } = JSON.parse(Policy) as { readonly Statement: Statement | readonly Statement[] };
      const allowing = [Statement].flat().filter((one) => one.Effect === "Allow" && namesIt(one, principal));
      const lacking = actions.filter((action) => !allowing.some((one) => takesIn(listOf(one.Action), action)));
      return lacking.length === 0
        ? holds(`lets in ${principal}`)
        : fails(
            `does not let ${principal} ${lacking.join(", ")} (${reason})`,
            `add a statement to the policy of ${KeyId} that lets ${principal} use ${lacking.join(", ")}`,
          );
    },
  });
  const use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKey", "kms:DescribeKey"];
  const scaling = `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const groups = logGroups(deployment).join(", ");
  return [
    {
      about: `key ${KeyId}`,
      look: async () => {
        const call = client.send(new sdk.DescribeKeyCommand({ KeyId }));
        const told = await askedFor("kms:DescribeKey", call, ["NotFoundException"]);
        const { KeyState, KeySpec } = told?.KeyMetadata ?? {};
        if (KeyState === undefined) return fails("is not there", "see 'encryption.keyArn'");
        if (KeyState !== "Enabled") return fails(`is ${KeyState}`, `aws kms enable-key --key-id ${KeyId}`);
        return KeySpec === "SYMMETRIC_DEFAULT"
          ? holds("is enabled")
          : fails(`is ${String(KeySpec)}`, "take a symmetric key for encryption");
      },
    },
    admits("policy for the account's own principals", `arn:aws:iam::${account}:root`, use, "EKS, S3, ECR, secrets"),
    admits("policy for CloudWatch Logs", `logs.${region}.amazonaws.com`, use, `log groups ${groups}`),
    admits("policy for node volumes", scaling, [...use, "kms:CreateGrant"], "EC2 Auto Scaling starts nodes"),
  ];
}

/** Whether a statement speaks of a principal, by itself or by a condition that names it. */
function namesIt({ Principal, Condition = {} }: Statement, principal: string): boolean {
  const named = typeof Principal === "string" ? [Principal] : Object.values(Principal ?? {}).flatMap(listOf);
  if (named.includes(principal)) return true;
  const conditions = Object.values(Condition).flatMap((keys) => listOf(keys["aws:PrincipalArn"]));
  return named.includes("*") && conditions.includes(principal);
}

const takesIn = (patterns: readonly string[], action: string): boolean =>
  patterns.some((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i").test(action));
