/** What someone may do after a change and not before it: rights, trust, origins and openings to the public, as sets. */
import { listed } from "../crossings";
import type { System } from "../model";
import { TerraformInput } from "../clouds/terraform-input";
import { groupBy } from "../group-by";
import type { PermissionChange } from "./model";
import { spelled } from "./spelled";
import { canonical } from "../canonical";
import { termText, type Grant, type Kind, type Term } from "../clouds/grants";
import { cloudsOf } from "../clouds/index";

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
    [termText(holder), termText(on), conditions.join(), isDenial, unknown, resource].join("\n");
  const byTarget = [...groupBy(more, key).values()].map((alike) => {
    const [first] = alike as [Grant];
    return { ...first, actions: [...new Set(alike.map(({ action }) => termText(action)))].sort() };
  });
  const alike = groupBy(byTarget, ({ actions, ...grant }) => [actions.join(), key({ ...grant, on: "" })].join("\n"));
  return [...alike.values()].map((targets) => {
    const [{ actions, conditions, isDenial, unknown, resource, location, ...first }] = targets as [(typeof targets)[0]];
    const holder = termText(first.holder);
    const on = targets.map((one) => termText(one.on));
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
    [...[holder, action, on].map(termText), version, ...conditions].join("\n");
  const same = new Set(others.map(key));
  const wide = others.filter(
    ({ holder, action, on, conditions }) =>
      [...[holder, action, on].map(termText), ...conditions].some((part) => /[*?]/.test(part)) ||
      conditions.length === 0,
  );
  return grants.filter((grant) => !same.has(key(grant)) && !wide.some((other) => includes(other, grant)));
}

const includes = (wide: Grant, grant: Grant): boolean =>
  wide.unknown === undefined &&
  matches(wide.holder, grant.holder) &&
  matches(lowered(wide.action), lowered(grant.action)) &&
  matches(wide.on, grant.on) &&
  wide.conditions.every((condition) => grant.conditions.includes(condition));

/** Actions are the same in capitals and small letters. */
const lowered = (term: Term): Term =>
  typeof term === "string" ? term.toLowerCase() : { allBut: term.allBut.map((one) => one.toLowerCase()) };

/** Whether `wide` stands for all that `term` stands for. */
function matches(wide: Term, term: Term): boolean {
  if (wide === "*" || wide === term) return true;
  // Of exceptions the longer list grants less: nothing but itself is surely within it.
  if (typeof wide !== "string" || typeof term !== "string") return termText(wide) === termText(term);
  if (!/[*?]/.test(wide)) return false;
  const source = wide.replaceAll(/[^*?]+|[*?]/g, (part) => {
    if (part === "*") return "[^]*";
    return part === "?" ? "[^*]" : part.replaceAll(/[.+^${}()|[\]\\/-]/g, "\\$&");
  });
  return new RegExp(`^${source}$`).test(term);
}

function grantsOf({ resources }: System): Grant[] {
  const asRead = TerraformInput.of(resources);
  const input = new TerraformInput(
    resources.map((one) => (one.type === "aws_iam_policy_document" ? spelled(one, asRead) : one)),
  );
  const kinds = cloudsOf(resources).flatMap(({ grants }) => grants);
  const managed = resources.filter(({ mode, terraform }) => mode === "managed" || terraform !== undefined);
  return managed.flatMap((resource) => {
    const readers = kinds.filter(({ types }) => types.test(resource.type));
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
