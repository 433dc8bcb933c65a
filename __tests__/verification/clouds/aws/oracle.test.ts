/**
 * The AWS semantics against an oracle that knows no sets: it takes one packet and the Terraform values, and walks
 * through the rules one by one, as the AWS documentation tells it.
 */
import * as fc from "fast-check";
import { evaluateFilter } from "../../../../verification/evaluate";
import type { Direction } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { PacketSet } from "../../../../packets/packet-set";
import { awsPart } from "../../../../verification/clouds/aws/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

interface Permission {
  readonly egress: boolean;
  readonly group: "a" | "b";
  readonly protocol: string;
  readonly ports: readonly [number, number] | undefined;
  readonly cidrs: readonly string[];
  readonly lists: readonly "p"[];
  readonly source: "a" | "b" | undefined;
  readonly self: boolean;
  readonly spelling: "inline" | "apart" | "one peer";
}

interface Entry {
  readonly egress: boolean;
  readonly number: number;
  readonly action: "allow" | "deny";
  readonly protocol: string;
  readonly ports: readonly [number, number];
  readonly cidr: string;
  readonly apart: boolean;
}

interface Way {
  readonly cidr: string;
  readonly target: "internet" | "nat" | "transit";
  readonly apart: boolean;
}

interface Case {
  readonly permissions: readonly Permission[];
  readonly entries: readonly Entry[] | undefined;
  readonly ways: readonly Way[];
  readonly list: readonly string[];
  readonly memberOf: readonly ("a" | "b")[];
  readonly isPublic: boolean;
}

interface Packet {
  readonly direction: Direction;
  readonly address: string;
  readonly groups: readonly ("a" | "b")[];
  readonly protocol: number;
  readonly port: number;
}

// -------------------------------------------------------------- the oracle

const OWN_SUBNET = "10.0.1.0/24";
const VPC = "10.0.0.0/16";
const NUMBERS: Record<string, number> = { tcp: 6, udp: 17 };

const bitsOf = (address: string): string =>
  address
    .split(".")
    .map((byte) => Number(byte).toString(2).padStart(8, "0"))
    .join("");

const prefixOf = (cidr: string): string => bitsOf(cidr.split("/")[0] ?? "").slice(0, Number(cidr.split("/")[1]));

const isIn = (address: string, cidr: string): boolean => bitsOf(address).startsWith(prefixOf(cidr));

function matches(protocol: string, ports: readonly [number, number] | undefined, packet: Packet): boolean {
  if (protocol === "-1") return true;
  if (packet.protocol !== (NUMBERS[protocol] ?? Number(protocol))) return false;
  if (ports === undefined || ![6, 17].includes(packet.protocol)) return true;
  return ports[0] <= packet.port && packet.port <= ports[1];
}

function groupsPass({ permissions, list, memberOf }: Case, packet: Packet): boolean {
  return permissions.some((permission) => {
    if (permission.egress !== (packet.direction === "outbound") || !memberOf.includes(permission.group)) return false;
    if (!matches(permission.protocol, permission.ports, packet)) return false;
    return (
      permission.cidrs.some((cidr) => isIn(packet.address, cidr)) ||
      (permission.lists.length > 0 && list.some((cidr) => isIn(packet.address, cidr))) ||
      (permission.source !== undefined && packet.groups.includes(permission.source)) ||
      (permission.self && packet.groups.includes(permission.group))
    );
  });
}

function aclPasses({ entries }: Case, packet: Packet): boolean {
  if (entries === undefined || isIn(packet.address, OWN_SUBNET)) return true;
  const ordered = [...entries].sort((a, b) => a.number - b.number);
  for (const { egress, action, protocol, ports, cidr } of ordered) {
    if (egress !== (packet.direction === "outbound")) continue;
    if (matches(protocol, ports, packet) && isIn(packet.address, cidr)) return action === "allow";
  }
  return false;
}

function routesPass({ ways, isPublic }: Case, { address, direction }: Packet): boolean {
  if (direction === "inbound" && ways.some(({ target }) => target === "transit")) return true;
  if (isIn(address, VPC) && !ways.some(({ cidr }) => isIn(address, cidr) && prefixOf(cidr).length > 16)) return true;
  const [best] = ways
    .filter(({ cidr }) => isIn(address, cidr))
    .sort((a, b) => prefixOf(b.cidr).length - prefixOf(a.cidr).length);
  if (!best) return false;
  if (best.target === "internet") return isPublic;
  return direction === "outbound" || best.target === "transit";
}

// -------------------------------------------------------------- cases

const CIDRS = [
  "0.0.0.0/0",
  "0.0.0.0/1",
  "128.0.0.0/1",
  "10.0.0.0/8",
  "10.0.1.0/24",
  "192.0.2.0/24",
  "192.0.2.128/25",
  "192.0.2.7/32",
];
const cidr = fc.constantFrom(...CIDRS);
const groupName = fc.constantFrom("a" as const, "b" as const);
const protocol = fc.constantFrom("-1", "tcp", "udp", "6", "17", "47");
const range = fc.tuple(fc.constantFrom(0, 22, 443), fc.constantFrom(443, 8000, 65535));

const permission: fc.Arbitrary<Permission> = fc.record({
  egress: fc.boolean(),
  group: groupName,
  protocol,
  ports: fc.option(range, { nil: undefined }),
  cidrs: fc.array(cidr, { maxLength: 2 }),
  lists: fc.subarray(["p" as const]),
  source: fc.option(groupName, { nil: undefined }),
  self: fc.boolean(),
  spelling: fc.constantFrom("inline" as const, "apart" as const, "one peer" as const),
});

const entry = fc.record({
  egress: fc.boolean(),
  action: fc.constantFrom("allow" as const, "deny" as const),
  protocol,
  ports: range,
  cidr,
  apart: fc.boolean(),
});
// Numbers are unique within an ACL, and not in the order of writing.
const entries: fc.Arbitrary<Entry[]> = fc
  .array(fc.tuple(entry, fc.integer({ min: 1, max: 999 })), { maxLength: 6 })
  .map((pairs) => [...new Map(pairs.map(([rest, number]) => [number, { ...rest, number }])).values()]);

const ways: fc.Arbitrary<Way[]> = fc.uniqueArray(
  fc.record({
    cidr,
    target: fc.constantFrom("internet" as const, "nat" as const, "transit" as const),
    apart: fc.boolean(),
  }),
  { maxLength: 4, selector: (way) => way.cidr },
);

const cases: fc.Arbitrary<Case> = fc.record({
  permissions: fc.array(permission, { maxLength: 5 }),
  entries: fc.option(entries, { nil: undefined }),
  ways,
  list: fc.array(cidr, { maxLength: 2 }),
  memberOf: fc.subarray(["a" as const, "b" as const], { minLength: 1 }),
  isPublic: fc.boolean(),
});

const packets: fc.Arbitrary<Packet> = fc.record({
  direction: fc.constantFrom("inbound" as const, "outbound" as const),
  address: fc.constantFrom("192.0.2.7", "192.0.2.200", "10.0.1.9", "10.0.2.9", "10.9.0.1", "8.8.8.8", "200.0.0.1"),
  groups: fc.subarray(["a" as const, "b" as const]),
  protocol: fc.constantFrom(6, 17, 47),
  port: fc.constantFrom(0, 22, 442, 443, 444, 8000, 65535),
});

// -------------------------------------------------------------- the case as Terraform writes it

const sg = (name: string) => `\${aws_security_group.${name}.id}`;
const DIRECTION = { false: "ingress", true: "egress" } as const;
const TARGETS = {
  internet: { gateway_id: "igw-1" },
  nat: { nat_gateway_id: "nat-1" },
  transit: { transit_gateway_id: "tgw-1" },
};
const PREFIX_LIST = "${aws_ec2_managed_prefix_list.p.id}";

function terraform({ permissions, entries, ways, list, memberOf, isPublic }: Case): TerraformJson {
  const groups: Record<string, Record<string, object[]>> = {
    a: { ingress: [], egress: [] },
    b: { ingress: [], egress: [] },
  };
  const rules: Record<string, object> = {};
  const onePeer: Record<string, Record<string, object>> = { ingress: {}, egress: {} };
  permissions.forEach((each, i) => {
    const type = DIRECTION[`${each.egress}`];
    const ports = each.ports ? { from_port: each.ports[0], to_port: each.ports[1] } : {};
    const shared = { protocol: each.protocol, ...ports, cidr_blocks: each.cidrs, self: each.self };
    const lists = each.lists.map(() => PREFIX_LIST);
    const source = each.source ? [sg(each.source)] : [];
    if (each.spelling === "inline") {
      groups[each.group]?.[type]?.push({ ...shared, prefix_list_ids: lists, security_groups: source });
    } else if (each.spelling === "apart") {
      const values = { type, security_group_id: sg(each.group), ...shared, prefix_list_ids: lists };
      rules[`r${i}`] = source.length > 0 ? { ...values, source_security_group_id: source[0] } : values;
    } else {
      const peers = [
        ...each.cidrs.map((cidr_ipv4) => ({ cidr_ipv4 })),
        ...lists.map((prefix_list_id) => ({ prefix_list_id })),
        ...[...source, ...(each.self ? [sg(each.group)] : [])].map((id) => ({ referenced_security_group_id: id })),
      ];
      peers.forEach((peer, j) => {
        const rule = { security_group_id: sg(each.group), ip_protocol: each.protocol, ...ports, ...peer };
        Object.assign(onePeer[type] ?? {}, { [`r${i}x${j}`]: rule });
      });
    }
  });
  const fields = (each: Entry) => ({
    protocol: each.protocol,
    from_port: each.ports[0],
    to_port: each.ports[1],
    cidr_block: each.cidr,
  });
  const inline = (egress: boolean) =>
    entries
      ?.filter((each) => !each.apart && each.egress === egress)
      .map((each) => ({ rule_no: each.number, action: each.action, ...fields(each) }));
  const apart = entries?.filter((each) => each.apart) ?? [];
  const named = <T>(list: readonly T[], write: (element: T) => object) =>
    Object.fromEntries(list.map((element, i) => [`r${i}`, write(element)]));
  return {
    resource: {
      aws_vpc: { main: { cidr_block: VPC } },
      aws_subnet: { s: { vpc_id: "${aws_vpc.main.id}", cidr_block: OWN_SUBNET } },
      aws_security_group: groups,
      aws_security_group_rule: rules,
      aws_vpc_security_group_ingress_rule: onePeer["ingress"] ?? {},
      aws_vpc_security_group_egress_rule: onePeer["egress"] ?? {},
      aws_ec2_managed_prefix_list: { p: { entry: list.map((block) => ({ cidr: block })) } },
      ...(entries && {
        aws_network_acl: { n: { subnet_ids: ["${aws_subnet.s.id}"], ingress: inline(false), egress: inline(true) } },
        aws_network_acl_rule: named(apart, (each) => ({
          network_acl_id: "${aws_network_acl.n.id}",
          egress: each.egress,
          rule_number: each.number,
          rule_action: each.action,
          ...fields(each),
        })),
      }),
      aws_route_table: {
        t: {
          vpc_id: "${aws_vpc.main.id}",
          route: ways.filter((way) => !way.apart).map((way) => ({ cidr_block: way.cidr, ...TARGETS[way.target] })),
        },
      },
      aws_route: named(
        ways.filter((way) => way.apart),
        (way) => ({
          route_table_id: "${aws_route_table.t.id}",
          destination_cidr_block: way.cidr,
          ...TARGETS[way.target],
        }),
      ),
      aws_route_table_association: {
        a: { subnet_id: "${aws_subnet.s.id}", route_table_id: "${aws_route_table.t.id}" },
      },
      aws_instance: {
        x: {
          subnet_id: "${aws_subnet.s.id}",
          vpc_security_group_ids: memberOf.map(sg),
          associate_public_ip_address: isPublic,
        },
      },
    },
  };
}

test("each packet passes groups, ACL and routes as the oracle says, and nothing is left unknown", () => {
  fc.assert(
    fc.property(cases, fc.array(packets, { minLength: 8, maxLength: 8 }), (one, probes) => {
      const part = awsPart(resourcesOf(terraform(one)));
      const endpoint = part.endpoints.find(({ id }) => id === "aws_instance.x");
      expect(part.unjudged).toEqual([]);
      expect(endpoint?.routes?.unknown).toBeUndefined();
      for (const packet of probes) {
        const { direction, address, protocol: number, port } = packet;
        const probe = PacketSet.ofPacket({ address, protocol: number, ...(number === 47 ? {} : { port }) });
        const far = {
          addresses: AddressSet.ofCidr(address),
          groups: new Set(packet.groups.map((name) => `aws_security_group.${name}`)),
        };
        const pass = (system: string) =>
          endpoint?.filters
            .filter((filter) => filter.system === system && filter.direction === direction)
            .map((filter) => evaluateFilter(filter, far))
            .every(({ allowed, possible }) => {
              expect(allowed.equals(possible)).toBe(true);
              return probe.isSubsetOf(allowed);
            });
        expect({
          groups: pass("aws-security-group"),
          acl: pass("aws-network-acl"),
          routes: endpoint?.routes?.[direction].overlaps(far.addresses),
        }).toEqual({ groups: groupsPass(one, packet), acl: aclPasses(one, packet), routes: routesPass(one, packet) });
      }
    }),
    { numRuns: 500 },
  );
});
