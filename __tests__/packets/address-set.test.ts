import { AddressSet, formatAddress, parseCidr } from "../../packets/address-set";

const cidrs = (...list: string[]) => AddressSet.ofCidrs(list);

test("two halves make the internet, and with it every named set", () => {
  const halves = cidrs("0.0.0.0/1", "128.0.0.0/1");
  expect(halves.toCidrs()).toEqual(["0.0.0.0/0"]);
  expect(halves.equals(cidrs("0.0.0.0/0"))).toBe(true);
  expect(AddressSet.ofName("aws:s3").isSubsetOf(halves)).toBe(true);
});

test("every public address without the private ones covers named sets; less than that does not", () => {
  const withoutPrivate = AddressSet.ofCidr("0.0.0.0/0").subtract(
    cidrs("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
  );
  expect(AddressSet.ofName("aws:s3").isSubsetOf(cidrs(...withoutPrivate.toCidrs()))).toBe(true);
  expect(AddressSet.ofName("aws:s3").overlaps(cidrs("0.0.0.0/1"))).toBe(false);
  expect(AddressSet.ofName("aws:s3").overlaps(cidrs("::/0"))).toBe(false);
});

test("names are atoms", () => {
  const s3 = AddressSet.ofName("aws:s3");
  expect(s3.overlaps(AddressSet.ofName("aws:dynamodb"))).toBe(false);
  expect(s3.complement().names()).toEqual({ except: true, names: ["aws:s3"] });
  expect(s3.complement().union(s3).equals(AddressSet.all)).toBe(true);
  expect(AddressSet.all.subtract(AddressSet.all.numeric()).sample()).toBe("any named address set");
  expect(AddressSet.ofName('a","b').key()).not.toBe(AddressSet.ofName("a").union(AddressSet.ofName("b")).key());
});

test.each<[string, string[], string[]]>([
  ["neighbours merge", ["10.0.0.0/25", "10.0.0.128/25"], ["10.0.0.0/24"]],
  ["overlaps merge", ["10.0.0.0/8", "10.1.0.0/16"], ["10.0.0.0/8"]],
  [
    "blocks that only touch at no power of two stay apart",
    ["10.0.1.0/24", "10.0.2.0/24"],
    ["10.0.1.0/24", "10.0.2.0/24"],
  ],
  ["families stay apart", ["::/0", "0.0.0.0/0"], ["0.0.0.0/0", "::/0"]],
  [
    "the last addresses",
    ["255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["255.255.255.255/32", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"],
  ],
])("%s", (_, list, expected) => {
  expect(cidrs(...list).toCidrs()).toEqual(expected);
});

test("a hole of one address is seen", () => {
  const hole = cidrs("10.0.0.0/8").subtract(AddressSet.ofCidr("10.1.2.3"));
  expect(cidrs("10.0.0.0/8").isSubsetOf(hole)).toBe(false);
  expect(hole.size(4)).toBe(2n ** 24n - 1n);
  expect(AddressSet.ofRange("10.0.0.0", "10.255.255.255").subtract(hole).toString()).toBe("10.1.2.3/32");
});

test.each<[string, AddressSet, string]>([
  ["a public address first", cidrs("10.0.0.0/8", "198.41.192.0/24"), "198.41.192.1"],
  ["else a private one", cidrs("10.0.0.0/8"), "10.0.0.1"],
  ["public IPv6 before private IPv4", cidrs("10.0.0.0/8", "2606:4700::/32"), "2606:4700::1"],
  ["a name where there is no address", AddressSet.ofName("aws:s3"), "aws:s3"],
])("sample: %s", (_, set, expected) => {
  expect(set.sample()).toBe(expected);
  expect(AddressSet.ofText(expected).isSubsetOf(set)).toBe(true);
});

test.each([
  ["10.0.0.1/8", /block is 10\.0\.0\.0\/8/],
  ["2606:4700::1/32", /block is 2606:4700::\/32/],
  ["10.0.0.0/33", /longer than 32 bits/],
  ["10.0.0.0/08", /no valid prefix/],
  ["10.0.0.0/", /no valid prefix/],
  ["10.0.0/8", /not an IP address/],
  ["010.0.0.1", /not an IP address/],
  ["10.0.0.256", /not an IP address/],
  ["fe80::1%eth0", /not an IP address/],
  ["10.0.0.0/8/8", /not an IP address/],
  ["aws:s3", /not an IP address/],
  ["", /not an IP address/],
])("'%s' is refused", (text, message) => {
  expect(() => AddressSet.ofCidr(text)).toThrow(RangeError);
  expect(() => AddressSet.ofCidr(text)).toThrow(message);
});

test.each([
  ["10.0.0.2", "10.0.0.1"],
  ["10.0.0.1", "::1"],
])("the range %s to %s is refused", (first, last) => {
  expect(() => AddressSet.ofRange(first, last)).toThrow(RangeError);
});

test.each(["0.0.0.0", "255.255.255.255", "198.41.192.7", "::", "2606:4700:a0::1"])(
  "%s is read and written alike",
  (text) => {
    const { family, first } = parseCidr(text);
    expect(formatAddress(family, first)).toBe(text);
  },
);
