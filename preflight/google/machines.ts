/** Zones of the pools, and machines and accelerators in them. */
import { poolPlaces } from "../../config/google/preflight";
import { fails, holds, type Check } from "../check";
import type { Looking } from "./ask";

export const machines = ({ deployment, ask }: Looking): readonly Check[] =>
  poolPlaces(deployment).flatMap(({ machineType, accelerator, zones }) => {
    const kinds = [
      { kind: "machineTypes", name: machineType },
      ...(accelerator ? [{ kind: "acceleratorTypes", name: accelerator.type }] : []),
    ];
    return kinds.map(({ kind, name }) => ({
      about: `${name} in ${zones.join(", ")}`,
      look: async () => {
        const lacking: string[] = [];
        for (const zone of zones) {
          const path = `/projects/${deployment.project}/zones/${zone}/${kind}/${name}`;
          if ((await ask(`compute.${kind}.get`, "compute", path)) === undefined) lacking.push(zone);
        }
        return lacking.length === 0
          ? holds("is offered in each")
          : fails(
              `${lacking.join(", ")} has none`,
              "name another type, or other zones, in 'nodePools' and 'network.zones'",
            );
      },
    }));
  });
