import { GivenGroupCheck, type GivenGroup } from "../../../constructs/azure/given-group-check";
import { Testing } from "../../../framework";
import type { Json } from "../../support/constructs";

const PLACE = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network";
const GROUP: GivenGroup = {
  id: `${PLACE}/networkSecurityGroups/Nodes`,
  rules: [
    {
      ...{ priority: 100, direction: "Inbound", access: "Allow", protocol: "Tcp" },
      ...{ sources: ["10.1.0.0/16", "10.0.0.0/16"], sourcePorts: ["*"], destinations: ["*"], ports: ["443"] },
    },
  ],
};

const made: Json = JSON.parse(
  Testing.synthScope((scope) => {
    new GivenGroupCheck(scope, "nodes", { subnetId: `${PLACE}/virtualNetworks/v/subnets/nodes`, group: GROUP });
  }),
);
const only = (type: string): Json => Object.values<Json>(made.data[type])[0];

test("nothing is made of a group that is there already", () => {
  expect(made.resource).toBeUndefined();
});

test("each plan asks whether the group filters the subnet", () => {
  const { name, virtual_network_name, resource_group_name, lifecycle } = only("azurerm_subnet");
  expect([name, virtual_network_name, resource_group_name]).toEqual(["nodes", "v", "net"]);
  expect(lifecycle.postcondition[0].condition).toBe(
    `\${lower(self.network_security_group_id) == "${GROUP.id.toLowerCase()}"}`,
  );
});

test("each plan asks whether its rules are those that are judged, in whatever order they are written", () => {
  const { name, lifecycle } = only("azurerm_network_security_group");
  expect(name).toBe("Nodes");
  expect(lifecycle.postcondition[0].condition).toContain(
    '== sort(["inbound 100 allow tcp 10.0.0.0/16,10.1.0.0/16 * * 443  "])',
  );
  expect(lifecycle.postcondition[0].condition).toContain("source_application_security_group_ids");
});
