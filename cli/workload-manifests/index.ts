/**
 * The workloads of a deployment as Kubernetes objects, for those who apply them without Terraform: the workloads stack
 * read back, as its provider would send it.
 */
import { stringify } from "yaml";
import type { CloudOutputs } from "../../config/cloud-outputs";
import type { Deployment } from "../../config/deployment";
import { DEPLOYMENT_ANNOTATION } from "../../config/names";
import { App } from "../../framework";
import { WorkloadsStack } from "../../stacks/workloads";
import type { Resource, Value } from "../../verification/model";
import { readTerraformJson } from "../../verification/readers/cdktf-output";
import { JsonText } from "../../verification/readers/json-locations";
import { kubernetesObjects } from "../../verification/readers/terraform-kubernetes";
import { isList, isObject, isOpaque, type ObjectValue } from "../../verification/values";
import { clientSecretObjects, holdsClientSecret } from "./client-secret";
import type { Manifest } from "./manifest";
import { inOrder } from "./order";

export type { Manifest };

/**
 * Every object of the deployment's workloads, in an order in which each may be applied after those before it. None holds
 * a secret: the client secret is a reference to the customer's store, for the External Secrets Operator.
 *
 * @param outputs what only the cloud knows
 */
export const manifestsOf = (deployment: Deployment, outputs: CloudOutputs): Manifest[] =>
  manifestsOfStack(deployment, workloadsJson(deployment, outputs));

/** The deployment's workloads stack, as the JSON that Terraform reads. */
export function workloadsJson(deployment: Deployment, outputs: CloudOutputs): string {
  const stack = new WorkloadsStack(new App(), deployment, outputs);
  stack.prepareStack();
  return JSON.stringify(stack.toTerraform());
}

/** As {@link manifestsOf}, of a workloads stack that is synthesized already, as JSON. */
export function manifestsOfStack(deployment: Deployment, stack: string): Manifest[] {
  const resources = kubernetesObjects(readTerraformJson(new JsonText(`${deployment.name}.tf.json`, stack)));
  const objects = resources
    .filter(({ mode, type }) => mode === "managed" && !type.startsWith("dataplane:"))
    .flatMap((resource) =>
      holdsClientSecret(resource) ? clientSecretObjects(resource, deployment) : [objectOf(resource)],
    );
  return inOrder(objects.map((object) => belongingTo(deployment, object as Manifest)));
}

/** Manifests as the text of one file. */
export const renderManifests = (manifests: readonly Manifest[]): string =>
  // YAML 1.1 is what kubectl and its kind read: there, `on` and `yes` are no texts.
  manifests.map((manifest) => `---\n${stringify(manifest, { version: "1.1", lineWidth: 0 })}`).join("");

/** @throws Error for what only Terraform can write or know */
function objectOf({ type, address, values }: Resource): ObjectValue {
  if (!type.startsWith("kubernetes:")) throw new Error(`${address} is no Kubernetes object that can be printed`);
  const unknown = opaqueIn(values, []);
  if (unknown) throw new Error(`${address}: ${unknown.join(".")} is known to Terraform only`);
  return values;
}

/** Path of a value that the stack does not hold. */
function opaqueIn(value: Value, path: readonly string[]): readonly string[] | undefined {
  if (isOpaque(value)) return path;
  const fields = isObject(value) || isList(value) ? Object.entries(value) : [];
  for (const [name, field] of fields) {
    const found = opaqueIn(field, [...path, name]);
    if (found) return found;
  }
  return undefined;
}

/** `dataplane verify` judges manifests by the deployment that they name. */
function belongingTo({ name }: Deployment, manifest: Manifest): Manifest {
  const { annotations } = manifest.metadata;
  const named = { ...(isObject(annotations) ? annotations : {}), [DEPLOYMENT_ANNOTATION]: name };
  return { ...manifest, metadata: { ...manifest.metadata, annotations: named } };
}
