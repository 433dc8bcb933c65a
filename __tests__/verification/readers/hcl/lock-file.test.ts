import { extentOf } from "../../../../verification/extent";
import { verifyPaths } from "../../../../verification/verify";
import { scratchFolder, writeFiles } from "../../../support/scratch";

const at = scratchFolder();

const VPC = 'resource "aws_vpc" "a" { cidr_block = "10.0.0.0/16" }\n';
const locking = (source: string, version: string) =>
  `# Maintained by init.\nprovider "${source}" {\n  version     = "${version}"\n  constraints = ">= 4.0.0"\n  hashes = [\n    "h1:AAAA=",\n  ]\n}\n`;

/** What is locked, and the source and the version that a warning names. */
test.each<[lock: string, warned: string | undefined]>([
  [locking("registry.terraform.io/hashicorp/aws", "5.1.0"), undefined],
  [locking("registry.opentofu.org/hashicorp/aws", "6.3.0"), "hashicorp/aws to 6.3.0"],
  [locking("registry.terraform.io/hashicorp/aws", "4.67.0"), "hashicorp/aws to 4.67.0"],
  [locking("registry.terraform.io/hashicorp/aws", "6.0.0-beta1"), "hashicorp/aws to 6.0.0-beta1"],
  [locking("registry.terraform.io/hashicorp/google-beta", "7.0.0"), "hashicorp/google-beta to 7.0.0"],
  [locking("registry.terraform.io/hashicorp/azurerm", "3.117.0"), "hashicorp/azurerm to 3.117.0"],
  [locking("registry.terraform.io/hashicorp/kubernetes", "2.1.0"), undefined],
  [locking("registry.terraform.io/hashicorp/random", "99.0.0"), undefined],
  [locking("registry.terraform.io/someone/aws", "1.0.0"), undefined],
  ["", undefined],
])("%j: %s", async (lock, warned) => {
  const folder = at(extentOf(lock));
  writeFiles({ [`${folder}/main.tf`]: VPC, [`${folder}/.terraform.lock.hcl`]: lock });
  const { warnings = [], notRead = [] } = await verifyPaths([folder], { only: ["no-inbound"] });
  expect(notRead).toEqual([]);
  expect(warnings).toEqual(
    warned === undefined
      ? []
      : [expect.stringMatching(`^${folder}/.terraform.lock.hcl locks ${warned}, and what is known`)],
  );
});

test("a lock file that can't be read is named, and changes no verdict", async () => {
  writeFiles({ [at("broken/main.tf")]: VPC, [at("broken/.terraform.lock.hcl")]: 'provider "registry {' });
  const { notRead, findings } = await verifyPaths([at("broken")], { only: ["no-inbound"] });
  expect(notRead).toMatchObject([{ path: at("broken/.terraform.lock.hcl"), matters: false }]);
  expect(findings).toEqual([]);
});

test("a lock file alone is nothing to judge", async () => {
  writeFiles({
    [at("alone/.terraform.lock.hcl")]: locking("registry.terraform.io/hashicorp/aws", "6.3.0"),
    [at("alone/main.tf")]: "",
  });
  await expect(verifyPaths([at("alone")])).rejects.toThrow("holds nothing");
});
