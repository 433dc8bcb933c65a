/**
 * The Google semantics against an oracle that knows no sets: it takes one packet and walks through the rules one by
 * one, first match first, as the Google Cloud documentation tells it.
 */
import * as fc from "fast-check";
import { evaluateFilter } from "../../../../verification/evaluate";
import { AddressSet } from "../../../../packets/address-set";
import { PacketSet } from "../../../../packets/packet-set";
import { googlePart } from "../../../../verification/clouds/google/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Action = "allow" | "deny" | "goto_next";

interface Layer4 {
  readonly protocol: string;
  readonly ports: readonly (readonly [number, number])[];
}

interface Written {
  readonly egress: boolean;
  readonly priority: number | undefined;
  readonly layer4: readonly Layer4[];
  readonly ranges: readonly string[];
  readonly own: readonly string[];
  readonly targetAccount: boolean;
  readonly disabled: boolean;
}

interface VpcRule extends Written {
  readonly action: "allow" | "deny";
  readonly sourceTags: readonly string[];
  readonly targetTags: readonly string[];
}

interface PolicyRule extends Written {
  readonly action: Action;
}

interface Case {
  readonly vpc: readonly VpcRule[];
  readonly organisation: readonly PolicyRule[];
  readonly folder: readonly PolicyRule[];
  readonly global: readonly PolicyRule[];
  readonly regional: readonly PolicyRule[];
  readonly policiesFirst: boolean;
  readonly tags: readonly string[];
  readonly hasAccount: boolean;
  readonly inRegion: boolean;
}

interface Packet {
  readonly egress: boolean;
  readonly address: string;
  readonly tags: readonly string[];
  readonly protocol: number;
  readonly port: number;
}

// -------------------------------------------------------------- the oracle

const NUMBERS: Record<string, number> = { icmp: 1, ipip: 4, tcp: 6, udp: 17, esp: 50, sctp: 132, "47": 47 };
/** Far addresses, each with the blocks that hold it. */
const ADDRESSES: Record<string, readonly string[]> = {
  "10.0.0.1": ["10.0.0.0/8", "10.0.0.0/24", "0.0.0.0/0"],
  "10.1.0.1": ["10.0.0.0/8", "0.0.0.0/0"],
  "192.0.2.1": ["192.0.2.0/24", "0.0.0.0/0"],
  "2001:db8::1": ["2001:db8::/32", "::/0"],
};
/** Blocks of the machine's own addresses: it is at 10.9.0.5. */
const OWN: Record<string, boolean> = { "10.9.0.0/24": true, "10.9.0.5": true, "10.8.0.0/24": false };

function decides(rule: Written, packet: Packet, { hasAccount }: Case): boolean {
  if (rule.disabled || rule.egress !== packet.egress) return false;
  if (rule.targetAccount && !hasAccount) return false;
  if (rule.own.length > 0 && !rule.own.some((block) => OWN[block])) return false;
  return rule.layer4.some(({ protocol, ports }) => {
    if (protocol === "all") return true;
    if (NUMBERS[protocol] !== packet.protocol) return false;
    return ports.length === 0 || ports.some(([first, last]) => first <= packet.port && packet.port <= last);
  });
}

const isIn = (ranges: readonly string[], { address }: Packet) =>
  (ADDRESSES[address] ?? []).some((block) => ranges.includes(block));

/** What a level says of a packet: nothing, or that it goes on. */
type Answer = "allow" | "deny" | undefined;

function vpcAnswer(one: Case, packet: Packet): Answer {
  for (let priority = 0; priority <= 1001; priority++) {
    const matching = one.vpc.filter((rule) => {
      if ((rule.priority ?? 1000) !== priority || !decides(rule, packet, one)) return false;
      if (rule.targetTags.length > 0 && !rule.targetTags.some((tag) => one.tags.includes(tag))) return false;
      const tagged = rule.egress ? [] : rule.sourceTags;
      if (rule.ranges.length === 0 && tagged.length === 0) return !packet.address.includes(":");
      return isIn(rule.ranges, packet) || tagged.some((tag) => packet.tags.includes(tag));
    });
    if (matching.some(({ action }) => action === "deny")) return "deny";
    if (matching.length > 0) return "allow";
  }
  return undefined;
}

function policyAnswer(rules: readonly PolicyRule[], one: Case, packet: Packet): Answer {
  for (let priority = 0; priority <= 20; priority++) {
    const rule = rules.find((each) => each.priority === priority);
    if (!rule || !decides(rule, packet, one) || !isIn(rule.ranges, packet)) continue;
    return rule.action === "goto_next" ? undefined : rule.action;
  }
  return undefined;
}

function passes(one: Case, packet: Packet): boolean {
  const vpc = () => vpcAnswer(one, packet);
  const policies = () =>
    policyAnswer(one.global, one, packet) ?? (one.inRegion ? policyAnswer(one.regional, one, packet) : undefined);
  const answer =
    policyAnswer(one.organisation, one, packet) ??
    policyAnswer(one.folder, one, packet) ??
    (one.policiesFirst ? (policies() ?? vpc()) : (vpc() ?? policies()));
  return answer === undefined ? packet.egress : answer === "allow";
}

// -------------------------------------------------------------- the cases

const ports = fc.constantFrom<readonly [number, number]>([22, 22], [443, 443], [0, 65535], [100, 500]);
const layer4: fc.Arbitrary<Layer4> = fc.oneof(
  fc.record({ protocol: fc.constantFrom("tcp", "udp", "sctp"), ports: fc.array(ports, { maxLength: 2 }) }),
  fc.record({ protocol: fc.constantFrom("all", "icmp", "ipip", "esp", "47"), ports: fc.constant([]) }),
);
const BLOCKS = ["10.0.0.0/8", "10.0.0.0/24", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::/32", "::/0"];
const some = <T>(values: readonly T[], minLength = 0) => fc.subarray([...values], { minLength, maxLength: 2 });
const written = {
  egress: fc.boolean(),
  layer4: fc.array(layer4, { minLength: 1, maxLength: 2 }),
  own: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, some(Object.keys(OWN), 1)),
  targetAccount: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
  disabled: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
};
/** Both ends of a packet are of one family, and the machine's own addresses are IPv4. */
const ofOneFamily = ({ own, ranges }: Pick<Written, "own" | "ranges">) =>
  own.length === 0 ? ranges : ranges.map((block) => (block.includes(":") ? "0.0.0.0/0" : block));
const vpcRules: fc.Arbitrary<VpcRule> = fc
  .record({
    ...written,
    priority: fc.constantFrom(undefined, 0, 10, 999, 1000, 1001),
    action: fc.constantFrom("allow", "deny"),
    ranges: some(BLOCKS),
    sourceTags: some(["a", "b"]),
    targetTags: some(["a", "b"]),
  })
  // Google refuses rules that mix tags and accounts, or sources in egress.
  .map((rule) => ({
    ...rule,
    ranges: ofOneFamily(rule),
    targetTags: rule.targetAccount ? [] : rule.targetTags,
    sourceTags: rule.targetAccount || rule.egress ? [] : rule.sourceTags,
  }));
const policyRules = fc
  .array(
    fc.record({
      ...written,
      priority: fc.nat(20),
      action: fc.constantFrom<Action>("allow", "deny", "goto_next"),
      ranges: some(BLOCKS, 1),
    }),
    { maxLength: 4 },
  )
  .map((rules) => rules.map((rule) => ({ ...rule, ranges: ofOneFamily(rule) })))
  // No two rules of a policy have one priority.
  .map((rules) => rules.filter((rule, i) => rules.findIndex(({ priority }) => priority === rule.priority) === i));
const cases: fc.Arbitrary<Case> = fc.record({
  vpc: fc.array(vpcRules, { maxLength: 5 }),
  organisation: policyRules,
  folder: policyRules,
  global: policyRules,
  regional: policyRules,
  policiesFirst: fc.boolean(),
  tags: some(["a", "b"]),
  hasAccount: fc.boolean(),
  inRegion: fc.boolean(),
});
const packets: fc.Arbitrary<Packet> = fc.record({
  egress: fc.boolean(),
  address: fc.constantFrom(...Object.keys(ADDRESSES)),
  tags: some(["a", "b"]),
  protocol: fc.constantFrom(...Object.values(NUMBERS)),
  port: fc.constantFrom(22, 99, 100, 443, 500, 501),
});

// -------------------------------------------------------------- Terraform

const NET = "${google_compute_network.n.id}";
const ACCOUNT = "${google_service_account.a.email}";
const portText = ([first, last]: readonly [number, number]) => (first === last ? String(first) : `${first}-${last}`);
const direction = ({ egress }: Written) => (egress ? "EGRESS" : "INGRESS");

function vpcValues(rule: VpcRule): object {
  const [far, own] = rule.egress ? ["destination_ranges", "source_ranges"] : ["source_ranges", "destination_ranges"];
  return {
    network: NET,
    direction: direction(rule),
    priority: rule.priority,
    disabled: rule.disabled,
    [rule.action]: rule.layer4.map((each) => ({ protocol: each.protocol, ports: each.ports.map(portText) })),
    [far]: rule.ranges,
    [own]: rule.own,
    source_tags: rule.sourceTags,
    target_tags: rule.targetTags,
    ...(rule.targetAccount && { target_service_accounts: [ACCOUNT] }),
  };
}

function policyValues(rule: PolicyRule): object {
  const [far, own] = rule.egress ? ["dest_ip_ranges", "src_ip_ranges"] : ["src_ip_ranges", "dest_ip_ranges"];
  return {
    direction: direction(rule),
    priority: rule.priority,
    action: rule.action,
    disabled: rule.disabled,
    match: [
      {
        layer4_configs: rule.layer4.map((each) => ({ ip_protocol: each.protocol, ports: each.ports.map(portText) })),
        [far]: rule.ranges,
        [own]: rule.own,
      },
    ],
    ...(rule.targetAccount && { target_service_accounts: [ACCOUNT] }),
  };
}

const named = <T>(prefix: string, list: readonly T[], write: (element: T) => object) =>
  Object.fromEntries(list.map((element, i) => [`${prefix}${i}`, write(element)]));

function terraform(one: Case): TerraformJson {
  const policy = (type: string, name: string) => ({ firewall_policy: `\${${type}.${name}.id}` });
  const rules = (type: string, name: string, list: readonly PolicyRule[]) =>
    named(name, list, (rule) => ({ ...policy(type, name), ...policyValues(rule) }));
  const above = "google_compute_firewall_policy";
  const global = "google_compute_network_firewall_policy";
  const regional = "google_compute_region_network_firewall_policy";
  return {
    resource: {
      google_compute_network: {
        n: {
          auto_create_subnetworks: false,
          ...(one.policiesFirst && { network_firewall_policy_enforcement_order: "BEFORE_CLASSIC_FIREWALL" }),
        },
      },
      google_compute_subnetwork: {
        s: { network: NET, ip_cidr_range: "10.9.0.0/24", region: one.inRegion ? "europe-west1" : "us-east1" },
      },
      google_service_account: { a: { account_id: "a" } },
      google_compute_firewall: named("r", one.vpc, vpcValues),
      [above]: { org: {}, folder: {} },
      [`${above}_rule`]: { ...rules(above, "org", one.organisation), ...rules(above, "folder", one.folder) },
      [`${above}_association`]: {
        folder: { attachment_target: "folders/2", ...policy(above, "folder") },
        org: { attachment_target: "organizations/1", ...policy(above, "org") },
      },
      [global]: { g: {} },
      [`${global}_rule`]: rules(global, "g", one.global),
      [`${global}_association`]: { g: { attachment_target: NET, ...policy(global, "g") } },
      [regional]: { r: { region: "europe-west1" } },
      [`${regional}_rule`]: rules(regional, "r", one.regional),
      [`${regional}_association`]: { r: { attachment_target: NET, ...policy(regional, "r") } },
      google_compute_instance: {
        m: {
          tags: one.tags,
          network_interface: [{ subnetwork: "${google_compute_subnetwork.s.id}", network_ip: "10.9.0.5" }],
          ...(one.hasAccount && { service_account: [{ email: ACCOUNT }] }),
        },
      },
    },
  };
}

test("each packet passes the firewalls as the oracle says, and nothing is left unknown", () => {
  const seen = { passed: 0, stopped: 0 };
  fc.assert(
    fc.property(cases, fc.array(packets, { minLength: 12, maxLength: 12 }), (one, probes) => {
      const part = googlePart(resourcesOf(terraform(one)));
      const machine = part.endpoints.find(({ id }) => id === "google_compute_instance.m");
      expect(part.unjudged).toEqual([]);
      for (const packet of probes) {
        const { address, protocol, port } = packet;
        const hasPorts = [6, 17, 132].includes(protocol);
        const probe = PacketSet.ofPacket({ address, protocol, ...(hasPorts && { port }) });
        const way = packet.egress ? "outbound" : "inbound";
        const filter = machine?.filters.find((each) => each.direction === way);
        const groups = new Set(packet.tags.map((tag) => `google_compute_network.n#tag:${tag}`));
        const found = filter && evaluateFilter(filter, { addresses: AddressSet.ofCidr(address), groups });
        expect(found?.allowed.equals(found.possible)).toBe(true);
        const expected = passes(one, packet);
        expect({ packet, passes: found && probe.isSubsetOf(found.allowed) }).toEqual({ packet, passes: expected });
        seen[expected ? "passed" : "stopped"]++;
      }
    }),
    { numRuns: 500 },
  );
  // Either answer is met often, so that neither can be right by itself.
  expect(Math.min(seen.passed, seen.stopped)).toBeGreaterThan(1000);
});
