/**
 * Which security groups an interface is in.
 *
 * Amazon EC2 User Guide, "Elastic network interfaces"
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html): every address is a network interface's, which
 * carries the groups; what names none is in its VPC's default group.
 */
import type { Resource } from "../../../model";
import { bool } from "../../../values";
import type { UnjudgedResources } from "../../unjudged-resources";
import { append, type TerraformInput } from "../../terraform-input";
import type { Vpc } from "../network";
import type { SecurityGroup, SecurityGroups } from "../security-group";
import { join, named } from "./named";

/** Groups of an interface, and why it may be in further ones. */
export interface HeldGroups {
  readonly groups: SecurityGroup[];
  readonly unknown?: string | undefined;
}

export class AttachedGroups {
  /** Groups that are attached to an interface or instance apart from it. */
  private readonly added = new Map<string, (SecurityGroup | string)[]>();
  /** VPC endpoints whose default group is replaced by those attached apart. */
  private readonly replacing = new Set<string>();

  constructor(
    private readonly input: TerraformInput,
    private readonly groups: SecurityGroups,
    private readonly unjudged: UnjudgedResources,
  ) {
    this.readGroupAttachments();
  }

  /** Groups at the first of `paths` that hold any, with those attached apart; the VPC's default group where none is. */
  at(resource: Resource, paths: readonly string[], vpc: Vpc | undefined, orDefault = true): HeldGroups {
    const values = paths.flatMap((path) => this.input.collect(resource, path));
    const found = values.map((value) => this.groups.find(value, resource));
    const added = this.addedTo(resource);
    const groups = [...found.filter((group) => typeof group === "object"), ...added.groups];
    const unknown = join(...found.filter((reason) => typeof reason === "string"), added.unknown);
    const none = values.length === 0 && !added.replacesDefault;
    return { groups: none && orDefault ? [this.groups.defaultGroup(vpc, resource), ...groups] : groups, unknown };
  }

  addedTo(resource: Resource): HeldGroups & { readonly replacesDefault: boolean } {
    const added = this.added.get(this.input.id(resource)) ?? [];
    return {
      groups: added.filter((group) => typeof group === "object"),
      unknown: join(...added.filter((reason) => typeof reason === "string")),
      replacesDefault: this.replacing.has(this.input.id(resource)),
    };
  }

  /** The cluster's own group of what runs in a cluster. */
  ofClusterOf(resource: Resource): { group: SecurityGroup | undefined; unknown: string | undefined } {
    const cluster = named(this.input, resource.values["cluster_name"], resource, "aws_eks_cluster");
    if (typeof cluster === "object") return { group: this.groups.clusterGroup(cluster), unknown: undefined };
    return { group: undefined, unknown: `the cluster's own security group: ${cluster}` };
  }

  private readGroupAttachments(): void {
    for (const [type, fieldName] of [
      ["aws_network_interface_sg_attachment", "network_interface_id"],
      ["aws_vpc_endpoint_security_group_association", "vpc_endpoint_id"],
    ] as const) {
      for (const attachment of this.input.managed(type)) {
        const target = this.input.find(attachment.values[fieldName], attachment, "network interface");
        if (target.kind === "unknown")
          this.unjudged.leave(attachment, `what it gives a group to is not known: ${target.reason}`);
        const group = this.groups.find(attachment.values["security_group_id"], attachment);
        // A group of the input is judged as what anything may be in.
        const isHere = target.kind === "resource" && target.resource.mode === "managed";
        if (target.kind !== "unknown" && !isHere && (typeof group === "string" || group.outside))
          this.unjudged.leave(attachment, "neither the group that it gives nor what it gives it to is in the input");
        if (target.kind !== "resource") continue;
        const id = this.input.id(target.resource);
        append(this.added, id, group);
        if (bool(attachment.values["replace_default_association"]) === true) this.replacing.add(id);
      }
    }
  }
}
