/** A given network as it stands: its block, DNS switches, subnets and what filters there, and networks beyond it. */
import { AddressSet } from "../../packets/address-set";
import { fails, holds, once, unknown, type Check } from "../check";
import { asked, listedOnce, type Looking } from "./ask";

export const network = (looking: Looking): readonly Check[] => [
  ...given(looking),
  ...ways(looking),
  ...routesBeyond(looking),
  ...groups(looking),
];

function given(looking: Looking): readonly Check[] {
  const { deployment, services } = looking;
  const { client, sdk } = services.ec2;
  const { existing, cidr, podCidr } = deployment.network;
  if (existing === undefined) return [];
  const { vpcId } = existing;
  const subnets = [...existing.nodeSubnets, ...existing.clusterSubnets];
  const dns = (
    attribute: "enableDnsSupport" | "enableDnsHostnames",
    field: "EnableDnsSupport" | "EnableDnsHostnames",
  ) => ({
    about: `${attribute} of ${vpcId}`,
    look: async () => {
      const call = client.send(new sdk.DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: attribute }));
      const on = (await asked("ec2:DescribeVpcAttribute", call))[field]?.Value;
      const flag = attribute === "enableDnsSupport" ? "--enable-dns-support" : "--enable-dns-hostnames";
      return on === true
        ? holds("is on")
        : fails(
            "is off: private names of endpoints lead nowhere",
            `aws ec2 modify-vpc-attribute --vpc-id ${vpcId} ${flag}`,
          );
    },
  });
  return [
    {
      about: `network ${vpcId}`,
      look: async () => {
        const call = client.send(new sdk.DescribeVpcsCommand({ VpcIds: [vpcId] }));
        const [vpc] = (await asked("ec2:DescribeVpcs", call)).Vpcs ?? [];
        const blocks = vpc?.CidrBlockAssociationSet?.flatMap(({ CidrBlock }) => CidrBlock ?? []) ?? [];
        return blocks.includes(cidr)
          ? holds(`has ${cidr}`)
          : fails(`has ${blocks.join(", ")}`, `'network.cidr' says ${cidr}`);
      },
    },
    dns("enableDnsSupport", "EnableDnsSupport"),
    dns("enableDnsHostnames", "EnableDnsHostnames"),
    ...subnets.map(({ id, cidr: block }) => ({
      about: `subnet ${id}`,
      look: async () => {
        const call = client.send(new sdk.DescribeSubnetsCommand({ SubnetIds: [id] }));
        const [subnet] = (await asked("ec2:DescribeSubnets", call)).Subnets ?? [];
        if (subnet?.VpcId !== vpcId) return fails(`is of ${String(subnet?.VpcId)}`, `name subnets of ${vpcId}`);
        return subnet.CidrBlock === block
          ? holds(`has ${block}`)
          : fails(`has ${String(subnet.CidrBlock)}`, `'network.existing' says ${block}`);
      },
    })),
    {
      about: `network ACLs of ${vpcId}`,
      look: async () => {
        const Filters = [{ Name: "association.subnet-id", Values: subnets.map(({ id }) => id) }];
        const call = client.send(new sdk.DescribeNetworkAclsCommand({ Filters }));
        const { NetworkAcls = [] } = await asked("ec2:DescribeNetworkAcls", call);
        const closing = NetworkAcls.filter(({ Entries = [] }) =>
          [true, false].some((egress) => {
            const first = Entries.filter((entry) => entry.Egress === egress && entry.CidrBlock === "0.0.0.0/0").sort(
              (a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0),
            )[0];
            return first?.RuleAction !== "allow" || first.Protocol !== "-1";
          }),
        ).map(({ NetworkAclId }) => String(NetworkAclId));
        return closing.length === 0
          ? holds("let everything pass")
          : unknown(
              `${closing.join(", ")} may stop what must pass`,
              "dataplane audit --account-only judges every rule of them",
            );
      },
    },
    {
      about: `networks peered with ${vpcId}`,
      look: async () => {
        const list = listedOnce(
          "ec2:DescribeVpcPeeringConnections",
          () => sdk.paginateDescribeVpcPeeringConnections(services.ec2, {}),
          ({ VpcPeeringConnections }) => VpcPeeringConnections,
        );
        const peers = (await list())
          .filter(({ Status }) => Status?.Code === "active")
          .flatMap(({ AccepterVpcInfo, RequesterVpcInfo }) => {
            const ends = [AccepterVpcInfo, RequesterVpcInfo];
            return ends.some((end) => end?.VpcId === vpcId) ? ends.filter((end) => end?.VpcId !== vpcId) : [];
          });
        const own = AddressSet.ofCidrs([
          cidr,
          deployment.network.serviceCidr,
          ...(podCidr === undefined ? [] : [podCidr]),
        ]);
        const overlapping = peers.flatMap((end) => {
          const blocks = [end, ...(end?.CidrBlockSet ?? [])].flatMap((block) => block?.CidrBlock ?? []);
          return [...new Set(blocks)]
            .filter((block) => AddressSet.ofCidr(block).overlaps(own))
            .map((block) => `${block} of ${String(end?.VpcId)}`);
        });
        return overlapping.length === 0
          ? holds("overlap none of its blocks")
          : fails(
              `overlap: ${overlapping.join(", ")}`,
              "take other blocks in 'network' ('serviceCidr' and 'podCidr' too)",
            );
      },
    },
  ];
}

/** Transit gateways, peerings and VPN gateways that the network leads to. */
function ways({ deployment, services: { ec2 } }: Looking): readonly Check[] {
  const { transitGatewayId, routes } = deployment.network;
  const { client, sdk } = ec2;
  const ids = new Set([...(transitGatewayId === undefined ? [] : [transitGatewayId]), ...routes.map(({ via }) => via)]);
  const states = {
    tgw: async (id: string) => {
      const call = client.send(new sdk.DescribeTransitGatewaysCommand({ TransitGatewayIds: [id] }));
      const { TransitGateways: [one] = [] } = await asked("ec2:DescribeTransitGateways", call);
      return [one?.State, "available"];
    },
    pcx: async (id: string) => {
      const call = client.send(new sdk.DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [id] }));
      const { VpcPeeringConnections: [one] = [] } = await asked("ec2:DescribeVpcPeeringConnections", call);
      return [one?.Status?.Code, "active"];
    },
    vgw: async (id: string) => {
      const call = client.send(new sdk.DescribeVpnGatewaysCommand({ VpnGatewayIds: [id] }));
      const { VpnGateways: [one] = [] } = await asked("ec2:DescribeVpnGateways", call);
      return [one?.State, "available"];
    },
  };
  return [...ids].map((id) => ({
    about: `way by ${id}`,
    look: async () => {
      const [state, needed] = await states[id.slice(0, 3) as keyof typeof states](id);
      return state === needed
        ? holds(`is ${String(state)}`)
        : fails(`is ${state ?? "not there"}`, "see 'network.routes'");
    },
  }));
}

/**
 * Routes of a transit gateway that lead parts of the network's block to elsewhere: what answers from beyond the gateway
 * would not come back. Wider ones don't count, since the network's own is longer.
 */
function routesBeyond({ deployment, services: { ec2 } }: Looking): readonly Check[] {
  const { transitGatewayId, routes, cidr, podCidr } = deployment.network;
  const { client, sdk } = ec2;
  const own = AddressSet.ofCidrs([cidr, ...(podCidr === undefined ? [] : [podCidr])]);
  const ids = [transitGatewayId, ...routes.map(({ via }) => via)].filter((id) => id?.startsWith("tgw-"));
  const ownVpcs = once(async () => {
    const tagged = client.send(
      new sdk.DescribeVpcsCommand({ Filters: [{ Name: "tag:union:deployment", Values: [deployment.name] }] }),
    );
    const { Vpcs = [] } = await asked("ec2:DescribeVpcs", tagged);
    return new Set(Vpcs.flatMap(({ VpcId }) => VpcId ?? []));
  });
  return [...new Set(ids)].map((id = "") => ({
    about: `routes of ${id}`,
    look: async () => {
      const tables = listedOnce(
        "ec2:DescribeTransitGatewayRouteTables",
        () =>
          sdk.paginateDescribeTransitGatewayRouteTables(ec2, {
            Filters: [{ Name: "transit-gateway-id", Values: [id] }],
          }),
        ({ TransitGatewayRouteTables }) => TransitGatewayRouteTables,
      );
      const vpcs = await ownVpcs();
      const overlapping: string[] = [];
      for (const { TransitGatewayRouteTableId: table } of await tables()) {
        const call = client.send(
          new sdk.SearchTransitGatewayRoutesCommand({
            TransitGatewayRouteTableId: table,
            Filters: [{ Name: "state", Values: ["active", "blackhole"] }],
          }),
        );
        const { Routes = [], AdditionalRoutesAvailable: isCut } = await asked("ec2:SearchTransitGatewayRoutes", call);
        if (isCut === true)
          return unknown(
            `${String(table)} has more routes than one answer holds`,
            "look for the network's block by hand",
          );
        const others = Routes.filter(
          ({ TransitGatewayAttachments: ends = [] }) => !ends.some(({ ResourceId = "" }) => vpcs.has(ResourceId)),
        );
        overlapping.push(
          ...others
            .flatMap(({ DestinationCidrBlock: block }) => block ?? [])
            .filter((block) => AddressSet.ofCidr(block).isSubsetOf(own))
            .map((block) => `${block} in ${String(table)}`),
        );
      }
      return overlapping.length === 0
        ? holds("lead no part of its blocks elsewhere")
        : fails(`lead parts of its blocks elsewhere: ${overlapping.join(", ")}`, "take other blocks in 'network'");
    },
  }));
}

/** Groups that stand in the network and that rules are written for. */
function groups({ deployment, services: { ec2 } }: Looking): readonly Check[] {
  const { existing } = deployment.network;
  const ids = [
    ...deployment.cluster.accessFromSecurityGroups,
    ...(existing?.endpoints.admitSecurityGroups ?? []),
    ...(existing?.endpoints.interface.flatMap(({ securityGroupId }) => securityGroupId ?? []) ?? []),
  ];
  return [...new Set(ids)].map((id) => ({
    about: `group ${id}`,
    look: async () => {
      const call = ec2.client.send(new ec2.sdk.DescribeSecurityGroupsCommand({ GroupIds: [id] }));
      const { SecurityGroups: [one] = [] } = await asked("ec2:DescribeSecurityGroups", call);
      return existing === undefined || one?.VpcId === existing.vpcId
        ? holds(`stands in ${String(one?.VpcId)}`)
        : fails(`stands in ${String(one?.VpcId)}`, `name a group of ${existing.vpcId}`);
    },
  }));
}
