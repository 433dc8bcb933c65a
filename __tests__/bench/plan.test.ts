import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePlan } from "../../bench/plan";
import { verifyPaths } from "../../verification/verify";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "bench-plan-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A full service, one with a few rules of its own, one with inline rules only. */
test.each([50, 143, 107])("every one of %i rules is judged, and fine", async (rules) => {
  const plan = join(folder, "plan.json");
  writePlan(plan, rules);
  const { findings, judged } = await verifyPaths([plan]);
  expect(findings).toEqual([]);
  expect(judged.rules).toBe(rules);
  expect(execFileSync(process.execPath, [join(__dirname, "../../bench/floor.js"), plan], { encoding: "utf8" })).toBe(
    `${rules}\n`,
  );
});

test.each([
  [100, 'module.service["1"].aws_vpc_security_group_ingress_rule.blocks["49"]'],
  [61, 'module.service["1"].aws_security_group.this'],
])("the last of %i rules, if it is open, is found", async (rules, resource) => {
  const plan = join(folder, "plan.json");
  writePlan(plan, rules, { open: true });
  const { findings } = await verifyPaths([plan]);
  expect(findings).toEqual([expect.objectContaining({ invariant: "no-inbound", status: "violated", resource })]);
});
