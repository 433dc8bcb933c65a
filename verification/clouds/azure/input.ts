/** The Azure resources of an input, and what their values name. */
import { isReference, isUnknown, type Resource, type Value } from "../../model";
import { isOpaque, text, unknown } from "../../values";
import { TerraformInput, append, isAbsent, type Target } from "../terraform-input";
import { AddressSet } from "../../../packets/address-set";

export { append, isAbsent, type Target };

/** A value with the resource that holds it, so that it can be followed. */
export interface HeldValue {
  readonly value: Value;
  readonly from: Resource;
}

/**
 * What Terraform's resources name each other by is the same for every cloud and read as for AWS. Azure's own: resource
 * ids are paths whose case means nothing, and some resources name another by its name and resource group.
 */
export class AzureInput extends TerraformInput {
  private readonly byAzureId = new Map<string, Resource>();
  private readonly byName = new Map<string, Resource[]>();

  constructor(resources: readonly Resource[]) {
    super(resources);
    for (const resource of resources) {
      const { id, name } = resource.values;
      if (typeof id === "string" && id.startsWith("/")) {
        const key = id.toLowerCase();
        // A data source tells less of a resource than its declaration in the same input.
        if (resource.mode === "managed" || !this.byAzureId.has(key)) this.byAzureId.set(key, resource);
      }
      const known = this.follow(name, resource);
      if (typeof known === "string" && (resource.mode === "managed" || this.isTold(resource)))
        append(this.byName, nameKey(resource.type, known), resource);
    }
  }

  override find(value: Value | undefined, from: Resource, what: string, hops?: number): Target {
    if (typeof value !== "string" || value === "") return super.find(value, from, what, hops);
    const resource = this.ofId(value);
    return resource ? { kind: "resource", resource, attribute: "" } : { kind: "outside", name: value };
  }

  /** Whether a data source was read, and speaks of a resource that the input does not declare. */
  private isTold({ values: { id }, mode }: Resource): boolean {
    return mode === "data" && typeof id === "string" && this.ofId(id)?.mode === "data";
  }

  /** The resource with this id, written in any case. */
  ofId(id: string): Resource | undefined {
    return this.byAzureId.get(id.toLowerCase());
  }

  /** The resource of `type` that `field` of `from` names by its name, in the resource group that `from` names. */
  findNamed(field: string, type: string, from: Resource): Target {
    const value = from.values[field];
    const target = isReference(value) ? this.find(value, from, type) : undefined;
    if (target?.kind === "resource" && target.resource.type === type) return target;
    const name = text(this.follow(value, from));
    if (isAbsent(name)) return unknown(`${from.address} names no ${field}`);
    if (isOpaque(name)) return isUnknown(name) ? name : unknown(`${field} of ${from.address} is not known`);
    const named = this.byName.get(nameKey(type, name)) ?? [];
    const candidates = named.filter((candidate) => this.shareResourceGroup(candidate, from));
    const [only, second] = candidates;
    if (second) return unknown(`${candidates.map(({ address }) => address).join(" and ")} are both named ${name}`);
    return only ? { kind: "resource", resource: only, attribute: "" } : { kind: "outside", name };
  }

  /**
   * What associations of `type` name by `to`, listed by what they name by `of`; `stray` ones may speak of anything,
   * `outside` ones speak of what the input does not hold.
   */
  associated(type: string, of: string, to: string) {
    const lists = new Map<string, HeldValue[]>();
    const stray: Resource[] = [];
    const outside: HeldValue[] = [];
    for (const association of this.managed(type)) {
      const target = this.find(association.values[of], association, of);
      const named = { value: association.values[to] ?? null, from: association };
      if (target.kind === "resource") append(lists, this.id(target.resource), named);
      else if (target.kind === "unknown") stray.push(association);
      else outside.push(named);
    }
    return { lists, stray, outside };
  }

  /** The region that a resource is in, as tags write it (`East US` is `eastus`); undefined where it is not known. */
  regionOf(resource: Resource): string | undefined {
    const location = this.follow(resource.values["location"], resource);
    return typeof location === "string" && location !== "" ? location.toLowerCase().replaceAll(" ", "") : undefined;
  }

  /** Whether two resources may be in one resource group: names that are not known may be the same. */
  private shareResourceGroup(one: Resource, other: Resource): boolean {
    const [a, b] = [one, other].map((resource) => {
      const group = resource.values["resource_group_name"];
      const known = this.follow(group, resource);
      return typeof known === "string" ? known.toLowerCase() : isReference(group) ? group : undefined;
    });
    if (isReference(a) && isReference(b)) return one.unit !== other.unit || a.address === b.address;
    return typeof a !== "string" || typeof b !== "string" || a === b;
  }
}

function nameKey(type: string, name: string): string {
  return `${type} ${name.toLowerCase()}`;
}

/** One address, undefined where it is not known. */
export function addressOf(value: Value | undefined): AddressSet | undefined {
  try {
    return typeof value === "string" && value !== "" ? AddressSet.ofCidr(value) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
