/**
 * Services that have addresses in a subnet.
 *
 * Microsoft, "About Azure Bastion" (https://learn.microsoft.com/azure/bastion/bastion-overview): it answers at a public
 * address without a group.
 */
import type { Resource } from "../../../model";
import { blocks, firstOf } from "../../../values";
import type { UnjudgedResources } from "../../unjudged-resources";
import { listener, listening, portServices } from "../listening";
import { isAbsent, type AzureInput } from "../input";
import type { AzureNetworks } from "../network";
import { inSubnets, type InSubnet } from "../managed-services/in-subnets";
import type { Attachments } from "./attachments";
import { exposureIf, together, withoutGroup } from "./exposure";
import type { LoadBalancers } from "./load-balancers";

export class Services {
  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly balancers: LoadBalancers,
    private readonly attachments: Attachments,
    private readonly unjudged: UnjudgedResources,
  ) {}

  add(): void {
    for (const resource of this.input.managed("azurerm_bastion_host")) this.bastion(resource);
    for (const service of inSubnets(this.input)) this.service(service);
  }

  private bastion(resource: Resource): void {
    const exposures = blocks(this.input.follow(resource.values["ip_configuration"], resource)).map((block) =>
      this.balancers.configurationExposure(block, resource),
    );
    const https = listener(resource, portServices("tcp", 443));
    for (const subnet of this.networks.subnetsAt(resource, "ip_configuration.subnet_id")) {
      this.attachments.add({
        resource,
        kind: "service",
        subnet,
        exposure: together(exposures.map(withoutGroup)),
        filters: [listening(this.input.id(resource), "azure-bastion", [https])],
      });
    }
    if (isAbsent(firstOf(resource.values["ip_configuration"])))
      this.unjudged.leave(resource, "a bastion of this SKU is shared, and lets public addresses in");
  }

  private service({ resource, from, path, isPublic, filters }: InSubnet): void {
    for (const subnet of this.networks.subnetsAt(from, path)) {
      this.attachments.add({
        resource,
        kind: "service",
        subnet,
        exposure: exposureIf(isPublic),
        filters: filters ?? [],
      });
    }
  }
}
