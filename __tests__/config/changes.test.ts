import { CHANGES } from "../../config/changes";
import { CLOUDS } from "../../config/deployment";
import { deploymentJsonSchema, nodesAt, type Node } from "../../config/json-schema";

const { oneOf = [] } = JSON.parse(deploymentJsonSchema()) as Node;
/** Rules that clouds share name fields of each. */
const ANY = "";
const nodesOf = (cloud: string, field: string) =>
  oneOf
    .filter(({ properties }) => cloud === ANY || properties?.["cloud"]?.const === cloud)
    .flatMap((variant) => nodesAt(variant, field.replaceAll("[]", "").split(".")));

test("a field that is none is not found", () => {
  expect(nodesOf("aws", "nodePools.NAME.nothing")).toEqual([]);
});

test.each(CLOUDS)("%s: every rule is of a field of a schema, which says so where it can't change later", (cloud) => {
  const fieldsOf = (isOne: (effect: string) => boolean) =>
    CHANGES[cloud].filter(({ effect }) => isOne(effect)).map(({ field }) => field);
  expect(fieldsOf(() => true).filter((field) => nodesOf(ANY, field).length === 0)).toEqual([]);
  const unmarked = fieldsOf((effect) => effect === "impossible").filter((field) =>
    nodesOf(cloud, field).some((node) => node["x-laterChange"] === undefined),
  );
  expect(unmarked).toEqual([]);
});
