/**
 * Kubernetes objects from the resources of Terraform's `kubernetes` provider.
 *
 * The provider names fields as Kubernetes does, with three differences that the tables below tell: words are joined by
 * underscores, a repeated block bears its name in the singular, and some scalars have another type. All else follows
 * from the value: a block that stands alone is an object.
 */
import type { Resource, Value } from "../model";
import { at, isList, isObject, isOpaque, text, type ObjectValue } from "../values";
import type { Path } from "./json-locations";
import { writtenObjects } from "./terraform-manifests";
import { DEFAULTS, DEFAULTS_BESIDE_OTHERS } from "./terraform-kubernetes-defaults";
import { LISTS, MAPS, NAMES, SCALARS, type Table } from "./terraform-kubernetes-tables";
import { oncePer } from "../once-per";

type Kind = readonly [apiVersion: string, kind: string];

const ADMISSION = "admissionregistration.k8s.io/v1";
const WORKLOADS = "apps/v1";
const NETWORKING = "networking.k8s.io/v1";
const RBAC = "rbac.authorization.k8s.io/v1";

/** What each type of resource writes; types end in `_v1` or the like, and mostly stand without it too. */
const KINDS: Readonly<Record<string, Kind>> = {
  ...versioned("cluster_role", [RBAC, "ClusterRole"]),
  ...versioned("cluster_role_binding", [RBAC, "ClusterRoleBinding"]),
  ...versioned("config_map", ["v1", "ConfigMap"]),
  ...versioned("csi_driver", ["storage.k8s.io/v1", "CSIDriver"]),
  ...versioned("default_service_account", ["v1", "ServiceAccount"]),
  ...versioned("deployment", [WORKLOADS, "Deployment"]),
  ...versioned("horizontal_pod_autoscaler", ["autoscaling/v1", "HorizontalPodAutoscaler"]),
  ...versioned("ingress_class", [NETWORKING, "IngressClass"]),
  ...versioned("job", ["batch/v1", "Job"]),
  ...versioned("limit_range", ["v1", "LimitRange"]),
  ...versioned("mutating_webhook_configuration", [ADMISSION, "MutatingWebhookConfiguration"]),
  ...versioned("namespace", ["v1", "Namespace"]),
  ...versioned("network_policy", [NETWORKING, "NetworkPolicy"]),
  ...versioned("persistent_volume_claim", ["v1", "PersistentVolumeClaim"]),
  ...versioned("pod", ["v1", "Pod"]),
  ...versioned("priority_class", ["scheduling.k8s.io/v1", "PriorityClass"]),
  ...versioned("replication_controller", ["v1", "ReplicationController"]),
  ...versioned("resource_quota", ["v1", "ResourceQuota"]),
  ...versioned("role", [RBAC, "Role"]),
  ...versioned("role_binding", [RBAC, "RoleBinding"]),
  ...versioned("secret", ["v1", "Secret"]),
  ...versioned("service", ["v1", "Service"]),
  ...versioned("service_account", ["v1", "ServiceAccount"]),
  ...versioned("stateful_set", [WORKLOADS, "StatefulSet"]),
  ...versioned("storage_class", ["storage.k8s.io/v1", "StorageClass"]),
  ...versioned("validating_webhook_configuration", [ADMISSION, "ValidatingWebhookConfiguration"]),
  kubernetes_cron_job: ["batch/v1beta1", "CronJob"],
  kubernetes_cron_job_v1: ["batch/v1", "CronJob"],
  kubernetes_daemon_set_v1: [WORKLOADS, "DaemonSet"],
  kubernetes_daemonset: [WORKLOADS, "DaemonSet"],
  kubernetes_horizontal_pod_autoscaler_v2: ["autoscaling/v2", "HorizontalPodAutoscaler"],
  kubernetes_horizontal_pod_autoscaler_v2beta2: ["autoscaling/v2beta2", "HorizontalPodAutoscaler"],
  kubernetes_ingress: ["networking.k8s.io/v1beta1", "Ingress"],
  kubernetes_ingress_v1: [NETWORKING, "Ingress"],
  kubernetes_pod_disruption_budget: ["policy/v1beta1", "PodDisruptionBudget"],
  kubernetes_pod_disruption_budget_v1: ["policy/v1", "PodDisruptionBudget"],
  kubernetes_runtime_class_v1: ["node.k8s.io/v1", "RuntimeClass"],
};

/** API version and kind of what a type of Terraform's `kubernetes` provider writes; undefined for what is no whole object. */
export const kindOf = (type: string): Kind | undefined => (Object.hasOwn(KINDS, type) ? KINDS[type] : undefined);

function versioned(name: string, kind: Kind): Record<string, Kind> {
  return { [`kubernetes_${name}`]: kind, [`kubernetes_${name}_v1`]: kind };
}

// The tables name fields by the end of their path in Terraform; the longest end that a table has counts.

/** What Terraform keeps with a resource and Kubernetes does not know. */
const NOT_IN_MANIFEST =
  /^(id|status|timeouts|target_state|lifecycle|provider|depends_on|connection|provisioner|default_secret_name|wait_.*|.*_wo_revision)$/;

/**
 * `resources` with every `kubernetes_*` resource, and those that hold a manifest as a text, as the object that they
 * write: its type is `kubernetes:KIND`, its address and locations stay Terraform's. Left as they are: data sources,
 * types that write a part of an object or that the tables do not have, and resources of which it can't be told whether
 * they are there (`existence`).
 */
export function kubernetesObjects(resources: readonly Resource[]): Resource[] {
  return resources.flatMap((resource) => {
    if (resource.mode === "data" || resource.existence) return resource;
    if (resource.type === "kubernetes_manifest") return written(resource);
    const kind = kindOf(resource.type);
    return kind ? converted(resource, kind) : (writtenObjects(resource) ?? resource);
  });
}

/** A `kubernetes_manifest` holds the object as it is. */
function written(resource: Resource): Resource {
  const manifest = at(resource.values, "manifest");
  const kind = text(at(manifest, "kind"));
  if (!isObject(manifest) || typeof kind !== "string") return resource;
  return {
    ...resource,
    type: `kubernetes:${kind}`,
    values: manifest,
    locate: (path) => resource.locate(["manifest", ...path]),
    terraform: resource,
  };
}

function converted(resource: Resource, [apiVersion, kind]: Kind): Resource {
  const fields = Object.entries(resource.values).filter(([name]) => !NOT_IN_MANIFEST.test(name));
  const values: ObjectValue = { apiVersion, kind, ...convertFields(Object.fromEntries(fields), OBJECTS.field(kind)) };
  // Kubernetes makes this account in each namespace; the provider only changes it.
  const isDefault = resource.type.startsWith("kubernetes_default_service_account");
  const metadata = isDefault ? { metadata: { ...asObject(values["metadata"]), name: "default" } } : {};
  return {
    ...resource,
    type: `kubernetes:${kind}`,
    values: { ...values, ...metadata },
    locate: (path) => resource.locate(terraformPath(resource.values, path, kind)),
    terraform: resource,
  };
}

function asObject(value: Value | undefined): ObjectValue {
  return isObject(value) ? value : {};
}

// ---------------------------------------------------------------- fields

/** The entry of a table for a field, by the longest end of the field's path that it has. */
function entryOf<T>(table: Table<T>, path: readonly string[]): T | undefined {
  // Few fields are in a table at all.
  if (!lastNames(table).has(path.at(-1) ?? "")) return undefined;
  for (let start = 0; start < path.length; start++) {
    const end = path.slice(start).join(".");
    if (Object.hasOwn(table, end)) return table[end];
  }
  return undefined;
}

/** The last names of a table's paths. */
const lastNames = oncePer(
  (table: Table<unknown>): ReadonlySet<string> =>
    new Set(Object.keys(table).map((path) => path.slice(path.lastIndexOf(".") + 1))),
);

/** What the tables say of a field by its path. Objects have the same fields many times: each is looked up once. */
class Field {
  readonly isMap: boolean;
  readonly isList: boolean;
  readonly scalar: (typeof SCALARS)[string] | undefined;
  /** Kubernetes' name of it. */
  readonly name: string;
  readonly defaults: ObjectValue | undefined;
  readonly defaultsBesideOthers: ObjectValue | undefined;
  private readonly below = new Map<string, Field>();

  constructor(private readonly path: readonly string[] = []) {
    const [list, map] = [entryOf(LISTS, path), entryOf(MAPS, path)];
    this.isMap = map !== undefined;
    this.isList = list !== undefined;
    this.scalar = entryOf(SCALARS, path);
    this.name = list ?? map ?? entryOf(NAMES, path) ?? joined(path.at(-1) ?? "");
    this.defaults = entryOf(DEFAULTS, path);
    this.defaultsBesideOthers = entryOf(DEFAULTS_BESIDE_OTHERS, path);
  }

  field(name: string): Field {
    let field = this.below.get(name);
    if (!field) this.below.set(name, (field = new Field([...this.path, name])));
    return field;
  }
}

/** A path begins with the kind of the object. */
const OBJECTS = new Field();

/** `pod_cidr` as `podCidr` */
function joined(words: string): string {
  return words.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function convertFields(block: ObjectValue, at: Field): ObjectValue {
  const fields = new Map<string, Value>();
  for (const [name, value] of Object.entries(block)) {
    const field = at.field(name);
    const converted = convertField(value, field);
    if (converted === undefined) continue;
    const earlier = fields.get(field.name);
    // Two maps of Terraform may be one of Kubernetes: `data` and `data_wo` of a secret.
    fields.set(field.name, isObject(earlier) && isObject(converted) ? { ...earlier, ...converted } : converted);
  }
  for (const [name, sent] of Object.entries(defaultsOf(block, at))) fields.set(at.field(name).name, sent);
  return Object.fromEntries(fields);
}

/** What the provider sends for arguments of a block that are left out; plans and states write those as null. */
function defaultsOf(block: ObjectValue, { defaults, defaultsBesideOthers }: Field): ObjectValue {
  if (!defaults && !defaultsBesideOthers) return {};
  const isEmpty = Object.values(block).every((value) => value === null);
  const sent = { ...defaults, ...(isEmpty ? {} : defaultsBesideOthers) };
  return Object.fromEntries(Object.entries(sent).filter(([name]) => (block[name] ?? null) === null));
}

/** The value of a field; undefined where it is unset, which states write as null or empty. */
function convertField(value: Value, field: Field): Value | undefined {
  if (value === null || value === "") return undefined;
  if (isOpaque(value)) return value;
  if (field.isMap) return convertMap(value);
  if (field.isList) {
    const blocks = isList(value) ? value : [value];
    return blocks.length === 0 ? undefined : blocks.map((block) => convertBlock(block, field));
  }
  if (isObject(value)) return convertFields(value, field);
  if (!isList(value)) return convertScalar(value, field);
  if (value.length === 0) return undefined;
  const [only] = value;
  // An empty block is null in some states.
  if (value.length === 1 && (isObject(only) || only === null)) return convertBlock(only, field);
  return value.map((element) =>
    isObject(element) ? convertFields(element, field) : (convertScalar(element, field) ?? null),
  );
}

function convertBlock(block: Value, field: Field): Value {
  if (block === null) return convertFields({}, field);
  return isObject(block) ? convertFields(block, field) : block;
}

function convertMap(value: Value): Value {
  const map = isList(value) && value.length === 1 ? (value[0] ?? null) : value;
  if (!isObject(map)) return value;
  return Object.fromEntries(
    Object.entries(map).map(([key, item]) => [
      key,
      typeof item === "number" || typeof item === "boolean" ? String(item) : item,
    ]),
  );
}

function convertScalar(value: Value, { scalar }: Field): Value | undefined {
  if (typeof value === "object") return value;
  switch (scalar) {
    case "bytes":
      return Buffer.from(String(value)).toString("base64");
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    case "integer":
    case "integer or text":
      return integerOf(value);
    case "mode":
      return typeof value === "string" && /^[0-7]+$/.test(value) ? Number.parseInt(value, 8) : value;
    case "port":
      // 0 is how the provider writes an unset port.
      return integerOf(value) === 0 ? undefined : integerOf(value);
    case "text":
      return String(value);
    case undefined:
      return value;
  }
}

function integerOf(value: string | number | boolean): string | number | boolean {
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
}

// ---------------------------------------------------------------- locations

/** Where Terraform has the field at `path` of the manifest, or the nearest one above it. */
function terraformPath(values: ObjectValue, path: Path, kind: string): Path {
  const found: (string | number)[] = [];
  const object = OBJECTS.field(kind);
  let field = object;
  let current: Value | undefined = values;
  for (const step of path) {
    if (typeof step === "number") {
      // A list of Kubernetes may be a single block of Terraform.
      if (isList(current)) found.push(step);
      current = isList(current) ? current[step] : current;
      continue;
    }
    if (isList(current)) {
      found.push(0);
      current = current[0];
    }
    if (!isObject(current)) break;
    const name: string | undefined =
      field !== object && field.isMap ? step : Object.keys(current).find((key) => field.field(key).name === step);
    if (name === undefined || !Object.hasOwn(current, name)) break;
    found.push(name);
    field = field.field(name);
    current = current[name];
  }
  return found;
}
