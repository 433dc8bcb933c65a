/**
 * What keeps internet gateways of a whole region closed, whatever routes and rules say.
 *
 * Amazon VPC User Guide, "Block public access to VPCs and subnets"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html): nobody comes in through an internet gateway in
 * either mode, and what goes out goes through NAT and egress-only gateways, in one mode through nothing. An exclusion for
 * a VPC or a subnet lets both pass, or only what goes out.
 *
 * Of which region and account a resource is the input does not tell for certain, so that nothing is proved by it.
 */
import type { Resource } from "../../model";
import { isAbsent, type TerraformInput } from "../terraform-input";
import type { Networks, Subnet } from "./network";

export class BlockPublicAccess {
  private readonly by: Resource | undefined;
  /** Ids of subnets and VPCs that are surely left out. */
  private readonly excluded = new Set<string>();

  constructor(input: TerraformInput, networks: Networks) {
    this.by = input
      .managed("aws_vpc_block_public_access_options")
      .find((options) => input.follow(options.values["internet_gateway_block_mode"], options) !== "off");
    for (const exclusion of input.managed("aws_vpc_block_public_access_exclusion")) {
      const { internet_gateway_exclusion_mode: mode, subnet_id: subnet, vpc_id: vpc } = exclusion.values;
      if (input.follow(mode, exclusion) !== "allow-bidirectional") continue;
      const id = isAbsent(subnet) ? networks.vpc(vpc, exclusion)?.id : networks.subnet(subnet, exclusion).id;
      if (id !== undefined) this.excluded.add(id);
    }
  }

  /** Why an internet gateway may lead nobody into a subnet; undefined where nothing stops it. */
  reasonIn({ id, vpc }: Pick<Subnet, "id" | "vpc">): string | undefined {
    if (!this.by || this.excluded.has(id) || (vpc && this.excluded.has(vpc.id))) return undefined;
    return `${this.by.address} keeps internet gateways closed if it is of this region and account`;
  }
}
