import { decidingRules, evaluateFilter, type RemoteEnd } from "../../../../verification/evaluate";
import { PacketSet } from "../../../../packets/packet-set";
import type { Direction, Endpoint, PartialSystem, Rule } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { googlePart } from "../../../../verification/clouds/google/index";
import { resourcesOf, type TerraformJson } from "../../../support/resources";

type Values = Record<string, unknown>;
type Resources = Record<string, Record<string, object>>;

const NETWORK = "google_compute_network.n";
const NET = "${google_compute_network.n.id}";
const ANYWHERE: RemoteEnd = { addresses: AddressSet.all, groups: new Set() };

/** Resources together: those of one type side by side. */
function merged(...parts: readonly Resources[]): Resources {
  const all: Resources = { google_compute_network: { n: {} } };
  for (const part of parts) for (const [type, named] of Object.entries(part)) all[type] = { ...all[type], ...named };
  return all;
}
const part = (parts: readonly Resources[], data: TerraformJson["data"] = {}): PartialSystem =>
  googlePart(resourcesOf({ resource: merged(...parts), data }));

function endpoint(judged: PartialSystem, id: string): Endpoint {
  const found = judged.endpoints.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no endpoint ${id} among ${judged.endpoints.map((e) => e.id).join(", ")}`);
  return found;
}

/** What an endpoint certainly lets pass and what at most, by its rules; the metadata server is open beside them. */
function verdict(
  judged: PartialSystem,
  direction: Direction = "inbound",
  far = ANYWHERE,
  id = NETWORK,
): [string, string] {
  const filter = endpoint(judged, id).filters.find((candidate) => candidate.direction === direction);
  if (!filter) throw new Error(`${id} has no filter`);
  const isWritten = ({ resource }: Rule) => !resource.endsWith("#metadata-server");
  const written = { ...filter, levels: filter.levels.map((level) => level.filter(isWritten)) };
  const { allowed, possible } = evaluateFilter(written, far);
  return [allowed.toString(), possible.toString()];
}
const certain = (text: string): [string, string] => [text, text];

const rule = (action: string, priority: number, match: Values, more: Values = {}): Values => ({
  action,
  priority,
  direction: "INGRESS",
  match: [{ layer4_configs: [{ ip_protocol: "all" }], ...match }],
  ...more,
});
const from = (...src_ip_ranges: string[]) => ({ src_ip_ranges });
const tcp = (...ports: string[]) => ({ layer4_configs: [{ ip_protocol: "tcp", ports }] });

const TYPES = {
  global: "google_compute_network_firewall_policy",
  regional: "google_compute_region_network_firewall_policy",
  hierarchical: "google_compute_firewall_policy",
} as const;
type Kind = keyof typeof TYPES;

/** A policy with rules of their own resources, associated with `target`. */
function policy(kind: Kind, name: string, target: string | undefined, rules: Values[], more: Values = {}): Resources {
  const type = TYPES[kind];
  const named = { firewall_policy: `\${${type}.${name}.id}` };
  return {
    [type]: { [name]: { name, ...more } },
    [`${type}_rule`]: Object.fromEntries(rules.map((each, i) => [`${name}${i}`, { ...named, ...each }])),
    ...(target !== undefined && { [`${type}_association`]: { [name]: { attachment_target: target, ...named } } }),
  };
}
const global = (...rules: Values[]) => policy("global", "g", NET, rules);
const org = (...rules: Values[]) => policy("hierarchical", "o", "organizations/1", rules);
const folder = (name: string, target: string, ...rules: Values[]) => policy("hierarchical", name, target, rules);
const classic = (action: "allow" | "deny", source_ranges: string[], more: Values = {}): Resources => ({
  google_compute_firewall: { c: { network: NET, [action]: [{ protocol: "all" }], source_ranges, ...more } },
});
const order = (network_firewall_policy_enforcement_order: string): Resources => ({
  google_compute_network: { n: { network_firewall_policy_enforcement_order } },
});

describe("rules of one policy", () => {
  const account = "a@p.iam.gserviceaccount.com";
  test.each<[string, Values[], [string, string]]>([
    ["none", [], certain("nothing")],
    [
      "an allow",
      [rule("allow", 1, { ...from("10.0.0.0/8"), ...tcp("22", "8000-8010") })],
      certain("tcp 22, 8000-8010 with 10.0.0.0/8"),
    ],
    [
      "lowest number first",
      [rule("deny", 2, from("10.0.0.0/8")), rule("allow", 1, from("10.0.0.0/9"))],
      certain("any with 10.0.0.0/9"),
    ],
    ["not as written", [rule("allow", 2, from("10.0.0.0/9")), rule("deny", 1, from("10.0.0.0/8"))], certain("nothing")],
    ["disabled", [rule("allow", 1, from("10.0.0.0/8"), { disabled: true })], certain("nothing")],
    ["egress", [rule("allow", 1, { dest_ip_ranges: ["10.0.0.0/8"] }, { direction: "EGRESS" })], certain("nothing")],
    [
      "sources add up",
      [rule("allow", 1, { ...from("10.0.0.0/8"), src_fqdns: ["a.example"] })],
      ["any with 10.0.0.0/8", "any with any"],
    ],
    ["a country", [rule("allow", 1, { src_region_codes: ["DE"] })], ["nothing", "any with any"]],
    [
      "threat intelligence",
      [rule("deny", 1, { src_threat_intelligences: ["iplist-tor-exit-nodes"] }), rule("allow", 2, from("0.0.0.0/0"))],
      ["nothing", "any with 0.0.0.0/0"],
    ],
    [
      "a network scope narrows",
      [rule("allow", 1, { ...from("10.0.0.0/8"), src_network_scope: "VPC_NETWORKS" })],
      ["nothing", "any with 10.0.0.0/8"],
    ],
    [
      "a network type narrows",
      [
        rule("deny", 1, { ...from("0.0.0.0/0", "::/0"), src_network_type: "INTERNET" }),
        rule("allow", 2, from("10.0.0.0/8")),
      ],
      ["nothing", "any with 10.0.0.0/8"],
    ],
    ["no source", [rule("allow", 1, {})], ["any with 0.0.0.0/0", "any with any"]],
    ["an action of unknown name", [rule("mirror", 1, from("10.0.0.0/8"))], ["nothing", "any with 10.0.0.0/8"]],
    [
      "security profiles may let it pass or not, and nothing later does",
      [rule("apply_security_profile_group", 1, from("10.0.0.0/8")), rule("allow", 2, from("10.0.0.0/8"))],
      ["nothing", "any with 10.0.0.0/8"],
    ],
    [
      "security profiles hide what comes later",
      [rule("apply_security_profile_group", 1, from("10.0.0.0/8")), rule("deny", 2, from("0.0.0.0/0"))],
      ["nothing", "any with 10.0.0.0/8"],
    ],
    [
      "another account",
      [rule("allow", 1, from("10.0.0.0/8"), { target_service_accounts: [account] })],
      certain("nothing"),
    ],
    [
      "priority unknown",
      [rule("deny", 1, from("10.0.0.0/8"), { priority: "a${x.y}" }), rule("allow", 1, from("10.0.0.0/8"))],
      ["nothing", "any with 10.0.0.0/8"],
    ],
  ])("%s", (_, rules, expected) => {
    expect(
      verdict(part([global(...rules), classic("deny", ["11.0.0.0/8"], { priority: 65535, disabled: true })])),
    ).toEqual(expected);
  });

  test("a target account is judged on its own", () => {
    const judged = part([global(rule("allow", 1, from("10.0.0.0/8"), { target_service_accounts: [account] }))]);
    const id = `${NETWORK}#service-account:${account}`;
    expect(verdict(judged, "inbound", ANYWHERE, id)).toEqual(certain("any with 10.0.0.0/8"));
  });

  test("egress goes by destinations, and everything else may leave", () => {
    const closed = rule("deny", 9, { dest_ip_ranges: ["0.0.0.0/0", "::/0"] }, { direction: "EGRESS" });
    const one = rule("allow", 1, { dest_ip_ranges: ["199.36.153.4/30"], ...tcp("443") }, { direction: "EGRESS" });
    expect(verdict(part([global(one, closed)]), "outbound")).toEqual(certain("tcp 443 with 199.36.153.4/30"));
    expect(verdict(part([global(one)]), "outbound")).toEqual(certain("any with any"));
  });

  test("address groups of the input are resolved, others are unknown", () => {
    const groups = { google_network_security_address_group: { a: { items: ["192.0.2.0/24", "2001:db8::/32"] } } };
    const match = (group: string) => rule("allow", 1, { ...tcp("22"), src_address_groups: [group] });
    const known = part([global(match("${google_network_security_address_group.a.id}")), groups]);
    expect(verdict(known)).toEqual(certain("tcp 22 with 192.0.2.0/24, 2001:db8::/32"));
    expect(verdict(part([global(match("projects/p/locations/global/addressGroups/x"))]))).toEqual([
      "nothing",
      "tcp 22 with any",
    ]);
  });

  test("secure tags choose sources and targets", () => {
    const tags = { google_tags_tag_value: { web: { short_name: "web" }, db: { short_name: "db" } } };
    const tag = (name: string) => `\${google_tags_tag_value.${name}.id}`;
    const machine = (name: string): object => ({
      network_interface: [{ network: NET }],
      params: [{ resource_manager_tags: { "tagKeys/1": tag(name) } }],
    });
    const judged = part([
      tags,
      global(
        rule(
          "allow",
          1,
          { ...tcp("5432"), src_secure_tags: [{ name: tag("web") }] },
          { target_secure_tags: [{ name: tag("db") }] },
        ),
      ),
      { google_compute_instance: { web: machine("web"), db: machine("db") } },
    ]);
    const web = endpoint(judged, "google_compute_instance.web");
    const db = "google_compute_instance.db";
    const far = { addresses: AddressSet.ofCidr("10.0.0.1"), groups: web.groups };
    expect(verdict(judged, "inbound", far, db)).toEqual(certain("tcp 5432 with 10.0.0.1/32"));
    expect(verdict(judged, "inbound", ANYWHERE, db)).toEqual(certain("nothing"));
    expect(verdict(judged, "inbound", far, web.id)).toEqual(certain("nothing"));
    const other = part([global(rule("allow", 1, { ...tcp("22"), src_secure_tags: [{ name: "tagValues/9" }] }))]);
    expect(verdict(other)).toEqual(["nothing", "tcp 22 with any"]);
  });

  test("a tag that is bound apart from its instance", () => {
    const rules = global(rule("allow", 1, from("10.0.0.0/8"), { target_secure_tags: [{ name: "tagValues/1" }] }));
    const instance = { google_compute_instance: { m: { name: "m", network_interface: [{ network: NET }] } } };
    const bind = (parent: string) => ({
      google_tags_location_tag_binding: { b: { parent, tag_value: "tagValues/1" } },
    });
    const m = (...parts: Resources[]) =>
      verdict(part([rules, instance, ...parts]), "inbound", ANYWHERE, "google_compute_instance.m");
    expect(m()).toEqual(certain("nothing"));
    expect(m(bind("//compute.googleapis.com/projects/p/zones/z/instances/m"))).toEqual(certain("any with 10.0.0.0/8"));
    expect(m(bind("//compute.googleapis.com/projects/p/zones/z/instances/x"))).toEqual(certain("nothing"));
    expect(m(bind("//run.googleapis.com/projects/p/locations/l/services/${a.b}"))).toEqual(certain("nothing"));
    expect(m(bind("//compute.googleapis.com/projects/p/zones/z/instances/${a.b}"))).toEqual([
      "nothing",
      "any with 10.0.0.0/8",
    ]);
  });

  test("rules that are written in the policy", () => {
    const inline = {
      google_compute_network_firewall_policy_with_rules: {
        g: {
          rule: [
            {
              action: "allow",
              priority: 1,
              direction: "INGRESS",
              match: [{ src_ip_ranges: ["10.0.0.0/8"], layer4_config: [{ ip_protocol: "tcp", ports: ["22"] }] }],
            },
          ],
        },
      },
      google_compute_network_firewall_policy_association: {
        g: { attachment_target: NET, firewall_policy: "${google_compute_network_firewall_policy_with_rules.g.id}" },
      },
    };
    expect(verdict(part([inline]))).toEqual(certain("tcp 22 with 10.0.0.0/8"));
  });
});

describe("order of evaluation", () => {
  const open = from("10.0.0.0/8");
  const all = ["0.0.0.0/0", "::/0"];
  const TEN = certain("any with 10.0.0.0/8");
  const NONE = certain("nothing");
  test.each<[string, Resources[], [string, string]]>([
    ["VPC rules before the network's policy", [classic("deny", all), global(rule("allow", 1, open))], NONE],
    ["... and what they leave goes on to it", [classic("deny", ["192.0.2.0/24"]), global(rule("allow", 1, open))], TEN],
    [
      "the order said outright",
      [order("AFTER_CLASSIC_FIREWALL"), classic("deny", all), global(rule("allow", 1, open))],
      NONE,
    ],
    ["the policy first", [order("BEFORE_CLASSIC_FIREWALL"), classic("deny", all), global(rule("allow", 1, open))], TEN],
    [
      "... and what it leaves goes on",
      [
        order("BEFORE_CLASSIC_FIREWALL"),
        classic("allow", ["10.0.0.0/8"]),
        global(rule("deny", 1, from("192.0.2.0/24"))),
      ],
      TEN,
    ],
    [
      "the policy first, which denies",
      [order("BEFORE_CLASSIC_FIREWALL"), classic("allow", all), global(rule("deny", 1, from(...all)))],
      NONE,
    ],
    ["an organisation's deny before all", [org(rule("deny", 1, from(...all))), classic("allow", all)], NONE],
    ["an organisation's allow before all", [org(rule("allow", 1, open)), classic("deny", all)], TEN],
    [
      "goto_next hands on",
      [org(rule("goto_next", 1, open), rule("deny", 2, from(...all))), classic("allow", all)],
      TEN,
    ],
    [
      "goto_next after a deny does not",
      [org(rule("deny", 1, open), rule("goto_next", 2, open)), classic("allow", all)],
      certain(
        "any with 0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8, 12.0.0.0/6, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/2, 128.0.0.0/1, ::/0",
      ),
    ],
    [
      "organisation before folder",
      [org(rule("allow", 1, open)), folder("f", "folders/1", rule("deny", 1, from(...all)))],
      TEN,
    ],
    [
      "a folder's turn by goto_next",
      [
        org(rule("goto_next", 1, open), rule("deny", 2, from(...all))),
        folder("f", "folders/1", rule("allow", 1, from(...all))),
      ],
      TEN,
    ],
    [
      "a folder before VPC rules",
      [folder("f", "folders/1", rule("deny", 1, from(...all))), classic("allow", all)],
      NONE,
    ],
    ["goto_next at the last level leaves what is implied", [global(rule("goto_next", 1, open))], NONE],
  ])("%s", (_, parts, expected) => {
    expect(verdict(part(parts))).toEqual(expected);
  });

  test("an unknown order is unknown where it matters", () => {
    const unknown = order("a${x.y}");
    expect(verdict(part([unknown, classic("deny", all), global(rule("allow", 1, open))]))).toEqual([
      "nothing",
      "any with any",
    ]);
    expect(verdict(part([unknown, classic("deny", all)]))).toEqual(NONE);
  });

  test("the deciding rules name each that hands on", () => {
    const judged = part([org(rule("goto_next", 1, open)), classic("allow", all)]);
    const packet = { address: "10.0.0.1", protocol: 6, port: 22 };
    const deciding = decidingRules(endpoint(judged, NETWORK), "inbound", ANYWHERE, PacketSet.ofPacket(packet));
    expect(deciding.map(({ resource, action }) => [resource, action])).toEqual([
      ["google_compute_firewall_policy_rule.o0", "next"],
      ["google_compute_firewall.c", "allow"],
    ]);
  });
});

describe("what is above a network", () => {
  const all = ["0.0.0.0/0", "::/0"];
  const open = classic("allow", all);
  const project = (values: Values): Resources => ({
    google_project: { p: { project_id: "p", auto_create_network: false, ...values } },
    google_compute_network: { n: { project: "${google_project.p.project_id}" } },
  });
  const denied = rule("deny", 1, from(...all));
  const next = rule("goto_next", 1, from(...all));
  const folders: Resources = {
    google_folder: {
      top: { parent: "organizations/1" },
      low: { parent: "${google_folder.top.name}" },
      other: { parent: "organizations/1" },
    },
  };
  const inLow = project({ folder_id: "${google_folder.low.folder_id}" });
  const NONE = certain("nothing");
  const ANY = certain("any with any");
  test.each<[string, Resources[], [string, string]]>([
    ["its folder", [inLow, folders, folder("f", "${google_folder.low.name}", denied)], NONE],
    ["its folder's folder", [inLow, folders, folder("f", "${google_folder.top.name}", denied)], NONE],
    ["its organisation", [inLow, folders, org(denied)], NONE],
    ["another folder does not count", [inLow, folders, folder("f", "${google_folder.other.name}", denied)], ANY],
    ["another organisation does not", [inLow, folders, folder("f", "organizations/2", denied)], ANY],
    ["a folder by number", [project({ folder_id: "7" }), folder("f", "folders/7", denied)], NONE],
    ["an organisation by number", [project({ org_id: "1" }), org(denied)], NONE],
    [
      "directly under the organisation: no folder counts",
      [project({ org_id: "1" }), folder("f", "folders/7", denied)],
      ANY,
    ],
    [
      "the upper folder's allow before the lower's deny",
      [
        inLow,
        folders,
        folder("a", "${google_folder.top.name}", rule("allow", 1, from(...all))),
        folder("b", "${google_folder.low.name}", denied),
      ],
      ANY,
    ],
    [
      "the upper folder's deny before the lower's allow",
      [
        inLow,
        folders,
        folder("b", "${google_folder.low.name}", rule("allow", 1, from(...all))),
        folder("a", "${google_folder.top.name}", denied),
      ],
      NONE,
    ],
    [
      "two folders of which neither is known to be above: unknown",
      [folder("a", "folders/1", denied), folder("b", "folders/2", next)],
      ["nothing", "any with any"],
    ],
  ])("%s", (_, parts, expected) => {
    expect(verdict(part([open, ...parts]))).toEqual(expected);
  });

  test("a rule limited to networks", () => {
    const limited = (target: string) => org(rule("deny", 1, from(...all), { target_resources: [target] }));
    expect(verdict(part([open, limited("${google_compute_network.n.self_link}")]))).toEqual(NONE);
    expect(verdict(part([open, limited("${google_compute_network.other.self_link}")]))).toEqual(ANY);
  });
});

describe("regional policies", () => {
  const regional = policy("regional", "r", NET, [rule("allow", 1, from("10.0.0.0/8"))], { region: "europe-west1" });
  const machine = (region: string | undefined): Resources => ({
    google_compute_subnetwork: { s: { network: NET, ip_cidr_range: "10.0.0.0/24", ...(region && { region }) } },
    google_compute_instance: { m: { network_interface: [{ subnetwork: "${google_compute_subnetwork.s.id}" }] } },
  });
  test.each<[string, string | undefined, [string, string]]>([
    ["hold in their region", "europe-west1", certain("any with 10.0.0.0/8")],
    ["hold nowhere else", "europe-west2", certain("nothing")],
    ["may hold where the region is not known", undefined, ["nothing", "any with 10.0.0.0/8"]],
  ])("%s", (_, region, expected) => {
    const judged = part([regional, machine(region)]);
    expect(verdict(judged, "inbound", ANYWHERE, "google_compute_instance.m")).toEqual(expected);
  });

  test("come after global ones", () => {
    const closed = global(rule("deny", 1, from("0.0.0.0/0")));
    const judged = part([regional, closed, machine("europe-west1")]);
    expect(verdict(judged, "inbound", ANYWHERE, "google_compute_instance.m")).toEqual(certain("nothing"));
  });

  test("are judged without a machine, beside the other regions", () => {
    const judged = part([regional]);
    expect(verdict(judged, "inbound", ANYWHERE, `${NETWORK}#region:europe-west1`)).toEqual(
      certain("any with 10.0.0.0/8"),
    );
    expect(verdict(judged)).toEqual(certain("nothing"));
  });
});

describe("associations", () => {
  const open = rule("allow", 1, from("10.0.0.0/8"));
  test("a policy that is associated with nothing is judged by itself", () => {
    const judged = part([policy("global", "g", undefined, [open])]);
    expect(judged.endpoints.map(({ id }) => id)).toEqual([TYPES.global + ".g"]);
    expect(verdict(judged, "inbound", ANYWHERE, `${TYPES.global}.g`)).toEqual(certain("any with 10.0.0.0/8"));
  });

  test("an organisation's policy is judged without any network", () => {
    const judged = googlePart(resourcesOf({ resource: org(open) }));
    expect(verdict(judged, "inbound", ANYWHERE, `${TYPES.hierarchical}.o`)).toEqual(certain("any with 10.0.0.0/8"));
  });

  test("a policy that is not in the input may do anything", () => {
    const type = `${TYPES.global}_association`;
    const outside = { [type]: { g: { attachment_target: NET, firewall_policy: "elsewhere" } } };
    expect(verdict(part([outside]))).toEqual(["nothing", "any with any"]);
    // VPC rules come before it.
    expect(verdict(part([outside, classic("deny", ["0.0.0.0/0", "::/0"])]))).toEqual(certain("nothing"));
  });

  test("by name", () => {
    const type = TYPES.global;
    const named = {
      [type]: { g: { name: "guard" } },
      [`${type}_rule`]: { r: { firewall_policy: "guard", ...open } },
      [`${type}_association`]: { a: { firewall_policy: "guard", attachment_target: NET } },
    };
    expect(verdict(part([named]))).toEqual(certain("any with 10.0.0.0/8"));
  });

  test.each<[string, Resources, string]>([
    [
      "a rule of an unknown policy",
      { [`${TYPES.global}_rule`]: { r: { firewall_policy: "x", ...open } } },
      `${TYPES.global}_rule.r`,
    ],
    [
      "an association with an unknown network",
      policy("global", "g", "a${x.y}", [open]),
      `${TYPES.global}_association.g`,
    ],
    [
      "an association with an unknown folder",
      policy("hierarchical", "g", "a${x.y}", [open]),
      `${TYPES.hierarchical}_association.g`,
    ],
  ])("%s is left unjudged", (_, resources, address) => {
    expect(part([resources]).unjudged.map(({ resource }) => resource)).toEqual([address]);
  });

  describe("of a target that is not known leave a policy to be judged alone", () => {
    const SOMEWHERE = { target_resources: ["projects/p/global/networks/other"] };
    const ELSEWHERE = { target_resources: ["projects/p/global/networks/third"] };
    const everyone = rule("allow", 1, from("0.0.0.0/0"));
    const inside = rule("allow", 1, from("10.0.0.0/8"));

    test.each<[why: string, kind: Kind, rules: Values[], expected: [string, string]]>([
      ["what it lets in", "hierarchical", [everyone], certain("any with 0.0.0.0/0")],
      ["of a network", "global", [everyone], certain("any with 0.0.0.0/0")],
      ["nothing from outside", "hierarchical", [inside], certain("any with 10.0.0.0/8")],
      ["what it hands on", "hierarchical", [rule("goto_next", 1, from("0.0.0.0/0"))], certain("nothing")],
      [
        "what it lets in to one network",
        "hierarchical",
        [rule("allow", 1, from("0.0.0.0/0"), SOMEWHERE)],
        certain("any with 0.0.0.0/0"),
      ],
      [
        "what it keeps from one network only",
        "hierarchical",
        [rule("deny", 0, from("0.0.0.0/0"), ELSEWHERE), everyone],
        ["nothing", "any with 0.0.0.0/0"],
      ],
    ])("%s", (_, kind, rules, expected) => {
      const judged = part([policy(kind, "g", "a${x.y}", rules)]);
      expect(verdict(judged, "inbound", ANYWHERE, `${TYPES[kind]}.g`)).toEqual(expected);
      expect(judged.unjudged.map(({ onlyStops }) => onlyStops)).toEqual([true]);
    });

    test("but not a policy that is not known either", () => {
      const association = { attachment_target: "a${x.y}", firewall_policy: "b${x.y}" };
      const judged = part([{ [`${TYPES.hierarchical}_association`]: { a: association } }]);
      expect(judged.unjudged.map(({ onlyStops }) => onlyStops)).toEqual([undefined]);
    });
  });
});
