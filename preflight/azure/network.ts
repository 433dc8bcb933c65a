/** Given networks as they stand: subnets, their security groups, and blocks of what they are peered with. */
import { AddressSet } from "../../packets/address-set";
import { fails, holds, type Check } from "../check";
import type { Looking } from "./ask";

const VERSION = "2023-09-01";
const READ = "Microsoft.Network/virtualNetworks";

interface Peering {
  readonly name: string;
  readonly properties?: { readonly remoteAddressSpace?: { readonly addressPrefixes?: readonly string[] } };
}

export function network({ deployment, ask }: Looking): readonly Check[] {
  const { existing, peering, cidr, podCidr, serviceCidr } = deployment.network;
  const own = AddressSet.ofCidrs([cidr, podCidr, serviceCidr]);
  const same = (a: string | undefined, b: string | undefined) => a?.toLowerCase() === b?.toLowerCase();
  const subnets = existing
    ? [existing.nodeSubnet, existing.clusterSubnet, existing.endpointSubnet, existing.privateLinkSubnet]
    : [];
  const vnet = existing?.nodeSubnet.id.replace(/\/subnets\/[^/]+$/, "");
  return [
    ...subnets.flatMap((subnet) => {
      if (subnet === undefined) return [];
      const { id, cidr: block, securityGroup } = subnet;
      return [
        {
          about: `subnet ${id}`,
          look: async () => {
            const told = (await ask(`${READ}/subnets/read`, id, VERSION))?.["properties"] as
              | {
                  readonly addressPrefix?: string;
                  readonly addressPrefixes?: readonly string[];
                  readonly networkSecurityGroup?: { readonly id: string };
                }
              | undefined;
            if (told === undefined) return fails("is not there", "see 'network.existing'");
            const blocks = told.addressPrefixes ?? [String(told.addressPrefix)];
            if (!blocks.includes(block)) return fails(`has ${blocks.join(", ")}`, `'network.existing' says ${block}`);
            const group = told.networkSecurityGroup?.id;
            if (!same(group, securityGroup?.id))
              return fails(
                group === undefined ? "has no security group" : `has the security group ${group}`,
                "say so in its 'securityGroup' with its rules: a subnet takes one, and Terraform would replace it",
              );
            return holds(`has ${block}`);
          },
        },
      ];
    }),
    ...(vnet === undefined
      ? []
      : [
          {
            about: `networks peered with ${vnet}`,
            look: async () => {
              const told = await ask(`${READ}/read`, vnet, VERSION);
              const properties = told?.["properties"] as
                { readonly virtualNetworkPeerings?: readonly Peering[] } | undefined;
              const overlapping = (properties?.virtualNetworkPeerings ?? []).flatMap(({ name, properties: of }) =>
                (of?.remoteAddressSpace?.addressPrefixes ?? [])
                  .filter((block) => AddressSet.ofCidr(block).overlaps(own))
                  .map((block) => `${block} by ${name}`),
              );
              if (told === undefined) return fails("it is not there", "see 'network.existing'");
              return overlapping.length === 0
                ? holds("overlap none of its blocks")
                : fails(
                    `overlap: ${overlapping.join(", ")}`,
                    "take other blocks in 'network' ('podCidr' and 'serviceCidr' too)",
                  );
            },
          },
        ]),
    ...(peering === undefined
      ? []
      : [
          {
            about: `hub ${peering.hubNetworkId}`,
            look: async () => {
              const told = (await ask(`${READ}/read`, peering.hubNetworkId, VERSION))?.["properties"] as
                { readonly addressSpace?: { readonly addressPrefixes?: readonly string[] } } | undefined;
              if (told === undefined) return fails("is not there, or not seen", "see 'network.peering.hubNetworkId'");
              const space = told.addressSpace?.addressPrefixes ?? [];
              const unsaid = space.filter((block) => !peering.hubCidrs.includes(block));
              return unsaid.length === 0
                ? holds(`has ${space.join(", ")}`)
                : fails(`has ${unsaid.join(", ")} too`, "add it to 'network.peering.hubCidrs'");
            },
          },
        ]),
  ];
}
