import { parseBarrel, withBarrelImports } from "../../bench/vanilla";

const barrel = parseBarrel(
  "export * as vpc from './vpc';\nexport * as dataAwsPrefixList from './data-aws-prefix-list';\n",
);
const vanilla = (source: string) => withBarrelImports(source, () => barrel);

test("a module's classes and types come from its namespace in the barrel", () => {
  expect(vanilla('import { Vpc, type VpcConfig } from "@cdktf/provider-aws/lib/vpc";')).toBe(
    [
      'import { vpc as provider_aws_vpc } from "@cdktf/provider-aws";',
      "import Vpc = provider_aws_vpc.Vpc;",
      "import VpcConfig = provider_aws_vpc.VpcConfig;",
    ].join("\n"),
  );
});

test("a renamed import keeps its local name", () => {
  expect(
    vanilla('import { DataAwsPrefixList as List } from "@cdktf/provider-aws/lib/data-aws-prefix-list";'),
  ).toContain("import List = provider_aws_dataAwsPrefixList.DataAwsPrefixList;");
});

test("everything else stays as it is", () => {
  const before = 'import { join } from "node:path";\n';
  const after =
    '\nimport { Construct } from "../../framework";\n\nexport const path = join("a", "b"); // @cdktf/provider-aws/lib/vpc\n';
  const rewritten = vanilla(`${before}import { Vpc } from "@cdktf/provider-aws/lib/vpc";${after}`);
  expect(rewritten.startsWith(before)).toBe(true);
  expect(rewritten.endsWith(after)).toBe(true);
});

test.each([
  [
    "a module that the barrel lacks",
    'import { Sqs } from "@cdktf/provider-aws/lib/sqs";',
    "exports no namespace of sqs",
  ],
  ["an import of everything", 'import * as vpc from "@cdktf/provider-aws/lib/vpc";', "names nothing"],
])("%s is refused", (_, source, message) => {
  expect(() => vanilla(source)).toThrow(message);
});
