import { assignRole } from "../../../constructs/azure/role-assignments";
import { Synthesized } from "../../support/constructs";

test("a role is one identity's, on one resource, and waits for no directory", () => {
  const made = Synthesized.of((scope) => {
    assignRole(scope, "pull", { role: "AcrPull", scope: "registry", principalId: "identity" });
  });
  expect(made.one("azurerm_role_assignment")).toMatchObject({
    role_definition_name: "AcrPull",
    scope: "registry",
    principal_id: "identity",
    principal_type: "ServicePrincipal",
  });
});
