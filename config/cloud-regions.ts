/** The clouds' own regions, each with the names of its availability zones: `CLOUD/regions.json`. */
import aws from "./aws/regions.json";
import azure from "./azure/regions.json";
import google from "./google/regions.json";
import type { RegistryCloud } from "./upstreams";

type Regions = Readonly<Record<string, { readonly zones: readonly string[] }>>;

const REGIONS: Readonly<Record<RegistryCloud, Regions>> = { aws, azure, google };

export const regionsOf = (cloud: RegistryCloud): readonly string[] => Object.keys(REGIONS[cloud]);

/** Names of the availability zones of the region that a deployment is in; some have none. */
export const zonesOfRegion = (cloud: RegistryCloud, region: string): readonly string[] =>
  REGIONS[cloud][region]?.zones ?? [];
