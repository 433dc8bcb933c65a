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

test("a role on another scope stands before the old one goes, where that is asked for", () => {
  const lifecycleOf = (leavesLast?: boolean) =>
    Synthesized.of((scope) => {
      const role = { role: "AcrPull", scope: "registry", principalId: "identity" };
      assignRole(scope, "pull", { ...role, ...(leavesLast !== undefined && { leavesLast }) });
    }).one("azurerm_role_assignment").lifecycle;
  expect(lifecycleOf(true)).toEqual({ create_before_destroy: true });
  expect(lifecycleOf()).toBeUndefined();
});
