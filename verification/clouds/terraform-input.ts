/** The Terraform resources of an input, and what their values name. */
import type { Resource, Unknown, Value } from "../model";
import { isReference, isUnknown } from "../model";
import { at, isList, isObject, isOpaque, notTold, unknown, type Opaque } from "../values";
import { shown } from "../../config/texts";
import { oncePer } from "../once-per";

/** What a value that names another resource leads to. */
export type Target =
  /** A resource of the input; `attribute` is the one that was asked of it, empty where it was named by its cloud id. */
  | { readonly kind: "resource"; readonly resource: Resource; readonly attribute: string }
  /** Something that the input does not hold, by its cloud id or its address. */
  | { readonly kind: "outside"; readonly name: string }
  | Unknown;

/** Ids that EC2 gives (`sg-0a1b`, `subnet-0a1b`): no two resources share one, whatever their types. */
const CLOUD_ID = /^[a-z]+-[0-9a-z]+$/;

/** Attributes that stand for the resource itself. */
const IDENTITY = new Set(["", "id", "arn", "name"]);

/** Attributes that stand for something that AWS makes along with the resource, which is no resource of its own. */
const COMPANION = new Set([
  "cluster_security_group_id",
  "default_network_acl_id",
  "default_route_table_id",
  "default_security_group_id",
  "main_route_table_id",
  "prefix_list_id",
  "primary_network_interface_id",
]);

/** References that lead to references are followed this far, so that a circle ends. */
const MAX_HOPS = 16;

/** Whether an expression that is not known speaks of a resource, or of all that its block makes: it may choose that one. */
export const isMentioned = ({ address }: Resource, { mentions }: Unknown): boolean =>
  mentions.includes(address.replace(/\[[^\]]*\]$/, ""));

export class TerraformInput {
  private readonly byType = new Map<string, Resource[]>();
  private readonly byAddress = new Map<string, Resource>();
  /** Resources of several units with one address. */
  private readonly alike = new Map<string, Resource[]>();
  private readonly byCloudId = new Map<string, Resource>();

  /** The input of `resources`, sorted once for all who ask. */
  static readonly of = oncePer((resources: readonly Resource[]) => new TerraformInput(resources));

  constructor(readonly resources: readonly Resource[]) {
    for (const resource of resources) {
      append(this.byType, resource.type, resource);
      const other = this.byAddress.get(resource.address);
      if (other) {
        if (!this.alike.has(resource.address)) append(this.alike, resource.address, other);
        append(this.alike, resource.address, resource);
      } else this.byAddress.set(resource.address, resource);
      const id = resource.values["id"];
      if (typeof id !== "string" || !CLOUD_ID.test(id)) continue;
      // A data source tells less of a resource than its declaration in the same input.
      if (resource.mode === "managed" || !this.byCloudId.has(id)) this.byCloudId.set(id, resource);
    }
  }

  /** Managed resources of these types, in the input's order within each type. */
  managed(...types: readonly string[]): Resource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []).filter(({ mode }) => mode === "managed");
  }

  /** What the whole input knows a resource by: its address, with its unit where another unit has the same address. */
  id(resource: Resource): string {
    return this.alike.has(resource.address) ? `${resource.unit}/${resource.address}` : resource.address;
  }

  /** What `value` names, seen from `from`. `what` says in messages what it should be. */
  find(value: Value | undefined, from: Resource, what: string, hops = MAX_HOPS): Target {
    if (value === undefined || value === null || value === "") return unknown(`${from.address} names no ${what}`);
    if (isUnknown(value)) return value;
    if (typeof value === "string") {
      const resource = this.byCloudId.get(value);
      return resource ? { kind: "resource", resource, attribute: "" } : { kind: "outside", name: value };
    }
    if (!isReference(value)) return unknown(`${from.address} names its ${what} by something that is no text`);
    const { address, attribute } = value;
    const resource = this.resourceAt(address, from.unit);
    if (!resource) return { kind: "outside", name: address };
    if (isUnknown(resource)) return resource;
    const held = IDENTITY.has(attribute) ? undefined : at(resource.values, ...steps(attribute));
    // `aws_instance.a.subnet_id` is the subnet that the instance names.
    if (held !== undefined && hops > 0) {
      const target = this.find(held, resource, what, hops - 1);
      if (target.kind === "resource" || !COMPANION.has(String(steps(attribute).at(-1)))) return target;
    }
    const id = resource.values["id"];
    const declared = resource.mode === "data" && typeof id === "string" ? this.byCloudId.get(id) : undefined;
    return { kind: "resource", resource: declared ?? resource, attribute };
  }

  /** `value` itself, or what it refers to where the input holds that. */
  follow(value: Value | undefined, from: Resource, hops = MAX_HOPS): Exclude<Value, { kind: "reference" }> | undefined {
    if (!isReference(value)) return value;
    const resource = this.resourceAt(value.address, from.unit);
    if (isUnknown(resource)) return resource;
    const held = resource && at(resource.values, ...steps(value.attribute));
    if (resource && held !== undefined && hops > 0) return this.follow(held, resource, hops - 1);
    return notTold(value);
  }

  /** The text that `value` is or refers to, with `${}` for parts that are not known; undefined if nothing is known. */
  partialText(value: Value | undefined, from: Resource): string | undefined {
    const known = this.follow(value, from);
    return typeof known === "string" ? known : isUnknown(known) ? known.text : undefined;
  }

  /**
   * The values at a path of fields (`vpc_config.subnet_ids`), with every list on the way flattened and references to
   * lists followed. What can't be read is one opaque element; what is absent is none.
   */
  collect(resource: Resource, path: string): (string | Opaque)[] {
    return this.walk(resource.values, path.split("."), resource);
  }

  private walk(value: Value | undefined, path: readonly string[], from: Resource): (string | Opaque)[] {
    if (value === undefined || value === null || value === "") return [];
    if (isList(value)) return value.flatMap((element) => this.walk(element, path, from));
    const [step, ...rest] = path;
    if (step === undefined) {
      if (!isReference(value)) return isUnknown(value) || typeof value === "string" ? [value] : [shown(value)];
      const list = this.follow(value, from);
      return isList(list) ? this.walk(list, [], from) : [value];
    }
    if (isOpaque(value)) return [unknown(isUnknown(value) ? value.reason : `${value.address} is not known`)];
    return isObject(value) ? this.walk(value[step], rest, from) : [unknown(`${from.address} has no block '${step}'`)];
  }

  /** Within the unit first; across units only where one resource alone has the address. */
  private resourceAt(address: string, unit: string): Resource | Unknown | undefined {
    const alike = this.alike.get(address);
    if (!alike) return this.byAddress.get(address);
    const own = alike.find((resource) => resource.unit === unit);
    if (own) return own;
    return unknown(`${address} is in several units of the input and not in ${unit}`, [address]);
  }
}

/** The steps of an attribute path: `vpc_config[0].subnet_ids` is `vpc_config`, 0, `subnet_ids`. */
function steps(attribute: string): (string | number)[] {
  const parts = attribute.match(/[^.[\]"]+/g) ?? [];
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Adds to the list at `key`. */
export function append<K, T>(map: Map<K, T[]>, key: K, element: T): void {
  const list = map.get(key);
  if (list) list.push(element);
  else map.set(key, [element]);
}

/** A field that is absent, null or the empty text that states write for it. */
export function isAbsent(value: Value | undefined): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}
