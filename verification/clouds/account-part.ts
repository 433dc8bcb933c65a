/** Which resources of an account are a deployment's: what is in its network, and beside that what it names or uses. */
import { isReference, type Resource, type Value } from "../model";
import { isList, isObject } from "../values";
import type { TerraformInput } from "./terraform-input";

/** How a cloud's resources say where they are. */
export interface Places {
  /** How its types begin: what stands for calls that failed, and is of none of them, may be of the deployment. */
  readonly prefix: string;
  readonly networks: readonly string[];
  /** Arguments that name what a resource is in or of, up to its network. */
  readonly arguments: readonly string[];
  /** What many may use: whoever does is not of the deployment by that. */
  readonly shared: readonly string[];
}

/**
 * @param cluster the deployment's: its networks are the deployment's
 * @param isOwn whether something that is in no network is the deployment's whoever names it
 */
export function partAround(
  cluster: Resource,
  input: TerraformInput,
  places: Places,
  isOwn: (resource: Resource) => boolean,
): readonly Resource[] {
  const account = input.resources;
  const networks = new Set(placesOf(cluster, input, places));
  const kept = new Set<Resource>();
  const loose: Resource[] = [];
  for (const resource of account) {
    const found = placesOf(resource, input, places);
    if (found.some((network) => networks.has(network))) kept.add(resource);
    else if (found.length === 0) {
      if (isOwn(resource) || !resource.type.startsWith(places.prefix)) kept.add(resource);
      else loose.push(resource);
    }
  }
  // What it uses, and what more is said of that.
  for (let size = -1; size !== kept.size;) {
    size = kept.size;
    const used = new Set([...kept].flatMap((resource) => namedBy(resource, input)));
    for (const resource of loose) {
      const saysMoreOf = namedBy(resource, input).some((one) => kept.has(one) && !places.shared.includes(one.type));
      if (used.has(resource) || saysMoreOf) kept.add(resource);
    }
  }
  return account.filter((resource) => kept.has(resource));
}

/** The networks that a resource is in; none for what is in no network. */
function placesOf(
  resource: Resource,
  input: TerraformInput,
  places: Places,
  above: readonly Resource[] = [],
): Resource[] {
  // What is only spoken of, such as the other end of a peering, is nobody's place.
  if (resource.mode === "managed" && places.networks.includes(resource.type)) return [resource];
  const named = places.arguments.flatMap((path) => targets(resource, path, input));
  const further = named.filter((one) => one !== resource && !above.includes(one));
  return [...new Set(further.flatMap((one) => placesOf(one, input, places, [...above, resource])))];
}

function targets(resource: Resource, path: string, input: TerraformInput): Resource[] {
  return input.collect(resource, path).flatMap((value) => {
    const target = input.find(value, resource, path);
    return target.kind === "resource" ? [target.resource] : [];
  });
}

/** Everything that a resource refers to. */
function namedBy(resource: Resource, input: TerraformInput): Resource[] {
  return referencesIn(resource.values).flatMap((reference) => {
    const target = input.find(reference, resource, "resource");
    return target.kind === "resource" ? [target.resource] : [];
  });
}

function referencesIn(value: Value): Value[] {
  if (isReference(value)) return [{ ...value, attribute: "" }];
  if (isList(value)) return value.flatMap(referencesIn);
  return isObject(value) ? Object.values(value).flatMap(referencesIn) : [];
}
