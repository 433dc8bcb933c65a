import { CLOUDS } from "../../config/deployment";
import { controlsOf, FRAMEWORKS } from "../../report/controls";
import type { InvariantState } from "../../report/html/model";
import { pageOf } from "../../report/html/index";
import { invariants } from "../../verification/invariants";
import { judgeEach } from "../../verification/verify";
import { writtenStacks } from "../../cli/written-stacks";
import { deploymentOn } from "../support/deployments";

const ids = invariants.map(({ id }) => id);
const allHold: readonly { readonly id: string; readonly state: InvariantState }[] = ids.map((id) => ({
  id,
  state: "holds",
}));

test("every control's evidence is an invariant that there is, and it says what is not covered, and its source", () => {
  for (const { source, controls } of Object.values(FRAMEWORKS)) {
    expect(source).toMatch(/^https:\/\//);
    for (const { id, title, invariants: evidence, notCovered } of controls) {
      expect(evidence.filter((one) => !ids.includes(one))).toEqual([]);
      expect(evidence.length).toBeGreaterThan(0);
      expect([id, title, notCovered].every((text) => text !== "")).toBe(true);
      expect(notCovered).toMatch(/\.$/);
    }
  }
});

test.each(CLOUDS)("%s: frameworks of other clouds are left out, and those of every cloud are in", (cloud) => {
  const shown = new Set(controlsOf(cloud, allHold).map(({ framework }) => framework));
  const others = Object.entries(FRAMEWORKS).filter(([, one]) => one.cloud !== undefined && one.cloud !== cloud);
  expect(others.filter(([name]) => shown.has(name))).toEqual([]);
  expect(shown.size).toBe(Object.keys(FRAMEWORKS).length - others.length);
});

const resultOf = (state: InvariantState, of: string) => {
  const states = allHold.map((one) => (one.id === of ? { id: of, state } : one));
  return controlsOf("aws", states).find(({ id }) => id === "CC6.7")?.state;
};

test.each<[InvariantState]>([["violated"], ["unknown"], ["known"], ["not asked"], ["excepted"], ["holds"]])(
  "a control is no better than the invariant of it that holds least: %s",
  (state) => {
    expect(resultOf(state, "residency")).toBe(state);
    expect(resultOf(state, "no-inbound")).toBe("holds");
  },
);

test("an invariant that was not judged is no evidence", () => {
  const without = allHold.filter(({ id }) => id !== "egress-allowlist");
  expect(controlsOf("aws", without).find(({ id }) => id === "CC6.7")?.state).toBe("not asked");
});

test("the page shows each control of a deployment with its result, and a violated invariant in all of its controls", async () => {
  const resources = writtenStacks(deploymentOn("aws"));
  const opened = resources.map((resource) =>
    resource.type === "aws_kms_key" ? { ...resource, values: { ...resource.values, multi_region: true } } : resource,
  );
  const statesOf = async (judged: typeof resources) => {
    const page = await pageOf(judgeEach(judged), "2026-11-30");
    return new Map(page.systems[0]?.controls.map(({ framework, id, state }) => [`${framework} ${id}`, state]));
  };
  expect(new Set((await statesOf(resources)).values())).toEqual(new Set(["holds"]));
  const violated = [...(await statesOf(opened))].filter(([, state]) => state !== "holds");
  expect(violated).toEqual([["SOC 2 CC6 CC6.7", "violated"]]);
});
