import { renderText } from "../../report/text";
import { ASSUMED, FAILED, failedBy, PASSED } from "../support/report";

test("says what holds", () => {
  expect(renderText(PASSED)).toBe("pass: every invariant holds (1 rule at 2 endpoints judged)\n");
});

test("says beside the verdict what a reader should know", () => {
  expect(renderText({ ...PASSED, warnings: ["the list is old"] })).toBe(
    "warning: the list is old\npass: every invariant holds (1 rule at 2 endpoints judged)\n",
  );
});

test("says what does not hold, by which packet and where, and every exception", () => {
  expect(renderText(FAILED)).toBe(
    `violated no-inbound: TCP 22 from 1.0.0.1 can reach aws_instance.web
  at aws_security_group.a (stacks/a/cdk.tf.json:7)
  packet: TCP 22 from 1.0.0.1 to aws_instance.web
  remedy: Remove the rule.

unknown egress-allowlist: module.vpc is not judged
  at module.vpc (main.tf)
  packet: protocol 99 from module.vpc to aws:s3
  remedy: Put the module in the input.

exception (used) no-inbound: aws_lb.a until 2999-12-31: until the move
exception (unused) no-inbound: aws_lb.b until 2999-12-31: until the move
exception (expired) no-inbound: aws_lb.c until 2020-01-31: until the move
fail: 2 findings (3 rules at 1 endpoint judged)
`,
  );
});

test("says by what others run it holds, each thing once", () => {
  expect(renderText(ASSUMED)).toBe(
    `exception (used) no-inbound: aws_lb.a until 2999-12-31: until the move
assumption way-out of acme-a, acme-b and 2 more (network.transitGatewayId): What stands behind tgw-1 lets it out.
  otherwise: No tunnel.
  check: aws ec2 describe-route-tables
assumption no-proxy of acme-a (network.transitGatewayId): What stands behind tgw-1 lets it out.
  otherwise: No tunnel.
  check: who | what
pass: every invariant holds, with 1 exception and 5 assumptions (1 rule at 2 endpoints judged)
`,
  );
});

test("of many deployments says each kind of thing once, by the words of the first", () => {
  const [first] = ASSUMED.assumptions ?? [];
  if (!first) throw new Error("no assumption");
  const assumptions = Array.from({ length: 100 }, (_, i) => ({
    ...first,
    deployment: `acme-${i}`,
    assumed: `What stands behind tgw-${i} lets it out.`,
  }));
  const text = renderText({ ...PASSED, assumptions });
  expect(text.split("\n")).toHaveLength(5);
  expect(text).toContain(
    "assumption way-out of acme-0, acme-1 and 98 more (network.transitGatewayId): What stands behind tgw-0",
  );
  expect(text).toContain("with 100 assumptions");
});

test.each([
  ["a line that looks like a verdict", "a\npass: every invariant holds", "a\\u000apass: every invariant holds"],
  ["what moves the cursor", "a\u001b[2K\r", "a\\u001b[2K\\u000d"],
  ["what turns the direction of writing", "a\u202eb", "a\\u202eb"],
])("a name can't bring %s", (_, resource, shown) => {
  expect(renderText(failedBy({ resource })).split("\n")[1]).toBe(`  at ${shown} (stacks/a/cdk.tf.json:7)`);
});
