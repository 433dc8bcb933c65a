import { AddressSet } from "../../packets/address-set";
import { NO_SENDERS, PRIVATE } from "../../packets/special-purpose";

const isWithin = (cidr: string, set: AddressSet) => AddressSet.ofCidr(cidr).isSubsetOf(set);
const overlaps = (cidr: string, set: AddressSet) => AddressSet.ofCidr(cidr).overlaps(set);

test.each([
  ["this host", "0.0.0.0/8"],
  ["loopback", "127.0.0.0/8"],
  ["link-local", "169.254.0.0/16"],
  ["protocol assignments", "192.0.0.0/24"],
  ["documentation", "192.0.2.0/24"],
  ["documentation", "198.51.100.0/24"],
  ["documentation", "203.0.113.0/24"],
  ["benchmarks", "198.18.0.0/15"],
  ["multicast", "224.0.0.0/4"],
  ["reserved", "240.0.0.0/4"],
  ["unspecified and loopback, IPv6", "::/127"],
  ["link-local, IPv6", "fe80::/10"],
  ["multicast, IPv6", "ff00::/8"],
  ["documentation, IPv6", "2001:db8::/32"],
  ["not yet assigned, IPv6", "4000::/2"],
])("%s: no packet comes from %s", (_, cidr) => {
  expect(isWithin(cidr, NO_SENDERS)).toBe(true);
});

test.each([
  "1.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "126.0.0.0/8",
  "128.0.0.0/8",
  "172.16.0.0/12",
  "192.0.3.0/24",
  "192.168.0.0/16",
  "198.51.101.0/24",
  "223.0.0.0/8",
  "2000::/16",
  "2606:4700::/32",
  "fc00::/7",
])("from %s packets come", (cidr) => {
  expect(overlaps(cidr, NO_SENDERS)).toBe(false);
});

test("no named set of a cloud is among them", () => {
  expect(NO_SENDERS.overlaps(AddressSet.ofName("aws:s3"))).toBe(false);
});

test.each([
  ["10.1.2.3/32", true],
  ["100.64.0.0/10", true],
  ["fd00::/8", true],
  ["8.8.8.8/32", false],
  ["2606:4700::/32", false],
])("%s is private: %s", (cidr, isPrivate) => {
  expect(isWithin(cidr, PRIVATE)).toBe(isPrivate);
  expect(overlaps(cidr, PRIVATE)).toBe(isPrivate);
});
