import { hasPorts, protocolName, protocolNumber } from "../../packets/protocols";
import { ServiceSet } from "../../packets/service-set";

const [icmp, tcp, udp, esp, icmpv6] = [1, 6, 17, 50, 58] as const;
const union = (...sets: ServiceSet[]) => ServiceSet.unionOf(sets);

test.each<[string, ServiceSet]>([
  ["tcp 443, 7844; udp 7844", union(ServiceSet.of(udp, 7844), ServiceSet.of(tcp, 7844), ServiceSet.of(tcp, 443))],
  ["tcp 443-444", union(ServiceSet.of(tcp, 443), ServiceSet.of(tcp, 444))],
  ["tcp", union(ServiceSet.of(tcp, 0, 1023), ServiceSet.of(tcp, 1024, 65535))],
  ["any", ServiceSet.of("any")],
  ["any", ServiceSet.empty.complement()],
  ["nothing", ServiceSet.of(tcp).subtract(ServiceSet.of("any"))],
  ["icmp type 8", ServiceSet.icmp(icmp, 8)],
  ["icmp type 3 code 4, type 8", union(ServiceSet.icmp(icmp, 8), ServiceSet.icmp(icmp, 3, 4))],
  ["icmpv6 type 133-136", union(...[133, 134, 135, 136].map((type) => ServiceSet.icmp(icmpv6, type)))],
  ["icmpv6", ServiceSet.icmp(icmpv6)],
  ["esp", ServiceSet.of(esp)],
  ["protocol 253", ServiceSet.of(253)],
  ["protocols 0-5; tcp 0-442, 444-65535; protocols 7-255", ServiceSet.of(tcp, 443).complement()],
  ["tcp 443; udp 443; dccp 443; sctp 443; udplite 443", ServiceSet.of("any", 443)],
])("prints %s", (text, set) => {
  expect(set.toString()).toBe(text);
});

test("a port restricts nothing of a protocol without ports", () => {
  expect(ServiceSet.of(esp, 443).equals(ServiceSet.of(esp))).toBe(true);
  expect(ServiceSet.of(esp, 0, 0).key()).toBe(ServiceSet.of(esp).key());
});

test("any with ports is no more than the protocols with ports", () => {
  const web = ServiceSet.of("any", 443);
  expect(ServiceSet.of(udp, 443).isSubsetOf(web)).toBe(true);
  expect(web.overlaps(ServiceSet.of(icmp))).toBe(false);
  expect(web.overlaps(ServiceSet.of(esp))).toBe(false);
});

test("boxes keep whole protocols together and cut partial ones", () => {
  expect(ServiceSet.of(tcp, 1, 65535).union(ServiceSet.of(7)).union(ServiceSet.of(8)).ranges()).toEqual([
    { protocols: [6, 6], ports: [1, 65535] },
    { protocols: [7, 8], ports: [0, 65535] },
  ]);
});

test.each<[string, () => ServiceSet]>([
  ["a port above 65535", () => ServiceSet.of(tcp, 1, 65536)],
  ["a negative port", () => ServiceSet.of(tcp, -1)],
  ["ports in reverse", () => ServiceSet.of(tcp, 2, 1)],
  ["a port that is no number", () => ServiceSet.of(tcp, Number("http"))],
  ["half a port", () => ServiceSet.of(tcp, 80.5)],
  ["a bad port of any protocol", () => ServiceSet.of("any", 70000)],
  ["a bad port of a protocol without ports", () => ServiceSet.of(esp, 70000)],
  ["a protocol above 255", () => ServiceSet.of(256)],
  ["AWS's -1, which a cloud must read", () => ServiceSet.of(-1)],
  ["ports of ICMP", () => ServiceSet.of(icmp, 8)],
  ["an ICMP type above 255", () => ServiceSet.icmp(icmp, 256)],
  ["an ICMP code above 255", () => ServiceSet.icmp(icmp, 3, 256)],
  ["an ICMP code without a type", () => ServiceSet.icmp(icmp, undefined, 4)],
])("%s is refused", (_, make) => {
  expect(make).toThrow(RangeError);
});

test.each<[string | number, number | undefined]>([
  ["tcp", 6],
  ["TCP", 6],
  ["udp", 17],
  ["icmp", 1],
  ["icmpv6", 58],
  ["ipv6-icmp", 58],
  ["sctp", 132],
  ["gre", 47],
  ["esp", 50],
  ["ah", 51],
  ["ipip", 4],
  ["ipv6", 41],
  ["dccp", 33],
  ["ospf", 89],
  ["vrrp", 112],
  ["6", 6],
  [255, 255],
  [256, undefined],
  [-1, undefined],
  ["-1", undefined],
  ["all", undefined],
  ["", undefined],
  ["constructor", undefined],
])("the protocol number of %s is %s", (name, number) => {
  expect(protocolNumber(name)).toBe(number);
});

test("names are written as they are read", () => {
  const misread = Array.from({ length: 256 }, (_, n) => n).filter((n) => protocolNumber(protocolName(n)) !== n);
  expect(misread).toEqual([]);
  expect([1, 4, 6, 17, 58, 253].map(protocolName)).toEqual(["icmp", "ipip", "tcp", "udp", "icmpv6", "253"]);
});

test("ports belong to TCP, UDP, DCCP, SCTP and UDP-Lite", () => {
  expect(Array.from({ length: 256 }, (_, n) => n).filter(hasPorts)).toEqual([6, 17, 33, 132, 136]);
});
