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

/**
 * The provider of what `resourceId` names: the stack's own in the deployment's subscription (undefined), else one more,
 * which works in the other subscription and switches nothing on there.
 */
export function providerOf(
  stack: TerraformStack,
  { subscription, directory }: AzureDeployment,
  resourceId: string,
): AzurermProvider | undefined {
  const [, , other = ""] = resourceId.split("/");
  if (other.toLowerCase() === subscription) return undefined;
  const id = `azure-${other}`;
  const known = stack.node.tryFindChild(id) as AzurermProvider | undefined;
  return (
    known ??
    new AzurermProvider(stack, id, {
      alias: `subscription-${other}`,
      subscriptionId: other,
      tenantId: directory,
      storageUseAzuread: true,
      resourceProviderRegistrations: "none",
      features: [{}],
    })
  );
}

/**
 * Gives a stack its Azure provider, which works in the deployment's subscription and with identities only. Document:
 * none; it keeps a stack in its own subscription.
 */
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
