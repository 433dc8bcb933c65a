/**
 * Whether the usual names of AWS's services lead to a VPC's endpoints.
 *
 * AWS PrivateLink Guide, "Access AWS services through AWS PrivateLink"
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html): with private DNS, a service's
 * usual name has the endpoint's addresses, for whoever asks the VPC's own resolver; else it has the public ones.
 * Amazon VPC User Guide, "DNS attributes for your VPC"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html): the resolver is there by `enableDnsSupport`, and
 * private names need `enableDnsHostnames` too. "DHCP option sets in Amazon VPC"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html): whom instances ask.
 */
import type { Endpoint, Resource } from "../../model";
import { bool, isOpaque, text } from "../../values";
import type { Networks, Vpc } from "./network";
import type { TerraformInput } from "../terraform-input";

/** The VPC's own resolver, in options of DHCP and by its addresses. */
const OWN_RESOLVER = /^(AmazonProvidedDNS|169\.254\.169\.253|fd00:ec2::253)$/;

export class EndpointNames {
  /** DHCP options by VPC. */
  private readonly options = new Map<string, Resource | undefined>();

  constructor(
    private readonly input: TerraformInput,
    networks: Networks,
  ) {
    for (const association of input.managed("aws_vpc_dhcp_options_association")) {
      const vpc = networks.vpc(association.values["vpc_id"], association);
      const target = input.find(association.values["dhcp_options_id"], association, "DHCP options");
      if (vpc) this.options.set(vpc.id, target.kind === "resource" ? target.resource : undefined);
    }
  }

  /** Where names lead, if not to a VPC endpoint. */
  of(endpoint: Resource, vpc: Vpc | undefined): Endpoint["unnamed"] {
    return this.ofResolver(vpc) ?? this.ofPrivateNames(endpoint, vpc);
  }

  /** Whoever asks nobody, or who knows whom, learns no name at all. */
  private ofResolver(vpc: Vpc | undefined): Endpoint["unnamed"] {
    const { resource } = vpc ?? {};
    if (!vpc || resource?.mode !== "managed") return undefined;
    const support = bool(this.input.follow(resource.values["enable_dns_support"], resource)) ?? true;
    if (support === false) return leads("nowhere", `${resource.address} has no resolver (enable_dns_support is false)`);
    if (isOpaque(support)) return leads("unknown", `whether ${resource.address} has a resolver is not known`);
    if (!this.options.has(vpc.id)) return undefined;
    const options = this.options.get(vpc.id);
    if (!options) return leads("unknown", `whom ${resource.address} asks for names is not in the input`);
    const servers = this.input.collect(options, "domain_name_servers");
    if (servers.every((server) => typeof server === "string" && OWN_RESOLVER.test(server))) return undefined;
    return leads("unknown", `${options.address} sends whoever asks to other servers than the VPC's own`);
  }

  private ofPrivateNames(endpoint: Resource, vpc: Vpc | undefined): Endpoint["unnamed"] {
    const { values, address } = endpoint;
    // The names of what a gateway leads to stay public; routes lead there.
    if ((text(this.input.follow(values["vpc_endpoint_type"], endpoint)) ?? "Gateway") === "Gateway") return undefined;
    const { resource } = vpc ?? {};
    const own = bool(this.input.follow(values["private_dns_enabled"], endpoint)) ?? false;
    const hostnames =
      resource?.mode === "managed"
        ? (bool(this.input.follow(resource.values["enable_dns_hostnames"], resource)) ?? false)
        : true;
    if (own === true && hostnames === true) return undefined;
    // A zone of the customer's own may give the names instead.
    const isKnown = !isOpaque(own) && !isOpaque(hostnames) && !this.hasOwnZones();
    const why =
      own === true
        ? `${resource?.address ?? "its VPC"} has no private names (enable_dns_hostnames is not true)`
        : `${address} has no private DNS`;
    return leads(isKnown ? "public" : "unknown", why);
  }

  private hasOwnZones(): boolean {
    return this.input.managed("aws_route53_zone").some((zone) => {
      const name = this.input.partialText(zone.values["name"], zone);
      return name === undefined || /amazonaws\.com(\.cn)?\.?$/.test(name);
    });
  }
}

type Unnamed = NonNullable<Endpoint["unnamed"]>;
const leads = (lead: Unnamed["lead"], why: string): Unnamed => ({ lead, why });
