import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { stacksOf } from "../../config/names";
import { judgeEach, loadJudged } from "../../verification/verify";
import { connectivityOf } from "../support/connectivity";
import { EXAMPLES, readStack, synthesizeExamples } from "../support/examples";
import { expectFile } from "../support/file-snapshot";
import { inventoryOf } from "../support/inventory";

const { folder, loaded } = synthesizeExamples();
afterAll(() => rmSync(folder, { recursive: true }));

const SNAPSHOTS = join(__dirname, "__snapshots__");
const examples = loaded.map(({ deployment, file }) => ({ example: basename(file, ".yaml"), deployment }));

/** Of these the stacks are kept in full: between them they have nearly every type of resource. */
const IN_FULL = examples.filter(({ example }) => example.endsWith("-eu-west-1"));

let judged: ReturnType<typeof judgeEach>;
beforeAll(async () => (judged = judgeEach(await loadJudged([folder]))));

test.each(examples)("$example is as reviewed: who opens what to whom, and what is made", ({ example, deployment }) => {
  const [judgement, ...others] = judged.judgements.filter((one) => one.deployment?.name === deployment.name);
  expect(others).toEqual([]);
  if (!judgement) throw new Error(`${deployment.name} is not judged`);
  const inventories = stacksOf(deployment).map((stack) => `# ${stack}\n\n${inventoryOf(readStack(folder, stack))}`);
  const connectivity = `# Who may open what to whom (perhaps: these files alone do not tell)\n\n${connectivityOf(judgement)}`;
  expectFile(join(SNAPSHOTS, `${example}.txt`), [connectivity, ...inventories].join("\n"));
});

test.each(IN_FULL.flatMap(({ deployment }) => stacksOf(deployment)))("stack %s is as reviewed in full", (stack) => {
  expectFile(join(SNAPSHOTS, `${stack}.json`), `${JSON.stringify(readStack(folder, stack), null, 2)}\n`);
});

test("one example on each cloud is kept in full, and nothing of an example that is no more", () => {
  expect(IN_FULL.map(({ deployment }) => deployment.cloud).sort()).toEqual(["aws", "azure", "google"]);
  const expected = [
    ...examples.map(({ example }) => `${example}.txt`),
    ...IN_FULL.flatMap(({ deployment }) => stacksOf(deployment)).map((stack) => `${stack}.json`),
  ];
  const isOfExamples = (name: string) => name.endsWith(".json") || /^(aws|azure|google)-/.test(name);
  expect(readdirSync(SNAPSHOTS).filter(isOfExamples).sort()).toEqual(expected.sort());
});

test("a deployment's stacks are the same whatever others are beside them", () => {
  const alone = synthesizeExamples(join(EXAMPLES, "azure-us-west-2.yaml"));
  const stacks = readdirSync(join(alone.folder, "stacks"));
  expect(stacks).toHaveLength(2);
  for (const stack of stacks) expect(readStack(alone.folder, stack)).toEqual(readStack(folder, stack));
  rmSync(alone.folder, { recursive: true });
});
