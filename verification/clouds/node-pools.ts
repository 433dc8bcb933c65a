/** The nodes that an input gives its pods, whatever the cloud. */
import type { Resource, Value } from "../model";
import { at, text } from "../values";
import { awsNodePools } from "./aws/node-pools";
import { azureNodePools } from "./azure/node-pools";
import { googleNodePools } from "./google/node-pools";
import type { NodePool } from "./node-pool";
import { TerraformInput } from "./terraform-input";
import { shown } from "../../config/texts";

/** Every pool of nodes of managed clusters. */
export function nodePools(resources: readonly Resource[]): NodePool[] {
  const input = TerraformInput.of(resources);
  return [...awsNodePools(input), ...googleNodePools(input), ...azureNodePools(input)];
}

/** Types that make nodes of which nothing is known here: machines of one's own, and what makes pools by itself. */
const OTHER_NODES =
  /^(aws_(autoscaling_group|eks_fargate_profile)|google_compute_\w*instance_group_manager|azurerm_\w+_virtual_machine_scale_set|helm_release|kubernetes:(NodePool|NodeClaim|Provisioner|Machine(Deployment|Set|Pool)?))$/;

/** Arguments by which clusters make nodes by themselves. */
const BY_THEMSELVES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  aws_eks_cluster: [["compute_config", "enabled"]],
  google_container_cluster: [["enable_autopilot"], ["cluster_autoscaling", "enabled"]],
  azurerm_kubernetes_cluster: [["node_provisioning_profile", "mode"]],
};

/** Whether pods may find other nodes than those of {@link nodePools}. */
export function hasOtherNodes(resources: readonly Resource[]): boolean {
  return resources.some(
    ({ type, values }) => OTHER_NODES.test(type) || switchesOf(type).some((path) => !isOff(at(values, ...path))),
  );
}

/** The input chooses types, and may call one as JavaScript calls something of its own. */
const switchesOf = (type: string) => (Object.hasOwn(BY_THEMSELVES, type) ? (BY_THEMSELVES[type] ?? []) : []);

const isOff = (value: Value | undefined) => value === undefined || ["false", "Manual"].includes(shown(text(value)));
