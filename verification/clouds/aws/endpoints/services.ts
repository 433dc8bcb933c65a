/** Services that have addresses in a VPC, as their own arguments describe. */
import type { Filter, Resource } from "../../../model";
import { bool, isOpaque, type Opaque } from "../../../values";
import { isAbsent, type TerraformInput } from "../../terraform-input";
import type { Networks, Subnet } from "../network";
import type { AttachedGroups } from "./attached-groups";
import type { Attachments } from "./attachments";
import { firstBlock, named } from "./named";
import { anyPublic, publicIf, type Publicity } from "../../publicity";
import { byItsSubnet } from "./public-addresses";
import { SHAPES, type Shape } from "./shapes";

/** Instances of databases by the type of the cluster that carries their groups. */
const MEMBERS: Readonly<Record<string, string>> = {
  aws_neptune_cluster_instance: "aws_neptune_cluster",
  aws_rds_cluster_instance: "aws_rds_cluster",
};

const TAKES_NONE: Filter = {
  name: "what the service lets in: nothing",
  system: "aws",
  direction: "inbound",
  stateful: true,
  levels: [],
  otherwise: "deny",
  keptByCloud: true,
};

export class Services {
  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly attached: AttachedGroups,
    private readonly attachments: Attachments,
  ) {}

  add(): void {
    for (const [type, shape] of Object.entries(SHAPES)) {
      for (const resource of this.input.managed(type)) this.shaped(resource, shape);
    }
    for (const resource of this.input.managed(...Object.keys(MEMBERS))) this.strayMember(resource);
  }

  private shaped(resource: Resource, shape: Shape): void {
    if (shape.block && isAbsent(firstBlock(resource, ...shape.block.split(".")))) return;
    const [value] = shape.public ? this.input.collect(resource, shape.public.field) : [];
    // MSK writes DISABLED, Transfer a list of addresses: whatever does not say no may be public.
    const own = value === undefined ? (shape.public?.absent ?? false) : value !== "false" && value !== "DISABLED";
    const publicity = anyPublic(publicIf(isOpaque(value) ? value : own), this.ofMembers(resource));
    const written = this.input.collect(resource, shape.subnets);
    const subnets = shape.subnetGroup
      ? written.flatMap((name) => this.subnetsOfGroup(name, shape.subnetGroup ?? "", resource))
      : written.map((subnet) => this.networks.subnet(subnet, resource));
    const kind = resource.type === "aws_batch_compute_environment" ? "instance" : "service";
    this.attachments.add({
      resource,
      kind,
      ...this.attached.at(resource, [shape.groups], subnets[0]?.vpc),
      subnets,
      isPublic: kind === "instance" ? byItsSubnet : () => publicity,
      ...(shape.takesNone && { beside: [TAKES_NONE] }),
    });
  }

  /** A database that says of itself that it is public, and whose groups its cluster has, which is not in the input. */
  private strayMember(resource: Resource): void {
    const publicity = this.memberPublicity(resource);
    const cluster = named(this.input, resource.values["cluster_identifier"], resource, MEMBERS[resource.type] ?? "");
    if (publicity === false || typeof cluster === "object") return;
    const unknown = `the security groups of its cluster: ${cluster}`;
    this.attachments.add({ resource, kind: "service", groups: [], unknown, subnets: [], isPublic: () => publicity });
  }

  /** A cluster is as public as its instances. */
  private ofMembers(cluster: Resource): Publicity {
    const types = Object.keys(MEMBERS).filter((type) => MEMBERS[type] === cluster.type);
    const members = this.input
      .managed(...types)
      .filter((one) => named(this.input, one.values["cluster_identifier"], one, cluster.type) === cluster);
    return anyPublic(...members.map((member) => this.memberPublicity(member)));
  }

  private memberPublicity(member: Resource): Publicity {
    return publicIf(bool(this.input.follow(member.values["publicly_accessible"], member)) ?? false);
  }

  private subnetsOfGroup(name: string | Opaque, type: string, from: Resource): Subnet[] {
    const group = named(this.input, name, from, type);
    return typeof group === "object"
      ? this.networks.subnetsAt(group, "subnet_ids")
      : [this.networks.subnet(undefined, from)];
  }
}
