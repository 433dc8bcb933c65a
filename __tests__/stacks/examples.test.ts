import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readStack, synthesizeExamples } from "../support/examples";

const { folder } = synthesizeExamples();
afterAll(() => rmSync(folder, { recursive: true }));

test.each(readdirSync(join(folder, "stacks")))("stack %s is as reviewed", (stack) => {
  expect(readStack(folder, stack)).toMatchSnapshot();
});
