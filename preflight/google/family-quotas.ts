/**
 * Processors of machines whose series are parts of one quota. Compute Engine does not tell of it: Cloud Quotas has the
 * limits, and what is in use is counted from the machines that run.
 */
import { machineType } from "../../config/machine-types";
import { pagesOf, type Json, type Looking } from "./ask";

/** As Cloud Quotas tells a limit: https://docs.cloud.google.com/docs/quotas/reference/rest/v1/projects.locations.services.quotaInfos */
interface DimensionsInfo {
  /** One that is left out applies to all values that no other limit names. */
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly details?: { readonly value?: string };
  readonly applicableLocations?: readonly string[];
}

/** The limit of a series of machines (`N4`) in a region; undefined where none is told. */
export function limitOfFamily(told: Json | undefined, family: string, region: string): number | undefined {
  const wanted: Readonly<Record<string, string>> = { region, vm_family: family };
  const fitting = ((told?.["dimensionsInfos"] ?? []) as readonly DimensionsInfo[])
    .filter(
      ({ dimensions = {}, applicableLocations: places }) =>
        Object.entries(dimensions).every(([name, value]) => wanted[name] === value) &&
        (places === undefined || places.includes(region)),
    )
    .sort((a, b) => Object.keys(b.dimensions ?? {}).length - Object.keys(a.dimensions ?? {}).length);
  // What says nothing of the series is not known to be about it.
  const [most] = fitting.filter(({ dimensions }) => dimensions?.["vm_family"] !== undefined);
  const value = most?.details?.value;
  if (value === undefined) return undefined;
  return value === "-1" ? Number.POSITIVE_INFINITY : Number(value);
}

/** A machine, by what it is and where. */
interface Instance {
  readonly machineType: string;
  readonly zone: string;
  readonly status: string;
}

/** Machines of the project, of all zones. */
export async function instancesOf(looking: Looking): Promise<readonly Instance[]> {
  const instances: Instance[] = [];
  const path = `/projects/${looking.deployment.project}/aggregated/instances`;
  for await (const page of pagesOf(looking, "compute.instances.list", "compute", path)) {
    const zones = Object.values((page?.["items"] ?? {}) as Readonly<Record<string, { instances?: Instance[] }>>);
    instances.push(...zones.flatMap((zone) => zone.instances ?? []));
  }
  return instances;
}

/** Processors in use by a series in a region; undefined where a machine is of a type that is not known here. */
export function usedByFamily(instances: readonly Instance[], family: string, region: string): number | undefined {
  const counted = instances
    .filter(({ status }) => status !== "TERMINATED")
    .map(({ machineType: type, zone }) => ({ type: last(type), zone: last(zone) }))
    .filter(({ type, zone }) => zone.startsWith(`${region}-`) && type.startsWith(`${family.toLowerCase()}-`))
    .map(({ type }) => machineType("google", type)?.cpu);
  return counted.reduce<number | undefined>(
    (sum, cpus) => (sum === undefined || cpus === undefined ? undefined : sum + cpus),
    0,
  );
}

const last = (path: string): string => path.split("/").at(-1) ?? "";
