/** Network interfaces, for themselves and for the machines that they belong to. */
import { AddressSet } from "../../../../packets/address-set";
import type { Endpoint, Resource, Value } from "../../../model";
import { blocks, isObject } from "../../../values";
import { addressOf, type AzureInput } from "../input";
import type { AzureNetworks, Subnet } from "../network";
import type { AttachedGroups } from "./attached-groups";
import type { Attachments } from "./attachments";
import { together } from "./exposure";
import type { LoadBalancers } from "./load-balancers";

export class Interfaces {
  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly attached: AttachedGroups,
    private readonly balancers: LoadBalancers,
    private readonly attachments: Attachments,
  ) {}

  add(): void {
    for (const resource of this.input.managed("azurerm_network_interface")) this.addOf(resource, resource, "interface");
  }

  /** An endpoint of `owner` for each subnet that a network interface has an address in. */
  addOf(nic: Resource, owner: Resource, kind: Endpoint["kind"]): void {
    const id = this.input.id(nic);
    const configurations = blocks(this.input.follow(nic.values["ip_configuration"], nic));
    const groups = this.attached.ofInterface(id);
    const members = this.attached.membershipsOf(id);
    const exposure = together([
      ...configurations.map((block) => this.balancers.configurationExposure(block, nic)),
      ...members.map(({ value, from }) => this.balancers.memberExposure(value, from)),
    ]);
    const bySubnet = new Map<string, { subnet: Subnet; blocks: Value[] }>();
    for (const block of configurations) {
      const subnet = this.networks.subnet(isObject(block) ? block["subnet_id"] : block, nic);
      const entry = bySubnet.get(subnet.id);
      if (entry) entry.blocks.push(block);
      else bySubnet.set(subnet.id, { subnet, blocks: [block] });
    }
    for (const { subnet, blocks: written } of bySubnet.values()) {
      this.attachments.add({
        resource: owner,
        kind,
        subnet,
        given: this.givenAddresses(written, nic),
        groups,
        ...this.attached.applicationGroupsOf(id),
        exposure,
      });
    }
  }

  /** The addresses of IP configurations, where all of them are given. */
  private givenAddresses(configurations: readonly Value[], from: Resource): AddressSet | undefined {
    const given = configurations.map((block) =>
      addressOf(this.input.follow(isObject(block) ? block["private_ip_address"] : undefined, from)),
    );
    return given.every((address) => address !== undefined) ? AddressSet.unionOf(given) : undefined;
  }
}
