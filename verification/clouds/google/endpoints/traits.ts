/** By which traits firewalls know a machine: its tags, service account and secure tags. */
import { isUnknown, referenceTo, type Resource, type Value } from "../../../model";
import { isObject } from "../../../values";
import { append, isAbsent } from "../../terraform-input";
import { reasonOf, type GoogleInput } from "../input";
import { DEFAULT_ACCOUNT, traitKey, type Machine, type NamedTrait, type RuleParts, type Trait } from "../rules";
import type { Written } from "./interfaces";

export class Traits {
  /** Secure tags that are bound to a machine apart from it. */
  private readonly bound = new Map<string, NamedTrait[]>();
  private anyBound: string | undefined;

  constructor(
    private readonly input: GoogleInput,
    private readonly parts: RuleParts,
  ) {
    this.readTagBindings();
  }

  of(written: Written, owner = written.resource): Pick<Machine, "unknown"> & { traits: Set<string> } {
    const { resource, tags, account, secureTags } = written;
    const named: (readonly [Trait, NamedTrait])[] = tags.map((element) => {
      const tag = this.input.follow(element, resource);
      return ["tag", typeof tag === "string" ? { key: traitKey("tag", tag) } : lost(tag, "its tags are not known")];
    });
    if (account === undefined) named.push(["service-account", DEFAULT_ACCOUNT]);
    else if (account !== null) named.push(["service-account", this.parts.serviceAccount(account, resource)]);
    const map = this.input.follow(secureTags, resource);
    if (isObject(map)) {
      for (const value of Object.values(map)) named.push(["secure-tag", this.parts.secureTag(value, resource)]);
    } else if (!isAbsent(map)) named.push(["secure-tag", lost(map, "its secure tags are not known")]);
    for (const tag of this.bound.get(this.input.id(owner)) ?? []) named.push(["secure-tag", tag]);
    if (this.anyBound !== undefined) named.push(["secure-tag", { reason: this.anyBound }]);
    return {
      traits: new Set(named.flatMap(([, { key }]) => key ?? [])),
      unknown: Object.fromEntries(
        named.flatMap(([trait, { reason }]) => (reason === undefined ? [] : [[trait, reason]])),
      ),
    };
  }

  private readTagBindings(): void {
    for (const binding of this.input.managed("google_tags_location_tag_binding")) {
      const { parent, tag_value: value } = binding.values;
      const name = typeof parent === "string" ? parent : isUnknown(parent) ? parent.text : undefined;
      if (name !== undefined && !/compute\.googleapis\.com.*\/instances\//.test(name)) continue;
      const owners = this.ownersOf(binding, parent);
      const tag = this.parts.secureTag(value ?? null, binding);
      for (const owner of owners) append(this.bound, this.input.id(owner), tag);
      if (owners.length === 0 && typeof parent !== "string") {
        this.anyBound = `what ${binding.address} binds its tag to is not known`;
      }
    }
  }

  /** The instances that a binding's parent names: as a full resource name, or put together from references. */
  private ownersOf(binding: Resource, parent: Value | undefined): Resource[] {
    const named = isUnknown(parent) ? parent.mentions.map((address) => referenceTo(address)) : [parent];
    return named.flatMap((value) => {
      const target = this.input.named(value, binding, "google_compute_instance");
      return target.kind === "resource" && target.resource.type === "google_compute_instance" ? [target.resource] : [];
    });
  }
}

function lost(value: Value | undefined, otherwise: string): NamedTrait {
  return { reason: reasonOf(value, otherwise) };
}
