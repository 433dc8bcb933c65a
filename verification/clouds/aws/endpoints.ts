/**
 * What has an address in a VPC, and which security groups, subnets and VPC it is in.
 *
 * Amazon EC2 User Guide, "Elastic network interfaces"
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html): every address is a network interface's, which
 * carries the groups; what names none is in its VPC's default group.
 * Amazon VPC User Guide, "IP addressing for your VPCs and subnets"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html): who gets a public address.
 * Amazon EKS User Guide, "Customize managed nodes with launch templates"
 * (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html): nodes whose launch template names no group
 * are in the cluster's own group, and SSH access without a source group opens port 22 to everywhere.
 * Elastic Load Balancing, "Update the security groups for your Network Load Balancer"
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html): one without
 * groups filters nothing, and may leave PrivateLink's traffic unfiltered.
 * AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint"
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html) and "Gateway endpoints"
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html).
 */
import { isIPv4 } from "node:net";
import type { Endpoint, Filter, Resource, Unjudged, Value } from "../../model";
import { isReference, isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { bool, field, isObject, isOpaque, text, type ObjectValue, type Opaque } from "../../values";
import { append, isAbsent, type TerraformInput } from "../terraform-input";
import { ANY_ADDRESS, ANY_V6, UNKNOWN_SUBNET, type Networks, type Subnet, type Vpc } from "./network";
import type { NetworkAcls } from "./network-acl";
import { EndpointNames } from "./names";
import { podInterfaces } from "./pod-network";
import { exposed, publicBlocksOf, unlessPrivate, unrouted } from "./private-addresses";
import { serviceOf } from "./prefix-list";
import type { Routes } from "./routes";
import type { SecurityGroup, SecurityGroups } from "./security-group";
import { SHAPES, type Shape } from "./shapes";

/** Types that this file turns into endpoints by rules of their own, or reads along with another. */
const OWN_RULES = [
  "aws_alb",
  "aws_autoscaling_group",
  "aws_eks_cluster",
  "aws_eks_fargate_profile",
  "aws_eks_node_group",
  "aws_elb",
  "aws_instance",
  "aws_launch_configuration",
  "aws_launch_template",
  "aws_lb",
  "aws_network_interface",
  "aws_network_interface_sg_attachment",
  "aws_spot_instance_request",
  "aws_vpc_endpoint",
  "aws_vpc_endpoint_security_group_association",
];

/** Resource types that may carry security groups and whose groups are judged here. */
export const ATTACHING_TYPES: ReadonlySet<string> = new Set([...Object.keys(SHAPES), ...OWN_RULES]);

/** One resource's interfaces, before its subnets are told apart. */
interface Attachment {
  readonly resource: Resource;
  readonly kind: Endpoint["kind"];
  readonly groups: readonly SecurityGroup[];
  /** Why it may be in further groups. */
  readonly unknown?: string | undefined;
  /** Set where it is more than its groups that filter, or less. */
  readonly filters?: readonly Filter[];
  /** Whether connections reach it beside every route. */
  readonly besideRoutes?: boolean;
  readonly subnets: readonly Subnet[];
  /** Where the subnets do not tell it. */
  readonly vpc?: Vpc | undefined;
  readonly isPublic: (subnet: Subnet) => boolean;
  /** Set where that can't be told. */
  readonly doubt?: string | undefined;
  /** Its own IPv4 addresses, where they are known. */
  readonly given?: AddressSet | undefined;
  readonly more?: Partial<Pick<Endpoint, "serves" | "unnamed" | "labels">>;
}

/** Instances of databases by the type of the cluster that carries their groups. */
const MEMBERS: Readonly<Record<string, string>> = {
  aws_neptune_cluster_instance: "aws_neptune_cluster",
  aws_rds_cluster_instance: "aws_rds_cluster",
};

const NEVER = () => false;
const ALWAYS = () => true;

export class Endpoints {
  readonly unjudged: Unjudged[] = [];

  private readonly endpoints: Endpoint[] = [];
  private readonly used = new Set<SecurityGroup>();
  private readonly joined = new Set<Resource>();
  /** Groups that are attached to an interface or instance apart from it. */
  private readonly added = new Map<string, (SecurityGroup | string)[]>();
  /** VPC endpoints whose default group is replaced by those attached apart. */
  private readonly replacing = new Set<string>();
  /** Resources with an elastic IP address. */
  private readonly elastic = new Set<string>();
  private anyElastic = false;
  /** PrivateLink services with the load balancers that they expose. */
  private readonly services: { readonly resource: Resource; readonly balancers: readonly Resource[] }[] = [];
  private readonly names: EndpointNames;

  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly groups: SecurityGroups,
    private readonly acls: NetworkAcls,
    private readonly routes: Routes,
  ) {
    this.names = new EndpointNames(input, networks);
    this.readElasticAddresses();
    this.readGroupAttachments();
    this.readEndpointServices();
  }

  all(): readonly Endpoint[] {
    for (const [type, shape] of Object.entries(SHAPES)) {
      for (const resource of this.input.managed(type)) this.shaped(resource, shape);
    }
    for (const resource of this.input.managed(...Object.keys(MEMBERS))) this.strayMember(resource);
    for (const resource of this.input.managed("aws_network_interface")) this.networkInterface(resource);
    for (const resource of this.input.managed("aws_instance", "aws_spot_instance_request")) this.instance(resource);
    for (const resource of this.input.managed("aws_eks_cluster")) this.cluster(resource);
    for (const resource of this.input.managed("aws_eks_node_group")) this.nodeGroup(resource);
    for (const resource of this.input.managed("aws_eks_fargate_profile")) this.fargate(resource);
    for (const resource of this.input.managed("aws_autoscaling_group")) this.autoscaling(resource);
    for (const resource of this.input.managed("aws_vpc_endpoint")) this.vpcEndpoint(resource);
    for (const resource of this.input.managed("aws_lb", "aws_alb", "aws_elb")) this.loadBalancer(resource);
    for (const resource of this.input.managed("aws_launch_template", "aws_launch_configuration")) {
      if (!this.joined.has(resource)) this.template(resource, resource, "instance", []);
    }
    for (const group of this.groups.all()) {
      // A group that the input only names is judged where it is declared.
      const isElsewhere = group.outside && group.rules.inbound.length === 0 && group.rules.outbound.length === 0;
      if (!this.used.has(group) && !isElsewhere) this.endpoints.push(this.unattached(group));
    }
    return this.endpoints;
  }

  // -------------------------------------------------------------- resources

  private shaped(resource: Resource, shape: Shape): void {
    if (shape.block && isAbsent(this.firstBlock(resource, ...shape.block.split(".")))) return;
    const [value] = shape.public ? this.input.collect(resource, shape.public.field) : [];
    // MSK writes DISABLED, Transfer a list of addresses: whatever does not say no may be public.
    const isPublic = value === undefined ? (shape.public?.absent ?? false) : value !== "false" && value !== "DISABLED";
    const doubt = isOpaque(value) ? "whether it has a public address is not known" : undefined;
    const written = this.input.collect(resource, shape.subnets);
    const subnets = shape.subnetGroup
      ? written.flatMap((name) => this.subnetsOfGroup(name, shape.subnetGroup ?? "", resource))
      : written.map((subnet) => this.networks.subnet(subnet, resource));
    const kind = resource.type === "aws_batch_compute_environment" ? "instance" : "service";
    this.emit({
      resource,
      kind,
      ...this.groupsAt(resource, [shape.groups], subnets[0]?.vpc),
      subnets,
      isPublic: kind === "instance" ? byItsSubnet : isPublic || this.hasPublicMember(resource) ? ALWAYS : NEVER,
      doubt,
    });
  }

  /** A database that says of itself that it is public, and whose groups its cluster has, which is not in the input. */
  private strayMember(resource: Resource): void {
    const isPublic = bool(this.input.follow(resource.values["publicly_accessible"], resource)) ?? false;
    const cluster = this.named(resource.values["cluster_identifier"], resource, MEMBERS[resource.type] ?? "");
    if (isPublic === false || typeof cluster === "object") return;
    const unknown = `the security groups of its cluster: ${cluster}`;
    this.emit({ resource, kind: "service", groups: [], unknown, subnets: [], isPublic: ALWAYS });
  }

  private networkInterface(resource: Resource): void {
    const subnets = this.subnetsAt(resource, "subnet_id");
    this.emit({
      resource,
      kind: "interface",
      ...this.groupsAt(resource, ["security_groups"], subnets[0]?.vpc),
      subnets,
      isPublic: this.launched(resource, undefined),
      given: this.givenAddresses(resource, "private_ips"),
    });
  }

  private instance(resource: Resource): void {
    const interfaces = this.input.collect(resource, "network_interface.network_interface_id");
    if (interfaces.length > 0) {
      for (const value of interfaces) this.instanceInterface(resource, value);
      return;
    }
    const hasTemplate = !isAbsent(this.firstBlock(resource, "launch_template"));
    const template = hasTemplate ? this.templateOf(resource, "launch_template", "id", "name") : undefined;
    const held = typeof template === "object" ? template : undefined;
    if (held) this.joined.add(held);
    // What the instance says itself goes before what its template says.
    const ownSubnets = this.subnetsAt(resource, "subnet_id");
    const subnets = ownSubnets.length > 0 || !held ? ownSubnets : this.subnetsAt(held, "network_interfaces.subnet_id");
    const ownGroups = ["vpc_security_group_ids", "security_groups"];
    const isOwn = !held || ownGroups.some((path) => this.input.collect(resource, path).length > 0);
    const written = this.groupsAt(isOwn ? resource : held, isOwn ? ownGroups : TEMPLATE_GROUPS, subnets[0]?.vpc);
    const added = isOwn ? { groups: [], unknown: undefined } : this.addedTo(resource);
    const associates = resource.values["associate_public_ip_address"] ?? this.templateAssociates(held);
    this.emit({
      resource,
      kind: "instance",
      groups: [...written.groups, ...added.groups],
      unknown: join(written.unknown, added.unknown, typeof template === "string" ? template : undefined),
      subnets,
      isPublic: this.launched(resource, associates),
      given: this.givenAddresses(resource, "private_ip", "secondary_private_ips"),
    });
  }

  /** An instance by one of the interfaces that are made apart from it. */
  private instanceInterface(resource: Resource, value: Value): void {
    const target = this.input.find(value, resource, "network interface");
    if (target.kind !== "resource" || target.resource.type !== "aws_network_interface") {
      const unknown = `a network interface of ${resource.address} is not in the input`;
      this.emit({ resource, kind: "instance", groups: [], unknown, subnets: [], isPublic: ALWAYS });
      return;
    }
    const own = target.resource;
    const subnets = this.subnetsAt(own, "subnet_id");
    this.emit({
      resource,
      kind: "instance",
      ...this.groupsAt(own, ["security_groups"], subnets[0]?.vpc),
      subnets,
      isPublic: (subnet) => byItsSubnet(subnet) || this.isElastic(own) || this.isElastic(resource),
      given: this.givenAddresses(own, "private_ips"),
    });
  }

  private cluster(resource: Resource): void {
    const subnets = this.subnetsAt(resource, "vpc_config.subnet_ids");
    const named = this.groupsAt(resource, ["vpc_config.security_group_ids"], undefined, false);
    this.emit({
      resource,
      kind: "cluster-api",
      groups: [this.groups.clusterGroup(resource), ...named.groups],
      unknown: named.unknown,
      subnets,
      isPublic: NEVER,
    });
    if (bool(this.input.follow(field(resource, "compute_config", "enabled"), resource)) ?? false) {
      this.leave(resource, "the nodes that EKS Auto Mode launches are not in the input");
    }
  }

  private nodeGroup(resource: Resource): void {
    this.podInterfaces(resource);
    const subnets = this.subnetsAt(resource, "subnet_ids");
    const labels = this.input.follow(resource.values["labels"], resource);
    const more = isObject(labels) ? { labels: textEntries(labels) } : {};
    if (isAbsent(this.firstBlock(resource, "launch_template"))) {
      const ssh = !isAbsent(this.firstBlock(resource, "remote_access"));
      const groups = ssh ? [this.groups.remoteAccessGroup(resource, subnets[0]?.vpc)] : [];
      const { group, unknown } = this.clusterGroupOf(resource);
      groups.push(...(group ? [group] : []));
      this.emit({ resource, kind: "node", groups, unknown, subnets, isPublic: byItsSubnet, more });
      return;
    }
    const template = this.templateOf(resource, "launch_template", "id", "name");
    if (typeof template === "string") {
      this.emit({ resource, kind: "node", groups: [], unknown: template, subnets, isPublic: byItsSubnet, more });
      return;
    }
    const { group, unknown } = this.clusterGroupOf(resource);
    this.template(resource, template, "node", subnets, { group, unknown, more });
  }

  /** Interfaces of pods that are in other subnets than their nodes: nodes by other addresses. */
  private podInterfaces(nodes: Resource): void {
    const cluster = this.named(nodes.values["cluster_name"], nodes, "aws_eks_cluster");
    for (const addon of this.input.managed("aws_eks_addon")) {
      if (text(this.input.follow(addon.values["addon_name"], addon)) !== "vpc-cni") continue;
      if (this.named(addon.values["cluster_name"], addon, "aws_eks_cluster") !== cluster) continue;
      const found = podInterfaces(addon, this.input);
      if (isUnknown(found)) {
        const unknown = `interfaces of pods: ${found.reason}`;
        this.emit({ resource: nodes, kind: "node", groups: [], unknown, subnets: [], isPublic: NEVER });
        continue;
      }
      for (const alike of alikeBy(found, ({ groups }) => JSON.stringify(groups))) {
        const groups = this.podGroups(alike[0]?.groups ?? [], addon, nodes);
        const subnets = alike.map(({ subnet }) => this.networks.subnet(subnet, addon));
        this.emit({ resource: nodes, kind: "node", ...groups, subnets, isPublic: NEVER });
      }
    }
  }

  private podGroups(
    written: readonly Value[],
    addon: Resource,
    nodes: Resource,
  ): Pick<Attachment, "groups" | "unknown"> {
    if (written.length > 0) {
      const found = written.map((value) => this.groups.find(value, addon));
      return {
        groups: found.filter((group) => typeof group === "object"),
        unknown: join(...found.filter((reason) => typeof reason === "string")),
      };
    }
    const template = this.templateOf(nodes, "launch_template", "id", "name");
    if (typeof template === "string") return { groups: [], unknown: template };
    return this.groupsAt(template, TEMPLATE_GROUPS, undefined, false);
  }

  private fargate(resource: Resource): void {
    const { group, unknown } = this.clusterGroupOf(resource);
    const subnets = this.subnetsAt(resource, "subnet_ids");
    this.emit({ resource, kind: "node", groups: group ? [group] : [], unknown, subnets, isPublic: NEVER });
  }

  private autoscaling(resource: Resource): void {
    const subnets = this.subnetsAt(resource, "vpc_zone_identifier");
    const mixed = "mixed_instances_policy.launch_template";
    const named = (path: string, id: string, name: string) => {
      const isWritten = [id, name].some((key) => this.input.collect(resource, `${path}.${key}`).length > 0);
      return isWritten ? [this.templateOf(resource, path, id, name)] : [];
    };
    const found = [
      ...named("launch_template", "id", "name"),
      ...named(`${mixed}.launch_template_specification`, "launch_template_id", "launch_template_name"),
      ...named(`${mixed}.override.launch_template_specification`, "launch_template_id", "launch_template_name"),
      ...this.input
        .collect(resource, "launch_configuration")
        .map((name) => this.named(name, resource, "aws_launch_configuration")),
    ];
    if (found.length === 0) this.leave(resource, "what it launches is not in the input");
    for (const template of found) {
      if (typeof template === "object") this.template(resource, template, "instance", subnets);
      else this.emit({ resource, kind: "instance", groups: [], unknown: template, subnets, isPublic: byItsSubnet });
    }
  }

  /** What is launched from a template: as a node of EKS, the cluster's group stands in for groups that it lacks. */
  private template(
    resource: Resource,
    template: Resource,
    kind: Endpoint["kind"],
    subnets: readonly Subnet[],
    eks?: { group: SecurityGroup | undefined; unknown: string | undefined; more: Attachment["more"] },
  ): void {
    this.joined.add(template);
    const within = subnets.length > 0 ? subnets : this.subnetsAt(template, "network_interfaces.subnet_id");
    const named = this.groupsAt(template, TEMPLATE_GROUPS, within[0]?.vpc, !eks);
    const none = named.groups.length === 0 && named.unknown === undefined;
    const groups = none && eks?.group ? [eks.group] : named.groups;
    this.emit({
      resource,
      kind,
      groups,
      unknown: none && eks ? eks.unknown : named.unknown,
      subnets: within,
      isPublic: this.launched(resource, this.templateAssociates(template)),
      ...(eks?.more && { more: eks.more }),
    });
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
      this.endpoints.push({
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
      this.leave(resource, "an endpoint of this type decides by itself what passes");
      return;
    }
    const apart = this.input
      .managed("aws_vpc_endpoint_subnet_association")
      .filter((association) => this.isNamed(association.values["vpc_endpoint_id"], association, resource))
      .map((association) => this.networks.subnet(association.values["subnet_id"], association));
    const groups = this.groupsAt(resource, ["security_group_ids"], vpc);
    const subnets = [...this.subnetsAt(resource, "subnet_ids"), ...apart];
    this.emit({ resource, kind: "cloud-service", ...groups, subnets, vpc, isPublic: NEVER, more: serves });
  }

  private loadBalancer(resource: Resource): void {
    const { values } = resource;
    const type =
      resource.type === "aws_elb"
        ? "classic"
        : (text(this.input.follow(values["load_balancer_type"], resource)) ?? "application");
    if (type === "gateway" || isOpaque(type)) {
      this.leave(resource, "a load balancer of this type decides by itself what passes");
      return;
    }
    const subnets = [...this.subnetsAt(resource, "subnets"), ...this.subnetsAt(resource, "subnet_mapping.subnet_id")];
    const { groups, unknown } = this.groupsAt(resource, ["security_groups"], subnets[0]?.vpc, type !== "network");
    const service = this.services.find(({ balancers }) => balancers.includes(resource))?.resource;
    const enforced = text(
      this.input.follow(values["enforce_security_group_inbound_rules_on_private_link_traffic"], resource),
    );
    const bypass = enforced !== undefined && enforced !== "on" ? service : undefined;
    // A network load balancer that is made without groups never has any, and lets everything pass.
    const isOpen = type === "network" && groups.length === 0 && unknown === undefined;
    this.emit({
      resource,
      kind: "load-balancer",
      groups,
      filters: isOpen ? [] : this.groups.filtersOf(groups, unknown, bypass),
      // Consumers of an endpoint service come in through PrivateLink, whatever the routes.
      besideRoutes: service !== undefined,
      subnets,
      isPublic: bool(this.input.follow(values["internal"], resource)) === true ? NEVER : ALWAYS,
    });
  }

  /** A group of which nothing in the input is a member: judged as whoever may come to be one. */
  private unattached(group: SecurityGroup): Endpoint {
    const { id, location, vpc } = group;
    const addresses = vpc?.cidrs ? AddressSet.ofCidrs(vpc.cidrs).numeric() : ANY_ADDRESS;
    const filters = this.groups.filtersOf([group]);
    const groups = new Set([id]);
    const local = publicBlocksOf(vpc);
    const elsewhere = group.outside ? { elsewhere: true } : {};
    return { id, kind: "group", location, addresses, groups, network: vpc?.id, local, filters, ...elsewhere };
  }

  // -------------------------------------------------------------- endpoints

  /** One endpoint, or one for each kind of subnet where network ACLs or routes differ. All have the resource's id. */
  private emit(attachment: Attachment): void {
    const { resource, kind, groups, subnets, isPublic, given, more } = attachment;
    for (const group of groups) this.used.add(group);
    const own = attachment.filters ?? this.groups.filtersOf(groups, attachment.unknown);
    const vpc = attachment.vpc ?? subnets.find((subnet) => subnet.vpc)?.vpc;
    const views = new Map<string, { subnets: Subnet[]; filters: readonly Filter[]; routes: Endpoint["routes"] }>();
    for (const subnet of subnets) {
      const filters = this.acls.filtersOf(subnet);
      const exposure = { publicV4: isPublic(subnet), v6: subnet.addresses.overlaps(ANY_V6) };
      const hidden = exposure.publicV4 ? undefined : unrouted(subnet, this.routes.unclear(subnet));
      const found = this.routes.of(subnet, exposure) ?? hidden;
      const led = found && attachment.besideRoutes ? exposed(found) : found;
      const routes = attachment.doubt === undefined ? led : unlessPrivate(led, attachment.doubt);
      // The rule for traffic inside a subnet is each subnet's own, so subnets with an ACL are never one.
      const acl = filters.length > 0 ? subnet.id : "";
      const ways = routes && [
        routes.outbound.key(),
        routes.inbound.key(),
        routes.unknown,
        routes.unproved?.addresses.key(),
      ];
      const key = [acl, ways?.join("|") ?? ""].join("\n");
      const view = views.get(key);
      if (view) view.subnets.push(subnet);
      else views.set(key, { subnets: [subnet], filters, routes });
    }
    if (views.size === 0) views.set("", { subnets: [], filters: [], routes: this.withoutSubnet(attachment) });
    for (const view of views.values()) {
      this.endpoints.push({
        id: this.input.id(resource),
        kind,
        location: resource.location,
        addresses: addressesIn(view.subnets, vpc, given),
        groups: new Set(groups.map(({ id }) => id)),
        network: vpc?.id,
        local: publicBlocksOf(vpc),
        filters: [...own, ...view.filters],
        routes: view.routes,
        ...more,
      });
    }
  }

  /** Routes of what names no subnet. */
  private withoutSubnet({ isPublic, doubt }: Attachment): Endpoint["routes"] {
    const routes = isPublic(UNKNOWN_SUBNET) ? undefined : unrouted(undefined);
    return doubt === undefined ? routes : unlessPrivate(routes, doubt);
  }

  // -------------------------------------------------------------- groups

  /** Groups at the first of `paths` that hold any, with those attached apart; the VPC's default group where none is. */
  private groupsAt(
    resource: Resource,
    paths: readonly string[],
    vpc: Vpc | undefined,
    orDefault = true,
  ): { groups: SecurityGroup[]; unknown?: string | undefined } {
    const values = paths.flatMap((path) => this.input.collect(resource, path));
    const found = values.map((value) => this.groups.find(value, resource));
    const added = this.addedTo(resource);
    const groups = [...found.filter((group) => typeof group === "object"), ...added.groups];
    const unknown = join(...found.filter((reason) => typeof reason === "string"), added.unknown);
    const none = values.length === 0 && !added.replacesDefault;
    return { groups: none && orDefault ? [this.groups.defaultGroup(vpc, resource), ...groups] : groups, unknown };
  }

  private addedTo(resource: Resource): {
    groups: SecurityGroup[];
    unknown?: string | undefined;
    replacesDefault: boolean;
  } {
    const added = this.added.get(this.input.id(resource)) ?? [];
    return {
      groups: added.filter((group) => typeof group === "object"),
      unknown: join(...added.filter((reason) => typeof reason === "string")),
      replacesDefault: this.replacing.has(this.input.id(resource)),
    };
  }

  private readGroupAttachments(): void {
    for (const [type, fieldName] of [
      ["aws_network_interface_sg_attachment", "network_interface_id"],
      ["aws_vpc_endpoint_security_group_association", "vpc_endpoint_id"],
    ] as const) {
      for (const attachment of this.input.managed(type)) {
        const target = this.input.find(attachment.values[fieldName], attachment, "network interface");
        if (target.kind === "unknown")
          this.leave(attachment, `what it gives a group to is not known: ${target.reason}`);
        if (target.kind !== "resource") continue;
        const id = this.input.id(target.resource);
        append(this.added, id, this.groups.find(attachment.values["security_group_id"], attachment));
        if (bool(attachment.values["replace_default_association"]) === true) this.replacing.add(id);
      }
    }
  }

  private readEndpointServices(): void {
    const known = this.input.managed("aws_lb", "aws_alb");
    for (const resource of this.input.managed("aws_vpc_endpoint_service")) {
      const arns = ["network_load_balancer_arns", "gateway_load_balancer_arns"].flatMap((path) =>
        this.input.collect(resource, path),
      );
      const balancers = known.filter((balancer) => arns.some((arn) => this.isNamed(arn, resource, balancer)));
      this.services.push({ resource, balancers });
      if (balancers.length < arns.length) this.leave(resource, "a load balancer that it exposes is not in the input");
    }
  }

  private clusterGroupOf(resource: Resource): { group: SecurityGroup | undefined; unknown: string | undefined } {
    const cluster = this.named(resource.values["cluster_name"], resource, "aws_eks_cluster");
    if (typeof cluster === "object") return { group: this.groups.clusterGroup(cluster), unknown: undefined };
    return { group: undefined, unknown: `the cluster's own security group: ${cluster}` };
  }

  // -------------------------------------------------------------- what resources name

  private subnetsAt(resource: Resource, path: string): Subnet[] {
    return this.input.collect(resource, path).map((subnet) => this.networks.subnet(subnet, resource));
  }

  private subnetsOfGroup(name: string | Opaque, type: string, from: Resource): Subnet[] {
    const group = this.named(name, from, type);
    return typeof group === "object" ? this.subnetsAt(group, "subnet_ids") : [this.networks.subnet(undefined, from)];
  }

  /** The launch template that a block names by id or by name, or why it can't be told. */
  private templateOf(resource: Resource, path: string, idField: string, nameField: string): Resource | string {
    const [id] = this.input.collect(resource, `${path}.${idField}`);
    const [name] = this.input.collect(resource, `${path}.${nameField}`);
    return this.named(id ?? name, resource, "aws_launch_template");
  }

  /** The managed resource of one type that `value` names by id, by reference or by its `name`. */
  private named(value: Value | undefined, from: Resource, type: string): Resource | string {
    const target = this.input.find(value, from, type);
    if (target.kind === "unknown") return target.reason;
    if (target.kind === "resource" && target.resource.type === type && target.resource.mode === "managed") {
      return target.resource;
    }
    const name = target.kind === "outside" ? target.name : target.resource.address;
    const byName = isReference(value)
      ? undefined
      : this.input
          .managed(type)
          .find(({ values }) => ["name", "id", "cluster_identifier"].some((key) => values[key] === name));
    return byName ?? `${name} is not in the input`;
  }

  private isNamed(value: Value | undefined, from: Resource, resource: Resource): boolean {
    const target = this.input.find(value, from, "resource");
    if (target.kind === "resource") return target.resource === resource;
    return target.kind === "outside" && [resource.values["arn"], resource.values["id"]].includes(target.name);
  }

  private firstBlock(resource: Resource, ...path: readonly string[]): Value | undefined {
    const value = field(resource, ...path);
    return Array.isArray(value) ? (value as readonly Value[])[0] : value;
  }

  // -------------------------------------------------------------- public addresses

  private readElasticAddresses(): void {
    for (const [type, fields] of [
      ["aws_eip", ["instance", "network_interface"]],
      ["aws_eip_association", ["instance_id", "network_interface_id"]],
    ] as const) {
      for (const address of this.input.managed(type)) {
        for (const name of fields) {
          if (isAbsent(address.values[name])) continue;
          const target = this.input.find(address.values[name], address, "instance");
          if (target.kind === "resource") this.elastic.add(this.input.id(target.resource));
          else if (target.kind === "unknown") this.anyElastic = true;
        }
      }
    }
  }

  private isElastic(resource: Resource): boolean {
    return this.anyElastic || this.elastic.has(this.input.id(resource));
  }

  /** Whether what is launched may get a public address: it says so, or its subnet does, or an elastic one is given. */
  private launched(resource: Resource, associates: Value | undefined): (subnet: Subnet) => boolean {
    const asked = bool(this.input.follow(associates, resource));
    return (subnet) =>
      this.isElastic(resource) || (asked === undefined ? subnet.mapsPublicAddress : isOpaque(asked) || asked);
  }

  /** What a launch template says of public addresses; undefined where it leaves that to the subnet. */
  private templateAssociates(template: Resource | undefined): Value | undefined {
    if (!template) return undefined;
    const paths = ["associate_public_ip_address", "network_interfaces.associate_public_ip_address"];
    const written = paths.flatMap((path) => this.input.collect(template, path));
    return written.find((value) => value !== "false") ?? written[0];
  }

  /** A cluster is as public as its instances. */
  private hasPublicMember(cluster: Resource): boolean {
    const members = Object.keys(MEMBERS).filter((type) => MEMBERS[type] === cluster.type);
    return this.input.managed(...members).some((instance) => {
      const isPublic = bool(this.input.follow(instance.values["publicly_accessible"], instance)) ?? false;
      return (
        isPublic !== false && this.named(instance.values["cluster_identifier"], instance, cluster.type) === cluster
      );
    });
  }

  /** The IPv4 addresses that it is given, where `primary` tells at least one and all can be read. */
  private givenAddresses(resource: Resource, primary: string, further?: string): AddressSet | undefined {
    const first = this.input.collect(resource, primary);
    const written = [...first, ...(further ? this.input.collect(resource, further) : [])];
    const known = written.filter((address) => typeof address === "string" && isIPv4(address)) as string[];
    if (first.length === 0 || known.length < written.length) return undefined;
    return AddressSet.unionOf(known.map((address) => AddressSet.ofCidr(address)));
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

const TEMPLATE_GROUPS = [
  "vpc_security_group_ids",
  "network_interfaces.security_groups",
  "security_group_names",
  // Launch configurations.
  "security_groups",
];

function alikeBy<T>(elements: readonly T[], keyOf: (element: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const element of elements) append(groups, keyOf(element), element);
  return [...groups.values()];
}

function byItsSubnet({ mapsPublicAddress }: Subnet): boolean {
  return mapsPublicAddress;
}

/** The subnets' addresses, or the VPC's where there is none; `given` stands in for the IPv4 ones. */
function addressesIn(subnets: readonly Subnet[], vpc: Vpc | undefined, given: AddressSet | undefined): AddressSet {
  const inVpc = vpc?.cidrs ? AddressSet.ofCidrs(vpc.cidrs).numeric() : ANY_ADDRESS;
  const addresses = subnets.length > 0 ? AddressSet.unionOf(subnets.map((subnet) => subnet.addresses)) : inVpc;
  return given ? given.union(addresses.intersect(ANY_V6)) : addresses;
}

function textEntries(map: ObjectValue): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
}

function join(...reasons: readonly (string | undefined)[]): string | undefined {
  const given = reasons.filter((reason) => reason !== undefined);
  return given.length > 0 ? given.join("; ") : undefined;
}
