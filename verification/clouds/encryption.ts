/** What is said of encryption at rest and of keys, whatever the cloud. */
import { knownText } from "../values";
import type { Problem } from "../problem";
import { isReference, type Resource, type Value } from "../model";
import { judgeSetting, required, type Setting } from "./setting";
import type { TerraformInput } from "./terraform-input";

export const UNENCRYPTED = "what it stores is not encrypted";

export const NO_KEY = "it is not encrypted with a key of the customer";

/** Any key but those that AWS manages. */
export const CUSTOMERS = /^(?!.*alias\/aws\/)/;

/** Where types (a list with spaces between) name their key. */
export const keyPaths = (...rows: readonly (readonly [types: string, path: string])[]): readonly Setting[] =>
  rows.map(([types, path]) => required(types, path, CUSTOMERS, NO_KEY));

/** What may not be said where the cloud's own keys encrypt. */
export const withoutKeys = (settings: readonly Setting[]): readonly Setting[] =>
  settings.map((setting) => ({
    ...setting,
    holds: () => false,
    otherwise: true,
    risk: "the deployment says that it has no key",
  }));

/** Which resources are keys of a cloud. */
export interface Keys {
  readonly types: RegExp;
  /** The resource that makes the key that a value names, where it is none of these types. */
  readonly madeBy?: (value: Value | undefined, from: Resource, input: TerraformInput) => Resource | undefined;
}

export function* judgeKeys(settings: readonly Setting[], input: TerraformInput, keys: Keys): Generator<Problem> {
  for (const setting of settings) {
    for (const resource of input.managed(...setting.types)) yield* judgeKey(setting, resource, input, keys);
  }
}

/** A reference to a key of the input is a key, though only the cloud will know its ARN. */
export function judgeKey(setting: Setting, resource: Resource, input: TerraformInput, keys: Keys): Generator<Problem> {
  return judgeSetting(setting, resource, input, (value) => {
    const made = keys.madeBy?.(value, resource, input);
    if (made) return made.address;
    const target = isReference(value) ? input.find(value, resource, "key") : undefined;
    if (target?.kind !== "resource" || !keys.types.test(target.resource.type)) return input.follow(value, resource);
    const { address, mode, values } = target.resource;
    // A data source may look up a key that the cloud manages.
    return mode === "managed" ? address : (knownText(values["name"]) ?? knownText(values["key_id"]) ?? address);
  });
}
