import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { AzureDeployment } from "../../config/deployment";
import type { TerraformStack } from "../../framework";

/** What a subscription must have switched on; named here, since the provider's own choices switch on far more. */
const RESOURCE_PROVIDERS = [
  "Microsoft.Compute",
  "Microsoft.ContainerRegistry",
  "Microsoft.ContainerService",
  "Microsoft.Insights",
  "Microsoft.KeyVault",
  "Microsoft.Kusto",
  "Microsoft.ManagedIdentity",
  "Microsoft.Network",
  "Microsoft.OperationalInsights",
  "Microsoft.Storage",
];

/** Gives a stack its Azure provider, which works in the deployment's subscription and with identities only. */
export function addAzureProvider(stack: TerraformStack, deployment: AzureDeployment): void {
  const { subscription, directory } = deployment;
  new AzurermProvider(stack, "azure", {
    subscriptionId: subscription,
    tenantId: directory,
    // Storage accounts have their keys switched off.
    storageUseAzuread: true,
    resourceProviderRegistrations: "none",
    resourceProvidersToRegister: RESOURCE_PROVIDERS,
    features: [
      {
        // Purge protection keeps a deleted vault and what is in it; the next deployment of the name takes it back.
        keyVault: [{ purgeSoftDeleteOnDestroy: false, recoverSoftDeletedKeyVaults: true }],
        // Traffic analytics makes data collection rules of its own in the group, which go when the group goes.
        resourceGroup: [{ preventDeletionIfContainsResources: false }],
        // Accounts may be closed to the machine that runs Terraform.
        storage: [{ dataPlaneAvailable: false }],
        // Azure deletes no key by its management API: it goes with its vault.
        templateDeployment: [{ deleteNestedItemsDuringDeletion: false }],
      },
    ],
  });
}
