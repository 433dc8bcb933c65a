/** What each service account may do, by all roles that are given to it together. */
import type { Facts } from "./facts";

/** API groups that have a resource, for rules that name every group. Of a resource that is not here nothing is known. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  configmaps: ["core"],
  deployments: ["apps"],
  events: ["core", "events.k8s.io"],
  flyteworkflows: ["flyte.lyft.com"],
  mutatingwebhookconfigurations: ["admissionregistration.k8s.io"],
  namespaces: ["core"],
  nodes: ["core", "metrics.k8s.io"],
  pods: ["core", "metrics.k8s.io"],
  "pods/log": ["core"],
  podtemplates: ["core"],
  rayjobs: ["ray.io"],
  "replicasets/finalizers": ["apps"],
  resourcequotas: ["core"],
  secrets: ["core"],
};

/** Where a right holds that a role of the whole cluster gives. */
const EVERYWHERE = "everywhere";

/** `ServiceAccount NAME`: the places where it `may VERB GROUP/RESOURCE`, each of which may be `any`. */
export function rightsOf(facts: Facts): Facts {
  const places = new Map<string, Map<string, Set<string>>>();
  for (const [binding, { gives }] of Object.entries(facts)) {
    const [, role = "", accounts = ""] = /^(.*) to (.*)$/.exec(gives ?? "") ?? [];
    const place = placeOf(binding);
    const rules = facts[role.startsWith("ClusterRole ") ? role : role.replace(" ", ` ${prefixOf(binding)}`)] ?? {};
    for (const account of accounts.split(" and ").filter(Boolean)) {
      const rights = places.get(account) ?? new Map<string, Set<string>>();
      places.set(account, rights);
      for (const right of Object.entries(rules).flatMap(([fact, verbs]) => rightsOfRule(fact, verbs))) {
        rights.set(right, (rights.get(right) ?? new Set()).add(place));
      }
    }
  }
  return Object.fromEntries(
    [...places].map(([account, rights]) => [
      account,
      Object.fromEntries([...rights].map(([right, found]) => [right, joined(found)])),
    ]),
  );
}

/** Whether an object only gives rights, which {@link rightsOf} says of accounts. */
export const isOfRights = (object: string): boolean => /^(Cluster)?Role(Binding)? /.test(object);

/** Namespace of a binding, as a prefix of names in it. */
const prefixOf = (binding: string) => /^RoleBinding ([^/]+\/)/.exec(binding)?.[1] ?? "";

const placeOf = (binding: string) =>
  binding.startsWith("ClusterRoleBinding ") ? EVERYWHERE : `in ${prefixOf(binding).slice(0, -1) || "union"}`;

const joined = (places: ReadonlySet<string>) => (places.has(EVERYWHERE) ? EVERYWHERE : [...places].sort().join(", "));

function rightsOfRule(fact: string, verbs: string): string[] {
  const [, target] = /^may (.*)$/.exec(fact) ?? [];
  if (target === undefined) return [];
  const [, resource = ""] = /^\*\/(.*)$/.exec(target) ?? [];
  const targets = GROUPS[resource]?.map((group) => `${group}/${resource}`) ?? [target];
  return targets.flatMap((target) => verbs.split(" ").map((verb) => `may ${verb} ${target}`.replaceAll("*", "any")));
}
