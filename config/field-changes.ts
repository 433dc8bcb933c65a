/** Fields in which two deployments differ, one change each, and the rule that speaks of it. */
import { zonesOf } from "./aws/address-plan";
import { CHANGES } from "./changes";
import { type ChangeRule, type When } from "./change-rule";
import { deploymentSchema, type Cloud, type Deployment } from "./deployment";

export type Kind = Extract<When, string>;

/** A field that differs, as a whole where it is there on one side only. */
export interface FieldChange {
  /** As docs/options.md names it, with the real names: `nodePools.gpu.instanceTypes`. */
  readonly field: string;
  /** The names on the way there; places in lists left out. */
  readonly path: readonly string[];
  /** Undefined: left out. */
  readonly from: unknown;
  readonly to: unknown;
  readonly kinds: readonly Kind[];
  /** Whether it is an entry of a map of names, which comes or goes as one. */
  readonly isEntry: boolean;
  /** Of an object that is there on one side only: the ways to the fields in it. */
  readonly below: readonly (readonly string[])[];
}

/** What differs between two deployments of one cloud, field by field, in the order of HEAD's fields. */
export function changesOf(before: Deployment, after: Deployment): FieldChange[] {
  return changesAt({ names: [], steps: [] }, written(before, after), written(after, before), [deploymentSchema]);
}

/**
 * A deployment with the zones written out that AWS's networks are made with, where the other one writes its own: the
 * default and the same zones by name are no change.
 */
function written(deployment: Deployment, other: Deployment): Deployment {
  if (deployment.cloud !== "aws" || other.cloud !== "aws") return deployment;
  const isDefault = deployment.network.zones === undefined && !deployment.network.existing;
  if (!isDefault || other.network.zones === undefined || deployment.cloudRegion !== other.cloudRegion)
    return deployment;
  return { ...deployment, network: { ...deployment.network, zones: [...zonesOf(deployment)] } };
}

/** The rule that speaks of a change: the first of its cloud that fits. */
export const ruleOf = (cloud: Cloud, change: FieldChange): ChangeRule | undefined =>
  CHANGES[cloud].find((rule) => fits(rule, change));

/** Whether a rule speaks of a change: of its field, or of one above it, or of one in an object that comes or goes. */
export function fits({ field, when }: Pick<ChangeRule, "field" | "when">, change: FieldChange): boolean {
  const names = pathOf(field);
  const isAbove = (path: readonly string[]) =>
    names.length <= path.length && names.every((name, i) => name === ANY || name === path[i]);
  if (![change.path, ...change.below].some(isAbove)) return false;
  // What comes or goes inside of a field is no coming or going of the field itself.
  const isInside = change.path.length > names.length + (change.isEntry ? 1 : 0);
  return (
    when === undefined || [when].flat().some((one) => isSo(one, change) && !(isInside && COMING_AND_GOING.has(one)))
  );
}

const COMING_AND_GOING: ReadonlySet<When> = new Set<When>(["first", "added", "removed"]);

/** Stands in the name of an option for each name of a map. */
const ANY = "NAME";

const pathOf = (option: string): string[] => option.replaceAll("[]", "").split(".");

type Wanted = NonNullable<Exclude<When, string>["from"]>;

function isSo(when: When, { kinds, from, to }: FieldChange): boolean {
  if (typeof when === "string") return kinds.includes(when);
  const holds = (value: unknown, wanted: Wanted | undefined) =>
    wanted === undefined || [value].flat().some((one) => one === wanted || String(one) === wanted);
  return holds(from, when.from) && holds(to, when.to);
}

// ---------------------------------------------------------------- differences

interface Place {
  readonly names: readonly string[];
  /** With places in lists: `taints[0]`. */
  readonly steps: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

function changesAt(place: Place, from: unknown, to: unknown, schemas: readonly Schema[]): FieldChange[] {
  if (isSame(from, to)) return [];
  if (isMap(from) && isMap(to)) {
    const isRecord = schemas.some(({ _zod: { def } }) => def.type === "record");
    return [...new Set([...Object.keys(to), ...Object.keys(from)])].flatMap((name) => {
      const at = { names: [...place.names, name], steps: [...place.steps, name] };
      const [was, is] = [from[name], to[name]];
      // An entry of a map comes and goes as one: what is in it is no change of an option.
      if (isRecord && !isSame(was, is) && (was === undefined || is === undefined))
        return [{ ...changeAt(at, was, is, []), isEntry: true }];
      return changesAt(at, was, is, schemasAt(schemas, name));
    });
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    return listChanges(place, from as readonly unknown[], to as readonly unknown[], schemas);
  }
  return [changeAt(place, from, to, leavesOf(isMap(from) && to === undefined ? from : isMap(to) ? to : undefined))];
}

/** Entries of a list that are told apart by a name are compared field by field; all others come and go. */
function listChanges(
  place: Place,
  from: readonly unknown[],
  to: readonly unknown[],
  schemas: readonly Schema[],
): FieldChange[] {
  const isPaired = from.length === to.length && from.every((entry, i) => isMap(entry) && isNamesake(entry, to[i]));
  if (!isPaired) return [changeAt(place, from, to, [])];
  const last = place.steps.at(-1) ?? "";
  const elements = schemasAt(schemas, "");
  return from.flatMap((entry, i) =>
    changesAt({ ...place, steps: [...place.steps.slice(0, -1), `${last}[${i}]`] }, entry, to[i], elements),
  );
}

const isNamesake = (one: Fields, other: unknown) => {
  const name = ["name", "id", "change", "cidr"].find((key) => key in one);
  return isMap(other) && (name === undefined || isSame(one[name], other[name]));
};

function changeAt({ names, steps }: Place, from: unknown, to: unknown, leaves: readonly string[][]): FieldChange {
  const below = leaves.map((leaf) => [...names, ...leaf]);
  return { field: steps.join("."), path: names, from, to, kinds: kindsOf(from, to), isEntry: false, below };
}

function kindsOf(from: unknown, to: unknown): Kind[] {
  if (from === undefined) return ["added"];
  if (to === undefined) return ["removed"];
  if (Array.isArray(from) && Array.isArray(to)) {
    const lacks = (list: readonly unknown[], entry: unknown) => !list.some((one) => isSame(one, entry));
    const [comes, goes] = [to.some((entry) => lacks(from, entry)), from.some((entry) => lacks(to, entry))];
    // Neither: the order is another.
    if (comes !== goes) return comes ? (from.length === 0 ? ["first", "added"] : ["added"]) : ["removed"];
    return comes ? ["added", "removed", "changed"] : ["changed"];
  }
  const order = compareNumbers(from, to);
  return order === 0 ? ["changed"] : [order < 0 ? "raised" : "lowered", "changed"];
}

/** Numbers, and versions of them: `1.9` is below `1.10`. Anything else has no order. */
function compareNumbers(one: unknown, other: unknown): number {
  const parts = (value: unknown) =>
    (typeof value === "number" || typeof value === "string") && /^v?\d+(\.\d+)*$/.test(String(value))
      ? String(value).replace(/^v/, "").split(".").map(Number)
      : undefined;
  const [a, b] = [parts(one), parts(other)];
  if (!a || !b) return 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function leavesOf(value: unknown): string[][] {
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [[name], ...leavesOf(inner).map((leaf) => [name, ...leaf])]);
}

/** Whether a value has fields. */
export const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((entry, i) => isSame(entry, other[i]));
  }
  if (!isMap(one) || !isMap(other)) return one === other;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => isSame(one[name], other[name]));
}

// ---------------------------------------------------------------- what the schema says of a place

/** The part of zod's schemas that tells maps of names from objects. */
interface Schema {
  readonly _zod: {
    readonly def: {
      readonly type: string;
      readonly innerType?: Schema;
      readonly in?: Schema;
      readonly options?: readonly Schema[];
      readonly element?: Schema;
      readonly valueType?: Schema;
      readonly shape?: Readonly<Record<string, Schema>>;
      readonly defaultValue?: unknown;
    };
  };
}

/** The schemas that may hold below a name; below the empty one, those of a list's entries. */
function schemasAt(schemas: readonly Schema[], name: string): Schema[] {
  return schemas.flatMap(plainSchemas).flatMap(({ _zod: { def } }) => {
    const below = name === "" ? def.element : (def.shape?.[name] ?? def.valueType);
    return below ? plainSchemas(below) : [];
  });
}

/** A schema without what only wraps it, and each of a choice. */
function plainSchemas(schema: Schema): Schema[] {
  const { innerType, in: input, options } = schema._zod.def;
  if (options) return options.flatMap(plainSchemas);
  const inner = innerType ?? input;
  return inner ? plainSchemas(inner) : [schema];
}
