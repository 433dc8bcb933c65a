/**
 * Load balancers, and the PrivateLink services that expose them.
 *
 * Elastic Load Balancing, "Update the security groups for your Network Load Balancer"
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html): one without
 * groups filters nothing, and may leave PrivateLink's traffic unfiltered.
 */
import type { Resource } from "../../../model";
import { bool, isOpaque, text } from "../../../values";
import type { UnjudgedResources } from "../../unjudged-resources";
import type { TerraformInput } from "../../terraform-input";
import type { Networks } from "../network";
import type { SecurityGroups } from "../security-group";
import type { AttachedGroups } from "./attached-groups";
import type { Attachments } from "./attachments";
import { isNamed } from "./named";
import { publicIf } from "../../publicity";

export class LoadBalancers {
  /** PrivateLink services with the load balancers that they expose. */
  private readonly services: { readonly resource: Resource; readonly balancers: readonly Resource[] }[] = [];

  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly groups: SecurityGroups,
    private readonly attached: AttachedGroups,
    private readonly attachments: Attachments,
    private readonly unjudged: UnjudgedResources,
  ) {
    this.readEndpointServices();
  }

  add(): void {
    for (const resource of this.input.managed("aws_lb", "aws_alb", "aws_elb")) this.loadBalancer(resource);
  }

  private loadBalancer(resource: Resource): void {
    const { values } = resource;
    const type =
      resource.type === "aws_elb"
        ? "classic"
        : (text(this.input.follow(values["load_balancer_type"], resource)) ?? "application");
    if (type === "gateway" || isOpaque(type)) {
      this.unjudged.leave(resource, "a load balancer of this type decides by itself what passes");
      return;
    }
    const subnets = [
      ...this.networks.subnetsAt(resource, "subnets"),
      ...this.networks.subnetsAt(resource, "subnet_mapping.subnet_id"),
    ];
    const { groups, unknown } = this.attached.at(resource, ["security_groups"], subnets[0]?.vpc, type !== "network");
    const service = this.services.find(({ balancers }) => balancers.includes(resource))?.resource;
    const enforced = text(
      this.input.follow(values["enforce_security_group_inbound_rules_on_private_link_traffic"], resource),
    );
    const bypass = enforced !== undefined && enforced !== "on" ? service : undefined;
    const internal = bool(this.input.follow(values["internal"], resource)) ?? false;
    const publicity = publicIf(isOpaque(internal) ? internal : !internal);
    // A network load balancer that is made without groups never has any, and lets everything pass.
    const isOpen = type === "network" && groups.length === 0 && unknown === undefined;
    this.attachments.add({
      resource,
      kind: "load-balancer",
      groups,
      filters: isOpen ? [] : this.groups.filtersOf(groups, unknown, bypass),
      // Consumers of an endpoint service come in through PrivateLink, whatever the routes.
      besideRoutes: service !== undefined,
      subnets,
      isPublic: () => publicity,
    });
  }

  private readEndpointServices(): void {
    const known = this.input.managed("aws_lb", "aws_alb");
    for (const resource of this.input.managed("aws_vpc_endpoint_service")) {
      const arns = ["network_load_balancer_arns", "gateway_load_balancer_arns"].flatMap((path) =>
        this.input.collect(resource, path),
      );
      const balancers = known.filter((balancer) => arns.some((arn) => isNamed(this.input, arn, resource, balancer)));
      this.services.push({ resource, balancers });
      if (balancers.length < arns.length)
        this.unjudged.leave(resource, "a load balancer that it exposes is not in the input");
    }
  }
}
