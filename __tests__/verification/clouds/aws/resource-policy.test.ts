import { admittedPeers, type Caller } from "../../../../verification/clouds/aws/resource-policy";
import { policyStatements } from "../../../../verification/clouds/aws/policy-document";
import { TerraformInput } from "../../../../verification/clouds/terraform-input";
import { isUnknown, type Resource } from "../../../../verification/model";
import { resourcesOf } from "../../../support/resources";

const ALLOW = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };
const DENY = { ...ALLOW, Effect: "Deny", Action: "s3:*" };
const ACCOUNT = { AWS: "arn:aws:iam::111122223333:root" };
const when = (operator: string, key: string, value: unknown) => ({ Condition: { [operator]: { [key]: value } } });
const BLOCK = when("IpAddress", "aws:SourceIp", ["198.51.100.0/24"]);

function sources(caller: Caller, ...statements: object[]): string {
  const resources = resourcesOf({ resource: { aws_sqs_queue: { q: {} } } });
  const [queue] = resources as [Resource];
  const policy = JSON.stringify({ Statement: statements });
  const read = policyStatements(policy, queue, TerraformInput.of(resources));
  if (isUnknown(read)) return read.reason;
  const peers = admittedPeers(read, caller);
  return (
    peers.map((peer) => (peer.kind === "addresses" ? peer.addresses.toString() : peer.kind)).join(" + ") || "nobody"
  );
}

test.each<[what: string, anonymous: string, anyone: string, statements: object[]]>([
  ["everybody", "any", "any", [ALLOW]],
  ["everybody of AWS", "any", "any", [{ ...ALLOW, Principal: { AWS: "*" } }]],
  ["an account", "nobody", "any", [{ ...ALLOW, Principal: ACCOUNT }]],
  ["all but an account", "any", "any", [{ Effect: "Allow", NotPrincipal: ACCOUNT, Action: "*", Resource: "*" }]],
  ["nothing but what is denied", "nobody", "nobody", [DENY]],
  ["a block", "198.51.100.0/24", "198.51.100.0/24", [{ ...ALLOW, ...BLOCK }]],
  ["a block that is not known", "unknown", "unknown", [{ ...ALLOW, ...when("IpAddress", "aws:SourceIp", "${a}") }]],
  ["an endpoint of a VPC", "nobody", "nobody", [{ ...ALLOW, ...when("StringEquals", "aws:SourceVpce", "vpce-1") }]],
  ["over TLS", "any", "any", [{ ...ALLOW, ...when("Bool", "aws:SecureTransport", "true") }]],
  ["an organization", "nobody", "any", [{ ...ALLOW, ...when("StringEquals", "aws:PrincipalOrgID", "o-1") }]],
  ["an account's calls", "nobody", "any", [{ ...ALLOW, ...when("StringEquals", "kms:CallerAccount", "111122223333") }]],
  ["any organization", "unknown", "any", [{ ...ALLOW, ...when("StringLike", "aws:PrincipalOrgID", "*") }]],
  ["what the request says", "unknown", "unknown", [{ ...ALLOW, ...when("StringLike", "aws:Referer", "https://a/*") }]],
  ["denied to everybody", "nobody", "nobody", [ALLOW, DENY]],
  ["denied without TLS", "any", "any", [ALLOW, { ...DENY, ...when("Bool", "aws:SecureTransport", "false") }]],
  [
    "denied outside of an endpoint",
    "nobody",
    "nobody",
    [ALLOW, { ...DENY, ...when("StringNotEquals", "aws:SourceVpce", "vpce-1") }],
  ],
  [
    "denied outside of a block",
    "198.51.100.0/24",
    "198.51.100.0/24",
    [ALLOW, { ...DENY, ...when("NotIpAddress", "aws:SourceIp", "198.51.100.0/24") }],
  ],
  [
    "denied outside of an organization",
    "nobody",
    "any",
    [ALLOW, { ...DENY, ...when("StringNotEquals", "aws:PrincipalOrgID", "o-1") }],
  ],
  ["whoever it is", "unknown", "any", [{ ...ALLOW, Principal: { AWS: "${}" } }]],
  ["denied to whoever it is", "unknown", "unknown", [ALLOW, { ...DENY, Principal: { AWS: "${}" } }]],
  [
    "denied to all but whoever it is",
    "unknown",
    "any",
    [ALLOW, { Effect: "Deny", NotPrincipal: { AWS: "${}" }, Action: "*", Resource: "*" }],
  ],
  ["another action denied", "any", "any", [ALLOW, { ...DENY, Action: "s3:DeleteObject" }]],
  ["other objects denied", "any", "any", [ALLOW, { ...DENY, Resource: "arn:aws:s3:::b/secret/*" }]],
  [
    "denied by what is not known",
    "unknown",
    "unknown",
    [ALLOW, { ...DENY, ...when("StringLike", "aws:UserAgent", "x") }],
  ],
])("%s", (_, anonymous, anyone, statements) => {
  expect([sources("anonymous", ...statements), sources("anyone", ...statements)]).toEqual([anonymous, anyone]);
});
