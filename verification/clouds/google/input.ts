/**
 * The Google Cloud resources of an input, and what their values name.
 *
 * The same resource is named by a reference, by its self link, by a partial path or by its name alone. Google Cloud
 * Compute Engine, "Resource names" (https://cloud.google.com/compute/docs/naming-resources).
 */
import { isReference, isUnknown, type Resource, type Unknown, type Value } from "../../model";
import { text } from "../../values";
import { append, TerraformInput, isAbsent } from "../terraform-input";
import { lastSegment } from "../../../config/texts";

export type Target =
  | { readonly kind: "resource"; readonly resource: Resource }
  /** Something that the input does not hold: its path from `projects/` on, or its name. */
  | { readonly kind: "outside"; readonly name: string }
  | Unknown;

export class GoogleInput extends TerraformInput {
  /** Resources of one type by name, made when the type is first asked for. */
  private readonly names = new Map<string, Map<string, Resource[]>>();
  private readonly byKind = new Map<string, Resource[]>();

  constructor(resources: readonly Resource[]) {
    super(resources);
    for (const resource of resources) append(this.byKind, resource.type, resource);
  }

  /** Managed resources and data sources of a type. */
  all(type: string): readonly Resource[] {
    return this.byKind.get(type) ?? [];
  }

  /** What `value` names among resources of `types`, seen from `from`. */
  named(value: Value | undefined, from: Resource, ...types: readonly string[]): Target {
    const target = this.find(value, from, types[0]?.replace("google_", "").replaceAll("_", " ") ?? "resource");
    if (isUnknown(target)) return target;
    if (target.kind === "outside") {
      const resource = this.byName(target.name, types, from);
      return resource ? { kind: "resource", resource } : { kind: "outside", name: pathOf(target.name) };
    }
    // A data source tells less than the declaration of the same thing.
    const { resource } = target;
    const name = resource.values["name"];
    const declared =
      resource.mode === "data" && typeof name === "string" ? this.byName(name, types, resource) : undefined;
    return { kind: "resource", resource: declared ?? resource };
  }

  /** A text field, references followed. */
  textAt(resource: Resource, field: string): string | Unknown | undefined {
    const value = text(this.follow(resource.values[field], resource));
    if (isAbsent(value)) return undefined;
    return value as string | Unknown;
  }

  private byName(written: string, types: readonly string[], from: Resource): Resource | undefined {
    const name = lastSegment(written);
    const project = segmentAfter("projects", written) ?? from.values["project"];
    const region = segmentAfter("regions", written);
    const found = types
      .flatMap((type) => this.namesOf(type).get(name) ?? [])
      .filter(({ values }) => agree(values["project"], project) && agree(values["region"], region));
    return found.find(({ mode }) => mode === "managed") ?? found[0];
  }

  private namesOf(type: string): Map<string, Resource[]> {
    let names = this.names.get(type);
    if (!names) {
      this.names.set(type, (names = new Map<string, Resource[]>()));
      for (const resource of this.all(type)) {
        const name = resource.values["name"] ?? resource.values["self_link"];
        if (typeof name === "string") append(names, lastSegment(name), resource);
      }
    }
    return names;
  }
}

/** The region or zone of a path (`projects/p/regions/r/subnetworks/s` is in `r`). */
export function segmentAfter(step: string, path: string): string | undefined {
  return new RegExp(`(?:^|/)${step}/([^/]+)`).exec(path)?.[1];
}

/** The path without the host before it. */
function pathOf(name: string): string {
  const at = name.indexOf("projects/");
  return at > 0 ? name.slice(at) : name;
}

/** Whether two values may be the same: what is left out or not known may be anything. */
function agree(a: Value | undefined, b: Value | undefined): boolean {
  return typeof a !== "string" || typeof b !== "string" || lastSegment(a) === lastSegment(b);
}

/** Why an opaque value is not known; `otherwise` where it does not say. */
export function reasonOf(value: unknown, otherwise: string): string {
  if (isUnknown(value)) return value.reason;
  return isReference(value) ? `${value.address} is not in the input` : otherwise;
}
