/** What each changed field of a deployment does: by the rules of its cloud, and by the resources that change with it. */
import type { Effect } from "../../config/change-rule";
import type { Deployment, NodePool } from "../../config/deployment";
import { changesOf, isMap, ruleOf, type FieldChange } from "../../config/field-changes";
import { POOL } from "../../config/scheduling";
import { isExpired } from "../exceptions";
import type { DeploymentFieldChange, ResourceChange } from "./model";
import { preciousOf } from "./precious";

/** Fields that only say how a change is judged: no resource is made by them. */
const WITHOUT_RESOURCES: ReadonlySet<string> = new Set(["allow", "exceptions", "deletionProtection"]);

/** The field that an `allow` names where no field changes but this package, which makes other resources than before. */
export const PACKAGE = "package";

/** Every changed field with what it does; `today`: YYYY-MM-DD. */
export function compareFields(
  before: Deployment,
  after: Deployment,
  resources: readonly ResourceChange[],
  today: string,
): DeploymentFieldChange[] {
  const changes = before.cloud === after.cloud ? changesOf(before, after) : [];
  const told = changes.map((change) => ({ change, ...ruled(change, before, after) }));
  const grave = resources.filter(({ change, destroys }) => change === "replaced" || destroys !== undefined);
  // Which field a resource belongs to is known where one alone changes, or where a rule says that its own replaces some.
  const making = told.filter(({ change }) => !WITHOUT_RESOURCES.has(change.path[0] ?? ""));
  const explaining = making.filter(
    ({ effect, loses, isPool }) => isPool || effect === "replaces" || effect === "impossible" || loses !== undefined,
  );
  const [alone] = making.length === 1 ? making : explaining.length === 1 ? explaining : [];
  const fields = told.map((one): DeploymentFieldChange => {
    const own = one === alone ? grave : [];
    const rest = making.length === 1 && one === alone ? resources : own;
    return judged({ ...one, ...shown(one.change) }, own, rest, after, today);
  });
  // Of several fields whose rules replace something, none says which of them destroys what is lost for good.
  const unexplained = explaining.length > 0 ? grave.filter(({ destroys }) => destroys !== undefined) : grave;
  if (alone || unexplained.length === 0) return fields;
  const unruled = making.filter(({ effect }) => effect === undefined);
  const possible = [...explaining, ...unruled];
  const candidates = (possible.length > 0 ? possible : making).map(({ change }) => change.field);
  const names = candidates.length > 0 ? candidates : [PACKAGE];
  const does =
    candidates.length > 0 ? undefined : "no field explains it: this package makes other resources than before";
  return [
    ...fields,
    judged({ fields: names, field: names.join(", "), from: "", to: "", does }, unexplained, unexplained, after, today),
  ];
}

/** What a rule says of a change, or what all changes of its kind have in common. */
interface Told {
  readonly effect?: Effect | undefined;
  readonly does?: string | undefined;
  readonly loses?: string | undefined;
  readonly cuts?: string | undefined;
  readonly instead?: string | undefined;
  /** Whether a pool of nodes comes or goes. */
  readonly isPool?: boolean;
}

function ruled(change: FieldChange, before: Deployment, after: Deployment): Told {
  const rule = ruleOf(after.cloud, change);
  return { ...rule, ...poolStep(change, before, after) };
}

/** Pools change by adding the new one, draining, and taking out the old one: which step of these a change is. */
function poolStep({ path, kinds }: FieldChange, before: Deployment, after: Deployment): Told {
  const [map, name = "", ...rest] = path;
  if (map !== "nodePools" || rest.length > 0) return {};
  const roleOf = ({ nodePools }: Deployment) => nodePools[name]?.role;
  const others = (deployment: Deployment, role: string | undefined) =>
    Object.entries<NodePool<Deployment>>(deployment.nodePools).flatMap(([other, pool]) =>
      other !== name && pool.role === role ? [other] : [],
    );
  if (kinds.includes("added")) {
    const standing = others(before, roleOf(after));
    if (standing.length === 0) return { effect: "in-place", isPool: true };
    return {
      ...{ effect: "in-place", isPool: true, loses: undefined, cuts: undefined },
      does: `adds a pool beside ${standing.join(", ")}, of the same role: step 1 of a change of pools`,
      instead: `step 2, once its nodes stand: drain the old pool (kubectl drain --selector ${POOL}=OLD --ignore-daemonsets --delete-emptydir-data), then take it out`,
    };
  }
  if (!kinds.includes("removed")) return {};
  const role = roleOf(before) ?? "none";
  const remaining = others(after, role).filter((other) => Object.hasOwn(before.nodePools, other));
  const drain = `kubectl drain --selector ${POOL}=${name} --ignore-daemonsets --delete-emptydir-data`;
  if (remaining.length > 0) {
    return {
      ...{ effect: "in-place", isPool: true, loses: undefined, cuts: undefined },
      does: `takes out a pool while ${remaining.join(", ")} of the same role stands: step 2 of a change of pools`,
      instead: `drain it first: ${drain}`,
    };
  }
  const news = others(after, role);
  return {
    ...{ effect: "replaces", isPool: true, loses: undefined },
    does: `takes out the last pool of role ${role}`,
    cuts: [
      `all that runs on it${role === "services" ? ", the tunnel with it" : ""}`,
      news.length > 0
        ? `until nodes of ${news.join(", ")}, which comes with the same change, stand`
        : `until a pool of role ${role} is there again`,
    ].join(", "),
    instead: `two changes: add the new pool and deploy, ${drain}, then take this one out`,
  };
}

// ---------------------------------------------------------------- judgement

interface Unjudged extends Told {
  readonly field: string;
  /** What an `allow` has to name, each. */
  readonly fields: readonly string[];
  readonly from: string;
  readonly to: string;
}

function judged(
  { field, fields, from, to, effect, does, loses, cuts, instead, isPool = false }: Unjudged,
  grave: readonly ResourceChange[],
  resources: readonly ResourceChange[],
  { allow, nodePools }: Deployment,
  today: string,
): DeploymentFieldChange {
  const replaced = [...grave]
    .sort((a, b) => Number(b.destroys !== undefined) - Number(a.destroys !== undefined))
    .filter(({ change }) => change === "replaced")
    .map(({ resource }) => resource);
  const losses = grave.flatMap(({ resource, type, destroys }) => {
    const precious = destroys === undefined ? undefined : preciousOf(type);
    return precious ? [`${precious.lost} (${resource})`] : [];
  });
  const rolling = rolledBy(resources);
  const told = effect ?? (replaced.length > 0 ? "replaces" : rolling ? "rolls-nodes" : "in-place");
  const [, pool] = /^nodePools\.([^.]+)\./.exec(field) ?? [];
  const lost = [...(loses === undefined ? [] : [loses]), ...losses];
  const harms = lost.length > 0 || cuts !== undefined;
  const named = fields.map((one) => allow.find((entry) => entry.change === one && !isExpired(entry, today)));
  const isAllowed = harms && told !== "impossible" && named.every((entry) => entry !== undefined);
  const [first] = named;
  const expired = allow.find((entry) => fields.includes(entry.change) && isExpired(entry, today));
  const change = {
    ...{ field, from, to, effect: told },
    rolls: told === "rolls-nodes" ? (pool === undefined ? Object.keys(nodePools) : [pool]) : [],
    replaces: isPool ? [] : replaced,
    resources: resources.map(({ resource }) => resource),
    ...(does !== undefined && { does }),
    ...(lost.length > 0 && { loses: lost.join("; ") }),
    ...(cuts !== undefined && { cuts }),
    ...(instead !== undefined && { instead }),
    ...(isAllowed && first && { allowed: { reason: first.reason, expires: first.expires } }),
    refused: told === "impossible" || (harms && !isAllowed),
  };
  return { ...change, text: sentence(change, fields, expired?.expires) };
}

/** Whether nodes are made anew by a template that changed. */
const rolledBy = (resources: readonly ResourceChange[]): boolean =>
  resources.some(({ type, change }) => type === "aws_launch_template" && change === "changed");

function sentence(
  {
    field,
    from,
    to,
    effect,
    rolls,
    replaces,
    does,
    loses,
    cuts,
    instead,
    allowed,
    refused,
  }: Omit<DeploymentFieldChange, "text">,
  fields: readonly string[],
  expired: string | undefined,
): string {
  const values = from === "" && to === "" ? "" : ` ${from} -> ${to}`;
  const parts = [
    effectText({ effect, rolls, replaces }),
    ...(does === undefined ? [] : [does]),
    ...(loses === undefined ? [] : [`loses ${loses}`]),
    ...(cuts === undefined ? [] : [`cuts ${cuts}`]),
    ...(instead === undefined ? [] : [`instead: ${instead}`]),
    ...(allowed ? [`allowed until ${allowed.expires}: ${allowed.reason}`] : []),
    ...(refused && expired !== undefined ? [`its entry of \`allow\` ended on ${expired}`] : []),
    ...(refused && effect !== "impossible"
      ? [
          `if this is meant, \`allow\` it by name: ${fields.map((one) => `{change: "${one}", reason, expires}`).join(", ")}`,
        ]
      : []),
  ];
  return `${field}${values}: ${parts.join("; ")}`;
}

/** Names that are told before the others are counted. */
const MOST = 4;

/** `replaces aws_subnet.a, aws_subnet.b and 3 more` */
export function effectText({
  effect,
  rolls,
  replaces,
}: Pick<DeploymentFieldChange, "effect" | "rolls" | "replaces">): string {
  const listed = (names: readonly string[]) =>
    `${names.slice(0, MOST).join(", ")}${names.length > MOST ? ` and ${names.length - MOST} more` : ""}`;
  switch (effect) {
    case "in-place":
      return replaces.length > 0 ? `in place; replaces ${listed(replaces)}` : "in place";
    case "rolls-nodes":
      return `rolls the nodes of ${listed(rolls)}`;
    case "replaces":
      return replaces.length > 0 ? `replaces ${listed(replaces)}` : "replaces";
    case "impossible":
      return "impossible on a standing deployment";
  }
}

// ---------------------------------------------------------------- values

/** Characters of a value that are told. */
const LONGEST = 80;

function shown({ field, from, to }: FieldChange): Pick<Unjudged, "field" | "fields" | "from" | "to"> {
  return { field, fields: [field], from: valueText(from), to: valueText(to) };
}

function valueText(value: unknown): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

// ---------------------------------------------------------------- beside the fields

/** Entries of `allow` that count and fit no change. */
export function unusedAllowances(
  { allow }: Deployment,
  changes: readonly DeploymentFieldChange[],
  today: string,
): string[] {
  const used = new Set(changes.flatMap(({ field }) => field.split(", ")));
  return allow.flatMap((entry) => {
    const { change, expires } = entry;
    if (used.has(change)) return [];
    return isExpired(entry, today)
      ? [`\`allow\` of ${change} ended on ${expires} and counts for nothing: take it out`]
      : [`\`allow\` of ${change} fits no change: take it out once it is deployed`];
  });
}

/**
 * Options that BASE's package did not know, with the defaults that HEAD's fills in.
 *
 * @param before,after the deployments as their stacks carry them
 */
export function filledIn(before: unknown, after: unknown, prefix = ""): string[] {
  if (!isMap(before) || !isMap(after)) return [];
  return Object.entries(after).flatMap(([name, value]) => {
    if (!Object.hasOwn(before, name)) return [prefix + name];
    return filledIn(before[name], value, `${prefix}${name}.`);
  });
}
