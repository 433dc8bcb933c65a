import { readFileSync } from "node:fs";
import { listFile, lists, listText } from "../../scripts/checks";
import { invariants } from "../../verification/invariants/index";

test("every cloud has a list", () => {
  expect([...lists()].sort()).toEqual(
    ["aws", "azure", "google", "kubernetes"].map((cloud) => `${cloud}/checks/index.ts`),
  );
});

test.each(lists())("%s lists what its folder holds, by ids of invariants", (list) => {
  const text = readFileSync(listFile(list), "utf8");
  expect(text).toBe(listText(list));
  const ids = new Set(invariants.map(({ id }) => id));
  const listed = [...text.matchAll(/from "\.\/([\w-]+)"/g)].map(([, id]) => id);
  expect(listed.length).toBeGreaterThan(5);
  expect(listed.filter((id) => !ids.has(id ?? ""))).toEqual([]);
});
