/**
 * Resources that change who can reach what and that the other files do not model, by the table of types. Each is named
 * in the report, so that what is not judged is never taken as fine.
 *
 * Templates of Azure Resource Manager are read: those that make keys or flow logs only make nothing that matters here.
 * What `azapi` makes is any resource of Azure: those that `azapi/` does not translate are judged by their types alone.
 */
import type { Resource, Unjudged } from "../../model";
import { ClassifiedTypes, type Classification } from "../classification";
import { at, knownText, text } from "../../values";
import { jsonValue } from "../json-text";
import { isHarmlessAzapi } from "./azapi/index";
import { flexibleCredentials } from "./flexible-credentials";
import { isAbsent, type AzureInput } from "./input";
import { assignedElsewhere, changingPolicies } from "./policies";
import { isHarmless, TEMPLATE_DEPLOYMENT } from "./template";
import table from "./classification.json";

const MAKES = "it may make network resources that the input does not hold";

const types = new ClassifiedTypes(table as Classification);

/** What the Azure files leave out of `input`. */
export function unjudgedAzureTypes(input: AzureInput): Unjudged[] {
  const makers = input.resources.filter(
    (resource) =>
      resource.mode === "managed" &&
      ((resource.type.startsWith("azapi_") && !isHarmlessAzapi(resource)) ||
        (resource.type === TEMPLATE_DEPLOYMENT && !isHarmless(resource, input))),
  );
  return [
    ...makers.map(makes),
    ...publishing(input),
    ...answeringTriggers(input),
    ...changingPolicies(input),
    ...assignedElsewhere(input),
    ...flexibleCredentials(input),
    ...types.unjudgedOf(input.resources, "azurerm_"),
  ];
}

/** Containers that anybody may read who reaches their account, where that is not judged. */
function publishing(input: AzureInput): Unjudged[] {
  return input.managed("azurerm_storage_container").flatMap((container) => {
    const access = text(input.follow(container.values["container_access_type"], container)) ?? "private";
    if (access === "private") return [];
    const account = isAbsent(container.values["storage_account_id"])
      ? input.findNamed("storage_account_name", "azurerm_storage_account", container)
      : input.find(container.values["storage_account_id"], container, "storage account");
    if (account.kind === "resource" && account.resource.mode === "managed") return [];
    const reason = "anybody reads it who reaches its account, which is not in the input";
    return [{ resource: container.address, location: container.location, reason }];
  });
}

/**
 * Triggers by which a workflow asks by itself, at its times. Whatever else is a trigger may be called at an address of
 * its own (https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers).
 */
const ASKING = /^(recurrence|slidingwindow|http|apiconnection)$/i;

function answeringTriggers(input: AzureInput): Unjudged[] {
  return input.managed("azurerm_logic_app_trigger_custom").flatMap((trigger) => {
    const type = knownText(at(jsonValue(input.partialText(trigger.values["body"], trigger)), "type"));
    if (type !== undefined && ASKING.test(type)) return [];
    const reason =
      type === undefined
        ? "it answers at a public address unless its body says otherwise, which is not known"
        : `a trigger of type ${type} answers at a public address, and is not modelled`;
    return [{ resource: trigger.address, location: trigger.location, reason }];
  });
}

const makes = ({ address, location }: Resource): Unjudged => ({ resource: address, location, reason: MAKES });
