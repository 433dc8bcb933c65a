import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RIGHTS, readOnlyPolicy } from "../../../account/aws/rights";

const FOLDER = join(__dirname, "../../../account/aws");
const sources = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && path !== "rights.ts")
  .map((path) => readFileSync(join(FOLDER, path), "utf8"))
  .join("\n");

test("each right is one that a call needs", () => {
  expect(RIGHTS.filter((right) => !sources.includes(`"${right}"`))).toEqual([]);
});

test("each reads and changes nothing, and none reads what is secret", () => {
  // API Gateway has one right for all that is read.
  expect(RIGHTS.filter((right) => !/:(Describe|Get|List)[A-Z]/.test(right))).toEqual(["apigateway:GET"]);
  expect(RIGHTS.filter((right) => /SecretValue|GetObject$|Parameter|Decrypt|Password|UserData/i.test(right))).toEqual(
    [],
  );
});

test("the policy grants them and no others, and of API Gateway lists alone, none of which holds a key", () => {
  const { Statement } = readOnlyPolicy();
  expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual([...RIGHTS].sort());
  expect(new Set(Statement.map(({ Effect }) => Effect))).toEqual(new Set(["Allow"]));
  const ofApis = Statement.filter(({ Action }) => Action.includes("apigateway:GET"));
  expect(ofApis.map(({ Resource }) => Resource)).toEqual([
    ["apis", "domainnames", "restapis", "vpclinks"].map((path) => `arn:*:apigateway:*::/${path}`),
  ]);
});
