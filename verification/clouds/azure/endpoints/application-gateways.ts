/**
 * Microsoft, "Application Gateway infrastructure configuration"
 * (https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure): it answers at public addresses
 * without a group.
 */
import type { Resource } from "../../../model";
import { number } from "../../../values";
import { listener, listening, portServices } from "../listening";
import type { AzureInput } from "../input";
import type { AzureNetworks } from "../network";
import type { Attachments } from "./attachments";

export class ApplicationGateways {
  constructor(
    private readonly input: AzureInput,
    private readonly networks: AzureNetworks,
    private readonly attachments: Attachments,
  ) {}

  add(): void {
    for (const resource of this.input.managed("azurerm_application_gateway")) this.applicationGateway(resource);
  }

  private applicationGateway(resource: Resource): void {
    const isPublic = this.input.collect(resource, "frontend_ip_configuration.public_ip_address_id").length > 0;
    const ports = this.input
      .collect(resource, "frontend_port.port")
      .map((port) => listener(resource, portServices("tcp", number(port))));
    for (const subnet of this.networks.subnetsAt(resource, "gateway_ip_configuration.subnet_id")) {
      this.attachments.add({
        resource,
        kind: "load-balancer",
        subnet,
        publicity: isPublic ? "open" : "none",
        outbound: isPublic,
        filters: [listening(this.input.id(resource), "azure-application-gateway", ports)],
      });
    }
  }
}
