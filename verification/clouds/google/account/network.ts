/**
 * Assets of networks as resources of the provider.
 *
 * Compute Engine API, "REST Resources" (https://cloud.google.com/compute/docs/reference/rest/v1), and Cloud DNS API
 * (https://cloud.google.com/dns/docs/reference/rest/v1).
 */
import { lastSegment, shown } from "../../../../config/texts";
import { isUnknown, type Value } from "../../../model";
import { at, blocks, isObject, type ObjectValue } from "../../../values";
import type { AccountReader, Made, Records } from "../../account";
import { alike, dataOf, identity, made, pathOf, whereOn } from "./asset";
import { unread } from "../../account";

/** What the provider calls a rule's protocols: the API says `allowed[].IPProtocol`. */
const protocols = (rules: Value | undefined): Value | undefined =>
  isUnknown(rules) || rules === undefined
    ? rules
    : blocks(rules).map((rule) => ({ protocol: at(rule, "ip_protocol") ?? null, ports: at(rule, "ports") ?? null }));

const isIn = (asset: ObjectValue, collection: string) => pathOf(asset).includes(`/${collection}/`);

export const network: AccountReader = {
  networks: (asset) => {
    const { peerings, ...own } = dataOf(asset);
    const { id, ...named } = identity(asset);
    // Its default routes are assets too, where it has them.
    const values = { ...own, id, ...named, delete_default_routes_on_create: true };
    const name = lastSegment(pathOf(asset));
    return [
      { type: "google_compute_network", name, values },
      ...blocks(peerings).map((peering): Made => {
        const { network: peer, ...others } = isObject(peering) ? peering : {};
        const called = `${name}:${shown(at(peering, "name") ?? null)}`;
        return {
          type: "google_compute_network_peering",
          name: called,
          values: { ...others, id: `${shown(id ?? null)}/peerings/${called}`, network: id, peer_network: peer },
        };
      }),
    ];
  },
  subnetworks: alike("google_compute_subnetwork", (data) => ({
    secondary_ip_range: at(data, "secondary_ip_ranges"),
    log_config: whereOn(data["log_config"]) ?? whereOn(data, "enable_flow_logs"),
  })),
  firewalls: alike("google_compute_firewall", (data) => ({
    allow: protocols(data["allowed"]),
    deny: protocols(data["denied"]),
    log_config: whereOn(data["log_config"]),
  })),
  "firewall-policies": (asset) => {
    const { region, rules, associations } = dataOf(asset);
    const isRegional = isIn(asset, "regions");
    const type = isRegional
      ? "google_compute_region_network_firewall_policy"
      : "google_compute_network_firewall_policy";
    const policy = made(asset, type);
    const name = lastSegment(pathOf(asset));
    const of = { firewall_policy: policy.values["id"], region };
    return [
      policy,
      ...blocks(rules).map((rule): Made => {
        const { match, ...others } = isObject(rule) ? rule : {};
        return {
          type: `${type}_rule`,
          name: `${name}:${shown(at(rule, "priority") ?? null)}`,
          values: { ...others, ...of, match: match === undefined ? [] : [match] },
        };
      }),
      ...blocks(associations).map((one) => ({
        type: `${type}_association`,
        name: `${name}:${shown(at(one, "name") ?? null)}`,
        values: { ...of, name: at(one, "name"), attachment_target: at(one, "attachment_target") },
      })),
    ];
  },
  // Routes of subnets and of peerings come with these.
  routes: (asset) => {
    const data = dataOf(asset);
    if (data["next_hop_network"] !== undefined || data["next_hop_peering"] !== undefined) return [];
    return [made(asset, "google_compute_route")];
  },
  routers: (asset) => {
    const { nats, interfaces, bgp_peers, ...own } = dataOf(asset);
    const { id, name, project } = identity(asset);
    const { network, region } = own;
    const router = own["self_link"] ?? id;
    const of = (type: string, one: Value, more: Made["values"] = {}): Made => ({
      type,
      name: `${shown(name ?? null)}:${shown(at(one, "name") ?? null)}`,
      values: { name: at(one, "name"), router, region, project, ...more },
    });
    return [
      { type: "google_compute_router", name: shown(name ?? null), values: { ...own, ...identity(asset) } },
      ...blocks(nats).map((nat) => {
        const { subnetworks, ...others } = isObject(nat) ? nat : {};
        return of("google_compute_router_nat", nat, { ...others, subnetwork: subnetworks });
      }),
      ...blocks(interfaces).map((one) => of("google_compute_router_interface", one, { network })),
      ...blocks(bgp_peers).map((one) => of("google_compute_router_peer", one, { network })),
    ];
  },
  "vpn-gateways": alike("google_compute_ha_vpn_gateway"),
  "classic-vpn-gateways": alike("google_compute_vpn_gateway"),
  "interconnect-attachments": alike("google_compute_interconnect_attachment"),
  addresses: alike("google_compute_address"),
  "global-addresses": alike("google_compute_global_address"),
  "forwarding-rules": alike("google_compute_forwarding_rule"),
  "global-forwarding-rules": alike("google_compute_global_forwarding_rule"),
  "service-attachments": alike("google_compute_service_attachment"),
  "dns-zones": alike("google_dns_managed_zone"),
  "dns-records": (asset) => {
    const [, zone = ""] = /^(projects\/[^/]+\/managedZones\/[^/]+)\//.exec(pathOf(asset)) ?? [];
    return [
      made(asset, "google_dns_record_set", ({ name }) => ({ id: undefined, name, managed_zone: lastSegment(zone) })),
    ];
  },
  "effective-firewall-policies": effective,
  "region-effective-firewall-policies": effective,
};

/** Rules of folders and of the organisation come before the project's own, and are in no asset of it. */
function effective(record: ObjectValue, records: Records): Made[] {
  const name = shown(record["name"] ?? record["displayName"] ?? null);
  const isTold = records.of("firewall-policies").some(({ values }) => lastSegment(pathOf(values)) === name);
  const decides = blocks(record["rules"]).some((rule) => at(rule, "action") !== "goto_next");
  if (isTold || !decides) return [];
  const over = shown(record["of"] ?? null);
  return [unread(`firewall policy ${name}`, `rules of it, which no asset of the project tells, decide over ${over}`)];
}
