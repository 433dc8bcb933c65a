/**
 * Network ACLs: ordered, stateless rules at a subnet's edge.
 *
 * Amazon VPC User Guide, "Control subnet traffic with network access control lists"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html) and "Network ACL rules"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html): the rule with the lowest number that matches
 * decides, what none matches is denied, answers need a rule of their own, and traffic inside a subnet passes none. A
 * subnet without an ACL of its own has its VPC's default one, which as AWS makes it lets everything pass.
 */
import type { Direction, Filter, Peer, Resource, Rule, Unjudged, Value } from "../../model";
import { isUnknown } from "../../model";
import { ServiceSet } from "../../../packets/service-set";
import { blocks, bool, isObject, isOpaque, number, text } from "../../values";
import { isAbsent, type TerraformInput } from "../terraform-input";
import { blockPeers, type Networks, type Subnet } from "./network";
import { WrittenServices } from "./services";

/** An ACL's rules by direction, each with its number. */
interface Acl {
  readonly resource: Resource;
  readonly rules: Record<Direction, { readonly number: number; readonly rule: Rule }[]>;
  readonly unknown: Partial<Record<Direction, string>>;
}

/** The fields of a rule as one of its resource types spells them. */
interface Spelling {
  readonly number: string;
  readonly action: string;
}

const INLINE: Spelling = { number: "rule_no", action: "action" };
const APART: Spelling = { number: "rule_number", action: "rule_action" };

const DIRECTIONS = ["inbound", "outbound"] as const;

export class NetworkAcls {
  readonly unjudged: Unjudged[] = [];
  /** Number of rules read. */
  rules = 0;

  private readonly services = new WrittenServices();
  private readonly acls = new Map<string, Acl>();
  private readonly ofSubnet = new Map<string, Acl>();
  private readonly ofVpc = new Map<string, Acl>();

  constructor(
    private readonly input: TerraformInput,
    private readonly networks: Networks,
  ) {
    for (const resource of input.managed("aws_network_acl", "aws_default_network_acl")) this.readAcl(resource);
    for (const resource of input.managed("aws_network_acl_rule")) this.readApart(resource);
    for (const resource of input.managed("aws_network_acl_association")) {
      const acl = this.find(resource.values["network_acl_id"], resource);
      if (acl) this.associate(acl, resource.values["subnet_id"], resource);
      else this.leave(resource, "the network ACL that it associates is not in the input");
    }
  }

  /** What packets pass at the subnet's edge; none where everything passes or its VPC's ACL is not in the input. */
  filtersOf(subnet: Subnet): readonly Filter[] {
    const acl = this.ofSubnet.get(subnet.id) ?? (subnet.vpc && this.ofVpc.get(subnet.vpc.id));
    return acl ? DIRECTIONS.map((direction) => this.filter(acl, direction, subnet)) : [];
  }

  private readAcl(resource: Resource): void {
    const acl: Acl = { resource, rules: { inbound: [], outbound: [] }, unknown: {} };
    this.acls.set(this.input.id(resource), acl);
    for (const [direction, field] of [
      ["inbound", "ingress"],
      ["outbound", "egress"],
    ] as const) {
      const written = this.input.follow(resource.values[field], resource);
      blocks(written).forEach((block, index) => {
        const path = Array.isArray(written) ? [field, index] : [field];
        if (isObject(block)) this.addRule(acl, direction, resource, path, block, INLINE);
        else if (!isAbsent(block)) acl.unknown[direction] = `${field} of ${resource.address} is not known`;
      });
    }
    for (const subnet of this.input.collect(resource, "subnet_ids")) this.associate(acl, subnet, resource);
    if (resource.type === "aws_default_network_acl") this.adoptDefault(acl);
  }

  /** Finds the VPC whose default ACL this resource takes over. */
  private adoptDefault(acl: Acl): void {
    const { resource } = acl;
    const id = resource.values["default_network_acl_id"];
    const target = this.input.find(id, resource, "network ACL");
    const vpc =
      target.kind === "resource"
        ? target.resource
        : this.input
            .managed("aws_vpc", "aws_default_vpc")
            .find(({ values }) => values["default_network_acl_id"] === id);
    const byVpcId = isAbsent(resource.values["vpc_id"])
      ? undefined
      : this.networks.vpc(resource.values["vpc_id"], resource);
    if (vpc?.type === "aws_vpc" || vpc?.type === "aws_default_vpc") this.ofVpc.set(this.networks.vpcOf(vpc).id, acl);
    else if (byVpcId) this.ofVpc.set(byVpcId.id, acl);
    else this.leave(resource, "the VPC whose default network ACL it is can't be told");
  }

  private readApart(resource: Resource): void {
    const acl = this.find(resource.values["network_acl_id"], resource);
    const egress = bool(this.input.follow(resource.values["egress"], resource)) ?? false;
    if (!acl) this.leave(resource, "the network ACL that it belongs to is not in the input");
    else if (isOpaque(egress)) this.leave(resource, "its direction is not known");
    else this.addRule(acl, egress ? "outbound" : "inbound", resource, [], resource.values, APART);
  }

  private addRule(
    acl: Acl,
    direction: Direction,
    resource: Resource,
    path: readonly (string | number)[],
    values: { readonly [key: string]: Value },
    spelling: Spelling,
  ): void {
    this.rules++;
    const at = (field: string) => this.input.follow(values[field], resource);
    const order = number(at(spelling.number));
    const action = text(at(spelling.action));
    const decides = typeof action === "string" ? action.toLowerCase() : undefined;
    if (typeof order !== "number" || (decides !== "allow" && decides !== "deny")) {
      acl.unknown[direction] = `number or action of a rule of ${acl.resource.address} is not known`;
      return;
    }
    const services = this.services.of({
      protocol: at("protocol"),
      from: at("from_port"),
      to: at("to_port"),
      icmpType: at("icmp_type"),
      icmpCode: at("icmp_code"),
      withoutPorts: "unknown",
    });
    const rule: Rule = {
      resource: resource.address,
      location: path.length === 0 ? resource.location : resource.locate(path),
      action: decides,
      services: services.services,
      peers: this.peers([at("cidr_block"), at("ipv6_cidr_block")]),
      ...(services.unknown !== undefined && { unknown: services.unknown }),
    };
    acl.rules[direction].push({ number: order, rule });
  }

  private peers(cidrs: readonly (Value | undefined)[]): Peer[] {
    const written = cidrs.map(text).filter((cidr) => !isAbsent(cidr));
    return [
      ...blockPeers(written.filter((cidr) => typeof cidr === "string")),
      ...written.filter(isOpaque).map(() => ({ kind: "unknown" as const, reason: "its addresses are not known" })),
    ];
  }

  private filter({ resource, rules, unknown }: Acl, direction: Direction, subnet: Subnet): Filter {
    const ordered = [...rules[direction]].sort((a, b) => a.number - b.number).map(({ rule }) => rule);
    const reason = unknown[direction];
    return {
      name: this.input.id(resource),
      system: "aws-network-acl",
      direction,
      stateful: false,
      levels: [...(subnet.blocks ? [[withinSubnet(resource, subnet)]] : []), ordered],
      otherwise: "deny",
      ...(reason !== undefined && { unknown: reason }),
    };
  }

  private find(value: Value | undefined, from: Resource): Acl | undefined {
    const target = this.input.find(value, from, "network ACL");
    if (target.kind !== "resource") return undefined;
    const { resource, attribute } = target;
    return attribute.endsWith("default_network_acl_id")
      ? this.ofVpc.get(this.input.id(resource))
      : this.acls.get(this.input.id(resource));
  }

  private associate(acl: Acl, value: Value | undefined, from: Resource): void {
    const target = this.input.find(value, from, "subnet");
    if (isUnknown(target)) this.leave(from, `a subnet that it governs is not known: ${target.reason}`);
    else this.ofSubnet.set(target.kind === "outside" ? target.name : this.input.id(target.resource), acl);
  }

  private leave(resource: Resource, reason: string): void {
    this.unjudged.push({ resource: resource.address, location: resource.location, reason });
  }
}

/** Packets between two interfaces of one subnet pass no network ACL. */
function withinSubnet(acl: Resource, { blocks: addresses }: Subnet): Rule {
  return {
    resource: acl.address,
    location: acl.location,
    action: "allow",
    services: ServiceSet.all,
    peers: addresses ? [{ kind: "addresses", addresses }] : [],
  };
}
