import { Registry, type RegistryProps } from "../../../constructs/azure/registry";
import { TerraformResource } from "../../../framework";
import { Synthesized } from "../../support/constructs";

const ENCRYPTION = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/enc";
const KEY = "https://vault.vault.azure.net/keys/data-plane";
const FLUENT_BIT = { source: "ghcr.io/fluent/fluent-bit", target: "ghcr/fluent/fluent-bit" };

function synthesize(props: Partial<RegistryProps> = {}) {
  return Synthesized.of((scope) => {
    const role = new TerraformResource(scope, "role", { terraformResourceType: "azurerm_role_assignment" });
    new Registry(scope, "registry", {
      name: "acmeprod12345678",
      group: { name: "union-acme", location: "eastus2", tags: {} },
      key: { versionlessKeyId: KEY },
      encryptionIdentity: { id: ENCRYPTION, clientId: "client", roles: [role] },
      caches: { "fluent-bit": FLUENT_BIT },
      bootstrap: false,
      ...props,
    });
  });
}

const rules = (props: Partial<RegistryProps>) =>
  synthesize(props)
    .all("azurerm_container_registry_cache_rule")
    .map(({ name, source_repo, target_repo }) => ({ name, source_repo, target_repo }));

test("the registry is private: no public address, no passwords, no anonymous pulls, no exports", () => {
  expect(synthesize().one("azurerm_container_registry")).toMatchObject({
    public_network_access_enabled: false,
    network_rule_bypass_option: "None",
    admin_enabled: false,
    anonymous_pull_enabled: false,
    export_policy_enabled: false,
  });
});

test("it has what takes the premium registry", () => {
  expect(synthesize().one("azurerm_container_registry")).toMatchObject({
    sku: "Premium",
    zone_redundancy_enabled: true,
    retention_policy_in_days: 30,
  });
});

test("images are encrypted with the key, whose use was allowed before", () => {
  expect(synthesize().one("azurerm_container_registry")).toMatchObject({
    identity: { type: "UserAssigned", identity_ids: [ENCRYPTION] },
    encryption: [{ key_vault_key_id: KEY, identity_client_id: "client" }],
    depends_on: ["azurerm_role_assignment.role"],
  });
});

test("without a key of the customer's it has Azure's, since the vault's firewall closes it out; one that was made with a key keeps it", () => {
  const registry = synthesize({ key: undefined }).one("azurerm_container_registry");
  expect(registry).not.toHaveProperty("encryption");
  expect(registry.lifecycle).toEqual({ ignore_changes: ["encryption"] });
  expect(synthesize().one("azurerm_container_registry")).not.toHaveProperty("lifecycle");
});

const CACHED = { name: "fluent-bit", source_repo: FLUENT_BIT.source, target_repo: FLUENT_BIT.target };
// AKS asks for a rule of this name, and looks for its images below this one and no other.
const AKS = { name: "aks-managed-mcr", source_repo: "mcr.microsoft.com/*", target_repo: "aks-managed-repository/*" };

test.each([
  { what: "the given repositories", props: {}, expected: [CACHED] },
  {
    what: "AKS's own images too, where nodes bootstrap from here",
    props: { bootstrap: true },
    expected: [AKS, CACHED],
  },
  { what: "nothing, where a mirror holds the images", props: { caches: {} }, expected: [] },
])("caches $what", ({ props, expected }) => {
  expect(rules(props)).toEqual(expected);
});

test("AKS's own images go last, once no cluster takes its nodes' from here, and the others as they always did", () => {
  const made = synthesize({ bootstrap: true });
  expect(made.one("azurerm_container_registry_cache_rule", AKS).lifecycle).toEqual({ create_before_destroy: true });
  expect(made.one("azurerm_container_registry_cache_rule", CACHED)).not.toHaveProperty("lifecycle");
});

test("a login's own identity reads its two secrets before anything is cached by it", () => {
  const keyVaultId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/acme";
  const made = synthesize({
    caches: {
      "all-of-docker": { source: "docker.io/*", target: "docker/*", login: "login-docker" },
      "fluent-bit": FLUENT_BIT,
    },
    logins: { "login-docker": { host: "docker.io", keyVaultId, userNameSecret: "user", passwordSecret: "token" } },
  });
  const set = made.address("azurerm_container_registry_credential_set");
  expect(made.one("azurerm_container_registry_credential_set")).toMatchObject({
    name: "login-docker",
    login_server: "docker.io",
    identity: { type: "SystemAssigned" },
    authentication_credentials: {
      username_secret_id: "https://acme.vault.azure.net/secrets/user",
      password_secret_id: "https://acme.vault.azure.net/secrets/token",
    },
  });
  const rights = made.all("azurerm_role_assignment").filter(({ scope }) => scope !== undefined);
  expect(
    rights.map(({ scope, role_definition_name, principal_id }) => [scope, role_definition_name, principal_id]),
  ).toEqual(
    ["token", "user"].map((secret) => [
      `${keyVaultId}/secrets/${secret}`,
      "Key Vault Secrets User",
      `\${${set}.identity[0].principal_id}`,
    ]),
  );
  const [docker, plain] = made.all("azurerm_container_registry_cache_rule");
  expect(docker).toMatchObject({ source_repo: "docker.io/*", credential_set_id: `\${${set}.id}` });
  expect(docker?.depends_on).toHaveLength(2);
  expect(plain).not.toHaveProperty("credential_set_id");
});
