/** What a cloud takes as tags of its resources. */
import type { Problem } from "./problem";

export interface TagRules {
  /** What one may be called, and in words. */
  readonly key: RegExp;
  readonly keys: string;
  readonly value: RegExp;
  readonly values: string;
  /** What the cloud keeps to itself, or is set here. */
  readonly reserved: RegExp;
  /** Most of one resource, less those that the cloud and this package add. */
  readonly most: number;
  /** Whether the cloud tells capitals and small letters of names apart. */
  readonly tellsCase: boolean;
}

/** Tags that an apply would refuse, by the rules of the deployment's cloud. */
export function tagProblems(tags: Readonly<Record<string, string>>, rules: TagRules): Problem[] {
  const names = Object.keys(tags);
  const same = (name: string) => (rules.tellsCase ? name : name.toLowerCase());
  const seen = new Map<string, string>();
  return [
    ...(names.length > rules.most
      ? [{ path: ["tags"], message: `has ${names.length} entries (allowed: ${rules.most} at most)` }]
      : []),
    ...Object.entries(tags).flatMap(([name, value]) => {
      const path = ["tags", name];
      const earlier = seen.get(same(name));
      seen.set(same(name), name);
      if (!rules.key.test(name)) return [{ path, message: `'${name}' is no tag's name (allowed: ${rules.keys})` }];
      if (rules.reserved.test(name))
        return [
          {
            path,
            message: `'${name}' is kept for the cloud's own tags and those that are set here (allowed: another name)`,
          },
        ];
      if (earlier !== undefined)
        return [
          {
            path,
            message: `'${name}' is '${earlier}' to the cloud (allowed: names that differ in more than capitals)`,
          },
        ];
      return rules.value.test(value)
        ? []
        : [{ path, message: `'${value}' is no tag's value (allowed: ${rules.values})` }];
    }),
  ];
}
