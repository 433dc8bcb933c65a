/** What namespaces admit, and what pods are. */
import type { Deployment } from "../../../../config/deployment";
import { problemAt, type Problem } from "../../../problem";
import { at, field, isOpaque, knownText, text, whyOpaque, type Opaque } from "../../../values";
import type { Resource } from "../../../model";
import type { Check } from "../../cloud";
import { objectsOf, type KubernetesObjects } from "../objects";
import { podsOf } from "../workloads";
import { LEVELS, type Level, type Fault } from "../pod-security/check";
import { faultsOf } from "../pod-security/faults";
import { LATEST, OLDEST } from "../pod-security/standards";

export const check: Check = function* ({ system, deployment }) {
  const objects = objectsOf(system);
  const templates = templatesOf(objects);
  const namespaces = new Map(objects.ofKind("Namespace", "").map((one) => [objects.nameOf(one), one]));
  for (const [name, namespace] of namespaces) {
    const own = templates.filter((template) => template.namespace === name);
    yield* judgeNamespace(namespace, own, deployment);
  }
  if (!deployment) return;
  for (const { namespace, id, resource, path } of templates) {
    if (namespaces.has(namespace)) continue;
    const why = namespace === undefined ? "its namespace is not known" : `namespace ${namespace} is not in the input`;
    yield problemAt(resource, path, "unknown", `whether ${id} is admitted can't be told: ${why}`);
  }
};

/** What pods are made of. */
interface Template {
  readonly id: string;
  readonly namespace: string | undefined;
  readonly resource: Resource;
  /** Path of the template in its resource; empty for a pod. */
  readonly path: readonly string[];
}

function templatesOf(objects: KubernetesObjects): Template[] {
  const loose = objects.ofKind("PodTemplate", "").map((resource) => {
    const namespace = objects.namespaceOf(resource);
    const id = `podtemplate/${namespace ?? "?"}/${objects.nameOf(resource) ?? "?"}`;
    return { id, namespace, resource, path: ["template"] };
  });
  return [...podsOf(objects).map((pods) => ({ ...pods, path: pods.specPath.slice(0, -1) })), ...loose];
}

const LABEL = "pod-security.kubernetes.io/enforce";

function* judgeNamespace(
  namespace: Resource,
  templates: readonly Template[],
  deployment: Deployment | undefined,
): Generator<Problem> {
  const name = knownText(field(namespace, "metadata", "name")) ?? "?";
  const path = ["metadata", "labels"];
  const level = enforced(namespace, LABEL);
  const version = policyVersion(namespace, deployment);
  if (level === undefined) {
    if (!deployment) return;
    yield problemAt(namespace, path, "violated", `namespace ${name} enforces no Pod Security level: it admits any pod`);
  } else if (isOpaque(level) || isOpaque(version)) {
    const [opaque] = [level, version].filter(isOpaque);
    const reason = opaque ? whyOpaque(opaque) : "";
    yield problemAt(namespace, path, "unknown", `what namespace ${name} admits can't be told: ${reason}`);
  } else if (!isLevel(level)) {
    yield problemAt(namespace, path, "violated", `namespace ${name} enforces '${level}', which is no level`);
  } else if (version < OLDEST) {
    const message = `what namespace ${name} admits can't be told: its policy is of version 1.${version}`;
    yield problemAt(namespace, path, "unknown", message);
  } else {
    const judged = templates.map((template) => ({ ...template, faults: faultsAt(template, level, version) }));
    for (const template of judged.filter(({ faults }) => faults.length > 0)) yield refusal(template, level, name);
    if (deployment && templates.length === 0 && level === "privileged") {
      yield problemAt(namespace, path, "violated", `namespace ${name} enforces 'privileged': it admits any pod`);
    }
    if (!deployment || templates.length === 0 || judged.some(({ faults }) => faults.length > 0)) return;
    const stricter = LEVELS.slice(0, LEVELS.indexOf(level));
    const strictest = stricter.find((one) =>
      templates.every((template) => faultsAt(template, one, version).length === 0),
    );
    if (strictest === undefined) return;
    const message = `namespace ${name} enforces '${level}' only: its pods pass '${strictest}'`;
    yield problemAt(namespace, path, "violated", message);
  }
}

const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text);

const enforced = (namespace: Resource, label: string): string | Opaque | undefined =>
  text(at(field(namespace, "metadata", "labels"), label));

/** Minor version of Kubernetes 1 whose policy holds: the one that is pinned, or else the cluster's own. */
function policyVersion(namespace: Resource, deployment: Deployment | undefined): number | Opaque {
  const pinned = enforced(namespace, `${LABEL}-version`) ?? "latest";
  if (isOpaque(pinned)) return pinned;
  const [, minor = String(LATEST)] =
    /^v?1\.(\d+)$/.exec(pinned === "latest" ? (deployment?.kubernetesVersion ?? "") : pinned) ?? [];
  return Math.min(Number(minor), LATEST);
}

function faultsAt({ resource, path }: Template, level: Level, version: number): Fault[] {
  const pod = path.length === 0 ? resource.values : field(resource, ...path);
  return faultsOf({ metadata: at(pod, "metadata"), spec: at(pod, "spec") }, level, version);
}

/** One finding for all that a level forbids in a template; what is certain comes before what may be. */
function refusal(template: Template & { readonly faults: readonly Fault[] }, level: Level, namespace: string): Problem {
  const { id, resource, path, faults } = template;
  const certain = faults.filter(({ status }) => status === "violated");
  const told = certain.length > 0 ? certain : faults;
  const said = told.map(({ message }) => message).join("; ");
  const where = [...path, ...(told[0]?.path ?? [])];
  return certain.length > 0
    ? problemAt(resource, where, "violated", `${id} is refused by '${level}' of namespace ${namespace}: ${said}`)
    : problemAt(
        resource,
        where,
        "unknown",
        `whether '${level}' of namespace ${namespace} admits ${id} can't be told: ${said}`,
      );
}
