/** Sections of a Fluent Bit configuration: https://docs.fluentbit.io/manual/administration/configuring-fluent-bit */
import { yamlValue } from "./yaml-text";

/** One section: keys in lower case, values as they are written. */
export interface Section {
  /** `OUTPUT`, `FILTER`, `INPUT` and the like. */
  readonly kind: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** The sections of a text in the classic format or in YAML; none if it is no Fluent Bit configuration. */
export function fluentBitSections(text: string): Section[] {
  return /^\s*\[(SERVICE|INPUT|FILTER|OUTPUT)\]/im.test(text)
    ? classic(text)
    : /\bpipeline\b/.test(text)
      ? yaml(text)
      : [];
}

/** Whether a boolean field is on; undefined where it is left out or only the environment knows it. */
export function switchOf({ fields }: Section, key: string): boolean | undefined {
  const value = fields.get(key)?.toLowerCase();
  if (value === undefined) return undefined;
  return /^(on|true|yes|1)$/.test(value) ? true : /^(off|false|no|0)$/.test(value) ? false : undefined;
}

function classic(text: string): Section[] {
  const sections: { kind: string; fields: Map<string, string> }[] = [];
  for (const line of text.split("\n")) {
    const content = line.trim();
    const [, kind] = /^\[(\w+)\]$/.exec(content) ?? [];
    const [, key, value] = /^([^\s#@[][^\s]*)\s+(.+)$/.exec(content) ?? [];
    if (kind !== undefined) sections.push({ kind: kind.toUpperCase(), fields: new Map() });
    else if (key !== undefined && value !== undefined) sections.at(-1)?.fields.set(key.toLowerCase(), value);
  }
  return sections;
}

function yaml(text: string): Section[] {
  const pipeline = member(yamlValue(text), "pipeline");
  return ["inputs", "filters", "outputs"].flatMap((list) => {
    const plugins = member(pipeline, list);
    return (Array.isArray(plugins) ? plugins : []).map((plugin: unknown) => ({
      kind: list.slice(0, -1).toUpperCase(),
      fields: new Map(Object.entries(plugin ?? {}).map(([key, value]) => [key.toLowerCase(), String(value)])),
    }));
  });
}

const member = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
