import { reach } from "../../../../../verification/evaluate";
import type { Endpoint, PartialSystem } from "../../../../../verification/model";
import { AddressSet } from "../../../../../packets/address-set";
import { googlePart } from "../../../../../verification/clouds/google/index";
import { resourcesOf } from "../../../../support/resources";

type Resources = Record<string, Record<string, object>>;

const NET = "${google_compute_network.n.id}";
const SUBNET = "${google_compute_subnetwork.s.id}";
const RULE = "google_compute_forwarding_rule.f";

function judged(more: Resources): PartialSystem {
  const machine = { network_interface: [{ subnetwork: SUBNET }] };
  return googlePart(
    resourcesOf({
      resource: {
        google_compute_network: { n: { auto_create_subnetworks: false } },
        google_compute_subnetwork: { s: { network: NET, ip_cidr_range: "10.0.0.0/24", region: "r" } },
        google_compute_instance: { m: { name: "m", ...machine }, other: machine },
        google_compute_instance_template: { t: machine },
        ...more,
      },
    }),
  );
}

function endpoint(part: PartialSystem, id: string): Endpoint {
  const found = part.endpoints.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no endpoint ${id} among ${part.endpoints.map((e) => e.id).join(", ")}`);
  return found;
}

const far = (address: string) => ({ addresses: AddressSet.ofCidr(address), groups: new Set<string>() });
const inbound = (part: PartialSystem, id: string, address: string) =>
  reach(endpoint(part, id), "inbound", far(address)).possible.services().toString();
const rule = (values: object): Resources => ({ google_compute_forwarding_rule: { f: values } });

test("a forwarding rule of a scheme that is not known lets in whoever comes from inside for certain", () => {
  const found = endpoint(judged(rule({ load_balancing_scheme: "a${x.y}", network: NET, port_range: "443" })), RULE);
  const certain = (address: string) => reach(found, "inbound", far(address)).allowed.services().toString();
  expect(certain("1.1.1.1")).toBe("nothing");
  expect(certain("10.0.0.1")).toBe("tcp 443");
});

describe("what a forwarding rule lets in", () => {
  test.each<[string, object, string]>([
    ["TCP at every port unless written", {}, "tcp"],
    ["a port range", { port_range: "80-81" }, "tcp 80-81"],
    ["one port as a range", { port_range: "443" }, "tcp 443"],
    ["a list of ports", { ip_protocol: "UDP", ports: ["53", "123"] }, "udp 53, 123"],
    ["all ports", { ip_protocol: "TCP", all_ports: true, ports: [] }, "tcp"],
    ["another protocol", { ip_protocol: "ESP" }, "esp"],
    ["every protocol", { ip_protocol: "L3_DEFAULT", all_ports: true }, "any"],
    ["an unknown one", { ip_protocol: "a${x.y}" }, "any"],
  ])("%s", (_, values, services) => {
    expect(inbound(judged(rule(values)), RULE, "1.1.1.1")).toBe(services);
  });

  test.each<[string, object, string, string]>([
    ["EXTERNAL", { load_balancing_scheme: "EXTERNAL" }, "any", "load-balancer"],
    ["EXTERNAL_MANAGED", { load_balancing_scheme: "EXTERNAL_MANAGED" }, "any", "load-balancer"],
    ["no scheme", {}, "any", "load-balancer"],
    ["an unknown scheme", { load_balancing_scheme: "a${x.y}" }, "any", "load-balancer"],
    ["INTERNAL", { load_balancing_scheme: "INTERNAL", network: NET }, "10.0.0.0/24", "load-balancer"],
    [
      "INTERNAL_MANAGED",
      { load_balancing_scheme: "INTERNAL_MANAGED", subnetwork: SUBNET },
      "10.0.0.0/24",
      "load-balancer",
    ],
    [
      "Private Service Connect",
      { load_balancing_scheme: "", target: "projects/p/regions/r/serviceAttachments/a", network: NET },
      "10.0.0.0/24",
      "cloud-service",
    ],
    [
      "an attachment of the input",
      { target: "${google_compute_service_attachment.a.id}", network: NET },
      "10.0.0.0/24",
      "cloud-service",
    ],
  ])("%s", (_, values, from, kind) => {
    const part = judged({
      ...rule(values),
      google_compute_service_attachment: { a: { connection_preference: "ACCEPT_MANUAL" } },
    });
    const found = endpoint(part, RULE);
    expect(found.kind).toBe(kind);
    expect(found.routes?.inbound.toString()).toBe(from);
    expect(found.routes?.outbound.isEmpty).toBe(true);
  });

  test("an address of Google's APIs inside the network is part of it", () => {
    const part = judged({
      google_compute_global_forwarding_rule: {
        apis: { target: "vpc-sc", load_balancing_scheme: "", network: NET, ip_address: "10.5.0.1" },
      },
    });
    const found = endpoint(part, "google_compute_global_forwarding_rule.apis");
    expect([found.kind, found.serves, found.addresses.toString()]).toEqual([
      "cloud-service",
      ["google:restricted.googleapis.com"],
      "10.5.0.1/32",
    ]);
    expect(endpoint(part, "google_compute_instance.m").routes?.outbound.overlaps(AddressSet.ofCidr("10.5.0.1"))).toBe(
      true,
    );
  });
});

describe("which machines are behind it", () => {
  const group = { instances: ["${google_compute_instance.m.self_link}"] };
  const service = { backend: [{ group: "${google_compute_instance_group.g.self_link}" }], health_checks: ["h"] };
  const network = (scheme: string): Resources => ({
    ...rule({ load_balancing_scheme: scheme, backend_service: "${google_compute_region_backend_service.b.id}" }),
    google_compute_region_backend_service: { b: service },
    google_compute_instance_group: { g: group },
  });
  const proxied: Resources = {
    google_compute_global_forwarding_rule: {
      f: { load_balancing_scheme: "EXTERNAL_MANAGED", target: "${google_compute_target_https_proxy.p.id}" },
    },
    google_compute_target_https_proxy: { p: { url_map: "${google_compute_url_map.u.id}" } },
    google_compute_url_map: {
      u: {
        default_service: "${google_compute_backend_bucket.b.id}",
        path_matcher: [{ path_rule: [{ service: "${google_compute_backend_service.b.id}" }] }],
      },
    },
    google_compute_backend_service: { b: service },
    google_compute_backend_bucket: { b: {} },
    google_compute_instance_group: { g: group },
  };
  const pool = (instances: unknown): Resources => ({
    ...rule({ target: "${google_compute_target_pool.p.id}" }),
    google_compute_target_pool: { p: { instances } },
  });
  const m = "google_compute_instance.m";
  const other = "google_compute_instance.other";

  /** From the internet, and from Google's load balancers. */
  const openTo = (part: PartialSystem, id: string) =>
    ["1.1.1.1", "35.191.0.1"].map((address) => endpoint(part, id).routes?.inbound.overlaps(AddressSet.ofCidr(address)));

  test.each<[string, Resources, boolean[], boolean[]]>([
    ["no load balancer", {}, [false, false], [false, false]],
    ["external, passing packets through", network("EXTERNAL"), [true, true], [false, false]],
    ["internal, passing packets through", network("INTERNAL"), [false, true], [false, false]],
    ["external, a proxy", proxied, [false, true], [false, false]],
    ["a target pool", pool(["${google_compute_instance.m.self_link}"]), [true, true], [false, false]],
    ["a target pool by zone and name", pool(["r-a/m"]), [true, true], [false, false]],
    ["a target pool of unknown machines", pool(["a${x.y}"]), [true, true], [true, true]],
    [
      "a protocol that is forwarded",
      {
        ...rule({ target: "${google_compute_target_instance.t.id}" }),
        google_compute_target_instance: { t: { instance: "${google_compute_instance.m.id}" } },
      },
      [true, true],
      [false, false],
    ],
    ["an unknown target", rule({ target: "a${x.y}" }), [true, true], [true, true]],
    [
      "an unknown target inside",
      rule({ target: "a${x.y}", load_balancing_scheme: "INTERNAL" }),
      [false, true],
      [false, true],
    ],
    [
      "a group of another input",
      { ...network("EXTERNAL"), google_compute_region_backend_service: { b: { backend: [{ group: "elsewhere" }] } } },
      [true, true],
      [true, true],
    ],
    [
      "a member that says so itself",
      {
        ...network("EXTERNAL"),
        google_compute_instance_group: { g: {} },
        google_compute_instance_group_membership: {
          x: { instance_group: "${google_compute_instance_group.g.id}", instance: "${google_compute_instance.m.id}" },
        },
      },
      [true, true],
      [false, false],
    ],
  ])("%s", (_, resources, expected, others) => {
    const part = judged(resources);
    expect(openTo(part, m)).toEqual(expected);
    expect(openTo(part, other)).toEqual(others);
  });

  test.each<[string, Resources]>([
    [
      "by its group",
      {
        ...network("EXTERNAL"),
        google_compute_region_backend_service: {
          b: { backend: [{ group: "${google_compute_region_instance_group_manager.g.instance_group}" }] },
        },
      },
    ],
    ["by the pool that it joins", pool([])],
  ])("a managed group %s", (_, resources) => {
    const manager = {
      version: [{ instance_template: "${google_compute_instance_template.t.id}" }],
      ...(resources["google_compute_target_pool"] && { target_pools: ["${google_compute_target_pool.p.id}"] }),
    };
    const part = judged({ ...resources, google_compute_region_instance_group_manager: { g: manager } });
    expect(openTo(part, "google_compute_region_instance_group_manager.g")).toEqual([true, true]);
    expect(openTo(part, m)).toEqual([false, false]);
  });

  test("the machine's own firewall decides what passes through to it, at the balancer's address too", () => {
    const firewall = (values: object) => ({
      google_compute_firewall: { a: { network: NET, allow: [{ protocol: "tcp", ports: ["443"] }], ...values } },
    });
    const at = (values: object) => inbound(judged({ ...network("EXTERNAL"), ...firewall(values) }), m, "1.1.1.1");
    expect(at({ source_ranges: ["10.0.0.0/8"] })).toBe("nothing");
    expect(at({ source_ranges: ["1.0.0.0/8"] })).toBe("tcp 443");
    expect(at({ source_ranges: ["1.0.0.0/8"], destination_ranges: ["192.0.2.1"] })).not.toBe("nothing");
  });
});

describe("a load balancer that is not in the input, or not all of it", () => {
  const told = (resources: Resources) =>
    judged(resources)
      .unjudged.filter(({ reason }) => reason.includes("hands connections on"))
      .map(({ resource }) => resource);
  const membership = (group: string) => ({
    google_compute_instance_group_membership: {
      x: { instance_group: group, instance: "${google_compute_instance.m.id}" },
    },
  });
  const manager = (pool: string) => ({
    google_compute_instance_group_manager: {
      x: { version: [{ instance_template: "${google_compute_instance_template.t.id}" }], target_pools: [pool] },
    },
  });
  const pool = { google_compute_target_pool: { p: { instances: ["r-a/m"] } } };
  const target = "${google_compute_target_pool.p.id}";

  test.each<[string, Resources, string[]]>([
    ["a group elsewhere", membership("elsewhere"), ["google_compute_instance_group_membership.x"]],
    ["a group that is not known", membership("a${x.y}"), ["google_compute_instance_group_membership.x"]],
    [
      "a group of the input",
      { ...membership("${google_compute_instance_group.g.id}"), google_compute_instance_group: { g: {} } },
      [],
    ],
    [
      "network endpoints of a group elsewhere",
      { google_compute_network_endpoint: { e: { network_endpoint_group: "g", ip_address: "10.0.0.4" } } },
      ["google_compute_network_endpoint.e"],
    ],
    ["a pool elsewhere", manager("elsewhere"), ["google_compute_instance_group_manager.x"]],
    ["a pool without a forwarding rule", pool, ["google_compute_target_pool.p"]],
    ["a pool without machines", { google_compute_target_pool: { p: { instances: [] } } }, []],
    [
      "a pool that a managed group joins",
      { ...manager(target), google_compute_target_pool: { p: {} } },
      ["google_compute_target_pool.p"],
    ],
    ["a pool with a forwarding rule", { ...pool, ...manager(target), ...rule({ target }) }, []],
    [
      "a pool that stands in for another",
      {
        ...rule({ target }),
        google_compute_target_pool: {
          p: { instances: [], backup_pool: "${google_compute_target_pool.q.self_link}" },
          q: { instances: ["r-a/m"] },
        },
      },
      [],
    ],
    [
      "a protocol that nothing forwards",
      { google_compute_target_instance: { t: { instance: "${google_compute_instance.m.id}" } } },
      ["google_compute_target_instance.t"],
    ],
  ])("%s", (_, resources, expected) => {
    expect(told(resources)).toEqual(expected);
  });
});

describe("proxies of a region", () => {
  const PROXIES = "google_compute_subnetwork.p";
  const network = { google_compute_network: { n: { name: "n", auto_create_subnetworks: false } } };
  const proxies = (address: string, isGiven = false): PartialSystem => {
    const net = isGiven ? "${data.google_compute_network.n.id}" : NET;
    return googlePart(
      resourcesOf({
        resource: {
          ...(!isGiven && network),
          google_compute_subnetwork: {
            s: { network: net, ip_cidr_range: "10.0.0.0/24" },
            api: { network: net, ip_cidr_range: "10.0.1.0/28" },
            p: { network: net, ip_cidr_range: "10.0.9.0/26", purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE" },
          },
          google_container_cluster: {
            c: {
              subnetwork: SUBNET,
              private_cluster_config: [{ private_endpoint_subnetwork: "${google_compute_subnetwork.api.id}" }],
            },
          },
          google_compute_network_endpoint: { e: { network_endpoint_group: "g", ip_address: address } },
        },
        data: isGiven ? network : {},
      }),
    );
  };
  const outbound = (part: PartialSystem, address: string) =>
    reach(endpoint(part, PROXIES), "outbound", far(address)).possible.services().toString();

  test("are at their own subnet's addresses, where nobody connects to them", () => {
    const part = proxies("10.0.0.5");
    expect(endpoint(part, PROXIES).addresses.toString()).toBe("10.0.9.0/26");
    expect(inbound(part, PROXIES, "10.0.0.5")).toBe("nothing");
  });

  test("connect to what is inside their network", () => {
    expect([outbound(proxies("10.0.0.5"), "10.0.0.9"), outbound(proxies("10.0.0.5"), "1.1.1.1")]).toEqual([
      "any",
      "nothing",
    ]);
  });

  test.each([
    ["an address outside of every machine", "192.168.7.7", "192.168.7.7"],
    ["a cluster's API", "${google_container_cluster.c.private_cluster_config[0].private_endpoint}", "10.0.1.2"],
  ])("in a network that is given, connect to %s alone", (_, written, address) => {
    const part = proxies(written, true);
    expect([outbound(part, address), outbound(part, "192.168.7.8")]).toEqual(["any", "nothing"]);
  });
});
