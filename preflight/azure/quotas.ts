/** Quotas of the region against what the stacks count. Azure's own count of use holds everything that stands. */
import { fails, holds, once, unknown, type Answer, type Check } from "../check";
import { inSubscription, listed, type Looking } from "./ask";
import { pools, sizesOf } from "./sizes";

/** As Azure tells a use: https://learn.microsoft.com/rest/api/compute/usage/list */
interface Usage {
  readonly name: { readonly value: string };
  readonly currentValue: number;
  readonly limit: number;
}

/** Quotas of networks and storage by Azure's names, and the type that counts. */
const COUNTED = [
  ...[
    ["VirtualNetworks", "azurerm_virtual_network"],
    ["StandardSkuPublicIpAddresses", "azurerm_public_ip"],
    ["NetworkSecurityGroups", "azurerm_network_security_group"],
    ["NatGateways", "azurerm_nat_gateway"],
    ["RouteTables", "azurerm_route_table"],
    ["PrivateEndpoints", "azurerm_private_endpoint"],
    ["PrivateLinkServices", "azurerm_private_link_service"],
  ].map(([name = "", type = ""]) => ({ provider: "Microsoft.Network", version: "2023-09-01", name, type })),
  { provider: "Microsoft.Storage", version: "2023-01-01", name: "StorageAccounts", type: "azurerm_storage_account" },
];

export function quotas(looking: Looking): readonly Check[] {
  const { deployment, stacks } = looking;
  const usages = (provider: string, version: string) =>
    once(async () => {
      const path = inSubscription(deployment, `/providers/${provider}/locations/${deployment.cloudRegion}/usages`);
      return (await listed(
        looking,
        `${provider}/locations/usages/read`,
        path,
        version,
      )) as readonly unknown[] as readonly Usage[];
    });
  const ofCompute = usages("Microsoft.Compute", "2023-07-01");
  const sizes = sizesOf(looking);
  const raise = (name: string) => (most: number) =>
    `az quota update or the portal's Quotas page: ${most} of ${name} in ${deployment.cloudRegion}`;
  const byProvider = new Map(COUNTED.map(({ provider, version }) => [provider, usages(provider, version)]));
  const processors = (
    about: string,
    name: (sizes: Sizes) => string | undefined,
    counted: ReturnType<typeof pools>,
  ): Check => ({
    about,
    look: async () => {
      const all = await sizes();
      const quota = name(all);
      const needed = counted.reduce((sum, { size, most }) => sum + cpusOf(all, size) * most, 0);
      if (quota === undefined || Number.isNaN(needed))
        return unknown("the region tells no such size", "see 'machines'");
      return room(await ofCompute(), quota, needed, raise(quota));
    },
  });
  const all = pools(looking);
  const onDemand = all.filter(({ isSpot }) => !isSpot);
  const spot = all.filter(({ isSpot }) => isSpot);
  const types = [...new Set(onDemand.map(({ size }) => size))];
  return [
    ...types.map((size) =>
      processors(
        `vCPUs of ${size}`,
        (told) => told.find((one) => one.name === size)?.family,
        onDemand.filter((pool) => pool.size === size),
      ),
    ),
    processors("vCPUs of the region", () => "cores", onDemand),
    ...(spot.length === 0 ? [] : [processors("vCPUs of spot machines", () => "lowPriorityCores", spot)]),
    ...COUNTED.flatMap(({ provider, name, type }) => {
      const needed = stacks.ofType(type).length;
      if (needed === 0) return [];
      return [
        { about: name, look: async () => room((await byProvider.get(provider)?.()) ?? [], name, needed, raise(name)) },
      ];
    }),
  ];
}

type Sizes = Awaited<ReturnType<ReturnType<typeof sizesOf>>>;

const cpusOf = (sizes: Sizes, size: string): number =>
  Number(sizes.find(({ name }) => name === size)?.capabilities?.find(({ name }) => name === "vCPUs")?.value);

function room(usages: readonly Usage[], name: string, needed: number, raise: (most: number) => string): Answer {
  const usage = usages.find((one) => one.name.value.toLowerCase() === name.toLowerCase());
  if (usage === undefined) return unknown(`${needed} needed; Azure lists no quota ${name}`, "look by hand");
  const found = `${needed} needed, ${usage.currentValue} in use, of ${usage.limit}`;
  return needed + usage.currentValue <= usage.limit ? holds(found) : fails(found, raise(needed + usage.currentValue));
}
