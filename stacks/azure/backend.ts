import type { AzureDeployment } from "../../config/deployment";
import { AzurermBackend, type TerraformStack } from "../../framework";
import { addLocal, fileOf, type StatePart } from "../local-backend";

/** Azure Storage locks by a lease on the blob; access is by Microsoft Entra, never by the account's key. */
export function addBackend(stack: TerraformStack, deployment: AzureDeployment, part: StatePart): void {
  const { state, subscription, directory } = deployment;
  if (state.backend === "local") return addLocal(stack, deployment, state.directory, part);
  new AzurermBackend(stack, {
    resourceGroupName: state.resourceGroup,
    storageAccountName: state.storageAccount,
    containerName: state.container,
    key: fileOf(deployment, part),
    subscriptionId: subscription,
    tenantId: directory,
  });
  // The framework's own argument for it is older than Microsoft Entra.
  stack.addOverride("terraform.backend.azurerm.use_azuread_auth", true);
}
