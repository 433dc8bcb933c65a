import type { GoogleDeployment } from "../deployment";
import type { Regions } from "../fields";
import regions from "./regions.json";

/** Names of the zones of the deployment's region. */
export const zonesOfRegion = ({ cloudRegion }: Pick<GoogleDeployment, "cloudRegion">): readonly string[] =>
  (regions as Regions)[cloudRegion]?.zones ?? [];
