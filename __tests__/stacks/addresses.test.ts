import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CLOUDS } from "../../config/deployment";
import { kubernetesObjects } from "../../verification/readers/terraform-kubernetes";
import { resourcesOf } from "../support/resources";
import { type Json, workloads } from "../support/workloads";

type Fields = Readonly<Record<string, unknown>>;

/** A pool that has room for the image builder, on each cloud. */
const NODE_POOLS = {
  aws: { instanceTypes: ["m6i.4xlarge"] },
  google: { machineType: "n2-standard-16" },
  azure: { vmSize: "Standard_D16ds_v5" },
} as const;

const COMPONENTS = { connectors: true, imageBuilder: true, metrics: true };

/** Every choice of what makes objects in Kubernetes, in every combination that a deployment may have. */
function combinations(cloud: keyof typeof NODE_POOLS): Fields[] {
  const pools = {
    services: { role: "services", ...NODE_POOLS[cloud], min: 1, max: 2 },
    worker: { role: "worker", ...NODE_POOLS[cloud], max: 2, diskGiB: 100 },
  };
  const choices: readonly (readonly Fields[])[] = [
    [{ rbac: "standard" }, { rbac: "low-privilege" }],
    [{}, { taskNamespaces: ["acme-development"] }, { taskNamespaces: ["acme-development", "flytesnacks-production"] }],
    [{ workloads: "stack" }, { workloads: "chart" }],
    [{}, { components: COMPONENTS, nodePools: pools, appsAndServing: true }],
  ];
  const all = choices.reduce<Fields[]>(
    (some, choice) => some.flatMap((one) => choice.map((other) => ({ ...one, ...other }))),
    [{ cloud }],
  );
  return all
    .filter(({ rbac, taskNamespaces }) => rbac === "standard" || taskNamespaces === undefined)
    .map(({ appsAndServing, ...fields }) => (fields["workloads"] === "chart" ? { appsAndServing, ...fields } : fields));
}

/** Address in Terraform of each object, by what the Kubernetes API calls it. */
function addressesOf(stack: Json): [object: string, address: string][] {
  const objects = kubernetesObjects(resourcesOf(stack)).filter(({ type }) => type.startsWith("kubernetes:"));
  return objects.map(({ type, address, values }) => {
    const { name, namespace } = (values as Json).metadata;
    return [`${type} ${namespace ?? ""}/${name}`, address];
  });
}

// An object at another address is made there before it is gone from the first, or the other way round, as it happens:
// "already exists" in most applies, and gone in the rest.
test.each(CLOUDS)("on %s an object has one address, whatever other options a deployment takes", (cloud) => {
  const addresses = new Map<string, Set<string>>();
  for (const fields of combinations(cloud)) {
    for (const [object, address] of addressesOf(workloads(fields))) {
      addresses.set(object, (addresses.get(object) ?? new Set()).add(address));
    }
  }
  expect(addresses.size).toBeGreaterThan(60);
  const moving = [...addresses].filter(([, { size }]) => size > 1).map(([object, at]) => [object, [...at]]);
  expect(moving).toEqual([]);
});

const { replaces } = JSON.parse(
  readFileSync(join(__dirname, "../../verification/diff/replacement/kubernetes.json"), "utf8"),
) as { replaces: Record<string, string[]> };

/** Single changes of what a standing deployment says of its platform. */
const CHANGES: readonly Fields[] = [
  { rbac: "low-privilege" },
  { taskNamespaces: ["acme-development"] },
  { components: { connectors: true, metrics: true } },
  { tunnel: { protocol: "http2", replicas: 3, region: "us", remoteDiagnostics: true } },
  { images: { operatorTag: "2026.9.1" } },
  { clientId: "other", tenant: "other", region: "eu-west-1" },
  { organization: "other" },
  { taskEgress: "none" },
];

/** Every value at a path of a resource, in however many blocks it is. */
function valuesAt(value: Json, [first, ...rest]: readonly string[]): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((one) => valuesAt(one, [...(first === undefined ? [] : [first]), ...rest]));
  return first === undefined ? [value] : valuesAt(value[first], rest);
}

/** Addresses of what the provider would replace from one stack to the other, each with the argument that makes it. */
function replaced(before: Json, after: Json): string[] {
  return Object.entries(replaces).flatMap(([type, paths]) =>
    Object.entries<Json>(before.resource[type] ?? {}).flatMap(([name, old]) => {
      const next = after.resource[type]?.[name];
      const ignored: string[] = next?.lifecycle?.ignore_changes ?? [];
      const differs = (path: string) =>
        !ignored.some((one) => path === one || path.startsWith(`${one}.`)) &&
        JSON.stringify(valuesAt(old, path.split("."))) !== JSON.stringify(valuesAt(next, path.split(".")));
      return next === undefined ? [] : paths.filter(differs).map((path) => `${type}.${name} by ${path}`);
    }),
  );
}

test("no change of an option replaces an object, but a binding to another role and a registration's name", () => {
  const standing = workloads({});
  const found = CHANGES.flatMap((change) => replaced(standing, workloads(change)));
  expect(found).toEqual([
    expect.stringMatching(/^kubernetes_role_binding_v1\.rbac_tasks-in-union_\w+ by role_ref$/),
    expect.stringMatching(/^kubernetes_role_binding_v1\.rbac_tasks-in-union_\w+ by role_ref\.kind$/),
    expect.stringMatching(
      /^kubernetes_mutating_webhook_configuration_v1\.pod-webhook_registration_\w+ by metadata\.name$/,
    ),
  ]);
});
