/** Resources that a change adds, takes away, makes anew or changes, and what is lost with them. */
import type { Resource, System } from "../model";
import { at, texts } from "../values";
import { groupBy } from "./group-by";
import type { ResourceChange } from "./model";
import type { PlanActions } from "./plan-actions";
import { preciousOf } from "./precious";
import { canonical } from "./spelled";

/** Arguments by which a cloud knows a resource, so that another value makes another resource. */
const IDENTITY: readonly { readonly types: RegExp; readonly paths: readonly (readonly string[])[] }[] = [
  { types: /^aws_s3_bucket$/, paths: [["bucket"], ["bucket_prefix"]] },
  {
    types: /^aws_(eks_cluster|iam_role|security_group|cloudwatch_log_group|ecr_repository|lb|dynamodb_table)$/,
    paths: [["name"]],
  },
  { types: /^aws_(vpc|subnet)$/, paths: [["cidr_block"], ["vpc_id"], ["availability_zone"]] },
  { types: /^aws_security_group$/, paths: [["vpc_id"], ["description"]] },
  { types: /^aws_eks_cluster$/, paths: [["role_arn"], ["kubernetes_network_config", "service_ipv4_cidr"]] },
  { types: /^google_/, paths: [["name"], ["location"], ["project"], ["account_id"], ["repository_id"], ["bucket_id"]] },
  { types: /^google_/, paths: [["network"], ["region"], ["zone"], ["key_ring"]] },
  { types: /^azurerm_/, paths: [["name"], ["location"], ["resource_group_name"]] },
  {
    types: /^kubernetes:/,
    paths: [
      ["metadata", "name"],
      ["metadata", "namespace"],
    ],
  },
  { types: /^kubernetes:(Deployment|DaemonSet|StatefulSet)$/, paths: [["spec", "selector"]] },
  { types: /./, paths: [["region"]] },
];

/** Changes by resource, the destructive ones first. */
export function compareResources(base: System, head: System, planned: PlanActions): ResourceChange[] {
  const [before, after] = [managed(base), managed(head)];
  const found: ResourceChange[] = [];
  for (const [address, resource] of before) {
    const now = after.get(address);
    const changed = now ? changedArguments(resource, now) : [];
    const isReplaced = now !== undefined && (resource.type !== now.type || isAnother(resource, now));
    if (!now) found.push(changeOf("removed", resource, []));
    else if (isReplaced) found.push(changeOf("replaced", now, changed));
    else if (changed.length > 0) found.push(changeOf("changed", now, changed));
  }
  for (const [address, resource] of after) if (!before.has(address)) found.push(changeOf("added", resource, []));
  return sorted(withPlan(found, planned));
}

/** Of what is destroyed, Terraform itself knows more than arguments tell. */
function withPlan(found: readonly ResourceChange[], planned: PlanActions): ResourceChange[] {
  const byAddress = new Map(found.map((one) => [one.resource, one]));
  for (const { address, type, change, location, causes } of planned) {
    if (byAddress.get(address)?.change === "removed") continue;
    byAddress.set(address, describe(change, { type, address, location }, causes));
  }
  return [...byAddress.values()];
}

function managed({ resources }: System): Map<string, Resource> {
  const own = resources.filter(({ mode, type }) => mode === "managed" && !type.startsWith("dataplane:"));
  const groups = [...groupBy(own, ({ address }) => address)];
  // Of several units with one address the order of units tells them apart.
  return new Map(
    groups.flatMap(([address, alike]) =>
      alike.map((resource, i) => [i === 0 ? address : `${address} (${i + 1})`, resource] as const),
    ),
  );
}

/** The names of top-level arguments whose values differ. In a cloud's own arguments lists are sets. */
function changedArguments(was: Resource, is: Resource): string[] {
  const isSet = !is.type.startsWith("kubernetes:");
  const names = [...new Set([...Object.keys(was.values), ...Object.keys(is.values)])].sort();
  return names.filter((name) => canonical(was.values[name], isSet) !== canonical(is.values[name], isSet));
}

/** Arguments that Terraform is told to pass over stay as they are, so that they replace nothing. */
function isAnother(was: Resource, is: Resource): boolean {
  const ignored = texts(at(is.values, "lifecycle", "ignore_changes"));
  return IDENTITY.filter(({ types }) => types.test(is.type))
    .flatMap(({ paths }) => paths)
    .filter(([argument = ""]) => !ignored.includes(argument))
    .some((path) => canonical(at(was.values, ...path)) !== canonical(at(is.values, ...path)));
}

const changeOf = (change: ResourceChange["change"], resource: Resource, changed: readonly string[]): ResourceChange =>
  describe(change, resource, changed);

type Described = Pick<Resource, "type" | "address" | "location"> & Partial<Pick<Resource, "values">>;

function describe(
  change: ResourceChange["change"],
  { type, address, location: { file, line }, values = {} }: Described,
  changed: readonly string[],
): ResourceChange {
  const lost = preciousOf(type, values)?.what;
  const destroys = change === "removed" || change === "replaced" ? lost : undefined;
  const by = changed.length > 0 ? ` (${changed.join(", ")})` : "";
  const shout = destroys === undefined ? "" : `DESTROYS A ${destroys.toUpperCase()}: `;
  return {
    ...{ change, resource: address, type, location: { file, line }, arguments: changed },
    ...(destroys !== undefined && { destroys }),
    text: `${shout}${address} is ${change}${by}`,
  };
}

function sorted(changes: readonly ResourceChange[]): ResourceChange[] {
  const order = ["removed", "replaced", "added", "changed"];
  const rank = ({ change, destroys }: ResourceChange) => (destroys === undefined ? 4 : 0) + order.indexOf(change);
  return [...changes].sort((a, b) => rank(a) - rank(b) || (a.resource < b.resource ? -1 : 1));
}
