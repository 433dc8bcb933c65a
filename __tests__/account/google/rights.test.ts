import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RIGHTS, readOnlyRole } from "../../../account/google/rights";

const FOLDER = join(__dirname, "../../../account/google");
const sources = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && path !== "rights.ts")
  .map((path) => readFileSync(join(FOLDER, path), "utf8"))
  .join("\n");

test("each right is one that a call needs", () => {
  expect(RIGHTS.filter((right) => !sources.includes(`"${right}"`))).toEqual([]);
});

test("each reads and changes nothing, and none reads what is secret", () => {
  expect(RIGHTS.filter((right) => !/\.(get|list)[A-Za-z]*$/.test(right))).toEqual([]);
  expect(RIGHTS.filter((right) => /versions|objects|access|decrypt/i.test(right))).toEqual([]);
});

test("the role grants them and no others", () => {
  expect(readOnlyRole().includedPermissions).toEqual(RIGHTS);
});
