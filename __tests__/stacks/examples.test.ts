import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES, readStack, synthesizeExamples } from "../support/examples";

const { folder } = synthesizeExamples();
afterAll(() => rmSync(folder, { recursive: true }));

test.each(readdirSync(join(folder, "stacks")))("stack %s is as reviewed", (stack) => {
  expect(readStack(folder, stack)).toMatchSnapshot();
});

test("a deployment's stacks are the same whatever others are beside them", () => {
  const alone = synthesizeExamples(join(EXAMPLES, "azure-us-west-2.yaml"));
  const stacks = readdirSync(join(alone.folder, "stacks"));
  expect(stacks).toHaveLength(2);
  for (const stack of stacks) expect(readStack(alone.folder, stack)).toEqual(readStack(folder, stack));
  rmSync(alone.folder, { recursive: true });
});
