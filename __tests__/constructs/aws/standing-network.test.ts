import { StandingNetwork } from "../../../constructs/aws/standing-network";
import { Synthesized } from "../../support/constructs";

test.each([
  ["vpc-0123456789abcdef0", "vpc-0123456789abcdef0"],
  [undefined, "one that is made here"],
])("of VPC %s, any other is refused in words that name both", (vpcId, vpc) => {
  const { input, lifecycle } = Synthesized.of((scope) => new StandingNetwork(scope, "network", { vpcId })).one(
    "terraform_data",
  );
  expect(input).toEqual({ vpc });
  expect(lifecycle.ignore_changes).toEqual(["input"]);
  expect(lifecycle.postcondition).toEqual([
    {
      condition: `\${self.input.vpc == "${vpc}"}`,
      error_message: expect.stringContaining(`'${vpc}', and it stands in '\${self.input.vpc}'`) as string,
    },
  ]);
});
