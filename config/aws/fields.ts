import { text } from "../fields";

/** Kinds of text that fields of a deployment on AWS hold. */

export const principal = (kinds: string, what: string) =>
  text(new RegExp(`^arn:aws:iam::\\d{12}:(${kinds})$`), `the ARN of ${what}`);
export const NAMED = "/[\\w+=,.@/-]*[\\w+=,.@-]";
export const role = (what: string) => principal(`role${NAMED}`, `${what} (arn:aws:iam::ACCOUNT:role/NAME)`);
export const keyArn = text(
  /^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[a-zA-Z0-9-]+$/,
  "the ARN of a KMS key (arn:aws:kms:REGION:ACCOUNT:key/ID; an alias is none)",
);

/** By S3's rules, which keep some beginnings and endings for access points and the like. */
export const bucketName = text(
  /^(?!xn--|sthree-|amzn-s3-demo-|\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "the name of a bucket (3 to 63 lower-case letters, digits, '-' and '.')",
);

export const securityGroupId = text(/^sg-[0-9a-f]+$/, "a security group id (sg-...)");
