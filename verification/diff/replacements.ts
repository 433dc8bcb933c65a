/** What a provider makes anew instead of changing it: told from two configurations by the providers' own rules, without a plan. */
import { isReference, isUnknown, type Resource, type Value } from "../model";
import { TerraformInput } from "../clouds/terraform-input";
import { at, isList, isObject, texts } from "../values";
import aws from "./replacement/aws.json";
import azurerm from "./replacement/azurerm.json";
import google from "./replacement/google.json";
import kubernetes from "./replacement/kubernetes.json";
import { canonical } from "../canonical";

/** Arguments that force a replacement, dotted, by type: dumped from the schemas of the providers that the stacks pin. */
const FORCING: ReadonlyMap<string, readonly string[]> = new Map(
  [aws, azurerm, google, kubernetes].flatMap(({ replaces }) => Object.entries<readonly string[]>(replaces)),
);

/** Arguments among these that others lie in. */
const BLOCKS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...FORCING].map(([type, paths]) => [
    type,
    new Set(paths.filter((path) => paths.some((other) => other.startsWith(`${path}.`)))),
  ]),
);

/** Those among them that keep their value when they are left out, since the provider fills in what it then reads. */
const KEPT: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [aws, azurerm, google].flatMap(({ kept }) =>
    Object.entries<readonly string[]>(kept).map(([type, paths]) => [type, new Set(paths)] as const),
  ),
);

/** Arguments by which a cloud knows a resource of any other type, so that another value makes another resource. */
const IDENTITY: readonly { readonly types: RegExp; readonly paths: readonly string[] }[] = [
  { types: /^aws_s3_bucket$/, paths: ["bucket", "bucket_prefix"] },
  {
    types: /^aws_(eks_cluster|iam_role|security_group|cloudwatch_log_group|ecr_repository|lb|dynamodb_table)$/,
    paths: ["name"],
  },
  { types: /^aws_(vpc|subnet)$/, paths: ["cidr_block", "vpc_id", "availability_zone"] },
  { types: /^aws_security_group$/, paths: ["vpc_id", "description"] },
  { types: /^aws_eks_cluster$/, paths: ["role_arn", "kubernetes_network_config.service_ipv4_cidr"] },
  { types: /^google_/, paths: ["name", "location", "project", "account_id", "repository_id", "bucket_id"] },
  { types: /^google_/, paths: ["network", "region", "zone", "key_ring"] },
  { types: /^azurerm_/, paths: ["name", "location", "resource_group_name"] },
  { types: /^kubernetes:/, paths: ["metadata.name", "metadata.namespace"] },
  { types: /^kubernetes:(Deployment|DaemonSet|StatefulSet)$/, paths: ["spec.selector"] },
  { types: /./, paths: ["region"] },
];

/**
 * Attributes that a change in place gives another value, by type: whatever is made of one is only known afterwards.
 * What is not listed keeps its value until the resource is made anew.
 */
const REVISED: Readonly<Record<string, RegExp>> = { aws_launch_template: /^latest_version$/ };

/** One side: its managed resources by address, and all that references may lead to. */
export interface ComparedSide {
  readonly managed: ReadonlyMap<string, Resource>;
  readonly resources: readonly Resource[];
}

/** What Terraform would do to a resource of both sides, and the arguments by which it does. */
export interface Consequence {
  readonly change: "replaced" | "changed";
  readonly arguments: readonly string[];
}

/** A resource of both sides, as Terraform plans it. */
interface Pair {
  readonly address: string;
  readonly before: Resource;
  readonly after: Resource;
}

/** Whether an attribute that only the cloud knows is another after the change. */
type IsMoved = (address: string, attribute?: string) => boolean;

/**
 * Resources of both sides that Terraform would make anew or change. What is made of an attribute that only the cloud
 * knows changes where that resource is made anew, and so on from it.
 */
export function consequences(base: ComparedSide, written: ComparedSide): ReadonlyMap<string, Consequence> {
  const head = asIgnored(written, base);
  const [was, is] = [new Side(base.resources), new Side(head.resources)];
  const managed = pairsOf(head.managed, base.managed);
  const read = pairsOf(byAddress(head.resources.filter(isDataSource)), byAddress(base.resources.filter(isDataSource)));
  const found = new Map<string, Consequence>();
  const sources = new Set<string>();
  const isMoved: IsMoved = (address, attribute) => {
    const own = found.get(address);
    if (own === undefined) return sources.has(address);
    const revised = REVISED[typeOf(address)];
    return own.change === "replaced" || (attribute !== undefined && revised?.test(attribute) === true);
  };
  /** Of a whole resource any change triggers, of an attribute another value. */
  const isTriggered = (path: string) => {
    const [type = "", name = "", ...attribute] = path.split(".");
    const address = `${type}.${name}`;
    const [before, after] = [base.managed.get(address), head.managed.get(address)];
    if (!before || !after || attribute.length === 0) return found.has(address) || sources.has(address);
    const now = is.textAt(after, attribute.join("."), isMoved);
    // What is not written is the cloud's to say.
    return now === "" ? isMoved(address, attribute[0]) : was.textAt(before, attribute.join(".")) !== now;
  };
  // Each round finds what the one before drags along; there are as many as the longest chain.
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const { address, before, after } of read) {
      if (sources.has(address) || changedArguments(before, after, was, is, isMoved).length === 0) continue;
      sources.add(address);
      isNew = true;
    }
    for (const pair of managed) {
      const known = found.get(pair.address);
      const now = known?.change === "replaced" ? known : consequenceOf(pair, was, is, { isMoved, isTriggered });
      if (now === undefined || (now.change === known?.change && now.arguments.length === known.arguments.length))
        continue;
      found.set(pair.address, now);
      isNew = true;
    }
  }
  return found;
}

function pairsOf(head: ReadonlyMap<string, Resource>, base: ReadonlyMap<string, Resource>): Pair[] {
  return [...head].flatMap(([address, after]) => {
    const before = base.get(address);
    return before ? [{ address, before: asPlanned(before), after: asPlanned(after) }] : [];
  });
}

/** Terraform plans a Kubernetes object by the arguments that it is written with. */
const asPlanned = (resource: Resource): Resource =>
  resource.terraform && FORCING.has(resource.terraform.type) ? resource.terraform : resource;

const isDataSource = ({ mode, type }: Resource): boolean =>
  mode === "data" && !/^(dataplane|terraform):/.test(type) && type !== "terraform_remote_state";

const byAddress = (resources: readonly Resource[]) => new Map(resources.map((one) => [one.address, one] as const));

const typeOf = (address: string): string => address.split(".").at(-2) ?? "";

/** A side's resources, where Terraform passes over changes with what stands. */
function asIgnored(head: ComparedSide, base: ComparedSide): ComparedSide {
  const kept = new Map<Resource, Resource>();
  for (const [address, resource] of head.managed) {
    const standing = base.managed.get(address);
    if (standing) kept.set(resource, withStanding(resource, standing));
  }
  const swap = (resource: Resource) => kept.get(resource) ?? resource;
  return {
    managed: new Map([...head.managed].map(([address, resource]) => [address, swap(resource)])),
    resources: head.resources.map(swap),
  };
}

function withStanding(resource: Resource, standing: Resource): Resource {
  const written = resource.terraform && standing.terraform && withStanding(resource.terraform, standing.terraform);
  const ignored = [at(resource.values, "lifecycle", "ignore_changes") ?? []].flat().map((path) => plainPath(path));
  if (ignored.length === 0) return written ? { ...resource, terraform: written } : resource;
  const { lifecycle = null } = resource.values;
  const values = ignored.includes("all")
    ? { ...standing.values, lifecycle }
    : ignored.reduce<Value>((rest, path) => put(rest, standing.values, path.split(".")), resource.values);
  return { ...resource, values: values as Resource["values"] };
}

/** `value` with what `standing` has at a path, or has not. */
function put(value: Value, standing: Value, [step = "", ...rest]: readonly string[]): Value {
  if (isList(value)) {
    return value.map((element, i) =>
      put(element, isList(standing) ? (standing[i] ?? null) : standing, [step, ...rest]),
    );
  }
  if (!isObject(value)) return value;
  const before = isObject(standing) ? standing[step] : undefined;
  if (rest.length > 0)
    return step in value ? { ...value, [step]: put(value[step] ?? null, before ?? null, rest) } : value;
  const others = Object.fromEntries(Object.entries(value).filter(([name]) => name !== step));
  return before === undefined ? others : { ...others, [step]: before };
}

/** What is known so far of all others. */
interface SoFar {
  readonly isMoved: IsMoved;
  /** Whether a path in `replace_triggered_by` triggers. */
  readonly isTriggered: (path: string) => boolean;
}

function consequenceOf({ before, after }: Pair, was: Side, is: Side, soFar: SoFar): Consequence | undefined {
  const causes = causesOf(before, after, was, is, soFar);
  if (causes.length > 0) return { change: "replaced", arguments: causes };
  const changed = changedArguments(before, after, was, is, soFar.isMoved);
  return changed.length > 0 ? { change: "changed", arguments: changed } : undefined;
}

/** The names of top-level arguments whose values differ, or will. In a cloud's own arguments lists are sets. */
function changedArguments(before: Resource, after: Resource, was: Side, is: Side, isMoved: IsMoved): string[] {
  const names = [...new Set([...Object.keys(before.values), ...Object.keys(after.values)])].sort();
  return names.filter((name) => was.whole(before, name) !== is.whole(after, name, isMoved) && !isKept(after, name));
}

/** Whether an argument is left out that the provider fills in; an empty list is written. */
const isKept = ({ type, values }: Resource, path: string): boolean =>
  KEPT.get(type)?.has(path) === true && (at(values, ...path.split(".")) ?? null) === null;

function causesOf(before: Resource, after: Resource, was: Side, is: Side, { isMoved, isTriggered }: SoFar): string[] {
  if (before.type !== after.type) return ["type"];
  const triggers = texts(at(after.values, "lifecycle", "replace_triggered_by")).map((path) => plainPath(path));
  return [
    ...forcing(after.type).filter((path) => {
      // Of a block with arguments that force it themselves, only its coming and going does.
      if (BLOCKS.get(after.type)?.has(path)) return was.countAt(before, path) !== is.countAt(after, path);
      return was.textAt(before, path) !== is.textAt(after, path, isMoved) && !isKept(after, path);
    }),
    ...triggers.filter(isTriggered).map(() => "replace_triggered_by"),
  ];
}

const plainPath = (path: unknown): string => (typeof path === "string" ? path.replaceAll(/\[[^\]]*\]/g, "") : "");

const forcing = (type: string): readonly string[] =>
  FORCING.get(type) ?? IDENTITY.filter(({ types }) => types.test(type)).flatMap(({ paths }) => paths);

/** Values of one side as texts that the other's can be compared with. */
class Side {
  private readonly input: TerraformInput;

  constructor(resources: readonly Resource[]) {
    this.input = TerraformInput.of(resources);
  }

  /** What stands at a dotted path, with the lists on its way opened; what is empty counts as left out. */
  textAt(resource: Resource, path: string, isMoved: IsMoved = () => false): string {
    const found = this.valuesAt(resource.values, path.split("."), resource);
    return found
      .map((value) => this.spell(value, resource, isMoved, true))
      .filter((text) => !EMPTY.has(text))
      .sort()
      .join("\n");
  }

  /** What a top-level argument is, with all that references lead to. */
  whole(resource: Resource, name: string, isMoved: IsMoved = () => false): string {
    return this.spell(resource.values[name] ?? null, resource, isMoved, !resource.type.startsWith("kubernetes:"));
  }

  /** How many blocks stand at a dotted path. */
  countAt(resource: Resource, path: string): number {
    return this.valuesAt(resource.values, path.split("."), resource).length;
  }

  private valuesAt(value: Value | undefined, steps: readonly string[], from: Resource): Value[] {
    if (isReference(value) && steps.length > 0) {
      const held = this.input.follow(value, from);
      return isUnknown(held) ? [value] : this.valuesAt(held, steps, from);
    }
    if (value === undefined || value === null) return [];
    if (isList(value)) return value.flatMap((element) => this.valuesAt(element, steps, from));
    const [step, ...rest] = steps;
    if (step === undefined || isUnknown(value)) return [value];
    return isObject(value) ? this.valuesAt(value[step], rest, from) : [value];
  }

  private spell(value: Value, from: Resource, isMoved: IsMoved, isSet: boolean): string {
    const spelled = (one: Value): Value => {
      if (isReference(one)) {
        const held = this.input.follow(one, from);
        if (!isUnknown(held)) return spelled(held ?? null);
        return `\${${one.address}.${one.attribute}}${isMoved(one.address, one.attribute) ? " anew" : ""}`;
      }
      if (isUnknown(one)) {
        const named = one.parts ?? [];
        const isAnew =
          one.mentions.some((address) => isMoved(address)) ||
          named.some((part) => !isReference(part) && part.mentions.some((address) => isMoved(address)));
        const parts = named.map(spelled);
        const text = one.text ?? one.reason;
        return `${text} of ${JSON.stringify([parts, one.mentions])}${isAnew ? " anew" : ""}`;
      }
      if (isList(one)) return one.map(spelled);
      if (!isObject(one)) return one;
      return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, spelled(inner)]));
    };
    return canonical(spelled(value), isSet);
  }
}

/** Providers tell what is left out from none of these. */
const EMPTY: ReadonlySet<string> = new Set(["null", "false", '""', "0", "[]", "{}"]);
