import { existsSync, readFileSync } from "node:fs";
import { addressOf, writeProviderLocks } from "../../stacks/provider-lock";
import { scratchFolder, writeFiles } from "../support/scratch";

const at = scratchFolder();
const block = (name: string) => `provider "registry.terraform.io/hashicorp/${name}" {
  version     = "1.0.0"
  constraints = "1.0.0"
  hashes = [
    "h1:${name}=",
    "zh:${name}",
  ]
}
`;
const LOCK = ['# This file is maintained automatically by "terraform init".\n', block("aws"), block("kubernetes")].join(
  "\n",
);
const stack = (...names: string[]) => ({
  terraform: {
    required_providers: Object.fromEntries(names.map((name) => [name, { source: name, version: "1.0.0" }])),
  },
});

test("each stack gets the checksums of its own providers", () => {
  writeFiles({
    [at("lock.hcl")]: LOCK,
    [at("stacks/a/cdk.tf.json")]: stack("aws"),
    [at("stacks/a-workloads/cdk.tf.json")]: stack("aws", "kubernetes"),
    [at("stacks/b/cdk.tf.json")]: stack("google"),
  });
  const names = ["a", "a-workloads", "b"];
  writeProviderLocks(
    at(),
    names.map((name) => `stacks/${name}/cdk.tf.json`),
    at("lock.hcl"),
  );
  const lockOf = (name: string) => readFileSync(at(`stacks/${name}/.terraform.lock.hcl`), "utf8");
  expect(lockOf("a")).toBe(block("aws"));
  expect(lockOf("a-workloads")).toBe(`${block("aws")}\n${block("kubernetes")}`);
  expect(existsSync(at("stacks/b/.terraform.lock.hcl"))).toBe(false);
});

test("without a lock nothing is written, and what Terraform wrote stays", () => {
  writeFiles({ [at("kept/cdk.tf.json")]: stack("aws"), [at("kept/.terraform.lock.hcl")]: "own" });
  writeProviderLocks(at(), ["kept/cdk.tf.json"], at("none.hcl"));
  expect(readFileSync(at("kept/.terraform.lock.hcl"), "utf8")).toBe("own");
});

test.each([
  ["aws", "registry.terraform.io/hashicorp/aws"],
  ["acme/tool", "registry.terraform.io/acme/tool"],
  ["example.com/acme/tool", "example.com/acme/tool"],
])("%s is %s", (source, address) => expect(addressOf(source)).toBe(address));
