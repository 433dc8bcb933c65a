/**
 * The least that any verification of a plan does: parses the file that is named and goes through its rules once.
 * Prints how many there are.
 */
const { readFileSync } = require("node:fs");

const RULE = /^aws_vpc_security_group_(ingress|egress)_rule$/;

function countRules({ resources = [], child_modules: modules = [] }) {
  let count = 0;
  for (const { type, values } of resources) {
    if (RULE.test(type)) count++;
    else count += (values.ingress?.length ?? 0) + (values.egress?.length ?? 0);
  }
  for (const module of modules) count += countRules(module);
  return count;
}

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
console.log(countRules(plan.planned_values.root_module));
