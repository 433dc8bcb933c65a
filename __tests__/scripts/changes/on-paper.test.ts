import { carriedOut, type PlannedChange, type State } from "../../../scripts/changes/on-paper";

const kept = {
  ...{ mode: "managed", type: "aws_vpc", name: "kept", provider: "p" },
  instances: [{ schema_version: 1, attributes: { id: "vpc-1" } }],
};
const state: State = {
  resources: [
    kept,
    { ...kept, name: "gone" },
    {
      ...{ mode: "managed", type: "aws_eip", name: "changed", provider: "p" },
      instances: [{ schema_version: 0, attributes: { id: "eip-1", tags: null } }],
    },
  ],
};
const change = (type: string, name: string, of: Partial<PlannedChange["change"]>): PlannedChange => ({
  ...{ address: `${type}.${name}`, mode: "managed", type, name, provider_name: "registry/aws", schemaVersion: 2 },
  change: { actions: ["update"], before: null, after: null, after_unknown: {}, ...of },
});

test("a template is made up as node groups must name it", () => {
  const made = carriedOut({ resources: [] }, [
    change("aws_launch_template", "pools_worker_A1", {
      actions: ["create"],
      after: {},
      after_unknown: { id: true, latest_version: true },
    }),
  ]);
  expect(made.resources[0]?.instances[0]?.attributes).toEqual({ id: "lt-poolsworkera1", latest_version: 1 });
});

test("what is planned is there, what goes is gone, and all else stays as it is", () => {
  const after = carriedOut(state, [
    change("aws_vpc", "gone", { actions: ["delete"], before: { id: "vpc-1" } }),
    change("aws_vpc", "kept", { actions: ["no-op"], before: { id: "vpc-1" }, after: { id: "other" } }),
    change("aws_eip", "changed", {
      before: { id: "eip-1", tags: null },
      after: { tags: { a: "b" } },
      after_unknown: { id: true },
    }),
    change("aws_subnet", "new", {
      actions: ["create"],
      after: { cidr_block: "10.0.0.0/24", parts: [{ size: 1 }] },
      after_unknown: { id: true, arn: true, owner_id: true, parts: [{ id: true }] },
    }),
  ]);
  expect(after.resources.map(({ type, name, instances }) => [`${type}.${name}`, instances[0]?.attributes])).toEqual([
    ["aws_vpc.kept", { id: "vpc-1" }],
    ["aws_eip.changed", { id: "eip-1", tags: { a: "b" } }],
    [
      "aws_subnet.new",
      {
        cidr_block: "10.0.0.0/24",
        parts: [{ size: 1, id: "aws_subnet-new" }],
        id: "aws_subnet-new",
        arn: expect.stringMatching(/^arn:aws:/) as string,
        owner_id: null,
      },
    ],
  ]);
  expect(after.resources.at(-1)).toMatchObject({ provider: 'provider["registry/aws"]' });
});
