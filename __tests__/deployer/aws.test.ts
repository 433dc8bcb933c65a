import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { boundary } from "../../deployer/aws/boundary";
import { actionsOf, deployerPolicies, MOST_CHARACTERS } from "../../deployer/aws/policies";
import recorded from "../../deployer/aws/recorded-calls.json";
import { RIGHTS } from "../../deployer/aws/rights";
import { UNRECORDED } from "../../deployer/aws/unrecorded";
import type { Rights } from "../../deployer/rights";
import { writtenStacks } from "../../cli/written-stacks";
import { Stacks } from "../../preflight/stacks";
import { awsDeployment } from "../support/deployments";

const every = ({ create = [], read, update = [], delete: end = [] }: Rights) => [...create, ...read, ...update, ...end];
const granted = [...new Set(Object.values(RIGHTS).flatMap(every))];
const calls = new Map(Object.entries(recorded));
/** What was called for no resource of its own: each is one of some resource's, or the provider's own. */
const provider = new Set([...(calls.get("provider") ?? [])]);
const smallest = awsDeployment();
const stacks = new Stacks(writtenStacks(smallest));

test.each([...calls].filter(([type]) => type !== "provider"))("%s is let do what it was seen to do", (type, seen) => {
  expect(seen.filter((action) => !every(RIGHTS[type] ?? { read: [] }).includes(action))).toEqual([]);
});

test("nothing else was called", () => {
  expect([...provider].filter((action) => !granted.includes(action))).toEqual(["sts:GetCallerIdentity"]);
});

test("each right was seen to be needed, or stands in the list of those that could not be", () => {
  const seen = new Set([...calls.values()].flat());
  expect(granted.filter((action) => !seen.has(action) && !(action in UNRECORDED))).toEqual([]);
  expect(Object.keys(UNRECORDED).filter((action) => seen.has(action) || !granted.includes(action))).toEqual([]);
});

test("every type that is written has a row", () => {
  const folder = join(__dirname, "../../constructs/aws");
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  const imported = sources.flatMap((source) => [...source.matchAll(/provider-aws\/lib\/([a-z0-9-]+)"/g)]);
  const types = imported.map(([, name = ""]) =>
    name.startsWith("data-") ? `data.${name.slice(5).replaceAll("-", "_")}` : `aws_${name.replaceAll("-", "_")}`,
  );
  expect(new Set(types).size).toBeGreaterThan(40);
  expect([...new Set(types)].filter((type) => type !== "aws_provider" && !(type in RIGHTS))).toEqual([]);
});

test("policies fit, hold every right once at least, and no wildcard", () => {
  const policies = deployerPolicies(awsDeployment({ state: { backend: "s3", bucket: "acme-state" } }), stacks);
  expect(policies.length).toBeGreaterThan(1);
  for (const policy of policies) expect(JSON.stringify(policy).length).toBeLessThanOrEqual(MOST_CHARACTERS);
  const actions = policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  expect(actionsOf(stacks).filter((action) => !actions.includes(action))).toEqual([]);
  expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  const sids = policies.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
  expect(new Set(sids).size).toBe(sids.length);
});

/** Statements that let an action. */
const letting = (action: string, deployment = smallest) =>
  deployerPolicies(deployment, stacks)
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action }) => Action.includes(action));

test("what changes something is bound to the deployment's names, its tag or its region", () => {
  for (const { Sid, Action, Resource, Condition } of deployerPolicies(smallest, stacks).flatMap(
    (one) => one.Statement,
  )) {
    const changing = Action.filter((action) => !/:(Describe|Get|List)/.test(action));
    if (changing.length === 0) continue;
    const isNamed = Resource.every((one) => one !== "*");
    expect([Sid, isNamed || Condition !== undefined]).toEqual([Sid, true]);
  }
  expect(letting("eks:DeleteCluster")[0]?.Resource).toContain("arn:aws:eks:us-east-2:123456789012:cluster/acme-prod");
  expect(letting("ec2:DeleteVpc")[0]?.Condition).toEqual({
    StringEquals: { "aws:ResourceTag/union:deployment": "acme-prod" },
  });
});

test("roles are made with the boundary only, and get the named policies only", () => {
  const own = "arn:aws:iam::123456789012:policy/acme-prod-boundary";
  for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"])
    expect(letting(action).map(({ Condition }) => Condition?.["StringEquals"])).toEqual([
      { "iam:PermissionsBoundary": own },
    ]);
  expect(letting("iam:AttachRolePolicy")[0]?.Condition?.["ArnEquals"]?.["iam:PolicyARN"]).toContain(
    "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
  );
  const given = "arn:aws:iam::123456789012:policy/of-the-bank";
  expect(
    letting("iam:CreateRole", awsDeployment({ permissionsBoundary: given }))[0]?.Condition?.["StringEquals"],
  ).toEqual({
    "iam:PermissionsBoundary": given,
  });
  expect(letting("iam:DeleteRolePermissionsBoundary")).toEqual([]);
  expect(letting("iam:CreatePolicyVersion")).toEqual([]);
});

test("the boundary holds what the stacks give, and no right over identities", () => {
  const [allowed, denied] = boundary(stacks).Statement;
  expect(allowed?.Action).toEqual(expect.arrayContaining(["s3:PutObject", "logs:PutLogEvents", "ecr:*"]));
  expect(allowed?.Action.filter((action) => action.startsWith("iam:"))).toEqual([]);
  expect(denied).toMatchObject({ Effect: "Deny", Action: expect.arrayContaining(["iam:*"]) as unknown });
});
