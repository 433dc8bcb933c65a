/** The configuration that a plan holds: its modules, and the expressions of their arguments. */
import { isJsonObject, type JsonObject } from "../json-values";

/** A module of the configuration, in one of its instances. */
export class ConfiguredModule {
  private readonly json: JsonObject;
  private readonly resources = new Map<string, JsonObject>();
  private readonly children = new Map<string, ConfiguredModule | undefined>();

  constructor(
    json: unknown,
    /** Address of the instance with the dot behind it: `module.network[0].`; empty for the root. */
    readonly prefix: string,
    /** The module that calls it, and the expressions of the call. */
    readonly caller?: { readonly module: ConfiguredModule; readonly expressions: unknown },
  ) {
    this.json = isJsonObject(json) ? json : {};
    const resources = Array.isArray(this.json["resources"]) ? this.json["resources"].filter(isJsonObject) : [];
    for (const resource of resources) this.resources.set(String(resource["address"]), resource);
  }

  /** The module instance that an address lies in, and the address within it. */
  find(address: string): { readonly module: ConfiguredModule | undefined; readonly own: string } {
    const [, call, own] = /^(module\.[^.[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?)\.(.+)$/s.exec(address) ?? [];
    if (call === undefined || own === undefined) return { module: this, own: address };
    return this.child(call)?.find(own) ?? { module: undefined, own };
  }

  /** The module instance that this one calls as `module.NAME` or `module.NAME[KEY]`. */
  child(call: string): ConfiguredModule | undefined {
    if (!this.children.has(call)) {
      const name = call.replace(/^module\./, "").replace(/\[.*$/s, "");
      const calls = this.json["module_calls"];
      const json = isJsonObject(calls) && Object.hasOwn(calls, name) ? calls[name] : undefined;
      const child = isJsonObject(json)
        ? new ConfiguredModule(json["module"], `${this.prefix}${call}.`, {
            module: this,
            expressions: json["expressions"],
          })
        : undefined;
      this.children.set(call, child);
    }
    return this.children.get(call);
  }

  /** Expressions of a resource's arguments; `undefined` if the configuration is not in the plan. */
  expressionsOf(own: string): unknown {
    const resource = this.resources.get(own.replace(/\[.*$/s, ""));
    return resource && (resource["expressions"] ?? {});
  }

  /** The provisioners of a resource, as the configuration has them. */
  provisionersOf(own: string): readonly JsonObject[] {
    const provisioners = this.resources.get(own.replace(/\[.*$/s, ""))?.["provisioners"];
    return Array.isArray(provisioners) ? provisioners.filter(isJsonObject) : [];
  }

  /**
   * Addresses of the managed resources that a plan of the whole configuration has for certain, in this module and below:
   * nothing says how many of them there are.
   *
   * @param addresses all that the plan has, which tell the instances of modules that are repeated
   */
  certain(addresses: readonly string[]): string[] {
    const own = [...this.resources].filter(([, resource]) => resource["mode"] === "managed" && !isRepeated(resource));
    const calls = isJsonObject(this.json["module_calls"]) ? Object.entries(this.json["module_calls"]) : [];
    const instances = calls.flatMap(([name, call]) => {
      const path = `${this.prefix}module.${name}`;
      if (!isRepeated(call)) return [`module.${name}`];
      const keys = addresses.flatMap((one) =>
        one.startsWith(`${path}[`) ? (KEY.exec(one.slice(path.length)) ?? []) : [],
      );
      return [...new Set(keys)].map((key) => `module.${name}${key}`);
    });
    return [
      ...own.map(([address]) => this.prefix + address),
      ...instances.flatMap((instance) => this.child(instance)?.certain(addresses) ?? []),
    ];
  }

  output(name: string): unknown {
    const outputs = this.json["outputs"];
    const output = isJsonObject(outputs) && Object.hasOwn(outputs, name) ? outputs[name] : undefined;
    return isJsonObject(output) ? output["expression"] : undefined;
  }
}

/** Of an instance in an address. */
const KEY = /^\[(?:\d+|"(?:[^"\\]|\\.)*")\]/s;

/** Whether a resource or a call of a module has `count` or `for_each`. */
const isRepeated = (written: unknown): boolean =>
  isJsonObject(written) && ("count_expression" in written || "for_each_expression" in written);

/** The expression of a part. One expression may give a whole list or map; its parts then share it. */
export function member(expression: unknown, step: string | number): unknown {
  if (isLeaf(expression)) return { ...expression, shared: true };
  if (Array.isArray(expression)) return typeof step === "number" ? (expression[step] as unknown) : undefined;
  if (!isJsonObject(expression)) return undefined;
  if (step === 0) return expression;
  return Object.hasOwn(expression, step) ? expression[step] : undefined;
}

function isLeaf(expression: unknown): expression is JsonObject {
  return isJsonObject(expression) && (Array.isArray(expression["references"]) || "constant_value" in expression);
}

/** What an expression refers to, as it is written. */
export function referencesIn(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  if (!isJsonObject(expression)) return [];
  const { references } = expression;
  if (Array.isArray(references)) return references.filter((reference) => typeof reference === "string");
  return Object.values(expression).flatMap(referencesIn);
}
