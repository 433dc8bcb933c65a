/**
 * Whose resources a deployment's pods reach by private endpoints and service tags, for `no-foreign-principals`.
 *
 * Microsoft, "What is a private endpoint?" (https://learn.microsoft.com/azure/private-link/private-endpoint-overview): it
 * leads to one resource. "Virtual network service tags"
 * (https://learn.microsoft.com/azure/virtual-network/service-tags-overview): a tag stands for a service's addresses, which
 * all tenants share.
 */
import { keyVault, registry, storageAccount } from "../../../config/azure/names";
import type { AzureDeployment } from "../../../config/deployment";
import { problemAt, type Problem } from "../../problem";
import { inputOf } from "../lookup";
import { beginningOf, isUnknown, type Resource, type System } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { reachedByPods } from "../../reached";
import type { TerraformInput } from "../terraform-input";
import { field, isOpaque, text, whyOpaque } from "../../values";
import { lastSegment } from "../../../config/texts";

/** Services of Microsoft's own, which hold nothing of customers': images of AKS's parts, and their layers. */
const OF_MICROSOFT = new Set(["azure:MicrosoftContainerRegistry", "azure:AzureFrontDoor.firstparty"]);

/** What tells no tenants apart and can't be closed: tokens of pods, and what nodes ask of Azure. */
export const SHARED_TAGS = ["azure:AzureActiveDirectory", "azure:AzureResourceManager"];

export function* judgeAzureTenants(system: System, deployment: AzureDeployment): Generator<Problem> {
  yield* judgeTags(system);
  const input = inputOf(system);
  for (const endpoint of input.managed("azurerm_private_endpoint")) yield* judgeEndpoint(endpoint, input, deployment);
}

function* judgeTags(system: System): Generator<Problem> {
  const named = AddressSet.all.subtract(AddressSet.all.numeric());
  const { except, names } = reachedByPods(system, named).names();
  const location = beginningOf(system.resources);
  const problem = (resource: string, message: string): Problem => ({ status: "violated", resource, location, message });
  if (except) yield problem("azure:*", "pods may reach every service of Azure's, whosever the resource is");
  else {
    for (const name of names.filter((one) => one.startsWith("azure:") && !OF_MICROSOFT.has(one))) {
      yield problem(name, "pods may reach this service tag, behind which every tenant's resources are");
    }
  }
}

/** Names, in the deployment's own subscription, of what it makes for endpoints to lead to and of the store it is given. */
const ownNames = (deployment: AzureDeployment): string[] =>
  [storageAccount(deployment), keyVault(deployment), registry(deployment)].map((name) => name.toLowerCase());

/** Whether the deployment names a resource: by its whole id, or by its name in the deployment's own subscription. */
function isNamed(id: string, deployment: AzureDeployment): boolean {
  const isOwn = id.startsWith(`/subscriptions/${deployment.subscription.toLowerCase()}/`);
  const name = lastSegment(id);
  return JSON.stringify(deployment).toLowerCase().includes(`"${id}"`) || (isOwn && ownNames(deployment).includes(name));
}

/** An endpoint leads to a resource that the input makes, or that the deployment names. */
function* judgeEndpoint(endpoint: Resource, input: TerraformInput, deployment: AzureDeployment): Generator<Problem> {
  const path = ["private_service_connection", 0, "private_connection_resource_id"];
  const id = text(field(endpoint, ...path));
  const target = input.find(id, endpoint, "resource");
  if (target.kind === "resource") return;
  if (isUnknown(target) || typeof id !== "string") {
    const why = isUnknown(target) ? target.reason : isOpaque(id) ? whyOpaque(id) : "it names none";
    yield problemAt(endpoint, path, "unknown", `whose resource it leads to can't be told: ${why}`);
  } else if (!isNamed(id.toLowerCase(), deployment)) {
    yield problemAt(endpoint, path, "violated", `leads to ${id}, which the deployment does not name`);
  }
}
