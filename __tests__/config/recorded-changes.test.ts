import { EFFECTS } from "../../config/change-rule";
import { CLOUDS, type Cloud } from "../../config/deployment";
import { changesOf, ruleOf } from "../../config/field-changes";
import { CATALOGUES } from "../../scripts/changes/catalogue";
import { recordingOf, type RecordedAction, type RecordedChange } from "../../scripts/changes/record";
import { changedDeployments } from "../../scripts/changes/standing";

/** What rules say of a change of the catalogue, the gravest of them. */
function effectOf(cloud: Cloud, { option, change }: RecordedChange): number {
  const entry = CATALOGUES[cloud].find((one) => one.option === option && one.change === change);
  if (!entry) throw new Error(`${option}, ${change}: not in the catalogue`);
  const both = changedDeployments(cloud, entry);
  if (!both) throw new Error(`${option}, ${change}: is recorded, and nothing is planned of it`);
  const rules = changesOf(...both);
  return Math.max(0, ...rules.map((one) => EFFECTS.indexOf(ruleOf(cloud, one)?.effect ?? "in-place")));
}

const isAnew = ({ address, actions }: RecordedAction) =>
  /^(aws_eks_(cluster|node_group)|google_container_(cluster|node_pool)|azurerm_kubernetes_cluster(_node_pool)?)\./.test(
    address,
  ) &&
  actions.includes("delete") &&
  actions.includes("create");

describe.each(CLOUDS)("%s", (cloud) => {
  const { changes } = recordingOf(cloud);
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
