/** The deployer's role definition on Azure. */
import { accountOf } from "../../config/names";
import { resourceGroup } from "../../config/azure/names";
import type { AzureDeployment } from "../../config/deployment";
import type { Stacks } from "../../preflight/stacks";
import { field } from "../../verification/values";
import { json, type Files } from "../files";
import { rightsOf } from "../rights";
import { typesOf } from "../types";
import { BUILT_IN_ROLES } from "./built-in-roles";
import { RIGHTS } from "./rights";

export function azureDeployer(deployment: AzureDeployment, stacks: Stacks): Files {
  const { name, network, state } = deployment;
  const subscription = `/subscriptions/${accountOf(deployment)}`;
  const hub = network.peering?.hubNetworkId.split("/").slice(0, 5).join("/");
  const scopes = [subscription, ...(hub === undefined ? [] : [hub])];
  const title = `Deployer of data plane ${name}`;
  const role = {
    Name: title,
    Description: "Plans, applies and destroys the data plane's stacks.",
    IsCustom: true,
    Actions: rightsOf(RIGHTS, typesOf(stacks)),
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
    AssignableScopes: scopes,
  };
  const file = `${name}-deployer.json`;
  return {
    files: { [file]: json(role) },
    steps: [
      `az role definition create --role-definition ${file}`,
      ...scopes.map(
        (scope) =>
          `az role assignment create --assignee-object-id DEPLOYER --assignee-principal-type ServicePrincipal --role "${title}" --scope ${scope} --condition-version 2.0 --condition "${assigning(stacks)}"`,
      ),
      ...(state.backend === "azurerm"
        ? [
            `az role assignment create --assignee-object-id DEPLOYER --assignee-principal-type ServicePrincipal --role "Storage Blob Data Contributor" --scope ${subscription}/resourceGroups/${state.resourceGroup}/providers/Microsoft.Storage/storageAccounts/${state.storageAccount}/blobServices/default/containers/${state.container}`,
          ]
        : []),
      `Everything but what is given lies in ${resourceGroup(deployment)}: where that group is made beforehand, the role may be assigned on it instead of the subscription.`,
    ],
  };
}

/**
 * What takes the place of a boundary: the deployer assigns the roles that the stacks name, takes these away, and no
 * others (https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples).
 *
 * @throws RangeError for a role of Azure's whose id is not known here
 */
function assigning(stacks: Stacks): string {
  const names = stacks
    .ofType("azurerm_role_assignment")
    .flatMap((one) => stacks.text(field(one, "role_definition_name")) ?? []);
  const ids = [...new Set(names)].sort().map((name) => {
    const id = BUILT_IN_ROLES[name];
    if (id === undefined) throw new RangeError(`${name} is no role of Azure's that is known here`);
    return id;
  });
  const of = (action: "write" | "delete", attribute: "Request" | "Resource") =>
    `(!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'}) OR @${attribute}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${ids.join(", ")}})`;
  return `${of("write", "Request")} AND ${of("delete", "Resource")}`;
}
