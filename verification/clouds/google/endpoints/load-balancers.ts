/**
 * Load balancers: who can connect to them, and which machines are behind them.
 *
 * Google Cloud Load Balancing, "Forwarding rules overview"
 * (https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts): the scheme tells whether one is reachable from
 * the internet, EXTERNAL unless written; ports are those of one rule. "External passthrough Network Load Balancer
 * overview" (https://cloud.google.com/load-balancing/docs/network) and "Protocol forwarding"
 * (https://cloud.google.com/load-balancing/docs/protocol-forwarding): packets keep the client's address and pass the
 * firewall of the machine behind; every other load balancer opens connections of its own, from Google's ranges.
 * "Private Service Connect" (https://cloud.google.com/vpc/docs/private-service-connect): a rule without a scheme whose
 * target is a service attachment or Google's APIs is an address inside the network that leads out of it. "Proxy-only
 * subnets" (https://cloud.google.com/load-balancing/docs/proxy-only-subnets): regional proxies connect to what lies
 * behind them from addresses of a subnet that is theirs alone.
 */
import type { Endpoint, Filter, Resource, Rule, Value } from "../../../model";
import { isReference, isUnknown } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import { protocolNumber } from "../../../../packets/protocols";
import { ServiceSet } from "../../../../packets/service-set";
import { bool, isList, isObject, isOpaque, text } from "../../../values";
import { publicIf, unlessPrivate, type Publicity } from "../../publicity";
import { append, isAbsent } from "../../terraform-input";
import { privateAddresses } from "./clusters";
import type { GoogleInput } from "../input";
import { ANY_ADDRESS, type Network, type Networks } from "../network";
import type { Routes } from "../routes";
import { portRange } from "../services";

const FORWARDING_RULES = ["google_compute_forwarding_rule", "google_compute_global_forwarding_rule"];

/** What load balancers are made of, by whose references one comes from a forwarding rule to machines. */
const PARTS = [
  "google_compute_backend_service",
  "google_compute_region_backend_service",
  "google_compute_target_pool",
  "google_compute_target_instance",
  "google_compute_target_http_proxy",
  "google_compute_target_https_proxy",
  "google_compute_target_tcp_proxy",
  "google_compute_target_ssl_proxy",
  "google_compute_target_grpc_proxy",
  "google_compute_region_target_http_proxy",
  "google_compute_region_target_https_proxy",
  "google_compute_region_target_tcp_proxy",
  "google_compute_url_map",
  "google_compute_region_url_map",
  "google_compute_instance_group",
  "google_compute_network_endpoint_group",
];
/** Where a load balancer's way ends. */
const MACHINES = [
  "google_compute_instance",
  "google_compute_instance_from_template",
  "google_compute_instance_group_manager",
  "google_compute_region_instance_group_manager",
  "google_container_cluster",
  "google_container_node_pool",
];
/** Resources that say themselves which part they belong to, by which field, and which lead on to machines. */
const MEMBERS: Readonly<Record<string, string>> = {
  google_compute_instance_group_manager: "target_pools",
  google_compute_region_instance_group_manager: "target_pools",
  google_compute_instance_group_membership: "instance_group",
  google_compute_network_endpoint: "network_endpoint_group",
  google_compute_network_endpoints: "network_endpoint_group",
};
/** What only forwarding rules make use of. */
const FORWARDED_TO = ["google_compute_target_instance", "google_compute_target_pool"];
/** Fields that lead from a part to the next; where one can't be followed, it may lead to any machine. */
const LEADS = /^(target|url_map|group|instances?|service|backup_pool|backend_service|default_service)$/;

/** Google's APIs behind one address: what a rule's target says, and what it stands for. */
const API_BUNDLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "all-apis": "google:googleapis.com",
    "vpc-sc": "google:restricted.googleapis.com",
  }),
);

/** Schemes that only the network's own clients reach. */
const INTERNAL = new Set(["INTERNAL", "INTERNAL_MANAGED", "INTERNAL_SELF_MANAGED"]);

/** Purposes of subnets that only proxies have addresses in. */
const PROXY_ONLY = /^(REGIONAL_MANAGED_PROXY|GLOBAL_MANAGED_PROXY|INTERNAL_HTTPS_LOAD_BALANCER)$/;

const TCP = 6;
const UDP = 17;

export class LoadBalancers {
  private readonly passthrough = new Set<Resource>();
  private readonly balanced = new Set<Resource>();
  private anyPassthrough = false;
  private anyBalanced = false;
  /** Resources that belong to a part, by the part. */
  private readonly members = new Map<string, Resource[]>();
  /** What is handed connections by a load balancer that the input does not hold, or not all of. */
  readonly elsewhere = new Set<Resource>();

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly routes: Routes,
  ) {
    for (const [type, field] of Object.entries(MEMBERS)) {
      for (const member of input.managed(type)) this.readMember(member, field);
    }
    for (const rule of input.managed(...FORWARDING_RULES)) this.readRule(rule);
    for (const part of input.managed(...FORWARDED_TO)) {
      const holds = !isAbsent(part.values["instance"]) || input.collect(part, "instances").length > 0;
      const isUsed = this.balanced.has(part);
      if (!isUsed && (holds || this.members.has(input.id(part)))) this.elsewhere.add(part);
    }
  }

  /** What connects to the machines of a resource beside its network. */
  before(resource: Resource): { readonly passthrough: boolean; readonly balanced: boolean } {
    return {
      passthrough: this.anyPassthrough || this.passthrough.has(resource),
      balanced: this.anyBalanced || this.balanced.has(resource) || !isAbsent(resource.values["auto_healing_policies"]),
    };
  }

  endpoints(): Endpoint[] {
    return [
      ...this.input.managed(...FORWARDING_RULES).map((rule) => this.endpoint(rule)),
      ...this.input.managed("google_compute_subnetwork").flatMap((subnet) => this.proxies(subnet)),
    ];
  }

  /** The proxies of a region, in their subnet: they open connections to what lies behind them, and accept none there. */
  private proxies(resource: Resource): Endpoint[] {
    const purpose = this.input.textAt(resource, "purpose");
    if (typeof purpose !== "string" || !PROXY_ONLY.test(purpose)) return [];
    const { network, v4 } = this.networks.subnetOf(resource);
    const endpoints = this.input.managed("google_compute_network_endpoint");
    return [
      {
        id: this.input.id(resource),
        kind: "load-balancer",
        location: resource.location,
        addresses: v4,
        groups: new Set(),
        network: network?.id,
        filters: [],
        routes: {
          outbound: AddressSet.unionOf([
            ...(network?.resource?.mode === "managed" ? [this.networks.local(network)] : []),
            ...endpoints.map((endpoint) => this.behindProxies(endpoint, network)),
          ]),
          inbound: AddressSet.empty,
        },
      },
    ];
  }

  /** An address outside of every machine that proxies connect to, or that of a cluster's API. */
  private behindProxies(endpoint: Resource, network: Network | undefined): AddressSet {
    const written = endpoint.values["ip_address"];
    const known = this.networks.block(written, endpoint);
    if (known) return known;
    const cluster = this.input.named(written, endpoint, "google_container_cluster");
    return cluster.kind === "resource" && cluster.resource.type === "google_container_cluster"
      ? privateAddresses(cluster.resource, this.networks)
      : this.routes.inside(network);
  }

  private endpoint(resource: Resource): Endpoint {
    const network = this.networkOf(resource);
    const isExternal = this.isExternal(resource);
    const mayBeExternal = isExternal !== false;
    const target = resource.values["target"];
    const serves = typeof target === "string" ? API_BUNDLES.get(target) : undefined;
    const local = this.routes.inside(network);
    const written = text(this.input.follow(resource.values["ip_address"], resource));
    const address = typeof written === "string" ? readAddress(written) : undefined;
    // It only answers.
    const led = (open: boolean) => ({ outbound: AddressSet.empty, inbound: open ? AddressSet.all : local });
    return {
      id: this.input.id(resource),
      kind: !mayBeExternal && this.isConsumer(resource) ? "cloud-service" : "load-balancer",
      location: resource.location,
      addresses: address ?? (mayBeExternal ? ANY_ADDRESS : local),
      groups: new Set(),
      network: network?.id,
      filters: [this.accepting(resource, mayBeExternal ? AddressSet.all : local)],
      routes: typeof isExternal === "string" ? unlessPrivate(led(true), led(false), isExternal) : led(isExternal),
      ...(serves !== undefined && { serves: [serves] }),
    };
  }

  private networkOf(resource: Resource): Network | undefined {
    if (!isAbsent(resource.values["network"])) return this.networks.network(resource.values["network"], resource);
    const subnet = resource.values["subnetwork"];
    return isAbsent(subnet) ? undefined : this.networks.subnet(subnet, resource).network;
  }

  /** Only the rule's protocol and ports are forwarded, and to an internal address only what is inside can send. */
  private accepting(resource: Resource, from: AddressSet): Filter {
    const { services, unknown } = this.services(resource);
    const rule: Rule = {
      resource: resource.address,
      location: resource.location,
      action: "allow",
      services,
      peers: [{ kind: "addresses", addresses: from }],
      ...(unknown !== undefined && { unknown }),
    };
    return {
      name: this.input.id(resource),
      system: "google-forwarding-rule",
      direction: "inbound",
      stateful: true,
      levels: [[rule]],
      otherwise: "deny",
    };
  }

  private services(resource: Resource): { readonly services: ServiceSet; readonly unknown?: string } {
    const protocol = this.input.textAt(resource, "ip_protocol") ?? "TCP";
    const allPorts = bool(this.input.follow(resource.values["all_ports"], resource)) ?? false;
    const ports = [...this.input.collect(resource, "ports"), ...this.input.collect(resource, "port_range")];
    const opaque = { services: ServiceSet.all, unknown: "its protocol or ports are not known" };
    if (typeof protocol !== "string" || isOpaque(allPorts)) return opaque;
    // L3_DEFAULT stands for every protocol.
    const number = protocolNumber(protocol);
    if (number === undefined) return protocol === "L3_DEFAULT" ? { services: ServiceSet.all } : opaque;
    if (allPorts || ports.length === 0 || (number !== TCP && number !== UDP))
      return { services: ServiceSet.of(number) };
    const read = ports.map((port) => (typeof port === "string" ? portRange(number, port) : undefined));
    const known = read.filter((range) => range !== undefined);
    return known.length < read.length ? opaque : { services: ServiceSet.unionOf(known) };
  }

  private isExternal(resource: Resource): Publicity {
    const scheme = this.input.textAt(resource, "load_balancing_scheme");
    if (scheme === undefined) return !this.isConsumer(resource);
    return isUnknown(scheme) ? publicIf(scheme) : !INTERNAL.has(scheme);
  }

  /** Whether it leads to a service outside of the network: Private Service Connect, whose scheme is the empty text. */
  private isConsumer({ values }: Resource): boolean {
    const { target } = values;
    const isAttachment = isReference(target) && target.address.includes("google_compute_service_attachment.");
    return values["load_balancing_scheme"] === "" || isAttachment || (target !== undefined && isElsewhere(target));
  }

  // -------------------------------------------------------------- what lies behind

  private readMember(member: Resource, field: string): void {
    for (const value of this.input.collect(member, field)) {
      const part = this.input.named(value, member, ...PARTS);
      if (part.kind === "resource" && part.resource.mode === "managed")
        append(this.members, this.input.id(part.resource), member);
      else this.elsewhere.add(member);
    }
  }

  private readRule(rule: Resource): void {
    const { parts, isLost } = this.behind(rule);
    const scheme = this.input.textAt(rule, "load_balancing_scheme");
    const keepsClients = [...parts].some(({ type }) => /_target_(pool|instance)$/.test(type));
    const isPassthrough =
      this.isExternal(rule) !== false &&
      scheme !== "EXTERNAL_MANAGED" &&
      (keepsClients || isLost || !isAbsent(rule.values["backend_service"]));
    for (const part of parts) {
      this.balanced.add(part);
      if (isPassthrough) this.passthrough.add(part);
    }
    if (isLost) this.anyBalanced = true;
    if (isLost && isPassthrough) this.anyPassthrough = true;
  }

  /** The parts and machines behind a forwarding rule; `isLost` where something on the way can't be told. */
  private behind(rule: Resource): { readonly parts: ReadonlySet<Resource>; readonly isLost: boolean } {
    const parts = new Set<Resource>([rule]);
    let isLost = false;
    // A set is walked in the order in which it grows.
    for (const part of parts) {
      for (const member of this.members.get(this.input.id(part)) ?? []) parts.add(member);
      if (MACHINES.includes(part.type)) continue;
      for (const value of leadsOf(part.values)) {
        const next = this.input.named(value, part, ...PARTS, ...MACHINES);
        if (next.kind !== "resource") isLost ||= !isElsewhere(value);
        else if (next.resource.mode === "data") isLost = true;
        else if (PARTS.includes(next.resource.type) || MACHINES.includes(next.resource.type)) parts.add(next.resource);
      }
    }
    return { parts, isLost };
  }
}

/** Values of the fields that lead on, wherever they stand in a resource. */
function leadsOf(value: Value): Value[] {
  if (isList(value)) return value.flatMap(leadsOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, held]) => {
    if (isAbsent(held)) return [];
    const isNested = isObject(held) || (isList(held) && held.some(isObject));
    if (isNested || !LEADS.test(key)) return leadsOf(held);
    return isList(held) ? held : [held];
  });
}

/** Targets that are no machines of the input's own: Google's APIs, another's service. */
function isElsewhere(value: Value): boolean {
  return typeof value === "string" && (API_BUNDLES.has(value) || /\/serviceAttachments\//.test(value));
}

function readAddress(address: string): AddressSet | undefined {
  try {
    return AddressSet.ofCidr(address);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
