import { reach } from "../../../../verification/evaluate";
import type { Endpoint, PartialSystem } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { googlePart } from "../../../../verification/clouds/google/index";
import { resourcesOf } from "../../../support/resources";

type Resources = Record<string, Record<string, object>>;

const NET = "${google_compute_network.n.id}";
const SUBNET = "${google_compute_subnetwork.s.id}";
const M = "google_compute_instance.m";

interface Case {
  readonly network?: object;
  readonly subnet?: object;
  readonly face?: object;
  readonly machine?: object;
  readonly more?: Resources;
}

/** A machine in a custom network with one subnet, 10.0.0.0/24. */
function judged({ network, subnet, face, machine, more }: Case): PartialSystem {
  return googlePart(
    resourcesOf({
      resource: {
        google_compute_network: { n: { auto_create_subnetworks: false, ...network }, peer: {} },
        google_compute_subnetwork: {
          s: { network: NET, ip_cidr_range: "10.0.0.0/24", region: "europe-west1", ...subnet },
        },
        google_compute_instance: { m: { network_interface: [{ subnetwork: SUBNET, ...face }], ...machine } },
        ...more,
      },
    }),
  );
}

function routes(one: Case): Endpoint["routes"] {
  const found = judged(one).endpoints.find(({ id }) => id === M);
  if (!found) throw new Error("no endpoint");
  return found.routes;
}

/** Which of these far addresses it exchanges packets with. */
function reaches(one: Case, direction: "inbound" | "outbound", ...addresses: string[]): boolean[] {
  const found = routes(one);
  if (!found) throw new Error("its routes are not judged");
  return addresses.map((address) => AddressSet.ofText(address).isSubsetOf(found[direction]));
}

const external = { face: { access_config: [{}] } };
const router = { google_compute_router: { r: { network: NET, region: "europe-west1" } } };
const nat = (values: object = {}): Resources => ({
  ...router,
  google_compute_router_nat: {
    n: {
      router: "${google_compute_router.r.name}",
      source_subnetwork_ip_ranges_to_nat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
      ...values,
    },
  },
});
const route = (values: object): Resources => ({ google_compute_route: { r: { network: NET, ...values } } });
const gateway = { next_hop_gateway: "default-internet-gateway" };
const closed = { network: { delete_default_routes_on_create: true } };

const INTERNET = "1.1.1.1";
const INTERNET_V6 = "2606:4700::1";
const SUBNET_HOST = "10.0.0.9";
const ELSEWHERE = "10.9.0.1";

describe("the internet", () => {
  test.each<[string, Case, { out: boolean; in: boolean }]>([
    ["no external address: neither way", {}, { out: false, in: false }],
    ["an external address: both ways", external, { out: true, in: true }],
    ["an empty list of them: neither way", { face: { access_config: [] } }, { out: false, in: false }],
    ["one that may be there: both ways", { face: { access_config: "a${x.y}" } }, { out: true, in: true }],
    ["without the default route: neither way", { ...external, ...closed }, { out: false, in: false }],
    [
      "with a route of one's own: both ways",
      { ...external, ...closed, more: route({ dest_range: "0.0.0.0/0", ...gateway }) },
      { out: true, in: true },
    ],
    [
      "with a route to some of it: that way",
      { ...external, ...closed, more: route({ dest_range: "1.0.0.0/8", ...gateway }) },
      { out: true, in: true },
    ],
    [
      "with a route elsewhere: neither way",
      { ...external, ...closed, more: route({ dest_range: "2.0.0.0/8", ...gateway }) },
      { out: false, in: false },
    ],
    ["NAT: out alone", { more: nat() }, { out: true, in: false }],
    ["NAT without a route: neither way", { ...closed, more: nat() }, { out: false, in: false }],
    ["private NAT: neither way", { more: nat({ type: "PRIVATE" }) }, { out: false, in: false }],
    ["NAT of another region", { subnet: { region: "us-east1" }, more: nat() }, { out: false, in: false }],
    [
      "NAT for the subnet",
      { more: nat({ source_subnetwork_ip_ranges_to_nat: "LIST_OF_SUBNETWORKS", subnetwork: [{ name: SUBNET }] }) },
      { out: true, in: false },
    ],
    [
      "NAT for another subnet",
      { more: nat({ source_subnetwork_ip_ranges_to_nat: "LIST_OF_SUBNETWORKS", subnetwork: [{ name: "other" }] }) },
      { out: false, in: false },
    ],
    [
      "NAT of another network",
      { more: { ...nat(), google_compute_router: { r: { network: "${google_compute_network.peer.id}" } } } },
      { out: false, in: false },
    ],
  ])("%s", (_, one, expected) => {
    expect(reaches(one, "outbound", INTERNET)).toEqual([expected.out]);
    expect(reaches(one, "inbound", INTERNET)).toEqual([expected.in]);
  });

  const dual = { stack_type: "IPV4_IPV6" };
  test.each<[string, Case, boolean]>([
    ["an interface of IPv4", { subnet: { ...dual, ipv6_access_type: "EXTERNAL" } }, false],
    [
      "an interface of both in an external subnet",
      { subnet: { ...dual, ipv6_access_type: "EXTERNAL" }, face: dual },
      true,
    ],
    [
      "an interface of both in an internal subnet",
      { subnet: { ...dual, ipv6_access_type: "INTERNAL" }, face: dual },
      false,
    ],
    [
      "an external IPv6 address",
      { subnet: dual, face: { ...dual, ipv6_access_config: [{ network_tier: "PREMIUM" }] } },
      true,
    ],
  ])("over IPv6: %s", (_, one, expected) => {
    expect(reaches(one, "outbound", INTERNET_V6)).toEqual([expected]);
    expect(reaches(one, "inbound", INTERNET_V6)).toEqual([expected]);
  });
});

describe("inside", () => {
  test("a network reaches its subnets and their secondary ranges, and no other address", () => {
    const one = {
      subnet: { secondary_ip_range: [{ range_name: "pods", ip_cidr_range: "10.64.0.0/16" }] },
    };
    expect(reaches(one, "outbound", SUBNET_HOST, "10.64.1.1", ELSEWHERE)).toEqual([true, true, false]);
    expect(reaches(one, "inbound", SUBNET_HOST, "10.64.1.1", ELSEWHERE)).toEqual([true, true, false]);
  });

  test("an auto mode network has all of its range", () => {
    const auto = { network: { auto_create_subnetworks: true } };
    expect(reaches(auto, "inbound", "10.128.0.1", ELSEWHERE)).toEqual([true, false]);
  });

  test("a subnet whose range is not known may have any private one", () => {
    expect(reaches({ subnet: { ip_cidr_range: "a${x.y}" } }, "inbound", ELSEWHERE, INTERNET)).toEqual([true, false]);
  });

  test("the metadata server is always reached, and never calls", () => {
    expect(reaches({ ...closed }, "outbound", "169.254.169.254")).toEqual([true]);
    expect(reaches({ ...closed }, "inbound", "169.254.169.254")).toEqual([false]);
  });
});

describe("Google's own", () => {
  const APIS = ["199.36.153.5", "199.36.153.9", "google:googleapis.com", INTERNET];
  const access = { private_ip_google_access: true };
  test.each<[string, Case, boolean[]]>([
    ["Private Google Access reaches its APIs and nothing else", { subnet: access }, [true, true, true, false]],
    ["without it they are out of reach", {}, [false, false, false, false]],
    ["it needs a route", { subnet: access, ...closed }, [false, false, false, false]],
    [
      "a route to restricted.googleapis.com alone",
      { subnet: access, ...closed, more: route({ dest_range: "199.36.153.4/30", ...gateway }) },
      [true, false, false, false],
    ],
  ])("%s", (_, one, expected) => {
    expect(reaches(one, "outbound", ...APIS)).toEqual(expected);
    expect(reaches(one, "inbound", ...APIS)).toEqual([false, false, false, false]);
  });

  test("IAP and connectors reach any machine, health checks those that have one", () => {
    const sources = ["35.235.240.1", "35.199.192.1", "35.199.224.1", "35.191.0.1", "130.211.0.1"];
    expect(reaches({}, "inbound", ...sources)).toEqual([true, true, true, false, false]);
    const template = { network_interface: [{ subnetwork: SUBNET }] };
    const one = judged({
      more: {
        google_compute_instance_template: { t: template },
        google_compute_instance_group_manager: {
          g: {
            version: [{ instance_template: "${google_compute_instance_template.t.id}" }],
            auto_healing_policies: [{}],
          },
        },
      },
    });
    const managed = one.endpoints.find(({ id }) => id === "google_compute_instance_group_manager.g");
    expect(managed?.routes?.inbound.overlaps(AddressSet.ofCidr("35.191.0.0/16"))).toBe(true);
  });
});

describe("which route decides", () => {
  const two = (a: object, b: object): Resources => ({
    google_compute_route: { a: { network: NET, ...a }, b: { network: NET, ...b } },
  });
  const appliance = { next_hop_ip: "10.0.0.2" };
  test.each<[string, Resources, string | undefined]>([
    [
      "the most specific",
      two({ dest_range: "0.0.0.0/0", ...gateway }, { dest_range: "1.0.0.0/8", ...appliance }),
      "appliance",
    ],
    [
      "the lowest priority",
      two(
        { dest_range: "1.0.0.0/8", priority: 10, ...gateway },
        { dest_range: "1.0.0.0/8", priority: 20, ...appliance },
      ),
      undefined,
    ],
    [
      "either at one priority",
      two({ dest_range: "1.0.0.0/8", ...gateway }, { dest_range: "1.0.0.0/8", ...appliance }),
      "appliance",
    ],
    [
      "one that is limited to a tag it has",
      two({ dest_range: "0.0.0.0/0", ...gateway }, { dest_range: "1.0.0.0/8", tags: ["web"], ...appliance }),
      "appliance",
    ],
    [
      "not one that is limited to another",
      two({ dest_range: "0.0.0.0/0", ...gateway }, { dest_range: "1.0.0.0/8", tags: ["db"], ...appliance }),
      undefined,
    ],
  ])("%s", (_, more, expected) => {
    const found = routes({ ...external, ...closed, machine: { tags: ["web"] }, more });
    expect(found?.unknown).toEqual(expected && expect.stringContaining(expected));
    expect(found?.outbound.overlaps(AddressSet.ofCidr("1.0.0.0/8"))).toBe(true);
  });
});

describe("peerings of networks that both are in the input", () => {
  const PEER = "${google_compute_network.p.id}";
  const peered = (own: object = {}, more: Resources = {}): Case => ({
    more: {
      google_compute_network: { n: { auto_create_subnetworks: false }, p: { auto_create_subnetworks: false } },
      google_compute_subnetwork: {
        s: { network: NET, ip_cidr_range: "10.0.0.0/24", region: "europe-west1" },
        p: { network: PEER, ip_cidr_range: "10.7.0.0/24", region: "europe-west1" },
      },
      google_compute_network_peering: {
        a: { network: NET, peer_network: PEER, ...own },
        b: { network: PEER, peer_network: NET },
      },
      ...more,
    },
  });
  const firewall = route({ network: PEER, dest_range: "1.0.0.0/8", next_hop_ip: "10.7.0.2" });
  const vpn = { google_compute_ha_vpn_gateway: { x: { network: PEER } } };

  test("the subnets of the peer are reached, and nothing beyond them", () => {
    expect(reaches(peered(), "inbound", "10.7.0.9", ELSEWHERE, INTERNET)).toEqual([true, false, false]);
    expect(judged(peered()).unjudged).toEqual([]);
  });

  test.each<[string, Case, boolean]>([
    ["no routes of the peer's to import", peered({ import_custom_routes: true }), true],
    ["an appliance's route, not imported", peered({}, firewall), true],
    ["an appliance's route", peered({ import_custom_routes: true }, firewall), false],
    ["an appliance's route, perhaps", peered({ import_custom_routes: "${x.y}" }, firewall), false],
    ["a VPN's routes", peered({ import_custom_routes: true }, vpn), false],
    [
      "one side only",
      peered({}, { google_compute_network_peering: { a: { network: NET, peer_network: PEER } } }),
      false,
    ],
    ["another network", peered({ peer_network: "projects/o/global/networks/other" }), false],
  ])("%s", (_, one, isJudged) => {
    expect(routes(one) !== undefined).toBe(isJudged);
    expect(judged(one).unjudged.some(({ resource }) => resource === "google_compute_network_peering.a")).toBe(
      !isJudged,
    );
  });
});

describe("routes that are not judged", () => {
  const peering = { network: NET, peer_network: "${google_compute_network.peer.id}" };
  test.each<[string, Case]>([
    ["a route of unknown destination", { more: route({ dest_range: "a${x.y}", ...gateway }) }],
    ["a route of unknown target", { more: route({ dest_range: "0.0.0.0/0", next_hop_gateway: "a${x.y}" }) }],
    ["a route into a VPN", { more: route({ dest_range: "1.0.0.0/8", next_hop_vpn_tunnel: "t" }) }],
    [
      "a route that is limited to tags, and unknown tags",
      { machine: { tags: "a${x.y}" }, more: route({ dest_range: "1.0.0.0/8", tags: ["a"], ...gateway }) },
    ],
    ["default routes that may be deleted", { network: { delete_default_routes_on_create: "a${x.y}" } }],
    ["a subnet that is not in the input", { face: { subnetwork: "other", network: NET } }],
  ])("%s", (_, one) => {
    expect(routes(one)).toBeUndefined();
  });

  test.each<[string, Resources]>([
    ["google_compute_network_peering", { google_compute_network_peering: { x: peering } }],
    ["google_service_networking_connection", { google_service_networking_connection: { x: { network: NET } } }],
    ["google_compute_ha_vpn_gateway", { google_compute_ha_vpn_gateway: { x: { network: NET } } }],
    [
      "google_compute_vpn_tunnel",
      { ...router, google_compute_vpn_tunnel: { x: { router: "${google_compute_router.r.id}" } } },
    ],
    [
      "google_compute_interconnect_attachment",
      { ...router, google_compute_interconnect_attachment: { x: { router: "${google_compute_router.r.id}" } } },
    ],
    ["google_network_connectivity_spoke", { google_network_connectivity_spoke: { x: { hub: "h" } } }],
  ])("those of a network with %s, which is named", (type, more) => {
    const one = judged({ more });
    expect(one.endpoints.find(({ id }) => id === M)?.routes).toBeUndefined();
    expect(one.unjudged.map(({ resource }) => resource)).toEqual([`${type}.x`]);
  });

  test.each<[string, Resources, string]>([
    [
      "in the range reserved for them",
      {
        google_service_networking_connection: {
          x: {
            network: NET,
            service: "servicenetworking.googleapis.com",
            reserved_peering_ranges: ["${google_compute_global_address.g.name}"],
          },
        },
        google_compute_global_address: {
          g: { name: "g", network: NET, address: "10.9.0.0", prefix_length: 16, purpose: "VPC_PEERING" },
        },
      },
      "10.0.0.0/24, 10.9.0.0/16",
    ],
    [
      "in private addresses where their range is not in the input",
      {
        google_service_networking_connection: {
          x: { network: NET, service: "servicenetworking.googleapis.com", reserved_peering_ranges: ["g"] },
        },
      },
      "10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16, fd20::/20",
    ],
  ])("Google's own services are inside, %s", (_, more, local) => {
    const one = judged({ more });
    const found = one.endpoints.find(({ id }) => id === M)?.routes;
    const inside = AddressSet.ofCidrs(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fd20::/20"]);
    expect(found?.inbound.intersect(inside).toString()).toBe(local);
    expect(one.unjudged).toEqual([]);
  });

  test("another network's peering changes nothing", () => {
    const one = judged({
      more: { google_compute_ha_vpn_gateway: { x: { network: "${google_compute_network.peer.id}" } } },
    });
    expect(one.endpoints.find(({ id }) => id === M)?.routes).toBeDefined();
  });
});

test("rules and routes together: a rule for the internet lets nobody in who has no way", () => {
  const more = {
    google_compute_firewall: { a: { network: NET, allow: [{ protocol: "tcp", ports: ["22"] }] } },
  };
  const inbound = (one: Case) => {
    const machine = judged({ ...one, more }).endpoints.find(({ id }) => id === M) as Endpoint;
    return reach(machine, "inbound", { addresses: AddressSet.ofCidr(INTERNET), groups: new Set() }).possible.toString();
  };
  expect(inbound({})).toBe("nothing");
  expect(inbound(external)).toBe("tcp 22 with 1.1.1.1/32");
});
