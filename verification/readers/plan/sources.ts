/** What the values come from that only apply will tell: the references of their expressions, followed through modules. */
import type { Reference, Resource, Value } from "../../model";
import { unknown } from "../../values";
import { isJsonObject } from "../json-values";
import { member, referencesIn, type ConfiguredModule } from "./configuration";
import { type Change, type Stand, hasUnknown } from "./unknowns";

/** Names of arguments whose elements are texts, so that no block bears them. */
export const LIST_OF_TEXTS =
  /(_ids|_ips|_addresses|_arns|_names|_zones|cidr_blocks|^security_groups|^subnets|^load_balancers)$/;

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
const NAMES_IDS = /(_ids?|^security_groups|^subnets|^load_balancers)$/;

/** Finds what an expression of the configuration takes its value from. */
export class Sources {
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
export function indexOf(address: string): string {
  return /\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/.exec(address)?.[0] ?? "";
}

/** Whether `text` names a part of what `prefix` names. */
function isBelow(text: string, prefix: string): boolean {
  return text.startsWith(`${prefix}.`) || text.startsWith(`${prefix}[`);
}
