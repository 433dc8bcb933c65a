/**
 * Public addresses and load balancers: what the internet reaches an interface by.
 *
 * Microsoft, "Public IP addresses"
 * (https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-addresses) and "What is Azure Load Balancer?"
 * (https://learn.microsoft.com/azure/load-balancer/load-balancer-overview): those of the Standard SKU are closed to what
 * comes in until a security group allows it, those of the Basic SKU open. A load balancer hands packets on with their
 * source unchanged, at the ports of its rules, and filters nothing itself: the interfaces' groups decide.
 */
import type { Endpoint, Resource, Rule, Value } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import { ServiceSet } from "../../../../packets/service-set";
import { blocks, isObject, isOpaque, number, text } from "../../../values";
import { publicByBlock } from "../../publicity";
import { addressOf, isAbsent, type AzureInput } from "../input";
import type { AzureNetworks, Subnet } from "../network";
import type { AzureRoutes } from "../routes";
import { INSIDE, serviceNames } from "../service-tags";
import { listener, listening, portServices } from "../listening";
import { doubtful, exposureIf, HIDDEN, perhaps, together, unheard, type Exposure, type Reached } from "./exposure";

interface Frontend {
  readonly exposure: Exposure;
  readonly address: AddressSet | undefined;
  readonly subnet: Subnet | undefined;
}

interface Balancer {
  readonly resource: Resource;
  readonly frontends: ReadonlyMap<string, Frontend>;
  /** What it hands on, by the name of the frontend; undefined: it may be any. */
  readonly listeners: { readonly frontend: string | undefined; readonly rule: Rule }[];
}

/** What hands packets on from a load balancer's frontend. */
const LISTENERS = ["azurerm_lb_rule", "azurerm_lb_nat_rule", "azurerm_lb_nat_pool"];
/** Where an address of a network is reached from, whatever its routes. */
const PRIVATE = { outbound: AddressSet.empty, inbound: INSIDE };

export class LoadBalancers {
  private readonly balancers = new Map<string, Balancer>();
  /** What hands packets on from a load balancer that the input does not hold. */
  readonly elsewhere: Resource[] = [];
  /** Those with a member in the input. */
  private readonly met = new Set<Balancer>();

  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly routes: AzureRoutes,
  ) {
    for (const resource of input.managed("azurerm_lb")) {
      this.balancers.set(input.id(resource), { resource, frontends: this.readFrontends(resource), listeners: [] });
    }
    for (const resource of input.managed(...LISTENERS)) this.readListener(resource);
  }

  /** How an interface is connected by one of its IP configurations. */
  configurationExposure(block: Value, from: Resource): Exposure {
    if (!isObject(block)) return exposureIf(publicByBlock(block));
    return this.addressExposure(block["public_ip_address_id"], from);
  }

  private addressExposure(value: Value | undefined, from: Resource): Exposure {
    if (isAbsent(value)) return HIDDEN;
    const target = this.input.find(value, from, "public IP address");
    if (target.kind === "resource") return { publicity: this.byLevel(target.resource), outbound: true };
    const unsaid: Exposure = { publicity: "unsaid", outbound: true };
    return target.kind === "outside"
      ? unsaid
      : perhaps(unsaid, `whether it has a public address is not known: ${target.reason}`);
  }

  /** How the internet reaches, and is reached by, a member of the pool or the target of the NAT rule that `value` names. */
  memberExposure(value: Value, from: Resource): Exposure {
    const target = this.input.find(value, from, "backend address pool");
    const owner =
      target.kind === "resource"
        ? this.input.find(target.resource.values["loadbalancer_id"], target.resource, "load balancer")
        : target;
    const balancer = owner.kind === "resource" ? this.balancers.get(this.input.id(owner.resource)) : undefined;
    if (!balancer) return { publicity: "unknown", outbound: false };
    this.met.add(balancer);
    const frontends = [...balancer.frontends.values()];
    const heard = balancer.listeners.flatMap(({ frontend }) =>
      frontend === undefined ? frontends : (balancer.frontends.get(frontend) ?? frontends),
    );
    // Members go out by every frontend, and are reached by those that something listens at.
    const outward = frontends.map(({ exposure }) => unheard(exposure));
    return together([...heard.map(({ exposure }) => exposure), ...outward]);
  }

  /** Public ones that hand packets on, to nothing of the input. */
  withoutMembers(): Resource[] {
    return [...this.balancers.values()]
      .filter((balancer) => !this.met.has(balancer) && balancer.listeners.length > 0)
      .filter(({ frontends }) => [...frontends.values()].some(({ exposure }) => exposure.publicity !== "none"))
      .map(({ resource }) => resource);
  }

  /** An endpoint for the public frontends of each load balancer that hands anything on, and one for each inside. */
  endpoints(): Endpoint[] {
    return [...this.balancers.values()].flatMap((balancer) => this.endpointsOf(balancer));
  }

  private endpointsOf({ resource, frontends, listeners }: Balancer): Endpoint[] {
    const groups = new Map<string, { frontend: Frontend; rules: Rule[] }>();
    for (const [name, frontend] of frontends) {
      const rules = listeners
        .filter((one) => one.frontend === undefined || one.frontend === name)
        .map(({ rule }) => rule);
      const key = frontend.exposure.publicity === "none" ? `inside ${frontend.subnet?.id ?? ""}` : "public";
      const group = groups.get(key);
      if (group) group.rules.push(...rules);
      else groups.set(key, { frontend, rules: [...rules] });
    }
    return [...groups.values()].map(({ frontend, rules }): Endpoint => {
      const { exposure, subnet, address } = frontend;
      const region = this.input.regionOf(resource);
      const named = serviceNames("AzureCloud", region).map((name) => AddressSet.ofName(name));
      const inside = exposure.publicity === "none" ? subnet : undefined;
      const { doubt } = exposure;
      return {
        id: this.input.id(resource),
        kind: "load-balancer",
        location: resource.location,
        addresses: address ?? inside?.addresses ?? AddressSet.unionOf(named),
        groups: new Set(),
        network: inside?.network?.id,
        filters: [
          listening(this.input.id(resource), "azure-load-balancer", rules),
          ...(doubt ? [doubtful(resource, doubt.why)] : []),
        ],
        ...(inside && { routes: this.routes.of(inside, { inbound: false, outbound: false }) ?? PRIVATE }),
      };
    });
  }

  private readFrontends(resource: Resource): Map<string, Frontend> {
    const frontends = new Map<string, Frontend>();
    blocks(this.input.follow(resource.values["frontend_ip_configuration"], resource)).forEach((block, index) => {
      if (!isObject(block)) {
        const exposure = exposureIf(publicByBlock(block));
        frontends.set(`frontend ${index}`, { exposure, address: undefined, subnet: undefined });
        return;
      }
      const name = text(this.input.follow(block["name"], resource));
      const publicAddress = isAbsent(block["public_ip_address_id"])
        ? block["public_ip_prefix_id"]
        : block["public_ip_address_id"];
      const isInside = isAbsent(publicAddress);
      const given = text(this.input.follow(isInside ? block["private_ip_address"] : undefined, resource));
      frontends.set(typeof name === "string" ? name : `frontend ${index}`, {
        exposure: this.frontendExposure(publicAddress, resource),
        address: isInside ? addressOf(given) : this.publicAddress(publicAddress, resource),
        subnet: isInside ? this.networks.subnet(block["subnet_id"], resource) : undefined,
      });
    });
    return frontends;
  }

  /** Its load balancer's SKU decides, whatever the address. */
  private frontendExposure(publicAddress: Value | undefined, from: Resource): Exposure {
    const { doubt, publicity } = this.addressExposure(publicAddress, from);
    if (publicity === "none") return HIDDEN;
    const exposure: Exposure = { publicity: this.byLevel(from), outbound: true };
    return doubt ? perhaps(exposure, doubt.why) : exposure;
  }

  private readListener(resource: Resource): void {
    const owner = this.input.find(resource.values["loadbalancer_id"], resource, "load balancer");
    const balancer = owner.kind === "resource" ? this.balancers.get(this.input.id(owner.resource)) : undefined;
    if (!balancer) {
      this.elsewhere.push(resource);
      return;
    }
    const name = text(this.input.follow(resource.values["frontend_ip_configuration_name"], resource));
    const frontend = typeof name === "string" && balancer.frontends.has(name) ? name : undefined;
    balancer.listeners.push({ frontend, rule: this.listenerRule(resource) });
  }

  private listenerRule(resource: Resource): Rule {
    const at = (field: string) => this.input.follow(resource.values[field], resource);
    const protocol = text(at("protocol"));
    const one = number(at("frontend_port"));
    const first = isAbsent(one) || one === 0 ? number(at("frontend_port_start")) : one;
    const last = isAbsent(one) || one === 0 ? number(at("frontend_port_end")) : one;
    const every = typeof protocol === "string" && protocol.toLowerCase() === "all";
    if (every && (one === 0 || one === undefined) && !isOpaque(first))
      return listener(resource, { services: ServiceSet.all });
    return listener(resource, portServices(every ? "*" : protocol, first, last));
  }

  /** By the SKU of an address or load balancer: azurerm takes Basic without one before 4.0, and Standard since. */
  private byLevel(resource: Resource): Reached {
    const sku = text(this.input.follow(resource.values["sku"], resource));
    if (typeof sku !== "string") return "unsaid";
    return /^(standard|standardv2|gateway)$/i.test(sku) ? "guarded" : "open";
  }

  private publicAddress(value: Value | undefined, from: Resource): AddressSet | undefined {
    const target = this.input.find(value, from, "public IP address");
    return target.kind === "resource" ? addressOf(target.resource.values["ip_address"]) : undefined;
  }
}
