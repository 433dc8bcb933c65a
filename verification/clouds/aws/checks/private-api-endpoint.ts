/** The public endpoint of EKS, and AWS PrivateLink. */
import type { Deployment } from "../../../../config/deployment";
import { at, bool, field, isOpaque, text, texts } from "../../../values";
import { problemAt, type Problem } from "../../../problem";
import type { Resource } from "../../../model";
import { judgePrincipals, notKnown, undeclared } from "../../private-connections";
import type { Check } from "../../cloud";
import { judgeSettings, required, type Setting } from "../../setting";
import { inputOf } from "../../lookup";
import type { TerraformInput } from "../../terraform-input";

const SETTINGS: readonly Setting[] = [
  required(
    "aws_eks_cluster",
    "vpc_config.endpoint_public_access",
    ["false"],
    "the Kubernetes API has a public endpoint",
  ),
  required(
    "aws_eks_cluster",
    "vpc_config.endpoint_private_access",
    ["true"],
    "nodes reach the Kubernetes API by a public endpoint",
  ),
];

/** A principal that is added to a service by a resource of its own. */
const PRINCIPAL = "aws_vpc_endpoint_service_allowed_principal";

export const check: Check = function* ({ system, deployment }) {
  yield* judgeSettings(SETTINGS, system);
  if (deployment) yield* judgeOffers(inputOf(system), deployment);
};

function* judgeOffers(input: TerraformInput, deployment: Deployment): Generator<Problem> {
  const { privateManagement: managers } = deployment;
  const declared = managers && "principals" in managers ? managers.principals : undefined;
  for (const offer of input.managed("aws_vpc_endpoint_service")) {
    if (!managers) yield undeclared(offer);
    else if (declared) yield* judgeOffer(offer, declared, input);
  }
  for (const addition of input.managed(PRINCIPAL)) {
    const principal = text(input.follow(at(addition.values, "principal_arn"), addition)) ?? "nobody";
    yield* judgePrincipals(addition, "principal_arn", [principal], declared ?? []);
  }
}

function* judgeOffer(offer: Resource, declared: readonly string[], input: TerraformInput): Generator<Problem> {
  const acceptance = bool(field(offer, "acceptance_required"));
  if (isOpaque(acceptance)) yield notKnown(offer, "acceptance_required", acceptance);
  else if (acceptance !== true) {
    yield problemAt(offer, ["acceptance_required"], "violated", "connects whoever asks, without being accepted");
  }
  const principals = texts(input.follow(offer.values["allowed_principals"], offer));
  yield* judgePrincipals(offer, "allowed_principals", principals, declared);
  const missing = declared.filter((principal) => !principals.includes(principal));
  if (missing.length > 0 && !principals.some(isOpaque) && input.managed(PRINCIPAL).length === 0) {
    yield problemAt(offer, ["allowed_principals"], "violated", `leaves out ${missing.join(", ")}, which is declared`);
  }
}
