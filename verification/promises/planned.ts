import { InputError } from "../input-error";
import { loadResources, type LoadOptions } from "../load";
import { isReference, isUnknown, type Resource, type Value } from "../model";
import { DEPLOYMENT } from "../readers/cdktf-output";
import { isList, isObject } from "../values";

/** Files of `terraform show -json`, each the plan of a stack, by the stack's name. */
export type Plans = Readonly<Record<string, string>>;

/**
 * Resources at `paths` with those of each planned stack as its plan has them. The stack's deployment and its other
 * stack stay, so that a plan is judged by what the deployment allows, and both ends of each path are there. What is
 * made of other resources' values stays as the stack writes it, whether the plan knows these values yet or not: so
 * the plan must be one of the stack as it is at `paths`.
 *
 * @throws InputError if a path or a plan can't be used, or no stack is called so
 */
export async function loadPlanned(
  paths: readonly string[],
  plans: Plans,
  options: LoadOptions = {},
): Promise<Resource[]> {
  let resources = await loadResources(paths, options);
  for (const [stack, file] of Object.entries(plans)) {
    const stacks = resources.filter(({ type }) => type === DEPLOYMENT).map(({ unit }) => unit);
    if (!stacks.includes(stack)) {
      throw new InputError("--plan", 0, `'${stack}' is no stack with a deployment (allowed: ${stacks.join(", ")})`);
    }
    const isPlanned = ({ unit, mode }: Resource) => unit === stack && mode === "managed";
    const written = new Map(resources.filter(isPlanned).map((resource) => [resource.address, resource]));
    const planned = (await loadResources([file])).filter(({ mode }) => mode === "managed");
    resources = [
      ...resources.filter((resource) => !isPlanned(resource)),
      ...planned.map((resource) => ({ ...resource, unit: stack, values: merged(resource, written) })),
    ];
  }
  return resources;
}

/** A planned resource's values; in their place what is written of other resources, or what only apply will tell. */
function merged({ address, values }: Resource, written: ReadonlyMap<string, Resource>): Resource["values"] {
  const own = written.get(address)?.values;
  if (!own) return values;
  const chosen = Object.entries(values).flatMap(([name, planned]): [string, Value][] => {
    if (!Object.hasOwn(own, name)) return holds(isUnknown, planned) ? [] : [[name, planned]];
    const expression = own[name] ?? null;
    const isMade = holds(isReference, expression);
    // Of a text around an attribute that is not known yet the plan tells the attribute alone.
    const isTold = !holds(isUnknown, planned) && (isMade || !holds(isReference, planned));
    return [[name, isTold && (!isMade || holds(isUnknown, expression)) ? planned : expression]];
  });
  return Object.fromEntries(chosen);
}

function holds(is: (value: unknown) => boolean, value: Value): boolean {
  if (is(value)) return true;
  if (isList(value)) return value.some((element) => holds(is, element));
  return isObject(value) && Object.values(value).some((field) => holds(is, field));
}
