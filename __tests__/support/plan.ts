import type { Json } from "./workloads";

/** What `terraform show -json` prints of a plan that makes all of a stack: what refers to others is not known yet. */
export function planOf(stack: Json): Json {
  const resources = Object.entries<Json>(stack.resource).flatMap(([type, ofType]) =>
    Object.entries<Json>(ofType).map(([name, written]) => partsOf(type, name, written)),
  );
  return planDocument(resources);
}

/** What a plan says of one resource, in its three places. */
export type PlanParts = Record<"planned" | "change" | "configured", Json>;

/** What `terraform show -json` prints of a plan with these resources. */
export function planDocument(resources: readonly PlanParts[]): Json {
  return {
    format_version: "1.2",
    planned_values: { root_module: { resources: resources.map(({ planned }) => planned) } },
    resource_changes: resources.map(({ change }) => change),
    configuration: { root_module: { resources: resources.map(({ configured }) => configured) } },
  };
}

function partsOf(type: string, name: string, written: Json): PlanParts {
  const resource = { address: `${type}.${name}`, mode: "managed", type, name };
  const all = Object.entries<Json>(written).filter(([key]) => key !== "//" && key !== "depends_on");
  const known = all.filter(([, value]) => !JSON.stringify(value).includes("${"));
  // Its own: who changes a plan does not change the stack.
  const values = structuredClone(Object.fromEntries(known));
  const unknown = all.filter(([key]) => !Object.hasOwn(values, key)).map(([key]) => [key, true]);
  return {
    planned: { ...resource, values },
    change: {
      ...resource,
      change: {
        ...{ actions: ["create"], before: null, after: values },
        ...{ after_unknown: { id: true, ...Object.fromEntries(unknown) }, after_sensitive: {} },
      },
    },
    configured: { ...resource, expressions: Object.fromEntries(all.map(([key]) => [key, {}])) },
  };
}
