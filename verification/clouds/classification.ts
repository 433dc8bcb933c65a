/**
 * What is known of every resource type of a provider: whether who can reach whom depends on it, and whether the files
 * beside judge that. A type in no table, such as a newer provider's, is unknown.
 */
import type { Resource, Unjudged, Value } from "../model";
import { isList, isObject, isOpaque } from "../values";
import { isAbsent } from "./terraform-input";
import { shown } from "../../config/texts";

/** When an argument makes a resource count: `holds`: it is there and holds something; else: it is anything but this. */
export type Condition = "holds" | { readonly unless: string | boolean };

/** Conditions of which one is enough, by the path of the argument; none: the resource counts whatever it says. */
export type Conditions = Readonly<Record<string, Condition>>;

/** Data that `scripts/classification/` makes: every type of the provider is in one of the three. */
export interface Classification {
  /** Name and version of the provider, e.g. `hashicorp/aws 5.100.0`. */
  readonly provider: string;
  /** Read by the cloud's own files. */
  readonly modelled: readonly string[];
  /** Types by the reason why nobody reaches more or less by them. */
  readonly harmless: Readonly<Record<string, readonly string[]>>;
  /** Types by what a report says of them: they change who can reach whom, and are not modelled. */
  readonly unjudged: Readonly<Record<string, Readonly<Record<string, Conditions>>>>;
}

/** The reason of what lets nobody reach more. */
export const ONLY_STOPS = "it may stop what rules and routes allow, and lets nothing in";

/** The reason of what leads to a network, whose filters say what of that comes in. */
export const ONLY_LEADS = "it connects the network to another one, whose addresses are not in the input";

/** The reason of what installs in a cluster what lies elsewhere. */
export const DEPLOYS = "it deploys objects that are not in the input";

/** What more is known of what is not judged, by the reason. */
const BY_REASON: ReadonlyMap<string, Pick<Unjudged, "onlyStops" | "onlyLeads" | "missing">> = new Map([
  [ONLY_STOPS, { onlyStops: true }],
  [ONLY_LEADS, { onlyLeads: true }],
  [DEPLOYS, { missing: { kind: "deployer" } }],
]);

/** What stands for a resource that is not judged. */
export const unjudgedFor = (
  { address, location }: Pick<Resource, "address" | "location">,
  reason: string,
): Unjudged => ({
  resource: address,
  location,
  reason,
  ...BY_REASON.get(reason),
});

/** What classifications say, ready to be asked. */
export class ClassifiedTypes {
  private readonly judged: ReadonlySet<string>;
  private readonly unjudged: ReadonlyMap<string, readonly [reason: string, conditions: Conditions]>;

  constructor(private readonly table: Classification) {
    this.judged = new Set([...table.modelled, ...Object.values(table.harmless).flat()]);
    this.unjudged = new Map(
      Object.entries(table.unjudged).flatMap(([reason, types]) =>
        Object.entries(types).map(([type, conditions]) => [type, [reason, conditions] as const]),
      ),
    );
  }

  /** Those of `resources` of this provider's types that are not judged. */
  unjudgedOf(resources: readonly Resource[], prefix: string): Unjudged[] {
    return resources.flatMap((resource) => {
      const { mode, type } = resource;
      const reason = mode === "managed" && type.startsWith(prefix) ? this.reasonOf(resource) : undefined;
      return reason === undefined ? [] : [unjudgedFor(resource, reason)];
    });
  }

  private reasonOf({ type, values }: Resource): string | undefined {
    if (this.judged.has(type)) return undefined;
    const row = this.unjudged.get(type);
    if (row === undefined) return `${type} is not known (known: the types of ${this.table.provider})`;
    const [reason, conditions] = row;
    const asked = Object.entries(conditions);
    const counts =
      asked.length === 0 || asked.some(([path, condition]) => meets(condition, valuesAt(values, path.split("."))));
    return counts ? reason : undefined;
  }
}

/** Values at a path, of each element of every list on the way; what can't be read on the way is one of them. */
function valuesAt(value: Value | undefined, path: readonly string[]): (Value | undefined)[] {
  const [step, ...rest] = path;
  if (step === undefined || isOpaque(value)) return [value];
  if (isList(value)) return value.length === 0 ? [undefined] : value.flatMap((element) => valuesAt(element, path));
  return valuesAt(isObject(value) ? value[step] : undefined, rest);
}

function meets(condition: Condition, values: readonly (Value | undefined)[]): boolean {
  if (condition === "holds") return values.some(isHeld);
  return values.some((value) => isOpaque(value) || shown(value) !== shown(condition.unless));
}

/** Not `false`, and not the empty text or list that stands for nothing. */
function isHeld(value: Value | undefined): boolean {
  return isList(value) ? value.some(isHeld) : !isAbsent(value) && value !== false;
}
