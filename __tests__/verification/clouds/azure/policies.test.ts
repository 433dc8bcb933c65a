import { azurePart } from "../../../../verification/clouds/azure/index";
import { resourcesOf } from "../../../support/resources";

const left = (policy_rule: unknown, parameters?: unknown) => {
  const written = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const definition = {
    policy_rule: written(policy_rule),
    ...(parameters !== undefined && { parameters: written(parameters) }),
  };
  return azurePart(resourcesOf({ resource: { azurerm_policy_definition: { p: definition } } })).unjudged.map(
    ({ resource }) => resource,
  );
};
const then = (effect: string, details?: unknown) => ({ if: { field: "type", equals: "a" }, then: { effect, details } });
const opens = {
  operations: [{ operation: "addOrReplace", field: "Microsoft.Storage/storageAccounts/publicNetworkAccess" }],
};
const tags = {
  operations: [
    { operation: "add", field: "tags['a']" },
    { operation: "add", field: "[concat('tags[', 'b', ']')]" },
  ],
};
const allowing = (...allowedValues: string[]) => ({ effect: { type: "String", allowedValues } });

test.each(["audit", "AuditIfNotExists", "Deny", "denyAction", "Disabled", "manual"])(
  "%s leaves resources as they are",
  (effect) => {
    expect(left(then(effect))).toEqual([]);
  },
);

test.each([
  then("modify", opens),
  then("Modify", { operations: [...tags.operations, ...opens.operations] }),
  then("append", [{ field: "Microsoft.Sql/servers/publicNetworkAccess", value: "Enabled" }]),
  then("deployIfNotExists", { type: "Microsoft.Insights/diagnosticSettings" }),
  then("addToNetworkGroup"),
  then("mutate"),
  then("[if(true(), 'audit', 'modify')]"),
  then("modify"),
  { then: {} },
  "${var.rule}",
  '{"then": ${var.outcome}}',
  '{"then": {"effect": "${var.effect}"}}',
])("may change resources: %j", (rule) => expect(left(rule)).toEqual(["azurerm_policy_definition.p"]));

test("tags decide over nothing", () => {
  expect(left(then("modify", tags))).toEqual([]);
  expect(left(then("append", [{ field: "tags.a", value: "b" }]))).toEqual([]);
});

test("a parameter chooses among the effects that it may be", () => {
  const byParameter = then("[parameters('effect')]", opens);
  expect(left(byParameter, allowing("Audit", "Disabled"))).toEqual([]);
  expect(left(byParameter, allowing("Modify", "Disabled"))).toEqual(["azurerm_policy_definition.p"]);
  expect(left(byParameter, { effect: { type: "String" } })).toEqual(["azurerm_policy_definition.p"]);
  expect(left(byParameter)).toEqual(["azurerm_policy_definition.p"]);
  expect(left(then("[parameters('effect')]", tags), allowing("Modify", "Disabled"))).toEqual([]);
});

test.each<[id: string, identity: object[], isNamed: boolean]>([
  ["/providers/Microsoft.Authorization/policyDefinitions/a", [{ type: "SystemAssigned" }], true],
  ["${data.azurerm_policy_definition.d.id}", [{ type: "SystemAssigned" }], true],
  ["/providers/Microsoft.Authorization/policyDefinitions/a", [], false],
  ["${azurerm_policy_definition.p.id}", [{ type: "SystemAssigned" }], false],
])("an assignment of %s with the identity %j: %s", (policy_definition_id, identity, isNamed) => {
  const azurerm_policy_definition = { p: { policy_rule: JSON.stringify(then("audit")) } };
  const azurerm_subscription_policy_assignment = { a: { policy_definition_id, identity } };
  const { unjudged } = azurePart(
    resourcesOf({ resource: { azurerm_policy_definition, azurerm_subscription_policy_assignment } }),
  );
  expect(unjudged.map(({ resource }) => resource)).toEqual(isNamed ? ["azurerm_subscription_policy_assignment.a"] : []);
});
