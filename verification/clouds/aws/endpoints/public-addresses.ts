/**
 * Which addresses what has an interface gets.
 *
 * Amazon VPC User Guide, "IP addressing for your VPCs and subnets"
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html): who gets a public address.
 */
import { isIPv4 } from "node:net";
import { AddressSet } from "../../../../packets/address-set";
import { referenceTo, type Resource, type Value } from "../../../model";
import { bool } from "../../../values";
import { anyPublic, publicIf, type Publicity } from "../../publicity";
import { isAbsent, type Target, type TerraformInput } from "../../terraform-input";
import type { UnjudgedResources } from "../../unjudged-resources";
import type { Subnet } from "../network";

export const NEVER = () => false;
export const ALWAYS = () => true;

export class PublicAddresses {
  /** Resources with an elastic IP address. */
  private readonly elastic = new Set<string>();
  /** What there is of an elastic IP address that may be anyone's. */
  private anyones: Publicity = false;

  constructor(
    private readonly input: TerraformInput,
    private readonly unjudged: UnjudgedResources,
  ) {
    this.readElasticAddresses();
  }

  isElastic(resource: Resource): Publicity {
    return this.elastic.has(this.input.id(resource)) || this.anyones;
  }

  /** Whether what is launched gets a public address: it says so, or its subnet does, or an elastic one is given. */
  launched(resource: Resource, associates: Value | undefined): (subnet: Subnet) => Publicity {
    const asked = bool(this.input.follow(associates, resource));
    return (subnet) => anyPublic(this.isElastic(resource), asked === undefined ? byItsSubnet(subnet) : publicIf(asked));
  }

  private readElasticAddresses(): void {
    for (const [type, fields] of [
      ["aws_eip", ["instance", "network_interface"]],
      ["aws_eip_association", ["instance_id", "network_interface_id"]],
    ] as const) {
      for (const address of this.input.managed(type)) {
        const named = fields.map((name) => address.values[name]).filter((value) => !isAbsent(value));
        const targets = named.map((value) => this.input.find(value, address, "instance"));
        for (const target of targets) {
          if (target.kind === "resource") this.elastic.add(this.input.id(target.resource));
          else if (target.kind === "unknown")
            this.anyones = `whose ${address.address} is, is not known: ${target.reason}`;
        }
        // AWS itself tells of the interface that an address is on, which may be a gateway's or a load balancer's.
        const isToldByAws = type === "aws_eip" && isAbsent(address.values["instance"]) && typeof named[0] === "string";
        if (targets.length > 0 && !isToldByAws && targets.every((target) => this.mayBeElsewhere(target, address)))
          this.unjudged.leave(address, "what it gives a public address is not in the input");
      }
    }
  }

  /** Whether a target may be none of what the input makes. */
  private mayBeElsewhere(target: Target, from: Resource): boolean {
    if (target.kind === "resource") return target.resource.mode === "data";
    const mentions = target.kind === "unknown" ? target.mentions : [];
    return !mentions.some((address) => this.input.find(referenceTo(address, ""), from, "instance").kind === "resource");
  }
}

/** Whether what a subnet holds gets a public address where nothing else is said. */
export function byItsSubnet({ mapsPublicAddress }: Subnet): Publicity {
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
