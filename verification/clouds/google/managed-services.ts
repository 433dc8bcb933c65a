/**
 * Services that Google runs and that listen: databases, Cloud Run, published services.
 *
 * Cloud SQL, "About public IP" and "Authorize with authorized networks"
 * (https://cloud.google.com/sql/docs/postgres/authorize-networks): a public address answers authorized networks on the
 * database's port, and the Auth Proxy's port 3307 asks for credentials and not for addresses. Cloud Run, "Restrict
 * network ingress" (https://cloud.google.com/run/docs/securing/ingress): everyone may connect unless ingress says
 * otherwise. Private Service Connect, "Published services"
 * (https://cloud.google.com/vpc/docs/about-vpc-hosted-services): a service attachment lets consumers in that it accepts.
 */
import type { Endpoint, Peer, Resource, Value } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { ServiceSet } from "../../../packets/service-set";
import { at, bool, isOpaque, text } from "../../values";
import { isAbsent } from "../terraform-input";
import type { Endpoints } from "./endpoints";
import { lastSegment, type GoogleInput } from "./input";
import { ANY_ADDRESS, PRIVATE, type Networks } from "./network";
import type { Routes } from "./routes";
import { ANYWHERE, listening, unknownPeer, type RuleParts } from "./rules";

const TCP = 6;
const AUTH_PROXY = ServiceSet.of(TCP, 3307);
const DATABASE_PORTS: readonly (readonly [version: RegExp, port: number])[] = [
  [/^MYSQL/, 3306],
  [/^POSTGRES/, 5432],
  [/^SQLSERVER/, 1433],
];
const WEB = ServiceSet.unionOf([80, 443].map((port) => ServiceSet.of(TCP, port)));
const INSIDE: readonly Peer[] = [{ kind: "addresses", addresses: PRIVATE }];
const CLOUD_RUN = ["google_cloud_run_service", "google_cloud_run_v2_service"];

export class ManagedServices {
  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly parts: RuleParts,
    private readonly routes: Routes,
    private readonly machines: Endpoints,
  ) {}

  all(): readonly Endpoint[] {
    return [
      ...this.input.managed("google_sql_database_instance").map((resource) => this.database(resource)),
      ...this.input.managed(...CLOUD_RUN).map((resource) => this.cloudRun(resource)),
      ...this.input.managed("google_compute_service_attachment").map((resource) => this.published(resource)),
    ];
  }

  private database(resource: Resource): Endpoint {
    const settings = resource.values["settings"];
    const configuration = at(settings, "ip_configuration");
    const version = this.input.textAt(resource, "database_version");
    const ports = DATABASE_PORTS.filter(([pattern]) => typeof version !== "string" || pattern.test(version));
    const services = ServiceSet.unionOf(ports.map(([, port]) => ServiceSet.of(TCP, port)));
    const isPublic = bool(this.input.follow(at(configuration, "ipv4_enabled"), resource)) ?? true;
    const written = at(configuration, "private_network");
    const network = isAbsent(written) ? undefined : this.networks.network(written, resource);
    const local = this.routes.inside(network).union(PRIVATE);
    const inside: Peer[] = isAbsent(written) ? [] : [{ kind: "addresses", addresses: local }];
    const blocks = this.parts.elements(at(configuration, "authorized_networks"), resource);
    const authorized = this.parts.addressPeers(
      blocks.map((block) => at(block, "value") ?? block),
      resource,
    );
    const mayBePublic = isPublic !== false;
    const everyone = isOpaque(isPublic) ? [unknownPeer("whether it has a public address is not known")] : ANYWHERE;
    return {
      id: this.input.id(resource),
      kind: "service",
      location: resource.location,
      addresses: mayBePublic ? ANY_ADDRESS : PRIVATE,
      groups: new Set(),
      network: network?.id,
      filters: [
        listening(resource, [
          { services, from: mayBePublic ? [...inside, ...authorized] : inside },
          { services: AUTH_PROXY, from: mayBePublic ? everyone : inside },
        ]),
      ],
      routes: { outbound: AddressSet.empty, inbound: mayBePublic ? AddressSet.all : local },
    };
  }

  private cloudRun(resource: Resource): Endpoint {
    const ingress = this.ingress(resource);
    const isOpen = typeof ingress !== "string" || !/internal/i.test(ingress);
    return {
      id: this.input.id(resource),
      kind: "service",
      location: resource.location,
      addresses: ANY_ADDRESS,
      groups: new Set(),
      filters: [listening(resource, [{ services: WEB, from: isOpen ? ANYWHERE : INSIDE }]), ...this.outbound(resource)],
    };
  }

  /** The second generation's field, or the first one's annotation. */
  private ingress(resource: Resource): unknown {
    const annotation = at(resource.values["metadata"], "annotations", "run.googleapis.com/ingress");
    return text(this.input.follow(resource.values["ingress"] ?? annotation, resource)) ?? "all";
  }

  /** What it sends goes out of itself, unless all of it goes through a network. */
  private outbound(resource: Resource): Endpoint["filters"] {
    const access = at(resource.values["template"], "vpc_access");
    const [face] = this.parts.elements(at(access, "network_interfaces"), resource);
    if (at(access, "egress") !== "ALL_TRAFFIC" || face === undefined) return [];
    const subnetwork = at(face, "subnetwork");
    const subnet = isAbsent(subnetwork) ? undefined : this.networks.subnet(subnetwork, resource);
    const written: Value | undefined = at(face, "network");
    const network = subnet?.network ?? (isAbsent(written) ? undefined : this.networks.network(written, resource));
    if (!network) return [];
    const location = this.input.textAt(resource, "location");
    const region = subnet?.region ?? (typeof location === "string" ? lastSegment(location) : undefined);
    const tags = this.parts.elements(at(face, "tags"), resource);
    return this.machines.filtersOf(network, region, tags, resource).filter(({ direction }) => direction === "outbound");
  }

  private published(resource: Resource): Endpoint {
    const preference = this.input.textAt(resource, "connection_preference");
    const accepted = this.parts.elements(resource.values["consumer_accept_lists"], resource);
    const isManual = preference === "ACCEPT_MANUAL";
    const consumers =
      isManual && accepted.length === 0 ? [] : [unknownPeer("addresses of consumers are not in the input")];
    return {
      id: this.input.id(resource),
      kind: "service",
      location: resource.location,
      addresses: ANY_ADDRESS,
      groups: new Set(),
      filters: [
        listening(resource, [
          { services: ServiceSet.all, from: preference === "ACCEPT_AUTOMATIC" ? ANYWHERE : consumers },
        ]),
      ],
      routes: { outbound: AddressSet.empty, inbound: AddressSet.all },
    };
  }
}
