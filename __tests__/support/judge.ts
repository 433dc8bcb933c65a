import type { Deployment } from "../../config/deployment";
import type { Invariant } from "../../verification/invariants/invariant";
import type { Endpoint, Resource } from "../../verification/model";
import { AddressSet } from "../../packets/address-set";
import { readTerraformJson } from "../../verification/readers/cdktf-output";
import { resolveIdentifiers } from "../../verification/readers/identifiers";
import { JsonText } from "../../verification/readers/json-locations";
import { kubernetesObjects } from "../../verification/readers/terraform-kubernetes";
import { smallestDeployment } from "./deployments";
import { resourcesOf, type TerraformJson } from "./resources";
import { infrastructureOf, workloadsOf } from "./synthesized";

/** What an invariant says of resources under a policy that allows nothing, each as `STATUS ADDRESS: MESSAGE`. */
export function judge(
  invariant: Invariant,
  resources: readonly Resource[],
  deployment?: Deployment,
  endpoints: readonly Endpoint[] = [],
): string[] {
  const policy = {
    inside: AddressSet.ofCidr("10.0.0.0/8"),
    inbound: [],
    outbound: undefined,
    required: [],
    exceptions: [],
  };
  const system = { resources, endpoints, unjudged: [], rules: 0 };
  return [...invariant.check({ system, policy, deployment })].map(
    ({ status, resource, message }) => `${status} ${resource}: ${message}`,
  );
}

/** One resource of Terraform under the name `a`, and others beside it. */
export const one = (type: string, values: object, others: TerraformJson["resource"] = {}): Resource[] =>
  kubernetesObjects(resourcesOf({ resource: { ...others, [type]: { ...others[type], a: values } } }));

/** Rows of a table: what it is, the resources, and the findings that are expected of them. */
export type Row = readonly [what: string, resources: readonly Resource[], ...findings: string[]];

/** Tests that an invariant says exactly what each row expects. */
export function testTable(invariant: Invariant, rows: readonly Row[], deployment?: Deployment): void {
  test.each(rows.map(([what, resources, ...findings]) => ({ what, resources, findings })))(
    "$what",
    ({ resources, findings }) => {
      expect(judge(invariant, resources, deployment)).toEqual(findings);
    },
  );
}

/** A value of the synthesized JSON. */
// Tests read deep into documents whose shape Terraform defines; a wrong path fails the test that takes it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** The synthesized stacks of one deployment: a text of JSON each. */
const stacks = new Map<string, { readonly deployment: Deployment; readonly texts: readonly string[] }>();

/** The smallest deployment with fields replaced or added, and the resources of its stacks after a change to their JSON. */
export function own(
  fields: Readonly<Record<string, unknown>> = {},
  change: (resource: Json) => void = () => undefined,
): { readonly deployment: Deployment; readonly resources: readonly Resource[] } {
  const key = JSON.stringify(fields);
  const known = stacks.get(key) ?? synthesize(fields);
  stacks.set(key, known);
  const documents = known.texts.map((text) => JSON.parse(text));
  const types: Json = Object.assign({}, ...documents.map(({ resource }) => resource));
  change(types);
  // Types are of one stack each; a new one may be of the first.
  const ofStack = documents.map(({ resource }) => new Set(Object.keys(resource)));
  documents.forEach((document, i) => {
    const isOf = (type: string) => ofStack[i]?.has(type) || (i === 0 && !ofStack.some((stack) => stack.has(type)));
    document.resource = Object.fromEntries(Object.entries(types).filter(([type]) => isOf(type)));
  });
  const resources = documents.flatMap((document, i) =>
    readTerraformJson(new JsonText(`stack-${i}.tf.json`, JSON.stringify(document))),
  );
  return { deployment: known.deployment, resources: kubernetesObjects(resolveIdentifiers(resources)) };
}

function synthesize(fields: Readonly<Record<string, unknown>>) {
  const deployment = smallestDeployment(fields);
  const built = [infrastructureOf(deployment), ...(deployment.workloads === "stack" ? [workloadsOf(deployment)] : [])];
  return { deployment, texts: built.map((stack) => JSON.stringify(stack)) };
}

/** What an invariant says of the smallest deployment, with fields replaced or added, after a change to its JSON. */
export function judgeOwn(
  invariant: Invariant,
  change?: (resource: Json) => void,
  fields: Readonly<Record<string, unknown>> = {},
): string[] {
  const { deployment, resources } = own(fields, change);
  return judge(invariant, resources, deployment);
}

/** Single-fault changes to the resources of our own stacks, and what is said of them: the beginning of each finding. */
export type Mutation = readonly [what: string, change: (resource: Json) => void, ...findings: string[]];

/** Tests that an invariant is content with our own stacks, and with none of the mutations. */
export function testMutations(
  invariant: Invariant,
  mutations: readonly Mutation[],
  fields: Readonly<Record<string, unknown>> = {},
): void {
  test("our own stacks hold", () => {
    expect(judgeOwn(invariant, undefined, fields)).toEqual([]);
  });

  test.each(mutations.map(([what, change, ...findings]) => ({ what, change, findings })))(
    "$what",
    ({ change, findings }) => {
      const found = judgeOwn(invariant, change, fields);
      expect(found.map((finding) => finding.replace(/ \w+\.\S+:/, ""))).toEqual(findings);
    },
  );
}

/** The one resource of a type whose address has `part` in it. */
export function pick(resource: Json, type: string, part = ""): Json {
  const found = Object.keys(resource[type] ?? {}).filter((name) => name.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} with '${part}'`);
  return resource[type][found[0] as string];
}

/** Takes away the one resource of a type whose address has `part` in it. */
export function drop(resource: Json, type: string, part = ""): void {
  const dropped = pick(resource, type, part);
  resource[type] = Object.fromEntries(Object.entries(resource[type]).filter(([, values]) => values !== dropped));
}
