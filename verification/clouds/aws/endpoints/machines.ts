/**
 * Network interfaces, instances, and what launch templates start.
 *
 * Amazon EC2 User Guide, "Elastic network interfaces"
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html): every address is a network interface's.
 */
import type { Endpoint, Resource, Value } from "../../../model";
import type { UnjudgedResources } from "../../unjudged-resources";
import { isAbsent, type TerraformInput } from "../../terraform-input";
import type { Networks, Subnet } from "../network";
import type { SecurityGroup } from "../security-group";
import type { AttachedGroups } from "./attached-groups";
import type { Attachment, Attachments } from "./attachments";
import { firstBlock, join, named } from "./named";
import { anyPublic } from "../../publicity";
import { ALWAYS, byItsSubnet, givenAddresses, type PublicAddresses } from "./public-addresses";

export class Machines {
  private readonly joined = new Set<Resource>();

  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly attached: AttachedGroups,
    private readonly addresses: PublicAddresses,
    private readonly attachments: Attachments,
    private readonly unjudged: UnjudgedResources,
  ) {}

  add(): void {
    for (const resource of this.input.managed("aws_network_interface")) this.networkInterface(resource);
    for (const resource of this.input.managed("aws_instance", "aws_spot_instance_request")) this.instance(resource);
  }

  addAutoscaled(): void {
    for (const resource of this.input.managed("aws_autoscaling_group")) this.autoscaling(resource);
  }

  /** Templates that nothing of the input launches from. */
  addTemplates(): void {
    for (const resource of this.input.managed("aws_launch_template", "aws_launch_configuration")) {
      if (!this.joined.has(resource)) this.launch(resource, resource, "instance", []);
    }
  }

  /** What is launched from a template: as a node of EKS, the cluster's group stands in for groups that it lacks. */
  launch(
    resource: Resource,
    template: Resource,
    kind: Endpoint["kind"],
    subnets: readonly Subnet[],
    eks?: { group: SecurityGroup | undefined; unknown: string | undefined; more: Attachment["more"] },
  ): void {
    this.joined.add(template);
    const within = subnets.length > 0 ? subnets : this.networks.subnetsAt(template, "network_interfaces.subnet_id");
    const named = this.attached.at(template, TEMPLATE_GROUPS, within[0]?.vpc, !eks);
    const none = named.groups.length === 0 && named.unknown === undefined;
    const groups = none && eks?.group ? [eks.group] : named.groups;
    this.attachments.add({
      resource,
      kind,
      groups,
      unknown: none && eks ? eks.unknown : named.unknown,
      subnets: within,
      isPublic: this.addresses.launched(resource, this.templateAssociates(template)),
      ...(eks?.more && { more: eks.more }),
    });
  }

  /** The launch template that a block names by id or by name, or why it can't be told. */
  templateOf(resource: Resource, path: string, idField: string, nameField: string): Resource | string {
    const [id] = this.input.collect(resource, `${path}.${idField}`);
    const [name] = this.input.collect(resource, `${path}.${nameField}`);
    return named(this.input, id ?? name, resource, "aws_launch_template");
  }

  private networkInterface(resource: Resource): void {
    const subnets = this.networks.subnetsAt(resource, "subnet_id");
    this.attachments.add({
      resource,
      kind: "interface",
      ...this.attached.at(resource, ["security_groups"], subnets[0]?.vpc),
      subnets,
      isPublic: this.addresses.launched(resource, undefined),
      given: givenAddresses(this.input, resource, "private_ips"),
    });
  }

  private instance(resource: Resource): void {
    const interfaces = this.input.collect(resource, "network_interface.network_interface_id");
    if (interfaces.length > 0) {
      for (const value of interfaces) this.instanceInterface(resource, value);
      return;
    }
    const hasTemplate = !isAbsent(firstBlock(resource, "launch_template"));
    const template = hasTemplate ? this.templateOf(resource, "launch_template", "id", "name") : undefined;
    const held = typeof template === "object" ? template : undefined;
    if (held) this.joined.add(held);
    // What the instance says itself goes before what its template says.
    const ownSubnets = this.networks.subnetsAt(resource, "subnet_id");
    const subnets =
      ownSubnets.length > 0 || !held ? ownSubnets : this.networks.subnetsAt(held, "network_interfaces.subnet_id");
    const ownGroups = ["vpc_security_group_ids", "security_groups"];
    const isOwn = !held || ownGroups.some((path) => this.input.collect(resource, path).length > 0);
    const written = this.attached.at(isOwn ? resource : held, isOwn ? ownGroups : TEMPLATE_GROUPS, subnets[0]?.vpc);
    const added = isOwn ? { groups: [], unknown: undefined } : this.attached.addedTo(resource);
    const associates = resource.values["associate_public_ip_address"] ?? this.templateAssociates(held);
    this.attachments.add({
      resource,
      kind: "instance",
      groups: [...written.groups, ...added.groups],
      unknown: join(written.unknown, added.unknown, typeof template === "string" ? template : undefined),
      subnets,
      isPublic: this.addresses.launched(resource, associates),
      given: givenAddresses(this.input, resource, "private_ip", "secondary_private_ips"),
    });
  }

  /** An instance by one of the interfaces that are made apart from it. */
  private instanceInterface(resource: Resource, value: Value): void {
    const target = this.input.find(value, resource, "network interface");
    if (target.kind !== "resource" || target.resource.type !== "aws_network_interface") {
      const unknown = `a network interface of ${resource.address} is not in the input`;
      this.attachments.add({ resource, kind: "instance", groups: [], unknown, subnets: [], isPublic: ALWAYS });
      return;
    }
    const own = target.resource;
    const subnets = this.networks.subnetsAt(own, "subnet_id");
    this.attachments.add({
      resource,
      kind: "instance",
      ...this.attached.at(own, ["security_groups"], subnets[0]?.vpc),
      subnets,
      isPublic: (subnet) =>
        anyPublic(byItsSubnet(subnet), this.addresses.isElastic(own), this.addresses.isElastic(resource)),
      given: givenAddresses(this.input, own, "private_ips"),
    });
  }

  private autoscaling(resource: Resource): void {
    const subnets = this.networks.subnetsAt(resource, "vpc_zone_identifier");
    const mixed = "mixed_instances_policy.launch_template";
    const launchedBy = (path: string, id: string, name: string) => {
      const isWritten = [id, name].some((key) => this.input.collect(resource, `${path}.${key}`).length > 0);
      return isWritten ? [this.templateOf(resource, path, id, name)] : [];
    };
    const found = [
      ...launchedBy("launch_template", "id", "name"),
      ...launchedBy(`${mixed}.launch_template_specification`, "launch_template_id", "launch_template_name"),
      ...launchedBy(`${mixed}.override.launch_template_specification`, "launch_template_id", "launch_template_name"),
      ...this.input
        .collect(resource, "launch_configuration")
        .map((name) => named(this.input, name, resource, "aws_launch_configuration")),
    ];
    if (found.length === 0) this.unjudged.leave(resource, "what it launches is not in the input");
    for (const template of found) {
      if (typeof template === "object") this.launch(resource, template, "instance", subnets);
      else
        this.attachments.add({
          resource,
          kind: "instance",
          groups: [],
          unknown: template,
          subnets,
          isPublic: byItsSubnet,
        });
    }
  }

  /** What a launch template says of public addresses; undefined where it leaves that to the subnet. */
  private templateAssociates(template: Resource | undefined): Value | undefined {
    if (!template) return undefined;
    const paths = ["associate_public_ip_address", "network_interfaces.associate_public_ip_address"];
    const written = paths.flatMap((path) => this.input.collect(template, path));
    return written.find((value) => value === "true") ?? written.find((value) => value !== "false") ?? written[0];
  }
}

/** Where templates write their groups. */
export const TEMPLATE_GROUPS = [
  "vpc_security_group_ids",
  "network_interfaces.security_groups",
  "security_group_names",
  // Launch configurations.
  "security_groups",
];
