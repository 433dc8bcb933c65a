import { decidingRules, evaluateFilter, type RemoteEnd } from "../../../../verification/evaluate";
import { PacketSet } from "../../../../packets/packet-set";
import type { Direction, Endpoint, Filter, PartialSystem, Rule } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { googlePart } from "../../../../verification/clouds/google/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Values = Record<string, unknown>;
type Resources = NonNullable<TerraformJson["resource"]>;

const NETWORK = "google_compute_network.n";
const ANYWHERE: RemoteEnd = { addresses: AddressSet.all, groups: new Set() };
const NET = { network: "${google_compute_network.n.id}" };

const part = (resource: Resources, data: TerraformJson["data"] = {}) =>
  googlePart(
    resourcesOf({ resource: { google_compute_network: { n: { auto_create_subnetworks: false } }, ...resource }, data }),
  );
/** A network with these rules, named a, b, c. */
const rules = (...each: Values[]) =>
  part({
    google_compute_firewall: Object.fromEntries(each.map((values, i) => ["abc"[i] ?? "", { ...NET, ...values }])),
  });
const allow = (protocol: string, ports: string[] = [], more: Values = {}): Values => ({
  allow: [{ protocol, ports }],
  ...more,
});
const deny = (protocol: string, ports: string[] = [], more: Values = {}): Values => ({
  deny: [{ protocol, ports }],
  ...more,
});
const out = { direction: "EGRESS" };

function endpoint(judged: PartialSystem, id: string): Endpoint {
  const found = judged.endpoints.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no endpoint ${id} among ${judged.endpoints.map((e) => e.id).join(", ")}`);
  return found;
}

/** What an endpoint certainly lets pass and what at most, by its rules; the metadata server is open beside them. */
function verdict(judged: PartialSystem, direction: Direction, far = ANYWHERE, id = NETWORK): [string, string] {
  const filter = filterOf(judged, direction, id);
  const isWritten = ({ resource }: Rule) => !resource.endsWith("#metadata-server");
  const { allowed, possible } = evaluateFilter(
    { ...filter, levels: filter.levels.map((l) => l.filter(isWritten)) },
    far,
  );
  return [allowed.toString(), possible.toString()];
}

function filterOf(judged: PartialSystem, direction: Direction, id = NETWORK): Filter {
  const filter = endpoint(judged, id).filters.find((candidate) => candidate.direction === direction);
  if (!filter) throw new Error(`${id} has no filter`);
  return filter;
}
const certain = (text: string): [string, string] => [text, text];

describe("protocols and ports", () => {
  const source = { source_ranges: ["10.0.0.0/8"] };
  test.each<[string, Values[], string]>([
    ["one port", [{ protocol: "tcp", ports: ["443"] }], "tcp 443"],
    ["a range", [{ protocol: "tcp", ports: ["8000-8010"] }], "tcp 8000-8010"],
    ["several, with a number", [{ protocol: "udp", ports: ["53", 123, "8000-8010"] }], "udp 53, 123, 8000-8010"],
    ["no ports: all of them", [{ protocol: "tcp" }], "tcp"],
    ["an empty list of ports: all of them", [{ protocol: "tcp", ports: [] }], "tcp"],
    ["all", [{ protocol: "all" }], "any"],
    ["ALL", [{ protocol: "ALL" }], "any"],
    ["icmp is IPv4's alone", [{ protocol: "icmp" }], "icmp"],
    ["esp and ah", [{ protocol: "esp" }, { protocol: "ah" }], "protocols 50-51"],
    ["ipip is protocol 4", [{ protocol: "ipip" }], "ipip"],
    ["sctp with ports", [{ protocol: "sctp", ports: ["5000"] }], "sctp 5000"],
    ["a number", [{ protocol: "17", ports: ["53"] }], "udp 53"],
    ["a number without a name", [{ protocol: "200" }], "protocol 200"],
    [
      "two blocks",
      [
        { protocol: "tcp", ports: ["22"] },
        { protocol: "udp", ports: ["53"] },
      ],
      "tcp 22; udp 53",
    ],
  ])("%s", (_, written, services) => {
    expect(verdict(rules({ allow: written, ...source }), "inbound")).toEqual(certain(`${services} with 10.0.0.0/8`));
  });

  test.each<[string, Values]>([
    ["a protocol that is none", { protocol: "tcpp" }],
    ["ports of a protocol without", { protocol: "icmp", ports: ["8"] }],
    ["ports of all", { protocol: "all", ports: ["443"] }],
    ["a port that is none", { protocol: "tcp", ports: ["65536"] }],
    ["a range in reverse", { protocol: "tcp", ports: ["20-10"] }],
    ["an unknown port", { protocol: "tcp", ports: ["${var.port}"] }],
    ["an unknown protocol", { protocol: "${var.protocol}" }],
  ])("%s: unknown", (_, block) => {
    const judged = verdict(rules({ allow: [block], ...source }), "inbound");
    expect(judged[0]).toBe("nothing");
    expect(judged[1]).toContain("10.0.0.0/8");
  });
});

describe("far sides", () => {
  const web = (more: Values) => rules(allow("tcp", ["443"], more));
  const account = "a@p.iam.gserviceaccount.com";
  const from = (...groups: string[]): RemoteEnd => ({
    addresses: AddressSet.ofCidr("10.0.0.1"),
    groups: new Set(groups.map((group) => `${NETWORK}#${group}`)),
  });
  test.each<[string, PartialSystem, RemoteEnd, [string, string]]>([
    ["one block", web({ source_ranges: ["10.0.0.0/8"] }), ANYWHERE, certain("tcp 443 with 10.0.0.0/8")],
    [
      "two halves that make the internet",
      web({ source_ranges: ["0.0.0.0/1", "128.0.0.0/1"] }),
      ANYWHERE,
      certain("tcp 443 with 0.0.0.0/0"),
    ],
    ["IPv6", web({ source_ranges: ["2001:db8::/32"] }), ANYWHERE, certain("tcp 443 with 2001:db8::/32")],
    ["no source: every IPv4 address and no IPv6 one", web({}), ANYWHERE, certain("tcp 443 with 0.0.0.0/0")],
    ["an empty list: the same", web({ source_ranges: [] }), ANYWHERE, certain("tcp 443 with 0.0.0.0/0")],
    ["a source tag: nobody else", web({ source_tags: ["web"] }), ANYWHERE, certain("nothing")],
    ["a source tag: who has it", web({ source_tags: ["web"] }), from("tag:web"), certain("tcp 443 with 10.0.0.1/32")],
    ["a source tag: who has another", web({ source_tags: ["web"] }), from("tag:db"), certain("nothing")],
    [
      "ranges or tags",
      web({ source_tags: ["web"], source_ranges: ["192.0.2.0/24"] }),
      ANYWHERE,
      certain("tcp 443 with 192.0.2.0/24"),
    ],
    [
      "a source account: who runs as it",
      web({ source_service_accounts: [account] }),
      from(`service-account:${account}`),
      certain("tcp 443 with 10.0.0.1/32"),
    ],
    ["a source account: nobody else", web({ source_service_accounts: [account] }), from(), certain("nothing")],
    ["an unknown block", web({ source_ranges: ["${var.office}"] }), ANYWHERE, ["nothing", "tcp 443 with any"]],
    ["a malformed block", web({ source_ranges: ["10.0.0.1/8"] }), ANYWHERE, ["nothing", "tcp 443 with any"]],
    ["an unknown tag", web({ source_tags: ["${var.tag}"] }), ANYWHERE, ["nothing", "tcp 443 with any"]],
  ])("%s", (_, judged, far, expected) => {
    expect(verdict(judged, "inbound", far)).toEqual(expected);
  });

  test("egress without destinations speaks of IPv4 alone, so IPv6 stays open", () => {
    expect(verdict(rules(deny("all", [], out)), "outbound")).toEqual(certain("any with ::/0"));
    const both = rules(deny("all", [], { ...out, destination_ranges: ["0.0.0.0/0", "::/0"] }));
    expect(verdict(both, "outbound")).toEqual(certain("nothing"));
  });
});

describe("order", () => {
  const ssh = { source_ranges: ["0.0.0.0/0"] };
  test.each<[string, Values[], string]>([
    ["no rule that applies: nothing in", [allow("tcp", ["22"], { ...out })], "nothing"],
    ["deny before allow at one priority", [allow("tcp", ["22"], ssh), deny("all", [], ssh)], "nothing"],
    [
      "an allow of a lower number goes before a deny",
      [allow("tcp", ["22"], { ...ssh, priority: 999 }), deny("all", [], ssh)],
      "tcp 22 with 0.0.0.0/0",
    ],
    [
      "an allow of a higher number does not",
      [allow("tcp", ["22"], { ...ssh, priority: 1001 }), deny("all", [], ssh)],
      "nothing",
    ],
    [
      "priority 1000 unless written",
      [allow("tcp", ["22"], ssh), deny("tcp", ["22"], { ...ssh, priority: 1000 })],
      "nothing",
    ],
    [
      "priority as text",
      [allow("tcp", ["22"], { ...ssh, priority: "999" }), deny("all", [], ssh)],
      "tcp 22 with 0.0.0.0/0",
    ],
    [
      "a deny of some takes these alone",
      [
        allow("tcp", ["22"], { source_ranges: ["10.0.0.0/8"] }),
        deny("tcp", ["22"], { source_ranges: ["10.0.0.0/9"], priority: 10 }),
      ],
      "tcp 22 with 10.128.0.0/9",
    ],
    ["a disabled rule is none", [allow("tcp", ["22"], { ...ssh, disabled: true })], "nothing"],
    ["disabled = false is one", [allow("tcp", ["22"], { ...ssh, disabled: "false" })], "tcp 22 with 0.0.0.0/0"],
    [
      "a disabled deny stops nothing",
      [allow("tcp", ["22"], ssh), deny("all", [], { ...ssh, disabled: true })],
      "tcp 22 with 0.0.0.0/0",
    ],
  ])("%s", (_, written, expected) => {
    expect(verdict(rules(...written), "inbound")).toEqual(certain(expected));
  });

  test("everything may leave unless a rule says otherwise, over IPv4 and IPv6", () => {
    expect(verdict(rules(allow("tcp", ["22"])), "outbound")).toEqual(certain("any with any"));
  });

  test.each<[string, Values]>([
    ["priority", { priority: "${var.p}" }],
    ["state", { disabled: "${var.d}" }],
    ["direction", { direction: "${var.d}" }],
    ["target", { target_tags: ["${var.t}"] }],
  ])("a deny whose %s is unknown takes away what is certain, an allow adds to what is possible", (_, unknown) => {
    const all = { source_ranges: ["0.0.0.0/0", "::/0"] };
    const denied = rules(allow("all", [], all), deny("all", [], { ...all, ...unknown }));
    expect(verdict(denied, "inbound")).toEqual(["nothing", "any with any"]);
    expect(verdict(rules(allow("all", [], { ...all, ...unknown })), "inbound")).toEqual(["nothing", "any with any"]);
  });

  test("a rule that may have either block may allow", () => {
    const judged = rules({ source_ranges: ["10.0.0.0/8"], allow: "${var.allow}" });
    expect(verdict(judged, "inbound")).toEqual(["nothing", "any with 10.0.0.0/8"]);
    expect(verdict(rules({ source_ranges: ["10.0.0.0/8"] }), "inbound")).toEqual(["nothing", "any with 10.0.0.0/8"]);
  });
});

test("no rule keeps a machine from its metadata server, and nothing more than that", () => {
  const judged = rules(deny("all", [], { ...out, priority: 0, destination_ranges: ["0.0.0.0/0", "::/0"] }));
  const { allowed } = evaluateFilter(filterOf(judged, "outbound"), ANYWHERE);
  expect(allowed.toString()).toBe("any with 169.254.169.254/32, fd20:ce::254/128");
});

describe("targets", () => {
  const machine = (values: Values): Resources => ({
    google_compute_subnetwork: { s: { ...NET, ip_cidr_range: "10.0.0.0/24" } },
    google_service_account: { a: { account_id: "a" }, b: { account_id: "b" } },
    google_compute_instance: {
      m: { network_interface: [{ subnetwork: "${google_compute_subnetwork.s.id}" }], ...values },
    },
  });
  const web = (target: Values) => ({ google_compute_firewall: { a: { ...NET, ...allow("tcp", ["443"], target) } } });
  const runsAs = (email: string) => ({ service_account: [{ email, scopes: [] }] });
  const open = certain("tcp 443 with 0.0.0.0/0");
  const maybe: [string, string] = ["nothing", open[1]];
  const A = "${google_service_account.a.email}";
  test.each<[string, Values, Values, [string, string]]>([
    ["no target: every machine", {}, {}, open],
    ["the tag", { target_tags: ["web"] }, { tags: ["web", "x"] }, open],
    ["one of two tags", { target_tags: ["db", "web"] }, { tags: ["web"] }, open],
    ["another tag", { target_tags: ["web"] }, { tags: ["web2"] }, certain("nothing")],
    ["no tags", { target_tags: ["web"] }, {}, certain("nothing")],
    ["the account by reference", { target_service_accounts: [A] }, runsAs(A), open],
    ["the account by its address", { target_service_accounts: ["a@p.iam.gserviceaccount.com"] }, runsAs(A), open],
    [
      "another account",
      { target_service_accounts: [A] },
      runsAs("${google_service_account.b.email}"),
      certain("nothing"),
    ],
    ["no account", { target_service_accounts: [A] }, {}, certain("nothing")],
    [
      "the default account",
      { target_service_accounts: ["123-compute@developer.gserviceaccount.com"] },
      { service_account: [{ scopes: ["cloud-platform"] }] },
      open,
    ],
    ["an account by another way", { target_tags: ["web"] }, runsAs(A), certain("nothing")],
  ])("%s", (_, target, values, expected) => {
    const judged = part({ ...machine(values), ...web(target) });
    expect(verdict(judged, "inbound", ANYWHERE, "google_compute_instance.m")).toEqual(expected);
  });

  test.each<[string, Values, Values]>([
    ["unknown tags", { target_tags: ["web"] }, { tags: "${var.tags}" }],
    ["an unknown account", { target_service_accounts: [A] }, runsAs("${var.account}")],
  ])("a machine of %s may be a target", (_, target, values) => {
    const [allowed, possible] = verdict(
      part({ ...machine(values), ...web(target) }),
      "inbound",
      ANYWHERE,
      "google_compute_instance.m",
    );
    expect(allowed).toBe(maybe[0]);
    expect(possible).toContain("0.0.0.0/0");
  });

  test.each<[string, string[], [string, string]]>([
    ["all of its addresses", ["10.0.0.0/16"], open],
    ["none of its addresses", ["10.0.1.0/24"], certain("nothing")],
    ["every IPv4 address", ["0.0.0.0/0"], open],
  ])("a rule limited to destinations: %s", (_, destination_ranges, expected) => {
    const judged = part({ ...machine({}), ...web({ destination_ranges }) });
    expect(verdict(judged, "inbound", ANYWHERE, "google_compute_instance.m")).toEqual(expected);
  });

  test("a rule limited to some of its addresses may apply", () => {
    const judged = part({ ...machine({}), ...web({ destination_ranges: ["10.0.0.0/25"] }) });
    expect(verdict(judged, "inbound", ANYWHERE, "google_compute_instance.m")[0]).toBe("nothing");
    const exact = part({
      ...machine({ network_interface: [{ subnetwork: "${google_compute_subnetwork.s.id}", network_ip: "10.0.0.5" }] }),
      ...web({ destination_ranges: ["10.0.0.0/25"] }),
    });
    expect(verdict(exact, "inbound", ANYWHERE, "google_compute_instance.m")).toEqual(open);
  });

  test("an egress rule limited to sources", () => {
    const rule = (source_ranges: string[]) => ({
      google_compute_firewall: { a: { ...NET, ...deny("all", [], { ...out, source_ranges }) } },
    });
    const verdictOf = (sources: string[]) =>
      verdict(part({ ...machine({}), ...rule(sources) }), "outbound", ANYWHERE, "google_compute_instance.m");
    expect(verdictOf(["10.0.0.0/24"])).toEqual(certain("any with ::/0"));
    expect(verdictOf(["10.9.0.0/24"])).toEqual(certain("any with any"));
  });

  test("each target that no machine has is judged on its own, so that each rule counts", () => {
    const judged = part({
      ...machine({ tags: ["web"] }),
      google_compute_firewall: {
        a: { ...NET, ...allow("tcp", ["443"], { target_tags: ["web"] }) },
        b: { ...NET, ...allow("tcp", ["22"], { target_tags: ["bastion"] }) },
        c: { ...NET, ...allow("tcp", ["80"], { target_service_accounts: [A] }) },
      },
    });
    expect(judged.endpoints.map(({ id, kind }) => [kind, id])).toEqual([
      ["instance", "google_compute_instance.m"],
      ["group", `${NETWORK}#tag:bastion`],
      ["group", `${NETWORK}#service-account:google_service_account.a`],
    ]);
    expect(verdict(judged, "inbound", ANYWHERE, `${NETWORK}#tag:bastion`)).toEqual(certain("tcp 22 with 0.0.0.0/0"));
    expect(judged.rules).toBe(3);
  });
});

describe("networks", () => {
  const machine = (network: Values): Resources => ({
    google_compute_instance: { m: { network_interface: [network] } },
  });
  const all = { source_ranges: ["0.0.0.0/0", "::/0"] };
  const rule = (network: string, more: Values = all) => ({
    google_compute_firewall: { a: { network, ...allow("all", [], more) } },
  });
  const M = "google_compute_instance.m";

  test.each<[string, string, string]>([
    ["by reference and by name", "${google_compute_network.n.id}", "main"],
    ["by self link and by name", "${google_compute_network.n.self_link}", "main"],
    ["by name attribute and by path", "${google_compute_network.n.name}", "projects/p/global/networks/main"],
    ["by two paths", "https://www.googleapis.com/compute/v1/projects/p/global/networks/main", "global/networks/main"],
  ])("a rule and a machine meet %s", (_, inRule, inMachine) => {
    const judged = part({
      google_compute_network: { n: { name: "main", project: "p" }, other: { name: "other" } },
      ...rule(inRule),
      ...machine({ network: inMachine }),
    });
    expect(verdict(judged, "inbound", ANYWHERE, M)).toEqual(certain("any with any"));
  });

  test("rules of another network do not count", () => {
    const judged = part({
      google_compute_network: { n: { name: "main" }, other: { name: "other" } },
      ...rule("other"),
      ...machine({ network: "main" }),
    });
    expect(verdict(judged, "inbound", ANYWHERE, M)).toEqual(certain("nothing"));
  });

  test("a network of one name in another project is another", () => {
    const judged = part({
      google_compute_network: { n: { name: "main", project: "p" } },
      ...rule("projects/q/global/networks/main"),
      ...machine({ network: "main" }),
    });
    expect(verdict(judged, "inbound", ANYWHERE, M)).toEqual(certain("nothing"));
  });

  test("of a network that the input neither declares nor has a rule for, nothing is known", () => {
    const judged = part(machine({ network: "elsewhere" }));
    expect(verdict(judged, "inbound", ANYWHERE, M)).toEqual(["nothing", "any with any"]);
    expect(verdict(judged, "outbound", ANYWHERE, M)).toEqual(["nothing", "any with any"]);
    const ruled = part({
      ...machine({ network: "elsewhere" }),
      ...rule("elsewhere", { source_ranges: ["10.0.0.0/8"] }),
    });
    expect(verdict(ruled, "inbound", ANYWHERE, M)).toEqual(certain("any with 10.0.0.0/8"));
  });

  test("the default network may still have the rules that Google writes into it, unless a rule goes before them", () => {
    const [allowed, possible] = verdict(part(machine({})), "inbound", ANYWHERE, M);
    expect(allowed).toBe("nothing");
    expect(possible).toContain("0.0.0.0/0");
    const closed = part({
      ...machine({}),
      google_compute_firewall: { a: { network: "default", ...deny("all", [], all) } },
    });
    expect(verdict(closed, "inbound", ANYWHERE, M)).toEqual(certain("nothing"));
    const late = { ...deny("all", [], all), priority: 65535 };
    const open = part({ ...machine({}), google_compute_firewall: { a: { network: "default", ...late } } });
    expect(verdict(open, "inbound", ANYWHERE, M)[1]).toContain("0.0.0.0/0");
    const own = part({ google_compute_network: { n: { name: "default" } }, ...machine({}) });
    expect(verdict(own, "inbound", ANYWHERE, M)).toEqual(certain("nothing"));
  });

  test("a rule whose network is unknown is left unjudged and still counts", () => {
    const judged = part(rule("projects/${var.p}/global/networks/n"));
    expect(judged.unjudged).toEqual([
      expect.objectContaining({ resource: "google_compute_firewall.a", reason: "its network is not known" }),
    ]);
    expect(verdict(judged, "inbound", ANYWHERE, "google_compute_firewall.a#network")).toEqual(certain("any with any"));
  });
});

test("the deciding rules have their resource and line", () => {
  const judged = rules(
    allow("tcp", ["22"], { source_ranges: ["10.0.0.0/8"] }),
    deny("all", [], { source_ranges: ["0.0.0.0/0"], priority: 2000 }),
  );
  const decide = (address: string) =>
    decidingRules(
      endpoint(judged, NETWORK),
      "inbound",
      ANYWHERE,
      PacketSet.ofPacket({ address, protocol: 6, port: 22 }),
    ).map(({ resource, action, location }) => [resource, action, location.line > 1]);
  expect(decide("10.0.0.1")).toEqual([["google_compute_firewall.a", "allow", true]]);
  expect(decide("192.0.2.1")).toEqual([["google_compute_firewall.b", "deny", true]]);
});

test("machines that are alike share their filters", () => {
  const interfaces = { network_interface: [{ network: "${google_compute_network.n.id}" }] };
  const judged = part({
    google_compute_firewall: { a: { ...NET, ...allow("tcp", ["22"]) } },
    google_compute_instance: { a: interfaces, b: interfaces, c: { ...interfaces, tags: ["x"] } },
  });
  const [a, b, c] = judged.endpoints.map(({ filters }) => filters);
  expect(a?.[0]).toBe(b?.[0]);
  expect(a?.[0]).not.toBe(c?.[0]);
});
