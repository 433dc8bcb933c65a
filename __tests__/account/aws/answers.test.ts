/** Answers of AWS that are none: each is one line that names the call, and the right where it lacks. */
import { lineOf } from "../../../account/folder";
import { AwsService, inTurn, ofProxy, refusedWith, type AwsAnswers } from "../../support/aws-service";
import { testEnvironment } from "../../support/environment";

testEnvironment(AwsService.ELSEWHERE);
let service: AwsService;
beforeEach(async () => {
  service = await new AwsService().start();
  process.env["AWS_ENDPOINT_URL"] = service.url;
});
afterEach(() => service.stop());

const error = (code: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>You\nmay not.</Message></Error></Errors></Response>`;
const groups = (token: string) =>
  `<R><securityGroupInfo><item><groupId>sg-1</groupId></item></securityGroupInfo><nextToken>${token}</nextToken></R>`;
const roles = (marker: string) =>
  `<R><GetAccountAuthorizationDetailsResult><IsTruncated>true</IsTruncated><Marker>${marker}</Marker></GetAccountAuthorizationDetailsResult></R>`;
const CIRCLE = /a page leads back to one that was told already/;
const KEY = { KeyId: "k", KeyArn: "arn" };
const KMS = { ListKeys: { Keys: [KEY] }, DescribeKey: { KeyMetadata: KEY }, GetKeyPolicy: { Policy: "{}" } };

test.each<readonly [what: string, kind: string, answers: AwsAnswers, line: RegExp]>([
  [
    "a refusal",
    "subnets",
    { DescribeSubnets: refusedWith(403, error("UnauthorizedOperation")) },
    /^subnets: ec2:DescribeSubnets was refused: the right ec2:DescribeSubnets lacks \(UnauthorizedOperation: You may not\.\)$/,
  ],
  [
    "credentials that no longer hold",
    "subnets",
    { DescribeSubnets: refusedWith(401, error("AuthFailure")) },
    /^subnets: ec2:DescribeSubnets failed \(AuthFailure/,
  ],
  [
    "a throttled call, to the end",
    "subnets",
    { DescribeSubnets: refusedWith(503, error("RequestLimitExceeded")) },
    /ec2:DescribeSubnets failed \(RequestLimitExceeded/,
  ],
  ["XML that breaks off", "subnets", { DescribeSubnets: "<R><subnetSet><item>" }, /ec2:DescribeSubnets failed/],
  ["JSON in the place of XML", "subnets", { DescribeSubnets: { Subnets: [] } }, /ec2:DescribeSubnets failed/],
  [
    "a page of a proxy",
    "subnets",
    { DescribeSubnets: ofProxy("<html><body>Log in</body></html>") },
    /ec2:DescribeSubnets failed/,
  ],
  ["nothing", "subnets", { DescribeSubnets: ofProxy("") }, /ec2:DescribeSubnets failed/],
  ["a connection that breaks", "subnets", { DescribeSubnets: undefined }, /ec2:DescribeSubnets failed \(/],
  ["a page that leads to itself", "security-groups", { DescribeSecurityGroups: groups("a") }, CIRCLE],
  [
    "pages that lead in a circle",
    "security-groups",
    { DescribeSecurityGroups: inTurn(groups("a"), groups("b"), groups("a")) },
    CIRCLE,
  ],
  [
    "a second page that is refused",
    "security-groups",
    { DescribeSecurityGroups: inTurn(groups("a"), refusedWith(403, error("UnauthorizedOperation"))) },
    /the right ec2:DescribeSecurityGroups lacks/,
  ],
  ["roles' pages that lead to themselves", "iam-roles", { GetAccountAuthorizationDetails: roles("m") }, CIRCLE],
  [
    "a page of a proxy in the place of JSON",
    "log-groups",
    { DescribeLogGroups: "<html>" },
    /^log-groups: logs:DescribeLogGroups failed \(SyntaxError: status 200\)$/,
  ],
  [
    "groups of logs that lead to themselves",
    "log-groups",
    { DescribeLogGroups: { logGroups: [], nextToken: "a" } },
    CIRCLE,
  ],
  [
    "a throttled list of secrets",
    "secrets",
    { ListSecrets: refusedWith(400, { __type: "ThrottlingException", message: "Slow down." }) },
    /secretsmanager:ListSecrets failed \(ThrottlingException: Slow down\.\)/,
  ],
  [
    "a secret whose policy may not be read",
    "secrets",
    { ListSecrets: { SecretList: [{ ARN: "a" }] }, GetResourcePolicy: 400 },
    /the right secretsmanager:GetResourcePolicy lacks/,
  ],
  [
    "a key whose policy may not be read",
    "kms-keys",
    { ...KMS, GetKeyPolicy: 400, GetKeyRotationStatus: {} },
    /^kms-keys: kms:GetKeyPolicy was refused: the right kms:GetKeyPolicy lacks/,
  ],
  ["clusters that may not be listed", "eks-clusters", { "/clusters": 403 }, /the right eks:ListClusters lacks/],
  [
    "a cluster that may not be read",
    "eks-clusters",
    { "/clusters": { clusters: ["c"] }, "/clusters/c": 403 },
    /the right eks:DescribeCluster lacks/,
  ],
  [
    "clusters' pages that lead to themselves",
    "eks-clusters",
    { "/clusters": { clusters: [], nextToken: "a" } },
    CIRCLE,
  ],
  [
    "accelerators that may not be listed",
    "accelerators",
    { ListAccelerators: 400 },
    /the right globalaccelerator:ListAccelerators lacks/,
  ],
  [
    "machines whose disks may not be read",
    "instances",
    {
      DescribeInstances:
        "<R><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></item></reservationSet></R>",
      DescribeVolumes: refusedWith(403, error("UnauthorizedOperation")),
    },
    /^instances: ec2:DescribeVolumes was refused: the right ec2:DescribeVolumes lacks/,
  ],
])("%s", async (_, kind, answers, line) => {
  const { failed } = await service.collected(kind, answers);
  expect(failed.map(lineOf)).toEqual([expect.stringMatching(line)]);
});
