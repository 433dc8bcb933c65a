import { addAzureProvider } from "../../../constructs/azure/provider";
import { TerraformStack, Testing } from "../../../framework";
import { azureDeployment } from "../../support/deployments";

const stack = new TerraformStack(Testing.app(), "acme");
addAzureProvider(stack, azureDeployment());
const { azurerm } = JSON.parse(Testing.synth(stack)).provider;

test("works in the deployment's subscription and directory, with identities only", () => {
  expect(azurerm).toEqual([
    expect.objectContaining({
      subscription_id: "11111111-2222-3333-4444-555555555555",
      tenant_id: "99999999-8888-7777-6666-555555555555",
      storage_use_azuread: true,
    }),
  ]);
});

test("switches on no more of the subscription than what is made needs", () => {
  const [{ resource_provider_registrations, resource_providers_to_register }] = azurerm;
  expect(resource_provider_registrations).toBe("none");
  expect(resource_providers_to_register).toEqual(
    expect.arrayContaining([
      "Microsoft.ContainerService",
      "Microsoft.KeyVault",
      "Microsoft.Kusto",
      "Microsoft.Storage",
    ]),
  );
});

test("takes back a deleted vault, and purges none", () => {
  expect(azurerm[0].features[0].key_vault).toEqual([
    { purge_soft_delete_on_destroy: false, recover_soft_deleted_key_vaults: true },
  ]);
});

test("asks no storage account of its own network, and leaves keys to their vault", () => {
  const [features] = azurerm[0].features;
  expect(features.storage).toEqual([{ data_plane_available: false }]);
  expect(features.template_deployment).toEqual([{ delete_nested_items_during_deletion: false }]);
});
