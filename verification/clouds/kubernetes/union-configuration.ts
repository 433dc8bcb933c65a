/** The configuration of Union's components, as their ConfigMaps hold it. */
import type { Resource, Unknown, Value } from "../../model";
import { at, field, isObject, isOpaque, object, unknown, type ObjectValue } from "../../values";
import { TerraformInput } from "../terraform-input";
import { yamlValue } from "./yaml-text";
import { oncePer } from "../../once-per";

/** The file that holds most of it. */
const KEY = "config.yaml";

/** Where a ConfigMap's configuration is, or most of it. */
export const CONFIGURATION_PATH: readonly string[] = ["data", KEY];

/**
 * What a component is told: the files of its ConfigMap together, as it reads `*.yaml` in the order of their names. Unknown
 * where a text is no YAML, or not known at all.
 */
export const configurationOf = (map: Resource, resources: readonly Resource[]): Value =>
  configurationsIn(resources)(map);

const configurationsIn = oncePer((resources: readonly Resource[]) =>
  oncePer((map: Resource) => readConfiguration(map, resources)),
);

function readConfiguration(map: Resource, resources: readonly Resource[]): Value {
  const files = Object.keys(object(field(map, "data")) ?? {}).filter((name) => name.endsWith(".yaml"));
  if (!files.includes(KEY)) return unknown(`${KEY} is not in the input`);
  const input = TerraformInput.of(resources);
  let configuration: ObjectValue = {};
  for (const name of files.sort()) {
    const sections = sectionsOf(input.partialText(field(map, "data", name), map), name);
    if (isOpaque(sections)) return sections;
    configuration = merged(configuration, sections);
  }
  return configuration;
}

function sectionsOf(text: string | undefined, name: string): ObjectValue | Unknown {
  if (text === undefined) return unknown(`${name} is not in the input`);
  // It is made of the same values as JSON.
  const value = yamlValue(text) as Value | undefined;
  if (value === undefined) return unknown(`${name} is no YAML`);
  return isObject(value) ? value : unknown(`${name} holds no sections`);
}

/** Maps with the keys of both, where a later text wins. */
function merged(earlier: ObjectValue, later: ObjectValue): ObjectValue {
  const both = Object.entries(later).map(([key, value]) => {
    const before = earlier[key];
    return [key, isObject(before) && isObject(value) ? merged(before, value) : value] as const;
  });
  return { ...earlier, ...Object.fromEntries(both) };
}

/** A setting by its path, whose steps are joined by dots where none has one. */
export const settingOf = (configuration: Value, path: string): Value | undefined =>
  at(configuration, ...path.split("."));
