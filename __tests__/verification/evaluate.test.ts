import * as fc from "fast-check";
import { connect, decidingRules, evaluateFilter, reach, type RemoteEnd } from "../../verification/evaluate";
import type { Direction, Endpoint, Filter, Peer, Rule, Verdict } from "../../verification/model";
import { AddressSet } from "../../packets/address-set";
import { PacketSet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";
import * as universe from "../packets/universe";

const LOCATION = { file: "main.tf", line: 1 };
const tcp = (first?: number, last = first) => ServiceSet.of(6, first, last);
const from = (...cidrs: string[]): Peer => ({ kind: "addresses", addresses: AddressSet.ofCidrs(cidrs) });
const group = (id: string): Peer => ({ kind: "group", id });
const UNKNOWN: Peer = { kind: "unknown", reason: "var.cidr has no default" };

const rule = (action: Rule["action"], services: ServiceSet, ...peers: Peer[]): Rule => ({
  resource: "r",
  location: LOCATION,
  action,
  services,
  peers,
});

const filter = (direction: Direction, levels: readonly (readonly Rule[])[], more: Partial<Filter> = {}): Filter => ({
  name: "f",
  system: "s",
  direction,
  stateful: true,
  levels,
  otherwise: "deny",
  ...more,
});

const endpoint = (addresses: AddressSet, filters: readonly Filter[], more: Partial<Endpoint> = {}): Endpoint => ({
  id: "e",
  kind: "instance",
  location: LOCATION,
  addresses,
  groups: new Set(),
  filters,
  ...more,
});

const far = (cidr: string, ...groups: string[]): RemoteEnd => ({
  addresses: AddressSet.ofCidrs([cidr]),
  groups: new Set(groups),
});
const INTERNET = far("0.0.0.0/0");
const text = ({ allowed, possible }: Verdict) => [allowed.toString(), possible.toString()];

describe("evaluateFilter", () => {
  const peer = from("10.0.0.0/8");
  const far10 = far("10.0.0.0/8");
  test.each<[string, readonly (readonly Rule[])[], Partial<Filter>, string, string]>([
    ["no rule: otherwise deny", [], {}, "nothing", "nothing"],
    ["no rule: otherwise allow", [], { otherwise: "allow" }, "any with 10.0.0.0/8", "any with 10.0.0.0/8"],
    ["a rule without peers matches nothing", [[rule("allow", tcp(22))]], {}, "nothing", "nothing"],
    ["allow", [[rule("allow", tcp(22), peer)]], {}, "tcp 22 with 10.0.0.0/8", "tcp 22 with 10.0.0.0/8"],
    [
      "only far addresses count",
      [[rule("allow", tcp(22), from("0.0.0.0/0"))]],
      {},
      "tcp 22 with 10.0.0.0/8",
      "tcp 22 with 10.0.0.0/8",
    ],
    [
      "the first match decides: deny",
      [[rule("deny", tcp(22), peer), rule("allow", tcp(22, 23), peer)]],
      {},
      "tcp 23 with 10.0.0.0/8",
      "tcp 23 with 10.0.0.0/8",
    ],
    [
      "the first match decides: allow",
      [[rule("allow", tcp(22), peer), rule("deny", tcp(), peer)]],
      { otherwise: "allow" },
      "protocols 0-5; tcp 22; protocols 7-255 with 10.0.0.0/8",
      "protocols 0-5; tcp 22; protocols 7-255 with 10.0.0.0/8",
    ],
    [
      "an undecided packet goes to the next level",
      [[rule("deny", tcp(23), peer)], [rule("allow", tcp(22, 23), peer)]],
      {},
      "tcp 22 with 10.0.0.0/8",
      "tcp 22 with 10.0.0.0/8",
    ],
    [
      "next skips the rest of its level",
      [[rule("next", tcp(22), peer), rule("deny", tcp(), peer)], [rule("allow", tcp(), peer)]],
      {},
      "tcp 22 with 10.0.0.0/8",
      "tcp 22 with 10.0.0.0/8",
    ],
    [
      "next in the last level goes to otherwise",
      [[rule("next", tcp(22), peer), rule("allow", tcp(22), peer)]],
      {},
      "nothing",
      "nothing",
    ],
    [
      "an unknown peer of an allow is possible",
      [[rule("allow", tcp(22), UNKNOWN)]],
      {},
      "nothing",
      "tcp 22 with 10.0.0.0/8",
    ],
    [
      "known peers beside an unknown one are certain",
      [[rule("allow", tcp(22), UNKNOWN, from("10.0.0.0/16"))]],
      {},
      "tcp 22 with 10.0.0.0/16",
      "tcp 22 with 10.0.0.0/8",
    ],
    [
      "an unknown peer of a deny takes from allowed",
      [[rule("deny", tcp(22), UNKNOWN), rule("allow", tcp(22, 23), peer)]],
      {},
      "tcp 23 with 10.0.0.0/8",
      "tcp 22-23 with 10.0.0.0/8",
    ],
    [
      "a certain allow before an unknown deny stays",
      [[rule("allow", tcp(22), peer), rule("deny", tcp(), UNKNOWN)]],
      {},
      "tcp 22 with 10.0.0.0/8",
      "tcp 22 with 10.0.0.0/8",
    ],
    [
      "unknown services of an allow: anything with its peers",
      [[{ ...rule("allow", tcp(22), from("10.0.0.0/16")), unknown: "port" }]],
      {},
      "nothing",
      "any with 10.0.0.0/16",
    ],
    [
      "unknown services of a deny",
      [[{ ...rule("deny", tcp(22), from("10.0.0.0/9")), unknown: "port" }, rule("allow", tcp(80), peer)]],
      {},
      "tcp 80 with 10.128.0.0/9",
      "tcp 80 with 10.0.0.0/8",
    ],
    [
      "an unknown next is either",
      [[rule("next", tcp(22), UNKNOWN), rule("deny", tcp(), peer)], [rule("allow", tcp(), peer)]],
      {},
      "nothing",
      "tcp 22 with 10.0.0.0/8",
    ],
    [
      "whichever way an unknown goes, the outcome is allow",
      [[rule("allow", tcp(22), UNKNOWN), rule("allow", tcp(22), peer)]],
      {},
      "tcp 22 with 10.0.0.0/8",
      "tcp 22 with 10.0.0.0/8",
    ],
    [
      "an unknown filter",
      [[rule("deny", ServiceSet.all, peer)]],
      { unknown: "not read" },
      "nothing",
      "any with 10.0.0.0/8",
    ],
  ])("%s", (_, levels, more, allowed, possible) => {
    expect(text(evaluateFilter(filter("inbound", levels, more), far10))).toEqual([allowed, possible]);
  });

  test("a group matches its members at any of their addresses, and nobody else", () => {
    const nodes = filter("inbound", [[rule("allow", tcp(443), group("sg-a")), rule("allow", tcp(80), group("sg-b"))]]);
    expect(text(evaluateFilter(nodes, far("10.1.0.0/16", "sg-a")))[0]).toBe("tcp 443 with 10.1.0.0/16");
    expect(text(evaluateFilter(nodes, far("10.2.0.0/16", "sg-a", "sg-b", "sg-c")))[0]).toBe(
      "tcp 80, 443 with 10.2.0.0/16",
    );
    expect(evaluateFilter(nodes, far("10.1.0.0/16")).possible.isEmpty).toBe(true);
  });

  test("a group that the far side may be in may match it, and never takes back what is certain", () => {
    const maybe: RemoteEnd = { ...far("10.1.0.0/16", "sg-b"), possibleGroups: new Set(["sg-a", "sg-b"]) };
    const allow = filter("inbound", [[rule("allow", tcp(443), group("sg-a")), rule("allow", tcp(80), group("sg-b"))]]);
    expect(text(evaluateFilter(allow, maybe))).toEqual(["tcp 80 with 10.1.0.0/16", "tcp 80, 443 with 10.1.0.0/16"]);
    const deny = filter("inbound", [[rule("deny", tcp(443), group("sg-a"))]], { otherwise: "allow" });
    expect(evaluateFilter(deny, maybe).possible.equals(evaluateFilter(deny, far("10.1.0.0/16")).allowed)).toBe(true);
    expect(evaluateFilter(deny, maybe).allowed.services().overlaps(tcp(443))).toBe(false);
  });

  test("a name is allowed by name, by the whole internet, and not by a part of it", () => {
    const s3: RemoteEnd = { addresses: AddressSet.ofName("aws:s3"), groups: new Set() };
    const towards = (peer: Peer) =>
      evaluateFilter(filter("outbound", [[rule("allow", tcp(443), peer)]]), s3).possible.toString();
    expect(towards({ kind: "addresses", addresses: AddressSet.ofName("aws:s3") })).toBe("tcp 443 with aws:s3");
    expect(towards(from("0.0.0.0/1", "128.0.0.0/1"))).toBe("tcp 443 with aws:s3");
    expect(towards({ kind: "addresses", addresses: AddressSet.ofName("aws:dynamodb") })).toBe("nothing");
    expect(towards(from("10.0.0.0/8"))).toBe("nothing");
  });
});

describe("reach", () => {
  const subnet = AddressSet.ofCidr("10.0.0.0/24");
  const web = rule("allow", tcp(443), from("0.0.0.0/0"));
  const open = rule("allow", ServiceSet.all, from("0.0.0.0/0"));
  const stateless = { stateful: false };

  test("an endpoint without a filter in the direction is open in it", () => {
    const e = endpoint(subnet, [filter("inbound", [])]);
    expect(text(reach(e, "outbound", far("10.0.0.0/8")))).toEqual(["any with 10.0.0.0/8", "any with 10.0.0.0/8"]);
    expect(reach(e, "inbound", INTERNET).possible.isEmpty).toBe(true);
  });

  test("all filters of the direction must let a packet pass", () => {
    const e = endpoint(subnet, [
      filter("outbound", [[rule("allow", tcp(443), from("10.0.0.0/8"))]]),
      filter("outbound", [[rule("allow", tcp(), from("10.1.0.0/16"), UNKNOWN)]]),
    ]);
    expect(text(reach(e, "outbound", INTERNET))).toEqual(["tcp 443 with 10.1.0.0/16", "tcp 443 with 10.0.0.0/8"]);
  });

  test("routes bound both verdicts; unknown routes make nothing certain", () => {
    const routes = { outbound: AddressSet.ofCidr("10.0.0.0/8"), inbound: AddressSet.empty };
    const e = endpoint(subnet, [filter("outbound", [[web]])], { routes });
    expect(text(reach(e, "outbound", INTERNET))).toEqual(["tcp 443 with 10.0.0.0/8", "tcp 443 with 10.0.0.0/8"]);
    expect(reach(e, "inbound", INTERNET).possible.isEmpty).toBe(true);
    const unknown = endpoint(subnet, [filter("outbound", [[web]])], { routes: { ...routes, unknown: "route table" } });
    const { allowed, possible } = reach(unknown, "outbound", far("192.0.2.0/24"));
    expect([allowed.toString(), possible.toString()]).toEqual(["nothing", "tcp 443 with 192.0.2.0/24"]);
  });

  const answers = (first: number, last: number, services = ServiceSet.of(6, first, last)) =>
    rule("allow", services, from("0.0.0.0/0"));
  const far192 = far("192.0.2.0/24");
  const tcp443 = "tcp 443 with 192.0.2.0/24";
  test.each<[string, readonly Rule[], string, string]>([
    ["all client ports", [answers(1024, 65535)], tcp443, tcp443],
    ["a part of the client ports", [answers(32768, 60999)], "nothing", tcp443],
    ["all but one client port", [rule("deny", tcp(3389), from("0.0.0.0/0")), answers(1024, 65535)], "nothing", tcp443],
    ["all but the first client port", [answers(1025, 65535)], "nothing", tcp443],
    ["only ports that no client takes", [answers(0, 1023)], "nothing", "nothing"],
    ["the port asked, which answers do not go to", [answers(443, 443)], "nothing", "nothing"],
    ["answers of another protocol", [answers(0, 0, ServiceSet.of(17))], "nothing", "nothing"],
    [
      "answers to half of the addresses",
      [rule("allow", tcp(), from("192.0.2.0/25"))],
      "tcp 443 with 192.0.2.0/25",
      "tcp 443 with 192.0.2.0/25",
    ],
    ["answers that can't be told", [rule("allow", tcp(), UNKNOWN)], "nothing", tcp443],
  ])("stateless filters, either way: %s", (_, rules, allowed, possible) => {
    for (const [there, back] of [
      ["outbound", "inbound"],
      ["inbound", "outbound"],
    ] as const) {
      const e = endpoint(subnet, [filter(there, [[web]], stateless), filter(back, [rules], stateless)]);
      expect(text(reach(e, there, far192))).toEqual([allowed, possible]);
    }
  });

  test("UDP and ICMP arrive without an answer, so that stopping answers makes them no more than uncertain", () => {
    const e = endpoint(subnet, [
      filter("inbound", [[open]], stateless),
      filter("outbound", [[answers(1024, 65535)]], stateless),
    ]);
    const { allowed, possible } = reach(e, "inbound", far192);
    expect(allowed.toString()).toBe("tcp with 192.0.2.0/24");
    expect(ServiceSet.of(17).union(ServiceSet.icmp(1)).isSubsetOf(possible.services())).toBe(true);
    expect(possible.services().overlaps(ServiceSet.of(132))).toBe(false);
  });

  test("a stateful filter lets answers pass", () => {
    const e = endpoint(subnet, [filter("inbound", [[web]]), filter("outbound", [])]);
    expect(text(reach(e, "inbound", far192))).toEqual([tcp443, tcp443]);
  });
});

describe("connect", () => {
  const a = AddressSet.ofCidr("10.0.0.0/24");
  const b = AddressSet.ofCidr("10.0.1.0/24");
  const toB = filter("outbound", [[rule("allow", tcp(443, 444), from("10.0.1.0/24"))]]);
  test.each<[string, readonly Filter[], readonly Rule[], string, string]>([
    [
      "both ends admit",
      [toB],
      [rule("allow", tcp(443), from("10.0.0.0/24"))],
      "tcp 443 with 10.0.1.0/24",
      "tcp 443 with 10.0.1.0/24",
    ],
    [
      "by group",
      [toB],
      [rule("allow", tcp(443), group("sg-a"))],
      "tcp 443 with 10.0.1.0/24",
      "tcp 443 with 10.0.1.0/24",
    ],
    ["the near end alone", [toB], [rule("allow", tcp(443), group("sg-other"))], "nothing", "nothing"],
    ["the far end alone", [filter("outbound", [])], [rule("allow", tcp(443), group("sg-a"))], "nothing", "nothing"],
    ["other ports at each end", [toB], [rule("allow", tcp(80), group("sg-a"))], "nothing", "nothing"],
    [
      "a part of the near addresses",
      [toB],
      [rule("allow", tcp(443), from("10.0.0.0/25"))],
      "nothing",
      "tcp 443 with 10.0.1.0/24",
    ],
    [
      "parts that make the whole",
      [toB],
      [rule("allow", tcp(443), from("10.0.0.0/25")), rule("allow", tcp(443, 444), from("10.0.0.128/25"))],
      "tcp 443 with 10.0.1.0/24",
      "tcp 443-444 with 10.0.1.0/24",
    ],
  ])("%s", (_, outbound, inbound, allowed, possible) => {
    const near = endpoint(a, outbound, { groups: new Set(["sg-a"]) });
    const remote = endpoint(b, [filter("inbound", [inbound])]);
    expect(text(connect(near, remote))).toEqual([allowed, possible]);
  });

  test("an endpoint without an address reaches nothing", () => {
    expect(text(connect(endpoint(AddressSet.empty, []), endpoint(b, [])))).toEqual(["nothing", "nothing"]);
    expect(text(connect(endpoint(b, []), endpoint(AddressSet.empty, [])))).toEqual(["nothing", "nothing"]);
  });
});

describe("decidingRules", () => {
  const named = (resource: string, made: Rule): Rule => ({ ...made, resource });
  const packet = { address: "10.0.0.1", protocol: 6, port: 22 };
  const allow = named("allow", rule("allow", tcp(22), from("10.0.0.0/8")));
  const wide = named("wide", rule("allow", tcp(), from("10.0.0.0/8")));
  const deny = named("deny", rule("deny", tcp(), from("10.0.0.0/16")));
  const maybe = named("maybe", rule("deny", tcp(), UNKNOWN));
  const next = named("next", rule("next", tcp(), from("10.0.0.0/8")));
  const other = named("other", rule("allow", tcp(23), from("10.0.0.0/8")));
  const members = named("members", rule("allow", tcp(22), group("sg-a")));
  test.each<[string, readonly (readonly Rule[])[], string[]]>([
    ["each that allows, where order means nothing", [[allow, other, wide]], ["allow", "wide"]],
    ["the first in order", [[deny, allow]], ["deny"]],
    ["the first in order, whatever follows", [[allow, deny, wide]], ["allow"]],
    ["those that may come before", [[maybe, other, allow, deny]], ["maybe", "allow"]],
    ["the one that hands on and the one that decides", [[next, deny], [allow], [deny]], ["next", "allow"]],
    ["the next level where none matches", [[other], [deny]], ["deny"]],
    ["members of a group", [[members]], ["members"]],
    ["none where none matches", [[other]], []],
  ])("%s", (_, levels, expected) => {
    const e = endpoint(AddressSet.all, [filter("outbound", []), filter("inbound", levels)]);
    const rules = decidingRules(e, "inbound", far("10.0.0.1/32", "sg-a"), PacketSet.ofPacket(packet));
    expect(rules.map(({ resource }) => resource)).toEqual(expected);
  });

  test("of several packets those of each, and none that others leave nothing for", () => {
    const hidden = named("hidden", rule("allow", tcp(22), from("10.0.0.0/24")));
    const e = endpoint(AddressSet.all, [filter("inbound", [[deny, hidden, allow]])]);
    const packets = PacketSet.of(AddressSet.ofCidr("10.0.0.0/8"), ServiceSet.of(6, 22));
    const rules = decidingRules(e, "inbound", far("10.0.0.0/8"), packets);
    expect(rules.map(({ resource }) => resource)).toEqual(["deny", "allow"]);
  });

  test("none of a packet that does not come from the far side", () => {
    const e = endpoint(AddressSet.all, [filter("inbound", [[members]])]);
    expect(decidingRules(e, "inbound", far("10.0.0.2/32", "sg-a"), PacketSet.ofPacket(packet))).toEqual([]);
  });
});

describe("against a packet-by-packet oracle", () => {
  const peers: fc.Arbitrary<Peer> = fc.oneof(
    { weight: 4, arbitrary: universe.addressSets.map(({ set }): Peer => ({ kind: "addresses", addresses: set })) },
    { weight: 1, arbitrary: fc.constantFrom(group("in"), group("out"), UNKNOWN) },
  );
  const rules: fc.Arbitrary<Rule> = fc
    .record({
      action: fc.constantFrom("allow" as const, "deny" as const, "next" as const),
      services: universe.serviceSets.map(({ set }) => set),
      peers: fc.array(peers, { maxLength: 2 }),
      unknown: fc.oneof(
        { weight: 5, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constant("ports") },
      ),
    })
    .map(({ unknown, ...made }) => ({
      resource: "r",
      location: LOCATION,
      ...made,
      ...(unknown === undefined ? {} : { unknown }),
    }));
  const filters = (direction: Direction): fc.Arbitrary<Filter> =>
    fc
      .tuple(
        fc.array(fc.array(rules, { maxLength: 4 }), { maxLength: 3 }),
        fc.constantFrom("allow" as const, "deny" as const),
        fc.boolean(),
      )
      .map(([levels, otherwise, stateful]) => filter(direction, levels, { otherwise, stateful }));

  /** A packet as the model of the universe names it. */
  interface Point {
    readonly address: string;
    readonly service: string;
  }
  type Truth = "no" | "maybe" | "yes";

  function matches(made: Rule, { address, service }: Point): Truth {
    const byPeer = made.peers.map((peer): Truth => {
      if (peer.kind === "unknown") return "maybe";
      const member = peer.kind === "group" ? peer.id === "in" : universe.holdsAddress(peer.addresses, address);
      return member ? "yes" : "no";
    });
    const peer = byPeer.includes("yes") ? "yes" : byPeer.includes("maybe") ? "maybe" : "no";
    if (made.unknown !== undefined) return peer === "no" ? "no" : "maybe";
    return universe.holdsService(made.services, service) ? peer : "no";
  }

  /** Follows one packet through the levels, both ways wherever a rule may match. */
  function fates({ levels, otherwise }: Filter, point: Point, level = 0, at = 0): Set<string> {
    const rulesOfLevel = levels[level];
    if (!rulesOfLevel) return new Set([otherwise]);
    const made = rulesOfLevel[at];
    if (!made) return fates({ levels, otherwise } as Filter, point, level + 1);
    const taken = () =>
      made.action === "next"
        ? fates({ levels, otherwise } as Filter, point, level + 1)
        : new Set<string>([made.action]);
    const passed = () => fates({ levels, otherwise } as Filter, point, level, at + 1);
    const truth = matches(made, point);
    if (truth === "yes") return taken();
    return truth === "no" ? passed() : new Set([...taken(), ...passed()]);
  }

  const certainly = (made: Filter, point: Point) => !fates(made, point).has("deny");
  const maybe = (made: Filter, point: Point) => fates(made, point).has("allow");

  const POINTS = universe.PACKET_POINTS.map((point): Point => {
    const at = point.lastIndexOf(" ");
    return { address: point.slice(0, at), service: point.slice(at + 1) };
  });

  const held = (set: PacketSet) =>
    POINTS.filter(({ address, service }) => universe.holdsPacket(set, `${address} ${service}`));

  test("evaluateFilter", () => {
    fc.assert(
      fc.property(filters("inbound"), universe.addressSets, (made, { set: addresses, points }) => {
        const { allowed, possible } = evaluateFilter(made, { addresses, groups: new Set(["in", "elsewhere"]) });
        const arriving = POINTS.filter(({ address }) => points.has(address));
        expect(held(allowed)).toEqual(arriving.filter((point) => certainly(made, point)));
        expect(held(possible)).toEqual(arriving.filter((point) => maybe(made, point)));
      }),
      { numRuns: 150 },
    );
  });

  /** The packets that may answer one: to each client port, or any of a protocol without ports. */
  function answersTo({ address, service }: Point): Point[] {
    const [protocol] = service.split(":");
    const services = universe.SERVICE_POINTS.filter((candidate) => candidate.startsWith(`${protocol}:`));
    const clients = services.filter(
      (candidate) => !["6", "17"].includes(protocol ?? "") || Number(candidate.split(":")[1]) >= 1024,
    );
    return clients.map((client) => ({ address, service: client }));
  }

  test("reach, with answers through stateless filters", () => {
    fc.assert(
      fc.property(
        fc.array(filters("inbound"), { maxLength: 2 }),
        fc.array(filters("outbound"), { maxLength: 2 }),
        (inbound, outbound) => {
          const e = endpoint(AddressSet.all, [...inbound, ...outbound]);
          const { allowed, possible } = reach(e, "outbound", { addresses: AddressSet.all, groups: new Set(["in"]) });
          const back = inbound.filter(({ stateful }) => !stateful);
          const answered = (point: Point) =>
            answersTo(point).every((answer) => back.every((made) => certainly(made, answer)));
          const answerable = (point: Point) =>
            !point.service.startsWith("6:") ||
            answersTo(point).some((answer) => back.every((made) => maybe(made, answer)));
          expect(held(allowed)).toEqual(
            POINTS.filter((point) => outbound.every((made) => certainly(made, point)) && answered(point)),
          );
          expect(held(possible)).toEqual(
            POINTS.filter((point) => outbound.every((made) => maybe(made, point)) && answerable(point)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
