import { renderMarkdown } from "../../report/markdown";
import { ASSUMED, FAILED, failedBy, PASSED } from "../support/report";

test("says what holds", () => {
  expect(renderMarkdown(PASSED)).toBe("### Outbound-only: every invariant holds\n\n1 rule at 2 endpoints judged.\n");
});

test("is a table of findings and one of exceptions", () => {
  expect(renderMarkdown(FAILED)).toBe(
    `### Outbound-only: 2 findings

3 rules at 1 endpoint judged.

| Invariant | Status | Where | What | Packet | Remedy |
|---|---|---|---|---|---|
| \`no-inbound\` | violated | \`aws_security_group.a\`<br>stacks/a/cdk.tf.json:7 | TCP 22 from 1.0.0.1 can reach aws_instance.web | TCP 22 from 1.0.0.1 to aws_instance.web | Remove the rule. |
| \`egress-allowlist\` | unknown | \`module.vpc\`<br>main.tf | module.vpc is not judged | protocol 99 from module.vpc to aws:s3 | Put the module in the input. |

| Exception | Resource | Reason | Until | State |
|---|---|---|---|---|
| \`no-inbound\` | \`aws_lb.a\` | until the move | 2999-12-31 | used |
| \`no-inbound\` | \`aws_lb.b\` | until the move | 2999-12-31 | unused |
| \`no-inbound\` | \`aws_lb.c\` | until the move | 2020-01-31 | expired |
`,
  );
});

test("is a table of assumptions, each once", () => {
  const text = renderMarkdown({ ...ASSUMED, exceptions: [] });
  expect(text).toBe(
    `### Outbound-only: every invariant holds, with 5 assumptions

1 rule at 2 endpoints judged.

| Assumption | Field | Assumed | Otherwise | How to check |
|---|---|---|---|---|
| \`way-out\`<br>acme-a, acme-b and 2 more | \`network.transitGatewayId\` | What stands behind tgw-1 lets it out. | No tunnel. | aws ec2 describe-route-tables |
| \`no-proxy\`<br>acme-a | \`network.transitGatewayId\` | What stands behind tgw-1 lets it out. | No tunnel. | who \\| what |
`,
  );
});

/** The cell of the one finding's table that shows a field. */
const cell = (field: "resource" | "message", value: string) => {
  const line = renderMarkdown(failedBy({ [field]: value }))
    .split("\n")
    .find((row) => row.includes("no-inbound"));
  const cells = line?.split(/(?<!(?<!\\)(?:\\\\)*\\)\|/).map((text) => text.trim()) ?? [];
  expect(cells).toHaveLength(8);
  return field === "message" ? cells[4] : cells[3]?.split("<br>")[0];
};

test.each([
  ["a | b", "a \\| b"],
  ["a \\| b", "a \\\\\\| b"],
  ["a\nb", "a\\\\u000ab"],
  ["<img src=x>", "\\<img src=x\\>"],
  ["&lt;", "\\&lt;"],
  ["[a](http://b)", "\\[a\\](http://b)"],
  ["`a` *b* ~c~ _d_ e_f", "\\`a\\` \\*b\\* \\~c\\~ \\_d\\_ e_f"],
])("a message shows as it is: %s", (message, written) => {
  expect(cell("message", message)).toBe(written);
});

test.each([
  ['module.a["x"].aws_instance.b_c', '`module.a["x"].aws_instance.b_c`'],
  ["<b>*", "`<b>*`"],
  ["a`b", "<code>a\\`b</code>"],
  ['a["x|y"]', '<code>a\\["x\\|y"\\]</code>'],
  ["a\nb", "<code>a\\\\u000ab</code>"],
])("a name shows as it is: %s", (name, written) => {
  expect(cell("resource", name)).toBe(written);
});

test("says beside the verdict what a reader should know", () => {
  expect(renderMarkdown({ ...PASSED, warnings: ["the list is old (a|b)"] })).toContain(
    "**Warning**: the list is old (a\\|b)",
  );
  expect(renderMarkdown(PASSED)).not.toContain("Warning");
});
