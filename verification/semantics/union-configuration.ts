/** The configuration of Union's components, as their ConfigMaps hold it. */
import { parse } from "yaml";
import type { Resource, Value } from "../model";
import { at, field, isObject, unknown } from "../values";
import { TerraformInput } from "./terraform-input";

/** The key of each ConfigMap. */
const KEY = "config.yaml";

/** Where a ConfigMap's configuration is. */
export const CONFIGURATION_PATH: readonly string[] = ["data", KEY];

/** What a component is told; unknown where the text is no YAML, or not known at all. */
export function configurationOf(map: Resource, resources: readonly Resource[]): Value {
  const text = TerraformInput.of(resources).partialText(field(map, ...CONFIGURATION_PATH), map);
  if (text === undefined) return unknown(`${KEY} is not in the input`);
  try {
    // Parsed YAML is made of the same values as JSON.
    const value = parse(text) as Value;
    return isObject(value) ? value : unknown(`${KEY} holds no sections`);
  } catch {
    return unknown(`${KEY} is no YAML`);
  }
}

/** A setting by its path, whose steps are joined by dots where none has one. */
export const settingOf = (configuration: Value, path: string): Value | undefined =>
  at(configuration, ...path.split("."));
