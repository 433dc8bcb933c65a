/** The public endpoint of AKS, and Azure Private Link. */
import type { Deployment } from "../../../../config/deployment";
import { isOpaque, texts } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import type { Resource } from "../../../model";
import { judgePrincipals, notKnown, undeclared } from "../../private-connections";
import type { Check } from "../../cloud";
import { judgeSettings, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import type { TerraformInput } from "../../terraform-input";

const SETTINGS: readonly Setting[] = [
  required(
    "azurerm_kubernetes_cluster",
    "private_cluster_enabled",
    ["true"],
    "the Kubernetes API has a public endpoint",
  ),
];

/** What else holds in a deployment of this package. */
const OWN_SETTINGS: readonly Setting[] = [
  required(
    "azurerm_kubernetes_cluster",
    "run_command_enabled",
    ["false"],
    "Azure's public API runs commands in the cluster",
  ),
];

export const check: Check = function* ({ system, deployment }) {
  yield* judgeSettings(SETTINGS, system);
  if (!deployment) return;
  yield* judgeSettings(OWN_SETTINGS, system);
  yield* judgeOffers(inputOf(system), deployment);
};

function* judgeOffers(input: TerraformInput, deployment: Deployment): Generator<Problem> {
  const { privateManagement: managers } = deployment;
  for (const offer of input.managed("azurerm_private_link_service")) {
    if (!managers) yield undeclared(offer);
    else if ("subscriptions" in managers) yield* judgePrivateLink(offer, managers.subscriptions, input);
  }
}

/** Whoever sees a private link service may ask for a connection; who is approved beforehand needs nobody's consent. */
function* judgePrivateLink(offer: Resource, declared: readonly string[], input: TerraformInput): Generator<Problem> {
  const listed = (argument: string) => texts(input.follow(offer.values[argument], offer));
  const visible = listed("visibility_subscription_ids");
  yield* judgePrincipals(offer, "visibility_subscription_ids", visible, declared);
  const missing = declared.filter((subscription) => !visible.includes(subscription));
  if (missing.length > 0 && !visible.some(isOpaque)) {
    const message = `leaves out ${missing.join(", ")}, which is declared`;
    yield problemAt(offer, ["visibility_subscription_ids"], "violated", message);
  }
  const path = ["auto_approval_subscription_ids"];
  for (const approved of listed("auto_approval_subscription_ids")) {
    if (isOpaque(approved)) yield notKnown(offer, "auto_approval_subscription_ids", approved);
    else yield problemAt(offer, path, "violated", `connects ${approved} without its being accepted`);
  }
}
