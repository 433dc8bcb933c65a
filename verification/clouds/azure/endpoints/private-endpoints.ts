/**
 * Private Link, from either side.
 *
 * Microsoft, "What is a private endpoint?"
 * (https://learn.microsoft.com/azure/private-link/private-endpoint-overview): it only answers, and only to networks that
 * are connected to its own. "What is Azure Private Link service?"
 * (https://learn.microsoft.com/azure/private-link/private-link-service-overview): packets of consumers come from the
 * addresses that it takes in a subnet, whose group does not judge it.
 */
import { AddressSet } from "../../../../packets/address-set";
import type { Resource, Value } from "../../../model";
import { addressOf, type AzureInput } from "../input";
import type { AzureNetworks } from "../network";
import { PRIVATE_LINKS } from "../managed-services/services";
import { tagName } from "../../../../config/azure/service-tags";
import { serviceNames } from "../service-tags";
import type { AttachedGroups } from "./attached-groups";
import type { Attachments } from "./attachments";

export class PrivateEndpoints {
  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly attached: AttachedGroups,
    private readonly attachments: Attachments,
  ) {}

  add(): void {
    for (const resource of this.input.managed("azurerm_private_endpoint")) this.privateEndpoint(resource);
    for (const resource of this.input.managed("azurerm_private_link_service")) this.privateLinkService(resource);
  }

  private privateEndpoint(resource: Resource): void {
    const subnet = this.networks.subnet(resource.values["subnet_id"], resource);
    const region = this.input.regionOf(resource);
    const serves = this.input
      .collect(resource, "private_service_connection.subresource_names")
      .flatMap((name) => (typeof name === "string" ? servedNames(name.toLowerCase(), region) : []));
    const given = this.input
      .collect(resource, "ip_configuration.private_ip_address")
      .map((address) => addressOf(address as Value));
    this.attachments.add({
      resource,
      kind: "cloud-service",
      subnet,
      given:
        given.length > 0 && given.every((address) => address) ? AddressSet.unionOf(given as AddressSet[]) : undefined,
      ...this.attached.applicationGroupsOf(this.input.id(resource)),
      subnetFilters: subnet.filtersPrivateEndpoints,
      answersOnly: true,
      more: serves.length > 0 ? { serves: [...new Set(serves)] } : {},
    });
  }

  /** Where packets of consumers come from on their way to a load balancer of the network; that they may come at all is told by who looks for offers. */
  private privateLinkService(resource: Resource): void {
    for (const subnet of this.networks.subnetsAt(resource, "nat_ip_configuration.subnet_id")) {
      this.attachments.add({
        resource,
        kind: "load-balancer",
        subnet,
        subnetFilters: false,
        staysInside: true,
      });
    }
  }
}

/** What a private endpoint for a subresource serves: the service's tags, and of a service with several, the one. */
function servedNames(subresource: string, region: string | undefined): string[] {
  const tag = PRIVATE_LINKS.get(subresource)?.tag;
  if (tag === undefined) return [];
  return [...serviceNames(tag, region), ...(tag === "Storage" ? [tagName(`${tag}.${subresource}`)] : [])];
}
