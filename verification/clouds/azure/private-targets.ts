/**
 * Whether a deployment's private endpoints on Azure lead to its own services: an endpoint answers for one account, vault
 * or registry only, and by its zone takes the names of all others of the kind. Part of `required-paths`.
 *
 * Microsoft, "What is a private endpoint?" (https://learn.microsoft.com/azure/private-link/private-endpoint-overview).
 */
import { keyVault, registry, storageAccount } from "../../../config/azure/names";
import { givenRegistries } from "../../../config/azure/repositories";
import type { AzureDeployment } from "../../../config/deployment";
import type { Resource } from "../../model";
import type { TerraformInput } from "../terraform-input";
import { bool, field, texts, knownText } from "../../values";
import { problemAt, type Problem } from "../../problem";
import { lastSegment } from "../../../config/texts";

export function* judgePrivateTargets(input: TerraformInput, deployment: AzureDeployment): Generator<Problem> {
  const endpoints = input.managed("azurerm_private_endpoint");
  const nameOf = (endpoint: Resource): string | undefined => {
    const id = field(endpoint, "private_service_connection", "private_connection_resource_id");
    const target = input.find(id, endpoint, "service");
    if (target.kind === "outside") return lastSegment(target.name).toLowerCase();
    return target.kind === "resource" ? knownText(target.resource.values["name"])?.toLowerCase() : undefined;
  };
  const own: Readonly<Record<string, readonly string[]>> = {
    blob: [storageAccount(deployment)],
    dfs: [storageAccount(deployment)],
    vault: [keyVault(deployment)],
    registry: [registry(deployment), ...givenRegistries(deployment).map(({ name }) => name)],
  };
  for (const [subresource, names] of Object.entries(own)) {
    const serving = endpoints.filter((endpoint) =>
      texts(field(endpoint, "private_service_connection", "subresource_names")).includes(subresource),
    );
    const [first] = serving;
    // Where there is none, the path says so.
    if (!first) continue;
    const manual = ["private_service_connection", "is_manual_connection"];
    for (const endpoint of serving) {
      if (bool(input.follow(field(endpoint, ...manual), endpoint)) === false) continue;
      yield problemAt(endpoint, manual, "violated", "leads nowhere until somebody approves it by hand");
    }
    for (const name of names) {
      if (serving.some((endpoint) => nameOf(endpoint) === name.toLowerCase())) continue;
      const message = `no private endpoint of its kind leads to ${name}, and the names of others find no address`;
      yield problemAt(first, ["private_service_connection", "private_connection_resource_id"], "violated", message);
    }
  }
}
