/**
 * EKS: clusters' APIs, nodes, and interfaces of pods.
 *
 * Amazon EKS User Guide, "Customize managed nodes with launch templates"
 * (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html): nodes whose launch template names no group
 * are in the cluster's own group, and SSH access without a source group opens port 22 to everywhere.
 */
import { isUnknown, type Resource, type Value } from "../../../model";
import { bool, field, isObject, text, textEntries } from "../../../values";
import type { UnjudgedResources } from "../../unjudged-resources";
import { append, isAbsent, type TerraformInput } from "../../terraform-input";
import type { Networks } from "../network";
import type { SecurityGroups } from "../security-group";
import type { AttachedGroups, HeldGroups } from "./attached-groups";
import type { Attachments } from "./attachments";
import { TEMPLATE_GROUPS, type Machines } from "./machines";
import { firstBlock, join, named } from "./named";
import { NEVER, byItsSubnet } from "./public-addresses";
import { podInterfaces } from "./pod-network";

export class Clusters {
  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
    private readonly groups: SecurityGroups,
    private readonly attached: AttachedGroups,
    private readonly machines: Machines,
    private readonly attachments: Attachments,
    private readonly unjudged: UnjudgedResources,
  ) {}

  add(): void {
    for (const resource of this.input.managed("aws_eks_cluster")) this.cluster(resource);
    for (const resource of this.input.managed("aws_eks_node_group")) this.nodeGroup(resource);
    for (const resource of this.input.managed("aws_eks_fargate_profile")) this.fargate(resource);
  }

  private cluster(resource: Resource): void {
    const subnets = this.networks.subnetsAt(resource, "vpc_config.subnet_ids");
    const named = this.attached.at(resource, ["vpc_config.security_group_ids"], undefined, false);
    this.attachments.add({
      resource,
      kind: "cluster-api",
      groups: [this.groups.clusterGroup(resource), ...named.groups],
      unknown: named.unknown,
      subnets,
      isPublic: NEVER,
    });
    if (bool(this.input.follow(field(resource, "compute_config", "enabled"), resource)) ?? false) {
      this.unjudged.leave(resource, "the nodes that EKS Auto Mode launches are not in the input");
    }
  }

  private nodeGroup(resource: Resource): void {
    this.podInterfaces(resource);
    const subnets = this.networks.subnetsAt(resource, "subnet_ids");
    const labels = this.input.follow(resource.values["labels"], resource);
    const more = isObject(labels) ? { labels: textEntries(labels) } : {};
    if (isAbsent(firstBlock(resource, "launch_template"))) {
      const ssh = !isAbsent(firstBlock(resource, "remote_access"));
      const groups = ssh ? [this.groups.remoteAccessGroup(resource, subnets[0]?.vpc)] : [];
      const { group, unknown } = this.attached.ofClusterOf(resource);
      groups.push(...(group ? [group] : []));
      this.attachments.add({ resource, kind: "node", groups, unknown, subnets, isPublic: byItsSubnet, more });
      return;
    }
    const template = this.machines.templateOf(resource, "launch_template", "id", "name");
    if (typeof template === "string") {
      this.attachments.add({
        resource,
        kind: "node",
        groups: [],
        unknown: template,
        subnets,
        isPublic: byItsSubnet,
        more,
      });
      return;
    }
    const { group, unknown } = this.attached.ofClusterOf(resource);
    this.machines.launch(resource, template, "node", subnets, { group, unknown, more });
  }

  /** Interfaces of pods that are in other subnets than their nodes: nodes by other addresses. */
  private podInterfaces(nodes: Resource): void {
    const cluster = named(this.input, nodes.values["cluster_name"], nodes, "aws_eks_cluster");
    for (const addon of this.input.managed("aws_eks_addon")) {
      if (text(this.input.follow(addon.values["addon_name"], addon)) !== "vpc-cni") continue;
      if (named(this.input, addon.values["cluster_name"], addon, "aws_eks_cluster") !== cluster) continue;
      const found = podInterfaces(addon, this.input);
      if (isUnknown(found)) {
        const unknown = `interfaces of pods: ${found.reason}`;
        this.attachments.add({ resource: nodes, kind: "node", groups: [], unknown, subnets: [], isPublic: NEVER });
        continue;
      }
      for (const alike of alikeBy(found, ({ groups }) => JSON.stringify(groups))) {
        const groups = this.podGroups(alike[0]?.groups ?? [], addon, nodes);
        const subnets = alike.map(({ subnet }) => this.networks.subnet(subnet, addon));
        this.attachments.add({ resource: nodes, kind: "node", ...groups, subnets, isPublic: NEVER });
      }
    }
  }

  private podGroups(written: readonly Value[], addon: Resource, nodes: Resource): HeldGroups {
    if (written.length > 0) {
      const found = written.map((value) => this.groups.find(value, addon));
      return {
        groups: found.filter((group) => typeof group === "object"),
        unknown: join(...found.filter((reason) => typeof reason === "string")),
      };
    }
    const template = this.machines.templateOf(nodes, "launch_template", "id", "name");
    if (typeof template === "string") return { groups: [], unknown: template };
    return this.attached.at(template, TEMPLATE_GROUPS, undefined, false);
  }

  private fargate(resource: Resource): void {
    const { group, unknown } = this.attached.ofClusterOf(resource);
    const subnets = this.networks.subnetsAt(resource, "subnet_ids");
    this.attachments.add({ resource, kind: "node", groups: group ? [group] : [], unknown, subnets, isPublic: NEVER });
  }
}

function alikeBy<T>(elements: readonly T[], keyOf: (element: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const element of elements) append(groups, keyOf(element), element);
  return [...groups.values()];
}
