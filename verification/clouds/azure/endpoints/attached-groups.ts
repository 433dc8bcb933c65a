/** What is attached apart from subnets, interfaces and private endpoints: security groups, and pools that hand on to them. */
import { isUnknown } from "../../../model";
import type { UnjudgedResources } from "../../unjudged-resources";
import { append, type AzureInput, type HeldValue } from "../input";
import type { AzureNetworks, Subnet } from "../network";
import type { NetworkSecurityGroup, NetworkSecurityGroups } from "../nsg";
import type { SecurityRules } from "../security-rule";
import type { LoadBalancers } from "./load-balancers";

/** Fields by which associations make an interface a member of a load balancer. */
const HANDING_ON = new Set(["backend_address_pool_id", "nat_rule_id"]);

export class AttachedGroups {
  /** Application security groups that any interface may be in. */
  readonly anyones = new Set<string>();
  private readonly ofSubnets = new Map<string, HeldValue[]>();
  private readonly ofInterfaces: ReadonlyMap<string, readonly HeldValue[]>;
  private readonly applicationGroups: ReadonlyMap<string, readonly HeldValue[]>[];
  private readonly members: ReadonlyMap<string, readonly HeldValue[]>[];

  constructor(
    private readonly input: AzureInput,
    networks: AzureNetworks,
    private readonly rules: SecurityRules,
    private readonly groups: NetworkSecurityGroups,
    private readonly balancers: LoadBalancers,
    private readonly unjudged: UnjudgedResources,
  ) {
    for (const association of input.managed("azurerm_subnet_network_security_group_association")) {
      const { subnet_id, network_security_group_id } = association.values;
      const target = input.find(subnet_id, association, "subnet");
      if (isUnknown(target))
        this.unjudged.leave(association, `the subnet that it gives a security group to is not known: ${target.reason}`);
      const named = { value: network_security_group_id ?? null, from: association };
      append(this.ofSubnets, networks.subnet(subnet_id, association).id, named);
    }
    const nic = "network_interface_id";
    this.ofInterfaces = this.associated(
      "azurerm_network_interface_security_group_association",
      nic,
      "network_security_group_id",
    );
    this.applicationGroups = [
      this.associated(
        "azurerm_network_interface_application_security_group_association",
        nic,
        "application_security_group_id",
      ),
      this.associated(
        "azurerm_private_endpoint_application_security_group_association",
        "private_endpoint_id",
        "application_security_group_id",
      ),
    ];
    this.members = [
      this.associated("azurerm_network_interface_backend_address_pool_association", nic, "backend_address_pool_id"),
      this.associated("azurerm_network_interface_nat_rule_association", nic, "nat_rule_id"),
    ];
  }

  /** The security group of a subnet; a text says why it can't be told. */
  ofSubnet(subnet: Subnet): (NetworkSecurityGroup | string)[] {
    const named = [...(this.ofSubnets.get(subnet.id) ?? []), ...(subnet.securityGroup ? [subnet.securityGroup] : [])];
    if (named.length > 0) return named.map(({ value, from }) => this.groups.find(value, from));
    const { resource } = subnet;
    // A data source that was not read does not tell its group.
    const isTold = resource && (resource.mode === "managed" || "network_security_group_id" in resource.values);
    return isTold ? [] : [`the security group of subnet ${subnet.id} is not in the input`];
  }

  /** Security groups of an interface's own. */
  ofInterface(id: string): (NetworkSecurityGroup | string)[] {
    return (this.ofInterfaces.get(id) ?? []).map(({ value, from }) => this.groups.find(value, from));
  }

  /** Pools and rules of load balancers that hand on to an interface. */
  membershipsOf(id: string): HeldValue[] {
    return this.members.flatMap((lists) => lists.get(id) ?? []);
  }

  applicationGroupsOf(id: string): { readonly applicationGroups: readonly string[] } {
    const named = this.applicationGroups.flatMap((lists) => lists.get(id) ?? []);
    const ids = named.map(({ value, from }) => this.rules.applicationGroup(value, from));
    return { applicationGroups: ids.filter((group) => typeof group === "string") };
  }

  private associated(type: string, of: string, to: string): ReadonlyMap<string, readonly HeldValue[]> {
    const { lists, stray, outside } = this.input.associated(type, of, to);
    for (const { value, from } of HANDING_ON.has(to) ? outside : []) {
      if (this.balancers.memberExposure(value, from).publicity !== "none")
        this.unjudged.leave(from, "the network interface that it hands connections on to is not in the input: add it");
    }
    for (const association of stray) {
      this.unjudged.leave(association, `what ${of} names is not in the input`);
      const group =
        to === "application_security_group_id"
          ? this.rules.applicationGroup(association.values[to] ?? null, association)
          : undefined;
      if (typeof group === "string") this.anyones.add(group);
    }
    return lists;
  }
}
