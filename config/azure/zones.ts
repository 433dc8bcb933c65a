import type { AzureDeployment } from "../deployment";
import type { Regions } from "../fields";
import regions from "./regions.json";

/** Names of a region's availability zones; some have none. */
export const zonesOfRegion = (region: string): readonly string[] => (regions as Regions)[region]?.zones ?? [];

/** Zones of a deployment's nodes: given, or all of its region. */
export const zonesOf = ({ cloudRegion, network }: AzureDeployment): readonly string[] =>
  network.zones ?? zonesOfRegion(cloudRegion);
