import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePolicyFile } from "../../config/policy-file";
import { defaultPolicy, isNamed, partyOf, policyOf, readPolicy } from "../../verification/policy";

const read = (...lines: string[]) => policyOf(parsePolicyFile(lines.join("\n"), "policy.yaml"));

describe("a party", () => {
  test.each([
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["::/0", "::/0"],
    ["aws:s3", "aws:s3"],
    ["azure:Storage.EastUS2", "azure:Storage.eastus2"],
    ["azure:AzureFrontDoor.FirstParty", "azure:AzureFrontDoor.firstparty"],
    ["azure:Storage.eastus", "azure:Storage.eastus"],
    ["internet", "any"],
    ["cloudflare-tunnel", "198.41.192.0/24, 198.41.200.0/24, 2606:4700:a0::/48, 2606:4700:a8::/48"],
    ["cloudflare-tunnel-us", "198.41.218.0/23, 2606:4700:a1::/48, 2606:4700:a9::/48"],
    ["cloudflare-tunnel-fed", "162.159.234.0/24, 172.64.234.0/24, 2606:4700:f6::/48, 2a06:98c1:4d::/48"],
  ])("%s is addresses", (name, addresses) => {
    const party = partyOf(name);
    expect(party.kind === "addresses" && party.addresses.toString()).toBe(addresses);
  });

  test("all of Cloudflare's published blocks", () => {
    const party = partyOf("cloudflare");
    expect(party.kind === "addresses" && party.addresses.toCidrs()).toHaveLength(22);
  });

  test.each([
    "aws_instance.web",
    'module.a["x"].aws_security_group.b',
    "aws_eks_node_group.*",
    "deployment/union/a",
    "data.aws_vpc.a",
  ])("%s is a resource", (name) => expect(partyOf(name)).toEqual({ kind: "resource", name }));
});

test.each([
  ["aws_lb.a", "aws_lb.a", true],
  ["aws_lb.a", "aws_lb.*", true],
  ["aws_lb.a", "*", true],
  ["aws_lb.ab", "aws_lb.a", false],
  ["aws_lb", "aws_lb.*", false],
])("%s under %s: %s", (address, pattern, expected) => expect(isNamed(address, pattern)).toBe(expected));

describe("a policy file", () => {
  test.each([
    ["protocol: tcp, ports: 443", "tcp 443"],
    ["protocol: udp, ports: '8000-8010'", "udp 8000-8010"],
    ["ports: [443, '8000-8010']", "tcp 443, 8000-8010"],
    ["protocol: icmp", "icmp"],
    ["protocol: any", "any"],
    ["protocol: 47", "gre"],
    ["protocol: udp", "udp"],
  ])("services of '%s'", (service, expected) => {
    const { outbound } = read("outbound:", `  - {to: cloudflare, ${service}}`);
    expect(outbound?.[0]?.services.toString()).toBe(expected);
  });

  test("what it leaves out is the default: nothing from outside, what leaves not judged", () => {
    expect(read("exceptions: []")).toEqual(defaultPolicy());
    expect(read("outbound: []").outbound).toEqual([]);
  });

  test("every field", () => {
    const policy = read(
      "inside: [10.0.0.0/8, fd00::/8]",
      "inbound: [{from: 203.0.113.0/24, ports: 443, reason: office of the bank, expires: '2030-01-31'}]",
      "required: [{from: deployment/union/a, to: cloudflare-tunnel, protocol: udp, ports: 7844}]",
      "exceptions: [{id: flow-logs, resource: aws_vpc.a, reason: logged elsewhere, expires: '2030-01-31'}]",
    );
    expect(policy.inside.toString()).toBe("10.0.0.0/8, fd00::/8");
    expect(policy.inbound).toMatchObject([{ reason: "office of the bank", expires: "2030-01-31" }]);
    expect(policy.exceptions).toMatchObject([{ id: "flow-logs", resource: "aws_vpc.a" }]);
    const [path] = policy.required;
    expect(path?.name).toBe("deployment/union/a to cloudflare-tunnel");
    // A path needs the addresses that every network has: IPv4.
    expect(path?.to.kind === "addresses" && path.to.addresses.toString()).toBe("198.41.192.0/24, 198.41.200.0/24");
  });

  test("is read from disk", () => {
    const folder = mkdtempSync(join(tmpdir(), "policy-"));
    try {
      writeFileSync(join(folder, "policy.yaml"), "inside: [10.0.0.0/8]\n");
      expect(readPolicy(join(folder, "policy.yaml")).inside.toString()).toBe("10.0.0.0/8");
      expect(() => readPolicy(join(folder, "none.yaml"))).toThrow(
        "none.yaml: does not exist (allowed: a policy's YAML file)",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["outbound: [{to: 1.2.3.4/5}]", "p.yaml:1: outbound[0].to: '1.2.3.4/5' has bits set behind its prefix"],
    [
      "outbound: [{to: Acme}]",
      "p.yaml:1: outbound[0].to: 'Acme' names nobody (allowed: a CIDR block, internet, cloudflare",
    ],
    ["outbound: [{to: ''}]", "p.yaml:1: outbound[0].to: '' names nobody"],
    [
      "outbound: [{to: internet, protocol: tpc}]",
      "p.yaml:1: outbound[0].protocol: 'tpc' is no protocol (allowed: tcp, udp",
    ],
    ["outbound: [{to: internet, protocol: [6]}]", "p.yaml:1: outbound[0].protocol: '[6]' is no protocol"],
    ["outbound: [{to: internet, protocol: 256}]", "p.yaml:1: outbound[0].protocol: '256' is no protocol"],
    ["outbound: [{to: internet, ports: 65536}]", "p.yaml:1: outbound[0].ports: '65536' is no port (allowed: a number"],
    ["outbound: [{to: internet, ports: 9-5}]", "p.yaml:1: outbound[0].ports: '9-5' is no port"],
    ["outbound: [{to: internet, ports: [80, x]}]", "p.yaml:1: outbound[0].ports[1]: 'x' is no port"],
    ["outbound: [{to: internet, ports: {a: 1}}]", "p.yaml:1: outbound[0].ports: '{\"a\":1}' is no port"],
    [
      "outbound: [{to: internet, protocol: icmp, ports: 8}]",
      "p.yaml:1: outbound[0].ports: do not go with protocol 'icmp'",
    ],
    [
      "inside: [10.0.0.1/8]",
      "p.yaml:1: inside[0]: '10.0.0.1/8' has bits set behind its prefix; the block is 10.0.0.0/8",
    ],
    ["inside: []", "p.yaml:1: inside: has too few entries (allowed: at least 1 entry)"],
    [
      "a: 1",
      "p.yaml:1: a: is not a known field (allowed: inside, inbound, outbound, required, forbidden, invariants, exceptions)",
    ],
    ["inbound:\n  - from: internet\n    reason: short", "p.yaml:3: inbound[0].reason: 'short' is too short"],
    ["inbound:\n  - from: internet\n    reason: long enough now", "p.yaml:2: inbound[0].expires: is required"],
    ["required: [{from: internet}]", "p.yaml:1: required[0].to: is required"],
    ["- a", "p.yaml:1: is not a mapping of fields (allowed: 'inside: [...]', 'outbound: [...]', ...)"],
    ["a: [", "p.yaml:1: YAML: "],
  ])("%s: an error with file, line and field", (source, message) => {
    expect(() => parsePolicyFile(source, "p.yaml")).toThrow(message);
  });
});
