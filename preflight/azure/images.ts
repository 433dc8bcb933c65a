/**
 * Images in the registry. What it holds Azure tells at the registry's own address alone, which is closed from outside; by
 * Resource Manager it tells of rules by which the registry fetches an image by itself, when a node first pulls.
 */
import { resourceGroup, registry } from "../../config/azure/names";
import { arrivalOf, copyCommand, imageReference, namedImages, sourceReference } from "../../config/images";
import { fails, holds, once, unknown, type Check } from "../check";
import { inSubscription, listed, type Looking } from "./ask";

/** As Azure lists them: https://learn.microsoft.com/rest/api/container-registry/cache-rules/list */
interface CacheRule {
  readonly name: string;
  readonly properties?: {
    readonly sourceRepository?: string;
    readonly targetRepository?: string;
    readonly provisioningState?: string;
  };
}

export function images(looking: Looking): readonly Check[] {
  const { deployment } = looking;
  const path = `/resourceGroups/${resourceGroup(deployment)}/providers/Microsoft.ContainerRegistry/registries/${registry(deployment)}`;
  const rules = once(async () => {
    const right = "Microsoft.ContainerRegistry/registries/cacheRules/read";
    const told = await listed(looking, right, inSubscription(deployment, `${path}/cacheRules`), "2023-07-01");
    return told as readonly unknown[] as readonly CacheRule[];
  });
  return namedImages(deployment).map(([name, image]) => {
    const reference = imageReference(deployment, name);
    const isCached = arrivalOf(deployment, image) === "cached";
    return {
      about: reference,
      look: async () => {
        if (!isCached)
          return unknown(
            "only the registry itself tells, inside of the network",
            `from a machine there: crane manifest ${reference} || ${copyCommand(deployment, image)}`,
          );
        const source = repository(sourceReference(deployment, image));
        const target = repository(reference.replace(/^[^/]+\//, ""));
        const rule = (await rules()).find(
          ({ properties: { sourceRepository: from = "", targetRepository: to = "" } = {} }) =>
            covers(from, source) && covers(to, target),
        );
        const state = rule?.properties?.provisioningState;
        if (rule === undefined) return fails("no rule of the registry fetches it", "deploy the infrastructure");
        return state === "Succeeded"
          ? holds(`is fetched at the first pull, by the rule ${rule.name}`)
          : fails(`the rule ${rule.name} is ${String(state)}`, "deploy the infrastructure");
      },
    };
  });
}

/** An image's reference without its version. */
const repository = (reference: string): string => reference.replace(/[:@][^/]+$/, "");

/** Whether a rule's repository, which may end in `*`, is that of an image. */
const covers = (rule: string, image: string): boolean =>
  rule.endsWith("*") ? image.startsWith(rule.slice(0, -1)) : rule === image;
