/**
 * What only the cloud knows of the stacks of a deployment, as its outputs told: the attributes that these outputs are made
 * of get their values. Manifests hold the values themselves, and are judged by what they are.
 */
import { outputsSchema, readCloudOutputs } from "../config/cloud-outputs";
import { deploymentSchema, type Deployment } from "../config/deployment";
import type { Resource, Value } from "./model";
import { DEPLOYMENT } from "./readers/cdktf-output";
import { at, text } from "./values";

/**
 * @param file of outputs by stack, as `cdktf output NAME --outputs-file FILE` writes it
 * @throws ConfigError if the file can't be used, or lacks an output of a deployment among the resources
 */
export function withCloudOutputs(resources: readonly Resource[], file: string): Resource[] {
  const told = new Map<string, Record<string, Value>>();
  for (const carrier of resources.filter(({ type }) => type === DEPLOYMENT)) {
    const deployment = deploymentSchema.safeParse(carrier.values["deployment"]);
    if (!deployment.success) continue;
    for (const [address, attribute, value] of attributesOf(carrier, deployment.data, file)) {
      const key = keyOf(carrier.unit, address);
      told.set(key, { ...told.get(key), [attribute]: value });
    }
  }
  return resources.map((resource) => {
    const values = told.get(keyOf(resource.unit, resource.address));
    return values ? { ...resource, values: { ...resource.values, ...values } } : resource;
  });
}

const keyOf = (unit: string, address: string) => `${unit}\n${address}`;

/** An output that is one attribute of a resource or data source. */
const ATTRIBUTE = /^\$\{((?:data\.)?\w+\.[\w-]+)\.(\w+)\}$/;

function* attributesOf(carrier: Resource, deployment: Deployment, file: string): Generator<[string, string, Value]> {
  const names = Object.keys(outputsSchema(deployment).shape);
  const expressions = names.map((name) => [name, text(at(carrier.values["outputs"], name, "value"))] as const);
  const written = expressions.flatMap(([name, expression]) => {
    const [, address, attribute] = typeof expression === "string" ? (ATTRIBUTE.exec(expression) ?? []) : [];
    return address !== undefined && attribute !== undefined ? [{ name, address, attribute }] : [];
  });
  if (written.length === 0) return;
  const values: Readonly<Record<string, Value | undefined>> = readCloudOutputs(deployment, file);
  for (const { name, address, attribute } of written) {
    const value = values[name];
    if (value !== undefined) yield [address, attribute, value];
  }
}
