import { differencesIn, lineOf, type NamedDifferences, unnamed } from "../../chart/differences";
import type { Facts } from "../../chart/facts";
import { rightsOf } from "../../chart/rights";

const NOTHING: NamedDifferences = { renamed: [], absent: [], added: [], changed: [] };
const why = "told by the test";

/** Differences of a small chart and what is written here, in lines; those that `named` leaves. */
function left(chart: Facts, ours: Facts, named: Partial<NamedDifferences> = {}) {
  const list = { ...NOTHING, ...named };
  const { differences, entries } = unnamed(differencesIn("aws", chart, ours, list.renamed), list);
  return { lines: differences.map(lineOf), entries };
}

const CHART = { cook: { hat: "white", knife: "long" }, waiter: { tray: "round" } };
const OURS = { cook: { hat: "white", knife: "short", apron: "yes" }, dishwasher: { sink: "deep" } };

test("a difference that no entry names is told in a line", () => {
  expect(left(CHART, OURS).lines).toEqual([
    "cook: apron (aws): only here it is 'yes'",
    "cook: knife (aws): the chart has 'long', here it is 'short'",
    "dishwasher (aws): only here it is",
    "waiter (aws): only the chart has it",
  ]);
});

test("entries name differences by patterns, each kind its own", () => {
  const named = {
    absent: [{ facts: ["waiter"], why }],
    added: [{ facts: ["cook: *", "dish*"], why }],
    changed: [{ facts: ["*: knife"], chart: "long", ours: "short", why }],
  };
  expect(left(CHART, OURS, named)).toEqual({ lines: [], entries: [] });
});

test.each<[string, Partial<NamedDifferences>]>([
  ["another value of the chart's", { changed: [{ facts: ["cook: knife"], chart: "longer", ours: "short", why }] }],
  ["another value of ours", { changed: [{ facts: ["cook: knife"], chart: "long", ours: "shorter", why }] }],
  ["another column", { changed: [{ facts: ["cook: knife"], in: ["gcp"], chart: "long", ours: "short", why }] }],
  ["another kind of difference", { added: [{ facts: ["cook: knife"], why }] }],
])("an entry of %s names nothing, and is told", (_, named) => {
  const { lines, entries } = left(CHART, OURS, named);
  expect(lines).toContain("cook: knife (aws): the chart has 'long', here it is 'short'");
  expect(entries).toEqual([expect.stringContaining("cook: knife")]);
});

test("an addition may be named with its value only", () => {
  const added = [{ facts: ["cook: apron"], ours: "no", why }];
  expect(left(CHART, OURS, { added }).lines).toContain("cook: apron (aws): only here it is 'yes'");
});

test("what has another name here is compared by it, object and fact", () => {
  const renamed = [
    { chart: "waiter", ours: "servant", why },
    { chart: "waiter: tray", ours: "servant: plate", why },
  ];
  expect(left({ waiter: { tray: "round", tray2: "x" } }, { servant: { plate: "round" } }, { renamed }).lines).toEqual([
    "servant: tray2 (aws): only the chart has 'x'",
  ]);
});

describe("rights", () => {
  const role = (name: string, rules: Record<string, string>) => ({ [name]: { apiVersion: "v1", ...rules } });
  const binding = (name: string, gives: string) => ({ [name]: { gives } });
  const chart = {
    ...role("Role cooks", { "may */secrets": "get list", "may food/pots": "get" }),
    ...binding("RoleBinding cooks", "Role cooks to ServiceAccount cook"),
  };

  test("are those of accounts, however roles are cut; of every group where a rule names all", () => {
    const ours = {
      ...role("Role a", { "may core/secrets": "get" }),
      ...role("ClusterRole b", { "may core/secrets": "list", "may food/pots": "get" }),
      ...binding("RoleBinding a", "Role a to ServiceAccount cook"),
      ...binding("RoleBinding b", "ClusterRole b to ServiceAccount cook and ServiceAccount other"),
    };
    expect(left(chart, ours).lines).toEqual(["ServiceAccount other (aws): only here it is"]);
  });

  test.each([
    [
      "less",
      { "may core/secrets": "get", "may food/pots": "get" },
      "only the chart has 'in union'",
      "list core/secrets",
    ],
    [
      "more",
      { "may core/secrets": "get list watch", "may food/pots": "get" },
      "only here it is 'in union'",
      "watch core/secrets",
    ],
  ])("%s of them is a difference", (_, rules, said, right) => {
    const ours = { ...role("Role a", rules), ...binding("RoleBinding a", "Role a to ServiceAccount cook") };
    expect(left(chart, ours).lines).toEqual([`ServiceAccount cook: may ${right} (aws): ${said}`]);
  });

  test("say where they hold", () => {
    const facts = {
      ...role("ClusterRole cooks", { "may food/pots": "get" }),
      ...role("Role cellar/helpers", { "may food/jars": "get" }),
      ...role("ClusterRole all", { "may food/jars": "get list" }),
      ...binding("RoleBinding cooks", "ClusterRole cooks to ServiceAccount cook"),
      ...binding("RoleBinding cellar/cooks", "ClusterRole cooks to ServiceAccount cook"),
      ...binding("RoleBinding cellar/helpers", "Role helpers to ServiceAccount cook"),
      ...binding("ClusterRoleBinding all", "ClusterRole all to ServiceAccount cook"),
    };
    expect(rightsOf(facts)).toEqual({
      "ServiceAccount cook": {
        "may get food/pots": "in cellar, in union",
        "may get food/jars": "everywhere",
        "may list food/jars": "everywhere",
      },
    });
  });
});
