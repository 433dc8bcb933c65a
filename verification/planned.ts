import { InputError } from "./input-error";
import { loadResources } from "./load";
import { isReference, isUnknown, type Resource, type Value } from "./model";
import { DEPLOYMENT } from "./readers/cdktf-output";
import { isList, isObject } from "./values";

/** Files of `terraform show -json`, each the plan of a stack, by the stack's name. */
export type Plans = Readonly<Record<string, string>>;

/**
 * Resources at `paths` with those of each planned stack as its plan has them. The stack's deployment and its other
 * stack stay, so that a plan is judged by what the deployment allows, and both ends of each path are there. What only
 * apply will tell is as the stack itself says it: the plan must be one of the stack as it is at `paths`.
 *
 * @throws InputError if a path or a plan can't be used, or no stack is called so
 */
export async function loadPlanned(paths: readonly string[], plans: Plans): Promise<Resource[]> {
  let resources = await loadResources(paths);
  for (const [stack, file] of Object.entries(plans)) {
    const stacks = resources.filter(({ type }) => type === DEPLOYMENT).map(({ unit }) => unit);
    if (!stacks.includes(stack)) {
      throw new InputError("--plan", 0, `'${stack}' is no stack with a deployment (allowed: ${stacks.join(", ")})`);
    }
    const written = resources.filter(({ unit, type }) => unit === stack && type !== DEPLOYMENT);
    const byAddress = new Map(written.map((resource) => [resource.address, resource]));
    const planned = (await loadResources([file])).map((resource) =>
      completed({ ...resource, unit: stack }, byAddress.get(resource.address)),
    );
    resources = [...resources.filter((resource) => !written.includes(resource)), ...planned];
  }
  return resources;
}

/** A planned resource; arguments that are not wholly known are those that are written, or left to the provider. */
function completed(planned: Resource, written: Resource | undefined): Resource {
  if (!written) return planned;
  const values = Object.entries(planned.values).flatMap(([name, value]): [string, Value][] => {
    const own = Object.hasOwn(written.values, name) ? written.values[name] : undefined;
    // For a text that holds one attribute the plan names that attribute, not the text around it.
    const isLess =
      holds(isUnknown, value) || (holds(isReference, value) && own !== undefined && !holds(isReference, own));
    if (!isLess) return [[name, value]];
    return own === undefined ? [] : [[name, own]];
  });
  return { ...planned, values: Object.fromEntries(values) };
}

function holds(is: (value: unknown) => boolean, value: Value): boolean {
  if (is(value)) return true;
  if (isList(value)) return value.some((element) => holds(is, element));
  return isObject(value) && Object.values(value).some((field) => holds(is, field));
}
