/** Likely answers, by what the caller's credentials and tools tell of the cloud. */
import { told, type Standing, type Surroundings } from "../../account/surroundings";
import { zonesOfRegion } from "../../config/cloud-regions";
import type { Cloud } from "../../config/deployment";
import { AddressSet, parseCidr } from "../../packets/address-set";
import { CLOUDS } from "../clouds/index";
import type { Answers } from "./draft";
import type { Question } from "./questions";
import type { Offer } from "./terminal";

/** Each is asked for once, when the first question needs it. */
export class Offers {
  private surroundings: Promise<Surroundings | undefined> | undefined;
  private standing: Promise<Standing | undefined> | undefined;

  async for(question: Question, answers: Answers): Promise<Offer> {
    const { field, byDefault } = question;
    const cloud = answers["cloud"] as Cloud | undefined;
    if (field === "tenant") return { likely: answers["organization"] };
    if (cloud === undefined) return {};
    const region = String(answers["cloudRegion"]);
    switch (field) {
      case "region":
        return question.choices.includes(region) ? { likely: region } : {};
      case "cloudRegion":
        return { likely: (await this.around(cloud))?.region };
      case "network.cidr": {
        const { networks = [] } = (await this.in(cloud, region)) ?? {};
        return {
          likely: freeBlock(
            String(byDefault),
            networks.flatMap(({ cidrs }) => cidrs),
          ),
        };
      }
      case "network.zones": {
        const { zones = [] } = (await this.in(cloud, region)) ?? {};
        const known = zonesOfRegion(cloud, region);
        // Where the account has all that the default takes, none need be said.
        return { among: zones, likely: known.every((zone) => zones.includes(zone)) ? [] : zones.slice(0, MOST_ZONES) };
      }
      default:
        return { likely: (await this.around(cloud))?.identity[field] };
    }
  }

  private around(cloud: Cloud): Promise<Surroundings | undefined> {
    return (this.surroundings ??= told(CLOUDS[cloud].surroundings()));
  }

  private in(cloud: Cloud, region: string): Promise<Standing | undefined> {
    return (this.standing ??= this.around(cloud).then((around) => around && told(around.inRegion(region))));
  }
}

/** Zones of a network that is made by default. */
const MOST_ZONES = 3;

/** The first block of a size, of 10.0.0.0/8, that overlaps none of those that are taken; undefined if there is none. */
function freeBlock(byDefault: string, taken: readonly string[]): string | undefined {
  const { prefix } = parseCidr(byDefault);
  const used = AddressSet.ofCidrs(taken);
  const step = 2 ** Math.max(0, 16 - prefix);
  for (let second = 0; second < 256; second += step) {
    const block = `10.${second}.0.0/${prefix}`;
    if (!AddressSet.ofCidr(block).overlaps(used)) return block;
  }
  return undefined;
}
