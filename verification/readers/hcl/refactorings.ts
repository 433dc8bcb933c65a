/** `moved` and `removed` blocks, each as what stands for it. */
import type { Resource } from "../../model";
import { isObject, type ObjectValue } from "../../values";
import { blocksOf, type ModuleFile } from "./declarations";
import { named } from "./dynamic-blocks";

/** Before types that no provider has. */
const OWN = "dataplane:";
/** Type of what stands for a `moved` block: `from` and `to`. */
export const MOVED = `${OWN}moved`;
/** Type of what stands for a `removed` block: `from`, and whether the resource itself `isKept`. */
export const REMOVED = `${OWN}removed`;

/**
 * What Terraform is told of resources that have another address than before, or that it is to manage no longer.
 *
 * @param full gives the whole address of one in the module
 */
export function refactorings(
  files: readonly ModuleFile[],
  unit: string,
  full: (address: string) => string,
): Resource[] {
  return files.flatMap((file) =>
    [MOVED, REMOVED].flatMap((type) =>
      [...blocksOf(file, type.slice(OWN.length), 0)].map(({ body, path }): Resource => {
        const locate: Resource["locate"] = (below) => file.locate([...path, ...below]);
        const address = (name: string) => {
          const own = named(body[name]);
          return typeof own === "string" ? { [name]: full(own) } : {};
        };
        const lifecycle = named(body["lifecycle"] ?? null);
        const values: ObjectValue = {
          ...address("from"),
          ...address("to"),
          isKept: [lifecycle].flat().some((one) => isObject(one) && one["destroy"] === false),
        };
        return { type, address: type, mode: "data", unit, values, location: locate([]), locate };
      }),
    ),
  );
}
