/**
 * Where pods of an EKS cluster have network interfaces of their own, in other subnets than their nodes.
 *
 * Amazon EKS User Guide, "Deploy Pods in alternate subnets with custom networking"
 * (https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html): one subnet for each zone, which a node
 * finds by the label that the VPC CNI is told of; groups that are left out are the node's. What goes beyond the VPC
 * leaves with the node's address, so that the routes of pods' subnets are asked more here than packets ask them.
 */
import type { Reference, Resource, Unknown, Value } from "../../../model";
import { isUnknown } from "../../../model";
import { at, blocks, field, isObject, unknown } from "../../../values";
import { isAbsent, type TerraformInput } from "../../terraform-input";
import { shown } from "../../../../config/texts";

/** Interfaces of pods in one zone. */
export interface PodInterfaces {
  readonly zone: string;
  readonly subnet: Value;
  /** None: their node's. */
  readonly groups: readonly Value[];
}

const ZONE_LABELS = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

/** By the configuration of the add-on `vpc-cni`; none where pods share the interfaces of their nodes. */
export function podInterfaces(addon: Resource, input: TerraformInput): readonly PodInterfaces[] | Unknown {
  const written = input.follow(field(addon, "configuration_values"), addon);
  if (isAbsent(written)) return [];
  const configuration = configurationOf(written);
  if (isUnknown(configuration)) return configuration;
  const env = (name: string) => at(configuration, "env", name);
  const isOff = /^(0|f|false|undefined|)$/i.test(shown(env("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG")));
  if (isOff) return [];
  const told = at(configuration, "eniConfig", "subnets");
  if (at(configuration, "eniConfig", "create") !== true || !isObject(told))
    return unknown(`the subnets of pods are not in ${addon.address}`);
  if (!ZONE_LABELS.includes(shown(env("ENI_CONFIG_LABEL_DEF"))))
    return unknown(`nodes do not find the subnets of pods by their zones, as ${addon.address} says it`);
  return Object.entries(told).map(([zone, one]) => ({
    zone,
    subnet: at(one, "id") ?? null,
    groups: blocks(at(one, "securityGroups")),
  }));
}

/** A JSON text with what stands for its unknown parts in their places; such a part is a whole text, or it is not known. */
function configurationOf(written: Value): Value | Unknown {
  const whole = isUnknown(written) ? written : unknown("the configuration of the VPC CNI is no JSON");
  const text = isUnknown(written) ? written.text : written;
  if (typeof text !== "string") return whole;
  const parts = isUnknown(written) ? (written.parts ?? []) : [];
  let index = 0;
  const numbered = text.replaceAll("${}", () => `\${${index++}}`);
  try {
    return JSON.parse(numbered, (_, value: Value) =>
      typeof value === "string" ? filledIn(value, parts) : value,
    ) as Value;
  } catch {
    return whole;
  }
}

function filledIn(text: string, parts: readonly (Reference | Unknown)[]): Value {
  if (!text.includes("${")) return text;
  const [, index] = /^\$\{(\d+)\}$/.exec(text) ?? [];
  return parts[Number(index)] ?? unknown(`'${text}' is not known`);
}
