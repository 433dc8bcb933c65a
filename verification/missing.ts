/**
 * What the input lacks, of each finding that is unknown for want of it.
 *
 * What is missing stands with the value that can't be known, where a reader found that out. Clouds and invariants pass
 * on the value's reason alone, word for word: by the reason that a finding gives, whole and as it is, its value is found
 * again. No wording decides anything here.
 */
import { isReference, isUnknown, type Missing, type Resource, type Unknown, type Value } from "./model";
import type { Problem } from "./problem";
import { isList, isObject, notTold } from "./values";

export class MissingInput {
  private byReason: ReadonlyMap<string, Missing> | undefined;
  private byAddress: ReadonlyMap<string, Missing> | undefined;

  constructor(private readonly resources: readonly Resource[]) {}

  /** Undefined where nothing that the input could hold would tell it. */
  of({ resource, message }: Pick<Problem, "resource" | "message">): Missing | undefined {
    this.byAddress ??= new Map(
      this.resources.flatMap(({ address, missing }) => (missing ? [[address, missing] as const] : [])),
    );
    return this.byAddress.get(resource) ?? this.told(message);
  }

  /** Of the reasons that are given, that of the one that is given first; the longer one where two begin together. */
  private told(message: string): Missing | undefined {
    this.byReason ??= reasonsIn(this.resources);
    let first: { readonly at: number; readonly reason: string; readonly missing: Missing } | undefined;
    for (const [reason, missing] of this.byReason) {
      // eslint-disable-next-line no-restricted-syntax -- whole reasons, by whatever words
      const at = message.indexOf(reason);
      if (at < 0 || (first && (at > first.at || (at === first.at && reason.length < first.reason.length)))) continue;
      first = { at, reason, missing };
    }
    return first?.missing;
  }
}

function reasonsIn(resources: readonly Resource[]): ReadonlyMap<string, Missing> {
  const found = new Map<string, Missing>();
  const add = ({ reason, missing, parts = [] }: Unknown): void => {
    if (missing) found.set(reason, missing);
    parts.forEach(visit);
  };
  const visit = (value: Value): void => {
    if (isUnknown(value)) add(value);
    else if (isReference(value)) add(notTold(value));
    else if (isList(value)) value.forEach(visit);
    else if (isObject(value)) Object.values(value).forEach(visit);
  };
  for (const { values, existence } of resources) {
    if (existence) add(existence);
    visit(values);
  }
  return found;
}
