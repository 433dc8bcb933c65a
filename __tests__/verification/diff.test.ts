import fc from "fast-check";
import { hasNewViolation, type Diff } from "../../verification/diff/index";
import { compareExceptions } from "../../verification/diff/exceptions";
import { comparePackets, type Crossing } from "../../verification/diff/packets";
import { addressTexts, servicesText } from "../../verification/diff/readable";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";
import { addressesOf, CLOUDFLARE, tunnelEdge } from "../../config/control-plane";
import { buildSystem } from "../../verification/system";
import { diffOf } from "../support/diff";
import { PAIRS } from "../support/diff-pairs";
import { resourcesOf } from "../support/resources";

const named = PAIRS.map(([what, base, head]) => ({ what, base, head }));

/** What a diff says of packets, permissions and findings, each as one text. */
const said = ({ deployments }: Diff, opposite: boolean): string[] => {
  const turned: Readonly<Record<string, string>> = opposite
    ? { opened: "closed", closed: "opened", widened: "narrowed", narrowed: "widened", new: "fixed", fixed: "new" }
    : {};
  const turn = (change: string) => turned[change] ?? change;
  return deployments
    .flatMap(({ packets, permissions, findings }) => [
      ...packets.map(({ change, certainty, direction, endpoints, services, peers }) =>
        [turn(change), certainty, direction, endpoints, services, peers].join("|"),
      ),
      ...permissions.map(({ change, holder, grants, on }) => [turn(change), holder, grants, on].join("|")),
      ...findings.map(({ change, finding }) => [turn(change), finding.invariant, finding.resource].join("|")),
    ])
    .sort();
};

describe("of every pair", () => {
  test.each(named)("$what: nothing changed from itself", async ({ base, head }) => {
    for (const side of [base, head]) {
      const diff = await diffOf(side, side);
      expect(diff).toMatchObject({ verdict: "same", problems: [] });
      expect(said(diff, false)).toEqual([]);
      expect(hasNewViolation(diff)).toBe(false);
    }
  });

  test.each(named)("$what: back is the opposite of forth", async ({ base, head }) => {
    expect(said(await diffOf(base, head), false)).toEqual(said(await diffOf(head, base), true));
  });

  test.each(named)("$what: the diff is its own JSON", async ({ base, head }) => {
    const diff = await diffOf(base, head);
    expect(JSON.parse(JSON.stringify(diff))).toEqual(diff);
  });
});

// ---------------------------------------------------------------- against an oracle that goes through packets one by one

const ADDRESSES = Array.from({ length: 8 }, (_, i) => `203.0.113.${i}`);
const PORTS = [1, 2, 3, 4, 5];
const PROTOCOLS = { tcp: 6, udp: 17 } as const;

interface RuleSketch {
  readonly allows: boolean;
  readonly protocol: keyof typeof PROTOCOLS;
  readonly ports: readonly [number, number];
  /** Of the eight addresses: the first, and the length of the prefix. */
  readonly block: readonly [number, 29 | 30 | 31 | 32];
}

const sketch: fc.Arbitrary<RuleSketch> = fc.record({
  allows: fc.boolean(),
  protocol: fc.constantFrom("tcp", "udp"),
  ports: fc
    .tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
    .map(([a, b]): readonly [number, number] => (a < b ? [a, b] : [b, a])),
  block: fc
    .tuple(fc.nat(7), fc.constantFrom(29 as const, 30 as const, 31 as const, 32 as const))
    .map(([first, prefix]): RuleSketch["block"] => [first - (first % 2 ** (32 - prefix)), prefix]),
});
const sketches = fc.array(sketch, { maxLength: 5 });

const cidr = ({ block: [first, prefix] }: RuleSketch) => `203.0.113.${first}/${prefix}`;
const matches = (rule: RuleSketch, address: number, protocol: string, port: number) =>
  rule.protocol === protocol &&
  rule.ports[0] <= port &&
  port <= rule.ports[1] &&
  rule.block[0] <= address &&
  address < rule.block[0] + 2 ** (32 - rule.block[1]);

/** A security group of the rules that allow: their order means nothing. */
const groupOf = (rules: readonly RuleSketch[]) => ({
  aws_security_group: {
    web: {
      ingress: rules.flatMap((rule) =>
        rule.allows
          ? [{ from_port: rule.ports[0], to_port: rule.ports[1], protocol: rule.protocol, cidr_blocks: [cidr(rule)] }]
          : [],
      ),
    },
  },
});
/** A network security group: the first rule that matches decides. */
const nsgOf = (rules: readonly RuleSketch[]) => ({
  azurerm_network_security_group: {
    web: {
      name: "web",
      location: "eastus2",
      resource_group_name: "a",
      security_rule: rules.map((rule, i) => ({
        name: `r${i}`,
        priority: 100 + i,
        direction: "Inbound",
        access: rule.allows ? "Allow" : "Deny",
        protocol: rule.protocol === "tcp" ? "Tcp" : "Udp",
        source_port_range: "*",
        destination_port_range: rule.ports.join("-"),
        source_address_prefix: cidr(rule),
        destination_address_prefix: "*",
      })),
    },
  },
});

const FORMS = [
  {
    form: "a security group",
    write: groupOf,
    lets: (rules: readonly RuleSketch[], ...packet: [number, string, number]) =>
      rules.some((rule) => rule.allows && matches(rule, ...packet)),
  },
  {
    form: "a network security group",
    write: nsgOf,
    lets: (rules: readonly RuleSketch[], ...packet: [number, string, number]) =>
      rules.find((rule) => matches(rule, ...packet))?.allows ?? false,
  },
];

describe.each(FORMS)("$form, packet by packet", ({ write, lets }) => {
  const systemOf = (rules: readonly RuleSketch[]) => buildSystem(resourcesOf({ resource: write(rules) }));
  const compare = (base: readonly RuleSketch[], head: readonly RuleSketch[]) =>
    comparePackets(systemOf(base), systemOf(head), false);
  const packetsOf = (crossings: readonly Crossing[], change: Crossing["change"]) =>
    PacketSet.unionOf(
      crossings
        .filter((one) => one.change === change && one.direction === "inbound")
        .map(({ peer, services }) => PacketSet.of(peer as AddressSet, services)),
    );
  /** Packets that the rules of `now` let in and those of `then` do not. */
  const more = (now: readonly RuleSketch[], then: readonly RuleSketch[]) =>
    PacketSet.unionOf(
      ADDRESSES.flatMap((address, i) =>
        (["tcp", "udp"] as const).flatMap((protocol) =>
          PORTS.flatMap((port) => {
            const isNew = lets(now, i, protocol, port) && !lets(then, i, protocol, port);
            return isNew ? [PacketSet.ofPacket({ address, protocol: PROTOCOLS[protocol], port })] : [];
          }),
        ),
      ),
    );

  test("opened is exactly what HEAD lets in and BASE does not, closed the opposite", () => {
    fc.assert(
      fc.property(sketches, sketches, (base, head) => {
        const crossings = compare(base, head);
        expect(packetsOf(crossings, "opened").key()).toBe(more(head, base).key());
        expect(packetsOf(crossings, "closed").key()).toBe(more(base, head).key());
        expect(crossings.every(({ certainty }) => certainty === "certain")).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test("a widening is there exactly when HEAD's packets are not all among BASE's", () => {
    fc.assert(
      fc.property(sketches, sketches, (base, head) => {
        const isWider = compare(base, head).some(({ change }) => change === "opened");
        expect(isWider).toBe(!more(head, base).isEmpty);
      }),
      { numRuns: 150 },
    );
  });

  test("rules cut in halves say the same", () => {
    const halves = (rule: RuleSketch): RuleSketch[] => {
      const [first, prefix] = rule.block;
      if (prefix === 32) return [rule];
      const half = (prefix + 1) as 30 | 31 | 32;
      return [first, first + 2 ** (32 - half)].map((start) => ({ ...rule, block: [start, half] }));
    };
    fc.assert(
      fc.property(sketches, (rules) => {
        expect(compare(rules, rules.flatMap(halves))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

// ---------------------------------------------------------------- words

describe("addresses in the fewest words", () => {
  const EVERY = AddressSet.all.numeric();
  const cloudflare = addressesOf(CLOUDFLARE);

  test.each<[addresses: AddressSet, ...texts: string[]]>([
    [AddressSet.all, "every address"],
    [AddressSet.ofCidrs(["0.0.0.0/0"]), "every IPv4 address"],
    [AddressSet.ofCidr("203.0.113.7/32"), "203.0.113.7"],
    [AddressSet.ofCidr("2001:db8::1/128"), "2001:db8::1"],
    [AddressSet.ofCidr("104.16.0.0/13"), "104.16.0.0/13 (Cloudflare)"],
    [cloudflare, "Cloudflare's published blocks"],
    [cloudflare.union(AddressSet.ofCidr("10.0.0.0/8")), "Cloudflare's published blocks", "10.0.0.0/8"],
    [addressesOf(tunnelEdge("us")), "the tunnel's edge (us)"],
    [AddressSet.ofName("aws:s3"), "aws:s3"],
    [EVERY.subtract(cloudflare), "every address but Cloudflare's published blocks"],
    [AddressSet.all.subtract(AddressSet.ofCidr("10.0.0.0/8")), "every address but 10.0.0.0/8"],
    [AddressSet.all.subtract(AddressSet.ofName("aws:s3")), "every address", "but not aws:s3"],
  ])("%s", (addresses, ...texts) => {
    expect(addressTexts(addresses)).toEqual(texts);
  });

  test.each<[services: ServiceSet, text: string]>([
    [ServiceSet.all, "any protocol"],
    [ServiceSet.of(6, 443), "TCP 443"],
    [ServiceSet.unionOf([ServiceSet.of(6, 443), ServiceSet.of(17, 7844)]), "TCP 443; UDP 7844"],
    [ServiceSet.of(6, 22).complement(), "any protocol but TCP 22"],
    [ServiceSet.icmp(1, 8), "ICMP type 8"],
    [ServiceSet.of(99), "protocol 99"],
  ])("%s", (services, text) => {
    expect(servicesText(services)).toBe(text);
  });
});

test.each([
  ["2027-01-01", []],
  ["2027-01-02", ["the exception to flow-logs for aws_vpc.a expires in 30 days, on 2027-02-01"]],
  ["2027-01-31", ["the exception to flow-logs for aws_vpc.a expires tomorrow, on 2027-02-01"]],
  ["2027-02-01", ["the exception to flow-logs for aws_vpc.a expires today, on 2027-02-01"]],
  ["2027-02-02", ["the exception to flow-logs for aws_vpc.a expired on 2027-02-01"]],
])("on %s, of an exception until 2027-02-01", (today, texts) => {
  const exception = { id: "flow-logs", resource: "aws_vpc.a", reason: "A laboratory.", expires: "2027-02-01" };
  expect(compareExceptions([exception], [exception], today).map(({ text }) => text)).toEqual(texts);
});

test.each([
  ["10.20.0.0/16", "replaced"],
  ["10.30.0.0/16", undefined],
])("a cluster that another block than 10.30.0.0/16 makes anew, with %s: %s", async (block, change) => {
  const side = (range: string) => ({
    resource: {
      google_compute_subnetwork: { a: { name: "a", secondary_ip_range: [{ ip_cidr_range: range }] } },
      google_container_cluster: {
        a: {
          name: "a",
          lifecycle: { replace_triggered_by: ["google_compute_subnetwork.a.secondary_ip_range[0].ip_cidr_range"] },
        },
      },
    },
  });
  const { deployments } = await diffOf(side("10.30.0.0/16"), side(block));
  const changes = deployments.flatMap(({ resources }) => resources);
  expect(changes.find(({ resource }) => resource === "google_container_cluster.a")?.change).toBe(change);
});
