/** Policies hold only where the network plugin enforces them, which the VPC CNI does on request. */
import { field, text } from "../../../values";
import type { Check } from "../../cloud";
import { inputOf, partialText } from "../../lookup";

export const check: Check = function* ({ system, deployment }) {
  if (!deployment) return;
  const input = inputOf(system);
  for (const cluster of input.managed("aws_eks_cluster")) {
    const addon = input.managed("aws_eks_addon").find(({ values }) => text(values["addon_name"]) === "vpc-cni");
    const settings = addon && partialText(field(addon, "configuration_values"), addon, input);
    if (settings !== undefined && /"enableNetworkPolicy"\s*:\s*"?true/.test(settings)) continue;
    const { address, location } = addon ?? cluster;
    const message = `${address} does not turn on the enforcement of NetworkPolicies by the VPC CNI`;
    const remedy = "Set enableNetworkPolicy in the configuration of the add-on vpc-cni.";
    yield { status: "violated", resource: address, location, message, remedy };
  }
};
