import { SecretStore } from "../../../constructs/azure/secret-store";
import { Synthesized } from "../../support/constructs";

const made = Synthesized.of((scope) => {
  new SecretStore(scope, "secret-store", {
    name: "acme-1",
    group: { name: "union-acme", location: "eastus2", tags: {} },
    directory: "99999999-8888-7777-6666-555555555555",
  });
});

test("makes the vault, which roles govern and nobody can purge", () => {
  expect(made.one("azurerm_key_vault")).toMatchObject({
    name: "acme-1",
    tenant_id: "99999999-8888-7777-6666-555555555555",
    rbac_authorization_enabled: true,
    purge_protection_enabled: true,
    soft_delete_retention_days: 90,
  });
});

test("answers no network but by private endpoints", () => {
  expect(made.one("azurerm_key_vault")).toMatchObject({
    public_network_access_enabled: false,
    network_acls: { default_action: "Deny", bypass: "AzureServices" },
  });
});

test("makes no secret in it", () => {
  expect(made.types).toEqual(["azurerm_key_vault"]);
});
