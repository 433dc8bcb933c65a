/** Sizes of the pools' machines, in their zones. */
import { fails, holds, type Check } from "../check";
import type { Looking } from "./ask";
import { pools, sizesOf } from "./sizes";

export function machines(looking: Looking): readonly Check[] {
  const sizes = sizesOf(looking);
  return pools(looking).map(({ name, size, zones }) => ({
    about: `machines of pool ${name}`,
    look: async () => {
      const remedy = `name another 'vmSize' or other 'zones' for ${name}, or ask Azure for ${size} in the region`;
      const told = (await sizes()).find((one) => one.name === size);
      if (told === undefined) return fails(`${size} is not offered in the region`, remedy);
      if (told.restrictions?.some(({ type }) => type === "Location"))
        return fails(`${size} is not offered to this subscription`, remedy);
      const closed = told.restrictions?.flatMap(({ restrictionInfo }) => restrictionInfo?.zones ?? []) ?? [];
      const offered = (told.locationInfo?.flatMap((place) => place.zones ?? []) ?? []).filter(
        (zone) => !closed.includes(zone),
      );
      const lacking = zones.filter((zone) => !offered.includes(zone));
      return lacking.length === 0
        ? holds(zones.length === 0 ? `${size} is offered` : `${size} in zones ${zones.join(", ")}`)
        : fails(`${size} is not offered in zones ${lacking.join(", ")}`, remedy);
    },
  }));
}
