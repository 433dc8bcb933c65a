/** Where Terraform's state lies, as far as that is a bucket: it is locked by a file beside it. */
import type { AwsDeployment } from "../../config/deployment";
import { stateFolder } from "../../config/names";
import type { Statement } from "./policy";

export function stateStatements(deployment: AwsDeployment): readonly Statement[] {
  const { state, account, cloudRegion } = deployment;
  if (state.backend !== "s3") return [];
  const bucket = `arn:aws:s3:::${state.bucket}`;
  const key = state.kmsKeyId;
  const region = state.region ?? cloudRegion;
  const keyArn = (id: string) =>
    id.startsWith("arn:") ? id : `arn:aws:kms:${region}:${account}:${id.includes("/") ? "" : "key/"}${id}`;
  return [
    { Sid: "StateBucket", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucket] },
    {
      Sid: "State",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      Resource: [`${bucket}/${stateFolder(deployment)}/*`],
    },
    ...(key === undefined
      ? []
      : [
          {
            Sid: "StateKey",
            Effect: "Allow" as const,
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: [keyArn(key)],
          },
        ]),
  ];
}
