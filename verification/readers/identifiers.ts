/**
 * Turns the ids that a cloud gave (`sg-0a1b...`, ARNs, self links) back into references.
 *
 * A state, and a plan over one, name their peers by id where a configuration names them by reference. Semantics read
 * references only, so that one configuration is judged alike before and after it is applied.
 */
import type { Reference, Resource, Value } from "../model";
import { at, isList, isOpaque, type ObjectValue } from "../values";

/** What identifies one object among all of its cloud, whatever it stands in. */
const DISTINCT = /^([a-z]{2,}-[0-9a-f]{8,17}|arn:.+|https:\/\/.+|(projects|\/subscriptions)\/.+)$/i;

/** Attributes that hold an identifier of the resource that they stand in. */
const IDENTITY = ["id", "arn", "self_link"] as const;
/** Attributes by which some resources are named, where the asking argument says their type (`bucket`, `cluster_name`). */
const NAMES = ["id", "name"] as const;

/** Top-level arguments that say what the resource itself is called. */
const OWN: ReadonlySet<string> = new Set([...IDENTITY, "name"]);

/** Objects that a cloud makes along with a resource, and the attribute that identifies them. */
const COMPANIONS: ReadonlyMap<string, readonly (readonly (string | number)[])[]> = new Map([
  [
    "aws_vpc",
    [["default_security_group_id"], ["default_network_acl_id"], ["default_route_table_id"], ["main_route_table_id"]],
  ],
  ["aws_eks_cluster", [["vpc_config", 0, "cluster_security_group_id"]]],
]);

interface Identified {
  readonly resource: Resource;
  readonly attribute: string;
}

/** `resources` with every id of another resource among them as a {@link Reference} to it. */
export function resolveIdentifiers(resources: readonly Resource[]): Resource[] {
  const identifiers = new Identifiers(resources);
  return resources.map((resource) => identifiers.resolve(resource));
}

class Identifiers {
  private readonly identities = new Index();
  private readonly names = new Index();
  /** Addresses of each unit, gathered when a resource of one names one of another. */
  private units: Map<string, Set<string>> | undefined;

  constructor(private readonly resources: readonly Resource[]) {
    for (const resource of resources) {
      for (const attribute of IDENTITY) this.identities.add(resource.values[attribute], resource, attribute);
      for (const attribute of NAMES) this.names.add(resource.values[attribute], resource, attribute);
    }
    for (const resource of resources) {
      for (const path of COMPANIONS.get(resource.type) ?? []) {
        const id = at(resource.values, ...path);
        if (!this.identities.has(id)) this.identities.add(id, resource, attributeText(path));
      }
    }
  }

  resolve(resource: Resource): Resource {
    const values = this.inFields(resource.values, resource, true);
    return values === resource.values ? resource : { ...resource, values };
  }

  /** The same value where nothing in it changes: a large state is not copied for a few ids. */
  private inValue(value: Value, argument: string, asking: Resource): Value {
    if (typeof value === "string") return this.referenceFor(value, argument, asking) ?? value;
    if (typeof value !== "object" || value === null) return value;
    if (isList(value)) {
      let copy: Value[] | undefined;
      for (let i = 0; i < value.length; i++) {
        const element = value[i] as Value;
        const resolved = this.inValue(element, argument, asking);
        if (resolved !== element) (copy ??= [...value])[i] = resolved;
      }
      return copy ?? value;
    }
    return isOpaque(value) ? value : this.inFields(value, asking, false);
  }

  private inFields(fields: ObjectValue, asking: Resource, isTop: boolean): ObjectValue {
    let copy: Record<string, Value> | undefined;
    for (const key of Object.keys(fields)) {
      if (isTop && OWN.has(key)) continue;
      const value = fields[key] as Value;
      const resolved = this.inValue(value, key, asking);
      if (resolved !== value) (copy ??= { ...fields })[key] = resolved;
    }
    return copy ?? fields;
  }

  private referenceFor(id: string, argument: string, asking: Resource): Reference | undefined {
    const isDistinct = DISTINCT.test(id);
    const bearing = (isDistinct ? this.identities : this.names).get(id);
    const found = isDistinct
      ? bearing
      : bearing.filter(({ resource: { type } }) => isNamedBy(type, argument) && cloudOf(type) === cloudOf(asking.type));
    const target = preferred(found, asking, argument);
    if (target === undefined || isSame(target.resource, asking)) return undefined;
    // Addresses resolve within a unit first, so a namesake there would be taken for the one that is meant.
    const { unit, address } = target.resource;
    if (unit !== asking.unit && this.addressesOf(asking.unit)?.has(address)) return undefined;
    return { kind: "reference", address, attribute: target.attribute };
  }

  private addressesOf(unit: string): ReadonlySet<string> | undefined {
    if (!this.units) {
      this.units = new Map();
      for (const resource of this.resources) {
        const addresses = this.units.get(resource.unit);
        if (addresses) addresses.add(resource.address);
        else this.units.set(resource.unit, new Set([resource.address]));
      }
    }
    return this.units.get(unit);
  }
}

class Index {
  private readonly found = new Map<string, Identified[]>();

  add(id: Value | undefined, resource: Resource, attribute: string): void {
    if (typeof id !== "string" || id === "") return;
    const known = this.found.get(id);
    if (known) known.push({ resource, attribute });
    else this.found.set(id, [{ resource, attribute }]);
  }

  has(id: Value | undefined): boolean {
    return typeof id === "string" && this.found.has(id);
  }

  get(id: string): readonly Identified[] {
    return this.found.get(id) ?? [];
  }
}

/**
 * The resource that `argument` means, of those that bear one id (a bucket and its policy, an address and its
 * association): the type that the argument names, of the same unit, managed, the shortest type.
 */
function preferred(found: readonly Identified[], asking: Resource, argument: string): Identified | undefined {
  if (found.length < 2) return found[0];
  return found.reduce((best, next) => (rank(best, asking, argument) <= rank(next, asking, argument) ? best : next));
}

function rank({ resource: { type, unit, mode } }: Identified, asking: Resource, argument: string): number {
  return (
    (isNamedBy(type, argument) ? 0 : 4_000) +
    (unit === asking.unit ? 0 : 2_000) +
    (mode === "managed" ? 0 : 1_000) +
    type.length
  );
}

/** Whether an argument speaks of a type: `cluster_name` and `cluster_arn` of aws_eks_cluster, `bucket` of aws_s3_bucket. */
function isNamedBy(type: string, argument: string): boolean {
  const subject = argument.replace(/_(id|arn|name|self_link)s?$/, "").replace(/s$/, "");
  return !type.startsWith("kubernetes_") && type.endsWith(`_${subject}`);
}

/** `aws` of `aws_vpc`: names, unlike ids, are one cloud's own. */
const cloudOf = (type: string) => type.split("_", 1)[0];

function isSame(a: Resource, b: Resource): boolean {
  return a.address === b.address && a.unit === b.unit;
}

function attributeText(path: readonly (string | number)[]): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}
