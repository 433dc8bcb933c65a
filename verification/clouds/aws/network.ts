/**
 * VPCs and subnets: which addresses they have.
 *
 * Amazon VPC User Guide, "VPC CIDR blocks" (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html) and
 * "Subnets for your VPC" (https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html).
 */
import type { Peer, Resource, Value } from "../../model";
import { isUnknown } from "../../model";
import { AddressSet } from "../../../packets/address-set";
import { bool, isOpaque, whyOpaque } from "../../values";
import { append, isAbsent, type TerraformInput } from "../terraform-input";
import { oncePer } from "../../once-per";

export interface Vpc {
  /** Address of the resource, or the cloud's id where it is not in the input. */
  readonly id: string;
  /** Undefined where it is not in the input. */
  readonly resource?: Resource;
  /** Its blocks, undefined where the IPv4 ones are not known. IPv6 blocks that AWS will choose are left out. */
  readonly cidrs?: readonly string[];
}

export interface Subnet {
  readonly id: string;
  readonly resource?: Resource;
  readonly vpc: Vpc | undefined;
  /** Every address that an interface in it may have. */
  readonly addresses: AddressSet;
  /** Its own blocks, where all are known. */
  readonly blocks?: AddressSet;
  /** Why it can't be told whether it has IPv6 addresses at all. Default: it can. */
  readonly maybeNoV6?: string;
  /** Whether what is launched in it gets a public IPv4 address of itself; a text: why that can't be told. */
  readonly mapsPublicAddress: boolean | string;
}

/** Every numeric address: what something has whose addresses can't be told. */
export const ANY_ADDRESS = AddressSet.all.numeric();
export const ANY_V6 = AddressSet.ofCidr("::/0");
export const ANY_V4 = AddressSet.ofCidr("0.0.0.0/0");

const VPC_TYPES = new Set(["aws_vpc", "aws_default_vpc"]);
const SUBNET_TYPES = new Set(["aws_subnet", "aws_default_subnet"]);

/** AWS makes each account's default VPC with this block. */
const DEFAULT_VPC_CIDR = "172.31.0.0/16";

export class Networks {
  /** Those of an input, put together once. */
  static readonly of = oncePer((input: TerraformInput) => new Networks(input));

  private readonly vpcs = new Map<string, Vpc>();
  private readonly subnets = new Map<string, Subnet>();
  private readonly furtherCidrs = new Map<string, (Value | undefined)[]>();

  private constructor(private readonly input: TerraformInput) {
    const types = ["aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association"];
    for (const association of input.managed(...types)) {
      const vpc = input.find(association.values["vpc_id"], association, "VPC");
      const cidr = association.values["cidr_block"] ?? association.values["ipv6_cidr_block"];
      if (vpc.kind === "resource") append(this.furtherCidrs, input.id(vpc.resource), input.follow(cidr, association));
    }
  }

  /** The VPC that `value` names; undefined where it can't be told. */
  vpc(value: Value | undefined, from: Resource): Vpc | undefined {
    const target = this.input.find(value, from, "VPC");
    if (target.kind === "unknown") return undefined;
    if (target.kind === "outside") return { id: target.name };
    return VPC_TYPES.has(target.resource.type) ? this.vpcOf(target.resource) : undefined;
  }

  vpcOf(resource: Resource): Vpc {
    const id = this.input.id(resource);
    const known = this.vpcs.get(id);
    if (known) return known;
    const cidrs = this.vpcCidrs(resource);
    const vpc: Vpc = cidrs ? { id, resource, cidrs } : { id, resource };
    this.vpcs.set(id, vpc);
    return vpc;
  }

  /** The subnet that `value` names; what can't be told has any address. */
  subnetsAt(resource: Resource, path: string): Subnet[] {
    return this.input.collect(resource, path).map((subnet) => this.subnet(subnet, resource));
  }

  subnet(value: Value | undefined, from: Resource): Subnet {
    const target = this.input.find(value, from, "subnet");
    if (isUnknown(target)) return UNKNOWN_SUBNET;
    if (target.kind === "outside") return outsideSubnet(target.name);
    return SUBNET_TYPES.has(target.resource.type) ? this.subnetOf(target.resource) : UNKNOWN_SUBNET;
  }

  private subnetOf(resource: Resource): Subnet {
    const id = this.input.id(resource);
    let subnet = this.subnets.get(id);
    if (!subnet) this.subnets.set(id, (subnet = this.readSubnet(id, resource)));
    return subnet;
  }

  private readSubnet(id: string, resource: Resource): Subnet {
    const { values, type, mode } = resource;
    const vpc = this.vpc(values["vpc_id"], resource);
    const v4 = this.block(values["cidr_block"], resource);
    // A subnet has IPv6 addresses only where a block is written; a data source's is told by the cloud.
    const hasV6 = !isAbsent(values["ipv6_cidr_block"]) || bool(values["ipv6_native"]) === true;
    const mayHaveV6 = hasV6 || (mode === "data" && !v4);
    const v6 = hasV6 ? this.block(values["ipv6_cidr_block"], resource) : AddressSet.empty;
    const within = vpc?.cidrs ? AddressSet.unionOf(vpc.cidrs.map((cidr) => AddressSet.ofCidr(cidr))) : ANY_V4;
    const addresses = (v4 ?? within).union(v6 && !mayHaveV6 ? v6 : (v6 ?? ANY_V6));
    const maps =
      bool(this.input.follow(values["map_public_ip_on_launch"], resource)) ??
      (type === "aws_default_subnet" || mode === "data");
    return {
      id,
      resource,
      vpc,
      addresses,
      ...(v4 && v6 && { blocks: v4.union(v6) }),
      ...(hasV6 && this.maybeNone(values["ipv6_cidr_block"], resource)),
      mapsPublicAddress: isOpaque(maps)
        ? `whether ${id} gives public addresses is not known: ${whyOpaque(maps)}`
        : maps,
    };
  }

  private vpcCidrs(resource: Resource): readonly string[] | undefined {
    const { values, type } = resource;
    const first = values["cidr_block"] ?? (type === "aws_default_vpc" ? DEFAULT_VPC_CIDR : undefined);
    const v6 = this.input.follow(values["ipv6_cidr_block"], resource);
    const further = this.furtherCidrs.get(this.input.id(resource)) ?? [];
    const cidrs = [this.input.follow(first, resource), ...further, ...(typeof v6 === "string" && v6 ? [v6] : [])];
    return cidrs.every((cidr) => typeof cidr === "string" && isBlock(cidr)) ? (cidrs as string[]) : undefined;
  }

  /** Of a block that a value gives which the input lacks, and which may be null. */
  private maybeNone(cidr: Value | undefined, from: Resource): Pick<Subnet, "maybeNoV6"> {
    const known = this.input.follow(cidr, from);
    const isInDoubt = isUnknown(known) && known.missing !== undefined && known.missing.kind !== "plan";
    return isInDoubt ? { maybeNoV6: `whether ${from.address} has IPv6 addresses is not known: ${known.reason}` } : {};
  }

  /** The addresses of a block, undefined where it is not known. */
  private block(cidr: Value | undefined, from: Resource): AddressSet | undefined {
    const known = this.input.follow(cidr, from);
    return typeof known === "string" && isBlock(known) ? AddressSet.ofCidr(known) : undefined;
  }
}

function outsideSubnet(id: string): Subnet {
  return {
    id,
    vpc: undefined,
    addresses: ANY_ADDRESS,
    mapsPublicAddress: `whether ${id} gives public addresses is not known`,
  };
}

/** A subnet of which nothing is known. */
export const UNKNOWN_SUBNET: Subnet = outsideSubnet("unknown subnet");

/** One peer for all blocks that can be read, so that two that together make the internet are seen together. */
export function blockPeers(cidrs: readonly string[]): Peer[] {
  const known: AddressSet[] = [];
  const malformed: Peer[] = [];
  for (const cidr of cidrs) {
    const read = readBlock(cidr);
    if (typeof read === "string") malformed.push({ kind: "unknown", reason: read });
    else known.push(read);
  }
  return known.length > 0 ? [{ kind: "addresses", addresses: AddressSet.ofBlocks(known) }, ...malformed] : malformed;
}

function isBlock(cidr: string): boolean {
  return typeof readBlock(cidr) !== "string";
}

/** The addresses of a block, or what is wrong with it. */
function readBlock(cidr: string): AddressSet | string {
  try {
    return AddressSet.ofCidr(cidr);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}
