/** What every Kubernetes object has: an API group, a name, a namespace. */
import { isReference, type Reference, type Resource, type System, type Value } from "../../model";
import { at, field, knownText } from "../../values";
import { oncePer } from "../../once-per";

/** API group of an object: empty for the core group; `undefined` where the input does not name it. */
export function apiGroup(resource: Resource): string | undefined {
  const version = knownText(field(resource, "apiVersion"));
  if (version === undefined) return undefined;
  return version.includes("/") ? version.slice(0, version.indexOf("/")) : "";
}

/** The Kubernetes objects among the resources, by kind, and what they name each other by. */
export class KubernetesObjects {
  /** Made when the first reference is followed. */
  private byAddress: Map<string, Resource[]> | undefined;
  private readonly byKind = new Map<string, Resource[]>();
  private readonly prefixes: ReadonlySet<string>;

  /** The objects among `resources`, sorted once for all who ask. */
  static readonly of = oncePer((resources: readonly Resource[]) => new KubernetesObjects(resources));

  private constructor(private readonly resources: readonly Resource[]) {
    const types = new Set(resources.map(({ type }) => type));
    this.prefixes = new Set(Array.from(types, (type) => `${type.split("_", 1).join("")}_`));
    for (const resource of resources) {
      if (resource.mode === "managed" && resource.type.startsWith("kubernetes:")) {
        append(this.byKind, resource.type.slice("kubernetes:".length), resource);
      }
    }
  }

  /** Whether the input has resources whose types begin so (`aws_`). */
  uses(prefix: string): boolean {
    return this.prefixes.has(prefix);
  }

  /** Whether some resource of the input, of whatever kind and provider, is so. */
  some(test: (resource: Resource) => boolean): boolean {
    return this.resources.some(test);
  }

  /** Every object. */
  all(): Resource[] {
    return [...this.byKind.values()].flat();
  }

  /** The objects of a kind in one of these API groups; one whose group can't be told is taken as of these. */
  ofKind(kind: string, ...groups: readonly string[]): Resource[] {
    return (this.byKind.get(kind) ?? []).filter((object) => {
      const group = apiGroup(object);
      return group === undefined || groups.includes(group);
    });
  }

  /** The objects of a kind, in one API group, that have this name in this namespace: one for each input that holds it. */
  named(kind: string, group: string, name: string | undefined, namespace: string | undefined): Resource[] {
    return this.ofKind(kind, group).filter(
      (object) => this.nameOf(object) === name && this.namespaceOf(object) === namespace,
    );
  }

  /** The name of an object, `undefined` where it can't be told; a generated one reads `PREFIX*`. */
  nameOf(object: Resource): string | undefined {
    const name = field(object, "metadata", "name");
    if (name !== undefined) return this.resolveName(name, object);
    const prefix = knownText(field(object, "metadata", "generateName"));
    return prefix === undefined ? undefined : `${prefix}*`;
  }

  /** The namespace of an object: `default` where it is left out, `undefined` where it can't be told. */
  namespaceOf(object: Resource): string | undefined {
    return this.resolveName(field(object, "metadata", "namespace") ?? "default", object);
  }

  /** What a reference in `from` points to: within the same unit first, then anywhere. */
  target(reference: Reference, from: Resource): Resource | undefined {
    if (!this.byAddress) {
      this.byAddress = new Map();
      for (const resource of this.resources) append(this.byAddress, resource.address, resource);
    }
    const targets = this.byAddress.get(reference.address) ?? [];
    return targets.find(({ unit }) => unit === from.unit) ?? targets[0];
  }

  /** A name as a text, or as a reference to the metadata of another object. */
  private resolveName(name: Value, from: Resource): string | undefined {
    if (!isReference(name)) return knownText(name);
    const target = this.target(name, from);
    const [, property] = /(?:^|\.)metadata(?:\[0\]|\.0)?\.(name|namespace)$/.exec(name.attribute) ?? [];
    if (property !== undefined) return knownText(at(target?.values, "metadata", property));
    // Of an object without a namespace, Terraform's id is the name.
    const cluster = target?.type === "kubernetes:Namespace" && name.attribute === "id";
    return cluster ? knownText(field(target, "metadata", "name")) : undefined;
  }
}

function append(map: Map<string, Resource[]>, key: string, resource: Resource): void {
  const resources = map.get(key);
  if (resources) resources.push(resource);
  else map.set(key, [resource]);
}

/** The system's Kubernetes objects. */
export const objectsOf = ({ resources }: System): KubernetesObjects => KubernetesObjects.of(resources);
