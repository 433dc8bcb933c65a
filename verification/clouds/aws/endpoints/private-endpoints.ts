/**
 * Addresses by which a VPC reaches services of AWS or another's.
 *
 * AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint"
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html) and "Gateway endpoints"
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html).
 */
import { AddressSet } from "../../../../packets/address-set";
import type { Resource } from "../../../model";
import { isOpaque, text } from "../../../values";
import type { UnjudgedResources } from "../../unjudged-resources";
import type { TerraformInput } from "../../terraform-input";
import { ANY_ADDRESS, type Networks } from "../network";
import { EndpointNames } from "../names";
import { serviceOf } from "../prefix-list";
import type { Routes } from "../routes";
import type { AttachedGroups } from "./attached-groups";
import type { Attachments } from "./attachments";
import { isNamed } from "./named";
import { NEVER } from "./public-addresses";

export class PrivateEndpoints {
  private readonly names: EndpointNames;

  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly routes: Routes,
    private readonly attached: AttachedGroups,
    private readonly attachments: Attachments,
    private readonly unjudged: UnjudgedResources,
  ) {
    this.names = new EndpointNames(input, networks);
  }

  add(): void {
    for (const resource of this.input.managed("aws_vpc_endpoint")) this.vpcEndpoint(resource);
  }

  private vpcEndpoint(resource: Resource): void {
    const { values } = resource;
    const vpc = this.networks.vpc(values["vpc_id"], resource);
    const service = serviceOf(this.input, values["service_name"], resource);
    const dns = this.names.of(resource, vpc);
    const serves = service ? { serves: [service], ...(dns && { unnamed: dns }) } : {};
    const type = text(this.input.follow(values["vpc_endpoint_type"], resource)) ?? "Gateway";
    if (type === "Gateway") {
      const local = vpc?.cidrs ? AddressSet.ofCidrs(vpc.cidrs) : ANY_ADDRESS;
      this.attachments.endpoints.push({
        id: this.input.id(resource),
        kind: "cloud-service",
        location: resource.location,
        addresses: service ? AddressSet.ofName(service) : AddressSet.empty,
        groups: new Set(),
        network: vpc?.id,
        filters: [],
        // It only answers, and only what route tables lead to it.
        routes: { outbound: AddressSet.empty, inbound: this.routes.leadingTo(resource)?.intersect(local) ?? local },
        ...serves,
      });
      return;
    }
    if (type === "GatewayLoadBalancer" || isOpaque(type)) {
      this.unjudged.leave(resource, "an endpoint of this type decides by itself what passes");
      return;
    }
    const apart = this.input
      .managed("aws_vpc_endpoint_subnet_association")
      .filter((association) => isNamed(this.input, association.values["vpc_endpoint_id"], association, resource))
      .map((association) => this.networks.subnet(association.values["subnet_id"], association));
    const groups = this.attached.at(resource, ["security_group_ids"], vpc);
    const subnets = [...this.networks.subnetsAt(resource, "subnet_ids"), ...apart];
    this.attachments.add({ resource, kind: "cloud-service", ...groups, subnets, vpc, isPublic: NEVER, more: serves });
  }
}
