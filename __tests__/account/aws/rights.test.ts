import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RIGHTS, readOnlyPolicy } from "../../../account/aws/rights";

const FOLDER = join(__dirname, "../../../account/aws");
const sources = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && path !== "rights.ts")
  .map((path) => readFileSync(join(FOLDER, path), "utf8"))
  .join("\n");

test("each right is one that a call needs", () => {
  const unused = RIGHTS.filter((right) => !sources.includes(`"${right}"`));
  // Whoever has credentials may ask whose they are.
  expect(unused).toEqual(["sts:GetCallerIdentity"]);
});

test("each reads and changes nothing, and none reads what is secret", () => {
  expect(RIGHTS.filter((right) => !/:(Describe|Get|List)[A-Z]/.test(right))).toEqual([]);
  expect(RIGHTS.filter((right) => /SecretValue|GetObject$|Parameter|Decrypt|Password|UserData/i.test(right))).toEqual(
    [],
  );
});

test("the policy grants them and no others", () => {
  expect(readOnlyPolicy().Statement.map(({ Effect, Action }) => [Effect, Action])).toEqual([["Allow", RIGHTS]]);
});
