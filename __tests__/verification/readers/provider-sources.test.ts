import { loadResources } from "../../../verification/load";
import { providerOf } from "../../../verification/readers/provider-sources";
import { scratchFolder, writeFiles } from "../../support/scratch";

const at = scratchFolder();

test.each<[written: unknown, source: string | undefined]>([
  ["aws", undefined],
  ["hashicorp/aws", undefined],
  ["Hashicorp/AWS", undefined],
  ["-/aws", undefined],
  ["registry.terraform.io/hashicorp/aws", undefined],
  ["registry.terraform.io/-/aws", undefined],
  ["registry.opentofu.org/hashicorp/aws", undefined],
  ['provider["registry.terraform.io/hashicorp/aws"]', undefined],
  ['module.a.module.b["x.y"].provider["registry.opentofu.org/hashicorp/aws"].west', undefined],
  ["provider.aws", undefined],
  ["module.provider.provider.aws.west", undefined],
  [undefined, undefined],
  [7, undefined],
  ["someone/aws", "someone/aws"],
  ["registry.terraform.io/someone/aws", "someone/aws"],
  ["example.com/hashicorp/aws", "example.com/hashicorp/aws"],
  ["registry.terraform.io.example.com/hashicorp/aws", "registry.terraform.io.example.com/hashicorp/aws"],
  ['provider["registry.terraform.io/someone/aws"].west', "someone/aws"],
  ["google", "hashicorp/google"],
  ["hashicorp/aws-beta", "hashicorp/aws-beta"],
  ["", "hashicorp/"],
])("of an aws_vpc, %s is %s", (written, source) => {
  expect(providerOf("aws_vpc", written)).toBe(source);
});

const resource = { address: "aws_vpc.a", mode: "managed", type: "aws_vpc", name: "a", values: {} };

test.each([
  [
    "plan",
    (provider: string) => ({
      format_version: "1.2",
      planned_values: { root_module: { resources: [{ ...resource, provider_name: provider }] } },
    }),
  ],
  [
    "state",
    (provider: string) => ({
      version: 4,
      serial: 1,
      lineage: "a",
      resources: [
        {
          ...{ mode: "managed", type: "aws_vpc", name: "a" },
          provider: `provider["${provider}"]`,
          instances: [{ attributes: {} }],
        },
      ],
    }),
  ],
])("a %s says whose a resource's provider is", async (name, document) => {
  const read = async (provider: string) => {
    writeFiles({ [at(`${name}.json`)]: JSON.stringify(document(provider)) });
    return (await loadResources([at(`${name}.json`)])).map((one) => one.provider);
  };
  expect(await read("registry.terraform.io/someone/aws")).toEqual(["someone/aws"]);
  expect(await read("registry.terraform.io/hashicorp/aws")).toEqual([undefined]);
});
