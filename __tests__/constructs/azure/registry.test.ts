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

const CACHED = { name: "fluent-bit", source_repo: FLUENT_BIT.source, target_repo: FLUENT_BIT.target };
// AKS looks for its images below this name and no other.
const AKS = { name: "aks-images", source_repo: "mcr.microsoft.com/*", target_repo: "aks-managed-repository/*" };

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
