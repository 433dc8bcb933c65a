/** In which order the two stacks of a deployment follow a plan of the first, so that what runs is never cut off between them. */
import { changesOfPlan, isDestroying, kindOf, type PlannedChange } from "./plan-actions";
import { shown } from "../../config/texts";

export interface PlanOrder {
  /** What lets less pass, or grants less, than what stands: it may go once the workloads need it no more. */
  readonly narrows: readonly Move[];
  /** What the workloads of the new deployment may need: whatever is made, and what lets more pass. */
  readonly widens: readonly Move[];
  /** What does both at once, so that no order is right. */
  readonly both: readonly Move[];
  /**
   * Addresses of what may be applied before the workloads while all else still stands: what neither narrows nor destroys.
   * A denial that is made is among them, one that goes is not: nothing opens that is open neither before nor after.
   */
  readonly early: readonly string[];
}

/** What a change of one resource moves. */
export interface Move {
  readonly address: string;
  /** `aws_ec2_managed_prefix_list.a: entry.cidr 203.0.113.0/24` */
  readonly text: string;
}

/** What packets, identities and images of the workloads get through by, on each cloud: one is the way of what it is for. */
const WAYS: readonly RegExp[] = [
  /^aws_(security_group|vpc_security_group_(in|e)gress_rule|ec2_managed_prefix_list|network_acl|network_acl_rule)$/,
  /^aws_(route|route_table_association|nat_gateway|internet_gateway|ec2_transit_gateway_vpc_attachment|vpc_endpoint|vpn_gateway_attachment)$/,
  /^aws_(iam_role|iam_role_policy|iam_policy|iam_role_policy_attachment|iam_openid_connect_provider|eks_pod_identity_association)$/,
  /^aws_(ecr_repository|ecr_pull_through_cache_rule|ecr_repository_creation_template|secretsmanager_secret|eks_access_\w+)$/,
  /^google_compute_(firewall|route|router|router_nat|forwarding_rule|network_peering\w*)$/,
  /^google_dns_(managed_zone|record_set)$/,
  /^google_(service_account|service_account_iam_member|project_iam_member|project_iam_custom_role)$/,
  /^google_(artifact_registry_repository|secret_manager_secret|storage_bucket|kms_crypto_key)(_iam_\w+)?$/,
  /^azurerm_(network_security_group|network_security_rule|route|route_table|nat_gateway|virtual_network_peering)$/,
  /^azurerm_(subnet_\w+_association|nat_gateway_\w+_association|private_endpoint|private_dns_\w+)$/,
  /^azurerm_(user_assigned_identity|federated_identity_credential|role_assignment|role_definition)$/,
  /^azurerm_container_registry(_\w+)?$/,
];

/** Ways that are lists: rules, blocks, statements. An element that leaves one closes the way of what it was for. */
const LISTS =
  /^(aws_(security_group|vpc_security_group_(in|e)gress_rule|ec2_managed_prefix_list|network_acl(_rule)?|iam_role|iam_role_policy|iam_policy|vpc_endpoint)|google_compute_firewall|google_project_iam_custom_role|azurerm_(network_security_(group|rule)|role_definition))$/;

/** Arguments of a rule by which it leads to another resource: where that is yet to be made, it leads elsewhere than before. */
const LEADING = ["prefix_list_id", "referenced_security_group_id"];

/** Arguments that say nothing of what passes, or follow from others. */
const SILENT =
  /^(tags|tags_all|labels|terraform_labels|effective_labels|description|id|arn|name|version|max_entries|priority|timeouts|revision|log_config|tags_\w+)$/;

/**
 * What a plan of the infrastructure takes from the workloads, and gives them.
 *
 * @param plan what `terraform show -json` prints, parsed
 * @throws TypeError if it is no plan
 */
export function orderOfPlan(plan: unknown): PlanOrder {
  const order = { narrows: [] as Move[], widens: [] as Move[], both: [] as Move[], early: [] as string[] };
  for (const { address, type, change } of changesOfPlan(plan)) {
    const actions = change?.actions ?? [];
    if (actions.every((action) => action === "no-op" || action === "read")) continue;
    const { gone, come, endsDenial } = moved(type, actions, change ?? {});
    const move = (...parts: readonly string[]): Move => ({ address, text: `${address}: ${parts.join(", ")}` });
    if (gone.length > 0 && come.length > 0) order.both.push(move(`takes ${told(gone)}`, `gives ${told(come)}`));
    else if (gone.length > 0) order.narrows.push(move(told(gone)));
    else if (come.length > 0) order.widens.push(move(told(come)));
    if (gone.length === 0 && !endsDenial && !isDestroying(kindOf(actions))) order.early.push(address);
  }
  return order;
}

type Change = NonNullable<PlannedChange["change"]>;

type Values = Readonly<Record<string, unknown>>;

/** What leaves by a change, and what comes. */
interface Moved {
  readonly gone: readonly string[];
  readonly come: readonly string[];
  /** Something is denied no longer. */
  readonly endsDenial?: boolean;
}

const NOTHING: Moved = { gone: [], come: [] };

function moved(type: string, actions: readonly string[], { before, after, after_unknown: unknown }: Change): Moved {
  const kind = kindOf(actions);
  // Whatever is made anew in its place is cut in between, in any order.
  if (kind === "replaced") return NOTHING;
  if (kind === "removed") {
    if (!WAYS.some((types) => types.test(type))) return NOTHING;
    return denies(before) ? { ...NOTHING, endsDenial: true } : { gone: ["all of it"], come: [] };
  }
  if (actions.includes("create")) {
    // Of anything that is new the workloads may be the reason.
    return denies(after) ? NOTHING : { gone: [], come: ["all of it"] };
  }
  if (!LISTS.test(type) || !before || !after) return NOTHING;
  const [was, is] = [leavesOf(before, after), leavesOf(after, after)];
  if (denies(before) || denies(after)) return { ...NOTHING, endsDenial: missing(was.all, is.all).length > 0 };
  const leading = LEADING.filter((name) => unknown?.[name] === true);
  return {
    gone: [
      ...missing(was.allowed, is.allowed),
      ...leading.flatMap((name) => (typeof before[name] === "string" ? [`${name} ${before[name]}`] : [])),
    ],
    come: [...missing(is.allowed, was.allowed), ...leading.map((name) => `${name} (one that is made with it)`)],
    endsDenial: missing(was.denied, is.denied).length > 0,
  };
}

const missing = (mine: ReadonlySet<string>, theirs: ReadonlySet<string>) => [...mine].filter((one) => !theirs.has(one));

/** Whether a whole resource is a rule that denies. */
const denies = (values: Values | null | undefined): boolean =>
  values !== null &&
  values !== undefined &&
  (isDenial(values) || (Array.isArray(values["deny"]) && values["deny"].length > 0));

const isDenial = (values: Values): boolean =>
  ["access", "action", "effect", "Effect", "rule_action"].some((name) => /^deny$/i.test(shown(values[name] ?? "")));

interface Leaves {
  readonly all: Set<string>;
  readonly allowed: Set<string>;
  readonly denied: Set<string>;
}

/**
 * The single values of a resource with where they stand, positions in lists aside; those of elements that deny apart.
 *
 * @param known values after the change: what they do not name is not known yet, and no change
 */
function leavesOf(values: Values, known: Values): Leaves {
  const leaves: Leaves = { all: new Set(), allowed: new Set(), denied: new Set() };
  for (const [name, value] of Object.entries(values)) {
    if (!SILENT.test(name) && Object.hasOwn(known, name)) collect(name, parsed(value), leaves, false);
  }
  return leaves;
}

function collect(path: string, value: unknown, leaves: Leaves, isDenied: boolean): void {
  if (value === null || value === undefined || value === "") return;
  if (Array.isArray(value)) {
    for (const element of value) collect(`${path}${labelOf(element)}`, element, leaves, isDenied);
  } else if (typeof value === "object") {
    const isDenying = isDenied || isDenial(value as Values);
    for (const [name, field] of Object.entries(value)) {
      if (!SILENT.test(name)) collect(`${path}.${name}`, field, leaves, isDenying);
    }
  } else {
    for (const leaf of [leaves.all, leaves[isDenied ? "denied" : "allowed"]]) leaf.add(`${path} ${shown(value)}`);
  }
}

/** What tells a rule or a statement from the others of its list. */
function labelOf(element: unknown): string {
  if (typeof element !== "object" || element === null) return "";
  const label = ["name", "Sid", "cidr"].map((name) => (element as Values)[name]).find((one) => typeof one === "string");
  return label === undefined ? "" : `[${label}]`;
}

/** Policies are documents in a text. */
function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The first few. */
function told(texts: readonly string[]): string {
  const few = texts.slice(0, 3).join("; ");
  return texts.length > 3 ? `${few} and ${texts.length - 3} more` : few;
}
