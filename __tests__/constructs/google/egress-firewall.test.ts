import { CLOUDFLARE, tunnelEdge } from "../../../config/control-plane";
import { egressOf } from "../../../config/egress";
import { EgressFirewall } from "../../../constructs/google/egress-firewall";
import { Synthesized, type Json } from "../../support/constructs";
import { googleDeployment } from "../../support/deployments";

const NODES = "10.2.0.0/16";
const PODS = "10.0.0.0/15";
const CLUSTER = "10.3.0.0/28";

function rulesOf(fields: Readonly<Record<string, unknown>> = {}, isShared = false, consumers?: string): Json[] {
  const made = Synthesized.of((scope) => {
    new EgressFirewall(scope, "egress-firewall", {
      name: "acme",
      networkId: "network",
      networkProject: "acme-host",
      addresses: { nodes: NODES, pods: PODS, cluster: CLUSTER },
      egress: egressOf(googleDeployment(fields)),
      isShared,
      consumers,
    });
  });
  return made.all("google_compute_firewall");
}

/** A rule as a line: `EGRESS 1000 allow acme-node 10.0.0.0/8: tcp 443`. */
function line(rule: Json): string {
  const [action] = ["allow", "deny"].filter((name) => name in rule);
  const services = rule[action ?? ""].map(({ protocol, ports }: Json) => [protocol, ...(ports ?? [])].join(" "));
  const blocks = rule[{ EGRESS: "destination_ranges", INGRESS: "source_ranges" }[rule.direction as string] ?? ""];
  const targets = rule.target_tags ?? ["everyone"];
  return `${rule.direction} ${rule.priority} ${action} ${targets} ${blocks}: ${services.join(", ")}`;
}

const allows = (fields?: Readonly<Record<string, unknown>>) =>
  rulesOf(fields)
    .filter(({ allow }) => allow)
    .map(line)
    .sort();

const INSIDE = [
  `EGRESS 1000 allow acme-node ${NODES},${PODS}: all`,
  `EGRESS 1000 allow acme-node ${CLUSTER}: tcp 443 8132`,
  "EGRESS 1000 allow acme-node 199.36.153.4/30: tcp 443",
  `INGRESS 1000 allow acme-node ${NODES},${PODS}: all`,
  `INGRESS 1000 allow acme-node ${CLUSTER}: tcp 443 4443 6443 8443 9443 10250`,
];

describe("what may pass, beside the cluster's own ranges", () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      "published blocks, for both channels",
      {},
      [
        `EGRESS 1000 allow acme-node ${CLOUDFLARE.ipv4}: tcp 443`,
        `EGRESS 1000 allow acme-node ${CLOUDFLARE.ipv4}: tcp 7844, udp 7844`,
      ],
    ],
    [
      "tunnel regions, and one transport only",
      { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] }, tunnel: { protocol: "http2" } },
      [
        `EGRESS 1000 allow acme-node ${CLOUDFLARE.ipv4}: tcp 443`,
        `EGRESS 1000 allow acme-node ${tunnelEdge("us").ipv4}: tcp 7844`,
      ],
    ],
    [
      "a list, and control-plane blocks of IPv4, which is all that the network has",
      {
        egress: { mode: "list", cidrs: ["198.41.128.0/17"], controlPlaneCidrs: ["3.137.115.239/32", "2600:1f16::/48"] },
        tunnel: { protocol: "quic" },
      },
      [
        "EGRESS 1000 allow acme-node 198.41.128.0/17: tcp 443",
        "EGRESS 1000 allow acme-node 198.41.128.0/17: udp 7844",
        "EGRESS 1000 allow acme-node 3.137.115.239/32: tcp 443",
      ],
    ],
  ])("%s", (_, fields, outside) => {
    expect(allows(fields)).toEqual([...INSIDE, ...outside].sort());
  });
});

describe("everything else", () => {
  test.each([
    ["of every machine, in a network of the data plane's own", false, "everyone"],
    ["of nodes, in a network that others use too", true, "acme-node"],
  ])("is refused and logged: %s", (_, isShared, targets) => {
    const denies = rulesOf({}, isShared).filter(({ deny }) => deny);
    expect(denies.map(line).sort()).toEqual([
      `EGRESS 65534 deny ${targets} 0.0.0.0/0: all`,
      `EGRESS 65534 deny ${targets} ::/0: all`,
      `INGRESS 65534 deny ${targets} 0.0.0.0/0: all`,
      `INGRESS 65534 deny ${targets} ::/0: all`,
    ]);
    for (const { log_config } of denies) expect(log_config).toEqual({ metadata: "INCLUDE_ALL_METADATA" });
  });
});

// Google takes a rule without addresses for one that speaks of all of them.
test("no rule leaves its addresses out, and each says what it is for", () => {
  for (const { source_ranges, destination_ranges, description, network } of rulesOf()) {
    expect((source_ranges ?? destination_ranges).length).toBeGreaterThan(0);
    expect(description).toMatch(/^.{10,}$/);
    expect(network).toBe("network");
  }
});

test("proxies of the private management connection: from those who connect and health checks, to the API alone", () => {
  const rules = rulesOf({}, true, "10.3.0.16/28");
  const ofProxies = rules.filter(({ allow, target_tags }) => allow && target_tags.includes("acme-proxy"));
  expect(ofProxies.map(line).sort()).toEqual([
    `EGRESS 1000 allow acme-proxy ${CLUSTER}: tcp 443`,
    "INGRESS 1000 allow acme-proxy 10.3.0.16/28: tcp 443",
    "INGRESS 1000 allow acme-proxy 35.191.0.0/16,130.211.0.0/22: tcp 443",
  ]);
  expect(new Set(rules.map(({ project }) => project))).toEqual(new Set(["acme-host"]));
  const denies = rules.filter(({ deny }) => deny);
  expect(denies.map(({ target_tags }) => target_tags)).toEqual(Array(4).fill(["acme-node", "acme-proxy"]));
});
