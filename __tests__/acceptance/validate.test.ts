import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validateStacks } from "../../scripts/validate";
import { synthesizeExamples } from "../support/examples";

const { folder } = synthesizeExamples();
const scratch = mkdtempSync(join(tmpdir(), "validate-"));
afterAll(() => {
  for (const path of [folder, scratch]) rmSync(path, { recursive: true, force: true });
});

test("Terraform and the real providers accept every stack whose providers are at hand", async () => {
  const validations = await validateStacks(folder, scratch);
  expect(validations).toHaveLength(30);
  expect(validations.filter(({ result }) => result === "refused")).toEqual([]);
  expect(validations.filter(({ result }) => result === "valid").map(({ stack }) => stack)).toEqual(
    expect.arrayContaining(
      ["eu-central-1", "eu-west-1", "eu-west-2", "us-east-2", "us-west-2"].map((r) => `acme-${r}`),
    ),
  );
}, 300_000);

test("a stack that they do not accept is refused, with their words", async () => {
  const file = join(folder, "stacks/acme-us-east-2/cdk.tf.json");
  const stack = JSON.parse(readFileSync(file, "utf8"));
  const [vpc] = Object.values<Record<string, unknown>>(stack.resource.aws_vpc);
  Object.assign(vpc ?? {}, { enable_dns_suport: true });
  writeFileSync(file, JSON.stringify(stack));
  const found = (await validateStacks(folder, scratch)).find((validation) => validation.stack === "acme-us-east-2");
  expect(found).toMatchObject({ result: "refused", reason: expect.stringContaining("enable_dns_suport") });
}, 300_000);
