/** What is kept of a cluster's objects. */
import type { CollectedRecord } from "../account";
import { keeper, type Fields } from "../kept";

const METADATA: Fields = ["name", "namespace", "labels", "annotations", "ownerReferences.controller"].map(
  (field) => `metadata.${field}`,
);

/** Annotations that say how Kubernetes, a cloud or Union treats an object; others may hold anything. */
const KNOWN =
  /(^|\.)(kubernetes\.io|k8s\.io|k8s\.aws|amazonaws\.com|gke\.io|google\.com|azure\.com|union\.ai|karpenter\.sh)\/|^azure\.workload\.identity\//;
/** What was last applied holds the whole object, with all that is not kept of it. */
const WHOLE = "kubectl.kubernetes.io/last-applied-configuration";

/** Variables that say how the tunnel connects, and no more. */
const KNOWN_VARIABLES = ["TUNNEL_REGION", "TUNNEL_TRANSPORT_PROTOCOL", "TUNNEL_MANAGEMENT_DIAGNOSTICS"];

/** Flags whose value may be secret. */
const SECRET_FLAG = /^--?[\w-]*(token|password|secret|credential|key)[\w-]*(=|$)/i;

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Makes of an object the record that is written: values of variables and of flags for secrets are left out. */
export function objectKeeper(kind: string, apiVersion: string, fields: Fields): (object: object) => CollectedRecord {
  const keep = keeper([...METADATA, ...fields]);
  return (object) => {
    const { metadata, ...rest } = keep(object) as { readonly metadata: { readonly [name: string]: Json } };
    const { annotations, ...named } = metadata;
    const known = Object.entries(annotations ?? {}).filter(([name]) => KNOWN.test(name) && name !== WHOLE);
    return {
      apiVersion,
      kind,
      metadata: { ...named, ...(known.length > 0 && { annotations: Object.fromEntries(known) }) },
      ...(withoutSecrets(rest) as object),
    };
  };
}

function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as { readonly [name: string]: Json }).map(([name, field]) => {
      if (!Array.isArray(field)) return [name, withoutSecrets(field)];
      if (name === "env") return [name, field.map(variable)];
      return [name, name === "args" || name === "command" ? words(field as readonly Json[]) : withoutSecrets(field)];
    }),
  );
}

const NOT_KEPT: Json = { notTold: "values that may be secret are not collected" };

/** A variable by its name; where it comes from is kept, a value is not. */
function variable(one: Json): Json {
  const { value, ...rest } = one as { readonly [name: string]: Json };
  if (value === undefined) return rest;
  const isKnown = value === "" || (typeof rest["name"] === "string" && KNOWN_VARIABLES.includes(rest["name"]));
  return { ...rest, value: isKnown ? value : NOT_KEPT };
}

/** A command line without what flags for secrets say; `$(NAME)` is the place of a variable, and none itself. */
function words(all: readonly Json[]): readonly Json[] {
  return all.map((word, i) => {
    if (typeof word !== "string" || /\$\(\w+\)$/.test(word)) return word;
    if (SECRET_FLAG.test(word) && word.includes("=")) return NOT_KEPT;
    const before = all[i - 1];
    const isValue = typeof before === "string" && SECRET_FLAG.test(before) && !before.includes("=");
    return isValue ? NOT_KEPT : word;
  });
}
