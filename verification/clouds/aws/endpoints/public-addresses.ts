/**
 * Which addresses what has an interface gets.
 *
 * Amazon VPC User Guide, "IP addressing for your VPCs and subnets"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html): who gets a public address.
 */
import { isIPv4 } from "node:net";
import { AddressSet } from "../../../../packets/address-set";
import type { Resource, Value } from "../../../model";
import { bool, isOpaque } from "../../../values";
import { isAbsent, type TerraformInput } from "../../terraform-input";
import type { Subnet } from "../network";

export const NEVER = () => false;
export const ALWAYS = () => true;

export class PublicAddresses {
  /** Resources with an elastic IP address. */
  private readonly elastic = new Set<string>();
  private anyElastic = false;

  constructor(private readonly input: TerraformInput) {
    this.readElasticAddresses();
  }

  isElastic(resource: Resource): boolean {
    return this.anyElastic || this.elastic.has(this.input.id(resource));
  }

  /** Whether what is launched may get a public address: it says so, or its subnet does, or an elastic one is given. */
  launched(resource: Resource, associates: Value | undefined): (subnet: Subnet) => boolean {
    const asked = bool(this.input.follow(associates, resource));
    return (subnet) =>
      this.isElastic(resource) || (asked === undefined ? subnet.mapsPublicAddress : isOpaque(asked) || asked);
  }

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
}

/** Whether what a subnet holds gets a public address where nothing else is said. */
export function byItsSubnet({ mapsPublicAddress }: Subnet): boolean {
  return mapsPublicAddress;
}

/** The IPv4 addresses that it is given, where `primary` tells at least one and all can be read. */
export function givenAddresses(
  input: TerraformInput,
  resource: Resource,
  primary: string,
  further?: string,
): AddressSet | undefined {
  const first = input.collect(resource, primary);
  const written = [...first, ...(further ? input.collect(resource, further) : [])];
  const known = written.filter((address) => typeof address === "string" && isIPv4(address)) as string[];
  if (first.length === 0 || known.length < written.length) return undefined;
  return AddressSet.unionOf(known.map((address) => AddressSet.ofCidr(address)));
}
