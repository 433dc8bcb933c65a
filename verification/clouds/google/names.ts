/**
 * Private DNS zones: which addresses the names of Google's services lead to inside a network.
 *
 * Google Cloud VPC, "Configure Private Google Access", section on DNS
 * (https://cloud.google.com/vpc/docs/configure-private-google-access#config-domain): names of Google's services are
 * public, and lead to public addresses, unless a private zone of the network has them: an address record, and a wildcard
 * for every name of the domain. Cloud DNS, "Name resolution order" (https://cloud.google.com/dns/docs/vpc-name-res-order):
 * a zone that forwards or peers answers from elsewhere.
 *
 * A domain whose zone leads every name to known addresses is served there, as `google:DOMAIN`.
 */
import { isIP } from "node:net";
import type { Endpoint, Resource, Unjudged, Value } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { at, isOpaque } from "../../values";
import { isAbsent } from "../terraform-input";
import type { GoogleInput } from "./input";
import type { Networks } from "./network";
import type { Routes } from "./routes";
import { listening, type RuleParts } from "./rules";

/** Domains of Google's services. */
const DOMAINS = new Set(["googleapis.com", "gcr.io", "pkg.dev", "gke.goog"]);
const HTTPS = ServiceSet.of(6, 443);
/** Names that lead to names are followed this far, so that a circle ends. */
const MAX_ALIASES = 8;

export class Names {
  readonly unjudged: Unjudged[] = [];
  private readonly records: Resource[];

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly parts: RuleParts,
    private readonly routes: Routes,
  ) {
    this.records = input.managed("google_dns_record_set");
  }

  /** For each domain of Google's services that a private zone leads elsewhere: where, in each network that sees it. */
  endpoints(): Endpoint[] {
    return this.input.managed("google_dns_managed_zone").flatMap((zone) => {
      const domain = this.nameAt(zone, "dns_name");
      const isAnswered = this.input.textAt(zone, "visibility") === "private" && !this.leadsElsewhere(zone);
      if (domain === undefined || !DOMAINS.has(domain) || !isAnswered) return [];
      const addresses = this.addressesOf(`*.${domain}`, zone, MAX_ALIASES);
      if (addresses?.isEmpty !== false) {
        const reason = `where the names under ${domain} lead is not known`;
        this.unjudged.push({ resource: zone.address, location: zone.location, reason });
        return [];
      }
      return this.networksOf(zone).map((network) => this.endpoint(zone, domain, addresses, network));
    });
  }

  private endpoint(zone: Resource, domain: string, addresses: AddressSet, networkUrl: Value | undefined): Endpoint {
    const network = this.networks.network(networkUrl, zone);
    const inside = this.routes.inside(network);
    return {
      id: this.input.id(zone),
      kind: "cloud-service",
      location: zone.location,
      addresses,
      groups: new Set(),
      network: network?.id,
      filters: [listening(zone, [{ services: HTTPS, from: [{ kind: "addresses", addresses: inside }] }])],
      // It only answers.
      routes: { outbound: AddressSet.empty, inbound: inside },
      serves: [`google:${domain}`],
    };
  }

  private leadsElsewhere(zone: Resource): boolean {
    return ["forwarding_config", "peering_config"].some(
      (field) => this.parts.elements(zone.values[field], zone).length > 0,
    );
  }

  private networksOf(zone: Resource): (Value | undefined)[] {
    const listed = this.parts.elements(at(zone.values["private_visibility_config"], "networks"), zone);
    return listed.map((network) => at(network, "network_url"));
  }

  /** Addresses that a name of the zone leads to; undefined where a record on the way is missing or not known. */
  private addressesOf(name: string, zone: Resource, aliases: number): AddressSet | undefined {
    const records = this.records.filter((record) => this.isOf(record, zone) && this.nameAt(record, "name") === name);
    const found = records.flatMap((record) => {
      const type = this.input.textAt(record, "type");
      const data = this.input.collect(record, "rrdatas");
      const isPlain = isAbsent(record.values["routing_policy"]) && data.length > 0 && typeof type === "string";
      if (!isPlain) return [undefined];
      if (type !== "A" && type !== "AAAA" && type !== "CNAME") return [];
      return data.map((value) => this.answer(value, type, zone, aliases));
    });
    const known = found.filter((addresses) => addresses !== undefined);
    return found.length > 0 && known.length === found.length ? AddressSet.unionOf(known) : undefined;
  }

  private answer(value: unknown, type: string, zone: Resource, aliases: number): AddressSet | undefined {
    if (isOpaque(value) || typeof value !== "string") return undefined;
    if (type === "CNAME") return aliases > 0 ? this.addressesOf(bare(value), zone, aliases - 1) : undefined;
    return isIP(value) > 0 ? AddressSet.ofCidr(value) : undefined;
  }

  private isOf(record: Resource, zone: Resource): boolean {
    const target = this.input.named(record.values["managed_zone"], record, "google_dns_managed_zone");
    return target.kind === "resource" && target.resource === zone;
  }

  private nameAt(resource: Resource, field: string): string | undefined {
    const name = this.input.textAt(resource, field);
    return typeof name === "string" ? bare(name) : undefined;
  }
}

/** A name without the dot that ends it. */
const bare = (name: string) => name.toLowerCase().replace(/\.$/, "");
