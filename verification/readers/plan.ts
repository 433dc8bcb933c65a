/**
 * Reads what `terraform show -json` prints of a plan.
 *
 * Planned values say what will be there; `after_unknown` says which of them only apply will tell; the configuration
 * says what those are made from. A value made from one attribute of one resource becomes a reference to it, any other
 * is unknown. An argument that the configuration leaves to the provider is left out, as in the configuration itself.
 *
 * Terraform writes no dynamic block into the configuration of a plan, so a block that is unknown and not configured is
 * left out only where it can't stem from one.
 */
import { InputError } from "../input-error";
import type { Reference, Resource, Value } from "../model";
import { isList, isObject, unknown, type ObjectValue } from "../values";
import type { JsonText } from "./json-locations";
import { arrayIn, isJsonObject, type JsonObject } from "./json-values";
import { readValues, resourceAt } from "./state";

/** Whether a document is what `terraform show -json` prints of a plan. */
export function isShownPlan(json: unknown): json is JsonObject {
  return isJsonObject(json) && "format_version" in json && ("planned_values" in json || "resource_changes" in json);
}

/**
 * Resources and data sources as they will be once the plan is applied: without those that it destroys, with those that
 * it only forgets, since they stay in the cloud.
 *
 * @throws InputError if the plan failed or defers changes, or the document has not the shape of a plan
 */
export function readPlan(document: JsonText): Resource[] {
  const plan = document.value as JsonObject;
  if (plan["errored"] === true) throw new InputError(document.file, 0, "is a plan that failed, and so not complete");
  const deferred = arrayIn(document, [], plan, "deferred_changes");
  if (deferred.length > 0) {
    const line = document.lineOf(["deferred_changes"]);
    throw new InputError(
      document.file,
      line,
      "is a plan that defers changes: apply it, and judge the plan that follows",
    );
  }

  const planned = isJsonObject(plan["planned_values"])
    ? readValues(document, ["planned_values"], plan["planned_values"])
    : [];
  const resources = new Map(priorDataSources(document, plan).map((resource) => [resource.address, resource]));
  for (const resource of planned) resources.set(resource.address, resource);
  const changes = new Map<string, Change>();
  arrayIn(document, [], plan, "resource_changes").forEach((resourceChange, i) => {
    const { address, type, change } = resourceChange;
    if (typeof address !== "string" || !isJsonObject(change) || "deposed" in resourceChange) return;
    changes.set(address, { unknowns: change["after_unknown"], shape: change["after_sensitive"] });
    if (typeof type === "string" && Array.isArray(change["actions"]) && change["actions"][0] === "forget") {
      const path = ["resource_changes", i, "change"];
      resources.set(address, resourceAt(document, path, { address, type, mode: "managed" }, change, "before"));
    }
  });

  const configuration = isJsonObject(plan["configuration"]) ? plan["configuration"] : {};
  const sources = new Sources(resources, changes);
  const root = new ConfiguredModule(configuration["root_module"], "");
  return [...resources.values()].map((resource) => {
    const { module, own } = root.find(resource.address);
    const planned = withProvisioners(resource, module?.provisionersOf(own) ?? []);
    const change = changes.get(resource.address);
    if (!change || !isJsonObject(change.unknowns) || !hasUnknown(change.unknowns)) return planned;
    const expressions = module?.expressionsOf(own);
    const stand = sources.standFor(module, resource.address);
    const told: [argument: string, value: Value][] = [];
    for (const [argument, mask] of Object.entries(change.unknowns)) {
      if (mask === true && isLeftToProvider(resource.type, argument, expressions, change.shape)) continue;
      const written = Object.hasOwn(resource.values, argument) ? resource.values[argument] : undefined;
      const value = overlay(written, argument, mask, member(expressions, argument), stand);
      if (value !== undefined && value !== written) told.push([argument, value]);
    }
    return { ...planned, values: withFields(planned.values, told) };
  });
}

/** A resource with its provisioners as a configuration has them; a plan has them in its configuration only. */
function withProvisioners(resource: Resource, provisioners: readonly JsonObject[]): Resource {
  if (provisioners.length === 0 || resource.mode === "data") return resource;
  const provisioner = provisioners.map(({ type, expressions }) => ({ [String(type)]: configured(expressions ?? {}) }));
  return { ...resource, values: { ...resource.values, provisioner } };
}

/** What an expression of the configuration says by itself. */
function configured(expression: unknown): Value {
  if (Array.isArray(expression)) return expression.map(configured);
  if (!isJsonObject(expression)) return unknown("is not told by the plan");
  if ("constant_value" in expression) return expression["constant_value"] as Value;
  if ("references" in expression) return unknown("known only after apply", referencesIn(expression));
  return Object.fromEntries(Object.entries(expression).map(([name, inner]) => [name, configured(inner)]));
}

/** What a plan says of a resource besides its values. */
interface Change {
  /** `true` in the place of each value that only apply will tell. */
  readonly unknowns: unknown;
  /** Marks of what is sensitive: they have the shape of the values, and so tell lists and maps from scalars. */
  readonly shape: unknown;
}

/** Data sources that were read while planning; the plan has them in the state before it only. */
function priorDataSources(document: JsonText, plan: JsonObject): Resource[] {
  const prior = plan["prior_state"];
  if (!isJsonObject(prior) || !isJsonObject(prior["values"])) return [];
  return readValues(document, ["prior_state", "values"], prior["values"]).filter(({ mode }) => mode === "data");
}

// ---------------------------------------------------------------- values known after apply

/** What stands for a value of `argument` that only apply will tell, the `position`th of `count` such in one list. */
type Stand = (argument: string, expression: unknown, position?: number, count?: number) => Value;

/** `value` with what `mask` marks as unknown put in. */
function overlay(
  value: Value | undefined,
  argument: string,
  mask: unknown,
  expression: unknown,
  stand: Stand,
): Value | undefined {
  if (mask === true) return stand(argument, expression);
  if (!hasUnknown(mask)) return value;
  if (Array.isArray(mask)) {
    const elements = isList(value) ? value : [];
    const count = mask.filter((marked) => marked === true).length;
    let position = 0;
    const overlaid = mask.map((marked, i) => {
      if (marked === true) return stand("", expression, position++, count);
      return overlay(elements[i], argument, marked, member(expression, i), stand) ?? null;
    });
    return [...overlaid, ...elements.slice(mask.length)];
  }
  const fields: ObjectValue = isObject(value) ? value : {};
  const told: [key: string, value: Value][] = [];
  for (const [key, marked] of Object.entries(mask as JsonObject)) {
    const written = Object.hasOwn(fields, key) ? fields[key] : undefined;
    const overlaid = overlay(written, key, marked, member(expression, key), stand);
    if (overlaid !== undefined && overlaid !== written) told.push([key, overlaid]);
  }
  return withFields(fields, told);
}

/** A copy, made by definition of its members, so that a member `__proto__` is one like any other. */
function withFields(fields: ObjectValue, told: readonly (readonly [string, Value])[]): ObjectValue {
  return { ...fields, ...Object.fromEntries(told) };
}

function hasUnknown(mask: unknown): boolean {
  if (typeof mask !== "object" || mask === null) return mask === true;
  return Array.isArray(mask) ? mask.some(hasUnknown) : Object.values(mask).some(hasUnknown);
}

/** The expression of a part. One expression may give a whole list or map; its parts then share it. */
function member(expression: unknown, step: string | number): unknown {
  if (isLeaf(expression)) return { ...expression, shared: true };
  if (Array.isArray(expression)) return typeof step === "number" ? (expression[step] as unknown) : undefined;
  if (!isJsonObject(expression)) return undefined;
  if (step === 0) return expression;
  return Object.hasOwn(expression, step) ? expression[step] : undefined;
}

function isLeaf(expression: unknown): expression is JsonObject {
  return isJsonObject(expression) && (Array.isArray(expression["references"]) || "constant_value" in expression);
}

/** Names of arguments whose elements are texts, so that no block bears them. */
const LIST_OF_TEXTS = /(_ids|_ips|_addresses|_arns|_names|_zones|cidr_blocks|^security_groups|^subnets)$/;

/**
 * Lists of blocks that the provider fills in where none is configured, each with the arguments of which one must be
 * configured for that to be sure: they exclude such blocks. Those without are attributes in Terraform's own eyes, of
 * which a dynamic block is never unknown as a whole.
 */
const FILLED_IN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  aws_default_network_acl: { egress: [], ingress: [] },
  aws_default_route_table: { route: [] },
  aws_default_security_group: { egress: [], ingress: [] },
  aws_instance: { network_interface: ["subnet_id", "vpc_security_group_ids", "security_groups"] },
  aws_lb: { subnet_mapping: ["subnets"] },
  aws_network_acl: { egress: [], ingress: [] },
  aws_route_table: { route: [] },
  aws_security_group: { egress: [], ingress: [] },
  azurerm_network_security_group: { security_rule: [] },
};

/** Whether an argument that is unknown as a whole surely is one that the configuration does not set. */
function isLeftToProvider(type: string, argument: string, expressions: unknown, shape: unknown): boolean {
  if (!isJsonObject(expressions) || !isJsonObject(shape) || Object.hasOwn(expressions, argument)) return false;
  if (!Array.isArray(shape[argument]) || LIST_OF_TEXTS.test(argument)) return true;
  const filled = Object.hasOwn(FILLED_IN, type) ? FILLED_IN[type]?.[argument] : undefined;
  return filled !== undefined && (filled.length === 0 || filled.some((other) => Object.hasOwn(expressions, other)));
}

// ---------------------------------------------------------------- where they come from

/** A module of the configuration, in one of its instances. */
class ConfiguredModule {
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

  output(name: string): unknown {
    const outputs = this.json["outputs"];
    const output = isJsonObject(outputs) && Object.hasOwn(outputs, name) ? outputs[name] : undefined;
    return isJsonObject(output) ? output["expression"] : undefined;
  }
}

/** Whose expression it is: the module instance, and the key of the resource's own instance in brackets. */
interface Asking {
  readonly module: ConfiguredModule | undefined;
  readonly key: string;
}

/** What an expression refers to: an attribute, a resource whose attribute is not told, or something not known. */
type Source =
  | Reference
  | { readonly kind: "resource"; readonly address: string }
  | { readonly kind: "index" }
  | { readonly kind: "other"; readonly text: string };

/** Arguments that name others by id, so that a resource stands for its `id`. */
const NAMES_IDS = /(_ids?|^security_groups|^subnets)$/;

/** Finds what an expression of the configuration takes its value from. */
class Sources {
  private knownInstances: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(
    private readonly resources: ReadonlyMap<string, Resource>,
    private readonly changes: ReadonlyMap<string, Change>,
  ) {}

  /** Indices of each resource's instances in brackets, by its address without. */
  private get instances(): ReadonlyMap<string, readonly string[]> {
    return (this.knownInstances ??= instancesAmong(this.resources.keys()));
  }

  /** What stands for the values of one resource that only apply will tell. */
  standFor(module: ConfiguredModule | undefined, address: string): Stand {
    const asking = { module, key: indexOf(address) };
    return (...given) => this.valueOf(asking, ...given);
  }

  /** What stands for a value that `expression` gives and that only apply will tell. */
  private valueOf({ module, key }: Asking, argument: string, expression: unknown, position = 0, count = 1): Value {
    const sources = module ? this.of(module, expression) : [];
    const told = LIST_OF_TEXTS.test(argument)
      ? this.all(sources, argument, isJsonObject(expression) && expression["shared"] === true)
      : this.each(sources, argument, key, count)[position];
    const mentions = sources.flatMap((source) => ("address" in source ? [source.address] : []));
    return told ?? unknown("known only after apply", [...new Set(mentions)]);
  }

  /**
   * A list that is unknown as a whole, as sets are once an element is: the references are all that the plan tells of it.
   * `aws_subnet.a[*].id` is listed as `aws_subnet.a`.
   */
  private all(sources: readonly Source[], argument: string, isShared: boolean): readonly Reference[] | undefined {
    if (sources.length === 0 || (isShared && sources.length > 1)) return undefined;
    const references: Reference[] = [];
    for (const source of sources) {
      if (source.kind === "reference") references.push(source);
      else {
        const instances = source.kind === "resource" ? this.instances.get(source.address) : undefined;
        if (source.kind !== "resource" || !instances || !NAMES_IDS.test(argument)) return undefined;
        for (const index of instances)
          references.push({ kind: "reference", address: source.address + index, attribute: "id" });
      }
    }
    return references;
  }

  /** The values of `count` unknowns in their order, if that many sources are unknown. */
  private each(
    sources: readonly Source[],
    argument: string,
    key: string,
    count: number,
  ): readonly (Reference | undefined)[] {
    const own = this.ownInstance(sources, argument, key);
    if (own) return [own];
    const unknowns = sources.filter((source) => source.kind !== "reference" || this.isUnknown(source));
    return unknowns.length === count
      ? unknowns.map((source) => (source.kind === "reference" ? source : undefined))
      : [];
  }

  /** `aws_subnet.a[count.index].id` is listed as `aws_subnet.a` and `count.index`. */
  private ownInstance(sources: readonly Source[], argument: string, key: string): Reference | undefined {
    const others = sources.filter(({ kind }) => kind !== "index");
    const [first] = others;
    if (first?.kind !== "resource" || others.length > 1 || sources.length === 1 || !NAMES_IDS.test(argument))
      return undefined;
    const address = first.address + key;
    return this.resources.has(address) ? { kind: "reference", address, attribute: "id" } : undefined;
  }

  /** What the references of an expression lead to, in their order. */
  private of(module: ConfiguredModule, expression: unknown): Source[] {
    const references = [...new Set(referencesIn(expression))];
    // Terraform lists `a.b.id` along with `a.b`.
    const longest = references.filter((text) => !references.some((other) => other !== text && isBelow(other, text)));
    return longest.flatMap((text) => this.follow(module, text));
  }

  private follow(module: ConfiguredModule, text: string): Source[] {
    const [root = "", name = "", ...rest] = text.split(".");
    const other: Source[] = [{ kind: "other", text }];
    switch (root) {
      case "count":
        return [{ kind: "index" }];
      case "each":
        return name === "key" ? [{ kind: "index" }] : other;
      case "var": {
        if (!module.caller || rest.length > 0 || name.includes("[")) return other;
        const sources = this.of(module.caller.module, member(module.caller.expressions, name));
        return sources.length > 0 ? sources : other;
      }
      case "module": {
        const [call = "", output, ...steps] = text.match(MODULE_STEPS) ?? [];
        const child = output === undefined ? undefined : module.child(call);
        if (!child || output === undefined || output.includes("[") || steps.length > 0) return other;
        const sources = this.of(child, child.output(output));
        return sources.length > 0 ? sources : other;
      }
      case "local":
      case "path":
      case "self":
      case "terraform":
        return other;
      default:
        return [this.attributeOf(module.prefix, text)];
    }
  }

  private attributeOf(prefix: string, text: string): Source {
    const parts = ATTRIBUTE.exec(text);
    const address = `${prefix}${parts?.[1] ?? text}`;
    const attribute = parts?.[2];
    if (attribute !== undefined && this.resources.has(address)) return { kind: "reference", address, attribute };
    return { kind: "resource", address };
  }

  /** What is known while planning makes nothing unknown. */
  private isUnknown(value: Reference): boolean {
    const mask = this.changes.get(value.address)?.unknowns;
    const first = /^[^.[]+/.exec(value.attribute)?.[0] ?? "";
    return isJsonObject(mask) && Object.hasOwn(mask, first) && hasUnknown(mask[first]);
  }
}

/** `module.NAME` or `module.NAME[KEY]`, then each step behind it. */
const MODULE_STEPS = /(?:^module\.)?[^.[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/g;
/** Address of a resource, with its index if it has one, and the attribute behind it. */
const ATTRIBUTE = /^((?:data\.)?[^.[]+\.[^.[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?)(?:\.(.+))?$/s;

function instancesAmong(addresses: Iterable<string>): Map<string, string[]> {
  const instances = new Map<string, string[]>();
  for (const address of addresses) {
    const index = indexOf(address);
    if (index === "") continue;
    const bare = address.slice(0, -index.length);
    const known = instances.get(bare);
    if (known) known.push(index);
    else instances.set(bare, [index]);
  }
  return instances;
}

/** The index at the end of an address in its brackets, empty where it has none. */
function indexOf(address: string): string {
  return /\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/.exec(address)?.[0] ?? "";
}

function referencesIn(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  if (!isJsonObject(expression)) return [];
  const { references } = expression;
  if (Array.isArray(references)) return references.filter((reference) => typeof reference === "string");
  return Object.values(expression).flatMap(referencesIn);
}

/** Whether `text` names a part of what `prefix` names. */
function isBelow(text: string, prefix: string): boolean {
  return text.startsWith(`${prefix}.`) || text.startsWith(`${prefix}[`);
}
