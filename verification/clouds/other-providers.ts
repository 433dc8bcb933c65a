/**
 * Resources of Terraform providers that are no cloud of this folder: harmless by a listed reason, or not judged. A
 * foreign cloud's open firewall beside a closed one of a judged cloud must never pass for closed.
 *
 * A resource's provider is what its type begins with
 * (https://developer.hashicorp.com/terraform/language/resources/syntax: "the local name of the provider"). Data sources
 * make nothing, but for the program that one of them runs.
 *
 * A provisioner, an action and a data source `external` run a program beside Terraform, which may open what nothing of the
 * input shows (https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax); so every one is told of,
 * whatever its resource's provider, but those whose commands are all known to open nothing: `provisioners.ts`.
 */
import type { PartialSystem, Resource, Unjudged } from "../model";
import { unjudgedFor } from "./classification";
import { isChartElsewhere, isClosedHelmRelease } from "./kubernetes/charts";
import { WORKSPACE, workspacesPart } from "./databricks";
import { unjudgedProgram, unjudgedProvisioners } from "./provisioners";
import TABLE from "./other-providers.json";

/** Sources of the providers whose types clouds judge, by what these types begin with. */
const OWN: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(TABLE.own));
const HARMLESS: ReadonlySet<string> = new Set(Object.values(TABLE.harmless).flat());
const HARMLESS_TYPES: ReadonlySet<string> = new Set(Object.values(TABLE.harmlessTypes).flat());
const REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries(TABLE.unjudgedTypes).flatMap(([reason, types]) => types.map((type) => [type, reason] as const)),
);

/** What of `resources` no cloud's folder judges: other providers' resources, and what runs beside Terraform. */
export function otherProvidersPart(resources: readonly Resource[]): PartialSystem {
  const unjudged = resources.flatMap((resource): Unjudged[] => {
    if (resource.mode === "data") return unjudgedProgram(resource);
    const installed = isClosedHelmRelease(resource) ? undefined : reasonOf(resource.type);
    const reason = foreignReason(resource) ?? installed;
    const chart = isChartElsewhere(resource) && { missing: { kind: "deployer" as const } };
    const own = reason === undefined ? [] : [{ ...unjudgedFor(resource, reason), ...chart }];
    return [...own, ...unjudgedProvisioners(resource), ...unjudgedProgram(resource)];
  });
  const workspaces = workspacesPart(resources);
  return { ...workspaces, unjudged: [...unjudged, ...workspaces.unjudged] };
}

/** Of what bears the name of a type that is judged, and is another's. */
function foreignReason({ type, provider, terraform }: Resource): string | undefined {
  const source = provider ?? terraform?.provider;
  if (source === undefined) return undefined;
  const name = (terraform?.type ?? type).split("_", 1).join("");
  const judged = OWN.get(name);
  if (!judged || judged.includes(source)) return undefined;
  return `it is of the provider ${source}, whose types are not known (known: ${judged.join(", ")})`;
}

function reasonOf(type: string): string | undefined {
  // `kubernetes:Pod`, `terraform:module`, Databricks' workspaces: judged as what they are.
  if (type.includes(":") || type === WORKSPACE) return undefined;
  const provider = type.split("_", 1).join("");
  if (OWN.has(provider) || HARMLESS_TYPES.has(type)) return undefined;
  const listed = REASONS.get(type);
  if (listed !== undefined) return listed;
  return HARMLESS.has(provider) ? undefined : `the provider ${provider} is not judged`;
}
