import { StandingNetwork, type StandingNetworkProps } from "../../../constructs/azure/standing-network";
import { Synthesized } from "../../support/constructs";

const SUBNET = "/subscriptions/s/resourceGroups/Net/providers/Microsoft.Network/virtualNetworks/hub/subnets/api";

const remembered = (props: Partial<StandingNetworkProps> = {}) =>
  Synthesized.of((scope) => new StandingNetwork(scope, "network", { clusterSubnetId: SUBNET, ...props })).one(
    "terraform_data",
  );

test("the subnet is remembered, and any other refused in words that name both", () => {
  const { input, lifecycle } = remembered();
  expect(input).toEqual({ subnet: SUBNET });
  expect(lifecycle.ignore_changes).toEqual(["input"]);
  expect(lifecycle.postcondition).toEqual([
    {
      // Azure tells no letter from its capital.
      condition: `\${lower(self.input.subnet) == "${SUBNET.toLowerCase()}"}`,
      error_message: expect.stringContaining(`'${SUBNET}', and it stands in '\${self.input.subnet}'`),
    },
  ]);
});

test("so is the block of a network that is made", () => {
  const { input, lifecycle } = remembered({ cidr: "10.0.0.0/16" });
  expect(input).toEqual({ subnet: SUBNET, cidr: "10.0.0.0/16" });
  expect(lifecycle.postcondition).toHaveLength(2);
  expect(lifecycle.postcondition[1]).toEqual({
    condition: '${try(self.input.cidr, "10.0.0.0/16") == "10.0.0.0/16"}',
    error_message: expect.stringMatching(/^Field 'network\.cidr' is '10\.0\.0\.0\/16', .*'\$\{self\.input\.cidr\}'/),
  });
});
