/** What someone may do after a change and not before it: rights, trust, origins and openings to the public, as sets. */
import { listed } from "../crossings";
import { isReference, isUnknown, type Location, type Resource, type System, type Value } from "../model";
import { TerraformInput, isAbsent } from "../clouds/terraform-input";
import { policyStatements, type Statement } from "../clouds/aws/policy-document";
import { at, blocks, field, isList, isObject, texts } from "../values";
import { groupBy } from "./group-by";
import type { PermissionChange } from "./model";
import { spelled, textOf } from "./spelled";
import { canonical } from "../canonical";

/** One right: who, what, on what, and under which conditions. `*` and `?` stand for any text and any letter. */
interface Grant {
  readonly holder: string;
  readonly action: string;
  readonly on: string;
  /** All must hold. */
  readonly conditions: readonly string[];
  readonly isDenial?: boolean;
  /** Of a denial: address of the resource whose policy it is in. */
  readonly subject?: string;
  /** Why nobody can tell what it grants. */
  readonly unknown?: string;
  /** Of such a grant: what it says, as text, so that another is told from it. */
  readonly version?: string;
  readonly resource: string;
  readonly location: Location;
}

/** Rights that HEAD grants and BASE did not (`widened`), and the other way round. */
export function comparePermissions(base: System, head: System): PermissionChange[] {
  const [before, after] = [grantsOf(base), grantsOf(head)];
  // Whom or what nobody has any more, nobody needs to be denied.
  const lost = goneFrom(base, head);
  const come = goneFrom(head, base);
  return [...changes("widened", before, after, lost), ...changes("narrowed", after, before, come)];
}

/** Addresses of resources that one system has and the other does not. */
function goneFrom(one: System, other: System): ReadonlySet<string> {
  const left = new Set(other.resources.map(({ address }) => address));
  return new Set(one.resources.flatMap(({ address }) => (left.has(address) ? [] : [address])));
}

/** What `now` grants and `then` did not; a denial that is gone grants too. */
function changes(
  change: PermissionChange["change"],
  then: readonly Grant[],
  now: readonly Grant[],
  gone: ReadonlySet<string>,
): PermissionChange[] {
  const [granted, held] = [now.filter((one) => !one.isDenial), then.filter((one) => !one.isDenial)];
  const [denied, kept] = [
    then.filter((one) => one.isDenial && !gone.has(one.subject ?? "")),
    now.filter((one) => one.isDenial),
  ];
  const more = [...uncovered(granted, held), ...uncovered(denied, kept)];
  const key = ({ holder, on, conditions, isDenial, unknown, resource }: Grant) =>
    [holder, on, conditions.join(), isDenial, unknown, resource].join("\n");
  const byTarget = [...groupBy(more, key).values()].map((alike) => {
    const [first] = alike as [Grant];
    return { ...first, actions: [...new Set(alike.map(({ action }) => action))].sort() };
  });
  const alike = groupBy(byTarget, ({ actions, ...grant }) => [actions.join(), key({ ...grant, on: "" })].join("\n"));
  return [...alike.values()].map((targets) => {
    const [{ holder, actions, conditions, isDenial, unknown, resource, location }] = targets as [(typeof targets)[0]];
    const on = targets.map((one) => one.on);
    const what = `${actions.join(", ")} on ${listed(on, 6)}${conditions.length > 0 ? `, if ${conditions.join(" and ")}` : ""}`;
    const isMore = change === "widened";
    const verb = isDenial ? (isMore ? "is no longer denied" : "is now denied") : isMore ? "now has" : "no longer has";
    const claim = `${holder} ${verb} ${what}`;
    const text = unknown === undefined ? claim : `perhaps ${claim}: ${unknown}`;
    const place = { resource, location: { file: location.file, line: location.line } };
    return { change, holder, grants: actions, on, ...place, text };
  });
}

/** Those of `grants` that none of `others` includes. */
function uncovered(grants: readonly Grant[], others: readonly Grant[]): Grant[] {
  const key = ({ holder, action, on, conditions, version }: Grant) =>
    [holder, action, on, version, ...conditions].join("\n");
  const same = new Set(others.map(key));
  const wide = others.filter(
    ({ holder, action, on, conditions }) =>
      [holder, action, on, ...conditions].some((part) => /[*?]/.test(part)) || conditions.length === 0,
  );
  return grants.filter((grant) => !same.has(key(grant)) && !wide.some((other) => includes(other, grant)));
}

/** How a statement of everything but something begins: `NotAction` and the like. */
const ALL_BUT = "all but ";

const includes = (wide: Grant, grant: Grant): boolean =>
  wide.unknown === undefined &&
  matches(wide.holder, grant.holder) &&
  matches(wide.action.toLowerCase(), grant.action.toLowerCase()) &&
  matches(wide.on, grant.on) &&
  wide.conditions.every((condition) => grant.conditions.includes(condition));

/** Whether `pattern` stands for all that `text` stands for. */
function matches(pattern: string, text: string): boolean {
  if (pattern === text || pattern === "*") return true;
  // Of exceptions the longer list grants less: nothing but itself is surely within it.
  if (!/[*?]/.test(pattern) || pattern.startsWith(ALL_BUT)) return false;
  const source = pattern.replaceAll(/[^*?]+|[*?]/g, (part) => {
    if (part === "*") return "[^]*";
    return part === "?" ? "[^*]" : part.replaceAll(/[.+^${}()|[\]\\/-]/g, "\\$&");
  });
  return new RegExp(`^${source}$`).test(text);
}

// ---------------------------------------------------------------- all clouds

type Draft = Omit<Grant, "resource" | "location" | "conditions"> & { readonly conditions?: readonly string[] };
type Reader = (resource: Resource, input: TerraformInput) => readonly Draft[];

function grantsOf({ resources }: System): Grant[] {
  const asRead = TerraformInput.of(resources);
  const input = new TerraformInput(
    resources.map((one) => (one.type === "aws_iam_policy_document" ? spelled(one, asRead) : one)),
  );
  const managed = resources.filter(({ mode, terraform }) => mode === "managed" || terraform !== undefined);
  return managed.flatMap((resource) => {
    const readers = READERS.filter(({ types }) => types.test(resource.type));
    if (readers.length === 0 && NOT_JUDGED.test(resource.type) && !NO_RIGHTS.test(resource.type))
      readers.push(UNJUDGED);
    return readers
      .flatMap(({ read }) => read(resource, input))
      .map(({ conditions = [], ...draft }) => ({
        ...draft,
        conditions: [...conditions].sort(),
        resource: resource.address,
        location: resource.location,
      }));
  });
}

/** Attributes that stand for the resource as a whole. */
const WHOLE = /^(|id|arn|name|bucket|email|member|key_id|key_arn|url|unique_id|client_id|principal_id|self_link)$/;

/** What a value names: the address of a resource of the input, else its text. */
function nameOf(value: Value | undefined, from: Resource, input: TerraformInput): string {
  if (!isReference(value)) {
    const text = textOf(value, from, input);
    return namesakes(input).get(text) ?? text;
  }
  const target = input.find({ ...value, attribute: "" }, from, "target");
  if (target.kind !== "resource") return textOf(value, from, input);
  const held = at(target.resource.values, ...value.attribute.split("."));
  if (isReference(held)) return nameOf(held, target.resource, input);
  if (target.resource.mode === "data" || !WHOLE.test(value.attribute)) return textOf(value, from, input);
  return input.id(target.resource);
}

/** What readers replace by its name, where the input tells it: argument by type. */
const NAMED_BY: Readonly<Record<string, string>> = {
  aws_s3_bucket: "bucket",
  aws_ecr_repository: "name",
  aws_iam_role: "name",
  google_storage_bucket: "name",
};

const addresses = new WeakMap<TerraformInput, ReadonlyMap<string, string>>();

/** Addresses of resources by the names that others may know them by. */
function namesakes(input: TerraformInput): ReadonlyMap<string, string> {
  const known =
    addresses.get(input) ??
    new Map(
      Object.entries(NAMED_BY).flatMap(([type, argument]) =>
        input.managed(type).flatMap((resource) => {
          const name = resource.values[argument];
          return typeof name === "string" && name !== "" ? [[name, input.id(resource)] as const] : [];
        }),
      ),
    );
  addresses.set(input, known);
  return known;
}

const elements = (value: Value | undefined, from: Resource, input: TerraformInput): string[] => {
  const held = isReference(value) ? (input.follow(value, from) ?? value) : value;
  if (isUnknown(held) || held === undefined || held === null) return held ? [textOf(value, from, input)] : [];
  return isList(held) ? held.map((element) => textOf(element, from, input)) : [textOf(held, from, input)];
};

/** Whoever is in these words may be anyone. */
const PUBLIC = "anyone";
const everybody = (name: string) => (/^(\*|allUsers)$/.test(name) ? PUBLIC : name);

/** A setting that keeps the public out where it has one of some values. */
interface Guard {
  readonly types: RegExp;
  readonly path: readonly string[];
  readonly isClosed: (text: string | undefined) => boolean;
  readonly action: string;
  /** Argument that names what is guarded; left out: the resource itself. */
  readonly target?: string;
}

const isTrue = (text: string | undefined) => text === "true";
const isFalse = (text: string | undefined) => text === "false";

const GUARDS: readonly Guard[] = [
  ...["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].map((argument) => ({
    types: /^aws_s3_bucket_public_access_block$/,
    path: [argument],
    isClosed: isTrue,
    action: `possible access (${argument} is off)`,
    target: "bucket",
  })),
  {
    types: /^google_storage_bucket$/,
    path: ["public_access_prevention"],
    isClosed: (text) => text === "enforced",
    action: "possible access (public_access_prevention is off)",
  },
  {
    types: /^azurerm_storage_account$/,
    path: ["allow_nested_items_to_be_public"],
    isClosed: isFalse,
    action: "possible access (allow_nested_items_to_be_public is on)",
  },
  {
    types: /^azurerm_storage_account$/,
    path: ["shared_access_key_enabled"],
    isClosed: isFalse,
    action: "access by account keys (shared_access_key_enabled is on)",
  },
  {
    types: /^azurerm_(storage_account|key_vault|container_registry)$/,
    path: ["public_network_access_enabled"],
    isClosed: isFalse,
    action: "connections from public addresses (public_network_access_enabled is on)",
  },
  {
    types: /^azurerm_storage_container$/,
    path: ["container_access_type"],
    isClosed: (text) => text === undefined || text === "private",
    action: "reading (container_access_type is not private)",
  },
  {
    types: /^aws_s3_bucket_acl$/,
    path: ["acl"],
    isClosed: (text) => text === undefined || !/^(public-|authenticated-)/.test(text),
    action: "access by its ACL",
    target: "bucket",
  },
];

// ---------------------------------------------------------------- what no reader knows

/** Types that grant rights by their names, whether or not a reader knows them. */
const NOT_JUDGED =
  /^aws_iam_|^aws_\w+_(policy|permissions?|grant|acl)$|^google_\w+_(iam_\w+|access_control|acl)$|^azurerm_\w+_(access_policy|role_\w+)$|^azuread_/;
/** Those among them that grant none. */
const NO_RIGHTS =
  /_(lifecycle|scaling|autoscaling|backup|encryption)_policy$|_network_acl$|^aws_iam_(instance_profile|service_linked_role|account_\w+|openid_connect_provider|role|user|group)$/;

const UNJUDGED: Kind = {
  types: NOT_JUDGED,
  read: (resource, input) => {
    const unknown = `${resource.type} is not judged`;
    const values = canonical(resource.values, true);
    return [{ holder: "somebody", action: "rights", on: input.id(resource), version: values, unknown }];
  },
};

// ---------------------------------------------------------------- AWS

/** Arguments that hold a policy, and those that name what it is on; left out: the resource itself. */
const RESOURCE_POLICIES: Readonly<Record<string, { readonly policy: string; readonly target?: string }>> = {
  aws_s3_bucket: { policy: "policy" },
  aws_s3_bucket_policy: { policy: "policy", target: "bucket" },
  aws_kms_key: { policy: "policy" },
  aws_kms_key_policy: { policy: "policy", target: "key_id" },
  aws_ecr_repository_policy: { policy: "policy", target: "repository" },
  aws_secretsmanager_secret_policy: { policy: "policy", target: "secret_arn" },
  aws_sns_topic_policy: { policy: "policy", target: "arn" },
  aws_sqs_queue_policy: { policy: "policy", target: "queue_url" },
  aws_vpc_endpoint: { policy: "policy" },
  aws_vpc_endpoint_policy: { policy: "policy", target: "vpc_endpoint_id" },
  aws_iam_role: { policy: "assume_role_policy" },
};

/** Grants of a policy: to its holder where it is an identity's, else to the principals that it names. */
function policyGrants(
  policy: Value | undefined,
  from: Resource,
  input: TerraformInput,
  holder?: string,
  on?: string,
): Draft[] {
  if (isAbsent(policy)) return [];
  const document = isUnknown(policy) ? textOf(policy, from, input, JSON_INSIDE) : policy;
  const statements = policyStatements(document, from, input);
  if (isUnknown(statements)) {
    const what = { holder: holder ?? PUBLIC, action: "rights of its policy", on: on ?? "*" };
    return [{ ...what, version: textOf(policy, from, input), unknown: statements.reason }];
  }
  return statements.flatMap((statement) => statementGrants(statement, holder, on));
}

/** Spelled-out parts of a text that is JSON must not end its texts. */
const JSON_INSIDE = (text: string) => JSON.stringify(text).slice(1, -1);

function statementGrants(statement: Statement, holder: string | undefined, on: string | undefined): Draft[] {
  const { effect, principals, actions, resources, except } = statement;
  const named = (all: readonly string[], isExcept: boolean) => (isExcept ? [ALL_BUT + all.join(", ")] : all);
  const who =
    holder === undefined
      ? named(
          principals.map(({ id }) => everybody(id)),
          except.principals,
        )
      : [holder];
  const what = resources.length > 0 ? named(resources, except.resources) : ["it"];
  const conditions = statement.conditions.map(({ operator, key, values }) => `${key} ${operator} ${values.join(", ")}`);
  return who.flatMap((one) =>
    named(actions, except.actions).flatMap((action) =>
      what.map((resource) => ({
        holder: one,
        action,
        on: on === undefined ? resource : ownTarget(resource, on),
        conditions,
        ...(effect !== "Allow" && { isDenial: true, subject: on ?? holder ?? "" }),
      })),
    ),
  );
}

/** In a resource's own policy `*` is that resource, and what is named by it is its own. */
function ownTarget(resource: string, on: string): string {
  if (resource === "*" || resource === "it") return on;
  return resource.startsWith(`\${${on}.`) ? resource : `${resource} of ${on}`;
}

/** Whoever a policy of its own is attached to. */
function holdersOf(policy: Resource, input: TerraformInput): string[] {
  const attachments = ["role", "user", "group"].flatMap((kind) =>
    input.managed(`aws_iam_${kind}_policy_attachment`).map((attachment) => ({ attachment, kind })),
  );
  const holders = attachments
    .filter(({ attachment }) => nameOf(attachment.values["policy_arn"], attachment, input) === input.id(policy))
    .map(({ attachment, kind }) => nameOf(attachment.values[kind], attachment, input));
  return holders.length > 0 ? holders : [`whoever is given ${policy.address}`];
}

// ---------------------------------------------------------------- readers

interface Kind {
  readonly types: RegExp;
  readonly read: Reader;
}

const corsGrants =
  (path: readonly string[], origins: string, methods: string, target?: string): Reader =>
  (resource, input) =>
    blocks(field(resource, ...path)).flatMap((rule) =>
      elements(at(rule, origins), resource, input).flatMap((origin) =>
        elements(at(rule, methods), resource, input).map((method) => ({
          holder: `web origin ${origin}`,
          action: method,
          on: target ? nameOf(resource.values[target], resource, input) : input.id(resource),
        })),
      ),
    );

const READERS: readonly Kind[] = [
  ...GUARDS.map(({ types, path, isClosed, action, target }) => ({
    types,
    read: ((resource, input) => {
      const [value] = elements(field(resource, ...path), resource, input);
      if (isClosed(value)) return [];
      const on = target ? nameOf(resource.values[target], resource, input) : input.id(resource);
      return [{ holder: PUBLIC, action, on }];
    }) satisfies Reader,
  })),
  {
    // Without a block of its own a bucket keeps nobody out.
    types: /^aws_s3_bucket$/,
    read: (bucket, input) => {
      const guards = input.managed("aws_s3_bucket_public_access_block");
      const isGuarded = guards.some((one) => nameOf(one.values["bucket"], one, input) === input.id(bucket));
      const actions = GUARDS.filter(({ types }) => types.test("aws_s3_bucket_public_access_block"));
      return isGuarded ? [] : actions.map(({ action }) => ({ holder: PUBLIC, action, on: input.id(bucket) }));
    },
  },
  ...Object.entries(RESOURCE_POLICIES).map(([type, { policy, target }]) => ({
    types: new RegExp(`^${type}$`),
    read: ((resource, input) => {
      const on = target ? nameOf(resource.values[target], resource, input) : input.id(resource);
      return policyGrants(resource.values[policy], resource, input, undefined, on);
    }) satisfies Reader,
  })),
  {
    types: /^aws_iam_(role|user|group)_policy$/,
    read: (resource, input) => {
      const kind = resource.type.split("_")[2] ?? "";
      return policyGrants(resource.values["policy"], resource, input, nameOf(resource.values[kind], resource, input));
    },
  },
  {
    types: /^aws_iam_role$/,
    read: (role, input) => [
      ...blocks(role.values["inline_policy"]).flatMap((block) =>
        policyGrants(at(block, "policy"), role, input, input.id(role)),
      ),
      ...elements(role.values["managed_policy_arns"], role, input).map((arn) => ({
        holder: input.id(role),
        action: "all its rights",
        on: arn,
      })),
    ],
  },
  {
    types: /^aws_iam_policy$/,
    read: (policy, input) =>
      holdersOf(policy, input).flatMap((holder) => policyGrants(policy.values["policy"], policy, input, holder)),
  },
  {
    types: /^aws_iam_(role|user|group)_policy_attachment$/,
    read: (attachment, input) => {
      const kind = attachment.type.split("_")[2] ?? "";
      const arn = attachment.values["policy_arn"];
      const target = isReference(arn) ? input.find(arn, attachment, "policy") : undefined;
      // A policy of the input is told of by its statements.
      if (target?.kind === "resource" && target.resource.type === "aws_iam_policy") return [];
      const holder = nameOf(attachment.values[kind], attachment, input);
      return [{ holder, action: "all its rights", on: nameOf(arn, attachment, input) }];
    },
  },
  {
    types: /^aws_eks_access_policy_association$/,
    read: (resource, input) => [
      {
        holder: nameOf(resource.values["principal_arn"], resource, input),
        action: nameOf(resource.values["policy_arn"], resource, input),
        on: nameOf(resource.values["cluster_name"], resource, input),
      },
    ],
  },
  {
    types: /^aws_eks_pod_identity_association$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      const holder = `serviceaccount/${part("namespace")}/${part("service_account")}`;
      return [{ holder, action: "the identity", on: part("role_arn") }];
    },
  },
  {
    types: /^aws_lambda_permission$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      return [{ holder: everybody(part("principal")), action: part("action"), on: part("function_name") }];
    },
  },
  {
    types: /^aws_vpc_endpoint_service$/,
    read: (resource, input) =>
      elements(resource.values["allowed_principals"], resource, input).map((principal) => ({
        holder: everybody(principal),
        action: "connections",
        on: input.id(resource),
      })),
  },
  {
    types: /^aws_s3_bucket_cors_configuration$/,
    read: corsGrants(["cors_rule"], "allowed_origins", "allowed_methods", "bucket"),
  },
  { types: /^aws_s3_bucket$/, read: corsGrants(["cors_rule"], "allowed_origins", "allowed_methods") },
  { types: /^google_storage_bucket$/, read: corsGrants(["cors"], "origin", "method") },
  {
    types: /^azurerm_storage_account$/,
    read: corsGrants(["blob_properties", "cors_rule"], "allowed_origins", "allowed_methods"),
  },
  { types: /^google_\w+_iam_(member|binding)$/, read: googleGrants },
  { types: /^google_\w+_iam_policy$/, read: googlePolicyGrants },
  {
    types: /^google_\w+_iam_custom_role$/,
    read: (role, input) =>
      elements(role.values["permissions"], role, input).map((permission) => ({
        holder: `whoever has ${input.id(role)}`,
        action: permission,
        on: nameOf(role.values["project"] ?? role.values["org_id"], role, input) || "its project",
      })),
  },
  {
    types: /^google_storage_(bucket|default_object)_access_control$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      return [{ holder: everybody(part("entity")), action: part("role"), on: part("bucket") }];
    },
  },
  {
    types: /^azurerm_role_assignment$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      const { role_definition_name: name, condition } = resource.values;
      return [
        {
          holder: part("principal_id"),
          action: isAbsent(name) ? part("role_definition_id") : textOf(name, resource, input),
          on: part("scope"),
          conditions: isAbsent(condition) ? [] : [textOf(condition, resource, input)],
        },
      ];
    },
  },
  {
    types: /^azurerm_role_definition$/,
    read: (resource, input) =>
      blocks(resource.values["permissions"]).flatMap((block) =>
        ["actions", "data_actions", "not_actions", "not_data_actions"].flatMap((argument) =>
          elements(at(block, argument), resource, input).map((action) => ({
            holder: `whoever has ${input.id(resource)}`,
            action,
            on: nameOf(resource.values["scope"], resource, input),
            ...(argument.startsWith("not_") && { isDenial: true, subject: resource.address }),
          })),
        ),
      ),
  },
  {
    types: /^azurerm_federated_identity_credential$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      const holder = `${part("subject")} of ${part("issuer")}`;
      return [{ holder, action: "the identity", on: nameOf(resource.values["parent_id"], resource, input) }];
    },
  },
  {
    types: /^azurerm_key_vault_access_policy$/,
    read: (resource, input) =>
      ["certificate", "key", "secret", "storage"].flatMap((what) =>
        elements(resource.values[`${what}_permissions`], resource, input).map((permission) => ({
          holder: nameOf(resource.values["object_id"], resource, input),
          action: `${permission} each ${what}`,
          on: nameOf(resource.values["key_vault_id"], resource, input),
        })),
      ),
  },
  {
    types: /^azurerm_kusto_(cluster|database)_principal_assignment$/,
    read: (resource, input) => {
      const part = (name: string) => nameOf(resource.values[name], resource, input);
      const on = resource.values["database_name"] ?? resource.values["cluster_name"];
      return [{ holder: part("principal_id"), action: part("role"), on: nameOf(on, resource, input) }];
    },
  },
  { types: /^kubernetes:(Cluster)?Role$/, read: kubernetesRoleGrants },
  { types: /^kubernetes:(Cluster)?RoleBinding$/, read: kubernetesBindingGrants },
];

/** Arguments of Google's grants that do not say what they are on. */
const NOT_A_TARGET = new Set(["role", "member", "members", "condition", "id", "etag", "policy_data"]);

function googleGrants(resource: Resource, input: TerraformInput): Draft[] {
  const { role, member, members, condition } = resource.values;
  const targets = Object.entries(resource.values).filter(([key, value]) => !NOT_A_TARGET.has(key) && !isAbsent(value));
  const names = targets.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => nameOf(value, resource, input));
  const conditions = blocks(condition).map((block) => textOf(at(block, "expression"), resource, input));
  const holders = members === undefined ? [nameOf(member, resource, input)] : elements(members, resource, input);
  return holders.map((holder) => ({
    holder: everybody(holder),
    action: nameOf(role, resource, input),
    on: [...new Set(names)].join(" in "),
    conditions,
  }));
}

/** A whole policy: of the data source `google_iam_policy`, or as JSON. */
function googlePolicyGrants(resource: Resource, input: TerraformInput): Draft[] {
  const value = resource.values["policy_data"];
  const target = isReference(value) ? input.find({ ...value, attribute: "" }, resource, "policy") : undefined;
  const source = target?.kind === "resource" ? target.resource : resource;
  const bindings = target ? source.values["binding"] : bindingsIn(textOf(value, resource, input));
  if (bindings === undefined) {
    const version = textOf(value, resource, input);
    return [
      { holder: "somebody", action: "rights", on: input.id(resource), version, unknown: "its policy is not known" },
    ];
  }
  const others = Object.fromEntries(Object.entries(resource.values).filter(([name]) => name !== "policy_data"));
  return blocks(bindings).flatMap((binding) => {
    const [role, members, condition] = ["role", "members", "condition"].map((name) => at(binding, name) ?? null);
    return googleGrants(
      { ...source, values: { ...others, ...{ role, members, condition } } as Resource["values"] },
      input,
    );
  });
}

/** The bindings of a policy in JSON; undefined if it is none. */
function bindingsIn(json: string): Value | undefined {
  try {
    return at(JSON.parse(json) as Value, "bindings");
  } catch {
    return undefined;
  }
}

function kubernetesRoleGrants(role: Resource, input: TerraformInput): Draft[] {
  const parts = (value: Value | undefined) => texts(value).map((part) => textOf(part, role, input));
  return blocks(role.values["rules"]).flatMap((rule) => {
    const names = parts(at(rule, "resourceNames"));
    const groups = parts(at(rule, "apiGroups"));
    const kinds = [
      ...parts(at(rule, "resources")).flatMap((kind) =>
        groups.map((group) => (group === "" ? kind : `${kind}.${group}`)),
      ),
      ...parts(at(rule, "nonResourceURLs")),
    ];
    const things = kinds.flatMap((kind) => (names.length > 0 ? names.map((name) => `${kind} ${name}`) : [`${kind} *`]));
    const holder = `whoever is bound to ${kubernetesName(role, input)}`;
    return parts(at(rule, "verbs")).flatMap((verb) => things.map((on) => ({ holder, action: verb, on })));
  });
}

/** `ClusterRole/NAME`, `Role/NAMESPACE/NAME` */
function kubernetesName(object: Resource, input: TerraformInput): string {
  const parts = ["namespace", "name"].map((part) => textOf(at(object.values, "metadata", part), object, input));
  return [object.type.replace("kubernetes:", ""), ...parts.filter(Boolean)].join("/");
}

function kubernetesBindingGrants(binding: Resource, input: TerraformInput): Draft[] {
  const part = (value: Value | undefined) => (isAbsent(value) ? "" : textOf(value, binding, input));
  const role = at(binding.values, "roleRef");
  const namespace = part(at(binding.values, "metadata", "namespace"));
  const within = binding.type === "kubernetes:RoleBinding" ? `namespace ${namespace}` : "the whole cluster";
  return blocks(binding.values["subjects"]).flatMap((subject) => {
    if (!isObject(subject)) return [];
    const names = [part(subject["namespace"]), part(subject["name"])].filter(Boolean);
    const holder = [part(subject["kind"]).toLowerCase(), ...names].join("/");
    return [{ holder, action: `${part(at(role, "kind"))}/${part(at(role, "name"))}`, on: within }];
  });
}
