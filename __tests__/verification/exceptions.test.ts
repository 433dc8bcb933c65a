import { applyExceptions } from "../../verification/exceptions";
import type { Finding } from "../../verification/model";
import { defaultPolicy, type Exception } from "../../verification/policy";
import { verify } from "../../verification/verify";
import { add, copyOf, idOf, judge, remove, synthesize } from "../support/tree";

const HERE = { file: "deployment", line: 1 };

const finding = (resource: string): Finding => ({
  invariant: "no-inbound",
  status: "violated",
  resource,
  location: HERE,
  message: "open",
  remedy: "Close it.",
});

const exception = (fields: Partial<Exception> = {}): Exception => ({
  id: "no-inbound",
  resource: "aws_lb.a",
  reason: "because it is agreed",
  expires: "2026-06-30",
  ...fields,
});

describe("an exception", () => {
  test.each<[string, Partial<Exception>, string, string, string[]]>([
    ["covers its resource on its last day", {}, "2026-06-30", "used", []],
    ["covers what its pattern names", { resource: "aws_lb.*" }, "2026-01-01", "used", []],
    ["covers no other resource", { resource: "aws_lb" }, "2026-01-01", "unused", ["open"]],
    ["covers no other invariant", { id: "flow-logs" }, "2026-01-01", "unused", ["open"]],
    ["covers nothing after its end", {}, "2026-07-01", "expired", ["open; its exception expired on 2026-06-30"]],
  ])("%s", (_, fields, today, state, messages) => {
    const { findings, exceptions } = applyExceptions([finding("aws_lb.a")], [exception(fields)], today, HERE);
    expect(findings.map(({ message }) => message)).toEqual(messages);
    expect(exceptions).toMatchObject([
      { ...exception(fields), state, findings: state === "used" ? [finding("aws_lb.a")] : [] },
    ]);
  });

  test("is a finding itself once it has ended, where nothing departs any more", () => {
    const { findings } = applyExceptions([], [exception()], "2026-07-01", HERE);
    expect(findings).toMatchObject([
      { invariant: "no-inbound", resource: "aws_lb.a", status: "violated", location: HERE },
    ]);
  });
});

describe("private management (BYOC)", () => {
  const privateManagement = {
    principals: ["arn:aws:iam::210987654321:role/management"],
    reason: "Union operates the cluster under the BYOC agreement.",
    expires: "2027-06-30",
  };
  const tree = synthesize({ privateManagement });

  test("is the one exception of its deployment, and is used", async () => {
    const { verdict, exceptions } = await judge(tree, { today: "2027-06-30" });
    expect(verdict).toBe("pass");
    expect(exceptions).toMatchObject([{ id: "no-inbound", reason: privateManagement.reason, state: "used" }]);
    expect(exceptions[0]?.findings).toMatchObject([
      { counterexample: { direction: "inbound", source: "aws:privatelink" } },
    ]);
  });

  test("fails after its end", async () => {
    const { findings } = await judge(tree, { today: "2027-07-01" });
    expect(findings.map(({ invariant, message }) => [invariant, message.includes("expired on 2027-06-30")])).toEqual([
      ["no-inbound", true],
    ]);
  });

  test("covers no rule beside it", async () => {
    const changed = copyOf(tree);
    add(changed.infrastructure, "aws_vpc_security_group_ingress_rule", {
      security_group_id: idOf(changed.infrastructure, "aws_security_group", /load-balancer-group/),
      ip_protocol: "tcp",
      from_port: 443,
      to_port: 443,
      cidr_ipv4: "81.2.69.0/24",
    });
    const { findings } = await judge(changed, { today: "2027-06-30" });
    expect(findings.map(({ invariant, resource }) => [invariant, resource])).toEqual([
      ["no-inbound", "aws_vpc_security_group_ingress_rule.added"],
    ]);
  });

  test("must lead to the API from end to end", async () => {
    const changed = copyOf(tree);
    remove(changed.infrastructure, "aws_vpc_security_group_ingress_rule", /cluster-from-load-balancer/);
    const { findings } = await judge(changed, { today: "2027-06-30" });
    expect(findings).toMatchObject([{ invariant: "required-paths", message: expect.stringContaining("BYOC only") }]);
  });
});

test("an exception that names no invariant is a finding, not an exception that nobody notices", () => {
  const strange = exception({ id: "no-inbund", expires: "2999-12-31" });
  const { findings } = verify([], { policy: { ...defaultPolicy(), exceptions: [strange] } });
  expect(findings).toMatchObject([{ invariant: "no-inbund", status: "unknown", resource: "aws_lb.a" }]);
});
