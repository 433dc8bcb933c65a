/** Private DNS zones: given ones that are there, and ones of a given network that would answer beside those that are made. */
import { givenZones, neededZones } from "../../config/azure/private-dns";
import { fails, holds, once, type Check } from "../check";
import { inSubscription, listed, type Looking } from "./ask";

const VERSION = "2020-06-01";
const ZONES = "Microsoft.Network/privateDnsZones";

export function endpoints(looking: Looking): readonly Check[] {
  const { deployment, ask } = looking;
  const given = givenZones(deployment);
  const vnet = deployment.network.existing?.nodeSubnet.id.replace(/\/subnets\/[^/]+$/, "");
  const all = once(() => listed(looking, `${ZONES}/read`, inSubscription(deployment, `/providers/${ZONES}`), VERSION));
  return [
    ...[...given].map(([name, id]) => ({
      about: `zone ${name}`,
      look: async () =>
        (await ask(`${ZONES}/read`, id, VERSION)) === undefined
          ? fails("is not there, or not seen", "see 'privateDnsZones'")
          : holds("is there"),
    })),
    ...(vnet === undefined ? [] : neededZones(deployment).filter((name) => !given.has(name))).map((name) => ({
      about: `zone ${name} in the network`,
      look: async () => {
        for (const zone of (await all()).filter((one) => one["name"] === name)) {
          const id = String(zone["id"]);
          const tags = zone["tags"] as Readonly<Record<string, string>> | undefined;
          const links = await listed(
            looking,
            `${ZONES}/virtualNetworkLinks/read`,
            `${id}/virtualNetworkLinks`,
            VERSION,
          );
          const leads = links.some(({ properties }) => {
            const { virtualNetwork } = properties as { readonly virtualNetwork?: { readonly id: string } };
            return virtualNetwork?.id.toLowerCase() === vnet?.toLowerCase();
          });
          if (leads && tags?.["union:deployment"] !== deployment.name)
            return fails(`${id} answers there already`, "name it in 'network.existing.privateDnsZones'");
        }
        return holds("is not there yet");
      },
    })),
  ];
}
