import type { PartialSystem } from "../../../../verification/model";
import { googlePart } from "../../../../verification/clouds/google/index";
import { resourcesOf } from "../../../support/resources";

const NET = "${google_compute_network.n.id}";
const ZONE = "${google_dns_managed_zone.z.name}";
const zone = {
  name: "z",
  dns_name: "googleapis.com.",
  visibility: "private",
  private_visibility_config: [{ networks: [{ network_url: NET }] }],
};
const host = { managed_zone: ZONE, name: "restricted.googleapis.com.", type: "A", rrdatas: ["199.36.153.4"] };
const alias = { managed_zone: ZONE, name: "*.googleapis.com.", type: "CNAME", rrdatas: ["restricted.googleapis.com."] };

const judged = (ofZone: object, records: Record<string, object>): PartialSystem =>
  googlePart(
    resourcesOf({
      resource: {
        google_compute_network: { n: { name: "n", auto_create_subnetworks: false } },
        google_compute_subnetwork: { s: { network: NET, ip_cidr_range: "10.0.0.0/24" } },
        google_dns_managed_zone: { z: { ...zone, ...ofZone } },
        google_dns_record_set: records,
      },
    }),
  );
const served = (part: PartialSystem) =>
  part.endpoints.flatMap(({ serves, addresses, network }) =>
    serves ? [[...serves, addresses.toString(), network]] : [],
  );

test("names of Google's services lead where the zone's records do", () => {
  const part = judged({}, { host: { ...host, rrdatas: ["199.36.153.4", "199.36.153.5"] }, alias });
  expect(served(part)).toEqual([["google:googleapis.com", "199.36.153.4/31", "google_compute_network.n"]]);
  expect(part.unjudged).toEqual([]);
});

test("a wildcard may have the addresses itself", () => {
  const part = judged({}, { all: { ...host, name: "*.googleapis.com." } });
  expect(served(part)).toEqual([["google:googleapis.com", "199.36.153.4/32", "google_compute_network.n"]]);
});

test("a zone is of each network that sees it", () => {
  const networks = [{ network_url: NET }, { network_url: "projects/p/global/networks/other" }];
  const part = judged({ private_visibility_config: [{ networks }] }, { host, alias });
  expect(served(part).map(([, , network]) => network)).toEqual([
    "google_compute_network.n",
    "projects/p/global/networks/other",
  ]);
});

test.each<[string, object]>([
  ["is public", { visibility: "public" }],
  ["forwards", { forwarding_config: [{ target_name_servers: [{ ipv4_address: "10.0.0.5" }] }] }],
  ["peers", { peering_config: [{ target_network: [{ network_url: "projects/p/global/networks/hub" }] }] }],
  ["is of another domain", { dns_name: "example.com." }],
  ["no network sees", { private_visibility_config: [] }],
])("a zone that %s serves nothing", (_, ofZone) => {
  const part = judged(ofZone, { host, alias });
  expect([served(part), part.unjudged]).toEqual([[], []]);
});

test.each<[string, Record<string, object>]>([
  ["without a wildcard", { host }],
  ["whose alias leads nowhere", { alias }],
  ["whose aliases go round", { alias: { ...alias, rrdatas: ["*.googleapis.com."] } }],
  ["whose address is not known", { host: { ...host, rrdatas: ["${var.address}"] }, alias }],
  ["whose answers depend on where one asks", { host: { ...host, routing_policy: [{ geo: [] }] }, alias }],
  [
    "whose records are of another zone",
    { host: { ...host, managed_zone: "y" }, alias: { ...alias, managed_zone: "y" } },
  ],
])("a zone %s can't be judged", (_, records) => {
  const part = judged({}, records);
  expect(served(part)).toEqual([]);
  expect(part.unjudged.map(({ resource }) => resource)).toEqual(["google_dns_managed_zone.z"]);
});
