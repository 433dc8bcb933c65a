import { smallestDeployment } from "./deployments";
import { workloadsOf } from "./synthesized";

/** A value of the synthesized JSON. */
// Tests read deep into documents whose shape Terraform defines; a wrong path fails the test that takes it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** The synthesized workloads stack of the smallest deployment, with fields replaced or added. */
export function workloads(fields: Readonly<Record<string, unknown>> = {}): Json {
  return workloadsOf(smallestDeployment(fields));
}

/** Every resource of a type. */
export function all(stack: Json, type: string): Json[] {
  return Object.values(stack.resource[type] ?? {});
}

/** The one resource of a type with this name in this namespace (default: `union`). */
export function one(stack: Json, type: string, name: string, namespace = "union"): Json {
  const found = all(stack, type).filter(
    ({ metadata }) => metadata.name === name && (metadata.namespace === undefined || metadata.namespace === namespace),
  );
  if (found.length !== 1) throw new Error(`${found.length} of ${type} ${namespace}/${name}`);
  return found[0];
}

/** Every pod template of the stack, with the namespace and name of what makes its pods. */
export function podTemplates(stack: Json): { namespace: string; name: string; template: Json; dependsOn: string[] }[] {
  return ["kubernetes_deployment_v1", "kubernetes_daemon_set_v1", "kubernetes_job_v1"].flatMap((type) =>
    all(stack, type).map(({ metadata, spec, depends_on }) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      template: spec.template,
      dependsOn: depends_on,
    })),
  );
}

/** The container of this name in the Deployment of this name. */
export function container(stack: Json, deployment: string, name: string, namespace = "union"): Json {
  const { container: containers } = one(stack, "kubernetes_deployment_v1", deployment, namespace).spec.template.spec;
  return containers.find((candidate: Json) => candidate.name === name);
}
