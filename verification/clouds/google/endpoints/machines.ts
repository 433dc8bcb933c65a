/** Instances, alone, from templates and in managed groups. */
import { isIP } from "node:net";
import { AddressSet } from "../../../../packets/address-set";
import { isUnknown, type Endpoint, type Resource, type Value } from "../../../model";
import { at, isObject, isOpaque, text, type ObjectValue, type Opaque } from "../../../values";
import { anyPublic, publicByBlock, publicIf, type Publicity } from "../../publicity";
import type { UnjudgedResources } from "../../unjudged-resources";
import { isAbsent } from "../../terraform-input";
import { reasonOf, type GoogleInput } from "../input";
import type { Networks, Subnet } from "../network";
import type { RuleParts } from "../rules";
import type { Attachments } from "./attachments";
import type { Interface, Written } from "./interfaces";

export const TEMPLATES = ["google_compute_instance_template", "google_compute_region_instance_template"];
export const MANAGERS = ["google_compute_instance_group_manager", "google_compute_region_instance_group_manager"];

export class Machines {
  private readonly templated = new Set<Resource>();

  constructor(
    private readonly input: GoogleInput,
    private readonly networks: Networks,
    private readonly parts: RuleParts,
    private readonly attachments: Attachments,
    private readonly unjudged: UnjudgedResources,
  ) {}

  add(): void {
    for (const resource of this.input.managed("google_compute_instance")) this.instance(resource, resource, "instance");
    for (const resource of this.input.managed("google_compute_instance_from_template")) this.fromTemplate(resource);
    for (const resource of this.input.managed(...MANAGERS)) this.manager(resource);
    for (const resource of this.input.managed(...TEMPLATES)) {
      if (!this.templated.has(resource)) this.instance(resource, resource, "instance");
    }
  }

  /** @param held where its interfaces are written: itself or its template */
  private instance(resource: Resource, held: Resource, kind: Endpoint["kind"]): void {
    const interfaces = this.parts.elements(held.values["network_interface"], held);
    if (interfaces.length === 0) this.unjudged.leave(resource, "its network interfaces are not known");
    const account = this.accountBlock(held);
    const written: Written = {
      resource: held,
      tags: this.parts.elements(held.values["tags"], held),
      account: account === undefined ? null : isObject(account) ? (account["email"] ?? undefined) : account,
      secureTags: at(held.values["params"], "resource_manager_tags") ?? held.values["resource_manager_tags"],
    };
    for (const block of interfaces) {
      if (isObject(block)) this.attachments.add(resource, kind, this.interfaceOf(block, held), written);
      else this.unjudged.leave(resource, `a network interface is not known: ${reasonOf(block, "not readable")}`);
    }
  }

  /** Without a block a machine runs as nobody; without an address in it as the default account. */
  private accountBlock(held: Resource): Value | undefined {
    return this.parts.elements(held.values["service_account"], held)[0];
  }

  private fromTemplate(resource: Resource): void {
    const template = this.template(resource.values["source_instance_template"], resource);
    if (typeof template === "string") this.unjudged.leave(resource, `its template: ${template}`);
    else {
      // What it says itself goes before what its template says.
      const written = Object.entries(resource.values).filter(([, value]) => !isAbsent(value));
      this.instance(
        resource,
        { ...template, values: { ...template.values, ...Object.fromEntries(written) } },
        "instance",
      );
    }
  }

  private manager(resource: Resource): void {
    const written = this.input.collect(resource, "version.instance_template");
    if (written.length === 0) this.unjudged.leave(resource, "the template of what it makes is not known");
    for (const value of written) {
      const template = this.template(value, resource);
      if (typeof template === "string") this.unjudged.leave(resource, `its template: ${template}`);
      else this.instance(resource, template, "instance");
    }
  }

  private template(value: Value | undefined, from: Resource): Resource | string {
    const target = this.input.named(value, from, ...TEMPLATES);
    if (isUnknown(target)) return target.reason;
    if (target.kind === "outside") return `${target.name} is not in the input`;
    this.templated.add(target.resource);
    return target.resource;
  }

  private interfaceOf(block: ObjectValue, from: Resource): Interface {
    const { network, subnet } = this.networks.place(block["network"], block["subnetwork"], from);
    const given = text(this.input.follow(block["network_ip"], from));
    const aliases = this.parts.elements(block["alias_ip_range"], from).map((alias) => {
      return this.networks.block(at(alias, "ip_cidr_range"), from) ?? subnet.secondary.union(subnet.v4);
    });
    const own = typeof given === "string" && isIP(given) === 4 ? AddressSet.ofCidr(given) : subnet.v4;
    const stack = text(this.input.follow(block["stack_type"], from));
    const externalV6 = publicByBlock(this.input.follow(block["ipv6_access_config"], from));
    const hasV6 = externalV6 !== false || (stack !== undefined && stack !== "" && stack !== "IPV4_ONLY");
    return {
      network,
      subnet,
      v4: AddressSet.unionOf([own, ...aliases]),
      v6: hasV6 ? subnet.v6 : AddressSet.empty,
      externalV4: publicByBlock(this.input.follow(block["access_config"], from)),
      externalV6: anyPublic(externalV6, hasV6 && this.bySubnet(subnet, stack)),
    };
  }

  /** Whether its subnet gives it an external IPv6 address, if it has any. */
  private bySubnet(subnet: Subnet, stack: string | Opaque | undefined): Publicity {
    const gives = this.networks.givesExternalV6(subnet);
    return isOpaque(stack) && gives === true ? publicIf(stack) : gives;
  }
}
