import { zonesOfRegion } from "../cloud-regions";
import type { AzureDeployment } from "../deployment";

/** Zones of a deployment's nodes: given, or all of its region. */
export const zonesOf = ({ cloudRegion, network }: AzureDeployment): readonly string[] =>
  network.zones ?? zonesOfRegion("azure", cloudRegion);
