/**
 * The Azure semantics against an oracle that knows no sets: it takes one packet, with a source port, and the rules, and
 * walks through them one by one, first at the subnet and then at the interface, as Microsoft's documentation tells it.
 */
import * as fc from "fast-check";
import { evaluateFilter } from "../../../../verification/evaluate";
import type { Direction, Endpoint } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { PacketSet } from "../../../../packets/packet-set";
import { azurePart } from "../../../../verification/clouds/azure/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Asg = "web" | "db";

interface Side {
  readonly prefixes: readonly string[];
  readonly groups: readonly Asg[];
}

interface WrittenRule {
  readonly group: "subnet" | "nic";
  readonly priority: number;
  readonly direction: Direction;
  readonly access: "Allow" | "Deny";
  readonly protocol: string;
  readonly ports: readonly string[];
  readonly sourcePorts: readonly string[];
  readonly source: Side;
  readonly destination: Side;
  readonly apart: boolean;
}

interface Case {
  readonly rules: readonly WrittenRule[];
  readonly attached: readonly ("subnet" | "nic")[];
  readonly memberOf: readonly Asg[];
}

interface Probe {
  readonly direction: Direction;
  readonly address: string;
  readonly groups: readonly Asg[];
  readonly protocol: number;
  readonly port: number;
}

// -------------------------------------------------------------- the oracle

const SPACE = "10.0.0.0/16";
const OWN = "10.0.1.4";
const HOST = "168.63.129.16";
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "168.63.129.16/32"];
const NUMBERS: Record<string, number> = { Tcp: 6, Udp: 17, Icmp: 1, Esp: 50 };

const bitsOf = (address: string): string =>
  address
    .split(".")
    .map((byte) => Number(byte).toString(2).padStart(8, "0"))
    .join("");

function isIn(address: string, cidr: string): boolean {
  const [base = "", length = "32"] = cidr.split("/");
  return bitsOf(address).startsWith(bitsOf(base).slice(0, Number(length)));
}

function isNamed(address: string, prefix: string): boolean {
  switch (prefix) {
    case "*":
      return true;
    case "VirtualNetwork":
      return isIn(address, SPACE) || address === HOST;
    case "Internet":
      return !PRIVATE.some((block) => isIn(address, block));
    case "AzureLoadBalancer":
      return address === HOST;
    default:
      return isIn(address, prefix);
  }
}

const onSide = ({ prefixes, groups }: Side, address: string, members: readonly Asg[]): boolean =>
  prefixes.some((prefix) => isNamed(address, prefix)) || groups.some((name) => members.includes(name));

const atPorts = (ranges: readonly string[], port: number): boolean =>
  ranges.some((range) => {
    const [first, last = first] = range === "*" ? ["0", "65535"] : range.split("-");
    return Number(first) <= port && port <= Number(last);
  });

/** Whether the group lets one packet with one source port pass. */
function passesOne(group: WrittenRule["group"], { rules, memberOf }: Case, probe: Probe, sourcePort: number): boolean {
  const { direction, address, groups, protocol, port } = probe;
  const isInbound = direction === "inbound";
  const [source, destination] = isInbound ? [address, OWN] : [OWN, address];
  const [sourceGroups, destinationGroups] = isInbound ? [groups, memberOf] : [memberOf, groups];
  const ordered = rules
    .filter((rule) => rule.group === group && rule.direction === direction)
    .sort((a, b) => a.priority - b.priority);
  for (const rule of ordered) {
    if (rule.protocol !== "*" && NUMBERS[rule.protocol] !== protocol) continue;
    const hasPorts = protocol === 6 || protocol === 17;
    if (hasPorts && !atPorts(rule.ports, port)) continue;
    if (!hasPorts && rule.protocol === "*" && !rule.ports.includes("*")) continue;
    if (!atPorts(rule.sourcePorts, sourcePort)) continue;
    if (!onSide(rule.source, source, sourceGroups)) continue;
    if (!onSide(rule.destination, destination, destinationGroups)) continue;
    return rule.access === "Allow";
  }
  if (isNamed(address, "VirtualNetwork")) return true;
  return isInbound ? address === HOST : isNamed(address, "Internet");
}

// Source ports between the bounds that rules name, from those that clients take and from those below.
const CLIENT_SOURCES = [1024, 40000];
const SOURCES = [53, 600, ...CLIENT_SOURCES];

// -------------------------------------------------------------- cases

const PREFIXES = [
  "0.0.0.0/0",
  "0.0.0.0/1",
  "10.0.0.0/8",
  "10.0.1.0/24",
  "10.0.1.4",
  "10.0.1.5",
  "198.51.100.0/24",
  "198.51.100.7/32",
];
const TAGS = ["*", "VirtualNetwork", "Internet", "AzureLoadBalancer"];
const asgs = fc.subarray<Asg>(["web", "db"]);
const anywhere: Side = { prefixes: ["*"], groups: [] };
const side: fc.Arbitrary<Side> = fc.oneof(
  fc.constant(anywhere),
  fc.constantFrom(...TAGS).map((tag) => ({ prefixes: [tag], groups: [] })),
  fc
    .uniqueArray(fc.constantFrom(...PREFIXES), { minLength: 1, maxLength: 2 })
    .map((prefixes) => ({ prefixes, groups: [] })),
  asgs.filter((groups) => groups.length > 0).map((groups) => ({ prefixes: [], groups })),
);
const ports = fc.oneof(
  fc.constant(["*"]),
  fc.uniqueArray(fc.constantFrom("22", "443", "442-444", "8000-8010"), { minLength: 1, maxLength: 2 }),
);

const written = fc.record({
  group: fc.constantFrom("subnet" as const, "nic" as const),
  direction: fc.constantFrom("inbound" as const, "outbound" as const),
  access: fc.constantFrom("Allow" as const, "Deny" as const),
  protocol: fc.constantFrom("*", "Tcp", "Udp", "Icmp", "Esp"),
  ports,
  sourcePorts: fc.oneof(
    { weight: 4, arbitrary: fc.constant(["*"]) },
    { weight: 1, arbitrary: fc.constantFrom(["53"], ["1024-65535"], ["0-1023", "1024-65535"]) },
  ),
  source: side,
  destination: side,
  apart: fc.boolean(),
});
// Priorities are unique, and not in the order of writing.
const rules: fc.Arbitrary<WrittenRule[]> = fc
  .array(fc.tuple(written, fc.integer({ min: 100, max: 4096 })), { maxLength: 10 })
  .map((pairs) => [...new Map(pairs.map(([rest, priority]) => [priority, { ...rest, priority }])).values()]);

const cases: fc.Arbitrary<Case> = fc.record({
  rules,
  attached: fc.subarray(["subnet" as const, "nic" as const], { minLength: 1 }),
  memberOf: asgs,
});

const probes: fc.Arbitrary<Probe> = fc.record({
  direction: fc.constantFrom("inbound" as const, "outbound" as const),
  address: fc.constantFrom(
    "198.51.100.7",
    "198.51.100.200",
    "10.0.1.4",
    "10.0.9.9",
    "10.9.0.1",
    HOST,
    "8.8.8.8",
    "200.0.0.1",
  ),
  groups: asgs,
  protocol: fc.constantFrom(6, 17, 1, 50),
  port: fc.constantFrom(0, 22, 442, 443, 444, 8005, 65535),
});

// -------------------------------------------------------------- the case as Terraform writes it

const one = (field: string, values: readonly string[]) =>
  values.length === 1 ? { [field]: values[0] } : { [`${field}s`]: values };
const prefixes = (which: string, { prefixes: list, groups }: Side) => ({
  ...(list.length === 1 && { [`${which}_address_prefix`]: list[0] }),
  ...(list.length > 1 && { [`${which}_address_prefixes`]: list }),
  ...(groups.length > 0 && {
    [`${which}_application_security_group_ids`]: groups.map(
      (name) => `\${azurerm_application_security_group.${name}.id}`,
    ),
  }),
});

const fieldsOf = (rule: WrittenRule) => ({
  name: `r${rule.priority}`,
  priority: rule.priority,
  direction: rule.direction === "inbound" ? "Inbound" : "Outbound",
  access: rule.access,
  protocol: rule.protocol,
  ...one("destination_port_range", rule.ports),
  ...one("source_port_range", rule.sourcePorts),
  ...prefixes("source", rule.source),
  ...prefixes("destination", rule.destination),
});

function terraform({ rules: all, attached, memberOf }: Case): TerraformJson {
  const group = (name: string) => ({
    name,
    resource_group_name: "rg",
    security_rule: all.filter((rule) => rule.group === name && !rule.apart).map(fieldsOf),
  });
  const id = (name: string) => ({ network_security_group_id: `\${azurerm_network_security_group.${name}.id}` });
  const nic = { network_interface_id: "${azurerm_network_interface.i.id}" };
  const subnet = { subnet_id: "${azurerm_subnet.s.id}" };
  return {
    resource: {
      azurerm_virtual_network: { v: { name: "v", resource_group_name: "rg", address_space: [SPACE] } },
      azurerm_subnet: {
        s: { virtual_network_name: "v", resource_group_name: "rg", address_prefixes: ["10.0.1.0/24"] },
      },
      azurerm_network_interface: { i: { ip_configuration: [{ ...subnet, private_ip_address: OWN }] } },
      azurerm_application_security_group: { web: {}, db: {} },
      azurerm_network_security_group: { subnet: group("subnet"), nic: group("nic") },
      azurerm_network_security_rule: Object.fromEntries(
        all
          .filter((rule) => rule.apart)
          .map((rule) => {
            const place = { network_security_group_name: rule.group, resource_group_name: "rg" };
            return [`r${rule.priority}`, { ...fieldsOf(rule), ...place }];
          }),
      ),
      ...(attached.includes("subnet") && {
        azurerm_subnet_network_security_group_association: { s: { ...subnet, ...id("subnet") } },
      }),
      ...(attached.includes("nic") && {
        azurerm_network_interface_security_group_association: { i: { ...nic, ...id("nic") } },
      }),
      azurerm_network_interface_application_security_group_association: Object.fromEntries(
        memberOf.map((name) => [
          name,
          { ...nic, application_security_group_id: `\${azurerm_application_security_group.${name}.id}` },
        ]),
      ),
    },
  };
}

test("each packet passes both groups as the oracle says, and only source ports leave anything open", () => {
  fc.assert(
    fc.property(cases, fc.array(probes, { minLength: 8, maxLength: 8 }), (example, packets) => {
      const part = azurePart(resourcesOf(terraform(example)));
      const endpoint = part.endpoints.find(({ id }) => id === "azurerm_network_interface.i") as Endpoint;
      expect(part.unjudged).toEqual([]);
      expect(endpoint.filters).toHaveLength(2 * example.attached.length);
      for (const probe of packets) {
        const { direction, address, protocol, port } = probe;
        const hasPorts = protocol === 6 || protocol === 17;
        const packet = PacketSet.ofPacket({ address, protocol, ...(hasPorts && { port }) });
        const groups = new Set(probe.groups.map((name) => `azurerm_application_security_group.${name}`));
        for (const group of example.attached) {
          const filter = endpoint.filters.find(
            (one) => one.direction === direction && one.name === `azurerm_network_security_group.${group}`,
          );
          if (!filter) throw new Error(`no filter of ${group}`);
          const { allowed, possible } = evaluateFilter(filter, { addresses: AddressSet.ofCidr(address), groups });
          const passes = (sources: readonly number[]) => sources.map((from) => passesOne(group, example, probe, from));
          const isAllowed = packet.isSubsetOf(allowed);
          const isPossible = packet.isSubsetOf(possible);
          const limited = example.rules.some((rule) => rule.group === group && !rule.sourcePorts.includes("*"));
          if (limited) {
            // Allowed: every ordinary client passes. Not possible: nobody does, from whatever port.
            if (isAllowed) expect(passes(CLIENT_SOURCES)).toEqual([true, true]);
            if (!isPossible) expect(passes(SOURCES)).toEqual([false, false, false, false]);
          } else {
            expect({ isAllowed, isPossible }).toEqual({ isAllowed: passes([600])[0], isPossible: passes([600])[0] });
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});
