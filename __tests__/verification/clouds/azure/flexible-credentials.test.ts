import { azurePart } from "../../../../verification/clouds/azure/index";
import { resourcesOf } from "../../../support/resources";

test.each<[expression: string, isOpen: boolean]>([
  ["claims['sub'] matches '*'", true],
  ["claims['sub'] matches 'repo:*'", true],
  ["claims['sub'] matches 'repo:acme*'", true],
  ["claims['sub'] matches 'repo:${var.a}/a:*'", true],
  ["claims['job_workflow_ref'] matches 'acme/a/*'", true],
  ["claims['sub'] matches 'repo:acme/*' or claims['sub'] matches '*'", true],
  ["${var.a}", true],
  ["claims['sub'] matches 'repo:acme/*:ref:refs/heads/main'", false],
  ["claims['sub'] eq 'repo:acme/a:ref:refs/heads/main'", false],
  ["claims['sub'] matches 'organization:acme:project:*' and claims['a'] matches '*'", false],
])("whoever has tokens that fit %s: %s", (claims_matching_expression, isOpen) => {
  const type = "azuread_application_flexible_federated_identity_credential";
  const { unjudged } = azurePart(resourcesOf({ resource: { [type]: { c: { claims_matching_expression } } } }));
  expect(unjudged.length > 0).toBe(isOpen);
});
