import type { AddressPlan } from "../../../config/azure/address-plan";
import { CLOUDFLARE, tunnelEdge } from "../../../config/control-plane";
import { egressOf } from "../../../config/egress";
import { EgressFirewall, type EgressFirewallProps } from "../../../constructs/azure/egress-firewall";
import { Synthesized, type Json } from "../../support/constructs";
import { azureDeployment } from "../../support/deployments";

const ADDRESSES: AddressPlan = {
  nodes: "10.0.0.0/17",
  cluster: "10.0.128.0/28",
  privateConnectivity: "10.0.128.16/28",
  endpoints: "10.0.128.64/26",
};
const NETWORK = {
  nodeSubnetId: "subnet/nodes",
  clusterSubnetId: "subnet/cluster",
  endpointSubnetId: "subnet/endpoints",
};
const BYOC = { ...NETWORK, privateLinkSubnetId: "subnet/private-link" };

/** The firewall of the smallest deployment with `fields`. */
function synthesize(fields: Readonly<Record<string, unknown>> = {}, props: Partial<EgressFirewallProps> = {}) {
  return Synthesized.of((scope) => {
    new EgressFirewall(scope, "egress-firewall", {
      name: "acme",
      group: { name: "union-acme", location: "eastus2", tags: { "union:deployment": "acme" } },
      network: NETWORK,
      addresses: ADDRESSES,
      podCidr: "172.24.0.0/14",
      egress: egressOf(azureDeployment(fields)),
      isolated: false,
      accessFromCidrs: [],
      ...props,
    });
  });
}

const listed = (rule: Json, one: string, more: string): string => [rule[one] ?? rule[more]].flat().join(" ");
/** What a rule says of its far side, such as `allow 10.0.0.0/17 tcp 443 4443`. */
function line(rule: Json): string {
  const [near, far] = rule.direction === "Inbound" ? ["destination", "source"] : ["source", "destination"];
  // A group filters one subnet, and clients take any port.
  expect([rule[`${near}_address_prefix`], rule.source_port_range]).toEqual(["*", "*"]);
  const others = listed(rule, `${far}_address_prefix`, `${far}_address_prefixes`);
  const ports = listed(rule, "destination_port_range", "destination_port_ranges");
  return `${rule.access} ${others} ${rule.protocol} ${ports}`.toLowerCase();
}
/** The rules of a group in one direction, in the order in which they decide. */
function rules(made: Synthesized, label: string, direction: "Inbound" | "Outbound"): string[] {
  const all: Json[] = made.one("azurerm_network_security_group", { name: `acme-${label}` }).security_rule;
  return all
    .filter((rule) => rule.direction === direction)
    .sort((a, b) => a.priority - b.priority)
    .map(line);
}

const DENY = "deny * * *";
const WORKLOADS = "10.0.0.0/17 172.24.0.0/14";
const API_PORTS = "443 4443 6443 8443 9443 10250";

test("each subnet has its group, and what must start filtered can wait for all of them", () => {
  let firewall: EgressFirewall | undefined;
  const made = Synthesized.of((scope) => {
    firewall = new EgressFirewall(scope, "egress-firewall", {
      name: "acme",
      group: { name: "union-acme", location: "eastus2", tags: {} },
      network: BYOC,
      addresses: ADDRESSES,
      podCidr: "172.24.0.0/14",
      egress: egressOf(azureDeployment()),
      isolated: false,
      accessFromCidrs: [],
    });
  });
  const groupOf = (subnet_id: string) =>
    made.one("azurerm_subnet_network_security_group_association", { subnet_id }).network_security_group_id;
  for (const label of ["nodes", "cluster", "endpoints", "private-link"]) {
    const address = made.address("azurerm_network_security_group", { name: `acme-${label}` });
    expect(groupOf(`subnet/${label}`)).toBe(`\${${address}.id}`);
  }
  expect(firewall?.all).toHaveLength(4);
});

test("every group ends with denials in both directions, at the lowest priority that there is", () => {
  const made = synthesize({}, { network: BYOC, accessFromCidrs: ["10.9.0.0/24"] });
  const groups = made.all("azurerm_network_security_group");
  expect(groups).toHaveLength(4);
  for (const { security_rule: all } of groups) {
    for (const direction of ["Inbound", "Outbound"]) {
      const own: Json[] = all.filter((rule: Json) => rule.direction === direction);
      const last = own.find(({ priority }) => priority === 4096);
      expect(line(last)).toBe(DENY);
      // Azure refuses two rules of one priority, or of one name.
      expect(new Set(own.map(({ priority }) => priority)).size).toBe(own.length);
    }
    expect(new Set(all.map(({ name }: Json) => name)).size).toBe(all.length);
  }
});

describe("inbound", () => {
  test("is from the data plane's own blocks and Azure's probes, and nothing else", () => {
    const made = synthesize({ egress: { controlPlaneCidrs: ["3.137.115.239/32"] } });
    expect(rules(made, "nodes", "Inbound")).toEqual([
      `allow ${WORKLOADS} * *`,
      `allow 10.0.128.0/28 tcp ${API_PORTS}`,
      DENY,
    ]);
    expect(rules(made, "cluster", "Inbound")).toEqual([
      "allow 10.0.128.0/28 * *",
      `allow ${WORKLOADS} tcp 443 4443`,
      "allow azureloadbalancer tcp 9988",
      DENY,
    ]);
    expect(rules(made, "endpoints", "Inbound")).toEqual([
      `allow ${WORKLOADS} tcp 443`,
      "allow 10.0.128.0/28 tcp 443",
      DENY,
    ]);
  });

  test("is from given blocks too, to the Kubernetes API and private endpoints on 443", () => {
    const plain = synthesize();
    const made = synthesize({}, { accessFromCidrs: ["10.9.0.0/24", "10.10.0.0/24"] });
    const added = (label: string) =>
      rules(made, label, "Inbound").filter((rule) => !rules(plain, label, "Inbound").includes(rule));
    for (const label of ["cluster", "endpoints"])
      expect(added(label)).toEqual(["allow 10.9.0.0/24 10.10.0.0/24 tcp 443"]);
    expect(added("nodes")).toEqual([]);
  });

  test("is from the private link service too for BYOC, to the Kubernetes API alone", () => {
    const made = synthesize({}, { network: BYOC });
    const from = (label: string) => rules(made, label, "Inbound").filter((rule) => rule.includes("10.0.128.16/28"));
    expect(from("cluster")).toEqual(["allow 10.0.128.16/28 tcp 443"]);
    expect([...from("nodes"), ...from("endpoints")]).toEqual([]);
    expect(rules(made, "private-link", "Inbound")).toEqual([DENY]);
    expect(rules(made, "private-link", "Outbound")).toEqual(["allow 10.0.128.0/28 tcp 443", DENY]);
  });
});

describe("outbound", () => {
  const INSIDE = [`allow ${WORKLOADS} * *`, "allow 10.0.128.0/28 tcp 443 4443", "allow 10.0.128.64/26 tcp 443"];
  const AZURE = ["allow azureactivedirectory tcp 443", "allow azureresourcemanager tcp 443"];
  const IMAGES = ["allow microsoftcontainerregistry tcp 443", "allow azurefrontdoor.firstparty tcp 443"];
  const published = CLOUDFLARE.ipv4.join(" ");

  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      "published blocks",
      {},
      [`allow ${published} tcp 443`, `allow ${published} tcp 7844`, `allow ${published} udp 7844`],
    ],
    [
      "tunnel regions, and one transport only",
      { egress: { mode: "tunnel-regions", tunnelRegions: ["us"] }, tunnel: { protocol: "http2" } },
      [`allow ${published} tcp 443`, `allow ${tunnelEdge("us").ipv4.join(" ")} tcp 7844`],
    ],
    [
      "a list, and control-plane blocks, of IPv4",
      {
        egress: {
          mode: "list",
          cidrs: ["198.41.128.0/17"],
          controlPlaneCidrs: ["3.137.115.239/32", "2600:1f16::/48"],
        },
        tunnel: { protocol: "quic" },
      },
      ["allow 198.41.128.0/17 tcp 443", "allow 198.41.128.0/17 udp 7844", "allow 3.137.115.239/32 tcp 443"],
    ],
  ])("of nodes: %s", (_, fields, outside) => {
    expect(rules(synthesize(fields), "nodes", "Outbound")).toEqual([...INSIDE, ...outside, ...AZURE, ...IMAGES, DENY]);
  });

  test("of nodes in the isolated mode leaves Microsoft's registry out", () => {
    const isolated = rules(synthesize({}, { isolated: true }), "nodes", "Outbound");
    expect(isolated).toEqual(rules(synthesize(), "nodes", "Outbound").filter((rule) => !IMAGES.includes(rule)));
  });

  test("of the Kubernetes API goes to nodes and to the vault's private endpoint", () => {
    expect(rules(synthesize(), "cluster", "Outbound")).toEqual([
      "allow 10.0.128.0/28 * *",
      `allow ${WORKLOADS} tcp ${API_PORTS}`,
      "allow 10.0.128.64/26 tcp 443",
      DENY,
    ]);
  });

  test("of private endpoints is none", () => {
    expect(rules(synthesize(), "endpoints", "Outbound")).toEqual([DENY]);
  });
});

test("nodes reach DNS servers and private endpoints that are elsewhere, and nothing else there", () => {
  const made = synthesize({}, { dnsServers: ["10.9.0.10", "10.9.0.11"], givenEndpoints: ["10.9.1.4"] });
  const added = rules(made, "nodes", "Outbound").filter((rule) => rule.includes("10.9."));
  expect(added).toEqual([
    "allow 10.9.1.4 tcp 443",
    "allow 10.9.0.10 10.9.0.11 udp 53",
    "allow 10.9.0.10 10.9.0.11 tcp 53",
  ]);
  for (const label of ["cluster", "endpoints"])
    expect(rules(made, label, "Outbound").join("\n")).not.toContain("10.9.");
});

test("a subnet loses its filter only after nothing that waits for it is in there", () => {
  for (const { lifecycle } of synthesize().all("azurerm_subnet_network_security_group_association"))
    expect(lifecycle).toEqual({ create_before_destroy: true });
});
