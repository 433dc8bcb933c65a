import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { EFFECTS } from "../../config/changes";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { changesOf, ruleOf } from "../../config/field-changes";
import { parseDeployment } from "../../config/loader";
import { CATALOGUES, patched, type Patch } from "../../scripts/changes/catalogue";
import type { RecordedAction, RecordedChange, Recording } from "../../scripts/changes/record";

const ROOT = join(__dirname, "../..");
const readText = (file: string) => readFileSync(join(ROOT, file), "utf8");

/** What rules say of a change of the catalogue, the gravest of them. */
function effectOf(cloud: Cloud, { option, change }: RecordedChange): number {
  const entry = CATALOGUES[cloud].find((one) => one.option === option && one.change === change);
  if (!entry) throw new Error(`${option}, ${change}: not in the catalogue`);
  const { standing = {}, to } = entry;
  const example = parse(readText(`deployments/examples/${cloud}-us-east-2.yaml`)) as Patch;
  const deploymentOf = (patch: unknown) =>
    parseDeployment(stringify(patched(example, patch)), "deployment.yaml").deployment;
  const rules = changesOf(deploymentOf(standing), deploymentOf(patched(standing, to)));
  return Math.max(0, ...rules.map((one) => EFFECTS.indexOf(ruleOf(cloud, one)?.effect ?? "in-place")));
}

const isAnew = ({ address, actions }: RecordedAction) =>
  /^(aws_eks_(cluster|node_group)|google_container_(cluster|node_pool)|azurerm_kubernetes_cluster(_node_pool)?)\./.test(
    address,
  ) &&
  actions.includes("delete") &&
  actions.includes("create");

describe.each(CLOUDS)("%s", (cloud) => {
  const { changes } = JSON.parse(readText(`scripts/changes/${cloud}.json`)) as Recording;
  const stopped = changes.filter(({ refused }) => refused !== undefined);
  const anew = changes.filter(({ actions }) => actions.some(isAnew));

  test("some of both were recorded", () => {
    expect(stopped.length).toBeGreaterThan(5);
    expect(anew.length).toBeGreaterThan(4);
  });

  test.each(stopped)("$option, $change: a plan that is refused is of a change that rules call impossible", (row) => {
    expect(EFFECTS[effectOf(cloud, row)]).toBe("impossible");
  });

  test.each(anew)("$option, $change: what a plan makes anew, rules call so", (row) => {
    expect(effectOf(cloud, row)).toBeGreaterThanOrEqual(EFFECTS.indexOf("replaces"));
  });
});
