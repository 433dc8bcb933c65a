import { decidingRules, evaluateFilter } from "../../../../verification/evaluate";
import { PacketSet } from "../../../../packets/packet-set";
import type { Direction, Endpoint, Filter, PartialSystem } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { ServiceSet } from "../../../../packets/service-set";
import { azurePart } from "../../../../verification/clouds/azure/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Types = NonNullable<TerraformJson["resource"]>;

const NSG = "azurerm_network_security_group";
const SPACE = "10.0.0.0/16";

const rule = (priority: number, values: object = {}) => ({
  name: `r${priority}`,
  priority,
  direction: "Inbound",
  access: "Allow",
  protocol: "Tcp",
  source_port_range: "*",
  destination_port_range: "443",
  source_address_prefix: "*",
  destination_address_prefix: "*",
  ...values,
});
const deny = (priority: number, values: object = {}) => rule(priority, { access: "Deny", ...values });
const out = (priority: number, values: object = {}) => rule(priority, { direction: "Outbound", ...values });
const group = (...security_rule: object[]) => ({ name: "n", resource_group_name: "rg", security_rule });

/** One interface at 10.0.1.4 in a subnet that the group `n` filters. */
function part(types: Types, more: Types = {}): PartialSystem {
  return azurePart(
    resourcesOf({
      resource: {
        azurerm_virtual_network: { v: { name: "v", resource_group_name: "rg", address_space: [SPACE] } },
        azurerm_subnet: {
          s: { virtual_network_name: "v", resource_group_name: "rg", address_prefixes: ["10.0.1.0/24"] },
        },
        azurerm_network_interface: {
          i: { ip_configuration: [{ subnet_id: "${azurerm_subnet.s.id}", private_ip_address: "10.0.1.4" }] },
        },
        azurerm_subnet_network_security_group_association: {
          s: { subnet_id: "${azurerm_subnet.s.id}", network_security_group_id: `\${${NSG}.n.id}` },
        },
        ...types,
        ...more,
      },
    }),
  );
}

const of = (...rules: object[]) => part({ [NSG]: { n: group(...rules) } });
const endpointOf = (judged: PartialSystem, id = "azurerm_network_interface.i") =>
  judged.endpoints.find((endpoint) => endpoint.id === id) as Endpoint;
const filtersOf = (endpoint: Endpoint, direction: Direction): Filter[] =>
  endpoint.filters.filter((filter) => filter.direction === direction && filter.system === "azure-nsg");

/** What the group lets pass from or to `far`: certainly and at most. */
function verdict(
  judged: PartialSystem,
  direction: Direction = "inbound",
  far = OUTSIDE,
  groups: string[] = [],
): string[] {
  const [filter] = filtersOf(endpointOf(judged), direction);
  const { allowed, possible } = evaluateFilter(filter as Filter, { addresses: far, groups: new Set(groups) });
  return [allowed.toString(), possible.toString()];
}

const certain = (text: string) => [text, text];
const cidr = (text: string) => AddressSet.ofCidr(text);
const OUTSIDE = cidr("198.51.100.0/24");
const HOST = cidr("168.63.129.16");
const STORAGE = AddressSet.ofName("azure:Storage.eastus");

describe("rules in order of their priorities", () => {
  test.each<[string, object[], string]>([
    ["none but the default ones", [], "nothing"],
    ["allow", [rule(100)], "tcp 443 with 198.51.100.0/24"],
    ["the lower number decides, whatever the order of writing", [rule(200), deny(100)], "nothing"],
    ["priorities swapped", [rule(100), deny(200)], "tcp 443 with 198.51.100.0/24"],
    ["the highest priority there is goes before the default rules", [rule(4096)], "tcp 443 with 198.51.100.0/24"],
    ["numbers, not texts, are compared", [deny(1000), rule(200)], "tcp 443 with 198.51.100.0/24"],
    [
      "a deny takes from what follows",
      [deny(100, { source_address_prefix: "198.51.100.0/25" }), rule(200)],
      "tcp 443 with 198.51.100.128/25",
    ],
    [
      "case means nothing",
      [rule(100, { access: "allow", direction: "INBOUND", protocol: "TCP" })],
      "tcp 443 with 198.51.100.0/24",
    ],
    ["a rule of the other direction", [out(100)], "nothing"],
  ])("%s", (_, rules, text) => {
    expect(verdict(of(...rules))).toEqual(certain(text));
  });

  test.each<[string, object]>([
    ["priority", { priority: "${var.a}${var.b}" }],
    ["priority below 100", { priority: 99 }],
    ["priority above 4096", { priority: 4097 }],
    ["access", { access: "${var.a}${var.b}" }],
    ["direction", { direction: "${var.a}${var.b}" }],
  ])("without a known %s the group is unknown", (_, values) => {
    expect(verdict(of(rule(200, values)))).toEqual(["nothing", "any with 198.51.100.0/24"]);
  });

  test("two rules of one priority and direction: which goes first is not known", () => {
    const judged = of(rule(100), deny(100));
    expect(filtersOf(endpointOf(judged), "inbound")[0]?.unknown).toMatch(/priority 100/);
    expect(filtersOf(endpointOf(of(rule(100), out(100))), "inbound")[0]?.unknown).toBeUndefined();
  });
});

describe("a rule that is written apart and that the provider has read of its group, too", () => {
  const APART = "azurerm_network_security_rule";
  const apart = {
    ...rule(100),
    network_security_group_name: "n",
    resource_group_name: "rg",
    source_address_prefixes: null,
  };
  const judgedWith = (read: object) =>
    part({
      [NSG]: { n: group({ ...rule(100), source_address_prefixes: [], description: "", ...read }) },
      [APART]: { r: apart },
    });

  test("is one rule, which says where it is written", () => {
    const judged = judgedWith({});
    expect(verdict(judged)).toEqual(certain("tcp 443 with 198.51.100.0/24"));
    const [filter] = filtersOf(endpointOf(judged), "inbound");
    expect(filter?.levels[0]?.map(({ resource }) => resource)).toContain(`${APART}.r`);
  });

  test.each([
    ["name", { name: "other" }],
    ["action", { access: "Deny" }],
    ["ports", { destination_port_range: "444" }],
  ])("is another one by its %s: which goes first is not known", (_, read) => {
    expect(filtersOf(endpointOf(judgedWith(read)), "inbound")[0]?.unknown).toMatch(/priority 100/);
  });
});

describe("the default rules", () => {
  test.each<[string, Direction, AddressSet, string]>([
    ["65000 from the network", "inbound", cidr("10.0.9.0/24"), "any with 10.0.9.0/24"],
    ["not from beside it", "inbound", cidr("10.1.0.0/24"), "nothing"],
    ["65001 from the load balancer's probes", "inbound", HOST, "any with 168.63.129.16/32"],
    ["65500 from elsewhere", "inbound", OUTSIDE, "nothing"],
    ["65500 from a service", "inbound", STORAGE, "nothing"],
    ["65000 to the network", "outbound", cidr("10.0.9.0/24"), "any with 10.0.9.0/24"],
    ["65001 to the internet", "outbound", OUTSIDE, "any with 198.51.100.0/24"],
    ["65001 to a service, which is of the internet", "outbound", STORAGE, "any with azure:Storage.eastus"],
    ["65500 to private addresses beside the network", "outbound", cidr("10.1.0.0/24"), "nothing"],
    ["65001 to the internet by IPv6", "outbound", cidr("2606:4700::/32"), "any with 2606:4700::/32"],
  ])("%s", (_, direction, far, text) => {
    expect(verdict(of(), direction, far)).toEqual(certain(text));
  });

  test("rules of its own go before them", () => {
    expect(
      verdict(of(deny(4096, { protocol: "*", destination_port_range: "*" })), "inbound", cidr("10.0.9.0/24")),
    ).toEqual(certain("nothing"));
  });
});

describe("protocols and ports", () => {
  test.each<[string, object, string]>([
    ["Udp", { protocol: "Udp" }, "udp 443"],
    ["every protocol", { protocol: "*", destination_port_range: "*" }, "any"],
    ["Icmp has no ports", { protocol: "Icmp", destination_port_range: "443" }, "icmp"],
    ["Esp", { protocol: "Esp", destination_port_range: "*" }, "esp"],
    ["Ah", { protocol: "Ah", destination_port_range: "*" }, "ah"],
    ["a range", { destination_port_range: "8000-8010" }, "tcp 8000-8010"],
    ["a list", { destination_port_range: "", destination_port_ranges: ["22", "80-81"] }, "tcp 22, 80-81"],
    ["a list that touches", { destination_port_range: null, destination_port_ranges: ["80", "81"] }, "tcp 80-81"],
    ["every port by a range", { destination_port_range: "0-65535" }, "tcp"],
    ["numbers", { destination_port_range: 443 }, "tcp 443"],
  ])("%s", (_, values, services) => {
    expect(verdict(of(rule(100, values)))).toEqual(certain(`${services} with 198.51.100.0/24`));
  });

  test("every protocol at a port: those that have ports", () => {
    const [filter] = filtersOf(endpointOf(of(rule(100, { protocol: "*" }))), "inbound");
    expect(filter?.levels[0]?.[0]?.services.equals(ServiceSet.of("any", 443))).toBe(true);
  });

  test.each<[string, object]>([
    ["a protocol", { protocol: "${var.a}${var.b}" }],
    ["a protocol that there is not", { protocol: "Tcpp" }],
    ["ports", { destination_port_range: "${var.a}${var.b}" }],
    ["ports left out", { destination_port_range: null }],
    ["one port of a list", { destination_port_range: null, destination_port_ranges: ["443", "${var.a}${var.b}"] }],
    ["a range that ends before it begins", { destination_port_range: "81-80" }],
    ["a port that there is not", { destination_port_range: "65536" }],
    ["source ports", { source_port_range: "${var.a}${var.b}" }],
    ["source ports left out", { source_port_range: null }],
  ])("unknown: %s", (_, values) => {
    const [allowed, possible] = verdict(of(rule(100, values)));
    expect(allowed).toBe("nothing");
    expect(possible).toBe("any with 198.51.100.0/24");
  });
});

describe("source ports, which packets here do not have", () => {
  const possibleOf = (judged: PartialSystem) => {
    const [filter] = filtersOf(endpointOf(judged), "inbound");
    const { allowed, possible } = evaluateFilter(filter as Filter, { addresses: OUTSIDE, groups: new Set() });
    return [allowed, possible].map((set) => set.onServices(ServiceSet.of(6, 443)).toString());
  };
  const passes = "tcp 443 with 198.51.100.0/24";

  test.each<[string, object[], string[]]>([
    ["an allow for some is possible and not certain", [rule(100, { source_port_range: "53" })], ["nothing", passes]],
    ["an allow for all that clients take", [rule(100, { source_port_range: "1024-65535" })], certain(passes)],
    ["an allow for all but one of them", [rule(100, { source_port_range: "1025-65535" })], ["nothing", passes]],
    [
      "a list that makes all of them",
      [rule(100, { source_port_range: null, source_port_ranges: ["0-1023", "1024-65535"] })],
      certain(passes),
    ],
    [
      "a deny for some stops none for certain",
      [deny(100, { source_port_range: "53" }), rule(200)],
      ["nothing", passes],
    ],
    [
      "nor does a deny for all that clients take",
      [deny(100, { source_port_range: "1024-65535" }), rule(200)],
      ["nothing", passes],
    ],
  ])("%s", (_, rules, expected) => {
    expect(possibleOf(of(...rules))).toEqual(expected);
  });
});

describe("who is at the other end", () => {
  const from = (source_address_prefix: unknown, values: object = {}) => rule(100, { source_address_prefix, ...values });
  const list = (...source_address_prefixes: unknown[]) =>
    rule(100, { source_address_prefix: null, source_address_prefixes });

  test.each<[string, object, AddressSet, string]>([
    ["a block", from("198.51.100.128/25"), OUTSIDE, "tcp 443 with 198.51.100.128/25"],
    ["one address", from("198.51.100.7"), OUTSIDE, "tcp 443 with 198.51.100.7/32"],
    ["a list", list("198.51.100.0/26", "198.51.100.64/26"), OUTSIDE, "tcp 443 with 198.51.100.0/25"],
    [
      "two halves make the internet, services among it",
      list("0.0.0.0/1", "128.0.0.0/1"),
      STORAGE,
      "tcp 443 with azure:Storage.eastus",
    ],
    ["a half is no service's", list("0.0.0.0/1"), STORAGE, "nothing"],
    ["0.0.0.0/0 is IPv4 alone", from("0.0.0.0/0"), cidr("2606:4700::/32"), "nothing"],
    ["* is IPv6 as well", from("*"), cidr("2606:4700::/32"), "tcp 443 with 2606:4700::/32"],
    ["Internet", from("Internet"), OUTSIDE, "tcp 443 with 198.51.100.0/24"],
    ["Internet holds services", from("Internet"), STORAGE, "tcp 443 with azure:Storage.eastus"],
    ["Internet is not private", from("Internet"), cidr("10.1.0.0/24"), "nothing"],
    ["a service", from("Storage.EastUS"), STORAGE, "tcp 443 with azure:Storage.eastus"],
    ["another region's is another", from("Storage.WestUS"), STORAGE, "nothing"],
    ["a service is no numeric address", from("AzureCloud"), OUTSIDE, "nothing"],
    ["AzureLoadBalancer is the host", from("AzureLoadBalancer", { access: "Deny" }), HOST, "nothing"],
    [
      "the network",
      from("VirtualNetwork", { access: "Deny", protocol: "*", destination_port_range: "*" }),
      cidr("10.0.9.0/24"),
      "nothing",
    ],
  ])("%s", (_, written, far, text) => {
    const judged = of(written);
    const [filter] = filtersOf(endpointOf(judged), "inbound");
    const { allowed, possible } = evaluateFilter(filter as Filter, { addresses: far, groups: new Set() });
    const at443 = (set: typeof allowed) => set.onServices(ServiceSet.of(6, 443)).toString();
    expect([at443(allowed), at443(possible)]).toEqual(certain(text));
  });

  test("a deny by a tag stops its own set for certain, and may stop any public address", () => {
    const judged = of(
      out(100, { access: "Deny", protocol: "*", destination_port_range: "*", destination_address_prefix: "Storage" }),
    );
    expect(verdict(judged, "outbound", AddressSet.ofName("azure:Storage"))).toEqual(certain("nothing"));
    expect(verdict(judged, "outbound", OUTSIDE)).toEqual(["nothing", "any with 198.51.100.0/24"]);
    expect(verdict(judged, "outbound", STORAGE)).toEqual(["nothing", "any with azure:Storage.eastus"]);
    expect(verdict(judged, "outbound", cidr("10.0.9.0/24"))).toEqual(certain("any with 10.0.9.0/24"));
  });

  test("what an allow decides before, no deny by a tag makes uncertain", () => {
    const judged = of(
      out(100, { destination_address_prefix: "198.51.100.0/24" }),
      out(200, {
        access: "Deny",
        protocol: "*",
        destination_port_range: "*",
        destination_address_prefix: "AzureCloud",
      }),
      out(300, { access: "Deny", protocol: "*", destination_port_range: "*" }),
    );
    expect(verdict(judged, "outbound", OUTSIDE)).toEqual(certain("tcp 443 with 198.51.100.0/24"));
  });

  test("a deny of the internet leaves nothing of it to the default rule", () => {
    const none = { access: "Deny", protocol: "*", destination_port_range: "*", destination_address_prefix: "Internet" };
    const judged = of(out(100, none));
    const [filter] = filtersOf(endpointOf(judged), "outbound");
    const { possible } = evaluateFilter(filter as Filter, { addresses: AddressSet.all, groups: new Set() });
    expect(possible.toString()).toBe("any with 10.0.0.0/16, 168.63.129.16/32");
  });

  test.each<[string, unknown]>([
    ["a value", "${var.a}${var.b}"],
    ["a block that is malformed", "10.0.0.1/8"],
    ["a range, which rules do not know", "10.0.0.1-10.0.0.9"],
    ["what is left out", null],
  ])("unknown: %s", (_, prefix) => {
    expect(verdict(of(from(prefix)))).toEqual(["nothing", "tcp 443 with 198.51.100.0/24"]);
  });
});

describe("which of its endpoints a rule speaks of", () => {
  const to = (destination_address_prefix: string, values: object = {}) =>
    rule(100, { destination_address_prefix, ...values });

  test.each<[string, object, string[]]>([
    ["its address", to("10.0.1.4"), certain("tcp 443 with 198.51.100.0/24")],
    ["its subnet", to("10.0.1.0/24"), certain("tcp 443 with 198.51.100.0/24")],
    ["another address", to("10.0.1.5"), certain("nothing")],
    ["its network", to("VirtualNetwork"), certain("tcp 443 with 198.51.100.0/24")],
    ["the internet, where it is not", to("Internet"), certain("nothing")],
    ["a service, which it is not", to("Storage"), certain("nothing")],
    ["what is not known", to("${var.a}${var.b}"), ["nothing", "any with 198.51.100.0/24"]],
  ])("%s", (_, written, expected) => {
    expect(verdict(of(written))).toEqual(expected);
  });

  test("an address of a subnet is nobody's for certain where interfaces have any of it", () => {
    const azurerm_network_interface = { i: { ip_configuration: [{ subnet_id: "${azurerm_subnet.s.id}" }] } };
    const judged = part({ [NSG]: { n: group(to("10.0.1.4")) }, azurerm_network_interface });
    expect(verdict(judged)).toEqual(["nothing", "any with 198.51.100.0/24"]);
  });
});

describe("application security groups", () => {
  const asg = "azurerm_application_security_group";
  const named = (name: string) => [`\${${asg}.${name}.id}`];
  const groups = { [asg]: { web: { name: "web" }, db: { name: "db" } } };
  const memberOf = (name: string) => ({
    azurerm_network_interface_application_security_group_association: {
      m: { network_interface_id: "${azurerm_network_interface.i.id}", application_security_group_id: named(name)[0] },
    },
  });
  const source = rule(100, { source_address_prefix: null, source_application_security_group_ids: named("web") });
  const target = rule(100, {
    destination_address_prefix: null,
    destination_application_security_group_ids: named("web"),
  });

  test("as a source: members pass, wherever they are", () => {
    const judged = part({ [NSG]: { n: group(source) }, ...groups });
    expect(verdict(judged, "inbound", OUTSIDE, [`${asg}.web`])).toEqual(certain("tcp 443 with 198.51.100.0/24"));
    expect(verdict(judged, "inbound", OUTSIDE, [`${asg}.db`])).toEqual(certain("nothing"));
  });

  test.each([
    ["web", "tcp 443 with 198.51.100.0/24"],
    ["db", "nothing"],
  ])("as a destination: the rule is its members' alone: %s", (name, text) => {
    const judged = part({ [NSG]: { n: group(target) }, ...groups, ...memberOf(name) });
    expect(verdict(judged)).toEqual(certain(text));
    expect(endpointOf(judged).groups).toContain(`${asg}.${name}`);
  });

  test("an interface that can't be told makes each a possible member", () => {
    const judged = part({
      [NSG]: { n: group(target) },
      ...groups,
      azurerm_network_interface_application_security_group_association: {
        m: { network_interface_id: "${var.a}${var.b}", application_security_group_id: named("web")[0] },
      },
    });
    expect(verdict(judged)).toEqual(["nothing", "any with 198.51.100.0/24"]);
    expect(endpointOf(judged).possibleGroups).toContain(`${asg}.web`);
    expect(judged.unjudged).toMatchObject([
      { resource: "azurerm_network_interface_application_security_group_association.m" },
    ]);
  });
});

describe("where rules are written", () => {
  const apart = (values: object, written: object = rule(100)) => ({
    azurerm_network_security_rule: { r: { ...written, resource_group_name: "rg", ...values } },
  });
  const empty = { [NSG]: { n: group() } };

  test.each<[string, Types]>([
    ["by the group's name", { ...empty, ...apart({ network_security_group_name: "n" }) }],
    ["by reference to its name", { ...empty, ...apart({ network_security_group_name: `\${${NSG}.n.name}` }) }],
    ["in any case", { ...empty, ...apart({ network_security_group_name: "N", resource_group_name: "RG" }) }],
  ])("apart from their group: %s", (_, types) => {
    expect(verdict(part(types))).toEqual(certain("tcp 443 with 198.51.100.0/24"));
  });

  test("within and apart are judged together, in one order", () => {
    const judged = part({ [NSG]: { n: group(deny(150)) }, ...apart({ network_security_group_name: "n" }, rule(200)) });
    expect(verdict(judged)).toEqual(certain("nothing"));
    expect(judged.rules).toBe(2 + 6);
  });

  test("a group of the same name in another resource group is another", () => {
    const judged = part({ ...empty, ...apart({ network_security_group_name: "n", resource_group_name: "other" }) });
    expect(verdict(judged)).toEqual(certain("nothing"));
    // It is judged for itself, as of a group that is not in the input.
    expect(judged.endpoints.filter(({ kind }) => kind === "group")).toHaveLength(1);
  });

  test("a rule of a group that can't be told is named, and judged for itself", () => {
    const judged = part({ ...empty, ...apart({ network_security_group_name: "${var.a}${var.b}" }) });
    expect(judged.unjudged).toMatchObject([{ resource: "azurerm_network_security_rule.r" }]);
    const [filter] = filtersOf(endpointOf(judged, "azurerm_network_security_rule.r"), "inbound");
    expect(filter?.unknown).toBeDefined();
  });

  test("blocks that can't be read make the group unknown", () => {
    const judged = part({ [NSG]: { n: { ...group(), security_rule: "${var.a}${var.b}" } } });
    expect(verdict(judged)).toEqual(["nothing", "any with 198.51.100.0/24"]);
    expect(verdict(judged, "outbound", cidr("10.1.0.0/24"))).toEqual(["nothing", "any with 10.1.0.0/24"]);
  });

  test("each rule knows its place", () => {
    const judged = of(rule(200), rule(100, { source_address_prefix: "Internet" }));
    const [filter] = filtersOf(endpointOf(judged), "inbound");
    const [first, second] = filter?.levels[0] ?? [];
    expect(first?.location.line).toBeGreaterThan(second?.location.line ?? 0);
    expect(first?.resource).toBe(`${NSG}.n`);
  });

  test("the rule that decides is shown", () => {
    const judged = of(deny(100, { source_address_prefix: "198.51.100.0/24" }), rule(200));
    const packet = { address: "198.51.100.7", protocol: 6, port: 443 };
    const far = { addresses: cidr("198.51.100.7"), groups: new Set<string>() };
    expect(decidingRules(endpointOf(judged), "inbound", far, PacketSet.ofPacket(packet))).toMatchObject([
      { action: "deny" },
    ]);
  });
});

describe("subnet and interface", () => {
  const association = {
    azurerm_network_interface_security_group_association: {
      i: { network_interface_id: "${azurerm_network_interface.i.id}", network_security_group_id: `\${${NSG}.nic.id}` },
    },
  };

  test("each group is a filter of its own, and a packet must pass both", () => {
    const nic = { ...group(rule(100, { destination_port_range: "22-80" })), name: "nic" };
    const judged = part({ [NSG]: { n: group(rule(100, { destination_port_range: "80-443" })), nic }, ...association });
    const filters = filtersOf(endpointOf(judged), "inbound");
    expect(filters.map(({ name }) => name).sort()).toEqual([`${NSG}.n`, `${NSG}.nic`]);
    const passing = filters
      .map((filter) => evaluateFilter(filter, { addresses: OUTSIDE, groups: new Set() }).allowed)
      .reduce((a, b) => a.intersect(b));
    expect(passing.toString()).toBe("tcp 80 with 198.51.100.0/24");
  });

  test("one of them alone", () => {
    const judged = part(
      { [NSG]: { nic: { ...group(), name: "nic" } }, ...association },
      { azurerm_subnet_network_security_group_association: {} },
    );
    expect(filtersOf(endpointOf(judged), "inbound").map(({ name }) => name)).toEqual([`${NSG}.nic`]);
  });

  test("neither: open in both directions", () => {
    const judged = part({}, { azurerm_subnet_network_security_group_association: {} });
    expect(endpointOf(judged).filters).toEqual([]);
  });

  test("a group that is not in the input is unknown", () => {
    const judged = part({});
    expect(verdict(judged)).toEqual(["nothing", "any with 198.51.100.0/24"]);
  });

  test("endpoints where a group acts alike share its filters, others do not", () => {
    const azurerm_network_interface = Object.fromEntries(
      [4, 5, 6].map((host) => [
        `i${host}`,
        { ip_configuration: [{ subnet_id: "${azurerm_subnet.s.id}", private_ip_address: `10.0.1.${host}` }] },
      ]),
    );
    const written = group(rule(100, { destination_address_prefix: "10.0.1.4/31" }));
    const judged = part({ [NSG]: { n: written }, azurerm_network_interface });
    const [a, b, c] = [4, 5, 6].map((host) => endpointOf(judged, `azurerm_network_interface.i${host}`).filters[0]);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });
});

describe("groups that nothing is a member of", () => {
  const alone = (...rules: object[]) => azurePart(resourcesOf({ resource: { [NSG]: { n: group(...rules) } } }));
  const passing = (judged: PartialSystem, far = OUTSIDE) => {
    const [filter] = filtersOf(endpointOf(judged, `${NSG}.n`), "inbound");
    const { allowed, possible } = evaluateFilter(filter as Filter, { addresses: far, groups: new Set() });
    return [allowed.toString(), possible.toString()];
  };

  test("are judged alone, with the default rules", () => {
    const judged = alone();
    expect(judged.endpoints).toMatchObject([{ id: `${NSG}.n`, kind: "group" }]);
    expect(passing(judged)).toEqual(certain("nothing"));
    expect(passing(judged, HOST)).toEqual(certain("any with 168.63.129.16/32"));
  });

  test("as the most exposed member that they may come to have", () => {
    const to = { destination_address_prefix: "10.0.1.4" };
    expect(passing(alone(rule(100, to)))).toEqual(certain("tcp 443 with 198.51.100.0/24"));
    expect(passing(alone(deny(100, to), rule(200)))).toEqual(["nothing", "tcp 443 with 198.51.100.0/24"]);
  });

  test("on a subnet without an endpoint, where its network is known", () => {
    const judged = part({ [NSG]: { n: group() } }, { azurerm_network_interface: {} });
    expect(judged.endpoints).toMatchObject([{ id: `${NSG}.n`, kind: "group", network: "azurerm_virtual_network.v" }]);
    expect(passing(judged, cidr("10.0.9.0/24"))).toEqual(certain("any with 10.0.9.0/24"));
  });
});

describe("what VirtualNetwork stands for beyond the network", () => {
  const FAR = cidr("10.9.0.0/16");
  const peering = (values: object = {}) => ({
    virtual_network_name: "v",
    resource_group_name: "rg",
    remote_virtual_network_id: "${azurerm_virtual_network.far.id}",
    ...values,
  });
  const both = {
    azurerm_virtual_network: {
      v: { name: "v", resource_group_name: "rg", address_space: [SPACE] },
      far: { name: "far", resource_group_name: "rg", address_space: ["10.9.0.0/16"] },
    },
  };
  const back = peering({ virtual_network_name: "far", remote_virtual_network_id: "${azurerm_virtual_network.v.id}" });
  const withPeerings = (...peerings: object[]) =>
    part(
      { [NSG]: { n: group() } },
      { ...both, azurerm_virtual_network_peering: Object.fromEntries(peerings.map((one, i) => [`p${i}`, one])) },
    );

  test.each<[string, object[], string[]]>([
    ["no peering", [], certain("nothing")],
    ["both sides", [peering(), back], certain("any with 10.9.0.0/16")],
    ["one side only", [peering()], ["nothing", "any with 10.9.0.0/16"]],
    ["no access", [peering({ allow_virtual_network_access: false }), back], certain("nothing")],
  ])("peering: %s", (_, peerings, expected) => {
    const judged = withPeerings(...peerings);
    expect(verdict(judged, "inbound", FAR)).toEqual(expected);
    expect(verdict(judged)).toEqual(certain("nothing"));
    expect(judged.unjudged).toEqual([]);
  });

  test("a peer that is not in the input may be anybody, and is named", () => {
    const judged = withPeerings(peering({ remote_virtual_network_id: "/subscriptions/x/elsewhere" }));
    expect(verdict(judged)).toEqual(["nothing", "any with 198.51.100.0/24"]);
    expect(judged.unjudged).toMatchObject([{ resource: "azurerm_virtual_network_peering.p0" }]);
  });

  test("a gateway's far side may be anybody", () => {
    const gateway = { ip_configuration: [{ subnet_id: "${azurerm_subnet.s.id}" }] };
    const judged = part({ [NSG]: { n: group() } }, { azurerm_virtual_network_gateway: { g: gateway } });
    expect(verdict(judged)).toEqual(["nothing", "any with 198.51.100.0/24"]);
    expect(judged.unjudged).toMatchObject([{ resource: "azurerm_virtual_network_gateway.g" }]);
  });

  test("prefixes of user-defined routes may come into it, the default route too", () => {
    const route = (address_prefix: string) => ({
      azurerm_route_table: {
        t: { route: [{ address_prefix, next_hop_type: "VirtualAppliance", next_hop_in_ip_address: "10.0.2.4" }] },
      },
      azurerm_subnet_route_table_association: {
        a: { subnet_id: "${azurerm_subnet.s.id}", route_table_id: "${azurerm_route_table.t.id}" },
      },
    });
    expect(verdict(part({ [NSG]: { n: group() } }, route("0.0.0.0/0")))).toEqual([
      "nothing",
      "any with 198.51.100.0/24",
    ]);
    const narrow = part({ [NSG]: { n: group() } }, route("10.9.0.0/16"));
    expect(verdict(narrow, "inbound", FAR)).toEqual(["nothing", "any with 10.9.0.0/16"]);
    expect(verdict(narrow)).toEqual(certain("nothing"));
    const closed = deny(4096, { protocol: "*", destination_port_range: "*" });
    expect(verdict(part({ [NSG]: { n: group(closed) } }, route("0.0.0.0/0")))).toEqual(certain("nothing"));
  });

  test("public addresses of a network are no part of the internet", () => {
    const azurerm_virtual_network = { v: { name: "v", resource_group_name: "rg", address_space: ["198.51.100.0/25"] } };
    const judged = part(
      { [NSG]: { n: group(rule(100, { source_address_prefix: "Internet" })) } },
      { azurerm_virtual_network },
    );
    const [filter] = filtersOf(endpointOf(judged), "inbound");
    const { allowed } = evaluateFilter(filter as Filter, { addresses: OUTSIDE, groups: new Set() });
    expect(allowed.onServices(ServiceSet.of(6, 443)).toString()).toBe("tcp 443 with 198.51.100.0/24");
    expect(allowed.onServices(ServiceSet.of(6, 22)).toString()).toBe("tcp 22 with 198.51.100.0/25");
    expect(filter?.levels[0]?.[0]?.peers).toMatchObject([{ kind: "addresses" }]);
    const [peer] = filter?.levels[0]?.[0]?.peers ?? [];
    expect(peer?.kind === "addresses" && peer.addresses.overlaps(cidr("198.51.100.0/25"))).toBe(false);
  });

  test("of a network whose addresses are not known, anybody may be", () => {
    const azurerm_virtual_network = { v: { name: "v", resource_group_name: "rg", address_space: "${var.a}${var.b}" } };
    const judged = part({ [NSG]: { n: group() } }, { azurerm_virtual_network });
    expect(verdict(judged)).toEqual(["nothing", "any with 198.51.100.0/24"]);
  });
});
