import * as fc from "fast-check";
import { AddressSet } from "../../packets/address-set";
import { PacketSet, type Packet } from "../../packets/packet-set";
import { ServiceSet } from "../../packets/service-set";
import { addressSets, packetSets, serviceSets } from "./universe";

const cidr = (text: string) => AddressSet.ofCidrs([text]);
const tcp = (first: number, last = first) => ServiceSet.of(6, first, last);
const packets = (text: string, services: ServiceSet) => PacketSet.of(cidr(text), services);

test("two halves of the ports and of the addresses make everything on TCP", () => {
  const quarters = ["0.0.0.0/1", "128.0.0.0/1"].flatMap((half) => [
    packets(half, tcp(0, 32767)),
    packets(half, tcp(32768, 65535)),
  ]);
  expect(PacketSet.unionOf(quarters).equals(PacketSet.of(cidr("0.0.0.0/0").numeric(), ServiceSet.of(6)))).toBe(true);
});

test("projections and restrictions", () => {
  fc.assert(
    fc.property(packetSets, addressSets, serviceSets, ({ set }, { set: addresses }, { set: services }) => {
      expect(set.isSubsetOf(PacketSet.of(set.addresses(), set.services()))).toBe(true);
      expect(set.onAddresses(addresses).key()).toBe(set.intersect(PacketSet.of(addresses, ServiceSet.all)).key());
      expect(set.onServices(services).key()).toBe(set.intersect(PacketSet.of(AddressSet.all, services)).key());
      expect(set.onAddresses(addresses).addresses().equals(set.addresses().intersect(addresses))).toBe(true);
      expect(set.onServices(services).services().equals(set.services().intersect(services))).toBe(true);
    }),
  );
});

test("slabs are disjoint, differ in their addresses and make the set", () => {
  fc.assert(
    fc.property(packetSets, ({ set }) => {
      const slabs = set.slabs();
      expect(
        PacketSet.unionOf(slabs.map(({ addresses, services }) => PacketSet.of(addresses, services))).equals(set),
      ).toBe(true);
      expect(new Set(slabs.map(({ addresses }) => addresses.key())).size).toBe(slabs.length);
      slabs.forEach(({ services }, i) => {
        expect(slabs.slice(i + 1).some((other) => other.services.overlaps(services))).toBe(false);
      });
    }),
  );
});

test("a sample lies in the set; only the empty set has none", () => {
  fc.assert(
    fc.property(packetSets, ({ set }) => {
      const sample = set.sample();
      expect(sample === undefined).toBe(set.isEmpty);
      if (sample) expect(PacketSet.ofPacket(sample).overlaps(set)).toBe(true);
    }),
  );
});

test.each<[string, PacketSet, Packet]>([
  ["443 of all", PacketSet.all, { address: "1.0.0.1", protocol: 6, port: 443 }],
  ["SSH of a range", packets("198.41.192.0/24", tcp(20, 30)), { address: "198.41.192.1", protocol: 6, port: 22 }],
  [
    "the lowest port where none is well known",
    packets("10.0.0.0/8", tcp(8100, 8200)),
    { address: "10.0.0.1", protocol: 6, port: 8100 },
  ],
  [
    "a public address before a telling port",
    packets("10.0.0.0/8", tcp(443)).union(packets("198.41.192.0/24", tcp(7844))),
    { address: "198.41.192.1", protocol: 6, port: 7844 },
  ],
  [
    "TCP before UDP",
    packets("10.0.0.0/8", ServiceSet.of(17, 443)).union(packets("10.0.0.0/8", tcp(9000))),
    { address: "10.0.0.1", protocol: 6, port: 9000 },
  ],
  [
    "UDP before the rest",
    packets("10.0.0.0/8", ServiceSet.of(17, 7844).union(ServiceSet.icmp(1))),
    { address: "10.0.0.1", protocol: 17, port: 7844 },
  ],
  ["no port of ICMP", packets("10.0.0.0/8", ServiceSet.icmp(1, 8)), { address: "10.0.0.1", protocol: 1 }],
  ["port 0 where there is no other", packets("10.0.0.0/8", tcp(0)), { address: "10.0.0.1", protocol: 6, port: 0 }],
  ["a name", PacketSet.of(AddressSet.ofName("aws:s3"), tcp(443)), { address: "aws:s3", protocol: 6, port: 443 }],
])("sample: %s", (_, set, expected) => {
  expect(set.sample()).toEqual(expected);
});

test("text names services with their addresses", () => {
  const set = packets("10.0.0.0/8", tcp(443))
    .union(packets("10.0.0.0/8", tcp(22)))
    .union(packets("192.0.2.1/32", ServiceSet.of(17, 53)));
  expect(set.toString()).toBe("tcp 22, 443 with 10.0.0.0/8; udp 53 with 192.0.2.1/32");
  expect(PacketSet.empty.toString()).toBe("nothing");
  expect(PacketSet.all.toString()).toBe("any with any");
});

test("thousands of rules are put together", () => {
  const rules = Array.from({ length: 5000 }, (_, i) =>
    packets(`${1 + (i % 200)}.${i % 251}.${i % 241}.0/24`, tcp(i * 13, i * 13 + (i % 40))),
  );
  const union = PacketSet.unionOf(rules);
  const both = union.intersect(PacketSet.all.subtract(union));
  expect(both.isEmpty).toBe(true);
  expect(rules.slice(0, 20).every((rule) => rule.isSubsetOf(union))).toBe(true);
});
