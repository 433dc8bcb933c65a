/** Virtual machines, alone and in scale sets. */
import type { Resource, Value } from "../../../model";
import { blocks, isObject } from "../../../values";
import { isAbsent, type AzureInput } from "../input";
import type { AzureNetworks } from "../network";
import type { NetworkSecurityGroups } from "../nsg";
import type { SecurityRules } from "../security-rule";
import type { Attachments } from "./attachments";
import type { Interfaces } from "./interfaces";
import { publicByBlock } from "../../publicity";
import { exposureIf, together, type Exposure } from "./exposure";
import type { LoadBalancers } from "./load-balancers";

const VIRTUAL_MACHINES = [
  "azurerm_linux_virtual_machine",
  "azurerm_windows_virtual_machine",
  "azurerm_virtual_machine",
];
const SCALE_SETS = [
  "azurerm_linux_virtual_machine_scale_set",
  "azurerm_windows_virtual_machine_scale_set",
  "azurerm_orchestrated_virtual_machine_scale_set",
  "azurerm_virtual_machine_scale_set",
];

export class Machines {
  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly rules: SecurityRules,
    private readonly groups: NetworkSecurityGroups,
    private readonly balancers: LoadBalancers,
    private readonly interfaces: Interfaces,
    private readonly attachments: Attachments,
  ) {}

  add(): void {
    for (const resource of this.input.managed(...VIRTUAL_MACHINES)) this.virtualMachine(resource);
    for (const resource of this.input.managed(...SCALE_SETS)) this.scaleSet(resource);
  }

  private virtualMachine(resource: Resource): void {
    for (const value of this.input.collect(resource, "network_interface_ids")) {
      const target = this.input.find(value, resource, "network interface");
      if (
        target.kind === "resource" &&
        target.resource.type === "azurerm_network_interface" &&
        target.resource.mode === "managed"
      ) {
        this.interfaces.addOf(target.resource, resource, "instance");
      } else {
        this.unreadInterface(resource, `a network interface of ${resource.address} is not in the input`);
      }
    }
  }

  /** An interface of which nothing can be told: it may be in any subnet and public, behind rules that are unknown. */
  private unreadInterface(resource: Resource, reason: string): void {
    this.attachments.add({
      resource,
      kind: "instance",
      subnet: this.networks.subnet(undefined, resource),
      groups: [reason],
      exposure: { publicity: "open", outbound: false },
    });
  }

  private scaleSet(resource: Resource): void {
    const name = resource.type === "azurerm_virtual_machine_scale_set" ? "network_profile" : "network_interface";
    for (const block of blocks(this.input.follow(resource.values[name], resource))) {
      if (!isObject(block)) {
        this.unreadInterface(resource, `the network interfaces of ${resource.address} are not known`);
        continue;
      }
      const nic: Resource = { ...resource, values: block };
      const collect = (path: string) => this.input.collect(nic, `ip_configuration.${path}`);
      const pools = [
        ...collect("load_balancer_backend_address_pool_ids"),
        ...collect("load_balancer_inbound_nat_rules_ids"),
      ];
      const exposures = pools.map((pool) => this.balancers.memberExposure(pool, resource));
      const configurations = blocks(this.input.follow(block["ip_configuration"], resource));
      const exposure = together([...configurations.map(ownExposure), ...exposures]);
      const named = collect("application_security_group_ids").map((id) => this.rules.applicationGroup(id, resource));
      for (const subnet of this.networks.subnetsAt(nic, "ip_configuration.subnet_id")) {
        this.attachments.add({
          resource,
          kind: "instance",
          subnet,
          groups: isAbsent(block["network_security_group_id"])
            ? []
            : [this.groups.find(block["network_security_group_id"], resource)],
          applicationGroups: named.filter((id) => typeof id === "string"),
          exposure,
        });
      }
    }
  }
}

/** How an IP configuration of a scale set connects its machines, by the address that it writes in it. */
function ownExposure(configuration: Value): Exposure {
  const isPublic = publicByBlock(
    isObject(configuration)
      ? (configuration["public_ip_address"] ?? configuration["public_ip_address_configuration"])
      : configuration,
  );
  return exposureIf(isPublic);
}
