/** The nodes that an input gives its pods, whatever the cloud. */
import type { Resource, Value } from "../model";
import { at, text } from "../values";
import { HOSTS } from "./hosts";
import type { NodePool } from "./node-pool";
import { TerraformInput } from "./terraform-input";
import { shown } from "../../config/texts";

/** Every pool of nodes of managed clusters. */
export function nodePools(resources: readonly Resource[]): NodePool[] {
  const input = TerraformInput.of(resources);
  return HOSTS.flatMap((host) => host.nodePools(input));
}

/** What makes pools by itself, whatever the cloud. */
const MAKERS = /^(helm_release|kubernetes:(NodePool|NodeClaim|Provisioner|Machine(Deployment|Set|Pool)?))$/;

/** Whether pods may find other nodes than those of {@link nodePools}. */
export function hasOtherNodes(resources: readonly Resource[]): boolean {
  return resources.some(
    ({ type, values }) =>
      MAKERS.test(type) ||
      HOSTS.some(
        ({ otherNodes, nodesByThemselves }) =>
          otherNodes.test(type) ||
          // The input chooses types, and may call one as JavaScript calls something of its own.
          (Object.hasOwn(nodesByThemselves, type) &&
            nodesByThemselves[type]?.some((path) => !isOff(at(values, ...path)))),
      ),
  );
}

const isOff = (value: Value | undefined) => value === undefined || ["false", "Manual"].includes(shown(text(value)));
