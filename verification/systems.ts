/**
 * The systems that an input holds besides deployments: each root module of a folder is one of its own, and again with
 * each file of values that it may be given. No one says that two root modules of a folder stand in one network: what
 * holds of one (a policy of a namespace, a network's own addresses) is no reason to call the other closed.
 */
import type { OfSystem, Resource } from "./model";

/** One of them, with what the input holds for all: what was named beside the folder. */
export interface SeparateSystem {
  readonly of?: OfSystem | undefined;
  readonly resources: readonly Resource[];
}

/** `resources` by the systems that they are of, in the input's order. */
export function systemsOf(resources: readonly Resource[]): SeparateSystem[] {
  const shared = resources.filter(({ system }) => system === undefined);
  const found = new Map<OfSystem, Resource[]>();
  for (const resource of resources) {
    const { system } = resource;
    if (system === undefined) continue;
    const own = found.get(system);
    if (own) own.push(resource);
    else found.set(system, [resource]);
  }
  if (found.size === 0) return [{ resources }];
  return [...found].map(([of, own]) => ({ of, resources: shared.length > 0 ? [...own, ...shared] : own }));
}
