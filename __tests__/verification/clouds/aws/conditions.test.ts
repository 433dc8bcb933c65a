import { holds, isLike } from "../../../../verification/clouds/aws/conditions";

const REQUEST = { "aws:principalaccount": "123456789012", "aws:sourcevpce": undefined, "s3:tlsversion": "1.3" };

type Row = readonly [operator: string, key: string, values: readonly string[], answer: boolean | "unknown"];

test.each<Row>([
  ["stringequals", "aws:principalaccount", ["1", "123456789012"], true],
  ["stringequals", "aws:principalaccount", ["1"], false],
  ["stringequals", "aws:principalaccount", ["${}"], "unknown"],
  ["stringnotequals", "aws:principalaccount", ["123456789012"], false],
  ["stringnotequals", "aws:principalaccount", ["1"], true],
  ["stringlike", "aws:principalaccount", ["1234*"], true],
  ["stringnotlike", "aws:principalaccount", ["1234*"], false],
  ["stringequalsifexists", "aws:sourcevpce", ["vpce-1"], true],
  ["stringequals", "aws:sourcevpce", ["vpce-1"], false],
  ["stringnotequals", "aws:sourcevpce", ["vpce-1"], true],
  ["forallvalues:stringequals", "aws:sourcevpce", ["vpce-1"], true],
  ["foranyvalue:stringequals", "aws:sourcevpce", ["vpce-1"], false],
  ["null", "aws:sourcevpce", ["true"], true],
  ["null", "aws:sourcevpce", ["false"], false],
  ["null", "s3:tlsversion", ["false"], true],
  ["numericlessthan", "s3:tlsversion", ["1.2"], false],
  ["numericgreaterthanequals", "s3:tlsversion", ["1.2"], true],
  ["ipaddress", "aws:principalaccount", ["10.0.0.0/8"], "unknown"],
  ["stringequals", "aws:requestedregion", ["eu-west-1"], "unknown"],
])("%s of %s with %j: %s", (operator, key, values, answer) => {
  expect(holds({ operator, key, values }, REQUEST)).toBe(answer);
});

test("patterns have * and ? and nothing else", () => {
  expect(isLike("a.b/c", "a?b/*")).toBe(true);
  expect(isLike("axb", "a.b")).toBe(false);
});
