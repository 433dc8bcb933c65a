/** What a deployment's synthesized stacks hold, as a preflight counts it. */
import { isReference, isUnknown, type Resource, type Value } from "../verification/model";
import { field, isList } from "../verification/values";

/** Resources of a deployment's stacks, by their types. */
export class Stacks {
  constructor(readonly resources: readonly Resource[]) {}

  ofType(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type && resource.mode === "managed");
  }

  /** The resource that a value is an attribute of; undefined where it is none, or of a given one. */
  target(value: Value | undefined): Resource | undefined {
    return isReference(value) ? this.resources.find(({ address }) => address === value.address) : undefined;
  }

  /**
   * A text as the cloud will have it; undefined where only the cloud knows. A resource that is named after another one
   * has that one's name in it.
   */
  text(value: Value | undefined): string | undefined {
    if (typeof value === "string") return value;
    if (isReference(value)) {
      const named = ["id", "name"].includes(value.attribute) ? this.target(value) : undefined;
      return named && this.text(field(named, "name"));
    }
    if (!isUnknown(value) || value.text === undefined) return undefined;
    const parts = (value.parts ?? []).map((part) => this.text(part));
    return parts.includes(undefined) ? undefined : value.text.replaceAll("${}", () => parts.shift() ?? "");
  }

  /** Texts of a list, less those that only the cloud knows. */
  texts(value: Value | undefined): readonly string[] {
    return isList(value) ? value.flatMap((entry) => this.text(entry) ?? []) : [];
  }
}
