/** The list of Cloudflare's blocks, to which every deployment is opened: what is refused of one. */
import { readFileSync } from "node:fs";
import { ageWarning, CLOUDFLARE_FILE, cloudflareIps, parseCloudflareIps } from "../../config/cloudflare-ips";
import { CLOUDFLARE } from "../../config/control-plane";
import { ConfigError } from "../../config/yaml-source";
import { AddressSet } from "../../packets/address-set";

const SOURCE = readFileSync(CLOUDFLARE_FILE, "utf8");

function errorsOf(source: string): readonly string[] {
  try {
    parseCloudflareIps(source, "ips.json");
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

/** The list with the block at the beginning of its line 7 or 24 replaced. */
const withIpv4 = (block: string) => SOURCE.replace('"173.245.48.0/20"', `"${block}"`);
const withIpv6 = (block: string) => SOURCE.replace('"2400:cb00::/32"', `"${block}"`);

test("the list that is there is taken, and the widest blocks that Cloudflare ever published", () => {
  expect(errorsOf(SOURCE)).toEqual([]);
  const wide = SOURCE.replace('"104.16.0.0/13"', '"104.16.0.0/12"').replace('      "104.24.0.0/14",\n', "");
  expect(errorsOf(wide)).toEqual([]);
});

test("no block of it is wider than the bounds, nor are all together near theirs", () => {
  const prefixes = (cidrs: readonly string[]) => cidrs.map((cidr) => Number(cidr.split("/")[1]));
  expect(Math.min(...prefixes(CLOUDFLARE.ipv4))).toBe(13);
  expect(Math.min(...prefixes(CLOUDFLARE.ipv6))).toBe(29);
  expect(Number(AddressSet.ofCidrs(CLOUDFLARE.ipv4).size(4)) / 2 ** 22).toBeLessThan(0.5);
});

test.each([
  ["all of IPv4", withIpv4("0.0.0.0/0"), "7: published.ipv4[0]: '0.0.0.0/0' is wider than any block of Cloudflare's"],
  ["an /11", withIpv4("104.0.0.0/11"), "7: published.ipv4[0]: '104.0.0.0/11' is wider than any block of Cloudflare's"],
  ["half of IPv6", withIpv6("2000::/4"), "24: published.ipv6[0]: '2000::/4' is wider than any block of Cloudflare's"],
  ["a letter for a digit", withIpv4("173.245.48.0/2O"), "7: published.ipv4[0]: '173.245.48.0/2O' has no valid prefix"],
  ["bits behind the prefix", withIpv4("173.245.48.1/20"), "7: published.ipv4[0]: '173.245.48.1/20'"],
  ["a private block", withIpv4("10.0.0.0/16"), "7: published.ipv4[0]: '10.0.0.0/16' is private or reserved"],
  ["shared addresses", withIpv4("100.64.0.0/16"), "7: published.ipv4[0]: '100.64.0.0/16' is private or reserved"],
  ["multicast", withIpv4("224.0.0.0/16"), "7: published.ipv4[0]: '224.0.0.0/16' is private or reserved"],
  ["the cloud's metadata", withIpv4("169.254.169.254/32"), "7: published.ipv4[0]: '169.254.169.254/32' is private"],
  ["unique local addresses", withIpv6("fd00::/32"), "24: published.ipv6[0]: 'fd00::/32' is private or reserved"],
  ["documentation's", withIpv6("2001:db8::/32"), "24: published.ipv6[0]: '2001:db8::/32' is private or reserved"],
  ["6to4", withIpv6("2002:a00::/32"), "24: published.ipv6[0]: '2002:a00::/32' is private or reserved"],
  ["one inside another", withIpv4("104.16.4.0/24"), "18: published.ipv4[11]: '104.16.0.0/13' overlaps '104.16.4.0/24'"],
  ["one twice", withIpv4("104.16.0.0/13"), "18: published.ipv4[11]: '104.16.0.0/13' is listed twice"],
  ["the other family", withIpv4("2606:4700::/32"), "7: published.ipv4[0]: '2606:4700::/32' is no block of IPv4"],
  ["no etag", SOURCE.replace(/"etag": ".*"/, '"etag": ""'), "3: etag: '' is not an etag of Cloudflare's"],
  ["no day", SOURCE.replace(/"date": ".*"/, '"date": "2026-02-30"'), "4: date: '2026-02-30' is not a day"],
  ["no blocks", SOURCE.replace(/"ipv6": \[[^\]]*\]/, '"ipv6": []'), "23: published.ipv6: has too few entries"],
  ["a field of another", SOURCE.replace('"etag"', '"tag"'), "1: etag: is required"],
  [
    "an edge elsewhere",
    SOURCE.replace('"ipv4": ["198.41.192.0/24"', '"ipv4": ["8.8.8.0/24"'),
    "35: tunnelEdge.global.ipv4[0]: '8.8.8.0/24' does not lie inside the published blocks",
  ],
  ["no JSON", SOURCE.slice(0, -20), "YAML: "],
  ["another file", "[]", "1: is not a mapping of fields"],
])("%s is refused by line and field", (_what, source, message) => {
  expect(errorsOf(source)[0]).toContain(`ips.json:`);
  expect(errorsOf(source)[0]).toContain(message);
});

test("blocks that are narrow enough each are refused where they are the internet together", () => {
  const many = Array.from({ length: 5 }, (_, i) => `"${20 + i}.0.0.0/12"`).join(", ");
  expect(errorsOf(SOURCE.replace('"173.245.48.0/20"', many))).toEqual([
    "ips.json:6: published.ipv4: has 6763520 addresses (allowed: at most 4194304, those of a /10)",
  ]);
});

test("a list that nobody has looked at for more than 60 days is told of, and no younger one", () => {
  const after = (days: number) =>
    new Date(Date.parse(cloudflareIps().date) + days * 86_400_000).toISOString().slice(0, 10);
  expect(ageWarning(after(0))).toBeUndefined();
  expect(ageWarning(after(60))).toBeUndefined();
  expect(ageWarning(after(61))).toBe(
    `cloudflare-ips.json is of ${cloudflareIps().date}, 61 days ago: Cloudflare may have published other blocks since (npm run cloudflare)`,
  );
});
