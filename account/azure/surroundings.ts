/** What Azure's command line is logged in to, and what it may see there. */
import { listOf, textAt, toldBy, type Surroundings } from "../surroundings";

export async function surroundings(): Promise<Surroundings> {
  const [account, defaults] = await Promise.all([
    toldBy("az", ["account", "show", "--output", "json"]),
    toldBy("az", ["config", "get", "defaults.location", "--output", "json"]),
  ]);
  const [subscription, directory] = [textAt(account, "id"), textAt(account, "tenantId")];
  return {
    identity: { ...(subscription && { subscription }), ...(directory && { directory }) },
    region: textAt(defaults, "value"),
    inRegion: async (region) => {
      if (subscription === undefined) return { zones: [], networks: [] };
      const asked = ["network", "vnet", "list", "--subscription", subscription, "--output", "json"];
      const networks = listOf(await toldBy("az", asked)).filter((one) => textAt(one, "location") === region);
      return {
        // Azure numbers zones anew for each subscription: their names are the same in all.
        zones: [],
        networks: networks.flatMap((network) => {
          const name = textAt(network, "name");
          const { addressSpace } = network as { readonly addressSpace?: { readonly addressPrefixes?: unknown } };
          const cidrs = listOf(addressSpace?.addressPrefixes).filter((cidr) => typeof cidr === "string");
          return name === undefined ? [] : [{ name, cidrs }];
        }),
      };
    },
  };
}
