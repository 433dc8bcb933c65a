import { reach } from "../../../../verification/evaluate";
import type { Endpoint, Part } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { googlePart } from "../../../../verification/clouds/google/index";
import { resourcesOf } from "../../../support/resources";

type Resources = Record<string, Record<string, object>>;

const NET = "${google_compute_network.n.id}";
const judged = (resource: Resources): Part => googlePart(resourcesOf({ resource }));

function only(part: Part, id: string): Endpoint {
  const [found] = part.endpoints.filter((candidate) => candidate.id === id);
  if (!found) throw new Error(`${id} is not one of ${part.endpoints.map((e) => e.id).join(", ")}`);
  return found;
}
/** What an address may open, certainly and at most. */
function opens(endpoint: Endpoint, address: string): [string, string] {
  const { allowed, possible } = reach(endpoint, "inbound", {
    addresses: AddressSet.ofCidr(address),
    groups: new Set(),
  });
  return [allowed.services().toString(), possible.services().toString()];
}
const certain = (text: string): [string, string] => [text, text];

describe("databases", () => {
  const ID = "google_sql_database_instance.d";
  const database = (ip_configuration: object | undefined, database_version: unknown = "POSTGRES_16") =>
    only(
      judged({
        google_compute_network: { n: { auto_create_subnetworks: false } },
        google_sql_database_instance: {
          d: { database_version, settings: [{ ...(ip_configuration && { ip_configuration: [ip_configuration] }) }] },
        },
      }),
      ID,
    );
  const authorized = (...values: string[]) => ({ authorized_networks: values.map((value) => ({ value })) });
  test.each<[string, object | undefined, string, [string, string]]>([
    ["public unless written, for the Auth Proxy alone", undefined, "1.1.1.1", certain("tcp 3307")],
    ["an authorized network", authorized("1.0.0.0/8"), "1.1.1.1", certain("tcp 3307, 5432")],
    ["another one", authorized("2.0.0.0/8"), "1.1.1.1", certain("tcp 3307")],
    ["everyone authorized", authorized("0.0.0.0/0"), "1.1.1.1", certain("tcp 3307, 5432")],
    ["an unknown one", authorized("a${x.y}"), "1.1.1.1", ["tcp 3307", "tcp 3307, 5432"]],
    ["no public address", { ipv4_enabled: false, private_network: NET }, "1.1.1.1", certain("nothing")],
    [
      "no public address, authorized all the same",
      { ipv4_enabled: false, ...authorized("0.0.0.0/0") },
      "1.1.1.1",
      certain("nothing"),
    ],
    [
      "no public address, from inside",
      { ipv4_enabled: false, private_network: NET },
      "10.0.0.1",
      certain("tcp 3307, 5432"),
    ],
    ["an unknown answer", { ipv4_enabled: "a${x.y}" }, "1.1.1.1", ["nothing", "tcp 3307"]],
  ])("%s", (_, configuration, address, expected) => {
    expect(opens(database(configuration), address)).toEqual(expected);
  });

  test.each<[unknown, string]>([
    ["MYSQL_8_0", "tcp 3306-3307"],
    ["SQLSERVER_2022_STANDARD", "tcp 1433, 3307"],
    ["a${x.y}", "tcp 1433, 3306-3307, 5432"],
  ])("ports of %s", (version, expected) => {
    expect(opens(database(authorized("0.0.0.0/0"), version), "1.1.1.1")).toEqual(certain(expected));
  });
});

describe("Cloud Run", () => {
  const v2 = (values: object) =>
    only(
      judged({ google_compute_network: { n: {} }, google_cloud_run_v2_service: { s: values } }),
      "google_cloud_run_v2_service.s",
    );
  const v1 = (ingress: string | undefined) =>
    only(
      judged({
        google_cloud_run_service: {
          s: { metadata: [{ annotations: { ...(ingress && { "run.googleapis.com/ingress": ingress }) } }] },
        },
      }),
      "google_cloud_run_service.s",
    );
  test.each<[string, Endpoint, string]>([
    ["open unless written", v2({}), "tcp 80, 443"],
    ["open", v2({ ingress: "INGRESS_TRAFFIC_ALL" }), "tcp 80, 443"],
    ["unknown", v2({ ingress: "a${x.y}" }), "tcp 80, 443"],
    ["internal", v2({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }), "nothing"],
    ["behind a load balancer", v2({ ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" }), "nothing"],
    ["first generation, open unless written", v1(undefined), "tcp 80, 443"],
    ["first generation, internal", v1("internal"), "nothing"],
  ])("%s", (_, endpoint, services) => {
    expect(opens(endpoint, "1.1.1.1")).toEqual(certain(services));
  });

  test("what it sends is free, or filtered by the network that all of it goes through", () => {
    const out = (values: object) => {
      const part = judged({
        google_compute_network: { n: {} },
        google_compute_firewall: {
          d: {
            network: NET,
            direction: "EGRESS",
            deny: [{ protocol: "all" }],
            destination_ranges: ["0.0.0.0/0", "::/0"],
            target_tags: ["run"],
          },
        },
        google_cloud_run_v2_service: {
          s: { template: [{ vpc_access: [{ network_interfaces: [{ network: NET, tags: ["run"] }], ...values }] }] },
        },
      });
      const service = only(part, "google_cloud_run_v2_service.s");
      const internet = { addresses: AddressSet.ofCidr("1.1.1.1"), groups: new Set<string>() };
      return reach(service, "outbound", internet).possible.services().toString();
    };
    expect(out({})).toBe("any");
    expect(out({ egress: "PRIVATE_RANGES_ONLY" })).toBe("any");
    expect(out({ egress: "ALL_TRAFFIC" })).toBe("nothing");
  });
});

test.each<[string, object, [string, string]]>([
  ["everyone", { connection_preference: "ACCEPT_AUTOMATIC" }, certain("any")],
  [
    "the projects that it accepts",
    { connection_preference: "ACCEPT_MANUAL", consumer_accept_lists: [{ project_id_or_num: "p" }] },
    ["nothing", "any"],
  ],
  ["nobody yet", { connection_preference: "ACCEPT_MANUAL" }, certain("nothing")],
  ["whom it does not say", { connection_preference: "a${x.y}" }, ["nothing", "any"]],
])("a service attachment lets in: %s", (_, values, expected) => {
  const part = judged({ google_compute_service_attachment: { a: values } });
  expect(opens(only(part, "google_compute_service_attachment.a"), "1.1.1.1")).toEqual(expected);
});

describe("what is not modelled", () => {
  test.each<[string, object, boolean]>([
    ["google_compute_packet_mirroring", {}, true],
    ["google_cloudfunctions2_function", {}, true],
    ["google_vpc_access_connector", {}, true],
    ["google_compute_network_attachment", {}, true],
    ["google_project", {}, true],
    ["google_project", { auto_create_network: false }, false],
    ["google_storage_bucket", {}, false],
    ["google_compute_address", {}, false],
  ])("%s %j is named: %s", (type, values, isNamed) => {
    const part = judged({ [type]: { x: values } });
    expect(part.unjudged.map(({ resource }) => resource)).toEqual(isNamed ? [`${type}.x`] : []);
    expect(part.endpoints).toEqual([]);
  });
});

test("an input without anything of Google's has no part", () => {
  expect(judged({ aws_vpc: { main: { cidr_block: "10.0.0.0/16" } } })).toEqual({
    endpoints: [],
    unjudged: [],
    rules: 0,
  });
});
