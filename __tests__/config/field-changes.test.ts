import { zonesOfRegion } from "../../config/cloud-regions";
import { changesOf, fits } from "../../config/field-changes";
import { awsDeployment, EXISTING_NETWORK } from "../support/deployments";

const pool = (fields: object = {}) => ({ role: "worker", instanceTypes: ["m7i.large"], ...fields });
const changes = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  changesOf(awsDeployment(before), awsDeployment(after));
const only = (before: Record<string, unknown>, after: Record<string, unknown>) => {
  const [change, ...others] = changes(before, after);
  expect(others).toEqual([]);
  return change as NonNullable<typeof change>;
};

test("the same deployment has no change", () => {
  expect(changes({}, {})).toEqual([]);
});

test.each<
  [what: string, before: Record<string, unknown>, after: Record<string, unknown>, field: string, kinds: string[]]
>([
  ["a version raised", {}, { kubernetesVersion: "1.36" }, "kubernetesVersion", ["raised", "changed"]],
  ["a version lowered", { kubernetesVersion: "1.36" }, {}, "kubernetesVersion", ["lowered", "changed"]],
  ["a number raised", {}, { logRetentionDays: 400 }, "logRetentionDays", ["raised", "changed"]],
  ["a choice", {}, { rbac: "low-privilege" }, "rbac", ["changed"]],
  ["a tag added", {}, { tags: { team: "ml" } }, "tags.team", ["added"]],
  ["a tag changed", { tags: { team: "a" } }, { tags: { team: "b" } }, "tags.team", ["changed"]],
  ["a first entry of a list", {}, { taskNamespaces: ["a-b"] }, "taskNamespaces", ["first", "added"]],
  ["an entry of a list", { taskNamespaces: ["a-b"] }, { taskNamespaces: ["a-b", "a-c"] }, "taskNamespaces", ["added"]],
  ["an entry taken out", { taskNamespaces: ["a-b"] }, {}, "taskNamespaces", ["removed"]],
  [
    "an entry in place of another",
    { taskNamespaces: ["a-b"] },
    { taskNamespaces: ["a-c"] },
    "taskNamespaces",
    ["added", "removed", "changed"],
  ],
  [
    "a field of an entry",
    { exceptions: [{ id: "flow-logs", resource: "aws_vpc.a", reason: "A laboratory.", expires: "2999-01-01" }] },
    { exceptions: [{ id: "flow-logs", resource: "aws_vpc.a", reason: "A laboratory.", expires: "2999-01-02" }] },
    "exceptions[0].expires",
    ["changed"],
  ],
])("%s", (_, before, after, field, kinds) => {
  expect(only(before, after)).toMatchObject({ field, kinds });
});

test("a pool comes as one change, and a rule of its fields does not speak of that", () => {
  const own = awsDeployment().nodePools;
  const change = only({}, { nodePools: { ...own, extra: pool() } });
  expect(change).toMatchObject({ field: "nodePools.extra", kinds: ["added"], from: undefined });
  expect(fits({ field: "nodePools.NAME" }, change)).toBe(true);
  expect(fits({ field: "nodePools.NAME.instanceTypes" }, change)).toBe(false);
});

test("a field of a pool has the pool's name, and fits the option's and those above it", () => {
  const own: Record<string, object> = { ...awsDeployment().nodePools, batch: pool() };
  const change = only({ nodePools: own }, { nodePools: { ...own, batch: pool({ diskGiB: 200 }) } });
  expect(change.field).toBe("nodePools.batch.diskGiB");
  expect(fits({ field: "nodePools.NAME.diskGiB", when: "raised" }, change)).toBe(true);
  expect(fits({ field: "nodePools.NAME.diskGiB", when: ["lowered", "added"] }, change)).toBe(false);
  expect(fits({ field: "nodePools" }, change)).toBe(true);
  expect(fits({ field: "nodePools.NAME.disk" }, change)).toBe(false);
});

test("an object that comes is one change that rules of its fields speak of too", () => {
  const change = changes({}, { network: { existing: EXISTING_NETWORK } }).find(
    ({ field }) => field === "network.existing",
  ) as ReturnType<typeof changes>[0];
  expect(change.kinds).toEqual(["added"]);
  expect(fits({ field: "network.existing.vpcId" }, change)).toBe(true);
  expect(fits({ field: "network.existing", when: "removed" }, change)).toBe(false);
});

test("what comes inside of an object is no coming of the object", () => {
  const bare = { network: { existing: EXISTING_NETWORK } };
  const nodeSubnets = [...EXISTING_NETWORK.nodeSubnets, { id: "subnet-5", cidr: "10.0.48.0/20" }];
  const joined = { network: { existing: { ...EXISTING_NETWORK, nodeSubnets } } };
  const change = only(bare, joined);
  expect(change).toMatchObject({ field: "network.existing.nodeSubnets", kinds: ["added"] });
  expect(fits({ field: "network.existing", when: "added" }, change)).toBe(false);
  expect(fits({ field: "network.existing" }, change)).toBe(true);
  expect(fits({ field: "network.existing.nodeSubnets", when: "added" }, change)).toBe(true);
});

test("values on both sides", () => {
  const change = only({}, { rbac: "low-privilege" });
  expect(fits({ field: "rbac", when: { from: "standard", to: "low-privilege" } }, change)).toBe(true);
  expect(fits({ field: "rbac", when: { to: "standard" } }, change)).toBe(false);
});

describe("zones that AWS's networks are made with", () => {
  const [first = "", second = "", third = ""] = zonesOfRegion("aws", awsDeployment().cloudRegion);

  test("are no change where the default is written out, or left to itself again", () => {
    const same = { network: { zones: [first, second, third] } };
    expect(changes({}, same)).toEqual([]);
    expect(changes(same, {})).toEqual([]);
  });

  test("are one where they are others than the default", () => {
    expect(only({}, { network: { zones: [first, second] } })).toMatchObject({
      ...{ field: "network.zones", kinds: ["removed"] },
      ...{ from: [first, second, third], to: [first, second] },
    });
  });
});
