import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { EFFECTS } from "../../../config/changes";
import { changesOf, ruleOf } from "../../../config/field-changes";
import { parseDeployment } from "../../../config/loader";
import { CATALOGUES, patched, type Patch } from "../../../scripts/changes/catalogue";
import type { RecordedAction, Recording } from "../../../scripts/changes/record";

const ROOT = join(__dirname, "../../..");
const example = parse(readFileSync(join(ROOT, "deployments/examples/google-us-east-2.yaml"), "utf8")) as Patch;
const { changes } = JSON.parse(readFileSync(join(ROOT, "scripts/changes/google.json"), "utf8")) as Recording;
const deploymentOf = (patch: unknown) =>
  parseDeployment(stringify(patched(example, patch)), "deployment.yaml").deployment;

/** What rules say of a change of the catalogue, the gravest of them. */
function effectOf(option: string, change: string): number {
  const entry = CATALOGUES.google.find((one) => one.option === option && one.change === change);
  if (!entry) throw new Error(`${option}, ${change}: not in the catalogue`);
  const { standing = {}, to } = entry;
  const rules = changesOf(deploymentOf(standing), deploymentOf(patched(standing, to)));
  return Math.max(0, ...rules.map((one) => EFFECTS.indexOf(ruleOf("google", one)?.effect ?? "in-place")));
}

const isAnew = ({ address, actions }: RecordedAction) =>
  /^google_container_(cluster|node_pool)\./.test(address) && actions.includes("delete") && actions.includes("create");

const stopped = changes.filter(({ refused }) => refused !== undefined);
const anew = changes.filter(({ actions }) => actions.some(isAnew));

test("some of both were recorded", () => {
  expect(stopped.length).toBeGreaterThan(5);
  expect(anew.length).toBeGreaterThan(10);
});

test.each(stopped)("$option, $change: a plan that is refused is of a change that rules call impossible", (row) => {
  expect(EFFECTS[effectOf(row.option, row.change)]).toBe("impossible");
});

test.each(anew)("$option, $change: what a plan makes anew, rules call so", (row) => {
  expect(effectOf(row.option, row.change)).toBeGreaterThanOrEqual(EFFECTS.indexOf("replaces"));
});
