/** Who has an external address, and what is judged of whom that can't be told. */
import { AddressSet } from "../../../../packets/address-set";
import { googlePart } from "../../../../verification/clouds/google/index";
import { reach } from "../../../../verification/evaluate";
import { inboundOf, type Types } from "../../../support/no-inbound";
import { resourcesOf } from "../../../support/resources";

const INTERNET = { addresses: AddressSet.ofCidr("1.0.0.0/8"), groups: new Set<string>() };

const UNKNOWN = "${var.a}${var.b}";
const place = { network: "${google_compute_network.n.id}", subnetwork: "${google_compute_subnetwork.s.id}" };

const network = (subnet: object = {}): Types => ({
  google_compute_network: { n: { name: "n", auto_create_subnetworks: false } },
  google_compute_subnetwork: { s: { name: "s", network: place.network, ip_cidr_range: "10.0.0.0/24", ...subnet } },
  google_compute_firewall: {
    f: {
      network: place.network,
      allow: [{ protocol: "tcp", ports: ["443"] }],
      source_ranges: ["1.0.0.0/8", "2a00::/12"],
    },
  },
});
const machine = (face: object, subnet?: object): Types => ({
  ...network(subnet),
  google_compute_instance: { m: { network_interface: [{ ...place, ...face }] } },
});
const nodes = (enable_private_nodes: unknown, pool: object = {}): Types => ({
  ...network(),
  google_container_cluster: {
    c: {
      ...place,
      remove_default_node_pool: true,
      private_cluster_config: [{ enable_private_nodes, enable_private_endpoint: true }],
      master_authorized_networks_config: [{}],
    },
  },
  google_container_node_pool: { p: { cluster: "${google_container_cluster.c.id}", ...pool } },
});
/** What a block has that may not be there. */
const IN_DOUBT = { kind: "unknown", reason: "var.a has no value", mentions: [], inDoubt: true };
const V6 = { stack_type: "IPV4_IPV6" };
const SUBNET_V6 = { ...V6, ipv6_access_type: "EXTERNAL", external_ipv6_prefix: "2600:1900::/64" };

test.each<[what: string, types: Types, expected: RegExp]>([
  ["an interface with an access configuration", machine({ access_config: [{}] }), /^violated/],
  ["with none", machine({}), /^pass/],
  ["with an empty list of them", machine({ access_config: [] }), /^pass/],
  ["with those that are not known", machine({ access_config: UNKNOWN }), /^unknown/],
  ["with one of which there may be none", machine({ access_config: [UNKNOWN] }), /^unknown/],
  ["with a block that may not be there", machine({ access_config: [{ nat_ip: IN_DOUBT }] }), /^unknown/],
  ["with an address that is not known", machine({ access_config: [{ nat_ip: UNKNOWN }] }), /^violated/],
  ["with one, and one that may be none", machine({ access_config: [{}, UNKNOWN] }), /^violated/],
  ["with IPv6 of a subnet that gives external ones", machine(V6, SUBNET_V6), /^violated/],
  ["of a subnet that gives internal ones", machine(V6, { ...SUBNET_V6, ipv6_access_type: "INTERNAL" }), /^pass/],
  ["of a subnet that gives what is not known", machine(V6, { ...SUBNET_V6, ipv6_access_type: UNKNOWN }), /^unknown/],
  ["whose stack is not known", machine({ stack_type: UNKNOWN }, SUBNET_V6), /^unknown/],
  ["private nodes", nodes(true), /^pass/],
  ["public nodes", nodes(false), /^violated/],
  ["nodes that may be private", nodes(UNKNOWN), /^unknown/],
  ["a pool's own word", nodes(UNKNOWN, { network_config: [{ enable_private_nodes: true }] }), /^pass/],
  [
    "a pool's own word that is not known",
    nodes(true, { network_config: [{ enable_private_nodes: UNKNOWN }] }),
    /^unknown/,
  ],
])("%s", (_, types, expected) => {
  expect(inboundOf(types)).toMatch(expected);
});

describe("a control plane", () => {
  const cluster = (more: object): Types => ({
    ...network(),
    google_container_cluster: {
      c: {
        ...place,
        remove_default_node_pool: true,
        master_authorized_networks_config: [{ cidr_blocks: [{ cidr_block: "1.0.0.0/8" }] }],
        ...more,
      },
    },
  });
  const endpoint = (enable_private_endpoint: unknown) => ({ private_cluster_config: [{ enable_private_endpoint }] });
  const byAddresses = (enabled: unknown) => ({
    control_plane_endpoints_config: [{ ip_endpoints_config: [{ enabled }] }],
  });

  /** Whether somebody of the internet may come to it: certainly, and at most. */
  const open = (more: object): boolean[] => {
    const found = googlePart(resourcesOf({ resource: cluster(more) })).endpoints.filter(
      ({ kind }) => kind === "cluster-api",
    );
    const verdicts = found.map((one) => reach(one, "inbound", INTERNET));
    return verdicts.flatMap(({ allowed, possible }) => [!allowed.isEmpty, !possible.isEmpty]);
  };

  test.each<[what: string, more: object, expected: boolean[]]>([
    ["with a public endpoint", endpoint(false), [true, true]],
    ["without one", endpoint(true), [false, false]],
    ["with one, perhaps", endpoint(UNKNOWN), [false, true]],
    ["without addresses", byAddresses(false), [false, false]],
    ["with addresses, perhaps", byAddresses(UNKNOWN), [false, true]],
  ])("%s", (_, more, expected) => {
    expect(open(more)).toEqual(expected);
  });
});

test("a load balancer hands packets on to what may have no external address", () => {
  const balanced: Types = {
    ...machine({ access_config: UNKNOWN }),
    google_compute_target_instance: { t: { instance: "${google_compute_instance.m.id}" } },
    google_compute_forwarding_rule: {
      r: { target: "${google_compute_target_instance.t.id}", ip_protocol: "TCP", port_range: "443" },
    },
  };
  expect(inboundOf(balanced)).toMatch(/^violated/);
});
