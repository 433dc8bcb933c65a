import { connect, evaluateFilter, reach } from "../../../../../verification/evaluate";
import type { Endpoint, PartialSystem } from "../../../../../verification/model";
import { AddressSet } from "../../../../../packets/address-set";
import { googlePart } from "../../../../../verification/clouds/google/index";
import { resourcesOf, type TerraformJson } from "../../../../support/resources";

type Resources = Record<string, Record<string, object>>;

const NET = "${google_compute_network.n.id}";
const SUBNET = "${google_compute_subnetwork.s.id}";
const NAME = "google_compute_network.n";

function judged(more: Resources, data: TerraformJson["data"] = {}): PartialSystem {
  return googlePart(
    resourcesOf({
      resource: {
        google_compute_network: { n: { name: "n", auto_create_subnetworks: false } },
        google_compute_subnetwork: {
          s: {
            network: NET,
            ip_cidr_range: "10.0.0.0/24",
            region: "europe-west1",
            secondary_ip_range: [{ range_name: "pods", ip_cidr_range: "10.64.0.0/16" }],
          },
        },
        ...more,
      },
      data,
    }),
  );
}

function only(part: PartialSystem, id: string): Endpoint {
  const [found, ...rest] = part.endpoints.filter((candidate) => candidate.id === id);
  if (!found || rest.length > 0) throw new Error(`${id} is not one of ${part.endpoints.map((e) => e.id).join(", ")}`);
  return found;
}
const far = (address: string, ...groups: string[]) => ({
  addresses: AddressSet.ofCidr(address),
  groups: new Set(groups),
});
const inbound = (endpoint: Endpoint, address: string, ...groups: string[]) =>
  reach(endpoint, "inbound", far(address, ...groups))
    .possible.services()
    .toString();

describe("instances", () => {
  const instance = (values: object): PartialSystem => judged({ google_compute_instance: { m: values } });
  const face = (values: object) => only(instance({ network_interface: [values] }), "google_compute_instance.m");

  test.each<[string, object, string]>([
    ["its subnet's range", { subnetwork: SUBNET }, "10.0.0.0/24"],
    ["its own address", { subnetwork: SUBNET, network_ip: "10.0.0.5" }, "10.0.0.5/32"],
    [
      "its aliases",
      { subnetwork: SUBNET, network_ip: "10.0.0.5", alias_ip_range: [{ ip_cidr_range: "10.64.3.0/24" }] },
      "10.0.0.5/32, 10.64.3.0/24",
    ],
    [
      "an alias that is told by its size alone",
      { subnetwork: SUBNET, network_ip: "10.0.0.5", alias_ip_range: [{ ip_cidr_range: "/24" }] },
      "10.0.0.0/24, 10.64.0.0/16",
    ],
    ["an address that is not known", { subnetwork: SUBNET, network_ip: "a${x.y}" }, "10.0.0.0/24"],
    ["any where only the network is named", { network: NET }, "0.0.0.0/0"],
    ["auto mode's where only such a network is", { network: "${google_compute_network.auto.id}" }, "10.128.0.0/9"],
  ])("addresses: %s", (_, values, expected) => {
    const part = judged({
      google_compute_network: { n: { auto_create_subnetworks: false }, auto: {} },
      google_compute_instance: { m: { network_interface: [values] } },
    });
    expect(only(part, "google_compute_instance.m").addresses.toString()).toBe(expected);
  });

  test("traits are its groups", () => {
    const account = { google_service_account: { a: { account_id: "a" } } };
    const values = {
      network_interface: { subnetwork: SUBNET },
      tags: ["web", "x"],
      service_account: [{ email: "${google_service_account.a.email}" }],
    };
    const part = judged({ ...account, google_compute_instance: { m: values } });
    const { groups, network } = only(part, "google_compute_instance.m");
    expect([...groups]).toEqual([
      `${NAME}#tag:web`,
      `${NAME}#tag:x`,
      `${NAME}#service-account:google_service_account.a`,
    ]);
    expect(network).toBe(NAME);
  });

  test("with unknown tags it may be in any group that rules name as a source", () => {
    const part = judged({
      google_compute_instance: { m: { network_interface: [{ subnetwork: SUBNET }], tags: ["known", "a${x.y}"] } },
      google_compute_firewall: {
        a: { network: NET, allow: [{ protocol: "tcp" }], source_tags: ["web"], source_service_accounts: ["a@p.iam"] },
      },
    });
    expect([...(only(part, "google_compute_instance.m").possibleGroups ?? [])]).toEqual([`${NAME}#tag:web`]);
  });

  test("each interface is in its own network", () => {
    const part = judged({
      google_compute_network: { n: { auto_create_subnetworks: false }, b: { auto_create_subnetworks: false } },
      google_compute_firewall: {
        b: { network: "${google_compute_network.b.id}", allow: [{ protocol: "tcp", ports: ["22"] }] },
      },
      google_compute_instance: {
        m: {
          network_interface: [{ network: NET, access_config: [{}] }, { network: "${google_compute_network.b.id}" }],
        },
      },
    });
    const open = part.endpoints.map((endpoint) => [endpoint.id, endpoint.network, inbound(endpoint, "1.1.1.1")]);
    expect(open).toEqual([
      ["google_compute_instance.m", NAME, "nothing"],
      ["google_compute_instance.m", "google_compute_network.b", "tcp 22"],
    ]);
  });

  test("the default network where none is named", () => {
    expect(face({}).network).toBe("default");
  });

  test("what can't be read is left unjudged, and nothing of it is certain", () => {
    const part = judged({
      google_compute_instance: {
        a: { network_interface: "a${x.y}" },
        b: { network_interface: [{ network: "a${x.y}" }] },
        c: {},
      },
    });
    expect(part.unjudged.map(({ resource }) => resource)).toEqual([
      "google_compute_instance.a",
      "google_compute_instance.b",
      "google_compute_instance.c",
    ]);
    const [filter] = only(part, "google_compute_instance.b").filters;
    expect(filter && evaluateFilter(filter, far("1.1.1.1")).possible.toString()).toBe("any with 1.1.1.1/32");
  });
});

describe("templates", () => {
  const template = { tags: ["web"], network_interface: [{ subnetwork: SUBNET }] };
  const T = "${google_compute_instance_template.t.self_link}";
  const web = (part: PartialSystem, id: string) => only(part, id).groups.has(`${NAME}#tag:web`);

  test("a template that nothing uses is judged by itself, one that a group uses as the group", () => {
    const alone = judged({ google_compute_instance_template: { t: template } });
    expect(web(alone, "google_compute_instance_template.t")).toBe(true);
    for (const type of ["google_compute_instance_group_manager", "google_compute_region_instance_group_manager"]) {
      const managed = judged({
        google_compute_instance_template: { t: template },
        [type]: { g: { version: [{ instance_template: T }] } },
      });
      expect(web(managed, `${type}.g`)).toBe(true);
      expect(managed.endpoints).toHaveLength(1);
    }
  });

  test("an instance of a template says itself what differs", () => {
    const part = judged({
      google_compute_instance_template: { t: template },
      google_compute_instance_from_template: {
        a: { source_instance_template: T },
        b: { source_instance_template: T, tags: ["x"] },
      },
    });
    expect(web(part, "google_compute_instance_from_template.a")).toBe(true);
    expect(web(part, "google_compute_instance_from_template.b")).toBe(false);
  });

  test("a group of an unknown template is left unjudged", () => {
    const part = judged({
      google_compute_instance_group_manager: { g: { version: [{ instance_template: "a${x.y}" }] }, h: {} },
    });
    expect(part.unjudged).toHaveLength(2);
  });
});

describe("clusters", () => {
  const CLUSTER = "google_container_cluster.c";
  const POOL = "google_container_node_pool.p";
  const SOURCE = { network: NET, subnetwork: SUBNET, remove_default_node_pool: true };
  const isPrivate = {
    private_cluster_config: [
      { enable_private_nodes: true, enable_private_endpoint: true, master_ipv4_cidr_block: "172.16.0.0/28" },
    ],
    ip_allocation_policy: [{ cluster_secondary_range_name: "pods" }],
  };
  const cluster = (values: object, pool: object = {}, more: Resources = {}): PartialSystem =>
    judged({
      google_container_cluster: { c: { ...SOURCE, ...values } },
      google_container_node_pool: { p: { cluster: "${google_container_cluster.c.name}", ...pool } },
      ...more,
    });
  const nodeGroup = `${NAME}#tag:${CLUSTER}#nodes`;

  const pods = "icmp; tcp; udp; protocols 50-51; sctp";
  test.each<[string, string, string[], string]>([
    ["the control plane reaches the kubelet", "172.16.0.2", [], "tcp 443, 10250"],
    ["what is in the nodes' subnet reaches them", "10.0.0.7", [], "icmp; tcp 1-65535; udp 1-65535"],
    ["nodes reach each other, wherever they are", "10.9.0.1", [nodeGroup], "icmp; tcp 1-65535; udp 1-65535"],
    ["pods reach each other", "10.64.0.7", [], pods],
    ["others do not", "10.9.0.1", [], "nothing"],
    ["the internet does not", "1.1.1.1", [], "nothing"],
  ])("GKE's own rules: %s", (_, address, groups, services) => {
    const [filter] = only(cluster(isPrivate), POOL).filters;
    const found = filter && evaluateFilter(filter, far(address, ...groups));
    expect(found?.possible.services().toString()).toBe(services);
    expect(found?.allowed.equals(found.possible)).toBe(true);
  });

  test("GKE's rules are named by the cluster and go before a later deny, not before an earlier one", () => {
    const deny = (priority: number): Resources => ({
      google_compute_firewall: {
        d: { network: NET, priority, deny: [{ protocol: "all" }], source_ranges: ["0.0.0.0/0"] },
      },
    });
    const open = (part: PartialSystem) => inbound(only(part, POOL), "172.16.0.2");
    expect(open(cluster(isPrivate, {}, deny(1001)))).toBe("tcp 443, 10250");
    expect(open(cluster(isPrivate, {}, deny(1000)))).toBe("nothing");
    const [filter] = only(cluster(isPrivate), POOL).filters;
    expect(filter?.levels.flat().map(({ resource }) => resource)).toEqual(
      Array.from({ length: 5 }, () => `${CLUSTER}#gke`),
    );
  });

  test("the kubelet's read-only port is open to nodes and pods alone", () => {
    const allow: Resources = {
      google_compute_firewall: { a: { network: NET, allow: [{ protocol: "tcp" }], source_ranges: ["10.0.0.0/8"] } },
    };
    const [filter] = only(cluster(isPrivate, {}, allow), POOL).filters;
    const opens = (address: string) => filter && evaluateFilter(filter, far(address)).possible.services().toString();
    expect(opens("10.9.0.1")).toBe("tcp 0-10254, 10256-65535");
    expect(opens("10.64.0.1")).toBe(pods);
  });

  test("nodes and the control plane reach each other where a node's egress is open to it", () => {
    const closed: Resources = {
      google_compute_firewall: {
        d: {
          network: NET,
          direction: "EGRESS",
          priority: 65534,
          deny: [{ protocol: "all" }],
          destination_ranges: ["0.0.0.0/0", "::/0"],
        },
        a: {
          network: NET,
          direction: "EGRESS",
          allow: [{ protocol: "tcp", ports: ["443"] }],
          destination_ranges: ["172.16.0.0/28"],
        },
      },
    };
    const part = cluster(isPrivate, {}, closed);
    expect(connect(only(part, POOL), only(part, CLUSTER)).allowed.toString()).toBe("tcp 443 with 172.16.0.0/28");
    expect(connect(only(part, CLUSTER), only(part, POOL)).allowed.services().toString()).toBe("tcp 443, 10250");
  });

  test.each<[string, object, object, boolean]>([
    ["public unless written", {}, {}, true],
    ["private by the cluster", isPrivate, {}, false],
    ["private by the pool", {}, { network_config: [{ enable_private_nodes: true }] }, false],
    ["public by the pool", isPrivate, { network_config: [{ enable_private_nodes: false }] }, true],
    ["an unknown answer", { private_cluster_config: [{ enable_private_nodes: "a${x.y}" }] }, {}, true],
  ])("nodes: %s", (_, values, pool, isPublic) => {
    const { routes } = only(cluster(values, pool), POOL);
    expect(routes?.inbound.overlaps(AddressSet.ofCidr("1.1.1.1"))).toBe(isPublic);
    // GKE makes load balancers for Services.
    expect(routes?.inbound.overlaps(AddressSet.ofCidr("35.191.0.1"))).toBe(true);
  });

  test.each<[string, object, string | undefined]>([
    ["everyone", {}, "certain"],
    ["nobody outside at a private endpoint", isPrivate, undefined],
    [
      "nobody where addresses are switched off",
      { control_plane_endpoints_config: [{ ip_endpoints_config: [{ enabled: false }] }] },
      undefined,
    ],
    [
      "everyone at an open DNS endpoint",
      { ...isPrivate, control_plane_endpoints_config: [{ dns_endpoint_config: [{ allow_external_traffic: true }] }] },
      "certain",
    ],
    [
      "nobody at a closed DNS endpoint",
      { ...isPrivate, control_plane_endpoints_config: [{ dns_endpoint_config: [{ allow_external_traffic: false }] }] },
      undefined,
    ],
    [
      "authorized networks",
      {
        master_authorized_networks_config: [
          { gcp_public_cidrs_access_enabled: false, cidr_blocks: [{ cidr_block: "1.0.0.0/8" }] },
        ],
      },
      "certain",
    ],
    [
      "other authorized networks",
      {
        master_authorized_networks_config: [
          { gcp_public_cidrs_access_enabled: false, cidr_blocks: [{ cidr_block: "2.0.0.0/8" }] },
        ],
      },
      undefined,
    ],
    [
      "no authorized network",
      { master_authorized_networks_config: [{ gcp_public_cidrs_access_enabled: false }] },
      undefined,
    ],
    [
      "perhaps, where Google Cloud's machines are let in",
      { master_authorized_networks_config: [{ cidr_blocks: [] }] },
      "possible",
    ],
    [
      "perhaps, where the authorized networks are unknown",
      { master_authorized_networks_config: "a${x.y}" },
      "possible",
    ],
  ])("the control plane lets in: %s", (_, values, expected) => {
    const planes = cluster(values).endpoints.filter(({ id }) => id === CLUSTER);
    const verdicts = planes.map((plane) => reach(plane, "inbound", far("1.1.1.1")));
    const [isCertain, isPossible] = (["allowed", "possible"] as const).map((set) =>
      verdicts.some((verdict) => !verdict[set].isEmpty),
    );
    expect(isCertain ? "certain" : isPossible ? "possible" : undefined).toBe(expected);
    for (const { possible } of verdicts) expect(["tcp 443", "nothing"]).toContain(possible.services().toString());
  });

  const api = "${google_compute_subnetwork.api.id}";
  const apiSubnet: Resources = {
    google_compute_subnetwork: {
      s: {
        network: NET,
        ip_cidr_range: "10.0.0.0/24",
        secondary_ip_range: [
          { range_name: "pods", ip_cidr_range: "10.64.0.0/16" },
          { range_name: "services", ip_cidr_range: "10.65.0.0/16" },
        ],
      },
      api: { network: NET, ip_cidr_range: "10.0.1.0/28" },
      other: { network: NET, ip_cidr_range: "10.0.2.0/24" },
    },
  };
  const inSubnet = {
    ip_allocation_policy: [{ cluster_secondary_range_name: "pods", services_secondary_range_name: "services" }],
    private_cluster_config: [
      { enable_private_nodes: true, enable_private_endpoint: true, private_endpoint_subnetwork: api },
    ],
  };

  test("a control plane has its address in the subnet that is given for it", () => {
    expect(only(cluster(inSubnet, {}, apiSubnet), CLUSTER).addresses.toString()).toBe("10.0.1.0/28");
  });

  test("nodes have the addresses of their pods, and not those of services", () => {
    expect(only(cluster(inSubnet, {}, apiSubnet), POOL).addresses.toString()).toBe("10.0.0.0/24, 10.64.0.0/16");
  });

  test.each<[string, object, Record<string, string>]>([
    [
      "the whole network where they are not enforced",
      { cidr_blocks: [{ cidr_block: "172.30.0.0/24" }] },
      { "10.0.0.9": "tcp 443, 8132", "10.64.0.9": "tcp 443, 8132", "10.0.2.9": "tcp 443", "172.30.0.9": "nothing" },
    ],
    [
      "nodes, pods and what is authorized, where they are enforced",
      {
        private_endpoint_enforcement_enabled: true,
        gcp_public_cidrs_access_enabled: false,
        cidr_blocks: [{ cidr_block: "172.30.0.0/24" }],
      },
      { "10.0.0.9": "tcp 443, 8132", "10.64.0.9": "tcp 443, 8132", "10.0.2.9": "nothing", "172.30.0.9": "tcp 443" },
    ],
  ])("by its authorized networks, a private control plane lets in: %s", (_, config, expected) => {
    const plane = only(cluster({ ...inSubnet, master_authorized_networks_config: [config] }, {}, apiSubnet), CLUSTER);
    for (const [address, services] of Object.entries(expected)) expect(inbound(plane, address)).toBe(services);
  });

  test("a DNS endpoint is a front end of Google's own, beside the private address", () => {
    const opened = { control_plane_endpoints_config: [{ dns_endpoint_config: [{ allow_external_traffic: true }] }] };
    const { endpoints } = cluster({ ...isPrivate, ...opened });
    const found = endpoints
      .filter(({ id }) => id === CLUSTER)
      .map(({ kind, addresses }) => [kind, addresses.toString()]);
    expect(found).toEqual([
      ["cluster-api", "172.16.0.0/28"],
      ["load-balancer", "0.0.0.0/0, ::/0"],
    ]);
  });

  test("a private control plane is at its own block, and its network reaches it", () => {
    const plane = only(cluster(isPrivate), CLUSTER);
    expect([plane.kind, plane.addresses.toString()]).toEqual(["cluster-api", "172.16.0.0/28"]);
    expect(inbound(plane, "10.0.0.9")).toBe("tcp 443, 8132");
  });

  test.each<[string, object, string[]]>([
    ["the default pool", { remove_default_node_pool: false, node_config: [{ tags: ["a"] }] }, ["a"]],
    [
      "pools that are written in it",
      {
        remove_default_node_pool: false,
        node_pool: [{ node_config: [{ tags: ["a"] }] }, { node_config: [{ tags: ["b"] }] }],
      },
      ["a", "b"],
    ],
    ["none where the default pool is removed", {}, []],
    ["Autopilot's", { enable_autopilot: true, node_pool_auto_config: [{ network_tags: [{ tags: ["a"] }] }] }, ["a"]],
    [
      "those that GKE adds",
      { cluster_autoscaling: [{ enabled: true }], node_pool_auto_config: [{ network_tags: [{ tags: ["a"] }] }] },
      ["a"],
    ],
  ])("nodes of the cluster itself: %s", (_, values, tags) => {
    const part = judged({ google_container_cluster: { c: { ...SOURCE, ...values } } });
    const nodes = part.endpoints.filter(({ kind }) => kind === "node");
    const found = nodes.flatMap(({ groups }) => [...groups].filter((group) => /#tag:[ab]$/.test(group)));
    expect(found).toEqual(tags.map((tag) => `${NAME}#tag:${tag}`));
  });

  test("a pool's tags, account and labels", () => {
    const config = { tags: ["workers"], service_account: "sa@p.iam.gserviceaccount.com", labels: { role: "worker" } };
    const node = only(cluster(isPrivate, { node_config: [config] }), POOL);
    expect([node.kind, node.labels, [...node.groups]]).toEqual([
      "node",
      { role: "worker" },
      [`${NAME}#tag:workers`, `${NAME}#service-account:sa@p.iam.gserviceaccount.com`, nodeGroup],
    ]);
  });

  test("a pool of a cluster that is not in the input is left unjudged", () => {
    const part = judged({ google_container_node_pool: { p: { cluster: "elsewhere" } } });
    expect(part.unjudged.map(({ resource }) => resource)).toEqual([POOL]);
  });
});

describe("what stands elsewhere", () => {
  const firewall = (network: string) => ({
    google_compute_firewall: { f: { network, allow: [{ protocol: "tcp", ports: ["22"] }] } },
  });
  const machine = (more: object) => ({
    google_compute_instance: { m: { network_interface: [{ network: "shared", ...more }] } },
  });
  const open = (more: Resources) =>
    judged(more).endpoints.map((endpoint) => {
      const { allowed, possible } = reach(endpoint, "inbound", far("1.1.1.1"));
      return [
        endpoint.id,
        endpoint.elsewhere ?? false,
        ...[allowed, possible].map((each) => each.services().toString()),
      ];
    });

  test("an open rule of a network that the input does not hold is one", () => {
    expect(open(firewall("shared"))).toEqual([["shared", true, "tcp 22", "tcp 22"]]);
    expect(open(firewall(NET))).toEqual([[NAME, false, "tcp 22", "tcp 22"]]);
  });

  test("of the default network it is the rule alone, whatever Google has written beside", () => {
    expect(open(firewall("default"))).toEqual([["default", true, "tcp 22", "tcp 22"]]);
  });

  test("others may be there beside a machine of the input, and what they send is not judged", () => {
    const resources = { ...firewall("shared"), ...machine({}) };
    expect(open(resources)).toEqual([
      ["google_compute_instance.m", false, "nothing", "tcp 22"],
      ["shared", true, "tcp 22", "tcp 22"],
    ]);
    const others = judged(resources).endpoints.find(({ elsewhere }) => elsewhere) as Endpoint;
    expect(reach(others, "outbound", far("1.1.1.1")).possible.isEmpty).toBe(true);
  });

  test("a machine there is reached for certain by its external address, and else from inside alone", () => {
    const inbound = (more: object, address: string) => {
      const part = judged({ ...firewall("shared"), ...machine(more) });
      const { allowed, possible } = reach(only(part, "google_compute_instance.m"), "inbound", far(address));
      return [allowed, possible].map((each) => each.services().toString());
    };
    expect(inbound({ access_config: [{}] }, "1.1.1.1")).toEqual(["tcp 22", "tcp 22"]);
    expect(inbound({}, "1.1.1.1")).toEqual(["nothing", "tcp 22"]);
    expect(inbound({}, "10.0.0.1")).toEqual(["tcp 22", "tcp 22"]);
  });
});

test("a public block that a network of the input uses is its own", () => {
  const own = (network: string) => {
    const part = judged({ google_compute_subnetwork: { p: { network, ip_cidr_range: "6.0.0.0/24" } } });
    return part.own?.overlaps(AddressSet.ofCidr("6.0.0.1"));
  };
  expect([own(NET), own("shared")]).toEqual([true, false]);
});
