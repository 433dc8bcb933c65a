/** What a provider makes anew instead of changing it: told from two configurations by the providers' own rules, without a plan. */
import { isReference, isUnknown, type Resource, type Value } from "../model";
import { TerraformInput } from "../semantics/terraform-input";
import { at, isList, isObject, texts } from "../values";
import aws from "./replacement/aws.json";
import azurerm from "./replacement/azurerm.json";
import google from "./replacement/google.json";
import kubernetes from "./replacement/kubernetes.json";
import { canonical } from "./spelled";

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

/** One side: its managed resources by address, and all that references may lead to. */
export interface ComparedSide {
  readonly managed: ReadonlyMap<string, Resource>;
  readonly resources: readonly Resource[];
}

/**
 * Resources of both sides that Terraform would destroy and make anew, each with the arguments that force it. What is
 * made of an attribute that only the cloud knows changes where that resource is made anew, and so on from it.
 */
export function replacements(base: ComparedSide, head: ComparedSide): ReadonlyMap<string, readonly string[]> {
  const [was, is] = [new Side(base.resources), new Side(head.resources)];
  const pairs = [...head.managed].flatMap(([address, after]) => {
    const before = base.managed.get(address);
    return before ? [{ address, before: asPlanned(before), after: asPlanned(after) }] : [];
  });
  const moved = changedSources(base.resources, head.resources);
  const found = new Map<string, readonly string[]>();
  // Each round finds what the one before drags along; there are as many as the longest chain.
  for (;;) {
    const isMoved = (address: string) => found.has(address) || moved.has(address);
    const isTriggered = (path: string) => {
      const [type = "", name = "", ...attribute] = path.split(".");
      const address = `${type}.${name}`;
      const [before, after] = [base.managed.get(address), head.managed.get(address)];
      if (isMoved(address) || !before || !after || attribute.length === 0) return isMoved(address);
      return was.textAt(before, attribute.join(".")) !== is.textAt(after, attribute.join("."), isMoved);
    };
    const more = pairs
      .filter(({ address }) => !found.has(address))
      .map(({ address, before, after }) => ({
        address,
        causes: causesOf(before, after, was, is, { isMoved, isTriggered }),
      }))
      .filter(({ causes }) => causes.length > 0);
    if (more.length === 0) return found;
    for (const { address, causes } of more) found.set(address, causes);
  }
}

/** Terraform plans a Kubernetes object by the arguments that it is written with. */
const asPlanned = (resource: Resource): Resource =>
  resource.terraform && FORCING.has(resource.terraform.type) ? resource.terraform : resource;

/** Data sources that ask for something else than before: what they tell may be another. */
function changedSources(base: readonly Resource[], head: readonly Resource[]): Set<string> {
  const known = new Map(base.map((resource) => [resource.address, resource]));
  const changed = head.filter(({ mode, type, address, values }) => {
    if (mode !== "data" || type.startsWith("dataplane:") || type === "terraform_remote_state") return false;
    const before = known.get(address);
    return before !== undefined && canonical(before.values, true) !== canonical(values, true);
  });
  return new Set(changed.map(({ address }) => address));
}

function causesOf(
  before: Resource,
  after: Resource,
  was: Side,
  is: Side,
  { isMoved, isTriggered }: Readonly<Record<"isMoved" | "isTriggered", (at: string) => boolean>>,
): string[] {
  if (before.type !== after.type) return ["type"];
  const ignored = texts(at(after.values, "lifecycle", "ignore_changes")).map((path) => plainPath(path));
  const isIgnored = (path: string) =>
    ignored.some((one) => one === "all" || path === one || path.startsWith(`${one}.`));
  const triggers = texts(at(after.values, "lifecycle", "replace_triggered_by")).map((path) => plainPath(path));
  return [
    ...forcing(after.type)
      .filter((path) => !isIgnored(path))
      .filter((path) =>
        // Of a block with arguments that force it themselves, only its coming and going does.
        BLOCKS.get(after.type)?.has(path)
          ? was.countAt(before, path) !== is.countAt(after, path)
          : was.textAt(before, path) !== is.textAt(after, path, isMoved),
      ),
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
  textAt(resource: Resource, path: string, isMoved: (address: string) => boolean = () => false): string {
    const found = this.valuesAt(resource.values, path.split("."), resource);
    return found
      .map((value) => this.spell(value, resource, isMoved))
      .filter((text) => !EMPTY.has(text))
      .sort()
      .join("\n");
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

  private spell(value: Value, from: Resource, isMoved: (address: string) => boolean): string {
    const spelled = (one: Value): Value => {
      if (isReference(one)) {
        const held = this.input.follow(one, from);
        if (!isUnknown(held)) return spelled(held ?? null);
        return `\${${one.address}.${one.attribute}}${isMoved(one.address) ? " anew" : ""}`;
      }
      if (isUnknown(one)) {
        const names = [
          ...one.mentions,
          ...(one.parts ?? []).flatMap((part) => (isReference(part) ? part.address : (part?.mentions ?? []))),
        ];
        const parts = one.parts?.map((part) => (part === undefined ? null : spelled(part))) ?? [];
        const text = one.text ?? one.reason;
        return `${text} of ${JSON.stringify([parts, one.mentions])}${names.some(isMoved) ? " anew" : ""}`;
      }
      if (isList(one)) return one.map(spelled);
      if (!isObject(one)) return one;
      return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, spelled(inner)]));
    };
    return canonical(spelled(value), true);
  }
}

/** Providers tell what is left out from none of these. */
const EMPTY: ReadonlySet<string> = new Set(["null", "false", '""', "0", "[]", "{}"]);
