import { StandingNetwork } from "../../constructs/standing-network";
import { Synthesized } from "../support/constructs";

test("what a data plane was made with is remembered, and anything else refused in words that name both", () => {
  const { input, lifecycle } = Synthesized.of(
    (scope) => new StandingNetwork(scope, "network", { fields: { "network.cidr": "10.0.0.0/14" } }),
  ).one("terraform_data");
  expect(input).toEqual({ "network.cidr": "10.0.0.0/14" });
  expect(lifecycle.ignore_changes).toEqual(["input"]);
  expect(lifecycle.postcondition).toEqual([
    {
      condition: '${try(self.input["network.cidr"], "10.0.0.0/14") == "10.0.0.0/14"}',
      error_message: expect.stringMatching(
        /^Field 'network\.cidr' is '10\.0\.0\.0\/14', .* with '\$\{try\(self\.input\["network\.cidr"\], "10\.0\.0\.0\/14"\)\}'/,
      ),
    },
  ]);
});
