import { compareFields, unusedAllowances } from "../../../verification/diff/fields";
import type { ResourceChange } from "../../../verification/diff/model";
import { describe as changeOf } from "../../../verification/diff/resources";
import { awsDeployment } from "../../support/deployments";

const TODAY = "2026-06-01";
const pool = (fields: object = {}) => ({ role: "worker", instanceTypes: ["m6i.4xlarge"], ...fields });
const SERVICES = { role: "services", instanceTypes: ["m6i.2xlarge"], min: 3, max: 6 };
const pools = (fields: Readonly<Record<string, object>>) => ({ nodePools: { services: SERVICES, ...fields } });
const allow = (change: string, expires = "2026-12-31") => ({
  allow: [{ change, reason: "It is meant, and the data are copied.", expires }],
});
const resource = (change: ResourceChange["change"], type: string, name = "a"): ResourceChange =>
  changeOf(change, { type, address: `${type}.${name}`, location: { file: "cdk.tf.json", line: 1 } }, []);
const compare = (before: Record<string, unknown>, after: Record<string, unknown>, resources: ResourceChange[] = []) =>
  compareFields(awsDeployment(before), awsDeployment(after), resources, TODAY);

describe("a change that loses data", () => {
  const before = { logRetentionDays: 400 };
  const after = { logRetentionDays: 30 };

  test("is refused until its entry of allow names it", () => {
    expect(compare(before, after)).toMatchObject([
      { field: "logRetentionDays", from: "400", to: "30", effect: "in-place", refused: true },
    ]);
    expect(
      compare(before, { ...after, ...allow("tags") }).find(({ field }) => field === "logRetentionDays"),
    ).toMatchObject({ refused: true });
    const [named] = compare(before, { ...after, ...allow("logRetentionDays") });
    expect(named).toMatchObject({ refused: false, allowed: { expires: "2026-12-31" } });
    expect(named?.text).toContain("allowed until 2026-12-31: It is meant, and the data are copied.");
  });

  test("is refused again once the entry has ended", () => {
    const [ended] = compare(before, { ...after, ...allow("logRetentionDays", "2026-05-31") });
    expect(ended).toMatchObject({ refused: true });
    expect(ended?.text).toContain("its entry of `allow` ended on 2026-05-31");
  });
});

test("what is impossible no entry of allow makes possible", () => {
  const after = { network: { serviceCidr: "172.21.0.0/16" } };
  const changes = compare({}, { ...after, ...allow("network.serviceCidr") });
  const change = changes.find(({ field }) => field === "network.serviceCidr");
  expect(change).toMatchObject({ effect: "impossible", refused: true });
});

test("an entry of allow that fits no change is told of", () => {
  const after = awsDeployment(allow("logRetentionDays"));
  expect(unusedAllowances(after, compare({}, allow("logRetentionDays")), TODAY)).toEqual([
    "`allow` of logRetentionDays fits no change: take it out once it is deployed",
  ]);
});

describe("pools change in two steps", () => {
  const both = pools({ worker: pool(), next: pool() });

  test("step 1: the new one comes beside the old one", () => {
    const [change, ...others] = compare(pools({ worker: pool() }), both);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ field: "nodePools.next", effect: "in-place", refused: false });
    expect(change?.does).toBe("adds a pool beside worker, of the same role: step 1 of a change of pools");
  });

  test("step 2: the old one goes while the new one stands", () => {
    const [change] = compare(both, pools({ next: pool() }));
    expect(change).toMatchObject({ field: "nodePools.worker", effect: "in-place", refused: false });
    expect(change?.instead).toMatch(/^drain it first: kubectl drain --selector /);
  });

  test("both at once cut what runs on it, and are refused", () => {
    const changes = compare(pools({ worker: pool() }), pools({ next: pool() }));
    const gone = changes.find(({ field }) => field === "nodePools.worker");
    expect(gone).toMatchObject({ effect: "replaces", refused: true });
    expect(gone?.cuts).toBe("all that runs on it, until nodes of next, which comes with the same change, stand");
  });
});

describe("resources that are destroyed", () => {
  const BUCKET = resource("replaced", "aws_s3_bucket");

  test("belong to the one field that changes", () => {
    expect(compare({}, { tags: { team: "ml" } }, [BUCKET])).toMatchObject([
      { field: "tags.team", effect: "in-place", replaces: ["aws_s3_bucket.a"], refused: true },
    ]);
  });

  test("are told of with all fields that may do it, where no rule says which", () => {
    const after = { tags: { team: "ml" }, clientId: "other" };
    const told = compare({}, after, [BUCKET]).find(({ loses }) => loses !== undefined);
    expect(told).toMatchObject({ loses: "the objects in it (aws_s3_bucket.a)", refused: true });
    expect(told?.field).toContain("tags.team");
  });

  test("are told of with every field that may do it, where rules of several replace something", () => {
    const before = pools({ worker: pool(), spare: pool() });
    const after = pools({ worker: pool({ instanceTypes: ["m6i.8xlarge"] }), spare: pool({ spot: true }) });
    const fields = ["nodePools.worker.instanceTypes", "nodePools.spare.spot"];
    const told = compare(before, after, [BUCKET]).find(({ loses }) => loses?.includes("aws_s3_bucket.a"));
    expect(told).toMatchObject({ refused: true });
    expect(told?.field.split(", ").sort()).toEqual([...fields].sort());
    const named = { allow: fields.flatMap((field) => allow(field).allow) };
    expect(compare(before, { ...after, ...named }, [BUCKET]).filter(({ refused }) => refused)).toEqual([]);
  });

  test("by no field are this package's doing", () => {
    expect(compare({}, {}, [BUCKET])).toMatchObject([{ field: "package", effect: "replaces", refused: true }]);
    expect(compare({}, allow("package"), [BUCKET]).find(({ field }) => field === "package")).toMatchObject({
      refused: false,
    });
  });

  test("but not what is forgotten", () => {
    expect(compare({}, {}, [resource("forgotten", "aws_s3_bucket")])).toEqual([]);
  });
});

test("a template that changes rolls the nodes of its pool", () => {
  const template = resource("changed", "aws_launch_template", "worker");
  const before = pools({ worker: pool({ diskGiB: 100 }) });
  const [change] = compare(before, pools({ worker: pool({ diskGiB: 200 }) }), [template]);
  expect(change).toMatchObject({ field: "nodePools.worker.diskGiB", effect: "rolls-nodes", rolls: ["worker"] });
});
