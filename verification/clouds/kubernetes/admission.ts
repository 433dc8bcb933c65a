/**
 * What changes objects on their way into the cluster: webhooks and policies that take some of what is judged here, since
 * what they make of it is in no input.
 *
 * Kubernetes, "Dynamic Admission Control"
 * (https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules): a
 * webhook takes what its rules and both of its selectors match; `*` in them is everything.
 * "Mutating Admission Policy"
 * (https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/): a policy has rules of the same form.
 * Conditions in CEL only narrow, and are not read.
 */
import type { Resource, Unjudged, Value } from "../../model";
import { at, blocks, field, isOpaque, list, texts } from "../../values";
import { apiGroup, type KubernetesObjects } from "./objects";
import { matches, Namespaces, readLabels, readSelector, type Labels } from "./selectors";
import { kindClass } from "./unjudged";
import { podsOf } from "./workloads";
import { and, or, type Ternary } from "../../ternary";

const GROUP = "admissionregistration.k8s.io";

/** An object as the API server is asked to make it, or to change it. */
interface Request {
  /** The object of the input that is judged, or whose controller asks. */
  readonly object: Resource;
  readonly group: string;
  /** The name of its kind in paths, e.g. `networkpolicies`. */
  readonly plural: string;
  readonly labels: Labels;
  readonly namespace: string | undefined;
}

/** The webhooks, policies and bindings that may change what is judged. */
export function mutations(objects: KubernetesObjects): Unjudged[] {
  const webhooks = objects.ofKind("MutatingWebhookConfiguration", GROUP);
  const policies = objects.ofKind("MutatingAdmissionPolicy", GROUP);
  const bindings = objects.ofKind("MutatingAdmissionPolicyBinding", GROUP);
  if (webhooks.length + policies.length + bindings.length === 0) return [];
  const requests = requestsOf(objects);
  const namespaces = new Namespaces(objects);
  const takenBy = (mutator: Value | undefined, rules: string) =>
    requests.filter((request) => takes(mutator, rules, request, namespaces) !== false);
  return [
    ...webhooks.flatMap((one) =>
      changed(
        one,
        blocks(field(one, "webhooks")).flatMap((webhook) => takenBy(webhook, "rules")),
      ),
    ),
    ...policies.flatMap((one) => changed(one, takenBy(field(one, "spec", "matchConstraints"), "resourceRules"))),
    ...bindings
      .filter((one) => !policies.some((policy) => objects.nameOf(policy) === field(one, "spec", "policyName")))
      .map(({ address, location }) => ({
        resource: address,
        location,
        reason: "the policy that it puts in force is not in the input",
      })),
  ];
}

function changed({ address, location }: Resource, taken: readonly Request[]): Unjudged[] {
  const [first, ...others] = new Set(taken.map(({ object }) => object.address));
  if (first === undefined) return [];
  const more = others.length > 0 ? ` and of ${others.length} more` : "";
  return [{ resource: address, location, reason: `what it makes of ${first}${more} is not modelled` }];
}

/** What is asked of the API server for the objects that are judged, and for the pods that their controllers make. */
function requestsOf(objects: KubernetesObjects): Request[] {
  const written = objects.all().flatMap((object): Request[] => {
    const kind = object.type.slice("kubernetes:".length);
    const group = apiGroup(object);
    if (group === undefined || group === GROUP || kindClass(group, kind).is !== "modelled") return [];
    const namespace = kind === "Namespace" ? objects.nameOf(object) : objects.namespaceOf(object);
    return [
      { object, group, plural: pluralOf(kind), labels: readLabels(field(object, "metadata", "labels")), namespace },
    ];
  });
  const made = podsOf(objects).flatMap(({ resource: object, labels, namespace }): Request[] => [
    { object, group: "", plural: "pods", labels, namespace },
    ...(MADE_BY[object.type] ?? []).map((made) => ({ object, ...made, labels: ANY_LABELS, namespace })),
  ]);
  return [...written, ...made];
}

/** What stands between a workload and its pods. */
const MADE_BY: Readonly<Record<string, readonly Pick<Request, "group" | "plural">[]>> = {
  "kubernetes:Deployment": [{ group: "apps", plural: "replicasets" }],
  "kubernetes:Rollout": [{ group: "apps", plural: "replicasets" }],
  "kubernetes:CronJob": [{ group: "batch", plural: "jobs" }],
};
const ANY_LABELS: Labels = { values: new Map(), open: true };

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith("s")) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

function takes(mutator: Value | undefined, rules: string, request: Request, namespaces: Namespaces): Ternary {
  if (isOpaque(mutator)) return "unknown";
  const written = list(at(mutator, rules)) ?? [];
  return and([
    isOpaque(written) ? "unknown" : or(written.map((rule) => speaksOf(rule, request))),
    selects(at(mutator, "namespaceSelector"), namespaces.labels(request.namespace)),
    selects(at(mutator, "objectSelector"), request.labels),
  ]);
}

const speaksOf = (rule: Value, { group, plural }: Request): Ternary =>
  and([
    names(at(rule, "apiGroups"), [group, "*"]),
    names(at(rule, "resources"), [plural, "*", "*/*"]),
    names(at(rule, "operations"), ["CREATE", "UPDATE", "*"]),
  ]);

/** Whether a list names one of these. */
const names = (value: Value | undefined, any: readonly string[]): Ternary =>
  or(texts(value).map((one) => (isOpaque(one) ? "unknown" : any.includes(one))));

function selects(selector: Value | undefined, labels: Labels): Ternary {
  const read = readSelector(selector);
  return isOpaque(read) ? "unknown" : matches(read, labels);
}
